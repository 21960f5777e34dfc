// Package parallel does several things side by side: [Do] what waits for others, and
// [Chunks], [Range] and [Write] what keeps processors busy.
package parallel

import (
	"cmp"
	"context"
	"io"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
)

// Max is how many calls of [Do] run at the same time.
const Max = 16

// Do calls do with each number below n, up to [Max] at the same time, and returns
// when all of them have returned.
func Do(n int, do func(i int)) {
	slots := make(chan struct{}, Max)
	var all sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	all.Wait()
}

// Chunks divides the numbers below n into chunks of a size, calls work for each of them, from
// one number up to but without another, on all processors, and returns the results in order.
// It returns ctx.Err() if ctx ends first.
func Chunks[T any](ctx context.Context, n, size int, work func(from, to int) T) ([]T, error) {
	results := make([]T, (n+size-1)/size)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(results)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(results) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				results[i] = work(i*size, min(n, (i+1)*size))
			}
		})
	}
	all.Wait()
	return results, ctx.Err()
}

// rangeSize is the size of the chunks of [Range]. Their work takes 0.1 to 1 ms.
const rangeSize = 4096

// Range calls do for chunks of the numbers below n, on all processors: of each chunk it gets
// the numbers, in order. So do must not change what another chunk uses. If ctx ends first,
// chunks are left out, and the caller returns ctx.Err() at its end.
func Range(ctx context.Context, n int, do func(chunk iter.Seq[int])) {
	_, _ = Chunks(ctx, n, rangeSize, func(from, to int) struct{} { // the error is that of ctx
		do(func(yield func(int) bool) {
			for i := from; i < to && yield(i); i++ {
			}
		})
		return struct{}{}
	})
}

// Write divides the numbers below n into chunks of a size, lets text append what is to be written
// of each, from one number up to but without another, on all processors, and writes the texts to w
// in order, while the next are made. Each processor appends to one buffer, again and again, so the
// memory is that of a few texts. It ends with the first error of text or w, or with ctx.Err() if
// ctx ends first. What is written until then is the beginning.
func Write(ctx context.Context, w io.Writer, n, size int, text func(b []byte, from, to int) ([]byte, error)) error {
	chunks := (n + size - 1) / size
	var next atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex // of what follows
	turn := sync.NewCond(&mu)
	written, failed := 0, error(nil)
	// write writes a text once all before it are written, and reports whether there is more to do.
	write := func(chunk int, text []byte, err error) bool {
		mu.Lock()
		defer mu.Unlock()
		defer turn.Broadcast()
		for written < chunk && failed == nil {
			turn.Wait()
		}
		if failed == nil {
			failed = cmp.Or(ctx.Err(), err)
		}
		if failed == nil {
			_, failed = w.Write(text)
		}
		written++
		return failed == nil
	}
	for range min(runtime.GOMAXPROCS(0), chunks) {
		all.Go(func() {
			var b []byte
			var err error
			for more := true; more; {
				i := int(next.Add(1)) - 1
				if i >= chunks {
					return
				}
				b, err = text(b[:0], i*size, min(n, (i+1)*size))
				more = write(i, b, err)
			}
		})
	}
	all.Wait()
	return failed
}
