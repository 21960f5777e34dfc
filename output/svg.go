package output

// This file writes SVG: text that searches, scales and copies, with a tooltip
// and a class for each node, and colours that follow the reader's light or dark.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
)

var kindClasses = [...]string{
	layout.HubKind:          "hub",
	layout.HybridKind:       "hybrid",
	layout.RequesterKind:    "requester",
	layout.ComputeKind:      "compute",
	layout.GroupKind:        "group",
	layout.DisconnectedKind: "off",
	layout.PendingKind:      "pending",
	layout.RejectedKind:     "rejected",
	layout.UnlistedKind:     "unlisted",
	layout.JobPendingKind:   "job-pending",
	layout.JobRunningKind:   "job-running",
	layout.JobCompletedKind: "job-completed",
	layout.JobFailedKind:    "job-failed",
	layout.JobStoppedKind:   "job-stopped",
	layout.JobUnknownKind:   "job-unknown",
	layout.SameKind:         "same",
	layout.ChangedKind:      "changed",
	layout.AddedKind:        "added",
	layout.RemovedKind:      "removed",
	layout.ValueKind:        "value",
	layout.RunKind:          "run",
}

func writeSVG(ctx context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	if opt.Graphviz {
		return writeGraphvizSVG(ctx, w, d, opt)
	}
	_, err := w.Write(newSVG(d, opt).buf)
	return err
}

// newSVG paints the whole picture.
func newSVG(d *layout.Drawing, opt Options) *svg {
	s := &svg{d: d, theme: opt.theme(), link: opt.Link}
	if opt.Theme == nil {
		s.dark = &dark
	}
	// An img has no parts for assistive technology: links in it could not be
	// reached. A graphics-document (WAI-ARIA Graphics Module) has; where that is
	// not known, it is a document.
	role := "img"
	if s.link != "" {
		role = "graphics-document document"
	}
	pw, ph := pixels(d, opt.Scale)
	s.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="bacviz" role="` + role + `" width="`).num(pw).raw(`" height="`).num(ph)
	s.raw(`" viewBox="0 0 `).num(d.Width).raw(` `).num(d.Height).raw(`">` + "\n")
	s.raw(`<title>`).esc(display.Printable(d.Name)).raw("</title>\n<desc>").esc(describe(d)).raw("</desc>\n")
	s.styleFrom = len(s.buf) + len("<style>")
	s.styles()
	s.styleTo = len(s.buf) - len("</style>\n")
	paint(d, s)
	s.raw("</svg>\n")
	return s
}

// css is the text of the picture's style element.
func (s *svg) css() string { return string(s.buf[s.styleFrom:s.styleTo]) }

// writeGraphvizSVG hands the placed drawing to Graphviz's own writer.
func writeGraphvizSVG(ctx context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	var dot bytes.Buffer
	if err := encodeDOT(&dot, d, opt, true); err != nil {
		return err
	}
	// nop2 takes the places as they are.
	picture, err := gv.Run(ctx, dot.Bytes(), "nop2", "svg")
	if err != nil {
		return err
	}
	_, err = w.Write(picture)
	return err
}

// describe says in a sentence or two what the picture shows.
func describe(d *layout.Drawing) string {
	var hubs []string
	for i := range d.Boxes {
		if v := d.Boxes[i].Vertex; v.Hub {
			hubs = append(hubs, v.Label)
		}
	}
	s := d.Subtitle.String
	switch n := len(hubs); {
	case n == 1:
		s += ", drawn around the orchestrator " + hubs[0]
	case n > 5:
		s += ", drawn around " + strings.Join(hubs[:5], ", ") + " and " + strconv.Itoa(n-5) + " more"
	case n > 1:
		s += ", drawn around " + strings.Join(hubs, ", ")
	}
	var counts [layout.ValueKind]int
	for i := range d.Boxes {
		counts[layout.KindOf(d.Boxes[i].Vertex)]++
	}
	var odd []string
	for _, k := range []layout.Kind{layout.DisconnectedKind, layout.PendingKind, layout.RejectedKind} {
		if counts[k] > 0 {
			odd = append(odd, fmt.Sprintf("%d %s", counts[k], k))
		}
	}
	if len(odd) > 0 {
		s += "; also drawn: " + strings.Join(odd, ", ")
	}
	var groups []string // the outermost
	for _, g := range d.Topology.Groups() {
		if len(g.Path) == 1 {
			groups = append(groups, fmt.Sprintf("%s (%d)", shorten(g.Name()), g.Count))
		}
	}
	switch n := len(groups); {
	case n > 5:
		s += fmt.Sprintf("; in %d groups", n)
	case n > 0:
		s += fmt.Sprintf("; in %s: %s", count(n, "group"), strings.Join(groups, ", "))
	}
	if n := counts[layout.GroupKind]; n > 0 {
		s += fmt.Sprintf("; %s drawn as one node each", count(n, "group"))
	}
	if c := d.Topology.Coloring; c != nil {
		s += "; colours stand for " + colorName(c)
	}
	return s + "."
}

// svg is a painter that appends to a buffer. Its methods return it, so that
// literal text and escaped values read as one line.
type svg struct {
	d     *layout.Drawing
	theme *Theme
	dark  *Theme // for readers who prefer it; nil if the theme is fixed
	link  string
	buf   []byte

	styleFrom, styleTo int // the text of the style element in buf
}

func (s *svg) raw(t string) *svg {
	s.buf = append(s.buf, t...)
	return s
}

// num appends a number with at most two decimals.
func (s *svg) num(x float64) *svg {
	s.buf = strconv.AppendFloat(s.buf, math.Round(x*100)/100, 'f', -1, 64)
	return s
}

// esc appends text that cannot leave the element or the attribute it is in.
func (s *svg) esc(t string) *svg {
	s.buf = appendEscaped(s.buf, t)
	return s
}

func appendEscaped(buf []byte, t string) []byte {
	for _, r := range t {
		switch {
		case r == '&':
			buf = append(buf, "&amp;"...)
		case r == '<':
			buf = append(buf, "&lt;"...)
		case r == '>':
			buf = append(buf, "&gt;"...)
		case r == '"':
			buf = append(buf, "&#34;"...)
		case r == '\'':
			buf = append(buf, "&#39;"...)
		case r == '\n', r == '\t':
			buf = append(buf, string(r)...)
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0xd800 && r < 0xe000, r == 0xfffe, r == 0xffff:
			buf = append(buf, "\uFFFD"...) // not a character of XML
		default:
			buf = append(buf, string(r)...)
		}
	}
	return buf
}

func (s *svg) styles() {
	s.raw("<style>\n")
	s.raw(".bacviz text{font-family:" + typeface.Family + ";font-kerning:none}\n")
	s.raw(".bacviz .title,.bacviz .hub text,.bacviz .hybrid text,.bacviz .groupname{font-weight:bold}\n")
	if s.d.Topology.Difference { // where a hub has another class
		s.raw(".bacviz .strong text{font-weight:bold}\n")
	}
	_, width := s.theme.edgeStyle(s.d)
	s.raw(".bacviz .edge{fill:none;stroke-width:").num(width).raw("}")
	s.raw(".bacviz .hull{stroke-width:0.7;stroke-linejoin:round}\n")
	s.raw(".bacviz .mark{fill:none;stroke-linecap:round;stroke-dasharray:none}.bacviz .glyph{stroke:none}\n")
	if len(s.d.Hulls) > 0 {
		s.raw(".bacviz .groupname{paint-order:stroke;stroke-linejoin:round;stroke-width:" + fmt.Sprint(haloWidth) + "em}\n")
	}
	s.runStyles()
	s.raw(".bacviz .dashed .outline{stroke-dasharray:" + fmt.Sprint(dashes[0], " ", dashes[1]) + "}\n")
	if s.uses(layout.RemovedKind) {
		s.raw(".bacviz .gone{stroke-dasharray:" + fmt.Sprint(dashes[0], " ", dashes[1]) + "}\n")
	}
	s.colors(s.theme, nil)
	if s.dark != nil {
		s.raw("@media (prefers-color-scheme:dark){\n")
		s.colors(s.dark, s.theme)
		s.raw("}\n")
	}
	s.raw("</style>\n")
}

// colors writes the rules for a theme, where they differ from another's.
func (s *svg) colors(t, from *Theme) {
	s.raw(".bacviz .page{fill:" + t.page + "}")
	s.raw(".bacviz .title,.bacviz .name,.bacviz .groupname{fill:" + t.title + "}")
	s.raw(".bacviz .subtitle{fill:" + t.subtitle + "}")
	edge, _ := t.edgeStyle(s.d)
	s.raw(".bacviz .edge{stroke:" + edge + "}\n")
	if s.uses(layout.RemovedKind) {
		s.raw(".bacviz .gone{stroke:" + t.goneEdge(s.d) + "}\n")
	}
	if len(s.d.Hulls) > 0 {
		s.raw(".bacviz .hull{fill:" + t.hull + ";stroke:" + t.hullEdge + "}.bacviz .groupname{stroke:" + t.page + "}\n")
	}
	for k := range t.kinds {
		if st := t.kinds[k]; s.uses(layout.Kind(k)) && !layout.Kind(k).IsJob() {
			s.dimRule(t, kindClasses[k], st)
		}
		if st := t.kinds[k]; s.uses(layout.Kind(k)) && (from == nil || from.kinds[k] != st) {
			s.rule(kindClasses[k], st)
			if layout.Kind(k) == layout.ChangedKind || layout.Kind(k).IsJob() {
				s.raw(".bacviz ." + kindClasses[k] + " .glyph{fill:" + st.text + "}\n")
			}
		}
	}
	s.runColors(t)
	if c := s.d.Topology.Coloring; c != nil {
		s.rule("unknown", t.styleOf(c, layout.ValueKind, -1, 0))
		s.dimRule(t, "unknown", t.styleOf(c, layout.ValueKind, -1, 0))
		for i := range t.fills(c) {
			st := t.styleOf(c, layout.ValueKind, i, float64(i)/float64(len(t.amounts)-1))
			s.rule(fillClass(i), st)
			s.raw(".bacviz ." + fillClass(i) + " .glyph{fill:" + st.text + "}\n")
			s.dimRule(t, fillClass(i), st)
		}
		s.rule("state.badge", t.badgeStyle()) // two classes win over those of the node
	}
}

// fillClass is the class of a node or a swatch whose colour stands for a value:
// one for each fill of the theme, for a page with a strict Content-Security-Policy
// may forbid styles of its own to an element.
func fillClass(i int) string { return "v" + strconv.Itoa(i) }

// rule writes the rules of a class, or of several that an element has, with dots
// between them.
func (s *svg) rule(class string, st style) {
	s.raw(".bacviz ." + class + "{fill:" + st.fill + ";stroke:" + st.stroke + ";stroke-width:").num(st.width).raw("}")
	s.raw(".bacviz ." + class + " text{fill:" + st.text + ";stroke:none}")
	s.raw(".bacviz ." + class + " .mark{stroke:" + st.text + "}\n")
}

// uses reports whether a kind is in the picture. The legend lists what is.
func (s *svg) uses(k layout.Kind) bool {
	return k == layout.ComputeKind || slices.ContainsFunc(s.d.Legend, func(e layout.Entry) bool { return e.Kind == k }) ||
		k == layout.GroupKind && s.d.Topology.Coloring != nil
}

// runStyles writes the rules for the edges of jobs that all themes share, and
// runColors those for a theme.
func (s *svg) runStyles() {
	if s.d.Topology.Jobs() == 0 {
		return
	}
	s.raw(".bacviz .job text,.bacviz .count text{font-weight:bold}\n")
	s.raw(".bacviz .run{fill:none}.bacviz .count rect{stroke-width:0.5}\n")
	for _, o := range s.outcomes() {
		s.raw(".bacviz .run-" + outcomeName(o) + "{stroke-width:").num(runWidth(s.d, o))
		for i, d := range runLines[o].dashes {
			s.raw([]string{";stroke-dasharray:", " "}[min(i, 1)]).num(d)
		}
		s.raw("}")
	}
	s.raw("\n")
}

func (s *svg) runColors(t *Theme) {
	for _, o := range s.outcomes() {
		s.raw(".bacviz .run-" + outcomeName(o) + "{stroke:" + t.runs[o] + "}")
	}
	if len(s.d.Topology.Runs()) > 0 {
		s.raw(".bacviz .count rect{fill:" + t.page + ";stroke:" + t.faintEdge + "}.bacviz .count text{fill:" + t.title + "}\n")
	}
}

// outcomes are those of the edges of jobs, as the legend lists them.
func (s *svg) outcomes() (all []graph.Outcome) {
	for i := range s.d.Legend {
		if e := &s.d.Legend[i]; e.Kind == layout.RunKind {
			all = append(all, e.Outcome)
		}
	}
	return all
}

// dimRule writes the rule for those of a class that took no part in any job.
func (s *svg) dimRule(t *Theme, class string, st style) {
	if s.d.Topology.Jobs() > 0 {
		st = t.dim(st)
		s.rule("dim."+class, st)
		s.raw(".bacviz .dim." + class + " .glyph{fill:" + st.text + "}\n")
	}
}

func (s *svg) page() {
	s.raw(`<rect class="page" width="`).num(s.d.Width).raw(`" height="`).num(s.d.Height).raw("\"/>\n")
}

func (s *svg) text(class textClass, t layout.Text) {
	s.textLines(t, ` class="`+string(class)+`"`)
	s.raw("\n")
}

// textLines writes a text with attributes, an element for each line: viewers do
// not agree on the textLength of a part of one.
func (s *svg) textLines(t layout.Text, attributes string) {
	for _, l := range t.Lines() {
		s.raw("<text" + attributes)
		if typeface.RightToLeft(l.String) { // it starts at the right
			s.raw(` direction="rtl" x="`).num(l.Left() + l.Width)
		} else {
			s.raw(` x="`).num(l.Left())
		}
		s.raw(`" y="`).num(l.Baseline()).raw(`" font-size="`).num(l.Size)
		// The width is that of the embedded fonts, whichever the viewer has.
		s.raw(`" textLength="`).num(l.Width).raw(`" lengthAdjust="spacingAndGlyphs">`).esc(l.String).raw("</text>")
	}
}

func (s *svg) edges(lines []layout.Line, gone bool) {
	if len(lines) == 0 {
		return
	}
	class := "edge"
	if gone {
		class += " gone"
	}
	s.raw(`<path class="` + class + `" d="`)
	for i := range lines {
		s.path(lines[i].Path)
	}
	s.raw("\"/>\n")
}

func (s *svg) path(p []layout.Point) {
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

func (s *svg) run(l *layout.Line) {
	s.raw(`<path class="run run-` + outcomeName(l.Run.Outcome) + `" d="`)
	s.path(l.Path)
	if l.From < 0 { // of the legend
		s.raw("\"/>\n")
		return
	}
	s.raw(`"><title>`).esc(runTooltip(s.d, l)).raw("</title></path>\n")
}

// runTooltip says how a job went on a node.
func runTooltip(d *layout.Drawing, l *layout.Line) string {
	return d.Boxes[l.From].Vertex.Label + " on " + d.Boxes[l.To].Vertex.Label + ": " + runWords(l.Run)
}

func runWords(r *graph.Run) string {
	if !r.Ran() {
		return r.Words() + "; did not run there"
	}
	return r.Words()
}

// countRoom is how large the field around a number of executions is.
func countRoom(t layout.Text) (w, h float64) { return t.Width + 0.6*t.Size, t.Size * 1.3 }

func (s *svg) count(l *layout.Line) {
	t := l.Count
	w, h := countRoom(t)
	s.raw(`<g class="count"><rect x="`).num(t.Center.X - w/2).raw(`" y="`).num(t.Center.Y - h/2)
	s.raw(`" width="`).num(w).raw(`" height="`).num(h).raw(`" rx="`).num(h / 2).raw(`"/>`)
	s.textLines(t, "")
	s.raw("</g>\n")
}

func (s *svg) group(class string) { s.raw(`<g class="` + class + "\">\n") }
func (s *svg) groupEnd()          { s.raw("</g>\n") }

func (s *svg) hull(h *layout.Hull) {
	s.raw(`<path class="hull" d="`)
	for i, p := range h.Path {
		s.raw([]string{"M", "L"}[min(i, 1)]).num(p.X).raw(" ").num(p.Y)
	}
	s.raw(`Z"><title>`).esc(h.Tooltip()).raw("</title></path>\n")
}

func (s *svg) box(l look, b *layout.Box) {
	st := l.style(s.theme)
	link := linkTo(s.link, b.Vertex)
	if link != "" {
		s.raw(`<a href="`).esc(link).raw(`">`)
	}
	s.raw(`<g class="`)
	if b.Vertex != nil {
		s.raw("node ")
	}
	if l.kind.IsJob() {
		s.raw("job ")
	}
	if l.dim {
		s.raw("dim ")
	}
	switch {
	case !l.byValue():
		s.raw(kindClasses[l.kind])
	case l.value < 0 || l.value >= s.theme.distinct() && !l.coloring.Amount:
		s.raw("unknown")
	default:
		s.raw("compute " + fillClass(s.theme.fillOf(l.coloring, l.value, l.amount)))
	}
	if l.dashed {
		s.raw(" dashed")
	}
	if b.Vertex != nil && b.Vertex.Hub && s.d.Topology.Difference {
		s.raw(" strong")
	}
	s.raw(`">`)
	if b.Vertex != nil {
		s.raw("<title>").esc(tooltip(b.Vertex)).raw("</title>")
	}
	x, y := b.Center.X, b.Center.Y
	if b.Shape == layout.Dot {
		s.raw(`<circle class="outline" cx="`).num(x).raw(`" cy="`).num(y).raw(`" r="`).num(b.W / 2).raw(`"`)
	} else {
		s.raw(`<rect class="outline" x="`).num(x - b.W/2).raw(`" y="`).num(y - b.H/2).raw(`" width="`).num(b.W).raw(`" height="`).num(b.H)
		s.raw(`" rx="`).num(corner(b)).raw(`"`)
	}
	// No rule sets this on the outline itself: it would win over the attribute.
	if w := strokeOf(st, b); w < st.width {
		s.raw(` stroke-width="`).num(w).raw(`"`)
	}
	s.raw("/>")
	s.mark(l.glyph(s.theme, b.Mark), b.Mark)
	if g := l.kindGlyph(badgeMark(b)); !g.empty() {
		s.raw(`<g class="state badge"><circle cx="`).num(b.Badge.Center.X).raw(`" cy="`).num(b.Badge.Center.Y)
		s.raw(`" r="`).num(b.Badge.R).raw(`" stroke-width="`).num(badgeStroke(b)).raw(`"/>`)
		s.mark(g, badgeMark(b))
		s.raw("</g>")
	}
	if b.Label.String != "" {
		s.textLines(b.Label, "")
	}
	s.raw("</g>")
	if link != "" {
		s.raw("</a>")
	}
	s.raw("\n")
}

// mark writes a glyph.
func (s *svg) mark(g glyph, m layout.Mark) {
	if g.circle {
		s.raw(`<circle class="mark" cx="`).num(m.Center.X).raw(`" cy="`).num(m.Center.Y).raw(`" r="`).num(m.R * 0.95)
		s.raw(`" stroke-width="`).num(m.R * markWidth).raw(`"/>`)
	}
	if len(g.strokes) > 0 {
		s.raw(`<path class="mark" d="`)
		for _, l := range g.strokes {
			s.raw("M").num(l[0].X).raw(" ").num(l[0].Y).raw("L").num(l[1].X).raw(" ").num(l[1].Y)
		}
		s.raw(`" stroke-width="`).num(m.R * markWidth).raw(`"/>`)
	}
	if len(g.filled) > 0 {
		s.raw(`<path class="glyph" d="`)
		for i, p := range g.filled {
			s.raw([]string{"M", "L"}[min(i, 1)]).num(p.X).raw(" ").num(p.Y)
		}
		s.raw(`Z"/>`)
	}
}

// tooltip is what a reader who points at a node is told.
func tooltip(v *graph.Vertex) string {
	n := v.Node
	var b strings.Builder
	b.WriteString(display.Printable(v.NodeID()))
	b.WriteString("\n" + string(v.Role))
	if v.Job != nil {
		return b.String() + jobTooltip(v.Job)
	}
	switch {
	case v.Members != nil:
		b.WriteString(", " + layout.Connected(v.Members.Connected, v.Members.Count))
	case len(n.Sightings) == 0:
		b.WriteString(", in no node list")
	case v.Role != graph.Requester:
		b.WriteString(", " + state(string(v.Connection)))
		if v.Membership != "" && v.Membership != cluster.Approved {
			b.WriteString(", " + state(string(v.Membership)))
		}
	}
	if v.Change != "" {
		b.WriteString("\n" + changeWords[v.Change])
		for _, w := range v.Words {
			b.WriteString("\n" + display.Printable(w))
		}
	}
	if n.Version != "" {
		b.WriteString("\nversion " + display.Printable(n.Version))
	}
	for _, k := range sortedKeys(n.Labels) {
		b.WriteString("\n" + display.Printable(k) + "=" + display.Printable(n.Labels[k]))
	}
	return b.String()
}

// jobTooltip is what a reader is told of a job besides its ID.
func jobTooltip(j *cluster.Job) string {
	var b strings.Builder
	b.WriteString(" " + display.Printable(j.Name) + ", " + state(string(j.State)))
	for _, line := range [][2]string{{"type", j.Type}, {"engines", strings.Join(j.Engines, ", ")}} {
		if line[1] != "" {
			b.WriteString("\n" + line[0] + " " + display.Printable(line[1]))
		}
	}
	b.WriteString("\n" + count(len(j.Executions), "execution"))
	return b.String()
}

// changeWords say what became of a node.
var changeWords = map[graph.Change]string{
	graph.Same: "the same as before", graph.Added: "came", graph.Removed: "went", graph.Changed: "changed",
}

func state(word string) string {
	if word == "" {
		return "state unknown"
	}
	return strings.ToLower(display.Printable(word))
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
