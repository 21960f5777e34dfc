// Package graph builds the topology of a Bacalhau network: a gonum graph with a
// vertex for each node and an edge from each hub to every compute node that it
// lists as connected; and a vertex for each job, with an edge to every node that it
// was placed on.
//
// [Build] takes a [cluster.Snapshot] and returns a [Topology]; package diagram
// decides what a reader sees of it. This package knows no words and no coordinates.
package graph

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/parallel"
)

// Options select the parts of a snapshot that the graph has, and the fields that it
// shows. The zero value selects the hubs that the snapshot names and the connected
// nodes.
type Options struct {
	// Hub is the NodeID of the only hub, in place of the orchestrators that answered.
	Hub string

	// All adds the disconnected compute nodes, without an edge. Those that await
	// reconnection always have a vertex, without an edge too.
	All bool

	// Unfiltered is the network that a filter made the snapshot from, or the new network
	// of a difference; nil means the snapshot itself. [Topology.Unfiltered] counts its nodes.
	Unfiltered *cluster.Snapshot

	// GroupBy names the fields to group compute nodes by, outermost first:
	// built-in ones such as [FieldVersion], or keys of labels.
	GroupBy []string

	// Collapse replaces each innermost group with one vertex.
	Collapse bool

	// ColorBy names the field that colours stand for; empty for the class of a node.
	ColorBy string

	// SizeBy is the capacity that the sizes of compute nodes stand for: "cpu", "memory"
	// or "gpu"; empty or "none" for one size.
	SizeBy string

	// Label names the field to label compute nodes with: [FieldShort], the
	// default, [FieldFull], or the key of a label.
	Label string

	// Changes holds the changes of nodes by NodeID, for the topology of a difference.
	// Nodes that it does not name are unchanged.
	Changes map[string]Changes
}

// A Change is the kind of change of a node between two networks.
type Change string

// The kinds of changes. Same is an unchanged node.
const (
	Same    Change = "same"
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Changes are the changes of a node between two networks.
type Changes struct {
	Change Change
	Words  []string // each changed field with its old and new value
	Short  []string // the same in a few printable words each: "→ rejected"; fields that a glyph shows are left out

	// From is the ID that the node probably had before, or the ID of the orchestrator
	// that it replaces.
	From string
}

// The roles of vertices that are not nodes.
const (
	GroupRole cluster.Role = "group" // a collapsed group of compute nodes
	JobRole   cluster.Role = "job"
)

// A Vertex is one node of the network, or a job. It is a gonum [graph.Node].
type Vertex struct {
	id int64

	Label   string   // short, printable and unlike every other label of the graph
	Group   []string // its path, if compute nodes are grouped; nil for hubs
	Members *Members // of a collapsed group; nil for a node
	Changes *Changes // in the topology of a difference; nil in any other

	Value  int     // its index in the values of the Coloring, or -1
	Amount float64 // of the field that colours stand for, from 0 to 1, if that is an amount and Value is not -1
	Size   float64 // factor of its outline; 1 is the usual size

	// Node is the record of the node. Of a job, and of a hub that is not in any node
	// list, it has the ID alone.
	Node *cluster.Node

	Job      *cluster.Job // nil for a node
	Hub      bool         // its node list was read, or it was named as the hub
	Kept     bool         // a filter does not mean it, and others are drawn around it: no sum counts it
	Unlisted bool         // a job was placed on the node, but it is not in any node list
	Part     bool         // a job of the graph was placed on it
	Idle     bool         // there are jobs in the graph, but none was placed on it; false for hubs
}

// ID returns the vertex's index in the graph, from 0, in the order of NodeIDs;
// collapsed groups come last, in the order of their paths.
func (v *Vertex) ID() int64 { return v.id }

// NodeID returns the ID that the node has in the network.
func (v *Vertex) NodeID() string { return v.Node.ID }

// Role returns the role of the node; [GroupRole] or [JobRole] of another vertex.
func (v *Vertex) Role() cluster.Role {
	switch {
	case v.Members != nil:
		return GroupRole
	case v.Job != nil:
		return JobRole
	}
	return v.Node.Role(v.Hub)
}

// Connection returns that of the node, or of a collapsed group: the best that a member has.
// It is "" for a job, and for a node that is not in any node list.
func (v *Vertex) Connection() cluster.Connection { return v.Node.Connection() }

// Membership returns that of the node; "" for any other vertex, and for a node that is not in
// any node list.
func (v *Vertex) Membership() cluster.Membership { return v.Node.Membership() }

// Change returns the kind of change of the node in a difference, "" in any other topology.
func (v *Vertex) Change() Change {
	if v.Changes == nil {
		return ""
	}
	return v.Changes.Change
}

// NeedsAttention reports whether an operator would look for the vertex: a requester
// other than the hubs, or a compute node that is not both connected and approved; in
// a difference, a node that is not unchanged.
func (v *Vertex) NeedsAttention() bool {
	if v.Changes != nil {
		return v.Changes.Change != Same
	}
	if v.Hub || v.Members != nil || v.Job != nil {
		return false
	}
	return v.Role() == cluster.RoleRequester || !v.TakesJobs()
}

// computes reports whether the vertex is a node that runs jobs.
func (v *Vertex) computes() bool { return v.Job == nil && v.Node.Computes() }

// A Topology is an undirected gonum graph whose vertices and neighbours iterate
// in the order of their IDs. It does not change after [Build] returned it.
type Topology struct {
	vertices  []Vertex
	neighbors adjacency // by edges of hubs
	runs      []Run
	jobs      int
	linked    adjacency // by edges of hubs and of jobs

	// Census counts the compute nodes of the snapshot, those included that the Options
	// leave out.
	Census cluster.Census

	// Unfiltered counts those of Options.Unfiltered.
	Unfiltered cluster.Census

	origins       cluster.Origins   // of the snapshot
	orchestrators map[string]string // what each is called, by its NodeID

	Selection       *cluster.Selection // of the snapshot; nil if that is of the whole network
	Sources, Unread int                // of the snapshot

	Difference bool      // each vertex has a Change
	GroupBy    []string  // the fields that compute nodes are grouped by, outermost first
	Coloring   *Coloring // nil if colours stand for the class of a node
	SizeBy     string    // the field that sizes stand for, or ""
	Sizes      Scale     // the amounts of SizeBy
}

// Build returns the topology of a snapshot. Every requester gets a vertex,
// connected or not, because v1.4 lists its own as disconnected. A requester other
// than the hubs has no edges, because it may be a live peer or the former name of a
// hub. A hub that is not in any node list gets a vertex too.
//
// It returns an error for options that it cannot serve: a field that does not exist,
// or a label that no compute node of the snapshot has; and ctx.Err() if ctx ends first.
func Build(ctx context.Context, snap cluster.Snapshot, opt Options) (*Topology, error) {
	if err := opt.check(snap); err != nil {
		return nil, err
	}
	hubs := snap.Orchestrators
	if opt.Hub != "" {
		hubs = []string{opt.Hub}
	}

	t := &Topology{
		Difference: opt.Changes != nil, GroupBy: opt.GroupBy,
		Selection: snap.Selection, Sources: snap.Sources, Unread: snap.Unread,
	}
	t.count(snap, opt.Unfiltered, hubs)
	ran := nodesOf(snap.Jobs)
	t.addNodes(ctx, snap, hubs, func(n *cluster.Node) bool { return opt.All || ran[n.ID] })
	t.addJobs(ctx, snap, ran)
	t.number(ctx, opt.Changes)
	t.label(ctx, hubs, &snap, opt.Unfiltered)
	t.relabel(ctx, opt.Label)
	t.nameHubs(ctx, &snap)
	t.nameJobs(ctx)
	t.link(ctx, hubs, opt.Hub != "")
	t.addRuns(ctx)
	if len(opt.GroupBy) > 0 {
		t.group(ctx, opt.GroupBy)
		if opt.Collapse {
			t = t.collapse(ctx)
		}
	}
	t.color(ctx, opt.ColorBy)
	t.size(opt.SizeBy)
	t.joinRuns()
	if err := ctx.Err(); err != nil { // the steps since then did nothing
		return nil, err
	}
	return t, nil
}

// count counts the compute nodes of the snapshot, and those of the unfiltered one if
// that is another.
func (t *Topology) count(snap cluster.Snapshot, unfiltered *cluster.Snapshot, hubs []string) {
	t.Census = snap.Census(hubs)
	t.Unfiltered = t.Census
	switch {
	case unfiltered == nil:
	case t.Difference: // without removed orchestrators
		t.Unfiltered = unfiltered.Census(unfiltered.Orchestrators)
	case !sameNodes(&snap, unfiltered) || snap.Selection != unfiltered.Selection:
		t.Unfiltered = unfiltered.Census(hubs)
	}
}

// sameNodes reports whether two snapshots have nodes, and these in the same memory.
func sameNodes(a, b *cluster.Snapshot) bool {
	return len(a.Nodes) > 0 && len(a.Nodes) == len(b.Nodes) && &a.Nodes[0] == &b.Nodes[0]
}

// addNodes adds a vertex for each hub, requester and compute node that is connected or
// awaits reconnection, and for the others that are wanted.
func (t *Topology) addNodes(ctx context.Context, snap cluster.Snapshot, hubs []string, wanted func(*cluster.Node) bool) {
	block := make([]Vertex, len(snap.Nodes)+len(hubs)) // at most; growing takes memory twice
	parts, _ := parallel.Chunks(ctx, len(snap.Nodes), parallel.ChunkSize, func(from, to int) []Vertex {
		part := block[from:from:to]
		for i := from; i < to; i++ {
			n := &snap.Nodes[i]
			_, isHub := slices.BinarySearch(hubs, n.ID)
			c := n.Connection()
			if isHub || n.Type == cluster.Requester || c == cluster.Connected || c == cluster.AwaitingReconnection || wanted(n) {
				part = part[:len(part)+1]
				v := &part[len(part)-1]
				v.Kept = snap.Selection.Keeps(n.ID)
				v.of(n, isHub)
			}
		}
		return part
	})
	t.vertices = block[:0]
	for _, part := range parts {
		t.vertices = append(t.vertices, part...) // where they are, if none before them was left out
	}
	for _, id := range hubs {
		if snap.Node(id) == nil {
			var v Vertex
			v.of(&cluster.Node{ID: id, Type: cluster.Requester}, true)
			t.vertices = append(t.vertices, v)
		}
	}
}

// of makes v the vertex of a node. The pointer is the last that it writes: in new memory, a
// pointer that comes first costs more while garbage is collected (docs/design/speed.md).
func (v *Vertex) of(n *cluster.Node, hub bool) {
	v.Hub, v.Value, v.Size = hub, -1, 1
	v.Node = n
}

// number sorts the vertices by their NodeIDs, and gives each its ID and, in a difference,
// its changes.
func (t *Topology) number(ctx context.Context, changes map[string]Changes) {
	if !parallel.Ascending(ctx, len(t.vertices), func(i int) string { return t.vertices[i].Node.ID }) {
		slices.SortFunc(t.vertices, func(a, b Vertex) int { return strings.Compare(a.Node.ID, b.Node.ID) })
	}
	parallel.Range(ctx, len(t.vertices), func(chunk iter.Seq[int]) {
		for i := range chunk {
			v := &t.vertices[i]
			v.id = int64(i)
			if t.Difference {
				c := changes[v.Node.ID]
				c.Change = cmp.Or(c.Change, Same)
				v.Changes = &c
			}
		}
	})
}

// find returns the index of the vertex with the NodeID, or -1. There must be no collapsed groups.
func (t *Topology) find(id string) int {
	i := sort.Search(len(t.vertices), func(i int) bool { return t.vertices[i].Node.ID >= id })
	if i == len(t.vertices) || t.vertices[i].Node.ID != id {
		return -1
	}
	return i
}

// Len returns the number of vertices.
func (t *Topology) Len() int { return len(t.vertices) }

// EdgeCount returns the number of edges, edges of jobs included.
func (t *Topology) EdgeCount() int { return t.neighbors.count() + len(t.runs) }

// Vertex returns the vertex with the given index, from 0 to Len()-1.
func (t *Topology) Vertex(i int) *Vertex { return &t.vertices[i] }

// All iterates over the vertices and their indexes, in order.
func (t *Topology) All() iter.Seq2[int, *Vertex] {
	return func(yield func(int, *Vertex) bool) {
		for i := range t.vertices {
			if !yield(i, &t.vertices[i]) {
				return
			}
		}
	}
}

// Hubs iterates over the hubs and their indexes, in order.
func (t *Topology) Hubs() iter.Seq2[int, *Vertex] {
	return func(yield func(int, *Vertex) bool) {
		for i, v := range t.All() {
			if v.Hub && !yield(i, v) {
				return
			}
		}
	}
}

// Neighbors returns the indexes of the vertices that an edge of a hub joins to
// vertex i, ascending. Edges of jobs are in [Topology.Runs]. The caller must not
// change the slice.
func (t *Topology) Neighbors(i int) []int32 { return t.neighbors.of(i) }
