package output_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A format that shows no facts gives the same bytes without them.
func TestAPictureThatShowsNoFactsNeedsNone(t *testing.T) {
	small := []cluster.Snapshot{everyState(), everyJobState()}
	large := []cluster.Snapshot{clustertest.Snapshot(1, clustertest.Options{Nodes: 5200, Disconnected: 0.01})}
	for format, snaps := range map[string][]cluster.Snapshot{"png": small, "jpg": small, "pdf": small, "eps": small, "svg": large} {
		for _, snap := range snaps {
			comparePictures(t, snap, format)
		}
	}
	for _, opt := range []output.Options{{}, {Graphviz: true}} {
		for nodes, want := range map[int]bool{100: true, 10_000: opt.Graphviz} {
			if got := output.ShowsFacts("svg", opt, nodes); got != want {
				t.Errorf("with %+v, an SVG of %d nodes shows facts: %v", opt, nodes, got)
			}
		}
	}
	if !output.ShowsFacts("html", output.Options{}, 10_000) {
		t.Error("a page shows no facts")
	}
}

// comparePictures holds that a picture without facts is the same.
func comparePictures(t *testing.T, snap cluster.Snapshot, format string) {
	t.Helper()
	topo := graphtest.Build(snap, graph.Options{All: true})
	if output.ShowsFacts(format, output.Options{}, topo.Len()) {
		t.Errorf("%s shows facts of %d nodes", format, topo.Len())
	}
	var pictures [2][]byte
	for i, without := range []bool{false, true} {
		fig := graphtest.NewDiagram(topo, diagram.Options{NoFacts: without})
		if (fig.Facts == nil) != without {
			t.Fatalf("with NoFacts %v, there are facts: %v", without, fig.Facts != nil)
		}
		d, err := layout.Arrange(t.Context(), fig, layout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		pictures[i] = write(t, d, format, output.Options{})
	}
	if !bytes.Equal(pictures[0], pictures[1]) {
		t.Errorf("%s: the picture without facts is another", format)
	}
}

// Whoever sees a diagram learns that nodes are missing, also where there is a title and nothing else.
func TestEveryTitleSaysHowManyNodesAreNotDrawn(t *testing.T) {
	t.Parallel()
	snap := clustertest.Snapshot(5, clustertest.Options{Nodes: 20, Disconnected: .2})
	d := drawing(t, snap, graph.Options{}, layout.Options{})
	missing := len(snap.Nodes) - len(d.Boxes)
	for _, format := range []string{"svg", "dot", "txt", "mmd", "d2", "md"} {
		if got := strings.ReplaceAll(string(write(t, d, format, output.Options{})), `\x3B`, ";"); missing == 0 || !strings.Contains(got, fmt.Sprintf("; %d not drawn", missing)) {
			t.Errorf("%s does not say that %d nodes are not drawn:\n%.500s", format, missing, got)
		}
	}
	whole := drawing(t, snap, graph.Options{All: true}, layout.Options{})
	for _, format := range []string{"mmd", "d2"} {
		if got := string(write(t, whole, format, output.Options{})); strings.Contains(got, "not drawn") {
			t.Errorf("%s says that nodes are missing:\n%.500s", format, got)
		}
	}
}
