package diagram_test

import (
	"context"
	"fmt"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
)

func ExampleNew() {
	seen := func(c cluster.Connection, m cluster.Membership) []cluster.Sighting {
		return []cluster.Sighting{{Connection: c, Membership: m}}
	}
	snap := cluster.Merge(cluster.List{
		Orchestrator: "hub",
		Nodes: []cluster.Node{
			{ID: "hub", Type: cluster.Requester},
			{ID: "worker-1", Type: cluster.Compute, Version: "v1.9.3", Sightings: seen(cluster.Connected, cluster.Approved)},
			{ID: "worker-2", Type: cluster.Compute, Sightings: seen(cluster.Disconnected, cluster.Approved)},
			{ID: "worker-3", Type: cluster.Compute, Sightings: seen(cluster.Connected, cluster.Pending)},
		},
	})
	topo, err := graph.Build(context.Background(), snap, graph.Options{All: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := diagram.New(context.Background(), topo, diagram.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %s\n", d.Title, d.Subtitle)
	for i, n := range d.Nodes {
		fmt.Printf("%q: %s\n", d.Tooltip(i), n.Class)
	}
	for _, e := range d.Legend {
		fmt.Println("-", e.Name)
	}
	// Output:
	// Bacalhau network: 2 of 3 compute nodes connected
	// "hub\nrequester": orchestrator
	// "worker-1\ncompute, connected\nversion v1.9.3": compute node
	// "worker-2\ncompute, disconnected": disconnected
	// "worker-3\ncompute, connected, pending": pending approval
	// - orchestrator
	// - compute node
	// - disconnected
	// - pending approval
}
