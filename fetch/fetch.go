// Package fetch reads the node lists of Bacalhau orchestrators.
//
// What comes in is an HTTP API of any version from v1.4 on, a file, or standard
// input; each is a [Source]. What goes out is a [cluster.List] for each source,
// or the [cluster.Snapshot] of all of them, which package graph builds the
// topology from. What an answer holds is passed on as it came and never
// interpreted; what had to be left out is told in a [Warning]. Every error is,
// or wraps, an [*Error], and shows no secret. This package neither draws nor
// prints.
package fetch

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// A Source is where a node list comes from: a [*Client], a [File] or a
// [Stream].
type Source interface {
	// Name is the source as messages show it, without secrets.
	Name() string

	// List reads the list once. It returns an error that matches ctx.Err() as
	// soon as ctx ends, even while a read blocks.
	List(ctx context.Context) (cluster.List, []Warning, error)
}

// A Warning tells of something in a source that was left out or is in doubt,
// while the rest of it was read.
type Warning struct {
	Source  string // as [Source.Name]
	Message string
	Said    string // what of Message others said, besides what stands in quotes there
}

func (w Warning) String() string { return w.Source + ": " + w.Message }

// Discreet returns the warning as [Error.Discreet] does an error.
func (w Warning) Discreet() Warning { return Warning{w.Source, discreet(w.Message, w.Said), ""} }

// Progress tells how far the reading of a source is.
type Progress struct {
	Source  string // as [Source.Name]
	Bytes   int64
	Records int
}

type progressKey struct{}

// WithProgress returns a context under which sources tell now and then how far
// they are. Several may call report at the same time.
func WithProgress(ctx context.Context, report func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, report)
}

func progressOf(ctx context.Context, source string) func(int64, int) {
	report, ok := ctx.Value(progressKey{}).(func(Progress))
	if !ok {
		return nil
	}
	return func(bytes int64, records int) { report(Progress{source, bytes, records}) }
}

// Snapshot reads the sources side by side and merges their lists. A source that
// fails becomes a warning, as long as another one does not; so that the rest can
// still be used, one of several sources gets no more than four fifths of the time
// that ctx leaves. It fails when all of them do, with the error of the first, and
// when ctx ends. The warnings come in the order of the sources.
func Snapshot(ctx context.Context, sources []Source) (cluster.Snapshot, []Warning, error) {
	return snapshot(ctx, sources, false, JobChoice{})
}

// StrictSnapshot is [Snapshot], except that it fails with the first of the
// sources that fails.
func StrictSnapshot(ctx context.Context, sources []Source) (cluster.Snapshot, []Warning, error) {
	return snapshot(ctx, sources, true, JobChoice{})
}

// SnapshotWithJobs is [Snapshot] or [StrictSnapshot] with the jobs that choice
// means, and where they ran; jobs in the snapshots that are read are left out else.
// A source whose jobs cannot be read becomes a warning as one does whose nodes
// cannot. It fails with an error that matches [ErrNoJobs] when no source can have
// jobs, and one that matches [ErrNoJob] or [ErrManyJobs] about an ID.
func SnapshotWithJobs(ctx context.Context, sources []Source, strict bool, choice JobChoice) (cluster.Snapshot, []Warning, error) {
	return snapshot(ctx, sources, strict, choice)
}

// maxAtOnce is how many sources are read, or requests made, at the same time.
const maxAtOnce = 16

// atOnce calls do with each number below n, several at the same time.
func atOnce(n int, do func(i int)) {
	slots := make(chan struct{}, maxAtOnce)
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

func snapshot(ctx context.Context, sources []Source, strict bool, choice JobChoice) (cluster.Snapshot, []Warning, error) {
	if len(sources) == 0 {
		return cluster.Snapshot{}, nil, &Error{Op: opList, Message: "no source given", Hint: hintSource}
	}
	each := ctx
	if deadline, has := ctx.Deadline(); has && len(sources) > 1 && !strict {
		var cancel context.CancelFunc
		each, cancel = context.WithTimeout(ctx, time.Until(deadline)*4/5)
		defer cancel()
	}
	each, cancel := context.WithCancel(each)
	defer cancel()

	type result struct {
		list     cluster.List
		warnings []Warning
		err      error
	}
	results := make([]result, len(sources))
	jobs := make([]chosen, len(sources))
	atOnce(len(sources), func(i int) {
		r := &results[i]
		r.list, r.warnings, r.err = sources[i].List(each)
		if !choice.Empty() && r.err == nil {
			switch c, isClient := sources[i].(*Client); {
			case isClient:
				jobs[i] = c.jobs(each, &choice)
			case r.list.Jobs != nil:
				jobs[i] = jobsOf(sources[i].Name(), r.list.Jobs, &choice)
			}
		}
		r.list.Jobs = jobs[i].jobs
		if (r.err != nil || jobs[i].err != nil) && strict {
			cancel() // the others are of no use any more
		}
	})

	var (
		warnings []Warning
		lists    []cluster.List
		failed   error // of the first source that failed of itself, not for another
	)
	for _, r := range results {
		warnings = append(warnings, r.warnings...)
		switch {
		case r.err == nil:
			lists = append(lists, r.list)
		case failed == nil || errors.Is(failed, context.Canceled):
			failed = r.err
		}
	}
	fatal := failed != nil && (strict || len(lists) == 0 || ctx.Err() != nil)
	for i, r := range results {
		if r.err != nil && !strict && ctx.Err() == nil && !(fatal && r.err == failed) {
			warnings = append(warnings, leftOut(sources[i], r.err))
		}
	}
	if fatal {
		return cluster.Snapshot{}, warnings, failed
	}
	if !choice.Empty() {
		told, err := choice.tell(ctx, sources, jobs, strict)
		warnings = append(warnings, told...)
		if err != nil {
			return cluster.Snapshot{}, warnings, err
		}
	}
	return cluster.Merge(lists...), warnings, nil
}

func leftOut(s Source, err error) Warning { return because(s, "left out", err) }

// because makes a warning of an error, without what that was doing and where.
func because(s Source, what string, err error) Warning {
	var e *Error
	if errors.As(err, &e) {
		w := Warning{Source: s.Name(), Message: join(what, statusText(e.Status), e.Message)}
		if len(e.Said) > 0 {
			w.Said = e.Message
		}
		return w
	}
	why := clean(err.Error())
	return Warning{s.Name(), join(what, why), why}
}
