package html

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// Live is what a page needs of the server that shows it. All URLs are relative to the page,
// so that a proxy may put it under any path. docs/design/live.md says what they answer.
type Live struct {
	Events  string `json:"events"` // the stream of what happens after the data was made
	Page    string `json:"page"`   // newer data, with the query of the page
	History string `json:"history"`
	Changes string `json:"changes"`

	Seq      uint64    `json:"seq"`      // of the network's shape
	Revision uint64    `json:"revision"` // of anything in it, such as the load
	At       time.Time `json:"at"`       // when the network was seen

	Past bool `json:"past,omitempty"` // the network is that of At, an earlier moment
}

// WriteData writes the data of the page as JSON, as WritePage embeds it.
func WriteData(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options, live *Live) error {
	picture := pictureOf(d, opt)
	words := &pageWords{Title: display.Printable(d.Diagram.Title), Subtitle: pageSubtitle(d.Diagram), Filters: filters(d, opt.Colors())}
	if flows(d) {
		words.Picture = "<style>" + picture.CSS + "</style>"
	} else {
		var text strings.Builder
		if err := picture.Write(ctx, &text); err != nil {
			return err
		}
		words.Picture = text.String()
	}
	return writeData(ctx, w, d, newNodeReader(ctx, d.Diagram, opt), opt, live, words)
}
