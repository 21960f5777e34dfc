package interrupt_test

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
)

func TestRangeIteratesAsRangeDoes(t *testing.T) {
	for _, n := range []int{0, 1, 1023, 1024, 5000} {
		next := 0
		for i := range interrupt.Range(t.Context(), n) {
			if i != next {
				t.Fatalf("%d follows %d", i, next-1)
			}
			next++
		}
		if next != n {
			t.Errorf("%d steps of %d", next, n)
		}
	}
	for range interrupt.Range(t.Context(), 10) {
		break // which must not panic
	}
}

func TestRangeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := 0
	for range interrupt.Range(ctx, 1<<40) {
		if steps++; steps == 5 {
			cancel()
		}
	}
	if steps > 5000 {
		t.Errorf("%d steps after the context ended", steps-5)
	}
	for range interrupt.Range(ctx, 1) {
		t.Error("a step after the context ended")
	}
}

func TestALongRangeLooksAtItsContextAgain(t *testing.T) {
	interrupttest.EachLook(t, 5, func(ctx context.Context) error {
		for range interrupt.Range(ctx, 5000) {
		}
		return ctx.Err()
	})
}

func TestASortEndsWithItsContext(t *testing.T) {
	sorted := func(ctx context.Context, compare func(a, b int) int) []int {
		numbers := rand.New(rand.NewPCG(1, 2)).Perm(50_000)
		interrupt.SortFunc(ctx, numbers, compare)
		return numbers
	}
	if numbers := sorted(t.Context(), cmp.Compare[int]); !slices.IsSorted(numbers) {
		t.Error("not sorted")
	}
	ctx, cancel := context.WithCancel(t.Context())
	compared := 0
	numbers := sorted(ctx, func(a, b int) int {
		if compared++; compared == 5000 {
			cancel()
		}
		return cmp.Compare(a, b)
	})
	if compared > 5000+1024 {
		t.Errorf("%d are compared after the context ended", compared-5000)
	}
	if slices.Sort(numbers); numbers[0] != 0 || numbers[49_999] != 49_999 {
		t.Error("numbers are lost")
	}
}
