package output

import (
	"math"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
)

// A painter draws the parts of a drawing, in points from the top left.
type painter interface {
	page()
	text(class textClass, t layout.Text)
	hull(h *layout.Hull)
	edges(lines []layout.Line)

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
	dashed bool // the node is disconnected
	glyph  glyph

	coloring *graph.Coloring
	value    int
	amount   float64
}

// style is the look in the colours of a theme.
func (l look) style(t *Theme) style { return t.styleOf(l.coloring, l.kind, l.value, l.amount) }

// byValue reports whether the look's colours are those of a value.
func (l look) byValue() bool {
	return l.coloring != nil && l.kind != layout.HubKind && l.kind != layout.HybridKind && l.kind != layout.RequesterKind
}

func lookOf(d *layout.Drawing, b *layout.Box) look {
	v := b.Vertex
	l := look{kind: layout.KindOf(v), coloring: d.Topology.Coloring, value: v.Value, amount: v.Amount}
	l.dashed = l.kind != layout.RequesterKind && !v.Hub && v.Connection != cluster.Connected
	l.dashed = l.dashed || l.kind == layout.RemovedKind
	l.glyph = glyphOf(l, b.Mark)
	return l
}

func lookOfEntry(d *layout.Drawing, e *layout.Entry) look {
	l := look{kind: e.Kind, dashed: e.Kind == layout.DisconnectedKind || e.Kind == layout.RemovedKind, value: e.Value, amount: e.Amount}
	if e.Kind == layout.ValueKind {
		l.coloring = d.Topology.Coloring
	}
	l.glyph = glyphOf(l, e.Swatch.Mark)
	return l
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
	p.edges(d.Lines)
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
		p.box(lookOfEntry(d, e), &e.Swatch)
		p.text(legendText, e.Name)
	}
	p.groupEnd()
}

// A glyph is the sign in a mark: a second channel beside the colour.
type glyph struct {
	circle  bool              // an outline around it
	strokes [][2]layout.Point // lines
	filled  []layout.Point    // a polygon
}

func (g glyph) empty() bool { return !g.circle && len(g.strokes) == 0 && len(g.filled) == 0 }

// distinct is how many values have a look of their own: each of the seven fills
// with each of the seven shapes.
const distinct = 49

// glyphOf draws the mark of a look: the hands of a clock for what is pending, a
// cross for what is rejected, a plus, a minus or a delta for what came, went or
// changed, else a shape for its value or a sector for its amount.
func glyphOf(l look, m layout.Mark) glyph {
	if m.R == 0 {
		return glyph{}
	}
	at := func(x, y float64) layout.Point {
		return layout.Point{X: m.Center.X + x*m.R, Y: m.Center.Y + y*m.R}
	}
	polygon := func(n int, turn, size float64) (points []layout.Point) {
		for i := range n {
			a := turn + 2*math.Pi*float64(i)/float64(n)
			points = append(points, at(size*math.Sin(a), -size*math.Cos(a)))
		}
		return points
	}
	switch {
	case l.kind == layout.PendingKind:
		return glyph{circle: true, strokes: [][2]layout.Point{{at(0, 0), at(0, -0.65)}, {at(0, 0), at(0.5, 0.3)}}}
	case l.kind == layout.RejectedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.75, -0.75), at(0.75, 0.75)}, {at(-0.75, 0.75), at(0.75, -0.75)}}}
	case l.kind == layout.AddedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.8, 0), at(0.8, 0)}, {at(0, -0.8), at(0, 0.8)}}}
	case l.kind == layout.RemovedKind:
		return glyph{strokes: [][2]layout.Point{{at(-0.8, 0), at(0.8, 0)}}}
	case l.kind == layout.ChangedKind:
		return glyph{filled: polygon(3, 0, 0.95)}
	case l.coloring == nil || l.value < 0 || l.value >= distinct:
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
	switch (l.value + l.value/7) % 7 {
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

// markWidth is the width of a mark's strokes, by its radius.
const markWidth = 0.28
