package rings

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file draws the areas of groups in a disc.

// addAreas adds the areas of the disc's groups, of all levels.
func (l *ringLayout) addAreas(d *disc) {
	depth := 0
	for _, g := range d.wedges {
		depth = max(depth, len(g.groups))
	}
	for level := 1; level <= depth; level++ {
		for i := 0; i < len(d.wedges); {
			first := i
			area := engine.Area{Group: d.wedges[i].groups[level-1], Outward: depth - level}
			for ; i < len(d.wedges) && d.wedges[i].groups[level-1] == area.Group; i++ {
				area.Boxes = append(area.Boxes, d.wedges[i].boxes...)
				area.Boxes = append(area.Boxes, d.wedges[i].labelled...)
			}
			from, to := d.wedges[first].start, d.wedges[i-1].start+d.wedges[i-1].angle
			l.outline(&area, d, level, from, to)
			l.Areas = append(l.Areas, area)
		}
	}
}

// outline makes the area a piece of a ring between two angles. It is a little smaller
// than the wedges in it, and the smaller the further inside its level is.
func (l *ringLayout) outline(area *engine.Area, d *disc, level int, from, to float64) {
	at := func(radius, part float64) r2.Vec { return l.at(d.center, radius, part) }
	inset := 0.06 * float64(level-1)
	inner, outer := max(0.05, d.innerRadius+inset), d.outerRadius-inset
	full := to-from > 2*math.Pi-1e-6
	side := func(radius float64) float64 { // angle left free at either side
		if full {
			return 0
		}
		return min((to-from)/4, (0.12+inset/2)/max(radius, 0.3))
	}
	steps := max(6, int((to-from)/0.06))
	for k := range steps + 1 {
		a, b := from+side(outer), to-side(outer)
		area.Path = append(area.Path, at(outer, a+(b-a)*float64(k)/float64(steps)))
	}
	area.Rim = len(area.Path)
	middle := (from + to) / 2
	if full { // no other group's hub can be in the middle
		middle = 0
	} else {
		for k := range steps + 1 {
			a, b := from+side(inner), to-side(inner)
			area.Path = append(area.Path, at(inner, b+(a-b)*float64(k)/float64(steps)))
		}
	}
	area.Anchor = at(d.outerRadius+0.08, middle)
	area.Away = r2.Vec{X: math.Sin(l.angleAt(middle)), Y: -math.Cos(l.angleAt(middle))}
}
