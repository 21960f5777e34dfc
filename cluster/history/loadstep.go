package history

// This file packs a step of the load, and adds it to a network.

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// maxLoad bounds a step of the load in bytes, uncompressed. A snapshot of 100,000 nodes has
// less than half of that.
const maxLoad = 256 << 20

// packLoad returns a step of the load as a store keeps it: the whole snapshot, with its jobs,
// compressed.
func packLoad(ctx context.Context, snap cluster.Snapshot) ([]byte, error) {
	var text, body bytes.Buffer
	if err := snapshot.Write(ctx, &text, snap, snapshot.WriteOptions{Load: true}); err != nil {
		return nil, err
	}
	// One goroutine, as others have work of their own.
	enc, err := zstd.NewWriter(&body, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	if _, err := enc.Write(text.Bytes()); err != nil {
		return nil, err
	}
	err = enc.Close()
	return body.Bytes(), err
}

// unpackLoad returns what packLoad packed.
func unpackLoad(body []byte) (cluster.Snapshot, error) {
	dec, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxLoad))
	if err != nil {
		return cluster.Snapshot{}, err
	}
	defer dec.Close()
	return snapshot.Read(io.LimitReader(dec, maxLoad), snapshot.ReadOptions{})
}

// loadDue reports whether a step of the load is to be kept of a snapshot.
func (s *Store) loadDue(next *last) bool {
	return s.opt.LoadEvery > 0 && (s.last.loaded == 0 || next.seen-s.last.loaded >= s.opt.LoadEvery.Milliseconds())
}

// loadUntil returns until when a step of the load holds that begins at a time.
func (s *Store) loadUntil(at int64) int64 {
	return at + cmp.Or(s.opt.LoadFor, 2*s.opt.LoadEvery).Milliseconds()
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
		n.Sightings = slices.Clone(n.Sightings) // those of a walk are of other snapshots, too
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
