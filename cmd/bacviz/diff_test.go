package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// serveBusy starts an orchestrator that lists its nodes in another order, and with
// another load, each time.
func serveBusy(t *testing.T) string {
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 60, Disconnected: 0.1, Pending: 0.1})[0]
	rng := rand.New(rand.NewPCG(1, 1))
	var mu sync.Mutex
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == clustertest.PathAgent {
			_ = clustertest.WriteAgent(w, list, "v1.9.3") // the client may have gone
			return
		}
		rng.Shuffle(len(list.Nodes), func(i, j int) { list.Nodes[i], list.Nodes[j] = list.Nodes[j], list.Nodes[i] })
		for i := range list.Nodes {
			n := &list.Nodes[i]
			n.Running, n.Enqueued = rng.IntN(9), rng.IntN(9)
			n.Max.Disk, n.Available.CPU, n.Available.Memory = rng.Uint64N(1<<40), rng.Float64(), rng.Uint64N(1<<30)
			n.Sightings[0].LastHeartbeat = clustertest.Epoch.Add(time.Duration(rng.IntN(1e6)) * time.Millisecond)
			for _, words := range [][]string{n.Engines, n.Publishers, n.Storage} {
				rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			}
		}
		_ = clustertest.WriteList(w, list, "v1.9.3") // the same
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestSnapshotOfABusyNetworkIsTheSameFile(t *testing.T) {
	url := serveBusy(t)
	take := func(args ...string) string {
		var out, talk bytes.Buffer
		if status := run(context.Background(), append([]string{"snapshot", url}, args...), stdio{strings.NewReader(""), &out, &talk}); status != 0 {
			t.Fatal(status, talk.String())
		}
		return out.String()
	}
	first, busy := take(), take("--with-load")
	for range 5 {
		if take() != first {
			t.Fatal("another file")
		}
		if take("--with-load") == busy {
			t.Fatal("the network is not busy")
		}
	}
	if len(first) < 60*200 {
		t.Errorf("%d bytes", len(first))
	}
}

// BenchmarkDiff times the comparison of 10,000 nodes with as many, of which a
// third changed, from files to a file, without the start of the program.
func BenchmarkDiff(b *testing.B) {
	dir := b.TempDir()
	save := func(name string, change bool) string {
		lists := clustertest.Cluster(1, clustertest.Options{Nodes: 10000, Hubs: 3})
		if change {
			for i := range lists {
				for j := range lists[i].Nodes {
					if j%3 == 0 {
						lists[i].Nodes[j].Version = "v1.9.4"
					}
				}
				lists[i].Nodes = lists[i].Nodes[20:]
			}
		}
		var text bytes.Buffer
		if err := snapshot.Write(b.Context(), &text, cluster.Merge(lists...), snapshot.WriteOptions{}); err != nil {
			b.Fatal(err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			b.Fatal(err)
		}
		return file
	}
	before, after := save("old.json", false), save("new.json", true)
	for _, format := range append(listFormats(), "svg") {
		b.Run(format, func(b *testing.B) {
			file := filepath.Join(dir, "out."+format)
			if f, ok := diff.FormatNamed(format); ok {
				file = filepath.Join(dir, "out."+f.Extension)
			}
			for b.Loop() {
				var out, talk bytes.Buffer
				if status := run(context.Background(), []string{"diff", before, after, "-o", file}, stdio{strings.NewReader(""), &out, &talk}); status != 0 {
					b.Fatal(talk.String())
				}
			}
		})
	}
}
