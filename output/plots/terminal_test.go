package plots_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

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
