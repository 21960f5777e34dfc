// Package vector has the common parts of the canvases of packages pdf and eps: numbers,
// paths, glyphs and lines of text. bacviz has canvases of its own because gonum/plot's
// vgpdf and vgeps write text as bytes of Windows-1252, embed complete fonts or none,
// and write the time. vgeps does not escape parentheses, so that the name of a node
// could be a program.
package vector

import (
	xfont "golang.org/x/image/font"

	"image/color"
	"math"
	"strconv"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/typeface"
)

// Decimals appends x, in points, with at most three decimals.
func Decimals(buf []byte, x float64) []byte {
	return strconv.AppendFloat(buf, math.Round(x*1000)/1000+0, 'f', -1, 64) // + 0 makes -0 0
}

// Opaque returns the channels of a colour on white, from 0 to 1.
func Opaque(c color.Color) [3]float64 {
	r, g, b, a := c.RGBA()
	rest := 0xffff - a
	return [3]float64{float64(r+rest) / 0xffff, float64(g+rest) / 0xffff, float64(b+rest) / 0xffff}
}

// Trace appends a path as numbers and operators. The words are the format's operators
// for move, line, curve and close. Arcs become curves.
func Trace(buf []byte, p vg.Path, words [4]string) []byte {
	op := func(word string, points ...vg.Point) {
		for _, q := range points {
			buf = append(Decimals(append(Decimals(buf, float64(q.X)), ' '), float64(q.Y)), ' ')
		}
		buf = append(append(buf, word...), '\n')
	}
	move, line, curve, end := words[0], words[1], words[2], words[3]
	var at vg.Point
	for i, c := range p {
		switch c.Type {
		case vg.MoveComp:
			op(move, c.Pos)
		case vg.LineComp:
			op(line, c.Pos)
		case vg.CurveComp:
			a, b := c.Control[0], c.Control[len(c.Control)-1]
			if len(c.Control) == 1 { // quadratic
				a, b = toward(at, a, 2./3), toward(c.Pos, a, 2./3)
			}
			op(curve, a, b, c.Pos)
		case vg.ArcComp:
			on := func(angle float64) vg.Point {
				return vg.Point{X: c.Pos.X + c.Radius*vg.Length(math.Cos(angle)), Y: c.Pos.Y + c.Radius*vg.Length(math.Sin(angle))}
			}
			if i == 0 {
				op(move, on(c.Start))
			} else {
				op(line, on(c.Start))
			}
			// A cubic differs from a quarter of a circle by a thousandth of its radius.
			n := max(1, int(math.Ceil(math.Abs(c.Angle)/(math.Pi/2)-1e-9)))
			step := c.Angle / float64(n)
			k := c.Radius * vg.Length(4./3*math.Tan(step/4))
			for j := range n {
				s := c.Start + step*float64(j)
				a, b := on(s), on(s+step)
				op(curve,
					vg.Point{X: a.X - k*vg.Length(math.Sin(s)), Y: a.Y + k*vg.Length(math.Cos(s))},
					vg.Point{X: b.X + k*vg.Length(math.Sin(s+step)), Y: b.Y - k*vg.Length(math.Cos(s+step))}, b)
			}
			at = on(c.Start + c.Angle)
			continue
		case vg.CloseComp:
			op(end)
		}
		at = c.Pos
	}
	return buf
}

func toward(a, b vg.Point, t vg.Length) vg.Point {
	return vg.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t}
}

// Glyphs has the outlines of a font.
type Glyphs struct {
	font *opentype.Font
	Em   fixed.Int26_6 // in units of the font, as are all other lengths
	buf  sfnt.Buffer
}

// NewGlyphs returns the outlines of a font.
func NewGlyphs(f *opentype.Font) *Glyphs { return &Glyphs{font: f, Em: fixed.Int26_6(f.UnitsPerEm())} }

// Has reports whether the font has a glyph for r.
func (g *Glyphs) Has(r rune) bool {
	i, err := g.font.GlyphIndex(&g.buf, r)
	return err == nil && i != 0
}

// Advance returns the width of r. A character that the font lacks is one em wide, as in
// package typeface.
func (g *Glyphs) Advance(r rune) float64 {
	if i, err := g.font.GlyphIndex(&g.buf, r); err == nil && i != 0 {
		if a, err := g.font.GlyphAdvance(&g.buf, i, g.Em, xfont.HintingNone); err == nil {
			return float64(a)
		}
	}
	return float64(g.Em)
}

// Outline returns the outline of r, or of the replacement glyph if the font lacks it,
// multiplied by scale and moved to a point on the baseline.
func (g *Glyphs) Outline(r rune, scale vg.Length, to vg.Point) vg.Path {
	i, err := g.font.GlyphIndex(&g.buf, r)
	if err != nil {
		i = 0
	}
	segments, err := g.font.LoadGlyph(&g.buf, i, g.Em, nil)
	if err != nil {
		return nil // a bitmap, such as a coloured emoji
	}
	return typeface.Path(segments, scale, to)
}

// A Line collects letters that are painted one by one into text that can be searched
// and copied.
type Line struct {
	Face  font.Face
	Start vg.Point
	End   vg.Length
	Text  []rune
}

// Add appends a letter if it starts where the line ends, and reports whether it does.
func (l *Line) Add(face font.Face, at vg.Point, r rune, width vg.Length) bool {
	switch {
	case len(l.Text) == 0:
		*l = Line{Face: face, Start: at, Text: l.Text}
	case l.Face != face, l.Start.Y != at.Y, math.Abs(float64(l.End-at.X)) > 0.01*float64(face.Font.Size):
		return false
	}
	l.Text = append(l.Text, r)
	l.End = at.X + width
	return true
}
