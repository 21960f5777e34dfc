// Package d2 writes the diagram of a drawing as source for D2, which arranges it anew: groups
// are containers, and the classes of nodes are classes.
package d2

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/flowchart"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Write writes the diagram of a drawing as source for D2.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	chart, err := flowchart.Of(ctx, d, flowchart.Options{Details: true, Column: oneColumn})
	if err != nil {
		return err
	}
	s := &script{Chart: chart, d: d, opt: opt, theme: opt.Colors(), paths: make([]string, len(chart.Nodes)), trays: make([]string, len(chart.Trays)), classOf: make(map[string]string), numbers: make(map[string]int)}
	s.writeHead()
	s.writeNodes(ctx)
	s.writeEdges(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err = io.WriteString(w, s.b.String())
	return err
}

// oneColumn is the most nodes in one column: D2 leaves more room between them than they take.
const oneColumn = 6

// A script is a flowchart in D2.
type script struct {
	*flowchart.Chart
	d       *layout.Drawing
	opt     paint.Options
	theme   *theme.Theme
	b       strings.Builder
	paths   []string          // of the nodes: their IDs behind those of their containers
	trays   []string          // the paths of the containers of trays
	classOf map[string]string // names of classes by their style
	numbers map[string]int    // of classes with a name
}

// quote returns printable text as a string of D2, in which nothing is replaced. Line ends
// stay.
func quote(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = escapes.Replace(display.Printable(l))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`)

// writeHead writes the title, the page and the classes.
func (s *script) writeHead() {
	s.b.WriteString("direction: right\n")
	if !s.theme.Transparent {
		fmt.Fprintf(&s.b, "style.fill: %q\n", s.theme.Page)
	}
	fmt.Fprintf(&s.b, "title: %s {shape: text; near: top-center; style: {font-size: 24; bold: true; font-color: %q}}\n", quote(s.d.Diagram.Heading()), s.theme.Title)
	s.b.WriteString("classes: {\n")
	fmt.Fprintf(&s.b, "  area: {style: {fill: %q; stroke: %q; font-color: %q}}\n", s.theme.Area, s.theme.AreaEdge, s.theme.Title)
	for i := range s.Nodes {
		look := s.Nodes[i].Look
		style := s.style(look)
		if s.classOf[style] != "" {
			continue
		}
		name := look.Class.CSS()
		if look.Dim {
			name += "-dim"
		}
		s.numbers[name]++
		if n := s.numbers[name]; n > 1 {
			name += strconv.Itoa(n)
		}
		s.classOf[style] = name
		fmt.Fprintf(&s.b, "  %s: %s\n", name, style)
	}
	s.b.WriteString("}\n")
}

// shapes are the shapes of nodes. They distinguish classes without colours.
var shapes = map[diagram.Shape]string{
	diagram.Stadium:       "style.border-radius: 20",
	diagram.Hexagon:       "shape: hexagon",
	diagram.Subroutine:    "style.double-border: true",
	diagram.Rectangle:     "style.border-radius: 0",
	diagram.Parallelogram: "shape: parallelogram",
}

// style returns the definition of a class. Widths and dashes are whole numbers in D2.
func (s *script) style(look paint.Appearance) string {
	st := look.Style(s.theme)
	dash := ""
	if dashes := paint.OutlineDashes(look.Line); dashes != nil {
		dash = fmt.Sprintf("; stroke-dash: %.0f", math.Ceil(dashes[0]*1.5))
	}
	return fmt.Sprintf("{%s; style: {fill: %q; stroke: %q; stroke-width: %.0f; font-color: %q%s}}",
		shapes[look.Class.Shape()], st.Fill, st.Stroke, max(1, math.Round(st.Width*1.5)), st.Text, dash)
}

// writeNodes writes the nodes, within containers for their groups. IDs are numbers, so that no
// name can be mistaken for a word of D2.
func (s *script) writeNodes(ctx context.Context) {
	order := flowchart.ByGroup(len(s.Nodes), func(i int) []string { return s.Nodes[i].Group })
	var open, ids []string
	containers := 0
	enter := func(group []string, tray int) {
		shared := 0
		for shared < min(len(open), len(group)) && open[shared] == group[shared] {
			shared++
		}
		for len(open) > shared {
			open, ids = open[:len(open)-1], ids[:len(ids)-1]
			s.line(len(open), "}")
		}
		for i, name := range group[shared:] {
			id := "g" + strconv.Itoa(containers)
			containers++
			s.line(len(open), id+": "+quote(flowchart.GroupTitle(name))+" {")
			open, ids = append(open, name), append(ids, id)
			grid := ""
			if tray > 0 && shared+i == len(group)-1 {
				s.trays[tray-1] = strings.Join(ids, ".")
				grid = fmt.Sprintf("; grid-columns: %d; grid-gap: 16", columns(len(s.Trays[tray-1].Nodes)))
				if s.Trays[tray-1].Title != "" { // D2 does not make room for it
					grid += "; style.font-size: 16"
				}
			}
			s.line(len(open), "class: area"+grid)
		}
	}
	for k := range interrupt.Range(ctx, len(order)) {
		i := order[k]
		n := &s.Nodes[i]
		enter(n.Group, n.Tray)
		id := "n" + strconv.Itoa(i)
		s.paths[i] = strings.Join(append(ids[:len(ids):len(ids)], id), ".")
		label, link := strings.Join(n.Lines, "\n"), ""
		if to := s.opt.LinkTo(&s.d.Diagram.Nodes[n.Index]); to != "" && !isAddress(label) {
			link = "; link: " + quote(to)
		}
		s.line(len(open), id+": "+quote(label)+" {class: "+s.classOf[s.style(n.Look)]+link+"}")
	}
	enter(nil, 0)
}

// isAddress reports whether D2 takes a label for an address, and then refuses a link to another.
func isAddress(label string) bool {
	u, err := url.ParseRequestURI(label)
	return err == nil && u.Host != ""
}

// columns returns the number of columns of a grid of nodes, which are about three times as
// wide as high.
func columns(nodes int) int { return max(2, int(math.Ceil(math.Sqrt(float64(nodes)/2)))) }

// line writes a line within some containers.
func (s *script) line(depth int, text string) {
	s.b.WriteString(strings.Repeat("  ", depth) + text + "\n")
}

// writeEdges writes the edges.
func (s *script) writeEdges(ctx context.Context) {
	color, _ := paint.EdgeStyle(s.d, s.theme)
	for k := range interrupt.Range(ctx, len(s.Edges)) {
		e := &s.Edges[k]
		to, label, style := s.paths[e.To], ":", fmt.Sprintf("stroke: %q; stroke-width: 1", color)
		switch {
		case e.Run != nil:
			o := e.Run.Outcome
			label = ": " + quote(flowchart.RunText(e.Run))
			style = fmt.Sprintf("stroke: %q; stroke-width: %.0f", s.theme.Runs[o], math.Ceil(paint.UsualRunWidth(o)))
			if o.Line() != diagram.Solid {
				style += "; stroke-dash: 4"
			}
		case e.Removed:
			style += "; stroke-dash: 4"
		}
		if e.Tray > 0 {
			to, style = s.trays[e.Tray-1], strings.Replace(style, "stroke-width: 1", "stroke-width: 3", 1)
		}
		s.line(0, s.paths[e.From]+" -- "+to+label+" {style: {"+style+"}}")
	}
}
