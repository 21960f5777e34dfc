package raster

import (
	"context"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot/vg"
)

// A surface is a canvas that piles up polygons. Its colours are opaque.
type surface struct {
	board *board
	pile  *pile
	most  int // corners; with more, the pile is painted, which bounds the memory
	pen
	pens    []pen
	stroker stroker
	points  []r2.Vec // memory of flatten
	letters map[letter]outline
	circles circles
	parts   []*surface // see [surface.Divide]
}

// mostCorners is about 4 MB of corners, and 20,000 shapes.
const mostCorners = 1 << 19

// A pen is what Push saves.
type pen struct {
	color  uint32  // as a pixel of the image
	width  float64 // in points
	dashes []float64
	to     affine // pixels
}

// newSurface returns a surface for an image of scale pixels a point. The canvas has the
// given height in points.
func newSurface(ctx context.Context, img *image.RGBA, scale, height float64) *surface {
	s := pileOn(newBoard(ctx, img), 0)
	s.most = mostCorners
	s.to = affine{xx: scale, yy: -scale, y0: height * scale, size: scale}
	return s
}

// pileOn returns a surface that piles up all that it is given, with memory for so many corners.
func pileOn(b *board, corners int) *surface {
	s := &surface{board: b, pile: b.newPile(corners), most: math.MaxInt, letters: make(map[letter]outline)}
	s.stroker.emit = s.pile.add
	return s
}

func (s *surface) SetLineWidth(w vg.Length) { s.width = float64(w) }

func (s *surface) SetLineDash(pattern []vg.Length, _ vg.Length) {
	s.dashes = nil
	for _, l := range pattern {
		s.dashes = append(s.dashes, float64(l))
	}
}

func (s *surface) SetColor(c color.Color) { s.color = pixel(c) }

// pixel returns a colour as a pixel of an image.
func pixel(c color.Color) uint32 {
	r, g, b, a := c.RGBA()
	return r>>8 | g>>8<<8 | b>>8<<16 | a>>8<<24
}

func (s *surface) Rotate(angle float64) {
	sin, cos := math.Sincos(angle)
	s.to = s.to.after(affine{xx: cos, xy: -sin, yx: sin, yy: cos, size: 1})
}

func (s *surface) Translate(p vg.Point) {
	s.to = s.to.after(affine{xx: 1, yy: 1, x0: float64(p.X), y0: float64(p.Y), size: 1})
}

func (s *surface) Scale(x, y float64) {
	s.to = s.to.after(affine{xx: x, yy: y, size: math.Sqrt(math.Abs(x * y))})
}
func (s *surface) Push() { s.pens = append(s.pens, s.pen) }

func (s *surface) Pop() {
	last := len(s.pens) - 1
	s.pen, s.pens = s.pens[last], s.pens[:last]
}

// DrawImage is never called: a drawing has no images.
func (s *surface) DrawImage(vg.Rectangle, image.Image) { panic("raster: a picture without images") }

func (s *surface) Fill(p vg.Path) {
	s.flatten(p, func(l polyline) { s.pile.add(l.points) })
	s.finish()
}

func (s *surface) Stroke(p vg.Path) {
	if s.width <= 0 {
		return
	}
	size := s.to.size
	s.stroker.half = s.width * size / 2
	if len(s.dashes) == 0 {
		s.flatten(p, s.stroker.stroke)
	} else {
		lengths := make([]float64, len(s.dashes))
		for i, l := range s.dashes {
			lengths[i] = l * size
		}
		s.flatten(p, func(l polyline) { dash(l, lengths, s.stroker.stroke) })
	}
	s.finish()
}

// finish makes a shape of the polygons that were added since the last one.
func (s *surface) finish() {
	s.pile.finish(s.color)
	if len(s.pile.corners) >= s.most {
		s.paint()
	}
}

// paint paints what is piled up.
func (s *surface) paint() { s.board.paint(s.pile) }
