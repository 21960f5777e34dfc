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
	for _, by := range [][]string{nil, {"region"}, {"region", graph.FieldEngine}} {
		t.Run(fmt.Sprint(by), func(t *testing.T) {
			opt := graph.Options{GroupBy: by}
			list := clustertest.Cluster(7, clustertest.Options{Nodes: 200})[0]
			before := arrange(t, graph.Build(cluster.Merge(list), opt), layout.Options{})
			for gone, n := range list.Nodes {
				if n.Type == cluster.Requester {
					continue
				}
				rest := cluster.List{Orchestrator: list.Orchestrator, Nodes: slices.Delete(slices.Clone(list.Nodes), gone, gone+1)}
				after := arrange(t, graph.Build(cluster.Merge(rest), opt), layout.Options{})
				moves, far := moved(before, after)
				if median := moves[len(moves)/2]; median >= 1 || far > len(moves)/10 {
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
