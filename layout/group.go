package layout

// This file draws groups: as wedges of a disc's rings, as clusters of Graphviz,
// each with a soft hull and its name. Those in rows are in rows.go.

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/internal/typeface"
)

// A Hull is the area of a group. Hulls are drawn below edges and boxes, outer
// levels first. With several hubs a group has one for each disc it is part of.
type Hull struct {
	Group graph.Group // what is drawn in this hull: with several hubs, a part of the group
	Level int         // 1 for the outermost
	Path  []Point     // a closed polygon
	Name  Text        // its String is empty when left to a tooltip

	// anchor is where the name touches the hull, and away the direction it lies in.
	anchor, away Point

	beyond Point // by how much further off than the names of inner groups it stands, as a factor
	rim    int   // how many points of the Path, from the first on, lie at the rim of a disc
}

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

// nameShare is the font size of a group's name in a rectangle, by that of labels.
const nameShare = 1.06

// wedgeShare is nameShare for wedges. Among dots the names are what there is to
// read.
func wedgeShare(level int, boxes Shape) float64 {
	switch {
	case boxes == Dot && level == 1:
		return 1.5
	case boxes == Dot:
		return 1.25
	case level == 1:
		return 1.15
	}
	return nameShare
}

// smallest is how many nodes the groups of a level must have on average to get
// wedges of their own. Nodes of smaller groups stand side by side all the same.
const smallest = 3

// wedge is an innermost group in a disc.
type wedge struct {
	path         []string
	boxes        []int
	odd          []int     // those with a label where the others are dots: they stand outside of these
	takes        []float64 // what the boxes take of a pitch
	load         load      // of these, and of the odd ones, which are to have some of the angle
	gap          float64   // room before it
	start, angle float64   // radians, clockwise from the top
}

// scattered reports whether collapsed groups are of so many outer ones that their
// labels could not be read for the wedges around them. Their labels hold the
// whole path.
func scattered(t *graph.Topology) bool {
	members := 0
	for i := range t.Len() {
		if v := t.Vertex(i); len(v.Group) > 0 {
			if v.Members == nil {
				return false
			}
			members++
		}
	}
	groups := outerGroups(t)
	return groups > 8 && members < smallest*groups
}

// outerGroups counts the groups of the first level.
func outerGroups(t *graph.Topology) int {
	groups := make(map[string]bool)
	for i := range t.Len() {
		if path := t.Vertex(i).Group; len(path) > 0 {
			groups[path[0]] = true
		}
	}
	return len(groups)
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
	if w.flat || len(boxes) == 0 || len(w.boxes[boxes[0]].Vertex.Group) == 0 {
		return false
	}
	sort.Ints(boxes)
	whole := func(i int) []string { return w.boxes[i].Vertex.Group }
	slices.SortStableFunc(boxes, func(a, b int) int { return natural.ComparePaths(whole(a), whole(b)) })
	depth := len(whole(boxes[0]))
	for groups := 0; depth > 1; depth, groups = depth-1, 0 {
		for k, i := range boxes {
			if k == 0 || !slices.Equal(whole(i)[:depth], whole(boxes[k-1])[:depth]) {
				groups++
			}
		}
		if len(boxes) >= smallest*groups {
			break
		}
	}
	path := func(i int) []string { return whole(i)[:depth] }
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
		case last >= 0 && slices.Equal(all[last].path, path(i)):
		case last >= 0 && all[last].path[0] == path(i)[0]:
			all = append(all, wedge{path: path(i), gap: innerGap})
		default:
			all = append(all, wedge{path: path(i), gap: gap})
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
			pitch = max(pitch, w.pitch(w.boxes[i].W+w.spare, w.boxes[i].H+w.spare))
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
			d.wedges[i].seat(w.scene, d.rings, radii, steps, parts, pitch)
		}
	})
	d.radius = (radii[len(radii)-1] + 0.5) * pitch
	d.inner = (radii[0] - 0.5) * pitch
	w.windOdd(d)
}

// stands reports whether a box in a group has a label where the others are dots.
func (w *winder) stands(i int) bool { return w.shape == Dot && w.boxes[i].Shape == Pill }

// windOdd puts the boxes with labels on rings outside of the dots, each in its wedge.
func (w *winder) windOdd(d *disc) {
	left, pitch := make([][]int, len(d.wedges)), 0.0
	for i := range d.wedges {
		left[i] = d.wedges[i].odd
		for _, b := range left[i] {
			pitch = max(pitch, w.pitch(w.boxes[b].W+w.spare, w.boxes[b].H+w.spare))
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
func (g *wedge) seat(s *scene, rings []ring, radii, steps, parts []float64, pitch float64) {
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
		if len(s.t.Neighbors(b)) > 0 {
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
	for k, members := range s.share(linked, links, rooms, caps) {
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

// hulls returns the areas of the disc's groups, of all levels, in points.
func (w *winder) hulls(d *disc) {
	depth := 0
	for _, g := range d.wedges {
		depth = max(depth, len(g.path))
	}
	for level := 1; level <= depth; level++ {
		for i := 0; i < len(d.wedges); {
			first := i
			path := d.wedges[i].path[:level]
			group := graph.Group{Path: path}
			for ; i < len(d.wedges) && slices.Equal(d.wedges[i].path[:level], path); i++ {
				for _, b := range slices.Concat(d.wedges[i].boxes, d.wedges[i].odd) {
					n, c := w.boxes[b].Vertex.Nodes()
					group.Count, group.Connected = group.Count+n, group.Connected+c
				}
			}
			from, to := d.wedges[first].start, d.wedges[i-1].start+d.wedges[i-1].angle
			w.scene.hulls = append(w.scene.hulls, w.wedgeHull(d, group, level, depth, from, to))
		}
	}
}

// wedgeHull is a piece of a ring, a little smaller than the wedge it is drawn in.
func (w *winder) wedgeHull(d *disc, g graph.Group, level, depth int, from, to float64) Hull {
	at := func(r, along float64) Point { return w.at(d, r, along) }
	inset := 0.06 * float64(level-1)
	inner, outer := max(0.05, d.inner+inset), d.outer-inset
	h := Hull{Group: g, Level: level}
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
		h.Path = append(h.Path, at(outer, a+(b-a)*float64(k)/float64(steps)))
	}
	h.rim = len(h.Path)
	mid := (from + to) / 2
	if whole { // nobody else's hub can be in the middle
		mid = 0
	} else {
		for k := range steps + 1 {
			a, b := from+side(inner), to-side(inner)
			h.Path = append(h.Path, at(inner, b+(a-b)*float64(k)/float64(steps)))
		}
	}
	h.anchor = at(d.outer+0.08, mid)
	h.away = Point{math.Sin(w.angle(mid)), -math.Cos(w.angle(mid))}
	h.name(depth-level, w.font*wedgeShare(level, w.shape))
	return h
}

// name sets the text of the hull's name. Names of outer groups stand further out.
func (h *Hull) name(outward int, size float64) {
	h.nameIn(nameWidth, size)
	h.beyond = Point{1 + 0.3*float64(outward), 1 + 2.6*float64(outward)}
	h.away.X, h.away.Y = h.away.X*h.beyond.X, h.away.Y*h.beyond.Y
}

// nameIn sets the text of the hull's name, no wider than that many font sizes.
func (h *Hull) nameIn(width, size float64) {
	face := typeface.Regular
	if h.Level == 1 {
		face = typeface.Bold
	}
	h.Name = fitText(h.Group.Label(), size, face, width*size)
}

// The widest that a group's name may be, by its font size: beside a wedge, and for a
// rectangle to be made wider for it.
const (
	nameWidth = 17
	nameMost  = 12
)

// Tooltip says what is in the hull.
func (h *Hull) Tooltip() string {
	return strings.Join(h.Group.Path, " / ") + "\n" + Connected(h.Group.Connected, h.Group.Count)
}

// shrink makes a name smaller that came out larger than size, at its place.
func (h *Hull) shrink(size float64) {
	if f := size / h.Name.Size; f < 1 {
		h.Name.Size, h.Name.Width = size, round(h.Name.Width*f)
	}
}

// settle moves the hull, and gives its name a place at the hull's edge.
func (h *Hull) settle(dx, dy, grain float64) {
	for i, p := range h.Path {
		h.Path[i] = Point{roundTo(p.X+dx, grain), roundTo(p.Y+dy, grain)}
	}
	h.anchor = Point{h.anchor.X + dx, h.anchor.Y + dy}
	h.Name.Width = round(h.Name.Width)
	h.standOff(0)
}

// standOff places the name beside the hull, and further off by some font sizes.
func (h *Hull) standOff(sizes float64) {
	// A box touches a curve that bends away from it with a corner rather than a
	// side: it stands off a little more where both play a part.
	h.Name.Center = Point{
		round(h.anchor.X + h.away.X*(h.Name.Width/2+(0.25+sizes)*h.Name.Size)),
		round(h.anchor.Y + h.away.Y*(0.9+sizes)*h.Name.Size),
	}
}

// reach returns how far the name goes either way from its anchor, or along x from
// a place beside that: the name in a rectangle lies at one side of its own.
func (h *Hull) reach() (beside, x, y float64) {
	if h.rim == 0 {
		beside = h.Name.Width/2 + 0.25*h.Name.Size
		return beside, beside, h.Name.Size / 2
	}
	return 0, math.Abs(h.away.X)*(h.Name.Width/2+0.25*h.Name.Size) + h.Name.Width/2, math.Abs(h.away.Y)*0.9*h.Name.Size + h.Name.Size/2
}

// dropNames moves names that would cover a box, another name or another group
// further off, along the rim or into their hull, and leaves out those that do not
// help, or that cannot be read: inner ones before outer ones.
func (s *scene) dropNames(p plot) {
	order := make([]int, len(s.hulls))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.hulls[a].Level - s.hulls[b].Level })
	var taken []Text
	for _, i := range order {
		n := &s.hulls[i].Name
		if n.Size < minFont || !s.placeName(&s.hulls[i], p, taken) {
			n.String = ""
			continue
		}
		taken = append(taken, *n)
	}
}

// placeName finds a place for a hull's name: beside the middle of its rim, if it
// can be, else beside another part of it, or in the hull.
func (s *scene) placeName(h *Hull, p plot, taken []Text) bool {
	n, anchor, away := &h.Name, h.anchor, h.away
	beside := func(strict bool) bool {
		for off := 0.0; off < 2.5; off += 0.25 {
			if h.standOff(off); s.nameFits(n, p, taken) && !(strict && s.onOthers(h)) {
				return true
			}
		}
		return false
	}
	if beside(h.rim > 0) {
		return true
	}
	places := h.rimPlaces()
	for _, at := range places {
		h.anchor, h.away = at.anchor, at.away
		if beside(true) {
			return true
		}
	}
	middle := h.middle()
	for part := 0.15; part < 0.9; part += 0.05 {
		for _, at := range places {
			n.Center = Point{round(at.anchor.X + (middle.X-at.anchor.X)*part), round(at.anchor.Y + (middle.Y-at.anchor.Y)*part)}
			if s.nameFits(n, p, taken) && h.holds(n) {
				return true
			}
		}
	}
	h.anchor, h.away = anchor, away
	return beside(false)
}

// rimPlace is where a name may touch a hull, and the direction that it lies in.
type rimPlace struct{ anchor, away Point }

// rimPlaces are some points of the rim, from its middle to its ends.
func (h *Hull) rimPlaces() (all []rimPlace) {
	const most = 16
	step := max(1, h.rim/most)
	middle := h.middle()
	for k := range max(0, h.rim-2) {
		i := h.rim/2 + (k+1)/2*(1-k%2*2) // from the middle outward
		if k%(2*step) > 1 || i < 1 || i+1 >= h.rim {
			continue
		}
		a, at, b := h.Path[i-1], h.Path[i], h.Path[i+1]
		away := Point{b.Y - a.Y, a.X - b.X}
		long := math.Hypot(away.X, away.Y)
		if long == 0 {
			continue
		}
		if away.X*(at.X-middle.X)+away.Y*(at.Y-middle.Y) < 0 {
			long = -long
		}
		all = append(all, rimPlace{at, Point{away.X / long * h.beyond.X, away.Y / long * h.beyond.Y}})
	}
	return all
}

// middle is the mean of the hull's corners.
func (h *Hull) middle() (m Point) {
	for _, q := range h.Path {
		m.X, m.Y = m.X+q.X/float64(len(h.Path)), m.Y+q.Y/float64(len(h.Path))
	}
	return m
}

// corners are those of the rectangle around a text, and its middle.
func (t *Text) corners() [5]Point {
	x, y := t.Width/2, t.Size/2
	c := t.Center
	return [...]Point{c, {c.X - x, c.Y - y}, {c.X + x, c.Y - y}, {c.X + x, c.Y + y}, {c.X - x, c.Y + y}}
}

// holds reports whether all of a text lies in the hull.
func (h *Hull) holds(t *Text) bool {
	for _, q := range t.corners() {
		if !h.contains(q) {
			return false
		}
	}
	return true
}

// contains reports whether a point lies in the hull: a ray from it meets the outline an
// odd number of times.
func (h *Hull) contains(q Point) bool {
	in := false
	b := h.Path[len(h.Path)-1]
	for _, a := range h.Path {
		if (a.Y > q.Y) != (b.Y > q.Y) && q.X < a.X+(b.X-a.X)*(q.Y-a.Y)/(b.Y-a.Y) {
			in = !in
		}
		b = a
	}
	return in
}

// onOthers reports whether the hull's name lies on a group that it is not the name
// of.
func (s *scene) onOthers(h *Hull) bool {
	for i := range s.hulls {
		o := &s.hulls[i]
		if o.Level != h.Level || slices.Equal(o.Group.Path, h.Group.Path) {
			continue
		}
		for _, q := range h.Name.corners() {
			if o.contains(q) {
				return true
			}
		}
	}
	return false
}

// nameFits reports whether a name lies in the plot and covers neither a box nor a
// name that is there already.
func (s *scene) nameFits(n *Text, p plot, taken []Text) bool {
	if n.Left() < p.x-margin/2 || n.Left()+n.Width > p.x+p.w+margin/2 || n.Center.Y-n.Size/2 < p.y-1 || n.Center.Y+n.Size/2 > p.y+p.h+1 {
		return false
	}
	for k := range taken {
		if textsMeet(n, taken[k].Center, taken[k].Width, taken[k].Size*1.1) {
			return false
		}
	}
	for k := range s.boxes {
		if textsMeet(n, s.boxes[k].Center, s.boxes[k].W, s.boxes[k].H) {
			return false
		}
	}
	return true
}

// textsMeet reports whether a text and a rectangle overlap.
func textsMeet(t *Text, c Point, w, h float64) bool {
	return math.Abs(t.Center.X-c.X) < (t.Width+w)/2+1 && math.Abs(t.Center.Y-c.Y) < (t.Size*1.1+h)/2
}

// clustered are the engines of Graphviz that keep the nodes of a cluster
// together, where they are not in rows of ours.
var clustered = map[string]bool{"dot": true, "fdp": true}

// clusters writes the groups as Graphviz's clusters, one inside the other.
func (g *gvGraph) clusters() {
	if !clustered[g.engine] {
		return
	}
	hulls := g.namedHulls(nameMost)
	var open []string
	members := g.byGroup()
	for n, i := range members {
		path := g.boxes[i].Vertex.Group
		common := 0
		for common < len(open) && common < len(path) && open[common] == path[common] {
			common++
		}
		g.buf.WriteString(strings.Repeat("}\n", len(open)-common))
		for level := common; level < len(path); level++ {
			// The label makes Graphviz leave room for the name: its x is half as wide as high.
			name := hulls[pathKey(path[:level+1])].Name
			letters := strings.Repeat("x", max(1, int(math.Ceil((name.Width+name.Size)/g.narrow()/(name.Size/2)))))
			fmt.Fprintf(&g.buf, "subgraph cluster_%d_%d {\nmargin=%d\nfontsize=%g\nlabel=%q\n", n, level, int(g.gap*1.5)+2, name.Size, letters)
		}
		open = path
		fmt.Fprintf(&g.buf, "%d\n", i)
	}
	g.buf.WriteString(strings.Repeat("}\n", len(open)))
}

// namedHulls returns a hull for each group, with its name, no wider than that many font
// sizes, but without its area, by pathKey.
func (s *scene) namedHulls(width float64) map[string]*Hull {
	hulls := make(map[string]*Hull)
	for i := range s.boxes {
		v := s.boxes[i].Vertex
		n, connected := v.Nodes()
		for level := 1; level <= len(v.Group); level++ {
			key := pathKey(v.Group[:level])
			h := hulls[key]
			if h == nil {
				h = &Hull{Group: graph.Group{Path: v.Group[:level]}, Level: level}
				hulls[key] = h
			}
			h.Group.Count, h.Group.Connected = h.Group.Count+n, h.Group.Connected+connected
		}
	}
	for _, h := range hulls {
		h.nameIn(width, s.font*nameShare)
	}
	return hulls
}

// pathKey is a group's path as the key of a map.
func pathKey(path []string) string { return strings.Join(path, "\x00") }

// byGroup returns the grouped boxes, sorted by path.
func (s *scene) byGroup() []int {
	var members []int
	for i := range s.boxes {
		if len(s.boxes[i].Vertex.Group) > 0 {
			members = append(members, i)
		}
	}
	slices.SortStableFunc(members, func(a, b int) int {
		return natural.ComparePaths(s.boxes[a].Vertex.Group, s.boxes[b].Vertex.Group)
	})
	return members
}

// boxHulls draws a rectangle around the members of each group, with its name in
// the upper left corner, for the engines that keep them together.
func (s *scene) boxHulls() {
	type area struct {
		*Hull
		x0, y0, x1, y1 float64
	}
	hulls, areas := s.namedHulls(nameMost), make(map[string]*area)
	depth := 0
	var order []*area
	for _, i := range s.byGroup() {
		b := &s.boxes[i]
		path := b.Vertex.Group
		depth = max(depth, len(path))
		for level := 1; level <= len(path); level++ {
			key := pathKey(path[:level])
			a := areas[key]
			if a == nil {
				a = &area{hulls[key], math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
				areas[key] = a
				order = append(order, a)
			}
			a.x0, a.x1 = min(a.x0, b.Center.X-b.W/2), max(a.x1, b.Center.X+b.W/2)
			a.y0, a.y1 = min(a.y0, b.Center.Y-b.H/2), max(a.y1, b.Center.Y+b.H/2)
		}
	}
	slices.SortStableFunc(order, func(a, b *area) int { return b.Level - a.Level }) // the outer around the inner
	for _, a := range order {
		around := s.gap * (1.25 + 0.5*float64(depth-a.Level))
		head := s.font * nameShare * 1.4 * float64(depth-a.Level+1)
		x0, y0, x1, y1 := a.x0-around, a.y0-around-head, a.x1+around, a.y1+around
		if short := a.Name.Width + a.Name.Size - (x1 - x0); short > 0 {
			x0, x1 = x0-short/2, x1+short/2
		}
		if outer := areas[pathKey(a.Group.Path[:a.Level-1])]; outer != nil {
			outer.x0, outer.x1 = min(outer.x0, x0+around), max(outer.x1, x1-around)
		}
		a.Path = []Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
		a.anchor = Point{x0 + 2, y0 + s.font*nameShare*0.8}
		a.away = Point{1, 0}
		s.hulls = append(s.hulls, *a.Hull)
	}
	slices.SortStableFunc(s.hulls, func(a, b Hull) int { return a.Level - b.Level })
	for i := range s.hulls {
		for j := range s.hulls[:i] {
			a, b := &s.hulls[i], &s.hulls[j]
			if a.Level == b.Level && a.Path[0].X < b.Path[2].X && b.Path[0].X < a.Path[2].X &&
				a.Path[0].Y < b.Path[2].Y && b.Path[0].Y < a.Path[2].Y {
				s.hulls = nil // the engine did not keep the groups apart, as fdp may not
				return
			}
		}
	}
	for i := range s.hulls { // nor what is in none
		a, b := s.hulls[i].Path[0], s.hulls[i].Path[2]
		for k := range s.boxes {
			c := s.boxes[k].Center
			if len(s.boxes[k].Vertex.Group) == 0 && a.X < c.X && c.X < b.X && a.Y < c.Y && c.Y < b.Y {
				s.hulls = nil
				return
			}
		}
	}
}
