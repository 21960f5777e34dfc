package layout_test

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// What changed stands below the names of a few nodes however many others there are. Where
// there is no room, a remark says so.
func TestAPictureTellsWhatChangedOrThatItDoesNot(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 250})
	changed := graph.Changes{Change: graph.Changed, Short: []string{"v1.8.0 → v1.9.3"}}
	fig := graphtest.Diagram(snap, graph.Options{Changes: map[string]graph.Changes{snap.Nodes[100].ID: changed, snap.Nodes[200].ID: changed}})
	for _, c := range []struct {
		w, h   float64 // inches
		told   int
		remark string
	}{
		{31, 21, 2, ""},
		{12.5, 8, 0, "what changed in 2 nodes left out: too small to read"},
	} {
		d, err := layout.Arrange(t.Context(), fig, layout.Options{Engine: "trays", Width: c.w * 72, Height: c.h * 72})
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for i := range d.Boxes {
			if d.Boxes[i].Detail().String != "" {
				told++
			}
		}
		if told != c.told || !strings.Contains(d.Remark.String, c.remark) || (d.Remark.String == "") != (c.remark == "") {
			t.Errorf("%g by %g inches: %d changes told, and the remark %q", c.w, c.h, told, d.Remark.String)
		}
	}
}
