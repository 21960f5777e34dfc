package main

// This file draws who was there when.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/chart"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// chartFlags say how a chart is drawn.
type chartFlags struct {
	title, theme string
	width, scale float64
	flags        *pflag.FlagSet
}

// add defines the flags, which mean the same as those of a picture of a network.
func (c *chartFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	defer heading(f, pictureHeading)()
	c.flags = f
	f.StringVar(&c.title, "title", "", "`title` of the picture")
	f.StringVar(&c.theme, "theme", "auto", "`theme` of colours: "+themes().String()+", or a file")
	f.Float64Var(&c.width, "width", 12, "width of the canvas in `inches` of 100 pixels")
	f.Float64Var(&c.scale, "scale", 1, "`factor` for the size in pixels; 2 suits high-resolution screens")
	// A theme may be a file as well. An error here would be a flag that is not defined.
	_ = cmd.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions(themes(), cobra.ShellCompDirectiveDefault))
}

const pointsPerInch = 72

// check refuses values that no chart can have.
func (c *chartFlags) check() error {
	const least, most = chart.MinWidth / pointsPerInch, 100
	if !(c.scale >= output.MinScale && c.scale <= output.MaxScale) {
		return usagef("--scale %g is not between %g and %g", c.scale, output.MinScale, output.MaxScale)
	}
	if !(c.width >= least && c.width <= most) {
		return usagef("--width %g is not between %.2g and %d inches", c.width, least, most)
	}
	return nil
}

// isChart reports whether the format of the list is a picture.
func (o *logOptions) isChart() bool { return slices.Contains(chart.Formats(), o.out.format) }

// draw returns the picture of who was there when.
func (o *logOptions) draw(ctx context.Context, store *history.Store, q history.Query, colors *theme.Theme) ([]byte, error) {
	from, to, err := store.Range(ctx)
	if err != nil {
		return nil, err
	}
	if q.From.After(from) {
		from = q.From
	}
	if !q.To.IsZero() && q.To.Before(to) {
		to = q.To
	}
	if to.Before(from) {
		return nil, &hintError{errors.New("the history has nothing of that time"), "bacviz log without --since and --until shows when it begins and ends"}
	}
	tracks, err := tracksOf(ctx, store, q)
	if err != nil {
		return nil, err
	}
	p := chart.Tracks{Title: cmp.Or(o.chart.title, "Who was there, and when"), From: from, To: to}
	p.Tracks, p.Remark = mostTelling(tracks)
	p.Subtitle = fmt.Sprintf("%s; %s to %s, UTC", display.Count(len(tracks), "node"), from.Format(dayTime), to.Format(dayTime))
	p.Key = keyOf(p.Tracks)
	d, err := p.Draw(ctx, o.chart.width*pointsPerInch)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = chart.Write(ctx, &b, d, o.out.format, chart.Options{Theme: colors, Scale: o.chart.scale})
	if errors.Is(err, chart.ErrTooLarge) {
		err = &usageError{err, "lower --scale or --width, or write svg"}
	}
	return b.Bytes(), err
}

const dayTime = "2006-01-02 15:04"

// tracksOf returns a track for each node.
func tracksOf(ctx context.Context, store *history.Store, q history.Query) (all []chart.Track, err error) {
	at := make(map[string]int)
	for s, err := range store.Spans(ctx, q) {
		if err != nil {
			return nil, err
		}
		i, known := at[s.Node.ID]
		if !known {
			i = len(all)
			at[s.Node.ID] = i
			all = append(all, chart.Track{Name: s.Node.ID})
		}
		add(&all[i], chart.Span{From: s.From, To: s.To, Look: lookOf(s.Connection)})
	}
	for c, err := range store.Changes(ctx, q) {
		if err != nil {
			return nil, err
		}
		if i, known := at[c.ID]; known && c.Kind == diff.Changed && !c.Orchestrator {
			all[i].Marks = append(all[i].Marks, c.At)
		}
	}
	slices.SortStableFunc(all, func(a, b chart.Track) int { return natural.Compare(a.Name, b.Name) })
	return all, nil
}

// add adds a span to a track, or makes the last one longer if it looks the same.
func add(l *chart.Track, s chart.Span) {
	if n := len(l.Spans); n > 0 && l.Spans[n-1].Look == s.Look && l.Spans[n-1].To.Equal(s.From) {
		l.Spans[n-1].To = s.To
		return
	}
	l.Spans = append(l.Spans, s)
}

func lookOf(c cluster.Connection) chart.Look {
	switch c {
	case cluster.Disconnected:
		return chart.Absent
	case cluster.AwaitingReconnection:
		return chart.InDoubt
	}
	return chart.There
}

// mostTracks is the most tracks of a picture: about ten screens.
const mostTracks = 500

// mostSteady is the most tracks of a picture that shows nodes without a change, too.
const mostSteady = 60

// mostTelling returns the tracks that tell most: of many, those with a change, and of very many
// those that changed most. The remark says what was left out.
func mostTelling(all []chart.Track) (tracks []chart.Track, remark string) {
	if len(all) <= mostSteady {
		return all, ""
	}
	changes := func(l *chart.Track) int { return len(l.Spans) - 1 + len(l.Marks) }
	for i := range all {
		if changes(&all[i]) > 0 || !steady(&all[i], all) {
			tracks = append(tracks, all[i])
		}
	}
	if n := len(all) - len(tracks); n > 0 {
		remark = fmt.Sprintf("%s did not change and %s not shown", display.Count(n, "node"), display.Noun(n, "is"))
	}
	if n := len(tracks) - mostTracks; n > 0 {
		byChanges := slices.Clone(tracks)
		slices.SortStableFunc(byChanges, func(a, b chart.Track) int { return cmp.Compare(changes(&b), changes(&a)) })
		tracks = byChanges[:mostTracks]
		slices.SortStableFunc(tracks, func(a, b chart.Track) int { return natural.Compare(a.Name, b.Name) })
		remark = fmt.Sprintf("%d nodes that changed least are not shown", len(all)-mostTracks)
	}
	return tracks, remark
}

// steady reports whether a track with one span goes from the first beginning to the last end.
func steady(l *chart.Track, all []chart.Track) bool {
	first, last := all[0].Spans[0].From, time.Time{}
	for i := range all {
		spans := all[i].Spans
		if spans[0].From.Before(first) {
			first = spans[0].From
		}
		if end := spans[len(spans)-1].To; end.After(last) {
			last = end
		}
	}
	return l.Spans[0].From.Equal(first) && l.Spans[0].To.Equal(last)
}

// keyOf explains the looks that occur.
func keyOf(tracks []chart.Track) (keys []chart.Key) {
	var seen [chart.Marked + 1]bool
	for i := range tracks {
		for _, s := range tracks[i].Spans {
			seen[s.Look] = true
		}
		seen[chart.Marked] = seen[chart.Marked] || len(tracks[i].Marks) > 0
	}
	for look, text := range []string{"connected", "awaiting reconnection", "disconnected; a gap: not listed", "changed"} {
		if seen[look] {
			keys = append(keys, chart.Key{Look: chart.Look(look), Text: text})
		}
	}
	return keys
}
