package diagram

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/internal/parallel"
)

// Check returns an error if a diagram is not consistent: an index without a node, a
// group that is not listed, an unknown class. Diagrams of [New] are consistent.
func (d *Diagram) Check() error {
	if d == nil {
		return fmt.Errorf("there is no diagram")
	}
	if err := d.checkGroups(); err != nil {
		return err
	}
	hubs, levels, groups := d.HubEdges(), d.levels(), make(map[*Group]bool, len(d.Groups))
	for i := range d.Groups {
		groups[&d.Groups[i]] = true
	}
	return cmp.Or(
		parallel.Fault("node", len(d.Nodes), func(i int) error {
			n := &d.Nodes[i]
			return cmp.Or(d.checkNode(n), n.checkGroup(groups, levels))
		}),
		d.checkColoring(),
		parallel.Fault("edge", len(d.Edges), func(i int) error { return d.checkEdge(&d.Edges[i], i >= hubs) }),
		parallel.Fault("legend entry", len(d.Legend), func(i int) error { return d.checkEntry(&d.Legend[i]) }),
	)
}

// checkEdge returns an error unless the edge joins nodes. Those of jobs come last.
func (d *Diagram) checkEdge(e *Edge, last bool) error {
	switch {
	case !d.hasNode(e.From) || !d.hasNode(e.To):
		return fmt.Errorf("it joins nodes %d and %d, but there are %d nodes", e.From, e.To, len(d.Nodes))
	case (e.Run != nil) != last:
		return fmt.Errorf("edges of hubs must come before those of jobs")
	case e.Run != nil && !e.Run.Outcome.known():
		return fmt.Errorf("unknown outcome %d", e.Run.Outcome)
	}
	return nil
}

// checkEntry returns an error unless the entry is about what a diagram can have.
func (d *Diagram) checkEntry(e *Entry) error {
	if !e.Class.known() || !e.Outcome.known() || e.Kind > BarEntry {
		return fmt.Errorf("unknown class %d or outcome %d", e.Class, e.Outcome)
	}
	return d.checkValue(e.Value)
}

// checkGroups returns an error unless the groups are sorted, and none lacks the groups around it.
func (d *Diagram) checkGroups() error {
	for i := range d.Groups {
		switch {
		case len(d.Groups[i].Path) == 0:
			return fmt.Errorf("group %d: it has no name", i)
		case i > 0 && natural.ComparePaths(d.Groups[i-1].Path, d.Groups[i].Path) >= 0:
			return fmt.Errorf("group %d: groups are not sorted by path", i)
		}
		if around := d.Groups[i].Path[:len(d.Groups[i].Path)-1]; !d.hasGroups(around) {
			return fmt.Errorf("group %d: the group %q around it is not in the list of groups", i, around)
		}
	}
	return nil
}

// maxSize is the largest size of a node, by the usual one. Topologies have 2.
const maxSize = 100

// levels returns how many levels of groups the first compute node is in; those of all are alike.
func (d *Diagram) levels() int {
	for i := range d.Nodes {
		if n := &d.Nodes[i]; n.computes() {
			return len(n.Path())
		}
	}
	return 0
}

func (d *Diagram) hasNode(i int) bool { return i >= 0 && i < len(d.Nodes) }

// hasGroups reports whether the diagram lists a group and all groups around it. It
// does for an empty path.
func (d *Diagram) hasGroups(path []string) bool {
	for level := 1; level <= len(path); level++ {
		if i := d.GroupIndex(path[:level]); i == len(d.Groups) || !slices.Equal(d.Groups[i].Path, path[:level]) {
			return false
		}
	}
	return true
}

func (d *Diagram) checkNode(n *Node) error {
	switch {
	case n.Role > RoleJob:
		return fmt.Errorf("unknown role %d", n.Role)
	case !n.Class.known():
		return fmt.Errorf("unknown class %d", n.Class)
	case n.Change > Changed:
		return fmt.Errorf("unknown change %d", n.Change)
	case slices.ContainsFunc(n.Hubs, func(h int) bool { return !d.hasNode(h) || !d.Nodes[h].Hub }):
		return fmt.Errorf("one of its hubs is not a hub of the diagram")
	case n.Near != 0 && (!d.hasNode(int(n.Near)-1) || !d.Nodes[n.Near-1].Hub):
		return fmt.Errorf("it is near a hub that does not exist")
	case n.IsRequester() && !n.Hub && (n.Near != 0 || len(n.Hubs) > 0):
		return fmt.Errorf("a requester that is not a hub has no hub")
	case !(n.Size >= 0 && n.Size <= maxSize): // NaN too
		return fmt.Errorf("its size %g is not between 0 and %d", n.Size, maxSize)
	case !(n.Use.Share >= 0 && n.Use.Share <= 1): // NaN too
		return fmt.Errorf("the share %g of it that is in use is not between 0 and 1", n.Use.Share)
	}
	return nil
}

// checkGroup returns an error unless the group of a node is one of those given. If it computes, that
// is in so many levels.
func (n *Node) checkGroup(groups map[*Group]bool, levels int) error {
	switch {
	case n.Group != nil && !groups[n.Group]:
		return fmt.Errorf("its group %q is not in the list of groups", n.Path())
	case n.computes() && len(n.Path()) != levels:
		return fmt.Errorf("it is in groups of %d levels, and others in groups of %d", len(n.Path()), levels)
	}
	return nil
}

// checkColoring returns an error unless each node has a value that colours can stand for.
func (d *Diagram) checkColoring() error {
	c := d.Coloring
	if c == nil || c.Usual {
		return nil
	}
	if len(c.Of) != len(d.Nodes) {
		return fmt.Errorf("there are values of %d nodes, and %d nodes", len(c.Of), len(d.Nodes))
	}
	return parallel.Fault("node", len(c.Of), func(i int) error { return d.checkValue(c.Of[i]) })
}

func (d *Diagram) checkValue(v Value) error {
	switch c := d.Coloring; {
	case v.Number < 0, v.Number > 0 && c == nil, v.Number > 1 && !c.Amount && v.Number > len(c.Values):
		return fmt.Errorf("there is no value %d", v.Number)
	case !(v.Amount >= 0 && v.Amount <= 1): // NaN too
		return fmt.Errorf("the amount %g is not between 0 and 1", v.Amount)
	}
	return nil
}
