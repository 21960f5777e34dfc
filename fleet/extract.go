package fleet

// This file makes facts of snapshots, by all processors.

import (
	"cmp"
	"context"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// A task is a snapshot that is to be read, with the place for its result.
type task struct {
	cluster string
	file    file
	done    chan facts // has room for one
}

// A batch is the tasks of one cluster, in the order of their files.
type batch struct {
	name    string // of the cluster
	cluster string // the same as a JSON string, with its quotes
	undated int    // how many files at the beginning have no time in their names
	files   int
	tasks   chan *task
	lost    []leftOut
	err     error // why there are no tasks
}

// extract yields the lines of the snapshots of places. Readers go ahead of what is asked for
// by a few snapshots for each processor, so that memory does not depend on how many there are.
func extract(ctx context.Context, places []place, opt *Options) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		own, cancel := context.WithCancel(ctx)
		var all sync.WaitGroup
		defer all.Wait()
		defer cancel()
		fleet := byCluster(places, opt)
		workers := runtime.GOMAXPROCS(0)
		work := make(chan *task, workers)
		batches := make(chan *batch, 1) // the next cluster is begun before one is done
		all.Go(func() { plan(own, fleet, opt, work, batches) })
		for range workers {
			all.Go(func() {
				r := newReader(opt)
				for t := range work {
					t.done <- r.read(own, t)
				}
			})
		}
		x := extraction{ctx: own, opt: opt, yield: yield, progress: Progress{Clusters: len(fleet)}}
		for b := range batches {
			if !x.cluster(b) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Line{}, err)
		}
	}
}

// byCluster joins places of one name, and puts them in the order of their lines.
func byCluster(places []place, opt *Options) (fleet []place) {
	sorted := slices.Clone(places)
	key := func(p *place) string { return quoted(opt.clusterName(p.cluster)) } // names are in UTF-8
	slices.SortStableFunc(sorted, func(a, b place) int { return strings.Compare(key(&a), key(&b)) })
	for _, p := range sorted {
		if n := len(fleet); n > 0 && fleet[n-1].cluster == p.cluster {
			fleet[n-1].paths = slices.Concat(fleet[n-1].paths, p.paths)
			fleet[n-1].sources = slices.Concat(fleet[n-1].sources, p.sources)
			continue
		}
		fleet = append(fleet, p)
	}
	return fleet
}

// plan lists the files of each cluster and hands them to the readers, until ctx ends.
func plan(ctx context.Context, fleet []place, opt *Options, work chan<- *task, batches chan<- *batch) {
	defer close(batches)
	defer close(work)
	for _, p := range fleet {
		files, lost, err := p.list(ctx, opt)
		name := opt.clusterName(p.cluster)
		b := &batch{
			name: name, cluster: quoted(name), lost: lost, err: err,
			tasks: make(chan *task, 4*runtime.GOMAXPROCS(0)), // how far readers go ahead
		}
		if err == nil {
			b.files, b.undated = files.len(), files.undated()
		}
		select {
		case batches <- b:
		case <-ctx.Done():
			return
		}
		for i := range b.files {
			t := &task{p.cluster, files.file(i), make(chan facts, 1)}
			select {
			case b.tasks <- t:
			case <-ctx.Done():
				close(b.tasks)
				return
			}
			select {
			case work <- t:
			case <-ctx.Done():
				close(b.tasks)
				return
			}
		}
		close(b.tasks)
	}
}

// An extraction puts what the readers return in order.
type extraction struct {
	ctx      context.Context
	opt      *Options
	yield    func(Line, error) bool
	progress Progress
	known    definitions
	pool     map[string]definition // that were read and not yielded yet, by kind and name
}

// cluster yields the lines of one cluster, and reports whether to go on.
func (x *extraction) cluster(b *batch) bool {
	if b.err != nil {
		x.yield(Line{}, b.err)
		return false
	}
	x.progress.Cluster, x.pool, x.known = b.name, make(map[string]definition), definitions{}
	var waiting []facts // without a time in the names of their files
	for i := range b.lost {
		waiting = append(waiting, x.opt.lost(&b.lost[i]))
		x.warn(&waiting[i])
	}
	for range b.undated {
		f, more := x.next(b)
		if !more {
			return false
		}
		waiting = append(waiting, f)
	}
	slices.SortStableFunc(waiting, func(a, b facts) int { return a.at.Compare(b.at) })
	var same []facts // of one time
	flush := func(next time.Time) bool {
		if len(same) > 0 && !same[0].at.Equal(next) {
			if !x.emit(b.cluster, same) {
				return false
			}
			same = same[:0]
		}
		return true
	}
	add := func(f facts) bool {
		if !flush(f.at) {
			return false
		}
		same = append(same, f)
		return true
	}
	for range b.files - b.undated {
		f, more := x.next(b)
		if !more {
			return false
		}
		for len(waiting) > 0 && waiting[0].at.Before(f.at) {
			if !add(waiting[0]) {
				return false
			}
			waiting = waiting[1:]
		}
		if !add(f) {
			return false
		}
	}
	for _, f := range waiting {
		if !add(f) {
			return false
		}
	}
	x.progress.Done++
	return len(same) == 0 || x.emit(b.cluster, same)
}

// next returns the facts of the next snapshot, in the order of the files; no more if ctx ended.
func (x *extraction) next(b *batch) (f facts, more bool) {
	t, more := <-b.tasks
	if more {
		select {
		case f = <-t.done:
		case <-x.ctx.Done():
			more = false
		}
	}
	if !more {
		x.yield(Line{}, x.ctx.Err())
		return f, false
	}
	x.warn(&f)
	for _, d := range f.definitions {
		if key := d.what[:1] + d.name; !x.known.names[key] {
			x.pool[key] = d
		}
	}
	x.progress.Snapshots++
	if x.opt.Progress != nil {
		x.opt.Progress(x.progress)
	}
	return f, true
}

func (x *extraction) warn(f *facts) {
	for _, w := range f.warnings {
		x.opt.warn("%s", w)
	}
}

// emit yields the lines of snapshots of one time, and of what they need that was not there
// before.
func (x *extraction) emit(cluster string, same []facts) bool {
	at := timeText(same[0].at)
	var lines []Line
	define := func(what, name string) (needs []string) {
		key := what[:1] + name
		if d, waits := x.pool[key]; waits {
			delete(x.pool, key)
			if l := newLine(cluster, at, what, name, d.content, d.made); !x.known.has(l) {
				lines, needs = append(lines, l), d.needs
			}
		}
		return needs
	}
	for i := range same {
		if text := same[i].leftOut; text != "" {
			lines = append(lines, newLine(cluster, at, leftOutLine, nameOf(text), text, content{}))
			continue
		}
		for _, node := range define(shapeLine, same[i].shape) {
			define(nodeLine, node)
		}
		lines = append(lines, newLine(cluster, at, snapshotLine, same[i].shape, same[i].text, content{figures: same[i].figures}))
	}
	slices.SortFunc(lines, func(a, b Line) int { return cmp.Compare(a.Text, b.Text) })
	for i, l := range lines {
		if i > 0 && l.Text == lines[i-1].Text {
			continue
		}
		if !x.yield(l, nil) {
			return false
		}
	}
	return true
}
