// Package eps writes a drawing as Encapsulated PostScript, painted by package canvas, for
// typesetters. Fonts with the outlines of the letters are part of the file.
package eps

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/canvas"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/vector"
)

// Write writes the drawing as Encapsulated PostScript.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	return Paint(ctx, w, paint.SheetOf(d), func(c vg.Canvas) error {
		return paint.Walk(ctx, d, &canvas.Canvas{Canvas: c, Drawing: d, Theme: opt.Colors()})
	})
}

// Paint writes as Encapsulated PostScript what a function paints on a canvas.
func Paint(_ context.Context, w io.Writer, sheet paint.Sheet, on func(vg.Canvas) error) error {
	c := &eps{faces: make(map[*opentype.Font]int), used: make(map[epsFont]map[rune]bool)}
	if err := on(c); err != nil {
		return err
	}
	c.flush()

	var b bytes.Buffer
	fmt.Fprintf(&b, `%%!PS-Adobe-3.0 EPSF-3.0
%%%%BoundingBox: 0 0 %.0f %.0f
%%%%HiResBoundingBox: 0 0 %s %s
%%%%Title: %s
%%%%Creator: bacviz
%%%%LanguageLevel: 2
%%%%DocumentData: Clean7Bit
%%%%EndComments
%%%%BeginProlog
`, math.Ceil(sheet.Width), math.Ceil(sheet.Height), vector.Decimals(nil, sheet.Width), vector.Decimals(nil, sheet.Height), epsTitle(sheet.Title))
	b.WriteString(epsProlog)
	c.writeFonts(&b)
	b.WriteString("%%EndProlog\n")
	b.Write(c.buf)
	b.WriteString("end\nshowpage\n%%EOF\n")
	_, err := w.Write(b.Bytes())
	return err
}

// epsTitle returns a title of at most 200 characters for a comment.
func epsTitle(s string) string {
	q := strconv.QuoteToASCII(s)
	q = q[1:min(len(q)-1, 201)]
	for len(psString(q)) > 200 {
		q = q[:len(q)-1]
	}
	return "(" + psString(q) + ")"
}

// epsProlog defines operators of one letter in a dictionary of the picture: SIZE /FONT f
// selects a font, and (TEXT) X Y t writes a text.
const epsProlog = `20 dict begin
/m {moveto} bind def /l {lineto} bind def /c {curveto} bind def /h {closepath} bind def
/w {setlinewidth} bind def /d {setdash} bind def /k {setrgbcolor} bind def
/S {stroke} bind def /F {fill} bind def
/t {moveto show} bind def /f {findfont exch scalefont setfont} bind def
1 setlinejoin
/BuildGlyph {exch /CharProcs get exch 2 copy known not {pop /.notdef} if get exec} bind def
/BuildChar {1 index /Encoding get exch get 1 index /BuildGlyph get exec} bind def
`

// eps is a vg.Canvas that writes PostScript.
type eps struct {
	buf   []byte
	faces map[*opentype.Font]int
	used  map[epsFont]map[rune]bool
	set   string // the operator that selected the current font
	line  vector.Line
}

// An epsFont has the characters of a face with the same upper bits. The lower 8 bits
// are the code of a character in a string.
type epsFont struct {
	face  *opentype.Font
	index int
	page  rune
}

func (f epsFont) name() string { return fmt.Sprintf("bacviz-%d-%02X", f.index, f.page) }

// writeFonts writes the fonts, with the characters that the picture has.
func (c *eps) writeFonts(b *bytes.Buffer) {
	fonts := slices.SortedFunc(maps.Keys(c.used), func(a, b epsFont) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.page, b.page))
	})
	for _, f := range fonts {
		g := vector.NewGlyphs(f.face)
		em := vector.Decimals(nil, float64(g.Em))
		runes := slices.Sorted(maps.Keys(c.used[f]))
		fmt.Fprintf(b, "10 dict dup begin\n/FontType 3 def /FontMatrix [1 %s div 0 0 1 %s div 0 0] def /FontBBox [0 0 0 0] def\n", em, em)
		b.WriteString("/Encoding 256 array def 0 1 255 {Encoding exch /.notdef put} for\n")
		for _, r := range runes {
			fmt.Fprintf(b, "Encoding %d /%s put\n", r&0xff, glyphName(r))
		}
		fmt.Fprintf(b, "/BuildGlyph /BuildGlyph load def /BuildChar /BuildChar load def\n/CharProcs %d dict def CharProcs begin\n", len(runes)+1)
		fmt.Fprintf(b, "/.notdef {%s 0 setcharwidth} def\n", em)
		for _, r := range runes {
			fmt.Fprintf(b, "/%s {%s 0 setcharwidth\n", glyphName(r), vector.Decimals(nil, g.Advance(r)))
			b.Write(vector.Trace(nil, g.Outline(r, 1, vg.Point{}), [4]string{"m", "l", "c", "h"}))
			b.WriteString("F} bind def\n")
		}
		fmt.Fprintf(b, "end end /%s exch definefont pop\n", f.name())
	}
}

// glyphName returns the name of a character by the Adobe Glyph List.
func glyphName(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf("u%X", r)
	}
	return fmt.Sprintf("uni%04X", r)
}

// runnerCommand matches what runners of GitHub Actions, Azure Pipelines and TeamCity take
// for the beginning of a command.
var runnerCommand = lazy.Regexp(`(##[A-Za-z]*)\[`)

// psString returns the content of a PostScript string, escaped, in ASCII. A bracket that
// begins a command for a runner is written by its number: a picture may be printed.
func psString(s string) string {
	var b []byte
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '(', ch == ')', ch == '\\':
			b = append(b, '\\', ch)
		case ch < ' ' || ch > '~':
			b = fmt.Appendf(b, "\\%03o", ch)
		default:
			b = append(b, ch)
		}
	}
	return runnerCommand().ReplaceAllString(string(b), `${1}\133`)
}

func (c *eps) op(word string, operands ...float64) {
	c.flush()
	for _, x := range operands {
		c.buf = append(vector.Decimals(c.buf, x), ' ')
	}
	c.buf = append(append(c.buf, word...), '\n')
}

func (c *eps) SetLineWidth(w vg.Length) { c.op("w", float64(w)) }

func (c *eps) SetLineDash(pattern []vg.Length, offset vg.Length) {
	c.flush()
	c.buf = append(c.buf, '[')
	for _, x := range pattern {
		c.buf = append(vector.Decimals(c.buf, float64(x)), ' ')
	}
	c.buf = append(c.buf, "] "...)
	c.op("d", float64(offset))
}

func (c *eps) SetColor(color color.Color) {
	rgb := vector.Opaque(color)
	c.op("k", rgb[:]...)
}

func (c *eps) Rotate(a float64)     { c.op("rotate", a*180/math.Pi) }
func (c *eps) Translate(p vg.Point) { c.op("translate", float64(p.X), float64(p.Y)) }
func (c *eps) Scale(x, y float64)   { c.op("scale", x, y) }
func (c *eps) Push()                { c.op("gsave") }
func (c *eps) Pop()                 { c.op("grestore"); c.set = "" }
func (c *eps) Stroke(p vg.Path)     { c.path(p, "S") }
func (c *eps) Fill(p vg.Path)       { c.path(p, "F") }

func (c *eps) path(p vg.Path, how string) {
	c.flush()
	c.buf = vector.Trace(c.buf, p, [4]string{"m", "l", "c", "h"})
	c.op(how)
}

// FillString adds text to the current line.
func (c *eps) FillString(face font.Face, at vg.Point, text string) {
	index, ok := c.faces[face.Face]
	if !ok {
		index = len(c.faces)
		c.faces[face.Face] = index
	}
	g := vector.NewGlyphs(face.Face)
	for _, r := range text {
		f := epsFont{face.Face, index, r >> 8}
		if c.used[f] == nil {
			c.used[f] = make(map[rune]bool)
		}
		c.used[f][r] = true
		width := face.Font.Size * vg.Length(g.Advance(r)) / vg.Length(g.Em)
		if l := &c.line; len(l.Text) > 0 && l.Text[0]>>8 != r>>8 || !l.Add(face, at, r, width) {
			c.flush()
			c.line.Add(face, at, r, width)
		}
		at.X += width
	}
}

// flush writes the current line.
func (c *eps) flush() {
	l := &c.line
	if len(l.Text) == 0 {
		return
	}
	f := epsFont{l.Face.Face, c.faces[l.Face.Face], l.Text[0] >> 8}
	if set := string(vector.Decimals(nil, float64(l.Face.Font.Size))) + " /" + f.name() + " f\n"; set != c.set {
		c.buf, c.set = append(c.buf, set...), set
	}
	codes := make([]byte, len(l.Text))
	for i, r := range l.Text {
		codes[i] = byte(r)
	}
	c.buf = append(append(append(c.buf, '('), psString(string(codes))...), ") "...)
	c.buf = append(vector.Decimals(append(vector.Decimals(c.buf, float64(l.Start.X)), ' '), float64(l.Start.Y)), " t\n"...)
	l.Text = l.Text[:0]
}

// DrawImage is never called: a drawing has no images.
func (c *eps) DrawImage(vg.Rectangle, image.Image) { panic("eps: an EPS without images") }
