package main

// This file holds one node as it is listed, and makes it of a snapshot.

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/parallel"
)

// A nodeRow is one node as it is listed. A field is nil, and null in JSON, if it is
// not known, or if the node does not compute and so has none.
type nodeRow struct {
	ID            string            `json:"id"`
	ShortID       string            `json:"shortId"`
	Role          string            `json:"role"`
	Type          string            `json:"type"` // as the API has it: Compute or Requester, also for a hybrid
	State         *string           `json:"state"`
	Membership    *string           `json:"membership"`
	Labels        map[string]string `json:"labels"`
	Engines       []string          `json:"engines"`
	Publishers    []string          `json:"publishers"`
	Storage       []string          `json:"storage"`
	CPU           *amount[float64]  `json:"cpu"`    // cores
	Memory        *amount[uint64]   `json:"memory"` // bytes, as the disk
	Disk          *amount[uint64]   `json:"disk"`
	GPU           *amount[uint64]   `json:"gpu"` // devices
	Running       *int              `json:"running"`
	Queued        *int              `json:"queued"`
	Version       *string           `json:"version"`
	LastSeen      *time.Time        `json:"lastSeen"`
	Orchestrators []string          `json:"orchestrators"`
	Clusters      []string          `json:"clusters,omitempty"` // the names of those that list the node
	LastError     string            `json:"lastError,omitempty"`

	computes bool
	age      time.Duration // since LastSeen
}

// An amount is the capacity of a node, and how much of it is free, if that is known. A
// number of bytes may have more digits than a float64 keeps.
type amount[Q quantity] struct {
	Free  *Q `json:"free"`
	Total Q  `json:"total"`
}

type quantity interface{ float64 | uint64 }

// nodeRows returns a row for each node that the filter means, in the order of IDs.
func nodeRows(ctx context.Context, snap cluster.Snapshot, filter cluster.Filter, now time.Time) ([]nodeRow, error) {
	plain := snap
	plain.Origins = nil                                            // IDs are listed, not the names of clusters
	topo, err := graph.Build(ctx, plain, graph.Options{All: true}) // labels do not depend on the filter
	if err != nil {
		return nil, err
	}
	rows := make([]nodeRow, topo.Len()) // at most
	const size = 512                    // rows of a chunk
	_, err = parallel.Chunks(ctx, topo.Len(), size, func(from, to int) int {
		for i := from; i < to; i++ {
			v := topo.Vertex(i)
			if n := snap.Node(v.NodeID()); n != nil && filter.Match(&snap, n) {
				rows[i] = newNodeRow(&snap, n, v, now)
			}
		}
		return to - from
	})
	return slices.DeleteFunc(rows, func(r nodeRow) bool { return r.ID == "" }), err
}

// noLabels are the labels of every node without any, which JSON would write as null.
var noLabels = map[string]string{}

// newNodeRow returns the row of a node, as it was seen at that time.
func newNodeRow(snap *cluster.Snapshot, n *cluster.Node, v *graph.Vertex, at time.Time) nodeRow {
	r := nodeRow{
		ID: n.ID, ShortID: v.Label, Role: string(v.Role), Type: string(n.Type),
		State: known(strings.ToLower(string(snap.Connection(n)))), Membership: known(strings.ToLower(string(n.Membership()))),
		Labels: n.Labels, Engines: list(n.Engines), Publishers: list(n.Publishers), Storage: list(n.Storage),
		Version: known(n.Version), Orchestrators: []string{}, Clusters: snap.Origins.Clusters(n), computes: n.Computes(),
	}
	if r.Labels == nil {
		r.Labels = noLabels
	}
	var seen time.Time
	for _, s := range n.Sightings {
		if !cluster.IsFallbackHub(s.Orchestrator) { // which is not a node
			r.Orchestrators = append(r.Orchestrators, s.Orchestrator)
		}
		if s.LastHeartbeat.After(seen) {
			seen = s.LastHeartbeat
		}
		if r.LastError == "" {
			r.LastError = s.LastError
		}
	}
	if !seen.IsZero() && r.computes { // a requester sends no heartbeats: the one that is listed is its start
		r.LastSeen, r.age = &seen, max(0, at.Sub(seen))
	}
	if r.computes {
		r.addCapacity(n, n.Connected() || v.Hub)
	}
	return r
}

// addCapacity fills in what a compute node has, and if it is up to date also what of
// that is free and what runs there. The last report of a node that is not connected
// is out of date.
func (r *nodeRow) addCapacity(n *cluster.Node, upToDate bool) {
	knowsFree, free := upToDate && n.ReportsFree(), n.Free()
	r.CPU = amountOf(free.CPU, n.Max.CPU, knowsFree)
	r.Memory = amountOf(free.Memory, n.Max.Memory, knowsFree)
	r.Disk = amountOf(free.Disk, n.Max.Disk, knowsFree)
	if r.GPU = amountOf(free.GPU, n.Max.GPU, knowsFree); r.GPU == nil && n.Max != (cluster.Resources{}) {
		r.GPU = &amount[uint64]{new(uint64), 0} // a node without GPUs is usual
	}
	if upToDate && n.ReportsLoad() {
		running, queued := n.Running, n.Enqueued // copies: pointers to them would keep the whole snapshot
		r.Running, r.Queued = &running, &queued
	}
}

// amountOf returns an amount, or nil if there is none: every node has some, so this one
// did not report it.
func amountOf[Q quantity](free, total Q, knowsFree bool) *amount[Q] {
	switch {
	case total == 0:
		return nil
	case knowsFree:
		return &amount[Q]{&free, total}
	}
	return &amount[Q]{nil, total}
}

// known returns nil for an empty word, which is not known.
func known(word string) *string {
	if word == "" {
		return nil
	}
	return &word
}

// list returns the words, and an empty list in place of nil, which JSON writes as null.
func list(words []string) []string {
	if words == nil {
		return []string{}
	}
	return words
}
