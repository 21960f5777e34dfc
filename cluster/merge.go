package cluster

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/parallel"
)

// Merge combines lists into one snapshot. It has one node for each NodeID, with one
// sighting for each orchestrator that lists it. Where two lists disagree about the
// details of a node, the record with the later heartbeat is kept. The order of the
// lists, and of the nodes in them, does not matter. Merge changes no list, unless it is
// [List.Owned], and the result shares labels and words with them, so nobody changes these
// any more.
func Merge(lists ...List) Snapshot {
	var snap Snapshot
	records, sightings := room(lists)
	for i := range lists {
		l := &lists[i]
		hub, hubs := "", l.Orchestrators
		if hubs == nil {
			hub = l.Hub()
			hubs = []string{hub}
		}
		snap.Orchestrators = append(snap.Orchestrators, hubs...)
		snap.addOrigins(l, hubs)
		if l.Taken.After(snap.Taken) {
			snap.Taken = l.Taken
		}
		if l.Owned && len(lists) == 1 {
			records = l.claim(hub)
		} else {
			records, sightings = l.appendTo(records, sightings, hub)
		}
		snap.Jobs = appendJobs(snap.Jobs, l.Jobs, hub)
	}
	snap.Jobs = mergeJobs(snap.Jobs)
	slices.Sort(snap.Orchestrators)
	snap.Orchestrators = slices.Compact(snap.Orchestrators)
	snap.Nodes = joinRecords(records)
	snap.Selection = joinSelections(lists)
	return snap
}

// appendTo appends copies of the nodes and of their sightings. Those of the list of one
// orchestrator become its.
func (l *List) appendTo(records []Node, sightings []Sighting, hub string) ([]Node, []Sighting) {
	for _, n := range l.Nodes {
		n.canonize()
		from := len(sightings)
		if sightings = append(sightings, n.Sightings...); l.Orchestrators == nil {
			sightings = attribute(sightings, from, hub)
		}
		n.Sightings = mergeSightings(sightings[from:len(sightings):len(sightings)])
		records = append(records, n)
	}
	return records, sightings
}

// claim returns the nodes themselves, as appendTo would copy them.
func (l *List) claim(hub string) []Node {
	parallel.Range(context.Background(), len(l.Nodes), func(chunk iter.Seq[int]) {
		for i := range chunk {
			n := &l.Nodes[i]
			n.canonize()
			if l.Orchestrators == nil {
				n.Sightings = attribute(n.Sightings, 0, hub)
			}
			n.Sightings = slices.Clip(mergeSightings(n.Sightings))
		}
	})
	return l.Nodes
}

// room returns empty slices with room for all nodes, and for all sightings of nodes, that are
// copied.
func room(lists []List) ([]Node, []Sighting) {
	if len(lists) == 1 && lists[0].Owned {
		return nil, nil
	}
	nodes, sightings := 0, 0
	for i := range lists {
		nodes += len(lists[i].Nodes)
		for k := range lists[i].Nodes {
			sightings += max(1, len(lists[i].Nodes[k].Sightings))
		}
	}
	return make([]Node, 0, nodes), make([]Sighting, 0, sightings)
}

// joinRecords sorts the records, and returns one node for all that have one ID: the record
// with the latest heartbeat, with the sightings of all. It uses the memory of the records.
func joinRecords(records []Node) []Node {
	if inOrder(records) {
		return records
	}
	slices.SortFunc(records, func(a, b Node) int {
		if c := strings.Compare(a.ID, b.ID); c != 0 {
			return c // nearly always; the other comparisons take a hundred times as long
		}
		return cmp.Or(b.lastHeartbeat().Compare(a.lastHeartbeat()), compareDetails(&a, &b))
	})
	nodes := records[:0] // in place, to save the memory of a second slice
	for i := 0; i < len(records); {
		n := records[i] // of several records of a node, the one with the latest heartbeat
		for i++; i < len(records) && records[i].ID == n.ID; i++ {
			n.Sightings = append(n.Sightings, records[i].Sightings...)
		}
		n.Sightings = mergeSightings(n.Sightings)
		nodes = append(nodes, n)
	}
	clear(records[len(nodes):])
	if len(nodes) == 0 {
		return nil
	}
	return slices.Clip(nodes)
}

// inOrder reports whether each record has a higher ID than the one before it, as in a list that
// an orchestrator sorted. There is at least one.
func inOrder(records []Node) bool {
	return len(records) > 0 && parallel.Ascending(context.Background(), len(records), func(i int) string { return records[i].ID })
}

// canonize sorts the lists of words of n. It changes n alone, and not what others share.
func (n *Node) canonize() {
	n.Engines = sorted(n.Engines)
	n.Publishers = sorted(n.Publishers)
	n.Storage = sorted(n.Storage)
}

// appendJobs appends copies of jobs with sorted lists. If orchestrator is not empty,
// they become jobs of that orchestrator.
func appendJobs(all, jobs []Job, orchestrator string) []Job {
	if all == nil && jobs != nil {
		all = []Job{}
	}
	for _, j := range jobs {
		if orchestrator != "" {
			j.Orchestrator = orchestrator
		}
		j.Engines, j.Publishers = sorted(j.Engines), sorted(j.Publishers)
		j.Executions = slices.Clone(j.Executions)
		all = append(all, j)
	}
	return all
}

// mergeJobs sorts jobs. Of several records of a job of one orchestrator it keeps the
// one that was modified last; of those, the one with the most executions.
func mergeJobs(jobs []Job) []Job {
	slices.SortStableFunc(jobs, func(a, b Job) int {
		if c := cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Orchestrator, b.Orchestrator)); c != 0 {
			return c // nearly always; the other comparisons are slow
		}
		return cmp.Or(
			b.Modified.Compare(a.Modified),
			cmp.Compare(len(b.Executions), len(a.Executions)),
			strings.Compare(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b)),
		)
	})
	return slices.CompactFunc(jobs, func(a, b Job) bool { return a.ID == b.ID && a.Orchestrator == b.Orchestrator })
}

// attribute sets the orchestrator of the only sighting of a node, which begins at an index
// of the sightings of all. It adds one if there is none.
func attribute(sightings []Sighting, from int, orchestrator string) []Sighting {
	if from == len(sightings) {
		sightings = append(sightings, Sighting{})
	}
	sightings[from].Orchestrator = orchestrator
	return sightings[:from+1]
}

// sorted returns the words sorted, each once. It returns the same slice if they are.
func sorted(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	if ascending(words) {
		return slices.Clip(words)
	}
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}

// ascending reports whether each word is after the one before it.
func ascending(words []string) bool {
	for i := 1; i < len(words); i++ {
		if words[i-1] >= words[i] {
			return false
		}
	}
	return true
}

// mergeSightings sorts sightings by orchestrator. Of several by one orchestrator it
// keeps the one with the latest heartbeat; of those, a connected one.
func mergeSightings(all []Sighting) []Sighting {
	if len(all) == 1 {
		return all
	}
	slices.SortStableFunc(all, func(a, b Sighting) int {
		return cmp.Or(
			strings.Compare(a.Orchestrator, b.Orchestrator),
			b.LastHeartbeat.Compare(a.LastHeartbeat),
			a.Connection.compare(b.Connection),
			cmp.Compare(a.Membership, b.Membership),
			b.ConnectedSince.Compare(a.ConnectedSince),
			b.DisconnectedSince.Compare(a.DisconnectedSince),
			cmp.Compare(a.LastError, b.LastError),
		)
	})
	return slices.CompactFunc(all, func(a, b Sighting) bool { return a.Orchestrator == b.Orchestrator })
}

// compareDetails orders two records of a node that have the same heartbeat, so that
// the order of the lists does not matter.
func compareDetails(a, b *Node) int {
	if a.LoadUnknown != b.LoadUnknown {
		if a.LoadUnknown {
			return 1
		}
		return -1
	}
	return cmp.Or(
		cmp.Compare(b.Version, a.Version),
		cmp.Compare(len(b.Labels), len(a.Labels)),
		strings.Compare(details(a), details(b)),
	)
}

// details returns the details of a node as text, with the labels in order.
func details(n *Node) string {
	return fmt.Sprintf("%#v", []any{n.Type, n.Labels, n.Engines, n.Publishers, n.Storage, n.Max, n.Available, n.Queued, n.Running, n.Enqueued})
}

// Sort puts a snapshot that was made by hand, or changed, in the order in which
// [Merge] leaves one: orchestrators and nodes by ID, the sightings of a node by
// orchestrator, its engines, publishers and storage sources by name, and jobs by
// ID and then by orchestrator. Words and orchestrators that occur twice are left
// once. It changes the slices of s in place.
func (s *Snapshot) Sort() {
	slices.Sort(s.Orchestrators)
	s.Orchestrators = slices.Compact(s.Orchestrators)
	for i := range s.Nodes {
		n := &s.Nodes[i]
		n.Engines, n.Publishers, n.Storage = sortWords(n.Engines), sortWords(n.Publishers), sortWords(n.Storage)
		slices.SortFunc(n.Sightings, func(a, b Sighting) int { return strings.Compare(a.Orchestrator, b.Orchestrator) })
	}
	slices.SortFunc(s.Nodes, func(a, b Node) int { return strings.Compare(a.ID, b.ID) })
	for i := range s.Jobs {
		j := &s.Jobs[i]
		j.Engines, j.Publishers = sortWords(j.Engines), sortWords(j.Publishers)
	}
	slices.SortStableFunc(s.Jobs, func(a, b Job) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Orchestrator, b.Orchestrator))
	})
}

// sortWords sorts words in place and returns them, each once.
func sortWords(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
