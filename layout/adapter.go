package layout

// This file makes a scene of a diagram, which is geometry alone, and takes what an engine
// made of it back.

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/parallel"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// newScene returns a scene of the diagram's nodes, groups and edges, whose boxes have
// no sizes yet.
func newScene(ctx context.Context, d *diagram.Diagram) *engine.Scene {
	s := &engine.Scene{Scattered: scattered(d), Hubs: d.Hubs(), Boxes: make([]engine.Box, len(d.Nodes)), Lines: make([]engine.Line, len(d.Edges))}
	parallel.Range(ctx, len(d.Edges), func(chunk iter.Seq[int]) {
		for i := range chunk {
			e := &d.Edges[i]
			s.Lines[i] = engine.Line{From: e.From, To: e.To, Other: e.Removed && e.Run == nil}
			if e.Run != nil {
				s.Lines[i].Run = new(engine.Run)
			}
		}
	})
	paths := make(map[string][]int) // of each group: the indexes of those around it, and its own
	for i, g := range d.Groups {
		s.Groups = append(s.Groups, engine.Group{Level: len(g.Path)})
		var around []int
		if outer := g.Path[:len(g.Path)-1]; len(outer) > 0 {
			around = paths[pathKey(outer)]
		}
		paths[pathKey(g.Path)] = append(slices.Clip(around), i)
	}
	parallel.Range(ctx, len(d.Nodes), func(chunk iter.Seq[int]) {
		for i := range chunk {
			n := &d.Nodes[i]
			b := &s.Boxes[i]
			*b = engine.Box{ID: n.ID, Hub: n.Hub, Linked: len(n.Hubs) > 0, Job: n.Class.IsJob(), Ran: n.Part, Idle: n.Idle, Asked: -1, Peer: n.IsRequester() && !n.Hub}
			switch {
			case b.Job:
				b.Asked = int(n.Near) - 1
			case b.Hub:
				b.Linked = true
			case b.Linked:
				b.Owners = n.Hubs
			case n.Near > 0:
				k, _ := slices.BinarySearch(s.Hubs, int(n.Near)-1)
				b.Owners = s.Hubs[k : k+1 : k+1]
			}
			if n.Group != nil {
				b.Groups = paths[pathKey(n.Group.Path)]
			}
		}
	})
	return s
}

// pathKey returns a group's path as the key of a map.
func pathKey(path []string) string { return strings.Join(path, "\x00") }

// scattered reports whether collapsed groups are of so many outer ones that their
// labels could not be read for the areas around them. Their labels hold the whole
// path.
func scattered(d *diagram.Diagram) bool {
	const few = 3 // members of an outer group
	if len(d.Groups) == 0 {
		return false
	}
	members := 0
	groups := make(map[string]bool)
	for i := range d.Nodes {
		if n := &d.Nodes[i]; n.Group != nil {
			if !n.Collapsed {
				return false
			}
			members++
			groups[n.Group.Path[0]] = true
		}
	}
	return len(groups) > 8 && members < few*len(groups)
}

// newLines returns a line without a route for each edge.
func newLines(ctx context.Context, d *diagram.Diagram) []Line {
	lines := make([]Line, len(d.Edges))
	parallel.Range(ctx, len(lines), func(chunk iter.Seq[int]) {
		for i := range chunk {
			lines[i].From, lines[i].To = d.Edges[i].From, d.Edges[i].To
		}
	})
	return lines
}

// setSizes gives the scene's boxes the sizes that were measured, and takes all places
// away.
func (s *sketch) setSizes(es *engine.Scene, gap float64) {
	es.Font, es.Gap = s.font, gap
	es.Areas, es.Frame, es.Clustered = nil, nil, false
	for i := range s.boxes {
		b, e := &s.boxes[i], &es.Boxes[i]
		e.Center, e.W, e.H, e.Dot = b.Center, b.W, b.H, b.Shape == Dot
		e.Marked = b.Shape == Pill && marked(s.fig, i)
	}
	for i := range es.Lines {
		es.Lines[i].Path = nil
	}
	es.NameWidth = func(group int, sizes float64) float64 {
		g := &s.fig.Groups[group]
		return groupName(g.Label(), len(g.Path), s.font*engine.NameShare, sizes).Width
	}
}

// setPlaces gives the sketch the places, routes and areas of an arranged scene.
func (s *sketch) setPlaces(es *engine.Scene) {
	for i := range s.boxes {
		s.boxes[i].Center = es.Boxes[i].Center
	}
	for i := range s.lines {
		s.lines[i].Path = es.Lines[i].Path
	}
	s.frame = es.Frame
	dots := es.Dots()
	for i := range es.Areas {
		s.areas = append(s.areas, s.area(&es.Areas[i], dots))
	}
}

// area returns an area with the name of its group.
func (s *sketch) area(a *engine.Area, dots bool) Area {
	path := s.fig.Groups[a.Group].Path
	area := Area{Group: diagram.Group{Path: path}, Level: len(path), Path: a.Path, rim: a.Rim, anchor: a.Anchor, away: a.Away}
	for _, i := range a.Boxes {
		n := &s.fig.Nodes[i]
		area.Group.Count, area.Group.Connected = area.Group.Count+int(n.Count), area.Group.Connected+int(n.Connected)
		area.Group.Awaiting += int(n.Awaiting)
	}
	if a.Rim > 0 {
		area.Name = groupName(area.Group.Label(), area.Level, s.font*wedgeShare(area.Level, dots), engine.MaxName)
		area.moveOutward(a.Outward)
		return area
	}
	area.Name = groupName(area.Group.Label(), area.Level, s.font*engine.NameShare, engine.MaxName)
	if room := a.NameRoom; room > 0 && area.Name.Width > room+1e-9 {
		area.Name = fitText(area.Group.Label(), area.Name.Size, area.Name.face(), room)
	}
	return area
}

// groupName returns the name of a group of a level as a text of the given font size, no
// wider than so many of these.
func groupName(name string, level int, size, sizes float64) Text {
	return fitText(name, size, typeface.Of(level == 1), sizes*size)
}
