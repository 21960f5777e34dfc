//go:build !wasip1

package history

// This file keeps the load and the jobs, in steps.

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// storeLoad writes a step of the load: the whole snapshot, with its jobs.
func (s *Store) storeLoad(ctx context.Context, tx *sql.Tx, next *last, snap cluster.Snapshot) error {
	var text, body bytes.Buffer
	if err := snapshot.Write(ctx, &text, snap, snapshot.WriteOptions{Load: true}); err != nil {
		return err
	}
	// One goroutine, as others have work of their own.
	enc, err := zstd.NewWriter(&body, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if _, err := enc.Write(text.Bytes()); err != nil {
		return err
	}
	if err := enc.Close(); err != nil {
		return err
	}
	next.loaded = next.seen
	until := next.seen + 2*s.opt.LoadEvery.Milliseconds()
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO load (at, until, body) VALUES (?, ?, ?)", next.seen, until, body.Bytes())
	return err
}

// maxLoad bounds a step of the load in bytes, uncompressed. A snapshot of 100,000 nodes has
// less than half of that.
const maxLoad = 256 << 20

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
	dec, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxLoad))
	if err != nil {
		return step, false, err
	}
	defer dec.Close()
	step, err = snapshot.Read(io.LimitReader(dec, maxLoad), snapshot.ReadOptions{})
	return step, err == nil, err
}

// addLoad adds the load of a step to the nodes of a snapshot that it has, and the jobs.
func addLoad(snap *cluster.Snapshot, step *cluster.Snapshot) {
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		from := step.Node(n.ID)
		if from == nil || from.LoadUnknown {
			continue
		}
		n.LoadUnknown, n.Max.Disk = false, from.Max.Disk
		n.Available, n.Queued, n.Running, n.Enqueued = from.Available, from.Queued, from.Running, from.Enqueued
		for k := range n.Sightings {
			for _, s := range from.Sightings {
				if own := &n.Sightings[k]; own.Orchestrator == s.Orchestrator && own.Connection == s.Connection {
					own.LastHeartbeat, own.ConnectedSince, own.DisconnectedSince = s.LastHeartbeat, s.ConnectedSince, s.DisconnectedSince
				}
			}
		}
	}
	snap.Jobs = step.Jobs
}
