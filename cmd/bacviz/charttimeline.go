package main

// This file makes the chart of a history.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/output/plots"
)

// mostSamples is the most moments that a timeline shows: more would be less than two points
// apart on the default canvas.
const mostSamples = 400

// timeline returns the chart of a history, a folder of snapshots, or the versions of one in
// git.
func (o *chartOptions) timeline(ctx context.Context, args []string, std stdio) (*plots.Chart, error) {
	if len(args) != 1 {
		return nil, &usageError{errors.New("--kind timeline takes one HISTORY, FOLDER or REPOSITORY:FILE"), "bacviz snapshot --history FILE makes a history"}
	}
	reader := logOptions{maxBytes: o.network.source.maxBytes}
	store, err := reader.open(ctx, args[0], std)
	if err != nil {
		return nil, err
	}
	defer store.Close() // only read from
	t := timeline{filter: &o.filter, redacted: o.redact.on}
	if err := t.read(ctx, store); err != nil {
		return nil, err
	}
	if err := o.redact.apply(ctx, &t.last, &graph.Options{}, &o.canvas.title, std, t.names); err != nil {
		return nil, err
	}
	resource, _ := capacity.ResourceOf(o.resource)
	opt := o.canvas.chart()
	opt.Resource, opt.Part = resource, t.last.Selection
	c, err := plots.Timeline(t.samples, opt)
	return c, refusedChart(ctx, err)
}

// A timeline is what a chart shows of a history.
type timeline struct {
	filter   *filterFlags
	redacted bool

	samples []plots.Sample
	last    cluster.Snapshot // the part of the last network that the chart is of
	names   cluster.Snapshot // with redacted: every node that ever was, with all labels it ever had
	known   map[string]bool  // the nodes in names
}

// read sets the figures at each moment of a history, or at evenly many of them, and when the
// network was last seen.
func (t *timeline) read(ctx context.Context, store *history.Store) error {
	moments, err := store.Moments(ctx, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	_, last, err := store.Range(ctx)
	if err != nil {
		return err
	}
	if n := len(moments); n > 0 && last.After(moments[n-1].At) {
		moments = append(moments, history.Moment{At: last})
	}
	every := (len(moments) + mostSamples - 1) / mostSamples
	var since plots.Sample // the changes since the last sample
	for i, m := range moments {
		since.Joined, since.Left, since.Changed = since.Joined+m.Joined, since.Left+m.Left, since.Changed+m.Changed
		shown := i%every == 0 || i == len(moments)-1
		if !shown && !t.redacted {
			continue
		}
		snap, err := store.Snapshot(ctx, m.At)
		if err != nil {
			return fmt.Errorf("reading the network of %s: %w", timeText(m.At), err)
		}
		t.remember(&snap)
		if !shown {
			continue
		}
		if err := t.add(ctx, snap, m.At, since); err != nil {
			return err
		}
		since = plots.Sample{}
	}
	return nil
}

// add adds the figures of a network at a time.
func (t *timeline) add(ctx context.Context, snap cluster.Snapshot, at time.Time, since plots.Sample) error {
	part, unfiltered := t.filter.apply(snap)
	if unfiltered != nil && len(t.samples) > 0 {
		var err error
		if since, err = changesOf(ctx, t.last, part); err != nil {
			return err
		}
	}
	t.last = part
	since.At, since.Sum = at, capacity.Total(&part)
	t.samples = append(t.samples, since)
	return ctx.Err()
}

// changesOf counts the nodes that joined, left and changed from one snapshot to another.
func changesOf(ctx context.Context, before, after cluster.Snapshot) (s plots.Sample, err error) {
	d, err := diff.Compare(ctx, before, after, diff.Options{})
	if err != nil {
		return s, err
	}
	for subject := range d.Split(ctx) {
		switch subject.Kind(&before, &after) {
		case diff.Joined:
			s.Joined++
		case diff.Left:
			s.Left++
		default:
			s.Changed++
		}
	}
	return s, ctx.Err()
}

// remember keeps the names of a network, if they are redacted.
func (t *timeline) remember(snap *cluster.Snapshot) {
	if !t.redacted {
		return
	}
	if t.known == nil {
		t.known = map[string]bool{}
	}
	t.names.Orchestrators = append(t.names.Orchestrators, snap.Orchestrators...)
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if key := n.ID + " " + fmt.Sprint(n.Labels); !t.known[key] {
			t.known[key] = true
			t.names.Nodes = append(t.names.Nodes, *n)
		}
	}
}
