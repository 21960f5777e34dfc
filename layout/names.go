package layout

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file gives the names of groups a place beside or in their areas.

// An Area is the area of a group. Areas are drawn below edges and boxes, outer
// levels first. With several hubs a group has one for each disc it is part of.
type Area struct {
	Group diagram.Group // what is drawn in this area: with several hubs, a part of the group
	Level int           // 1 for the outermost
	Path  []r2.Vec      // a closed polygon
	Name  Text          // its String is empty when left to a tooltip

	// anchor is where the name touches the area, and away the direction it lies in.
	anchor, away r2.Vec

	beyond r2.Vec // by how much further off than the names of inner groups it stands, as a factor
	rim    int    // how many points of the Path, from the first on, lie at the rim of a disc
}

// wedgeShare is the font size of a name beside a wedge, by that of labels. Among dots the names are what there is to
// read.
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

// standOutward makes room for the names of inner groups: those of outer ones are
// further off.
func (h *Area) standOutward(levels int) {
	h.beyond = r2.Vec{X: 1 + 0.3*float64(levels), Y: 1 + 2.6*float64(levels)}
	h.away.X, h.away.Y = h.away.X*h.beyond.X, h.away.Y*h.beyond.Y
}

// shrink makes a name smaller that came out larger than size, at its place.
func (h *Area) shrink(size float64) {
	if f := size / h.Name.Size; f < 1 {
		h.Name.Size, h.Name.Width = size, round(h.Name.Width*f)
	}
}

// settle moves the area, and gives its name a place at the area's edge.
func (h *Area) settle(dx, dy, grain float64) {
	for i, p := range h.Path {
		h.Path[i] = r2.Vec{X: roundTo(p.X+dx, grain), Y: roundTo(p.Y+dy, grain)}
	}
	h.anchor = r2.Vec{X: h.anchor.X + dx, Y: h.anchor.Y + dy}
	h.Name.Width = round(h.Name.Width)
	h.standOff(0)
}

// standOff places the name beside the area, and further off by some font sizes.
func (h *Area) standOff(sizes float64) {
	// A box touches a curve that bends away from it with a corner rather than a
	// side: it stands off a little more where both play a part.
	h.Name.Center = r2.Vec{
		X: round(h.anchor.X + h.away.X*(h.Name.Width/2+(0.25+sizes)*h.Name.Size)),
		Y: round(h.anchor.Y + h.away.Y*(0.9+sizes)*h.Name.Size),
	}
}

// reach returns how far the name goes either way from its anchor, or along x from
// a place beside that: the name in a rectangle lies at one side of its own.
func (h *Area) reach() (beside, x, y float64) {
	if h.rim == 0 {
		beside = h.Name.Width/2 + 0.25*h.Name.Size
		return beside, beside, h.Name.Size / 2
	}
	return 0, math.Abs(h.away.X)*(h.Name.Width/2+0.25*h.Name.Size) + h.Name.Width/2, math.Abs(h.away.Y)*0.9*h.Name.Size + h.Name.Size/2
}

// dropNames moves names that would cover a box, another name or another group
// further off, along the rim or into their area, and leaves out those that do not
// help, or that cannot be read: inner ones before outer ones.
func (s *sketch) dropNames(p plot) {
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

// placeName finds a place for an area's name: beside the middle of its rim, if it
// can be, else beside another part of it, or in the area.
func (s *sketch) placeName(h *Area, p plot, taken []Text) bool {
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
			n.Center = r2.Vec{X: round(at.anchor.X + (middle.X-at.anchor.X)*part), Y: round(at.anchor.Y + (middle.Y-at.anchor.Y)*part)}
			if s.nameFits(n, p, taken) && h.holds(n) {
				return true
			}
		}
	}
	h.anchor, h.away = anchor, away
	return beside(false)
}

// rimPlace is where a name may touch an area, and the direction that it lies in.
type rimPlace struct{ anchor, away r2.Vec }

// rimPlaces are some points of the rim, from its middle to its ends.
func (h *Area) rimPlaces() (all []rimPlace) {
	const most = 16
	step := max(1, h.rim/most)
	middle := h.middle()
	for k := range max(0, h.rim-2) {
		i := h.rim/2 + (k+1)/2*(1-k%2*2) // from the middle outward
		if k%(2*step) > 1 || i < 1 || i+1 >= h.rim {
			continue
		}
		a, at, b := h.Path[i-1], h.Path[i], h.Path[i+1]
		away := r2.Vec{X: b.Y - a.Y, Y: a.X - b.X}
		long := math.Hypot(away.X, away.Y)
		if long == 0 {
			continue
		}
		if away.X*(at.X-middle.X)+away.Y*(at.Y-middle.Y) < 0 {
			long = -long
		}
		all = append(all, rimPlace{at, r2.Vec{X: away.X / long * h.beyond.X, Y: away.Y / long * h.beyond.Y}})
	}
	return all
}

// middle is the mean of the area's corners.
func (h *Area) middle() (m r2.Vec) {
	for _, q := range h.Path {
		m.X, m.Y = m.X+q.X/float64(len(h.Path)), m.Y+q.Y/float64(len(h.Path))
	}
	return m
}

// corners are those of the rectangle around a text, and its middle.
func (t *Text) corners() [5]r2.Vec {
	x, y := t.Width/2, t.Size/2
	c := t.Center
	return [...]r2.Vec{c, {X: c.X - x, Y: c.Y - y}, {X: c.X + x, Y: c.Y - y}, {X: c.X + x, Y: c.Y + y}, {X: c.X - x, Y: c.Y + y}}
}

// holds reports whether all of a text lies in the area.
func (h *Area) holds(t *Text) bool {
	for _, q := range t.corners() {
		if !h.contains(q) {
			return false
		}
	}
	return true
}

// contains reports whether a point lies in the area: a ray from it meets the outline an
// odd number of times.
func (h *Area) contains(q r2.Vec) bool {
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

// onOthers reports whether the area's name lies on a group that it is not the name
// of.
func (s *sketch) onOthers(h *Area) bool {
	for i := range s.areas {
		o := &s.areas[i]
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
