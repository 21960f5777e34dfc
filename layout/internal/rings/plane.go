package rings

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file measures the plane that discs are laid out on, and their rings on it.

// A plane has lengths that are scaled, each way by its own factor, so that rings are
// circles: the package comment says how. On the canvas they are ellipses.
type plane struct {
	boxW, boxH float64 // what a box of the usual size needs, in points
	px, py     float64 // points in a unit of the plane
	dots       bool    // the usual box is a dot
	spacing    float64 // distance of two rings, by that of two boxes on one; 1 or more

	// arcs has the angles from the top at which arcCount arcs of equal capacity begin,
	// and that at which the last ends; it is nil if boxes are spread by the angle.
	arcs        []float64
	meanDensity float64 // capacity of a ring of radius 1, divided by 2π
}

// arcCount is into how many arcs of equal capacity a ring is divided: at 720, an arc is
// half a degree in the mean.
const arcCount = 720

// rowPitch is how far pills that are one above the other are apart, by their height: a
// little more than that, for the edges between them.
const rowPitch = 1.25

// newPlane makes the plane for boxes that need w×h points each, on a canvas aspect
// times as wide as high. Boxes are spread along a ring by its capacity at each angle,
// or evenly by the angle.
func newPlane(w, h, aspect, spacing float64, dots, byAngle bool) plane {
	p := plane{boxW: w, boxH: h, dots: dots, spacing: 1}
	p.py = math.Hypot(w/aspect, h)
	if dots { // two circles need no more than their width, either way
		p.py = max(w/aspect, h)
		p.spacing = spacing
	}
	p.px = aspect * p.py
	if !byAngle {
		p.divide()
	}
	return p
}

// density returns the capacity of a ring of radius 1 at an angle, for a unit of its
// length on the plane. Dots need the same everywhere: there it is the length in points. Of
// pills it is how many fit: side by side near the top, one above the other near the
// sides, and never fewer than one.
func (p *plane) density(sin, cos float64) float64 {
	if p.dots {
		return math.Hypot(p.px*cos, p.py*sin)
	}
	return max(1, math.Abs(cos)*p.px/p.boxW, math.Abs(sin)*p.py/(rowPitch*p.boxH))
}

// divide finds arcs of equal capacity by adding up the density, as a curve is divided
// into pieces of equal length.
func (p *plane) divide() {
	const steps = arcCount * 8
	sums := make([]float64, steps+1)
	for i := range steps {
		sums[i+1] = sums[i] + p.density(math.Sincos(2*math.Pi*(float64(i)+0.5)/steps))
	}
	total := sums[len(sums)-1]
	p.meanDensity = total / steps
	p.arcs = make([]float64, arcCount+1)
	at := 0
	for k := range p.arcs {
		want := total * float64(k) / arcCount
		for at < len(sums)-2 && sums[at+1] < want {
			at++
		}
		p.arcs[k] = 2 * math.Pi * (float64(at) + (want-sums[at])/(sums[at+1]-sums[at])) / steps
	}
}

// angleAt returns the angle from the top at which the given part of a ring's capacity
// is used up, as part of 2π: equal parts have room for as many boxes each.
func (p *plane) angleAt(part float64) float64 {
	if p.arcs == nil {
		return part
	}
	turns := math.Floor(part / (2 * math.Pi))
	x := (part/(2*math.Pi) - turns) * arcCount
	k := min(int(x), arcCount-1)
	return 2*math.Pi*turns + p.arcs[k] + (p.arcs[k+1]-p.arcs[k])*(x-float64(k))
}

// at returns the place in points that is the given part along a ring around a centre
// on the plane.
func (p *plane) at(center r2.Vec, radius, part float64) r2.Vec {
	sin, cos := math.Sincos(p.angleAt(part))
	return r2.Vec{X: (center.X + radius*sin) * p.px, Y: (center.Y - radius*cos) * p.py}
}

// minDistance returns the least distance between the centres of boxes of w1×h1 and
// w2×h2 points at which they do not overlap.
func (p plane) minDistance(w1, h1, w2, h2 float64) float64 {
	return math.Hypot((w1+w2)/2/p.px, (h1+h2)/2/p.py)
}

// pitch returns the distance of neighbours of one size on a ring. It is 1 for boxes of
// the usual size.
func (p *plane) pitch(w, h float64) float64 {
	switch {
	case p.dots:
		return max(w, h) / min(p.px, p.py)
	case p.arcs == nil:
		return p.minDistance(w, h, w, h)
	}
	return max(w/p.boxW, h/p.boxH)
}

// capacity returns how many boxes fit around a ring a pitch apart, with fractions.
func (p *plane) capacity(radius, pitch float64) float64 {
	switch {
	case p.arcs == nil:
		return circleCapacity(radius, pitch)
	case !p.dots: // half a box is lost where a ring turns from side by side to one above the other
		return max(1, 2*math.Pi*radius*p.meanDensity/pitch-0.5)
	}
	// The chord of an arc is at least as long as on a circle that is as curved as the
	// ring is where it is most curved (Schur's comparison theorem).
	need := pitch * min(p.px, p.py)
	sharpest := radius * sq(min(p.px, p.py)) / max(p.px, p.py)
	switch {
	case radius < 0.5*pitch:
		return 1
	case need >= 2*sharpest:
		return 2 // opposite each other
	}
	return 2 * math.Pi * radius * p.meanDensity / (2 * sharpest * math.Asin(need/2/sharpest))
}

// circleCapacity returns how many chords as long as the pitch fit around a circle.
func circleCapacity(radius, pitch float64) float64 {
	if pitch >= 2*radius {
		return 1
	}
	return math.Pi / math.Asin(pitch/2/radius)
}

// floor rounds a capacity down, but one that lacks only epsilon of a whole number up.
func floor(capacity float64) int { return int(capacity + epsilon) }

// epsilon is more than rounding of floats may amount to.
const epsilon = 1e-9

func sq(x float64) float64 { return x * x }

func sum(xs []float64) float64 {
	all := 0.0
	for _, x := range xs {
		all += x
	}
	return all
}
