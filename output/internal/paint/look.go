package paint

import (
	"math"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// A Look is how a box is drawn: by its class or, where colours stand for something
// else, by its value.
type Look struct {
	Class  diagram.Class
	Dashed bool // the node is disconnected, removed, or in no list
	Dim    bool // it took no part in any job

	by    *diagram.Coloring // what colours stand for; nil for the class
	value diagram.Value
}

// BoxOf returns the look of the box of node i.
func BoxOf(d *layout.Drawing, i int) Look {
	n := &d.Diagram.Nodes[i]
	return Look{Class: n.Class, Dashed: n.Dashed, Dim: n.Idle, by: d.Diagram.Coloring, value: n.Value}
}

// EntryOf returns the look of an entry of the legend, of a class or a value.
func EntryOf(d *diagram.Diagram, e *diagram.Entry) Look {
	if e.Kind == diagram.ValueEntry {
		return ValueOf(d, e.Value)
	}
	l := ClassOf(d, e.Class)
	l.Dim = e.Idle
	return l
}

// ClassOf returns the look of a class. Where colours stand for values, its own is
// not known.
func ClassOf(d *diagram.Diagram, c diagram.Class) Look {
	return Look{Class: c, Dashed: c.Dashed(), by: d.Coloring}
}

// ValueOf returns the look of a value.
func ValueOf(d *diagram.Diagram, v diagram.Value) Look {
	return Look{Class: diagram.ClassCompute, by: d.Coloring, value: v}
}

// ByValue reports whether the colours are those of a value.
func (l Look) ByValue() bool { return l.by != nil && !l.Class.OwnColors() }

// marksValue reports whether the mark is that of a value: an orchestrator that has
// one keeps its colours.
func (l Look) marksValue() bool { return l.by != nil && !l.Class.IsJob() }

// known reports whether the value has a look of its own: each value before it has
// another fill or another shape.
func (l Look) known(t *theme.Theme) bool {
	return l.value.Place > 0 && (l.by.Amount || l.value.Place <= len(t.Values)*shapes)
}

// Fill returns the index of the fill in the theme for the value, or -1 if the value
// has none of its own.
func (l Look) Fill(t *theme.Theme) int {
	if !l.known(t) {
		return -1
	}
	return t.FillIndex(l.by, l.value)
}

// Style returns the look in the colours of a theme.
func (l Look) Style(t *theme.Theme) theme.Style {
	st := t.Classes[l.Class]
	if l.ByValue() {
		st = t.FillStyle(l.by, l.Fill(t))
	}
	if l.Dim {
		return t.Dim(st)
	}
	return st
}

// Stroke returns the width of the outline of a box: that of its style, but never
// more than a sixth of a small box.
func Stroke(s theme.Style, b *layout.Box) float64 { return min(s.Width, b.H/6) }

// Corner returns the radius of the corners of a box.
func Corner(b *layout.Box) float64 {
	if b.Shape == layout.Card {
		return b.H * 0.14
	}
	return b.H / 2
}

// Sign returns the character that is most like the mark of a box, and one for its
// badge; "" where it has neither.
func (l Look) Sign(t *theme.Theme, b *layout.Box) string {
	s := ""
	switch {
	case b.Mark.R == 0:
	case !l.marksValue():
		s = l.Class.Sign()
	case l.valueGlyph(t, b.Mark).Empty():
	case l.by.Amount:
		s = []string{"○", "◔", "◑", "◕", "●"}[int(math.Round(l.value.Amount*4))]
	default:
		s = []string{"●", "■", "▲", "◆", "+", "▼", "○"}[l.shape(t)]
	}
	if b.Badge.R > 0 {
		s += l.Class.Sign()
	}
	return s
}

// shapes is how many shapes stand for values.
const shapes = 7

// shape returns which shape stands for the value: values that share a fill have
// shapes of their own.
func (l Look) shape(t *theme.Theme) int {
	fills, value := len(t.Values), l.value.Place-1
	return (value%fills + value/fills) % shapes
}
