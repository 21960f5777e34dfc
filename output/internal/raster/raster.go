// Package raster writes a drawing in pixels, as PNG or JPEG. Package canvas paints it on a
// surface, which makes polygons of all that it is given. A pile of these is painted in strips
// of the image side by side.
package raster

import (
	"context"
	"fmt"
	"image"
	"image/draw"
	"io"
	"math"

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
	transparent := opt.Colors().Transparent
	img, err := imageOf(ctx, d, opt, transparent)
	if err != nil {
		return err
	}
	return encodePNG(ctx, w, img, transparent, opt.Scale)
}

// imageOf returns the drawing in pixels, on a page or on none, or an error if there would
// be too many.
func imageOf(ctx context.Context, d *layout.Drawing, opt paint.Options, transparent bool) (*image.RGBA, error) {
	width, height := paint.Pixels(d, opt.Scale)
	if width*height > maxPixels {
		return nil, fmt.Errorf("%w: %.0f×%.0f pixels are over the limit of %g megapixels", paint.ErrTooLarge, width, height, maxPixels/1e6)
	}
	img := image.NewRGBA(image.Rect(0, 0, int(max(1, math.Round(width))), int(max(1, math.Round(height)))))
	if !transparent {
		draw.Draw(img, img.Rect, image.NewUniform(theme.RGB(opt.Colors().Page)), image.Point{}, draw.Src)
	}
	s := newSurface(ctx, img, layout.PixelsPerPoint*opt.Scale, d.Height)
	if err := paint.Walk(ctx, d, &canvas.Canvas{Canvas: s, Drawing: d, Theme: opt.Colors(), Pixels: true}); err != nil {
		return nil, err
	}
	s.pile.paint()
	return img, ctx.Err()
}
