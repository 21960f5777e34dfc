package main

// This file holds one node as it is listed, and makes it of a snapshot.

import (
	"context"
	"iter"
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
	own      *rowValues
}

// An amount is the capacity of a node, and how much of it is free, if that is known. A
// number of bytes may have more digits than a float64 keeps.
type amount[Q quantity] struct {
	Free  *Q `json:"free"`
	Total Q  `json:"total"`
}

type quantity interface{ float64 | uint64 }

// The type nodeRows is a list of nodes. A row is made when it is needed: those of a large network
// take more memory than the network.
type nodeRows struct {
	snap    *cluster.Snapshot
	origins cluster.Origins // of the snapshot; nil if no cluster has a name
	labels  []string        // short ones, of all nodes of the snapshot
	listed  []int           // the numbers of those that the list has, in its order
	at      time.Time
}

// newNodeRows returns a row for each node that the filter means, in the order of IDs.
func newNodeRows(ctx context.Context, snap cluster.Snapshot, filter cluster.Filter, now time.Time) (*nodeRows, error) {
	labels, err := graph.Labels(ctx, &snap) // which do not depend on the filter
	if err != nil {
		return nil, err
	}
	const size = 512 // nodes of a chunk
	all := filter.Empty()
	listed, err := parallel.Chunks(ctx, len(snap.Nodes), size, func(from, to int) []int {
		listed := make([]int, 0, to-from)
		for i := from; i < to; i++ {
			if all || filter.Match(&snap, &snap.Nodes[i]) {
				listed = append(listed, i)
			}
		}
		return listed
	})
	rows := &nodeRows{snap: &snap, labels: labels, listed: slices.Concat(listed...), at: now}
	if snap.Origins.Named() {
		rows.origins = snap.Origins
	}
	return rows, err
}

// len returns the number of rows.
func (l *nodeRows) len() int { return len(l.listed) }

// of returns the rows, each in the memory of the one before.
func (l *nodeRows) of() rowList[nodeRow] {
	return rowList[nodeRow]{len(l.listed), func(from, to int) iter.Seq[*nodeRow] {
		return func(yield func(*nodeRow) bool) {
			r := new(nodeRow)
			for _, i := range l.listed[from:to] {
				if l.fill(r, i); !yield(r) {
					return
				}
			}
		}
	}}
}

// all returns the rows, each in memory of its own.
func (l *nodeRows) all() []nodeRow {
	rows := make([]nodeRow, len(l.listed))
	for k, i := range l.listed {
		l.fill(&rows[k], i)
	}
	return rows
}

// named reports whether any row has the name of a cluster.
func (l *nodeRows) named() bool {
	return l.origins != nil &&
		slices.ContainsFunc(l.listed, func(i int) bool { return len(l.origins.Clusters(&l.snap.Nodes[i])) > 0 })
}

// noLabels are the labels of every node without any, which JSON would write as null.
var noLabels = map[string]string{}

// rowValues are what fields of a row point to, in one piece of memory.
type rowValues struct {
	cpu               amount[float64]
	memory, disk, gpu amount[uint64]
	free              cluster.Resources
	running, queued   int
	seen              time.Time
	version           string
	orchestrator      [1]string // most nodes have one
}

// fill makes a row that of node i of the snapshot. It uses the memory of the row.
func (l *nodeRows) fill(r *nodeRow, i int) {
	n, own := &l.snap.Nodes[i], r.own
	_, hub := slices.BinarySearch(l.snap.Orchestrators, n.ID)
	if own == nil {
		own = new(rowValues)
	}
	*own = rowValues{version: n.Version}
	*r = nodeRow{
		own: own,
		ID:  n.ID, ShortID: l.labels[i], Role: string(n.Role(hub)), Type: string(n.Type),
		State: lowered(string(l.snap.Connection(n))), Membership: lowered(string(n.Membership())),
		Labels: n.Labels, Engines: list(n.Engines), Publishers: list(n.Publishers), Storage: list(n.Storage),
		Version: known(&own.version), Orchestrators: own.orchestrator[:0], Clusters: l.origins.Clusters(n), computes: n.Computes(),
	}
	if r.Labels == nil {
		r.Labels = noLabels
	}
	for i := range n.Sightings {
		s := &n.Sightings[i]
		if !cluster.IsFallbackHub(s.Orchestrator) { // which is not a node
			r.Orchestrators = append(r.Orchestrators, s.Orchestrator)
		}
		if s.LastHeartbeat.After(own.seen) {
			own.seen = s.LastHeartbeat
		}
		if r.LastError == "" {
			r.LastError = s.LastError
		}
	}
	if !own.seen.IsZero() && r.computes { // a requester sends no heartbeats: the one that is listed is its start
		r.LastSeen, r.age = &own.seen, max(0, l.at.Sub(own.seen))
	}
	if r.computes {
		r.addCapacity(n, own, n.Connected() || hub)
	}
}

// addCapacity fills in what a compute node has, and if it is up to date also what of
// that is free and what runs there. The last report of a node that is not connected
// is out of date.
func (r *nodeRow) addCapacity(n *cluster.Node, own *rowValues, upToDate bool) {
	knowsFree := upToDate && n.ReportsFree()
	own.free = n.Free()
	r.CPU = own.cpu.set(&own.free.CPU, n.Max.CPU, knowsFree)
	r.Memory = own.memory.set(&own.free.Memory, n.Max.Memory, knowsFree)
	r.Disk = own.disk.set(&own.free.Disk, n.Max.Disk, knowsFree)
	if r.GPU = own.gpu.set(&own.free.GPU, n.Max.GPU, knowsFree); r.GPU == nil && n.Max != (cluster.Resources{}) {
		own.free.GPU = 0
		own.gpu.Free, r.GPU = &own.free.GPU, &own.gpu // a node without GPUs is usual
	}
	if upToDate && n.ReportsLoad() {
		own.running, own.queued = n.Running, n.Enqueued
		r.Running, r.Queued = &own.running, &own.queued
	}
}

// set sets an empty amount and returns it, or nil if there is none: every node has some, so this
// one did not report it.
func (a *amount[Q]) set(free *Q, total Q, knowsFree bool) *amount[Q] {
	if total == 0 {
		return nil
	}
	if a.Total = total; knowsFree {
		a.Free = free
	}
	return a
}

// lowerWords are the words of nearly all nodes, the usual ones first, and the same in small letters.
var lowerWords = func() (words []lowerWord) {
	for _, word := range []string{
		string(cluster.Connected), string(cluster.Approved), string(cluster.Disconnected),
		string(cluster.AwaitingReconnection), string(cluster.Pending), string(cluster.Rejected),
	} {
		words = append(words, lowerWord{word, new(strings.ToLower(word))})
	}
	return words
}()

type lowerWord struct {
	word  string
	lower *string
}

// lowered returns a word in small letters, or nil for an empty one, which is not known.
func lowered(word string) *string {
	for i := range lowerWords {
		if w := &lowerWords[i]; w.word == word {
			return w.lower
		}
	}
	return known(new(strings.ToLower(word)))
}

// known returns nil for an empty word, which is not known.
func known(word *string) *string {
	if *word == "" {
		return nil
	}
	return word
}

// list returns the words, and an empty list in place of nil, which JSON writes as null.
func list(words []string) []string {
	if words == nil {
		return []string{}
	}
	return words
}
