// Package graphtest builds topologies and diagrams for tests, from snapshots and
// options that are known to be right.
package graphtest

import (
	"context"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
)

// Build is [graph.Build] for options that the snapshot can serve. It panics if they
// are not.
func Build(snap cluster.Snapshot, opt graph.Options) *graph.Topology {
	t, err := graph.Build(context.Background(), snap, opt)
	if err != nil {
		panic(err)
	}
	return t
}

// Diagram returns the diagram of what [Build] returns.
func Diagram(snap cluster.Snapshot, opt graph.Options) *diagram.Diagram {
	return NewDiagram(Build(snap, opt), diagram.Options{})
}

// NewDiagram is [diagram.New] without a time limit.
func NewDiagram(t *graph.Topology, opt diagram.Options) *diagram.Diagram {
	d, err := diagram.New(context.Background(), t, opt)
	if err != nil {
		panic(err)
	}
	return d
}
