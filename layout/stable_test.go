package layout_test

import (
	"fmt"
	"math"
	"math/rand/v2"
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

// TestPlacesStayOverSeededNetworks takes a node away from networks of 50 to 500
// nodes, several hubs and groups. When a ring more is begun, or labels come to fit,
// all is drawn anew: so it does not hold for each of them.
func TestPlacesStayOverSeededNetworks(t *testing.T) {
	const networks = 216
	median, far := 0, 0 // of how many networks the median node moves too far, or too many nodes do
	for seed := range uint64(networks) {
		rng := rand.New(rand.NewPCG(seed, 5))
		opt := graph.Options{GroupBy: [][]string{nil, {"region"}, {"region", graph.FieldEngine}}[seed/3%3]}
		lists := clustertest.Cluster(seed, clustertest.Options{Nodes: 50 + rng.IntN(451), Hubs: 1 + int(seed%3)})
		before := arrange(t, graph.Build(cluster.Merge(lists...), opt), layout.Options{Engine: "rings"})
		nodes := &lists[rng.IntN(len(lists))].Nodes
		gone := rng.IntN(len(*nodes))
		if (*nodes)[gone].Type == cluster.Requester {
			gone = (gone + 1) % len(*nodes)
		}
		*nodes = slices.Delete(*nodes, gone, gone+1)
		after := arrange(t, graph.Build(cluster.Merge(lists...), opt), layout.Options{Engine: "rings"})
		moves, many := moved(before, after)
		if moves[len(moves)/2] >= 1 {
			median++
		}
		if many > len(moves)/10 {
			far++
		}
	}
	t.Logf("of %d networks, the median node moves by more than a width in %d, and more than a tenth of the nodes in %d", networks, median, far)
	if median > networks/40 || far > networks/10 {
		t.Errorf("of %d networks, the median node moves by more than a width in %d, and more than a tenth of the nodes in %d", networks, median, far)
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
