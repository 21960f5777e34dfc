package natural_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/internal/natural"
)

func TestValuesStandInTheOrderThatPeopleCountIn(t *testing.T) {
	want := []string{
		"", "\x00", "-1", "0", "00", "001", "01", "1", "1.9", "1.10", "2", "10", strings.Repeat("9", 40), "1" + strings.Repeat("0", 40),
		"Zone 2", "r", "r01", "r1", "r01-2", "r1-2", "r1-10", "r2", "r10", "r10x", "rack 02b", "rack 2b", "rack 10a", "r٣", "\xff", "\xff2", "\xff10",
	}
	got := slices.SortedFunc(slices.Values(slices.Sorted(slices.Values(want))), natural.Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Any order that is not total would make a picture depend on the order of a map.
func TestOrderOfValuesIsTotal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	values := []string{""}
	for range 150 {
		b := make([]byte, 1+rng.IntN(6))
		for i := range b {
			b[i] = "0019ab/:\x00\xff\xc3 "[rng.IntN(12)]
		}
		values = append(values, string(b))
	}
	for _, a := range values {
		for _, b := range values {
			ab := natural.Compare(a, b)
			if ba := natural.Compare(b, a); (ab < 0) != (ba > 0) || (ab == 0) != (a == b) {
				t.Fatalf("%q and %q: %d one way and %d the other", a, b, ab, ba)
			}
			for _, c := range values {
				if ab <= 0 && natural.Compare(b, c) <= 0 && natural.Compare(a, c) > 0 {
					t.Fatalf("%q, %q, %q go round in a circle", a, b, c)
				}
			}
		}
	}
}
