// Package poll reads sources again and again, each at its own pace, so that a slow one
// holds up no other. Lists come out, and why there are none; package serve makes views of
// the network of them.
package poll

import (
	"context"
	"sync"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
)

// Options say how sources are read.
type Options struct {
	Every    time.Duration // between the end of a reading and the next one, give or take a tenth
	Timeout  time.Duration // of a reading
	Separate bool          // as fetch.Options have it

	// Random returns a number from 0 to 1, without 1, for the jitter. Loops call it at the
	// same time.
	Random func() float64
}

// A Result is how one reading of a source went, or how it goes.
type Result struct {
	Source   int // its index
	Began    time.Time
	Ended    time.Time
	List     cluster.List
	Err      error
	Warnings []fetch.Warning

	// Late says that the reading has taken longer than Options.Every, and goes on. There
	// is no list yet, and no error.
	Late bool
}

// Run reads the sources until ctx ends, and calls report with each result, one after the
// other. It returns when nothing that it started runs any more.
func Run(ctx context.Context, sources []fetch.Source, opt Options, report func(Result)) {
	results := make(chan Result)
	var loops sync.WaitGroup
	for i, source := range sources {
		l := loop{index: i, source: source, opt: opt, results: results}
		loops.Go(func() { l.run(ctx) })
	}
	go func() {
		loops.Wait()
		close(results)
	}()
	for r := range results {
		report(r)
	}
}

// A loop reads one source.
type loop struct {
	index    int
	source   fetch.Source
	opt      Options
	results  chan<- Result
	failures int // since the last list
}

func (l *loop) run(ctx context.Context) {
	for ctx.Err() == nil {
		r := l.read(ctx)
		if l.failures++; r.Err == nil {
			l.failures = 0
		}
		if !l.send(ctx, r) {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(Wait(l.opt.Every, l.failures, l.opt.Random())):
		}
	}
}

// send hands on a result, and reports whether somebody took it before ctx ended.
func (l *loop) send(ctx context.Context, r Result) bool {
	select {
	case l.results <- r:
		return true
	case <-ctx.Done():
		return false
	}
}

// read reads the source once, and reports when that takes long.
func (l *loop) read(ctx context.Context) Result {
	limited, cancel := context.WithTimeout(ctx, l.opt.Timeout)
	defer cancel()
	r := Result{Source: l.index, Began: time.Now()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.List, r.Err = fetch.List(limited, l.source, fetch.Options{
			Separate: l.opt.Separate,
			Warn:     func(w fetch.Warning) { r.Warnings = append(r.Warnings, w) },
		})
		r.Ended = time.Now()
	}()
	late := time.NewTimer(l.opt.Every)
	defer late.Stop()
	select {
	case <-done:
		return r
	case <-late.C:
		l.send(ctx, Result{Source: l.index, Began: r.Began, Ended: time.Now(), Late: true})
	}
	<-done
	return r
}

// maxWait is the longest wait after failures, unless the usual one is longer.
const maxWait = time.Minute

// Wait returns how long to wait for the next reading after so many failures in a row: the
// usual time, or twice that from the second failure on. A reading that fails costs little, and
// an orchestrator that comes back should be seen soon. Random, from 0 to 1, makes the wait up
// to a tenth shorter or longer, so that several servers do not ask at the same time.
func Wait(every time.Duration, failures int, random float64) time.Duration {
	wait := every
	if failures > 1 {
		wait = min(2*every, max(maxWait, every))
	}
	return wait + time.Duration((random-0.5)*0.2*float64(wait))
}
