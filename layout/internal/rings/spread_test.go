package rings

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var approx = cmpopts.EquateApprox(0, 1e-9)

func TestSpreadRowMovesAsLittleAsPossible(t *testing.T) {
	for _, c := range []struct {
		name                string
		wants, widths, want []float64
	}{
		{"all have room", []float64{1, 3, 5}, []float64{1, 1, 1}, []float64{1, 3, 5}},
		{"two meet half way", []float64{1, 1}, []float64{1, 1}, []float64{0.5, 1.5}},
		{"three around the middle", []float64{2, 2, 2}, []float64{1, 1, 1}, []float64{1, 2, 3}},
		{"by their own widths", []float64{0, 0}, []float64{1, 3}, []float64{-1, 1}},
		{"a push goes on", []float64{0, 0, 1.2, 9}, []float64{1, 1, 1, 1}, []float64{-0.6, 0.4, 1.4, 9}},
		{"nothing", nil, nil, []float64{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, spreadRow(c.wants, c.widths), approx); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The result of isotonic regression is better than any other that keeps the distances.
func TestSpreadRowIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		wants, widths := make([]float64, 6), make([]float64, 6)
		for i := range wants {
			wants[i], widths[i] = rng.Float64()*4, 0.2+rng.Float64()
		}
		slices.Sort(wants)
		got := spreadRow(wants, widths)
		cost := func(places []float64) (sum float64) {
			for i := range places {
				sum += sq(places[i] - wants[i])
			}
			return sum
		}
		for i := range got {
			if i > 0 && got[i]-got[i-1] < (widths[i]+widths[i-1])/2-1e-9 {
				t.Fatalf("boxes %d and %d overlap: %v", i-1, i, got)
			}
		}
		for range 200 { // other places with the same distances or more
			other := slices.Clone(got)
			first, move := rng.IntN(len(other)), (rng.Float64()-0.5)/4
			for i := range other {
				if i >= first && move > 0 || i <= first && move < 0 {
					other[i] += move
				}
			}
			if cost(other) < cost(got)-1e-9 {
				t.Fatalf("%v is nearer to %v than %v", other, wants, got)
			}
		}
	}
}

func TestSpreadRingHasNoEnd(t *testing.T) {
	// The first wants to be right behind the last: both move, across the top.
	got := spreadRing([]float64{0.1, 3, 2*math.Pi - 0.1}, []float64{0.6, 0.6, 0.6})
	if diff := cmp.Diff([]float64{0.3, 3, 2*math.Pi - 0.3}, got, approx); diff != "" {
		t.Error(diff)
	}
	// Boxes that need more than all of the ring are spread evenly.
	got = spreadRing([]float64{1, 1, 1, 1}, []float64{2, 2, 2, 2})
	for i := 1; i < len(got); i++ {
		if math.Abs(got[i]-got[i-1]-math.Pi/2) > 1e-9 {
			t.Errorf("boxes are at %v", got)
		}
	}
}

func TestEvenPlacesFollowWidths(t *testing.T) {
	if diff := cmp.Diff([]float64{1, 4, 7}, evenPlaces([]float64{1, 2, 1}, 8), approx); diff != "" {
		t.Error(diff)
	}
}

func TestSmoothRowStaysInside(t *testing.T) {
	widths := []float64{1, 1, 1}
	for _, wants := range [][]float64{{0, 0, 0}, {4, 4, 4}, {0, 2, 4}} {
		got := smoothRow(wants, widths, 4)
		for i, at := range got {
			if at < 0.5+float64(i)-1e-9 || at > 1.5+float64(i)+1e-9 {
				t.Errorf("wants %v: box %d is at %g of a row of 4", wants, i, at)
			}
		}
	}
}

func TestSmoothRingMovesNeighboursOnly(t *testing.T) {
	const n = 40
	widths := slices.Repeat([]float64{0.1}, n)
	wants := evenPlaces(widths, 2*math.Pi)
	even := slices.Clone(wants)
	wants[20] += 0.1
	for i, at := range smoothRing(wants, widths, false) {
		moved, near := math.Abs(at-even[i]) > 1e-9, i >= 20-window && i <= 20+window
		if moved != near {
			t.Errorf("box %d moves by %g", i, at-even[i])
		}
	}
}

// Running sums give what the weighted mean of each box gives.
func TestManyNeighborsAreSmoothedAsFewAre(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{60, 61, 500} {
		places, wants := make([]float64, n), make([]float64, n)
		for i := range places {
			places[i] = 2 * math.Pi * float64(i) / float64(n)
			wants[i] = places[i] + random.Float64() - 0.5
		}
		w := (n - 1) / 2
		for i, got := range smooth(places, wants, n, true) {
			moved, weights := 0.0, 0.0
			for d := -w; d <= w; d++ {
				k, weight := (i+d+n)%n, 1-math.Abs(float64(d))/float64(w+1)
				moved, weights = moved+weight*(wants[k]-places[k]), weights+weight
			}
			if want := places[i] + moved/weights; math.Abs(got-want) > 1e-12 {
				t.Errorf("box %d of %d is at %v, want %v", i, n, got, want)
			}
		}
	}
}
