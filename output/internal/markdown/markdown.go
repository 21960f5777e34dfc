// Package markdown writes Markdown as GitHub reads it: a diagram and a table, for the
// summary of a CI job or a document.
package markdown

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/mermaid"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// Write writes a Mermaid diagram and a table.
func Write(_ context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	var b strings.Builder
	b.WriteString("# " + markdownText(d.Diagram.Title) + "\n\n" + markdownText(d.Diagram.Description()) + "\n\n")
	source := mermaid.New(d, opt.Colors(), "")
	if source.Note != "" {
		b.WriteString(markdownText(source.Note) + "\n\n")
	}
	b.WriteString("```mermaid\n" + source.Text + "```\n\n" + Table(d.Diagram))
	writeJobs(&b, d.Diagram)
	_, err := io.WriteString(w, b.String())
	return err
}

// Table returns the table of the nodes alone, in Markdown as GitHub reads it.
func Table(d *diagram.Diagram) string {
	var b strings.Builder
	grouped := len(d.Groups) > 0
	head, rule := "| Node | Role | State | Membership | Version | Orchestrators |", "| --- | --- | --- | --- | --- | --- |"
	if grouped {
		head, rule = head+" Group |", rule+" --- |"
	}
	b.WriteString(head + "\n" + rule + "\n")
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if n.Class.IsJob() {
			continue // below
		}
		r := d.RowOf(i)
		var hubs []string
		for _, id := range r.Hubs {
			hubs = append(hubs, code(id))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |", code(r.ID), r.Role, markdownText(r.State), markdownText(r.Membership),
			code(r.Version), strings.Join(hubs, ", "))
		if grouped {
			b.WriteString(" " + code(strings.Join(n.Group, " / ")) + " |")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// writeJobs writes a table with a row for each job and node that it was placed on.
func writeJobs(b *strings.Builder, d *diagram.Diagram) {
	if d.Jobs == 0 {
		return
	}
	b.WriteString("\n| Job | ID | State | Node | Executions |\n| --- | --- | --- | --- | --- |\n")
	runs := d.Edges[d.HubEdges():]
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if !n.Class.IsJob() {
			continue
		}
		state := ""
		if j := d.FactsOf(i).Job; j != nil {
			state = strings.ToLower(j.State)
		}
		job := fmt.Sprintf("| %s | %s | %s |", code(n.Label), code(n.ID), markdownText(state))
		if len(runs) == 0 || runs[0].From != i {
			b.WriteString(job + " | none |\n")
		}
		for ; len(runs) > 0 && runs[0].From == i; runs = runs[1:] {
			fmt.Fprintf(b, "%s %s | %s |\n", job, code(d.Nodes[runs[0].To].ID), markdownText(runs[0].Run.Text()))
		}
	}
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
