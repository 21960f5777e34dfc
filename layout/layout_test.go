package layout_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
	"github.com/bacviz/bacviz/layout"
)

func TestMain(m *testing.M) {
	// A test binary has no cache of the compiled Graphviz: a child process would
	// take half a second to start, and seconds under the race detector.
	gv.NoChild = true
	debug.SetGCPercent(400) // takes a fifth of the time off, and 200 MB
	os.Exit(m.Run())
}

func topology(n, hubs int) *graph.Topology {
	return graphtest.Build(clustertest.Snapshot(uint64(n), clustertest.Options{
		Nodes: n, Hubs: hubs, Disconnected: 0.04, Pending: 0.03, Rejected: 0.02,
	}), graph.Options{All: true})
}

func arrange(t testing.TB, topo *graph.Topology, opt layout.Options) *layout.Drawing {
	t.Helper()
	d, err := layout.Arrange(context.Background(), graphtest.NewDiagram(topo, diagram.Options{}), opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNothingOverlapsAndAllIsInside(t *testing.T) {
	for _, e := range layout.Engines() {
		for _, hubs := range []int{1, 3} {
			if e.Single && hubs > 1 {
				continue
			}
			for _, n := range sizes(t, e, hubs) {
				t.Run(fmt.Sprintf("%s/%d hubs/%d nodes", e.Name, hubs, n), func(t *testing.T) {
					topo := topology(n, hubs)
					checkDrawing(t, arrange(t, topo, layout.Options{Engine: e.Name}))
				})
			}
		}
	}
}

// sizes returns the numbers of nodes to arrange with an engine around some hubs: 2,000,
// or as many as the engine takes, for rings and where BACVIZ_SEEDS asks for more than
// the usual.
func sizes(t *testing.T, e layout.Engine, hubs int) []int {
	all := []int{1, 2, 6, 30}
	switch most := cmp.Or(e.Cap, math.MaxInt) - hubs; {
	case e.Name == "rings", manySeeds(t):
		all = append(all, min(200, most), min(2000, most))
	case e.Name == "circo": // takes seconds for 200
		all = append(all, 100)
	case testing.Short(), e.Name == layout.Auto:
		all = append(all, min(200, most))
	default:
		all = append(all, min(200, most), min(400, most))
	}
	return slices.Compact(all)
}

func TestRingsTakesAnyShape(t *testing.T) {
	t.Parallel()
	lonely := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: "hub", Type: cluster.Requester}}})
	for name, topo := range map[string]*graph.Topology{
		"nothing":          graphtest.Build(cluster.Snapshot{}, graph.Options{}),
		"a hub alone":      graphtest.Build(lonely, graph.Options{}),
		"shared by two":    graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 60, Hubs: 2, Shared: 0.5}), graph.Options{}),
		"all shared":       graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 60, Hubs: 2, Shared: 1}), graph.Options{}),
		"shared by five":   graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 400, Hubs: 5, Shared: 0.1}), graph.Options{}),
		"sixty hubs":       graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 600, Hubs: 60}), graph.Options{}),
		"all disconnected": graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 80, Disconnected: 1}), graph.Options{All: true}),
		"mixed names":      graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 90, Names: clustertest.NameMixed}), graph.Options{}),
		"other requesters": withRequesters(25),
	} {
		t.Run(name, func(t *testing.T) {
			checkDrawing(t, arrange(t, topo, layout.Options{Engine: "rings"}))
			checkDrawing(t, arrange(t, topo, layout.Options{Engine: "rings", Width: layout.MinSide, Height: layout.MinSide}))
			checkDrawing(t, arrange(t, topo, layout.Options{Engine: "rings", Width: 3000, Height: 300}))
		})
	}
}

// withRequesters has requesters that are no hub, as after renames.
func withRequesters(n int) *graph.Topology {
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 20})[0]
	for i := range n {
		list.Nodes = append(list.Nodes, cluster.Node{ID: fmt.Sprintf("old-%d", i), Type: cluster.Requester})
	}
	return graphtest.Build(cluster.Merge(list), graph.Options{})
}

// checkDrawing holds a drawing against what Arrange promises.
func checkDrawing(t *testing.T, d *layout.Drawing) {
	t.Helper()
	if len(d.Boxes) != len(d.Diagram.Nodes) || len(d.Lines) != len(d.Diagram.Edges) {
		t.Fatalf("%d boxes and %d lines for %d vertices and %d edges", len(d.Boxes), len(d.Lines), len(d.Diagram.Nodes), len(d.Diagram.Edges))
	}
	texts := append([]layout.Text{d.Title, d.Subtitle}, d.Notes...)
	top, bottom := 0.0, d.Height
	for _, e := range d.Legend {
		texts = append(texts, e.Name)
		bottom = min(bottom, e.Name.Center.Y-e.Name.Size/2, e.Swatch.Center.Y-e.Swatch.H/2)
	}
	for _, x := range texts {
		if x.Center.Y < bottom { // others are in the legend, or beside it
			top = max(top, x.Center.Y+x.Size/2)
		}
	}
	for _, x := range texts {
		if x.Left() < 0 || x.Left()+x.Width > d.Width || x.Center.Y-x.Size/2 < 0 || x.Center.Y+x.Size/2 > d.Height {
			t.Errorf("the text %q leaves the canvas: %+v", x.String, x)
		}
	}
	for _, h := range d.Areas {
		if n := h.Name; n.String != "" {
			if n.Center.Y-n.Size/2 < top || n.Center.Y+n.Size/2 > bottom {
				t.Errorf("the name of %v leaves the plot between %.1f and %.1f: %+v", h.Group.Path, top, bottom, n)
			}
			texts = append(texts, n)
		}
	}
	for i, x := range texts {
		for _, y := range texts[:i] {
			if x.String != "" && y.String != "" && apart(textShape(x), textShape(y)) < -1e-9 {
				t.Errorf("the texts %q and %q overlap: %+v, %+v", x.String, y.String, x, y)
			}
		}
	}
	for i := range d.Boxes {
		b := &d.Boxes[i]
		if b.Center.X-b.W/2 < 0 || b.Center.X+b.W/2 > d.Width || b.Center.Y-b.H/2 < top || b.Center.Y+b.H/2 > bottom {
			t.Errorf("box %d leaves the plot between %.1f and %.1f: %+v", i, top, bottom, *b)
		}
		if b.W <= 0 || b.H <= 0 {
			t.Errorf("box %d has no size: %+v", i, *b)
		}
		inside := b.Label().String != "" && !b.Beside()
		if l := b.Label(); inside && (l.Left() < b.Center.X-b.W/2 || l.Left()+l.Width > b.Center.X+b.W/2 || float64(len(l.Lines()))*l.Size > b.H) {
			t.Errorf("the label of box %d leaves it: %+v", i, *b)
		}
		if l := b.Label(); l.String != "" && l.Size*layout.PixelsPerPoint < 6.999 {
			t.Errorf("the label of box %d is too small to read: %g px", i, l.Size*layout.PixelsPerPoint)
		}
		checkDetail(t, d, i)
		if b.Mark().R > 0 && inside && b.Mark().Center.X+b.Mark().R > b.Label().Left() {
			t.Errorf("the mark of box %d covers its label", i)
		}
		if m := b.Badge(); m.R > 0 && (m.Center.X+m.R > b.Center.X+b.W/2+0.06 || m.Center.Y-m.R < b.Center.Y-b.H/2-0.06 ||
			inside && m.Center.X-m.R < b.Label().Left()+b.Label().Width || !inside && b.Mark().R > 0 && m.Center.X-m.R < b.Mark().Center.X) {
			t.Errorf("the badge of box %d leaves it, or covers its label or mark: %+v", i, *b)
		}
	}
	for _, pair := range overlaps(d) {
		a, b := d.Boxes[pair[0]], d.Boxes[pair[1]]
		t.Errorf("boxes %d and %d overlap: %+v %gx%g, %+v %gx%g", pair[0], pair[1], a.Center, a.W, a.H, b.Center, b.W, b.H)
	}
	for i, l := range d.Lines {
		from, to := d.Boxes[l.From], d.Boxes[l.To]
		node, run := &d.Diagram.Nodes[l.From], d.Diagram.Edges[i].Run
		if l.Trunk > 0 {
			checkTrunk(t, d, i)
			continue
		}
		if l.Chip > 0 && len(l.Path) == 0 {
			continue
		}
		if node.Hub == (run != nil) || node.Class.IsJob() != (run != nil) || l.Path[0] != from.Center || l.Path[len(l.Path)-1] != to.Center {
			t.Errorf("the line from %d to %d does not join their centres", l.From, l.To)
		}
		for _, p := range l.Path {
			if p.X < 0 || p.X > d.Width || p.Y < top || p.Y > bottom {
				t.Errorf("the line from %d to %d leaves the plot at %v", l.From, l.To, p)
				break
			}
		}
		if n := len(l.Path); n != 2 && n%3 != 1 {
			t.Errorf("a path of %d points is neither straight nor cubic", n)
		}
	}
	labels := make(map[[2]string]bool) // and the groups that a collapsed one is in
	for i := range d.Boxes {
		s, outer := d.Boxes[i].Label().String, ""
		if v := d.Diagram.Nodes[i]; v.Collapsed {
			outer = strings.Join(v.Path(), "/")
		}
		if s != "" && labels[[2]string{outer, s}] {
			t.Errorf("the label %q is drawn twice", s)
		}
		labels[[2]string{outer, s}] = true
	}
}

// overlaps compares every box with every other.
func overlaps(d *layout.Drawing) (pairs [][2]int) {
	for i := range d.Boxes {
		a := &d.Boxes[i]
		for j := range d.Boxes[:i] {
			b := &d.Boxes[j]
			dx, dy := math.Abs(a.Center.X-b.Center.X), math.Abs(a.Center.Y-b.Center.Y)
			if a.Shape == layout.Dot && b.Shape == layout.Dot && math.Hypot(dx, dy) >= (a.W+b.W)/2 {
				continue // circles
			}
			if dx < (a.W+b.W)/2 && dy < (a.H+b.H)/2 && len(pairs) < 5 {
				pairs = append(pairs, [2]int{j, i})
			}
		}
	}
	return pairs
}

func TestAutoSuitsSizeAndShape(t *testing.T) {
	for _, c := range []struct {
		opt  clustertest.Options
		want string
	}{
		{clustertest.Options{Nodes: 6}, "twopi"},
		{clustertest.Options{Nodes: 20}, "twopi"},
		{clustertest.Options{Nodes: 40}, "radial"}, // one circle's labels are too small
		{clustertest.Options{Nodes: 63}, "radial"},
		{clustertest.Options{Nodes: 64}, "trays"},
		{clustertest.Options{Nodes: 47, Names: clustertest.NameHost}, "radial"},
		{clustertest.Options{Nodes: 63, Names: clustertest.NameMixed}, "trays"}, // whose names are larger
		{clustertest.Options{Nodes: 12, Names: clustertest.NameHost}, "twopi"},
		{clustertest.Options{Nodes: 40, Hubs: 3}, "trays"},
		{clustertest.Options{Nodes: 40, Hubs: 3, Shared: 0.5}, "trays"},
		{clustertest.Options{Nodes: 300}, "trays"},
		{clustertest.Options{Nodes: 2000, Hubs: 3, Shared: 0.5}, "cells"},
		{clustertest.Options{Nodes: 60, Hubs: 20}, "trays"},
	} {
		d := arrange(t, graphtest.Build(clustertest.Snapshot(1, c.opt), graph.Options{}), layout.Options{})
		if d.Engine != c.want {
			t.Errorf("%+v: %s, want %s", c.opt, d.Engine, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		opt   layout.Options
		nodes int
		want  string
	}{
		{layout.Options{Engine: "nope"}, 6, `unknown engine "nope" (have auto, cells, circo, dot, fdp, matrix, neato, osage, radial, rings, sfdp, trays, twopi)`},
		{layout.Options{Engine: "fdp"}, 100, "too many nodes for engine fdp: 101, of at most 100"},
		{layout.Options{Width: 1}, 6, "each side must be between 2 and 400 inches"},
		{layout.Options{Height: math.NaN()}, 6, "each side must be between 2 and 400 inches"},
	} {
		_, err := layout.Arrange(ctx, graphtest.NewDiagram(topology(c.nodes, 1), diagram.Options{}), c.opt)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c.opt, err, c.want)
		}
	}
	if _, err := layout.Arrange(ctx, graphtest.NewDiagram(topology(100, 1), diagram.Options{}), layout.Options{Engine: "fdp"}); !errors.Is(err, layout.ErrTooLarge) {
		t.Errorf("over the cap: %v, want ErrTooLarge", err)
	}
}

func TestLongLabelsLoseTheirMiddleAndStillDiffer(t *testing.T) {
	list := cluster.List{Orchestrator: "hub"}
	for i := range 9 {
		list.Nodes = append(list.Nodes, cluster.Node{
			ID: strings.Repeat("x", 60) + fmt.Sprint(i) + strings.Repeat("y", 60), Type: cluster.Compute,
			Sightings: []cluster.Sighting{{Connection: cluster.Connected}},
		})
	}
	d := arrange(t, graphtest.Build(cluster.Merge(list), graph.Options{}), layout.Options{})
	checkDrawing(t, d)
	if i := slices.IndexFunc(d.Boxes, func(b layout.Box) bool { return strings.Contains(b.Label().String, "…") }); i < 0 {
		t.Error("no label lost its middle")
	}
}

func ExampleArrange() {
	snap := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
		{ID: "hub", Type: cluster.Requester},
		{ID: "n-1", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
		{ID: "n-2", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
	}})
	topo := graphtest.Build(snap, graph.Options{})
	d, err := layout.Arrange(context.Background(), graphtest.NewDiagram(topo, diagram.Options{}), layout.Options{Engine: "rings"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range d.Boxes {
		fmt.Printf("%-4s at %v\n", b.Label().String, b.Center)
	}
	// Output:
	// hub  at {432 299}
	// n-1  at {623.7 299}
	// n-2  at {240.3 299}
}

func BenchmarkArrange(b *testing.B) {
	for _, e := range []string{"rings", "twopi", "dot", "osage", "neato", "sfdp"} {
		for _, n := range []int{10, 100, 1000} {
			topo := topology(n, 1)
			b.Run(fmt.Sprintf("%s/%d", e, n), func(b *testing.B) {
				for b.Loop() {
					arrange(b, topo, layout.Options{Engine: e})
				}
			})
		}
	}
}

// TestRingsUseTheirRoom holds that pills are side by side at the top of a ring and
// close above one another at its sides: spread by the angle, those of 250 nodes would
// be too small for labels.
func TestRingsUseTheirRoom(t *testing.T) {
	if d := arrange(t, topology(250, 1), layout.Options{Engine: "rings"}); d.Unlabeled > 0 {
		t.Errorf("of 250 nodes, %d have no label", d.Unlabeled)
	}
}

// TestManyOddNodesDoNotCrowdOutTheRest holds that labels of odd nodes are kept
// only while they leave the others their room.
func TestOddNodesKeepTheirLabels(t *testing.T) {
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 600, Pending: 0.01, Rejected: 0.01})
	for engine, by := range map[string][]string{"rings": {"region"}, "sfdp": nil, "dot": {"region"}, "osage": {"region", graph.FieldEngine}} {
		d := arrange(t, graphtest.Build(snap, graph.Options{GroupBy: by}), layout.Options{Engine: engine, Height: 432})
		odd := 0
		for i := range d.Boxes {
			if b := &d.Boxes[i]; d.Diagram.Nodes[i].NeedsAttention {
				odd++
				if b.Label().String == "" {
					t.Errorf("%s: %s has no label", engine, d.Diagram.Nodes[i].Label)
				}
			}
		}
		if odd < 10 || d.Unlabeled < 500 {
			t.Errorf("%s: %d odd nodes, %d labels left out: not what this is about", engine, odd, d.Unlabeled)
		}
	}
}

func TestManyOddNodesDoNotCrowdOutTheRest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nodes  int
		odd    float64
		labels bool
	}{{400, 0.08, true}, {2000, 0.01, true}, {2000, 0.05, false}} {
		topo := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: c.nodes, Rejected: c.odd}), graph.Options{})
		d := arrange(t, topo, layout.Options{Engine: "rings"})
		width := 0.0
		for i := range d.Boxes {
			b := &d.Boxes[i]
			if !d.Diagram.Nodes[i].NeedsAttention && !d.Diagram.Nodes[i].Hub {
				width = max(width, b.W*layout.PixelsPerPoint)
			} else if !d.Diagram.Nodes[i].Hub && (b.Label().String != "") != c.labels {
				t.Fatalf("%d nodes, %g odd: the label of an odd node is %q", c.nodes, c.odd, b.Label().String)
			}
		}
		if width < 5.5 {
			t.Errorf("%d nodes, %g odd: dots of %.1f px", c.nodes, c.odd, width)
		}
	}
}

func TestNotesSayWhatSizesStandFor(t *testing.T) {
	const gib = 1 << 30
	cpu := func(amounts ...float64) (all []cluster.Resources) {
		for _, a := range amounts {
			all = append(all, cluster.Resources{CPU: a})
		}
		return all
	}
	for _, c := range []struct {
		by       string
		max      []cluster.Resources
		collapse bool
		want     string
	}{
		{"cpu", cpu(16, 4, 64), false, "Size: CPU, 4 to 64 cores."},
		{"cpu", cpu(1, 0.3333, 2), false, "Size: CPU, 0.333 to 2 cores."},
		{"cpu", cpu(16, 0), false, "Size: CPU, up to 16 cores."},
		{"cpu", cpu(16, 16), false, "Size: CPU, 16 cores each."},
		{"cpu", cpu(0), false, "Size: CPU, none known."},
		{"cpu", cpu(16, 4, 64), true, "Size: CPU, 84 cores each."},
		{"cpu", append(cpu(8, 8, 8, 8, 8, 8, 8, 8, 8, 8), cpu(4096)...), false, "Size: CPU, 8 to 32 cores or more."},
		{"memory", []cluster.Resources{{Memory: 8 * gib}, {Memory: 512 * gib}, {Memory: 256 * gib}}, false, "Size: memory, 8 to 512 GiB."},
		{"memory", []cluster.Resources{{Memory: gib / 2}, {Memory: 12345 * gib}, {Memory: 12345 * gib}}, false, "Size: memory, 512 MiB to 12.1 TiB."},
		{"gpu", []cluster.Resources{{GPU: 8}, {}, {GPU: 4}}, false, "Size: GPUs, 0 to 8."},
	} {
		var snap cluster.Snapshot
		for i, max := range c.max {
			snap.Nodes = append(snap.Nodes, cluster.Node{ID: fmt.Sprintf("n-%02d", i), Type: cluster.Compute, Max: max})
		}
		opt := graph.Options{All: true, SizeBy: c.by, Collapse: c.collapse}
		if c.collapse {
			opt.GroupBy = []string{graph.FieldState}
		}
		d := arrange(t, graphtest.Build(snap, opt), layout.Options{})
		if got := d.Notes[len(d.Notes)-1].String; got != c.want {
			t.Errorf("sizes by %s of %v: %q, want %q", c.by, c.max, got, c.want)
		}
	}
}

// TestFewSharedNodesHideNoEdges holds that none of a few nodes that hubs share is
// where another's edge passes: it would seem to be its own.
func TestFewSharedNodesHideNoEdges(t *testing.T) {
	t.Parallel()
	for hubs := 2; hubs <= 3; hubs++ {
		for n := 1; n <= 8; n++ {
			if hubs == 3 && n > 3 {
				continue // some are hidden however the ring is turned
			}
			snap := clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n, Hubs: hubs, Shared: 1})
			d := arrange(t, graphtest.Build(snap, graph.Options{}), layout.Options{Engine: "rings"})
			checkDrawing(t, d)
			for _, l := range d.Lines {
				a, b := d.Boxes[l.From].Center, d.Boxes[l.To].Center
				for i, box := range d.Boxes {
					for part := 0.0; part < 1 && i != l.From && i != l.To; part += 0.005 {
						if abs(a.X+part*(b.X-a.X)-box.Center.X) < 0.4*box.W && abs(a.Y+part*(b.Y-a.Y)-box.Center.Y) < 0.4*box.H {
							t.Errorf("%d hubs, %d nodes: the edge of %s passes behind %s", hubs, n, d.Diagram.Nodes[l.To].Label, d.Diagram.Nodes[i].Label)
							break
						}
					}
				}
			}
		}
	}
}

// TestLegendListsWhatOccurs holds that no entry of a colour explains what no box has.
func TestLegendListsWhatOccurs(t *testing.T) {
	snap := clustertest.Snapshot(2, clustertest.Options{Nodes: 30, Pending: 0.1, Rejected: 0.1})
	for _, c := range []struct {
		opt  graph.Options
		want []string
	}{
		{graph.Options{ColorBy: graph.FieldUtilisation}, []string{"0 %", "25 %", "50 %", "75 %", "100 %"}},
		{graph.Options{ColorBy: graph.FieldMembership, GroupBy: []string{"region"}, Collapse: true}, []string{"approved", "mixed"}},
	} {
		var got []string
		d := arrange(t, graphtest.Build(snap, c.opt), layout.Options{})
		for i, e := range d.Diagram.Legend {
			if e.Kind == diagram.ValueEntry {
				got = append(got, d.Legend[i].Name.String)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("the legend lists %q, want %q", got, c.want)
		}
	}
}

// On a small canvas the note that labels are left out gives no reason, or moves down to
// the legend, but stays.
func TestSmallCanvasesSayWhatIsLeftOut(t *testing.T) {
	for hubs := 1; hubs <= 3; hubs++ {
		topo := graphtest.Build(clustertest.Snapshot(3, clustertest.Options{Nodes: 30, Hubs: hubs, Shared: 0.1}), graph.Options{})
		d := arrange(t, topo, layout.Options{Engine: "rings", Width: 216, Height: 144})
		checkDrawing(t, d)
		want := fmt.Sprintf("%d labels left out", d.Unlabeled)
		if d.Unlabeled == 0 || !strings.HasPrefix(d.Remark.String, want) {
			t.Errorf("%d hubs: no %q in %q", hubs, want, d.Remark.String)
		}
	}
}

func TestRingsEndWithTheirContext(t *testing.T) {
	fig := graphtest.Diagram(clustertest.Snapshot(1, clustertest.Options{Nodes: 400, Hubs: 2}), graph.Options{})
	interrupttest.EachLook(t, 10, func(ctx context.Context) error {
		_, err := layout.Arrange(ctx, fig, layout.Options{Engine: "rings"})
		return err
	})
}
