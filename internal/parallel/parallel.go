// Package parallel does several things side by side: [Do] what waits for others, and
// [Each], [Chunks], [Range], [Ascending], [Fault] and [Write] what keeps processors busy. A panic of the work is
// passed on to the caller, as a [*interrupt.Panic], when all goroutines have ended.
package parallel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// workers are goroutines that somebody waits for.
type workers struct {
	all    sync.WaitGroup
	failed atomic.Pointer[interrupt.Panic]
}

// start runs work in a goroutine.
func (w *workers) start(work func()) {
	w.all.Go(func() {
		defer func() {
			if value := recover(); value != nil {
				w.failed.Store(interrupt.Recovered(value))
			}
		}()
		work()
	})
}

// wait waits for all goroutines, and passes a panic of theirs on.
func (w *workers) wait() {
	w.all.Wait()
	if p := w.failed.Load(); p != nil {
		panic(p)
	}
}

// Max is how many calls of [Do] run at the same time.
const Max = 16

// Do calls do with each number below n, up to [Max] at the same time, and returns
// when all of them have returned.
func Do(n int, do func(i int)) {
	slots := make(chan struct{}, Max)
	var all workers
	for i := range n {
		slots <- struct{}{}
		all.start(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	all.wait()
}

// Each calls work for each number below n, on all processors. Each goroutine has memory of its
// own, which start makes. It ends early with ctx.
func Each[T any](ctx context.Context, n int, start func() T, work func(memory T, i int)) {
	each(ctx, min(runtime.GOMAXPROCS(0), n), n, func(int) T { return start() }, work)
}

// With is [Each] with memory that is used again: there are as many goroutines as parts of it.
func With[T any](ctx context.Context, memory []T, n int, work func(memory T, i int)) {
	each(ctx, min(len(memory), n), n, func(k int) T { return memory[k] }, work)
}

// each calls work for each number below n, in some goroutines with memory of their own.
func each[T any](ctx context.Context, goroutines, n int, start func(goroutine int) T, work func(memory T, i int)) {
	var next atomic.Int64
	var all workers
	for k := range goroutines {
		all.start(func() {
			memory := start(k)
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(memory, i)
			}
		})
	}
	all.wait()
}

// Chunks divides the numbers below n into chunks of a size, calls work for each of them, from
// one number up to but without another, on all processors, and returns the results in order.
// It returns ctx.Err() if ctx ends first.
func Chunks[T any](ctx context.Context, n, size int, work func(from, to int) T) ([]T, error) {
	results := make([]T, (n+size-1)/size)
	none := func() struct{} { return struct{}{} }
	Each(ctx, len(results), none, func(_ struct{}, i int) { results[i] = work(i*size, min(n, (i+1)*size)) })
	return results, ctx.Err()
}

// ChunkSize is the usual size of chunks of nodes, edges or texts. Their work takes 0.1 to 1 ms.
const ChunkSize = 4096

// Range calls do for chunks of the numbers below n, on all processors: of each chunk it gets
// the numbers, in order. So do must not change what another chunk uses. If ctx ends first,
// chunks are left out, and the caller returns ctx.Err() at its end.
func Range(ctx context.Context, n int, do func(chunk iter.Seq[int])) {
	_, _ = Chunks(ctx, n, ChunkSize, func(from, to int) struct{} { // the error is that of ctx
		do(func(yield func(int) bool) {
			for i := from; i < to && yield(i); i++ {
			}
		})
		return struct{}{}
	})
}

// Fault checks n things of a kind, on all processors, and returns the error of the first that has
// one, with its number: "node 7: …".
func Fault(kind string, n int, check func(i int) error) error {
	faults, _ := Chunks(context.Background(), n, ChunkSize, func(from, to int) error {
		for i := from; i < to; i++ {
			if err := check(i); err != nil {
				return fmt.Errorf("%s %d: %w", kind, i, err)
			}
		}
		return nil
	})
	return cmp.Or(faults...)
}

// Ascending reports whether each of n texts is after the one before it, and the first is not empty.
// It is false if ctx ends first.
func Ascending(ctx context.Context, n int, text func(i int) string) bool {
	parts, err := Chunks(ctx, n, ChunkSize, func(from, to int) bool {
		before := ""
		if from > 0 {
			before = text(from - 1)
		}
		for i := from; i < to; i++ {
			t := text(i)
			if t <= before {
				return false
			}
			before = t
		}
		return true
	})
	return err == nil && !slices.Contains(parts, false)
}

// Write divides the numbers below n into chunks of a size, lets text append what is to be written
// of each, from one number up to but without another, on all processors, and writes the texts to w
// in order, while the next are made. Each processor appends to one buffer, again and again, so the
// memory is that of a few texts. It ends with the first error of text or w, or with ctx.Err() if
// ctx ends first. What is written until then is the beginning.
func Write(ctx context.Context, w io.Writer, n, size int, text func(b []byte, from, to int) ([]byte, error)) error {
	chunks := (n + size - 1) / size
	going, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex // of what follows
	turn := sync.NewCond(&mu)
	written, failed := 0, error(nil)
	defer context.AfterFunc(going, func() {
		mu.Lock()
		defer mu.Unlock()
		turn.Broadcast()
	})()
	// write writes a text once all before it are written.
	write := func(chunk int, text []byte, err error) {
		mu.Lock()
		defer mu.Unlock()
		for written < chunk && going.Err() == nil {
			turn.Wait()
		}
		if going.Err() != nil {
			return
		}
		defer func() {
			if written++; failed != nil {
				stop()
			}
			turn.Broadcast()
		}()
		if failed = err; failed == nil {
			failed = errPanic
			_, failed = w.Write(text)
		}
	}
	Each(going, chunks, func() *[]byte { return new([]byte) }, func(b *[]byte, i int) {
		err := errPanic
		defer func() { write(i, *b, err) }()
		*b, err = text((*b)[:0], i*size, min(n, (i+1)*size))
	})
	if failed == nil && written < chunks {
		return ctx.Err()
	}
	return failed
}

// errPanic is the error of what has not returned. Nobody sees it, as the panic is passed on.
var errPanic = errors.New("panic")
