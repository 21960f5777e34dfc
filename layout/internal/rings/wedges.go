package rings

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file draws the groups of a disc as wedges of its rings.

// Room between the wedges of a disc, in cells: of different groups, and of parts
// of one.
const (
	wedgeGap = 0.9
	innerGap = 0.35
)

// gapBetween is the room between wedges of so many boxes on average. Between wedges
// of few boxes the whole gap would take as much room as the boxes do.
func gapBetween(boxes float64) float64 {
	return wedgeGap * min(1, 0.02+0.2*boxes)
}

// outerGroups counts the groups of the first level.
func outerGroups(s *engine.Scene) int {
	n := 0
	for _, g := range s.Groups {
		if g.Level == 1 {
			n++
		}
	}
	return n
}

// smallest is how many nodes the groups of a level must have on average to get
// wedges of their own. Nodes of smaller groups stand side by side all the same.
const smallest = 3

// wedge is an innermost group in a disc.
type wedge struct {
	groups       []int // of all levels, outermost first
	boxes        []int
	odd          []int     // those with a label where the others are dots: they stand outside of these
	takes        []float64 // what the boxes take of a pitch
	load         load      // of these, and of the odd ones, which are to have some of the angle
	gap          float64   // room before it
	start, angle float64   // radians, clockwise from the top
}

// manyGroups is with how many groups the names of those at the top, side by side,
// need all the width that spreading by the angle gives them.
const manyGroups = 12

// winding is how wedges lie on the rings of a disc, whose unit is the pitch.
type winding struct {
	first, pitch        float64 // what it was made for
	spacing, shape      float64 // the plane's
	radii, steps, parts []float64
}

// split sorts a disc's boxes into wedges by group. It reports false if they are
// in none.
func (w *winder) split(d *disc) bool {
	boxes := slices.Concat(d.usual, d.large)
	if w.Scattered || len(boxes) == 0 || len(w.Boxes[boxes[0]].Groups) == 0 {
		return false
	}
	sort.Ints(boxes)
	whole := func(i int) []int { return w.Boxes[i].Groups }
	slices.SortStableFunc(boxes, func(a, b int) int { return slices.Compare(whole(a), whole(b)) })
	depth := len(whole(boxes[0]))
	for groups := 0; depth > 1; depth, groups = depth-1, 0 {
		for k, i := range boxes {
			if k == 0 || whole(i)[depth-1] != whole(boxes[k-1])[depth-1] {
				groups++
			}
		}
		if len(boxes) >= smallest*groups {
			break
		}
	}
	groups := 0
	for k, i := range boxes {
		if k == 0 || whole(i)[0] != whole(boxes[k-1])[0] {
			groups++
		}
	}
	gap := gapBetween(float64(len(boxes)) / float64(groups))
	var all []wedge
	for _, i := range boxes {
		last := len(all) - 1
		switch {
		case last >= 0 && all[last].groups[depth-1] == whole(i)[depth-1]:
		case last >= 0 && all[last].groups[0] == whole(i)[0]:
			all = append(all, wedge{groups: whole(i)[:depth], gap: innerGap})
		default:
			all = append(all, wedge{groups: whole(i)[:depth], gap: gap})
		}
		if g := &all[len(all)-1]; w.stands(i) {
			g.odd = append(g.odd, i)
		} else {
			g.boxes = append(g.boxes, i)
		}
	}
	if len(all) == 1 {
		all[0].gap = 0 // a whole disc has no neighbour
	}
	d.wedges = all
	return true
}

// room is how many boxes a wedge of that angle has place for on a ring, on which a box
// takes the angle step.
func (g *wedge) room(angle, radius, step float64) float64 {
	return max(0, (angle-g.gap/radius)/step)
}

// need is the least angle at which the wedge has place for its boxes on the rings, of
// which it may use these parts, and at which there is room for that many places.
func (g *wedge) need(load load, places float64, radii, steps, parts []float64) float64 {
	lo, hi := 0.0, 2*math.Pi+1
	rooms := make([]float64, len(radii))
	for range 24 {
		mid, used := (lo+hi)/2, 0.0
		for k, r := range radii {
			rooms[k] = g.room(mid, r, steps[k])
			used += parts[k] * max(0, rooms[k]-0.5) // half a place is lost on each ring
		}
		if load.fits(rooms) && used >= places {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// windWedges lays a disc's wedges out on as few rings as give each its boxes'
// room.
func (w *winder) windWedges(d *disc, first float64) {
	pitch := 1.0
	for _, i := range d.large { // all get the room of the largest
		if !w.stands(i) {
			pitch = max(pitch, w.pitch(w.Boxes[i].W+w.spare, w.Boxes[i].H+w.spare))
		}
	}
	if first, last := max(first, pitch)/pitch, d.wound; last.first != first || last.pitch != pitch || last.spacing != w.spacing || w.dots && last.shape != w.px/w.py {
		d.wound = winding{first: first, pitch: pitch, spacing: w.spacing, shape: w.px / w.py}
		for i := range d.wedges {
			g := &d.wedges[i]
			g.takes = w.takes(g.boxes, pitch)
			g.load = loadOf(slices.Concat(g.takes, slices.Repeat([]float64{1}, len(g.odd))))
		}
		w.turnWedges(d)
	}
	radii, steps, parts := d.wound.radii, d.wound.steps, d.wound.parts
	d.rings = make([]ring, len(radii))
	d.fill = append(d.fill, func() {
		for i := range d.wedges {
			d.wedges[i].seat(w.Scene, d.rings, radii, steps, parts, pitch)
		}
	})
	d.radius = (radii[len(radii)-1] + 0.5) * pitch
	d.inner = (radii[0] - 0.5) * pitch
	w.windOdd(d)
}

// stands reports whether a box in a group has a label where the others are dots.
func (w *winder) stands(i int) bool { return w.usualDots && !w.Boxes[i].Dot }

// windOdd puts the boxes with labels on rings outside of the dots, each in its wedge.
func (w *winder) windOdd(d *disc) {
	left, pitch := make([][]int, len(d.wedges)), 0.0
	for i := range d.wedges {
		left[i] = d.wedges[i].odd
		for _, b := range left[i] {
			pitch = max(pitch, w.pitch(w.Boxes[b].W+w.spare, w.Boxes[b].H+w.spare))
		}
	}
	for slices.ContainsFunc(left, func(boxes []int) bool { return len(boxes) > 0 }) {
		r := ring{radius: d.radius + pitch/2, pitch: pitch}
		r.least = 2 * math.Pi / w.room(r.radius, pitch)
		for i := range d.wedges {
			g := d.wedges[i]
			n := min(len(left[i]), whole(g.room(g.angle, r.radius, r.least)))
			g.takes = slices.Repeat([]float64{1}, n)
			rank := make(map[int]int, n)
			for k, b := range left[i][:n] {
				rank[b] = k
			}
			r.boxes, r.at = append(r.boxes, left[i][:n]...), append(r.at, g.row(left[i][:n], rank, g.gap/r.radius, r.least)...)
			left[i] = left[i][n:]
		}
		d.rings, d.radius = append(d.rings, r), d.radius+pitch
	}
}

// turnWedges gives each wedge its angle.
func (w *winder) turnWedges(d *disc) {
	type like struct { // many groups are of one size
		load load
		gap  float64
	}
	needs := make(map[like]float64)
	var steps []float64 // what a box takes on each ring, in radians
	var parts []float64 // of each ring, those that are in use
	all := 0.0
	radii := nest(d.wound.first, w.spacing, func(radii []float64) bool {
		steps, parts, all = steps[:0], parts[:0], 0
		clear(needs)
		for k, r := range radii {
			steps = append(steps, 2*math.Pi/w.room(r*d.wound.pitch, d.wound.pitch))
			parts = append(parts, begun(k, radii, d.wound.first, w.spacing))
		}
		for i := range d.wedges {
			g := &d.wedges[i]
			key := like{g.load, g.gap}
			if _, ok := needs[key]; !ok {
				needs[key] = g.need(key.load, w.places(key.load.all), radii, steps, parts)
			}
			g.angle = needs[key]
			all += g.angle
		}
		return all <= 2*math.Pi
	})
	at := 0.0
	for i := range d.wedges {
		g := &d.wedges[i]
		g.start, g.angle = at, g.angle*2*math.Pi/all
		at += g.angle
	}
	d.wound.radii, d.wound.steps, d.wound.parts = radii, steps, parts
}

// seat shares a wedge's boxes out over the rings in proportion to their room.
func (g *wedge) seat(s *engine.Scene, rings []ring, radii, steps, parts []float64, pitch float64) {
	caps, rooms := make([]float64, len(radii)), make([]float64, len(radii))
	for k, r := range radii {
		caps[k] = g.room(g.angle, r, steps[k])
		rooms[k] = parts[k] * caps[k]
	}
	// Those without an edge go outside, where no other's edge seems to join them.
	var linked, loose []int
	var links, ends []float64 // what these take
	rank, takes := make(map[int]int, len(g.boxes)), g.takes
	for i, b := range g.boxes {
		rank[b] = i
		if s.Boxes[b].Linked {
			linked, links = append(linked, b), append(links, takes[i])
		} else {
			loose, ends = append(loose, b), append(ends, takes[i])
		}
	}
	outside := make([][]int, len(radii))
	share := sum(takes) / max(sum(rooms), tiny)
	for _, most := range []func(k int) float64{
		func(k int) float64 { return min(caps[k], rooms[k]*share) },
		func(k int) float64 { return caps[k] },
		func(int) float64 { return math.Inf(1) }, // there were more boxes than places
	} {
		for k := len(radii) - 1; k >= 0; k-- {
			for part := most(k) + tiny; len(loose) > 0 && ends[0] <= part; loose, ends = loose[1:], ends[1:] {
				outside[k] = append(outside[k], loose[0])
				part, caps[k], rooms[k] = part-ends[0], caps[k]-ends[0], max(0, rooms[k]-ends[0]/share)
			}
		}
	}
	for k, members := range dealToRings(s, linked, links, rooms, caps) {
		members = append(members, outside[k]...)
		slices.SortFunc(members, func(a, b int) int { return rank[a] - rank[b] })
		r := radii[k]
		rings[k].radius, rings[k].pitch, rings[k].least = r*pitch, pitch, steps[k]
		rings[k].boxes = append(rings[k].boxes, members...)
		if g.gap > 0 { // else it is all around
			rings[k].at = append(rings[k].at, g.row(members, rank, g.gap/r, steps[k])...)
		}
	}
}

// row returns the angles of boxes on one ring, in the wedge but for the gap: about
// where the order of IDs in the whole wedge puts them.
func (g *wedge) row(members []int, rank map[int]int, gap, step float64) []float64 {
	from, room := g.start+gap/2, g.angle-gap
	places := evenPlaces(g.takes, room)
	wants, takes := make([]float64, len(members)), make([]float64, len(members))
	for i, b := range members {
		wants[i], takes[i] = places[rank[b]], step*g.takes[rank[b]]
	}
	at := evenRow(wants, takes, room)
	for i := range at {
		at[i] += from
	}
	return at
}

// areas adds the areas of the disc's groups, of all levels, in points.
func (w *winder) areas(d *disc) {
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
				area.Boxes = append(area.Boxes, d.wedges[i].odd...)
			}
			from, to := d.wedges[first].start, d.wedges[i-1].start+d.wedges[i-1].angle
			w.outline(&area, d, level, from, to)
			w.Areas = append(w.Areas, area)
		}
	}
}

// outline makes the area a piece of a ring, a little smaller than the wedge it is drawn
// in, which is between two angles.
func (w *winder) outline(area *engine.Area, d *disc, level int, from, to float64) {
	at := func(r, along float64) r2.Vec { return w.at(d, r, along) }
	inset := 0.06 * float64(level-1)
	inner, outer := max(0.05, d.inner+inset), d.outer-inset
	whole := to-from > 2*math.Pi-1e-6
	side := func(r float64) float64 { // room left at the sides
		if whole {
			return 0
		}
		return min((to-from)/4, (0.12+inset/2)/max(r, 0.3))
	}
	steps := max(6, int((to-from)/0.06))
	for k := range steps + 1 {
		a, b := from+side(outer), to-side(outer)
		area.Path = append(area.Path, at(outer, a+(b-a)*float64(k)/float64(steps)))
	}
	area.Rim = len(area.Path)
	mid := (from + to) / 2
	if whole { // nobody else's hub can be in the middle
		mid = 0
	} else {
		for k := range steps + 1 {
			a, b := from+side(inner), to-side(inner)
			area.Path = append(area.Path, at(inner, b+(a-b)*float64(k)/float64(steps)))
		}
	}
	area.Anchor = at(d.outer+0.08, mid)
	area.Away = r2.Vec{X: math.Sin(w.angle(mid)), Y: -math.Cos(w.angle(mid))}
}
