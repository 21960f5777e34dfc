package raster

import (
	"context"
	"image"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
)

// A shape is polygons of one colour.
type shape struct {
	color       uint32 // as a pixel of the image
	first, last int32  // its polygons are from the first up to the last, without that
}

// A pile is shapes that are not painted yet, from back to front. Strips of the image are
// painted side by side, each by one goroutine, so that pixels do not depend on the number
// of processors.
type pile struct {
	ctx      context.Context
	img      *image.RGBA
	shapes   []shape
	polygons []int32 // where each polygon ends in corners
	corners  []point
	strips   [][]int32 // the shapes in each strip
	rows     int       // of a strip
	most     int       // corners; with more, the shapes are painted, which bounds the memory
}

// stripPixels is the size of a strip, whose coverage then stays in the fast memory of a
// processor.
const stripPixels = 1 << 15

// mostCorners is about 4 MB of corners, and 20,000 shapes.
const mostCorners = 1 << 19

func newPile(ctx context.Context, img *image.RGBA) *pile {
	rows := min(max(1, stripPixels/max(1, img.Rect.Dx())), max(1, img.Rect.Dy()))
	return &pile{
		ctx: ctx, img: img, rows: rows, most: mostCorners,
		corners: make([]point, 0, mostCorners), // what is not used is not touched
		strips:  make([][]int32, (img.Rect.Dy()+rows-1)/rows),
	}
}

// add adds a polygon to the shape that [pile.finish] ends.
func (p *pile) add(points []r2.Vec) {
	for _, v := range points {
		p.corners = append(p.corners, units(v))
	}
	p.polygons = append(p.polygons, int32(len(p.corners)))
}

// units returns a place in pixels as a point.
func units(v r2.Vec) point {
	in := func(x float64) int32 { return int32(math.Round(min(max(x, -farthest), farthest) * unit)) }
	return point{in(v.X), in(v.Y)}
}

// start returns where a polygon begins in corners.
func (p *pile) start(polygon int32) int32 {
	if polygon == 0 {
		return 0
	}
	return p.polygons[polygon-1]
}

// finish makes a shape of the polygons that were added since the last one.
func (p *pile) finish(color uint32) {
	first := int32(0)
	if n := len(p.shapes); n > 0 {
		first = p.shapes[n-1].last
	}
	corners := p.corners[p.start(first):]
	if len(corners) == 0 {
		p.polygons = p.polygons[:first]
		return
	}
	top, bottom := corners[0].y, corners[0].y
	for _, c := range corners {
		top, bottom = min(top, c.y), max(bottom, c.y)
	}
	from, to := int(top>>unitBits)/p.rows, int(bottom>>unitBits)/p.rows
	for i := max(0, from); i <= min(to, len(p.strips)-1); i++ {
		p.strips[i] = append(p.strips[i], int32(len(p.shapes)))
	}
	p.shapes = append(p.shapes, shape{color, first, int32(len(p.polygons))})
	if len(p.corners) >= p.most {
		p.paint()
	}
}

// paint paints the shapes, and forgets them.
func (p *pile) paint() {
	parallel.Each(p.ctx, len(p.strips), func() *strip { return newStrip(p.img, p.rows) }, p.paintStrip)
	p.shapes, p.polygons, p.corners = p.shapes[:0], p.polygons[:0], p.corners[:0]
	for i := range p.strips {
		p.strips[i] = p.strips[i][:0]
	}
}

func (p *pile) paintStrip(s *strip, i int) {
	s.top, s.bottom = i*p.rows, min((i+1)*p.rows, p.img.Rect.Dy())
	for k := range interrupt.Range(p.ctx, len(p.strips[i])) {
		sh := &p.shapes[p.strips[i][k]]
		from := p.start(sh.first)
		for _, to := range p.polygons[sh.first:sh.last] {
			s.polygon(p.corners[from:to])
			from = to
		}
		s.blend(sh.color)
	}
}
