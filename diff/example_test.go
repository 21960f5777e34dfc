package diff_test

import (
	"context"
	"fmt"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
)

func ExampleCompare() {
	network := func(ids ...string) cluster.Snapshot {
		list := cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: "hub", Type: cluster.Requester}}}
		for _, id := range ids {
			list.Nodes = append(list.Nodes, cluster.Node{
				ID: id, Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: cluster.Connected}},
			})
		}
		return cluster.Merge(list)
	}
	d, err := diff.Compare(context.Background(), network("n-1"), network("n-1", "n-2"), diff.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range d.Added {
		fmt.Println("added:", n.ID)
	}
	fmt.Println("removed:", len(d.Removed))
	// Output:
	// added: n-2
	// removed: 0
}
