//go:build !wasip1

package history

// This file writes what is new to SQLite.

import (
	"context"
	"database/sql"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
)

// ready returns an error if the store is only read. It reads the last moment again if a commit
// may not have happened.
func (s *Store) ready(ctx context.Context) error {
	if s.write == nil {
		return &Error{Path: s.path, Message: "it is open for reading"}
	}
	if s.doubtful {
		stored, err := s.readLast(ctx)
		if err != nil {
			return err
		}
		s.last, s.doubtful = stored, false
	}
	return nil
}

// store writes what is new in one transaction. It sets the counts of the moment.
func (s *Store) store(ctx context.Context, next *last, added *Appended, snap cluster.Snapshot) error {
	load, every := s.loadDue(next), seenEvery.Milliseconds()
	if s.path == "" {
		every = 1
	}
	if !added.New && !load && next.seen-s.last.seen < every {
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
	for c, err := range s.changesTo(ctx, next, d) {
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, next.Seq, c.ID, c.From, c.Orchestrator, string(c.kind), c.text); err != nil {
			return err
		}
	}
	return ctx.Err()
}
