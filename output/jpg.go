package output

import (
	"context"
	"image/jpeg"
	"io"

	"github.com/bacviz/bacviz/layout"
)

// jpegQuality keeps the rims of letters clean.
const jpegQuality = 95

// writeJPEG writes the pixels that PNG has, for programs that take nothing else:
// PNG is smaller and sharper.
func writeJPEG(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	img, err := raster(d, opt)
	if err != nil {
		return err
	}
	return jpeg.Encode(w, img, &jpeg.Options{Quality: jpegQuality})
}
