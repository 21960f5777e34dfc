// Package mermaid writes the diagram of a drawing as a flowchart of Mermaid, which GitHub,
// GitLab and many wikis draw. Package markdown puts it into a document.
package mermaid

import (
	"context"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Mermaid does not draw larger diagrams. These are the defaults of maxEdges and
// maxTextSize in its configuration.
const (
	mermaidEdges      = 500
	mermaidCharacters = 50000
)

// Write writes the diagram of a drawing as source for Mermaid.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	source, err := New(ctx, d, opt.Colors(), d.Diagram.Heading())
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

// New returns the source of a flowchart with every node or, if Mermaid would not draw
// that many, with one node for each group of similar nodes. An empty title is left out.
// It returns ctx.Err() if ctx ends first.
func New(ctx context.Context, d *layout.Drawing, t *theme.Theme, title string) (Source, error) {
	f, err := flowchartOf(ctx, d, t, title)
	if err != nil {
		return Source{}, err
	}
	if f.fits() {
		return Source{Text: f.String()}, nil
	}
	depth := 0
	for i := range d.Diagram.Nodes {
		depth = max(depth, len(d.Diagram.Nodes[i].Group))
	}
	note := fmt.Sprintf("Collapsed: %s and %s are more than Mermaid draws (at most %d edges and %d characters). The formats svg, json and dot show all of them.",
		display.Count(len(d.Diagram.Nodes), "node"), display.Count(len(d.Diagram.Edges), "edge"), mermaidEdges, mermaidCharacters)
	for ; depth >= 0; depth-- {
		if f, err = summaryOf(ctx, d, t, title, note, depth, false); err != nil || f.fits() {
			break
		}
	}
	if depth < 0 {
		f, err = summaryOf(ctx, d, t, title, note, 0, true)
	}
	if err != nil {
		return Source{}, err
	}
	return Source{f.String(), note}, nil
}

// A flowchart is a diagram of Mermaid.
type flowchart struct {
	title, note string
	edge        string                       // its colour
	runs        [diagram.OutcomeCount]string // the styles of edges of jobs
	nodes       []flowNode
	edges       []flowEdge
	trays       []tray
	areas       string         // the style of groups
	classes     []string       // their definitions
	names       map[string]int // number of classes with a name
	byStyle     map[string]string
}

// A flowEdge joins a hub or a job to a node.
type flowEdge struct {
	from, to int
	tray     int          // that it leads to instead of a node, counted from 1; 0 for none
	removed  bool         // of a removed node
	hidden   bool         // it only makes Mermaid place one node behind another
	run      *diagram.Run // of a job; nil for an edge of a hub
}

type flowNode struct {
	lines []string
	shape [2]string
	class string
	group []string // the groups it is in, outermost first
	hub   bool
	tray  int // that it is in, counted from 1; 0 for none
	near  int // 1 more than the index of a hub that it is drawn near; 0 for any
}

func newFlowchart(d *layout.Drawing, t *theme.Theme, title string) *flowchart {
	color, _ := paint.EdgeStyle(d, t)
	f := &flowchart{title: title, edge: color, areas: fmt.Sprintf("fill:%s,stroke:%s,color:%s", t.Area, t.AreaEdge, t.Title), names: make(map[string]int), byStyle: make(map[string]string)}
	for _, o := range diagram.Outcomes() {
		f.runs[o] = fmt.Sprintf("stroke:%s,stroke-width:%spx", t.Runs[o], decimals(paint.UsualRunWidth(o)))
	}
	return f
}

// class returns the name of the Mermaid class for an appearance, and defines it if it is
// new.
func (f *flowchart) class(a paint.Appearance, t *theme.Theme) string {
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

// flowchartOf returns a flowchart with all nodes of the diagram.
func flowchartOf(ctx context.Context, d *layout.Drawing, t *theme.Theme, title string) (*flowchart, error) {
	f := newFlowchart(d, t, title)
	for i := range interrupt.Range(ctx, len(d.Diagram.Nodes)) {
		v := &d.Diagram.Nodes[i]
		n := flowNode{lines: []string{v.Label}, shape: outlines[v.Class.Shape()], class: f.class(paint.NodeAppearance(d, i), t), group: v.Group, hub: v.Hub, near: v.Near}
		if words := d.Diagram.StateWords(i); len(words) > 0 {
			n.lines = append(n.lines, strings.Join(words, ", "))
		}
		if s := v.Detail(); s != "" {
			n.lines = append(n.lines, display.Printable(s))
		}
		f.nodes = append(f.nodes, n)
	}
	if err := ctx.Err(); err != nil { // not all nodes are there
		return nil, err
	}
	for _, e := range d.Diagram.Edges {
		f.edges = append(f.edges, flowEdge{from: e.From, to: e.To, removed: e.Removed, run: e.Run})
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // edges may lead to nodes that are missing
	}
	f.gather()
	return f, nil
}

// runText returns the text on an edge of a job.
func runText(r *diagram.Run) string {
	if r.Count > 1 {
		return r.Outcome.String() + " " + diagram.Times(r.Count)
	}
	return r.Outcome.String()
}

// summaryKey returns the key of the bundle of a node, among nodes with the same hubs: its
// group, with at most depth levels, or its class. In a difference it is both, so that
// added nodes have a bundle of their own.
func summaryKey(n *diagram.Node, depth int) (key string, grouped bool) {
	class := n.Class.String()
	if n.Idle {
		class += ", " + diagram.NoExecutions
	}
	if depth == 0 || len(n.Group) == 0 {
		return class, false
	}
	group := strings.Join(n.Group[:min(depth, len(n.Group))], " / ")
	if n.Change != diagram.NoChange {
		return class + " in " + display.Shorten(group), false
	}
	return group, true
}

// byGroup returns the indexes below n, sorted by group.
func byGroup(n int, group func(i int) []string) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return natural.ComparePaths(group(a), group(b)) })
	return order
}

// A bundle is similar nodes with the same hubs, which a summary draws as one node.
type bundle struct {
	node, count, connected, awaiting int
	grouped                          bool
}

// A summary is a flowchart with a node for each hub, or one for all of them, and one for
// each bundle.
type summary struct {
	*flowchart
	d       *layout.Drawing
	theme   *theme.Theme
	depth   int
	oneHub  bool
	index   map[int]int // of a node in the flowchart, by its index in the diagram
	bundles map[string]*bundle
	order   []*bundle
}

func summaryOf(ctx context.Context, d *layout.Drawing, t *theme.Theme, title, note string, depth int, oneHub bool) (*flowchart, error) {
	s := &summary{
		flowchart: newFlowchart(d, t, title), d: d, theme: t, depth: depth, oneHub: oneHub,
		index: make(map[int]int), bundles: make(map[string]*bundle),
	}
	s.note = note
	nodes := d.Diagram.Nodes
	s.addHubs()
	order := byGroup(len(nodes), func(i int) []string { return nodes[i].Group })
	for k := range interrupt.Range(ctx, len(order)) {
		i := order[k]
		if !nodes[i].Hub {
			s.add(i)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.addRuns()
	for _, b := range s.order {
		n := &s.nodes[b.node]
		if b.grouped {
			n.lines = []string{display.Shorten(n.lines[0]), diagram.ConnectedOf(b.connected, b.awaiting, b.count)}
		} else {
			n.lines[0] = strconv.Itoa(b.count) + " × " + n.lines[0]
		}
	}
	return s.flowchart, nil
}

// addHubs adds a node for each hub, or one with their number.
func (s *summary) addHubs() {
	number := 0
	for i := range s.d.Diagram.Nodes {
		v := &s.d.Diagram.Nodes[i]
		if !v.Hub {
			continue
		}
		number++
		if s.oneHub && number > 1 {
			s.index[i] = 0
			continue
		}
		s.index[i] = len(s.nodes)
		n := flowNode{lines: []string{display.Shorten(v.Label)}, shape: outlines[v.Class.Shape()], class: s.class(paint.NodeAppearance(s.d, i), s.theme), hub: true}
		if words := s.d.Diagram.StateWords(i); len(words) > 0 && !s.oneHub {
			n.lines = append(n.lines, display.Shorten(strings.Join(words, ", ")))
		}
		s.nodes = append(s.nodes, n)
	}
	if s.oneHub && number > 0 {
		s.nodes[0].lines = []string{display.Count(number, diagram.ClassHub.String())}
	}
}

// add adds a node other than the hubs to its bundle.
func (s *summary) add(i int) {
	v := &s.d.Diagram.Nodes[i]
	var at []int
	for _, hub := range v.Hubs {
		if h := s.index[hub]; !slices.Contains(at, h) {
			at = append(at, h)
		}
	}
	name, grouped := summaryKey(v, s.depth)
	key := fmt.Sprint(at, name)
	b := s.bundles[key]
	if b == nil {
		b = &bundle{node: len(s.nodes), grouped: grouped}
		s.bundles[key], s.order = b, append(s.order, b)
		s.nodes = append(s.nodes, flowNode{lines: []string{name}, shape: outlines[v.Class.Shape()], class: s.class(paint.NodeAppearance(s.d, i), s.theme)})
		for _, hub := range at {
			s.edges = append(s.edges, flowEdge{from: hub, to: b.node, removed: v.Change == diagram.Removed})
		}
	}
	b.count, b.connected, b.awaiting = b.count+v.Count, b.connected+v.Connected, b.awaiting+v.Awaiting
	s.index[i] = b.node
}

// addRuns adds an edge between bundles for the runs of their members, with the first of
// their outcomes and all their executions.
func (s *summary) addRuns() {
	sums := make(map[[2]int]*diagram.Run)
	for _, e := range s.d.Diagram.Edges[s.d.Diagram.HubEdges():] {
		end := [2]int{s.index[e.From], s.index[e.To]}
		sum := sums[end]
		if sum == nil {
			sum = &diagram.Run{Outcome: e.Run.Outcome}
			sums[end] = sum
			s.edges = append(s.edges, flowEdge{from: end[0], to: end[1], run: sum})
		}
		sum.Count += e.Run.Count
		sum.Outcome = min(sum.Outcome, e.Run.Outcome)
	}
}

// mermaidText returns a text in which all but letters, digits and harmless characters are
// escaped as numbers. Mermaid restores them after it has parsed the diagram, and the
// Markdown and HTML in labels. In the text of an icon, which Mermaid looks for after that,
// a space without a width is added.
func mermaidText(s string) string {
	var b strings.Builder
	runes := []rune(icon.ReplaceAllString(display.Printable(s), "$1:\u200b$2"))
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
var icon = regexp.MustCompile(`(fa[a-z]?):(fa-)`)

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
