package output

import (
	"context"
	"fmt"
	"io"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/html"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// Live is what a page needs of the server that shows it.
type Live = html.Live

// PageOptions are choices about a page beyond those of every picture. The zero value is a
// page that is a file.
type PageOptions struct {
	Live *Live // nil for a file, which asks nobody
}

// Page writes the drawing as the format html does, as a file or as a page that is served.
// The errors are those of [Write].
func Page(ctx context.Context, w io.Writer, d *layout.Drawing, opt Options, page PageOptions) error {
	return writePage(ctx, w, d, opt, page, html.WritePage)
}

// PageData writes the JSON document that [Page] embeds, with which a page that is open
// shows another drawing.
func PageData(ctx context.Context, w io.Writer, d *layout.Drawing, opt Options, page PageOptions) error {
	return writePage(ctx, w, d, opt, page, html.WriteData)
}

func writePage(ctx context.Context, w io.Writer, d *layout.Drawing, opt Options, page PageOptions,
	write func(context.Context, io.Writer, *layout.Drawing, paint.Options, *html.Live) error,
) error {
	if err := opt.check("html", d); err != nil {
		return err
	}
	if err := write(ctx, interrupt.Writer{Context: ctx, To: w}, d, opt.paint(), page.Live); err != nil {
		return fmt.Errorf("writing html: %w", err)
	}
	return nil
}
