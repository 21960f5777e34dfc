package graph

// This file joins the hubs to the nodes that they list.

import (
	"context"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/parallel"
)

// An adjacency holds the neighbours of all vertices: those of vertex i are
// ends[starts[i]:starts[i+1]], ascending.
type adjacency struct{ starts, ends []int32 }

// newAdjacency returns the neighbours of so many vertices. Two edges between the same
// vertices, as of two hybrid hubs that list one another, are one. No edge joins a vertex to
// itself.
func newAdjacency(vertices int, edges [][2]int32) adjacency {
	a := adjacency{make([]int32, vertices+1), make([]int32, 2*len(edges))}
	for _, e := range edges {
		a.starts[e[0]]++
		a.starts[e[1]]++
	}
	room := int32(0)
	for i, degree := range a.starts {
		room += degree
		a.starts[i] = room // the end of the vertex's neighbours, which are filled in from there
	}
	for _, e := range slices.Backward(edges) {
		for k, v := range e {
			a.starts[v]--
			a.ends[a.starts[v]] = e[1-k]
		}
	}
	kept := int32(0)
	for i := range vertices {
		own := a.of(i)
		slices.Sort(own)
		a.starts[i] = kept
		kept += int32(copy(a.ends[kept:], slices.Compact(own)))
	}
	a.starts[vertices], a.ends = kept, a.ends[:kept]
	return a
}

// of returns the neighbours of vertex i.
func (a *adjacency) of(i int) []int32 { return a.ends[a.starts[i]:a.starts[i+1]] }

// edges returns each edge once, from the lower vertex to the higher one.
func (a *adjacency) edges() [][2]int32 {
	edges := make([][2]int32, 0, a.count())
	for i := range len(a.starts) - 1 {
		for _, n := range a.of(i) {
			if int32(i) < n {
				edges = append(edges, [2]int32{int32(i), n})
			}
		}
	}
	return edges
}

// count returns the number of edges.
func (a *adjacency) count() int { return len(a.ends) / 2 }

// link adds an edge for each hub and compute node that the hub lists as
// connected. With override, all edges lead to the first hub.
func (t *Topology) link(ctx context.Context, hubs []string, override bool) {
	parts, _ := parallel.Chunks(ctx, len(t.vertices), parallel.ChunkSize, func(from, to int) [][2]int32 {
		edges := make([][2]int32, 0, to-from)
		hub := t.finder()
		for i := from; i < to; i++ {
			switch v := &t.vertices[i]; {
			case !v.computes():
			case override:
				if !v.Hub && v.Node.Connected() {
					edges = append(edges, [2]int32{int32(i), hub(hubs[0])})
				}
			default:
				for k := range v.Node.Sightings {
					s := &v.Node.Sightings[k]
					if s.Connection != cluster.Connected || s.Orchestrator == v.Node.ID {
						continue
					}
					if h := hub(s.Orchestrator); h >= 0 {
						edges = append(edges, [2]int32{int32(i), h})
					}
				}
			}
		}
		return edges
	})
	t.neighbors = newAdjacency(len(t.vertices), slices.Concat(parts...))
}

// finder returns a function that returns the index of the vertex with a NodeID, or -1. It
// remembers them: there are few hubs.
func (t *Topology) finder() func(id string) int32 {
	known := make(map[string]int32)
	return func(id string) int32 {
		i, is := known[id]
		if !is {
			i = int32(t.find(id))
			known[id] = i
		}
		return i
	}
}

// joinRuns sets the neighbours of each vertex by edges of both kinds.
func (t *Topology) joinRuns() {
	t.linked = t.neighbors
	if len(t.runs) == 0 {
		return
	}
	edges := t.neighbors.edges()
	for i := range t.runs {
		edges = append(edges, [2]int32{int32(t.runs[i].Job), int32(t.runs[i].Node)})
	}
	t.linked = newAdjacency(len(t.vertices), edges)
}
