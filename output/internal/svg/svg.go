// Package svg writes a drawing as SVG. Text can be searched and copied, each node has a
// tooltip and a CSS class, and colours follow the reader's preference for light or
// dark. Package html puts the picture into a page.
package svg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// A Picture is an SVG document to write.
type Picture struct {
	CSS    string // the text of its style element
	class  string
	writer *writer
}

// Write writes the drawing as an SVG document. Several may stand in one page: the rules
// of its style element apply to it alone.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	p := New(d, opt, len(d.Boxes) > MaxTooltips)
	scope := scopeOf(p.CSS)
	p.CSS, p.class = strings.ReplaceAll(p.CSS, ".bacviz ", "."+scope+" "), p.class+" "+scope
	return p.Write(ctx, w)
}

// New returns the picture of a drawing. The rules of its style element apply to all of the page,
// whose swatches have its classes. A silent one has no tooltips.
func New(d *layout.Drawing, opt paint.Options, silent bool) *Picture {
	s := &writer{d: d, opt: opt, theme: opt.Colors(), silent: silent}
	for i := range d.Boxes {
		b := &d.Boxes[i]
		s.filled, s.dotted = s.filled || b.Fill.Shown, s.dotted || d.Diagram.Nodes[i].Line == diagram.Dotted
		if b.Content != nil {
			s.bars, s.beside = s.bars || b.Bar().W > 0, s.beside || b.Beside()
		}
	}
	if opt.Theme == nil {
		s.dark = theme.Dark()
	}
	return &Picture{s.styles(), "bacviz", s}
}

// Write writes the picture. It returns ctx.Err() if ctx ends first.
func (p *Picture) Write(ctx context.Context, w io.Writer) error {
	s := p.writer
	s.w = w
	// For assistive technology an img has no parts, so links in it cannot be reached.
	// A graphics-document has (WAI-ARIA Graphics Module). Where that is unknown, the
	// role is document.
	role := "img"
	if s.opt.Link != "" {
		role = "graphics-document document"
	}
	d := s.d
	pw, ph := paint.Pixels(d, s.opt.Scale)
	s.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="` + p.class + `" font-family="` + typeface.Family + `" role="` + role + `" width="`).num(pw).raw(`" height="`).num(ph)
	s.raw(`" viewBox="0 0 `).num(d.Width).raw(` `).num(d.Height).raw(`">` + "\n")
	s.raw(`<title>`).esc(display.Printable(d.Diagram.Title)).raw("</title>\n<desc>").esc(d.Diagram.Description()).raw("</desc>\n")
	s.raw("<style>" + p.CSS + "</style>\n")
	if err := paint.Walk(ctx, d, s); err != nil {
		return err
	}
	s.raw("</svg>\n")
	s.flush()
	return s.err
}

// scopeOf returns a CSS class for pictures with the same rules, and no others.
func scopeOf(css string) string {
	sum := sha256.Sum256([]byte(css))
	return "b" + hex.EncodeToString(sum[:4])
}

// A writer is a [paint.Painter] that appends to a buffer. Some methods return it, so
// that calls can be chained.
type writer struct {
	w      io.Writer // gets the buffer now and then
	err    error     // of w
	d      *layout.Drawing
	opt    paint.Options
	theme  *theme.Theme
	dark   *theme.Theme // for readers who prefer dark; nil if the theme is fixed
	buf    []byte
	shades paint.Styles

	silent bool // nodes have no tooltips

	// Some node has a bar of what is in use, its label beside it, a filled part, or a dotted
	// outline.
	bars, beside, filled, dotted bool
}

// MaxTooltips is the most nodes with tooltips in an SVG document: those of more take more
// bytes than the picture, and no viewer is quick with as many. A page writes them as needed.
const MaxTooltips = 5000

func (s *writer) Page() {
	if s.theme.Transparent {
		return
	}
	s.raw(`<rect class="page" width="`).num(s.d.Width).raw(`" height="`).num(s.d.Height)
	s.raw(`" fill="` + s.theme.Page + "\"/>\n")
}

func (s *writer) Text(class paint.TextClass, t layout.Text) {
	fill := paint.TextColor(class, s.theme)
	attributes := ` class="` + string(class) + `" fill="` + fill + `"`
	if class == paint.GroupName {
		attributes += ` stroke="` + s.theme.Page + `" stroke-width="` + fmt.Sprint(paint.HaloWidth) + `em" stroke-linejoin="round" paint-order="stroke"`
	}
	s.textLines(t, attributes)
	s.raw("\n")
}

// textLines writes a text with attributes, an element for each line, because viewers
// differ in what textLength of a part of an element means.
func (s *writer) textLines(t layout.Text, attributes string) {
	for _, l := range t.Lines() {
		s.raw("<text" + attributes)
		if l.Bold {
			s.raw(` font-weight="bold"`)
		}
		if typeface.RightToLeft(l.String) { // it starts at the right
			s.raw(` direction="rtl" x="`).num(l.Left() + l.Width)
		} else {
			s.raw(` x="`).num(l.Left())
		}
		s.raw(`" y="`).num(l.Baseline()).raw(`" font-size="`).num(l.Size)
		// The width with the embedded fonts, whatever fonts the viewer has.
		s.raw(`" textLength="`).num(l.Width).raw(`" lengthAdjust="spacingAndGlyphs`)
		if l.Angle != 0 {
			s.raw(`" transform="rotate(`).num(l.Angle).raw(" ").num(l.Center.X).raw(" ").num(l.Center.Y).raw(")")
		}
		s.raw(`">`).esc(l.String).raw("</text>")
	}
}

func (s *writer) Edges(ctx context.Context, lines []*layout.Line, removed bool) {
	if len(lines) == 0 {
		return
	}
	class := "edge"
	color, width := paint.EdgeStyle(s.d, s.theme)
	if removed {
		class += " gone"
		color = paint.RemovedEdge(s.d, s.theme)
	}
	s.raw(`<path class="`+class+`"`).colors("none", color, width)
	if removed {
		s.raw(` stroke-dasharray="` + dashes(diagram.Dashed) + `"`)
	}
	s.raw(` d="`)
	for i := range interrupt.Range(ctx, len(lines)) {
		s.path(lines[i].Path)
	}
	s.raw("\"/>\n")
}

func (s *writer) Trunk(t *layout.Trunk) {
	color, width := paint.TrunkStyle(t, s.theme)
	class := "trunk"
	if t.Removed {
		class += " gone"
	}
	s.raw(`<path class="`+class+`"`).colors("none", color, width)
	if t.Removed {
		s.raw(` stroke-dasharray="` + dashes(diagram.Dashed) + `"`)
	}
	s.raw(` d="`)
	s.path(t.Path)
	s.raw("\"/>\n")
}

func (s *writer) TrunkGap(t *layout.Trunk) {
	if s.theme.Transparent {
		return
	}
	_, width := paint.TrunkStyle(t, s.theme)
	s.raw(`<path class="gap"`).colors("none", s.theme.Page, width+2*paint.TrunkGap).raw(` d="`)
	s.path(t.Path)
	s.raw("\"/>\n")
}

func (s *writer) path(p []r2.Vec) {
	s.raw("M").num(p[0].X).raw(" ").num(p[0].Y)
	if len(p) == 2 {
		s.raw("L").num(p[1].X).raw(" ").num(p[1].Y)
		return
	}
	for k := 1; k+2 < len(p); k += 3 {
		s.raw("C")
		for j, q := range p[k : k+3] {
			if j > 0 {
				s.raw(" ")
			}
			s.num(q.X).raw(" ").num(q.Y)
		}
	}
}

// Run writes an edge of a job.
func (s *writer) Run(l *layout.Line, r *diagram.Run) {
	s.raw(`<path class="run run-` + r.Outcome.Name() + `"`)
	if s.theme != nil {
		s.colors("none", s.theme.Runs[r.Outcome], paint.RunWidth(s.d, r.Outcome)).runDashes(r.Outcome)
	}
	s.raw(` d="`)
	s.path(l.Path)
	if l.From < 0 { // of the legend
		s.raw("\"/>\n")
		return
	}
	s.raw(`"><title>`).esc(s.d.Diagram.RunTooltip(l.From, l.To, r)).raw("</title></path>\n")
}

// Chip writes a box that stands for runs of jobs.
func (s *writer) Chip(c *layout.Chip, edges []int) {
	fill, stroke, text := paint.ChipColors(c, s.theme)
	name := c.Outcome.Name()
	s.raw(`<g class="chip chip-` + name + `">`)
	if len(edges) > 0 {
		s.raw("<title>").esc(s.d.Diagram.RunsTooltip(edges)).raw("</title>")
	}
	s.raw(`<rect class="run run-` + name + `" x="`).num(c.Center.X - c.W/2).raw(`" y="`).num(c.Center.Y - c.H/2)
	s.raw(`" width="`).num(c.W).raw(`" height="`).num(c.H).raw(`" rx="`).num(paint.ChipCorner(c)).raw(`"`)
	s.colors(fill, stroke, paint.RunWidth(s.d, c.Outcome)).runDashes(c.Outcome).raw("/>")
	s.mark(paint.ChipGlyph(c), c.Mark(), stroke)
	if label := c.Label(); label.String != "" {
		s.textLines(label, ` fill="`+text+`"`)
	}
	s.raw("</g>\n")
}

// runDashes writes the attribute for the dashes of an outcome.
func (s *writer) runDashes(o diagram.Outcome) *writer {
	for i, d := range paint.RunDashes(s.d, o) {
		s.raw([]string{` stroke-dasharray="`, " "}[min(i, 1)]).num(d)
	}
	if paint.RunDashes(s.d, o) != nil {
		s.raw(`"`)
	}
	return s
}

func (s *writer) Count(l *layout.Line) {
	t := *l.Count
	w, h := paint.CountSize(t)
	s.raw(`<g class="count"><rect x="`).num(t.Center.X - w/2).raw(`" y="`).num(t.Center.Y - h/2)
	s.raw(`" width="`).num(w).raw(`" height="`).num(h).raw(`" rx="`).num(h/2).raw(`"`).colors(s.theme.Page, s.theme.FaintEdge, 0.5).raw(`/>`)
	s.textLines(t, ` fill="`+s.theme.Title+`"`)
	s.raw("</g>\n")
}

func (s *writer) Begin(class string) { s.raw(`<g class="` + class + "\">\n") }
func (s *writer) End()               { s.raw("</g>\n") }

func (s *writer) Area(h *layout.Area) {
	class := []string{layout.Ground: "hull", layout.Apart: "hull apart", layout.Bare: "bare", layout.Tag: "hull"}[h.Look]
	if i := paint.AreaTint(h, s.theme); i >= 0 {
		class += " " + tintClass(i)
	}
	if paint.Rectangular(h) {
		lo, hi := h.Path[0], h.Path[2]
		s.raw(`<rect class="` + class + `" x="`).num(lo.X).raw(`" y="`).num(lo.Y)
		s.raw(`" width="`).num(hi.X - lo.X).raw(`" height="`).num(hi.Y - lo.Y).raw(`" rx="`).num(h.Corner).raw(`"`)
		s.areaColors(h)
		s.raw(`><title>`).esc(h.Tooltip()).raw("</title></rect>\n")
		return
	}
	s.raw(`<path class="` + class + `"`)
	s.areaColors(h)
	s.raw(` d="`)
	for i, p := range h.Path {
		s.raw([]string{"M", "L"}[min(i, 1)]).num(p.X).raw(" ").num(p.Y)
	}
	s.raw(`Z"><title>`).esc(h.Tooltip()).raw("</title></path>\n")
}

func (s *writer) areaColors(a *layout.Area) {
	if a.Look == layout.Bare {
		s.raw(` fill="none" pointer-events="all"`)
		return
	}
	fill, stroke, line := paint.AreaStyle(a, s.theme)
	s.colors(fill, stroke, areaWidth)
	if line != diagram.Solid {
		s.raw(` stroke-dasharray="` + dashes(line) + `"`)
	}
}

// colors writes the attributes that a renderer without style sheets needs. The rules of
// the style element take precedence over them.
func (s *writer) colors(fill, stroke string, width float64) *writer {
	return s.raw(` fill="`).raw(fill).raw(`" stroke="`).raw(stroke).raw(`" stroke-width="`).num(width).raw(`"`)
}

// flush writes the buffer, and empties it.
func (s *writer) flush() {
	if s.err == nil {
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

// Swatch returns a small pill with an appearance, as an SVG element for an HTML page
// that has the style element of the picture.
func Swatch(d *diagram.Diagram, t *theme.Theme, a paint.Appearance) string {
	s := &writer{d: &layout.Drawing{Diagram: d}, theme: t}
	b := layout.Box{Center: r2.Vec{X: 11, Y: 7.5}, W: 19, H: 12, Shape: layout.Pill}
	if a.Class.IsJob() {
		b.Shape = layout.Card
	}
	b.Content = &layout.Content{Mark: layout.Mark{Center: b.Center, R: 3.4}}
	if a.ByValue() { // a state has a badge then
		b.Content.Badge = layout.Mark{Center: b.Center, R: 4.6}
	}
	s.Box(a, &b, -1)
	return swatchBegin + string(s.buf) + "</svg>"
}

// RunSwatch returns a short line of an outcome, as [Swatch] returns a pill.
func RunSwatch(o diagram.Outcome) string {
	s := &writer{}
	s.Run(&layout.Line{From: -1, Path: []r2.Vec{{X: 1, Y: 7.5}, {X: 21, Y: 7.5}}}, &diagram.Run{Outcome: o})
	return swatchBegin + string(s.buf) + "</svg>"
}

const swatchBegin = `<svg class="bacviz swatch" viewBox="0 0 22 15" aria-hidden="true">`
