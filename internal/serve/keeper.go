package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/serve/events"
	"github.com/bacviz/bacviz/internal/serve/poll"
)

// maxChanges is the size of the largest list of changes in an event, in bytes. With a larger
// one, a client fetches the page anyway.
const maxChanges = 256 << 10

// A keeper makes views of what the sources answer. Only its view and the number of missed ones
// may be read by others; all else belongs to the goroutine that reports results.
type keeper struct {
	opt  *Options
	hub  *events.Hub
	view atomic.Pointer[View]

	lists  []*cluster.List // the last of each source; nil if it has not answered
	heard  []bool          // sources that have answered, or did not in time
	warned []string        // the last warnings of each source
	failed string          // why the last view is not in the history
	missed atomic.Uint64   // views that are not in the history
}

func newKeeper(opt *Options, hub *events.Hub) *keeper {
	n := len(opt.Sources)
	k := &keeper{opt: opt, hub: hub, lists: make([]*cluster.List, n), heard: make([]bool, n), warned: make([]string, n)}
	v := &View{}
	for i, s := range opt.Sources {
		name := s.Name()
		if opt.Redact != nil {
			name = "source " + strconv.Itoa(i+1)
		}
		v.Sources = append(v.Sources, Source{Name: display.Excerpt(name)})
	}
	k.view.Store(v)
	return k
}

// report takes the result of a reading, and shows what follows from it.
func (k *keeper) report(ctx context.Context, r poll.Result) {
	if ctx.Err() != nil {
		return // what ended with the server says nothing about a source
	}
	old := k.view.Load()
	next := *old
	next.Sources = slices.Clone(old.Sources)
	k.note(&next.Sources[r.Source], &r)
	k.heard[r.Source] = true
	if next.Note = noteOf(next.Sources); next.Note != old.Note {
		next.Revision++ // pictures show it
	}
	if r.Err == nil && !r.Late {
		k.lists[r.Source] = &r.List
		next.At = time.Now()
		k.warn(&r, next.Sources[r.Source].Name)
	}
	if next.At != old.At || next.Seq == 0 {
		if err := k.look(ctx, old, &next); err != nil {
			k.opt.log("the network could not be compared with what it was: %s", err)
			return
		}
	} else {
		k.view.Store(&next)
	}
	k.tell()
}

// note says in the status of a source how a reading went, and logs what is new about it.
func (k *keeper) note(s *Source, r *poll.Result) {
	was := s.Error
	switch {
	case r.Late:
		s.Error = "no answer yet after " + display.Limit(r.Ended.Sub(r.Began).Round(100*time.Millisecond))
	case r.Err != nil:
		s.Polls, s.Failures, s.Error, s.Failing = s.Polls+1, s.Failures+1, k.reason(r.Err), true
	default:
		s.Polls, s.Answered, s.Error, s.Failing = s.Polls+1, r.Ended, "", false
	}
	switch {
	case s.Error == was:
	case s.Error == "":
		k.opt.log("%s: answers again", s.Name)
	case !s.Answered.IsZero():
		k.opt.log("%s: %s; what it said at %s stays", s.Name, s.Error, s.Answered.Format(time.TimeOnly))
	default:
		k.opt.log("%s: %s", s.Name, s.Error)
	}
}

// reason returns why a source could not be read, without its name.
func (k *keeper) reason(err error) string {
	var failed *fetch.Error
	if !errors.As(err, &failed) {
		return "could not be read"
	}
	if k.opt.Redact != nil {
		failed = failed.Redacted()
	}
	short := *failed
	short.Op, short.Source = "", ""
	text := strings.TrimPrefix(short.Error(), ": ")
	if errors.Is(err, context.DeadlineExceeded) {
		text = "no answer within " + display.Limit(k.opt.Timeout)
	}
	return display.Excerpt(text)
}

// warn logs what was odd in a list, once.
func (k *keeper) warn(r *poll.Result, name string) {
	var all []string
	for _, w := range r.Warnings {
		if k.opt.Redact != nil {
			w = w.Redacted()
		}
		all = append(all, w.Message)
	}
	text := strings.Join(all[:min(3, len(all))], "; ")
	if text != "" && text != k.warned[r.Source] {
		k.opt.log("warning: %s: %s", name, display.Excerpt(text))
	}
	k.warned[r.Source] = text
}

// look merges the lists, and shows the view that follows from them. Before each source was
// heard of there is none: those that are slower than others would seem to join.
func (k *keeper) look(ctx context.Context, old, next *View) error {
	snap, read := k.merge()
	if read == 0 || slices.Contains(k.heard, false) {
		k.view.Store(next)
		return nil
	}
	shown := snap
	if k.opt.Redact != nil {
		var err error
		if shown, err = k.opt.Redact(ctx, snap); err != nil {
			return err
		}
	}
	d, c, err := compare(ctx, &old.Snapshot, &shown)
	if err != nil {
		return err
	}
	next.Snapshot = shown
	isNew := old.Seq == 0 || !c.none()
	if isNew {
		next.Seq, next.Changed = old.Seq+1, next.At
	}
	if isNew || !same(&old.Snapshot, &shown) {
		next.Revision++
	}
	k.keep(ctx, snap, next.At) // first, so that the history knows all that is shown
	k.view.Store(next)
	if isNew {
		k.logChange(old, next, c)
		if err := k.publish(ctx, next, d, c); err != nil {
			return err
		}
	}
	if k.opt.Seen != nil {
		k.opt.Seen(ctx, snap, next.At)
	}
	return nil
}

// merge makes one snapshot of the last lists of all sources, and returns how many there are.
func (k *keeper) merge() (snap cluster.Snapshot, read int) {
	var lists []cluster.List
	for _, l := range k.lists {
		if l != nil {
			lists = append(lists, *l)
		}
	}
	snap = cluster.Merge(lists...)
	snap.Sources, snap.Unread = len(k.lists), len(k.lists)-len(lists)
	return snap, len(lists)
}

// publish makes an event of a change.
func (k *keeper) publish(ctx context.Context, v *View, d *diff.Diff, c count) error {
	e := changeEvent{Seq: v.Seq, At: stamp(v.Changed), count: c}
	var document, line bytes.Buffer
	if err := d.WriteJSON(ctx, &document); err != nil {
		return err
	}
	if document.Len() <= maxChanges {
		if err := json.Compact(&line, document.Bytes()); err != nil {
			return err
		}
		e.Changes = line.Bytes()
	}
	return k.hub.Change(v.Seq, e)
}

// logChange says on one line what is new.
func (k *keeper) logChange(old, v *View, c count) {
	if old.Seq == 0 {
		k.opt.log("the network has %s", display.Count(len(v.Snapshot.Nodes), "node"))
		return
	}
	var parts []string
	for _, p := range []struct {
		n    int
		verb string
	}{{c.Joined, "joined"}, {c.Left, "left"}, {c.Changed, "changed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.verb))
		}
	}
	k.opt.log("%s: %s", display.Count(len(v.Snapshot.Nodes), "node"), strings.Join(parts, ", "))
}

// keep adds the network as it is to the history.
func (k *keeper) keep(ctx context.Context, snap cluster.Snapshot, at time.Time) {
	if k.opt.History == nil {
		return
	}
	failed := ""
	if _, err := k.opt.History.Append(ctx, at, snap); err != nil && ctx.Err() == nil {
		failed = err.Error()
	}
	switch {
	case failed != "":
		k.missed.Add(1)
		if failed != k.failed {
			k.opt.log("the history misses what happens: %s", failed)
		}
	case k.failed != "" && ctx.Err() == nil:
		k.opt.log("the history is written again")
	}
	k.failed = failed
}

// tell sends the status to all streams.
func (k *keeper) tell() {
	// It holds nothing that could not be written.
	_ = k.hub.Status(k.view.Load().status(time.Now()))
}
