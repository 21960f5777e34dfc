package output_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// TestNeatoRedrawsTheDOT asks Debian's Graphviz where it puts the nodes of our
// DOT.
func TestNeatoRedrawsTheDOT(t *testing.T) {
	t.Parallel()
	neato := tool(t, "neato", "-V")
	for _, engine := range []string{"twopi", "dot", "rings"} {
		opt := layout.Options{Engine: engine}
		if engine == "rings" {
			opt.Width, opt.Height = 200, 200 // no room for labels
		}
		d := draw(t, clustertest.Snapshot(2, clustertest.Options{Nodes: 40, Disconnected: 0.1}), opt)
		cmd := exec.Command(neato, "-n2", "-Tplain")
		cmd.Stdin = bytes.NewReader(write(t, d, "dot", output.Options{}))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", engine, err)
		}
		if n := strings.Count(stderr.String(), "too small for label"); opt.Width > 0 && (n > 0 || d.Unlabeled == 0) {
			t.Errorf("%s: Graphviz warns of %d labels, of which %d are left out", engine, n, d.Unlabeled)
		}
		byID := make(map[string]layout.Box)
		for i, b := range d.Boxes {
			byID[d.Diagram.Nodes[i].ID] = b
		}
		// Graphviz moves the drawing to its own origin: compare with the first node's.
		var ox, oy float64
		seen := 0
		for _, m := range regexp.MustCompile(`(?m)^node "([^"]+)" (\S+) (\S+) (\S+) (\S+)`).FindAllStringSubmatch(string(out), -1) {
			b := byID[m[1]]
			var v [4]float64
			for i := range v {
				v[i], _ = strconv.ParseFloat(m[i+2], 64)
				v[i] *= 72
			}
			x, y := v[0]-b.Center.X, v[1]+b.Center.Y
			if seen == 0 {
				ox, oy = x, y
			}
			seen++
			// Graphviz rounds sizes to whole points.
			if math.Abs(x-ox) > 0.1 || math.Abs(y-oy) > 0.1 || math.Abs(v[2]-b.W) > 0.51 || math.Abs(v[3]-b.H) > 0.51 {
				t.Errorf("%s: node %s at %g, %g, %g×%g; want %v, %g×%g", engine, m[1], v[0]-ox, oy-v[1], v[2], v[3], b.Center, b.W, b.H)
			}
		}
		if seen != len(d.Boxes) {
			t.Errorf("%s: %d nodes, want %d", engine, seen, len(d.Boxes))
		}
	}
}

// TestPydotReadsTheDOT counts the nodes and edges that pydot finds, of a network with
// groups and of one without. Its version 1.4 takes an empty statement for a node.
func TestPydotReadsTheDOT(t *testing.T) {
	t.Parallel()
	snap := clustertest.Snapshot(2, clustertest.Options{Nodes: 12})
	flat, groups := arrange(t, snap, graph.Options{}), arrange(t, snap, graph.Options{GroupBy: []string{"region", "rack"}})
	texts := [][]byte{write(t, flat, "dot", output.Options{}), write(t, groups, "dot", output.Options{})}
	for _, text := range texts {
		if bytes.Contains(text, []byte(";\n")) || bytes.Contains(text, []byte("\n\n")) {
			t.Error("an empty statement or a blank line is in the DOT")
		}
	}
	python := tool(t, "/usr/bin/python3", "-c", "import pydot")
	for i, d := range []*layout.Drawing{flat, groups} {
		out := pipe(t, texts[i], python, "-c", `
import pydot, sys
def names(g): return {n.get_name() for n in g.get_nodes()}.union(*(names(s) for s in g.get_subgraphs()))
g = pydot.graph_from_dot_data(sys.stdin.read())[0]
print(len(names(g) - {"graph", "node", "edge"}), len(g.get_edges()))`)
		if want := fmt.Sprintln(len(d.Boxes), len(d.Lines)); out != want {
			t.Errorf("%d: nodes and edges are %q, want %q", i, out, want)
		}
	}
}

// A dotGraph is the destination of gonum's parser for DOT.
type dotGraph struct{ *simple.UndirectedGraph }

type dotNode struct {
	gonum.Node
	id    string
	attrs map[string]string
}

func (n *dotNode) SetDOTID(id string) { n.id = id }

func (n *dotNode) SetAttribute(a encoding.Attribute) error {
	n.attrs[a.Key] = a.Value
	return nil
}

func (g dotGraph) NewNode() gonum.Node {
	return &dotNode{Node: g.UndirectedGraph.NewNode(), attrs: map[string]string{}}
}

// parseDOT returns the IDs of the nodes with their labels.
func parseDOT(text []byte) (map[string]string, error) {
	g := dotGraph{simple.NewUndirectedGraph()}
	if err := dot.Unmarshal(text, g); err != nil {
		return nil, err
	}
	ids := make(map[string]string)
	for nodes := g.Nodes(); nodes.Next(); {
		n := nodes.Node().(*dotNode)
		ids[n.id] = n.attrs["label"]
	}
	return ids, nil
}

func FuzzLabelSurvivesDOT(f *testing.F) {
	for _, s := range []string{"n-1", `a"b`, `\`, `\"`, "a\nb", "<b>x</b>", "node", "graph", "é漢😀", "\xff", "{a|b}", `\N`, "//", "/* */", "-->"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || id == "hub" {
			return
		}
		list := cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: id, Type: cluster.Compute,
			Labels:    map[string]string{id: id},
			Sightings: []cluster.Sighting{{Connection: cluster.Connected}}}}}
		d := draw(t, cluster.Merge(list), layout.Options{Engine: "rings"})
		ids, err := parseDOT(write(t, d, "dot", output.Options{}))
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		if len(ids) != 2 || ids["hub"] != "hub" {
			t.Errorf("%q: parsed %q", id, ids)
		}
		parseSVG(t, write(t, d, "svg", output.Options{}))
		if !json.Valid(write(t, d, "json", output.Options{})) {
			t.Errorf("%q: invalid JSON", id)
		}
	})
}
