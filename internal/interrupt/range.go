package interrupt

import (
	"context"
	"io"
	"iter"
	"slices"
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
		ended := Ended(ctx)
		for i := range n {
			if ended() || !yield(i) {
				return
			}
		}
	}
}

// Ended returns a function that reports whether ctx has ended. It is for loops that are
// no Range: it looks at ctx in the first of every 1,024 calls.
func Ended(ctx context.Context) func() bool {
	step := -1
	return func() bool {
		step++
		return step%pace == 0 && ctx.Err() != nil
	}
}

// SortFunc sorts s as slices.SortFunc does. If ctx ends first, s is in any order.
func SortFunc[S ~[]E, E any](ctx context.Context, s S, cmp func(a, b E) int) {
	look, ended := Ended(ctx), false
	slices.SortFunc(s, func(a, b E) int {
		if ended = ended || look(); ended {
			return 0 // nothing remains to be sorted
		}
		return cmp(a, b)
	})
}

// A Writer passes on what is written, until its context ends. Then it fails with the
// error of the context, and so ends what writes a large document in many pieces.
type Writer struct {
	Context context.Context
	To      io.Writer
}

func (w Writer) Write(p []byte) (int, error) {
	if err := w.Context.Err(); err != nil {
		return 0, err
	}
	return w.To.Write(p)
}
