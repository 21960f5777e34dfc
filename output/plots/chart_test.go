package plots_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
)

var ctx = context.Background()

func newChart(t testing.TB, snap cluster.Snapshot, opt plots.Options) *plots.Chart {
	t.Helper()
	build := graph.Options{All: true}
	if opt.By != "" {
		build.GroupBy = []string{opt.By}
	}
	return chartOf(t, graphtest.Build(snap, build), opt)
}

func chartOf(t testing.TB, topo *graph.Topology, opt plots.Options) *plots.Chart {
	t.Helper()
	c, err := plots.New(ctx, topo, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t testing.TB, c *plots.Chart, format string, style plots.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := plots.Write(ctx, &b, c, format, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// network has nodes in all states, of three versions, some without a known load.
func network(nodes int) cluster.Snapshot {
	snap := clustertest.Snapshot(7, clustertest.Options{Nodes: nodes, Disconnected: 0.1, Awaiting: 0.05, Pending: 0.05, Rejected: 0.05})
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		n.Version = []string{"v1.9.3", "v1.10.0", "v1.9.3", ""}[i%4]
		switch i % 13 {
		case 5:
			n.Max, n.Available = cluster.Resources{}, cluster.Resources{}
		case 9:
			n.Available = cluster.Resources{}
		}
	}
	return snap
}

func capture(t *testing.T, version string) cluster.Snapshot {
	t.Helper()
	answer, err := clustertest.Load(version, "nodes_after_kill")
	if err != nil {
		t.Fatal(err)
	}
	list, err := fetch.Stream{Reader: bytes.NewReader(answer.Body), Label: version}.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return cluster.Merge(list)
}

// The answers of a network come in any order.
func TestSameNetworkGivesTheSameBytes(t *testing.T) {
	shuffled := network(40)
	list := shuffled.List()
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(list.Nodes), func(i, j int) { list.Nodes[i], list.Nodes[j] = list.Nodes[j], list.Nodes[i] })
	shuffled = cluster.Merge(list)
	made := map[string]func(cluster.Snapshot) *plots.Chart{
		plots.TimelineKind:   func(s cluster.Snapshot) *plots.Chart { return timelineOf(t, s) },
		"capacity by region": func(s cluster.Snapshot) *plots.Chart { return newChart(t, s, plots.Options{By: "region"}) },
	}
	for _, kind := range plots.Kinds() {
		made[kind.Name] = func(s cluster.Snapshot) *plots.Chart { return newChart(t, s, plots.Options{Kind: kind.Name}) }
	}
	for kind, of := range made {
		one, other := of(network(40)), of(shuffled)
		for _, format := range plots.Formats() {
			a, b := write(t, one, format, plots.Style{}), write(t, other, format, plots.Style{})
			if a != b || a == "" {
				t.Errorf("%s, %s: two files differ", kind, format)
			}
		}
		_, a := one.Table()
		_, b := other.Table()
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("%s, the cells of csv:\n%s", kind, d)
		}
	}
}

var svgText = regexp.MustCompile(`<text[^>]*? x="([-\d.]+)" y="([-\d.]+)" font-size="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)`)
var viewBox = regexp.MustCompile(`viewBox="0 0 ([\d.]+) ([\d.]+)"`)

// Names in all scripts, of any length, on canvases of any size.
func TestTextsNeitherOverlapNorLeaveTheCanvas(t *testing.T) {
	t.Parallel()
	n := 500
	if testing.Short() {
		n = 60
	}
	for seed := range uint64(n) {
		rng := rand.New(rand.NewPCG(seed, 17))
		topo := graphtest.Build(randomNetwork(rng, seed), graph.Options{All: true})
		for _, kind := range plots.Kinds() {
			opt := plots.Options{
				Kind: kind.Name, Resource: capacity.Resource(rng.IntN(4)), Free: rng.IntN(2) == 0,
				Width: plots.MinWidth + rng.Float64()*900,
			}
			if rng.IntN(3) == 0 {
				opt.Title = strings.Repeat("a long title ", rng.IntN(20))
			}
			if rng.IntN(3) == 0 {
				opt.Height = plots.MinHeight + rng.Float64()*700
			}
			c, err := plots.New(ctx, topo, opt)
			if opt.Height > 0 && err != nil && errors.Is(err, plots.ErrNoRoom) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			checkTexts(t, fmt.Sprintf("seed %d, %s, %.0f wide", seed, opt.Kind, opt.Width), write(t, c, "svg", plots.Style{}))
		}
	}
}

// randomNetwork has nodes in all states, or nodes with strange names and any capacity.
func randomNetwork(rng *rand.Rand, seed uint64) cluster.Snapshot {
	if seed%2 == 1 {
		return network(1 + rng.IntN(50))
	}
	snap := cluster.Merge(clustertest.Strange(seed, 1+rng.IntN(50), 1)...)
	for i := range snap.Nodes {
		snap.Nodes[i].Max = cluster.Resources{CPU: rng.Float64() * 100, Memory: rng.Uint64() >> rng.IntN(60), GPU: rng.Uint64N(9)}
		snap.Nodes[i].Available = snap.Nodes[i].Max
	}
	return snap
}

// checkTexts fails the test if a text of a picture leaves the canvas or lies on another.
func checkTexts(t *testing.T, what, svg string) {
	t.Helper()
	size := viewBox.FindStringSubmatch(svg)
	w, h := number(size[1]), number(size[2])
	type box struct {
		x, y, w, h float64
		text       string
	}
	var boxes []box
	for _, m := range svgText.FindAllStringSubmatch(svg, -1) {
		b := box{number(m[1]), number(m[2]) - 0.72*number(m[3]), number(m[4]), 0.72 * number(m[3]), m[5]}
		if strings.Contains(m[0], `direction="rtl"`) {
			b.x -= b.w
		}
		if b.x < 0 || b.y < 0 || b.x+b.w > w+0.1 || b.y+b.h > h {
			t.Errorf("%s: %q leaves the canvas of %g×%g: %+v", what, b.text, w, h, b)
		}
		for _, o := range boxes {
			if b.x < o.x+o.w && o.x < b.x+b.w && b.y < o.y+o.h && o.y < b.y+b.h {
				t.Errorf("%s: %q lies on %q", what, b.text, o.text)
			}
		}
		boxes = append(boxes, b)
	}
	if len(boxes) < 2 {
		t.Errorf("%s: %d texts", what, len(boxes))
	}
	for _, shape := range shapesOf(svg) {
		if shape.x0 < -0.1 || shape.y0 < -0.1 || shape.x1 > w+0.1 || shape.y1 > h+0.1 {
			t.Errorf("%s: %s leaves the canvas of %g×%g: %+v", what, shape.of, w, h, shape)
		}
		for _, b := range boxes {
			b.h *= (0.72 + 0.21) / 0.72                                                                      // a letter such as g goes below the line
			inside := math.Abs(shape.x0+shape.x1-2*b.x-b.w) < 1 && math.Abs(shape.y0+shape.y1-2*b.y-b.h) < 5 // what its cell says
			if shape.of == "a cell" && inside {
				continue
			}
			if shape.x0 < b.x+b.w && b.x < shape.x1 && shape.y0 < b.y+b.h && b.y < shape.y1 {
				t.Errorf("%s: %q lies on %s at %+v", what, b.text, shape.of, shape)
			}
		}
	}
}

// A shape is a tick, the line of an axis, the outline of a bar, or a cell of a heat map.
type shape struct {
	of             string
	x0, y0, x1, y1 float64
}

var (
	svgLine = regexp.MustCompile(`<path [^>]*stroke-width="([\d.]+)" d="M(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) (-?[\d.]+)"`)
	svgBar  = regexp.MustCompile(`<path [^>]*stroke-width="0.7"[^>]* d="M(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) (-?[\d.]+)L[^"]*Z"`)
	svgCell = regexp.MustCompile(`<path [^>]*fill="(#[0-9a-f]{6})" d="M(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) (-?[\d.]+)L[^"]*Z"`)
)

// shapesOf returns the shapes of a picture that no text may lie on. Lines of the grid are
// hidden behind texts.
func shapesOf(svg string) (all []shape) {
	add := func(of string, x0, y0, x1, y1 string) {
		s := shape{of, number(x0), number(y0), number(x1), number(y1)}
		s.x0, s.x1 = min(s.x0, s.x1), max(s.x0, s.x1)
		s.y0, s.y1 = min(s.y0, s.y1), max(s.y0, s.y1)
		all = append(all, s)
	}
	for _, m := range svgLine.FindAllStringSubmatch(svg, -1) {
		long := math.Abs(number(m[2])-number(m[4])) + math.Abs(number(m[3])-number(m[5]))
		if m[1] == "0.7" || m[1] == "0.5" && long < 7 {
			add("a tick or an axis", m[2], m[3], m[4], m[5])
		}
	}
	for _, m := range svgBar.FindAllStringSubmatch(svg, -1) {
		add("a bar", m[1], m[2], m[5], m[6])
	}
	for _, m := range svgCell.FindAllStringSubmatch(svg, -1) {
		if m[1] != "#ffffff" && m[1] != "#eff3f7" { // behind all, behind a text, or behind a row over time
			add("a cell", m[2], m[3], m[6], m[7])
		}
	}
	return all
}

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return x
}

func TestOptionsThatCannotBeServedAreRefused(t *testing.T) {
	topo := graphtest.Build(network(1000), graph.Options{All: true})
	for want, opt := range map[string]plots.Options{
		`unknown kind of chart "pie" (have capacity, `: {Kind: "pie"},
		"is not between":                    {Width: 10},
		"inches at this width, and has 2":   {Top: 30, Height: plots.MinHeight},
		"inches at this width, and has 200": {Top: 900},
	} {
		if _, err := plots.New(ctx, topo, opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", opt, err, want)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := plots.New(ended, topo, plots.Options{}); err != context.Canceled {
		t.Errorf("%v", err)
	}
}

// One name of 90 letters takes lines of its own, and no room from the other rows.
func TestALongNameTakesRoomFromNoOtherRow(t *testing.T) {
	snap := network(60)
	rows := func(opt plots.Options) int {
		_, cells := newChart(t, snap, opt).Table()
		return len(cells)
	}
	for _, kind := range []string{"capacity", "heatmap"} {
		opt := plots.Options{Kind: kind, Width: 603} // 838 pixels wide
		short := rows(opt)
		was := snap.Nodes[7].ID
		snap.Nodes[7].ID = strings.Repeat("w", 90)
		if long := rows(opt); long < short-3 {
			t.Errorf("%s: %d rows with a long name, %d without", kind, long, short)
		}
		checkTexts(t, kind+" with a long name", write(t, newChart(t, snap, opt), "svg", plots.Style{}))
		snap.Nodes[7].ID = was
	}
	snap = network(2000)
	if n := rows(plots.Options{Width: 603}); n < 20 {
		t.Errorf("%d rows of 2,000 nodes: the text about all others takes the room of bars", n)
	}
}

// Tables and texts have no canvas, so they have every row unless fewer are asked for.
func TestTablesHaveAllRows(t *testing.T) {
	snap := network(600)
	for _, kind := range plots.Kinds() {
		c := newChart(t, snap, plots.Options{Kind: kind.Name, All: true})
		if strings.Contains(c.Subtitle, "other") {
			t.Errorf("%s: %s", kind.Name, c.Subtitle)
		}
		if _, cells := c.Table(); kind.Rows && len(cells) < 500 {
			t.Errorf("%s: %d rows", kind.Name, len(cells))
		}
	}
	if _, cells := newChart(t, snap, plots.Options{All: true, Top: 3}).Table(); len(cells) != 4 {
		t.Errorf("%d rows, want 3 and the others", len(cells))
	}
}
