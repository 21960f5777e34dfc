package diff

import (
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
)

// Topology puts two snapshots into one graph: the new one, with the nodes that
// went where they were, and what d says of each. A node that was renamed is there
// once, by its new ID.
func Topology(before, after cluster.Snapshot, d *Diff, opt graph.Options) *graph.Topology {
	from := rename(before, d.Renamed, d.RenamedOrchestrators)
	union := cluster.Snapshot{
		Orchestrators: slices.Concat(after.Orchestrators, d.RemovedOrchestrators),
		Nodes:         slices.Clone(after.Nodes),
	}
	slices.Sort(union.Orchestrators)
	union.Orchestrators = slices.Compact(union.Orchestrators)

	opt.Changes = make(map[string]graph.Changes)
	mark := func(id string, c graph.Change, words ...string) {
		was, known := opt.Changes[id]
		if !known {
			was.Change = c
		}
		was.Words = append(was.Words, words...)
		opt.Changes[id] = was
	}
	for i := range d.Added {
		mark(d.Added[i].ID, graph.Added)
	}
	inPlace := make(map[string]string, len(d.RenamedOrchestrators))
	for _, r := range d.RenamedOrchestrators {
		inPlace[r.From] = r.To
	}
	for i := range d.Removed {
		id := d.Removed[i].ID
		mark(id, graph.Removed)
		for _, g := range d.Removed[i].Sightings {
			if to := inPlace[g.Orchestrator]; to != "" { // where it is drawn
				mark(id, graph.Removed, "was at orchestrator "+g.Orchestrator+", which is now "+to+" (a guess)")
			}
		}
		union.Nodes = append(union.Nodes, *from.Node(id))
	}
	for _, o := range d.AddedOrchestrators {
		if before.Node(o) == nil {
			mark(o, graph.Added, "its list was not read before")
		} else {
			mark(o, graph.Changed, "its list was not read before")
		}
	}
	for _, o := range d.RemovedOrchestrators {
		if after.Node(o) == nil {
			mark(o, graph.Removed, "its list was not read again")
		} else {
			mark(o, graph.Changed, "its list was not read again")
		}
	}
	named := func(r Rename) {
		c := opt.Changes[r.To]
		c.From = r.From
		opt.Changes[r.To] = c
	}
	for _, r := range d.Renamed {
		mark(r.To, graph.Changed, "was "+r.From+" ("+guess+")")
		named(r)
	}
	for _, r := range d.RenamedOrchestrators {
		mark(r.To, graph.Changed, "in the place of orchestrator "+r.From+" (a guess: it lists the same nodes)")
		named(r)
		if after.Node(r.From) != nil { // a rename leaves the old record behind
			mark(r.From, graph.Changed, "orchestrator "+r.To+" is in its place (a guess: it lists the same nodes)")
		}
	}
	several := d.several()
	for _, n := range d.Changed {
		for _, l := range lines(n.Changes, several) {
			mark(n.ID, graph.Changed, l[0]+": "+l[1]+" → "+l[2])
		}
	}
	slices.SortFunc(union.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	opt.All = true
	opt.Whole = &after // what went says nothing of how things stand
	return graph.Build(union, opt)
}
