package diff

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// Topology puts two snapshots into one graph: the new one, with the removed nodes
// where they were. Each node is marked with its changes in d. A renamed node is in
// the graph once, with its new ID, unless its old record is still in the list. Errors
// are those of [graph.Build].
func Topology(ctx context.Context, before, after cluster.Snapshot, d *Diff, opt graph.Options) (*graph.Topology, error) {
	from := rename(ctx, before, d.replacing(), d.RenamedOrchestrators)
	if err := ctx.Err(); err != nil { // from is not complete
		return nil, err
	}
	union := cluster.Snapshot{
		Orchestrators: slices.Concat(after.Orchestrators, d.RemovedOrchestrators),
		Nodes:         slices.Clone(after.Nodes),
		Origins:       maps.Clone(before.Origins),
	}
	if union.Origins == nil {
		union.Origins = after.Origins
	} else {
		maps.Copy(union.Origins, after.Origins)
	}
	slices.Sort(union.Orchestrators)
	union.Orchestrators = slices.Compact(union.Orchestrators)
	for i := range d.Removed {
		union.Nodes = append(union.Nodes, *from.Node(d.Removed[i].ID))
	}
	slices.SortFunc(union.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })

	opt.Changes = d.marks(ctx, &before, &after)
	opt.All = true
	opt.Unfiltered = &after // removed nodes do not count for the state of the network
	return graph.Build(ctx, union, opt)
}

// marks are the changes of the nodes in a picture, by ID.
type marks map[string]graph.Changes

// add marks a node. The first mark decides what kind of change the picture shows;
// the words of all are kept.
func (m marks) add(id string, c graph.Change, words ...string) {
	mark, marked := m[id]
	if !marked {
		mark.Change = c
	}
	mark.Words = append(mark.Words, words...)
	m[id] = mark
}

// shorten adds the short words for changes of a node that is marked.
func (m marks) shorten(id string, short ...string) {
	mark := m[id]
	mark.Short = append(mark.Short, short...)
	m[id] = mark
}

// setFrom notes the old ID of a renamed node.
func (m marks) setFrom(r Rename) {
	mark := m[r.To]
	mark.From = r.From
	m[r.To] = mark
}

// marks returns the changes of all nodes that are not the same in both snapshots.
func (d *Diff) marks(ctx context.Context, before, after *cluster.Snapshot) marks {
	m := make(marks)
	for i := range interrupt.Range(ctx, len(d.Added)) {
		m.add(d.Added[i].ID, graph.Added)
	}
	newHub := make(map[string]string, len(d.RenamedOrchestrators))
	for _, r := range d.RenamedOrchestrators {
		newHub[r.From] = r.To
	}
	for i := range interrupt.Range(ctx, len(d.Removed)) {
		id := d.Removed[i].ID
		m.add(id, graph.Removed)
		for _, g := range d.Removed[i].Sightings {
			if to := newHub[g.Orchestrator]; to != "" { // which it is drawn beside
				m.add(id, graph.Removed, "was listed by orchestrator "+g.Orchestrator+", now probably "+to)
			}
		}
	}
	d.markOrchestrators(m, before, after)
	for _, r := range d.Renamed {
		m.add(r.To, graph.Changed, "was probably "+r.From+" ("+guessedNode+")")
		m.setFrom(r)
		m.shorten(r.To, "probably renamed")
		if after.Node(r.From) != nil { // its old record is still in the list
			m.add(r.From, graph.Changed, "is now "+r.To+" ("+guessedNode+")")
		}
	}
	for _, r := range d.RenamedOrchestrators {
		m.add(r.To, graph.Changed, "probably replaces orchestrator "+r.From+" ("+guessedOrchestrator+")")
		m.setFrom(r)
		if after.Node(r.From) != nil { // its old record is still in the list
			m.add(r.From, graph.Changed, "probably replaced by orchestrator "+r.To+" ("+guessedOrchestrator+")")
		}
	}
	several := d.severalOrchestrators()
	for i := range interrupt.Range(ctx, len(d.Changed)) {
		n := &d.Changed[i]
		for _, l := range lines(n.Changes, several) {
			m.add(n.ID, graph.Changed, l.String())
		}
		m.shorten(n.ID, shortWords(n.Changes, several)...)
	}
	return m
}

// markOrchestrators marks those whose lists were read in one snapshot only.
func (d *Diff) markOrchestrators(m marks, before, after *cluster.Snapshot) {
	for _, o := range d.AddedOrchestrators {
		change := graph.Changed
		if before.Node(o) == nil {
			change = graph.Added
		}
		m.add(o, change, "its node list was not read before")
	}
	for _, o := range d.RemovedOrchestrators {
		change := graph.Changed
		if after.Node(o) == nil {
			change = graph.Removed
		}
		m.add(o, change, "its node list was not read this time")
	}
}
