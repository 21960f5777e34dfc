package raster

// This file makes straight lines of arcs and curves.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot/vg"
)

// flatness is the largest distance of a curve from the lines that replace it, in pixels.
const flatness = 0.02

// An affine converts points of a canvas, whose y grows upward, to pixels, whose y grows
// downward.
type affine struct {
	xx, xy, yx, yy, x0, y0 float64
	size                   float64 // the length of a unit of the canvas in pixels
}

func (m affine) at(p vg.Point) r2.Vec {
	x, y := float64(p.X), float64(p.Y)
	return r2.Vec{X: m.xx*x + m.xy*y + m.x0, Y: m.yx*x + m.yy*y + m.y0}
}

// after returns the conversion by n and then by m.
func (m affine) after(n affine) affine {
	return affine{
		m.xx*n.xx + m.xy*n.yx, m.xx*n.xy + m.xy*n.yy, m.yx*n.xx + m.yy*n.yx, m.yx*n.xy + m.yy*n.yy,
		m.xx*n.x0 + m.xy*n.y0 + m.x0, m.yx*n.x0 + m.yy*n.y0 + m.y0,
		m.size * n.size,
	}
}

// A polyline is straight lines from point to point, in pixels.
type polyline struct {
	points []r2.Vec
	closed bool
}

// flatten calls yield for each part of a path. The points are only valid until yield
// returns.
func (s *surface) flatten(path vg.Path, yield func(polyline)) {
	points := s.points[:0]
	end := func(closed bool) {
		if len(points) > 0 {
			yield(polyline{points, closed})
		}
		points = points[:0]
	}
	for i := range path {
		c := &path[i]
		switch c.Type {
		case vg.MoveComp:
			end(false)
			points = append(points, s.to.at(c.Pos))
		case vg.LineComp:
			points = append(points, s.to.at(c.Pos))
		case vg.ArcComp:
			points = s.to.arc(points, c, arcSteps(float64(c.Radius)*s.to.size, c.Angle))
		case vg.CurveComp:
			points = s.to.curve(points, c)
		case vg.CloseComp:
			end(true)
		}
	}
	end(false)
	s.points = points
}

// arc appends an arc of n lines.
func (m affine) arc(points []r2.Vec, c *vg.PathComp, n int) []r2.Vec {
	radius := float64(c.Radius)
	sin, cos := math.Sincos(c.Start)
	turnSin, turnCos := math.Sincos(c.Angle / float64(n))
	for range n + 1 {
		points = append(points, m.at(vg.Point{X: c.Pos.X + vg.Length(radius*cos), Y: c.Pos.Y + vg.Length(radius*sin)}))
		sin, cos = sin*turnCos+cos*turnSin, cos*turnCos-sin*turnSin
	}
	return points
}

// arcSteps returns the number of lines that replace an arc. Its radius is in pixels.
func arcSteps(radius, angle float64) int {
	return max(1, int(math.Ceil(math.Abs(angle)/math.Sqrt(8*flatness/max(radius, flatness)))))
}

// maxSteps bounds the lines that replace a curve.
const maxSteps = 1000

// curve appends a Bézier curve.
func (m affine) curve(points []r2.Vec, c *vg.PathComp) []r2.Vec {
	from, to := points[len(points)-1], m.at(c.Pos)
	a, b := m.at(c.Control[0]), m.at(c.Control[len(c.Control)-1])
	if len(c.Control) == 1 { // quadratic
		a, b = r2.Add(from, r2.Scale(2./3, r2.Sub(a, from))), r2.Add(to, r2.Scale(2./3, r2.Sub(a, to)))
	}
	// A curve of degree 3 is off by at most 3/4 of the largest second difference of its
	// control points, over the square of the number of lines (Wang, 1984).
	bend := max(r2.Norm(r2.Add(r2.Sub(from, r2.Scale(2, a)), b)), r2.Norm(r2.Add(r2.Sub(a, r2.Scale(2, b)), to)))
	n := int(math.Ceil(math.Sqrt(min(0.75*bend/flatness, maxSteps*maxSteps))))
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		u := 1 - t
		points = append(points, r2.Vec{
			X: u*u*u*from.X + 3*u*u*t*a.X + 3*u*t*t*b.X + t*t*t*to.X,
			Y: u*u*u*from.Y + 3*u*u*t*a.Y + 3*u*t*t*b.Y + t*t*t*to.Y,
		})
	}
	return append(points, to)
}
