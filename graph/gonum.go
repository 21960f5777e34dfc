package graph

// The methods in this file make Topology a gonum graph.Undirected, so that
// gonum's algorithms and encoders take it as it is.

import (
	"slices"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/iterator"
	"gonum.org/v1/gonum/graph/simple"
)

// join puts the neighbours by edges of both kinds together.
func (t *Topology) join() {
	t.linked = t.neighbors
	if len(t.runs) == 0 {
		return
	}
	t.linked = make([][]int64, len(t.vertices))
	for i := range t.neighbors {
		t.linked[i] = slices.Clone(t.neighbors[i])
	}
	for i := range t.runs {
		r := &t.runs[i]
		t.linked[r.Job], t.linked[r.Node] = append(t.linked[r.Job], r.Node), append(t.linked[r.Node], r.Job)
	}
	for i := range t.linked {
		slices.Sort(t.linked[i])
	}
}

// Node returns the vertex with the ID, or nil.
func (t *Topology) Node(id int64) graph.Node {
	if id < 0 || id >= int64(len(t.vertices)) {
		return nil
	}
	return &t.vertices[id]
}

// Nodes iterates over all vertices in the order of their IDs.
func (t *Topology) Nodes() graph.Nodes {
	if len(t.vertices) == 0 {
		return graph.Empty
	}
	nodes := make([]graph.Node, len(t.vertices))
	for i := range t.vertices {
		nodes[i] = &t.vertices[i]
	}
	return iterator.NewOrderedNodes(nodes)
}

// From iterates over the neighbours of a vertex in the order of their IDs.
func (t *Topology) From(id int64) graph.Nodes {
	if t.Node(id) == nil || len(t.linked[id]) == 0 {
		return graph.Empty
	}
	nodes := make([]graph.Node, len(t.linked[id]))
	for i, n := range t.linked[id] {
		nodes[i] = &t.vertices[n]
	}
	return iterator.NewOrderedNodes(nodes)
}

// HasEdgeBetween reports whether two vertices share an edge.
func (t *Topology) HasEdgeBetween(xid, yid int64) bool {
	if t.Node(xid) == nil {
		return false
	}
	_, ok := slices.BinarySearch(t.linked[xid], yid)
	return ok
}

// Edge returns the edge between two vertices, or nil.
func (t *Topology) Edge(uid, vid int64) graph.Edge { return t.EdgeBetween(uid, vid) }

// EdgeBetween returns the edge between two vertices, or nil.
func (t *Topology) EdgeBetween(xid, yid int64) graph.Edge {
	if !t.HasEdgeBetween(xid, yid) {
		return nil
	}
	return simple.Edge{F: &t.vertices[xid], T: &t.vertices[yid]}
}
