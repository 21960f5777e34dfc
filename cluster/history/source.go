package history

// This file makes a source of a history: the network at a time.

import (
	"context"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// A Source is the network at a time, as the history in a file has it. It is a source for
// package fetch.
type Source struct {
	Path string
	At   time.Time
	Text string // the time as the user wrote it, for messages; may be empty
}

// Name returns the path and the time.
func (s Source) Name() string {
	name := display.Printable(s.Path)
	if s.Text != "" {
		name += "@" + display.Printable(s.Text)
	}
	return name
}

// List reads the network at that time. An error is an [*Error].
func (s Source) List(ctx context.Context) (cluster.List, error) {
	store, err := View(ctx, s.Path)
	if err != nil {
		return cluster.List{}, err
	}
	defer store.Close() // only read from
	snap, err := store.Snapshot(ctx, s.At)
	return snap.List(), err
}
