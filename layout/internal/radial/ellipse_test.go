package radial

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"
)

// Angles are in degrees clockwise from the top.
func TestSpreadOfBoxesOnAnEllipse(t *testing.T) {
	round := ellipse{100, 100}
	for _, c := range []struct {
		name  string
		on    ellipse
		gaps  []float64
		want  []float64
		pitch float64
	}{
		{"none", round, nil, nil, 200 * math.Pi},
		{"one is at the right", round, make([]float64, 1), []float64{90}, 200 * math.Pi},
		{"two are at the right and the left", round, make([]float64, 2), []float64{90, 270}, 100 * math.Pi},
		{"none is at the top", round, make([]float64, 4), []float64{45, 135, 225, 315}, 50 * math.Pi},
		{"the same at each end of a wide ellipse", ellipse{400, 100}, make([]float64, 2), []float64{90, 270}, 0},
		{"a gap before the third", round, []float64{0, 0, 1, 0}, []float64{36, 108, 252, 324}, 40 * math.Pi},
		{"the first gap is around the top", round, []float64{2, 0}, []float64{135, 225}, 50 * math.Pi},
	} {
		angles, pitch := c.on.spread(c.gaps)
		for i := range angles {
			angles[i] = math.Round(angles[i] * 180 / math.Pi)
		}
		if !slices.Equal(angles, c.want) {
			t.Errorf("%s: %v, want %v", c.name, angles, c.want)
		}
		if c.pitch > 0 && math.Abs(pitch-c.pitch) > 0.01 {
			t.Errorf("%s: neighbours are %g apart, want %g", c.name, pitch, c.pitch)
		}
	}
}

// On an ellipse of any shape neighbours are as far apart across the radius as spread says,
// wherever they are: within the step between two of many.
func TestNeighboursAreEquallyFarApart(t *testing.T) {
	for _, e := range []ellipse{{100, 100}, {480, 250}, {100, 900}, {900, 60}} {
		angles, pitch := e.spread(make([]float64, 400))
		for i := 1; i < len(angles); i++ {
			apart := e.radius((angles[i]+angles[i-1])/2) * (angles[i] - angles[i-1])
			if math.Abs(apart/pitch-1) > 0.02 {
				t.Fatalf("%v: boxes %d and %d are %.2f apart, others %.2f", e, i-1, i, apart, pitch)
			}
		}
	}
}

func TestAPointOfAnEllipseIsOnIt(t *testing.T) {
	e := ellipse{300, 80}
	for a := 0.0; a < 7; a += 0.1 {
		p := e.at(a)
		if d := p.X*p.X/(e.a*e.a) + p.Y*p.Y/(e.b*e.b); math.Abs(d-1) > 1e-9 || r2.Norm(p)-e.radius(a) > 1e-9 {
			t.Errorf("at %g: %v", a, p)
		}
	}
	if p := e.at(0); math.Abs(p.X) > 1e-9 || p.Y > -79.9 {
		t.Errorf("the top is at %v", p)
	}
}
