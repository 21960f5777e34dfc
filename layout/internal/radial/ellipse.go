package radial

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file spreads boxes on an ellipse. Angles are in radians clockwise from the top.

// An ellipse is around the origin. Its half axes are in points.
type ellipse struct{ a, b float64 }

// toward returns the direction at an angle. Its length is 1.
func toward(angle float64) r2.Vec {
	sin, cos := math.Sincos(angle)
	return r2.Vec{X: sin, Y: -cos}
}

// radius returns the distance of the ellipse from the origin at an angle.
func (e ellipse) radius(angle float64) float64 {
	sin, cos := math.Sincos(angle)
	return e.a * e.b / math.Hypot(e.b*sin, e.a*cos)
}

// at returns the point of the ellipse at an angle.
func (e ellipse) at(angle float64) r2.Vec { return r2.Scale(e.radius(angle), toward(angle)) }

// holds reports whether a rectangle around the origin is in the ellipse, by half its sides.
func (e ellipse) holds(x, y float64) bool {
	return e.a > 0 && e.b > 0 && x*x/(e.a*e.a)+y*y/(e.b*e.b) < 1
}

// steps is the number of steps in which a turn is added up.
const steps = 1440

// room returns how much room there is between the top and each step of a turn for labels
// along the radius: the sum of radius times angle, in points. It is not the length of the
// ellipse. Where that is oblique to the radius, neighbours are no further apart for it.
func (e ellipse) room() []float64 {
	sums := make([]float64, steps+1)
	const step = 2 * math.Pi / steps
	for i := range steps {
		sums[i+1] = sums[i] + e.radius((float64(i)+0.5)*step)*step
	}
	return sums
}

// spread returns an angle for each box, and the distance of two neighbours across the
// radius. All neighbours have the same, plus as many times of it as gaps says for the gap
// before a box. The first gap is halved by the top; a single box is at the right.
func (e ellipse) spread(gaps []float64) (angles []float64, pitch float64) {
	sums := e.room()
	all := sums[steps]
	places := float64(len(gaps))
	for _, g := range gaps {
		places += g
	}
	if len(gaps) < 2 {
		return slices.Repeat([]float64{math.Pi / 2}, len(gaps)), all
	}
	pitch = all / places
	at := -(1 + gaps[0]) * pitch / 2
	for _, g := range gaps {
		at += (1 + g) * pitch
		angles = append(angles, angleOf(sums, at))
	}
	return angles, pitch
}

// angleOf returns the angle up to which there is so much room.
func angleOf(sums []float64, room float64) float64 {
	i, _ := slices.BinarySearch(sums, room)
	i = min(max(i, 1), steps)
	part := (room - sums[i-1]) / (sums[i] - sums[i-1])
	return (float64(i-1) + part) * 2 * math.Pi / steps
}
