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

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
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
	edge        string                   // its colour
	runs        map[graph.Outcome]string // the styles of edges of jobs
	nodes       []flowNode
	edges       []flowEdge
	areas       string         // the style of groups
	classes     []string       // their definitions
	names       map[string]int // how many classes share a name
	byStyle     map[string]string
}

// A flowEdge joins two nodes, or a job to one.
type flowEdge struct {
	from, to int
	gone     bool          // of a node that went
	outcome  graph.Outcome // of a job; else empty
	text     string
}

type flowNode struct {
	lines []string
	shape [2]string
	class string
	group []string // the groups it is in, outermost first
}

func newFlowchart(d *layout.Drawing, t *Theme, title string) *flowchart {
	color, _ := t.edgeStyle(d)
	f := &flowchart{title: title, edge: color, areas: fmt.Sprintf("fill:%s,stroke:%s,color:%s", t.hull, t.hullEdge, t.title), runs: make(map[graph.Outcome]string), names: make(map[string]int), byStyle: make(map[string]string)}
	for o, line := range runLines {
		f.runs[o] = fmt.Sprintf("stroke:%s,stroke-width:%spx", t.runs[o], decimals(nil, line.width))
	}
	return f
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
	if l.dim {
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

// The outlines tell kinds apart without colours.
var (
	hexagon = [2]string{`{{"`, `"}}`}
	framed  = [2]string{`[["`, `"]]`}
	stadium = [2]string{`(["`, `"])`}
	boxed   = [2]string{`["`, `"]`}
	slanted = [2]string{`[/"`, `"/]`}
)

// arrows are the links of a job by its outcome: thick, dotted or plain.
func arrow(o graph.Outcome) string {
	switch {
	case o == graph.Failed:
		return "==="
	case runLines[o].dashes != nil:
		return "-.-"
	}
	return "---"
}

func shapeOf(k layout.Kind) [2]string {
	if k.IsJob() {
		return slanted
	}
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
		n := flowNode{lines: []string{b.Vertex.Label}, shape: shapeOf(l.kind), class: f.class(l, t), group: b.Vertex.Group}
		if words := oddities(b.Vertex); len(words) > 0 {
			n.lines = append(n.lines, strings.Join(words, ", "))
		}
		f.nodes = append(f.nodes, n)
	}
	for _, l := range d.Lines {
		e := flowEdge{from: l.From, to: l.To, gone: went(d, l)}
		if r := l.Run; r != nil {
			e.outcome, e.text = r.Outcome, runText(r.Outcome, r.Count)
		}
		f.edges = append(f.edges, e)
	}
	return f
}

// runText is what stands at an edge of a job.
func runText(o graph.Outcome, count int) string {
	if count > 1 {
		return fmt.Sprintf("%s ×%d", o, count)
	}
	return string(o)
}

// oddities are the words for what a compute node's outline and mark show.
func oddities(v *graph.Vertex) (words []string) {
	if v.Change != "" {
		return becoming(v)
	}
	if v.Job != nil {
		return []string{state(string(v.Job.State))}
	}
	if v.Unlisted {
		return []string{layout.UnlistedKind.String()}
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

// becoming are the words for what became of a node, and for its state, which has
// a mark of its own only outside of differences.
func becoming(v *graph.Vertex) (words []string) {
	if v.Change != graph.Same {
		words = append(words, layout.KindOf(v).String())
	}
	if v.From != "" {
		words = append(words, "was "+v.From+" (a guess)")
	}
	if v.Hub || v.Role == graph.Requester || v.Change == graph.Removed {
		return words
	}
	if v.Connection != cluster.Connected {
		words = append(words, state(string(v.Connection)))
	}
	switch v.Membership {
	case cluster.Pending:
		words = append(words, layout.PendingKind.String())
	case cluster.Rejected:
		words = append(words, layout.RejectedKind.String())
	}
	return words
}

// summaryKey says which vertices a summary draws as one, among those of the same
// hubs: the same group, as far as depth levels, or the same kind. In a difference
// it is both, for what came is not to be hidden among the others.
func summaryKey(v *graph.Vertex, depth int) (key string, grouped bool) {
	kind := layout.KindOf(v).String()
	if v.Idle {
		kind += ", took no part"
	}
	if depth == 0 || len(v.Group) == 0 {
		return kind, false
	}
	group := strings.Join(v.Group[:min(depth, len(v.Group))], " / ")
	if v.Change != "" {
		return kind + " in " + shorten(group), false
	}
	return group, true
}

// byGroup returns the indexes from 0 to n, those of the same group together.
func byGroup(n int, group func(i int) []string) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return natural.ComparePaths(group(a), group(b)) })
	return order
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
		n := flowNode{lines: []string{text}, shape: shapeOf(l.kind), class: f.class(l, t)}
		if words := oddities(d.Boxes[i].Vertex); len(words) > 0 && !oneHub {
			n.lines = append(n.lines, shorten(strings.Join(words, ", ")))
		}
		f.nodes = append(f.nodes, n)
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
	became := make(map[int]int) // the node for a vertex that is no hub
	var order []*heap
	for _, i := range byGroup(len(d.Boxes), func(i int) []string { return d.Boxes[i].Vertex.Group }) {
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
			f.nodes = append(f.nodes, flowNode{lines: []string{name}, shape: shapeOf(l.kind), class: f.class(l, t)})
			for _, hub := range at {
				f.edges = append(f.edges, flowEdge{from: hub, to: h.node, gone: v.Change == graph.Removed})
			}
		}
		n, connected := v.Nodes()
		h.count, h.connected = h.count+n, h.connected+connected
		became[i] = h.node
	}
	f.summarizeRuns(d, became, hubs)
	for _, h := range order {
		n := &f.nodes[h.node]
		if h.grouped {
			n.lines = []string{shorten(n.lines[0]), layout.Connected(h.connected, h.count)}
		} else {
			n.lines[0] = strconv.Itoa(h.count) + " × " + n.lines[0]
		}
	}
	return f
}

// summarizeRuns joins the nodes of a summary as their vertices are by jobs: with the
// outcome that counts most, and all the executions.
func (f *flowchart) summarizeRuns(d *layout.Drawing, became, hubs map[int]int) {
	at := make(map[[2]int]int) // in sums
	var sums []graph.Run
	var ends [][2]int
	rank := func(o graph.Outcome) int { return slices.Index(graph.Outcomes(), o) }
	for _, r := range d.Topology.Runs() {
		to, ok := became[int(r.Node)]
		if !ok {
			to = hubs[int(r.Node)]
		}
		end := [2]int{became[int(r.Job)], to}
		i, ok := at[end]
		if !ok {
			i = len(sums)
			at[end], sums, ends = i, append(sums, graph.Run{Outcome: r.Outcome}), append(ends, end)
		}
		sums[i].Count += r.Count
		if rank(r.Outcome) < rank(sums[i].Outcome) {
			sums[i].Outcome = r.Outcome
		}
	}
	for i, end := range ends {
		f.edges = append(f.edges, flowEdge{from: end[0], to: end[1], outcome: sums[i].Outcome, text: runText(sums[i].Outcome, sums[i].Count)})
	}
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
	areas := f.writeNodes(&b)
	styled := make(map[graph.Outcome][]string) // numbers of edges
	for i, e := range f.edges {
		line := "---"
		switch {
		case e.gone:
			line = "-.-"
		case e.outcome != "":
			if f.note != "" {
				i++ // the note's comes first
			}
			styled[e.outcome] = append(styled[e.outcome], strconv.Itoa(i))
			line = fmt.Sprintf("%s|\"%s\"|", arrow(e.outcome), mermaidText(e.text))
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", e.from, line, e.to)
	}
	for _, c := range f.classes {
		b.WriteString("  " + c + "\n")
	}
	if len(areas) > 0 {
		b.WriteString("  classDef area " + f.areas + "\n  class " + strings.Join(areas, ",") + " area\n")
	}
	if f.note != "" {
		b.WriteString("  classDef note fill:#fff8e1,stroke:#8f5f00,color:#16120a\n")
	}
	if len(f.edges) > 0 {
		b.WriteString("  linkStyle default stroke:" + f.edge + ",stroke-width:1px\n")
	}
	for _, o := range graph.Outcomes() {
		if edges := styled[o]; len(edges) > 0 {
			b.WriteString("  linkStyle " + strings.Join(edges, ",") + " " + f.runs[o] + "\n")
		}
	}
	return b.String()
}

// writeNodes writes the nodes, those of a group in a subgraph within those around
// it, and returns the IDs of the subgraphs.
func (f *flowchart) writeNodes(b *strings.Builder) (areas []string) {
	order := byGroup(len(f.nodes), func(i int) []string { return f.nodes[i].group })
	indent := func(depth int) { b.WriteString(strings.Repeat("  ", 1+depth)) }
	var open []string
	enter := func(group []string) {
		shared := 0
		for shared < min(len(open), len(group)) && open[shared] == group[shared] {
			shared++
		}
		for len(open) > shared {
			open = open[:len(open)-1]
			indent(len(open))
			b.WriteString("end\n")
		}
		for _, name := range group[shared:] {
			id := fmt.Sprintf("g%d", len(areas))
			indent(len(open))
			b.WriteString("subgraph " + id + "[\"" + mermaidText(name) + "\"]\n")
			areas, open = append(areas, id), append(open, name)
		}
	}
	for _, i := range order {
		n := &f.nodes[i]
		enter(n.group)
		lines := make([]string, len(n.lines))
		for k, s := range n.lines {
			lines[k] = mermaidText(s)
		}
		indent(len(open))
		fmt.Fprintf(b, "n%d%s%s%s:::%s\n", i, n.shape[0], strings.Join(lines, "<br/>"), n.shape[1], n.class)
	}
	enter(nil)
	return areas
}

// mermaidText writes what is neither a letter, a digit nor harmless as the number
// of its character, which Mermaid puts back once it has read the diagram, and the
// Markdown and HTML in labels.
func mermaidText(s string) string {
	var b strings.Builder
	runes := []rune(display.Printable(s))
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
