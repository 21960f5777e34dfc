package raster

import (
	"context"
	"image/jpeg"
	"io"

	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// jpegQuality is high enough that no artefacts are seen around letters.
const jpegQuality = 95

// WriteJPEG writes the drawing as a JPEG, for programs that cannot read PNG, which is
// smaller and sharper. A JPEG is never transparent.
func WriteJPEG(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	img, err := imageOf(ctx, d, opt, false)
	if err != nil {
		return err
	}
	return jpeg.Encode(&inserter{to: w, at: jpegHeader, text: jpegDensity(opt.Scale)}, img, &jpeg.Options{Quality: jpegQuality})
}
