// Package markdown writes a drawing as Markdown for GitHub: a Mermaid diagram and tables,
// for documents and the summaries of CI jobs.
package markdown

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/mdtext"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/mermaid"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// Write writes a drawing as a Mermaid diagram, a table of nodes and one of jobs.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	source, err := mermaid.New(ctx, d, opt.Colors(), "")
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("# " + mdtext.Escape(d.Diagram.Title) + "\n\n" + mdtext.Escape(d.Diagram.Description()) + "\n\n")
	if source.Note != "" {
		b.WriteString(mdtext.Escape(source.Note) + "\n\n")
	}
	b.WriteString("```mermaid\n" + source.Text + "```\n\n" + Table(ctx, d.Diagram))
	writeJobs(ctx, &b, d.Diagram)
	_, err = io.WriteString(w, b.String())
	return err
}

// Table returns the table of the nodes. It is not complete if ctx ends.
func Table(ctx context.Context, d *diagram.Diagram) string {
	var b strings.Builder
	grouped := len(d.Groups) > 0
	head, rule := "| Node | Role | State | Membership | Version | Orchestrators |", "| --- | --- | --- | --- | --- | --- |"
	if grouped {
		head, rule = head+" Group |", rule+" --- |"
	}
	b.WriteString(head + "\n" + rule + "\n")
	for i := range interrupt.Range(ctx, len(d.Nodes)) {
		n := &d.Nodes[i]
		if n.Class.IsJob() {
			continue // below
		}
		r := d.RowOf(i)
		var hubs []string
		for _, id := range r.Hubs {
			hubs = append(hubs, mdtext.Code(id))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |", mdtext.Code(r.ID), r.Role, mdtext.Escape(r.State), mdtext.Escape(r.Membership),
			mdtext.Code(r.Version), strings.Join(hubs, ", "))
		if grouped {
			b.WriteString(" " + mdtext.Code(strings.Join(n.Group, " / ")) + " |")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// writeJobs writes a table with a row for each job and each node that it was placed on.
func writeJobs(ctx context.Context, b *strings.Builder, d *diagram.Diagram) {
	if d.Jobs == 0 {
		return
	}
	b.WriteString("\n| Job | ID | State | Node | Executions |\n| --- | --- | --- | --- | --- |\n")
	runs := d.Edges[d.HubEdges():]
	for i := range interrupt.Range(ctx, len(d.Nodes)) {
		n := &d.Nodes[i]
		if !n.Class.IsJob() {
			continue
		}
		state := ""
		if j := d.FactsOf(i).Job; j != nil {
			state = strings.ToLower(j.State)
		}
		job := fmt.Sprintf("| %s | %s | %s |", mdtext.Code(n.Label), mdtext.Code(n.ID), mdtext.Escape(state))
		if len(runs) == 0 || runs[0].From != i {
			b.WriteString(job + " | none |\n")
		}
		for ; len(runs) > 0 && runs[0].From == i; runs = runs[1:] {
			fmt.Fprintf(b, "%s %s | %s |\n", job, mdtext.Code(d.Nodes[runs[0].To].ID), mdtext.Escape(runs[0].Run.Text()))
		}
	}
}
