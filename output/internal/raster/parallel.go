package raster

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls work for each number below n, on all processors. Each goroutine has memory
// of its own, which start makes. It ends early with ctx.
func parallel[T any](ctx context.Context, n int, start func() T, work func(memory T, i int)) {
	var next atomic.Int64
	var done sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		done.Go(func() {
			memory := start()
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(memory, i)
			}
		})
	}
	done.Wait()
}
