package layout_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// TestPlacesStayWhenANodeIsAddedOrRemoved takes every twelfth of 200 nodes away in turn, and so
// adds each to 199 others: the others move by less than a width in the median, and
// no more than a tenth of them by more.
func TestPlacesStayWhenANodeIsAddedOrRemoved(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws 150 networks")
	}
	for _, c := range []struct {
		name string
		hubs int
		opt  graph.Options
		page layout.Options
	}{
		{"one hub", 1, graph.Options{}, layout.Options{}},
		{"groups", 1, graph.Options{GroupBy: []string{"region"}}, layout.Options{}},
		{"nested groups and sizes", 1, graph.Options{GroupBy: []string{"region", graph.FieldEngine}, SizeBy: "memory"}, layout.Options{}},
		{"colours", 1, graph.Options{ColorBy: "region"}, layout.Options{}},
		{"sizes", 1, graph.Options{SizeBy: "cpu"}, layout.Options{}},
		{"disconnected nodes", 1, graph.Options{All: true, ColorBy: graph.FieldState}, layout.Options{}},
		{"portrait", 1, graph.Options{}, layout.Options{Width: 595, Height: 842}},
		{"three hubs", 3, graph.Options{}, layout.Options{}},
		{"three hubs and groups", 3, graph.Options{GroupBy: []string{"region"}}, layout.Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := clustertest.Options{Nodes: 200, Hubs: c.hubs}
			if c.opt.All {
				made.Disconnected, made.Pending = 0.1, 0.02
			}
			c.page.Engine = "rings"
			lists := clustertest.Cluster(7, made)
			before := arrange(t, graphtest.Build(cluster.Merge(lists...), c.opt), c.page)
			for k, list := range lists {
				for removed := int(k); removed < len(list.Nodes); removed += 12 {
					n := list.Nodes[removed]
					if n.Type == cluster.Requester {
						continue
					}
					lists[k].Nodes = slices.Delete(slices.Clone(list.Nodes), removed, removed+1)
					after := arrange(t, graphtest.Build(cluster.Merge(lists...), c.opt), c.page)
					moves, far := moved(before, after)
					if median := moves[len(moves)/2]; median >= 1 {
						t.Errorf("without %s the median node moves by %.2f of a width", n.ID, median)
					}
					if far > len(moves)/10 {
						t.Errorf("without %s, %d of %d nodes move by more than their width", n.ID, far, len(moves))
					}
				}
				lists[k] = list
			}
		})
	}
}

// TestPlacesStayOverSeededNetworks takes a node away from networks of 50 to 500
// nodes, with several hubs and groups. In a few, labels begin or cease to fit.
func TestPlacesStayOverSeededNetworks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws 54 networks")
	}
	networks := seeds(t, "27")
	labels, far := uint64(0), uint64(0) // of how many networks labels begin or cease to fit, or else too many nodes move
	for seed := range networks {
		rng := rand.New(rand.NewPCG(seed, 5))
		opt := graph.Options{GroupBy: [][]string{nil, {"region"}, {"region", graph.FieldEngine}}[seed/3%3]}
		lists := clustertest.Cluster(seed, clustertest.Options{Nodes: 50 + rng.IntN(451), Hubs: 1 + int(seed%3)})
		before := arrange(t, graphtest.Build(cluster.Merge(lists...), opt), layout.Options{Engine: "rings"})
		nodes := &lists[rng.IntN(len(lists))].Nodes
		removed := rng.IntN(len(*nodes))
		if (*nodes)[removed].Type == cluster.Requester {
			removed = (removed + 1) % len(*nodes)
		}
		*nodes = slices.Delete(*nodes, removed, removed+1)
		after := arrange(t, graphtest.Build(cluster.Merge(lists...), opt), layout.Options{Engine: "rings"})
		moves, many := moved(before, after)
		switch {
		case (before.Unlabeled == 0) != (after.Unlabeled == 0): // all is drawn anew
			labels++
		case moves[len(moves)/2] >= 1:
			t.Errorf("seed %d: the median node moves by %.2f of a width", seed, moves[len(moves)/2])
		case many > len(moves)/10:
			far++
		}
	}
	t.Logf("of %d networks, labels begin or cease to fit in %d, and more than a tenth of the nodes move by more than a width in %d", networks, labels, far)
	if labels > networks/20 || far > networks/50 {
		t.Error("those are too many")
	}
}

// moved returns how far the nodes that two drawings share are apart, by the width
// of a node, in ascending order, and how many of them by more than one.
func moved(a, b *layout.Drawing) (moves []float64, far int) {
	places := make(map[string]layout.Box)
	for i, box := range a.Boxes {
		places[a.Diagram.Nodes[i].ID] = box
	}
	for i, box := range b.Boxes {
		was, ok := places[b.Diagram.Nodes[i].ID]
		if !ok {
			continue
		}
		m := math.Hypot(box.Center.X-was.Center.X, box.Center.Y-was.Center.Y) / was.W
		moves = append(moves, m)
		if m > 1 {
			far++
		}
	}
	slices.Sort(moves)
	return moves, far
}
