package layout

// This file is between the graph and the engines: it makes a scene, which is geometry
// alone, and takes what an engine made of it back.

import (
	"strings"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// newScene returns a scene of t's vertices, groups and edges, whose boxes have no
// sizes yet, and the groups.
func newScene(t *graph.Topology, lines []Line) (*engine.Scene, []graph.Group) {
	s := &engine.Scene{Scattered: scattered(t), Boxes: make([]engine.Box, t.Len()), Lines: make([]engine.Line, len(lines))}
	for i, l := range lines {
		s.Lines[i] = engine.Line{From: l.From, To: l.To, Run: l.Run != nil}
	}
	groups := t.Groups()
	index := make(map[string]int, len(groups))
	for i, g := range groups {
		s.Groups = append(s.Groups, engine.Group{Level: len(g.Path)})
		index[pathKey(g.Path)] = i
	}
	for i := range s.Boxes {
		if t.Vertex(i).Hub {
			s.Hubs = append(s.Hubs, i)
		}
	}
	own := make([][]int, t.Len()) // for each hub, the slice of itself
	for _, h := range s.Hubs {
		own[h] = []int{h}
	}
	paths := make(map[string][]int) // indexes of groups, by the innermost
	for i := range s.Boxes {
		v := t.Vertex(i)
		b := &s.Boxes[i]
		*b = engine.Box{ID: v.NodeID(), Hub: v.Hub, Linked: len(t.Neighbors(i)) > 0, Job: v.Job != nil, Ran: v.Part, Idle: v.Idle, Asked: -1}
		switch {
		case b.Job:
			b.Asked = askedHub(t, s.Hubs, v)
		case !b.Hub:
			b.Owners = owners(t, s.Hubs, i, own)
		}
		if len(v.Group) > 0 {
			key := pathKey(v.Group)
			if paths[key] == nil {
				for level := range v.Group {
					paths[key] = append(paths[key], index[pathKey(v.Group[:level+1])])
				}
			}
			b.Groups = paths[key]
		}
	}
	return s, groups
}

// owners returns the hubs that list vertex i: by its edges, or, for a compute node
// that is not connected, the first that knows it. One hub alone is taken from own.
func owners(t *graph.Topology, hubs []int, i int, own [][]int) []int {
	if n := t.Neighbors(i); len(n) == 1 && own[n[0]] != nil {
		return own[n[0]]
	} else if len(n) > 0 {
		all := make([]int, len(n))
		for k := range n {
			all[k] = int(n[k])
		}
		return all
	}
	v := t.Vertex(i)
	if !v.Node.Computes() || len(hubs) == 0 {
		return nil
	}
	for _, sight := range v.Node.Sightings {
		for _, h := range hubs {
			if sight.Orchestrator == t.Vertex(h).NodeID() {
				return own[h]
			}
		}
	}
	return own[hubs[0]]
}

// askedHub returns the hub that a job was submitted to, the first if that is not
// drawn, or -1 if there is none.
func askedHub(t *graph.Topology, hubs []int, job *graph.Vertex) int {
	for _, h := range hubs {
		if t.Vertex(h).NodeID() == job.Job.Orchestrator {
			return h
		}
	}
	if len(hubs) > 0 {
		return hubs[0]
	}
	return -1
}

// pathKey is a group's path as the key of a map.
func pathKey(path []string) string { return strings.Join(path, "\x00") }

// scattered reports whether collapsed groups are of so many outer ones that their
// labels could not be read for the areas around them. Their labels hold the whole
// path.
func scattered(t *graph.Topology) bool {
	const few = 3 // members of an outer group
	members := 0
	groups := make(map[string]bool)
	for i := range t.Len() {
		if v := t.Vertex(i); len(v.Group) > 0 {
			if v.Members == nil {
				return false
			}
			members++
			groups[v.Group[0]] = true
		}
	}
	return len(groups) > 8 && members < few*len(groups)
}

// edges returns a line for each edge of t, from the hub or the job outward.
func edges(t *graph.Topology) []Line {
	lines := make([]Line, 0, t.EdgeCount())
	for i := range t.Len() {
		for _, n := range t.Neighbors(i) {
			j := int(n)
			// Each edge is met from both ends: keep the hub's, or of two hubs the first's.
			if vi, vj := t.Vertex(i), t.Vertex(j); vi.Hub && (!vj.Hub || i < j) {
				lines = append(lines, Line{From: i, To: j})
			}
		}
	}
	runs := t.Runs()
	for i := range runs {
		lines = append(lines, Line{From: int(runs[i].Job), To: int(runs[i].Node), Run: &runs[i]})
	}
	return lines
}

// set gives the scene's boxes the sizes that were measured, and nothing a place.
func (s *sketch) set(es *engine.Scene, gap float64) {
	es.Font, es.Gap = s.font, gap
	es.Areas, es.Frame, es.Clustered = nil, nil, false
	for i := range s.boxes {
		b, e := &s.boxes[i], &es.Boxes[i]
		e.Center, e.W, e.H, e.Dot, e.Extra = b.Center, b.W, b.H, b.Shape == Dot, 0
		if b.Shape == Pill && marked(b.Vertex, s.t.Coloring) {
			e.Extra = markRoom * b.H
		}
	}
	for i := range es.Lines {
		es.Lines[i].Path = nil
	}
	es.NameWidth = func(group int, sizes float64) float64 {
		g := s.groups[group]
		return groupName(g.Label(), len(g.Path), s.font*engine.NameShare, sizes).Width
	}
}

// take gives the sketch the places, routes and areas of an arranged scene.
func (s *sketch) take(es *engine.Scene) {
	for i := range s.boxes {
		s.boxes[i].Center = es.Boxes[i].Center
	}
	for i := range s.lines {
		s.lines[i].Path = es.Lines[i].Path
	}
	s.frame = es.Frame
	dots := es.Dots()
	for i := range es.Areas {
		s.hulls = append(s.hulls, s.hull(&es.Areas[i], dots))
	}
}

// hull returns an area with the name of its group.
func (s *sketch) hull(a *engine.Area, dots bool) Hull {
	path := s.groups[a.Group].Path
	h := Hull{Group: graph.Group{Path: path}, Level: len(path), Path: a.Path, rim: a.Rim, anchor: a.Anchor, away: a.Away}
	for _, i := range a.Boxes {
		n, connected := s.t.Vertex(i).Nodes()
		h.Group.Count, h.Group.Connected = h.Group.Count+n, h.Group.Connected+connected
	}
	if a.Rim > 0 {
		h.Name = groupName(h.Group.Label(), h.Level, s.font*wedgeShare(h.Level, dots), engine.MaxName)
		h.standOutward(a.Outward)
		return h
	}
	h.Name = groupName(h.Group.Label(), h.Level, s.font*engine.NameShare, engine.MaxName)
	if room := a.NameRoom; room > 0 && h.Name.Width > room+1e-9 {
		h.Name = fitText(h.Group.Label(), h.Name.Size, h.Name.Face, room)
	}
	return h
}

// groupName returns the name of a group of a level, no wider than so many font sizes.
func groupName(name string, level int, size, sizes float64) Text {
	face := typeface.Regular
	if level == 1 {
		face = typeface.Bold
	}
	return fitText(name, size, face, sizes*size)
}
