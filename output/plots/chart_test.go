package plots_test

import (
	"bytes"
	"context"
	"encoding/json"
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
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
)

var ctx = context.Background()

// sizes are the sizes of networks in the goldens: few nodes, and more than there is room for.
var sizes = []int{1, 6, 40, 400, 10000}

func newChart(t testing.TB, snap cluster.Snapshot, opt plots.Options) *plots.Chart {
	t.Helper()
	build := graph.Options{All: true}
	if opt.By != "" {
		build.GroupBy = []string{opt.By}
	}
	c, err := plots.New(ctx, graphtest.Build(snap, build), opt)
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

func TestChartsOfAllKindsAndSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10,000 nodes")
	}
	for _, kind := range plots.Kinds() {
		var all strings.Builder
		for _, nodes := range sizes {
			c := newChart(t, network(nodes), plots.Options{Kind: kind.Name})
			fmt.Fprintf(&all, "== %d nodes\n%s\n", nodes, write(t, c, "txt", plots.Style{}))
			if kind.Rows {
				c = newChart(t, network(nodes), plots.Options{Kind: kind.Name, By: "region", Resource: capacity.Memory})
				fmt.Fprintf(&all, "== %d nodes by region\n%s\n", nodes, write(t, c, "txt", plots.Style{ASCII: true, Width: 60}))
			}
		}
		golden.Check(t, "testdata/"+kind.Name+".txt", []byte(all.String()))
	}
	golden.Check(t, "testdata/capacity.svg", []byte(write(t, newChart(t, network(6), plots.Options{}), "svg", plots.Style{})))
	golden.Check(t, "testdata/heatmap.svg", []byte(write(t, newChart(t, network(6), plots.Options{Kind: "heatmap", By: "region"}), "svg", plots.Style{})))
}

// The sums were read out of the captures by hand: of each compute node its MaxCapacity, and
// AvailableCapacity if it is connected.
func TestRowsAddUpToWhatTheCapturesHold(t *testing.T) {
	for _, c := range []struct {
		version                    string
		total, used, free, unknown float64
	}{
		{"v1.4.0", 9.6, 0, 3.2, 6.4}, // one is connected and rejected
		{"v1.6.5", 9.6, 0.1, 6.3, 3.2},
		{"v1.9.3", 9.6, 0, 6.4, 3.2},
	} {
		snap := capture(t, c.version)
		var doc struct{ Rows []map[string]any }
		if err := json.Unmarshal([]byte(write(t, newChart(t, snap, plots.Options{Top: 2}), "json", plots.Style{})), &doc); err != nil {
			t.Fatal(err)
		}
		sum := map[string]float64{}
		for _, row := range doc.Rows {
			for k, x := range row {
				if n, ok := x.(float64); ok {
					sum[k] += n
				}
			}
		}
		for k, want := range map[string]float64{
			"nodes": 6, "cpu_total": c.total, "cpu_free": c.free, "cpu_used": c.used, "cpu_unknown": c.unknown, "running": 0,
		} {
			if math.Abs(sum[k]-want) > 1e-9 {
				t.Errorf("%s: %s adds up to %v, want %v", c.version, k, sum[k], want)
			}
		}
	}
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

func TestSameNetworkGivesTheSameBytes(t *testing.T) {
	for _, kind := range plots.Kinds() {
		for _, format := range plots.Formats() {
			a := write(t, newChart(t, network(40), plots.Options{Kind: kind.Name}), format, plots.Style{})
			b := write(t, newChart(t, network(40), plots.Options{Kind: kind.Name}), format, plots.Style{})
			if a != b || a == "" {
				t.Errorf("%s, %s: two files differ", kind.Name, format)
			}
		}
	}
}

var svgText = regexp.MustCompile(`<text[^>]*? x="([-\d.]+)" y="([-\d.]+)" font-size="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)`)
var viewBox = regexp.MustCompile(`viewBox="0 0 ([\d.]+) ([\d.]+)"`)

// Names in all scripts, of any length, on canvases of any size.
func TestTextsNeitherOverlapNorLeaveTheCanvas(t *testing.T) {
	n := 500
	if testing.Short() {
		n = 60
	}
	for seed := range uint64(n) {
		rng := rand.New(rand.NewPCG(seed, 17))
		snap := network(1 + rng.IntN(60))
		if seed%2 == 0 {
			snap = cluster.Merge(clustertest.Strange(seed, 1+rng.IntN(60), 1)...)
			for i := range snap.Nodes {
				snap.Nodes[i].Max = cluster.Resources{CPU: rng.Float64() * 100, Memory: rng.Uint64() >> rng.IntN(60), GPU: rng.Uint64N(9)}
				snap.Nodes[i].Available = snap.Nodes[i].Max
			}
		}
		kinds := plots.Kinds()
		opt := plots.Options{
			Kind: kinds[rng.IntN(len(kinds))].Name, Resource: capacity.Resource(rng.IntN(4)), Free: rng.IntN(2) == 0,
			Width: plots.MinWidth + rng.Float64()*900,
		}
		if rng.IntN(3) == 0 {
			opt.Title = strings.Repeat("a long title ", rng.IntN(20))
		}
		if rng.IntN(3) == 0 {
			opt.Height = plots.MinHeight + rng.Float64()*700
		}
		c, err := plots.New(ctx, graphtest.Build(snap, graph.Options{All: true}), opt)
		if opt.Height > 0 && err != nil && strings.Contains(err.Error(), "does not fit") {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		svg := write(t, c, "svg", plots.Style{})
		checkTexts(t, fmt.Sprintf("seed %d, %s, %.0f wide", seed, opt.Kind, opt.Width), svg)
	}
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
}

func TestTimelineNamesItsLinesWhereTheyEnd(t *testing.T) {
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var samples []plots.Sample
		for i := range 1 + rng.IntN(30) {
			s := plots.Sample{At: begin.Add(time.Duration(i*rng.IntN(1000)) * time.Minute), Left: rng.IntN(2)}
			s.Nodes = rng.IntN(12)
			s.Connected = rng.IntN(s.Nodes + 1)
			s.Capacity = cluster.Resources{CPU: float64(s.Nodes)}
			if rng.IntN(2) == 0 {
				s.Load = graph.Load{InUse: cluster.Resources{CPU: rng.Float64()}, Free: cluster.Resources{CPU: 1}, Nodes: 1}
			}
			samples = append(samples, s)
		}
		slices.SortFunc(samples, func(a, b plots.Sample) int { return a.At.Compare(b.At) })
		c, err := plots.Timeline(samples, plots.Options{Width: 250 + rng.Float64()*600})
		if err != nil {
			t.Fatal(err)
		}
		svg := write(t, c, "svg", plots.Style{})
		if !strings.Contains(svg, ">connected</text>") {
			t.Errorf("seed %d: no name", seed)
		}
		checkTexts(t, fmt.Sprint("timeline of seed ", seed), svg)
	}
	if _, err := plots.Timeline(nil, plots.Options{}); err == nil {
		t.Error("a timeline of nothing")
	}
}

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return x
}

func TestOptionsThatCannotBeServedAreRefused(t *testing.T) {
	topo := graphtest.Build(network(40), graph.Options{All: true})
	for want, opt := range map[string]plots.Options{
		`unknown kind of chart "pie" (have capacity, `: {Kind: "pie"},
		"is not between":      {Width: 10},
		"does not fit in 2.0": {Top: 30, Height: plots.MinHeight},
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
