package cluster

// This file tells nodes that await reconnection from disconnected ones.

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/bacviz/bacviz/internal/parallel"
)

// Settle tells a node that awaits reconnection from a disconnected one. The API calls
// both disconnected. After an orchestrator restarts, it reports since when each node was
// connected, and has it as disconnected until it hears of it again, which takes up to
// 20 s. For a node that it saw leave, it also reports since when that is disconnected. Up
// to v1.5 it reports neither time. A rejected node awaits nothing: it is not let in again.
func (s *Sighting) Settle() {
	if s.Connection == Disconnected && s.Membership != Rejected && !s.ConnectedSince.IsZero() && s.DisconnectedSince.IsZero() && s.LastError == "" {
		s.Connection = AwaitingReconnection
	}
}

// compare orders connections: connected, awaiting reconnection, then all others in
// alphabetical order.
func (c Connection) compare(other Connection) int {
	rank := func(c Connection) int {
		switch c {
		case Connected:
			return 0
		case AwaitingReconnection:
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(rank(c), rank(other)), strings.Compare(string(c), string(other)))
}

// A Census holds numbers of compute nodes by connection, hybrid ones included.
type Census struct {
	Nodes     int // all of them
	Connected int // hubs included, whatever the lists say
	Awaiting  int // awaiting reconnection

	// Untold is how many are disconnected without anything that tells whether they are gone
	// or await reconnection, as up to v1.5.
	Untold int

	// OutageOrRestart is true if no node is connected and nothing tells whether the nodes
	// are gone or await reconnection, as up to v1.5.
	OutageOrRestart bool
}

// Census counts the compute nodes of the snapshot that its Selection means. The hubs are
// sorted; usually they are the orchestrators that answered.
func (s *Snapshot) Census(hubs []string) Census {
	parts, _ := parallel.Chunks(context.Background(), len(s.Nodes), parallel.ChunkSize, func(from, to int) part {
		return s.part(from, to, hubs)
	})
	var c Census
	told := s.anyNewer(hubs, "v1.6")
	for _, p := range parts {
		c.Nodes, c.Connected, c.Awaiting, c.Untold = c.Nodes+p.Nodes, c.Connected+p.Connected, c.Awaiting+p.Awaiting, c.Untold+p.Untold
		told = told || p.told
	}
	if told {
		c.Untold = 0
	}
	c.OutageOrRestart = c.Nodes > 0 && c.Connected+c.Awaiting == 0 && !told
	return c
}

// A part counts some nodes of a snapshot.
type part struct {
	Census
	told bool // one of them reports times
}

// part counts the nodes from one index up to but without another.
func (s *Snapshot) part(from, to int, hubs []string) (p part) {
	for i := from; i < to; i++ {
		n := &s.Nodes[i]
		p.told = p.told || n.reportsTimes()
		if !n.Computes() || s.Selection.Keeps(n.ID) {
			continue
		}
		p.Nodes++
		_, isHub := slices.BinarySearch(hubs, n.ID)
		switch connection := n.Connection(); {
		case isHub, connection == Connected:
			p.Connected++
		case connection == AwaitingReconnection:
			p.Awaiting++
		case connection == Disconnected:
			p.Untold++
		}
	}
	return p
}

// anyNewer reports whether any of the nodes is of the version or a later one.
func (s *Snapshot) anyNewer(ids []string, version string) bool {
	for _, id := range ids {
		if n := s.Node(id); n != nil && semver.Compare("v"+strings.TrimPrefix(n.Version, "v"), version) >= 0 {
			return true
		}
	}
	return false
}

// reportsTimes reports whether an orchestrator says since when the node is connected or
// disconnected.
func (n *Node) reportsTimes() bool {
	return slices.ContainsFunc(n.Sightings, func(s Sighting) bool { return !s.ConnectedSince.IsZero() || !s.DisconnectedSince.IsZero() })
}
