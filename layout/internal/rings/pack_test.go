package rings

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/spatial/r2"
)

func circles(radii ...float64) (discs []*disc) {
	for _, r := range radii {
		discs = append(discs, &disc{radius: r, members: 1})
	}
	return discs
}

func centers(discs []*disc) (all []r2.Vec) {
	for _, d := range discs {
		all = append(all, d.center)
	}
	return all
}

// checkClear holds that no two circles overlap, gap included.
func checkClear(t *testing.T, discs []*disc) {
	t.Helper()
	for i, a := range discs {
		for _, b := range discs[:i] {
			if d := math.Hypot(a.center.X-b.center.X, a.center.Y-b.center.Y); d < a.radius+b.radius+discGap-1e-5 {
				t.Errorf("circles of radius %g and %g are %g apart", a.radius, b.radius, d)
			}
		}
	}
}

func TestPackRows(t *testing.T) {
	discs := circles(1, 2, 1)
	packRows(discs, 2)
	want := []r2.Vec{{X: -2.3, Y: 2}, {X: 1.3, Y: 2}, {X: 0, Y: 5.6}}
	if diff := cmp.Diff(want, centers(discs), approx); diff != "" {
		t.Error(diff)
	}
	checkClear(t, discs)
}

func TestPackCirclesTouch(t *testing.T) {
	discs := circles(1, 1, 1)
	packCircles(discs)
	far := 2 + discGap
	want := []r2.Vec{{}, {X: far}, {X: far / 2, Y: far * math.Sqrt(3) / 2}}
	if diff := cmp.Diff(want, centers(discs), approx); diff != "" {
		t.Error(diff)
	}
}

// Few circles take no more than three times their own area, the gap included, and many
// no more than 1.7 times.
func TestPackCirclesClose(t *testing.T) {
	for _, n := range []int{1, 2, 7, 30, 90} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var radii []float64
			for i := range n {
				radii = append(radii, 1+float64(i*i%7))
			}
			discs := circles(radii...)
			packCircles(discs)
			checkClear(t, discs)
			area, far := 0.0, 0.0
			for _, d := range discs {
				area += math.Pi * sq(d.radius+discGap/2)
				far = max(far, math.Hypot(d.center.X, d.center.Y)+d.radius)
			}
			most := 3.0
			if n >= 30 {
				most = 1.7
			}
			if n > 2 && math.Pi*sq(far) > most*area {
				t.Errorf("circles of an area of %.0f are in a circle of %.0f", area, math.Pi*sq(far))
			}
		})
	}
}

func TestPackAroundSharedCircles(t *testing.T) {
	for n := 1; n <= 7; n++ {
		own, shared := circles(3, 1, 2, 3, 1, 2, 3)[:n], circles(2, 1)
		packAround(own, shared, 0)
		checkClear(t, append(own, shared...))
	}
	own, shared := circles(1, 1), circles(1)
	packAround(own, shared, 0)
	want := []r2.Vec{{X: -2 - discGap}, {X: 2 + discGap}}
	if diff := cmp.Diff(want, centers(own), approx); diff != "" {
		t.Errorf("two hubs are not left and right of what they share: %s", diff)
	}
}

func TestPackAroundIsSymmetric(t *testing.T) {
	for n := 2; n <= 7; n++ {
		own := circles(1, 1, 1, 1, 1, 1, 1)[:n]
		packAround(own, circles(1), 0)
		for _, a := range own {
			mirrored := slices.ContainsFunc(own, func(b *disc) bool {
				return math.Abs(a.center.X+b.center.X) < 1e-6 && math.Abs(a.center.Y-b.center.Y) < 1e-6
			})
			if !mirrored {
				t.Errorf("of %d circles, none mirrors the one at %v", n, a.center)
			}
		}
	}
}

func TestBySizeKeepsTheOrderOfLike(t *testing.T) {
	discs := circles(1, 10, 9.5, 1.1, 5)
	var got []float64
	for _, d := range bySize(discs) {
		got = append(got, d.radius)
	}
	if diff := cmp.Diff([]float64{10, 9.5, 5, 1, 1.1}, got); diff != "" {
		t.Error(diff)
	}
}
