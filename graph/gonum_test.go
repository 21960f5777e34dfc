package graph_test

import (
	"math"
	"slices"
	"testing"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/testgraph"
	"gonum.org/v1/gonum/graph/topo"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
)

// build returns topologies for gonum's contract tests. These ask for graphs with given
// nodes and edges. A Topology can only be built from a snapshot, so they get clusters
// with the number of nodes asked for.
func build(nodes []gonum.Node, _ []testgraph.WeightedLine, _, _ float64) (gonum.Graph, []gonum.Node, []testgraph.Edge, float64, float64, bool) {
	snap := cluster.Snapshot{}
	if n := len(nodes); n > 0 {
		snap = clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n - 1})
		if n > 3 {
			snap = clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n - 2, Hubs: 2, Shared: 0.5, Disconnected: 0.1})
		}
	}
	if n := len(nodes); n > 5 {
		snap = clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n - 4, Hubs: 2, Shared: 0.5, Disconnected: 0.1})
		snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 2, Executions: 3})
	}
	t := graphtest.Build(snap, graph.Options{All: true})
	var vertices []gonum.Node
	var edges []testgraph.Edge
	for i := range t.Len() {
		vertices = append(vertices, t.Vertex(i))
		for _, n := range t.Neighbors(i) {
			if n > int32(i) {
				edges = append(edges, t.WeightedEdgeBetween(int64(i), int64(n)))
			}
		}
	}
	for _, r := range t.Runs() {
		edges = append(edges, t.WeightedEdgeBetween(r.Job, r.Node))
	}
	return t, vertices, edges, 0, math.Inf(1), true
}

func TestGonumContract(t *testing.T) {
	const useEmpty, reversed = true, true
	testgraph.ReturnAllNodes(t, build, useEmpty)
	testgraph.ReturnNodeSlice(t, build, useEmpty)
	testgraph.NodeExistence(t, build)
	testgraph.EdgeExistence(t, build, reversed)
	testgraph.ReturnAdjacentNodes(t, build, useEmpty, reversed)
	testgraph.ReturnAllEdges(t, build, useEmpty)
	testgraph.ReturnEdgeSlice(t, build, useEmpty)
	testgraph.Weight(t, build)
}

func TestGonumAlgorithmsTakeATopology(t *testing.T) {
	separate := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 20, Hubs: 3}), graph.Options{})
	if c := topo.ConnectedComponents(separate); len(c) != 3 {
		t.Errorf("%d components, want one for each of 3 hubs", len(c))
	}
	shared := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 20, Hubs: 3, Shared: 1}), graph.Options{})
	if c := topo.ConnectedComponents(shared); len(c) != 1 {
		t.Errorf("%d components, want 1: the hubs share all nodes", len(c))
	}
	star := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 20}), graph.Options{})
	paths := path.DijkstraAllPaths(star)
	for i := range star.Len() {
		for j := range star.Len() {
			want := 2.0 // by way of the hub
			switch {
			case i == j:
				want = 0
			case star.Vertex(i).Hub || star.Vertex(j).Hub:
				want = 1
			}
			if got := paths.Weight(int64(i), int64(j)); got != want {
				t.Fatalf("from %d to %d: %v, want %v", i, j, got, want)
			}
		}
	}
}

func TestOutOfRangeIDsAreNotThere(t *testing.T) {
	g := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 2}), graph.Options{})
	for _, id := range []int64{-1, 3, 1 << 40} {
		if g.Node(id) != nil || g.From(id).Len() != 0 || g.HasEdgeBetween(id, 0) || g.HasEdgeBetween(0, id) ||
			g.Edge(id, 0) != nil || g.EdgeBetween(0, id) != nil {
			t.Errorf("something is at %d", id)
		}
	}
}

func TestIterationIsInNodeIDOrder(t *testing.T) {
	g := graphtest.Build(clustertest.Snapshot(5, clustertest.Options{Nodes: 60, Hubs: 3, Shared: 0.4, Names: clustertest.NameMixed}), graph.Options{})
	inOrder := func(what string, nodes gonum.Nodes) {
		t.Helper()
		var ids []string
		for nodes.Next() {
			ids = append(ids, nodes.Node().(*graph.Vertex).NodeID())
		}
		if !slices.IsSorted(ids) || len(ids) == 0 {
			t.Errorf("%s: %q", what, ids)
		}
	}
	inOrder("Nodes", g.Nodes())
	for i := range g.Len() {
		if g.Vertex(i).ID() != int64(i) {
			t.Errorf("vertex %d has ID %d", i, g.Vertex(i).ID())
		}
		inOrder("From", g.From(int64(i)))
	}
}
