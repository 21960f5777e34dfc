package layout

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout/internal/engine"
	"github.com/bacviz/bacviz/layout/internal/graphviz"
)

// This file takes a diagram from measured boxes to places on the canvas. An
// engine only has to put boxes somewhere; what stands here makes sure that
// labels are read or left out, that nothing overlaps and that all of it fits.

// sketch is a drawing of a diagram while it has no place on the canvas yet.
type sketch struct {
	fig   *diagram.Diagram
	font  float64 // size of a compute node's label, if it has one
	most  float64 // the largest scale that it is drawn at
	boxes []Box
	lines []Line
	areas []Area
	frame []engine.Rect // to keep inside the plot too
}

// placer arranges the boxes of a diagram inside a plot.
type placer struct {
	fig    *diagram.Diagram
	plot   plot
	spec   engineSpec
	scene  *engine.Scene // used again by each attempt, as are boxes and lines
	boxes  []Box
	lines  []Line
	points []r2.Vec // the centers of dots, as a sizeless engine placed them
}

// place arranges the boxes inside the plot: with all labels if they can be
// read, else with dots and the labels of hubs and odd nodes.
func place(ctx context.Context, fig *diagram.Diagram, p plot, e engineSpec) (*sketch, error) {
	a := &placer{fig: fig, plot: p, spec: e, scene: newScene(fig), boxes: make([]Box, len(fig.Nodes)), lines: newLines(fig)}
	a.scene.Aspect = p.w / p.h
	if s, err := a.allLabels(ctx); s != nil || err != nil {
		return s, err
	}
	if s, err := a.someLabels(ctx); s != nil || err != nil {
		return s, err
	}
	s, _, err := a.attempt(ctx, sizes{font: minFont, gap: dotGap})
	if err != nil {
		return nil, err
	}
	s.dropLabels()
	return s, nil
}

// attempt arranges boxes of the given sizes, and returns the scale at which they fit.
func (a *placer) attempt(ctx context.Context, z sizes) (*sketch, float64, error) {
	s := &sketch{fig: a.fig, font: z.font, most: maxScale, boxes: a.boxes, lines: a.lines}
	z.size(a.fig, s.boxes)
	if a.spec.steady && z.keep != keepAll {
		s.most = dotScale
	}
	a.scene.Height = a.plot.h / s.most
	s.set(a.scene, z.gap)
	for i, at := range a.points {
		a.scene.Boxes[i].Center = at
	}
	if a.points == nil {
		if err := a.spec.arrange(ctx, a.scene); err != nil {
			return nil, 0, err
		}
		if a.spec.sizeless && !a.scene.Clustered && z.keep != keepAll { // names of groups have sizes
			for i := range a.scene.Boxes {
				a.points = append(a.points, a.scene.Boxes[i].Center)
			}
		}
	}
	if err := separate(ctx, a.scene); err != nil {
		return nil, 0, err
	}
	graphviz.Areas(a.scene) // only now are the boxes where they stay
	s.take(a.scene)
	return s, s.fit(a.plot), nil
}

// allLabels tries labels of several widths, and returns nil if they cannot all be
// read.
func (a *placer) allLabels(ctx context.Context) (*sketch, error) {
	widest := math.Inf(1)
	for _, width := range labelWidths {
		full := sizes{font: labelSize, gap: pillGap, width: width, keep: keepAll, inner: a.inner()}
		w, area := full.measure(a.fig, a.boxes)
		if w >= widest || area*sq(minFont/labelSize) > a.plot.w*a.plot.h {
			continue // no narrower than what has been tried, or hopeless
		}
		widest = w
		s, scale, err := a.attempt(ctx, full)
		if err != nil {
			return nil, err
		}
		if scale*labelSize >= minFont {
			return s, nil
		}
	}
	return nil, nil
}

// inner reports whether labels of collapsed groups leave out the outermost, which the
// area around them names.
func (a *placer) inner() bool { return a.spec.named && !a.scene.Scattered }

// someLabels keeps as many kinds of labels as can be read, and returns nil if not
// even those of hubs can.
//
// Labels that are kept have to be read at a scale that is only known once they have
// been placed: guess it, and guess lower until it holds. A steady engine guesses until
// it is right, so that the sizes change as little as the network does.
func (a *placer) someLabels(ctx context.Context) (*sketch, error) {
	first := min(maxScale, math.Sqrt(a.plot.w*a.plot.h/(2.5*sq(dotSize+dotGap)*float64(len(a.fig.Nodes)+1))))
	for _, keep := range []keeping{keepNotable, keepJobs, keepGroups, keepHubs} {
		if !a.worthKeeping(keep) {
			continue
		}
		guess := first
		for tries := 0; tries < 4 || a.spec.steady && tries < 8; tries++ {
			z := sizes{font: 1.1 * minFont / guess, gap: dotGap, keep: keep, inner: a.inner()}
			s, scale, err := a.attempt(ctx, z)
			if err != nil {
				return nil, err
			}
			if scale*z.font >= minFont && (!a.spec.steady || math.Abs(scale/guess-1) < 0.004 || tries >= 5) {
				s.shrinkLabels(labelSize, grain(scale))
				return s, nil
			}
			if guess = 0.85 * min(scale, guess); a.spec.steady {
				guess = scale
			}
		}
	}
	return nil, nil
}

// worthKeeping reports whether it is worth trying to keep such labels.
func (a *placer) worthKeeping(k keeping) bool {
	switch k {
	case keepNotable:
		return !a.spec.uniform && fewNotable(a.fig)
	case keepJobs:
		return a.fig.Jobs > 0 && a.fig.Jobs <= 80
	case keepGroups:
		return collapsed(a.fig)
	}
	return true
}

func (s *sketch) scalePlaces(fx, fy float64) {
	for i := range s.boxes {
		c := &s.boxes[i].Center
		c.X, c.Y = c.X*fx, c.Y*fy
	}
	for i := range s.frame {
		c := &s.frame[i].Center
		c.X, c.Y = c.X*fx, c.Y*fy
	}
	for i := range s.lines {
		for j := range s.lines[i].Path {
			c := &s.lines[i].Path[j]
			c.X, c.Y = c.X*fx, c.Y*fy
		}
	}
	for i := range s.areas {
		h := &s.areas[i]
		h.anchor.X, h.anchor.Y = h.anchor.X*fx, h.anchor.Y*fy
		for j := range h.Path {
			h.Path[j].X, h.Path[j].Y = h.Path[j].X*fx, h.Path[j].Y*fy
		}
	}
}

// fit scales the scene, labels and all, to the plot, draws the places apart
// where there is room left, and rounds. It returns the scale.
func (s *sketch) fit(p plot) float64 {
	if len(s.boxes) == 0 {
		return 1
	}
	xs, ys := s.spans()
	scale := min(s.most, p.w/xs.extent(1), p.h/ys.extent(1))
	fx, fy := scale*xs.stretch(p.w/scale), scale*ys.stretch(p.h/scale)

	s.scalePlaces(fx, fy)
	for i := range s.boxes {
		b := &s.boxes[i]
		b.W, b.H = b.W*scale, b.H*scale
		b.Label.Width, b.Label.Size = b.Label.Width*scale, b.Label.Size*scale
	}
	for i := range s.frame {
		b := &s.frame[i]
		b.W, b.H = b.W*scale, b.H*scale
	}
	for i := range s.areas {
		n := &s.areas[i].Name
		n.Size, n.Width = n.Size*scale, n.Width*scale
	}
	xs, ys = s.spans()
	g := grain(scale)
	dx := p.x + p.w/2 - (xs.lo(1)+xs.hi(1))/2
	dy := p.y + p.h/2 - (ys.lo(1)+ys.hi(1))/2
	for i := range s.boxes {
		s.settle(i, dx, dy, g)
	}
	for i := range s.lines {
		s.lines[i].settle(s.boxes, dx, dy, g)
	}
	for i := range s.areas {
		s.areas[i].settle(dx, dy, g)
	}
	s.dropNames(p)
	return scale
}

// grain is what coordinates are rounded to, so that the last bits of a float
// cannot change a picture from one machine to another: 0.1 pt, or 0.01 pt where
// the boxes are so small that 0.1 pt could push one onto the next.
func grain(scale float64) float64 {
	if scale < 0.25 {
		return 0.01
	}
	return 0.1
}

func round(x float64) float64 { return roundTo(x, 0.1) }

func roundTo(x, grain float64) float64 {
	per := math.Round(1 / grain) // dividing by 10 gives the float nearest to a tenth, multiplying by 0.1 does not
	return math.Round(x*per) / per
}

// settle moves box i by dx and dy, rounds it, and places its label and mark.
func (s *sketch) settle(i int, dx, dy, grain float64) {
	b, n := &s.boxes[i], &s.fig.Nodes[i]
	b.Center = r2.Vec{X: roundTo(b.Center.X+dx, grain), Y: roundTo(b.Center.Y+dy, grain)}
	// Rounding sizes down, to an even number of grains, keeps boxes apart.
	per := math.Round(0.5 / grain)
	b.W, b.H = math.Floor(b.W*per)/per, math.Floor(b.H*per)/per
	b.Label.Center = b.Center
	b.Label.Width = round(b.Label.Width)
	if marked(n, s.fig.Coloring) {
		b.Mark = Mark{b.Center, round(min(b.H, b.Label.Size*labelHeight) * markShare)}
		if b.Label.String == "" {
			b.Mark.R = roundTo(b.H*markShare, grain)
		} else {
			b.Mark.Center.X = round(b.Center.X - b.W/2 + b.H/2)
			b.Label.Center.X = round(b.Center.X + markRoom*b.H/2)
		}
	}
	if n.Class.HasBadge(s.fig.Coloring) {
		b.placeBadge(grain)
	}
}

// placeBadge gives the badge its place: at the right end of a pill, or at the upper
// right of a dot, whose mark makes room for it.
func (b *Box) placeBadge(grain float64) {
	if b.Label.String != "" {
		b.Badge = Mark{r2.Vec{X: round(b.Center.X + b.W/2 - b.H/2), Y: b.Center.Y}, round(min(b.H, b.Label.Size*labelHeight) * badgeShare)}
		b.Label.Center.X = round(b.Label.Center.X - badgeRoom*b.H/2)
		return
	}
	at := func(x, y float64) r2.Vec {
		return r2.Vec{X: roundTo(b.Center.X+x*b.W/2, grain), Y: roundTo(b.Center.Y+y*b.H/2, grain)}
	}
	b.Badge = Mark{at(0.53, -0.53), roundTo(0.46*b.H/2, grain)}
	if b.Mark.R > 0 {
		b.Mark = Mark{at(-0.2, 0.2), roundTo(0.8*b.Mark.R, grain)}
	}
}

func (l *Line) settle(boxes []Box, dx, dy, grain float64) {
	from, to := boxes[l.From].Center, boxes[l.To].Center
	if len(l.Path) == 0 {
		l.Path = []r2.Vec{from, to}
		return
	}
	// A route ends where a box was before the places were drawn apart: lead it on
	// to the centre, below the box.
	path := make([]r2.Vec, 0, len(l.Path)+6)
	path = append(path, from, from)
	for _, p := range l.Path {
		p = r2.Vec{X: roundTo(p.X+dx, grain), Y: roundTo(p.Y+dy, grain)}
		path = append(path, p)
	}
	path = slices.Insert(path, 2, path[2])
	last := path[len(path)-1]
	l.Path = append(path, last, to, to)
}

// shrinkLabels makes the pills smaller whose font came out larger than size.
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
		if f := most / b.Label.Size; b.Label.String != "" && f < 1 {
			b.Label.Size, b.Label.Width = most, b.Label.Width*f
			b.W, b.H = b.W*f, b.H*f
			s.settle(i, 0, 0, grain)
		}
	}
}

// smallestLabel returns the size of the smallest label, 0 if one is left out.
func (s *sketch) smallestLabel() float64 {
	size := math.Inf(1)
	for i := range s.boxes {
		size = min(size, s.boxes[i].Label.Size)
	}
	return size
}

// dropLabels makes dots of pills that nothing could be read in.
func (s *sketch) dropLabels() {
	for i := range s.boxes {
		b := &s.boxes[i]
		if b.Label.Size < minFont {
			b.Label, b.W = Text{}, b.H
			if b.Shape == Pill {
				b.Shape = Dot
			}
			s.settle(i, 0, 0, 0.01)
		}
	}
}

// span holds, for one axis, the places of the boxes and of what else has to be
// inside, and half of their sizes.
type span struct{ at, half []float64 }

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
		h := &s.areas[i]
		for _, p := range h.Path {
			add(p, 0, 0)
		}
		beside, x, y := h.reach()
		xs.at, xs.half = append(xs.at, h.anchor.X+beside), append(xs.half, x)
		ys.at, ys.half = append(ys.at, h.anchor.Y), append(ys.half, y)
	}
	return xs, ys
}

// lo and hi are the ends of the boxes when the places are stretched by f.
func (s span) lo(f float64) float64 {
	lo := math.Inf(1)
	for i := range s.at {
		lo = min(lo, s.at[i]*f-s.half[i])
	}
	return lo
}

func (s span) hi(f float64) float64 {
	hi := math.Inf(-1)
	for i := range s.at {
		hi = max(hi, s.at[i]*f+s.half[i])
	}
	return hi
}

func (s span) extent(f float64) float64 { return s.hi(f) - s.lo(f) }

// stretch returns by how much the places can be drawn apart to fill the room.
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
