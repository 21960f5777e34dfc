package layout

// This file takes a topology from measured boxes to places on the canvas. An
// engine only has to put boxes somewhere; what stands here makes sure that
// labels are read or left out, that nothing overlaps and that all of it fits.

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
)

// Natural sizes, in points. A drawing is scaled as a whole to fit its canvas.
const (
	labelSize   = 8.5  // font size of a compute node's label
	hubShare    = 1.25 // a hub's label is larger by this
	jobShare    = 1.1  // and a job's by this
	labelHeight = 1.9  // height of a pill, by its font size
	labelPad    = 0.75 // room left and right of the label, by the font size
	dotSize     = 10   // diameter of a dot
	pillGap     = 5    // room between pills
	dotGap      = 4    // room between dots
	markShare   = 0.3  // radius of a mark, by the height of its box

	badgeShare = 0.38 // and of a badge

	markRoom   = 0.6 // by how much a mark widens its box, by the height
	badgeRoom  = 0.7 // and a badge
	maxScale   = 1.5 // a few nodes are not blown up beyond this
	dotScale   = 1.8 // nor dots on rings, which move less by their width if they are large
	maxStretch = 2.2 // nor drawn further apart than this
)

// labelWidths are the widest that labels may be, in points at labelSize; longer
// ones lose their middle. The narrower ones are for when they do not fit else.
var labelWidths = []float64{130, 85, 55}

// scene is what an engine works on: boxes of natural sizes that want places.
type scene struct {
	t      *graph.Topology
	aspect float64 // width by height of the plot, which the places should fill
	font   float64 // size of a compute node's label, if it has one
	gap    float64 // room to leave between two boxes
	most   float64 // the largest scale that it is drawn at
	height float64 // of the plot, at that scale
	hubs   []int   // indexes of the hubs' boxes
	boxes  []Box   // the engine sets Center, about any origin
	lines  []Line  // the engine may set Path where straight will not do
	hulls  []Hull  // of groups, if the engine shows them
	frame  []Box   // corners to keep inside the plot too; only Center, W and H

	clustered bool // the engine keeps groups together, and leaves their hulls to place
}

// place arranges the boxes inside the plot: with all labels if they can be
// read, else with dots and the labels of hubs and odd nodes.
func place(ctx context.Context, t *graph.Topology, p plot, e engine) (*scene, error) {
	var points []Box // as a sizeless engine placed the dots
	var together bool
	inner := e.named && !scattered(t)
	attempt := func(z sizes) (*scene, float64, error) {
		most := maxScale
		if e.steady && z.keep != keepAll {
			most = dotScale
		}
		s := &scene{t: t, aspect: p.w / p.h, font: z.font, gap: z.gap, most: most, height: p.h / most, boxes: z.boxes(t), lines: edges(t)}
		for i := range s.boxes {
			if s.boxes[i].Vertex.Hub {
				s.hubs = append(s.hubs, i)
			}
		}
		if points == nil {
			if err := e.arrange(ctx, s); err != nil {
				return nil, 0, err
			}
			together = s.clustered
			if e.sizeless && !together && z.keep != keepAll { // names of groups have sizes
				points = slices.Clone(s.boxes)
			}
		}
		for i := range points {
			s.boxes[i].Center = points[i].Center
		}
		if err := s.separate(ctx); err != nil {
			return nil, 0, err
		}
		if together { // only now are the boxes where they stay
			s.boxHulls()
		}
		return s, s.fit(p), nil
	}

	widest := math.Inf(1)
	for _, width := range labelWidths {
		full := sizes{font: labelSize, gap: pillGap, width: width, keep: keepAll, inner: inner}
		w, area := full.measure(t)
		if w >= widest || area*sq(minFont/labelSize) > p.w*p.h {
			continue // no narrower than what has been tried, or hopeless
		}
		widest = w
		s, scale, err := attempt(full)
		if err != nil {
			return nil, err
		}
		if scale*labelSize >= minFont {
			return s, nil
		}
	}

	// Labels that are kept have to be read at a scale that is only known once
	// they have been placed: guess it, and guess lower until it holds. A steady
	// engine guesses until it is right, so that the sizes change as little as the
	// network does.
	first := min(maxScale, math.Sqrt(p.w*p.h/(2.5*sq(dotSize+dotGap)*float64(t.Len()+1))))
	for _, keep := range []keeping{keepNotable, keepJobs, keepGroups, keepHubs} {
		if keep == keepNotable && (e.uniform || !fewNotable(t)) ||
			keep == keepJobs && (t.Jobs() == 0 || t.Jobs() > 80) || keep == keepGroups && !collapsed(t) {
			continue
		}
		guess := first
		for tries := 0; tries < 4 || e.steady && tries < 8; tries++ {
			z := sizes{font: 1.1 * minFont / guess, gap: dotGap, keep: keep, inner: inner}
			s, scale, err := attempt(z)
			if err != nil {
				return nil, err
			}
			if scale*z.font >= minFont && (!e.steady || math.Abs(scale/guess-1) < 0.004 || tries >= 5) {
				s.shrinkLabels(labelSize, grain(scale))
				return s, nil
			}
			if guess = 0.85 * min(scale, guess); e.steady {
				guess = scale
			}
		}
	}
	s, _, err := attempt(sizes{font: minFont, gap: dotGap})
	if err != nil {
		return nil, err
	}
	s.dropLabels()
	return s, nil
}

// collapsed reports whether there are vertices that stand for a group.
func collapsed(t *graph.Topology) bool {
	for i := range t.Len() {
		if t.Vertex(i).Members != nil {
			return true
		}
	}
	return false
}

// fewNotable reports whether the notable vertices are few enough to stand out: some
// forty labels have room around the others, and more would make these small.
func fewNotable(t *graph.Topology) bool {
	n := 0
	for i := range t.Len() {
		if t.Vertex(i).Notable() {
			n++
		}
	}
	return n <= max(40, t.Len()/30)
}

// keeping says which labels are kept where not all can be read.
type keeping int

// Each keeps what those before it do.
const (
	keepHubs   keeping = iota
	keepGroups         // those that are collapsed
	keepJobs
	keepNotable
	keepAll
)

// sizes says how large boxes are and which of them have a label.
type sizes struct {
	font  float64 // of a compute node's label
	gap   float64
	width float64 // the widest a label may be at labelSize; 0 for the first of labelWidths
	keep  keeping
	inner bool // labels of collapsed groups leave out the outermost, which the area around them names
}

// measure returns the width of the widest box but hubs', and about what area all
// take up.
func (z sizes) measure(t *graph.Topology) (widest, area float64) {
	for _, b := range z.boxes(t) {
		area += (b.W + z.gap) * (b.H + z.gap)
		if !b.Vertex.Hub {
			widest = max(widest, b.W)
		}
	}
	return widest, area
}

// boxes returns a box for each vertex, sized to its label.
func (z sizes) boxes(t *graph.Topology) []Box {
	boxes := make([]Box, t.Len())
	shown := make(map[string]map[string]bool) // by outermost group, if that is left out
	for i := range boxes {
		v := t.Vertex(i)
		boxes[i] = Box{Vertex: v, W: dotSize * v.Size, H: dotSize * v.Size, Shape: Dot}
		if v.Job != nil {
			boxes[i].Shape = Card
		}
		if v.Hub || z.keep >= keepGroups && v.Members != nil || z.keep == keepAll || z.keep >= keepJobs && v.Job != nil || z.keep >= keepNotable && v.Notable() {
			text, outer := v.Label, ""
			if z.inner && v.Members != nil && len(v.Group) > 0 {
				outer = v.Group[0]
				text = strings.TrimPrefix(text, display.Printable(outer)+" / ")
			}
			if shown[outer] == nil {
				shown[outer] = make(map[string]bool)
			}
			z.label(&boxes[i], text, t.Coloring, shown[outer])
		}
	}
	return boxes
}

// label makes b a pill around a label. Labels that lose their middle still
// differ from all that were shown before.
func (z sizes) label(b *Box, s string, c *graph.Coloring, shown map[string]bool) {
	v := b.Vertex
	font, face := z.font, typeface.Regular
	if v.Hub {
		font, face = font*hubShare, typeface.Bold
	}
	if v.Job != nil {
		font, face = font*jobShare, typeface.Bold
	}
	text := fitVertex(v, s, font, face, cmp.Or(z.width, labelWidths[0])*font/labelSize, shown)
	shown[text.String] = true

	b.Label = text
	if v.Job == nil {
		b.Shape = Pill
	}
	b.H = text.height()
	b.W = max(text.Width+2*labelPad*font, 2*b.H)
	if marked(v, c) {
		b.W += markRoom * b.H
	}
	if badged(v, c) {
		b.W += badgeRoom * b.H
	}
	if grow := font * labelHeight * (v.Size - 1) / 2; grow > 0 {
		b.W, b.H = b.W+2*grow, b.H+grow
	}
}

// marked reports whether a box has a mark: for its state, or beside its colour.
func marked(v *graph.Vertex, c *graph.Coloring) bool {
	if badged(v, c) {
		return v.Value >= 0
	}
	return marks(KindOf(v)) || v.Change == "" && (v.Membership == cluster.Pending || v.Membership == cluster.Rejected) || c != nil && v.Value >= 0
}

// badged reports whether a box has a badge for its state, since its mark stands for
// the value of its colour.
func badged(v *graph.Vertex, c *graph.Coloring) bool {
	return v.Job == nil && badges(KindOf(v), c)
}

// edges returns a line for each edge of t, from the hub or the job outward.
func edges(t *graph.Topology) []Line {
	lines := make([]Line, 0, t.EdgeCount())
	for i := range t.Len() {
		for _, n := range t.Neighbors(i) {
			j := int(n)
			// Each edge is met from both ends: keep the hub's, or of two hubs the first's.
			if vi, vj := t.Vertex(i), t.Vertex(j); vi.Hub && (!vj.Hub || i < j) {
				lines = append(lines, Line{From: i, To: j})
			}
		}
	}
	runs := t.Runs()
	for i := range runs {
		lines = append(lines, Line{From: int(runs[i].Job), To: int(runs[i].Node), Run: &runs[i]})
	}
	return lines
}

func (s *scene) scalePlaces(fx, fy float64) {
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
	for i := range s.hulls {
		h := &s.hulls[i]
		h.anchor.X, h.anchor.Y = h.anchor.X*fx, h.anchor.Y*fy
		for j := range h.Path {
			h.Path[j].X, h.Path[j].Y = h.Path[j].X*fx, h.Path[j].Y*fy
		}
	}
}

// fit scales the scene, labels and all, to the plot, draws the places apart
// where there is room left, and rounds. It returns the scale.
func (s *scene) fit(p plot) float64 {
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
	for i := range s.hulls {
		n := &s.hulls[i].Name
		n.Size, n.Width = n.Size*scale, n.Width*scale
	}
	xs, ys = s.spans()
	g := grain(scale)
	dx := p.x + p.w/2 - (xs.lo(1)+xs.hi(1))/2
	dy := p.y + p.h/2 - (ys.lo(1)+ys.hi(1))/2
	for i := range s.boxes {
		s.boxes[i].settle(dx, dy, g, s.t.Coloring)
	}
	for i := range s.lines {
		s.lines[i].settle(s.boxes, dx, dy, g)
	}
	for i := range s.hulls {
		s.hulls[i].settle(dx, dy, g)
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

// settle moves the box by dx and dy, rounds it, and places its label and mark.
func (b *Box) settle(dx, dy, grain float64, c *graph.Coloring) {
	b.Center = Point{roundTo(b.Center.X+dx, grain), roundTo(b.Center.Y+dy, grain)}
	// Rounding sizes down, to an even number of grains, keeps boxes apart.
	per := math.Round(0.5 / grain)
	b.W, b.H = math.Floor(b.W*per)/per, math.Floor(b.H*per)/per
	b.Label.Center = b.Center
	b.Label.Width = round(b.Label.Width)
	if marked(b.Vertex, c) {
		b.Mark = Mark{b.Center, round(min(b.H, b.Label.Size*labelHeight) * markShare)}
		if b.Label.String == "" {
			b.Mark.R = roundTo(b.H*markShare, grain)
		} else {
			b.Mark.Center.X = round(b.Center.X - b.W/2 + b.H/2)
			b.Label.Center.X = round(b.Center.X + markRoom*b.H/2)
		}
	}
	if badged(b.Vertex, c) {
		b.placeBadge(grain)
	}
}

// placeBadge gives the badge its place: at the right end of a pill, or at the upper
// right of a dot, whose mark makes room for it.
func (b *Box) placeBadge(grain float64) {
	if b.Label.String != "" {
		b.Badge = Mark{Point{round(b.Center.X + b.W/2 - b.H/2), b.Center.Y}, round(min(b.H, b.Label.Size*labelHeight) * badgeShare)}
		b.Label.Center.X = round(b.Label.Center.X - badgeRoom*b.H/2)
		return
	}
	at := func(x, y float64) Point {
		return Point{roundTo(b.Center.X+x*b.W/2, grain), roundTo(b.Center.Y+y*b.H/2, grain)}
	}
	b.Badge = Mark{at(0.53, -0.53), roundTo(0.46*b.H/2, grain)}
	if b.Mark.R > 0 {
		b.Mark = Mark{at(-0.2, 0.2), roundTo(0.8*b.Mark.R, grain)}
	}
}

func (l *Line) settle(boxes []Box, dx, dy, grain float64) {
	from, to := boxes[l.From].Center, boxes[l.To].Center
	if len(l.Path) == 0 {
		l.Path = []Point{from, to}
		return
	}
	// A route ends where a box was before the places were drawn apart: lead it on
	// to the centre, below the box.
	path := make([]Point, 0, len(l.Path)+6)
	path = append(path, from, from)
	for _, p := range l.Path {
		p = Point{roundTo(p.X+dx, grain), roundTo(p.Y+dy, grain)}
		path = append(path, p)
	}
	path = slices.Insert(path, 2, path[2])
	last := path[len(path)-1]
	l.Path = append(path, last, to, to)
}

// shrinkLabels makes the pills smaller whose font came out larger than size.
func (s *scene) shrinkLabels(size, grain float64) {
	for i := range s.hulls {
		s.hulls[i].shrink(size * wedgeShare(s.hulls[i].Level, Pill))
	}
	for i := range s.boxes {
		b := &s.boxes[i]
		most := size
		if b.Vertex.Hub {
			most *= hubShare
		}
		if b.Vertex.Job != nil {
			most *= jobShare
		}
		if f := most / b.Label.Size; b.Label.String != "" && f < 1 {
			b.Label.Size, b.Label.Width = most, b.Label.Width*f
			b.W, b.H = b.W*f, b.H*f
			b.settle(0, 0, grain, s.t.Coloring)
		}
	}
}

// smallestLabel returns the size of the smallest label, 0 if one is left out.
func (s *scene) smallestLabel() float64 {
	size := math.Inf(1)
	for i := range s.boxes {
		size = min(size, s.boxes[i].Label.Size)
	}
	return size
}

// dropLabels makes dots of pills that nothing could be read in.
func (s *scene) dropLabels() {
	for i := range s.boxes {
		b := &s.boxes[i]
		if b.Label.Size < minFont {
			b.Label, b.W = Text{}, b.H
			if b.Shape == Pill {
				b.Shape = Dot
			}
			b.settle(0, 0, 0.01, s.t.Coloring)
		}
	}
}

// span holds, for one axis, the places of the boxes and of what else has to be
// inside, and half of their sizes.
type span struct{ at, half []float64 }

func (s *scene) spans() (xs, ys span) {
	for _, boxes := range [][]Box{s.boxes, s.frame} {
		for i := range boxes {
			b := &boxes[i]
			xs.at, xs.half = append(xs.at, b.Center.X), append(xs.half, b.W/2)
			ys.at, ys.half = append(ys.at, b.Center.Y), append(ys.half, b.H/2)
		}
	}
	for i := range s.lines {
		for _, p := range s.lines[i].Path {
			xs.at, xs.half = append(xs.at, p.X), append(xs.half, 0)
			ys.at, ys.half = append(ys.at, p.Y), append(ys.half, 0)
		}
	}
	for i := range s.hulls {
		h := &s.hulls[i]
		for _, p := range h.Path {
			xs.at, xs.half = append(xs.at, p.X), append(xs.half, 0)
			ys.at, ys.half = append(ys.at, p.Y), append(ys.half, 0)
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
