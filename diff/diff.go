// Package diff says what changed from one [cluster.Snapshot] to another.
//
// [Compare] makes a [Diff], which is written as text, Markdown, JSON or JUnit
// XML; [Topology] puts both snapshots into one graph, with what came, went and
// changed marked, which packages layout and output make a picture of. This
// package reads nothing but JSON diffs and prints nothing.
package diff

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// A Diff is what leads from one snapshot to another. [Diff.Apply] goes that way
// and [Diff.Reverse] turns it round. Everything in it is sorted.
type Diff struct {
	// OldNodes and NewNodes count the nodes of the snapshots.
	OldNodes, NewNodes int

	// AddedOrchestrators and RemovedOrchestrators are those whose lists were read
	// in one snapshot only, without those that were renamed.
	AddedOrchestrators, RemovedOrchestrators []string

	// RenamedOrchestrators are guesses: one went, another one came, and lists
	// most of the same nodes.
	RenamedOrchestrators []Rename

	// Renamed are guesses: of the nodes of one snapshot and of the other, just
	// one has the labels and the capacity.
	Renamed []Rename

	Added, Removed []cluster.Node // as they are in their snapshot
	Changed        []NodeChange

	// OldTaken and NewTaken are when the snapshots were taken, if the load
	// counts and that is known.
	OldTaken, NewTaken time.Time

	load bool
}

// A Rename is a guess that two IDs are those of one node.
type Rename struct{ From, To string }

// A NodeChange is what changed of a node that both snapshots have.
type NodeChange struct {
	ID      string // in the new snapshot
	Changes []Change
}

// A Change is what one field was, and what it is. Before and After are a string,
// a []string, a float64, a uint64, an int, a time.Time or a [Seen], by the field;
// nil stands for a label or a sighting that is not there.
type Change struct {
	Field         string // one of [Fields], without groups, such as "cpu"
	Key           string // of a label its key, of what an orchestrator says the orchestrator
	Before, After any
}

// Seen is what an orchestrator says of a node that it did not list, or does not
// list any more.
type Seen struct {
	Connection                                       cluster.Connection
	Membership                                       cluster.Membership
	LastHeartbeat, ConnectedSince, DisconnectedSince time.Time // zero unless the load counts
}

// Options say what counts. With the zero value that is the shape.
type Options struct {
	// WithLoad counts the load in: disks, what is free, what runs and waits, and
	// heartbeats.
	WithLoad bool

	// Ignore and Only name fields that do not count, and those that alone do. See
	// [Fields]; labels.KEY is one label.
	Ignore, Only []string
}

// Fields lists the names that [Options] knows, besides labels.KEY: the fields of
// nodes, then "nodes" for nodes that came or went, "orchestrators" for those,
// "taken" for the time of the snapshots, and "capacity" and "load" for several
// fields at once.
func Fields() []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	return append(names, fieldNodes, fieldOrchestrators, fieldTaken, fieldCapacity, fieldLoad)
}

// Fields that are no field of a node.
const (
	fieldNodes         = "nodes"
	fieldOrchestrators = "orchestrators"
	fieldTaken         = "taken"
	fieldCapacity      = "capacity"
	fieldLoad          = "load"
)

// Check returns an error if an option names a field that there is not, or if no
// field is left that counts.
func (o Options) Check() error {
	for _, name := range slices.Concat(o.Ignore, o.Only) {
		if key, ok := strings.CutPrefix(name, "labels."); ok && key != "" {
			continue
		}
		if !slices.Contains(Fields(), name) {
			return fmt.Errorf("unknown field %q (have %s, labels.KEY)", name, strings.Join(Fields(), ", "))
		}
		if f := fieldNamed(name); !o.WithLoad && (name == fieldLoad || name == fieldTaken || f != nil && f.load) {
			return fmt.Errorf("field %q counts only with the load", name)
		}
	}
	if !o.anything() {
		return errors.New("nothing is left to compare: every field that would count is ignored")
	}
	return nil
}

// anything reports whether any field counts.
func (o Options) anything() bool {
	for i := range fields {
		if f := &fields[i]; (o.WithLoad || !f.load) && o.counts(append(f.groups(), f.name)...) {
			return true
		}
	}
	for _, name := range o.Only {
		if strings.HasPrefix(name, "labels.") && o.counts("labels", name) {
			return true
		}
	}
	return o.counts(fieldNodes) || o.counts(fieldOrchestrators) || o.WithLoad && o.counts(fieldLoad, fieldTaken)
}

// counts reports whether a field counts, which goes by several names.
func (o Options) counts(names ...string) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(list, n) })
	}
	return !in(o.Ignore) && (len(o.Only) == 0 || in(o.Only))
}

// ErrLoadUnknown is the error of comparing the load of a snapshot that has none.
var ErrLoadUnknown = errors.New("the load is not known")

// CheckLoad returns an error that wraps [ErrLoadUnknown] if a snapshot does not
// have the load of every node.
func CheckLoad(s cluster.Snapshot) error {
	for i := range s.Nodes {
		if s.Nodes[i].LoadUnknown {
			return fmt.Errorf("%w of node %s: the snapshot holds the shape alone", ErrLoadUnknown, printable(s.Nodes[i].ID))
		}
	}
	return nil
}

// Compare says what leads from one snapshot to another. Neither is changed.
func Compare(before, after cluster.Snapshot, opt Options) *Diff {
	d := &Diff{OldNodes: len(before.Nodes), NewNodes: len(after.Nodes), load: opt.WithLoad}
	if opt.WithLoad && opt.counts(fieldLoad, fieldTaken) {
		d.OldTaken, d.NewTaken = before.Taken, after.Taken
	}
	renamedNodes := guessNodes(&before, &after)
	renamedHubs := guessOrchestrators(&before, &after, renamedNodes)
	from := rename(before, renamedNodes, renamedHubs)

	if opt.counts(fieldOrchestrators) {
		d.RemovedOrchestrators = minus(from.Orchestrators, after.Orchestrators)
		d.AddedOrchestrators = minus(after.Orchestrators, from.Orchestrators)
		d.RenamedOrchestrators = renamedHubs
	}
	if opt.counts(fieldNodes) {
		d.Renamed = renamedNodes
	}
	byOldID := make(map[string]string, len(renamedNodes))
	for _, r := range renamedNodes {
		byOldID[r.To] = r.From
	}
	c := comparer{opt: opt}
	for i, j := 0, 0; i < len(from.Nodes) || j < len(after.Nodes); {
		order := 0
		switch {
		case i == len(from.Nodes):
			order = 1
		case j == len(after.Nodes):
			order = -1
		default:
			order = strings.Compare(from.Nodes[i].ID, after.Nodes[j].ID)
		}
		switch {
		case order < 0:
			if opt.counts(fieldNodes) {
				// A renamed node is in both, so this one has its old ID. Its
				// sightings are as they were.
				d.Removed = append(d.Removed, *before.Node(from.Nodes[i].ID))
			}
			i++
		case order > 0:
			if opt.counts(fieldNodes) {
				d.Added = append(d.Added, after.Nodes[j])
			}
			j++
		default:
			if changes := c.node(&from.Nodes[i], &after.Nodes[j]); len(changes) > 0 {
				d.Changed = append(d.Changed, NodeChange{after.Nodes[j].ID, changes})
			}
			i, j = i+1, j+1
		}
	}
	return d
}

// Empty reports whether there is nothing to tell: the snapshots are the same in
// all that counts.
func (d *Diff) Empty() bool { return d.Same() && d.OldTaken.Equal(d.NewTaken) }

// Same reports whether nothing of the network changed, whenever the snapshots
// were taken.
func (d *Diff) Same() bool {
	return len(d.AddedOrchestrators)+len(d.RemovedOrchestrators)+len(d.RenamedOrchestrators)+
		len(d.Renamed)+len(d.Added)+len(d.Removed)+len(d.Changed) == 0
}

// minus returns what is in a and not in b; both are sorted.
func minus(a, b []string) (rest []string) {
	for _, s := range a {
		if _, ok := slices.BinarySearch(b, s); !ok {
			rest = append(rest, s)
		}
	}
	return rest
}

// A comparer compares nodes, one pair after the other.
type comparer struct {
	opt Options
	out []Change
}

func (c *comparer) add(ch Change, names ...string) {
	if c.opt.counts(append(names, ch.Field)...) {
		c.out = append(c.out, ch)
	}
}

func (c *comparer) node(a, b *cluster.Node) []Change {
	c.out = nil
	for i := range fields {
		f := &fields[i]
		if f.load && !c.opt.WithLoad {
			continue
		}
		switch {
		case f.name == "labels":
			if !maps.Equal(a.Labels, b.Labels) {
				c.labels(a, b)
			}
		case f.name == "seen":
			c.sightings(a, b)
		case f.get != nil:
			if f.same != nil && f.same(a, b) {
				continue
			}
			if x, y := f.get(a), f.get(b); f.same != nil || x != y {
				c.add(Change{Field: f.name, Before: x, After: y}, f.groups()...)
			}
		}
	}
	slices.SortStableFunc(c.out, compareChanges)
	return c.out
}

// compareChanges puts changes in the order of the fields, then of their keys.
func compareChanges(a, b Change) int {
	return cmp.Or(cmp.Compare(fieldIndex[a.Field], fieldIndex[b.Field]), strings.Compare(a.Key, b.Key))
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

func (c *comparer) seen(s *cluster.Sighting) Seen {
	seen := Seen{Connection: s.Connection, Membership: s.Membership}
	if c.opt.WithLoad {
		seen.LastHeartbeat, seen.ConnectedSince, seen.DisconnectedSince = s.LastHeartbeat, s.ConnectedSince, s.DisconnectedSince
	}
	return seen
}

func (c *comparer) sightings(a, b *cluster.Node) {
	for i, j := 0, 0; i < len(a.Sightings) || j < len(b.Sightings); {
		order := 0
		switch {
		case i == len(a.Sightings):
			order = 1
		case j == len(b.Sightings):
			order = -1
		default:
			order = strings.Compare(a.Sightings[i].Orchestrator, b.Sightings[j].Orchestrator)
		}
		switch {
		case order < 0:
			s := &a.Sightings[i]
			c.add(Change{Field: "seen", Key: s.Orchestrator, Before: c.seen(s)})
			i++
		case order > 0:
			s := &b.Sightings[j]
			c.add(Change{Field: "seen", Key: s.Orchestrator, After: c.seen(s)})
			j++
		default:
			s, t := &a.Sightings[i], &b.Sightings[j]
			for k := range fields {
				f := &fields[k]
				if f.of == nil || f.load && !c.opt.WithLoad {
					continue
				}
				if x, y := f.of(s), f.of(t); x != y {
					c.add(Change{Field: f.name, Key: s.Orchestrator, Before: x, After: y}, f.groups()...)
				}
			}
			i, j = i+1, j+1
		}
	}
}
