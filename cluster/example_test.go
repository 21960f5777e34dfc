package cluster_test

import (
	"fmt"

	"github.com/bacviz/bacviz/cluster"
)

// Two orchestrators list the same compute node; one of them has lost it.
func ExampleMerge() {
	node := func(c cluster.Connection) []cluster.Node {
		return []cluster.Node{{ID: "gpu-1", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: c}}}}
	}
	snap := cluster.Merge(
		cluster.List{Orchestrator: "us", Nodes: node(cluster.Disconnected)},
		cluster.List{Orchestrator: "eu", Nodes: node(cluster.Connected)},
	)
	fmt.Println(snap.Orchestrators)
	for _, n := range snap.Nodes {
		fmt.Println(n.ID, n.Connection())
		for _, s := range n.Sightings {
			fmt.Println("  by", s.Orchestrator, s.Connection)
		}
	}
	// Output:
	// [eu us]
	// gpu-1 CONNECTED
	//   by eu CONNECTED
	//   by us DISCONNECTED
}
