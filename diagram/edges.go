package diagram

// This file joins hubs and jobs to nodes.

import (
	"context"
	"iter"
	"slices"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
)

var outcomeOf = map[graph.Outcome]Outcome{
	graph.Failed: RunFailed, graph.Running: RunRunning, graph.Waiting: RunWaiting, graph.Unknown: RunUnknown,
	graph.Cancelled: RunCancelled, graph.Completed: RunCompleted, graph.Rejected: RunRejected,
}

// addEdges adds the edges of hubs, then those of jobs.
func (d *Diagram) addEdges(ctx context.Context, t *graph.Topology) {
	d.Edges = make([]Edge, 0, t.EdgeCount())
	for k, hub := range d.Hubs() {
		joined := t.Neighbors(hub)
		if k > 0 { // an edge between two hubs comes up at both
			before := func(j int32) bool { return int(j) < hub && d.Nodes[j].Hub }
			joined = slices.DeleteFunc(slices.Clone(joined), before)
		}
		edges := d.Edges[len(d.Edges) : len(d.Edges)+len(joined)]
		d.Edges = d.Edges[:len(d.Edges)+len(joined)]
		parallel.Range(ctx, len(joined), func(chunk iter.Seq[int]) {
			for k := range chunk {
				edges[k] = d.edge(hub, int(joined[k]), nil)
			}
		})
	}
	runs := t.Runs()
	for i := range interrupt.Range(ctx, len(runs)) {
		r := &runs[i]
		d.Edges = append(d.Edges, d.edge(int(r.Job), int(r.Node), &Run{
			Outcome: outcomeOf[r.Outcome], State: string(r.State), Count: r.Count, Retries: r.Retries, Words: runWords(r),
		}))
	}
}

// edge returns the edge between two nodes.
func (d *Diagram) edge(from, to int, r *Run) Edge {
	return Edge{From: from, To: to, Run: r, Removed: d.Difference && (d.Nodes[from].Change == Removed || d.Nodes[to].Change == Removed)}
}

// placeByHubs sets the hubs of each node, and Near of jobs and of nodes that no edge joins to
// a hub.
func (d *Diagram) placeByHubs(ctx context.Context, t *graph.Topology) {
	hubs := d.Hubs()
	if len(hubs) == 0 {
		return
	}
	byID := make(map[string]int, len(hubs))
	for _, i := range hubs {
		byID[d.Nodes[i].ID] = i
	}
	parallel.Range(ctx, len(d.Nodes), func(chunk iter.Seq[int]) {
		for i := range chunk {
			n := &d.Nodes[i]
			if n.Hubs = among(hubs, t.Neighbors(i)); n.Hub || len(n.Hubs) > 0 {
				continue
			}
			v := t.Vertex(i)
			switch {
			case v.Job != nil:
				n.Near = int32(1 + hubs[0])
				if hub, ok := byID[v.Job.Orchestrator]; ok {
					n.Near = int32(1 + hub)
				}
			case v.Node.Computes():
				n.Near = int32(1 + hubs[0])
				for _, s := range v.Node.Sightings {
					if hub, ok := byID[s.Orchestrator]; ok {
						n.Near = int32(1 + hub)
						break
					}
				}
			}
		}
	})
}

// among returns the hubs among the neighbours of a node. Most nodes have one, and share the list
// of all hubs.
func among(hubs []int, neighbors []int32) (own []int) {
	for _, j := range neighbors {
		k, is := slices.BinarySearch(hubs, int(j))
		switch {
		case !is:
		case len(neighbors) == 1:
			return hubs[k : k+1 : k+1]
		default:
			own = append(own, int(j))
		}
	}
	return own
}
