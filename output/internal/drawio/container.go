package drawio

// This file finds out which area each node and each inner area is in.

import (
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout"
)

// containers are the areas of a drawing, by their indexes, as cells that hold others.
type containers struct {
	d       *layout.Drawing
	index   map[*layout.Area]int
	bounds  []bounds
	parents []string         // the ID of the cell that each is in
	byGroup map[string][]int // areas of a group, by its path
	common  []int            // areas of nodes that are not of one group
	boxes   map[string]r2.Vec
}

// mostCommon is the most areas without a group with which areas are containers: each node is
// looked for in all of them.
const mostCommon = 1000

// bounds are the sides of a rectangle, in points.
type bounds struct{ low, high r2.Vec }

func (b bounds) w() float64        { return b.high.X - b.low.X }
func (b bounds) h() float64        { return b.high.Y - b.low.Y }
func (b bounds) center() r2.Vec    { return r2.Scale(0.5, r2.Add(b.low, b.high)) }
func areaID(i int) string          { return "a" + strconv.Itoa(i) }
func pathKey(path []string) string { return strings.Join(path, "\x00") }

// boundsOf returns the bounds of a box.
func boundsOf(b *layout.Box) bounds {
	half := r2.Vec{X: b.W / 2, Y: b.H / 2}
	return bounds{r2.Sub(b.Center, half), r2.Add(b.Center, half)}
}

// containersOf returns the containers of a drawing.
func containersOf(d *layout.Drawing) *containers {
	c := &containers{d: d, index: make(map[*layout.Area]int), byGroup: make(map[string][]int), boxes: make(map[string]r2.Vec)}
	for i := range d.Areas {
		a := &d.Areas[i]
		c.index[a] = i
		b := bounds{a.Path[0], a.Path[0]}
		for _, q := range a.Path {
			b.low = r2.Vec{X: min(b.low.X, q.X), Y: min(b.low.Y, q.Y)}
			b.high = r2.Vec{X: max(b.high.X, q.X), Y: max(b.high.Y, q.Y)}
		}
		c.bounds = append(c.bounds, b)
		c.parents = append(c.parents, layer)
	}
	c.nest()
	return c
}

// nest finds what each area is in. With very many areas without a group, all parts are on the
// layer, in the order of the drawing.
func (c *containers) nest() {
	ungrouped := 0
	for i := range c.d.Areas {
		if c.d.Areas[i].Level == 0 {
			ungrouped++
		}
	}
	if ungrouped > mostCommon {
		return
	}
	for i := range c.d.Areas { // outer ones are before those in them
		a := &c.d.Areas[i]
		switch {
		case a.Look == layout.Tag:
		case a.Level > 0:
			c.parents[i] = c.around(a.Group.Path[:a.Level-1], middle(a.Path))
			key := pathKey(a.Group.Path[:a.Level])
			c.byGroup[key] = append(c.byGroup[key], i)
		default:
			c.parents[i] = c.outside(i)
			c.common = append(c.common, i)
		}
	}
}

// middle returns the mean of the points of a path.
func middle(path []r2.Vec) (m r2.Vec) {
	for _, q := range path {
		m = r2.Add(m, r2.Scale(1/float64(len(path)), q))
	}
	return m
}

// outside returns the ID of the innermost area around area i, which is the last one before it
// that holds it; the layer if there is none.
func (c *containers) outside(i int) string {
	at := middle(c.d.Areas[i].Path)
	for k := i - 1; k >= 0; k-- {
		if a := &c.d.Areas[k]; a.Look != layout.Tag && a.Contains(at) {
			return areaID(k)
		}
	}
	return layer
}

// around returns the ID of the innermost area around a place that is of a group with the
// path, of one around that, or of no group; the layer if there is none. It has to be the
// innermost: an area that is painted after a node covers it.
func (c *containers) around(path []string, at r2.Vec) string {
	holds := func(i int) bool { return c.d.Areas[i].Contains(at) }
	inner := -1
	for n := len(path); n > 0 && inner < 0; n-- {
		all := c.byGroup[pathKey(path[:n])]
		if k := slices.IndexFunc(all, holds); k >= 0 {
			inner = all[k]
		}
	}
	for k := len(c.common) - 1; k >= 0 && c.common[k] > inner; k-- {
		if holds(c.common[k]) {
			inner = c.common[k]
		}
	}
	if inner < 0 {
		return layer
	}
	return areaID(inner)
}

// ofBox returns the ID of the cell that a node is in.
func (c *containers) ofBox(i int) string {
	return c.around(c.d.Diagram.Nodes[i].Path(), c.d.Boxes[i].Center)
}

// place notes where the cell of a box is, for what is in it.
func (c *containers) place(id string, b *layout.Box) { c.boxes[id] = boundsOf(b).low }

// origin returns the upper left corner of a cell that holds others, from which their places
// count.
func (c *containers) origin(id string) r2.Vec {
	if id == layer {
		return r2.Vec{}
	}
	if id[0] == 'a' {
		if i, err := strconv.Atoi(id[1:]); err == nil {
			return c.bounds[i].low
		}
	}
	return c.boxes[id]
}
