package graphviz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file has Graphviz draw groups as clusters, and draws areas around them.

// clustered are the engines of Graphviz that keep the nodes of a cluster
// together, where they are not in rows of ours.
var clustered = map[string]bool{"dot": true, "fdp": true}

// clusters writes the groups as Graphviz's clusters, one inside the other.
func (g *gvGraph) clusters() {
	if !clustered[g.engine] {
		return
	}
	var open []int
	members := byGroup(g.Scene)
	for n, i := range members {
		path := g.Boxes[i].Groups
		common := 0
		for common < len(open) && common < len(path) && open[common] == path[common] {
			common++
		}
		g.buf.WriteString(strings.Repeat("}\n", len(open)-common))
		for level := common; level < len(path); level++ {
			// The label makes Graphviz leave room for the name: its x is half as wide as high.
			name, size := g.NameWidth(path[level], engine.ShortName), g.Font*engine.NameShare
			letters := strings.Repeat("x", max(1, int(math.Ceil((name+size)/g.narrow()/(size/2)))))
			fmt.Fprintf(&g.buf, "subgraph cluster_%d_%d {\nmargin=%d\nfontsize=%g\nlabel=%q\n", n, level, int(g.Gap*1.5)+2, size, letters)
		}
		open = path
		fmt.Fprintf(&g.buf, "%d\n", i)
	}
	g.buf.WriteString(strings.Repeat("}\n", len(open)))
}

// byGroup returns the grouped boxes, sorted by group.
func byGroup(s *engine.Scene) []int {
	var members []int
	for i := range s.Boxes {
		if len(s.Boxes[i].Groups) > 0 {
			members = append(members, i)
		}
	}
	slices.SortStableFunc(members, func(a, b int) int {
		return slices.Compare(s.Boxes[a].Groups, s.Boxes[b].Groups)
	})
	return members
}

// Areas draws a rectangle around the members of each group, with its name in the upper
// left corner, if the scene's boxes are clustered. Where members of different groups
// are among one another it draws none.
func Areas(s *engine.Scene) {
	if !s.Clustered {
		return
	}
	depth := 0
	for _, g := range s.Groups {
		depth = max(depth, g.Level)
	}
	type area struct {
		group, outer   int // outer is -1 for the outermost
		x0, y0, x1, y1 float64
	}
	areas := make([]*area, len(s.Groups))
	var order []*area
	for _, i := range byGroup(s) {
		b, outer := &s.Boxes[i], -1
		for _, g := range b.Groups {
			a := areas[g]
			if a == nil {
				a = &area{g, outer, math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
				areas[g] = a
				order = append(order, a)
			}
			a.x0, a.x1 = min(a.x0, b.Center.X-b.W/2), max(a.x1, b.Center.X+b.W/2)
			a.y0, a.y1 = min(a.y0, b.Center.Y-b.H/2), max(a.y1, b.Center.Y+b.H/2)
			outer = g
		}
	}
	level := func(group int) int { return s.Groups[group].Level }
	slices.SortStableFunc(order, func(a, b *area) int { return level(b.group) - level(a.group) }) // the outer around the inner
	for _, a := range order {
		g := s.Groups[a.group]
		around := s.Gap * (1.25 + 0.5*float64(depth-g.Level))
		head := s.Font * engine.NameShare * 1.4 * float64(depth-g.Level+1)
		x0, y0, x1, y1 := a.x0-around, a.y0-around-head, a.x1+around, a.y1+around
		if short := s.NameWidth(a.group, engine.ShortName) + s.Font*engine.NameShare - (x1 - x0); short > 0 {
			x0, x1 = x0-short/2, x1+short/2
		}
		if a.outer >= 0 {
			outer := areas[a.outer]
			outer.x0, outer.x1 = min(outer.x0, x0+around), max(outer.x1, x1-around)
		}
		s.Areas = append(s.Areas, engine.Area{
			Group:    a.group,
			Path:     []r2.Vec{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}},
			Anchor:   r2.Vec{X: x0 + 2, Y: y0 + s.Font*engine.NameShare*0.8},
			Away:     r2.Vec{X: 1, Y: 0},
			NameRoom: engine.ShortName * (s.Font * engine.NameShare),
		})
	}
	slices.SortStableFunc(s.Areas, func(a, b engine.Area) int { return level(a.Group) - level(b.Group) })
	if mixed(s) {
		s.Areas = nil // the engine did not keep the groups apart, as fdp may not
		return
	}
	for i := range s.Areas {
		a := &s.Areas[i]
		for k := range s.Boxes {
			if slices.Contains(s.Boxes[k].Groups, a.Group) {
				a.Boxes = append(a.Boxes, k)
			}
		}
	}
}

// mixed reports whether two areas of one level overlap, or a box is in an area though
// it is in no group.
func mixed(s *engine.Scene) bool {
	for i := range s.Areas {
		for j := range s.Areas[:i] {
			a, b := &s.Areas[i], &s.Areas[j]
			if s.Groups[a.Group].Level == s.Groups[b.Group].Level && a.Path[0].X < b.Path[2].X && b.Path[0].X < a.Path[2].X &&
				a.Path[0].Y < b.Path[2].Y && b.Path[0].Y < a.Path[2].Y {
				return true
			}
		}
	}
	for i := range s.Areas {
		a, b := s.Areas[i].Path[0], s.Areas[i].Path[2]
		for k := range s.Boxes {
			c := s.Boxes[k].Center
			if len(s.Boxes[k].Groups) == 0 && a.X < c.X && c.X < b.X && a.Y < c.Y && c.Y < b.Y {
				return true
			}
		}
	}
	return false
}
