package output_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
)

func TestAxeFindsNoBarriersInCharts(t *testing.T) {
	t.Parallel()
	browsertest.NeedAxe(t)
	browsertest.Need(t)
	topo := graphtest.Build(states(30), graph.Options{All: true})
	for _, kind := range []string{"capacity", "heatmap", "histogram"} {
		c, err := plots.New(t.Context(), topo, plots.Options{Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"svg", "html"} {
			var b bytes.Buffer
			if err := plots.Write(t.Context(), &b, c, format, plots.Style{}); err != nil {
				t.Fatal(err)
			}
			body := b.Bytes()
			if format == "svg" {
				body = slices.Concat([]byte(`<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>Test</title><main><h1>Test</h1>`), body, []byte(`</main>`))
			}
			for _, scheme := range []string{"light", "dark"} {
				t.Run(kind+" "+format+" "+scheme, func(t *testing.T) {
					t.Parallel()
					p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: scheme, Width: 1280, Height: 800}, map[string][]byte{"/": body})
					for _, b := range p.Barriers() {
						t.Error(b)
					}
				})
			}
		}
	}
}
