package output_test

// This file paints files of draw.io as that does: each cell is followed by the cells in it.

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A painted is a cell of a file of draw.io, with its place on the page in pixels.
type painted struct {
	id       string
	label    string
	in       []string // the cells around it
	low, top float64
	w, h     float64
	opaque   bool
}

// covers reports whether a place in points is in the outline of an area, or in the rectangle
// of another cell.
func (p *painted) covers(d *layout.Drawing, at r2.Vec) bool {
	var area int
	if _, err := fmt.Sscanf(p.id, "a%d", &area); err == nil {
		return d.Areas[area].Contains(at)
	}
	x, y := at.X*layout.PixelsPerPoint, at.Y*layout.PixelsPerPoint
	return p.low < x && x < p.low+p.w && p.top < y && y < p.top+p.h
}

// paintedBy returns the cells of a file that have a place, in the order in which they are painted.
func paintedBy(t *testing.T, text []byte) (order []*painted) {
	t.Helper()
	type cell struct {
		ID       string `xml:"id,attr"`
		Label    string `xml:"value,attr"` // of a cell without a tooltip
		Parent   string `xml:"parent,attr"`
		Style    string `xml:"style,attr"`
		Geometry *struct {
			X float64 `xml:"x,attr"`
			Y float64 `xml:"y,attr"`
			W float64 `xml:"width,attr"`
			H float64 `xml:"height,attr"`
		} `xml:"mxGeometry"`
	}
	inside := make(map[string][]*cell)
	dec := xml.NewDecoder(strings.NewReader(string(text)))
	object := ""
	for {
		token, err := dec.Token()
		if err != nil {
			break // TestDrawioShowsHostileNames asks for valid XML
		}
		start, ok := token.(xml.StartElement)
		switch {
		case ok && start.Name.Local == "UserObject":
			object = start.Attr[slices.IndexFunc(start.Attr, func(a xml.Attr) bool { return a.Name.Local == "id" })].Value
		case ok && start.Name.Local == "mxCell":
			c := &cell{}
			if err := dec.DecodeElement(c, &start); err != nil {
				t.Fatal(err)
			}
			if c.ID == "" {
				c.ID = object
			}
			inside[c.Parent] = append(inside[c.Parent], c)
		}
	}
	var visit func(id string, in []string, low, top float64)
	visit = func(id string, in []string, low, top float64) {
		for _, c := range inside[id] {
			x, y := low, top
			if g := c.Geometry; g != nil {
				x, y = low+g.X, top+g.Y
				opaque := strings.Contains(c.Style, "fillColor=") && !strings.Contains(c.Style, "fillColor=none")
				order = append(order, &painted{c.ID, c.Label, in, x, y, g.W, g.H, opaque})
			}
			visit(c.ID, append(in[:len(in):len(in)], c.ID), x, y)
		}
	}
	visit("0", nil, 0, 0)
	return order
}

// load reads a file of the examples.
func load(t *testing.T, path string) cluster.Snapshot {
	t.Helper()
	source, err := fetch.Parse(path, fetch.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	snap, err := fetch.Snapshot(t.Context(), []fetch.Source{source}, fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// renamed returns an example in which an orchestrator was renamed, and nodes changed.
func renamed(t *testing.T, shape graph.Options) *graph.Topology {
	t.Helper()
	before, after := load(t, "../examples/ci/0-start.json"), load(t, "../examples/ci/5-an-orchestrator-is-renamed.json")
	changes, err := diff.Compare(t.Context(), before, after, diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	topo, err := diff.Topology(t.Context(), before, after, changes, shape)
	if err != nil {
		t.Fatal(err)
	}
	return topo
}

// mine reports whether an area that is drawn around a node is of its group, or of no group.
func mine(d *layout.Drawing, area, node int) bool {
	a, group := &d.Areas[area], d.Diagram.Nodes[node].Path()
	return a.Look != layout.Tag && a.Contains(d.Boxes[node].Center) &&
		(a.Level == 0 || a.Level <= len(group) && slices.Equal(a.Group.Path[:a.Level], group[:a.Level]))
}

// Nothing that is painted after a node covers it but its own parts, and a node is in each area
// that is drawn around it, so that it moves with all of them.
func TestDrawioCoversNoNode(t *testing.T) {
	t.Parallel()
	shape := graph.Options{All: true, GroupBy: []string{"region"}}
	rename := renamed(t, shape)
	for _, engine := range []string{"trays", "cells", "rings", "radial", "dot"} {
		for name, d := range map[string]*layout.Drawing{
			"a rejected node": drawing(t, load(t, "../examples/ci/3-a-node-is-rejected.json"), shape, layout.Options{Engine: engine}),
			"the demo":        drawing(t, load(t, "../examples/demo.json"), shape, layout.Options{Engine: engine}),
			"a rename":        arranged(t, rename, layout.Options{Engine: engine}),
			"racks": drawing(t, clustertest.Snapshot(5, clustertest.Options{Nodes: 40, Disconnected: .2, Pending: .1}),
				graph.Options{All: true, GroupBy: []string{"region", "rack"}}, layout.Options{Engine: engine}),
		} {
			order := paintedBy(t, write(t, d, "drawio", output.Options{}))
			for i := range d.Boxes {
				id, center := fmt.Sprintf("n%d", i), d.Boxes[i].Center
				at := slices.IndexFunc(order, func(p *painted) bool { return p.id == id })
				if at < 0 || !order[at].covers(d, center) {
					t.Fatalf("%s, %s: %s is not where it should be", name, engine, id)
				}
				for _, p := range order[at+1:] {
					if p.opaque && p.covers(d, center) && !slices.Contains(p.in, id) {
						t.Errorf("%s, %s: %s covers %s, which is in %q", name, engine, p.id, d.Diagram.Nodes[i].ID, order[at].in)
					}
				}
				for k := range d.Areas {
					if mine(d, k, i) && !slices.Contains(order[at].in, fmt.Sprintf("a%d", k)) {
						t.Errorf("%s, %s: %s is in %q and not in %q", name, engine, d.Diagram.Nodes[i].ID, order[at].in, d.Areas[k].Tooltip())
					}
				}
			}
		}
	}
}

// The second line of a node is below its label, which has its sign beside it and is in the
// middle of the box.
func TestDrawioCentresTheSecondLine(t *testing.T) {
	t.Parallel()
	d := arranged(t, renamed(t, graph.Options{All: true, GroupBy: []string{"region"}}), layout.Options{Engine: "trays"})
	lines := 0
	for _, p := range paintedBy(t, write(t, d, "drawio", output.Options{})) {
		if p.label != "v1.9.2 → v1.9.3" {
			continue
		}
		lines++
		node := &d.Boxes[index(t, p.in[len(p.in)-1])]
		if !atPoint(p.low+p.w/2, node.Center.X) {
			t.Errorf("the second line of a box at %v is at %v pixels", node.Center, p.low+p.w/2)
		}
	}
	if lines == 0 {
		t.Error("there are no second lines")
	}
}
