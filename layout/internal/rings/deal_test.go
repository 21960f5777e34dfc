package rings

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWebsterApportions(t *testing.T) {
	for _, c := range []struct {
		name   string
		shares []float64
		limits []int
		n      int
		want   []int
	}{
		{"in proportion", []float64{1, 2, 3}, []int{9, 9, 9}, 12, []int{2, 4, 6}},
		{"rounds to the nearest", []float64{53, 24, 23}, []int{9, 9, 9}, 7, []int{3, 2, 2}}, // Hamilton's method gives 4, 2, 1
		{"no more than the limits", []float64{1, 1, 1}, []int{1, 9, 9}, 9, []int{1, 4, 4}},
		{"what fits, if not all does", []float64{1, 1}, []int{2, 1}, 9, []int{2, 1}},
		{"nothing for no share", []float64{0, 1}, []int{9, 9}, 3, []int{0, 3}},
		{"shares of zero are equal", []float64{0, 0}, []int{9, 9}, 1, []int{1, 0}},
		{"no rings", nil, nil, 3, []int{}},
		{"no boxes", []float64{1, 2}, []int{9, 9}, 0, []int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, webster(c.shares, c.limits, c.n)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// With one place more no ring loses one: methods of the largest remainder let that happen
// (the Alabama paradox).
func TestWebsterTakesNoPlaceAway(t *testing.T) {
	shares, limits := []float64{6, 6, 2, 1.5, 0.7}, []int{40, 30, 20, 10, 10}
	before := webster(shares, limits, 0)
	for n := 1; n <= 110; n++ {
		now := webster(shares, limits, n)
		more := 0
		for k := range now {
			if now[k] < before[k] {
				t.Errorf("of %d places ring %d has %d, of one less %d", n, k, now[k], before[k])
			}
			more += now[k] - before[k]
		}
		if more != 1 {
			t.Errorf("%d places are %d more than one less", n, more)
		}
		before = now
	}
}

// hand returns candidates of width 1 for boxes 0 to n-1.
func hand(n int) []candidate {
	candidates := make([]candidate, n)
	for i := range candidates {
		candidates[i] = candidate{box: i, id: fmt.Sprintf("node-%03d", i), width: 1}
	}
	return candidates
}

func TestDealToRingsInProportionToShares(t *testing.T) {
	rings := dealToRings(hand(120), []float64{1, 2, 3}, []float64{60, 60, 80})
	var all []int
	for k, want := range []int{20, 40, 60} {
		if got := len(rings[k]); got < want-1 || got > want+1 {
			t.Errorf("ring %d has %d boxes, want about %d", k, got, want)
		}
		if !slices.IsSorted(rings[k]) {
			t.Errorf("ring %d is not in order: %v", k, rings[k])
		}
		all = append(all, rings[k]...)
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 120 {
		t.Errorf("%d of 120 boxes are dealt", len(all))
	}
}

func TestDealToRingsFromEverywhere(t *testing.T) {
	for k, ring := range dealToRings(hand(200), []float64{1, 1}, []float64{150, 150}) {
		for _, from := range []int{0, 50, 100, 150} {
			quarter := 0
			for _, box := range ring {
				if box >= from && box < from+50 {
					quarter++
				}
			}
			if quarter < 17 || quarter > 33 {
				t.Errorf("ring %d has %d of the 50 boxes from %d on, want about 25", k, quarter, from)
			}
		}
	}
}

func TestDealToRingsKeepsCapacities(t *testing.T) {
	rings := dealToRings(hand(10), []float64{1, 1, 1}, []float64{9, 2, 1})
	if got, want := []int{len(rings[0]), len(rings[1]), len(rings[2])}, []int{7, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("rings have %v boxes, want %v", got, want)
	}
	if rings := dealToRings(hand(5), []float64{1}, []float64{2}); len(rings[0]) != 5 {
		t.Errorf("without room for all, %d of 5 boxes are dealt", len(rings[0]))
	}
}

func TestDealToRingsChangesLittle(t *testing.T) {
	ringOf := func(without int) map[string]int {
		candidates := slices.DeleteFunc(hand(200), func(c candidate) bool { return c.box == without })
		of := make(map[string]int)
		for k, ring := range dealToRings(candidates, []float64{1, 2, 3, 4}, []float64{60, 80, 100, 120}) {
			for _, box := range ring {
				of[fmt.Sprint(box)] = k
			}
		}
		return of
	}
	all, changes := ringOf(-1), 0
	for without := range 200 {
		for box, k := range ringOf(without) {
			if all[box] != k {
				changes++
			}
		}
	}
	if mean := float64(changes) / 200; mean > 6 {
		t.Errorf("without a box %.1f others change their ring in the mean, want at most 6", mean)
	}
}
