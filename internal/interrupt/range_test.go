package interrupt_test

import (
	"context"
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
