package graph_test

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/gonum/graph/encoding/dot"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
)

func ExampleBuild() {
	connected := []cluster.Sighting{{Connection: cluster.Connected}}
	snap := cluster.Merge(cluster.List{
		Orchestrator: "n-f28830b0-56b4-4ebf-ba2b-98f547783a2f",
		Nodes: []cluster.Node{
			{ID: "n-f28830b0-56b4-4ebf-ba2b-98f547783a2f", Type: cluster.Requester},
			{ID: "eu-west-1-rack42-node-0001", Type: cluster.Compute, Sightings: connected},
			{ID: "eu-west-1-rack42-node-0002", Type: cluster.Compute, Sightings: connected},
			{ID: "us-east-1-rack07-node-0001", Type: cluster.Compute}, // not connected
		},
	})
	topo, err := graph.Build(context.Background(), snap, graph.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range topo.Len() {
		v := topo.Vertex(i)
		fmt.Println(v.Role(), v.Label)
		for _, n := range topo.Neighbors(i) {
			fmt.Println("  -", topo.Vertex(int(n)).Label)
		}
	}
	fmt.Println(topo.Census.Connected, "of", topo.Census.Nodes, "connected")
	// Output:
	// compute rack42-node-0001
	//   - n-f28830b0
	// compute rack42-node-0002
	//   - n-f28830b0
	// requester n-f28830b0
	//   - rack42-node-0001
	//   - rack42-node-0002
	// 2 of 3 connected
}

// gonum's encoders take a Topology as it is, and name vertices by their NodeIDs.
func ExampleTopology_dot() {
	connected := []cluster.Sighting{{Connection: cluster.Connected}}
	snap := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
		{ID: "hub", Type: cluster.Requester},
		{ID: "worker-1", Type: cluster.Compute, Sightings: connected},
	}})
	topo, err := graph.Build(context.Background(), snap, graph.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := dot.Marshal(topo, "network", "", "  ")
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) != "" {
			fmt.Print(line)
		}
	}
	// Output:
	// strict graph network {
	//   // Node definitions.
	//   "hub" [
	//     label="hub"
	//     class="requester"
	//   ];
	//   "worker-1" [
	//     label="worker-1"
	//     class="compute"
	//   ];
	//   // Edge definitions.
	//   "hub" -- "worker-1";
	// }
}
