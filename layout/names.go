package layout

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file places the names of groups beside or in their areas.

// An Area is the area of a group. Areas are drawn below edges and boxes, outer
// levels first. With several hubs a group has one for each disc it is part of.
type Area struct {
	Group diagram.Group // what is drawn in this area: with several hubs, a part of the group
	Level int           // 1 for the outermost; 0 for nodes that are drawn together, but are not of one group
	Path  []r2.Vec      // a closed polygon
	Name  Text          // its String is empty when left to a tooltip

	Outer int // the number of the outermost group that it belongs to, from 1; 0 if it is not of one group

	Look   AreaLook
	Corner float64 // radius of the corners of a rectangle, in points
	Title  string  // of an area of Level 0: what its nodes have in common, for its tooltip
	Detail Text    // at the other end of the line of the name; its String is empty if there is none

	// anchor is where the name touches the area, and away the direction from there to it.
	anchor, away r2.Vec

	outward r2.Vec // factors by which the name is further off than that of an innermost group
	rim     int    // number of points of the Path, from the first on, at the rim of a disc
}

// An AreaLook is how an area is painted.
type AreaLook int

// The looks. Ground is filled and has an outline; Apart, for nodes without an edge, has a
// dashed outline on the colour of the page; of a Bare area only the name is seen; a Tag is a name in an outline, on top of the edges
// that lead through it.
const (
	Ground AreaLook = iota
	Apart
	Bare
	Tag
)

// numberOuter sets Outer of all areas.
func (d *Drawing) numberOuter() {
	numbers := make(map[string]int)
	for i := range d.Diagram.Groups {
		if g := &d.Diagram.Groups[i]; len(g.Path) == 1 {
			numbers[g.Path[0]] = len(numbers) + 1
		}
	}
	for i := range d.Areas {
		if a := &d.Areas[i]; a.Level > 0 {
			a.Outer = numbers[a.Group.Path[0]]
		}
	}
}

// Tooltip returns the lines of the tooltip of the area.
func (a *Area) Tooltip() string {
	g := a.Group
	if a.Level == 0 {
		g.Path = []string{a.Title}
	}
	return g.Tooltip()
}

// wedgeShare returns the font size of a name beside a wedge, by that of labels. Among
// dots the names are all that can be read, and are larger.
func wedgeShare(level int, dots bool) float64 {
	switch {
	case dots && level == 1:
		return 1.5
	case dots:
		return 1.25
	case level == 1:
		return 1.15
	}
	return engine.NameShare
}

// moveOutward places the name outside of so many levels of names of inner groups.
func (a *Area) moveOutward(levels int) {
	a.outward = r2.Vec{X: 1 + 0.3*float64(levels), Y: 1 + 2.6*float64(levels)}
	a.away.X, a.away.Y = a.away.X*a.outward.X, a.away.Y*a.outward.Y
}

// shrink makes a name smaller that is larger than the given size, at its place.
func (a *Area) shrink(size float64) {
	if f := size / a.Name.Size; f < 1 {
		a.Name.Size, a.Name.Width = size, round(a.Name.Width*f)
	}
}

// snapToGrid moves the area, rounds it, and places its name at the area's edge.
func (a *Area) snapToGrid(move r2.Vec, grain float64) {
	for i, p := range a.Path {
		a.Path[i] = r2.Vec{X: roundTo(p.X+move.X, grain), Y: roundTo(p.Y+move.Y, grain)}
	}
	a.anchor = r2.Add(a.anchor, move)
	a.Name.Width = round(a.Name.Width)
	a.offsetName(0)
}

// offsetName places the name beside the area, and further off by some font sizes.
func (a *Area) offsetName(sizes float64) {
	// A box touches a curve that bends away from it with a corner rather than a side:
	// it is a little further off in diagonal directions.
	a.Name.Center = r2.Vec{
		X: round(a.anchor.X + a.away.X*(a.Name.Width/2+(0.25+sizes)*a.Name.Size)),
		Y: round(a.anchor.Y + a.away.Y*(0.9+sizes)*a.Name.Size),
	}
}

// nameExtent returns how far the name extends either way from its anchor. In a
// rectangle the name is at one side of it, and the extent along x is measured from a
// place so far beside the anchor.
func (a *Area) nameExtent() (beside, x, y float64) {
	if a.rim == 0 {
		beside = a.Name.Width/2 + 0.25*a.Name.Size
		return beside, beside, a.Name.Size / 2
	}
	return 0, math.Abs(a.away.X)*(a.Name.Width/2+0.25*a.Name.Size) + a.Name.Width/2, math.Abs(a.away.Y)*0.9*a.Name.Size + a.Name.Size/2
}

// placeNames moves names that would cover a box, another name or another group
// further off, along the rim or into their area, outer ones first. It leaves out names
// that have no place anywhere, or that are too small to read.
func (s *sketch) placeNames(p plot) {
	order := make([]int, len(s.areas))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.areas[a].Level - s.areas[b].Level })
	var taken []Text
	for _, i := range order {
		n := &s.areas[i].Name
		if n.Size < minFont || !s.placeName(&s.areas[i], p, taken) {
			n.String = ""
			continue
		}
		taken = append(taken, *n)
	}
}

// placeName finds a place for an area's name, and reports whether there is one: beside
// the middle of its rim if possible, beside another part of it, or in the area.
func (s *sketch) placeName(a *Area, p plot, taken []Text) bool {
	n, anchor, away := &a.Name, a.anchor, a.away
	beside := func(strict bool) bool {
		for off := 0.0; off < 2.5; off += 0.25 {
			if a.offsetName(off); s.nameFits(n, p, taken) && !(strict && s.coversOtherGroup(a)) {
				return true
			}
		}
		return false
	}
	if beside(a.rim > 0) {
		return true
	}
	places := a.rimPlaces()
	for _, at := range places {
		a.anchor, a.away = at.anchor, at.away
		if beside(true) {
			return true
		}
	}
	middle := a.middle()
	for part := 0.15; part < 0.9; part += 0.05 {
		for _, at := range places {
			n.Center = r2.Vec{X: round(at.anchor.X + (middle.X-at.anchor.X)*part), Y: round(at.anchor.Y + (middle.Y-at.anchor.Y)*part)}
			if s.nameFits(n, p, taken) && a.holds(n) {
				return true
			}
		}
	}
	a.anchor, a.away = anchor, away
	return beside(false)
}

// A rimPlace is where a name may touch an area, and the direction from there to it.
type rimPlace struct{ anchor, away r2.Vec }

// rimPlaces returns up to 16 points of the rim, from its middle to its ends.
func (a *Area) rimPlaces() (all []rimPlace) {
	const most = 16
	step := max(1, a.rim/most)
	middle := a.middle()
	for k := range max(0, a.rim-2) {
		i := a.rim/2 + (k+1)/2*(1-k%2*2) // from the middle outward
		if k%(2*step) > 1 || i < 1 || i+1 >= a.rim {
			continue
		}
		before, at, after := a.Path[i-1], a.Path[i], a.Path[i+1]
		away := r2.Vec{X: after.Y - before.Y, Y: before.X - after.X}
		length := math.Hypot(away.X, away.Y)
		if length == 0 {
			continue
		}
		if away.X*(at.X-middle.X)+away.Y*(at.Y-middle.Y) < 0 {
			length = -length
		}
		all = append(all, rimPlace{at, r2.Vec{X: away.X / length * a.outward.X, Y: away.Y / length * a.outward.Y}})
	}
	return all
}

// middle returns the mean of the area's corners.
func (a *Area) middle() (m r2.Vec) {
	for _, q := range a.Path {
		m.X, m.Y = m.X+q.X/float64(len(a.Path)), m.Y+q.Y/float64(len(a.Path))
	}
	return m
}

// corners returns the middle of a text, and the corners of the rectangle around it.
func (t *Text) corners() [5]r2.Vec {
	x, y := r2.Scale(t.Width/2, t.along()), r2.Scale(t.Size/2, t.across())
	c := t.Center
	right, left := r2.Add(c, x), r2.Sub(c, x)
	return [...]r2.Vec{c, r2.Sub(left, y), r2.Sub(right, y), r2.Add(right, y), r2.Add(left, y)}
}

// holds reports whether all of a text is in the area.
func (a *Area) holds(t *Text) bool {
	for _, q := range t.corners() {
		if !a.Contains(q) {
			return false
		}
	}
	return true
}

// Contains reports whether a point is in the area: a ray from it crosses the outline an
// odd number of times (Shimrat, 1962).
func (a *Area) Contains(q r2.Vec) bool {
	in := false
	last := a.Path[len(a.Path)-1]
	for _, p := range a.Path {
		if (p.Y > q.Y) != (last.Y > q.Y) && q.X < p.X+(last.X-p.X)*(q.Y-p.Y)/(last.Y-p.Y) {
			in = !in
		}
		last = p
	}
	return in
}

// coversOtherGroup reports whether the area's name covers another group of its level.
func (s *sketch) coversOtherGroup(a *Area) bool {
	for i := range s.areas {
		o := &s.areas[i]
		if o.Level != a.Level || slices.Equal(o.Group.Path, a.Group.Path) {
			continue
		}
		for _, q := range a.Name.corners() {
			if o.Contains(q) {
				return true
			}
		}
	}
	return false
}

// nameFits reports whether a name is in the plot and covers neither a box nor a name
// that is already placed.
func (s *sketch) nameFits(n *Text, p plot, taken []Text) bool {
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
func textsMeet(t *Text, c r2.Vec, w, h float64) bool {
	return math.Abs(t.Center.X-c.X) < (t.Width+w)/2+1 && math.Abs(t.Center.Y-c.Y) < (t.Size*1.1+h)/2
}
