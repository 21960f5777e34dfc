package fetch

import (
	"context"
	"errors"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/parallel"
)

// Options say how [Snapshot] reads. The zero value reads nodes alone, leaves out
// sources that fail, and reports nothing.
type Options struct {
	// Strict makes the first source that fails fail the snapshot.
	Strict bool

	// Separate keeps the nodes of [Named] sources apart, whatever their IDs; see
	// [cluster.Separate].
	Separate bool

	// Jobs says which jobs the snapshot has, with where they ran. Jobs in a source
	// that is a snapshot are left out unless they are chosen.
	Jobs JobChoice

	// Warn receives the warnings, one after the other, when everything has been read,
	// in the order of the sources; nil drops them. It is used instead of the sources'
	// own Warn.
	Warn func(Warning)

	// Progress is called now and then, by several sources at the same time, while
	// nodes are read; nil means not at all. It is used instead of the sources' own.
	Progress func(Progress)
}

// Snapshot reads the sources side by side and merges their lists.
//
// A source that fails, or whose jobs cannot be read, causes a warning, as long as
// another one does not fail. So that the others can still be used, one of several
// sources gets no more than four fifths of the time that ctx leaves. Snapshot fails
// when all sources fail, with the error of the first, and when ctx ends. It fails with
// an error that matches [ErrNoJobs] when jobs are chosen and no source has any, and
// one that matches [bacalhau.ErrNoJob] or [bacalhau.ErrManyJobs] about an ID.
func Snapshot(ctx context.Context, sources []Source, opt Options) (cluster.Snapshot, error) {
	if len(sources) == 0 {
		return cluster.Snapshot{}, &Error{Op: "listing nodes", Message: "no source given", Hint: hintSource}
	}
	s := reading{opt: opt, sources: sources, results: make([]result, len(sources))}
	s.read(ctx)
	snap, err := s.merge(ctx)
	for _, w := range s.warnings {
		if opt.Warn != nil {
			opt.Warn(w)
		}
	}
	return snap, err
}

// List reads the nodes of one source, as [Snapshot] does, for a caller that reads each
// source at its own pace and merges the lists. Of opt it uses Separate, Warn and Progress.
func List(ctx context.Context, source Source, opt Options) (cluster.List, error) {
	s, r := reading{opt: Options{Progress: opt.Progress}}, result{}
	s.readSource(ctx, source, &r)
	for _, w := range r.warnings {
		if opt.Warn != nil {
			opt.Warn(w)
		}
	}
	if r.err != nil {
		return cluster.List{}, r.err
	}
	if opt.Separate {
		r.list = cluster.Separate(r.list)
	}
	return r.list, nil
}

// A reading is one call of [Snapshot].
type reading struct {
	opt      Options
	sources  []Source
	results  []result      // by source
	limit    time.Duration // of ctx, where each source gets only a part of it
	warnings []Warning
}

// A result holds the list of one source, or why it could not be read.
type result struct {
	list     cluster.List
	warnings []Warning // about its nodes
	err      error
	jobs     chosen
}

// read reads all sources.
func (s *reading) read(ctx context.Context) {
	if deadline, has := ctx.Deadline(); has && len(s.sources) > 1 && !s.opt.Strict {
		var cancel context.CancelFunc
		s.limit = time.Until(deadline)
		ctx, cancel = context.WithTimeout(ctx, s.limit*4/5)
		defer cancel()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parallel.Do(len(s.sources), func(i int) {
		r := &s.results[i]
		s.readSource(ctx, s.sources[i], r)
		if (r.err != nil || r.jobs.err != nil) && s.opt.Strict {
			cancel() // the others are not needed any more
		}
	})
}

func (s *reading) readSource(ctx context.Context, source Source, r *result) {
	source, name := Unnamed(source)
	source = reporting(source, func(w Warning) {
		w.Source = named(name, w.Source)
		r.warnings = append(r.warnings, w)
	}, s.opt.Progress)
	r.list, r.err = source.List(ctx)
	r.list.Origin, r.err = cluster.Origin{Cluster: name, Source: source.Name()}, as(name, r.err)
	switch source.(type) {
	case File, Stream, *bacalhau.Client:
		r.list.Owned = true // others may keep what they return
	}
	if !s.opt.Jobs.Empty() && r.err == nil {
		switch c, isClient := source.(*bacalhau.Client); {
		case isClient:
			r.jobs = jobsOfOrchestrator(ctx, *c, &s.opt.Jobs)
		case r.list.Jobs != nil:
			r.jobs = jobsOfSnapshot(source.Name(), r.list.Jobs, &s.opt.Jobs)
		}
	}
	r.list.Jobs, r.jobs.err = r.jobs.jobs, as(name, r.jobs.err)
}

// merge merges the lists of the sources that did not fail, and collects the warnings.
func (s *reading) merge(ctx context.Context) (cluster.Snapshot, error) {
	var lists []cluster.List
	var read []int   // the sources of the lists
	var failed error // of the first source that failed before it was cancelled
	for i, r := range s.results {
		s.warnings = append(s.warnings, r.warnings...)
		switch {
		case r.err == nil:
			if s.opt.Separate {
				r.list = cluster.Separate(r.list)
			}
			lists, read = append(lists, r.list), append(read, i)
			s.results[i].list = cluster.List{} // else it would be held until all is done
		case failed == nil || errors.Is(failed, context.Canceled):
			failed = r.err
		}
	}
	fatal := failed != nil && (s.opt.Strict || len(lists) == 0 || ctx.Err() != nil)
	for i, r := range s.results {
		if r.err != nil && !s.opt.Strict && ctx.Err() == nil && !(fatal && r.err == failed) {
			w := bacalhau.NewWarning(s.sources[i].Name(), "left out", r.err)
			if s.limit > 0 && errors.Is(r.err, context.DeadlineExceeded) {
				w.Message += ", its part of the limit of " + display.Limit(s.limit)
			}
			s.warnings = append(s.warnings, w)
		}
	}
	if fatal {
		return cluster.Snapshot{}, failed
	}
	if !s.opt.Jobs.Empty() {
		if err := s.checkJobs(ctx); err != nil {
			return cluster.Snapshot{}, err
		}
	}
	s.warnDisagreements(lists, read)
	snap := cluster.Merge(lists...)
	snap.Sources, snap.Unread = len(s.sources), len(s.sources)-len(lists)
	return snap, nil
}
