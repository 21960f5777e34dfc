package svg

// This file has the canvas of gonum/plot that charts are painted on: paths and texts in
// colours that follow the reader's preference, and a table for those who cannot see them.

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// An Ink is a colour of a chart: one for readers who prefer light, and one for dark, as
// "#rrggbb". They are the same where the theme is fixed.
type Ink struct {
	color.Color
	Light, Dark string
}

// Data is the table of a chart, for readers who cannot see it.
type Data struct {
	Head []string
	Rows [][]string
}

// A Canvas is a canvas of gonum/plot that writes SVG. It turns and scales nothing: charts
// have level texts and no images.
type Canvas struct {
	writer
	Hint   string // what a pointer shows on the next path that is filled
	height float64
	ink    Ink
	width  float64
	dashes []vg.Length
	inks   []Ink // those with two colours, by the number of their class
}

// PaintChart writes as an SVG document what a function paints on a canvas. With a table the
// document has parts for assistive technology; without one it is an image.
func PaintChart(_ context.Context, w io.Writer, sheet paint.Sheet, scale float64, table *Data, on func(vg.Canvas) error) error {
	c := &Canvas{height: sheet.Height}
	if err := on(c); err != nil {
		return err
	}
	body := c.buf
	c.buf = nil
	css := c.rules()
	class := "bacviz"
	if css != "" {
		scope := scopeOf(css)
		css, class = strings.ReplaceAll(css, ".bacviz ", "."+scope+" "), class+" "+scope
	}
	role := "img"
	if table != nil {
		role = "graphics-document document"
	}
	c.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="` + class + `" font-family="` + typeface.Family + `" role="` + role + `" width="`)
	c.num(sheet.Width * layout.PixelsPerPoint * scale).raw(`" height="`).num(sheet.Height * layout.PixelsPerPoint * scale)
	c.raw(`" viewBox="0 0 `).num(sheet.Width).raw(` `).num(sheet.Height).raw(`">` + "\n")
	c.raw(`<title>`).esc(display.Printable(sheet.Title)).raw("</title>\n<desc>").esc(sheet.Description).raw("</desc>\n")
	if css != "" {
		c.raw("<style>" + css + "</style>\n")
	}
	c.raw(`<g aria-hidden="true">` + "\n")
	c.buf = append(c.buf, body...)
	c.raw("</g>\n")
	if table != nil {
		c.table(sheet, table)
	}
	c.raw("</svg>\n")
	_, err := w.Write(c.buf)
	return err
}

// table writes a table that is read and not seen: its texts have no colour.
func (c *Canvas) table(sheet paint.Sheet, t *Data) {
	c.raw(`<g role="table" aria-label="`).esc(display.Printable(sheet.Title)).raw(`" fill="none" font-size="1" pointer-events="none">` + "\n")
	row := func(role string, cells []string) {
		c.raw(`<g role="row">`)
		for _, cell := range cells {
			c.raw(`<text role="` + role + `" y="`).num(sheet.Height).raw(`">`).esc(cell).raw("</text>")
		}
		c.raw("</g>\n")
	}
	row("columnheader", t.Head)
	for _, r := range t.Rows {
		row("cell", r)
	}
	c.raw("</g>\n")
}

// rules returns the colours for readers who prefer dark.
func (c *Canvas) rules() string {
	var b strings.Builder
	for i, ink := range c.inks {
		fmt.Fprintf(&b, ".bacviz .k%d{fill:%s}.bacviz .s%d{stroke:%s}\n", i, ink.Dark, i, ink.Dark)
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n@media (prefers-color-scheme:dark){\n" + b.String() + "}\n"
}

// class returns the attribute for the class of the colour, "" if it is always the same.
func (c *Canvas) class(prefix string) string {
	if c.ink.Light == c.ink.Dark {
		return ""
	}
	for i, ink := range c.inks {
		if ink.Light == c.ink.Light && ink.Dark == c.ink.Dark {
			return ` class="` + prefix + strconv.Itoa(i) + `"`
		}
	}
	c.inks = append(c.inks, c.ink)
	return ` class="` + prefix + strconv.Itoa(len(c.inks)-1) + `"`
}

func (c *Canvas) SetLineWidth(w vg.Length) { c.width = float64(w) }

func (c *Canvas) SetLineDash(pattern []vg.Length, _ vg.Length) { c.dashes = pattern }

func (c *Canvas) SetColor(of color.Color) {
	if ink, ok := of.(Ink); ok {
		c.ink = ink
		return
	}
	r, g, b, _ := of.RGBA()
	hex := fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
	c.ink = Ink{of, hex, hex}
}

func (c *Canvas) Fill(p vg.Path) {
	c.raw("<path" + c.class("k") + ` fill="` + c.ink.Light + `" d="`)
	c.trace(p)
	if c.Hint != "" {
		c.raw(`"><title>`).esc(c.Hint).raw("</title></path>\n")
		c.Hint = ""
		return
	}
	c.raw("\"/>\n")
}

func (c *Canvas) Stroke(p vg.Path) {
	if c.width <= 0 {
		return
	}
	c.raw("<path" + c.class("s") + ` fill="none" stroke="` + c.ink.Light + `" stroke-width="`).num(c.width)
	for i, d := range c.dashes {
		c.raw([]string{`" stroke-dasharray="`, " "}[min(i, 1)]).num(float64(d))
	}
	c.raw(`" d="`)
	c.trace(p)
	c.raw("\"/>\n")
}

// trace writes the points of a path of straight lines.
func (c *Canvas) trace(p vg.Path) {
	for _, part := range p {
		switch part.Type {
		case vg.MoveComp, vg.LineComp:
			c.raw(map[int]string{vg.MoveComp: "M", vg.LineComp: "L"}[part.Type])
			c.num(float64(part.Pos.X)).raw(" ").num(c.height - float64(part.Pos.Y))
		case vg.CloseComp:
			c.raw("Z")
		}
	}
}

// WriteText writes a line of text, in points from the top left.
func (c *Canvas) WriteText(t layout.Text) {
	c.textLines(t, c.class("k")+` fill="`+c.ink.Light+`"`)
	c.raw("\n")
}

// What follows is never called: see [Canvas].

func (c *Canvas) Push()                                  {}
func (c *Canvas) Pop()                                   {}
func (c *Canvas) Rotate(float64)                         { panic("svg: a chart turns nothing") }
func (c *Canvas) Scale(float64, float64)                 { panic("svg: a chart scales nothing") }
func (c *Canvas) Translate(vg.Point)                     { panic("svg: a chart moves nothing") }
func (c *Canvas) FillString(font.Face, vg.Point, string) { panic("svg: texts are lines") }
func (c *Canvas) DrawImage(vg.Rectangle, image.Image)    { panic("svg: a chart without images") }
