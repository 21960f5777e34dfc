package output_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A d2Diagram is what D2's own compiler makes of a text.
type d2Diagram struct {
	Shapes []struct {
		ID, Type, Label, Link string
		Classes               []string
	}
	Connections []struct{ From, To, Label string }
	Error       string // empty if it reads all
}

// compileD2 returns what D2's own compiler makes of each text, in one process, which takes
// longer to start than to read them.
func compileD2(t *testing.T, texts ...[]byte) []d2Diagram {
	t.Helper()
	script := filepath.Join("..", "internal", "tools", "d2", "compile.mjs")
	if _, err := os.Stat(filepath.Join(filepath.Dir(script), "node_modules")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("needs npm ci --prefix internal/tools/d2")
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = string(text)
	}
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var read []d2Diagram
	if err := json.Unmarshal([]byte(pipe(t, input, tool(t, "node", "--version"), script)), &read); err != nil {
		t.Fatal(err)
	}
	if len(read) != len(texts) {
		t.Fatalf("%d diagrams are read of %d", len(read), len(texts))
	}
	return read
}

// D2 reads every name as it is, whatever it means in D2, and finds groups, jobs and links.
func TestD2ReadsTheDiagram(t *testing.T) {
	t.Parallel()
	snap := nodes(append(slices.Clone(tricky), "${x}", "a.b", "*", "direction", "x -> y", "|md x |", "near: top-left", `\"`)...)
	for i := range snap.Nodes {
		snap.Nodes[i].Labels = map[string]string{"region": []string{"${y}", "g0", "a.b"}[i%3]}
	}
	hostile := arrange(t, snap, graph.Options{GroupBy: []string{"region"}})
	busy := clustertest.Snapshot(14, clustertest.Options{Nodes: 24})
	busy.Jobs = clustertest.Jobs(3, busy, clustertest.JobOptions{Jobs: 3, Executions: 5, Failed: .3, Running: .4})
	jobs := draw(t, busy, layout.Options{})
	states := draw(t, everyState(), layout.Options{})
	opt := output.Options{Link: "https://wiki.example/{id}"}
	read := compileD2(t, write(t, hostile, "d2", opt), write(t, jobs, "d2", output.Options{}), write(t, states, "d2", output.Options{}))
	for i, d := range []*layout.Drawing{hostile, jobs, states} {
		if read[i].Error != "" {
			t.Fatal(read[i].Error)
		}
		var got, want []string
		for _, s := range read[i].Shapes {
			if !slices.Contains(s.Classes, "area") && s.Type != "text" {
				label, _, _ := strings.Cut(s.Label, "\n")
				got = append(got, label)
			}
			if linked := s.Link != ""; linked != (i == 0 && !slices.Contains(s.Classes, "area") && s.Type != "text" && s.Label != "http://x.y") {
				t.Errorf("%q links to %q", s.Label, s.Link)
			}
		}
		for k := range d.Diagram.Nodes {
			label, _, _ := strings.Cut(d.Diagram.Nodes[k].Label, "\n")
			want = append(want, label)
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("labels (-want +got):\n%s", diff)
		}
	}
	// Each group is a container, with one connection from the orchestrator to all of it.
	if c := read[0].Connections; len(c) != 3 || strings.Contains(c[0].From, ".") || !strings.HasPrefix(c[0].To, "g") {
		t.Errorf("connections %+v", c)
	}
	// A job has a connection to each of its nodes, which says how it went.
	labeled := 0
	for _, c := range read[1].Connections {
		if c.Label != "" {
			labeled++
		}
	}
	if want := len(jobs.Diagram.Edges) - jobs.Diagram.HubEdges(); labeled != want || want == 0 {
		t.Errorf("%d connections have an outcome, want %d", labeled, want)
	}
}
