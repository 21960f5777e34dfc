package history

// This file says what a question is about.

import (
	"slices"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// A Query says which changes are meant. The zero value means all.
type Query struct {
	From, To time.Time // both included; a zero time is no limit
	Node     string    // the ID, present or former, of a node or an orchestrator; empty means any

	// Match chooses nodes by what they are after the change, or were before they left. nil
	// means all nodes; else changes of the set of orchestrators are left out.
	Match func(*cluster.Node) bool
}

// span returns the times that a question is about.
func span(from, to time.Time) (low, high int64) {
	low, high = 0, forever
	if !from.IsZero() {
		low = millis(from)
	}
	if !to.IsZero() {
		high = millis(to)
	}
	return low, high
}

// A Span is a time over which a node stayed as it was.
type Span struct {
	From, To time.Time    // to the next change of the node, or to when the network was last seen
	Node     cluster.Node // without its load

	// Connection is that of the snapshot; see [cluster.Snapshot.Connection].
	Connection cluster.Connection
}

// A hubsOf holds the orchestrators of each frame, few of which differ.
type hubsOf map[string][]string

// connection returns the connection of a node in a snapshot with that frame.
func (h hubsOf) connection(n *cluster.Node, frame string) (cluster.Connection, error) {
	hubs, known := h[frame]
	if !known {
		snap, err := snapshot.Parts{Frame: frame}.Join()
		if err != nil {
			return "", err
		}
		hubs = snap.Orchestrators
		h[frame] = hubs
	}
	snap := cluster.Snapshot{Orchestrators: hubs}
	c := snap.Connection(n)
	if _, answered := slices.BinarySearch(hubs, n.ID); answered && c == "" {
		return cluster.Connected, nil
	}
	return c, nil
}
