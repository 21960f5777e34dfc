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

// hasClusters are the engines of Graphviz that keep the boxes of a cluster together, if
// they are not in rows.
var hasClusters = map[string]bool{"dot": true, "fdp": true}

// writeClusters writes the groups as Graphviz's clusters, one inside the other.
func (l *gvLayout) writeClusters() {
	if !hasClusters[l.engine] {
		return
	}
	var open []int
	for n, i := range byGroup(l.Scene) {
		path := l.Boxes[i].Groups
		common := 0
		for common < len(open) && common < len(path) && open[common] == path[common] {
			common++
		}
		l.buf.WriteString(strings.Repeat("}\n", len(open)-common))
		for level := common; level < len(path); level++ {
			// A label makes Graphviz leave room for the name: its x is half as wide as high.
			name, size := l.NameWidth(path[level], engine.ShortName), l.Font*engine.NameShare
			letters := strings.Repeat("x", max(1, int(math.Ceil((name+size)/l.narrow()/(size/2)))))
			fmt.Fprintf(&l.buf, "subgraph cluster_%d_%d {\nmargin=%d\nfontsize=%g\nlabel=%q\n", n, level, int(l.Gap*1.5)+2, size, letters)
		}
		open = path
		fmt.Fprintf(&l.buf, "%d\n", i)
	}
	l.buf.WriteString(strings.Repeat("}\n", len(open)))
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

// A bounds is the rectangle around the members of a group.
type bounds struct {
	group, outer   int // outer is -1 for a group of the first level
	x0, y0, x1, y1 float64
}

// Areas draws a rectangle around the members of each group, with its name in the upper
// left corner, if the scene's boxes are clustered. Where members of different groups are
// mixed, as fdp may leave them, it draws none. It fills the scene's Areas, outer ones
// first.
func Areas(s *engine.Scene) {
	if !s.Clustered {
		return
	}
	depth := 0
	for _, g := range s.Groups {
		depth = max(depth, g.Level)
	}
	all, byGroup := groupBounds(s)
	level := func(group int) int { return s.Groups[group].Level }
	slices.SortStableFunc(all, func(a, b *bounds) int { return level(b.group) - level(a.group) }) // the outer around the inner
	for _, b := range all {
		s.Areas = append(s.Areas, clusterArea(s, b, byGroup, depth))
	}
	slices.SortStableFunc(s.Areas, func(a, b engine.Area) int { return level(a.Group) - level(b.Group) })
	if mixed(s) {
		s.Areas = nil
		return
	}
	index := make(map[int]int) // of areas, by group
	for k := range s.Areas {
		index[s.Areas[k].Group] = k
	}
	for i := range s.Boxes {
		for _, g := range s.Boxes[i].Groups {
			a := &s.Areas[index[g]]
			a.Boxes = append(a.Boxes, i)
		}
	}
}

// groupBounds returns the bounds of the groups that have members, and the same by group.
func groupBounds(s *engine.Scene) (all, byIndex []*bounds) {
	byIndex = make([]*bounds, len(s.Groups))
	for _, i := range byGroup(s) {
		box, outer := &s.Boxes[i], -1
		for _, g := range box.Groups {
			b := byIndex[g]
			if b == nil {
				b = &bounds{g, outer, math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
				byIndex[g] = b
				all = append(all, b)
			}
			b.x0, b.x1 = min(b.x0, box.Center.X-box.W/2), max(b.x1, box.Center.X+box.W/2)
			b.y0, b.y1 = min(b.y0, box.Center.Y-box.H/2), max(b.y1, box.Center.Y+box.H/2)
			outer = g
		}
	}
	return all, byIndex
}

// clusterArea returns the area of a group: its bounds with room around them, more for
// outer levels, and room for the name. It makes the group around it wide enough.
func clusterArea(s *engine.Scene, b *bounds, byGroup []*bounds, depth int) engine.Area {
	outward := float64(depth - s.Groups[b.group].Level)
	size := s.Font * engine.NameShare
	around := s.Gap * (1.25 + 0.5*outward)
	head := size * 1.4 * (outward + 1)
	x0, y0, x1, y1 := b.x0-around, b.y0-around-head, b.x1+around, b.y1+around
	if short := s.NameWidth(b.group, engine.ShortName) + size - (x1 - x0); short > 0 {
		x0, x1 = x0-short/2, x1+short/2
	}
	if b.outer >= 0 {
		outer := byGroup[b.outer]
		outer.x0, outer.x1 = min(outer.x0, x0+around), max(outer.x1, x1-around)
	}
	return engine.Area{
		Group:    b.group,
		Path:     []r2.Vec{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}},
		Anchor:   r2.Vec{X: x0 + 2, Y: y0 + size*0.8},
		Away:     r2.Vec{X: 1, Y: 0},
		NameRoom: engine.ShortName * size,
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
