package plots_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
	"github.com/bacviz/bacviz/output/theme"
)

// sizes are the sizes of networks in the goldens: few nodes, and more than there is room for.
var sizes = []int{1, 6, 40, 400, 10000}

// Large charts are compared as texts, which have the same rows and figures as the pictures, and by the size of
// the picture and the number of its texts.
func TestChartsOfAllKindsAndSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10,000 nodes")
	}
	all := map[string]*strings.Builder{}
	add := func(kind, what string, c *plots.Chart, style plots.Style) {
		if all[kind] == nil {
			all[kind] = &strings.Builder{}
		}
		svg := write(t, c, "svg", plots.Style{})
		checkTexts(t, kind+" of "+what, svg)
		fmt.Fprintf(all[kind], "== %s (a picture of %s points with %d texts)\n%s\n", what,
			strings.Join(viewBox.FindStringSubmatch(svg)[1:], "×"), len(svgText.FindAllString(svg, -1)), write(t, c, "txt", style))
	}
	for _, nodes := range sizes {
		snap := network(nodes)
		plain, byRegion := graphtest.Build(snap, graph.Options{All: true}), graphtest.Build(snap, graph.Options{All: true, GroupBy: []string{"region"}})
		what := fmt.Sprintf("%d nodes", nodes)
		for _, kind := range plots.Kinds() {
			add(kind.Name, what, chartOf(t, plain, plots.Options{Kind: kind.Name}), plots.Style{})
			if kind.Rows {
				add(kind.Name, what+" by region", chartOf(t, byRegion, plots.Options{Kind: kind.Name, By: "region", Resource: capacity.Memory}), plots.Style{ASCII: true, Width: 60})
			}
		}
		add(plots.TimelineKind, what, timelineOf(t, snap), plots.Style{})
		add(plots.TracksKind, what, newTracks(t, tracksOf(snap), start, hour(100), plots.Options{Height: 300}), plots.Style{})
	}
	for kind, text := range all {
		golden.Check(t, "testdata/"+kind+".txt", []byte(text.String()))
	}
}

// timelineOf is a chart of three days of a network: half of its nodes leave for a day, and
// take what is in use with them.
func timelineOf(t testing.TB, snap cluster.Snapshot) *plots.Chart {
	t.Helper()
	return timelineWith(t, snap, plots.Options{})
}

func timelineWith(t testing.TB, snap cluster.Snapshot, opt plots.Options) *plots.Chart {
	t.Helper()
	var samples []plots.Sample
	for day := range 3 {
		one := snap
		one.Nodes = append([]cluster.Node(nil), snap.Nodes...)
		for i := range one.Nodes {
			if n := &one.Nodes[i]; day == 1 && i%2 == 0 && n.Type == cluster.Compute {
				n.Sightings = append([]cluster.Sighting(nil), n.Sightings...)
				for k := range n.Sightings {
					n.Sightings[k].Connection = cluster.Disconnected
				}
			}
		}
		table, err := capacity.New(ctx, graphtest.Build(one, graph.Options{All: true}), "")
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, plots.Sample{At: start.Add(time.Duration(day) * 24 * time.Hour), Sum: table.All, Left: day % 2, Joined: day / 2})
	}
	c, err := plots.Timeline(samples, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tracksOf has a track for each node of a network, of which some come late.
func tracksOf(snap cluster.Snapshot) (all []plots.Track) {
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		all = append(all, plots.Track{Name: n.ID, Spans: []plots.Span{{From: hour(float64(i % 100 / 90 * 7)), To: hour(100), Connection: n.Connection()}}})
	}
	return all
}

// A picture of each kind, of a small network with every script.
func TestPicturesLookAsTheyDid(t *testing.T) {
	snap := network(6)
	names := []string{"عقدة-١", "計算ノード-東京-0002", "e\u0301te\u0301 👩‍🚀", "שלום-7", "नोड-५", "<b>&\"\x1b[31m"}
	k := 0
	for i := range snap.Nodes {
		if n := &snap.Nodes[i]; n.Computes() {
			n.ID, n.Labels = names[k%len(names)], map[string]string{"region": cmp.Or(n.Labels["region"], "?") + names[k%len(names)]}
			k++
		}
	}
	for _, kind := range plots.Kinds() {
		golden.Check(t, "testdata/"+kind.Name+".svg", []byte(write(t, newChart(t, snap, plots.Options{Kind: kind.Name}), "svg", plots.Style{})))
	}
	golden.Check(t, "testdata/"+plots.TimelineKind+".svg", []byte(write(t, timelineOf(t, snap), "svg", plots.Style{})))
	for _, name := range []string{"dark", "print"} {
		colors, err := theme.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		style := plots.Style{Theme: colors}
		golden.Check(t, "testdata/capacity-"+name+".svg", []byte(write(t, newChart(t, network(6), plots.Options{}), "svg", style)))
		golden.Check(t, "testdata/heatmap-"+name+".svg", []byte(write(t, newChart(t, network(6), plots.Options{Kind: "heatmap"}), "svg", style)))
		golden.Check(t, "testdata/timeline-"+name+".svg", []byte(write(t, timelineOf(t, network(6)), "svg", style)))
	}
}

func TestJSONIsAsItsSchemaSays(t *testing.T) {
	schema := golden.Schema(t, "../../docs/chart.schema.json")
	check := func(text string) error {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(doc)
	}
	snap := network(40)
	charts := []*plots.Chart{timelineOf(t, snap), newChart(t, network(0), plots.Options{})}
	for _, kind := range plots.Kinds() {
		charts = append(charts, newChart(t, snap, plots.Options{Kind: kind.Name}), newChart(t, snap, plots.Options{Kind: kind.Name, Top: 1, Free: true, Resource: capacity.GPU}))
		if kind.Rows {
			charts = append(charts, newChart(t, snap, plots.Options{Kind: kind.Name, By: "region", Top: 1}))
		}
	}
	for _, c := range charts {
		text := write(t, c, "json", plots.Style{})
		if err := check(text); err != nil {
			t.Errorf("%s: %v\n%.2000s", c.Kind, err, text)
		}
		for old, wrong := range map[string]string{`"version": 1`: `"version": 2`, `"nodes": `: `"nodes": -`, `"kind"`: `"sort"`} {
			if strings.Contains(text, old) && check(strings.Replace(text, old, wrong, 1)) == nil {
				t.Errorf("%s: the schema allows %s", c.Kind, wrong)
			}
		}
	}
}

// Every kind of chart of answers that orchestrators gave.
func TestChartsOfTheCaptures(t *testing.T) {
	var all strings.Builder
	for _, version := range []string{"v1.4.0", "v1.6.5", "v1.9.3"} {
		snap := capture(t, version)
		for _, kind := range plots.Kinds() {
			fmt.Fprintf(&all, "== %s\n%s\n", version, write(t, newChart(t, snap, plots.Options{Kind: kind.Name}), "txt", plots.Style{}))
		}
		fmt.Fprintf(&all, "== %s\n%s\n", version, write(t, timelineOf(t, snap), "md", plots.Style{}))
	}
	golden.Check(t, "testdata/captures.txt", []byte(all.String()))
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
