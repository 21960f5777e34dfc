package diff

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// rename returns a snapshot in which nodes and orchestrators have their new IDs. It
// shares with the given one whatever does not change.
func rename(ctx context.Context, s cluster.Snapshot, nodes, orchestrators []Rename) cluster.Snapshot {
	if len(nodes) == 0 && len(orchestrators) == 0 {
		return s
	}
	newNode, newHub := make(map[string]string, len(nodes)), make(map[string]string, len(orchestrators))
	for _, r := range nodes {
		newNode[r.From] = r.To
	}
	for _, r := range orchestrators {
		newHub[r.From] = r.To
	}
	s.Orchestrators = slices.Clone(s.Orchestrators)
	for i, o := range s.Orchestrators {
		if to, ok := newHub[o]; ok {
			s.Orchestrators[i] = to
		}
	}
	slices.Sort(s.Orchestrators)
	s.Nodes = slices.Clone(s.Nodes)
	for i := range interrupt.Range(ctx, len(s.Nodes)) {
		n := &s.Nodes[i]
		if to, ok := newNode[n.ID]; ok {
			n.Labels = maps.Clone(n.Labels)
			for k, v := range n.Labels {
				if v == n.ID {
					n.Labels[k] = to
				}
			}
			n.ID = to
		}
		renameSightings(n, newHub)
	}
	slices.SortFunc(s.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	return s
}

// renameSightings gives the orchestrators that report the node their new IDs.
func renameSightings(n *cluster.Node, newHub map[string]string) {
	if len(newHub) == 0 || !slices.ContainsFunc(n.Sightings, func(g cluster.Sighting) bool { return newHub[g.Orchestrator] != "" }) {
		return
	}
	n.Sightings = slices.Clone(n.Sightings)
	for j := range n.Sightings {
		if to, ok := newHub[n.Sightings[j].Orchestrator]; ok {
			n.Sightings[j].Orchestrator = to
		}
	}
	sortSightings(n)
}

func sortSightings(n *cluster.Node) {
	slices.SortFunc(n.Sightings, func(a, b cluster.Sighting) int { return strings.Compare(a.Orchestrator, b.Orchestrator) })
}

// idsOf returns all IDs of nodes and orchestrators that occur in a snapshot.
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
