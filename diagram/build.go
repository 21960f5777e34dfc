package diagram

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
)

// Options are the choices of [New]. The zero value gives the defaults.
type Options struct {
	Title string // default: "Bacalhau network", or the jobs that are drawn
	Fill  string // the capacity whose share in use fills tiles and bars: "cpu", the default, "memory", "gpu" or [NoFill]

	// Capacity says whether nodes have their capacity below their labels, and a bar of what
	// is in use. Nil is for up to 20 compute nodes without jobs, but not for a difference.
	Capacity *bool

	// Note is a sentence of the caller's about the network. It comes before the other notes.
	Note string

	// NoFacts leaves out the facts of nodes, which a large picture does not show: half of the
	// memory that a network takes. A difference keeps them.
	NoFacts bool
}

// New returns the diagram of a topology. The same topology and options give the same
// Diagram. It returns ctx.Err() if ctx ends first.
func New(ctx context.Context, t *graph.Topology, opt Options) (*Diagram, error) {
	d := &Diagram{
		Title: opt.Title, Jobs: t.Jobs(), Difference: t.Difference,
		Selection: selectionOf(t), Sources: t.Sources, Unread: t.Unread,
		Coloring: coloringOf(t), Groups: groupsOf(t),
		Facts: func(i int) Facts { return factsOf(t, t.Vertex(i)) },
	}
	for _, field := range t.GroupBy {
		d.GroupBy = append(d.GroupBy, fieldName(field))
	}
	d.addNodes(ctx, t, cmp.Or(opt.Fill, "cpu"))
	d.addDetails(ctx, t, opt.Capacity)
	d.addEdges(ctx, t)
	d.placeByHubs(ctx, t)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if d.Title == "" {
		d.Title = d.defaultTitle()
	}
	d.setSubtitles(t)
	d.Reconnection = d.reconnection(t)
	d.Notes = d.notes(t)
	if opt.Note != "" {
		d.Notes = slices.Insert(d.Notes, 0, opt.Note)
	}
	d.Legend = d.legend()
	if opt.NoFacts && !d.Difference {
		d.Facts = nil // which holds the topology
	}
	return d, nil
}

// addNodes adds the nodes, and counts them. Those of one network have a share in use and an offer.
func (d *Diagram) addNodes(ctx context.Context, t *graph.Topology, fill string) {
	d.Nodes, d.Filling = make([]Node, t.Len()), fillNames[fill]
	shares := d.Filling != "" && !d.Difference
	if shares {
		d.offers = make([]offer, t.Len())
	}
	groups := byPath(d.Groups)
	d.counted = tallyOf(ctx, t.Len(), func(all *tally, i int) {
		v, n := t.Vertex(i), &d.Nodes[i]
		*n = nodeOf(v, groups)
		if d.Coloring != nil {
			d.Coloring.Of[i] = valueOf(v)
		}
		if shares {
			load := v.Load()
			d.offers[i] = offerOf(&load, v.Taking())
			if n.fills() {
				n.Use.Share, n.Use.Known = load.Used(fill)
			}
		}
		all.add(d, i)
	})
	for i := range d.offers { // in order, as package capacity adds them up: the last bit of a sum depends on it
		d.counted.offered.add(&d.offers[i])
	}
}

func coloringOf(t *graph.Topology) *Coloring {
	c := t.Coloring
	if c == nil {
		return nil
	}
	by := &Coloring{
		Name: fieldName(c.By), Values: c.Values, Amount: c.Amount, Most: c.Most + 1, Of: make([]Value, t.Len()),
		States: c.By == graph.FieldState, Memberships: c.By == graph.FieldMembership,
	}
	if by.States || by.Memberships {
		by.Classes = make([]Class, len(by.Values))
		for i, value := range by.Values {
			by.Classes[i] = valueClass[value]
		}
	}
	return by
}

// valueClass holds the class of the nodes that have a value for their state or membership,
// and nothing else unusual.
var valueClass = map[string]Class{
	"connected": ClassCompute, "disconnected": ClassDisconnected, "awaiting-reconnection": ClassAwaiting,
	"approved": ClassCompute, "pending": ClassPending, "rejected": ClassRejected, "mixed": ClassGroup,
}

func groupsOf(t *graph.Topology) []Group {
	if len(t.GroupBy) == 0 {
		return nil
	}
	groups := t.Groups()
	all := make([]Group, len(groups))
	for i, g := range groups {
		all[i] = Group(g)
	}
	return all
}

// byPath returns the groups by [pathKey].
func byPath(groups []Group) map[string]*Group {
	all := make(map[string]*Group, len(groups))
	for i := range groups {
		all[pathKey(groups[i].Path)] = &groups[i]
	}
	return all
}

// pathKey returns a group's path as the key of a map.
func pathKey(path []string) string { return strings.Join(path, "\x00") }

var changeOf = map[graph.Change]Change{graph.Same: Same, graph.Added: Added, graph.Removed: Removed, graph.Changed: Changed}

func nodeOf(v *graph.Vertex, groups map[string]*Group) Node {
	role := v.Role()
	n := Node{
		ID: v.NodeID(), Label: v.Label, Role: roleOf(role), Class: classOf(v, role), Hub: v.Hub, Collapsed: v.Members != nil,
		Idle: v.Idle, Part: v.Part, Size: v.Size,
	}
	if len(v.Group) > 0 {
		n.Group = groups[pathKey(v.Group)]
	}
	if n.Class == ClassCompute { // connected, and so are most
		n.Count, n.Connected = 1, 1
		return n
	}
	count, connected, awaiting := v.Nodes()
	n.Count, n.Connected, n.Awaiting = int32(count), int32(connected), int32(awaiting)
	n.Line, n.NeedsAttention = lineOf(v, n.Class), v.NeedsAttention()
	if v.Changes != nil {
		n.Change = changeOf[v.Changes.Change]
	}
	return n
}

// roleOf returns the role of a vertex.
func roleOf(r cluster.Role) Role {
	switch r {
	case cluster.RoleRequester:
		return RoleRequester
	case cluster.RoleHybrid:
		return RoleHybrid
	case graph.GroupRole:
		return RoleGroup
	case graph.JobRole:
		return RoleJob
	}
	return RoleCompute
}

// valueOf returns the value that colours stand for of a vertex.
func valueOf(v *graph.Vertex) Value {
	if v.Value < 0 {
		return Value{}
	}
	return Value{Number: v.Value + 1, Amount: v.Amount}
}

// lineOf returns the outline of a vertex: that of its class, or of its connection if that
// means anything.
func lineOf(v *graph.Vertex, c Class) LineStyle {
	switch {
	case c.Line() != Solid:
		return c.Line()
	case c == ClassRequester, v.Hub, v.Job != nil, v.Connection() == cluster.Connected:
		return Solid
	case v.Connection() == cluster.AwaitingReconnection:
		return Dotted
	}
	return Dashed
}

// classOf returns the class of a vertex. In a difference, its change takes precedence
// over its state.
func classOf(v *graph.Vertex, role cluster.Role) Class {
	switch change := v.Change(); {
	case v.Job != nil:
		return jobClass(v.Job.State)
	case change == graph.Added:
		return ClassAdded
	case change == graph.Removed:
		return ClassRemoved
	case change == graph.Changed:
		return ClassChanged
	case change == graph.Same && role == cluster.RoleCompute:
		return ClassSame
	case role == graph.GroupRole:
		return ClassGroup
	case role == cluster.RoleHybrid:
		return ClassHybrid
	case v.Hub:
		return ClassHub
	case role == cluster.RoleRequester:
		return ClassRequester
	case v.Unlisted:
		return ClassUnlisted
	}
	switch v.Membership() {
	case cluster.Rejected:
		return ClassRejected
	case cluster.Pending:
		return ClassPending
	}
	switch v.Connection() {
	case cluster.Connected:
		return ClassCompute
	case cluster.AwaitingReconnection:
		return ClassAwaiting
	}
	return ClassDisconnected
}

func jobClass(s cluster.JobState) Class {
	switch s {
	case cluster.JobRunning:
		return ClassJobRunning
	case cluster.JobCompleted:
		return ClassJobCompleted
	case cluster.JobFailed:
		return ClassJobFailed
	case cluster.JobStopped:
		return ClassJobStopped
	case "", cluster.JobPending, cluster.JobQueued:
		return ClassJobPending
	}
	return ClassJobUnknown // a state of a later version
}

func factsOf(t *graph.Topology, v *graph.Vertex) Facts {
	n := v.Node
	f := Facts{
		Clusters: t.Clusters(v), Kept: v.Kept,
		Connection: string(v.Connection()), Membership: string(v.Membership()),
		Version: n.Version, Engines: n.Engines, Labels: n.Labels,
		Capacity: amountsOf(n.Max), Load: loadOf(v),
	}
	if v.Changes != nil {
		f.Changes, f.FormerID = v.Changes.Words, v.Changes.From
	}
	switch {
	case v.Job != nil:
		j := v.Job
		f.Engines = j.Engines
		f.Job = &JobFacts{ShortID: j.Short(), Name: j.Name, Type: j.Type, State: string(j.State), Executions: len(j.Executions)}
	case v.Members == nil:
		f.Unlisted = len(n.Sightings) == 0
	}
	return f
}

// loadOf returns the load of a node that is there, or of a collapsed group.
func loadOf(v *graph.Vertex) Load {
	if v.Job != nil || v.Change() == graph.Removed {
		return Load{}
	}
	n, reported := v.Node, v.Load()
	offered, _ := v.Offer()
	l := Load{FreeKnown: reported.Nodes > 0, InUse: amountsOf(reported.InUse), Free: amountsOf(reported.Free), Offers: offered.Nodes}
	if v.Connection() == cluster.Connected && n.ReportsLoad() {
		l.Known, l.Running, l.Waiting, l.Queued = true, n.Running, n.Enqueued, amountsOf(n.Queued)
	}
	return l
}

func amountsOf(r cluster.Resources) Amounts {
	return Amounts{CPU: r.CPU, Memory: r.Memory, Disk: r.Disk, GPU: r.GPU}
}

// fieldName returns the name of a field for people: version for @version.
func fieldName(field string) string { return strings.TrimPrefix(display.Printable(field), "@") }

// GroupIndex returns the index of the group with the path, or the index where it would
// be inserted.
func (d *Diagram) GroupIndex(path []string) int {
	i, _ := slices.BinarySearchFunc(d.Groups, path, func(g Group, path []string) int { return natural.ComparePaths(g.Path, path) })
	return i
}
