package interrupt_test

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/bacviz/bacviz/internal/interrupt"
)

func TestChunksHaveEachNumberOnce(t *testing.T) {
	for _, n := range []int{0, 1, 4096, 4097, 50_001} {
		times := make([]int, n)
		interrupt.Chunks(t.Context(), n, func(chunk iter.Seq[int]) {
			if numbers := slices.Collect(chunk); !slices.IsSorted(numbers) {
				t.Errorf("a chunk of %d is not in order", n)
			} else {
				for _, i := range numbers {
					times[i]++
				}
			}
		})
		if i := slices.IndexFunc(times, func(k int) bool { return k != 1 }); i >= 0 {
			t.Errorf("of %d, number %d came %d times", n, i, times[i])
		}
	}
}

func TestChunksEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var seen atomic.Int64
	interrupt.Chunks(ctx, 1_000_000, func(chunk iter.Seq[int]) {
		for range chunk {
			if seen.Add(1) == 100 {
				cancel()
			}
		}
	})
	if n := seen.Load(); n > 100_000 {
		t.Errorf("%d numbers after the end", n-100)
	}
}
