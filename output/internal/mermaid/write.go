package mermaid

// This file writes a flowchart as text.

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/output/internal/flowchart"
)

// fits reports whether Mermaid draws the flowchart, and a limit of characters allows it.
func (f *script) fits(limit int) bool {
	edges := len(f.Edges) + len(f.hiddenEdges())
	if f.hasNoteEdge() {
		edges++
	}
	return edges <= mermaidEdges && f.length() <= limit
}

// length returns the number of characters as JavaScript counts them.
func (f *script) length() int { return len(utf16.Encode([]rune(f.String()))) }

// hasNoteEdge reports whether an edge leads to the note, so that it covers no other edge.
func (f *script) hasNoteEdge() bool { return f.note != "" && len(f.Edges) > 0 }

// hiddenEdges returns edges that place the nodes and trays without an edge beside those with
// one, and the nodes of trays in rows. Without them a node without an edge gets the place of
// a hub, and lies on its edges.
func (f *script) hiddenEdges() (hidden []flowchart.Edge) {
	joined := make([]bool, len(f.Nodes))
	trunks := make([]bool, len(f.Trays))
	for _, e := range f.Edges {
		joined[e.From] = true
		if e.Tray > 0 {
			trunks[e.Tray-1] = true
		} else {
			joined[e.To] = true
		}
	}
	anchor := -1
	for i := range f.Nodes {
		if f.Nodes[i].Hub && (anchor < 0 || joined[i] && !joined[anchor]) {
			anchor = i
		}
	}
	for i := range f.Trays {
		hidden = append(hidden, f.rows(&f.Trays[i])...)
	}
	if anchor < 0 {
		return hidden
	}
	from := func(near int) int {
		if near > 0 && joined[near-1] {
			return near - 1
		}
		return anchor
	}
	for i := range f.Nodes {
		n := &f.Nodes[i]
		if hub := from(n.Near); !joined[i] && i != hub && n.Tray == 0 {
			hidden = append(hidden, flowchart.Edge{From: hub, To: i, Hidden: true})
		}
	}
	for i := range f.Trays {
		if !trunks[i] {
			hidden = append(hidden, flowchart.Edge{From: from(f.Trays[i].Near), Tray: i + 1, Hidden: true})
		}
	}
	return hidden
}

// maxColumns is the most nodes in a row: as wide as the text of a Markdown page can show in
// 10 pixels.
const maxColumns = 6

// rows returns hidden edges that put the nodes of a tray into rows. Trays stand one below
// the other, and a node is twice as wide as it is high.
func (f *script) rows(t *flowchart.Tray) (hidden []flowchart.Edge) {
	columns := min(maxColumns, max(3, int(math.Ceil(math.Sqrt(float64(len(f.Nodes))/2)))))
	for i := range t.Nodes[1:] {
		if (i+1)%columns != 0 {
			hidden = append(hidden, flowchart.Edge{From: t.Nodes[i], To: t.Nodes[i+1], Hidden: true})
		}
	}
	return hidden
}

// String returns the source. IDs are numbers, so that no name can be mistaken for a
// keyword of Mermaid.
func (f *script) String() string {
	var b strings.Builder
	if f.title != "" {
		b.WriteString("---\ntitle: " + yamlString(f.title) + "\n---\n")
	}
	b.WriteString("flowchart LR\n")
	if f.comment != "" {
		b.WriteString("  %% " + f.comment + "\n")
	}
	if f.note != "" {
		b.WriteString("  %% " + f.note + "\n")
		b.WriteString("  note[\"" + mermaidText(f.note) + "\"]:::note\n")
	}
	areas := f.writeNodes(&b)
	styles := f.writeEdges(&b)
	for _, c := range f.classes {
		b.WriteString("  " + c + "\n")
	}
	if len(areas) > 0 {
		b.WriteString("  classDef area " + f.areas + "\n  class " + strings.Join(areas, ",") + " area\n")
	}
	if f.note != "" {
		b.WriteString("  classDef note fill:#fff8e1,stroke:#8f5f00,color:#16120a\n")
	}
	b.WriteString(styles)
	return b.String()
}

// writeEdges writes the edges, and returns their styles.
func (f *script) writeEdges(b *strings.Builder) (styles string) {
	const hiddenStyle = "stroke:none,stroke-width:0px"
	trunk := "stroke:" + f.edge + ",stroke-width:3px"
	edges := append(f.Edges[:len(f.Edges):len(f.Edges)], f.hiddenEdges()...)
	styled := make(map[string][]string) // numbers of edges
	number := 0
	if f.hasNoteEdge() {
		fmt.Fprintf(b, "  note ~~~ n%d\n", f.Edges[0].From)
		styled[hiddenStyle] = []string{"0"}
		number++
	}
	for _, e := range edges {
		line, style := "---", ""
		switch {
		case e.Hidden:
			line, style = "~~~", hiddenStyle
		case e.Removed:
			line = "-.-"
		case e.Tray > 0:
			style = trunk
		case e.Run != nil:
			o := e.Run.Outcome
			line, style = fmt.Sprintf("%s|\"%s\"|", arrow(o), mermaidText(flowchart.RunText(e.Run))), f.runs[o]
		}
		if style != "" {
			styled[style] = append(styled[style], strconv.Itoa(number))
		}
		to := "n" + strconv.Itoa(e.To)
		if e.Tray > 0 {
			to = f.trayIDs[e.Tray-1]
		}
		fmt.Fprintf(b, "  n%d %s %s\n", e.From, line, to)
		number++
	}
	if number > 0 {
		styles = "  linkStyle default stroke:" + f.edge + ",stroke-width:1px\n"
	}
	for _, style := range append(f.outcomeStyles(), trunk, hiddenStyle) {
		if numbers := styled[style]; len(numbers) > 0 {
			styles += "  linkStyle " + strings.Join(numbers, ",") + " " + style + "\n"
			delete(styled, style) // two outcomes may have one style
		}
	}
	return styles
}

// outcomeStyles returns the styles of the edges of jobs, in the order of outcomes.
func (f *script) outcomeStyles() []string {
	var all []string
	for _, o := range diagram.Outcomes() {
		all = append(all, f.runs[o])
	}
	return all
}

// writeNodes writes the nodes, with subgraphs for groups, and returns the IDs of the
// subgraphs.
func (f *script) writeNodes(b *strings.Builder) (areas []string) {
	order := flowchart.ByGroup(len(f.Nodes), func(i int) []string { return f.Nodes[i].Group })
	indent := func(depth int) { b.WriteString(strings.Repeat("  ", 1+depth)) }
	f.trayIDs = make([]string, len(f.Trays))
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
			b.WriteString("subgraph " + id + "[\"" + mermaidText(flowchart.GroupTitle(name)) + "\"]\n")
			areas, open = append(areas, id), append(open, name)
		}
	}
	for _, i := range order {
		n := &f.Nodes[i]
		enter(n.Group)
		if n.Tray > 0 && f.trayIDs[n.Tray-1] == "" {
			f.trayIDs[n.Tray-1] = areas[len(areas)-1]
			indent(len(open))
			b.WriteString("direction LR\n")
		}
		lines := make([]string, len(n.Lines))
		for k, s := range n.Lines {
			lines[k] = mermaidText(s)
		}
		indent(len(open))
		shape := outlines[n.Look.Class.Shape()]
		fmt.Fprintf(b, "n%d%s%s%s:::%s\n", i, shape[0], strings.Join(lines, "<br/>"), shape[1], f.of[i])
	}
	enter(nil)
	return areas
}
