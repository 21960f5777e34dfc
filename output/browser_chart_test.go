package output_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
)

// charts are a chart of each kind, with everything that one may have.
func charts(t *testing.T) (all []*plots.Chart) {
	t.Helper()
	add := func(c *plots.Chart, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	topo := graphtest.Build(states(30), graph.Options{All: true})
	for _, kind := range plots.Kinds() {
		add(plots.New(t.Context(), topo, plots.Options{Kind: kind.Name}))
	}
	table, err := capacity.New(t.Context(), topo, "")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	end := begin.Add(9 * time.Hour)
	add(plots.Timeline([]plots.Sample{{At: begin, Sum: table.All}, {At: end, Sum: table.All, Left: 1}}, plots.Options{}))
	add(plots.Tracks([]plots.Track{
		{Name: "a", Spans: []plots.Span{{From: begin, To: end, Connection: cluster.Connected}}, Marks: []time.Time{begin.Add(time.Hour)}},
		{Name: "b", Spans: []plots.Span{{From: begin.Add(time.Hour), To: end, Connection: cluster.Disconnected}}},
		{Name: "c", Spans: []plots.Span{{From: begin.Add(time.Hour), To: end, Connection: cluster.AwaitingReconnection}}},
	}, begin, end, plots.Options{}))
	return all
}

func TestAxeFindsNoBarriersInCharts(t *testing.T) {
	t.Parallel()
	browsertest.NeedAxe(t)
	browsertest.Need(t)
	for i, c := range charts(t) {
		for k, format := range []string{"svg", "html"} {
			var b bytes.Buffer
			if err := plots.Write(t.Context(), &b, c, format, plots.Style{}); err != nil {
				t.Fatal(err)
			}
			body := b.Bytes()
			if format == "svg" {
				body = slices.Concat([]byte(`<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>Test</title><main><h1>Test</h1>`), body, []byte(`</main>`))
			}
			scheme := []string{"light", "dark"}[(i+k)%2] // colours come from one table
			t.Run(c.Kind+" "+format+" "+scheme, func(t *testing.T) {
				t.Parallel()
				p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: scheme, Width: 1280, Height: 800}, map[string][]byte{"/": body})
				for _, b := range p.Barriers() {
					t.Error(b)
				}
			})
		}
	}
}

// In a narrow window, a cell keeps its figure on one line, whatever the names are.
func TestTheTableOfAChartBreaksNoFigure(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	snap := states(6)
	for i := range snap.Nodes {
		snap.Nodes[i].ID += strings.Repeat("-long", 50)
	}
	snap = cluster.Merge(snap.List())
	c, err := plots.New(t.Context(), graphtest.Build(snap, graph.Options{All: true}), plots.Options{Kind: "heatmap"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := plots.Write(t.Context(), &b, c, "html", plots.Style{}); err != nil {
		t.Fatal(err)
	}
	p := browsertest.OpenFiles(t, browsertest.Screen{Width: 500, Height: 800}, map[string][]byte{"/": b.Bytes()})
	lines := browsertest.Eval[[]int](p, `[...document.querySelectorAll("td,th[scope=col]")].map(cell => {
		const range = document.createRange(); range.selectNodeContents(cell); return range.getClientRects().length })`)
	if len(lines) < 30 || slices.Max(lines) > 1 {
		t.Errorf("lines of cells: %v", lines)
	}
}
