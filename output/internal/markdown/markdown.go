// Package markdown writes a drawing as Markdown for GitHub: a Mermaid diagram and tables,
// for documents and the summaries of CI jobs.
package markdown

import (
	"context"
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
	source, err := mermaid.New(ctx, d, opt, "")
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("# " + mdtext.Escape(d.Diagram.Title) + "\n\n" + mdtext.Escape(d.Diagram.Description()) + "\n\n")
	if source.Note != "" {
		b.WriteString(mdtext.Escape(source.Note) + "\n\n")
	}
	b.WriteString("```mermaid\n" + source.Text + "```\n\n" + Table(ctx, d.Diagram) + jobs(ctx, d.Diagram))
	_, err = io.WriteString(w, b.String())
	return err
}

// Table returns the table of the nodes. It is not complete if ctx ends.
func Table(ctx context.Context, d *diagram.Diagram) string {
	return mdtext.Table(Rows(ctx, d, mdtext.Code, mdtext.Escape))
}

// Rows returns the names of the columns of the table of the nodes, and its rows. Names are
// written by code, and words by text. The rows are not complete if ctx ends.
func Rows(ctx context.Context, d *diagram.Diagram, code, text func(string) string) (head []string, rows [][]string) {
	head = []string{"Node", "Role", "State", "Membership", "Version", "Orchestrators"}
	if len(d.Groups) > 0 {
		head = append(head, "Group")
	}
	for i := range interrupt.Range(ctx, len(d.Nodes)) {
		n := &d.Nodes[i]
		if n.Class.IsJob() {
			continue // they have a table of their own
		}
		r := d.RowOf(i)
		var hubs []string
		for _, id := range r.Hubs {
			hubs = append(hubs, code(id))
		}
		row := []string{code(r.ID), r.Role, text(r.State), text(r.Membership), code(r.Version), strings.Join(hubs, ", ")}
		if len(d.Groups) > 0 {
			row = append(row, code(strings.Join(n.Path(), " / ")))
		}
		rows = append(rows, row)
	}
	return head, rows
}

// jobs returns a table with a row for each job and each node that it was placed on; "" if
// there are no jobs. It is not complete if ctx ends.
func jobs(ctx context.Context, d *diagram.Diagram) string {
	if d.Jobs == 0 {
		return ""
	}
	var rows [][]string
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
		job := []string{mdtext.Code(n.Label), mdtext.Code(n.ID), mdtext.Escape(state)}
		if len(runs) == 0 || runs[0].From != i {
			rows = append(rows, append(job, "", "none"))
		}
		for ; len(runs) > 0 && runs[0].From == i; runs = runs[1:] {
			rows = append(rows, append(job[:3:3], mdtext.Code(d.Nodes[runs[0].To].ID), mdtext.Escape(runs[0].Run.Text())))
		}
	}
	return "\n" + mdtext.Table([]string{"Job", "ID", "State", "Node", "Executions"}, rows)
}
