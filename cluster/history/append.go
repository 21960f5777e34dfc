package history

// This file adds snapshots to a store.

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
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

// seenEvery is how often an unchanged network is noted as seen.
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
	if s.write == nil {
		return Appended{}, &Error{Path: s.path, Message: "it is open for reading"}
	}
	if s.doubtful {
		stored, err := s.readLast(ctx)
		if err != nil {
			return Appended{}, err
		}
		s.last, s.doubtful = stored, false
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
	next = &last{Moment: l.Moment, loaded: l.loaded, pruned: l.pruned, frame: snapshot.Frame(snap)}
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

// store writes what is new in one transaction. It sets the counts of the moment.
func (s *Store) store(ctx context.Context, next *last, added *Appended, snap cluster.Snapshot) error {
	load := s.opt.LoadEvery > 0 && (s.last.loaded == 0 || next.seen-s.last.loaded >= s.opt.LoadEvery.Milliseconds())
	if !added.New && !load && next.seen-s.last.seen < seenEvery.Milliseconds() {
		next.seen = s.last.seen
		return nil
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if added.New {
		err = s.storeMoment(ctx, tx, next, added)
	} else {
		_, err = tx.ExecContext(ctx, "UPDATE moment SET seen = ? WHERE seq = ?", next.seen, next.Seq)
	}
	if err == nil && load {
		err, added.Loaded = s.storeLoad(ctx, tx, next, snap), true
	}
	if err == nil {
		added.Pruned, err = s.pruneDue(ctx, tx, next)
	}
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if added.Pruned {
		// The snapshot is stored, whether or not the disk gets its room back now.
		_ = s.shrink(ctx)
	}
	return nil
}

// storeMoment writes a moment, the versions that begin and end with it, and its changes.
func (s *Store) storeMoment(ctx context.Context, tx *sql.Tx, next *last, added *Appended) error {
	if added.Diff != nil {
		if err := s.storeChanges(ctx, tx, next, added.Diff); err != nil {
			return err
		}
		added.Moment = next.Moment
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO moment (seq, at, seen, joined, "left", changed, frame) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		next.Seq, millis(next.At), next.seen, next.Joined, next.Left, next.Changed, next.frame)
	if err != nil {
		return err
	}
	end, err := tx.PrepareContext(ctx, "UPDATE version SET last = ? WHERE node = ? AND first = ?")
	if err != nil {
		return err
	}
	defer end.Close() // with the transaction
	begin, err := tx.PrepareContext(ctx, "INSERT INTO version (node, first, last, record) VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer begin.Close()
	for id, old := range s.last.nodes { // in any order: the rows are the same
		if next.nodes[id].first != old.first {
			if _, err := end.ExecContext(ctx, next.Seq, id, old.first); err != nil {
				return err
			}
		}
	}
	for i := range next.snapshot.Nodes { // in order, so that the file is the same
		id := next.snapshot.Nodes[i].ID
		if now := next.nodes[id]; now.first == next.Seq {
			if _, err := begin.ExecContext(ctx, id, now.first, int64(forever), now.record); err != nil {
				return err
			}
		}
	}
	return nil
}

// storeChanges writes the changes of a moment, and counts them in it.
func (s *Store) storeChanges(ctx context.Context, tx *sql.Tx, next *last, d *diff.Diff) error {
	insert, err := tx.PrepareContext(ctx, "INSERT INTO change (seq, node, former, orchestrator, kind, diff) VALUES (?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close() // with the transaction
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
		if err := part.WriteJSON(ctx, &text); err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, next.Seq, subject.ID, subject.From, subject.Orchestrator, string(kind), compact(text.Bytes())); err != nil {
			return err
		}
	}
	return ctx.Err()
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
