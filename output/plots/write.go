package plots

// This file writes charts in all formats.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/mdtext"
	"github.com/bacviz/bacviz/output/internal/eps"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/pdf"
	"github.com/bacviz/bacviz/output/internal/raster"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

// Style is how [Write] writes a chart. The zero value gives the defaults.
type Style struct {
	Scale float64      // factor of the size in pixels; 0 is 1
	Theme *theme.Theme // nil is light, and in SVG and HTML dark if the reader prefers that
	ASCII bool         // restricts text for a terminal to ASCII
	Width int          // of text for a terminal, in columns; 0 is 80
}

// ErrTooLarge is the error of a picture that its format has no room for.
var ErrTooLarge = paint.ErrTooLarge

type format struct {
	name, help string
	binary     bool
	picture    bool // it is painted: the canvas, the theme and the scale have an effect
	write      func(*Chart, context.Context, io.Writer, Style) error
}

var formats = []format{
	{"eps", "Encapsulated PostScript, for typesetters", true, true, (*Chart).writeEPS},
	{"html", "a page with the picture and its table", false, true, (*Chart).writeHTML},
	{"json", "the figures, for programs", false, false, (*Chart).writeJSON},
	{"md", "a Markdown table", false, false, (*Chart).writeMarkdown},
	{"pdf", "a page with text that searches and copies", true, true, (*Chart).writePDF},
	{"png", "a picture of pixels", true, true, (*Chart).writePNG},
	{"svg", "a scalable picture, light and dark", false, true, (*Chart).writeSVG},
	{"txt", "bars for a terminal", false, false, (*Chart).writeText},
}

// Formats returns the names of the formats, sorted. CSV is left to the caller, who knows
// what spreadsheets make of texts; see [Chart.Table].
func Formats() (out []string) {
	for _, f := range formats {
		out = append(out, f.name)
	}
	return out
}

// Binary reports whether a format is unreadable on a terminal, and Painted whether it is a
// picture, which has a canvas and a theme.
func Binary(name string) bool { f := find(name); return f != nil && f.binary }

// Painted reports whether a format is a picture; see [Binary].
func Painted(name string) bool { f := find(name); return f != nil && f.picture }

func find(name string) *format {
	if i := slices.IndexFunc(formats, func(f format) bool { return f.name == name }); i >= 0 {
		return &formats[i]
	}
	return nil
}

// Write writes the chart in a format. If ctx ends or w fails, w may have got the beginning.
func Write(ctx context.Context, w io.Writer, c *Chart, name string, style Style) error {
	f := find(name)
	if f == nil {
		return fmt.Errorf("unknown format %q (have %s)", name, strings.Join(Formats(), ", "))
	}
	if style.Scale == 0 {
		style.Scale = 1
	}
	if style.Theme != nil {
		if err := style.Theme.Check(); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	if err := f.write(c, ctx, interrupt.Writer{Context: ctx, To: w}, style); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// Table returns the figures of the chart: the names of the columns, and in each cell a
// string, an int, a float64, or nil for what is not known. The caller must not change them.
func (c *Chart) Table() (head []string, cells [][]any) { return c.head, c.cells }

// painter returns what paints the chart, and its sheet.
func (c *Chart) painter(ctx context.Context, style Style) (*painter, paint.Sheet, paint.Options) {
	p := &painter{ctx: ctx, Chart: c, place: c.place(), light: style.Theme}
	if p.light == nil {
		p.light = theme.Light()
	}
	return p, paint.Sheet{Width: c.width, Height: p.place.height, Title: c.Title, Description: c.Description},
		paint.Options{Scale: style.Scale, Theme: style.Theme}
}

// on returns a function that paints on a canvas.
func (p *painter) on(c vg.Canvas) error {
	p.to = c
	return p.paint()
}

func (c *Chart) writePNG(ctx context.Context, w io.Writer, style Style) error {
	p, sheet, opt := c.painter(ctx, style)
	return raster.PaintPNG(ctx, w, sheet, opt, p.on)
}

func (c *Chart) writePDF(ctx context.Context, w io.Writer, style Style) error {
	p, sheet, _ := c.painter(ctx, style)
	return pdf.Paint(ctx, w, sheet, p.on)
}

func (c *Chart) writeEPS(ctx context.Context, w io.Writer, style Style) error {
	p, sheet, _ := c.painter(ctx, style)
	return eps.Paint(ctx, w, sheet, p.on)
}

func (c *Chart) writeSVG(ctx context.Context, w io.Writer, style Style) error {
	head, rows := c.shownTable()
	return c.svg(ctx, w, style, &svg.Data{Head: head, Rows: rows})
}

func (c *Chart) svg(ctx context.Context, w io.Writer, style Style, table *svg.Data) error {
	p, sheet, _ := c.painter(ctx, style)
	if style.Theme == nil {
		p.dark = theme.Dark()
	}
	return svg.PaintChart(ctx, w, sheet, style.Scale, table, p.on)
}

// shownTable returns the table of the chart for people.
func (c *Chart) shownTable() (head []string, rows [][]string) {
	head = []string{"name"}
	switch {
	case c.samples != nil:
		return []string{"at", "what it was"}, c.shown
	case c.timed:
		return append(head, "what it was"), c.shown
	case c.heatHead != nil:
		head = append(head, c.heatHead...)
	default:
		head = append(head, c.column)
	}
	return head, c.shown
}

// writeHTML writes a page with the picture and its table, which loads nothing. Its heading is for
// those who do not see that of the picture.
func (c *Chart) writeHTML(ctx context.Context, w io.Writer, style Style) error {
	var b, picture bytes.Buffer
	if err := c.svg(ctx, &picture, style, nil); err != nil {
		return err
	}
	page, ink, scheme := theme.Light().Page, theme.Light().Title, "light dark"
	dark := fmt.Sprintf("@media (prefers-color-scheme:dark){body{background:%s;color:%s}}", theme.Dark().Page, theme.Dark().Title)
	if style.Theme != nil {
		page, ink, scheme, dark = style.Theme.Page, style.Theme.Title, "normal", ""
	}
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline'">
<title>%s</title>
<style>:root{color-scheme:%s}body{margin:0;padding:1rem;background:%s;color:%s;font:15px/1.5 sans-serif}svg{max-width:100%%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;margin-top:1rem}th,td{padding:.2em .8em .2em 0;text-align:left}
th[scope=row]{min-width:8em;overflow-wrap:anywhere}.cells td{white-space:nowrap}h1{position:absolute;margin:0;clip-path:inset(50%%)}%s</style></head>
<body><main><h1>%[1]s</h1>
`, html.EscapeString(c.Title), scheme, page, ink, dark)
	b.Write(picture.Bytes())
	head, rows := c.shownTable()
	of := ""
	if c.heat != nil {
		of = ` class="cells"`
	}
	b.WriteString(`<div class="wide" role="region" tabindex="0" aria-label="Table of the figures"><table` + of + `><thead><tr>`)
	for _, h := range head {
		b.WriteString(`<th scope="col">` + html.EscapeString(h) + "</th>")
	}
	b.WriteString("</tr></thead><tbody>\n")
	for _, r := range rows {
		b.WriteString("<tr>")
		for k, text := range r {
			if k == 0 {
				b.WriteString(`<th scope="row">` + html.EscapeString(text) + "</th>")
				continue
			}
			b.WriteString("<td>" + html.EscapeString(text) + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div></main></body></html>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// writeJSON writes the figures; docs/chart.schema.json describes them. An amount that is not
// known is null.
func (c *Chart) writeJSON(_ context.Context, w io.Writer, _ Style) error {
	var b bytes.Buffer
	field := func(name string, value any) {
		key, _ := json.Marshal(name) // of texts and finite numbers, which does not fail
		text, _ := json.Marshal(value)
		fmt.Fprintf(&b, "%s: %s", key, text)
	}
	b.WriteString("{\n  \"version\": 1,\n  ")
	field("kind", c.Kind)
	b.WriteString(",\n  ")
	field("title", c.Title)
	b.WriteString(",\n  ")
	field("subtitle", c.Subtitle)
	if c.measure != "" {
		b.WriteString(",\n  ")
		field("resource", c.resource.String())
		b.WriteString(",\n  ")
		field("measure", c.measure)
	}
	b.WriteString(",\n  \"rows\": [")
	for i, row := range c.cells {
		b.WriteString([]string{"\n    {", ",\n    {"}[min(i, 1)])
		for k, x := range row {
			b.WriteString([]string{"", ", "}[min(k, 1)])
			field(c.head[k], x)
		}
		b.WriteString("}")
	}
	b.WriteString("\n  ]\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

func (c *Chart) writeMarkdown(_ context.Context, w io.Writer, _ Style) error {
	var b strings.Builder
	head, rows := c.shownTable()
	fmt.Fprintf(&b, "**%s**, %s\n\n| %s |\n|%s\n", mdtext.Escape(c.Title), mdtext.Escape(c.Subtitle), strings.Join(head, " | "), strings.Repeat("---|", len(head)))
	for _, r := range rows {
		b.WriteString("|")
		for _, text := range r {
			b.WriteString(" " + mdtext.Escape(text) + " |")
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
