// Package raster writes a drawing in pixels, as PNG or JPEG. Package canvas paints it on a
// surface, which makes polygons of all that it is given. A pile of these is painted in strips
// of the image side by side.
package raster

import (
	"context"
	"fmt"
	"image"
	"io"
	"math"

	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/canvas"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// maxPixels bounds the memory of a picture, which is 4 bytes a pixel, 1 for a palette, and what
// is made of them.
const maxPixels = 200e6

// WritePNG writes the drawing as a PNG.
func WritePNG(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	return PaintPNG(ctx, w, sheetOf(d), opt, painterOf(ctx, d, opt))
}

// PaintPNG writes as a PNG what a function paints on a canvas.
func PaintPNG(ctx context.Context, w io.Writer, sheet paint.Sheet, opt paint.Options, on func(vg.Canvas) error) error {
	transparent := opt.Colors().Transparent
	img, err := paintImage(ctx, sheet, opt, transparent, on)
	if err != nil {
		return err
	}
	return encodePNG(ctx, w, img, transparent, opt.Scale)
}

// sheetOf returns the size of a drawing. Pixels have no description, which takes a pass over all
// nodes to make.
func sheetOf(d *layout.Drawing) paint.Sheet { return paint.Sheet{Width: d.Width, Height: d.Height} }

// painterOf returns a function that paints a drawing.
func painterOf(ctx context.Context, d *layout.Drawing, opt paint.Options) func(vg.Canvas) error {
	return func(c vg.Canvas) error {
		return paint.Walk(ctx, d, &canvas.Canvas{Canvas: c, Drawing: d, Theme: opt.Colors(), Pixels: true})
	}
}

// imageOf returns the drawing in pixels.
func imageOf(ctx context.Context, d *layout.Drawing, opt paint.Options, transparent bool) (*image.RGBA, error) {
	return paintImage(ctx, sheetOf(d), opt, transparent, painterOf(ctx, d, opt))
}

// paintImage returns a picture in pixels, on a page or on none, or an error if there would be
// too many.
func paintImage(ctx context.Context, sheet paint.Sheet, opt paint.Options, transparent bool, on func(vg.Canvas) error) (*image.RGBA, error) {
	width, height := sheet.Width*layout.PixelsPerPoint*opt.Scale, sheet.Height*layout.PixelsPerPoint*opt.Scale
	if width*height > maxPixels {
		return nil, fmt.Errorf("%w: %.0f×%.0f pixels are over the limit of %g megapixels", paint.ErrTooLarge, width, height, maxPixels/1e6)
	}
	img := image.NewRGBA(image.Rect(0, 0, int(max(1, math.Round(width))), int(max(1, math.Round(height)))))
	s := newSurface(ctx, img, layout.PixelsPerPoint*opt.Scale, sheet.Height)
	if !transparent {
		s.board.fill(pixel(theme.RGB(opt.Colors().Page)))
	}
	if err := on(s); err != nil {
		return nil, err
	}
	s.paint()
	return img, ctx.Err()
}
