package raster

// This file makes polygons of rectangles with round corners, which most shapes of a large
// picture are. Paths of lines and arcs would have the same corners, and take much longer.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot/vg"
)

// circles are circles of radius 1 by the number of arcs, 2 or 4, and the number of lines of each.
type circles [5][][]r2.Vec

// FillRounded fills a rectangle with corners of radius r. If r is half of the height, the ends
// are half circles.
func (s *surface) FillRounded(center vg.Point, w, h, r vg.Length) {
	x, y := w/2-r, h/2-r
	arcs, middles := 4, [4]vg.Point{{X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x, Y: -y}}
	if y <= 0.001 {
		arcs, middles = 2, [4]vg.Point{{X: x}, {X: -x}}
	}
	lines := arcSteps(float64(r)*s.to.size, 2*math.Pi/float64(arcs))
	circle, corners, m := s.circles.of(arcs, lines), s.pile.corners, &s.to
	size := unit * float64(r)
	xx, xy, yx, yy := size*m.xx, size*m.xy, size*m.yx, size*m.yy
	for i, middle := range middles[:arcs] {
		o := r2.Scale(unit, m.at(vg.Point{X: center.X + middle.X, Y: center.Y + middle.Y}))
		for _, d := range circle[i*(lines+1):][:lines+1] {
			corners = append(corners, point{round(o.X + xx*d.X + xy*d.Y), round(o.Y + yx*d.X + yy*d.Y)})
		}
	}
	s.pile.corners = corners
	s.pile.polygons = append(s.pile.polygons, int32(len(corners)))
	s.finish()
}

// of returns the corners of a circle, counterclockwise from the lowest on a canvas, with the ends
// of all arcs.
func (c *circles) of(arcs, lines int) []r2.Vec {
	known := &c[arcs]
	for len(*known) <= lines {
		*known = append(*known, nil)
	}
	if (*known)[lines] == nil {
		angle := 2 * math.Pi / float64(arcs)
		same := affine{xx: 1, yy: 1, size: 1}
		for i := range arcs {
			arc := vg.PathComp{Radius: 1, Start: float64(i)*angle - math.Pi/2, Angle: angle}
			(*known)[lines] = same.arc((*known)[lines], &arc, lines)
		}
	}
	return (*known)[lines]
}
