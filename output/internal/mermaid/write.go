package mermaid

// This file writes a flowchart as text.

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/bacviz/bacviz/diagram"
)

// fits reports whether Mermaid draws the flowchart.
func (f *flowchart) fits() bool {
	edges := len(f.edges) + len(f.hiddenEdges())
	if f.hasNoteEdge() {
		edges++
	}
	return edges <= mermaidEdges && len(utf16.Encode([]rune(f.String()))) <= mermaidCharacters
}

// hasNoteEdge reports whether an edge leads to the note, so that it covers no other edge.
func (f *flowchart) hasNoteEdge() bool { return f.note != "" && len(f.edges) > 0 }

// hiddenEdges returns edges that place the nodes and trays without an edge beside those with
// one, and the nodes of trays in rows. Without them a node without an edge gets the place of
// a hub, and lies on its edges.
func (f *flowchart) hiddenEdges() (hidden []flowEdge) {
	joined := make([]bool, len(f.nodes))
	trunks := make([]bool, len(f.trays))
	for _, e := range f.edges {
		joined[e.from] = true
		if e.tray > 0 {
			trunks[e.tray-1] = true
		} else {
			joined[e.to] = true
		}
	}
	anchor := -1
	for i := range f.nodes {
		if f.nodes[i].hub && (anchor < 0 || joined[i] && !joined[anchor]) {
			anchor = i
		}
	}
	for i := range f.trays {
		hidden = append(hidden, f.rows(&f.trays[i])...)
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
	for i := range f.nodes {
		n := &f.nodes[i]
		if hub := from(n.near); !joined[i] && i != hub && n.tray == 0 {
			hidden = append(hidden, flowEdge{from: hub, to: i, hidden: true})
		}
	}
	for i := range f.trays {
		if !trunks[i] {
			hidden = append(hidden, flowEdge{from: from(f.trays[i].near), tray: i + 1, hidden: true})
		}
	}
	return hidden
}

// String returns the source. IDs are numbers, so that no name can be mistaken for a
// keyword of Mermaid.
func (f *flowchart) String() string {
	var b strings.Builder
	if f.title != "" {
		b.WriteString("---\ntitle: " + yamlString(f.title) + "\n---\n")
	}
	b.WriteString("flowchart LR\n")
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
func (f *flowchart) writeEdges(b *strings.Builder) (styles string) {
	const hiddenStyle = "stroke:none,stroke-width:0px"
	trunk := "stroke:" + f.edge + ",stroke-width:3px"
	edges := append(f.edges[:len(f.edges):len(f.edges)], f.hiddenEdges()...)
	styled := make(map[string][]string) // numbers of edges
	number := 0
	if f.hasNoteEdge() {
		fmt.Fprintf(b, "  note ~~~ n%d\n", f.edges[0].from)
		styled[hiddenStyle] = []string{"0"}
		number++
	}
	for _, e := range edges {
		line, style := "---", ""
		switch {
		case e.hidden:
			line, style = "~~~", hiddenStyle
		case e.removed:
			line = "-.-"
		case e.tray > 0:
			style = trunk
		case e.run != nil:
			o := e.run.Outcome
			line, style = fmt.Sprintf("%s|\"%s\"|", arrow(o), mermaidText(runText(e.run))), f.runs[o]
		}
		if style != "" {
			styled[style] = append(styled[style], strconv.Itoa(number))
		}
		to := "n" + strconv.Itoa(e.to)
		if e.tray > 0 {
			to = f.trays[e.tray-1].id
		}
		fmt.Fprintf(b, "  n%d %s %s\n", e.from, line, to)
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
func (f *flowchart) outcomeStyles() []string {
	var all []string
	for _, o := range diagram.Outcomes() {
		all = append(all, f.runs[o])
	}
	return all
}

// writeNodes writes the nodes, with subgraphs for groups, and returns the IDs of the
// subgraphs.
func (f *flowchart) writeNodes(b *strings.Builder) (areas []string) {
	order := byGroup(len(f.nodes), func(i int) []string { return f.nodes[i].group })
	indent := func(depth int) { b.WriteString(strings.Repeat("  ", 1+depth)) }
	for i := range f.trays { // of an earlier call
		f.trays[i].id = ""
	}
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
			b.WriteString("subgraph " + id + "[\"" + mermaidText(title(name)) + "\"]\n")
			areas, open = append(areas, id), append(open, name)
		}
	}
	for _, i := range order {
		n := &f.nodes[i]
		enter(n.group)
		if n.tray > 0 && f.trays[n.tray-1].id == "" {
			f.trays[n.tray-1].id = areas[len(areas)-1]
			indent(len(open))
			b.WriteString("direction LR\n")
		}
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
