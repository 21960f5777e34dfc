package interrupt

import (
	"context"
	"iter"
)

// pace is the number of steps between two looks at a context. The steps of the stages
// take some 100 ns to 20 µs each, so that a stage ends within 20 ms, and looking costs
// next to nothing.
const pace = 1024

// Range iterates over the numbers from 0 to n-1, as range n does, but ends early if ctx
// ends. Once a Range has ended early, every later one of the same context yields nothing,
// so a function that looks at the context only in such loops and returns ctx.Err() at its
// end gives up at once. What it has made by then may be incomplete.
func Range(ctx context.Context, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if i%pace == 0 && ctx.Err() != nil || !yield(i) {
				return
			}
		}
	}
}
