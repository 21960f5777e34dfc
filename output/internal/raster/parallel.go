package raster

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// parallel calls work for each number below n, on all processors. Each goroutine has memory
// of its own, which start makes. It ends early with ctx. A panic of work becomes one of the
// caller.
func parallel[T any](ctx context.Context, n int, start func() T, work func(memory T, i int)) {
	var next atomic.Int64
	var done sync.WaitGroup
	var failed atomic.Pointer[interrupt.Panic]
	for range min(runtime.GOMAXPROCS(0), n) {
		done.Go(func() {
			defer func() {
				if value := recover(); value != nil {
					failed.Store(interrupt.Recovered(value))
				}
			}()
			memory := start()
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(memory, i)
			}
		})
	}
	done.Wait()
	if p := failed.Load(); p != nil {
		panic(p)
	}
}
