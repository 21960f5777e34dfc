// Package pdf writes a drawing as a page of PDF, painted by package canvas, with text
// that can be searched and copied.
package pdf

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"time"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/canvas"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/vector"
)

// maxPDFSide is the longest side of a page that Acrobat accepts, in points: 200
// inches.
const maxPDFSide = 14400

// Write writes the drawing as a page of PDF.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	return Paint(ctx, w, paint.SheetOf(d), func(c vg.Canvas) error {
		return paint.Walk(ctx, d, &canvas.Canvas{Canvas: c, Drawing: d, Theme: opt.Colors()})
	})
}

// Paint writes as a page of PDF what a function paints on a canvas.
func Paint(_ context.Context, w io.Writer, sheet paint.Sheet, on func(vg.Canvas) error) error {
	if max(sheet.Width, sheet.Height) > maxPDFSide {
		return fmt.Errorf("%w: %.10g×%.10g inches are over the limit of %d inches a side", paint.ErrTooLarge, sheet.Width/72, sheet.Height/72, maxPDFSide/72)
	}
	c := newPDF(sheet)
	if err := on(c); err != nil {
		return err
	}
	return c.write(w)
}

// pdf is a vg.Canvas. It writes the operators of the page, whose origin is at the bottom
// left too; fpdf writes the document and the fonts.
type pdf struct {
	doc    *fpdf.Fpdf
	height float64
	buf    []byte // operators since the last text
	fonts  map[*opentype.Font]*pdfFont
	line   vector.Line
}

type pdfFont struct {
	*vector.Glyphs
	name string // empty if fpdf cannot embed the font
}

func newPDF(s paint.Sheet) *pdf {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: s.Width, Ht: s.Height}})
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.SetCatalogSort(true)
	doc.SetCreationDate(noDate)
	doc.SetModificationDate(noDate)
	doc.SetLang("en")
	doc.SetProducer("bacviz", false)
	doc.SetTitle(utf16BE(display.Printable(s.Title)), false)
	doc.SetSubject(utf16BE(s.Description), false)
	doc.AddPage()
	c := &pdf{doc: doc, height: s.Height, fonts: make(map[*opentype.Font]*pdfFont)}
	c.op("j", 1) // round joins, as in the other formats
	return c
}

// noDate is the date that fpdf writes, which [pdf.write] removes.
var noDate = time.Date(1, 2, 3, 4, 5, 6, 0, time.UTC)

// utf16BE returns a text as UTF-16 with a byte order mark, for the metadata of a PDF.
// fpdf's own conversion loses characters above U+FFFF.
func utf16BE(s string) string {
	b := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

// write writes the document. Dates, which would change the bytes, are replaced with
// blanks, so that offsets in the document stay valid.
func (c *pdf) write(w io.Writer) error {
	c.flush()
	var b bytes.Buffer
	if err := c.doc.Output(&b); err != nil {
		return err
	}
	text := b.Bytes()
	for _, key := range []string{"/CreationDate", "/ModDate"} {
		date := []byte(key + " (D:" + noDate.Format("20060102150405") + ")")
		if i := bytes.LastIndex(text, date); i >= 0 {
			copy(text[i:], bytes.Repeat([]byte(" "), len(date)))
		}
	}
	_, err := w.Write(text)
	return err
}

// flush gives the collected operators and text to fpdf.
func (c *pdf) flush() {
	if len(c.buf) > 0 {
		c.doc.RawWriteStr(string(c.buf[:len(c.buf)-1]))
		c.buf = c.buf[:0]
	}
	if l := &c.line; len(l.Text) > 0 {
		c.doc.SetFont(c.fonts[l.Face.Face].name, "", float64(l.Face.Font.Size))
		c.doc.Text(float64(l.Start.X), c.height-float64(l.Start.Y), string(l.Text))
		l.Text = l.Text[:0]
	}
}

// op appends an operator with its operands.
func (c *pdf) op(word string, operands ...float64) {
	if len(c.line.Text) > 0 {
		c.flush()
	}
	for _, x := range operands {
		c.buf = append(vector.Decimals(c.buf, x), ' ')
	}
	c.buf = append(append(c.buf, word...), '\n')
}

func (c *pdf) SetLineWidth(w vg.Length) { c.op("w", float64(w)) }

func (c *pdf) SetLineDash(pattern []vg.Length, offset vg.Length) {
	c.op("[")
	for _, x := range pattern {
		c.op("", float64(x))
	}
	c.op("]")
	c.op("d", float64(offset))
}

func (c *pdf) SetColor(color color.Color) {
	rgb := vector.Opaque(color)
	c.op("rg", rgb[:]...)
	c.op("RG", rgb[:]...)
}

func (c *pdf) Rotate(a float64) {
	c.op("cm", math.Cos(a), math.Sin(a), -math.Sin(a), math.Cos(a), 0, 0)
}
func (c *pdf) Translate(p vg.Point) { c.op("cm", 1, 0, 0, 1, float64(p.X), float64(p.Y)) }
func (c *pdf) Scale(x, y float64)   { c.op("cm", x, 0, 0, y, 0, 0) }
func (c *pdf) Push()                { c.op("q") }
func (c *pdf) Pop()                 { c.op("Q") }

// BeginText says what is read in place of what is painted until EndText (PDF 1.7, 14.9.4).
func (c *pdf) BeginText(text string) {
	c.op(fmt.Sprintf("/Span <</ActualText <%X>>> BDC", utf16BE(text)))
}

func (c *pdf) EndText() { c.op("EMC") }

func (c *pdf) Stroke(p vg.Path) { c.path(p, "S") }
func (c *pdf) Fill(p vg.Path)   { c.path(p, "f") }

func (c *pdf) path(p vg.Path, how string) {
	if len(c.line.Text) > 0 {
		c.flush()
	}
	c.buf = vector.Trace(c.buf, p, [4]string{"m", "l", "c", "h"})
	c.op(how)
}

// FillString adds text to the current line. A character that the font lacks, or above
// U+FFFF, is drawn as an outline.
func (c *pdf) FillString(face font.Face, at vg.Point, text string) {
	f := c.font(face.Face)
	scale := face.Font.Size / vg.Length(f.Em)
	for _, r := range text {
		width := vg.Length(f.Advance(r)) * scale
		switch {
		case f.name == "" || r > 0xffff || !f.Has(r):
			c.Fill(f.Outline(r, scale, at))
		case !c.line.Add(face, at, r, width):
			c.flush()
			c.line.Add(face, at, r, width)
		}
		at.X += width
	}
}

func (c *pdf) font(face *opentype.Font) *pdfFont {
	f, ok := c.fonts[face]
	if ok {
		return f
	}
	f = &pdfFont{Glyphs: vector.NewGlyphs(face)}
	var file bytes.Buffer
	if _, err := face.WriteSourceTo(nil, &file); err == nil && !bytes.HasPrefix(file.Bytes(), []byte("OTTO")) {
		f.name = fmt.Sprintf("face%d", len(c.fonts))
		c.doc.AddUTF8FontFromBytes(f.name, "", file.Bytes())
	}
	c.fonts[face] = f
	return f
}

// DrawImage is never called: a drawing has no images.
func (c *pdf) DrawImage(vg.Rectangle, image.Image) { panic("pdf: a PDF without images") }
