// Package interrupt ends work when its context ends. [Range] ends loops. [Call] gives
// up on what nothing can stop: opening a FIFO, reading a terminal, a layout in
// WebAssembly. A function comes in; its result goes out, or the error of a context that
// ended first.
package interrupt

import (
	"context"
	"time"
)

// Call returns what f returns, or the zero T and ctx.Err() as soon as ctx ends.
// An f that is given up goes on in a goroutine of its own, and its result is
// dropped: it must not use anything that the caller uses again. If ctx has ended
// already, f is not called. A panic of f becomes a [Panic] of the caller.
func Call[T any](ctx context.Context, f func() (T, error)) (T, error) {
	return CallFor(ctx, 0, f)
}

// CallFor is Call for an f that is expected to end with ctx, with an error that says
// more than ctx.Err(): it gets so much time for that.
func CallFor[T any](ctx context.Context, grace time.Duration, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
		panic *Panic
	}
	var zero T
	if err := ctx.Err(); err != nil {
		return zero, err
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if value := recover(); value != nil {
				r.panic = Recovered(value)
			}
			done <- r
		}()
		r.value, r.err = f()
	}()
	take := func(r result) (T, error) {
		if r.panic != nil {
			panic(r.panic)
		}
		return r.value, r.err
	}
	select {
	case r := <-done:
		return take(r)
	case <-ctx.Done():
	}
	if grace > 0 {
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case r := <-done:
			return take(r)
		case <-late.C:
		}
	}
	return zero, ctx.Err()
}
