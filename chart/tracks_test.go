package chart_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/chart"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/output/theme"
)

var start = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func hour(n float64) time.Time { return start.Add(time.Duration(n * float64(time.Hour))) }

// example is a picture with every look, and names that need care.
func example() *chart.Tracks {
	return &chart.Tracks{
		Title: "Who was there, and when", Subtitle: "5 nodes; 2026-11-01 00:00 to 2026-11-03 00:00, UTC", Remark: "12 nodes did not change and are not shown",
		From: start, To: hour(48),
		Tracks: []chart.Track{
			{Name: "compute-01", Spans: []chart.Span{{From: start, To: hour(48)}}},
			{Name: "n-0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef", Spans: []chart.Span{{From: start, To: hour(20)}, {From: hour(26), To: hour(48)}}, Marks: []time.Time{hour(4), hour(47.9)}},
			{Name: "計算ノード-東京", Spans: []chart.Span{{From: start, To: hour(30)}, {From: hour(30), To: hour(30.1), Look: chart.InDoubt}, {From: hour(30.1), To: hour(48), Look: chart.Absent}}},
			{Name: "عقدة", Spans: []chart.Span{{From: hour(40), To: hour(48)}}},
			{Name: "<b>&\x1b[31m\"", Spans: []chart.Span{{From: hour(48), To: hour(48)}}},
		},
		Key: []chart.Key{{chart.There, "connected"}, {chart.InDoubt, "awaiting reconnection"}, {chart.Absent, "disconnected; a gap: not listed"}, {chart.Marked, "changed"}},
	}
}

func write(t testing.TB, l *chart.Tracks, width float64, format string, opt chart.Options) []byte {
	t.Helper()
	d, err := l.Draw(context.Background(), width)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := chart.Write(context.Background(), &b, d, format, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTracksLookAsTheyDid(t *testing.T) {
	golden.Check(t, "testdata/tracks.svg", write(t, example(), 864, "svg", chart.Options{}))
	golden.Check(t, "testdata/tracks-dark.svg", write(t, example(), 400, "svg", chart.Options{Theme: theme.Dark()}))
}

func TestAPictureInPixelsIsAsLargeAsItSays(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(write(t, example(), 720, "png", chart.Options{Scale: 2})))
	if err != nil || img.Bounds().Dx() != 2000 {
		t.Errorf("%v, %v", img.Bounds(), err)
	}
	d, err := example().Draw(t.Context(), 50_000)
	if err != nil {
		t.Fatal(err)
	}
	if err := chart.Write(t.Context(), &bytes.Buffer{}, d, "png", chart.Options{Scale: 20}); !errors.Is(err, chart.ErrTooLarge) {
		t.Errorf("a picture without a bound: %v", err)
	}
}

var textElement = regexp.MustCompile(`<text[^>]* x="([0-9.-]+)" y="([0-9.-]+)" font-size="([0-9.]+)" textLength="([0-9.]+)"[^>]*>`)

// Whatever the names and times, no text lies on another, or outside of the picture.
func TestNoTextLiesOnAnother(t *testing.T) {
	seeds := uint64(100)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 0))
		l := &chart.Tracks{Title: strings.Repeat("title ", r.IntN(40)), Subtitle: strings.Repeat("sub ", r.IntN(60)), From: start, To: start.Add(time.Duration(r.Int64N(1 << r.IntN(62))))}
		for i := range r.IntN(30) {
			l.Tracks = append(l.Tracks, chart.Track{Name: strings.Repeat("W", r.IntN(80)) + fmt.Sprint(i), Spans: []chart.Span{{From: start, To: l.To}}})
		}
		for k := range chart.Look(r.IntN(5)) {
			l.Key = append(l.Key, chart.Key{Look: k, Text: strings.Repeat("key ", 1+r.IntN(12))})
		}
		width := 300 + r.Float64()*1200
		type box struct{ left, right, top, bottom float64 }
		var all []box
		for _, m := range textElement.FindAllStringSubmatch(string(write(t, l, width, "svg", chart.Options{})), -1) {
			var n [4]float64
			for i := range n {
				n[i], _ = strconv.ParseFloat(m[i+1], 64)
			}
			b := box{n[0], n[0] + n[3], n[1] - n[2]*typeface.CapHeight, n[1]}
			if b.left < 0 || b.right > width+0.1 {
				t.Errorf("seed %d: text outside of the picture: %s", seed, m[0])
			}
			for _, o := range all {
				if b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom {
					t.Errorf("seed %d: a text lies on another: %s", seed, m[0])
				}
			}
			all = append(all, b)
		}
	}
}

func TestDrawingEndsWithItsContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := example().Draw(ended, 800); !errors.Is(err, context.Canceled) {
		t.Errorf("Draw returns %v", err)
	}
	d, err := example().Draw(t.Context(), 800)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range chart.Formats() {
		var b bytes.Buffer
		if err := chart.Write(ended, &b, d, format, chart.Options{}); !errors.Is(err, context.Canceled) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", format, err, b.Len())
		}
	}
}
