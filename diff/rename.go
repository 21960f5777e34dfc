package diff

// This file guesses which IDs are those of one node.

import (
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// guessNodes pairs nodes that went with nodes that came. Two are a pair if they
// have the same type, capacity and labels, and no other node of either snapshot
// has these: where machines are all alike, one that came is not taken for one
// that went. A label that holds the node's own ID is the same if it does in both.
func guessNodes(before, after *cluster.Snapshot) []Rename {
	hasOld, hasNew := idsOf(before), idsOf(after)
	alone := func(s *cluster.Snapshot) map[uint64]*cluster.Node {
		found := make(map[uint64]*cluster.Node, len(s.Nodes)) // nil for several
		for i := range s.Nodes {
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
	if !differ(hasOld, hasNew) {
		return nil
	}
	var all []Rename
	came := alone(after)
	for print, a := range alone(before) {
		b := came[print]
		if a == nil || b == nil || hasNew[a.ID] || hasOld[b.ID] || holds(a, b.ID) || holds(b, a.ID) || !alike(a, b) {
			continue
		}
		all = append(all, Rename{a.ID, b.ID})
	}
	return sortRenames(all)
}

// differ reports whether each has something that the other has not.
func differ(a, b map[string]bool) bool {
	lacks := func(a, b map[string]bool) bool {
		for id := range a {
			if !b[id] {
				return true
			}
		}
		return false
	}
	return lacks(a, b) && lacks(b, a)
}

func sortRenames(all []Rename) []Rename {
	slices.SortFunc(all, func(a, b Rename) int { return strings.Compare(a.To, b.To) })
	return all
}

// idsOf returns every NodeID that a snapshot speaks of.
func idsOf(s *cluster.Snapshot) map[string]bool {
	all := make(map[string]bool, len(s.Nodes)+len(s.Orchestrators))
	for _, o := range s.Orchestrators {
		all[o] = true
	}
	for i := range s.Nodes {
		all[s.Nodes[i].ID] = true
		for j := range s.Nodes[i].Sightings {
			all[s.Nodes[i].Sightings[j].Orchestrator] = true
		}
	}
	return all
}

// holds reports whether a label of the node has the value.
func holds(n *cluster.Node, value string) bool {
	for _, v := range n.Labels {
		if v == value {
			return true
		}
	}
	return false
}

// fingerprint is what a node may be known again by; nodes without labels but their
// own ID have none. It is the same for the same labels in any order.
func fingerprint(n *cluster.Node) (sum uint64, ok bool) {
	for k, v := range n.Labels {
		if v == n.ID {
			v = "\x00own"
		} else {
			ok = true
		}
		sum += maphash.Comparable(seed, [2]string{k, v})
	}
	return sum + maphash.Comparable(seed, machine{n.Type, n.Max.CPU, n.Max.Memory, n.Max.GPU}), ok
}

var seed = maphash.MakeSeed()

type machine struct {
	role        cluster.Type
	cpu         float64
	memory, gpu uint64
}

// alike reports whether two nodes have what a fingerprint stands for.
func alike(a, b *cluster.Node) bool {
	if a.Type != b.Type || a.Max.CPU != b.Max.CPU || a.Max.Memory != b.Max.Memory || a.Max.GPU != b.Max.GPU || len(a.Labels) != len(b.Labels) {
		return false
	}
	for k, v := range a.Labels {
		if w, ok := b.Labels[k]; !ok || v != w && (v != a.ID || w != b.ID) {
			return false
		}
	}
	return true
}

// guessOrchestrators pairs orchestrators that went with such that came: each
// lists more of the other's nodes than any other does, and at least half of what
// both list together. A renamed orchestrator may leave its old record in the
// list, so this does not ask for a node that went.
func guessOrchestrators(before, after *cluster.Snapshot, nodes []Rename) []Rename {
	gone, came := minus(before.Orchestrators, after.Orchestrators), minus(after.Orchestrators, before.Orchestrators)
	if len(gone) == 0 || len(came) == 0 {
		return nil
	}
	newID := make(map[string]string, len(nodes))
	for _, r := range nodes {
		newID[r.From] = r.To
	}
	listed := func(s *cluster.Snapshot, now map[string]string) map[string]map[string]bool {
		all := make(map[string]map[string]bool)
		for i := range s.Nodes {
			id := s.Nodes[i].ID
			if to, ok := now[id]; ok {
				id = to
			}
			for _, g := range s.Nodes[i].Sightings {
				if s.Nodes[i].Type != cluster.Requester && g.Orchestrator != s.Nodes[i].ID {
					if all[g.Orchestrator] == nil {
						all[g.Orchestrator] = make(map[string]bool)
					}
					all[g.Orchestrator][id] = true
				}
			}
		}
		return all
	}
	old, now := listed(before, newID), listed(after, nil)
	shared := func(from, to string) (n int) {
		for id := range old[from] {
			if now[to][id] {
				n++
			}
		}
		return n
	}
	// best is the one that shares the most, or "" if two do.
	best := func(of string, among []string, shared func(a, b string) int) string {
		most, who := 0, ""
		for _, o := range among {
			switch n := shared(of, o); {
			case n > most:
				most, who = n, o
			case n == most:
				who = ""
			}
		}
		return who
	}
	var all []Rename
	for _, from := range gone {
		to := best(from, came, shared)
		if to == "" || best(to, gone, func(a, b string) int { return shared(b, a) }) != from {
			continue
		}
		if n := shared(from, to); 2*n < len(old[from])+len(now[to])-n {
			continue
		}
		// Nothing of the other snapshot may go by the name already.
		if len(now[from]) > 0 || len(old[to]) > 0 || sees(after, from) || sees(before, to) {
			continue
		}
		all = append(all, Rename{from, to})
	}
	return sortRenames(all)
}

// sees reports whether the orchestrator says anything in the snapshot.
func sees(s *cluster.Snapshot, orchestrator string) bool {
	for i := range s.Nodes {
		for _, g := range s.Nodes[i].Sightings {
			if g.Orchestrator == orchestrator {
				return true
			}
		}
	}
	return false
}

// rename returns a snapshot with nodes and orchestrators renamed. It shares what
// does not change.
func rename(s cluster.Snapshot, nodes, orchestrators []Rename) cluster.Snapshot {
	if len(nodes) == 0 && len(orchestrators) == 0 {
		return s
	}
	node, hub := make(map[string]string, len(nodes)), make(map[string]string, len(orchestrators))
	for _, r := range nodes {
		node[r.From] = r.To
	}
	for _, r := range orchestrators {
		hub[r.From] = r.To
	}
	s.Orchestrators = slices.Clone(s.Orchestrators)
	for i, o := range s.Orchestrators {
		if to, ok := hub[o]; ok {
			s.Orchestrators[i] = to
		}
	}
	slices.Sort(s.Orchestrators)
	s.Nodes = slices.Clone(s.Nodes)
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if to, ok := node[n.ID]; ok {
			n.Labels = maps.Clone(n.Labels)
			for k, v := range n.Labels {
				if v == n.ID {
					n.Labels[k] = to
				}
			}
			n.ID = to
		}
		if len(hub) > 0 && slices.ContainsFunc(n.Sightings, func(g cluster.Sighting) bool { return hub[g.Orchestrator] != "" }) {
			n.Sightings = slices.Clone(n.Sightings)
			for j := range n.Sightings {
				if to, ok := hub[n.Sightings[j].Orchestrator]; ok {
					n.Sightings[j].Orchestrator = to
				}
			}
			sortSightings(n)
		}
	}
	slices.SortFunc(s.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	return s
}

func sortSightings(n *cluster.Node) {
	slices.SortFunc(n.Sightings, func(a, b cluster.Sighting) int { return strings.Compare(a.Orchestrator, b.Orchestrator) })
}
