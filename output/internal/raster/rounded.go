package raster

// This file makes polygons of rectangles with round corners, which most shapes of a large
// picture are. Paths of lines and arcs would have the same corners, and take much longer.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot/vg"
)

// A roundness is a circle as some arcs, each of some lines.
type roundness struct{ arcs, lines int }

// FillRounded fills a rectangle with corners of radius r. If r is half of the height, the ends
// are half circles.
func (s *surface) FillRounded(center vg.Point, w, h, r vg.Length) {
	x, y := w/2-r, h/2-r
	kind, middles := roundness{arcs: 4}, [4]vg.Point{{X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x, Y: -y}}
	if y <= 0.001 {
		kind, middles = roundness{arcs: 2}, [4]vg.Point{{X: x}, {X: -x}}
	}
	kind.lines = arcSteps(float64(r)*s.to.size, 2*math.Pi/float64(kind.arcs))
	circle, p, m := s.circle(kind), s.pile, &s.to
	for i, middle := range middles[:kind.arcs] {
		o := r2.Scale(unit, m.at(vg.Point{X: center.X + middle.X, Y: center.Y + middle.Y}))
		xx, xy, yx, yy := float64(r)*unit*m.xx, float64(r)*unit*m.xy, float64(r)*unit*m.yx, float64(r)*unit*m.yy
		for _, d := range circle[i*(kind.lines+1):][:kind.lines+1] {
			p.corners = append(p.corners, point{round(o.X + xx*d.X + xy*d.Y), round(o.Y + yx*d.X + yy*d.Y)})
		}
	}
	p.polygons = append(p.polygons, int32(len(p.corners)))
	s.finish()
}

// circle returns the corners of a circle of radius 1, counterclockwise from the lowest on a
// canvas, with the ends of all arcs.
func (s *surface) circle(kind roundness) []r2.Vec {
	corners, ok := s.circles[kind]
	if !ok {
		angle := 2 * math.Pi / float64(kind.arcs)
		unit := affine{xx: 1, yy: 1, size: 1}
		for i := range kind.arcs {
			corners = unit.arc(corners, &vg.PathComp{Start: float64(i)*angle - math.Pi/2, Angle: angle, Radius: 1}, kind.lines)
		}
		s.circles[kind] = corners
	}
	return corners
}
