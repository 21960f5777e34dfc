// Package diagram decides what a reader sees of a network: the class of each node
// with its sign and outline, the words for its state, the legend, the title.
//
// [New] takes a [graph.Topology] and returns a [Diagram] of plain values, with no
// pointer into the graph or the cluster. Package layout gives its nodes places, and
// package output writes them; all pictures and tables of a network say the same,
// because each word is chosen here. This package knows no coordinates, no colours
// and no file formats.
package diagram

import "sort"

// A Diagram is what a reader sees of a network. It is not changed after [New] made
// it. One made by hand needs no more than Nodes and Edges.
type Diagram struct {
	Title    string
	Subtitle string   // one line: how many of how many
	Notes    []string // one line each: what a reader should know of this network

	Nodes  []Node  // in the order of their IDs, collapsed groups last
	Edges  []Edge  // those of hubs before those of jobs, each sorted by From, then To
	Groups []Group // of all levels, a group right before those within it
	Legend []Entry // what occurs, in the order of the classes

	// Coloring is what the colours of nodes stand for; nil if that is their class.
	Coloring *Coloring

	Jobs       int  // how many of the nodes are jobs
	Difference bool // the diagram shows what changed between two networks
	Restarting bool // no compute node is connected, as after an orchestrator's restart

	// Facts returns what is known of node i besides what its picture shows. It is a
	// function because the facts of all nodes take more room than their picture; nil
	// means that nothing more is known.
	Facts func(i int) Facts
}

// A Node is what a reader sees of a node, a job or a collapsed group.
type Node struct {
	ID    string // in the network, as it came: it may hold any character
	Label string // printable, and unlike every other label of the diagram

	Role           Role
	Class          Class
	Hub            bool // others are drawn around it: its node list was read, or it was named as the hub
	Collapsed      bool // it stands for a group of compute nodes
	Dashed         bool // its outline is dashed: it is disconnected, removed, or in no list
	Idle           bool // there are jobs in the diagram, and it took no part in any
	Part           bool // a job of the diagram was placed on it
	NeedsAttention bool // an operator looks for it: disconnected, pending, rejected, another requester; changed, in a difference
	Change         Change

	Value Value   // what its colour stands for, if the diagram has a Coloring
	Size  float64 // how many times larger than usual its outline is; 0 stands for 1

	Count, Connected int // nodes that it stands for, and those of them that are connected

	Group []string // the names of the groups it is in, outermost first
	Hubs  []int    // the hubs that it is joined to, ascending, as indexes of nodes

	// Near is the hub that the node is drawn near although no edge joins them: of a
	// disconnected node the first that knows it, of a job the one that was asked. It
	// is -1 where there is none.
	Near int
}

// KeepsLabel reports whether the node should keep its label where not all can: it
// needs attention, is a job, or took part in one.
func (n *Node) KeepsLabel() bool { return n.NeedsAttention || n.Part || n.Class.IsJob() }

// An Edge joins a hub to a node, or a job to a node that it was placed on.
type Edge struct {
	From, To int  // indexes of nodes; From is the hub or the job
	Removed  bool // of a difference: one of its ends was removed
	Run      *Run // how the job went on the node; nil for an edge of a hub
}

// HubEdges returns the number of edges of hubs, which come before those of jobs.
func (d *Diagram) HubEdges() int {
	return sort.Search(len(d.Edges), func(i int) bool { return d.Edges[i].Run != nil })
}

// A Run is how a job went on a node, or on the nodes of a collapsed group.
type Run struct {
	Outcome Outcome
	State   string // of the execution that decides the outcome, as the API has it
	Count   int    // executions
	Retries int    // those of them that took the place of another
	Words   string // how it went: "3 executions: 2 failed, 1 completed"
}

// Ran reports whether the node took the job.
func (r *Run) Ran() bool { return r.Outcome != RunRejected }

// A Role is what a node does in the network.
type Role string

// The roles.
const (
	Requester Role = "requester"
	Compute   Role = "compute"
	Hybrid    Role = "hybrid" // an orchestrator that also computes
	GroupRole Role = "group"  // a collapsed group of compute nodes
	JobRole   Role = "job"    // no node, but what ran on some
)

// computes reports whether colours and sizes may stand for a value of the node.
func (n *Node) computes() bool { return !n.Hub && n.Role != Requester && n.Role != JobRole }

// A Change is what became of a node between two networks. The zero Change is that
// of a diagram that is no difference.
type Change int

// The changes.
const (
	NoChange Change = iota
	Same
	Added
	Removed
	Changed
)

// String is one word for the change; "" for NoChange.
func (c Change) String() string { return [...]string{"", "same", "added", "removed", "changed"}[c] }

// A Value is what the colour of a node stands for.
type Value struct {
	Number int     // in the Values of the Coloring, from 1; 0 if it is not known
	Amount float64 // from 0 to 1, where colours stand for amounts and Place is not 0
}

// A Coloring says what colours stand for, where that is not the class of a node.
type Coloring struct {
	Name   string   // of the field, for people: region
	Values []string // in natural order; nil where colours stand for amounts
	Amount bool     // colours stand for amounts from 0 to 1

	// States and Memberships are set where the field is the state of nodes, or their
	// membership: neither then has a sign besides.
	States, Memberships bool
}

// A Group is the compute nodes that have the same values for the fields that nodes
// are grouped by, or for the first few of these.
type Group struct {
	Path             []string // a value for each field, outermost first
	Count, Connected int      // compute nodes in it that are drawn, and those of them that are connected
}

// Name is the group's own value: the last of its path.
func (g *Group) Name() string { return g.Path[len(g.Path)-1] }

// Facts are what is known of a node besides what its picture shows. Texts are as
// they came, and may hold any character.
type Facts struct {
	Connection string // as the API has it: CONNECTED; "" where it is not known
	Membership string // as the API has it: APPROVED; "" where it is not known
	Unlisted   bool   // it is in no node list
	Version    string // of Bacalhau
	Engines    []string
	Labels     map[string]string // must not be changed
	Capacity   Amounts
	InUse      Amounts  // of the connected nodes of a collapsed group
	Changes    []string // what changed, a line each
	FormerID   string   // the ID it probably had, or that of the orchestrator whose place it has; "" if it is the same
	Job        *JobFacts
}

// JobFacts are what is known of a job.
type JobFacts struct {
	ShortID    string
	Name, Type string
	State      string // as the API has it: Running
	Executions int
}

// Amounts are cores, bytes and devices.
type Amounts struct {
	CPU               float64
	Memory, Disk, GPU uint64
}

// FactsOf returns the facts of node i; none where the diagram has none.
func (d *Diagram) FactsOf(i int) Facts {
	if d.Facts == nil {
		return Facts{}
	}
	return d.Facts(i)
}
