package plots_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/output/plots"
	"github.com/bacviz/bacviz/output/theme"
)

var start = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func hour(n float64) time.Time { return start.Add(time.Duration(n * float64(time.Hour))) }

func newTracks(t testing.TB, all []plots.Track, from, to time.Time, opt plots.Options) *plots.Chart {
	t.Helper()
	c, err := plots.Tracks(all, from, to, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// exampleTracks have every state, a gap, changes, and names that need care.
func exampleTracks() []plots.Track {
	return []plots.Track{
		{Name: "compute-01", Spans: []plots.Span{{From: start, To: hour(48), Connection: cluster.Connected}}},
		{Name: "n-0123456789abcdef-0123456789abcdef-0123456789abcdef", Spans: []plots.Span{{From: start, To: hour(20), Connection: cluster.Connected}, {From: hour(26), To: hour(48)}}, Marks: []time.Time{hour(4), hour(47.9)}},
		{Name: "計算ノード-東京", Spans: []plots.Span{{From: start, To: hour(30)}, {From: hour(30), To: hour(30.1), Connection: cluster.AwaitingReconnection}, {From: hour(30.1), To: hour(48), Connection: cluster.Disconnected}}},
		{Name: "عقدة", Spans: []plots.Span{{From: hour(40), To: hour(48)}}},
		{Name: "<b>&\x1b[31m\"", Spans: []plots.Span{{From: hour(48), To: hour(48)}}},
	}
}

func TestTracksLookAsTheyDid(t *testing.T) {
	c := newTracks(t, exampleTracks(), start, hour(48), plots.Options{})
	golden.Check(t, "testdata/tracks.svg", []byte(write(t, c, "svg", plots.Style{})))
	golden.Check(t, "testdata/tracks-words.txt", []byte(write(t, c, "txt", plots.Style{})+"\n"+write(t, c, "md", plots.Style{})+"\n"+write(t, c, "json", plots.Style{})))
	narrow := newTracks(t, exampleTracks(), start, hour(48), plots.Options{Width: 300})
	golden.Check(t, "testdata/tracks-dark.svg", []byte(write(t, narrow, "svg", plots.Style{Theme: theme.Dark()})))
}

// Of many nodes a picture shows those to which something happened, and it says so.
func TestOfManyTracksThoseWithChangesAreShown(t *testing.T) {
	var all []plots.Track
	for i := range 800 {
		track := plots.Track{Name: fmt.Sprintf("node-%d", i), Spans: []plots.Span{{From: start, To: hour(48), Connection: cluster.Connected}}}
		if i%100 < 2 { // 16 of them
			track.Spans[0].To = hour(float64(1 + i/100))
		}
		all = append(all, track)
	}
	svg := write(t, newTracks(t, all, start, hour(48), plots.Options{}), "svg", plots.Style{})
	if !strings.Contains(svg, "784 nodes without a change not shown") || !strings.Contains(svg, ">node-701</text>") || strings.Contains(svg, ">node-2</text>") {
		t.Errorf("the tracks with a change are not those that are shown: %.900s", svg)
	}
	for i := range all {
		all[i].Marks = make([]time.Time, i%7)
	}
	svg = write(t, newTracks(t, all, start, hour(48), plots.Options{Height: 400}), "svg", plots.Style{})
	if !strings.Contains(svg, "nodes with the fewest changes not shown") || !strings.Contains(svg, `viewBox="0 0 864 400"`) || strings.Contains(svg, ">node-7</text>") {
		t.Errorf("%.300s", svg)
	}
	if _, err := plots.Tracks(nil, start, hour(48), plots.Options{}); err == nil {
		t.Error("a chart of no node")
	}
}

func randomTracks(rng *rand.Rand) *plots.Chart {
	opt := plots.Options{Width: plots.MinWidth + rng.Float64()*900, Title: strings.Repeat("a long title ", rng.IntN(20))}
	end := start.Add(time.Duration(rng.Int64N(1 << (1 + rng.IntN(61)))))
	states := []cluster.Connection{cluster.Connected, cluster.AwaitingReconnection, cluster.Disconnected}
	var all []plots.Track
	for range 1 + rng.IntN(1+rng.IntN(30)) {
		track := plots.Track{Name: strangeText(rng)}
		for at := start; at.Before(end) || len(track.Spans) == 0; {
			next := at.Add(1 + end.Sub(at)/time.Duration(1+rng.IntN(3)))
			if rng.IntN(3) > 0 || len(track.Spans) == 0 {
				track.Add(plots.Span{From: at, To: next, Connection: states[rng.IntN(len(states))]})
			}
			at = next
		}
		track.Marks = make([]time.Time, rng.IntN(3))
		all = append(all, track)
	}
	c, err := plots.Tracks(all, start, end, opt)
	if err != nil {
		panic(err)
	}
	return c
}

// strangeText is a text in any script, or of many characters.
func strangeText(rng *rand.Rand) string {
	words := []string{"node", "عقدة", "計算ノード", "👩‍🚀", "e\u0301e\u0301", "שלום", "W", "नोड", "\x1b[31m", "<&>\"'", "-", "𝕏", "\u202e", "ノ\u200d"}
	text := ""
	for range 1 + rng.IntN(1+rng.IntN(12)) {
		text += words[rng.IntN(len(words))]
	}
	return text
}

func TestTextsOfTracksNeitherOverlapNorLeaveTheCanvas(t *testing.T) {
	t.Parallel()
	n := 500
	if testing.Short() {
		n = 60
	}
	for seed := range uint64(n) {
		checkTexts(t, fmt.Sprint("tracks of seed ", seed), write(t, randomTracks(rand.New(rand.NewPCG(seed, 5))), "svg", plots.Style{}))
	}
}

// randomTimeline is a chart over any time, of a resource of which there may be any amount.
func randomTimeline(rng *rand.Rand) *plots.Chart {
	samples := make([]plots.Sample, 1+rng.IntN(30))
	at, step := start, rng.Int64N(1<<(1+rng.IntN(55)))
	most := math.Exp(rng.Float64() * 40)
	for i := range samples {
		at = at.Add(time.Duration(rng.Int64N(1 + step)))
		s := &samples[i]
		s.At, s.Left, s.Nodes = at, rng.IntN(2), int(min(most, 1e9)*rng.Float64())
		if s.Connected = s.Nodes; rng.IntN(2) == 0 { // all is the normal state
			s.Connected = rng.IntN(s.Nodes + 1)
		}
		s.Capacity = resources(most)
		if rng.IntN(2) == 0 {
			s.Load = graph.Load{InUse: resources(most * rng.Float64()), Free: resources(most), Nodes: 1}
		}
	}
	opt := plots.Options{
		Width: plots.MinWidth + rng.Float64()*900, Height: float64(rng.IntN(2)) * (plots.MinHeight + 700*rng.Float64()),
		Resource: capacity.Resource(rng.IntN(4)), Title: strings.Repeat("a long title ", rng.IntN(20)),
	}
	c, err := plots.Timeline(samples, opt)
	if errors.Is(err, plots.ErrNoRoom) {
		opt.Height = 0
		c, err = plots.Timeline(samples, opt)
	}
	if err != nil {
		panic(err)
	}
	return c
}

func resources(x float64) cluster.Resources {
	return cluster.Resources{CPU: x, Memory: uint64(x), Disk: uint64(x), GPU: uint64(x)}
}

func TestTextsOfTimelinesNeitherOverlapNorLeaveTheCanvas(t *testing.T) {
	t.Parallel()
	n := 500
	if testing.Short() {
		n = 60
	}
	for seed := range uint64(n) {
		svg := write(t, randomTimeline(rand.New(rand.NewPCG(seed, 3))), "svg", plots.Style{})
		if !strings.Contains(svg, ">connected</text>") {
			t.Errorf("seed %d: a line has no name", seed)
		}
		checkTexts(t, fmt.Sprint("timeline of seed ", seed), svg)
	}
	if _, err := plots.Timeline(nil, plots.Options{}); err == nil {
		t.Error("a timeline of nothing")
	}
}

// timelineAt is a chart of a node at some times, of which the first ones know its use.
func timelineAt(t *testing.T, known int, all ...time.Time) string {
	t.Helper()
	var samples []plots.Sample
	for i, at := range all {
		s := plots.Sample{At: at}
		s.Nodes, s.Connected, s.Capacity = 1, 1, resources(4)
		if i < known {
			s.Load = graph.Load{InUse: resources(2), Free: resources(2), Nodes: 1}
		}
		samples = append(samples, s)
	}
	c, err := plots.Timeline(samples, plots.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return write(t, c, "svg", plots.Style{})
}

func TestTheNameOfALineIsWhereTheLineEnds(t *testing.T) {
	name := regexp.MustCompile(`<text[^>]* x="([0-9.]+)"[^>]*>(in use|connected)</text>`)
	before := 0.0
	for _, known := range []int{0, 1, 2, 4} {
		at := map[string]float64{}
		for _, m := range name.FindAllStringSubmatch(timelineAt(t, known, start, hour(1), hour(3), hour(4)), -1) {
			x, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			at[m[2]] = x
		}
		if x := at["in use"]; (x == 0) != (known == 0) || known > 0 && x <= before || (x == at["connected"]) != (known == 4) {
			t.Errorf("use known of %d of 4 samples: names at %v, before at %v", known, at, before)
		}
		before = at["in use"]
	}
}

// A version alone, and versions that were written at once, have no line but a dot, and a tick.
// Each time is in the table for readers, too.
func TestATimelineOfOneTimeHasDotsAndATick(t *testing.T) {
	for name, c := range map[string]struct {
		times []time.Time
		says  string
	}{
		"one version":        {[]time.Time{start}, start.Format("2006-01-02 15:04") + " (UTC) · 0 changes"},
		"versions of a time": {[]time.Time{start, start, start.Add(time.Millisecond)}, "3 moments, all of one time, "},
	} {
		svg := timelineAt(t, len(c.times), c.times...)
		if tick := ">" + start.Format("2006-01-02 15:04") + "</text>"; strings.Count(svg, tick) != 2+len(c.times) || !strings.Contains(svg, c.says) {
			t.Errorf("%s: no tick %s below both plots, or no %q", name, tick, c.says)
		}
		if dots := regexp.MustCompile(`<path[^>]* fill="[^n"][^>]* d="M([^L"]*L){15}[^L"]*Z"`).FindAllString(svg, -1); len(dots) != 4 {
			t.Errorf("%s: %d dots, want 4", name, len(dots))
		}
	}
}

func TestATimelineIsExactToAFractionOfASecond(t *testing.T) {
	a, b := timelineAt(t, 2, start, start.Add(1200*time.Millisecond), start.Add(3*time.Second)), timelineAt(t, 2, start, start.Add(1900*time.Millisecond), start.Add(3*time.Second))
	if path := regexp.MustCompile(` d="[^"]*"`); slices.Equal(path.FindAllString(a, -1), path.FindAllString(b, -1)) {
		t.Error("use ends at the same place 0.7 seconds later")
	}
}

// All nodes are connected, so both lines end at the top, and the heading is as wide as the canvas.
func TestNamesOfLinesDoNotLieOnTheHeading(t *testing.T) {
	samples := []plots.Sample{
		{At: start, Sum: capacity.Sum{Nodes: 10, Connected: 10}},
		{At: hour(30), Sum: capacity.Sum{Nodes: 10, Connected: 10}, Changed: 1},
	}
	for _, width := range []float64{plots.MinWidth, 240, 400} {
		c, err := plots.Timeline(samples, plots.Options{Width: width})
		if err != nil {
			t.Fatal(err)
		}
		checkTexts(t, fmt.Sprint(width, " wide"), write(t, c, "svg", plots.Style{}))
	}
}
