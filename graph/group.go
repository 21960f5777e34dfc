package graph

// This file groups vertices, and replaces each group with one vertex.

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/natural"
)

// A Group is the compute nodes that have the same values for the fields they are
// grouped by, or for the first few of those.
type Group struct {
	Path      []string // a value for each field, outermost first
	Count     int      // compute nodes of the group in the graph
	Connected int      // connected nodes among them
	Awaiting  int      // nodes that await reconnection among them
}

// Name returns the last value of the path.
func (g *Group) Name() string { return g.Path[len(g.Path)-1] }

// counted returns the name of a group with its count: "eu · 12", or "eu · 11 of 12"
// if not all are connected.
func counted(name string, count, connected int) string {
	if connected == count {
		return fmt.Sprintf("%s · %d", name, count)
	}
	return fmt.Sprintf("%s · %d of %d", name, connected, count)
}

// Groups returns the groups of all levels, sorted by path, so that a group comes
// right before its inner groups.
func (t *Topology) Groups() []Group {
	byPath := make(map[string]*Group)
	for i := range t.vertices {
		v := &t.vertices[i]
		for level := 1; level <= len(v.Group); level++ {
			path := v.Group[:level]
			g := byPath[pathKey(path)]
			if g == nil {
				g = &Group{Path: path}
				byPath[pathKey(path)] = g
			}
			count, connected, awaiting := v.Nodes()
			g.Count, g.Connected, g.Awaiting = g.Count+count, g.Connected+connected, g.Awaiting+awaiting
		}
	}
	groups := make([]Group, 0, len(byPath))
	for _, g := range byPath {
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b Group) int { return natural.ComparePaths(a.Path, b.Path) })
	return groups
}

// pathKey returns a key that is different for each path: printable values contain
// no zero byte.
func pathKey(path []string) string { return strings.Join(path, "\x00") }

// Members are the nodes of a collapsed group.
type Members struct {
	Count, Connected, Awaiting, Pending, Rejected int

	inUse     cluster.Resources // of those that take jobs
	taking    int               // jobs
	reporting int               // of these, which report what is free
	path      []string          // of the group
	nodes     []*cluster.Node
}

// Nodes returns the number of nodes of the vertex, 1 or that of a collapsed group, and
// the numbers of connected ones and of those that await reconnection among them. A
// removed node is neither.
func (v *Vertex) Nodes() (count, connected, awaiting int) {
	switch {
	case v.Members != nil:
		return v.Members.Count, v.Members.Connected, v.Members.Awaiting
	case v.Change() == Removed:
		return 1, 0, 0
	}
	switch v.Connection() {
	case cluster.Connected:
		return 1, 1, 0
	case cluster.AwaitingReconnection:
		return 1, 0, 1
	}
	return 1, 0, 0
}

// group sets the path of each compute node other than the hubs.
func (t *Topology) group(ctx context.Context, fields []string) {
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		if v.Hub || !v.computes() {
			continue
		}
		v.Group = make([]string, len(fields))
		for k, f := range fields {
			v.Group[k] = t.fieldOf(v.Node, f)
		}
	}
}

// collapse returns a topology with one vertex for each innermost group. The vertex
// has an edge to every hub that a member has one to. Its NodeID is the path of the
// group; it is itself in the group one level up. Groups follow all other vertices,
// sorted by path. It is not complete if ctx ends.
func (t *Topology) collapse(ctx context.Context) *Topology {
	c := &Topology{
		Census: t.Census, Unfiltered: t.Unfiltered, Selection: t.Selection, Sources: t.Sources, Unread: t.Unread, GroupBy: t.GroupBy,
		origins: t.origins, orchestrators: t.orchestrators,
	}
	newIndex := c.addCollapsed(ctx, t)
	if ctx.Err() != nil {
		return c
	}
	labels := make([]string, len(c.vertices))
	for i := range c.vertices {
		c.vertices[i].id, labels[i] = int64(i), c.vertices[i].Label
	}
	c.setLabels(ctx, labels)
	c.uniqueIDs()
	c.collapseEdges(ctx, t, newIndex)
	c.collapseRuns(t, newIndex)
	return c
}

// addCollapsed adds the vertices of t that are in no group, and one for each innermost
// group. It returns the index in c of each vertex of t.
func (c *Topology) addCollapsed(ctx context.Context, t *Topology) (newIndex []int64) {
	newIndex = make([]int64, len(t.vertices))
	byPath := make(map[string]*Vertex)
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		if len(v.Group) == 0 {
			newIndex[i] = int64(len(c.vertices))
			c.vertices = append(c.vertices, *v)
			continue
		}
		key := pathKey(v.Group)
		if byPath[key] == nil {
			byPath[key] = newGroupVertex(v.Group)
		}
		byPath[key].add(v)
	}
	groups := slices.SortedFunc(maps.Values(byPath), func(a, b *Vertex) int { return natural.ComparePaths(a.Members.path, b.Members.path) })
	most := 0
	for _, g := range groups {
		most = max(most, g.Members.Count)
	}
	for _, g := range groups {
		g.id, g.Label = int64(len(c.vertices)), counted(strings.Join(g.Members.path, " / "), g.Members.Count, g.Members.Connected)
		g.Size = relativeSize(float64(g.Members.Count), float64(most))
		c.vertices = append(c.vertices, *g)
	}
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		if v := &t.vertices[i]; len(v.Group) > 0 {
			newIndex[i] = byPath[pathKey(v.Group)].id
		}
	}
	return newIndex
}

// collapseEdges adds the edges of t between the vertices that stand for their ends.
func (c *Topology) collapseEdges(ctx context.Context, t *Topology, newIndex []int64) {
	edges := t.neighbors.edges()
	for i := range interrupt.Range(ctx, len(edges)) {
		e := &edges[i]
		e[0], e[1] = int32(newIndex[e[0]]), int32(newIndex[e[1]])
	}
	c.neighbors = newAdjacency(len(c.vertices), edges)
}

// newGroupVertex returns a vertex for a group without members.
func newGroupVertex(path []string) *Vertex {
	return &Vertex{
		Value: -1, Size: 1, Members: &Members{path: path}, Group: path[:len(path)-1],
		Node: &cluster.Node{ID: strings.Join(path, "/"), Type: cluster.Compute, Sightings: make([]cluster.Sighting, 1)},
	}
}

// addCounts returns the sum of two numbers of executions, at most the largest int.
func addCounts(a, b int) int { return a + min(b, math.MaxInt-a) }

// add adds a member to a group: its state, capacity and load.
func (v *Vertex) add(m *Vertex) {
	n := m.Node
	v.Members.Count++
	v.Members.nodes = append(v.Members.nodes, n)
	v.Node.Max = v.Node.Max.Plus(n.Max)
	switch m.Membership() {
	case cluster.Pending:
		v.Members.Pending++
	case cluster.Rejected:
		v.Members.Rejected++
	}
	best := &v.Node.Sightings[0].Connection // of all members
	switch connection := m.Connection(); {
	case connection == cluster.Connected:
		v.Members.Connected++
		*best = cluster.Connected
		load, taking := m.Offer()
		v.Node.Available = v.Node.Available.Plus(load.Free)
		v.Members.inUse = v.Members.inUse.Plus(load.InUse)
		v.Members.taking, v.Members.reporting = v.Members.taking+taking, v.Members.reporting+load.Nodes
		v.Node.Queued = v.Node.Queued.Plus(n.Queued)
		v.Node.Running = addCounts(v.Node.Running, n.Running)
		v.Node.Enqueued = addCounts(v.Node.Enqueued, n.Enqueued)
	case connection == cluster.AwaitingReconnection:
		v.Members.Awaiting++
		if *best != cluster.Connected {
			*best = connection
		}
	case *best == "":
		*best = connection
	}
	for _, e := range n.Engines {
		if !slices.Contains(v.Node.Engines, e) {
			v.Node.Engines = append(v.Node.Engines, e)
		}
	}
	slices.Sort(v.Node.Engines)
}

// uniqueIDs makes the ID of each group unlike that of any node or other group.
// Values may contain slashes, so that the paths of two groups can give one ID.
func (t *Topology) uniqueIDs() {
	taken := make(map[string]bool)
	for i := range t.vertices {
		if t.vertices[i].Members == nil {
			taken[t.vertices[i].NodeID()] = true
		}
	}
	for i := range t.vertices {
		if v := &t.vertices[i]; v.Members != nil {
			for taken[v.Node.ID] {
				v.Node.ID += "/"
			}
			taken[v.Node.ID] = true
		}
	}
}
