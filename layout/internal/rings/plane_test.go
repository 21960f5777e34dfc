package rings

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"
)

// Boxes of the usual size do not overlap on the canvas if their centers are 1 apart on
// the plane, in whatever direction.
func TestBoxesAtDistanceOneDoNotOverlap(t *testing.T) {
	for _, aspect := range []float64{0.3, 1, 2.5} {
		p := newPlane(60, 18, aspect, 1, false, false)
		if d := p.minDistance(60, 18, 60, 18); math.Abs(d-1) > 1e-9 {
			t.Errorf("aspect %g: usual boxes must be %g apart", aspect, d)
		}
		for k := range 360 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 180)
			if dx, dy := math.Abs(cos)*p.px, math.Abs(sin)*p.py; dx < 60-1e-9 && dy < 18-1e-9 {
				t.Errorf("aspect %g: at %d degrees boxes are %.1f and %.1f apart", aspect, k, dx, dy)
			}
		}
		if got := p.px / p.py; math.Abs(got-aspect) > 1e-9 {
			t.Errorf("a circle is %g times as wide as high, want %g", got, aspect)
		}
	}
}

// As many boxes as a ring has capacity for, spread by it, do not overlap; pills may a
// little on small rings, where overlap removal moves them.
func TestBoxesFitTheCapacityOfARing(t *testing.T) {
	for _, dots := range []bool{false, true} {
		w, h, radii := 60.0, 18.0, []float64{5, 12, 40}
		if dots {
			w, h, radii = 10, 10, []float64{1, 2, 5, 12}
		}
		for _, aspect := range []float64{0.5, 1.5, 3} {
			for _, radius := range radii {
				p := newPlane(w, h, aspect, 1, dots, false)
				n := floor(p.capacity(radius, 1))
				var at []r2.Vec
				for i := range n {
					at = append(at, p.at(r2.Vec{}, radius, 2*math.Pi*float64(i)/float64(n)))
				}
				for i := range at {
					for j := range at[:i] {
						dx, dy := math.Abs(at[i].X-at[j].X), math.Abs(at[i].Y-at[j].Y)
						if dots && math.Hypot(dx, dy) < w-1e-6 || !dots && dx < w-1e-6 && dy < h-1e-6 {
							t.Errorf("dots %v, aspect %g, radius %g: %d and %d of %d overlap: %.1f, %.1f", dots, aspect, radius, j, i, n, dx, dy)
						}
					}
				}
			}
		}
	}
}

func TestAngleAtGoesAround(t *testing.T) {
	p := newPlane(60, 18, 1.5, 1, false, false)
	before := -1.0
	for k := range 1000 {
		part := 2 * math.Pi * float64(k) / 1000
		angle := p.angleAt(part)
		if angle <= before || angle < 0 || angle >= 2*math.Pi {
			t.Fatalf("at %g the angle is %g, before it was %g", part, angle, before)
		}
		if next := p.angleAt(part + 2*math.Pi); math.Abs(next-angle-2*math.Pi) > 1e-9 {
			t.Fatalf("one turn after %g the angle is %g", angle, next)
		}
		before = angle
	}
	byAngle := newPlane(60, 18, 1.5, 1, false, true)
	if got := byAngle.angleAt(1.25); got != 1.25 {
		t.Errorf("by the angle, 1.25 is %g", got)
	}
}
