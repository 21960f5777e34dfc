// Package history keeps what a network was like, and what changed when.
//
// A [Store] is a file or bounded memory. What comes in are [cluster.Snapshot] values with
// the times at which they were taken; the store keeps what changed from one to the next,
// as package diff finds it, and the load in steps. What goes out are the snapshot at any
// moment, the moments between two times, and the changes of all nodes or of one. Times are
// kept to the millisecond. This package reads no clock and no orchestrators, and prints
// nothing.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package history

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/display"
)

// Options say what a store keeps. The zero value keeps every change, and no load.
type Options struct {
	// Keep is how long changes are kept, and KeepLoad how long the load is, both counted
	// back from the latest snapshot. 0 means for ever. What is older is deleted now and then.
	Keep, KeepLoad time.Duration

	// LoadEvery is the time between two steps of the load and the jobs; 0 means that they
	// are not kept.
	LoadEvery time.Duration

	// LoadFor is how long a step of the load holds if there is no later one; 0 means twice
	// LoadEvery.
	LoadFor time.Duration

	// MaxLoadBytes is how large the load may grow; then the older half of its time is deleted.
	// 0 means any size.
	MaxLoadBytes int64

	// MaxBytes is how large the store may grow; then the older half of it is deleted.
	// 0 means any size. A file does not shrink below what it has room for already.
	MaxBytes int64
}

// A Moment is a time at which the network changed.
type Moment struct {
	Seq uint64 // 1 for the first that was ever stored, and 1 more for each later one
	At  time.Time

	// Joined counts the nodes that are connected or await reconnection and did not
	// before, Left those that did and do not any more, Changed all other changes: of other
	// nodes, and of the set of orchestrators. All are 0 in the first moment of a store, and
	// where diff finds no difference that counts.
	Joined, Left, Changed int
}

// A LoadStep is a time over which one step of the load holds.
type LoadStep struct {
	From, Until time.Time // Until is not after the From of the next step
}

// stepsOf returns those of all steps, oldest first, that hold at any time from low to high.
// Each begins and ends at a time in milliseconds.
func stepsOf(all [][2]int64, low, high int64) (steps []LoadStep) {
	for i, s := range all {
		if i+1 < len(all) {
			s[1] = min(s[1], all[i+1][0])
		}
		if s[1] > low && s[0] <= high {
			steps = append(steps, LoadStep{timeOf(s[0]), timeOf(s[1])})
		}
	}
	return steps
}

// A Change is what happened to one node, or one orchestrator, at a moment.
type Change struct {
	Seq  uint64
	At   time.Time
	Kind diff.Kind
	diff.Subject

	// Diff holds the change alone. Its numbers of nodes are those of the network.
	Diff *diff.Diff
}

// An Appended says what a snapshot added to a store.
type Appended struct {
	Moment            // the last one of the store, new or not
	New    bool       // whether the snapshot is a new moment
	First  bool       // whether it is the first of the store, with which nothing can be compared
	Pruned bool       // whether old moments were deleted
	Loaded bool       // whether a step of the load was stored
	Diff   *diff.Diff // from the moment before; nil unless New, and for the first
}

// What is wrong with a store. An [*Error] wraps one of these, or what the system said.
var (
	ErrBusy    = errors.New("another program writes to it")
	ErrLinked  = errors.New("the file has more than one name (hard link), so another writer could not be noticed")
	ErrForeign = errors.New("not a history of bacviz")
	ErrNewer   = errors.New("written by a newer version of bacviz")
	ErrEmpty   = errors.New("the history is empty")
	ErrEarlier = errors.New("the history begins later")
	ErrOrder   = errors.New("the history has later changes already")
	ErrPart    = errors.New("the history holds another part of the network")
)

// An Error is what went wrong with a store.
type Error struct {
	Path    string // the file; empty for memory
	Message string
	Hint    string // what to do about it; may be empty
	Err     error
}

func (e *Error) Error() string {
	return fmt.Sprintf("history %s: %s", cmp.Or(display.Printable(e.Path), "in memory"), e.Message)
}

func (e *Error) Unwrap() error { return e.Err }

// millis returns a time as the store has it.
func millis(t time.Time) int64 { return t.UnixMilli() }

// timeOf returns the time that the store has.
func timeOf(millis int64) time.Time { return time.UnixMilli(millis).UTC() }
