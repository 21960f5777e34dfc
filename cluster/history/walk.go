package history

// This file goes from one time to another.

import (
	"context"
	"iter"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// Snapshot returns the network as it was at a time, with the load and the jobs as far as
// they were kept. Its Taken is when it was last seen like that by then. A time before the
// first moment is [ErrEarlier].
func (s *Store) Snapshot(ctx context.Context, at time.Time) (cluster.Snapshot, error) {
	snap, err := s.snapshotAt(ctx, millis(at), &walk{})
	return snap, s.explain(ctx, err)
}

// Snapshots yields what [Store.Snapshot] returns at each of some times. That takes less time
// if they are in their order: a node is read again only if it changed. The snapshots share
// memory, so none may be changed. It ends with the first error.
func (s *Store) Snapshots(ctx context.Context, times []time.Time) iter.Seq2[cluster.Snapshot, error] {
	return func(yield func(cluster.Snapshot, error) bool) {
		var w walk
		for _, at := range times {
			snap, err := s.snapshotAt(ctx, millis(at), &w)
			if !yield(snap, s.explain(ctx, err)) || err != nil {
				return
			}
		}
	}
}

// A walk has the nodes of the last snapshot, by their records.
type walk struct{ nodes map[string]*cluster.Node }

// join returns the snapshot of parts. It reads those that the last snapshot did not have.
func (w *walk) join(parts snapshot.Parts) (cluster.Snapshot, error) {
	fresh := snapshot.Parts{Frame: parts.Frame}
	for _, record := range parts.Nodes {
		if w.nodes[record] == nil {
			fresh.Nodes = append(fresh.Nodes, record)
		}
	}
	snap, err := fresh.Join()
	if err != nil {
		return snap, err
	}
	if len(snap.Nodes) != len(fresh.Nodes) { // a file that bacviz did not write
		w.nodes = nil
		return parts.Join()
	}
	read, all := snap.Nodes, make([]cluster.Node, 0, len(parts.Nodes)) // both in the order of the parts: by ID
	next := make(map[string]*cluster.Node, len(parts.Nodes))
	for _, record := range parts.Nodes {
		n := w.nodes[record]
		if n == nil {
			n, read = &read[0], read[1:]
		}
		next[record] = n
		all = append(all, *n)
	}
	snap.Nodes, w.nodes = all, next
	snap.Sort()
	return snap, nil
}
