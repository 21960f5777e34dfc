package raster

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// filled returns the opacity of each pixel after shapes were filled in white on black.
func filled(width, height int, shapes ...[]r2.Vec) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	b := newBoard(context.Background(), img)
	p := b.newPile(0)
	for _, s := range shapes {
		p.add(s)
		p.finish(0xffffffff)
	}
	b.paint(p)
	return img
}

// ink returns the sum of the opacities, in pixels.
func ink(img *image.RGBA) float64 {
	sum := 0
	for i := 3; i < len(img.Pix); i += 4 {
		sum += int(img.Pix[i])
	}
	return float64(sum) / 255
}

func TestRectangleCoversWhatItTakesOfEachPixel(t *testing.T) {
	img := filled(5, 4, []r2.Vec{{X: 1.25, Y: 0.5}, {X: 3.5, Y: 0.5}, {X: 3.5, Y: 2.75}, {X: 1.25, Y: 2.75}})
	want := [4][5]float64{{0, 0.375, 0.5, 0.25, 0}, {0, 0.75, 1, 0.5, 0}, {0, 0.5625, 0.75, 0.375, 0}}
	for y := range 4 {
		for x := range 5 {
			if got := float64(img.RGBAAt(x, y).A); math.Abs(got-255*want[y][x]) > 0.51 {
				t.Errorf("pixel %d, %d has %g, want %g", x, y, got, 255*want[y][x])
			}
		}
	}
}

// The ink of a triangle is its area, wherever it is and however small or flat.
func TestInkIsTheArea(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		size := math.Pow(10, 2*rng.Float64())
		from := r2.Vec{X: 50 * rng.Float64(), Y: 400 * rng.Float64()}
		var p [3]r2.Vec
		for i := range p {
			p[i] = r2.Add(from, r2.Vec{X: size * rng.Float64(), Y: size * rng.Float64()})
		}
		area := math.Abs(r2.Cross(r2.Sub(p[1], p[0]), r2.Sub(p[2], p[0]))) / 2
		// Of each pixel of the rim, 1/510 by rounding, and 1/1024 of a pixel by the corners.
		rim := r2.Norm(r2.Sub(p[1], p[0])) + r2.Norm(r2.Sub(p[2], p[1])) + r2.Norm(r2.Sub(p[0], p[2]))
		if got := ink(filled(150, 500, p[:])); math.Abs(got-area) > 0.01+0.003*rim {
			t.Errorf("%v has %.3f pixels of ink, want %.3f", p, got, area)
		}
	}
}

func TestDiscsAndLinesHaveTheInkOfTheirArea(t *testing.T) {
	for _, radius := range []float64{0.3, 1, 3.7, 20, 90} {
		for name, want := range map[string]float64{"disc": math.Pi * radius * radius, "ring": 2 * math.Pi * radius * 0.25, "line": 2 * radius * 0.1} {
			img := image.NewRGBA(image.Rect(0, 0, 200, 200))
			s := newSurface(context.Background(), img, 2, 100)
			center, r := vg.Point{X: 50.1, Y: 49.7}, vg.Length(radius/2)
			var p vg.Path
			p.Arc(center, r, 0.3, 2*math.Pi)
			p.Close()
			s.SetColor(image.White)
			switch name {
			case "disc":
				s.Fill(p)
			case "ring":
				s.SetLineWidth(0.125)
				s.Stroke(p)
			case "line":
				p = nil
				p.Move(vg.Point{X: center.X - 0.6*r, Y: center.Y - 0.8*r})
				p.Line(vg.Point{X: center.X + 0.6*r, Y: center.Y + 0.8*r})
				s.SetLineWidth(0.05)
				s.Stroke(p)
			}
			s.paint()
			if got := ink(img); math.Abs(got-want) > 0.03*want+0.03 {
				t.Errorf("a %s of radius %g has %.3f pixels of ink, want %.3f", name, radius, got, want)
			}
		}
	}
}

// What is outside of the picture, however far, is left out, and what is inside is right.
func TestShapesMayBeFarOutside(t *testing.T) {
	const far = 1e12
	all := []r2.Vec{{X: -far, Y: -far}, {X: far, Y: -far}, {X: far, Y: far}, {X: -far, Y: far}}
	if got := ink(filled(30, 70, all)); got != 30*70 {
		t.Errorf("%.1f pixels are covered, want all", got)
	}
	for _, d := range []r2.Vec{{X: 3 * far}, {X: -3 * far}, {Y: 3 * far}, {Y: -3 * far}} {
		beyond := make([]r2.Vec, len(all))
		for i, p := range all {
			beyond[i] = r2.Add(p, d)
		}
		if got := ink(filled(30, 70, beyond)); got != 0 {
			t.Errorf("%.1f pixels are covered by what is outside", got)
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		p := make([]r2.Vec, 3+rng.IntN(4))
		for i := range p {
			size := math.Pow(10, 12*rng.Float64())
			p[i] = r2.Vec{X: size * (rng.Float64() - 0.5), Y: size * (rng.Float64() - 0.5)}
		}
		filled(1+rng.IntN(40), 1+rng.IntN(100), p) // does not panic
	}
}

func TestPixelsDoNotDependOnProcessors(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	for _, engine := range []string{"cells", "rings"} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 600})
		d, err := layout.Arrange(t.Context(), graphtest.Diagram(snap, graph.Options{}), layout.Options{Engine: engine, Width: 600, Height: 400})
		if err != nil {
			t.Fatal(err)
		}
		var first []byte
		for _, processors := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(processors)
			var b bytes.Buffer
			if err := WritePNG(t.Context(), &b, d, paint.Options{Scale: 1}); err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = b.Bytes()
			}
			if !bytes.Equal(b.Bytes(), first) {
				t.Errorf("%s: other bytes on %d processors", engine, processors)
			}
		}
	}
}

// Shapes that are painted in several batches, or on parts of a surface, cover one another as
// those of one do.
func TestBatchesDoNotChangeThePicture(t *testing.T) {
	const shapes = 5000
	var first []byte
	for _, batches := range []struct{ most, parts int }{{mostCorners, 0}, {50, 0}, {1, 0}, {mostCorners, 1}, {mostCorners, 2}, {1, 7}} {
		img := image.NewRGBA(image.Rect(0, 0, 100, 900))
		s := newSurface(t.Context(), img, 1, 900)
		s.most = batches.most
		for range batches.parts {
			s.parts = append(s.parts, pileOn(s.board, 0))
		}
		polygons := func(on vg.Canvas, from, to int) {
			for i := from; i < to; i++ {
				rng := rand.New(rand.NewPCG(5, uint64(i)))
				on.SetColor(color.RGBA{uint8(i), uint8(i >> 8), uint8(rng.Uint32()), 255})
				at := vg.Point{X: vg.Length(80 * rng.Float64()), Y: vg.Length(850 * rng.Float64())}
				on.Fill(vg.Path{{Type: vg.MoveComp, Pos: at}, {Type: vg.LineComp, Pos: at.Add(vg.Point{X: 30, Y: 60})}, {Type: vg.LineComp, Pos: at.Add(vg.Point{X: 9, Y: 70})}})
			}
		}
		if batches.parts > 0 {
			s.Divide(t.Context(), shapes, polygons)
		} else {
			polygons(s, 0, shapes)
		}
		s.paint()
		if first == nil {
			first = img.Pix
		}
		if !bytes.Equal(img.Pix, first) {
			t.Errorf("another picture in batches of %d corners, on %d parts", batches.most, batches.parts)
		}
	}
}

// A dash is as long as it is said to be, around corners too.
func TestDashesAreAsLongAsTheyAre(t *testing.T) {
	corner := polyline{points: []r2.Vec{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 7}}, closed: false}
	var got []string
	dash(corner, []float64{4, 2}, func(l polyline) { got = append(got, fmt.Sprint(l.points)) })
	want := []string{"[{0 0} {4 0}]", "[{6 0} {10 0}]", "[{10 2} {10 6}]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}
