package paint

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// A Glyph is the sign in a mark: a second channel beside the colour.
type Glyph struct {
	Circle  bool        // an outline around it
	Strokes [][2]r2.Vec // lines
	Filled  []r2.Vec    // a polygon
}

// Empty reports whether the glyph has no parts.
func (g Glyph) Empty() bool { return !g.Circle && len(g.Strokes) == 0 && len(g.Filled) == 0 }

// Widths of strokes, as a part of the radius of a mark or of the font size of a name.
const (
	MarkWidth = 0.28 // of a glyph
	HaloWidth = 0.32 // of the outline, in the page's colour, around the letters of a group's name
)

// MarkGlyph returns the glyph in a mark: a shape for a value or a sector for an amount
// if the colour stands for one, otherwise the glyph of the class.
func (a Appearance) MarkGlyph(t *theme.Theme, m layout.Mark) Glyph {
	if a.marksValue() {
		return a.valueGlyph(t, m)
	}
	return classGlyph(a.Class, m)
}

// BadgeGlyph returns the glyph of the class for the badge of a box, and the mark within
// the badge that it fills.
func (a Appearance) BadgeGlyph(b *layout.Box) (Glyph, layout.Mark) {
	m := b.Badge()
	m.R *= 0.66
	return classGlyph(a.Class, m), m
}

// BadgeStroke returns the width of a badge's outline in points.
func BadgeStroke(b *layout.Box) float64 { return min(0.8, b.Badge().R/5) }

// A frame converts coordinates within a mark, whose radius is 1, to points.
type frame layout.Mark

func (f frame) at(x, y float64) r2.Vec {
	return r2.Vec{X: f.Center.X + x*f.R, Y: f.Center.Y + y*f.R}
}

func (f frame) stroke(x1, y1, x2, y2 float64) [2]r2.Vec {
	return [2]r2.Vec{f.at(x1, y1), f.at(x2, y2)}
}

// polygon returns a regular polygon of n corners, the first at an angle clockwise
// from the top.
func (f frame) polygon(n int, turn, size float64) (points []r2.Vec) {
	for i := range n {
		a := turn + 2*math.Pi*float64(i)/float64(n)
		points = append(points, f.at(size*math.Sin(a), -size*math.Cos(a)))
	}
	return points
}

// classGlyph returns the glyph of a class in a mark.
func classGlyph(c diagram.Class, m layout.Mark) Glyph {
	return glyphIn(c.Glyph(), m)
}

// glyphIn returns a glyph in a mark.
func glyphIn(g diagram.Glyph, m layout.Mark) Glyph {
	if m.R == 0 {
		return Glyph{}
	}
	f := frame(m)
	switch g {
	case diagram.Return:
		return f.returnArrow()
	case diagram.Clock:
		return Glyph{Circle: true, Strokes: [][2]r2.Vec{f.stroke(0, 0, 0, -0.65), f.stroke(0, 0, 0.5, 0.3)}}
	case diagram.Cross:
		return Glyph{Strokes: [][2]r2.Vec{f.stroke(-0.75, -0.75, 0.75, 0.75), f.stroke(-0.75, 0.75, 0.75, -0.75)}}
	case diagram.Slash:
		return Glyph{Circle: true, Strokes: [][2]r2.Vec{f.stroke(-0.65, 0.65, 0.65, -0.65)}}
	case diagram.Tick:
		return Glyph{Strokes: [][2]r2.Vec{f.stroke(-0.8, 0.1, -0.25, 0.65), f.stroke(-0.25, 0.65, 0.8, -0.6)}}
	case diagram.Arrowhead:
		return Glyph{Filled: f.polygon(3, math.Pi/2, 0.95)}
	case diagram.Square:
		return Glyph{Filled: f.polygon(4, math.Pi/4, 0.95)}
	case diagram.QuestionMark:
		return f.questionMark()
	case diagram.Plus:
		return Glyph{Strokes: [][2]r2.Vec{f.stroke(-0.8, 0, 0.8, 0), f.stroke(0, -0.8, 0, 0.8)}}
	case diagram.Minus:
		return Glyph{Strokes: [][2]r2.Vec{f.stroke(-0.8, 0, 0.8, 0)}}
	case diagram.Delta:
		return Glyph{Filled: f.polygon(3, 0, 0.95)}
	}
	return Glyph{}
}

// returnArrow returns three quarters of a circle that end in an arrowhead.
func (f frame) returnArrow() (g Glyph) {
	const r, steps = 0.72, 14
	at := func(i int) r2.Vec { // clockwise from the right
		sin, cos := math.Sincos(1.5 * math.Pi * float64(i) / steps)
		return f.at(r*cos, r*sin)
	}
	for i := range steps {
		g.Strokes = append(g.Strokes, [2]r2.Vec{at(i), at(i + 1)})
	}
	g.Filled = []r2.Vec{f.at(0, -r-0.5), f.at(0.62, -r), f.at(0, -r+0.5)}
	return g
}

// FillsGlyph reports whether the glyph of a class has a filled part.
func FillsGlyph(c diagram.Class) bool { return len(classGlyph(c, layout.Mark{R: 1}).Filled) > 0 }

func (f frame) questionMark() Glyph {
	g := Glyph{Filled: []r2.Vec{f.at(-0.16, 0.68), f.at(0.16, 0.68), f.at(0.16, 1), f.at(-0.16, 1)}}
	hook := []r2.Vec{
		f.at(-0.5, -0.5), f.at(-0.38, -0.8), f.at(0, -0.95), f.at(0.38, -0.8), f.at(0.5, -0.5), f.at(0.36, -0.2), f.at(0.06, 0.02), f.at(0, 0.36),
	}
	for i := range hook[1:] {
		g.Strokes = append(g.Strokes, [2]r2.Vec{hook[i], hook[i+1]})
	}
	return g
}

// valueGlyph returns the shape or the sector for the value.
func (a Appearance) valueGlyph(t *theme.Theme, m layout.Mark) Glyph {
	switch {
	case m.R == 0, !a.known(t):
		return Glyph{}
	case a.by.Amount:
		return Glyph{Circle: true, Filled: frame(m).sector(a.value.Amount)}
	}
	return ShapeGlyph(a.shape(t), m)
}

// ShapeGlyph returns a shape for values, of [Shapes].
func ShapeGlyph(shape int, m layout.Mark) Glyph {
	f := frame(m)
	switch shape {
	case 0:
		return Glyph{Filled: f.polygon(20, 0, 0.7)} // filled circle
	case 1:
		return Glyph{Filled: f.polygon(4, math.Pi/4, 0.9)} // square
	case 2:
		return Glyph{Filled: f.polygon(3, 0, 0.95)} // triangle
	case 3:
		return Glyph{Filled: f.polygon(4, 0, 0.95)} // diamond
	case 4:
		return Glyph{Strokes: [][2]r2.Vec{f.stroke(-0.8, 0, 0.8, 0), f.stroke(0, -0.8, 0, 0.8)}} // plus
	case 5:
		return Glyph{Filled: f.polygon(3, math.Pi, 0.95)} // triangle on its tip
	}
	return Glyph{Circle: true} // an empty circle
}

// sector returns the sector of a circle for an amount from 0 to 1, clockwise from
// the top; nil for 0.
func (f frame) sector(amount float64) []r2.Vec {
	steps := int(math.Ceil(amount * 24))
	if steps == 0 {
		return nil
	}
	points := []r2.Vec{f.at(0, 0)}
	for i := range steps + 1 {
		a := 2 * math.Pi * amount * float64(i) / float64(steps)
		points = append(points, f.at(0.8*math.Sin(a), -0.8*math.Cos(a)))
	}
	return points
}
