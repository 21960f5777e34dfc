package layout_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// checkDetail holds the second line and the bar of a box against what Arrange promises: they
// are in the box, one below the other, below its label, and the text can be read.
func checkDetail(t *testing.T, d *layout.Drawing, i int) {
	t.Helper()
	b := &d.Boxes[i]
	l, x, bar, mark, badge := b.Label(), b.Detail(), b.Bar(), b.Mark(), b.Badge()
	if x.String == "" {
		if bar.W != 0 {
			t.Errorf("box %d has a bar without a second line", i)
		}
		return
	}
	const slack = 0.11 // places are rounded
	if x.Size*layout.PixelsPerPoint < 9.999 {
		t.Errorf("the second line of box %d is too small to read: %g px", i, x.Size*layout.PixelsPerPoint)
	}
	bottom := b.Center.Y + b.H/2
	if x.Left() < b.Center.X-b.W/2-slack || x.Left()+x.Width > b.Center.X+b.W/2+slack || x.Center.Y+x.Size/2 > bottom+slack {
		t.Errorf("the second line of box %d leaves it: %+v", i, *b)
	}
	lines := l.Lines()
	last := lines[len(lines)-1]
	if last.Center.Y+0.36*last.Size > x.Center.Y-0.36*x.Size-slack || l.Center.Y-l.Size/2*float64(len(lines)) < b.Center.Y-b.H/2-slack {
		t.Errorf("the label of box %d touches the second line, or leaves the box: %+v", i, *b)
	}
	if mark.R > 0 && mark.Center.X+mark.R > x.Left()+slack || badge.R > 0 && badge.Center.X-badge.R < x.Left()+x.Width-slack {
		t.Errorf("the mark or the badge of box %d covers the second line: %+v", i, *b)
	}
	if bar.W == 0 {
		return
	}
	if bar.Center.Y-bar.H/2 < x.Center.Y+0.3*x.Size || bar.Center.Y+bar.H/2 > bottom-0.2*x.Size || math.Abs(bar.Center.X-b.Center.X)+bar.W/2 > b.W/2 {
		t.Errorf("the bar of box %d touches the second line, or leaves the box: %+v", i, *b)
	}
	if mark.R > 0 && mark.Center.X+mark.R > bar.Center.X-bar.W/2+slack {
		t.Errorf("the mark of box %d covers the bar: %+v", i, *b)
	}
	if use := d.Diagram.Nodes[i].Use; !use.Known || bar.Share != use.Share {
		t.Errorf("the bar of box %d shows %g of %+v", i, bar.Share, use)
	}
}

// detailed makes up the diagram of a network that shows what nodes have, or what changed.
func detailed(seed uint64) *diagram.Diagram {
	rng := rand.New(rand.NewPCG(seed, 3))
	n := 1 + rng.IntN(30)
	opt := graph.Options{
		All: true, GroupBy: [][]string{nil, nil, {"region"}}[rng.IntN(3)],
		SizeBy: []string{"", "cpu"}[rng.IntN(2)], ColorBy: []string{"", "", "region", graph.FieldState}[rng.IntN(4)],
	}
	var snap cluster.Snapshot
	if rng.IntN(3) == 0 {
		snap = cluster.Merge(clustertest.Strange(seed, n, 1+rng.IntN(3))...)
	} else {
		snap = clustertest.Snapshot(seed, clustertest.Options{Nodes: n, Hubs: 1 + rng.IntN(2), Disconnected: 0.1, Pending: 0.1, Rejected: 0.1})
	}
	if rng.IntN(2) == 0 {
		opt.Changes = make(map[string]graph.Changes)
		for i := range snap.Nodes {
			short := []string{"→ rejected", "v1.8.0 → v1.9.3", "region → \u202e日本語 <b>", "8 → 16 cores"}
			if k := rng.IntN(6); k < 4 {
				opt.Changes[snap.Nodes[i].ID] = graph.Changes{Change: graph.Changed, Short: short[:k]}
			}
		}
	}
	show := true
	return graphtest.NewDiagram(graphtest.Build(snap, opt), diagram.Options{Capacity: &show})
}

func TestSecondLinesAreInTheirBoxes(t *testing.T) {
	t.Parallel()
	shown, bars := make(map[string]int), 0
	for seed := range max(6, seeds(t, "6")) { // in fewer, some engines show none
		fig := detailed(seed)
		for _, e := range layout.Engines() {
			d, err := layout.Arrange(t.Context(), fig, layout.Options{Engine: e.Name})
			if err != nil {
				continue // an engine that does not suit the network
			}
			if !t.Run(fmt.Sprint(e.Name, " seed ", seed), func(t *testing.T) {
				checkDrawing(t, d)
				if err := d.Check(); err != nil {
					t.Error(err)
				}
			}) {
				return
			}
			if slices.ContainsFunc(d.Boxes, func(b layout.Box) bool { return b.Detail().String != "" }) {
				shown[e.Name]++
			}
			if slices.ContainsFunc(d.Boxes, func(b layout.Box) bool { return b.Bar().W > 0 }) {
				bars++
			}
		}
	}
	if bars == 0 {
		t.Error("no picture has bars")
	}
	for _, e := range layout.Engines() {
		if never := slices.Contains([]string{"cells", "radial", "matrix"}, e.Name); never != (shown[e.Name] == 0) {
			t.Errorf("%s shows second lines in %d pictures", e.Name, shown[e.Name])
		}
	}
}

// Second lines make boxes larger: they are left out where that makes names too small, or
// hides edges that could be seen before.
func TestSecondLinesCostNoName(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 6, 12, 20, 40, 90} {
		show := true
		topo := graphtest.Build(clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n}), graph.Options{})
		for _, engine := range []string{"dot", "rings", "trays", "twopi"} {
			with, err := layout.Arrange(t.Context(), graphtest.NewDiagram(topo, diagram.Options{Capacity: &show}), layout.Options{Engine: engine})
			if err != nil {
				t.Fatal(err)
			}
			show = false
			without, err := layout.Arrange(t.Context(), graphtest.NewDiagram(topo, diagram.Options{Capacity: &show}), layout.Options{Engine: engine})
			if err != nil {
				t.Fatal(err)
			}
			show = true
			if with.Unlabeled > without.Unlabeled || len(touches(with)) > len(touches(without)) && !with.Undetailed {
				t.Errorf("%d nodes by %s: %d labels left out, not %d; %d edges touch what they do not join, not %d",
					n, engine, with.Unlabeled, without.Unlabeled, len(touches(with)), len(touches(without)))
			}
			if n <= 12 && with.Undetailed {
				t.Errorf("%d nodes by %s: no second lines", n, engine)
			}
		}
	}
}
