// Package diagram decides what a reader sees of a network: the class of each node
// with its sign and outline, the words for its state, the legend, the title.
//
// [New] takes a [graph.Topology] and returns a [Diagram] of plain values. Package
// layout gives its nodes places on a canvas, and package output writes them. All
// pictures and tables have the same words for the network, because each is chosen
// here. This package knows no coordinates, no colours and no file formats.
package diagram

import (
	"sort"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
)

// A Diagram is what a reader sees of a network. It does not change after [New]
// returned it. A Diagram made by hand needs only Nodes and Edges.
type Diagram struct {
	Title    string
	Subtitle string   // one line with the numbers of nodes, and what they were selected by
	Notes    []string // remarks about this network, one line each

	// ShortSubtitle is the subtitle with fewer conditions of the Selection, and without what
	// is in use, where there is no room for all; "" if that is no shorter.
	ShortSubtitle string
	NotDrawn      int // compute nodes that the subtitle counts and the diagram leaves out

	Nodes  []Node  // in the order of their IDs, collapsed groups last
	Edges  []Edge  // those of hubs before those of jobs, each sorted by From, then To
	Groups []Group // of all levels, each right before its inner groups
	Legend []Entry // of the classes, outcomes and values that occur

	// GroupBy names the fields of the levels of Groups, for people. It may be nil in a
	// Diagram made by hand.
	GroupBy []string

	// Coloring is the field that colours stand for; nil if they stand for classes.
	Coloring *Coloring

	// Reconnection is the note that nodes await reconnection, or that nothing tells
	// whether they do; "" if there is no such note. It is among the Notes.
	Reconnection string

	Selection       *Selection // nil if the diagram is of the whole network
	Sources, Unread int        // number of sources, and of those that could not be read

	Filling string // the capacity that tiles are filled by, for people; "" for none

	Jobs       int  // number of jobs among the nodes
	Difference bool // the diagram shows the changes between two networks

	// Facts returns the facts of node i, for tooltips and tables. It is a function because
	// the facts of all nodes take more memory than their picture. If it is nil, there
	// are no facts.
	Facts func(i int) Facts

	// sizes is the sentence that says what sizes stand for, at the end of the last of the
	// Notes; "" for none.
	sizes string

	// Of what [New] made: what nodes offer, which is nil in a difference and with NoFill; and
	// the numbers of nodes.
	offers  []offer
	counted *tally
}

// A Node is what a reader sees of a node, a job or a collapsed group. What few nodes have is
// elsewhere, as a large network has many: see [Coloring.Of] and [Details].
type Node struct {
	ID    string // in the network; it may contain any character
	Label string // printable, and different from every other label of the diagram

	Hubs  []int  // the hubs that it is joined to, ascending, as indexes of nodes
	Group *Group // the innermost group that it is in, one of the Groups; nil for none

	Size    float64  // factor of its outline; 1 is the usual size, and so is 0
	Use     Use      // of the capacity that tiles are filled by
	Details *Details // for its second line; nil if it has none

	Count               int32 // number of its nodes, 1 unless Collapsed
	Connected, Awaiting int32 // of the connected ones among them, and of those that await reconnection

	// Near is the hub that the node is drawn near although no edge joins them, as 1 more
	// than its index; 0 for none. A disconnected node is near the first hub that knows
	// it, a job near the one that it was submitted to.
	Near int32

	Role           Role
	Class          Class
	Change         Change
	Line           LineStyle // of its outline: Dashed if it is disconnected, removed, or not in any node list; Dotted if it awaits reconnection
	Hub            bool      // its node list was read, or it was named as the hub
	Collapsed      bool      // it is a group of compute nodes
	Idle           bool      // there are jobs in the diagram, but none was placed on it
	Part           bool      // a job of the diagram was placed on it
	NeedsAttention bool      // it awaits reconnection, is disconnected, pending, rejected, or a requester other than the hubs; in a difference, not unchanged
	Bar            bool      // a bar shows its Use
}

// Path returns the names of the groups that the node is in, outermost first; nil if it is in
// none.
func (n *Node) Path() []string {
	if n.Group == nil {
		return nil
	}
	return n.Group.Path
}

// A Role says what a node does in the network, or what else it stands for.
type Role uint8

// The roles. A hybrid is an orchestrator that also computes.
const (
	RoleCompute Role = iota
	RoleRequester
	RoleHybrid
	RoleGroup // a collapsed group of compute nodes
	RoleJob
)

// String returns one word for the role.
func (r Role) String() string {
	return string([...]cluster.Role{cluster.RoleCompute, cluster.RoleRequester, cluster.RoleHybrid, graph.GroupRole, graph.JobRole}[r])
}

// An Edge joins a hub to a node, or a job to a node that it was placed on.
type Edge struct {
	From, To int  // indexes of nodes; From is the hub or the job
	Removed  bool // one of its ends is a removed node of a difference
	Run      *Run // the executions of the job on the node; nil for an edge of a hub
}

// HubEdges returns the number of edges of hubs, which come before those of jobs.
func (d *Diagram) HubEdges() int {
	return sort.Search(len(d.Edges), func(i int) bool { return d.Edges[i].Run != nil })
}

// Hubs returns the indexes of the hubs, ascending. The caller must not change them.
func (d *Diagram) Hubs() []int { return d.tally().hubs }

// A Run is the executions of a job on a node, or on the nodes of a collapsed group.
type Run struct {
	Outcome Outcome
	State   string // of the execution with the outcome, as in the API
	Count   int    // executions
	Retries int    // executions that replaced a failed one
	Words   string // for people: "3 executions: 2 failed, 1 completed"
}

// Rejected reports whether the node rejected the job, and so did not run it.
func (r *Run) Rejected() bool { return r.Outcome == RunRejected }

// IsRequester reports whether the node is a requester, and does not compute.
func (n *Node) IsRequester() bool { return n.Role == RoleRequester }

// computes reports whether colours and sizes stand for values of the node.
func (n *Node) computes() bool { return !n.Hub && !n.IsRequester() && !n.Class.IsJob() }

// A Change is the kind of change of a node between two networks. It is NoChange in a
// diagram of one network.
type Change uint8

// The changes.
const (
	NoChange Change = iota
	Same
	Added
	Removed
	Changed
)

// String returns one word for the change; "" for NoChange.
func (c Change) String() string {
	return [...]string{"", "unchanged", "added", "removed", "changed"}[c]
}

// A Value is the value that the colour of a node stands for.
type Value struct {
	Number int     // of the value in the Values of the Coloring, from 1; 0 if it is not known
	Amount float64 // from 0 to 1, if colours stand for amounts and Number is not 0
}

// A Coloring is the field that colours stand for instead of the class of a node.
type Coloring struct {
	Name   string   // of the field, for people: region
	Values []string // in natural order; nil if colours stand for amounts
	Amount bool     // colours stand for amounts from 0 to 1

	Of []Value // of each node of the diagram; nil with Usual

	// Most is the number of the value that more than half of the nodes have; 0 if there is
	// none. It has the first colour, which is the calmest.
	Most int

	// Classes holds a class for each of the Values, if a value has the colour of one: a
	// state looks the same in every picture. The zero Class is none.
	Classes []Class

	// Usual says that amounts are what is in use, and that nodes of all classes but the usual
	// ones keep their colours and marks.
	Usual bool

	// States and Memberships report whether the field is the state of nodes, or their
	// membership. Nodes then have no sign for it.
	States, Memberships bool
}

// ValueOf returns the value that the colour of node i stands for. It is for a diagram with
// a Coloring.
func (d *Diagram) ValueOf(i int) Value {
	if n := &d.Nodes[i]; !d.Coloring.Usual {
		return d.Coloring.Of[i]
	} else if n.fills() && n.Use.Known {
		return Value{Number: 1, Amount: n.Use.Share}
	}
	return Value{}
}

// Place returns the place of a value among all, from 1: its Number, but that the value of
// most nodes comes first.
func (c *Coloring) Place(v Value) int {
	switch {
	case v.Number == c.Most:
		return 1
	case v.Number < c.Most:
		return v.Number + 1
	}
	return v.Number
}

// A Group is the compute nodes with the same values for the fields that nodes are
// grouped by, or for the first few of these.
type Group struct {
	Path                []string // a value for each field, outermost first
	Count               int      // number of its compute nodes in the diagram
	Connected, Awaiting int      // of the connected ones among them, and of those that await reconnection
}

// Name returns the last value of the path.
func (g *Group) Name() string { return g.Path[len(g.Path)-1] }

// Facts are the details of a node for tooltips, tables and data formats. Texts are not
// cleaned, and may contain any character.
type Facts struct {
	Connection string   // as in the API: CONNECTED; "" if it is not known
	Membership string   // as in the API: APPROVED; "" if it is not known
	Unlisted   bool     // the node is not in any node list
	Kept       bool     // a filter does not mean it, so no sum counts it
	Clusters   []string // the names of those that list the node, if they have names
	Version    string   // of Bacalhau
	Engines    []string
	Labels     map[string]string // must not be changed
	Capacity   Amounts
	Load       Load
	Changes    []string // changed fields, a line each
	FormerID   string   // the ID that it probably had, or the ID of the orchestrator that it replaces; "" if there is none
	Job        *JobFacts
}

// JobFacts are the details of a job.
type JobFacts struct {
	ShortID    string
	Name, Type string
	State      string // as in the API: Running
	Executions int
}

// A Load is what a connected node reports of its load, or those of a collapsed group
// together that report it.
type Load struct {
	FreeKnown   bool // InUse and Free are reported
	InUse, Free Amounts
	Offers      int // the nodes whose InUse and Free count in sums: those that take jobs

	Known            bool    // the rest is reported
	Running, Waiting int     // executions
	Queued           Amounts // what those that wait ask for
}

// Amounts are capacities: cores, bytes and devices.
type Amounts struct {
	CPU               float64
	Memory, Disk, GPU uint64
}

// FactsOf returns the facts of node i, or the zero Facts if the diagram has none.
func (d *Diagram) FactsOf(i int) Facts {
	if d.Facts == nil {
		return Facts{}
	}
	return d.Facts(i)
}
