package interrupt

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
)

// chunkSize is how many numbers of [Chunks] one call gets. Their work takes 0.1 to 1 ms, and
// starting a goroutine less than 1 µs.
const chunkSize = 4096

// Chunks divides the numbers from 0 to n-1 into chunks, and calls do for each of them, side by
// side on all processors. A chunk is a [Range] of its numbers, in order, and ends early if ctx
// ends. So do must not change what another chunk uses. Up to 4,096 numbers are one
// chunk, in the caller's goroutine.
func Chunks(ctx context.Context, n int, do func(chunk iter.Seq[int])) {
	if n <= chunkSize {
		do(Range(ctx, n))
		return
	}
	chunks := (n + chunkSize - 1) / chunkSize
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), chunks) {
		all.Go(func() {
			for {
				from := int(next.Add(1)-1) * chunkSize
				if from >= n {
					return
				}
				do(func(yield func(int) bool) {
					for i := range Range(ctx, min(chunkSize, n-from)) {
						if !yield(from + i) {
							return
						}
					}
				})
			}
		})
	}
	all.Wait()
}
