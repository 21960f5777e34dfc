package main

// This file makes the chart of a history.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster/history"
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
	samples, err := o.samples(ctx, store)
	if err != nil {
		return nil, err
	}
	resource, _ := capacity.ResourceOf(o.resource)
	opt := o.canvas.chart()
	opt.Resource = resource
	c, err := plots.Timeline(samples, opt)
	if err != nil {
		return nil, refusedOptions(ctx, err)
	}
	return c, nil
}

// samples returns the figures at each moment of a history, or at evenly many of them, and
// when the network was last seen.
func (o *chartOptions) samples(ctx context.Context, store *history.Store) (all []plots.Sample, err error) {
	moments, err := store.Moments(ctx, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	_, last, err := store.Range(ctx)
	if err != nil {
		return nil, err
	}
	if n := len(moments); n > 0 && last.After(moments[n-1].At) {
		moments = append(moments, history.Moment{At: last})
	}
	every := (len(moments) + mostSamples - 1) / mostSamples
	joined, left, changed := 0, 0, 0
	for i, m := range moments {
		joined, left, changed = joined+m.Joined, left+m.Left, changed+m.Changed
		if i%every != 0 && i != len(moments)-1 {
			continue
		}
		snap, err := store.Snapshot(ctx, m.At)
		if err != nil {
			return nil, fmt.Errorf("reading the network of %s: %w", timeText(m.At), err)
		}
		part, _ := o.filter.apply(snap)
		table, err := figures(ctx, part, &snap, "")
		if err != nil {
			return nil, err
		}
		all = append(all, plots.Sample{At: m.At, Sum: table.All, Joined: joined, Left: left, Changed: changed})
		joined, left, changed = 0, 0, 0
	}
	return all, nil
}
