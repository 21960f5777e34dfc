package output

// This file writes Mermaid, which GitHub, GitLab and many wikis draw from the
// text of a document.

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
)

// Mermaid refuses larger diagrams, unless whoever embeds it lets them in:
// maxEdges and maxTextSize of its configuration.
const (
	mermaidEdges      = 500
	mermaidCharacters = 50000
)

func writeMermaid(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	_, err := io.WriteString(w, mermaidOf(d, opt.theme(), d.Name).text)
	return err
}

// A mermaid is a diagram's source.
type mermaid struct {
	text      string
	collapsed string // what was left out and why; empty if nothing was
}

// mermaidOf draws every vertex, or, where Mermaid would not draw that many, one
// for those that are alike. An empty title is left out.
func mermaidOf(d *layout.Drawing, t *Theme, title string) mermaid {
	f := flowchartOf(d, t, title)
	if f.fits() {
		return mermaid{text: f.String()}
	}
	depth := 0
	for i := range d.Boxes {
		depth = max(depth, len(d.Boxes[i].Vertex.Group))
	}
	note := fmt.Sprintf("Collapsed: %s and %s are more than Mermaid draws (%d edges, %d characters). The formats svg, json and dot hold all of them.",
		count(len(d.Boxes), "node"), count(len(d.Lines), "edge"), mermaidEdges, mermaidCharacters)
	for ; depth >= 0; depth-- {
		if f = summaryOf(d, t, title, note, depth, false); f.fits() {
			return mermaid{f.String(), note}
		}
	}
	return mermaid{summaryOf(d, t, title, note, 0, true).String(), note}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// A flowchart is a diagram in the making.
type flowchart struct {
	title, note string
	edge        string // its colour
	nodes       []flowNode
	edges       []flowEdge
	classes     []string       // their definitions
	names       map[string]int // how many classes share a name
	byStyle     map[string]string
}

type flowEdge struct {
	from, to int
	gone     bool
}

type flowNode struct {
	lines []string
	shape [2]string
	class string
}

func newFlowchart(d *layout.Drawing, t *Theme, title string) *flowchart {
	color, _ := t.edgeStyle(d)
	return &flowchart{title: title, edge: color, names: make(map[string]int), byStyle: make(map[string]string)}
}

// class returns the name of the class that draws a look, and defines it if it is
// new.
func (f *flowchart) class(l look, t *Theme) string {
	st := l.style(t)
	css := fmt.Sprintf("fill:%s,stroke:%s,stroke-width:%spx,color:%s", st.fill, st.stroke, decimals(nil, max(1, st.width*1.5)), st.text)
	if l.dashed {
		css += fmt.Sprintf(",stroke-dasharray:%g %g", dashes[0]*2, dashes[1]*2)
	}
	if name, ok := f.byStyle[css]; ok {
		return name
	}
	name := kindClasses[l.kind]
	f.names[name]++
	if n := f.names[name]; n > 1 {
		name += strconv.Itoa(n)
	}
	f.byStyle[css] = name
	f.classes = append(f.classes, "classDef "+name+" "+css)
	return name
}

// The outlines tell kinds apart without colours.
var (
	hexagon = [2]string{`{{"`, `"}}`}
	framed  = [2]string{`[["`, `"]]`}
	stadium = [2]string{`(["`, `"])`}
	boxed   = [2]string{`["`, `"]`}
)

func shapeOf(k layout.Kind) [2]string {
	switch k {
	case layout.HubKind, layout.HybridKind:
		return hexagon
	case layout.RequesterKind:
		return framed
	case layout.PendingKind, layout.RejectedKind:
		return boxed
	}
	return stadium
}

// flowchartOf has a node for each vertex.
func flowchartOf(d *layout.Drawing, t *Theme, title string) *flowchart {
	f := newFlowchart(d, t, title)
	for i := range d.Boxes {
		b := &d.Boxes[i]
		l := lookOf(d, b)
		n := flowNode{lines: []string{b.Vertex.Label}, shape: shapeOf(l.kind), class: f.class(l, t)}
		if words := oddities(b.Vertex); len(words) > 0 {
			n.lines = append(n.lines, strings.Join(words, ", "))
		}
		f.nodes = append(f.nodes, n)
	}
	for _, l := range d.Lines {
		f.edges = append(f.edges, flowEdge{l.From, l.To, went(d, l)})
	}
	return f
}

// oddities are the words for what a compute node's outline and mark show.
func oddities(v *graph.Vertex) (words []string) {
	if v.Change != "" && v.Change != graph.Same {
		return []string{layout.KindOf(v).String()}
	}
	if v.Hub || v.Members != nil || !v.Odd() {
		return nil
	}
	if v.Role == graph.Requester {
		return []string{layout.RequesterKind.String()}
	}
	if !v.Node.Connected() {
		words = append(words, state(string(v.Connection)))
	}
	if k := layout.KindOf(v); k == layout.PendingKind || k == layout.RejectedKind {
		words = append(words, k.String())
	}
	return words
}

// summaryKey says which vertices a summary draws as one, among those of the same
// hubs: the same group, as far as depth levels, or the same kind. In a difference
// it is both, for what came is not to be hidden among the others.
func summaryKey(v *graph.Vertex, depth int) (key string, grouped bool) {
	kind := layout.KindOf(v).String()
	if depth == 0 || len(v.Group) == 0 {
		return kind, false
	}
	group := strings.Join(v.Group[:min(depth, len(v.Group))], " / ")
	if v.Change != "" {
		return kind + " in " + shorten(group), false
	}
	return group, true
}

// summaryOf has a node for each hub, or one for all of them, and one for the
// vertices at the same hubs that are alike.
func summaryOf(d *layout.Drawing, t *Theme, title, note string, depth int, oneHub bool) *flowchart {
	f := newFlowchart(d, t, title)
	f.note = note
	hubs := make(map[int]int) // the node for a hub
	addHub := func(i int, text string) {
		hubs[i] = len(f.nodes)
		l := lookOf(d, &d.Boxes[i])
		f.nodes = append(f.nodes, flowNode{[]string{text}, shapeOf(l.kind), f.class(l, t)})
	}
	number := 0
	for i := range d.Boxes {
		if v := d.Boxes[i].Vertex; v.Hub {
			number++
			if !oneHub {
				addHub(i, shorten(v.Label))
			}
		}
	}
	type heap struct {
		node, count, connected int
		grouped                bool
	}
	heaps := make(map[string]*heap)
	var order []*heap
	for i := range d.Boxes {
		v := d.Boxes[i].Vertex
		if v.Hub {
			if oneHub && len(hubs) == 0 {
				addHub(i, count(number, layout.HubKind.String()))
			} else if oneHub {
				hubs[i] = 0
			}
			continue
		}
		var at []int
		for _, n := range d.Topology.Neighbors(i) {
			if h, ok := hubs[int(n)]; ok && !slices.Contains(at, h) {
				at = append(at, h)
			} else if oneHub && !slices.Contains(at, 0) {
				at = append(at, 0)
			}
		}
		name, grouped := summaryKey(v, depth)
		key := fmt.Sprint(at, name)
		h := heaps[key]
		if h == nil {
			h = &heap{node: len(f.nodes), grouped: grouped}
			heaps[key], order = h, append(order, h)
			l := lookOf(d, &d.Boxes[i])
			f.nodes = append(f.nodes, flowNode{[]string{name}, shapeOf(l.kind), f.class(l, t)})
			for _, hub := range at {
				f.edges = append(f.edges, flowEdge{hub, h.node, v.Change == graph.Removed})
			}
		}
		n, connected := v.Nodes()
		h.count, h.connected = h.count+n, h.connected+connected
	}
	for _, h := range order {
		n := &f.nodes[h.node]
		if h.grouped {
			n.lines = []string{shorten(n.lines[0]), fmt.Sprintf("%d of %s connected", h.connected, count(h.count, "node"))}
		} else {
			n.lines[0] = strconv.Itoa(h.count) + " × " + n.lines[0]
		}
	}
	return f
}

// shorten keeps a name from filling a summary, which has to fit.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:30]) + "…" + string(r[len(r)-29:])
	}
	return s
}

func (f *flowchart) fits() bool {
	edges := len(f.edges)
	if f.note != "" {
		edges++ // the one that places it
	}
	return edges <= mermaidEdges && len(utf16.Encode([]rune(f.String()))) <= mermaidCharacters
}

// String is the source. IDs are made up, so that no name can be taken for one of
// Mermaid's words.
func (f *flowchart) String() string {
	var b strings.Builder
	if f.title != "" {
		b.WriteString("---\ntitle: " + yamlString(f.title) + "\n---\n")
	}
	b.WriteString("flowchart LR\n")
	if f.note != "" {
		b.WriteString("  %% " + f.note + "\n")
		b.WriteString("  note[\"" + mermaidText(f.note) + "\"]:::note\n")
		if len(f.edges) > 0 {
			fmt.Fprintf(&b, "  note ~~~ n%d\n", f.edges[0].from) // keeps it from lying on the edges
		}
	}
	for i, n := range f.nodes {
		lines := make([]string, len(n.lines))
		for k, s := range n.lines {
			lines[k] = mermaidText(s)
		}
		fmt.Fprintf(&b, "  n%d%s%s%s:::%s\n", i, n.shape[0], strings.Join(lines, "<br/>"), n.shape[1], n.class)
	}
	for _, e := range f.edges {
		line := "---"
		if e.gone {
			line = "-.-"
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", e.from, line, e.to)
	}
	for _, c := range f.classes {
		b.WriteString("  " + c + "\n")
	}
	if f.note != "" {
		b.WriteString("  classDef note fill:#fff8e1,stroke:#8f5f00,color:#16120a\n")
	}
	if len(f.edges) > 0 {
		b.WriteString("  linkStyle default stroke:" + f.edge + ",stroke-width:1px\n")
	}
	return b.String()
}

// mermaidText writes what is neither a letter, a digit nor harmless as the number
// of its character, which Mermaid puts back once it has read the diagram, and the
// Markdown and HTML in labels.
func mermaidText(s string) string {
	var b strings.Builder
	runes := []rune(graph.Printable(s))
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

// yamlString is a double-quoted string of YAML.
func yamlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range graph.Printable(s) {
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
