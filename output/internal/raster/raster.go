// Package raster writes a drawing in pixels, as PNG or JPEG. Package canvas paints it on
// gonum/plot's canvas for images.
package raster

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"

	"git.sr.ht/~sbinet/gg"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/canvas"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// maxPixels bounds the memory of a picture, which is twice 4 bytes a pixel.
const maxPixels = 200e6

// WritePNG writes the drawing as a PNG.
func WritePNG(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	img, err := imageOf(ctx, d, opt, opt.Colors().Transparent)
	if err != nil {
		return err
	}
	return encodePNG(&inserter{to: w, at: pngHeader, text: pngDensity(opt.Scale)}, img)
}

// imageOf returns the drawing in pixels, on a page or on none, or an error if there would
// be too many.
func imageOf(ctx context.Context, d *layout.Drawing, opt paint.Options, transparent bool) (draw.Image, error) {
	if pw, ph := paint.Pixels(d, opt.Scale); pw*ph > maxPixels {
		return nil, fmt.Errorf("%w: %.0f×%.0f pixels are over the limit of %g megapixels", paint.ErrTooLarge, pw, ph, maxPixels/1e6)
	}
	dpi := int(math.Round(72 * layout.PixelsPerPoint * opt.Scale))
	side := func(points float64) int { return int(math.Round(points * float64(dpi) / 72)) }
	// Without an image of ours, vgimg would make one and copy it.
	img := image.NewRGBA(image.Rect(0, 0, side(d.Width), side(d.Height)))
	gc := gg.NewContextForRGBA(img)
	gc.SetLineCapButt()
	gc.InvertY()
	c := vgimg.NewWith(vgimg.UseImageWithContext(img, gc), vgimg.UseDPI(dpi)) // fills img with white
	if transparent {
		clear(img.Pix)
	} else if page := theme.RGB(opt.Colors().Page); page != white {
		draw.Draw(img, img.Rect, image.NewUniform(page), image.Point{}, draw.Src)
	}
	if err := paint.Walk(ctx, d, &canvas.Canvas{Canvas: c, Drawing: d, Theme: opt.Colors(), Letters: canvas.NewLetters(img, c.DPI())}); err != nil {
		return nil, err
	}
	return img, nil
}

var white = color.RGBA{255, 255, 255, 255}
