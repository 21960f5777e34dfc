package graph

// The methods in this file make Topology a gonum graph.WeightedUndirected, for
// gonum's algorithms and encoders.

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/iterator"

	"github.com/bacviz/bacviz/internal/dotid"
)

var (
	_ graph.WeightedUndirected = (*Topology)(nil)
	_ encoding.Attributer      = (*Vertex)(nil)
	_ encoding.Attributer      = Edge{}
)

// An Edge of the topology joins a hub to a node, or a job to a node.
type Edge struct {
	U, V *Vertex
	Run  *Run // the executions of the job on the node; nil for an edge of a hub
}

// From returns U.
func (e Edge) From() graph.Node { return e.U }

// To returns V.
func (e Edge) To() graph.Node { return e.V }

// ReversedEdge returns the edge from V to U.
func (e Edge) ReversedEdge() graph.Edge {
	e.U, e.V = e.V, e.U
	return e
}

// Weight returns the number of executions of a run, and 1 for an edge of a hub.
func (e Edge) Weight() float64 {
	if e.Run != nil {
		return float64(e.Run.Count)
	}
	return 1
}

// Attributes returns the DOT attributes of an edge of a job: weight and label. An
// edge of a hub has none.
func (e Edge) Attributes() []encoding.Attribute {
	if e.Run == nil {
		return nil
	}
	return []encoding.Attribute{
		{Key: "weight", Value: strconv.Itoa(e.Run.Count)},
		{Key: "label", Value: dotid.Quote(string(e.Run.Outcome))},
	}
}

// DOTID returns the NodeID, quoted for DOT.
func (v *Vertex) DOTID() string { return dotid.Quote(v.NodeID()) }

// Attributes returns the DOT attributes of the vertex: its label, and its role as
// class.
func (v *Vertex) Attributes() []encoding.Attribute {
	return []encoding.Attribute{
		{Key: "label", Value: dotid.Quote(v.Label)},
		{Key: "class", Value: dotid.Quote(string(v.Role()))},
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

// Edges iterates over all edges, each once: those of a vertex before those of the
// next, to vertices with larger IDs.
func (t *Topology) Edges() graph.Edges {
	edges := make([]graph.Edge, 0, t.EdgeCount())
	for _, e := range t.linked.edges() {
		edges = append(edges, t.edge(int64(e[0]), int64(e[1])))
	}
	if len(edges) == 0 {
		return graph.Empty
	}
	return iterator.NewOrderedEdges(edges)
}

// From iterates over the neighbours of a vertex in the order of their IDs.
func (t *Topology) From(id int64) graph.Nodes {
	if t.Node(id) == nil {
		return graph.Empty
	}
	linked := t.linked.of(int(id))
	if len(linked) == 0 {
		return graph.Empty
	}
	nodes := make([]graph.Node, len(linked))
	for i, n := range linked {
		nodes[i] = &t.vertices[n]
	}
	return iterator.NewOrderedNodes(nodes)
}

// HasEdgeBetween reports whether two vertices share an edge.
func (t *Topology) HasEdgeBetween(xid, yid int64) bool {
	if t.Node(xid) == nil || t.Node(yid) == nil {
		return false
	}
	_, ok := slices.BinarySearch(t.linked.of(int(xid)), int32(yid))
	return ok
}

// edge returns the edge between two vertices that share one.
func (t *Topology) edge(u, v int64) Edge {
	return Edge{U: &t.vertices[u], V: &t.vertices[v], Run: t.run(u, v)}
}

// run returns the run between a job and a node, given in any order, or nil.
func (t *Topology) run(u, v int64) *Run {
	if t.jobs == 0 {
		return nil
	}
	if t.vertices[u].Job == nil {
		u, v = v, u
	}
	i := sort.Search(len(t.runs), func(i int) bool {
		r := &t.runs[i]
		return r.Job > u || r.Job == u && r.Node >= v
	})
	if i < len(t.runs) && t.runs[i].Job == u && t.runs[i].Node == v {
		return &t.runs[i]
	}
	return nil
}

// Edge returns the edge between two vertices, or nil.
func (t *Topology) Edge(uid, vid int64) graph.Edge { return t.EdgeBetween(uid, vid) }

// EdgeBetween returns the edge between two vertices, or nil.
func (t *Topology) EdgeBetween(xid, yid int64) graph.Edge {
	if !t.HasEdgeBetween(xid, yid) {
		return nil
	}
	return t.edge(xid, yid)
}

// WeightedEdge returns the edge between two vertices, or nil.
func (t *Topology) WeightedEdge(uid, vid int64) graph.WeightedEdge {
	return t.WeightedEdgeBetween(uid, vid)
}

// WeightedEdgeBetween returns the edge between two vertices, or nil.
func (t *Topology) WeightedEdgeBetween(xid, yid int64) graph.WeightedEdge {
	if !t.HasEdgeBetween(xid, yid) {
		return nil
	}
	return t.edge(xid, yid)
}

// Weight returns the weight of the edge between two vertices; see [Edge.Weight]. It
// is 0 for a vertex and itself, and infinite, with ok false, without an edge.
func (t *Topology) Weight(xid, yid int64) (w float64, ok bool) {
	switch {
	case xid == yid && t.Node(xid) != nil:
		return 0, true
	case !t.HasEdgeBetween(xid, yid):
		return math.Inf(1), false
	}
	return t.edge(xid, yid).Weight(), true
}
