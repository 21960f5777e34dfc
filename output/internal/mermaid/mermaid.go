// Package mermaid writes the diagram of a drawing as a flowchart of Mermaid, which GitHub,
// GitLab and many wikis draw. Package markdown puts it into a document.
package mermaid

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/flowchart"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Mermaid does not draw larger diagrams. These are the defaults of maxEdges and
// maxTextSize in its configuration.
const (
	mermaidEdges      = 500
	mermaidCharacters = 50000
)

// oneColumn is the most nodes in one column, which are about 1,500 pixels.
const oneColumn = 16

// Write writes the diagram of a drawing as source for Mermaid.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	source, err := New(ctx, d, opt, d.Diagram.Heading())
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, source.Text)
	return err
}

// A Source is the source of a diagram.
type Source struct {
	Text string
	Note string // why nodes were collapsed; empty if none were
}

// New returns the source of a flowchart with every node or, if Mermaid or the limit allows no
// such text, without second lines, or else with one node for each group of similar nodes. An
// empty title is left out. It returns ctx.Err() if ctx ends first, and an error that wraps
// [paint.ErrLimit] if nothing stays within the limit.
func New(ctx context.Context, d *layout.Drawing, opt paint.Options, title string) (Source, error) {
	limit := mermaidCharacters
	if opt.Limit > 0 {
		limit = min(limit, opt.Limit)
	}
	for _, details := range []bool{true, false} {
		chart, err := flowchart.Of(ctx, d, flowchart.Options{Details: details, Column: oneColumn})
		if err != nil {
			return Source{}, err
		}
		f := newScript(chart, d, opt.Colors(), title)
		if !details {
			f.comment = fmt.Sprintf("Without capacities, to stay within %d characters.", limit)
		}
		if f.fits(limit) {
			return Source{Text: f.String()}, nil
		}
		if d.Diagram.CountDetails() == 0 {
			break
		}
	}
	return collapsed(ctx, d, opt, title, limit)
}

// collapsed returns the source of a flowchart with one node for each group of similar nodes.
func collapsed(ctx context.Context, d *layout.Drawing, opt paint.Options, title string, limit int) (Source, error) {
	note := fmt.Sprintf("Collapsed: %s and %s are more than Mermaid draws (at most %d edges and %d characters). The formats svg, json and dot show all of them.",
		display.Count(len(d.Diagram.Nodes), "node"), display.Count(len(d.Diagram.Edges), "edge"), mermaidEdges, limit)
	if limit < mermaidCharacters {
		note = fmt.Sprintf("Collapsed: %s would take more than %d characters.", display.Count(len(d.Diagram.Nodes), "node"), limit)
	}
	depth := 0
	for i := range d.Diagram.Nodes {
		depth = max(depth, len(d.Diagram.Nodes[i].Path()))
	}
	var f *script
	for oneHub := false; ; depth-- {
		if depth < 0 {
			depth, oneHub = 0, true
		}
		chart, err := flowchart.Summary(ctx, d, depth, oneHub)
		if err != nil {
			return Source{}, err
		}
		f = newScript(chart, d, opt.Colors(), title)
		f.note = note
		if f.fits(limit) {
			return Source{f.String(), note}, nil
		}
		if oneHub {
			break
		}
	}
	if opt.Limit > 0 {
		return Source{}, fmt.Errorf("%w: collapsed, the diagram has %d characters, of at most %d", paint.ErrLimit, f.length(), limit)
	}
	return Source{f.String(), note}, nil
}

// A script is a flowchart in Mermaid.
type script struct {
	*flowchart.Chart
	title, note string
	comment     string                       // which the reader of the source sees
	edge        string                       // the colour of edges
	runs        [diagram.OutcomeCount]string // the styles of edges of jobs
	trayIDs     []string                     // of the subgraphs of trays, once they are written
	areas       string                       // the style of groups
	of          []string                     // the class of each node
	classes     []string                     // their definitions
	names       map[string]int               // number of classes with a name
	byStyle     map[string]string
}

func newScript(chart *flowchart.Chart, d *layout.Drawing, t *theme.Theme, title string) *script {
	color, _ := paint.EdgeStyle(d, t)
	f := &script{
		Chart: chart, title: title, edge: color, areas: fmt.Sprintf("fill:%s,stroke:%s,color:%s", t.Area, t.AreaEdge, t.Title),
		names: make(map[string]int), byStyle: make(map[string]string),
	}
	for _, o := range diagram.Outcomes() {
		f.runs[o] = fmt.Sprintf("stroke:%s,stroke-width:%spx", t.Runs[o], decimals(paint.UsualRunWidth(o)))
	}
	for i := range chart.Nodes {
		f.of = append(f.of, f.class(chart.Nodes[i].Look, t))
	}
	return f
}

// class returns the name of the Mermaid class for an appearance, and defines it if it is
// new.
func (f *script) class(a paint.Appearance, t *theme.Theme) string {
	st := a.Style(t)
	css := fmt.Sprintf("fill:%s,stroke:%s,stroke-width:%spx,color:%s", st.Fill, st.Stroke, decimals(max(1, st.Width*1.5)), st.Text)
	if dashes := paint.OutlineDashes(a.Line); dashes != nil {
		css += fmt.Sprintf(",stroke-dasharray:%g %g", dashes[0]*2, dashes[1]*2)
	}
	if name, ok := f.byStyle[css]; ok {
		return name
	}
	name := a.Class.CSS()
	if a.Dim {
		name += "-dim"
	}
	f.names[name]++
	if n := f.names[name]; n > 1 {
		name += strconv.Itoa(n)
	}
	f.byStyle[css] = name
	f.classes = append(f.classes, "classDef "+name+" "+css)
	return name
}

// outlines are the brackets around the text of a node of each shape. Shapes distinguish
// classes without colours.
var outlines = map[diagram.Shape][2]string{
	diagram.Stadium:       {`(["`, `"])`},
	diagram.Hexagon:       {`{{"`, `"}}`},
	diagram.Subroutine:    {`[["`, `"]]`},
	diagram.Rectangle:     {`["`, `"]`},
	diagram.Parallelogram: {`[/"`, `"/]`},
}

// arrow returns the operator for the edge of an outcome: thick, dotted or plain.
func arrow(o diagram.Outcome) string {
	switch {
	case o == diagram.RunFailed:
		return "==="
	case o.Line() != diagram.Solid:
		return "-.-"
	}
	return "---"
}

// decimals returns a number with at most three decimals.
func decimals(x float64) string { return strconv.FormatFloat(math.Round(x*1000)/1000, 'f', -1, 64) }

// mermaidText returns a text in which all but letters, digits and harmless characters are
// escaped as numbers. Mermaid restores them after it has parsed the diagram, and the
// Markdown and HTML in labels. In the text of an icon, which Mermaid looks for after that,
// a space without a width is added.
func mermaidText(s string) string {
	var b strings.Builder
	runes := []rune(icon().ReplaceAllString(display.Printable(s), "$1:\u200b$2"))
	for i, r := range runes {
		inner := i > 0 && i < len(runes)-1
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), inner && strings.ContainsRune("-,(/…×·", r):
			b.WriteRune(r)
		case inner && strings.ContainsRune(" .)", r) && runes[i+1] != ' ': // no "1. " or "1) ", which begin a list
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

// icon matches the beginning of what Mermaid replaces by a picture from an icon font, such
// as fa:fa-server. Where the font is missing, nothing is drawn.
var icon = lazy.Regexp(`(fa[a-z]?):(fa-)`)

// yamlString returns a text as a double-quoted string of YAML.
func yamlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range display.Printable(s) {
		switch {
		case r > '~', r > ' ' && r <= '/' && !strings.ContainsRune(`"#%&`, r), r == ' ', r == ':', unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\x%02X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
