package output

// This file paints pictures of pixels on gonum/plot's canvases.

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"

	"git.sr.ht/~sbinet/gg"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	vgfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
)

func writePNG(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	img, err := raster(d, opt)
	if err != nil {
		return err
	}
	return encodePNG(w, img)
}

// raster paints the drawing in pixels.
func raster(d *layout.Drawing, opt Options) (draw.Image, error) {
	if pw, ph := pixels(d, opt.Scale); pw*ph > maxPixels {
		return nil, fmt.Errorf("%.0f×%.0f pixels are over the limit of %g megapixels: lower --scale, --width or --height", pw, ph, maxPixels/1e6)
	}
	dpi := int(math.Round(72 * layout.PixelsPerPoint * opt.Scale))
	side := func(points float64) int { return int(math.Round(points * float64(dpi) / 72)) }
	// vgimg would make an image and copy it, and paint the page as a shape.
	img := image.NewRGBA(image.Rect(0, 0, side(d.Width), side(d.Height)))
	ctx := gg.NewContextForRGBA(img)
	ctx.SetLineCapButt()
	ctx.InvertY()
	c := vgimg.NewWith(vgimg.UseImageWithContext(img, ctx), vgimg.UseDPI(dpi)) // fills img with white
	if page := rgb(opt.theme().page); page != white {
		draw.Draw(img, img.Rect, image.NewUniform(page), image.Point{}, draw.Src)
	}
	paint(d, &canvas{Canvas: c, d: d, theme: opt.theme(), letters: newLetters(img, c.DPI())})
	return img, nil
}

var white = color.RGBA{255, 255, 255, 255}

// letters writes on an image. It does what gonum/plot's canvas for pixels does
// for a string, which opens the font anew for each and resamples its letters.
type letters struct {
	img   *image.RGBA
	dpi   float64
	faces map[vgfont.Face]font.Face
}

func newLetters(img *image.RGBA, dpi float64) *letters {
	return &letters{img, dpi, make(map[vgfont.Face]font.Face)}
}

// write paints a letter, whose origin is in points from the bottom left.
func (l *letters) write(r rune, from vgfont.Face, at vg.Point, ink color.Color) {
	face, ok := l.faces[from]
	if !ok {
		face = from.FontFace(l.dpi)
		l.faces[from] = face
	}
	dot := fixed.Point26_6{
		X: fixed.Int26_6(math.Round(at.X.Dots(l.dpi) * 64)),
		Y: fixed.Int26_6(math.Round((float64(l.img.Rect.Dy()) - at.Y.Dots(l.dpi)) * 64)),
	}
	if area, mask, from, _, ok := face.Glyph(dot, r); ok {
		draw.DrawMask(l.img, area, image.NewUniform(ink), image.Point{}, mask, from, draw.Over)
	}
}

// canvas is a painter on one of gonum/plot's canvases, whose origin is at the
// bottom left.
type canvas struct {
	vg.Canvas
	d       *layout.Drawing
	theme   *Theme
	letters *letters // of a picture of pixels, whose page has its colour already; else nil
}

func (c *canvas) at(p layout.Point) vg.Point {
	return vg.Point{X: vg.Length(p.X), Y: vg.Length(c.d.Height - p.Y)}
}

func (c *canvas) page() {
	if c.letters != nil {
		return
	}
	c.SetColor(rgb(c.theme.page))
	w, h := vg.Length(c.d.Width), vg.Length(c.d.Height)
	c.Fill(vg.Rectangle{Max: vg.Point{X: w, Y: h}}.Path())
}

func (c *canvas) text(class textClass, t layout.Text) {
	color := c.theme.title
	if class == subtitleText {
		color = c.theme.subtitle
	}
	if class == groupText {
		c.halo(t)
	}
	c.write(t, color)
}

// halo strokes the letters' outlines in the colour of the page.
func (c *canvas) halo(t layout.Text) {
	c.SetColor(rgb(c.theme.page))
	c.SetLineWidth(vg.Length(haloWidth * t.Size))
	c.SetLineDash(nil, 0)
	c.eachGlyph(t, func(g typeface.Glyph, at vg.Point) {
		c.Stroke(g.Outline(t.Size, at))
	})
}

// eachGlyph walks over the letters of a text.
func (c *canvas) eachGlyph(t layout.Text, paint func(g typeface.Glyph, at vg.Point)) {
	for _, line := range t.Lines() {
		// A letter at a time: kerning would run the digits of an ID into one another.
		for _, g := range line.Face.Glyphs(line.String) {
			paint(g, c.at(layout.Point{X: line.Left() + g.X*line.Size, Y: line.Baseline() + g.Y*line.Size}))
		}
	}
}

func (c *canvas) write(t layout.Text, color string) {
	if t.String == "" {
		return
	}
	c.SetColor(rgb(color))
	c.eachGlyph(t, func(g typeface.Glyph, at vg.Point) {
		switch {
		case g.Rune == 0:
			c.Fill(g.Outline(t.Size, at))
		case c.letters != nil:
			c.letters.write(g.Rune, g.Font(t.Size), at, rgb(color))
		default:
			c.FillString(g.Font(t.Size), at, string(g.Rune))
		}
	})
}

func (c *canvas) edges(lines []layout.Line, gone bool) {
	color, width := c.theme.edgeStyle(c.d)
	if gone {
		color = c.theme.goneEdge(c.d)
		c.SetLineDash([]vg.Length{vg.Length(dashes[0]), vg.Length(dashes[1])}, 0)
	}
	c.SetColor(rgb(color))
	c.SetLineWidth(vg.Length(width))
	for i := range lines {
		c.Stroke(c.route(lines[i].Path))
	}
	c.SetLineDash(nil, 0)
}

// route is the way of a line.
func (c *canvas) route(p []layout.Point) (path vg.Path) {
	path.Move(c.at(p[0]))
	if len(p) == 2 {
		path.Line(c.at(p[1]))
	}
	for k := 1; k+2 < len(p); k += 3 {
		path.CubeTo(c.at(p[k]), c.at(p[k+1]), c.at(p[k+2]))
	}
	return path
}

func (c *canvas) run(l *layout.Line) {
	c.SetColor(rgb(c.theme.runs[l.Run.Outcome]))
	c.SetLineWidth(vg.Length(runWidth(c.d, l.Run.Outcome)))
	var dashes []vg.Length
	for _, d := range runLines[l.Run.Outcome].dashes {
		dashes = append(dashes, vg.Length(d))
	}
	c.SetLineDash(dashes, 0)
	c.Stroke(c.route(l.Path))
	c.SetLineDash(nil, 0)
}

func (c *canvas) count(l *layout.Line) {
	w, h := countRoom(l.Count)
	field := c.rounded(l.Count.Center, w, h, h/2)
	c.SetColor(rgb(c.theme.page))
	c.Fill(field)
	c.SetColor(rgb(c.theme.faintEdge))
	c.SetLineWidth(0.5)
	c.Stroke(field)
	c.write(l.Count, c.theme.title)
}

func (c *canvas) group(string) {}
func (c *canvas) groupEnd()    {}

func (c *canvas) hull(h *layout.Hull) {
	outline := c.polygon(h.Path)
	c.SetColor(rgb(c.theme.hull))
	c.Fill(outline)
	c.SetColor(rgb(c.theme.hullEdge))
	c.SetLineWidth(0.7)
	c.SetLineDash(nil, 0)
	c.Stroke(outline)
}

func (c *canvas) polygon(points []layout.Point) vg.Path {
	var p vg.Path
	for i, at := range points {
		if i == 0 {
			p.Move(c.at(at))
		} else {
			p.Line(c.at(at))
		}
	}
	p.Close()
	return p
}

func (c *canvas) box(l look, b *layout.Box) {
	st := l.style(c.theme)
	if width := strokeOf(st, b); c.letters != nil && !l.dashed {
		// In pixels one shape upon another takes half the time of a stroke.
		r := corner(b)
		c.SetColor(rgb(st.stroke))
		c.Fill(c.rounded(b.Center, b.W+width, b.H+width, r+width/2))
		c.SetColor(rgb(st.fill))
		c.Fill(c.rounded(b.Center, b.W-width, b.H-width, max(0, r-width/2)))
	} else {
		outline := c.rounded(b.Center, b.W, b.H, corner(b))
		c.SetColor(rgb(st.fill))
		c.Fill(outline)
		c.SetColor(rgb(st.stroke))
		c.SetLineWidth(vg.Length(width))
		if l.dashed {
			c.SetLineDash([]vg.Length{vg.Length(dashes[0]), vg.Length(dashes[1])}, 0)
		}
		c.Stroke(outline)
		c.SetLineDash(nil, 0)
	}
	c.mark(l.glyph(c.theme, b.Mark), b.Mark, st.text)
	if g := l.kindGlyph(badgeMark(b)); !g.empty() {
		st, r := c.theme.badgeStyle(), b.Badge.R
		disc := c.rounded(b.Badge.Center, 2*r, 2*r, r)
		c.SetColor(rgb(st.fill))
		c.Fill(disc)
		c.SetColor(rgb(st.stroke))
		c.SetLineWidth(vg.Length(badgeStroke(b)))
		c.Stroke(disc)
		c.mark(g, badgeMark(b), st.text)
	}
	c.write(b.Label, st.text)
}

func (c *canvas) mark(g glyph, m layout.Mark, ink string) {
	if g.empty() {
		return
	}
	c.SetColor(rgb(ink))
	c.SetLineWidth(vg.Length(m.R * markWidth))
	if g.circle {
		c.Stroke(c.rounded(m.Center, 1.9*m.R, 1.9*m.R, 0.95*m.R))
	}
	for _, l := range g.strokes {
		var path vg.Path
		path.Move(c.at(l[0]))
		path.Line(c.at(l[1]))
		c.Stroke(path)
	}
	if len(g.filled) > 0 {
		c.Fill(c.polygon(g.filled))
	}
}

// corner is the radius of a box's corners.
func corner(b *layout.Box) float64 {
	if b.Shape == layout.Card {
		return b.H * 0.14
	}
	return b.H / 2
}

// rounded is a rectangle with rounded corners of radius r; with fully rounded ends
// if that is half of its height, and then a circle if it is as high as wide.
func (c *canvas) rounded(center layout.Point, w, h, r float64) vg.Path {
	m := c.at(center)
	x, y, radius := vg.Length(w/2-r), vg.Length(h/2-r), vg.Length(r)
	var p vg.Path
	if y <= 0.001 { // two half circles
		p.Move(vg.Point{X: m.X + x, Y: m.Y - radius})
		p.Arc(vg.Point{X: m.X + x, Y: m.Y}, radius, -math.Pi/2, math.Pi)
		p.Line(vg.Point{X: m.X - x, Y: m.Y + radius})
		p.Arc(vg.Point{X: m.X - x, Y: m.Y}, radius, math.Pi/2, math.Pi)
		p.Close()
		return p
	}
	p.Move(vg.Point{X: m.X + x, Y: m.Y - y - radius})
	for i, at := range []vg.Point{{X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x, Y: -y}} {
		start := float64(i-1) * math.Pi / 2
		o := vg.Point{X: m.X + at.X, Y: m.Y + at.Y}
		p.Line(vg.Point{X: o.X + radius*vg.Length(math.Cos(start)), Y: o.Y + radius*vg.Length(math.Sin(start))})
		p.Arc(o, radius, start, math.Pi/2)
	}
	p.Close()
	return p
}
