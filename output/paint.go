package output

import (
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/layout"
)

// A painter draws the parts of a drawing, in points from the top left.
type painter interface {
	page()
	text(class textClass, t layout.Text)
	edges(lines []layout.Line)

	// box draws a node, or a swatch of the legend, with its label and mark.
	box(kind layout.Kind, dashed bool, b *layout.Box)

	// group announces what the boxes that follow are.
	group(class string)
	groupEnd()
}

type textClass string

const (
	titleText    textClass = "title"
	subtitleText textClass = "subtitle"
	legendText   textClass = "name"
)

// paint walks over a drawing from back to front. Every picture is made by this
// walk, so that all of them show the same.
func paint(d *layout.Drawing, p painter) {
	p.page()
	p.text(titleText, d.Title)
	p.text(subtitleText, d.Subtitle)
	for _, n := range d.Notes {
		p.text(subtitleText, n)
	}
	p.edges(d.Lines)
	p.group("nodes")
	for i := range d.Boxes {
		b := &d.Boxes[i]
		kind := layout.KindOf(b.Vertex)
		p.box(kind, kind != layout.RequesterKind && !b.Vertex.Hub && b.Vertex.Connection != cluster.Connected, b)
	}
	p.groupEnd()
	p.group("legend")
	for i := range d.Legend {
		e := &d.Legend[i]
		p.box(e.Kind, e.Kind == layout.DisconnectedKind, &e.Swatch)
		p.text(legendText, e.Name)
	}
	p.groupEnd()
}

// strokes returns the lines that draw a mark: the hands of a clock in a circle
// for what is pending, a cross for what is rejected.
func strokes(kind layout.Kind, m layout.Mark) (lines [][2]layout.Point, circle bool) {
	at := func(x, y float64) layout.Point {
		return layout.Point{X: m.Center.X + x*m.R, Y: m.Center.Y + y*m.R}
	}
	switch kind {
	case layout.PendingKind:
		return [][2]layout.Point{{at(0, 0), at(0, -0.65)}, {at(0, 0), at(0.5, 0.3)}}, true
	case layout.RejectedKind:
		return [][2]layout.Point{{at(-0.75, -0.75), at(0.75, 0.75)}, {at(-0.75, 0.75), at(0.75, -0.75)}}, false
	}
	return nil, false
}

// markWidth is the width of a mark's strokes, by its radius.
const markWidth = 0.28
