package layout_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// The names of hosts begin with their racks, which labels leave out: labels are in order all
// the same.
func TestNodesOfOneRankStandInTheOrderOfTheirLabels(t *testing.T) {
	t.Parallel()
	for _, width := range []string{"%d", "%03d"} {
		state := cluster.Sighting{Membership: cluster.Approved, Connection: cluster.Connected}
		l := cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: "hub", Type: cluster.Requester, Sightings: []cluster.Sighting{state}}}}
		for i := range 120 {
			n := cluster.Node{ID: fmt.Sprintf("eu-west-1-compute-rack%02d-node-"+width, (i/10+i*7)%10, i), Type: cluster.Compute, Sightings: []cluster.Sighting{state}}
			if i%10 == 0 {
				n.Sightings[0].Membership = cluster.Rejected
			}
			l.Nodes = append(l.Nodes, n)
		}
		topo := graphtest.Build(cluster.Merge(l), graph.Options{All: true})
		for _, engine := range []string{"trays", "cells"} {
			d := arrange(t, topo, layout.Options{Engine: engine})
			var rejected, others []int
			for i := range d.Boxes {
				switch n := &d.Diagram.Nodes[i]; {
				case n.Hub:
				case n.NeedsAttention:
					rejected = append(rejected, i)
				case engine == "trays": // cells have no names
					others = append(others, i)
				}
			}
			for _, boxes := range [][]int{rejected, others} {
				if len(boxes) == 0 {
					continue
				}
				byPlace := func(along, across func(i int) float64) []string {
					order := slices.SortedStableFunc(slices.Values(boxes), func(a, b int) int {
						return cmp.Or(cmp.Compare(along(a), along(b)), cmp.Compare(across(a), across(b)))
					})
					var labels []string
					for _, i := range order {
						labels = append(labels, d.Diagram.Nodes[i].Label)
					}
					return labels
				}
				x, y := func(i int) float64 { return d.Boxes[i].Center.X }, func(i int) float64 { return d.Boxes[i].Center.Y }
				var want []string
				for i := range 120 {
					if (i%10 == 0) == (&boxes[0] == &rejected[0]) {
						want = append(want, fmt.Sprintf("node-"+width, i))
					}
				}
				if rows, columns := byPlace(y, x), byPlace(x, y); !slices.Equal(rows, want) && !slices.Equal(columns, want) {
					t.Errorf("%s: by row %v, by column %v", engine, rows, columns)
				}
			}
		}
	}
}
