package engine

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file tells whether shapes touch.

// A Plank is a rectangle that may be turned: a label, a box, a name.
type Plank struct {
	Center r2.Vec
	Along  r2.Vec // its direction, of length 1
	W, H   float64
}

// Level returns a plank that is not turned.
func Level(center r2.Vec, w, h float64) Plank {
	return Plank{center, r2.Vec{X: 1}, w, h}
}

// local returns a point as seen from the plank, as if that were level around the origin.
func (p Plank) local(q r2.Vec) r2.Vec {
	d := r2.Sub(q, p.Center)
	return r2.Vec{X: d.X*p.Along.X + d.Y*p.Along.Y, Y: d.Y*p.Along.X - d.X*p.Along.Y}
}

// Corners returns the corners in order.
func (p Plank) Corners() [4]r2.Vec {
	x := r2.Scale(p.W/2, p.Along)
	y := r2.Scale(p.H/2, r2.Vec{X: -p.Along.Y, Y: p.Along.X})
	right, left := r2.Add(p.Center, x), r2.Sub(p.Center, x)
	return [...]r2.Vec{r2.Sub(left, y), r2.Sub(right, y), r2.Add(right, y), r2.Add(left, y)}
}

// Near reports whether two planks are nearer than a distance, about: no line with a
// direction of theirs has so much room between them (the separating axis theorem).
func (p Plank) Near(q Plank, distance float64) bool {
	reach := distance + math.Hypot(p.W, p.H)/2 + math.Hypot(q.W, q.H)/2
	if d := r2.Sub(p.Center, q.Center); d.X*d.X+d.Y*d.Y > reach*reach {
		return false
	}
	return !p.parts(q, distance) && !q.parts(p, distance)
}

// parts reports whether a line along a side of the plank has q on its other side, at a
// distance.
func (p Plank) parts(q Plank, distance float64) bool {
	lo, hi := r2.Vec{X: math.Inf(1), Y: math.Inf(1)}, r2.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, c := range q.Corners() {
		c = p.local(c)
		lo, hi = r2.Vec{X: min(lo.X, c.X), Y: min(lo.Y, c.Y)}, r2.Vec{X: max(hi.X, c.X), Y: max(hi.Y, c.Y)}
	}
	x, y := p.W/2+distance, p.H/2+distance
	return lo.X >= x || hi.X <= -x || lo.Y >= y || hi.Y <= -y
}

// NearLine reports whether the straight line from a to b is nearer than a distance.
func (p Plank) NearLine(a, b r2.Vec, distance float64) bool {
	a, b = p.local(a), p.local(b)
	return clips(a, b, p.W/2+distance, p.H/2+distance)
}

// clips reports whether a part of a line is in a rectangle around the origin, by half its
// sides (Liang and Barsky, 1984).
func clips(a, b r2.Vec, x, y float64) bool {
	if min(a.X, b.X) > x || max(a.X, b.X) < -x || min(a.Y, b.Y) > y || max(a.Y, b.Y) < -y {
		return false
	}
	from, to := 0.0, 1.0
	d := r2.Sub(b, a)
	for _, side := range [4][2]float64{{-d.X, a.X + x}, {d.X, x - a.X}, {-d.Y, a.Y + y}, {d.Y, y - a.Y}} {
		step, room := side[0], side[1]
		switch {
		case math.Abs(step) < 1e-12 && room <= 0:
			return false
		case step < -1e-12:
			from = max(from, room/step)
		case step > 1e-12:
			to = min(to, room/step)
		}
	}
	return from < to
}
