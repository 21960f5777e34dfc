//go:build !wasip1

package history

// This file answers questions about the past.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// snapshotAt returns the network at a time, the next of a walk.
func (s *Store) snapshotAt(ctx context.Context, at int64, w *walk) (snap cluster.Snapshot, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: s.read != s.write})
	if err != nil {
		return snap, err
	}
	defer tx.Rollback() // nothing was written
	m, err := momentAt(ctx, tx, at)
	if err != nil {
		return snap, err
	}
	parts, err := partsAt(ctx, tx, m)
	if err != nil {
		return snap, err
	}
	if snap, err = w.join(parts); err != nil {
		return snap, err
	}
	if step, found, err := readLoad(ctx, tx, at); err != nil {
		return snap, err
	} else if found {
		addLoad(&snap, &step)
	}
	snap.Taken = timeOf(min(at, m.seen))
	return snap, nil
}

// A row is a moment as it is stored.
type row struct {
	Moment
	seen  int64
	frame string
}

const momentOf = `SELECT seq, at, seen, joined, "left", changed, frame FROM moment WHERE at <= ? ORDER BY at DESC, seq DESC LIMIT 1`

// momentAt returns the moment that a time belongs to.
func momentAt(ctx context.Context, tx *sql.Tx, at int64) (m row, err error) {
	var when int64
	err = tx.QueryRowContext(ctx, momentOf, at).
		Scan(&m.Seq, &when, &m.seen, &m.Joined, &m.Left, &m.Changed, &m.frame)
	m.At = timeOf(when)
	if !errors.Is(err, sql.ErrNoRows) {
		return m, err
	}
	var first sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT min(at) FROM moment").Scan(&first); err != nil {
		return m, err
	}
	if !first.Valid {
		return m, ErrEmpty
	}
	return m, fmt.Errorf("%w: at %s", ErrEarlier, timeOf(first.Int64).Format(time.RFC3339))
}

// nodesAt finds the nodes at a moment: the versions that end later, by an index which tells when
// they began, too.
const nodesAt = "SELECT record FROM version INDEXED BY version_last WHERE last > ?1 AND first <= ?1 ORDER BY node"

// partsAt returns the parts of the snapshot at a moment.
func partsAt(ctx context.Context, tx *sql.Tx, m row) (snapshot.Parts, error) {
	parts := snapshot.Parts{Frame: m.frame}
	rows, err := tx.QueryContext(ctx, nodesAt, m.Seq)
	if err != nil {
		return parts, err
	}
	defer rows.Close() // says nothing that rows.Err does not
	for rows.Next() {
		var record string
		if err := rows.Scan(&record); err != nil {
			return parts, err
		}
		parts.Nodes = append(parts.Nodes, record)
	}
	return parts, rows.Err()
}

// readLast returns the last moment of a file, to go on from.
func (s *Store) readLast(ctx context.Context) (*last, error) {
	l := &last{nodes: make(map[string]current)}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // nothing was written
	m, err := momentAt(ctx, tx, forever)
	if errors.Is(err, ErrEmpty) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	l.Moment, l.seen, l.frame = m.Moment, m.seen, m.frame
	if l.snapshot, err = (snapshot.Parts{Frame: m.frame}).Join(); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT first, record FROM version WHERE last = ? ORDER BY node", int64(forever))
	if err != nil {
		return nil, err
	}
	defer rows.Close() // says nothing that rows.Err does not
	for rows.Next() {
		var first uint64
		var record string
		if err := rows.Scan(&first, &record); err != nil {
			return nil, err
		}
		now, err := newVersion(first, record)
		if err != nil {
			return nil, err
		}
		l.nodes[now.node.ID] = now
		l.snapshot.Nodes = append(l.snapshot.Nodes, *now.node)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var loaded sql.NullInt64
	err = tx.QueryRowContext(ctx, "SELECT max(at) FROM load").Scan(&loaded)
	l.loaded = loaded.Int64
	if err == nil && s.opt.MaxLoadBytes > 0 {
		l.loadBytes, err = loadBytes(ctx, tx)
	}
	return l, err
}

// Range returns when the history begins, and when the network was last seen. Both are
// zero in an empty history.
func (s *Store) Range(ctx context.Context) (from, to time.Time, err error) {
	var first, last sql.NullInt64
	err = s.read.QueryRowContext(ctx, "SELECT min(at), (SELECT seen FROM moment ORDER BY seq DESC LIMIT 1) FROM moment").Scan(&first, &last)
	if err != nil || !first.Valid {
		return from, to, s.explain(ctx, err)
	}
	return timeOf(first.Int64), timeOf(last.Int64), nil
}

// Moments returns the moments from one time to another, both included, oldest first. A
// zero time is no limit.
func (s *Store) Moments(ctx context.Context, from, to time.Time) ([]Moment, error) {
	low, high := span(from, to)
	rows, err := s.read.QueryContext(ctx, `SELECT seq, at, joined, "left", changed FROM moment WHERE at BETWEEN ? AND ? ORDER BY at, seq`, low, high)
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	defer rows.Close() // says nothing that rows.Err does not
	var all []Moment
	for rows.Next() {
		var m Moment
		var at int64
		if err := rows.Scan(&m.Seq, &at, &m.Joined, &m.Left, &m.Changed); err != nil {
			return nil, s.explain(ctx, err)
		}
		m.At = timeOf(at)
		all = append(all, m)
	}
	return all, s.explain(ctx, rows.Err())
}

// Frames returns the networks without their nodes, each once, oldest first: which orchestrators
// listed them, and the names of the clusters.
func (s *Store) Frames(ctx context.Context) (all []cluster.Snapshot, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT frame FROM moment GROUP BY frame ORDER BY min(seq)")
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	defer rows.Close() // says nothing that rows.Err does not
	for rows.Next() {
		var parts snapshot.Parts
		if err := rows.Scan(&parts.Frame); err != nil {
			return nil, s.explain(ctx, err)
		}
		snap, err := parts.Join()
		if err != nil {
			return nil, s.explain(ctx, err)
		}
		all = append(all, snap)
	}
	return all, s.explain(ctx, rows.Err())
}
