package rings

// This file measures the plane that rings lie on: see the head of rings.go.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// metric turns lengths on the scaled plane into points, and tells how rings lie on
// it.
type metric struct {
	w, h    float64 // what a box of the usual size needs, in points
	px, py  float64
	dots    bool
	spacing float64 // between two rings of dots; 1 is the least

	// For each of warpSteps parts of a ring that have the same room, the angle from
	// the top at which it begins; nil if boxes are spread by the angle.
	warp []float64
	mean float64 // room on a ring of radius 1, by 2π
}

// newMetric makes the plane for boxes that need w×h points each. They are spread
// along a ring by the room that it has, or by the angle.
func newMetric(w, h, aspect, spacing float64, dots, byAngle bool) metric {
	m := metric{w: w, h: h, dots: dots, spacing: 1}
	m.py = math.Hypot(w/aspect, h)
	if m.dots { // two circles need no more than their width, either way
		m.py = max(w/aspect, h)
		m.spacing = spacing
	}
	m.px = aspect * m.py
	if !byAngle {
		m.measure()
	}
	return m
}

const warpSteps = 720

// rowGap is how much of its height a pill takes where pills stand above one another:
// more than all, for the edges that lead between them.
const rowGap = 1.25

// density is how much room a ring of radius 1 has at an angle. For dots, which need
// the same everywhere, that is its length in points. For pills it is how many stand
// there in a unit of length: near the top side by side, near the sides above one
// another, and never less than one.
func (m *metric) density(sin, cos float64) float64 {
	if m.dots {
		return math.Hypot(m.px*cos, m.py*sin)
	}
	return max(1, math.Abs(cos)*m.px/m.w, math.Abs(sin)*m.py/(rowGap*m.h))
}

// measure parts a ring in arcs of the same room, so that boxes are evenly spread
// along it and not by the angle.
func (m *metric) measure() {
	const fine = 8
	sums := make([]float64, warpSteps*fine+1)
	for i := range warpSteps * fine {
		sums[i+1] = sums[i] + m.density(math.Sincos(2*math.Pi*(float64(i)+0.5)/(warpSteps*fine)))
	}
	total := sums[len(sums)-1]
	m.mean = total / (warpSteps * fine)
	m.warp = make([]float64, warpSteps+1)
	at := 0
	for k := range m.warp {
		want := total * float64(k) / warpSteps
		for at < len(sums)-2 && sums[at+1] < want {
			at++
		}
		m.warp[k] = 2 * math.Pi * (float64(at) + (want-sums[at])/(sums[at+1]-sums[at])) / (warpSteps * fine)
	}
}

// angle returns the angle, from the top, of what lies that part of 2π along a ring.
func (m *metric) angle(along float64) float64 {
	if m.warp == nil {
		return along
	}
	turns := math.Floor(along / (2 * math.Pi))
	x := (along/(2*math.Pi) - turns) * warpSteps
	k := min(int(x), warpSteps-1)
	return 2*math.Pi*turns + m.warp[k] + (m.warp[k+1]-m.warp[k])*(x-float64(k))
}

// at returns a place on a ring of a disc, in points.
func (m *metric) at(d *disc, radius, along float64) r2.Vec {
	sin, cos := math.Sincos(m.angle(along))
	return r2.Vec{X: (d.center.X + radius*sin) * m.px, Y: (d.center.Y - radius*cos) * m.py}
}

// apart is the distance that keeps two boxes of these sizes apart.
func (m metric) apart(w1, h1, w2, h2 float64) float64 {
	return math.Hypot((w1+w2)/2/m.px, (h1+h2)/2/m.py)
}

// pitch is the distance that keeps two boxes of one size apart.
func (m *metric) pitch(w, h float64) float64 {
	switch {
	case m.dots:
		return max(w, h) / min(m.px, m.py)
	case m.warp == nil:
		return m.apart(w, h, w, h)
	}
	return max(w/m.w, h/m.h) // of the usual size, whose pitch is 1
}

// room is how many boxes a pitch apart lie around a ring, if parts of one counted.
func (m *metric) room(radius, pitch float64) float64 {
	switch {
	case m.warp == nil:
		return roundRoom(radius, pitch)
	case !m.dots: // half a box for where a ring bends from side by side to above one another
		return max(1, 2*math.Pi*radius*m.mean/pitch-0.5)
	}
	// The chord of an arc is at least as long as on a circle that is bent as much
	// as the ring is where it is bent the most (Schur's comparison theorem).
	need := pitch * min(m.px, m.py)
	bend := radius * sq(min(m.px, m.py)) / max(m.px, m.py)
	switch {
	case radius < 0.5*pitch:
		return 1
	case need >= 2*bend:
		return 2 // opposite each other
	}
	return 2 * math.Pi * radius * m.mean / (2 * bend * math.Asin(need/2/bend))
}

// roundRoom is room on a circle.
func roundRoom(radius, pitch float64) float64 {
	if pitch >= 2*radius {
		return 1
	}
	return math.Pi / math.Asin(pitch/2/radius)
}

// whole is how many whole ones there are.
func whole(room float64) int { return int(room + tiny) }

// tiny is what the last bits of a float may amount to.
const tiny = 1e-9

func sq(x float64) float64 { return x * x }
