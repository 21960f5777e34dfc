package capacity

// This file adds up a snapshot without its topology.

import (
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
)

// Total returns the figures of all compute nodes of a snapshot: those of the table of its
// topology with all nodes ([Table.All]), of which it needs none of the labels and edges.
func Total(snap *cluster.Snapshot) (sum Sum) {
	var v graph.Vertex
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		_, hub := slices.BinarySearch(snap.Orchestrators, n.ID)
		v.Node, v.Hub, v.Kept = n, hub, snap.Selection.Keeps(n.ID)
		if v.Counts() {
			sum.add(&v)
		}
	}
	return sum
}
