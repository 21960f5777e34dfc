package history_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
)

func Example() {
	ctx := context.Background()
	store, err := history.Memory(ctx, history.Options{}) // history.Open keeps it in a file
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	monday := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for day, state := range []cluster.Connection{cluster.Connected, cluster.Disconnected, cluster.Connected} {
		network := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
			{ID: "node-a", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: state}}},
		}})
		if _, err := store.Append(ctx, monday.AddDate(0, 0, day), network); err != nil {
			log.Fatal(err)
		}
	}

	for change, err := range store.Changes(ctx, history.Query{Node: "node-a"}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(change.At.Format(time.DateOnly), change.Kind, change.ID)
	}
	then, err := store.Snapshot(ctx, monday.Add(30*time.Hour))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(then.Nodes[0].Connection())
	// Output:
	// 2026-11-04 joined node-a
	// 2026-11-03 left node-a
	// DISCONNECTED
}
