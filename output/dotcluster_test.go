package output_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/graph/formats/dot"
	"gonum.org/v1/gonum/graph/formats/dot/ast"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// clusters writes the subgraphs of DOT as lines: a label, and below it, further
// in, the nodes and subgraphs in it.
func clusters(t *testing.T, text []byte) string {
	t.Helper()
	file, err := dot.ParseBytes(text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(stmts []ast.Stmt, indent string)
	walk = func(stmts []ast.Stmt, indent string) {
		for _, s := range stmts {
			switch s := s.(type) {
			case *ast.AttrStmt:
				for _, a := range s.Attrs {
					if a.Key == "label" && indent != "" {
						fmt.Fprintln(&b, indent[1:]+a.Val)
					}
				}
			case *ast.NodeStmt:
				if indent != "" {
					fmt.Fprintln(&b, indent+s.Node.ID)
				}
			case *ast.Subgraph:
				if !strings.HasPrefix(s.ID, "cluster_") {
					t.Errorf("subgraph %s is no cluster", s.ID)
				}
				walk(s.Stmts, indent+"\t")
			}
		}
	}
	walk(file.Graphs[0].Stmts, "")
	return b.String()
}

// inRacks is a hub with nodes in regions and racks, whose names try to break out.
func inRacks(n int) cluster.Snapshot {
	nodes := []cluster.Node{{ID: "hub", Type: cluster.Requester}}
	for i := range n {
		seen := cluster.Sighting{Connection: cluster.Connected}
		if i == 1 {
			seen.Connection = cluster.Disconnected
		}
		nodes = append(nodes, cluster.Node{ID: fmt.Sprintf("n%d", i), Type: cluster.Compute, Sightings: []cluster.Sighting{seen},
			Labels: map[string]string{"region": []string{`"];}\N`, "<b>漢字</b>"}[i%2], "rack": fmt.Sprint("r", 10-i/2)}})
	}
	return cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: nodes})
}

func TestDOTHasGroupsAsClusters(t *testing.T) {
	byRack := graph.Options{GroupBy: []string{"region", "rack"}}
	byRackCollapsed := byRack
	byRackCollapsed.Collapse = true
	for _, c := range []struct {
		name  string
		build graph.Options
		want  string
	}{
		{"none", graph.Options{}, ""},
		{"one level", graph.Options{GroupBy: []string{"region"}}, `
"\"];}\\N · 2"
	"n0"
	"n2"
"<b>漢字</b> · 1 of 2"
	"n1"
	"n3"
`},
		{"two levels", byRack, `
"\"];}\\N · 2"
	"r9 · 1"
		"n2"
	"r10 · 1"
		"n0"
"<b>漢字</b> · 1 of 2"
	"r9 · 1"
		"n3"
	"r10 · 0 of 1"
		"n1"
`},
		{"collapsed", byRackCollapsed, `
"\"];}\\N · 2"
	"\"];}\\N/r9"
	"\"];}\\N/r10"
"<b>漢字</b> · 1 of 2"
	"<b>漢字</b>/r9"
	"<b>漢字</b>/r10"
`},
	} {
		d := arrange(t, inRacks(4), c.build)
		text := write(t, d, "dot", output.Options{})
		if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), clusters(t, text)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
		if ids, err := parseDOT(text); err != nil || len(ids) != len(d.Boxes) {
			t.Errorf("%s: %d nodes, want %d: %v", c.name, len(ids), len(d.Boxes), err)
		}
	}
}

// TestGraphvizTakesTheDOTWithoutAWarning has Debian's Graphviz draw our DOT, with
// labels for which its fonts need more room than ours.
func TestGraphvizTakesTheDOTWithoutAWarning(t *testing.T) {
	t.Parallel()
	dotProgram, neato := tool(t, "dot", "-V"), tool(t, "neato", "-V")
	jobs := cluster.Merge(clustertest.Strange(1, 60, 2)...)
	for i := range 3 {
		j := cluster.Job{ID: fmt.Sprint("j-", i), Name: strings.Repeat("🚀漢", i+1), State: cluster.JobRunning}
		for k := i; k < 20; k += 2 {
			j.Executions = append(j.Executions, cluster.Execution{ID: fmt.Sprint("e-", k), NodeID: jobs.Nodes[k].ID, State: cluster.StateFailed})
		}
		jobs.Jobs = append(jobs.Jobs, j)
	}
	emoji := inRacks(6)
	for i := range emoji.Nodes {
		if id := emoji.Nodes[i].ID; id != "hub" {
			emoji.Nodes[i].ID = "🚀👩‍🚀" + strings.Repeat("漢字🎉", i) + id
		}
	}
	slices.SortFunc(emoji.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	changed, changes := difference(30)
	byRegion := graph.Options{All: true, GroupBy: []string{"region"}}
	byRack := graph.Options{All: true, GroupBy: []string{"region", "rack"}, ColorBy: "region"}
	collapsed := byRack
	collapsed.Collapse = true
	for _, c := range []struct {
		name  string
		snap  cluster.Snapshot
		build graph.Options
		opt   layout.Options
		areas int // that neato draws at our places
	}{
		{"6 nodes", emoji, graph.Options{All: true}, layout.Options{}, 0},
		{"6 nodes in groups", emoji, byRegion, layout.Options{Engine: "rings"}, 0},
		{"6 nodes in trays", emoji, byRack, layout.Options{Engine: "trays"}, 7},
		{"6 nodes in columns", emoji, byRack, layout.Options{Engine: "osage"}, 8},
		{"6 nodes collapsed", emoji, collapsed, layout.Options{Engine: "rings"}, 0},
		{"200 strange nodes", cluster.Merge(clustertest.Strange(2, 200, 3)...), graph.Options{All: true}, layout.Options{}, 0},
		{"200 strange nodes in groups", cluster.Merge(clustertest.Strange(2, 200, 3)...), byRack, layout.Options{Engine: "rings"}, 0},
		{"200 strange nodes collapsed", cluster.Merge(clustertest.Strange(2, 200, 3)...), collapsed, layout.Options{Engine: "rings"}, 0},
		{"jobs", jobs, graph.Options{}, layout.Options{}, 0},
		{"jobs by groups", jobs, byRegion, layout.Options{Engine: "rings"}, 0},
		{"a difference", changed, changes, layout.Options{}, 0},
	} {
		d := drawing(t, c.snap, c.build, c.opt)
		text := write(t, d, "dot", output.Options{})
		for _, args := range [][]string{{dotProgram, "-Tsvg"}, {neato, "-n2", "-Tsvg"}} {
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Stdin = bytes.NewReader(text)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			svg, err := cmd.Output()
			if err != nil || strings.Contains(stderr.String(), "Warning") || strings.Contains(stderr.String(), "Error") {
				t.Errorf("%s, %q: %v\n%s", c.name, args, err, stderr.Bytes())
			}
			areas := len(d.Diagram.Groups)
			if args[0] == neato {
				areas = c.areas
			}
			if n := bytes.Count(svg, []byte(`class="cluster"`)); n != areas {
				t.Errorf("%s, %q: %d clusters, want %d", c.name, args, n, areas)
			}
		}
	}
}
