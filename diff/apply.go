package diff

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// Reverse returns the changes from the new snapshot back to the old one.
func (d *Diff) Reverse() *Diff {
	back := &Diff{
		OldNodes: d.NewNodes, NewNodes: d.OldNodes,
		AddedOrchestrators: d.RemovedOrchestrators, RemovedOrchestrators: d.AddedOrchestrators,
		RenamedOrchestrators: reverseRenames(d.RenamedOrchestrators), Renamed: reverseRenames(d.Renamed),
		Added: d.Removed, Removed: d.Added,
		OldTaken: d.NewTaken, NewTaken: d.OldTaken, load: d.load,
	}
	oldNode, oldHub := make(map[string]string), make(map[string]string)
	for _, r := range d.replacing() {
		oldNode[r.To] = r.From
	}
	for _, r := range d.RenamedOrchestrators {
		oldHub[r.To] = r.From
	}
	for _, n := range d.Changed {
		back.Changed = append(back.Changed, n.reverse(oldNode, oldHub))
	}
	slices.SortFunc(back.Changed, func(a, b NodeChange) int { return strings.Compare(a.ID, b.ID) })
	return back
}

// replacing returns the renamed nodes whose new record is in place of the old one: it
// was neither added beside it nor, in the other direction, removed.
func (d *Diff) replacing() (all []Rename) {
	has := func(nodes []cluster.Node, id string) bool {
		return slices.ContainsFunc(nodes, func(n cluster.Node) bool { return n.ID == id })
	}
	for _, r := range d.Renamed {
		if !has(d.Added, r.To) && !has(d.Removed, r.From) {
			all = append(all, r)
		}
	}
	return all
}

// reverse returns the changes with old and new values swapped, and with the old IDs
// of nodes and orchestrators, which the maps give for the renamed ones.
func (n NodeChange) reverse(oldNode, oldHub map[string]string) NodeChange {
	back := NodeChange{ID: n.ID}
	from, renamed := oldNode[n.ID]
	if renamed {
		back.ID = from
	}
	// oldValue renames a label value that is the node's own ID.
	oldValue := func(v any) any {
		if renamed && v == any(n.ID) {
			return from
		}
		return v
	}
	for _, c := range n.Changes {
		c.Before, c.After = c.After, c.Before
		if c.Field == "labels" {
			c.Before, c.After = oldValue(c.Before), oldValue(c.After)
		} else if o, ok := oldHub[c.Key]; ok {
			c.Key = o
		}
		back.Changes = append(back.Changes, c)
	}
	slices.SortStableFunc(back.Changes, compareChanges)
	return back
}

func reverseRenames(all []Rename) []Rename {
	var back []Rename
	for _, r := range all {
		back = append(back, Rename{r.To, r.From})
	}
	return sortRenames(back)
}

// Apply returns the new snapshot, given the old one, which is not modified. Whatever
// was not compared is as in the old one. It returns an error if s cannot be the old
// snapshot.
func (d *Diff) Apply(s cluster.Snapshot) (cluster.Snapshot, error) {
	if len(s.Nodes) != d.OldNodes {
		return s, fmt.Errorf("the diff is of a snapshot with %d nodes, not %d", d.OldNodes, len(s.Nodes))
	}
	ids := idsOf(&s)
	for _, r := range slices.Concat(d.Renamed, d.RenamedOrchestrators) {
		if !ids[r.From] {
			return s, fmt.Errorf("cannot rename %s: the snapshot does not have it", display.Printable(r.From))
		}
	}
	out := rename(context.Background(), s, d.replacing(), d.RenamedOrchestrators)
	if !d.OldTaken.Equal(d.NewTaken) {
		out.Taken = d.NewTaken
	}
	out.Orchestrators = slices.DeleteFunc(slices.Clone(out.Orchestrators), func(o string) bool { return slices.Contains(d.RemovedOrchestrators, o) })
	out.Orchestrators = append(out.Orchestrators, d.AddedOrchestrators...)
	slices.Sort(out.Orchestrators)

	var err error
	if out.Nodes, err = d.applyToNodes(out.Nodes); err != nil {
		return s, err
	}
	return out, nil
}

// applyToNodes returns the nodes of the new snapshot, given those of the old one with
// their new IDs.
func (d *Diff) applyToNodes(old []cluster.Node) ([]cluster.Node, error) {
	removed := make(map[string]bool, len(d.Removed))
	for i := range d.Removed {
		removed[d.Removed[i].ID] = true
	}
	changed := make(map[string][]Change, len(d.Changed))
	for _, n := range d.Changed {
		changed[n.ID] = n.Changes
	}
	var nodes []cluster.Node
	for _, n := range old {
		if removed[n.ID] {
			delete(removed, n.ID)
			continue
		}
		if changes, ok := changed[n.ID]; ok {
			delete(changed, n.ID)
			if err := applyToNode(&n, changes); err != nil {
				return nil, fmt.Errorf("node %s: %w", display.Printable(n.ID), err)
			}
		}
		nodes = append(nodes, n)
	}
	for id := range removed {
		return nil, fmt.Errorf("cannot remove node %s: the snapshot does not have it", display.Printable(id))
	}
	for id := range changed {
		return nil, fmt.Errorf("cannot change node %s: the snapshot does not have it", display.Printable(id))
	}
	nodes = append(nodes, d.Added...)
	slices.SortFunc(nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	for i := 1; i < len(nodes); i++ {
		if nodes[i].ID == nodes[i-1].ID {
			return nil, fmt.Errorf("cannot add node %s: the snapshot already has it", display.Printable(nodes[i].ID))
		}
	}
	return nodes, nil
}

// applyToNode changes a node, but nothing that it shares with others.
func applyToNode(n *cluster.Node, changes []Change) error {
	n.Labels, n.Sightings = maps.Clone(n.Labels), slices.Clone(n.Sightings)
	for _, c := range changes {
		f := fieldNamed(c.Field)
		at := slices.IndexFunc(n.Sightings, func(s cluster.Sighting) bool { return s.Orchestrator == c.Key })
		switch {
		case f == nil:
			return fmt.Errorf("unknown field %q", c.Field)
		case c.Field == "labels":
			if v, ok := c.After.(string); !ok {
				delete(n.Labels, c.Key)
			} else {
				if n.Labels == nil {
					n.Labels = make(map[string]string)
				}
				n.Labels[c.Key] = v
			}
		case c.Field == "seen":
			if at >= 0 {
				n.Sightings = slices.Delete(n.Sightings, at, at+1)
			}
			if s, ok := c.After.(Seen); ok {
				n.Sightings = append(n.Sightings, cluster.Sighting{
					Orchestrator: c.Key, Connection: s.Connection, Membership: s.Membership,
					LastHeartbeat: s.LastHeartbeat, ConnectedSince: s.ConnectedSince, DisconnectedSince: s.DisconnectedSince,
				})
			}
		case f.setSeen != nil && at < 0:
			return fmt.Errorf("orchestrator %s does not list it", display.Printable(c.Key))
		case f.setSeen != nil:
			f.setSeen(&n.Sightings[at], c.After)
		default:
			f.set(n, c.After)
		}
	}
	if len(n.Labels) == 0 {
		n.Labels = nil
	}
	sortSightings(n)
	return nil
}
