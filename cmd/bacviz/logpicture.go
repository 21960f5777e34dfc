package main

// This file draws who was there when.

import (
	"bytes"
	"context"
	"errors"

	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/output/plots"
	"github.com/bacviz/bacviz/output/theme"
)

// isChart reports whether the format of the list is a picture.
func (o *logOptions) isChart() bool { return plots.Painted(o.out.format) }

// draw returns the picture of who was there when.
func (o *logOptions) draw(ctx context.Context, store *history.Store, q history.Query, colors *theme.Theme) ([]byte, error) {
	from, to, err := o.times.part(ctx, store)
	if err != nil {
		return nil, err
	}
	tracks, err := tracksOf(ctx, store, q)
	if err != nil {
		return nil, err
	}
	c, err := plots.Tracks(tracks, from, to, o.canvas.chart())
	if err != nil {
		return nil, refusedChart(ctx, err)
	}
	var b bytes.Buffer
	err = plots.Write(ctx, &b, c, o.out.format, plots.Style{Theme: colors, Scale: o.canvas.scale})
	if errors.Is(err, plots.ErrTooLarge) {
		err = &usageError{err, "lower --scale or --width, or write svg"}
	}
	return b.Bytes(), err
}

// tracksOf returns a track for each node.
func tracksOf(ctx context.Context, store *history.Store, q history.Query) (all []plots.Track, err error) {
	at := make(map[string]int)
	for s, err := range store.Spans(ctx, q) {
		if err != nil {
			return nil, err
		}
		i, known := at[s.Node.ID]
		if !known {
			i = len(all)
			at[s.Node.ID] = i
			all = append(all, plots.Track{Name: s.Node.ID})
		}
		all[i].Add(plots.Span{From: s.From, To: s.To, Connection: s.Connection})
	}
	for c, err := range store.Changes(ctx, q) {
		if err != nil {
			return nil, err
		}
		if i, known := at[c.ID]; known && c.Kind == diff.Changed && !c.Orchestrator {
			all[i].Marks = append(all[i].Marks, c.At)
		}
	}
	return all, nil
}
