package raster

import (
	"context"
	"image/jpeg"
	"io"

	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// jpegQuality keeps the rims of letters clean.
const jpegQuality = 95

// WriteJPEG writes the pixels that PNG has, for programs that take nothing else:
// PNG is smaller and sharper.
func WriteJPEG(_ context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	img, err := imageOf(d, opt)
	if err != nil {
		return err
	}
	return jpeg.Encode(w, img, &jpeg.Options{Quality: jpegQuality})
}
