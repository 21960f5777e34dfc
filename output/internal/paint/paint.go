// Package paint decides the appearance of a drawing: the style of each box, the glyph in
// each mark, the width of each line. Colours come from a theme, classes from the
// diagram.
//
// [Walk] calls a [Painter] for each part of a drawing from back to front. Each format of
// pictures has a Painter; the other formats use [NodeAppearance] and [EdgeStyle].
package paint

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// ErrTooLarge is the error of a picture that a format has no room for.
var ErrTooLarge = errors.New("the picture is too large")

// ErrLimit is the error of a diagram that has more characters than its limit, however it is
// collapsed.
var ErrLimit = errors.New("the limit is too low")

// Options are the choices of the formats.
type Options struct {
	Scale float64      // factor of the size in pixels, above 0
	Theme *theme.Theme // nil for the light theme, or in an SVG the dark one if the reader prefers that
	Link  string       // URL of a page about a node, with {id} in place of its ID; "" for none
	ASCII bool         // restricts text for a terminal to ASCII
	Limit int          // the most characters of a Mermaid diagram; 0 for Mermaid's own limit
}

// Colors returns the theme to paint with.
func (o Options) Colors() *theme.Theme {
	if o.Theme == nil {
		return theme.Light()
	}
	return o.Theme
}

// LinkID stands for the ID of a node in a link.
const LinkID = "{id}"

// LinkTo returns the URL of the page about a node, or "" if there is none. Groups and
// jobs have none.
func (o Options) LinkTo(n *diagram.Node) string {
	if o.Link == "" || n.Collapsed || n.Class.IsJob() {
		return ""
	}
	// Escaped as in a query, but with %20 for a space, which is valid in a path too.
	id := strings.ReplaceAll(url.QueryEscape(n.ID), "+", "%20")
	return strings.ReplaceAll(o.Link, LinkID, id)
}

// A Sheet is what the packages of pictures need to know of a picture that they do not paint
// themselves: of a drawing, or of a chart.
type Sheet struct {
	Width, Height      float64 // in points
	Title, Description string
}

// SheetOf returns the sheet of a drawing.
func SheetOf(d *layout.Drawing) Sheet {
	return Sheet{d.Width, d.Height, d.Diagram.Title, d.Diagram.Description()}
}

// Pixels returns the size of the picture in pixels.
func Pixels(d *layout.Drawing, scale float64) (w, h float64) {
	return d.Width * layout.PixelsPerPoint * scale, d.Height * layout.PixelsPerPoint * scale
}

// A Painter draws the parts of a drawing, in points from the top left.
type Painter interface {
	Page()
	Text(class TextClass, t layout.Text)
	Area(a *layout.Area)

	// Edges draws the lines of hubs: those to removed nodes, or all others. It may end
	// early with ctx.
	Edges(ctx context.Context, lines []*layout.Line, removed bool)

	// Trunk draws the line that stands for all edges from a hub to an area.
	Trunk(t *layout.Trunk)

	// TrunkGap draws the gap that the trunk, which is drawn later, leaves in lines that it
	// crosses: in the colour of the page, or none if that is transparent.
	TrunkGap(t *layout.Trunk)

	// Run draws an edge of a job, or a swatch of the legend if l.From is -1.
	Run(l *layout.Line, r *diagram.Run)

	// Chip draws a box that stands for runs of jobs, by the indexes of their edges, or a
	// swatch of the legend if there are none.
	Chip(c *layout.Chip, edges []int)

	// Count writes the number of executions on an edge of a job.
	Count(l *layout.Line)

	// Nodes draws all nodes, as Box draws one: [EachNode] where that is all. It may end early
	// with ctx.
	Nodes(ctx context.Context)

	// Box draws node i, or a swatch of the legend if i is -1, with its label, its mark
	// and its badge.
	Box(appearance Appearance, b *layout.Box, i int)

	// Begin starts a group of parts, and End ends it.
	Begin(group string)
	End()
}

// A TextClass is the kind of a text, and its CSS class.
type TextClass string

// The classes of texts.
const (
	Title     TextClass = "title"
	Subtitle  TextClass = "subtitle"
	Legend    TextClass = "name"
	GroupName TextClass = "groupname"
	PlateName TextClass = "groupname flat" // in a rectangle or a tag, where no line passes behind it
	Detail    TextClass = "groupdetail"
)

// Walk calls p for each part of a drawing, from back to front. It ends early with ctx,
// and returns ctx.Err() then.
func Walk(ctx context.Context, d *layout.Drawing, p Painter) error {
	p.Page()
	p.Text(Title, d.Title)
	p.Text(Subtitle, d.Subtitle)
	for _, n := range d.Notes {
		p.Text(Subtitle, n)
	}
	if d.Remark.String != "" {
		p.Text(Subtitle, d.Remark)
	}
	if len(d.Areas) > 0 {
		p.Begin("groups")
		for i := range d.Areas {
			if d.Areas[i].Look != layout.Tag {
				p.Area(&d.Areas[i])
			}
		}
		p.End()
	}
	walkTrunks(d, p)
	present, removed := HubLines(d)
	p.Edges(ctx, present, false)
	p.Edges(ctx, removed, true)
	walkTags(d, p)
	walkRuns(ctx, d, p)
	p.Begin("nodes")
	p.Nodes(ctx)
	p.End()
	for i := range d.Areas {
		if n := d.Areas[i].Name; n.String != "" {
			class := GroupName
			if OnPlate(&d.Areas[i]) {
				class = PlateName
			}
			p.Text(class, n)
		}
		if t := d.Areas[i].Detail; t.String != "" {
			p.Text(Detail, t)
		}
	}
	walkLegend(d, p)
	return ctx.Err()
}

// EachNode calls box for each node of a drawing. It ends early with ctx.
func EachNode(ctx context.Context, d *layout.Drawing, box func(Appearance, *layout.Box, int)) {
	for i := range interrupt.Range(ctx, len(d.Boxes)) {
		box(NodeAppearance(d, i), &d.Boxes[i], i)
	}
}

// walkTags calls p for the areas that are on top of edges.
func walkTags(d *layout.Drawing, p Painter) {
	begun := false
	for i := range d.Areas {
		if d.Areas[i].Look == layout.Tag {
			if !begun {
				p.Begin("tags")
				begun = true
			}
			p.Area(&d.Areas[i])
		}
	}
	if begun {
		p.End()
	}
}

func walkRuns(ctx context.Context, d *layout.Drawing, p Painter) {
	runs := slices.DeleteFunc(RunLines(d), func(i int) bool { return d.Lines[i].Chip > 0 })
	if len(d.Chips) > 0 {
		p.Begin("chips")
		edges := chipEdges(d)
		for i := range interrupt.Range(ctx, len(d.Chips)) {
			p.Chip(&d.Chips[i], edges[i])
		}
		p.End()
	}
	if len(runs) == 0 {
		return
	}
	p.Begin("runs")
	for k := range interrupt.Range(ctx, len(runs)) {
		i := runs[k]
		p.Run(&d.Lines[i], d.Diagram.Edges[i].Run)
	}
	p.End()
	p.Begin("counts")
	for _, i := range runs {
		if n := d.Lines[i].Count; n != nil && n.String != "" {
			p.Count(&d.Lines[i])
		}
	}
	p.End()
}

func walkLegend(d *layout.Drawing, p Painter) {
	p.Begin("legend")
	for i := range d.Legend {
		item, entry := &d.Legend[i], &d.Diagram.Legend[i]
		if s := &item.Swatch; entry.Kind == diagram.RunEntry && len(d.Chips) > 0 {
			p.Chip(ChipSwatch(s, entry.Outcome), nil)
		} else if entry.Kind == diagram.RunEntry {
			p.Run(RunSwatch(s), &diagram.Run{Outcome: entry.Outcome})
		} else {
			p.Box(EntryAppearance(d.Diagram, entry), s, -1)
		}
		p.Text(Legend, item.Name)
	}
	p.End()
}

// walkTrunks paints the trunks, bundle by bundle. Below those of all but the first is a gap in
// the lines that they cross.
func walkTrunks(d *layout.Drawing, p Painter) {
	if len(d.Trunks) == 0 {
		return
	}
	p.Begin("trunks")
	for rest := d.Trunks; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Bundle == rest[0].Bundle {
			n++
		}
		for i := range rest[:n] {
			if rest[0].Bundle != d.Trunks[0].Bundle {
				p.TrunkGap(&rest[i])
			}
		}
		for i := range rest[:n] {
			p.Trunk(&rest[i])
		}
		rest = rest[n:]
	}
	p.End()
}

// RunSwatch returns a line as long as a swatch of the legend is wide.
func RunSwatch(s *layout.Box) *layout.Line {
	y, half := s.Center.Y, s.W/2
	return &layout.Line{From: -1, Path: []r2.Vec{{X: s.Center.X - half, Y: y}, {X: s.Center.X + half, Y: y}}}
}

// HubLines returns the lines of hubs that are not part of a trunk: those without and those
// with a removed end.
func HubLines(d *layout.Drawing) (present, removed []*layout.Line) {
	if len(d.Trunks) == 0 {
		present = make([]*layout.Line, 0, len(d.Lines))
	}
	for i := range d.Diagram.HubEdges() {
		switch l := &d.Lines[i]; {
		case l.Trunk > 0:
		case d.Diagram.Edges[i].Removed:
			removed = append(removed, l)
		default:
			present = append(present, l)
		}
	}
	return present, removed
}

// RunLines returns the indexes of the lines of jobs in the order of painting: the
// first outcome, which is the most important, is painted last.
func RunLines(d *layout.Drawing) []int {
	var lines []int
	edges := d.Diagram.Edges
	for i := d.Diagram.HubEdges(); i < len(edges); i++ {
		lines = append(lines, i)
	}
	slices.SortStableFunc(lines, func(a, b int) int { return int(edges[b].Run.Outcome) - int(edges[a].Run.Outcome) })
	return lines
}

// Round returns a number rounded to two decimals.
func Round(x float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 2, 64), 64)
	return v
}
