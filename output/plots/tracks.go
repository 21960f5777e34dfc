package plots

// This file makes the chart of what was there when: a row for each thing, with gaps where it
// was gone.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
)

// A Track is what happened to one node.
type Track struct {
	Name  string
	Spans []Span      // in the order of time, without overlaps; at least one
	Marks []time.Time // when it changed
}

// A Span is a time over which a node had one state. Times without a span are gaps.
type Span struct {
	From, To   time.Time
	Connection cluster.Connection
}

// Add adds the span that comes next, or makes the last one longer if it has the same state.
func (t *Track) Add(s Span) {
	if n := len(t.Spans); n > 0 && t.Spans[n-1].Connection == s.Connection && t.Spans[n-1].To.Equal(s.From) {
		t.Spans[n-1].To = s.To
		return
	}
	t.Spans = append(t.Spans, s)
}

// changes counts what happened on the track.
func (t *Track) changes() int { return len(t.Spans) - 1 + len(t.Marks) }

// Of many tracks, a chart leaves out those on which nothing happened: above mostSteady tracks
// a reader looks for what did. It never has more than mostTracks, which is about ten screens.
const (
	mostSteady = 60
	mostTracks = 500
)

// TracksKind is the kind of chart that [Tracks] makes.
const TracksKind = "tracks"

// Tracks returns a chart of who was there when, from one time to another: a row for each
// track, in the order that people count in. Of many tracks it has those that tell most. Of the
// options, the title and the size have an effect; without a height the chart is as high as its
// rows. It returns an error if there is no track, or no room for two.
func Tracks(all []Track, from, to time.Time, opt Options) (*Chart, error) {
	opt.Width = cmp.Or(opt.Width, DefaultWidth)
	if err := CheckSize(opt.Width, opt.Height); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no node to show")
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, byName)
	room := mostTracks
	if opt.Height > 0 {
		room = min(room, barRoom(opt.Height))
	}
	return fit(opt, false, room, func(room int) (*Chart, error) {
		return tracks(all, from.UTC(), to.UTC(), room, opt), nil
	})
}

func byName(a, b Track) int { return natural.Compare(a.Name, b.Name) }

// tracks returns a chart of at most so many tracks.
func tracks(all []Track, from, to time.Time, room int, opt Options) *Chart {
	c := &Chart{Kind: TracksKind, width: opt.Width, height: opt.Height, timed: true, since: from, until: to}
	c.Title = display.Printable(cmp.Or(opt.Title, "Who was there, and when"))
	some, remark := mostTelling(all, room)
	c.Subtitle = fmt.Sprintf("%s; %s to %s, UTC", display.Count(len(all), "node"), from.Format(dayTime), to.Format(dayTime))
	if remark != "" {
		c.Subtitle += " · " + remark
	}
	c.head = []string{"name", "from", "to", "state"}
	for i := range some {
		c.track(&some[i])
	}
	c.describe()
	return c
}

// dayTime is the layout of times in charts, which are those of UTC.
const dayTime = "2006-01-02 15:04"

// spanLooks are the looks of the states, and their words.
var spanLooks = map[cluster.Connection]look{
	cluster.Connected: lookThere, cluster.AwaitingReconnection: lookAwaiting, cluster.Disconnected: lookAway,
}

// track adds a row for a track.
func (c *Chart) track(t *Track) {
	b := bar{name: display.Printable(t.Name)}
	end := 0.0 // of the span before, in seconds
	var said []string
	for _, s := range t.Spans {
		from, to := s.From.UTC(), s.To.UTC()
		if gap := c.seconds(from) - end; gap > 0 {
			b.parts = append(b.parts, part{amount: gap, look: lookGap})
		}
		l, known := spanLooks[s.Connection]
		if !known {
			l = lookThere
		}
		word, _, _ := strings.Cut(lookNames[l], ";")
		when := from.Format(time.DateTime) + " to " + to.Format(time.DateTime)
		b.parts = append(b.parts, part{amount: c.seconds(to) - c.seconds(from), look: l, hint: b.name + ": " + word + " " + when + " UTC"})
		said = append(said, word+" "+when)
		c.cells = append(c.cells, []any{t.Name, from.Format(time.RFC3339), to.Format(time.RFC3339), word})
		end = c.seconds(to)
	}
	for _, at := range t.Marks {
		b.marks = append(b.marks, c.seconds(at))
	}
	if n := len(t.Marks); n > 0 {
		said = append(said, "changed "+display.Count(n, "time"))
	}
	const most = 12 // of a row that is read aloud
	if n := len(said) - most; n > 0 {
		said = append(said[:most], fmt.Sprintf("and %d more", n))
	}
	c.bars = append(c.bars, b)
	c.shown = append(c.shown, []string{b.name, strings.Join(said, ", ")})
}

// seconds returns how long after the beginning of the chart a time is, within the chart.
func (c *Chart) seconds(at time.Time) float64 {
	return min(max(at.Sub(c.since).Seconds(), 0), max(c.until.Sub(c.since).Seconds(), 0))
}

// mostTelling returns the tracks that tell most, so many at most, in their order: of many,
// those on which something happened, and of too many those on which most did. The remark says
// what was left out.
func mostTelling(all []Track, room int) (some []Track, remark string) {
	if len(all) <= min(room, mostSteady) {
		return all, ""
	}
	first, last := extent(all)
	for i := range all {
		t := &all[i]
		steady := t.changes() == 0 && t.Spans[0].From.Equal(first) && t.Spans[0].To.Equal(last)
		if !steady {
			some = append(some, *t)
		}
	}
	if len(some) == 0 { // so all are alike
		some = all[:min(room, len(all))]
	}
	if n := len(all) - len(some); n > 0 {
		remark = display.Count(n, "node") + " without a change not shown"
	}
	if len(some) > room {
		slices.SortStableFunc(some, func(a, b Track) int { return cmp.Compare(b.changes(), a.changes()) })
		some = some[:room]
		slices.SortStableFunc(some, byName)
		remark = display.Count(len(all)-room, "node") + " with the fewest changes not shown"
	}
	return some, remark
}

// extent returns when the first track begins and the last one ends.
func extent(all []Track) (first, last time.Time) {
	first = all[0].Spans[0].From
	for i := range all {
		spans := all[i].Spans
		if spans[0].From.Before(first) {
			first = spans[0].From
		}
		if end := spans[len(spans)-1].To; end.After(last) {
			last = end
		}
	}
	return first, last
}
