// Package diff finds what changed from one [cluster.Snapshot] to another.
//
// [Compare] returns a [Diff], which is written as text, Markdown, JSON or JUnit XML
// by a [Format]; [Topology] puts both snapshots into one graph, with added, removed
// and changed nodes marked, of which packages diagram, layout and output make a
// picture. This package reads nothing but JSON diffs and prints nothing.
package diff

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// A Diff holds the changes from one snapshot, the old one, to another, the new one.
// [Diff.Apply] makes the new one of the old one, and [Diff.Reverse] returns the
// changes in the other direction. Everything in it is sorted.
type Diff struct {
	// OldNodes and NewNodes are the numbers of nodes in the snapshots.
	OldNodes, NewNodes int

	// AddedOrchestrators and RemovedOrchestrators are those whose lists were read
	// in one snapshot only, without the renamed ones.
	AddedOrchestrators, RemovedOrchestrators []string

	// RenamedOrchestrators are guesses: one orchestrator was removed, another one
	// was added, and the two list mostly the same nodes.
	RenamedOrchestrators []Rename

	// Renamed are guesses: exactly one node of each snapshot has these labels and
	// this capacity. If the orchestrator kept the old record, as disconnected, that is
	// among Changed and the new one among Added. In the other direction the new one is
	// among Removed.
	Renamed []Rename

	Added, Removed []cluster.Node // as they are in their snapshot
	Changed        []NodeChange

	// OldTaken and NewTaken are the times of the snapshots, if the load was
	// compared and they are known.
	OldTaken, NewTaken time.Time

	load bool // the load was compared
}

// A Rename is a guess that two IDs belong to the same node.
type Rename struct{ From, To string }

// A NodeChange holds the changes of a node that is in both snapshots.
type NodeChange struct {
	ID      string // in the new snapshot
	Changes []Change
}

// A Change is the old and the new value of one field. Before and After are a string,
// a []string, a float64, a uint64, an int, a time.Time or a [Seen], depending on the
// field; nil stands for a label or a sighting that does not exist.
type Change struct {
	Field         string // one of [Fields], but not a group of them: "cpu", not "capacity"
	Key           string // the key of a label; the orchestrator that reports a state
	Before, After any
}

// Seen is what an orchestrator reports about a node that it lists in only one of the
// snapshots.
type Seen struct {
	Connection                                       cluster.Connection
	Membership                                       cluster.Membership
	LastHeartbeat, ConnectedSince, DisconnectedSince time.Time // zero if the load is not compared
}

// Empty reports whether the snapshots are equal in all that was compared.
func (d *Diff) Empty() bool { return d.Same() && d.OldTaken.Equal(d.NewTaken) }

// Same reports whether the network is the same in all that was compared. The times
// of the snapshots may differ.
func (d *Diff) Same() bool {
	return len(d.AddedOrchestrators)+len(d.RemovedOrchestrators)+len(d.RenamedOrchestrators)+
		len(d.Renamed)+len(d.Added)+len(d.Removed)+len(d.Changed) == 0
}

// Compare returns the changes from one snapshot to another, or ctx.Err() if ctx ends
// first. Neither is modified.
func Compare(ctx context.Context, before, after cluster.Snapshot, opt Options) (*Diff, error) {
	d := &Diff{OldNodes: len(before.Nodes), NewNodes: len(after.Nodes), load: opt.WithLoad}
	if opt.WithLoad && opt.compares(fieldLoad, fieldTaken) {
		d.OldTaken, d.NewTaken = before.Taken, after.Taken
	}
	renamedNodes := guessNodes(ctx, &before, &after)
	renamedHubs := guessOrchestrators(ctx, &before, &after, renamedNodes)
	from := rename(ctx, before, renamedNodes, renamedHubs)

	if opt.compares(fieldOrchestrators) {
		d.RemovedOrchestrators = minus(from.Orchestrators, after.Orchestrators)
		d.AddedOrchestrators = minus(after.Orchestrators, from.Orchestrators)
		d.RenamedOrchestrators = renamedHubs
	}
	if opt.compares(fieldNodes) {
		d.Renamed = sortRenames(slices.Concat(renamedNodes, guessKept(ctx, &before, &after), reverseRenames(guessKept(ctx, &after, &before))))
	}
	c := comparer{opt: opt, before: &before, after: &after, oldID: make(map[string]string, len(renamedNodes))}
	for _, r := range renamedNodes {
		c.oldID[r.To] = r.From
	}
	for a, b := range pairs(ctx, from.Nodes, after.Nodes, func(n *cluster.Node) string { return n.ID }) {
		switch {
		case a != nil && b != nil:
			if changes := c.node(a, b); len(changes) > 0 {
				d.Changed = append(d.Changed, NodeChange{b.ID, changes})
			}
		case !opt.compares(fieldNodes):
		case b == nil: // the node of the old snapshot: here its orchestrators may be renamed
			d.Removed = append(d.Removed, *before.Node(a.ID))
		default:
			d.Added = append(d.Added, *b)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

// pairs yields the elements of two slices that are sorted by a key: two elements
// with the same key together, and any other one with nil in place of its partner. It
// ends early with ctx.
func pairs[T any](ctx context.Context, a, b []T, key func(*T) string) iter.Seq2[*T, *T] {
	return func(yield func(*T, *T) bool) {
		ended := interrupt.Ended(ctx)
		for (len(a) > 0 || len(b) > 0) && !ended() {
			var x, y *T
			order := 0
			if len(a) > 0 {
				x = &a[0]
			}
			if len(b) > 0 {
				y = &b[0]
			}
			if x != nil && y != nil {
				order = strings.Compare(key(x), key(y))
			}
			if order > 0 {
				x = nil
			}
			if order < 0 {
				y = nil
			}
			if x != nil {
				a = a[1:]
			}
			if y != nil {
				b = b[1:]
			}
			if !yield(x, y) {
				return
			}
		}
	}
}

// minus returns the elements of a that are not in b. Both are sorted.
func minus(a, b []string) (rest []string) {
	for x, y := range pairs(context.Background(), a, b, func(s *string) string { return *s }) {
		if y == nil {
			rest = append(rest, *x)
		}
	}
	return rest
}
