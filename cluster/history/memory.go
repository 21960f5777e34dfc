//go:build wasip1

package history

// This file is the store of a build that is WebAssembly, for which there is no SQLite: a history
// in memory. It is kept whole, but for the load.

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/diff"
)

// A Store is a history. Its methods may be called from several goroutines.
type Store struct {
	path string // always empty
	opt  Options

	mu       sync.Mutex
	last     *last
	doubtful bool // has no effect

	moments  []stored             // oldest first
	versions map[string][]version // of each node, oldest first
	loads    []load               // oldest first
}

// A stored is a moment with its changes.
type stored struct {
	Moment
	seen    int64
	frame   string
	changes []changed
}

// A load is a step of the load.
type load struct {
	at, until int64
	body      []byte
}

// A version is what a node was from one moment to another.
type version struct {
	first, last uint64 // last is when it ended; forever if it has not
	record      string
}

// ErrAbsent is the error for a history in a file.
var ErrAbsent = errors.New("this build of bacviz is WebAssembly and reads no history files")

func absent(path string) error {
	return &Error{Path: path, Message: ErrAbsent.Error(), Hint: "use a folder of snapshots, or a build for your system", Err: ErrAbsent}
}

// Open returns [ErrAbsent].
func Open(_ context.Context, path string, _ Options) (*Store, error) { return nil, absent(path) }

// View returns [ErrAbsent].
func View(_ context.Context, path string) (*Store, error) { return nil, absent(path) }

// Memory returns a history in memory, which is lost with the program. It keeps every change,
// whatever the options say.
func Memory(_ context.Context, opt Options) (*Store, error) {
	return &Store{opt: opt, last: &last{}, versions: make(map[string][]version)}, nil
}

// Close does nothing.
func (s *Store) Close() error { return nil }

// Prune deletes nothing.
func (s *Store) Prune(context.Context, time.Time, time.Time) error { return nil }

// fromDatabase reports that there is none.
func (e *Error) fromDatabase(error) bool { return false }

// ready returns nil.
func (s *Store) ready(context.Context) error { return nil }

// store adds what is new. It sets the counts of the moment.
func (s *Store) store(ctx context.Context, next *last, added *Appended, snap cluster.Snapshot) error {
	if s.loadDue(next) {
		if err := s.storeLoad(ctx, next, snap); err != nil {
			return err
		}
		added.Loaded = true
	}
	if !added.New {
		next.seen = max(next.seen, s.last.seen)
		s.moments[len(s.moments)-1].seen = next.seen
		return nil
	}
	var changes []changed
	if added.Diff != nil {
		for c, err := range s.changesTo(ctx, next, added.Diff) {
			if err != nil {
				return err
			}
			changes = append(changes, c)
		}
		added.Moment = next.Moment
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.moments = append(s.moments, stored{next.Moment, next.seen, next.frame, changes})
	for id, old := range s.last.nodes {
		if next.nodes[id].first != old.first {
			of := s.versions[id]
			of[len(of)-1].last = next.Seq
		}
	}
	for id, now := range next.nodes {
		if now.first == next.Seq {
			s.versions[id] = append(s.versions[id], version{now.first, forever, now.record})
		}
	}
	return nil
}

// storeLoad keeps a step of the load.
func (s *Store) storeLoad(ctx context.Context, next *last, snap cluster.Snapshot) error {
	body, err := packLoad(ctx, snap)
	if err != nil {
		return err
	}
	next.loaded = next.seen
	if n := len(s.loads); n > 0 && s.loads[n-1].at == next.seen {
		next.loadBytes -= int64(len(s.loads[n-1].body))
		s.loads = s.loads[:n-1]
	}
	s.loads = append(s.loads, load{next.seen, s.loadUntil(next.seen), body})
	next.loadBytes += int64(len(body))
	if s.opt.MaxLoadBytes == 0 || next.loadBytes <= s.opt.MaxLoadBytes {
		return nil
	}
	middle := (s.loads[0].at + next.seen) / 2
	s.loads = slices.DeleteFunc(s.loads, func(l load) bool { return l.at < middle })
	next.loadBytes = 0
	for _, l := range s.loads {
		next.loadBytes += int64(len(l.body))
	}
	return nil
}

// LoadSteps returns the steps of the load that hold at any time from one to another, both
// included, oldest first. A zero time is no limit.
func (s *Store) LoadSteps(_ context.Context, from, to time.Time) ([]LoadStep, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	low, high := span(from, to)
	var all [][2]int64
	for _, l := range s.loads {
		all = append(all, [2]int64{l.at, l.until})
	}
	return stepsOf(all, low, high), nil
}

// snapshotAt returns the network at a time, the next of a walk.
func (s *Store) snapshotAt(_ context.Context, at int64, w *walk) (snap cluster.Snapshot, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.moments) == 0 {
		return snap, ErrEmpty
	}
	i := sort.Search(len(s.moments), func(i int) bool { return millis(s.moments[i].At) > at })
	if i == 0 {
		return snap, fmt.Errorf("%w: at %s", ErrEarlier, s.moments[0].At.Format(time.RFC3339))
	}
	m := &s.moments[i-1]
	parts := snapshot.Parts{Frame: m.frame}
	for _, id := range s.ids() {
		for _, v := range s.versions[id] {
			if v.first <= m.Seq && v.last > m.Seq {
				parts.Nodes = append(parts.Nodes, v.record)
			}
		}
	}
	if snap, err = w.join(parts); err != nil {
		return snap, err
	}
	for _, l := range slices.Backward(s.loads) {
		if l.at > at || l.until <= at {
			continue
		}
		step, err := unpackLoad(l.body)
		if err != nil {
			return snap, err
		}
		addLoad(&snap, &step)
		break
	}
	snap.Taken = timeOf(min(at, m.seen))
	return snap, nil
}

// ids returns the IDs of all nodes that ever were, sorted.
func (s *Store) ids() []string { return slices.Sorted(maps.Keys(s.versions)) }

// Range returns when the history begins, and when the network was last seen. Both are
// zero in an empty history.
func (s *Store) Range(context.Context) (from, to time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.moments); n > 0 {
		from, to = s.moments[0].At, timeOf(s.moments[n-1].seen)
	}
	return from, to, nil
}

// Moments returns the moments from one time to another, both included, oldest first. A
// zero time is no limit.
func (s *Store) Moments(_ context.Context, from, to time.Time) (all []Moment, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	low, high := span(from, to)
	for _, m := range s.moments {
		if at := millis(m.At); low <= at && at <= high {
			all = append(all, m.Moment)
		}
	}
	return all, nil
}

// Frames returns the networks without their nodes, each once, oldest first: which orchestrators
// listed them, and the names of the clusters.
func (s *Store) Frames(ctx context.Context) (all []cluster.Snapshot, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make(map[string]bool)
	for _, m := range s.moments {
		if known[m.frame] {
			continue
		}
		known[m.frame] = true
		snap, err := snapshot.Parts{Frame: m.frame}.Join()
		if err != nil {
			return nil, s.explain(ctx, err)
		}
		all = append(all, snap)
	}
	return all, nil
}

// Changes yields the changes that a query means, newest first; those of one moment in the
// order of the text of package diff. It ends with the first error.
func (s *Store) Changes(ctx context.Context, q Query) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		low, high := span(q.From, q.To)
		for _, m := range slices.Backward(s.moments) {
			if at := millis(m.At); at < low || at > high {
				continue
			}
			for _, c := range m.changes {
				matches, err := s.means(&q, &c, m.Seq)
				if err == nil {
					err = ctx.Err()
				}
				if !matches && err == nil {
					continue
				}
				change := Change{Seq: m.Seq, At: m.At, Kind: c.kind, Subject: c.Subject}
				if err == nil {
					change.Diff, err = diff.Read(strings.NewReader(c.text), diff.ReadOptions{})
				}
				if !yield(change, s.explain(ctx, err)) || err != nil {
					return
				}
			}
		}
	}
}

// means reports whether a query means a change at that moment.
func (s *Store) means(q *Query, c *changed, seq uint64) (bool, error) {
	if q.Node != "" && c.ID != q.Node && c.From != q.Node {
		return false, nil
	}
	if q.Match == nil {
		return true, nil
	}
	if c.Orchestrator {
		return false, nil
	}
	for _, v := range slices.Backward(s.versions[c.ID]) {
		if v.first <= seq {
			node, err := snapshot.Node(v.record)
			return err == nil && q.Match(&node), err
		}
	}
	return false, nil
}

// Nodes returns the IDs of the nodes and orchestrators that the history has a change or a
// version of: of the one with that ID, or else of all whose ID has the text in it, sorted,
// but not more than a few.
func (s *Store) Nodes(_ context.Context, text string) ([]string, error) {
	const most = 10
	known := make(map[string]bool)
	for id := range s.versions {
		known[id] = true
	}
	for _, m := range s.moments {
		for _, c := range m.changes {
			known[c.ID] = true
			if c.From != "" {
				known[c.From] = true
			}
		}
	}
	if known[text] {
		return []string{text}, nil
	}
	var all []string
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if strings.Contains(id, text) && len(all) < most {
			all = append(all, id)
		}
	}
	return all, nil
}

// Spans yields what each node was over the time of a query, by ID and then by time. Where a
// node was not listed there is no span. It ends with the first error.
func (s *Store) Spans(ctx context.Context, q Query) iter.Seq2[Span, error] {
	return func(yield func(Span, error) bool) {
		_, seen, _ := s.Range(ctx)
		low, high := span(q.From, q.To)
		hubs := hubsOf{}
		for _, id := range s.ids() {
			for _, v := range s.versions[id] {
				begun := s.moment(v.first)
				from, to := millis(begun.At), millis(seen)
				if v.last != forever {
					to = millis(s.moment(v.last).At)
				}
				if from > high || to < low || q.Node != "" && id != q.Node {
					continue
				}
				one := Span{From: timeOf(max(from, low)), To: timeOf(min(to, high))}
				var err error
				if one.Node, err = snapshot.Node(v.record); err == nil && q.Match != nil && !q.Match(&one.Node) {
					continue
				}
				if err == nil {
					one.Connection, err = hubs.connection(&one.Node, begun.frame)
				}
				if err == nil {
					err = ctx.Err()
				}
				if !yield(one, s.explain(ctx, err)) || err != nil {
					return
				}
			}
		}
	}
}

// moment returns the moment of that number. The first is 1, and none is missing.
func (s *Store) moment(seq uint64) *stored { return &s.moments[seq-1] }
