package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// Reverse returns what leads back.
func (d *Diff) Reverse() *Diff {
	back := &Diff{
		OldNodes: d.NewNodes, NewNodes: d.OldNodes,
		AddedOrchestrators: d.RemovedOrchestrators, RemovedOrchestrators: d.AddedOrchestrators,
		RenamedOrchestrators: turned(d.RenamedOrchestrators), Renamed: turned(d.Renamed),
		Added: d.Removed, Removed: d.Added,
		OldTaken: d.NewTaken, NewTaken: d.OldTaken, load: d.load,
	}
	node, hub := make(map[string]string), make(map[string]string)
	for _, r := range d.Renamed {
		node[r.To] = r.From
	}
	for _, r := range d.RenamedOrchestrators {
		hub[r.To] = r.From
	}
	for _, n := range d.Changed {
		from, renamed := node[n.ID]
		// A label that holds the node's own ID is renamed with it.
		own := func(v any) any {
			if renamed && v == any(n.ID) {
				return from
			}
			return v
		}
		turn := NodeChange{ID: n.ID}
		if renamed {
			turn.ID = from
		}
		for _, c := range n.Changes {
			c.Before, c.After = c.After, c.Before
			if c.Field == "labels" {
				c.Before, c.After = own(c.Before), own(c.After)
			} else if o, ok := hub[c.Key]; ok {
				c.Key = o
			}
			turn.Changes = append(turn.Changes, c)
		}
		slices.SortStableFunc(turn.Changes, compareChanges)
		back.Changed = append(back.Changed, turn)
	}
	slices.SortFunc(back.Changed, func(a, b NodeChange) int { return strings.Compare(a.ID, b.ID) })
	return back
}

func turned(all []Rename) []Rename {
	var back []Rename
	for _, r := range all {
		back = append(back, Rename{r.To, r.From})
	}
	return sortRenames(back)
}

// Apply returns the snapshot that the diff leads to from s, which is not
// changed. What the diff leaves out stays as it is in s. It fails if s is not
// what the diff begins with.
func (d *Diff) Apply(s cluster.Snapshot) (cluster.Snapshot, error) {
	if len(s.Nodes) != d.OldNodes {
		return s, fmt.Errorf("the diff begins with %d nodes, not %d", d.OldNodes, len(s.Nodes))
	}
	ids := idsOf(&s)
	for _, r := range slices.Concat(d.Renamed, d.RenamedOrchestrators) {
		if !ids[r.From] {
			return s, fmt.Errorf("there is no %s to rename", printable(r.From))
		}
	}
	out := rename(s, d.Renamed, d.RenamedOrchestrators)
	if !d.OldTaken.Equal(d.NewTaken) {
		out.Taken = d.NewTaken
	}
	out.Orchestrators = slices.DeleteFunc(slices.Clone(out.Orchestrators), func(o string) bool { return slices.Contains(d.RemovedOrchestrators, o) })
	out.Orchestrators = append(out.Orchestrators, d.AddedOrchestrators...)
	slices.Sort(out.Orchestrators)

	gone := make(map[string]bool, len(d.Removed))
	for i := range d.Removed {
		gone[d.Removed[i].ID] = true
	}
	changed := make(map[string][]Change, len(d.Changed))
	for _, n := range d.Changed {
		changed[n.ID] = n.Changes
	}
	var nodes []cluster.Node
	for _, n := range out.Nodes {
		if gone[n.ID] {
			delete(gone, n.ID)
			continue
		}
		if changes, ok := changed[n.ID]; ok {
			delete(changed, n.ID)
			if err := change(&n, changes); err != nil {
				return s, fmt.Errorf("node %s: %w", printable(n.ID), err)
			}
		}
		nodes = append(nodes, n)
	}
	for id := range gone {
		return s, fmt.Errorf("there is no node %s to remove", printable(id))
	}
	for id := range changed {
		return s, fmt.Errorf("there is no node %s to change", printable(id))
	}
	out.Nodes = append(nodes, d.Added...)
	slices.SortFunc(out.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	for i := 1; i < len(out.Nodes); i++ {
		if out.Nodes[i].ID == out.Nodes[i-1].ID {
			return s, fmt.Errorf("node %s is there already", printable(out.Nodes[i].ID))
		}
	}
	return out, nil
}

func change(n *cluster.Node, changes []Change) error {
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
		case f.put != nil && at < 0:
			return fmt.Errorf("it is not seen by %s", printable(c.Key))
		case f.put != nil:
			f.put(&n.Sightings[at], c.After)
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
