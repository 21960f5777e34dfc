package layout_test

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// A long legend left nothing of a tiny canvas, and lines and boxes were on top of it.
func TestALongLegendLeavesATinyCanvasRoomForTheNetwork(t *testing.T) {
	topo := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 60}), graph.Options{ColorBy: "rack"})
	for _, engine := range []string{"rings", "radial", "trays"} {
		d := arrange(t, topo, layout.Options{Engine: engine, Width: layout.MinSide, Height: layout.MinSide})
		checkDrawing(t, d)
		if err := d.Check(); err != nil {
			t.Error(err)
		}
		if len(d.Legend) == 0 || d.Legend[0].Swatch.Center.Y < d.Height/2 {
			t.Errorf("%s: the legend begins at %+v", engine, d.Legend)
		}
		if !strings.Contains(d.Explain(), "legend entries left out: no room") {
			t.Errorf("%s does not say that the legend is cut: %s", engine, d.Explain())
		}
		if whole := arrange(t, topo, layout.Options{Engine: engine}); len(whole.Legend) <= len(d.Legend) || strings.Contains(whole.Explain(), "legend") {
			t.Errorf("%s: %d of %d entries, %s", engine, len(d.Legend), len(whole.Legend), whole.Explain())
		}
	}
}
