package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/display"
)

// A View is what is known of the network at one time. It is not changed any more once it is
// shown, so whoever has it needs no lock.
type View struct {
	// Seq grows by 1 with each change of the network's shape. It is 0 until a source has
	// answered.
	Seq uint64

	// Revision grows with each change of anything, such as the load.
	Revision uint64

	// At is when the newest list arrived, and Changed when the shape was seen first.
	At, Changed time.Time

	// Snapshot is the network. With redaction it has pseudonyms.
	Snapshot cluster.Snapshot

	Sources []Source

	// Note says in a sentence that what is shown is old, and how old; "" if it is not.
	Note string
}

// A Source is how the reading of a source goes.
type Source struct {
	Name     string    // without secrets; with redaction, a number
	Answered time.Time // when its last list arrived; zero if none has
	Error    string    // why there is no newer list; "" if all is well
	Polls    uint64    // readings that ended
	Failures uint64    // of these
	Failing  bool      // the last reading that ended gave no list
}

// noteOf returns the sentence about sources that fail, or "". A picture may be looked at later,
// so it says since when.
func noteOf(sources []Source) string {
	failing, since := 0, time.Time{}
	for i := range sources {
		if s := &sources[i]; s.Failing && !s.Answered.IsZero() {
			if failing++; since.IsZero() || s.Answered.Before(since) {
				since = s.Answered
			}
		}
	}
	when := since.UTC().Format("2006-01-02 15:04:05 UTC")
	switch {
	case failing == 0:
		return ""
	case len(sources) == 1:
		return "No answer since " + when + "."
	}
	return fmt.Sprintf("%d of %s without an answer since %s.", failing, display.Count(len(sources), "source"), when)
}

// A count says how much a change has changed.
type count struct {
	Joined  int `json:"joined"`
	Left    int `json:"left"`
	Changed int `json:"changed"`
}

// none reports whether the shape is the same.
func (c count) none() bool { return c == count{} }

// compare counts the changes from one snapshot to another, as a history does. That a node
// awaits reconnection is no difference, but a change that a page shows.
func compare(ctx context.Context, before, after *cluster.Snapshot) (*diff.Diff, count, error) {
	d, err := diff.Compare(ctx, *before, *after, diff.Options{})
	if err != nil {
		return nil, count{}, err
	}
	c := count{Changed: len(d.AddedOrchestrators) + len(d.RemovedOrchestrators) + len(d.RenamedOrchestrators)}
	for i := range d.Added {
		c.add(false, diff.Here(after, d.Added[i].ID))
	}
	for i := range d.Removed {
		c.add(diff.Here(before, d.Removed[i].ID), false)
	}
	listed := make(map[string]bool, len(d.Changed))
	for _, n := range d.Changed {
		listed[n.ID] = true
		c.add(diff.Here(before, n.ID), diff.Here(after, n.ID))
	}
	for i := range after.Nodes {
		n := &after.Nodes[i]
		if was := before.Node(n.ID); was != nil && !listed[n.ID] && before.Connection(was) != after.Connection(n) {
			c.add(diff.Here(before, n.ID), diff.Here(after, n.ID))
		}
	}
	return d, c, nil
}

// add counts a node that is not the same as before.
func (c *count) add(was, is bool) {
	switch {
	case is && !was:
		c.Joined++
	case was && !is:
		c.Left++
	default:
		c.Changed++
	}
}

// same reports whether two snapshots are equal in everything, the load included.
func same(a, b *cluster.Snapshot) bool { return reflect.DeepEqual(a, b) }

// A changeEvent is the data of the event of a change.
type changeEvent struct {
	Seq uint64 `json:"seq"`
	At  string `json:"at"`
	count
	Changes json.RawMessage `json:"changes,omitempty"`
}

// A statusEvent is the data of the event about the sources.
type statusEvent struct {
	At       string         `json:"at"`
	Seq      uint64         `json:"seq"`
	Revision uint64         `json:"revision"`
	Sources  []sourceStatus `json:"sources"`
}

type sourceStatus struct {
	Name  string   `json:"name"`
	OK    bool     `json:"ok"`
	Age   *float64 `json:"age,omitempty"` // in seconds; nil if it has not answered
	Error string   `json:"error,omitempty"`
}

// status returns how the sources are at that time.
func (v *View) status(now time.Time) statusEvent {
	s := statusEvent{At: stamp(now), Seq: v.Seq, Revision: v.Revision, Sources: []sourceStatus{}}
	for _, source := range v.Sources {
		one := sourceStatus{Name: source.Name, OK: source.Error == "" && !source.Answered.IsZero(), Error: source.Error}
		if !source.Answered.IsZero() {
			age := max(0, now.Sub(source.Answered).Round(time.Millisecond).Seconds())
			one.Age = &age
		}
		s.Sources = append(s.Sources, one)
	}
	return s
}

// Trouble returns why no source has answered yet.
func (v *View) trouble() string {
	for _, s := range v.Sources {
		if s.Error != "" {
			return s.Name + ": " + s.Error
		}
	}
	return ""
}

// stamp returns a time as documents have it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
