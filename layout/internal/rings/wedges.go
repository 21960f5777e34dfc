package rings

import (
	"math"
	"slices"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file divides a disc into wedges, one for each group, and deals boxes to the part
// of each ring that is in their wedge.

// Room between the wedges of a disc, by the width of a usual box: of different
// outermost groups, and of parts of one.
const (
	wedgeGap = 0.9
	innerGap = 0.35
)

// gapBetween returns the room between wedges of so many boxes in the mean. Between
// wedges of few boxes, all of wedgeGap would take as much room as the boxes.
func gapBetween(boxes float64) float64 {
	return wedgeGap * min(1, 0.02+0.2*boxes)
}

// minMembers is how many boxes the groups of a level must have in the mean to get
// wedges of their own. Boxes of smaller groups are side by side all the same.
const minMembers = 3

// manyGroups is the number of outermost groups above which boxes are spread by the
// angle: the names at the top, side by side, then need all the width that this gives.
const manyGroups = 12

// outerGroups returns the number of groups of the first level.
func outerGroups(s *engine.Scene) int {
	n := 0
	for _, g := range s.Groups {
		if g.Level == 1 {
			n++
		}
	}
	return n
}

// A wedge is the part of a disc that one innermost group has.
type wedge struct {
	groups       []int // the group's index and those around it, outermost first
	boxes        []int
	labelled     []int     // boxes with a label where the others are dots, on rings outside of these
	widths       []float64 // of the boxes, by the pitch
	demand       demand    // of all boxes
	gap          float64   // room before it
	start, angle float64   // radians, clockwise from the top
}

// A ringPlan is what is known of a ring before boxes are dealt to it.
type ringPlan struct {
	radius   float64 // by the pitch
	boxAngle float64 // that a usual box takes, in radians
	use      float64 // part of the capacity that is used, from 0 to 1
}

// A wedgePlan is the rings that a disc's wedges share, with what they were made for:
// they are only made again if that changes.
type wedgePlan struct {
	first, pitch   float64 // the least radius of the innermost, by the pitch; and the pitch
	spacing, shape float64 // the plane's; shape is px/py
	rings          []ringPlan
}

// split sorts a disc's boxes into wedges by group, and reports whether they are in any
// group. Groups of inner levels that are too small on average have no wedges.
func (l *ringLayout) split(d *disc) bool {
	boxes := slices.Concat(d.usual, d.outer)
	if l.Scattered || len(boxes) == 0 || len(l.Boxes[boxes[0]].Groups) == 0 {
		return false
	}
	slices.Sort(boxes)
	groups := func(i int) []int { return l.Boxes[i].Groups }
	slices.SortStableFunc(boxes, func(a, b int) int { return slices.Compare(groups(a), groups(b)) })
	depth := len(groups(boxes[0]))
	for depth > 1 && len(boxes) < minMembers*l.groupsAt(boxes, depth) {
		depth--
	}
	gap := gapBetween(float64(len(boxes)) / float64(l.groupsAt(boxes, 1)))
	var wedges []wedge
	for _, i := range boxes {
		path := groups(i)[:depth]
		last := len(wedges) - 1
		switch {
		case last >= 0 && wedges[last].groups[depth-1] == path[depth-1]:
		case last >= 0 && wedges[last].groups[0] == path[0]:
			wedges = append(wedges, wedge{groups: path, gap: innerGap})
		default:
			wedges = append(wedges, wedge{groups: path, gap: gap})
		}
		if g := &wedges[len(wedges)-1]; l.keepsLabel(i) {
			g.labelled = append(g.labelled, i)
		} else {
			g.boxes = append(g.boxes, i)
		}
	}
	if len(wedges) == 1 {
		wedges[0].gap = 0 // all of a disc has no neighbour
	}
	d.wedges = wedges
	return true
}

// groupsAt returns the number of groups of a level that boxes, which are sorted by
// group, are in.
func (l *ringLayout) groupsAt(boxes []int, level int) int {
	n := 0
	for k, i := range boxes {
		if k == 0 || l.Boxes[i].Groups[level-1] != l.Boxes[boxes[k-1]].Groups[level-1] {
			n++
		}
	}
	return n
}

// keepsLabel reports whether a box has a label though the usual box is a dot.
func (l *ringLayout) keepsLabel(i int) bool { return l.usualDots && !l.Boxes[i].Dot }

// fillWedges gives a disc with wedges as few rings as hold the boxes of each in its
// wedge, the first of at least the given radius.
func (l *ringLayout) fillWedges(d *disc, first float64) {
	pitch := 1.0
	for _, i := range d.outer { // all boxes get the room of the largest
		if !l.keepsLabel(i) {
			pitch = max(pitch, l.pitch(l.Boxes[i].W+l.gap, l.Boxes[i].H+l.gap))
		}
	}
	want, have := wedgePlan{first: max(first, pitch) / pitch, pitch: pitch, spacing: l.spacing, shape: l.px / l.py}, &d.wedgePlan
	if have.first != want.first || have.pitch != pitch || have.spacing != want.spacing || l.dots && have.shape != want.shape {
		*have = want
		for i := range d.wedges {
			g := &d.wedges[i]
			g.widths = l.widths(g.boxes, pitch)
			g.demand = demandOf(slices.Concat(g.widths, slices.Repeat([]float64{1}, len(g.labelled))))
		}
		l.planWedges(d)
	}
	plan := have.rings
	d.rings = make([]ring, len(plan))
	for k, p := range plan {
		d.rings[k] = ring{radius: p.radius * pitch, pitch: pitch, boxAngle: p.boxAngle}
	}
	d.deal = append(d.deal, func() {
		for i := range d.wedges {
			l.dealWedge(&d.wedges[i], d.rings, plan)
		}
	})
	d.radius = (plan[len(plan)-1].radius + 0.5) * pitch
	d.innerRadius = (plan[0].radius - 0.5) * pitch
	l.addLabelledRings(d)
}

// planWedges finds the smallest rings on which the least angles that the wedges need
// add up to no more than a circle, and gives each wedge its part of that.
func (l *ringLayout) planWedges(d *disc) {
	type kind struct { // many groups need the same
		demand demand
		gap    float64
	}
	angles := make(map[kind]float64)
	var plan []ringPlan
	all := 0.0
	smallestRings(d.wedgePlan.first, l.spacing, func(radii []float64) bool {
		plan, all = plan[:0], 0
		clear(angles)
		for k, r := range radii {
			plan = append(plan, ringPlan{
				radius:   r,
				boxAngle: 2 * math.Pi / l.capacity(r*d.wedgePlan.pitch, d.wedgePlan.pitch),
				use:      innermostUse(k, radii, d.wedgePlan.first, l.spacing),
			})
		}
		for i := range d.wedges {
			g := &d.wedges[i]
			key := kind{g.demand, g.gap}
			if _, ok := angles[key]; !ok {
				angles[key] = g.minAngle(l.withReserve(g.demand.total), plan)
			}
			g.angle = angles[key]
			all += g.angle
		}
		return all <= 2*math.Pi
	})
	start := 0.0
	for i := range d.wedges {
		g := &d.wedges[i]
		g.start, g.angle = start, g.angle*2*math.Pi/all
		start += g.angle
	}
	d.wedgePlan.rings = plan
}

// minAngle returns the least angle at which the wedge has room for its boxes on the
// rings, and for the given number of usual boxes on the part of the rings that is used.
func (g *wedge) minAngle(usual float64, plan []ringPlan) float64 {
	lo, hi := 0.0, 2*math.Pi+1
	capacities := make([]float64, len(plan))
	for range 24 {
		mid, used := (lo+hi)/2, 0.0
		for k, p := range plan {
			capacities[k] = g.capacity(mid, p.radius, p.boxAngle)
			used += p.use * max(0, capacities[k]-0.5) // half a box is lost on each ring
		}
		if g.demand.fits(capacities) && used >= usual {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// capacity returns how many usual boxes fit on a ring in a wedge of the given angle.
func (g *wedge) capacity(angle, radius, boxAngle float64) float64 {
	return max(0, (angle-g.gap/radius)/boxAngle)
}

// addLabelledRings adds rings around the dots for boxes that keep their labels, each in
// its wedge.
func (l *ringLayout) addLabelledRings(d *disc) {
	left, pitch := make([][]int, len(d.wedges)), 0.0
	for i := range d.wedges {
		left[i] = d.wedges[i].labelled
		for _, b := range left[i] {
			pitch = max(pitch, l.pitch(l.Boxes[b].W+l.gap, l.Boxes[b].H+l.gap))
		}
	}
	for slices.ContainsFunc(left, func(boxes []int) bool { return len(boxes) > 0 }) {
		r := ring{radius: d.radius + pitch/2, pitch: pitch}
		r.boxAngle = 2 * math.Pi / l.capacity(r.radius, pitch)
		for i := range d.wedges {
			g := d.wedges[i]
			n := min(len(left[i]), floor(g.capacity(g.angle, r.radius, r.boxAngle)))
			g.widths = slices.Repeat([]float64{1}, n)
			g.addRow(&r, left[i][:n], ranks(left[i][:n]), g.gap/r.radius)
			left[i] = left[i][n:]
		}
		d.rings, d.radius = append(d.rings, r), d.radius+pitch
	}
}

// ranks returns the index of each box.
func ranks(boxes []int) map[int]int {
	ranks := make(map[int]int, len(boxes))
	for k, b := range boxes {
		ranks[b] = k
	}
	return ranks
}

// dealWedge deals a wedge's boxes to the rings in proportion to their capacities in it.
func (l *ringLayout) dealWedge(g *wedge, rings []ring, plan []ringPlan) {
	capacities, shares := make([]float64, len(plan)), make([]float64, len(plan))
	for k, p := range plan {
		capacities[k] = g.capacity(g.angle, p.radius, p.boxAngle)
		shares[k] = p.use * capacities[k]
	}
	outside, linked := l.dealUnlinked(g, capacities, shares)
	rank := ranks(g.boxes)
	for k, members := range dealToRings(linked, shares, capacities) {
		members = append(members, outside[k]...)
		slices.SortFunc(members, func(a, b int) int { return rank[a] - rank[b] })
		if g.gap > 0 {
			g.addRow(&rings[k], members, rank, g.gap/plan[k].radius)
		} else { // all around: angles finds the places
			rings[k].boxes = append(rings[k].boxes, members...)
		}
	}
}

// dealUnlinked deals the boxes without an edge to the outermost rings, so that no other
// box's edge seems to lead to one, and takes what they use off the capacities and
// shares. It returns the boxes of each ring, and the candidates of all other boxes.
func (l *ringLayout) dealUnlinked(g *wedge, capacities, shares []float64) (rings [][]int, linked []candidate) {
	var unlinked []candidate
	for _, c := range l.candidates(g.boxes, g.widths) {
		if l.Boxes[c.box].Linked {
			linked = append(linked, c)
		} else {
			unlinked = append(unlinked, c)
		}
	}
	rings = make([][]int, len(capacities))
	perShare := sum(g.widths) / max(sum(shares), epsilon)
	for _, room := range []func(k int) float64{
		func(k int) float64 { return min(capacities[k], shares[k]*perShare) },
		func(k int) float64 { return capacities[k] },
		func(int) float64 { return math.Inf(1) }, // more boxes than there is room for
	} {
		for k := len(rings) - 1; k >= 0; k-- {
			for free := room(k) + epsilon; len(unlinked) > 0 && unlinked[0].width <= free; unlinked = unlinked[1:] {
				c := unlinked[0]
				rings[k] = append(rings[k], c.box)
				free, capacities[k], shares[k] = free-c.width, capacities[k]-c.width, max(0, shares[k]-c.width/perShare)
			}
		}
	}
	return rings, linked
}

// addRow adds boxes to a ring, at angles in the wedge but for the gap: about where the
// ranks in the whole wedge put them.
func (g *wedge) addRow(r *ring, boxes []int, rank map[int]int, gap float64) {
	start, length := g.start+gap/2, g.angle-gap
	even := evenPlaces(g.widths, length)
	wants, widths := make([]float64, len(boxes)), make([]float64, len(boxes))
	for i, b := range boxes {
		wants[i], widths[i] = even[rank[b]], r.boxAngle*g.widths[rank[b]]
	}
	r.boxes = append(r.boxes, boxes...)
	for _, at := range smoothRow(wants, widths, length) {
		r.angles = append(r.angles, at+start)
	}
}
