// Package cluster holds what was seen of a Bacalhau network: a [Snapshot] of
// its nodes, as one or more orchestrators listed them.
//
// Package fetch reads [List] values from orchestrators and files, [Merge] puts
// them together in one canonical order, and package graph builds the topology
// from the result. A Snapshot is never changed after it was made. This package
// knows neither HTTP nor pictures nor files: cluster/snapshot writes and reads a
// Snapshot as a document, cluster/redact replaces the names in one.
package cluster

import (
	"slices"
	"time"
)

// FallbackHub names the hub of a list that has no requester in it and does not
// say which orchestrator answered.
const FallbackHub = "Requester Node"

// A Type says what a node does in the network.
type Type string

// The node types of the Bacalhau API. An orchestrator that also computes calls
// itself Compute; see [List.Orchestrator].
const (
	Requester Type = "Requester"
	Compute   Type = "Compute"
)

// A Connection says whether an orchestrator can reach a node. Words that later
// versions may add are kept as they came.
type Connection string

// The connection states of the Bacalhau API, in every version.
const (
	Connected    Connection = "CONNECTED"
	Disconnected Connection = "DISCONNECTED"
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

// Resources are amounts of capacity. A zero stands for a missing key too.
type Resources struct {
	CPU    float64 // cores
	Memory uint64  // bytes
	Disk   uint64  // bytes
	GPU    uint64  // number of devices
}

// Plus returns the sum of two amounts.
func (r Resources) Plus(o Resources) Resources {
	return Resources{CPU: r.CPU + o.CPU, Memory: r.Memory + o.Memory, Disk: r.Disk + o.Disk, GPU: r.GPU + o.GPU}
}

// Minus returns what is left of an amount, not less than nothing of each.
func (r Resources) Minus(o Resources) Resources {
	less := func(a, b uint64) uint64 { return a - min(a, b) }
	return Resources{CPU: max(0, r.CPU-o.CPU), Memory: less(r.Memory, o.Memory), Disk: less(r.Disk, o.Disk), GPU: less(r.GPU, o.GPU)}
}

// A Sighting is what one orchestrator says of one node.
type Sighting struct {
	Orchestrator string // NodeID of the orchestrator that lists the node
	Connection   Connection
	Membership   Membership

	// The rest comes from v1.6 on. A zero time means never, or not told.
	LastHeartbeat     time.Time
	ConnectedSince    time.Time
	DisconnectedSince time.Time
	LastError         string
}

// A Node is one member of the network, known by its ID.
type Node struct {
	ID         string
	Type       Type
	Labels     map[string]string
	Engines    []string // execution engines, sorted
	Publishers []string // sorted
	Storage    []string // storage sources, sorted
	Version    string   // such as "v1.9.3"; empty when the node does not tell

	Max       Resources // what the node has
	Available Resources // what is free; stale or empty unless the node is connected
	Queued    Resources // what waits on the node
	Running   int       // executions that run
	Enqueued  int       // executions that wait

	// LoadUnknown says that the node was read from a snapshot of the shape alone:
	// Max.Disk, Available and what follows it are zero because nobody wrote them
	// down, and so are the times of its sightings.
	LoadUnknown bool

	// Sightings holds one entry for each orchestrator that lists the node, in
	// the order of their IDs.
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

// Membership is the node's standing: Rejected if any orchestrator rejected the
// node, else Pending if one has yet to decide, else what the others say.
func (n *Node) Membership() Membership {
	var m Membership
	for i := range n.Sightings {
		switch s := n.Sightings[i].Membership; {
		case s == Rejected:
			return Rejected
		case s == Pending, m != Pending && s > m: // by the word, not by the order
			m = s
		}
	}
	return m
}

// Connection is Connected when any orchestrator reaches the node, else what they
// say.
func (n *Node) Connection() Connection {
	var c Connection
	for i := range n.Sightings {
		if s := n.Sightings[i].Connection; s == Connected {
			return s
		} else if s > c { // by the word, not by the order
			c = s
		}
	}
	return c
}

// TellsFree reports whether the node tells what is free on it. A zero stands for a
// missing key too, and no node is without free disk: zeros alone tell nothing.
func (n *Node) TellsFree() bool { return !n.LoadUnknown && n.Available != Resources{} }

// TellsLoad reports whether the node tells what runs and waits on it, be it
// nothing.
func (n *Node) TellsLoad() bool {
	return n.TellsFree() || !n.LoadUnknown && (n.Queued != Resources{} || n.Running != 0 || n.Enqueued != 0)
}

// lastHeartbeat is the latest time any orchestrator heard from the node.
func (n *Node) lastHeartbeat() time.Time {
	var t time.Time
	for i := range n.Sightings {
		if h := n.Sightings[i].LastHeartbeat; h.After(t) {
			t = h
		}
	}
	return t
}

// A List is one orchestrator's answer, or a file that holds one.
type List struct {
	// Orchestrator is the NodeID that the answering node gives itself. It is
	// empty when the list was read from a file.
	Orchestrator string

	// Orchestrators are the hubs of a list that was a snapshot before; see
	// [Snapshot.List]. The sightings of its nodes name theirs. It is nil for the
	// list of one orchestrator.
	Orchestrators []string

	// Jobs are what [Snapshot.Jobs] are. Of the list of one orchestrator they are
	// its own; [Merge] says so in them.
	Jobs []Job

	// Taken is when a snapshot was taken, if that was written down.
	Taken time.Time

	// Nodes are the records, in any order. Each has at most one sighting; its
	// Orchestrator field is filled in by [Merge].
	Nodes []Node
}

// Hub names the orchestrator that the list speaks for: the node that answered;
// without that the requester that connected last, else the requester with the
// lowest ID, else [FallbackHub]. It does not depend on the order of the list.
//
// The list's own words cannot decide more: v1.4 shows its own requester as
// disconnected, a hybrid one is listed as a compute node, and after a rename
// the old requester stays in the list as connected.
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

// A Snapshot is what was seen of a network at one time.
type Snapshot struct {
	// Orchestrators are the NodeIDs whose lists were read, sorted. They are the
	// hubs of the picture, whatever type the lists give them.
	Orchestrators []string

	// Nodes holds every node of every list once, in ID order.
	Nodes []Node

	// Jobs are those that were asked for, in the order of their IDs and then of
	// their orchestrators: nil if nobody asked, empty if there were none. A node
	// that one of their executions was placed on may be in no list.
	Jobs []Job

	// Taken is when the latest of the snapshots was taken that it was read from.
	// It is zero for what comes from orchestrators now, and where nobody wrote
	// the time down.
	Taken time.Time
}

// List returns the snapshot as a list that [Merge] makes the same snapshot of,
// alone or with others.
func (s *Snapshot) List() List {
	return List{Orchestrators: s.Orchestrators, Nodes: s.Nodes, Jobs: s.Jobs, Taken: s.Taken}
}

// Connection is what the snapshot says of one of its nodes' connection: as
// [Node.Connection], but nothing of an orchestrator that answered and is listed
// as disconnected all the same, as v1.4 lists its own requester, always.
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
