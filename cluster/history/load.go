//go:build !wasip1

package history

// This file keeps the load and the jobs, in steps.

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// storeLoad writes a step of the load.
func (s *Store) storeLoad(ctx context.Context, tx *sql.Tx, next *last, snap cluster.Snapshot) error {
	body, err := packLoad(ctx, snap)
	if err != nil {
		return err
	}
	next.loaded = next.seen
	next.loadBytes += int64(len(body))
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO load (at, until, body) VALUES (?, ?, ?)", next.seen, s.loadUntil(next.seen), body)
	if err != nil || s.opt.MaxLoadBytes == 0 || next.loadBytes <= s.opt.MaxLoadBytes {
		return err
	}
	if err := halveLoad(ctx, tx); err != nil {
		return err
	}
	next.loadBytes, err = loadBytes(ctx, tx)
	return err
}

// halveLoad deletes the load of the older half of its time.
func halveLoad(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM load WHERE at < (SELECT (min(at) + max(at)) / 2 FROM load)")
	return err
}

// loadBytes returns how large the load is.
func loadBytes(ctx context.Context, tx *sql.Tx) (n int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT ifnull(sum(length(body)), 0) FROM load").Scan(&n)
	return n, err
}

// LoadSteps returns the steps of the load that hold at any time from one to another, both
// included, oldest first. A zero time is no limit.
func (s *Store) LoadSteps(ctx context.Context, from, to time.Time) ([]LoadStep, error) {
	low, high := span(from, to)
	rows, err := s.read.QueryContext(ctx, "SELECT at, until FROM load ORDER BY at")
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	defer rows.Close() // says nothing that rows.Err does not
	var all [][2]int64
	for rows.Next() {
		var at, until int64
		if err := rows.Scan(&at, &until); err != nil {
			return nil, s.explain(ctx, err)
		}
		all = append(all, [2]int64{at, until})
	}
	return stepsOf(all, low, high), s.explain(ctx, rows.Err())
}

const loadAt = "SELECT body FROM load WHERE at <= ?1 AND until > ?1 ORDER BY at DESC LIMIT 1"

// readLoad returns the step of the load that holds at a time, if there is one.
func readLoad(ctx context.Context, tx *sql.Tx, at int64) (step cluster.Snapshot, found bool, err error) {
	var body []byte
	err = tx.QueryRowContext(ctx, loadAt, at).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return step, false, nil
	}
	if err != nil {
		return step, false, err
	}
	step, err = unpackLoad(body)
	return step, err == nil, err
}
