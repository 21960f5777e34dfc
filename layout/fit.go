package layout

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file scales an arranged sketch to the plot, and rounds it.

// fit scales the sketch, labels and all, to the plot, stretches distances where there is
// room left, rounds, and gives names of groups their places. It returns the scale.
func (s *sketch) fit(p plot) float64 {
	if len(s.boxes) == 0 {
		return 1
	}
	xs, ys := s.spans()
	scale := min(s.most, p.w/xs.extent(1), p.h/ys.extent(1))
	s.scalePlaces(scale*xs.stretch(p.w/scale), scale*ys.stretch(p.h/scale))
	s.scaleSizes(scale)
	xs, ys = s.spans()
	move := r2.Vec{X: p.x + p.w/2 - (xs.lo(1)+xs.hi(1))/2, Y: p.y + p.h/2 - (ys.lo(1)+ys.hi(1))/2}
	g := grain(scale)
	for i := range s.boxes {
		s.snapToGrid(i, move, g)
	}
	for i := range s.lines {
		s.lines[i].snapToGrid(s.boxes, move, g)
	}
	for i := range s.areas {
		s.areas[i].snapToGrid(move, g)
	}
	s.placeNames(p)
	return scale
}

// scalePlaces multiplies all places, but no sizes, by the factors.
func (s *sketch) scalePlaces(fx, fy float64) {
	scale := func(p *r2.Vec) { p.X, p.Y = p.X*fx, p.Y*fy }
	for i := range s.boxes {
		scale(&s.boxes[i].Center)
	}
	for i := range s.frame {
		scale(&s.frame[i].Center)
	}
	for i := range s.lines {
		for j := range s.lines[i].Path {
			scale(&s.lines[i].Path[j])
		}
	}
	for i := range s.areas {
		a := &s.areas[i]
		scale(&a.anchor)
		for j := range a.Path {
			scale(&a.Path[j])
		}
	}
}

// scaleSizes multiplies the sizes of boxes and texts by a factor.
func (s *sketch) scaleSizes(f float64) {
	for i := range s.boxes {
		b := &s.boxes[i]
		b.W, b.H = b.W*f, b.H*f
		if c := b.Content; c != nil {
			c.Label.Width, c.Label.Size = c.Label.Width*f, c.Label.Size*f
			c.Detail.Width, c.Detail.Size, c.Bar.H = c.Detail.Width*f, c.Detail.Size*f, c.Bar.H*f
		}
	}
	for i := range s.frame {
		r := &s.frame[i]
		r.W, r.H = r.W*f, r.H*f
	}
	for i := range s.areas {
		n := &s.areas[i].Name
		n.Size, n.Width = n.Size*f, n.Width*f
	}
}

// grain returns what coordinates are rounded to, so that the last bits of a float do not
// change a picture from one machine to another: 0.1 pt, or 0.01 pt where boxes are so
// small that 0.1 pt could push one onto the next.
func grain(scale float64) float64 {
	if scale < 0.25 {
		return 0.01
	}
	return 0.1
}

// round rounds to a tenth of a point.
func round(x float64) float64 { return roundTo(x, 0.1) }

// roundTo rounds to a multiple of grain, which is 1 divided by a whole number.
func roundTo(x, grain float64) float64 {
	per := math.Round(1 / grain) // dividing by 10 gives the float nearest to a tenth, multiplying by 0.1 does not
	return math.Round(x*per) / per
}

// snapToGrid moves box i, rounds it, and places its label, mark and badge.
func (s *sketch) snapToGrid(i int, move r2.Vec, grain float64) {
	b, n := &s.boxes[i], &s.fig.Nodes[i]
	b.Center = r2.Vec{X: roundTo(b.Center.X+move.X, grain), Y: roundTo(b.Center.Y+move.Y, grain)}
	// Sizes are rounded down, to an even number of grains, so that boxes do not overlap.
	per := math.Round(0.5 / grain)
	b.W, b.H = math.Floor(b.W*per)/per, math.Floor(b.H*per)/per
	if c := b.Content; c != nil {
		c.Label.Center, c.Label.Width = b.Center, round(c.Label.Width)
	}
	if marked(s.fig, i) {
		b.placeMark(grain)
	}
	if n.Class.HasBadge(s.fig.Coloring) {
		b.placeBadge(grain)
	}
	if c := b.Content; c != nil {
		b.stack(b.W - 2*labelPad*c.Label.Size - b.marksRoom(s.fig, i))
	}
}

// placeMark places the mark at the left end of a pill, or in the middle of a dot.
func (b *Box) placeMark(grain float64) {
	c := b.content()
	if c.Label.String == "" {
		c.Mark = Mark{b.Center, roundTo(b.H*markShare, grain)}
		return
	}
	c.Mark = Mark{r2.Vec{X: round(b.Center.X - b.W/2 + b.end()/2), Y: b.Center.Y}, round(min(b.H, c.Label.Size*labelHeight) * markShare)}
	c.Label.Center.X = round(b.Center.X + markRoom*b.end()/2)
}

// placeBadge places the badge at the right end of a pill, or at the upper right of a
// dot, whose mark makes room for it.
func (b *Box) placeBadge(grain float64) {
	c := b.content()
	if c.Label.String != "" {
		c.Badge = Mark{r2.Vec{X: round(b.Center.X + b.W/2 - b.end()/2), Y: b.Center.Y}, round(min(b.H, c.Label.Size*labelHeight) * badgeShare)}
		c.Label.Center.X = round(c.Label.Center.X - badgeRoom*b.end()/2)
		return
	}
	at := func(x, y float64) r2.Vec {
		return r2.Vec{X: roundTo(b.Center.X+x*b.W/2, grain), Y: roundTo(b.Center.Y+y*b.H/2, grain)}
	}
	c.Badge = Mark{at(0.53, -0.53), roundTo(0.46*b.H/2, grain)}
	if c.Mark.R > 0 {
		c.Mark = Mark{at(-0.2, 0.2), roundTo(0.8*c.Mark.R, grain)}
	}
}

// snapToGrid moves the line and rounds it, and leads it to the centres of its boxes.
func (l *Line) snapToGrid(boxes []Box, move r2.Vec, grain float64) {
	from, to := boxes[l.From].Center, boxes[l.To].Center
	if len(l.Path) == 0 {
		l.Path = []r2.Vec{from, to}
		return
	}
	// A route ends where a box was before distances were stretched: it goes on to the
	// centre, below the box.
	path := make([]r2.Vec, 0, len(l.Path)+6)
	path = append(path, from, from)
	for _, p := range l.Path {
		p = r2.Vec{X: roundTo(p.X+move.X, grain), Y: roundTo(p.Y+move.Y, grain)}
		path = append(path, p)
	}
	path = slices.Insert(path, 2, path[2])
	last := path[len(path)-1]
	l.Path = append(path, last, to, to)
}

// shrinkLabels makes pills and names smaller whose font is larger than the given size,
// which is that of a compute node.
func (s *sketch) shrinkLabels(size, grain float64) {
	for i := range s.areas {
		s.areas[i].shrink(size * wedgeShare(s.areas[i].Level, false))
	}
	for i := range s.boxes {
		b := &s.boxes[i]
		most := size
		if s.fig.Nodes[i].Hub {
			most *= hubShare
		}
		if s.fig.Nodes[i].Class.IsJob() {
			most *= jobShare
		}
		if label := b.Label(); label.String != "" && label.Size > most {
			f := most / label.Size
			b.Content.Label.Size, b.Content.Label.Width = most, label.Width*f
			b.W, b.H = b.W*f, b.H*f
			s.snapToGrid(i, r2.Vec{}, grain)
		}
	}
}

// A span holds, for one axis, the places of all that has to be inside the plot, and half
// of their sizes.
type span struct{ at, half []float64 }

// spans returns the spans of both axes.
func (s *sketch) spans() (xs, ys span) {
	add := func(at r2.Vec, w, h float64) {
		xs.at, xs.half = append(xs.at, at.X), append(xs.half, w/2)
		ys.at, ys.half = append(ys.at, at.Y), append(ys.half, h/2)
	}
	for i := range s.boxes {
		b := &s.boxes[i]
		add(b.Center, b.W, b.H)
	}
	for _, r := range s.frame {
		add(r.Center, r.W, r.H)
	}
	for i := range s.lines {
		for _, p := range s.lines[i].Path {
			add(p, 0, 0)
		}
	}
	for i := range s.areas {
		a := &s.areas[i]
		for _, p := range a.Path {
			add(p, 0, 0)
		}
		beside, x, y := a.nameExtent()
		xs.at, xs.half = append(xs.at, a.anchor.X+beside), append(xs.half, x)
		ys.at, ys.half = append(ys.at, a.anchor.Y), append(ys.half, y)
	}
	return xs, ys
}

// lo returns the lower end if places are multiplied by f and sizes are not.
func (s span) lo(f float64) float64 {
	lo := math.Inf(1)
	for i := range s.at {
		lo = min(lo, s.at[i]*f-s.half[i])
	}
	return lo
}

// hi returns the upper end.
func (s span) hi(f float64) float64 {
	hi := math.Inf(-1)
	for i := range s.at {
		hi = max(hi, s.at[i]*f+s.half[i])
	}
	return hi
}

// extent returns the distance from end to end.
func (s span) extent(f float64) float64 { return s.hi(f) - s.lo(f) }

// stretch returns the factor, from 1 to maxStretch, by which places can be multiplied to
// fill the room.
func (s span) stretch(room float64) float64 {
	lo, hi := 1.0, maxStretch
	if s.extent(hi) <= room {
		return hi
	}
	for range 30 {
		if mid := (lo + hi) / 2; s.extent(mid) <= room {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func sq(x float64) float64 { return x * x }
