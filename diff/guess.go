package diff

// This file guesses which IDs belong to the same node.

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// guessNodes pairs removed nodes with added nodes. Two are a pair if they have the
// same type, capacity and labels, and no other node of either snapshot has these:
// of machines that are all alike, none is taken for a renamed one. A label that
// holds the node's own ID is the same if it does so in both snapshots.
func guessNodes(ctx context.Context, before, after *cluster.Snapshot) []Rename {
	if !gains(before, after) || !gains(after, before) { // nothing was added, or nothing removed
		return nil
	}
	oldIDs, newIDs := idsOf(before), idsOf(after)
	var all []Rename
	added := uniqueNodes(ctx, after)
	for print, a := range uniqueNodes(ctx, before) {
		b := added[print]
		if a == nil || b == nil || newIDs[a.ID] || oldIDs[b.ID] || hasLabelValue(a, b.ID) || hasLabelValue(b, a.ID) || !alike(a, b) {
			continue
		}
		all = append(all, Rename{a.ID, b.ID})
	}
	return sortRenames(all)
}

// guessKept pairs nodes whose old record the orchestrator keeps as disconnected with
// added ones, by the same rule as [guessNodes].
func guessKept(ctx context.Context, before, after *cluster.Snapshot) []Rename {
	if !gains(before, after) {
		return nil
	}
	oldIDs := idsOf(before)
	kept := cluster.Snapshot{} // those that left, as they were before
	rest := cluster.Snapshot{} // of the new snapshot
	for a, b := range pairs(ctx, before.Nodes, after.Nodes, func(n *cluster.Node) string { return n.ID }) {
		switch {
		case b == nil:
		case a != nil && here(a) && !here(b):
			kept.Nodes = append(kept.Nodes, *a)
		default:
			rest.Nodes = append(rest.Nodes, *b)
		}
	}
	if len(kept.Nodes) == 0 {
		return nil
	}
	var all []Rename
	old, added := uniqueNodes(ctx, before), uniqueNodes(ctx, &rest)
	for print, a := range uniqueNodes(ctx, &kept) {
		b := added[print]
		if a == nil || old[print] == nil || b == nil || oldIDs[b.ID] || !here(b) || hasLabelValue(a, b.ID) || hasLabelValue(b, a.ID) || !alike(a, b) {
			continue
		}
		all = append(all, Rename{a.ID, b.ID})
	}
	return all
}

// here reports whether the node is connected or awaits reconnection.
func here(n *cluster.Node) bool {
	return slices.ContainsFunc(n.Sightings, func(s cluster.Sighting) bool { return present(&s) })
}

// gains reports whether b has a node that a does not have. Both are sorted.
func gains(a, b *cluster.Snapshot) bool {
	old := a.Nodes
	for i := range b.Nodes {
		for len(old) > 0 && old[0].ID < b.Nodes[i].ID {
			old = old[1:]
		}
		if len(old) == 0 || old[0].ID != b.Nodes[i].ID {
			return true
		}
	}
	return false
}

// uniqueNodes returns the nodes of a snapshot by their fingerprints; nil if several
// nodes have the same one.
func uniqueNodes(ctx context.Context, s *cluster.Snapshot) map[uint64]*cluster.Node {
	found := make(map[uint64]*cluster.Node, len(s.Nodes))
	for i := range interrupt.Range(ctx, len(s.Nodes)) {
		if print, ok := fingerprint(&s.Nodes[i]); ok {
			if _, twice := found[print]; twice {
				found[print] = nil
			} else {
				found[print] = &s.Nodes[i]
			}
		}
	}
	return found
}

// fingerprint returns a hash of the type, the capacity and the labels of a node. It
// reports false for a node that has no labels but such as hold its own ID: that is
// too little to recognize it by. A sum does not depend on the order of the labels.
func fingerprint(n *cluster.Node) (sum uint64, ok bool) {
	for k, v := range n.Labels {
		if v == n.ID {
			v = "\x00own"
		} else {
			ok = true
		}
		sum += maphash.Comparable(seed, [2]string{k, v})
	}
	return sum + maphash.Comparable(seed, machineOf(n)), ok
}

var seed = maphash.MakeSeed()

// A machine is what a node is by its type and capacity.
type machine struct {
	kind        cluster.Type
	cpu         float64
	memory, gpu uint64
}

func machineOf(n *cluster.Node) machine { return machine{n.Type, n.Max.CPU, n.Max.Memory, n.Max.GPU} }

// alike reports whether two nodes are equal in all that a fingerprint is made of.
func alike(a, b *cluster.Node) bool {
	if machineOf(a) != machineOf(b) || len(a.Labels) != len(b.Labels) {
		return false
	}
	for k, v := range a.Labels {
		if w, ok := b.Labels[k]; !ok || v != w && (v != a.ID || w != b.ID) {
			return false
		}
	}
	return true
}

// hasLabelValue reports whether a label of the node has the value.
func hasLabelValue(n *cluster.Node, value string) bool {
	for _, v := range n.Labels {
		if v == value {
			return true
		}
	}
	return false
}

// guessOrchestrators pairs removed orchestrators with added ones. Two are a pair if
// each shares more listed nodes with the other than with any other candidate, and if
// at least half of the nodes that either lists are listed by both. A renamed
// orchestrator may leave its old record in the list, so the old ID need not be that
// of a removed node.
func guessOrchestrators(ctx context.Context, before, after *cluster.Snapshot, nodes []Rename) []Rename {
	removed, added := minus(before.Orchestrators, after.Orchestrators), minus(after.Orchestrators, before.Orchestrators)
	if len(removed) == 0 || len(added) == 0 {
		return nil
	}
	newID := make(map[string]string, len(nodes))
	for _, r := range nodes {
		newID[r.From] = r.To
	}
	oldLists, newLists := listedNodes(ctx, before, newID), listedNodes(ctx, after, nil)
	shared := func(from, to string) (n int) {
		for id := range oldLists[from] {
			if newLists[to][id] {
				n++
			}
		}
		return n
	}
	var all []Rename
	for _, from := range removed {
		to := best(added, func(to string) int { return shared(from, to) })
		if to == "" || best(removed, func(from string) int { return shared(from, to) }) != from {
			continue
		}
		if n := shared(from, to); 2*n < len(oldLists[from])+len(newLists[to])-n {
			continue
		}
		// In the other snapshot nothing may have the name already.
		if len(newLists[from]) > 0 || len(oldLists[to]) > 0 || reports(after, from) || reports(before, to) {
			continue
		}
		all = append(all, Rename{from, to})
	}
	return sortRenames(all)
}

// listedNodes returns the IDs of the nodes that each orchestrator lists, without
// requesters and itself, and with new IDs for those that have one.
func listedNodes(ctx context.Context, s *cluster.Snapshot, newID map[string]string) map[string]map[string]bool {
	all := make(map[string]map[string]bool)
	for i := range interrupt.Range(ctx, len(s.Nodes)) {
		n := &s.Nodes[i]
		if n.Type == cluster.Requester {
			continue
		}
		id := n.ID
		if to, ok := newID[id]; ok {
			id = to
		}
		for _, g := range n.Sightings {
			if g.Orchestrator == n.ID {
				continue
			}
			if all[g.Orchestrator] == nil {
				all[g.Orchestrator] = make(map[string]bool)
			}
			all[g.Orchestrator][id] = true
		}
	}
	return all
}

// best returns the candidate with the highest score above 0, or "" if several have it.
func best(candidates []string, score func(string) int) string {
	most, winner := 0, ""
	for _, c := range candidates {
		switch n := score(c); {
		case n > most:
			most, winner = n, c
		case n == most:
			winner = ""
		}
	}
	return winner
}

// reports reports whether any node of the snapshot is listed by the orchestrator.
func reports(s *cluster.Snapshot, orchestrator string) bool {
	for i := range s.Nodes {
		for _, g := range s.Nodes[i].Sightings {
			if g.Orchestrator == orchestrator {
				return true
			}
		}
	}
	return false
}

// sortRenames sorts by the new ID, in place.
func sortRenames(all []Rename) []Rename {
	slices.SortFunc(all, func(a, b Rename) int { return strings.Compare(a.To, b.To) })
	return all
}
