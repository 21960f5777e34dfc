package layout

import (
	"cmp"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file measures labels and makes boxes large enough for them.

// Natural sizes, in points. A drawing is scaled as a whole to fit its canvas.
const (
	labelSize   = 8.5            // font size of a compute node's label
	hubShare    = 1.25           // font size of a hub's label, by labelSize
	jobShare    = 1.1            // font size of a job's label, by labelSize
	labelHeight = 1.9            // height of a pill, by its font size
	labelPad    = 0.75           // room left and right of the label, by the font size
	dotSize     = engine.DotSize // diameter of a dot
	pillGap     = 5              // room between pills
	dotGap      = 4              // room between dots

	markShare  = 0.3  // radius of a mark, by the height of its box
	badgeShare = 0.38 // radius of a badge, by the height of its box
	markRoom   = engine.MarkRoom
	badgeRoom  = 0.7 // width that a badge adds to its box, by the height

	maxScale    = 1.5 // the largest scale: a few nodes are not made larger than this
	maxDotScale = 1.8 // the largest for dots on rings: if dots are large, they move by less than their width
	maxStretch  = 2.2 // the largest factor for distances once boxes have their size
)

// labelWidths are the widest that labels may be, in points at labelSize; wider ones lose
// their middle. The narrower widths are tried where the first does not fit.
var labelWidths = []float64{130, 85, 55}

// collapsed reports whether any node is a collapsed group.
func collapsed(d *diagram.Diagram) bool {
	for i := range d.Nodes {
		if d.Nodes[i].Collapsed {
			return true
		}
	}
	return false
}

// notable reports whether a node keeps its label if there is no room for all labels: it
// needs attention, is a job, or a job was placed on it.
func notable(n *diagram.Node) bool { return n.NeedsAttention || n.Part || n.Class.IsJob() }

// fewNotable reports whether the notable nodes are few enough to keep their labels:
// about forty labels have room around the others, and more would make all of them small.
func fewNotable(d *diagram.Diagram) bool {
	n := 0
	for i := range d.Nodes {
		if notable(&d.Nodes[i]) {
			n++
		}
	}
	return n <= max(40, len(d.Nodes)/30)
}

// A keeping says which labels are kept where not all can be read.
type keeping int

// Each keeps more labels than the one before it: those that it names, too.
const (
	keepHubs   keeping = iota
	keepGroups         // collapsed groups
	keepJobs
	keepNotable
	keepAll
)

// A sizes says how large boxes are and which of them have a label.
type sizes struct {
	font   float64 // of a compute node's label
	gap    float64
	width  float64 // the widest a label may be at labelSize; 0 for the first of labelWidths
	keep   keeping
	second secondLine
	inner  bool // labels of collapsed groups leave out the outermost, which the area around them names
}

// measure sizes the boxes, and returns the width of the widest box other than a hub, and
// about the area that all need.
func (z sizes) measure(d *diagram.Diagram, boxes []Box) (widest, area float64) {
	z.size(d, boxes)
	for i := range boxes {
		b := &boxes[i]
		area += (b.W + z.gap) * (b.H + z.gap)
		if !d.Nodes[i].Hub {
			widest = max(widest, b.W)
		}
	}
	return widest, area
}

// leastArea returns the area that so many boxes need at least if all have labels: a pill is no
// narrower than two of its ends.
func leastArea(boxes int) float64 {
	const height = labelSize * labelHeight
	return float64(boxes) * (2*height + pillGap) * (height + pillGap)
}

// size sets each node's box: sized to its label, without a place.
func (z sizes) size(d *diagram.Diagram, boxes []Box) {
	shown := make(map[string]map[string]bool) // by outermost group, if that is left out
	for i := range boxes {
		n := &d.Nodes[i]
		size := dotSize * cmp.Or(n.Size, 1)
		boxes[i] = Box{W: size, H: size, Shape: Dot}
		if n.Class.Outline() == diagram.Card {
			boxes[i].Shape = Card
		}
		if !z.keeps(n) {
			continue
		}
		text, outer := n.Label, ""
		if z.inner && n.Collapsed && n.Group != nil {
			outer = n.Group.Path[0]
			text = strings.TrimPrefix(text, display.Printable(outer)+" / ")
		}
		if shown[outer] == nil {
			shown[outer] = make(map[string]bool)
		}
		z.label(&boxes[i], d, i, text, shown[outer])
	}
}

// keeps reports whether the node has a label.
func (z sizes) keeps(n *diagram.Node) bool {
	switch {
	case n.Hub, z.keep == keepAll:
		return true
	case n.Collapsed:
		return z.keep >= keepGroups
	case n.Class.IsJob():
		return z.keep >= keepJobs
	}
	return z.keep >= keepNotable && notable(n)
}

// label makes b, the box of node i, a pill around a label. A label that loses its middle still differs from
// all that were shown before.
func (z sizes) label(b *Box, d *diagram.Diagram, i int, s string, shown map[string]bool) {
	n := &d.Nodes[i]
	font, face := z.font, typeface.Regular
	if n.Hub {
		font, face = font*hubShare, typeface.Bold
	}
	if n.Class.IsJob() {
		font, face = font*jobShare, typeface.Bold
	}
	text := fitNode(n, s, font, face, cmp.Or(z.width, labelWidths[0])*font/labelSize, shown)
	shown[text.String] = true

	b.Content = &Content{Label: text}
	if b.Shape == Dot {
		b.Shape = Pill
	}
	b.H = text.height()
	b.addDetail(z.second.of(n), labelWidths[0]*font/labelSize, barUse(n))
	b.H += b.detailHeight()
	b.W = max(max(text.Width, b.Content.Detail.Width)+2*labelPad*font, 2*b.end())
	b.W += b.marksRoom(d, i)
	if grow := font * labelHeight * (cmp.Or(n.Size, 1) - 1) / 2; grow > 0 {
		b.W, b.H = b.W+2*grow, b.H+grow
	}
}

// marksRoom returns the width that the mark and the badge of node i take.
func (b *Box) marksRoom(d *diagram.Diagram, i int) (w float64) {
	if marked(d, i) {
		w += markRoom * b.end()
	}
	if d.Nodes[i].Class.HasBadge(d.Coloring) {
		w += badgeRoom * b.end()
	}
	return w
}

// barUse returns what the bar of a node shows, or nil if it has none.
func barUse(n *diagram.Node) *diagram.Use {
	if !n.Bar {
		return nil
	}
	return &n.Use
}

// marked reports whether the box of node i has a mark: for its state, or beside its colour.
func marked(d *diagram.Diagram, i int) bool {
	class, c := d.Nodes[i].Class, d.Coloring
	if c != nil && !c.Usual && c.Of[i].Number > 0 {
		return true
	}
	return class.Glyph() != diagram.NoGlyph && !class.HasBadge(c)
}
