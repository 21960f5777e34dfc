package raster

// This file compares the painter with gonum/plot's canvas, which FreeType's rasteriser in Go
// paints.

import (
	"cmp"
	"context"
	"image"
	"image/draw"
	"os"
	"testing"

	"git.sr.ht/~sbinet/gg"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/canvas"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/vector"
	"github.com/bacviz/bacviz/output/theme"
)

// The largest differences of a channel from gonum/plot's canvas, out of 255: in one pixel of
// a rim, and in the mean of a picture. Measured: 43 and 0.47. FreeType's places are 1/64 of a
// pixel, and its opacities are rounded down.
const (
	mostAtRim  = 48
	mostInMean = 0.5
)

func TestMain(m *testing.M) {
	gv.NoChild = true // a test binary compiles Graphviz anew in each child
	os.Exit(m.Run())
}

// plotCanvas is gonum/plot's canvas for pixels. It fills letters, which would otherwise be
// resampled.
type plotCanvas struct{ *vgimg.Canvas }

func (c plotCanvas) FillString(face font.Face, at vg.Point, text string) {
	glyphs := vector.NewGlyphs(face.Face)
	for _, r := range text {
		c.Fill(glyphs.Outline(r, face.Font.Size/vg.Length(glyphs.Em), at))
	}
}

// plotImage paints a drawing on gonum/plot's canvas.
func plotImage(t *testing.T, d *layout.Drawing, th *theme.Theme, scale float64) *image.RGBA {
	t.Helper()
	width, height := paint.Pixels(d, scale)
	img := image.NewRGBA(image.Rect(0, 0, int(width), int(height)))
	gc := gg.NewContextForRGBA(img)
	gc.SetLineCapButt()
	gc.InvertY()
	c := plotCanvas{vgimg.NewWith(vgimg.UseImageWithContext(img, gc), vgimg.UseDPI(int(dotsPerInch(scale))))}
	draw.Draw(img, img.Rect, image.NewUniform(theme.RGB(th.Page)), image.Point{}, draw.Src)
	if err := paint.Walk(t.Context(), d, &canvas.Canvas{Canvas: c, Drawing: d, Theme: th, Pixels: true}); err != nil {
		t.Fatal(err)
	}
	return img
}

// pathImage paints a drawing on a surface that gets paths alone, from one goroutine.
func pathImage(t *testing.T, d *layout.Drawing, th *theme.Theme, scale float64) *image.RGBA {
	t.Helper()
	img, err := paintImage(t.Context(), sheetOf(d), paint.Options{Scale: scale, Theme: th}, false, func(c vg.Canvas) error {
		paths := struct{ vg.Canvas }{c}
		return paint.Walk(t.Context(), d, &canvas.Canvas{Canvas: paths, Drawing: d, Theme: th, Pixels: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// differences returns the largest and the mean difference of a channel.
func differences(a, b *image.RGBA) (most int, mean float64) {
	sum := 0
	for i := range a.Pix {
		d := max(int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
		most, sum = max(most, d), sum+d
	}
	return most, float64(sum) / float64(len(a.Pix)) * 4 / 3 // opacity is always the same
}

// A picture is what the painters are compared on.
type picture struct {
	name   string
	snap   cluster.Snapshot
	graph  graph.Options
	layout layout.Options
	scale  float64
	theme  string // default light
}

// pictures have all that a drawing may have: all engines, states, outlines and marks, groups
// with and without halos, jobs as lines and as chips, changes, turned text, many scripts.
func pictures() (all []picture) {
	states := func(n, hubs int) cluster.Snapshot {
		return clustertest.Snapshot(3, clustertest.Options{Nodes: n, Hubs: hubs, Shared: 0.2, Disconnected: 0.2, Awaiting: 0.1, Pending: 0.15, Rejected: 0.1})
	}
	small := layout.Options{Width: 432, Height: 288}
	by := func(engine string) layout.Options {
		return layout.Options{Engine: engine, Width: small.Width, Height: small.Height}
	}
	for _, e := range layout.Engines() {
		all = append(all, picture{name: "engine " + e.Name, snap: states(24, 1), graph: graph.Options{GroupBy: []string{"region"}}, layout: by(e.Name)})
	}
	changes := map[string]graph.Changes{}
	for i, n := range states(20, 1).Nodes {
		changes[n.ID] = graph.Changes{Change: []graph.Change{graph.Added, graph.Removed, graph.Changed, graph.Same}[i%4]}
	}
	for jobs, nodes := range map[int]int{2: 8, 30: 12} {
		snap := states(nodes, 1)
		snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: jobs, Executions: 3, Retried: 0.3, Failed: 0.2, Running: 0.3, Rejected: 0.2, Gone: 0.1})
		all = append(all, picture{name: "jobs", snap: snap, layout: small}, picture{name: "jobs in the dark", snap: snap, layout: small, theme: "dark"})
	}
	return append(all,
		picture{name: "light", snap: states(30, 2), layout: small},
		picture{name: "dark", snap: states(30, 2), layout: small, theme: "dark"},
		picture{name: "for printers", snap: states(30, 2), layout: small, theme: "print", scale: 2},
		picture{name: "small", snap: states(60, 1), layout: small, scale: 0.5},
		picture{name: "changes", snap: states(20, 1), graph: graph.Options{Changes: changes}, layout: by("rings")},
		picture{name: "colours of values", snap: states(30, 1), graph: graph.Options{ColorBy: "region", SizeBy: "cpu"}, layout: by("rings")},
		picture{name: "colours of amounts", snap: states(30, 1), graph: graph.Options{ColorBy: graph.FieldVersion}, layout: small},
		picture{name: "collapsed", snap: states(30, 1), graph: graph.Options{GroupBy: []string{"region"}, Collapse: true}, layout: small},
		picture{name: "scripts", snap: cluster.Merge(clustertest.Strange(5, 25, 1)...), layout: small},
		picture{name: "turned scripts", snap: cluster.Merge(clustertest.Strange(6, 25, 1)...), graph: graph.Options{GroupBy: []string{"region"}}, layout: by("radial")},
		picture{name: "thin lines", snap: states(500, 1), layout: by("rings")},
		picture{name: "cells", snap: states(2000, 1), layout: small},
	)
}

func TestPainterAgreesWithGonumPlot(t *testing.T) {
	t.Parallel()
	for _, p := range pictures() {
		t.Run(p.name, func(t *testing.T) {
			p.graph.All = true
			p.scale = cmp.Or(p.scale, 1)
			th, err := theme.Named(cmp.Or(p.theme, "light"))
			if err != nil {
				t.Fatal(err)
			}
			d, err := layout.Arrange(t.Context(), graphtest.NewDiagram(graphtest.Build(p.snap, p.graph), diagram.Options{}), p.layout)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := imageOf(context.Background(), d, paint.Options{Scale: p.scale, Theme: th}, false)
			if err != nil {
				t.Fatal(err)
			}
			most, mean := differences(ours, plotImage(t, d, th, p.scale))
			t.Logf("%s: at most %d, %.3f in the mean", p.name, most, mean)
			if most > mostAtRim || mean > mostInMean {
				t.Errorf("differs by %d at most and by %.3f in the mean, want %d and %g", most, mean, mostAtRim, mostInMean)
			}
			if most, _ := differences(ours, pathImage(t, d, th, p.scale)); most > 0 {
				t.Errorf("differs by %d from what paths paint", most)
			}
		})
	}
}
