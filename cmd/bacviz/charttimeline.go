package main

// This file makes the chart of a history.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/output/plots"
)

// mostSamples is the most times that a timeline shows, and as many at which load ends: more
// would be less than two points apart on the default canvas.
const mostSamples = 400

// timeline returns the chart of a history, a folder of snapshots, or the versions of one in
// git.
func (o *chartOptions) timeline(ctx context.Context, args []string, std stdio) (*plots.Chart, error) {
	if len(args) != 1 {
		return nil, &usageError{errors.New("--kind timeline takes one HISTORY, FOLDER or REPOSITORY:FILE"), "bacviz snapshot --history FILE makes a history"}
	}
	t := timeline{filter: &o.filter, times: &o.times}
	reader := logOptions{maxBytes: o.network.source.maxBytes, version: t.version}
	store, err := reader.open(ctx, args[0], std)
	if err != nil {
		return nil, err
	}
	defer store.Close() // only read from
	if err := t.read(ctx, store); err != nil {
		return nil, err
	}
	if !t.matched {
		o.filter.warn(&t.whole, true, o.redact.on, std)
	}
	var names []cluster.Snapshot
	if o.redact.on {
		if names, err = namesOf(ctx, store); err != nil {
			return nil, err
		}
	}
	if err := o.redact.apply(ctx, &t.last, &graph.Options{}, &o.canvas.title, std, names...); err != nil {
		return nil, err
	}
	resource, _ := capacity.ResourceOf(o.resource)
	opt := o.canvas.chart()
	opt.Resource, opt.Part, opt.Merged = resource, t.last.Selection, t.merged
	c, err := plots.Timeline(t.samples, opt)
	return c, refusedChart(ctx, err)
}

// A timeline is what a chart shows of a history.
type timeline struct {
	filter *filterFlags
	times  *timeFlags

	versions []versionSum // of a folder or a repository, whose history has no load
	samples  []plots.Sample
	merged   bool             // whether samples stand for several instants
	whole    cluster.Snapshot // the last network
	last     cluster.Snapshot // the part of it that the chart is of
	began    bool             // whether last is set
	matched  bool             // whether any sample had a compute node
}

// A versionSum is the figures of a version of the network, until the next one.
type versionSum struct {
	at  time.Time
	sum capacity.Sum
}

// version keeps the figures of a version, the next in time.
func (t *timeline) version(at time.Time, snap cluster.Snapshot) {
	part, _ := t.filter.apply(snap)
	t.versions = append(t.versions, versionSum{time.UnixMilli(at.UnixMilli()).UTC(), capacity.Total(&part)}) // as a history has it
}

// sum returns the figures of a part of the network at a time.
func (t *timeline) sum(at time.Time, part *cluster.Snapshot) capacity.Sum {
	if len(t.versions) == 0 {
		return capacity.Total(part)
	}
	i := sort.Search(len(t.versions), func(i int) bool { return t.versions[i].at.After(at) })
	return t.versions[max(i, 1)-1].sum
}

// An instant is a time from which on a network may have other figures.
type instant struct {
	history.Moment      // what changed then
	isEnd          bool // whether load is not known any more
}

// read sets the figures at each instant of a history, or at evenly many of them and where the
// load ends first between two of those.
func (t *timeline) read(ctx context.Context, store *history.Store) error {
	all, err := t.instants(ctx, store)
	if err != nil {
		return err
	}
	if err := t.begin(ctx, store, all[0].At); err != nil {
		return err
	}
	chosen := choose(all)
	t.merged = len(chosen) < len(all)
	times := make([]time.Time, len(chosen))
	for i, c := range chosen {
		times[i] = c.At
	}
	for snap, err := range store.Snapshots(ctx, times) {
		since := chosen[len(t.samples)]
		if err != nil {
			return fmt.Errorf("reading the network of %s: %w", timeText(since.At), err)
		}
		t.whole = snap
		if err := t.add(ctx, since); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// choose returns the samples of some instants without figures: their times, and what changed
// since the one before.
func choose(all []instant) (chosen []plots.Sample) {
	every := (len(all) + mostSamples - 1) / mostSamples
	var since plots.Sample
	ended := false // whether load ended since
	for i, m := range all {
		since.Joined, since.Left, since.Changed = since.Joined+m.Joined, since.Left+m.Left, since.Changed+m.Changed
		if i%every != 0 && i < len(all)-1 && (ended || !m.isEnd) {
			continue
		}
		ended, since.At = m.isEnd, m.At
		chosen = append(chosen, since)
		since = plots.Sample{}
	}
	return chosen
}

// begin sets what the first row is compared with: the network right before it, if it was known
// then. Without a filter, the changes need no comparison.
func (t *timeline) begin(ctx context.Context, store *history.Store, first time.Time) error {
	if t.filter.filter.Empty() {
		return nil
	}
	before, err := store.Snapshot(ctx, first.Add(-time.Millisecond)) // as close as times are kept
	switch {
	case errors.Is(err, history.ErrEarlier):
		return nil
	case err != nil:
		return fmt.Errorf("reading the network before %s: %w", timeText(first), err)
	}
	t.last, _ = t.filter.apply(before)
	t.began = true
	return nil
}

// instants returns when the shape or the load changed, and when the time begins and ends, in
// their order and each once.
func (t *timeline) instants(ctx context.Context, store *history.Store) (all []instant, err error) {
	from, to, err := t.times.part(ctx, store)
	if err != nil {
		return nil, err
	}
	moments, err := store.Moments(ctx, from, to)
	if err != nil {
		return nil, err
	}
	steps, err := store.LoadSteps(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for _, m := range moments {
		all = append(all, instant{Moment: m})
	}
	add := func(at time.Time, isEnd bool) {
		if !at.Before(from) && !at.After(to) {
			all = append(all, instant{history.Moment{At: at}, isEnd})
		}
	}
	add(from, false)
	add(to, false)
	for i := range t.versions {
		add(t.versions[i].at, false)
	}
	for i, s := range steps {
		add(s.From, false)
		if i+1 == len(steps) || s.Until.Before(steps[i+1].From) {
			add(s.Until, true)
		}
	}
	slices.SortStableFunc(all, func(a, b instant) int { return a.At.Compare(b.At) })
	return merged(all), nil
}

// merged adds up what changed at the same time.
func merged(all []instant) (once []instant) {
	for _, m := range all {
		n := len(once)
		if n == 0 || !once[n-1].At.Equal(m.At) {
			once = append(once, m)
			continue
		}
		same := &once[n-1]
		same.Joined, same.Left, same.Changed = same.Joined+m.Joined, same.Left+m.Left, same.Changed+m.Changed
		same.isEnd = same.isEnd || m.isEnd
	}
	return once
}

// add adds a sample with its figures. With a filter, the changes are those since the last one,
// of the nodes that match it.
func (t *timeline) add(ctx context.Context, since plots.Sample) error {
	part, unfiltered := t.filter.apply(t.whole)
	at, changed := since.At, since.Joined+since.Left+since.Changed > 0
	if unfiltered != nil {
		since = plots.Sample{}
	}
	if unfiltered != nil && t.began && changed {
		var err error
		if since, err = t.changes(ctx, t.last, part); err != nil {
			return err
		}
	}
	t.last, t.began = part, true
	since.At, since.Sum = at, t.sum(at, &part)
	t.matched = t.matched || since.Nodes > 0
	t.samples = append(t.samples, since)
	return ctx.Err()
}

// changes counts the nodes that joined, left and changed from one filtered snapshot to another.
// Orchestrators are in both, but count only if they match the filter.
func (t *timeline) changes(ctx context.Context, before, after cluster.Snapshot) (s plots.Sample, err error) {
	d, err := diff.Compare(ctx, before, after, diff.Options{})
	if err != nil {
		return s, err
	}
	matches := func(snap *cluster.Snapshot, id string) bool {
		n := snap.Node(id)
		return n != nil && t.filter.filter.Match(snap, n)
	}
	for subject := range d.Split(ctx) {
		if subject.Orchestrator || !matches(&after, subject.ID) && !matches(&before, cmp.Or(subject.From, subject.ID)) {
			continue
		}
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
