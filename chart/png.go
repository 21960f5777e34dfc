package chart

// This file writes drawings in pixels.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/output/theme"
)

// ErrTooLarge is the error of a picture with more pixels than its format has room for.
var ErrTooLarge = errors.New("picture too large")

// maxPixels bounds the memory of a picture, which is 4 bytes a pixel.
const maxPixels = 100e6

func writePNG(ctx context.Context, w io.Writer, d *Drawing, opt Options) error {
	const points = 72 // in an inch
	width, height := d.Width*opt.pixels(), d.Height*opt.pixels()
	if width*height > maxPixels {
		return fmt.Errorf("%w: %.0f×%.0f pixels are over the limit of %g megapixels", ErrTooLarge, width, height, maxPixels/1e6)
	}
	// A canvas of vgimg has whole dots to an inch, so the drawing is scaled instead.
	img := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(points))
	c := pngCanvas{img, d.Height, opt.colors()}
	img.SetColor(theme.RGB(Page.of(c.theme)))
	img.Fill(vg.Rectangle{Max: vg.Point{X: vg.Length(width), Y: vg.Length(height)}}.Path())
	img.Scale(opt.pixels(), opt.pixels())
	for i := range interrupt.Range(ctx, len(d.shapes)) {
		c.shape(&d.shapes[i])
	}
	var out bytes.Buffer
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := png.Encode(&out, img.Image()); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// A pngCanvas paints on an image, whose origin is at the bottom left.
type pngCanvas struct {
	vg.Canvas
	height float64
	theme  *theme.Theme
}

func (c *pngCanvas) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(c.height - y)}
}

func (c *pngCanvas) ink(i Ink) { c.SetColor(theme.RGB(i.of(c.theme))) }

func (c *pngCanvas) shape(h *shape) {
	switch h.kind {
	case rectangle:
		path := vg.Rectangle{Min: c.at(h.x, h.y+h.h), Max: c.at(h.x+h.w, h.y)}.Path()
		c.ink(h.fill)
		c.Fill(path)
		if h.stroke != None {
			c.ink(h.stroke)
			c.SetLineDash(nil, 0)
			c.SetLineWidth(vg.Length(h.width))
			c.Stroke(path)
		}
	case line:
		c.ink(h.stroke)
		c.SetLineWidth(vg.Length(h.width))
		c.SetLineDash(nil, 0)
		if h.dashed {
			c.SetLineDash([]vg.Length{2, 2}, 0)
		}
		var path vg.Path
		path.Move(c.at(h.x, h.y))
		path.Line(c.at(h.x+h.w, h.y+h.h))
		c.Stroke(path)
	case label:
		c.ink(h.fill)
		for _, g := range typeface.Of(h.bold).Glyphs(h.text) {
			c.Fill(g.Outline(h.size, c.at(h.x+g.X*h.size, h.y+g.Y*h.size)))
		}
	}
}
