package output_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A readFlowchart is what a text of Mermaid says, line by line.
type readFlowchart struct {
	nodes  map[string]string   // by ID, the subgraph that it is in
	edges  map[string][]string // by the node or subgraph that they lead to, where they come from
	joined map[string]bool     // what has any edge, hidden ones too
	hidden []string            // numbers of edges
}

func readMermaidLines(text string) readFlowchart {
	f := readFlowchart{make(map[string]string), make(map[string][]string), make(map[string]bool), nil}
	edge := regexp.MustCompile(`^(\w+) (---|-\.-|~~~) (\w+)$`)
	node := regexp.MustCompile(`^(n\d+)[\[({]`)
	open := []string{""}
	number := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		id, isGroup := strings.CutPrefix(line, "subgraph ")
		m := edge.FindStringSubmatch(line)
		switch {
		case isGroup:
			id, _, _ = strings.Cut(id, "[")
			open = append(open, id)
		case line == "end":
			open = open[:len(open)-1]
		case node.MatchString(line):
			f.nodes[node.FindStringSubmatch(line)[1]] = open[len(open)-1]
		case m != nil:
			f.joined[m[1]], f.joined[m[3]] = true, true
			if m[2] == "~~~" {
				f.hidden = append(f.hidden, strconv.Itoa(number))
			} else {
				f.edges[m[3]] = append(f.edges[m[3]], m[1])
			}
			number++
		}
	}
	return f
}

// Mermaid gives a node without an edge the place of a hub, where it lies on the hub's edges.
// A hidden edge moves it, and must have a style of its own: linkStyle default would show it.
func TestMermaidHidesTheEdgesThatMoveNodesWithoutOne(t *testing.T) {
	for name, d := range map[string]*layout.Drawing{
		"states":  arrange(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 14, Disconnected: 0.4, Pending: 0.2}), graph.Options{All: true}),
		"hubs":    arrange(t, clustertest.Snapshot(2, clustertest.Options{Nodes: 14, Hubs: 3, Shared: 0.3, Disconnected: 0.5}), graph.Options{All: true}),
		"groups":  arrange(t, clustertest.Snapshot(3, clustertest.Options{Nodes: 14, Disconnected: 0.5}), graph.Options{All: true, GroupBy: []string{"region"}}),
		"trays":   arrange(t, clustertest.Snapshot(3, clustertest.Options{Nodes: 90, Disconnected: 0.5}), graph.Options{All: true, GroupBy: []string{"region"}}),
		"summary": arrange(t, clustertest.Snapshot(4, clustertest.Options{Nodes: 1000, Hubs: 2, Disconnected: 0.3}), graph.Options{All: true}),
	} {
		text := string(write(t, d, "mmd", output.Options{}))
		f := readMermaidLines(text)
		if len(f.hidden) == 0 || !strings.Contains(text, "\n  linkStyle "+strings.Join(f.hidden, ",")+" stroke:none,stroke-width:0px\n") {
			t.Errorf("%s: the edges %q are not hidden in\n%.3000s", name, f.hidden, text)
		}
		for id, group := range f.nodes {
			if !f.joined[id] && !f.joined[group] {
				t.Errorf("%s: %s has no edge", name, id)
			}
		}
	}
}

// An edge that leads to a subgraph says that all nodes in it are connected.
func TestMermaidTraysHoldWhatTheirEdgesSay(t *testing.T) {
	for seed := range uint64(40) {
		snap := clustertest.Snapshot(seed, clustertest.Options{
			Nodes: 5 + int(seed)*4, Hubs: 1 + int(seed%4), Shared: 0.3, Disconnected: 0.2, Pending: 0.1, Rejected: 0.1, Regions: 1 + int(seed%7),
		})
		d := arrange(t, snap, graph.Options{All: true, GroupBy: [][]string{nil, {"region"}, {"region", "@engine"}}[seed%3]})
		text := string(write(t, d, "mmd", output.Options{}))
		f := readMermaidLines(text)
		if len(f.nodes) != len(d.Diagram.Nodes) {
			t.Fatalf("seed %d: %d nodes, want %d", seed, len(f.nodes), len(d.Diagram.Nodes))
		}
		for i := range d.Diagram.Nodes {
			n := &d.Diagram.Nodes[i]
			if n.Hub {
				continue
			}
			var want []string
			for _, h := range n.Hubs {
				want = append(want, fmt.Sprint("n", h))
			}
			id := fmt.Sprint("n", i)
			got := append(slices.Clone(f.edges[id]), f.edges[f.nodes[id]]...)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: the hubs of %s (-want +got):\n%s\n%s", seed, n.Label, diff, text)
			}
		}
	}
}
