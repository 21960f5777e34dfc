package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// A list that is printed and read back is the same network: diff finds no change, of all
// captures and of made-up networks.
func TestAPrintedListIsTheSameNetwork(t *testing.T) {
	skipUnderRace(t, repeats)
	sources := map[string]string{}
	for _, version := range clustertest.Versions() {
		for _, name := range clustertest.Names(version) {
			file := saveCapture(t, version, name)
			if status, _, _ := bacviz(t, "nodes", file); status == exitOK {
				sources[version+" "+name] = file
			}
		}
	}
	if len(sources) < 30 {
		t.Fatalf("only %d captures are node lists", len(sources))
	}
	for seed := range uint64(6) {
		s := clustertest.Snapshot(seed, clustertest.Options{
			Nodes: 12, Hubs: 1 + int(seed)%3, Disconnected: 0.2, Awaiting: 0.1, Pending: 0.2, Rejected: 0.1, Names: clustertest.NameMixed,
		})
		odd(&s)
		sources[fmt.Sprint("seed ", seed)] = saveSnapshot(t, s)
	}
	for name, source := range sources {
		for _, format := range []string{"json", "yaml", "csv"} {
			_, list, _ := bacviz(t, "nodes", source, "-o", format)
			file := filepath.Join(t.TempDir(), "list."+format)
			if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
				t.Fatal(err)
			}
			if status, out, stderr := bacviz(t, "diff", source, file, "--exit-code"); status != exitOK {
				t.Errorf("%s as %s: status %d: %s%s", name, format, status, out, stderr)
			}
		}
	}
}

// odd gives the nodes of a snapshot names, amounts and words that are hard to print.
func odd(s *cluster.Snapshot) {
	words := []string{"a,b=c", "=1+1", "'=x", "''@x", "-5", "'-5", "{}", "[]", `{"a":1}`, "a\u202eb\"c\\", "\U000e0001,x", ",", "é", `"`, `"a"`}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Type != cluster.Compute {
			continue
		}
		n.ID, n.Version = words[i%len(words)]+n.ID+"\v", words[(i+3)%len(words)]
		n.Max.Memory = 1<<60 + uint64(i)
		if i == 3 {
			n.Max.Memory = math.MaxUint64
		}
		n.Max.CPU = 1 / float64(i+3)
		n.Labels = map[string]string{words[i%len(words)]: words[(i+1)%len(words)], "plain": words[i%len(words)]}
		n.Publishers = []string{words[i%len(words)], "z"}
		n.Storage = []string{words[(i+2)%len(words)]}
	}
}

// saveSnapshot writes a snapshot to a file.
func saveSnapshot(t *testing.T, s cluster.Snapshot) string {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Write(t.Context(), &b, s, snapshot.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "network.json")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
