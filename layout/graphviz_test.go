package layout_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// sharing is a network of hubs that list part of their nodes in common.
func sharing(n, hubs int, part float64) *graph.Topology {
	return graphtest.Build(clustertest.Snapshot(uint64(n), clustertest.Options{
		Nodes: n, Hubs: hubs, Shared: part, Disconnected: 0.04,
	}), graph.Options{All: true})
}

func TestGraphvizTakesSharedNodesAndOtherRequesters(t *testing.T) {
	topos := map[string]*graph.Topology{
		"other requesters": withRequesters(5),
		"one shared":       sharing(6, 3, 0.2),
		"all shared":       sharing(20, 2, 1),
		"shared by three":  sharing(90, 3, 0.3),
		"many shared":      sharing(120, 2, 0.5),
	}
	for _, e := range layout.Engines() {
		for name, topo := range topos {
			if e.Cap == 0 || topo.Len() > e.Cap || e.Single {
				continue
			}
			t.Run(e.Name+"/"+name, func(t *testing.T) {
				checkDrawing(t, arrange(t, topo, layout.Options{Engine: e.Name}))
			})
		}
	}
}

// A few labels among dots would make the dots tiny.
func TestOsageDrawsAllDotsWhereLabelsDoNotFit(t *testing.T) {
	d := arrange(t, topology(1000, 1), layout.Options{Engine: "osage"})
	for i, b := range d.Boxes {
		if b.H < 4 || !d.Diagram.Nodes[i].Hub && b.Label().String != "" {
			t.Fatalf("%s has a height of %.1f, and the label %q", d.Diagram.Nodes[i].Label, b.H, b.Label().String)
		}
	}
}

// A spoke that runs below a node seems to end there.
func TestDotAndOsageLeadNoEdgeBelowAnotherNode(t *testing.T) {
	for name, topo := range map[string]*graph.Topology{
		"one node":  topology(1, 1),
		"ten":       topology(10, 2),
		"one hub":   topology(30, 1),
		"200 nodes": topology(200, 1),
		"shared":    sharing(120, 3, 0.3),
		"groups":    grouped(30, 1, "region"),
		"nested":    grouped(200, 1, "region", graph.FieldEngine),
		"of three":  grouped(90, 3, "region"),
	} {
		for _, engine := range []string{"dot", "osage"} {
			t.Run(engine+"/"+name, func(t *testing.T) {
				d := arrange(t, topo, layout.Options{Engine: engine})
				for _, l := range d.Lines {
					for _, p := range samples(l.Path) {
						for i := range d.Boxes {
							b := &d.Boxes[i]
							if i != l.From && i != l.To && math.Abs(p.X-b.Center.X) < b.W/2 && math.Abs(p.Y-b.Center.Y) < b.H/2 {
								t.Fatalf("the edge from %s to %s runs below %s at %.1f", d.Diagram.Nodes[l.From].Label, d.Diagram.Nodes[l.To].Label, d.Diagram.Nodes[i].Label, p)
							}
						}
					}
				}
			})
		}
	}
}

// grouped is a network of hubs that share nodes, which are in groups.
func grouped(n, hubs int, by ...string) *graph.Topology {
	snap := clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n, Hubs: hubs, Shared: 0.3, Disconnected: 0.04})
	return graphtest.Build(snap, graph.Options{GroupBy: by})
}

// zoned is a network of hubs that share nodes, in so many groups with so many others in
// each, on each of the levels.
func zoned(n, hubs int, each ...int) *graph.Topology {
	snap := clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n, Hubs: hubs, Shared: 0.3, Disconnected: 0.04})
	var by []string
	for level := range each {
		by = append(by, fmt.Sprint("level", level))
	}
	names := []string{"zone", "東京都千代田区丸の内", "a-name-that-is-longer-than-what-a-node-takes-of-a-row"}
	for i, node := range snap.Nodes {
		for level, at := 0, i*i; level < len(each) && node.Labels != nil; level++ {
			node.Labels[by[level]] = fmt.Sprintf("%d %s", at%each[level], names[at%len(names)])
			at /= each[level]
		}
	}
	return graphtest.Build(snap, graph.Options{GroupBy: by})
}

// However many groups there are, on however many levels, dot's and osage's lines cross only
// those of their node and no name; names are in their areas; the groups
// are in order, fill the canvas, and leave room for the labels.
func TestDotAndOsageDrawAnyGroups(t *testing.T) {
	for name, c := range map[string]struct {
		topo   *graph.Topology
		labels bool // that there is room for them all
	}{
		"few nodes":   {zoned(6, 1, 3), true},
		"many groups": {zoned(60, 1, 29), true},
		"two levels":  {zoned(60, 1, 5, 3), true},
		"three":       {zoned(60, 1, 4, 3, 2), true},
		"of hubs":     {zoned(60, 3, 12), true},
		"200 nodes":   {zoned(200, 2, 11, 3), false},
	} {
		for _, engine := range []string{"dot", "osage"} {
			t.Run(engine+"/"+name, func(t *testing.T) {
				d := arrange(t, c.topo, layout.Options{Engine: engine})
				checkDrawing(t, d)
				checkAreas(t, d)
				if c.labels && d.Unlabeled > 0 {
					t.Errorf("%d labels are left out", d.Unlabeled)
				}
				if len(d.Areas) != len(c.topo.Groups()) {
					t.Fatalf("%d areas for %d groups", len(d.Areas), len(c.topo.Groups()))
				}
				checkNames(t, d)
				checkRoutes(t, d)
				checkOrder(t, d)
				for i, l := range d.Lines {
					for _, k := range d.Lines[:i] {
						if k.To == l.To && math.Hypot(k.Path[6].X-l.Path[6].X, k.Path[6].Y-l.Path[6].Y) < 0.3 {
							t.Fatalf("the edges of %s are one on the other", d.Diagram.Nodes[l.To].Label)
						}
					}
				}
			})
		}
	}
}

// Among dots a name is wider than a column: the nodes stand in as many as it has room for,
// and short names are complete.
func TestNodesFillWhatNamesOfGroupsTake(t *testing.T) {
	topo := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 2000}), graph.Options{GroupBy: []string{"region", "rack"}})
	for _, engine := range []string{"dot", "osage"} {
		d := arrange(t, topo, layout.Options{Engine: engine})
		if dot := d.Boxes[0].H; dot < 3.5 {
			t.Errorf("%s: dots of %.1f", engine, dot)
		}
		for _, h := range d.Areas {
			if strings.Contains(h.Name.String, "…") {
				t.Errorf("%s: %q for %s", engine, h.Name.String, h.Group.Label())
			}
		}
	}
}

// Left to itself fdp lets the areas of groups overlap, and none can be drawn.
func TestFdpKeepsGroupsApart(t *testing.T) {
	for name, topo := range map[string]*graph.Topology{
		"few nodes":  zoned(6, 1, 3),
		"one level":  zoned(60, 1, 5),
		"many":       zoned(60, 1, 29),
		"two levels": zoned(90, 1, 4, 3),
		"three":      zoned(40, 3, 4, 3, 2),
	} {
		t.Run(name, func(t *testing.T) {
			d := arrange(t, topo, layout.Options{Engine: "fdp"})
			checkDrawing(t, d)
			checkAreas(t, d)
			if len(d.Areas) != len(topo.Groups()) {
				t.Errorf("%d areas for %d groups", len(d.Areas), len(topo.Groups()))
			}
			checkNames(t, d)
		})
	}
}

// checkNames holds that the names of groups are in their areas.
func checkNames(t *testing.T, d *layout.Drawing) {
	t.Helper()
	for _, h := range d.Areas {
		a, b, n := h.Path[0], h.Path[2], h.Name
		if n.String != "" && (n.Left() < a.X || n.Left()+n.Width > b.X || n.Center.Y-n.Size/2 < a.Y || n.Center.Y+n.Size/2 > b.Y) {
			t.Errorf("the name %q is not in its area", n.String)
		}
	}
}

// checkRoutes holds that edges cross no names, and no groups but those that
// their nodes are in.
func checkRoutes(t *testing.T, d *layout.Drawing) {
	t.Helper()
	for _, h := range d.Areas {
		n := h.Name
		for _, l := range d.Lines {
			path := d.Diagram.Nodes[l.To].Path()
			own := len(path) >= h.Level && slices.Equal(path[:h.Level], h.Group.Path)
			for _, p := range samples(l.Path) {
				if n.String != "" && math.Abs(p.X-n.Center.X) < n.Width/2 && math.Abs(p.Y-n.Center.Y) < n.Size/2 {
					t.Fatalf("the edge to %s crosses the name %q", d.Diagram.Nodes[l.To].Label, n.String)
				}
				if !own && inside(p, h.Path) {
					t.Fatalf("the edge to %s crosses %v", d.Diagram.Nodes[l.To].Label, h.Group.Path)
				}
			}
		}
	}
}

// checkOrder holds that outer groups are in order, in columns by osage and in rows by
// dot, and that these fill most of the canvas's width or height.
func checkOrder(t *testing.T, d *layout.Drawing) {
	t.Helper()
	lo, hi := r2.Vec{X: d.Width, Y: d.Height}, r2.Vec{}
	var before r2.Vec // the corner of the group before
	for _, h := range d.Areas {
		if h.Level > 1 {
			break
		}
		a, b := h.Path[0], h.Path[2]
		lo, hi = r2.Vec{X: min(lo.X, a.X), Y: min(lo.Y, a.Y)}, r2.Vec{X: max(hi.X, b.X), Y: max(hi.Y, b.Y)}
		if d.Engine == "dot" && a.Y < before.Y-1 || d.Engine == "osage" && a.X < before.X-1 {
			t.Errorf("%v is before the group before it", h.Group.Path)
		}
		before = a
	}
	if (hi.X-lo.X)/d.Width < 0.7 && (hi.Y-lo.Y)/d.Height < 0.7 {
		t.Errorf("the groups take %.0f by %.0f of %.0f by %.0f", hi.X-lo.X, hi.Y-lo.Y, d.Width, d.Height)
	}
}

// One below the other they would take more room than the nodes.
func TestOsagePutsJobsSideBySide(t *testing.T) {
	snap := clustertest.Snapshot(5, clustertest.Options{Nodes: 30})
	snap.Jobs = clustertest.Jobs(5, snap, clustertest.JobOptions{Jobs: 3, Executions: 5})
	d := arrange(t, graphtest.Build(snap, graph.Options{}), layout.Options{Engine: "osage"})
	jobs, lowest := 0.0, 0.0
	for i, b := range d.Boxes {
		switch {
		case !d.Diagram.Nodes[i].Class.IsJob():
			lowest = max(lowest, b.Center.Y)
		case jobs != 0 && b.Center.Y != jobs:
			t.Errorf("jobs at the heights %g and %g", jobs, b.Center.Y)
		default:
			jobs = b.Center.Y
		}
	}
	if jobs <= lowest {
		t.Errorf("jobs at the height %g, a node at %g", jobs, lowest)
	}
}

// With Graphviz's own force of repulsion they are in clumps, which leave room for
// smaller labels.
func TestSfdpSpreadsNodesEvenly(t *testing.T) {
	sum := 0.0
	for seed := range uint64(8) {
		snap := clustertest.Snapshot(seed, clustertest.Options{Nodes: 100 + 20*int(seed)})
		d := arrange(t, graphtest.Build(snap, graph.Options{}), layout.Options{Engine: "sfdp"})
		sum += d.Boxes[0].W * math.Sqrt(float64(len(d.Boxes)))
	}
	if mean := sum / 8; mean < 670 { // 645 with the default
		t.Errorf("boxes are %.0f wide, by the root of their number", mean)
	}
}

// samples returns points along a line or a Bézier curve.
func samples(path []r2.Vec) (points []r2.Vec) {
	if len(path) == 2 {
		path = []r2.Vec{path[0], path[0], path[1], path[1]}
	}
	for k := 0; k+3 < len(path); k += 3 {
		for step := range 40 {
			u := float64(step) / 40
			v := 1 - u
			at := func(of func(r2.Vec) float64) float64 {
				return v*v*v*of(path[k]) + 3*v*v*u*of(path[k+1]) + 3*v*u*u*of(path[k+2]) + u*u*u*of(path[k+3])
			}
			points = append(points, r2.Vec{
				X: at(func(p r2.Vec) float64 { return p.X }),
				Y: at(func(p r2.Vec) float64 { return p.Y }),
			})
		}
	}
	return points
}

func TestTwopiPutsSharedNodesBetweenTheHubs(t *testing.T) {
	d := arrange(t, sharing(120, 3, 0.3), layout.Options{Engine: "twopi"})
	var center r2.Vec
	for i, b := range d.Boxes {
		if d.Diagram.Nodes[i].Hub {
			center.X, center.Y = center.X+b.Center.X/3, center.Y+b.Center.Y/3
		}
	}
	distance := func(b layout.Box) float64 {
		return math.Hypot((b.Center.X-center.X)*d.Height/d.Width, b.Center.Y-center.Y)
	}
	shared, hubs, own := 0.0, math.Inf(1), math.Inf(1)
	for i, b := range d.Boxes {
		switch {
		case d.Diagram.Nodes[i].Hub:
			hubs = min(hubs, distance(b))
		case len(d.Diagram.Nodes[i].Hubs) > 1:
			shared = max(shared, distance(b))
		default:
			own = min(own, distance(b))
		}
	}
	if shared > hubs || hubs > own {
		t.Errorf("shared nodes are up to %.0f away from the middle, hubs from %.0f, others from %.0f", shared, hubs, own)
	}
}

func TestCircoPutsNodesOnOneCircleAroundTheirHub(t *testing.T) {
	for _, n := range []int{6, 60} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			d := arrange(t, graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: n}), graph.Options{}), layout.Options{Engine: "circo"})
			var hub, half r2.Vec
			for i, b := range d.Boxes {
				if d.Diagram.Nodes[i].Hub {
					hub = b.Center
				}
			}
			for _, b := range d.Boxes { // the circle is an ellipse on the canvas
				half.X, half.Y = max(half.X, math.Abs(b.Center.X-hub.X)), max(half.Y, math.Abs(b.Center.Y-hub.Y))
			}
			for i, b := range d.Boxes {
				if r := math.Hypot((b.Center.X-hub.X)/half.X, (b.Center.Y-hub.Y)/half.Y); !d.Diagram.Nodes[i].Hub && (r < 0.9 || r > 1.2) {
					t.Errorf("%s is %.2f times as far from the hub as the circle", d.Diagram.Nodes[i].Label, r)
				}
			}
		})
	}
}
