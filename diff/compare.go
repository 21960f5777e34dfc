package diff

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// A comparer compares nodes, one pair after the other.
type comparer struct {
	opt           Options
	before, after *cluster.Snapshot
	oldID         map[string]string // of renamed nodes, by new ID
	changes       []Change          // of the present pair
}

// add keeps a change if its field is compared, which may be in groups.
func (c *comparer) add(ch Change, groups ...string) {
	if c.opt.compares(append(groups, ch.Field)...) {
		c.changes = append(c.changes, ch)
	}
}

// node returns the changes from one node to another, which have the same ID: that of
// the new snapshot.
func (c *comparer) node(a, b *cluster.Node) []Change {
	c.changes = nil
	sameSightings := !c.opt.WithLoad && slices.EqualFunc(a.Sightings, b.Sightings, func(x, y cluster.Sighting) bool {
		return x.Orchestrator == y.Orchestrator && x.Connection == y.Connection && x.Membership == y.Membership
	})
	for i := range fields {
		f := &fields[i]
		if f.load && !c.opt.WithLoad {
			continue
		}
		switch {
		case f.name == "role":
			c.roles(a, b)
		case f.name == "labels":
			if !maps.Equal(a.Labels, b.Labels) {
				c.labels(a, b)
			}
		case f.name == "seen":
			if !sameSightings {
				c.sightings(a, b)
			}
		case f.get != nil:
			if f.equal != nil && f.equal(a, b) {
				continue
			}
			if x, y := f.get(a), f.get(b); f.equal != nil || x != y {
				c.add(Change{Field: f.name, Before: x, After: y}, f.groups()...)
			}
		}
	}
	slices.SortStableFunc(c.changes, compareChanges)
	return c.changes
}

// compareChanges sorts changes by the order of the fields, then by key.
func compareChanges(a, b Change) int {
	return cmp.Or(cmp.Compare(fieldIndex[a.Field], fieldIndex[b.Field]), strings.Compare(a.Key, b.Key))
}

// roles compares the roles that the nodes have in their snapshots, where only an ID
// of the same snapshot says who answered.
func (c *comparer) roles(a, b *cluster.Node) {
	old := *a
	if id, ok := c.oldID[a.ID]; ok {
		old.ID = id
	}
	if x, y := c.before.Role(&old), c.after.Role(b); x != y {
		c.add(Change{Field: "role", Before: string(x), After: string(y)})
	}
}

func (c *comparer) labels(a, b *cluster.Node) {
	for k, v := range a.Labels {
		if w, ok := b.Labels[k]; !ok {
			c.add(Change{Field: "labels", Key: k, Before: v}, "labels."+k)
		} else if v != w {
			c.add(Change{Field: "labels", Key: k, Before: v, After: w}, "labels."+k)
		}
	}
	for k, w := range b.Labels {
		if _, ok := a.Labels[k]; !ok {
			c.add(Change{Field: "labels", Key: k, After: w}, "labels."+k)
		}
	}
}

// sightings compares the sightings of the same orchestrators. One that lists the
// node in one snapshot only is a change of "seen".
func (c *comparer) sightings(a, b *cluster.Node) {
	for s, t := range pairs(context.Background(), a.Sightings, b.Sightings, func(s *cluster.Sighting) string { return s.Orchestrator }) {
		switch {
		case t == nil:
			c.add(Change{Field: "seen", Key: s.Orchestrator, Before: c.seen(s)})
			continue
		case s == nil:
			c.add(Change{Field: "seen", Key: t.Orchestrator, After: c.seen(t)})
			continue
		}
		for k := range fields {
			f := &fields[k]
			if f.getSeen == nil || f.load && !c.opt.WithLoad {
				continue
			}
			if x, y := f.getSeen(s), f.getSeen(t); x != y && (f.same == nil || !f.same(a.ID, s, t)) {
				c.add(Change{Field: f.name, Key: s.Orchestrator, Before: x, After: y}, f.groups()...)
			}
		}
	}
}

func (c *comparer) seen(s *cluster.Sighting) Seen {
	seen := Seen{Connection: s.Connection, Membership: s.Membership}
	if c.opt.WithLoad {
		seen.LastHeartbeat, seen.ConnectedSince, seen.DisconnectedSince = s.LastHeartbeat, s.ConnectedSince, s.DisconnectedSince
	}
	return seen
}
