package layout

import (
	"cmp"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file measures labels, and makes boxes of the sizes that these need.

// Natural sizes, in points. A drawing is scaled as a whole to fit its canvas.
const (
	labelSize   = 8.5  // font size of a compute node's label
	hubShare    = 1.25 // a hub's label is larger by this
	jobShare    = 1.1  // and a job's by this
	labelHeight = 1.9  // height of a pill, by its font size
	labelPad    = 0.75 // room left and right of the label, by the font size
	dotSize     = engine.DotSize
	pillGap     = 5   // room between pills
	dotGap      = 4   // room between dots
	markShare   = 0.3 // radius of a mark, by the height of its box

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
func (z sizes) measure(t *graph.Topology, boxes []Box) (widest, area float64) {
	z.size(t, boxes)
	for i := range boxes {
		b := &boxes[i]
		area += (b.W + z.gap) * (b.H + z.gap)
		if !b.Vertex.Hub {
			widest = max(widest, b.W)
		}
	}
	return widest, area
}

// size makes a box for each vertex, sized to its label, without a place.
func (z sizes) size(t *graph.Topology, boxes []Box) {
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
