package plots_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
)

// Whatever the names, no line is wider than the terminal, and nothing is cut where there are 60 columns.
func TestLinesOfTextFitTheTerminal(t *testing.T) {
	for seed := range uint64(9) {
		rng := rand.New(rand.NewPCG(seed, 8))
		topo := graphtest.Build(randomNetwork(rng, seed), graph.Options{All: true})
		charts := []*plots.Chart{randomTracks(rng), randomTimeline(rng)}
		for _, kind := range plots.Kinds() {
			charts = append(charts, chartOf(t, topo, plots.Options{Kind: kind.Name}))
		}
		for _, c := range charts {
			for _, width := range []int{1, 17, 40, 60, 80, 120, 200} {
				all := write(t, c, "txt", plots.Style{Width: width, ASCII: seed%3 == 0})
				for line := range strings.Lines(all) {
					if n := text.StringWidth(strings.TrimSuffix(line, "\n")); n > width {
						t.Fatalf("seed %d, %s: %d columns have a line of %d: %q", seed, c.Kind, width, n, line)
					}
				}
				if cut := strings.Contains(strings.ReplaceAll(all, c.Title, ""), "…"); cut && width >= 60 && seed%3 != 0 {
					t.Errorf("seed %d, %s: a text is cut at %d columns:\n%s", seed, c.Kind, width, all)
				}
			}
		}
	}
}

// The line over time has its newest part at any width, and a sign for none at all.
func TestTheLineOverTimeIsMergedToTheWidth(t *testing.T) {
	var samples []plots.Sample
	for i := range 81 {
		connected := 9
		if i == 40 || i == 80 { // an outage, and one that goes on
			connected = 0
		}
		samples = append(samples, plots.Sample{At: hour(float64(i)), Sum: capacity.Sum{Nodes: 9, Connected: connected}})
	}
	for _, c := range []struct {
		samples []plots.Sample
		ascii   bool
		want    string
	}{
		{samples, false, strings.Repeat("█", 20) + "·" + strings.Repeat("█", 18) + "·"},
		{samples, true, strings.Repeat("@", 20) + "_" + strings.Repeat("@", 18) + "_"},
		{[]plots.Sample{samples[40], samples[41], samples[80]}, false, "·" + strings.Repeat("█", 38) + "·"}, // by time
		{samples[40:41], false, "·"},
	} {
		chart, err := plots.Timeline(c.samples, plots.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if all := write(t, chart, "txt", plots.Style{Width: 40, ASCII: c.ascii}); !strings.Contains(all, "\n"+c.want+"\n") {
			t.Errorf("want %s in:\n%.600s", c.want, all)
		}
	}
}

// The bounds of bins of what is free are whole numbers, and most nodes are not in one of many.
func TestBinsAreRoundAndShareTheNodes(t *testing.T) {
	free := func(r capacity.Resource, amounts ...float64) (names []string) {
		snap := network(40)
		k := 0
		for i := range snap.Nodes {
			n := &snap.Nodes[i]
			n.Max, n.Available = resources(amounts[k%len(amounts)]), resources(amounts[k%len(amounts)])
			k++
		}
		_, cells := newChart(t, snap, plots.Options{Kind: "histogram", Resource: r, Free: true}).Table()
		for _, row := range cells {
			names = append(names, row[0].(string))
		}
		return names
	}
	const gib = 1 << 30
	for _, c := range []struct {
		got  []string
		want string
	}{
		{free(capacity.Memory, 1100*gib, 1000*gib, 900*gib), "1024–1152 GiB"},
		{free(capacity.Memory, 1100*gib, 9*gib, 17*gib, 33*gib), "16–32 GiB"},
		{free(capacity.GPU, 1, 15, 16), "0–1 GPUs"},
	} {
		if !slices.Contains(c.got, c.want) {
			t.Errorf("%q, want one to be %q", c.got, c.want)
		}
	}
}
