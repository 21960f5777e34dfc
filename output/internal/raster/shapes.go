package raster

import (
	"context"
	"image"
	"math"
	"runtime"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
)

// A shape is polygons of one colour.
type shape struct {
	color       uint32 // as a pixel of the image
	last        int32  // its polygons are from the last of the shape before up to this one, without that
	top, bottom int32  // its rows, alike
}

// A pile is shapes that are not painted yet, from back to front.
type pile struct {
	shapes   []shape
	polygons []int32 // where each polygon ends in corners
	corners  []point
	strips   [][]int32 // the shapes in each strip of the image
	rows     int       // of a strip
}

// add adds a polygon to the shape that [pile.finish] ends.
func (p *pile) add(points []r2.Vec) {
	for _, v := range points {
		p.corners = append(p.corners, units(v))
	}
	p.polygons = append(p.polygons, int32(len(p.corners)))
}

// units returns a place in pixels as a point.
func units(v r2.Vec) point { return point{round(v.X * unit), round(v.Y * unit)} }

// round returns the integer that is nearest to a number of units, or to the farthest one.
func round(x float64) int32 {
	const most = farthest * unit
	if x > most {
		x = most
	}
	if x < -most {
		x = -most
	}
	return int32(x + math.Copysign(0.5, x)) // a conversion cuts towards zero
}

// start returns where a polygon begins in corners.
func (p *pile) start(polygon int32) int32 {
	if polygon == 0 {
		return 0
	}
	return p.polygons[polygon-1]
}

// first returns the first polygon of a shape.
func (p *pile) first(shape int) int32 {
	if shape == 0 {
		return 0
	}
	return p.shapes[shape-1].last
}

// finish makes a shape of the polygons that were added since the last one.
func (p *pile) finish(color uint32) {
	first := p.first(len(p.shapes))
	corners := p.corners[p.start(first):]
	if len(corners) == 0 {
		p.polygons = p.polygons[:first]
		return
	}
	top, bottom := corners[0].y, corners[0].y
	for _, c := range corners {
		top, bottom = min(top, c.y), max(bottom, c.y)
	}
	top, bottom = top>>unitBits, bottom>>unitBits+1
	from, to := int(top)/p.rows, int(bottom-1)/p.rows
	for i := max(0, from); i <= min(to, len(p.strips)-1); i++ {
		p.strips[i] = append(p.strips[i], int32(len(p.shapes)))
	}
	p.shapes = append(p.shapes, shape{color, int32(len(p.polygons)), top, bottom})
}

// clear forgets the shapes.
func (p *pile) clear() {
	p.shapes, p.polygons, p.corners = p.shapes[:0], p.polygons[:0], p.corners[:0]
	for i := range p.strips {
		p.strips[i] = p.strips[i][:0]
	}
}

// A board is an image whose strips are painted side by side, each by one goroutine, so that
// pixels do not depend on the number of processors.
type board struct {
	ctx   context.Context
	img   *image.RGBA
	rows  int      // of a strip
	strip []*strip // memory, for each processor
}

// stripPixels is the size of a strip, whose coverage then stays in the fast memory of a
// processor.
const stripPixels = 1 << 15

func newBoard(ctx context.Context, img *image.RGBA) *board {
	b := &board{ctx: ctx, img: img, rows: min(max(1, stripPixels/max(1, img.Rect.Dx())), max(1, img.Rect.Dy()))}
	for range min(runtime.GOMAXPROCS(0), b.strips()) {
		b.strip = append(b.strip, newStrip(img, b.rows))
	}
	return b
}

// strips returns the number of strips.
func (b *board) strips() int { return (b.img.Rect.Dy() + b.rows - 1) / b.rows }

// newPile returns a pile with memory for so many corners.
func (b *board) newPile(corners int) *pile {
	return &pile{rows: b.rows, strips: make([][]int32, b.strips()), corners: make([]point, 0, corners)}
}

// fill makes all pixels one colour.
func (b *board) fill(color uint32) {
	parallel.With(b.ctx, b.strip, b.strips(), func(_ *strip, i int) {
		fill(b.img.Pix[i*b.rows*b.img.Stride:min((i+1)*b.rows*b.img.Stride, len(b.img.Pix))], color)
	})
}

// paint paints piles of shapes, one upon the other, and clears them.
func (b *board) paint(piles ...*pile) {
	parallel.With(b.ctx, b.strip, b.strips(), func(s *strip, i int) {
		s.top, s.bottom = i*b.rows, min((i+1)*b.rows, b.img.Rect.Dy())
		for _, p := range piles {
			for k := range interrupt.Range(b.ctx, len(p.strips[i])) {
				s.shape(p, int(p.strips[i][k]))
			}
		}
	})
	for _, p := range piles {
		p.clear()
	}
}

// shape paints a shape of a pile.
func (s *strip) shape(p *pile, i int) {
	sh, first := &p.shapes[i], p.first(i)
	from := p.start(first)
	for _, to := range p.polygons[first:sh.last] {
		s.polygon(p.corners[from:to])
		from = to
	}
	s.blend(sh.color, int(sh.top), int(sh.bottom))
}
