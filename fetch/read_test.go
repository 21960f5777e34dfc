package fetch_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func FuzzRead(f *testing.F) {
	for _, name := range []string{"nodes_limit2", "cli_node_list", "auth_none_nodes", "agent_node"} {
		answer, err := clustertest.Load("v1.9.3", name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(answer.Body)
	}
	for _, s := range []string{
		"", "{", "[INFO]\n[{}]", "{\"level\":\"info\"}\n[{}]\n", "{}\n{}\n", `{"Nodes":null}`, "\xff\xfe[\x00]\x00", "\xef\xbb\xbf[null]",
		`[{"Info":{"NodeID":"a"}},{"Info":{"NodeID":"a"}},{"Info":{"NodeID":7}}] x`,
		`{"Nodes":[{"Info":{"NodeID":"a"}}],"NextToken":"t","Nodes":[{"Info":{"NodeID":"b"}}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, warnings, err := read(t.Context(), bytes.NewReader(data))
		if err != nil {
			var e *fetch.Error
			if !errors.As(err, &e) || e.Message == "" || strings.ContainsAny(err.Error(), "\n\r\x1b") || len(list.Nodes) > 0 {
				t.Errorf("%q, %d nodes", err, len(list.Nodes))
			}
			return
		}
		if list.Orchestrator != "" || len(list.Nodes) == 0 || len(warnings) > 20 {
			t.Errorf("orchestrator %q, %d nodes, %d warnings", list.Orchestrator, len(list.Nodes), len(warnings))
		}
		seen := map[string]bool{"": true}
		for _, n := range list.Nodes {
			if seen[n.ID] || len(n.Sightings) != 1 {
				t.Errorf("%q again or empty, or seen %d times", n.ID, len(n.Sightings))
			}
			seen[n.ID] = true
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		var text bytes.Buffer
		list := clustertest.Cluster(1, clustertest.Options{Nodes: n})[0]
		if err := clustertest.WriteList(&text, list, "v1.9.3"); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := read(b.Context(), bytes.NewReader(text.Bytes())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead100000 reads a list of 100,000 nodes, about 110 MB, from a file.
// It reports the most memory that the Go runtime had from the system at a time, and the
// megabytes for a second of processor time, which other work on the machine does not
// change. Run it with -cpu 1 for one core.
func BenchmarkRead100000(b *testing.B) {
	file := filepath.Join(b.TempDir(), "nodes.json")
	size := writeLarge(b, file)
	peak := clustertest.WatchMemory()
	b.SetBytes(size)
	b.ReportAllocs()
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		debug.FreeOSMemory() // what the last one read
		before := clustertest.CPUTime()
		b.StartTimer()
		list, err := fetch.File{Path: file}.List(b.Context())
		if err != nil || len(list.Nodes) != 100_001 {
			b.Fatal(len(list.Nodes), err)
		}
		cpu += clustertest.CPUTime() - before
	}
	most := peak()
	b.ReportMetric(float64(most)/1e6, "peak-MB")
	if cpu > 0 {
		b.ReportMetric(float64(size)*float64(b.N)/1e6/cpu.Seconds(), "MB/cpu-s")
	}
}

func writeLarge(b *testing.B, file string) (size int64) {
	b.Helper()
	w, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 100_000})[0]
	if err := clustertest.WriteList(w, list, "v1.9.3"); err != nil {
		b.Fatal(err)
	}
	info, err := w.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
