package output_test

import (
	"bytes"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Where trunks of two hubs cross there is a gap in the colour of the page, so that they do not
// look joined. A transparent page has none.
func TestTrunksOfTwoHubsThatCrossDoNotLookJoined(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 24, Hubs: 3, Shared: 0.5})
	d := drawing(t, snap, graph.Options{}, layout.Options{Engine: "trays"})
	const scale = 4
	img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{Scale: scale})))
	if err != nil {
		t.Fatal(err)
	}
	at := func(x, y float64) color.Color {
		return img.At(int(x*scale*layout.PixelsPerPoint), int(y*scale*layout.PixelsPerPoint))
	}
	page := at(1, 1)
	crossings := 0
	for i := range d.Trunks {
		upper := &d.Trunks[i]
		_, width := paint.TrunkStyle(upper, theme.Light())
		for _, lower := range d.Trunks[:i] {
			if lower.Bundle == upper.Bundle {
				continue
			}
			for k := 0; k+3 < len(lower.Path); k += 3 {
				for m := 0; m+3 < len(upper.Path); m += 3 {
					a, b, p, q := lower.Path[k], lower.Path[k+3], upper.Path[m], upper.Path[m+3]
					if a.X != b.X || p.Y != q.Y || (a.Y-p.Y)*(b.Y-p.Y) >= 0 || (p.X-a.X)*(q.X-a.X) >= 0 {
						continue
					}
					crossings++
					aside := width/2 + paint.TrunkGap/2
					if above, below := at(a.X, p.Y-aside), at(a.X, p.Y+aside); above != page || below != page {
						t.Errorf("beside the crossing at %.1f, %.1f is %v and %v", a.X, p.Y, above, below)
					}
				}
			}
		}
	}
	if crossings == 0 {
		t.Error("no trunk crosses that of another hub: not what this is about")
	}
	clear, err := theme.Read([]byte(`{"page": "none"}`))
	if err != nil {
		t.Fatal(err)
	}
	for colors, want := range map[*theme.Theme]bool{theme.Dark(): true, clear: false} {
		if text := string(write(t, d, "svg", output.Options{Theme: colors})); strings.Contains(text, `class="gap"`) != want {
			t.Errorf("an SVG on the page %q, transparent %v: gaps: %v", colors.Page, colors.Transparent, !want)
		}
	}
}
