package history

// This file adds snapshots to a store.

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// seenEvery is how often an unchanged network is noted as seen in a file.
const seenEvery = time.Minute

// Append stores what changed since the last snapshot that was appended, all of it or
// nothing. What the sources that could not be read had listed stays as it was. The time
// may not be before that of the last moment. Errors that orchestrators reported are not
// stored, as they may hold addresses or secrets.
func (s *Store) Append(ctx context.Context, at time.Time, snap cluster.Snapshot) (Appended, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	added, err := s.append(ctx, at, snap)
	return added, s.explain(ctx, err)
}

func (s *Store) append(ctx context.Context, at time.Time, snap cluster.Snapshot) (Appended, error) {
	if err := s.ready(ctx); err != nil {
		return Appended{}, err
	}
	switch {
	case s.last.Seq > 0 && millis(at) < millis(s.last.At):
		return Appended{}, fmt.Errorf("%w: the last is of %s, and this snapshot of %s", ErrOrder, s.last.At.Format(time.RFC3339), at.UTC().Format(time.RFC3339))
	case s.last.Seq > 0 && !samePart(&s.last.snapshot, &snap):
		return Appended{}, fmt.Errorf("%w: %s, and this snapshot %s", ErrPart, partOf(&s.last.snapshot), partOf(&snap))
	}
	next, added, err := s.compare(ctx, at, snap)
	if err != nil {
		return Appended{}, err
	}
	if err := s.store(ctx, next, &added, snap); err != nil {
		s.doubtful = true // a commit that was interrupted may have succeeded
		return Appended{}, err
	}
	s.last = next
	return added, nil
}

// compare returns what would be the last moment after that snapshot, and what is new in it.
func (s *Store) compare(ctx context.Context, at time.Time, snap cluster.Snapshot) (*last, Appended, error) {
	snap = complete(&s.last.snapshot, snap)
	next, changed, err := s.last.after(ctx, snap)
	if err != nil {
		return nil, Appended{}, err
	}
	next.seen = millis(at)
	if !changed {
		return next, Appended{Moment: s.last.Moment}, nil
	}
	next.Moment = Moment{Seq: s.last.Seq + 1, At: timeOf(millis(at))}
	added := Appended{Moment: next.Moment, New: true, First: s.last.Seq == 0}
	if !added.First {
		added.Diff, err = diff.Compare(ctx, s.last.snapshot, next.snapshot, diff.Options{})
	}
	return next, added, err
}

// after returns what the last moment would be with the parts of a snapshot, as they will be
// read again, and whether any is another one. A part is made only for a node that differs.
func (l *last) after(ctx context.Context, snap cluster.Snapshot) (next *last, changed bool, err error) {
	next = &last{Moment: l.Moment, loaded: l.loaded, loadBytes: l.loadBytes, pruned: l.pruned, frame: snapshot.Frame(snap)}
	if next.snapshot, err = (snapshot.Parts{Frame: next.frame}).Join(); err != nil {
		return nil, false, err
	}
	changed = l.Seq == 0 || next.frame != l.frame || len(snap.Nodes) != len(l.nodes)
	next.nodes = make(map[string]current, len(snap.Nodes))
	next.snapshot.Nodes = make([]cluster.Node, 0, len(snap.Nodes))
	for i := range interrupt.Range(ctx, len(snap.Nodes)) {
		n := &snap.Nodes[i]
		now, known := l.nodes[n.ID]
		if !known || !snapshot.SameShape(now.node, n) {
			record, err := snapshot.Part(n)
			if err != nil {
				return nil, false, err
			}
			if !known || record != now.record {
				if now, err = newVersion(l.Seq+1, record); err != nil {
					return nil, false, err
				}
				changed = true
			}
		}
		next.nodes[now.node.ID] = now
		next.snapshot.Nodes = append(next.snapshot.Nodes, *now.node)
	}
	return next, changed, ctx.Err()
}

// newVersion returns the version of a node that begins with a moment.
func newVersion(first uint64, record string) (current, error) {
	node, err := snapshot.Node(record)
	return current{first, record, &node}, err
}

// A changed is a change as a store keeps it: what happened, and its diff as JSON.
type changed struct {
	diff.Subject
	kind diff.Kind
	text string
}

// changesTo yields the changes to the next moment, and counts them in it. It ends with the first
// error.
func (s *Store) changesTo(ctx context.Context, next *last, d *diff.Diff) iter.Seq2[changed, error] {
	return func(yield func(changed, error) bool) {
		for subject, part := range d.Split(ctx) {
			kind := subject.Kind(&s.last.snapshot, &next.snapshot)
			switch kind {
			case diff.Joined:
				next.Joined++
			case diff.Left:
				next.Left++
			case diff.Changed:
				next.Changed++
			}
			var text bytes.Buffer
			err := part.WriteJSON(ctx, &text)
			if !yield(changed{subject, kind, compact(text.Bytes())}, err) || err != nil {
				return
			}
		}
	}
}

// complete returns a snapshot with what the orchestrators that were not read had listed in
// the one before.
func complete(before *cluster.Snapshot, now cluster.Snapshot) cluster.Snapshot {
	if now.Unread == 0 {
		return now
	}
	missing := make(map[string]bool)
	for _, id := range before.Orchestrators {
		if _, read := slices.BinarySearch(now.Orchestrators, id); !read {
			missing[id] = true
		}
	}
	if len(missing) == 0 {
		return now
	}
	kept := cluster.List{Origins: before.Origins, Selection: before.Selection}
	for _, id := range before.Orchestrators {
		if missing[id] {
			kept.Orchestrators = append(kept.Orchestrators, id)
		}
	}
	for _, n := range before.Nodes {
		sightings := slices.DeleteFunc(slices.Clone(n.Sightings), func(s cluster.Sighting) bool { return !missing[s.Orchestrator] })
		if fresh := now.Node(n.ID); fresh != nil { // whose other details are newer
			n = *fresh
		}
		n.Sightings = sightings
		if len(sightings) > 0 {
			kept.Nodes = append(kept.Nodes, n)
		}
	}
	whole := cluster.Merge(now.List(), kept)
	whole.Selection, whole.Sources, whole.Unread = now.Selection, now.Sources, now.Unread
	return whole
}

// samePart reports whether two snapshots hold the same part of a network.
func samePart(a, b *cluster.Snapshot) bool { return partOf(a) == partOf(b) }

// partOf says which part of the network a snapshot holds.
func partOf(s *cluster.Snapshot) string {
	if s.Selection == nil {
		return "is of all nodes"
	}
	var all []string
	for _, c := range s.Selection.By {
		all = append(all, c.String())
	}
	return "is of nodes with " + display.Printable(strings.Join(all, ", "))
}

// compact returns a JSON document without its white space.
func compact(text []byte) string {
	value := jsontext.Value(text)
	if value.Compact() != nil {
		return string(text) // not JSON, which its reader will say
	}
	return string(value)
}
