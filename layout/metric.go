package layout

// This file measures the plane that rings lie on: see the head of rings.go.

import "math"

// metric turns lengths on the scaled plane into points, and tells how rings lie on
// it.
type metric struct {
	px, py  float64
	dots    bool
	spacing float64 // between two rings of dots; 1 is the least

	// Of dots: for each of warpSteps parts of a ring's length, the angle from the
	// top at which it begins.
	warp []float64
	mean float64 // length of a ring of radius 1, by 2π
}

// newMetric makes the plane for boxes that need w×h points each. Dots are spread
// along a ring, or by the angle, as pills are.
func newMetric(w, h, aspect, spacing float64, shape Shape, byAngle bool) metric {
	m := metric{dots: shape == Dot, spacing: 1}
	m.py = math.Hypot(w/aspect, h)
	if m.dots { // two circles need no more than their width, either way
		m.py = max(w/aspect, h)
		m.spacing = spacing
	}
	m.px = aspect * m.py
	if m.dots && !byAngle {
		m.measure()
	}
	return m
}

const warpSteps = 720

// measure parts an ellipse in arcs of one length, so that dots are evenly spread
// along it and not by the angle.
func (m *metric) measure() {
	const fine = 8
	sums := make([]float64, warpSteps*fine+1)
	for i := range warpSteps * fine {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.5) / (warpSteps * fine))
		sums[i+1] = sums[i] + math.Hypot(m.px*cos, m.py*sin)
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
func (m *metric) at(d *disc, radius, along float64) Point {
	sin, cos := math.Sincos(m.angle(along))
	return Point{(d.center.X + radius*sin) * m.px, (d.center.Y - radius*cos) * m.py}
}

// apart is the distance that keeps two boxes of these sizes apart.
func (m metric) apart(w1, h1, w2, h2 float64) float64 {
	return math.Hypot((w1+w2)/2/m.px, (h1+h2)/2/m.py)
}

// pitch is the distance that keeps two boxes of one size apart.
func (m *metric) pitch(w, h float64) float64 {
	if m.dots {
		return max(w, h) / min(m.px, m.py)
	}
	return m.apart(w, h, w, h)
}

// room is how many boxes a pitch apart lie around a ring, if parts of one counted.
func (m *metric) room(radius, pitch float64) float64 {
	if m.warp == nil {
		return roundRoom(radius, pitch)
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
