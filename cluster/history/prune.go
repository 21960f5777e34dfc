//go:build !wasip1

package history

// This file deletes what is old.

import (
	"context"
	"database/sql"
	"time"
)

// pruneEvery is how often old moments are looked for.
const pruneEvery = time.Hour

// Prune deletes the changes before one time, and the load before another; a zero time
// deletes nothing. The network as it was at the first time stays known.
func (s *Store) Prune(ctx context.Context, before, loadBefore time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.explain(ctx, s.inTransaction(ctx, func(tx *sql.Tx) error {
		if !before.IsZero() {
			if err := prune(ctx, tx, millis(before)); err != nil {
				return err
			}
		}
		if !loadBefore.IsZero() {
			return pruneLoad(ctx, tx, millis(loadBefore))
		}
		return nil
	}))
}

// inTransaction does something in a transaction that writes, and then shrinks the file.
func (s *Store) inTransaction(ctx context.Context, do func(*sql.Tx) error) error {
	if s.write == nil {
		return &Error{Path: s.path, Message: "it is open for reading"}
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return s.shrink(ctx)
}

// pruneDue deletes what the options do not keep, if it is time to look for that.
func (s *Store) pruneDue(ctx context.Context, tx *sql.Tx, next *last) (bool, error) {
	full, err := s.full(ctx, tx)
	if err != nil {
		return false, err
	}
	if full {
		return true, pruneHalf(ctx, tx)
	}
	if s.opt.Keep == 0 && s.opt.KeepLoad == 0 || next.seen-s.last.pruned < pruneEvery.Milliseconds() {
		return false, nil
	}
	next.pruned = next.seen
	if keep := s.opt.Keep.Milliseconds(); keep > 0 {
		if err := prune(ctx, tx, next.seen-keep); err != nil {
			return false, err
		}
	}
	if keep := s.opt.KeepLoad.Milliseconds(); keep > 0 {
		return true, pruneLoad(ctx, tx, next.seen-keep)
	}
	return true, nil
}

// full reports whether the store has grown as large as it may.
func (s *Store) full(ctx context.Context, tx *sql.Tx) (bool, error) {
	if s.opt.MaxBytes == 0 {
		return false, nil
	}
	var bytes int64
	err := tx.QueryRowContext(ctx, "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size").Scan(&bytes)
	return bytes > s.opt.MaxBytes, err
}

// pruneHalf deletes the older half of the moments and of the load.
func pruneHalf(ctx context.Context, tx *sql.Tx) error {
	var at int64
	err := tx.QueryRowContext(ctx, "SELECT at FROM moment WHERE seq >= (SELECT (min(seq) + max(seq) + 1) / 2 FROM moment) ORDER BY seq LIMIT 1").Scan(&at)
	if err != nil {
		return err
	}
	if err := prune(ctx, tx, at); err != nil {
		return err
	}
	return halveLoad(ctx, tx)
}

// prune deletes the moments before a time but the last one of them, with which the history
// begins then: what changed at it is not known any more.
func prune(ctx context.Context, tx *sql.Tx, before int64) error {
	var first sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT max(seq) FROM moment WHERE at <= ?", before).Scan(&first); err != nil || !first.Valid {
		return err
	}
	for _, text := range []string{
		"DELETE FROM version WHERE last <= ?",
		"DELETE FROM change WHERE seq <= ?",
		"DELETE FROM moment WHERE seq < ?",
		`UPDATE moment SET joined = 0, "left" = 0, changed = 0 WHERE seq = ?`,
	} {
		if _, err := tx.ExecContext(ctx, text, first.Int64); err != nil {
			return err
		}
	}
	return nil
}

func pruneLoad(ctx context.Context, tx *sql.Tx, before int64) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM load WHERE at < ?", before)
	return err
}

// shrink gives the room of what was deleted back to the disk.
func (s *Store) shrink(ctx context.Context) error {
	rows, err := s.write.QueryContext(ctx, "PRAGMA incremental_vacuum")
	if err != nil {
		return err
	}
	for rows.Next() { // one for each page
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return rows.Close()
}
