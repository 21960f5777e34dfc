package diagram

import (
	"fmt"
	"slices"

	"github.com/bacviz/bacviz/internal/natural"
)

// Check returns an error if a diagram is not consistent: an index without a node, a
// group that is not listed, an unknown class. Diagrams of [New] are consistent.
func (d *Diagram) Check() error {
	if d == nil {
		return fmt.Errorf("there is no diagram")
	}
	if err := d.checkLevels(); err != nil {
		return err
	}
	for i := range d.Nodes {
		if err := d.checkNode(&d.Nodes[i]); err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
	}
	if err := d.checkColoring(); err != nil {
		return err
	}
	hubs := d.HubEdges()
	for i := range d.Edges {
		e := &d.Edges[i]
		switch {
		case !d.hasNode(e.From) || !d.hasNode(e.To):
			return fmt.Errorf("edge %d: it joins nodes %d and %d, but there are %d nodes", i, e.From, e.To, len(d.Nodes))
		case (e.Run != nil) != (i >= hubs):
			return fmt.Errorf("edge %d: edges of hubs must come before those of jobs", i)
		case e.Run != nil && !e.Run.Outcome.known():
			return fmt.Errorf("edge %d: unknown outcome %d", i, e.Run.Outcome)
		}
	}
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
	for i := range d.Legend {
		e := &d.Legend[i]
		if !e.Class.known() || !e.Outcome.known() || e.Kind > BarEntry {
			return fmt.Errorf("legend entry %d: unknown class %d or outcome %d", i, e.Class, e.Outcome)
		}
		if err := d.checkValue(e.Value); err != nil {
			return fmt.Errorf("legend entry %d: %w", i, err)
		}
	}
	return nil
}

// maxSize is the largest size of a node, by the usual one. Topologies have 2.
const maxSize = 100

// checkLevels returns an error unless the groups of all compute nodes have as many
// levels.
func (d *Diagram) checkLevels() error {
	levels := -1
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if !n.computes() {
			continue
		}
		if levels >= 0 && len(n.Path()) != levels {
			return fmt.Errorf("node %d: it is in groups of %d levels, and others in groups of %d", i, len(n.Path()), levels)
		}
		levels = len(n.Path())
	}
	return nil
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
	case !d.hasGroups(n.Path()):
		return fmt.Errorf("its group %q is not in the list of groups", n.Path())
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
	for i, v := range c.Of {
		if err := d.checkValue(v); err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
	}
	return nil
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
