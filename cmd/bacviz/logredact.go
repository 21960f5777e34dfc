package main

// This file redacts a history for log.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/cluster/redact"
	"github.com/bacviz/bacviz/graph"
)

// A pseudonymous history is one in which pseudonyms stand for all names.
type pseudonymous struct {
	*history.Store
	names   map[string]string // the pseudonym of each ID
	matched map[string]bool   // the pseudonyms of the nodes that the query matches
}

// redacted makes a history in memory, with pseudonyms, of the time that a query is about.
func (o *logOptions) redacted(ctx context.Context, store *history.Store, q history.Query) (p pseudonymous, err error) {
	p = pseudonymous{names: make(map[string]string), matched: make(map[string]bool)}
	if p.Store, err = history.Memory(ctx, history.Options{}); err != nil {
		return p, err
	}
	if err := o.copyTo(ctx, &p, store, q); err != nil {
		p.Close() // the error says more
		return p, err
	}
	return p, nil
}

// copyTo adds each moment of a history to one with pseudonyms.
func (o *logOptions) copyTo(ctx context.Context, p *pseudonymous, store *history.Store, q history.Query) error {
	moments, err := store.Moments(ctx, q.From, q.To)
	if err != nil {
		return err
	}
	times := make([]time.Time, 0, len(moments)+2)
	if !q.From.IsZero() { // the network that the first change is a change of
		times = append(times, q.From.Add(-time.Millisecond))
	}
	for _, m := range moments {
		times = append(times, m.At)
	}
	_, seen, err := store.Range(ctx)
	if err != nil {
		return err
	}
	if q.To.IsZero() || seen.Before(q.To) {
		times = append(times, seen)
	} else {
		times = append(times, q.To)
	}
	var before cluster.Snapshot
	for _, at := range times {
		snap, err := store.Snapshot(ctx, at)
		switch {
		case errors.Is(err, history.ErrEarlier):
			continue
		case err != nil:
			return err
		}
		if err := o.add(ctx, p, at, snap, before, q); err != nil {
			return err
		}
		before = snap
	}
	return nil
}

// add adds the network at a time. No name of the network before it must remain.
func (o *logOptions) add(ctx context.Context, p *pseudonymous, at time.Time, snap, before cluster.Snapshot, q history.Query) error {
	r, err := redact.New(ctx, snap, o.redact.key, before)
	if err != nil {
		return fmt.Errorf("redacting: %w", err)
	}
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		p.names[n.ID] = r.ID(n.ID)
		if q.Match != nil && q.Match(n) {
			p.matched[r.ID(n.ID)] = true
		}
	}
	for _, id := range snap.Orchestrators {
		p.names[id] = r.ID(id)
	}
	_, err = p.Append(ctx, at, r.Snapshot)
	return err
}

// query returns the query about pseudonyms that stands for one about originals.
func (p *pseudonymous) query(q history.Query) history.Query {
	name, known := p.names[q.Node]
	switch {
	case q.Node != "" && !known: // it is not listed in all that time
		q.Match = func(*cluster.Node) bool { return false }
	case q.Match != nil:
		q.Match = func(n *cluster.Node) bool { return p.matched[n.ID] }
	}
	q.Node = name
	return q
}

// redactTitle replaces all names that a history has in the title of a picture.
func (o *logOptions) redactTitle(ctx context.Context, store *history.Store, std stdio) error {
	if o.canvas.title == "" {
		return nil
	}
	names, err := namesOf(ctx, store)
	if err != nil {
		return err
	}
	return o.redact.apply(ctx, &cluster.Snapshot{}, &graph.Options{}, &o.canvas.title, std, names...)
}

// namesOf returns networks that together have all names in a history: of each node with all labels
// that it ever had, of orchestrators, also of those that never listed a node, and of clusters.
func namesOf(ctx context.Context, store *history.Store) (all []cluster.Snapshot, err error) {
	if all, err = store.Frames(ctx); err != nil {
		return nil, err
	}
	var nodes cluster.Snapshot
	known := make(map[string]bool)
	for s, err := range store.Spans(ctx, history.Query{}) {
		if err != nil {
			return nil, err
		}
		if key := fmt.Sprintf("%q %q", s.Node.ID, s.Node.Labels); !known[key] {
			known[key] = true
			nodes.Nodes = append(nodes.Nodes, s.Node)
		}
	}
	return append(all, nodes), ctx.Err()
}
