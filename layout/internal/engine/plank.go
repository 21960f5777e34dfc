package radial

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file tells whether shapes touch.

// A plank is a rectangle that may be turned: a label, a box, a name.
type plank struct {
	center r2.Vec
	along  r2.Vec // its direction, of length 1
	w, h   float64
}

// level returns a plank that is not turned.
func level(center r2.Vec, w, h float64) plank {
	return plank{center, r2.Vec{X: 1}, w, h}
}

// local returns a point as seen from the plank, as if that were level around the origin.
func (p plank) local(q r2.Vec) r2.Vec {
	d := r2.Sub(q, p.center)
	return r2.Vec{X: d.X*p.along.X + d.Y*p.along.Y, Y: d.Y*p.along.X - d.X*p.along.Y}
}

// corners returns the corners in order.
func (p plank) corners() [4]r2.Vec {
	x := r2.Scale(p.w/2, p.along)
	y := r2.Scale(p.h/2, r2.Vec{X: -p.along.Y, Y: p.along.X})
	right, left := r2.Add(p.center, x), r2.Sub(p.center, x)
	return [...]r2.Vec{r2.Sub(left, y), r2.Sub(right, y), r2.Add(right, y), r2.Add(left, y)}
}

// near reports whether two planks are nearer than a distance, about: no line with a
// direction of theirs has so much room between them (the separating axis theorem).
func (p plank) near(q plank, distance float64) bool {
	reach := distance + math.Hypot(p.w, p.h)/2 + math.Hypot(q.w, q.h)/2
	if d := r2.Sub(p.center, q.center); d.X*d.X+d.Y*d.Y > reach*reach {
		return false
	}
	return !p.parts(q, distance) && !q.parts(p, distance)
}

// parts reports whether a line along a side of the plank has q on its other side, at a
// distance.
func (p plank) parts(q plank, distance float64) bool {
	lo, hi := r2.Vec{X: math.Inf(1), Y: math.Inf(1)}, r2.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, c := range q.corners() {
		c = p.local(c)
		lo, hi = r2.Vec{X: min(lo.X, c.X), Y: min(lo.Y, c.Y)}, r2.Vec{X: max(hi.X, c.X), Y: max(hi.Y, c.Y)}
	}
	x, y := p.w/2+distance, p.h/2+distance
	return lo.X >= x || hi.X <= -x || lo.Y >= y || hi.Y <= -y
}

// nearLine reports whether the straight line from a to b is nearer than a distance.
func (p plank) nearLine(a, b r2.Vec, distance float64) bool {
	a, b = p.local(a), p.local(b)
	return clips(a, b, p.w/2+distance, p.h/2+distance)
}

// clips reports whether a part of a line is in a rectangle around the origin, by half its
// sides (Liang and Barsky, 1984).
func clips(a, b r2.Vec, x, y float64) bool {
	from, to := 0.0, 1.0
	d := r2.Sub(b, a)
	for _, side := range [4][2]float64{{-d.X, a.X + x}, {d.X, x - a.X}, {-d.Y, a.Y + y}, {d.Y, y - a.Y}} {
		step, room := side[0], side[1]
		switch {
		case step == 0 && room <= 0:
			return false
		case step < 0:
			from = max(from, room/step)
		case step > 0:
			to = min(to, room/step)
		}
	}
	return from < to
}
