package output

// This file holds what the PDF and the EPS canvas share. Both are the project's
// own: gonum/plot's vgpdf and vgeps write text as bytes of Windows-1252, embed
// whole fonts or none, and tell the time; vgeps does not escape parentheses, so
// that a node's name could be a program.

import (
	"image/color"
	"math"
	"strconv"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/typeface"
)

// decimals appends x, in points, as both formats read numbers.
func decimals(buf []byte, x float64) []byte {
	return strconv.AppendFloat(buf, math.Round(x*1000)/1000+0, 'f', -1, 64) // + 0 makes -0 0
}

// opaque returns the channels of a colour as it shows on white, from 0 to 1.
func opaque(c color.Color) [3]float64 {
	r, g, b, a := c.RGBA()
	rest := 0xffff - a
	return [3]float64{float64(r+rest) / 0xffff, float64(g+rest) / 0xffff, float64(b+rest) / 0xffff}
}

// trace appends a path as numbers and operators, in the words that a format has
// for move, line, curve and close. Arcs become curves.
func trace(buf []byte, p vg.Path, words [4]string) []byte {
	op := func(word string, points ...vg.Point) {
		for _, q := range points {
			buf = append(decimals(append(decimals(buf, float64(q.X)), ' '), float64(q.Y)), ' ')
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
			// A cubic holds a quarter of a circle to a thousandth of its radius.
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

// glyphs reads the outlines of a font.
type glyphs struct {
	font *opentype.Font
	em   fixed.Int26_6 // in the font's own units, which are those of all that follows
	buf  sfnt.Buffer
}

func newGlyphs(f *opentype.Font) *glyphs { return &glyphs{font: f, em: fixed.Int26_6(f.UnitsPerEm())} }

// has reports whether the font has a glyph for r.
func (g *glyphs) has(r rune) bool {
	i, err := g.font.GlyphIndex(&g.buf, r)
	return err == nil && i != 0
}

// advance is the width of r. What the font lacks is one em wide, as package
// typeface has it.
func (g *glyphs) advance(r rune) float64 {
	if i, err := g.font.GlyphIndex(&g.buf, r); err == nil && i != 0 {
		if a, err := g.font.GlyphAdvance(&g.buf, i, g.em, xfont.HintingNone); err == nil {
			return float64(a)
		}
	}
	return float64(g.em)
}

// outline is the shape of r, or that of what stands in for it, multiplied by
// scale and moved to a point on the baseline.
func (g *glyphs) outline(r rune, scale vg.Length, to vg.Point) vg.Path {
	i, err := g.font.GlyphIndex(&g.buf, r)
	if err != nil {
		i = 0
	}
	segments, err := g.font.LoadGlyph(&g.buf, i, g.em, nil)
	if err != nil {
		return nil // a bitmap, as of coloured emoji
	}
	return typeface.Path(segments, scale, to)
}

// A line collects text that is painted a letter at a time into words, for readers
// that search and copy.
type line struct {
	face  font.Face
	start vg.Point
	end   vg.Length
	text  []rune
}

// add takes the letter if it goes on where the line ends.
func (l *line) add(face font.Face, at vg.Point, r rune, width vg.Length) bool {
	switch {
	case len(l.text) == 0:
		*l = line{face: face, start: at, text: l.text}
	case l.face != face, l.start.Y != at.Y, math.Abs(float64(l.end-at.X)) > 0.01*float64(face.Font.Size):
		return false
	}
	l.text = append(l.text, r)
	l.end = at.X + width
	return true
}
