package diff

// This file says whether a node joined or left the network.

import "github.com/bacviz/bacviz/cluster"

// A Kind says what happened to a node.
type Kind string

// The kinds. A node joined if it is connected or awaits reconnection and did not before, and
// left the other way round. All else is a change, also of the set of orchestrators.
const (
	Joined  Kind = "joined"
	Left    Kind = "left"
	Changed Kind = "changed"
)

// Kind says what happened to the subject of a part of a diff from one snapshot to the next.
func (s Subject) Kind(before, after *cluster.Snapshot) Kind {
	if s.Orchestrator {
		return Changed
	}
	old := s.ID
	if s.From != "" {
		old = s.From
	}
	switch was, is := Here(before, old), Here(after, s.ID); {
	case is && !was:
		return Joined
	case was && !is:
		return Left
	}
	return Changed
}

// Here reports whether a node of that ID takes part in the network: it is listed, and not
// as disconnected by all.
func Here(snap *cluster.Snapshot, id string) bool {
	n := snap.Node(id)
	return n != nil && snap.Connection(n) != cluster.Disconnected
}
