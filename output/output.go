// Package output writes a [layout.Drawing] in the formats that people use.
//
// [Write] finds the format in a table and writes the drawing to an [io.Writer]. Each
// family of formats is a package below output/internal, which knows the drawing and
// its diagram only. One walk over the drawing paints all kinds of pictures. This
// package fetches nothing and moves nothing.
package output

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/cytoscape"
	"github.com/bacviz/bacviz/output/internal/d2"
	"github.com/bacviz/bacviz/output/internal/dot"
	"github.com/bacviz/bacviz/output/internal/drawio"
	"github.com/bacviz/bacviz/output/internal/eps"
	"github.com/bacviz/bacviz/output/internal/gexf"
	"github.com/bacviz/bacviz/output/internal/html"
	"github.com/bacviz/bacviz/output/internal/markdown"
	"github.com/bacviz/bacviz/output/internal/mermaid"
	"github.com/bacviz/bacviz/output/internal/nodelink"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/pdf"
	"github.com/bacviz/bacviz/output/internal/raster"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/internal/tree"
	"github.com/bacviz/bacviz/output/theme"
)

// Options are the choices of [Write]. The zero value gives the defaults.
type Options struct {
	// Scale is a factor of the size of a picture in pixels, from [MinScale] to
	// [MaxScale]. At 1, the default, a point is 100/72 pixels.
	Scale float64

	// Graphviz lets Graphviz write the SVG, with the same places.
	Graphviz bool

	// Theme holds the colours. Nil is the light theme; in an SVG it is the dark one if
	// the reader prefers that.
	Theme *theme.Theme

	// Link is the URL of a page about a node, https or http, with {id} in place of the
	// node's ID. SVG, HTML, DOT, D2 and draw.io link each node to its page.
	Link string

	// ASCII restricts text for a terminal to ASCII.
	ASCII bool

	// Limit is the most characters of a Mermaid diagram, as JavaScript counts them, at least
	// [MinLimit]; 0 for Mermaid's own limit, 50,000, which no other is above.
	Limit int
}

// paint returns the options as the packages of the formats take them.
func (o Options) paint() paint.Options {
	scale := o.Scale
	if scale == 0 {
		scale = 1
	}
	return paint.Options{Scale: scale, Theme: o.Theme, Link: o.Link, ASCII: o.ASCII, Limit: o.Limit}
}

// The bounds of Options.Scale.
const (
	MinScale = 0.1
	MaxScale = 20.0
)

// MinLimit is the least Options.Limit: less is no diagram.
const MinLimit = 500

// A Format is a way to write a drawing.
type Format struct {
	Name string // also the file name extension, without the dot
	Help string
	Uses Uses
}

// Uses is a set of what a format takes from its options and from the drawing. The rest
// has no effect on it.
type Uses int

const (
	UsesLink    Uses = 1 << iota // Options.Link
	UsesASCII                    // Options.ASCII
	UsesTheme                    // Options.Theme
	UsesScale                    // Options.Scale
	UsesPlaces                   // where boxes are: the engine and the canvas
	UsesSizes                    // the sizes of boxes that stand for a capacity
	UsesColors                   // the colours that stand for values
	UsesDetails                  // the second lines of nodes, whether the engine draws them or not
	UsesLines                    // the second lines that the engine draws
	UsesLimit                    // Options.Limit
	UsesFacts                    // the facts of nodes: an SVG those of a few thousand; see [ShowsFacts]

	usesPicture = UsesTheme | UsesPlaces | UsesSizes | UsesColors | UsesLines
)

type format struct {
	write  func(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error
	help   string
	binary bool
	uses   Uses
}

// formats is the table of formats; help, errors and completion read it.
var formats = map[string]format{
	"svg":    {svg.Write, "a scalable picture with tooltips, light and dark", false, usesPicture | UsesLink | UsesScale | UsesFacts},
	"png":    {raster.WritePNG, "a picture of pixels", true, usesPicture | UsesScale},
	"dot":    {dot.Write, "Graphviz source with the places: neato -n2 redraws it", false, usesPicture | UsesLink | UsesFacts},
	"html":   {html.Write, "a page to pan, zoom, search and filter, with details of each node", false, usesPicture | UsesLink | UsesScale | UsesFacts},
	"json":   {nodelink.Write, "node-link JSON, as networkx and d3 read it", false, UsesPlaces | UsesSizes | UsesColors | UsesDetails | UsesFacts},
	"jpg":    {raster.WriteJPEG, "a picture of pixels, for programs that cannot read png", true, usesPicture | UsesScale},
	"pdf":    {pdf.Write, "a page with text that searches and copies", true, usesPicture},
	"eps":    {eps.Write, "Encapsulated PostScript, for typesetters", true, usesPicture},
	"mmd":    {mermaid.Write, "Mermaid, which GitHub and wikis draw", false, UsesTheme | UsesLimit | UsesColors | UsesDetails | UsesFacts},
	"md":     {markdown.Write, "Markdown: a Mermaid diagram and a table", false, UsesTheme | UsesLimit | UsesColors | UsesDetails | UsesFacts},
	"txt":    {tree.Write, "a tree for a terminal", false, UsesASCII | UsesDetails | UsesFacts},
	"gexf":   {gexf.Write, "GEXF, as Gephi and networkx read it", false, UsesPlaces | UsesSizes | UsesColors | UsesFacts},
	"d2":     {d2.Write, "D2, which arranges the diagram anew", false, UsesTheme | UsesColors | UsesDetails | UsesLink | UsesFacts},
	"drawio": {drawio.Write, "a diagram to go on with in draw.io (diagrams.net)", false, usesPicture | UsesLink | UsesScale | UsesFacts},
	"cyjs":   {cytoscape.Write, "JSON for Cytoscape and Cytoscape.js", false, usesPicture | UsesDetails | UsesFacts},
}

// aliases are other extensions of formats.
var aliases = map[string]string{"jpeg": "jpg"}

// Formats returns the formats, sorted by name.
func Formats() []Format {
	var all []Format
	for name, f := range formats {
		all = append(all, Format{name, f.help, f.uses})
	}
	slices.SortFunc(all, func(a, b Format) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// FormatOf returns the format of a file name's extension, or an error that lists the
// formats.
func FormatOf(file string) (string, error) {
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	if name, ok := aliases[ext]; ok {
		ext = name
	}
	if _, ok := formats[ext]; ok {
		return ext, nil
	}
	if ext == "" {
		return "", fmt.Errorf("%s has no extension, which would select a format (have %s)", file, names())
	}
	return "", fmt.Errorf("unknown format %q (have %s)", ext, names())
}

// ErrTooLarge is the error of a picture that its format has no room for.
var ErrTooLarge = paint.ErrTooLarge

// ErrLimit is the error of a Mermaid diagram that Options.Limit has no room for.
var ErrLimit = paint.ErrLimit

// Check returns an error if there is no format of that name, or if it does not support
// the options.
func Check(name string, opt Options) error {
	if _, ok := formats[name]; !ok {
		return fmt.Errorf("unknown format %q (have %s)", name, names())
	}
	if opt.Graphviz && name != "svg" {
		return fmt.Errorf("renderer graphviz writes svg only, not %s", name)
	}
	if opt.Scale != 0 && !(opt.Scale >= MinScale && opt.Scale <= MaxScale) {
		return fmt.Errorf("scale %.10g is not between %g and %g", opt.Scale, MinScale, MaxScale)
	}
	if opt.Limit != 0 && opt.Limit < MinLimit {
		return fmt.Errorf("limit %d is below %d characters", opt.Limit, MinLimit)
	}
	if opt.Link != "" {
		return checkLink(opt.Link)
	}
	return nil
}

// ShowsFacts reports whether the named format, with the options, shows facts of nodes if the
// drawing has so many. If it does not, the diagram needs none; see [diagram.Options].
func ShowsFacts(name string, opt Options, nodes int) bool {
	return formats[name].uses&UsesFacts != 0 && (name != "svg" || opt.Graphviz || nodes <= svg.MaxTooltips)
}

// Binary reports whether the named format is unreadable on a terminal.
func Binary(name string) bool { return formats[name].binary }

func names() string {
	var all []string
	for _, f := range Formats() {
		all = append(all, f.Name)
	}
	return strings.Join(all, ", ")
}

// Write writes d in the named format. The same drawing and options give the same
// bytes. It returns an error and writes nothing if [Check], [layout.Drawing.Check] or
// [theme.Theme.Check] does. If ctx ends or w fails, w may have got the beginning.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, name string, opt Options) error {
	if err := opt.check(name, d); err != nil {
		return err
	}
	write := formats[name].write
	if opt.Graphviz {
		write = dot.WriteSVG
	}
	if err := write(ctx, interrupt.Writer{Context: ctx, To: w}, d, opt.paint()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// check returns an error if d cannot be written in the named format with the options.
func (o Options) check(name string, d *layout.Drawing) error {
	if err := Check(name, o); err != nil {
		return err
	}
	if err := d.Check(); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err := o.paint().Colors().Check(); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// MarkdownTable returns the table of the nodes as the format md writes it. It needs no
// drawing. It returns ctx.Err() if ctx ends first.
func MarkdownTable(ctx context.Context, d *diagram.Diagram) (string, error) {
	return markdown.Table(ctx, d), ctx.Err()
}

// NodeTable returns the same table as plain text: the names of its columns, and its rows.
// It returns ctx.Err() if ctx ends first.
func NodeTable(ctx context.Context, d *diagram.Diagram) (head []string, rows [][]string, err error) {
	plain := func(s string) string { return s }
	head, rows = markdown.Rows(ctx, d, plain, plain)
	return head, rows, ctx.Err()
}
