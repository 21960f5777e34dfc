package output

import (
	"math"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
)

// A painter draws the parts of a drawing, in points from the top left.
type painter interface {
	page()
	text(class textClass, t layout.Text)
	hull(h *layout.Hull)

	// edges draws lines of hubs: those that are there, or those of nodes that went.
	edges(lines []layout.Line, gone bool)

	run(*layout.Line)   // an edge of a job, or a swatch of the legend, which has no boxes
	count(*layout.Line) // how many executions it has

	// box draws a node, or a swatch of the legend, with its label and mark.
	box(look, *layout.Box)

	// group announces what follows.
	group(class string)
	groupEnd()
}

type textClass string

const (
	titleText    textClass = "title"
	subtitleText textClass = "subtitle"
	legendText   textClass = "name"
	groupText    textClass = "groupname"
)

// A look is what decides how a box is drawn.
type look struct {
	kind   layout.Kind
	dashed bool // the node is disconnected, or went
	dim    bool // it took no part in any job

	outcome graph.Outcome // of a swatch that is no box but a line

	coloring *graph.Coloring
	value    int
	amount   float64
}

// style is the look in the colours of a theme.
func (l look) style(t *Theme) style {
	st := t.styleOf(l.coloring, l.kind, l.value, l.amount)
	if l.dim {
		return t.dim(st)
	}
	return st
}

// byValue reports whether the look's colours are those of a value.
func (l look) byValue() bool {
	return l.coloring != nil && !ownColors(l.kind)
}

// marksValue reports whether the look's mark is that of a value: a hub that has one
// keeps its colours.
func (l look) marksValue() bool { return l.coloring != nil && !l.kind.IsJob() }

func lookOf(d *layout.Drawing, b *layout.Box) look {
	v := b.Vertex
	l := newLook(d, layout.KindOf(v), v.Value, v.Amount)
	l.dim = v.Idle
	l.dashed = l.dashed || l.kind != layout.RequesterKind && !v.Hub && v.Job == nil && v.Connection != cluster.Connected
	return l
}

func lookOfEntry(d *layout.Drawing, e *layout.Entry) look {
	value := e.Value
	if e.Kind != layout.ValueKind {
		value = -1 // a state has its mark or its outline; colours stand for something else
	}
	l := newLook(d, e.Kind, value, e.Amount)
	l.dim = e.Idle
	return l
}

// newLook is the look of a kind and, where colours stand for values, of a value.
func newLook(d *layout.Drawing, k layout.Kind, value int, amount float64) look {
	return look{kind: k, dashed: dashedKind(k), coloring: d.Topology.Coloring, value: value, amount: amount}
}

// dashedKind reports whether all of a kind have a dashed outline.
func dashedKind(k layout.Kind) bool {
	return k == layout.DisconnectedKind || k == layout.UnlistedKind || k == layout.RemovedKind
}

// spokes are the lines of hubs, which come before those of jobs.
func spokes(d *layout.Drawing) []layout.Line {
	for i := range d.Lines {
		if d.Lines[i].Run != nil {
			return d.Lines[:i]
		}
	}
	return d.Lines
}

// runsBelow are the lines of jobs as they are painted: those that count more lie
// above the others.
func runsBelow(d *layout.Drawing) []*layout.Line {
	lines := make([]*layout.Line, 0, len(d.Lines))
	for i := range d.Lines {
		if d.Lines[i].Run != nil {
			lines = append(lines, &d.Lines[i])
		}
	}
	rank := func(l *layout.Line) int { return slices.Index(graph.Outcomes(), l.Run.Outcome) }
	slices.SortStableFunc(lines, func(a, b *layout.Line) int { return rank(b) - rank(a) })
	return lines
}

// paint walks over a drawing from back to front. Every picture is made by this
// walk, so that all of them show the same.
func paint(d *layout.Drawing, p painter) {
	p.page()
	p.text(titleText, d.Title)
	p.text(subtitleText, d.Subtitle)
	for _, n := range d.Notes {
		p.text(subtitleText, n)
	}
	if len(d.Hulls) > 0 {
		p.group("groups")
		for i := range d.Hulls {
			p.hull(&d.Hulls[i])
		}
		p.groupEnd()
	}
	there, gone := edgesOf(d)
	p.edges(there, false)
	p.edges(gone, true)
	if runs := runsBelow(d); len(runs) > 0 {
		p.group("runs")
		for _, l := range runs {
			p.run(l)
		}
		p.groupEnd()
		p.group("counts")
		for _, l := range runs {
			if l.Count.String != "" {
				p.count(l)
			}
		}
		p.groupEnd()
	}
	p.group("nodes")
	for i := range d.Boxes {
		p.box(lookOf(d, &d.Boxes[i]), &d.Boxes[i])
	}
	p.groupEnd()
	for i := range d.Hulls {
		if n := d.Hulls[i].Name; n.String != "" {
			p.text(groupText, n)
		}
	}
	p.group("legend")
	for i := range d.Legend {
		e := &d.Legend[i]
		if s := &e.Swatch; e.Kind == layout.RunKind {
			y, half := s.Center.Y, s.W/2
			p.run(&layout.Line{From: -1, Run: &graph.Run{Outcome: e.Outcome}, Path: []layout.Point{{X: s.Center.X - half, Y: y}, {X: s.Center.X + half, Y: y}}})
		} else {
			p.box(lookOfEntry(d, e), s)
		}
		p.text(legendText, e.Name)
	}
	p.groupEnd()
}

// edgesOf returns the lines of hubs as they are painted: first those that are there, then
// those that nodes which went had.
func edgesOf(d *layout.Drawing) (there, gone []layout.Line) {
	if !d.Topology.Difference {
		return spokes(d), nil
	}
	for _, l := range spokes(d) {
		if went(d, l) {
			gone = append(gone, l)
		} else {
			there = append(there, l)
		}
	}
	return there, gone
}

// went reports whether a line's node, or its hub, is not there any more.
func went(d *layout.Drawing, l layout.Line) bool {
	return d.Boxes[l.From].Vertex.Change == graph.Removed || d.Boxes[l.To].Vertex.Change == graph.Removed
}

// A glyph is the sign in a mark: a second channel beside the colour.
type glyph struct {
	circle  bool              // an outline around it
	strokes [][2]layout.Point // lines
	filled  []layout.Point    // a polygon
}

func (g glyph) empty() bool { return !g.circle && len(g.strokes) == 0 && len(g.filled) == 0 }

// glyph draws the mark of a look: a shape for its value or a sector for its amount,
// if that is what its colour stands for, else what its kind has.
func (l look) glyph(t *Theme, m layout.Mark) glyph {
	if l.marksValue() {
		return l.valueGlyph(t, m)
	}
	return l.kindGlyph(m)
}

// pen returns what puts points in a mark, whose radius is 1, and regular polygons
// of n corners.
func pen(m layout.Mark) (at func(x, y float64) layout.Point, polygon func(n int, turn, size float64) []layout.Point) {
	at = func(x, y float64) layout.Point {
		return layout.Point{X: m.Center.X + x*m.R, Y: m.Center.Y + y*m.R}
	}
	return at, func(n int, turn, size float64) (points []layout.Point) {
		for i := range n {
			a := turn + 2*math.Pi*float64(i)/float64(n)
			points = append(points, at(size*math.Sin(a), -size*math.Cos(a)))
		}
		return points
	}
}

// kindGlyph is the hands of a clock for what is pending, a
// cross for what is rejected, a stroke through a ring for what no list has, a tick, a
// cross, an arrowhead, a clock, a square or a question mark for how a job is, a plus, a minus or a
// delta for what came, went or changed.
func (l look) kindGlyph(m layout.Mark) glyph {
	if m.R == 0 {
		return glyph{}
	}
	at, polygon := pen(m)
	switch {
	case l.kind == layout.PendingKind, l.kind == layout.JobPendingKind:
		return glyph{circle: true, strokes: [][2]layout.Point{{at(0, 0), at(0, -0.65)}, {at(0, 0), at(0.5, 0.3)}}}
	case l.kind == layout.RejectedKind, l.kind == layout.JobFailedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.75, -0.75), at(0.75, 0.75)}, {at(-0.75, 0.75), at(0.75, -0.75)}}}
	case l.kind == layout.UnlistedKind:
		return glyph{circle: true, strokes: [][2]layout.Point{{at(-0.65, 0.65), at(0.65, -0.65)}}}
	case l.kind == layout.JobCompletedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.8, 0.1), at(-0.25, 0.65)}, {at(-0.25, 0.65), at(0.8, -0.6)}}}
	case l.kind == layout.JobRunningKind:
		return glyph{filled: polygon(3, math.Pi/2, 0.95)}
	case l.kind == layout.JobStoppedKind:
		return glyph{filled: polygon(4, math.Pi/4, 0.95)}
	case l.kind == layout.JobUnknownKind:
		g := glyph{filled: []layout.Point{at(-0.16, 0.68), at(0.16, 0.68), at(0.16, 1), at(-0.16, 1)}}
		hook := []layout.Point{at(-0.5, -0.5), at(-0.38, -0.8), at(0, -0.95), at(0.38, -0.8), at(0.5, -0.5), at(0.36, -0.2), at(0.06, 0.02), at(0, 0.36)}
		for i := range hook[1:] {
			g.strokes = append(g.strokes, [2]layout.Point{hook[i], hook[i+1]})
		}
		return g
	case l.kind == layout.AddedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.8, 0), at(0.8, 0)}, {at(0, -0.8), at(0, 0.8)}}}
	case l.kind == layout.RemovedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.8, 0), at(0.8, 0)}}}
	case l.kind == layout.ChangedKind:
		return glyph{filled: polygon(3, 0, 0.95)}
	}
	return glyph{}
}

// valueGlyph is the shape or the sector beside a colour.
func (l look) valueGlyph(t *Theme, m layout.Mark) glyph {
	at, polygon := pen(m)
	switch {
	case m.R == 0, l.value < 0, !l.coloring.Amount && l.value >= t.distinct():
		return glyph{}
	case l.coloring.Amount:
		pie := []layout.Point{at(0, 0)}
		steps := int(math.Ceil(l.amount * 24))
		for i := range steps + 1 {
			a := 2 * math.Pi * l.amount * float64(i) / float64(max(steps, 1))
			pie = append(pie, at(0.8*math.Sin(a), -0.8*math.Cos(a)))
		}
		if steps == 0 {
			pie = nil
		}
		return glyph{circle: true, filled: pie}
	}
	switch l.shape(t) {
	case 0:
		return glyph{filled: polygon(20, 0, 0.7)} // disc
	case 1:
		return glyph{filled: polygon(4, math.Pi/4, 0.9)} // square
	case 2:
		return glyph{filled: polygon(3, 0, 0.95)} // triangle
	case 3:
		return glyph{filled: polygon(4, 0, 0.95)} // diamond
	case 4:
		return glyph{strokes: [][2]layout.Point{{at(-0.8, 0), at(0.8, 0)}, {at(0, -0.8), at(0, 0.8)}}} // plus
	case 5:
		return glyph{filled: polygon(3, math.Pi, 0.95)} // triangle on its tip
	default:
		return glyph{circle: true} // ring
	}
}

// shape is which shape stands for the look's value: values that share a fill have
// shapes of their own.
func (l look) shape(t *Theme) int {
	fills := len(t.values)
	return (l.value%fills + l.value/fills) % shapes
}

// signs are what is written for the glyphs of kinds where none can be drawn.
var signs = map[layout.Kind]string{
	layout.PendingKind: "◷", layout.RejectedKind: "✗", layout.UnlistedKind: "⊘",
	layout.JobPendingKind: "◷", layout.JobRunningKind: "►", layout.JobCompletedKind: "✓", layout.JobFailedKind: "✗",
	layout.JobStoppedKind: "■", layout.JobUnknownKind: "?",
	layout.AddedKind: "+", layout.RemovedKind: "−", layout.ChangedKind: "▲",
}

// badgeMark is where the glyph of the kind lies in a box's badge, which is a disc.
func badgeMark(b *layout.Box) layout.Mark {
	return layout.Mark{Center: b.Badge.Center, R: 0.66 * b.Badge.R}
}

// badgeStroke is the width of a badge's outline.
func badgeStroke(b *layout.Box) float64 { return min(0.8, b.Badge.R/5) }

// sign is the character that is most like the look's mark, and one for its badge;
// "" where it has neither.
func (l look) sign(t *Theme, b *layout.Box) string {
	s := ""
	switch {
	case b.Mark.R == 0:
	case !l.marksValue():
		s = signs[l.kind]
	case l.valueGlyph(t, b.Mark).empty():
	case l.coloring.Amount:
		s = []string{"○", "◔", "◑", "◕", "●"}[int(math.Round(l.amount*4))]
	default:
		s = []string{"●", "■", "▲", "◆", "+", "▼", "○"}[l.shape(t)]
	}
	if b.Badge.R > 0 {
		s += signs[l.kind]
	}
	return s
}

// haloWidth is that of the stroke in the colour of the page around the letters of a
// group's name, by the font size: edges run below such names.
const haloWidth = 0.32

// markWidth is the width of a mark's strokes, by its radius.
const markWidth = 0.28
