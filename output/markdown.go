package output

// This file writes Markdown as GitHub reads it: a diagram and a table, for the
// summary of a CI job or a document.

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
)

func writeMarkdown(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	var b strings.Builder
	b.WriteString("# " + markdownText(d.Name) + "\n\n" + markdownText(describe(d)) + "\n\n")
	diagram := mermaidOf(d, opt.theme(), "")
	if diagram.collapsed != "" {
		b.WriteString(markdownText(diagram.collapsed) + "\n\n")
	}
	b.WriteString("```mermaid\n" + diagram.text + "```\n\n" + MarkdownTable(d))
	markdownJobs(&b, d)
	_, err := io.WriteString(w, b.String())
	return err
}

// MarkdownTable is the table of the nodes alone, in Markdown as GitHub reads it.
func MarkdownTable(d *layout.Drawing) string {
	var b strings.Builder
	grouped := len(d.Topology.Groups()) > 0
	head, rule := "| Node | Role | State | Membership | Version | Orchestrators |", "| --- | --- | --- | --- | --- | --- |"
	if grouped {
		head, rule = head+" Group |", rule+" --- |"
	}
	b.WriteString(head + "\n" + rule + "\n")
	for i := range d.Boxes {
		v := d.Boxes[i].Vertex
		if v.Job != nil {
			continue // below
		}
		r := rowOf(d, i)
		var hubs []string
		for _, id := range r.hubs {
			hubs = append(hubs, code(id))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |", code(r.id), r.role, markdownText(r.state), markdownText(r.membership),
			code(r.version), strings.Join(hubs, ", "))
		if grouped {
			b.WriteString(" " + code(strings.Join(v.Group, " / ")) + " |")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// markdownJobs writes a table with a row for each job and node that it was placed on.
func markdownJobs(b *strings.Builder, d *layout.Drawing) {
	if d.Topology.Jobs() == 0 {
		return
	}
	b.WriteString("\n| Job | ID | State | Node | Executions |\n| --- | --- | --- | --- | --- |\n")
	runs := d.Topology.Runs()
	for i := range d.Boxes {
		v := d.Boxes[i].Vertex
		if v.Job == nil {
			continue
		}
		job := fmt.Sprintf("| %s | %s | %s |", code(v.Label), code(v.NodeID()), markdownText(strings.ToLower(string(v.Job.State))))
		if len(runs) == 0 || runs[0].Job != v.ID() {
			b.WriteString(job + " | none |\n")
		}
		for ; len(runs) > 0 && runs[0].Job == v.ID(); runs = runs[1:] {
			fmt.Fprintf(b, "%s %s | %s |\n", job, code(d.Boxes[runs[0].Node].Vertex.NodeID()), markdownText(runWords(&runs[0])))
		}
	}
}

// A row is what tables say of a vertex, in printable words.
type row struct {
	id, role, state, membership, version string
	hubs                                 []string // IDs of the orchestrators that it is joined to
}

func rowOf(d *layout.Drawing, i int) row {
	v := d.Boxes[i].Vertex
	r := row{id: display.Printable(v.NodeID()), role: string(v.Role), version: display.Printable(v.Node.Version)}
	switch {
	case v.Job != nil:
		r.state = state(string(v.Job.State))
	case v.Members != nil:
		r.state = layout.Connected(v.Members.Connected, v.Members.Count)
	case len(v.Node.Sightings) == 0:
		r.state = "in no node list"
	case v.Role != graph.Requester: // v1.4 lists its own as disconnected
		r.state = state(string(v.Connection))
		r.membership = strings.ToLower(display.Printable(string(v.Membership)))
	}
	if v.Hub && v.Role == graph.Requester {
		r.role = layout.HubKind.String()
	}
	for _, n := range d.Topology.Neighbors(i) {
		if u := d.Boxes[n].Vertex; u.Hub && !v.Hub {
			r.hubs = append(r.hubs, display.Printable(u.NodeID()))
		}
	}
	return r
}

// markdownText escapes what Markdown or HTML would make something of.
func markdownText(s string) string {
	var b strings.Builder
	s = display.Printable(s)
	for i, r := range s {
		switch {
		case r == ' ', r == ',', r == '.', r == ';', unicode.IsLetter(r), unicode.IsDigit(r), r > '~',
			r == '-' && i > 0, r == ':' && strings.HasPrefix(s[i:], ": "):
			b.WriteRune(r)
		case r == '@', r == ':': // an address, were it only escaped
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteByte('\\')
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code is s as code, in which nothing is an address, a mention or a number of an
// issue. Of a table's cell, neither a bar nor what is before it can be in
// backticks.
func code(s string) string {
	s = display.Printable(s)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "`|\\") && strings.TrimSpace(s) == s {
		return "`" + s + "`"
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r > '~' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return "<code>" + b.String() + "</code>"
}
