package paint

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// An Appearance selects the style and the mark of a box: those of its class or, if
// colours stand for a field, of its value.
type Appearance struct {
	Class diagram.Class
	Line  diagram.LineStyle // of its outline
	Dim   bool              // it has no executions
	Share layout.Fill       // the part of a tile that is filled

	by    *diagram.Coloring // the field that colours stand for; nil for the class
	value diagram.Value
}

// NodeAppearance returns the appearance of the box of node i.
func NodeAppearance(d *layout.Drawing, i int) Appearance {
	n := &d.Diagram.Nodes[i]
	a := Appearance{Class: n.Class, Line: n.Line, Dim: n.Idle, Share: d.Boxes[i].Fill, by: d.Diagram.Coloring}
	if a.by != nil {
		a.value = d.Diagram.ValueOf(i)
	}
	return a
}

// EntryAppearance returns the appearance of a legend entry for a class or a value.
func EntryAppearance(d *diagram.Diagram, e *diagram.Entry) Appearance {
	if e.Kind == diagram.ValueEntry {
		return ValueAppearance(d, e.Value)
	}
	a := ClassAppearance(d, e.Class)
	if e.Kind == diagram.FillEntry {
		a.Share = layout.Fill{Shown: true, Known: e.Use.Known, Share: e.Use.Share}
	}
	a.Dim = e.Idle
	if e.Line != diagram.Solid {
		a.Line = e.Line
	}
	return a
}

// ClassAppearance returns the appearance of a class. If colours stand for a field, it is
// that of a node without a value.
func ClassAppearance(d *diagram.Diagram, c diagram.Class) Appearance {
	return Appearance{Class: c, Line: c.Line(), by: d.Coloring}
}

// ValueAppearance returns the appearance of a value.
func ValueAppearance(d *diagram.Diagram, v diagram.Value) Appearance {
	return Appearance{Class: diagram.ClassCompute, by: d.Coloring, value: v}
}

// ByValue reports whether the colours are those of a value.
func (a Appearance) ByValue() bool { return a.Class.Colored(a.by) }

// marksValue reports whether the mark is that of a value. The mark of an orchestrator
// may be, although it keeps its colours.
func (a Appearance) marksValue() bool { return a.by != nil && !a.by.Usual && !a.Class.IsJob() }

// known reports whether the value has an appearance of its own. There are as many as
// there are combinations of a fill and a shape.
func (a Appearance) known(t *theme.Theme) bool {
	return a.value.Number > 0 && (a.by.Amount || a.value.Number <= len(t.Values)*Shapes)
}

// Fill returns the index of the theme's fill for the value, or -1 if the value has no
// appearance of its own.
func (a Appearance) Fill(t *theme.Theme) int {
	if !a.known(t) {
		return -1
	}
	return t.FillIndex(a.by, a.value)
}

// A Colors is the colours of an appearance.
type Colors struct {
	theme.Style
	Level string // of the filled part of a tile; "" if there is none
	Index int    // of the fill in the theme, as Appearance.Fill has it, if they are those of a value
}

// Styles keeps the colours of appearances in a theme: many nodes share them, and it takes
// longer to find them than to paint a node. The zero value is empty.
type Styles struct {
	known  map[look]*Colors
	last   look // what was asked for last, as neighbours are often alike
	colors *Colors
}

// A look is what the colours of an appearance depend on.
type look struct {
	class                           diagram.Class
	fill                            int
	byValue, dim, known, open, used bool
}

// Of returns the colours of an appearance in a theme, which is the same in all calls.
func (s *Styles) Of(a Appearance, t *theme.Theme) *Colors {
	l := look{class: a.Class, byValue: a.ByValue(), dim: a.Dim, known: a.Share.Known, open: a.Share.Shown, used: a.Share.Share != 0}
	if l.byValue {
		l.fill = a.Fill(t)
	}
	if s.colors != nil && l == s.last {
		return s.colors
	}
	c := s.known[l]
	if c == nil {
		if s.known == nil {
			s.known = make(map[look]*Colors)
		}
		c = &Colors{a.Style(t), a.Level(t), l.fill}
		s.known[l] = c
	}
	s.last, s.colors = l, c
	return c
}

// Style returns the colours of the appearance in a theme.
func (a Appearance) Style(t *theme.Theme) theme.Style {
	st := t.Classes[a.Class]
	if a.ByValue() {
		st = t.FillStyle(a.by, a.Fill(t))
	}
	if a.Dim {
		return t.Dim(st)
	}
	switch {
	case a.Share.Known:
		st, _ = t.Filled(st)
	case a.Share.Shown:
		st.Fill, st.Text = t.Page, t.Title
	}
	return st
}

// Level returns the colour of the filled part of a tile, or "" if there is none.
func (a Appearance) Level(t *theme.Theme) string {
	if !a.Share.Known || a.Share.Share == 0 {
		return ""
	}
	_, level := t.Filled(t.Classes[a.Class])
	return level
}

// LevelBox returns the filled part of a tile, within its outline, and the radius of its
// corners.
func LevelBox(b *layout.Box, stroke float64) (center r2.Vec, w, h, corner float64) {
	w, h = (b.W-stroke)*b.Fill.Share, b.H-stroke
	center = r2.Vec{X: b.Center.X - b.W/2 + stroke/2 + w/2, Y: b.Center.Y}
	return center, w, h, max(0, min(Corner(b)-stroke/2, w/2))
}

// BarColors returns the colours of a bar of what is in use, and of the part that is not.
func (a Appearance) BarColors(t *theme.Theme) (bar, rest string) {
	st := a.Style(t)
	return st.Text, RestOfBar(st)
}

// RestOfBar returns the colour of the part of a bar that is not in use.
func RestOfBar(s theme.Style) string { return theme.Blend(s.Fill, s.Text, 0.22) }

// UsedPart returns the centre and the width of the part of a bar that is in use.
func UsedPart(b layout.Bar) (center r2.Vec, w float64) {
	w = b.W * b.Share
	return r2.Vec{X: b.Center.X - b.W/2 + w/2, Y: b.Center.Y}, w
}

// Stroke returns the width of the outline of a box in points: that of its style, but at
// most a sixth of the height of the box.
func Stroke(s theme.Style, b *layout.Box) float64 {
	if b.Shape == layout.Tile && b.Label().String == "" {
		return min(s.Width, b.H/12)
	}
	return min(s.Width, b.H/6)
}

// Corner returns the radius of the corners of a box in points.
func Corner(b *layout.Box) float64 {
	switch b.Shape {
	case layout.Card:
		return b.H * 0.14
	case layout.Tile:
		return min(b.H, b.W) * 0.14
	case layout.Pill:
		if b.Detail().String != "" { // as round as a pill around the label alone
			return min(b.H/2, b.Label().Size*0.95)
		}
	}
	return b.H / 2
}

// Sign returns a character like the mark of a box, then one like its badge; "" if it has
// neither.
func (a Appearance) Sign(t *theme.Theme, b *layout.Box) string {
	s := ""
	switch {
	case b.Mark().R == 0:
	case !a.marksValue():
		s = a.Class.Sign()
	case a.valueGlyph(t, b.Mark()).Empty():
	case a.by.Amount:
		s = []string{"○", "◔", "◑", "◕", "●"}[int(math.Round(a.value.Amount*4))]
	default:
		s = []string{"●", "■", "▲", "◆", "+", "▼", "○"}[a.shape(t)]
	}
	if b.Badge().R > 0 {
		s += a.Class.Sign()
	}
	return s
}

// Shapes is the number of shapes for values.
const Shapes = 7

// shape returns the number of the shape for the value. Values with the same fill have
// different shapes.
func (a Appearance) shape(t *theme.Theme) int {
	fills, value := len(t.Values), a.by.Place(a.value)-1
	return (value%fills + value/fills) % Shapes
}
