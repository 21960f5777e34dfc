package raster

// This file makes polygons of strokes. Their ends are flat and their corners round.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// A stroker makes the outlines of strokes.
type stroker struct {
	half        float64 // of the width, in pixels
	left, right []r2.Vec
	emit        func(outline []r2.Vec) // gets each polygon; all have one direction
}

// stroke emits the outline of a polyline.
func (s *stroker) stroke(l polyline) {
	points := distinct(l.points)
	if l.closed && len(points) > 1 && same(points[0], points[len(points)-1]) {
		points = points[:len(points)-1]
	}
	n := len(points)
	if n < 2 {
		return
	}
	closed := l.closed && n > 2
	s.left, s.right = s.left[:0], s.right[:0]
	before := side(points[n-1], points[0])
	for i, p := range points {
		after := before
		if i+1 < n {
			after = side(p, points[i+1])
		} else if closed {
			after = side(p, points[0])
		}
		if i == 0 && !closed {
			before = after
		}
		s.corner(p, before, after)
		before = after
	}
	reverse := s.right
	for i, k := 0, len(reverse)-1; i < k; i, k = i+1, k-1 {
		reverse[i], reverse[k] = reverse[k], reverse[i]
	}
	if closed {
		s.emit(s.left)
		s.emit(reverse)
		return
	}
	s.left = append(s.left, reverse...)
	s.emit(s.left)
}

// distinct returns points without those that repeat the one before, in the same memory.
func distinct(points []r2.Vec) []r2.Vec {
	kept := points[:1]
	for _, p := range points[1:] {
		if !same(p, kept[len(kept)-1]) {
			kept = append(kept, p)
		}
	}
	return kept
}

// same reports whether two points are too close for the direction from one to the other to
// mean anything.
func same(a, b r2.Vec) bool { return math.Abs(a.X-b.X)+math.Abs(a.Y-b.Y) < 1e-3 }

// side returns the unit vector to the left of a line.
func side(from, to r2.Vec) r2.Vec {
	d := r2.Sub(to, from)
	return r2.Scale(1/math.Hypot(d.X, d.Y), r2.Vec{X: -d.Y, Y: d.X})
}

// mild is the cosine of a turn, of 26 degrees, up to which a corner is not made round.
const mild = 0.9

// corner adds the points to the left and to the right of a point between two lines, by
// the sides of these.
func (s *stroker) corner(p, before, after r2.Vec) {
	cos := r2.Dot(before, after)
	if cos > mild {
		d := r2.Scale(s.half/(1+cos), r2.Add(before, after))
		s.left, s.right = append(s.left, r2.Add(p, d)), append(s.right, r2.Sub(p, d))
		return
	}
	inner, outer, half := &s.left, &s.right, s.half
	if r2.Cross(before, after) < 0 {
		inner, outer, half = outer, inner, -half
	}
	*inner = append(*inner, r2.Add(p, r2.Scale(half, before)), p, r2.Add(p, r2.Scale(half, after)))
	angle := math.Copysign(math.Acos(max(-1, cos)), half)
	n := arcSteps(s.half, angle)
	sin, cos := math.Sincos(angle / float64(n))
	d := r2.Scale(-half, before)
	for range n + 1 {
		*outer = append(*outer, r2.Add(p, d))
		d = r2.Vec{X: d.X*cos - d.Y*sin, Y: d.X*sin + d.Y*cos}
	}
}

// dash calls yield for each dash of a polyline. The lengths of dashes and gaps are in
// pixels.
func dash(l polyline, lengths []float64, yield func(polyline)) {
	points := l.points
	if l.closed {
		points = append(points, points[0])
	}
	var piece []r2.Vec
	k, left := 0, lengths[0] // which dash or gap, and what is left of it
	piece = append(piece, points[0])
	at := points[0]
	for _, to := range points[1:] {
		d := r2.Sub(to, at)
		length := math.Hypot(d.X, d.Y)
		for length >= left {
			at = r2.Add(at, r2.Scale(left/length, d))
			if k%2 == 0 {
				yield(polyline{points: append(piece, at)})
			}
			length -= left
			d = r2.Sub(to, at)
			k = (k + 1) % len(lengths)
			left = lengths[k]
			piece = append(piece[:0], at)
		}
		left -= length
		at = to
		piece = append(piece, at)
	}
	if k%2 == 0 && len(piece) > 1 {
		yield(polyline{points: piece})
	}
}
