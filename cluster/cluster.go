// Package cluster is the model of a Bacalhau network: a [Snapshot] of its nodes, as
// one or more orchestrators listed them, and of their jobs.
//
// Package fetch reads [List] values from orchestrators and files, [Merge] combines
// them into one Snapshot in canonical order, and package graph builds the topology
// from that. A Snapshot is not modified after it was made. This package has no
// formats: cluster/snapshot reads and writes a Snapshot as a document, cluster/redact
// replaces the names in one.
package cluster

import (
	"slices"
	"time"
)

// FallbackHub is the name of the hub of a list that contains no requester and does
// not name the orchestrator that answered.
const FallbackHub = "Requester Node"

// A Type is the type that a node reports.
type Type string

// The node types of the Bacalhau API. An orchestrator that also computes calls
// itself Compute; see [List.Orchestrator].
const (
	Requester Type = "Requester"
	Compute   Type = "Compute"
)

// A Connection says whether an orchestrator can reach a node. Unknown words, which
// later versions may add, are kept.
type Connection string

// The connection states. The Bacalhau API has two of them, in every version. It calls
// a node disconnected too that its orchestrator has not heard of since it restarted;
// [Sighting.Settle] tells the two apart.
const (
	Connected            Connection = "CONNECTED"
	AwaitingReconnection Connection = "AWAITING-RECONNECTION"
	Disconnected         Connection = "DISCONNECTED"
)

// A Membership says whether an orchestrator lets a node take part. It is
// independent of [Connection]: v1.4 lists rejected nodes as connected.
type Membership string

// The membership states of the Bacalhau API. It may also be empty.
const (
	Pending  Membership = "PENDING"
	Approved Membership = "APPROVED"
	Rejected Membership = "REJECTED"
)

// A Sighting is what one orchestrator reports about one node.
type Sighting struct {
	Orchestrator string // NodeID of the orchestrator that lists the node
	Connection   Connection
	Membership   Membership

	// The rest is reported since v1.6. A zero time means never, or not reported.
	LastHeartbeat     time.Time
	ConnectedSince    time.Time
	DisconnectedSince time.Time
	LastError         string
}

// MaxID is the length of the longest ID, in bytes. Nothing limits IDs in Bacalhau, whose
// own are of 38 bytes; everything that sorts, shortens or shows IDs relies on a limit.
const MaxID = 1 << 10

// MaxText is the length of the longest label, key of a label, or other text about a node,
// in bytes. Kubernetes, whose labels look the same, allows 63.
const MaxText = 64 << 10

// A Node is one member of the network, known by its ID.
type Node struct {
	ID         string
	Type       Type
	Labels     map[string]string
	Engines    []string // execution engines, sorted
	Publishers []string // sorted
	Storage    []string // storage sources, sorted
	Version    string   // such as "v1.9.3"; empty if it is not reported

	Max       Resources // the capacity
	Available Resources // the free part of it; outdated or empty unless the node is connected
	Queued    Resources // demand of the executions that wait
	Running   int       // number of executions that run
	Enqueued  int       // number of executions that wait

	// LoadUnknown is true for a node from a snapshot without load: Max.Disk,
	// Available, Queued, Running, Enqueued and the times of the sightings are zero
	// because they were not saved.
	LoadUnknown bool

	// Sightings has one for each orchestrator that lists the node, sorted by
	// orchestrator.
	Sightings []Sighting
}

// Computes reports whether the node runs jobs: a compute node, or an
// orchestrator with execution engines of its own.
func (n *Node) Computes() bool {
	return n.Type != Requester || len(n.Engines) > 0
}

// A Role says what a node does in the network. A [Type] is only what the API calls
// the node: it is Compute or Requester for a hybrid one.
type Role string

// The roles of a node.
const (
	RoleRequester Role = "requester" // an orchestrator
	RoleCompute   Role = "compute"
	RoleHybrid    Role = "hybrid" // an orchestrator that also computes
)

// Role returns what the node does. That it answered with a node list, which hub
// says, makes an orchestrator of any node.
func (n *Node) Role(hub bool) Role {
	switch {
	case !n.Computes():
		return RoleRequester
	case n.Type == Requester || hub:
		return RoleHybrid
	}
	return RoleCompute
}

// Connected reports whether at least one orchestrator reaches the node.
func (n *Node) Connected() bool {
	for i := range n.Sightings {
		if n.Sightings[i].Connection == Connected {
			return true
		}
	}
	return false
}

// Membership returns Rejected if any orchestrator rejected the node, Pending if any
// has yet to decide, and otherwise the membership that the orchestrators report; of
// several unknown words, the last in alphabetical order.
func (n *Node) Membership() Membership {
	var m Membership
	for i := range n.Sightings {
		switch s := n.Sightings[i].Membership; {
		case s == Rejected:
			return Rejected
		case s == Pending, m != Pending && s > m: // not the first, so that order does not matter
			m = s
		}
	}
	return m
}

// Connection returns Connected if any orchestrator reaches the node,
// AwaitingReconnection if any has yet to hear of it, and otherwise the connection that
// the orchestrators report; of several unknown words, the last in alphabetical order.
func (n *Node) Connection() Connection {
	var c Connection
	for i := range n.Sightings {
		switch s := n.Sightings[i].Connection; {
		case s == Connected:
			return s
		case s == AwaitingReconnection, c != AwaitingReconnection && s > c: // not the first, so that order does not matter
			c = s
		}
	}
	return c
}

// ReportsFree reports whether the node reports its free capacity. If all of it is 0 it
// was not reported, as every node has free disk.
func (n *Node) ReportsFree() bool { return !n.LoadUnknown && n.Available != Resources{} }

// Free returns what is free of what the node has: what it reports, and at most its capacity. A
// node that reports more, such as one whose capacity was lowered, has no more than that; of a
// capacity that is not known, nothing counts as free. Whether any of it is known,
// [Node.ReportsFree] says.
func (n *Node) Free() Resources { return n.Available.AtMost(n.Max) }

// ReportsLoad reports whether the node reports its running and waiting executions;
// there may be none.
func (n *Node) ReportsLoad() bool {
	return n.ReportsFree() || !n.LoadUnknown && (n.Queued != Resources{} || n.Running != 0 || n.Enqueued != 0)
}

// lastHeartbeat returns the latest time at which any orchestrator heard from the node.
func (n *Node) lastHeartbeat() time.Time {
	var t time.Time
	for i := range n.Sightings {
		if h := n.Sightings[i].LastHeartbeat; h.After(t) {
			t = h
		}
	}
	return t
}

// A List is the node list of one orchestrator, or a snapshot that is to be merged.
type List struct {
	// Orchestrator is the NodeID of the orchestrator that answered. It is empty if
	// the list was read from a file.
	Orchestrator string

	// Orchestrators are the hubs of a list that was a snapshot; see [Snapshot.List].
	// The sightings of its nodes name them. It is nil for the list of one
	// orchestrator.
	Orchestrators []string

	// Origin says where the list is from. Of a snapshot, it is where that was read.
	Origin Origin

	// Origins and Selection are those of a list that was a snapshot.
	Origins   Origins
	Selection *Selection

	// Jobs are the jobs; see [Snapshot.Jobs]. In the list of one orchestrator,
	// [Merge] makes them jobs of that orchestrator.
	Jobs []Job

	// Taken is the time of the snapshot, or zero if it is unknown.
	Taken time.Time

	// Nodes are the records, in any order. In the list of one orchestrator, each has
	// at most one sighting, whose orchestrator is filled in by [Merge].
	Nodes []Node

	// Owned says that nobody else uses the nodes and their sightings. [Merge] of one such
	// list makes the snapshot in their memory; in a large network, a copy takes much.
	Owned bool
}

// Hub returns the NodeID of the orchestrator that the list is from: Orchestrator if it
// is known; otherwise the requester that connected last, and of several the one with
// the lowest ID; [FallbackHub] if the list has no requester. The order of the list
// does not matter.
//
// The fields of a node say no more than that: v1.4 lists its own requester as
// disconnected, a hybrid requester is listed as a compute node, and a requester that
// was renamed stays in the list under its old ID as connected.
func (l *List) Hub() string {
	if l.Orchestrator != "" {
		return l.Orchestrator
	}
	var hub string
	var since time.Time
	for i := range l.Nodes {
		n := &l.Nodes[i]
		if n.Type != Requester {
			continue
		}
		var t time.Time
		if len(n.Sightings) > 0 {
			t = n.Sightings[0].ConnectedSince
		}
		if hub == "" || t.After(since) || (t.Equal(since) && n.ID < hub) {
			hub, since = n.ID, t
		}
	}
	if hub == "" {
		return FallbackHub
	}
	return hub
}

// A Snapshot is the state of a network at one time.
type Snapshot struct {
	// Orchestrators are the NodeIDs of the orchestrators whose lists were read,
	// sorted. They are the hubs of the picture, whatever their types.
	Orchestrators []string

	// Origins says where the lists of the orchestrators are from, as far as it is known.
	Origins Origins

	// Nodes has every node of every list once, sorted by ID.
	Nodes []Node

	// Jobs are the jobs that were requested, sorted by ID and then by orchestrator.
	// It is nil if no jobs were requested, and empty if there were none. Their
	// executions may name nodes that are not in Nodes.
	Jobs []Job

	// Taken is the time of the latest snapshot that was read. It is zero if only
	// orchestrators were asked, or if the time was not saved.
	Taken time.Time

	// Selection says which part of the network the snapshot holds; nil means all of it.
	Selection *Selection

	// Sources is the number of sources that were to be read, and Unread the number of
	// those that could not be, whose nodes are missing. Both are 0 in a snapshot that was
	// not read from sources.
	Sources, Unread int
}

// List returns the snapshot as a list, to be merged with others. [Merge] of it alone
// returns the same snapshot.
func (s *Snapshot) List() List {
	return List{Orchestrators: s.Orchestrators, Origins: s.Origins, Selection: s.Selection, Nodes: s.Nodes, Jobs: s.Jobs, Taken: s.Taken}
}

// Connection returns the connection of a node, as [Node.Connection] does, but "" for
// an orchestrator that answered and is not listed as connected: v1.4 always lists its
// own requester as disconnected.
func (s *Snapshot) Connection(n *Node) Connection {
	c := n.Connection()
	if _, answered := slices.BinarySearch(s.Orchestrators, n.ID); answered && c != Connected {
		return ""
	}
	return c
}

// Role returns what one of the snapshot's nodes does, given who answered.
func (s *Snapshot) Role(n *Node) Role {
	_, answered := slices.BinarySearch(s.Orchestrators, n.ID)
	return n.Role(answered)
}

// Node returns the node with the given ID, or nil.
func (s *Snapshot) Node(id string) *Node {
	lo, hi := 0, len(s.Nodes)
	for lo < hi {
		mid := (lo + hi) / 2
		if s.Nodes[mid].ID < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(s.Nodes) && s.Nodes[lo].ID == id {
		return &s.Nodes[lo]
	}
	return nil
}
