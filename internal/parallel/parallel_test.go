package parallel_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/internal/parallel"
)

func TestChunksGivesResultsInOrder(t *testing.T) {
	for n := range 23 {
		parts, err := parallel.Chunks(t.Context(), n, 5, func(from, to int) []int {
			var all []int
			for i := from; i < to; i++ {
				all = append(all, i)
			}
			return all
		})
		var want []int
		for i := range n {
			want = append(want, i)
		}
		if got := slices.Concat(parts...); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d: %v, %v", n, parts, err)
		}
	}
}

func TestChunksEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	parts, err := parallel.Chunks(ctx, 1000, 1, func(from, to int) bool { cancel(); return true })
	if !errors.Is(err, context.Canceled) || parts[999] {
		t.Error(err, parts[999])
	}
}

func TestRangeHasEachNumberOnce(t *testing.T) {
	for _, n := range []int{0, 1, 4096, 4097, 50_001} {
		times := make([]int, n)
		parallel.Range(t.Context(), n, func(chunk iter.Seq[int]) {
			for i := range chunk {
				times[i]++
			}
		})
		if i := slices.IndexFunc(times, func(k int) bool { return k != 1 }); i >= 0 {
			t.Errorf("of %d, number %d came %d times", n, i, times[i])
		}
	}
}
