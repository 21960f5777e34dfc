// Package drawio writes a drawing as a file of draw.io (diagrams.net), to go on drawing there.
// Each part has its place; groups are containers, which take their nodes along, and edges
// stay joined to their ends.
package drawio

import (
	"context"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Write writes the drawing for draw.io.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	p := &painter{d: d, opt: opt, theme: opt.Colors(), scale: layout.PixelsPerPoint * opt.Scale, containers: containersOf(d)}
	if err := paint.Walk(ctx, d, p); err != nil {
		return err
	}
	p.raw("      </root>\n    </mxGraphModel>\n  </diagram>\n</mxfile>\n")
	_, err := io.WriteString(w, p.b.String())
	return err
}

// layer is the ID of the layer that all parts are on.
const layer = "1"

// A painter writes the parts of a drawing as cells, from back to front. A cell within a
// container comes with that, so the parts of a container are in order among themselves.
type painter struct {
	b          strings.Builder
	d          *layout.Drawing
	opt        paint.Options
	theme      *theme.Theme
	scale      float64 // pixels of a point
	containers *containers
	edges      int // number of cells of edges so far
	cells      int // number of other cells so far
}

func (p *painter) raw(s string) { p.b.WriteString(s) }

// px returns a length in points as pixels.
func (p *painter) px(points float64) string {
	return strconv.FormatFloat(paint.Round(points*p.scale), 'f', -1, 64)
}

// escape returns printable text for an attribute. Line ends stay.
func escape(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = html.EscapeString(display.Printable(l))
	}
	return strings.Join(lines, "&#10;")
}

// Page begins the file.
func (p *painter) Page() {
	width, height := paint.Pixels(p.d, p.opt.Scale)
	background := ` background="` + p.theme.Page + `"`
	if p.theme.Transparent {
		background = ""
	}
	p.raw("<mxfile host=\"bacviz\">\n  <diagram id=\"topology\" name=\"" + escape(display.Shorten(p.d.Diagram.Title)) + "\">\n")
	fmt.Fprintf(&p.b, "    <mxGraphModel grid=\"0\" guides=\"1\" tooltips=\"1\" connect=\"1\" arrows=\"0\" fold=\"0\" page=\"1\" pageScale=\"1\" pageWidth=\"%.0f\" pageHeight=\"%.0f\" math=\"0\" shadow=\"0\"%s>\n", width, height, background)
	p.raw("      <root>\n        <mxCell id=\"0\" />\n        <mxCell id=\"" + layer + "\" parent=\"0\" />\n")
}

// A cell is a vertex or an edge.
type cell struct {
	id, parent           string
	label, tooltip, link string
	style                string
}

// open writes the beginning of a cell, and returns its end.
func (p *painter) open(c cell, kind string) (end string) {
	id, label := ` id="`+c.id+`"`, ` value="`+escape(c.label)+`"`
	p.raw("        ")
	if c.tooltip != "" || c.link != "" {
		p.raw("<UserObject" + id + ` label="` + escape(c.label) + `"`)
		if c.tooltip != "" { // which is read as HTML
			p.raw(` tooltip="` + escape(html.EscapeString(c.tooltip)) + `"`)
		}
		if c.link != "" {
			p.raw(` link="` + escape(c.link) + `"`)
		}
		p.raw(">")
		id, label, end = "", "", "</UserObject>"
	}
	p.raw("<mxCell" + id + label + ` style="` + c.style + `" ` + kind + ` parent="` + c.parent + `">`)
	return "</mxCell>" + end + "\n"
}

// vertex writes a rectangle around a centre, in points of the page.
func (p *painter) vertex(c cell, center r2.Vec, w, h float64) {
	at := r2.Sub(r2.Sub(center, r2.Vec{X: w / 2, Y: h / 2}), p.containers.origin(c.parent))
	end := p.open(c, `vertex="1"`)
	p.raw(`<mxGeometry x="` + p.px(at.X) + `" y="` + p.px(at.Y) + `" width="` + p.px(w) + `" height="` + p.px(h) + `" as="geometry" />` + end)
}

// next returns the ID of a cell that is neither a node nor an edge.
func (p *painter) next() string {
	p.cells++
	return "x" + strconv.Itoa(p.cells)
}

// font returns the part of a style about text.
func (p *painter) font(t layout.Text, size float64, color string) string {
	bold := ""
	if t.Bold {
		bold = "fontStyle=1;"
	}
	return "fontFamily=Helvetica;fontSize=" + p.px(size) + ";fontColor=" + color + ";" + bold
}

// text writes a text in a container.
func (p *painter) text(parent string, t layout.Text, color, align string) {
	style := "text;align=" + align + ";verticalAlign=middle;spacing=0;connectable=0;" + p.font(t, t.Size, color)
	if t.Angle != 0 {
		style += "rotation=" + strconv.FormatFloat(paint.Round(t.Angle), 'f', -1, 64) + ";"
	}
	lines := float64(1 + strings.Count(t.String, "\n"))
	p.vertex(cell{id: p.next(), parent: parent, label: t.String, style: style}, t.Center, t.Width, 1.2*t.Size*lines)
}

// Text writes a text of the page. Those of areas are part of their cells.
func (p *painter) Text(class paint.TextClass, t layout.Text) {
	switch class {
	case paint.GroupName, paint.PlateName, paint.Detail:
		return
	}
	p.text(layer, t, paint.TextColor(class, p.theme), "left")
}

// Area writes an area as a container, with its name in it. Areas come in two walks: tags, which
// hold no nodes, are above the edges.
func (p *painter) Area(a *layout.Area) {
	i := p.containers.index[a]
	fill, stroke, line := paint.AreaStyle(a, p.theme)
	style := "container=1;collapsible=0;recursiveResize=0;"
	if a.Look == layout.Bare {
		fill, stroke = "none", "none"
	}
	if a.Look == layout.Tag {
		style = ""
	}
	b := p.containers.bounds[i]
	if paint.Rectangular(a) {
		style += "rounded=1;absoluteArcSize=1;arcSize=" + p.px(2*a.Corner) + ";"
	} else {
		style += "shape=" + stencil(a.Path, b) + ";"
	}
	style += "fillColor=" + fill + ";strokeColor=" + stroke + ";" + p.dashes(paint.OutlineDashes(line))
	c := cell{id: areaID(i), parent: p.containers.parents[i], tooltip: a.Tooltip(), style: style}
	p.vertex(c, b.center(), b.w(), b.h())
	if a.Name.String != "" {
		p.text(c.id, a.Name, p.theme.Title, "center")
	}
	if a.Detail.String != "" {
		p.text(c.id, a.Detail, paint.TextColor(paint.Detail, p.theme), "center")
	}
}

// dashes returns the part of a style about dashes; "" for a solid line. Their lengths are in
// widths of the line.
func (p *painter) dashes(lengths []float64) string {
	if lengths == nil {
		return ""
	}
	texts := make([]string, len(lengths))
	for i, l := range lengths {
		texts[i] = p.px(l)
	}
	return "dashed=1;dashPattern=" + strings.Join(texts, " ") + ";fixDash=1;"
}

// Box writes a node, or a swatch of the legend.
func (p *painter) Nodes(ctx context.Context) { paint.EachNode(ctx, p.d, p.Box) }

func (p *painter) Box(appearance paint.Appearance, b *layout.Box, i int) {
	st, level := appearance.Style(p.theme), appearance.Level(p.theme)
	stroke := paint.Stroke(st, b)
	c := cell{id: p.nodeID(i), parent: layer, style: p.outline(b) + "fillColor=" + st.Fill + ";strokeColor=" + st.Stroke + ";strokeWidth=" + p.px(stroke) + ";" + p.dashes(paint.OutlineDashes(appearance.Line))}
	if i >= 0 {
		n := &p.d.Diagram.Nodes[i]
		c.parent, c.tooltip, c.link = p.containers.ofBox(i), p.d.Diagram.Tooltip(i), p.opt.LinkTo(n)
	}
	label, size := p.label(appearance, b)
	style := p.font(b.Label(), size, st.Text)
	if b.Detail().String != "" { // the label is above the middle
		style += "spacingBottom=" + p.px(2*(b.Center.Y-b.Label().Center.Y)) + ";"
	}
	if level == "" {
		c.label, c.style = label, c.style+style
	}
	p.vertex(c, b.Center, b.W, b.H)
	p.containers.place(c.id, b)
	if level != "" { // whose rectangle would cover the label
		center, w, h, corner := paint.LevelBox(b, stroke)
		p.part(c.id, center, w, h, corner, level)
		p.vertex(cell{id: p.next(), parent: c.id, label: label, style: "text;align=center;verticalAlign=middle;spacing=0;" + style}, b.Center, b.W, b.H)
	}
	if detail := b.Detail(); detail.String != "" { // below the label, which has its sign with it and so is in the middle
		detail.Center.X = b.Center.X
		p.text(c.id, detail, st.Text, "center")
	}
	if bar := b.Bar(); bar.W > 0 {
		used, rest := appearance.BarColors(p.theme)
		p.part(c.id, bar.Center, bar.W, bar.H, bar.H/2, rest)
		center, w := paint.UsedPart(bar)
		p.part(c.id, center, w, bar.H, bar.H/2, used)
	}
	if b.Beside() {
		p.text(c.id, b.Label(), p.theme.Title, "center")
	}
}

// nodeID returns the ID of the cell of a node, or of a swatch if i is -1.
func (p *painter) nodeID(i int) string {
	if i < 0 {
		return p.next()
	}
	return "n" + strconv.Itoa(i)
}

// part writes a filled rectangle within a cell, that is no aim of edges.
func (p *painter) part(parent string, center r2.Vec, w, h, corner float64, fill string) {
	if paint.Round(w*p.scale) == 0 {
		return
	}
	p.vertex(cell{id: p.next(), parent: parent, style: "rounded=1;absoluteArcSize=1;arcSize=" + p.px(2*corner) + ";strokeColor=none;connectable=0;pointerEvents=0;fillColor=" + fill + ";"}, center, w, h)
}

// outline returns the part of a style about the outline of a box.
func (p *painter) outline(b *layout.Box) string {
	if b.Shape == layout.Dot {
		return "ellipse;perimeter=ellipsePerimeter;"
	}
	return "rounded=1;absoluteArcSize=1;arcSize=" + p.px(2*paint.Corner(b)) + ";"
}

// label returns the text in a box and its size: the label, or a sign that is a second
// channel beside the colour.
func (p *painter) label(appearance paint.Appearance, b *layout.Box) (label string, size float64) {
	size = b.Label().Size
	if !b.Beside() {
		label = b.Label().String
	}
	switch sign := appearance.Sign(p.theme, b); {
	case sign == "":
	case label != "":
		label = sign + " " + label
	default:
		label, size = sign, 1.6*max(b.Mark().R, b.Badge().R)/float64(utf8.RuneCountInString(sign))
	}
	return label, max(size, 1)
}

// Edges writes the edges of hubs.
func (p *painter) Edges(ctx context.Context, lines []*layout.Line, removed bool) {
	color, width := paint.EdgeStyle(p.d, p.theme)
	dashes := ""
	if removed {
		color, dashes = paint.RemovedEdge(p.d, p.theme), p.dashes(paint.OutlineDashes(diagram.Dashed))
	}
	for i := range interrupt.Range(ctx, len(lines)) {
		l := lines[i]
		style := "strokeColor=" + color + ";strokeWidth=" + p.px(width) + ";" + dashes
		p.edge(cell{parent: p.containers.ofBox(l.To), style: style}, ends{from: l.From, to: l.To}, l.Path)
	}
}

// Trunk writes the edge that stands for all from a hub to an area.
func (p *painter) Trunk(t *layout.Trunk) {
	color, width := paint.TrunkStyle(t, p.theme)
	style := "strokeColor=" + color + ";strokeWidth=" + p.px(width) + ";"
	if t.Removed {
		style += p.dashes(paint.OutlineDashes(diagram.Dashed))
	}
	p.edge(cell{parent: layer, style: style}, ends{from: t.From, to: -1, area: t.Area}, t.Path)
}

// TrunkGap does nothing: edges of draw.io cross.
func (p *painter) TrunkGap(*layout.Trunk) {}

// Run writes an edge of a job with the number of its executions, or a swatch of the legend.
func (p *painter) Run(l *layout.Line, r *diagram.Run) {
	c := cell{parent: layer, style: "strokeColor=" + p.theme.Runs[r.Outcome] + ";strokeWidth=" + p.px(paint.RunWidth(p.d, r.Outcome)) + ";" + p.dashes(paint.RunDashes(p.d, r.Outcome))}
	if l.From >= 0 {
		c.tooltip = p.d.Diagram.RunTooltip(l.From, l.To, r)
	}
	if n := l.Count; n != nil {
		c.label, c.style = n.String, c.style+p.font(*n, n.Size, p.theme.Title)+"labelBackgroundColor="+p.theme.Page+";"
	}
	p.edge(c, ends{from: l.From, to: l.To}, l.Path)
}

// Count does nothing: the number is the label of its edge.
func (p *painter) Count(*layout.Line) {}

// Chip writes a box that stands for runs of jobs.
func (p *painter) Chip(chip *layout.Chip, edges []int) {
	fill, stroke, ink := paint.ChipColors(chip, p.theme)
	style := "rounded=1;absoluteArcSize=1;arcSize=" + p.px(2*paint.ChipCorner(chip)) + ";fillColor=" + fill + ";strokeColor=" + stroke +
		";strokeWidth=" + p.px(paint.RunWidth(p.d, chip.Outcome)) + ";" + p.dashes(paint.RunDashes(p.d, chip.Outcome)) + p.font(chip.Label(), max(chip.Label().Size, 1), ink)
	c := cell{id: p.next(), parent: layer, label: chip.Label().String, style: style}
	if len(edges) > 0 {
		c.tooltip = p.d.Diagram.RunsTooltip(edges)
	}
	p.vertex(c, chip.Center, chip.W, chip.H)
}

// Begin and End do nothing: cells are in their containers.
func (p *painter) Begin(string) {}

// End does nothing.
func (p *painter) End() {}
