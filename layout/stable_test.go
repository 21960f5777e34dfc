package layout_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
)

// TestPlacesStayWhenANodeComesOrGoes takes each of 200 nodes away in turn, and so
// adds each to 199 others.
func TestPlacesStayWhenANodeComesOrGoes(t *testing.T) {
	for _, c := range []struct {
		opt  graph.Options
		most float64 // the part of the others that may move by more than a width
	}{
		{graph.Options{}, 0.1},
		// In a wedge a row cannot turn to take up a place that came or went, and the
		// others' wedges give or take a little: a few of the 200 move up to 14 %.
		{graph.Options{GroupBy: []string{"region"}}, 0.14},
	} {
		opt := c.opt
		t.Run(fmt.Sprint(opt.GroupBy), func(t *testing.T) {
			list := clustertest.Cluster(7, clustertest.Options{Nodes: 200})[0]
			before := arrange(t, graph.Build(cluster.Merge(list), opt), layout.Options{})
			for gone, n := range list.Nodes {
				if n.Type == cluster.Requester {
					continue
				}
				rest := cluster.List{Orchestrator: list.Orchestrator, Nodes: slices.Delete(slices.Clone(list.Nodes), gone, gone+1)}
				after := arrange(t, graph.Build(cluster.Merge(rest), opt), layout.Options{})
				moves, far := moved(before, after)
				if median := moves[len(moves)/2]; median >= 1 || float64(far) > c.most*float64(len(moves)) {
					t.Errorf("without %s the median node moves by %.2f of a width, and %d of %d by more than one", n.ID, median, far, len(moves))
				}
			}
		})
	}
}

// moved returns how far the nodes that two drawings share lie apart, by the width
// of a node, in ascending order, and how many of them by more than one.
func moved(a, b *layout.Drawing) (moves []float64, far int) {
	places := make(map[string]layout.Box)
	for _, box := range a.Boxes {
		places[box.Vertex.NodeID()] = box
	}
	for _, box := range b.Boxes {
		was, ok := places[box.Vertex.NodeID()]
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
