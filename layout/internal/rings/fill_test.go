package rings

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSmallestRings(t *testing.T) {
	for _, c := range []struct {
		name  string
		first float64
		boxes float64 // that the rings hold, at 6 for each unit of radius
		want  []float64
	}{
		{"one ring", 1, 6, []float64{1}},
		{"one that is wider", 1, 9, []float64{1.5}},
		{"another starts in the middle", 1, 18, []float64{1, 2}},
		{"all are wider", 1, 24, []float64{1.5, 2.5}},
		{"three", 1, 36, []float64{1, 2, 3}},
		{"around a wide hub", 2.5, 36, []float64{2.5, 3.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := smallestRings(c.first, 1, func(radii []float64) bool { return 6*sum(radii) >= c.boxes-1e-6 })
			if diff := cmp.Diff(c.want, got, cmpopts.EquateApprox(0, 0.002)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// One box more never makes the outermost ring jump: a ring that starts in the middle is
// used little by little.
func TestRingsWidenByLittle(t *testing.T) {
	outermost := func(boxes int) float64 {
		radii := smallestRings(1, 1, func(radii []float64) bool {
			capacity := 0.0
			for k, r := range radii {
				capacity += 6 * r * innermostUse(k, radii, 1, 1)
			}
			return capacity >= float64(boxes)
		})
		return radii[len(radii)-1]
	}
	for n := 7; n < 300; n++ {
		if step := outermost(n) - outermost(n-1); step < 0 || step > 0.2 {
			t.Errorf("with %d boxes the outermost ring is wider by %.3f", n, step)
		}
	}
}

// The innermost of several rings gets its boxes one by one as it widens.
func TestInnermostUse(t *testing.T) {
	for _, c := range []struct {
		k     int
		radii []float64
		want  float64
	}{
		{0, []float64{1}, 1},
		{0, []float64{1, 2}, 0},
		{0, []float64{1 + rampPitches/2, 2}, 0.5},
		{0, []float64{1 + 2*rampPitches, 2}, 1},
		{1, []float64{1, 2}, 1},
	} {
		if got := innermostUse(c.k, c.radii, 1, 1); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("ring %d of %v: %g, want %g", c.k, c.radii, got, c.want)
		}
	}
	if rampPitches < 0.2 {
		t.Errorf("a ring is full once it is wider by %g of a pitch: its boxes leave the others all at once", rampPitches)
	}
}

func TestDemandFits(t *testing.T) {
	for _, c := range []struct {
		name               string
		widths, capacities []float64
		want               bool
	}{
		{"equal boxes", []float64{1, 1, 1, 1}, []float64{2, 2}, true},
		{"one too many", []float64{1, 1, 1, 1, 1}, []float64{2, 2}, false},
		{"parts of boxes do not count", []float64{1, 1, 1}, []float64{1.5, 1.5}, false},
		{"small boxes around a large one", []float64{1, .1, .1, .1, .1}, []float64{3}, true},
		{"nothing", nil, []float64{0}, true},
	} {
		if got := demandOf(c.widths).fits(c.capacities); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestCircleCapacity(t *testing.T) {
	for _, c := range []struct{ radius, pitch, want float64 }{
		{1, 1, 6}, // a hexagon
		{1, math.Sqrt2, 4},
		{1, 2, 1}, // a box needs all of it
		{0, 1, 1},
	} {
		if got := circleCapacity(c.radius, c.pitch); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("on a circle of radius %g, %g apart: %g, want %g", c.radius, c.pitch, got, c.want)
		}
	}
}
