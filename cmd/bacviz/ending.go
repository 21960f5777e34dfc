package main

// This file holds how a command ends when its time is over or it is interrupted.

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// grace is how long the work of a command may go on when its context has ended. Stages
// end sooner as a rule, with an error that says what they did; but a sort of a million
// IDs, for one, does not look at a context.
const grace = 50 * time.Millisecond

// within returns what work returns, or the error of ctx shortly after that has ended.
// Work that is given up goes on until the program exits, so it must leave nothing behind:
// it makes a result in memory, and the caller writes that. Work that is done too late gives
// the error of ctx, too, even if its timer is later still: a result may be incomplete then.
func within[T any](ctx context.Context, work func() (T, error)) (T, error) {
	result, err := interrupt.CallFor(ctx, grace, work)
	if end, limited := ctx.Deadline(); limited && !time.Now().Before(end) {
		<-ctx.Done()
	}
	if err == nil && ctx.Err() != nil {
		var none T
		return none, ctx.Err()
	}
	return result, err
}

// A gate passes on what a command writes until the command has returned. Work that was
// given up is silent afterwards.
type gate struct {
	to io.Writer

	mu   sync.Mutex
	shut bool
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return 0, os.ErrClosed
	}
	return g.to.Write(p)
}

// close shuts the gate. It waits for a write that has begun.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
}

// fileOf returns the file that w writes to, if it is one.
func fileOf(w io.Writer) (*os.File, bool) {
	if g, ok := w.(*gate); ok {
		w = g.to
	}
	if g, ok := w.(*runnerGuard); ok {
		w = g.to
	}
	f, ok := w.(*os.File)
	return f, ok
}
