// Package cytoscape writes a drawing as JSON for Cytoscape and Cytoscape.js, through
// gonum: nodes with their places and facts, edges, and a style like the picture's.
package cytoscape

import (
	"context"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/graph/formats/cytoscapejs"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// A cyGraph has separate lists of nodes and edges, as Cytoscape's own files do. Their
// elements are of gonum's type for mixed lists, because gonum's Node would give every
// node a parent "".
type cyGraph struct {
	FormatVersion string         `json:"format_version"`
	GeneratedBy   string         `json:"generated_by"`
	Data          map[string]any `json:"data"`
	Elements      struct {
		Nodes []cytoscapejs.Element `json:"nodes"`
		Edges []cytoscapejs.Element `json:"edges"`
	} `json:"elements"`
	Layout map[string]string `json:"layout"` // "preset": nodes keep their places
	Style  []cyStyle         `json:"style"`
}

type cyStyle struct {
	Selector string         `json:"selector"`
	Style    map[string]any `json:"style"`
}

// Write writes the drawing as JSON for Cytoscape.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	t := opt.Colors()
	doc := &cyGraph{
		FormatVersion: "1.0", GeneratedBy: "bacviz",
		Data:   map[string]any{"name": d.Diagram.Title, "description": d.Diagram.Description()},
		Layout: map[string]string{"name": "preset"},
		Style:  cyStyles(d, t),
	}
	doc.Elements.Nodes = make([]cytoscapejs.Element, len(d.Boxes))
	ids := make(map[string]bool, len(d.Boxes))
	for i := range interrupt.Range(ctx, len(d.Boxes)) {
		doc.Elements.Nodes[i] = nodeOf(d, i, t)
		ids[d.Diagram.Nodes[i].ID] = true
	}
	doc.Elements.Edges = edgesOf(ctx, d.Diagram, ids)
	return jsondoc.Encode(w, doc)
}

func nodeOf(d *layout.Drawing, i int, t *theme.Theme) cytoscapejs.Element {
	b, n, f := &d.Boxes[i], &d.Diagram.Nodes[i], d.Diagram.FactsOf(i)
	appearance := paint.NodeAppearance(d, i)
	st := appearance.Style(t)
	labels := f.Labels
	if labels == nil {
		labels = map[string]string{}
	}
	attributes := map[string]any{
		"value": n.ID, // the ID for networkx
		"name":  n.Label, "role": n.Role.String(), "hub": n.Hub, "connection": f.Connection, "membership": f.Membership,
		"version": f.Version, "labels": labels, "width": b.W, "height": b.H,
		"fill": st.Fill, "stroke": st.Stroke, "ink": st.Text,
	}
	if s := n.Detail(); s != "" {
		attributes["detail"] = s
	}
	if n.Group != nil {
		attributes["group"] = strings.Join(n.Group.Path, " / ")
	}
	classes := appearance.Class.CSS()
	if line := appearance.Line.String(); line != "" {
		classes += " " + line
	}
	if j := f.Job; j != nil {
		attributes["job"], attributes["state"], attributes["type"] = j.Name, j.State, j.Type
		classes += " job"
	}
	if appearance.Dim {
		classes += " dim"
	}
	if n.Collapsed {
		attributes["count"], attributes["connected"], attributes["awaiting"] = n.Count, n.Connected, n.Awaiting
	}
	return cytoscapejs.Element{
		Data: cytoscapejs.ElemData{ID: n.ID, Attributes: attributes},
		// In points; y grows downward in Cytoscape too.
		Position: &cytoscapejs.Position{X: b.Center.X, Y: b.Center.Y},
		Classes:  classes,
	}
}

// edgesOf returns the edges, with IDs different from those of all nodes.
func edgesOf(ctx context.Context, d *diagram.Diagram, nodes map[string]bool) []cytoscapejs.Element {
	prefix := "edge-"
	for i := 0; i < len(d.Edges); i++ {
		if nodes[prefix+strconv.Itoa(i)] {
			prefix, i = prefix+"-", -1
		}
	}
	edges := make([]cytoscapejs.Element, len(d.Edges))
	for i := range interrupt.Range(ctx, len(d.Edges)) {
		e := &d.Edges[i]
		edge := cytoscapejs.Element{Data: cytoscapejs.ElemData{
			ID: prefix + strconv.Itoa(i), Source: d.Nodes[e.From].ID, Target: d.Nodes[e.To].ID,
		}}
		if r := e.Run; r != nil {
			times := ""
			if r.Count > 1 {
				times = diagram.Times(r.Count)
			}
			edge.Classes = "run run-" + r.Outcome.Name()
			edge.Data.Attributes = map[string]any{"state": r.State, "count": r.Count, "retries": r.Retries, "ran": !r.Rejected(), "words": r.Words, "times": times}
		}
		edges[i] = edge
	}
	return edges
}

// cyStyles returns styles for elements like those of the picture.
func cyStyles(d *layout.Drawing, t *theme.Theme) []cyStyle {
	edge, width := paint.EdgeStyle(d, t)
	styles := []cyStyle{
		{"node", map[string]any{
			"label": "data(name)", "shape": "round-rectangle", "width": "data(width)", "height": "data(height)",
			"background-color": "data(fill)", "border-color": "data(stroke)", "border-width": 1,
			"color": "data(ink)", "font-size": 9, "text-valign": "center",
		}},
		{"node.hub, node.hybrid", map[string]any{"font-weight": "bold", "border-width": 2}},
		{"node.dashed", map[string]any{"border-style": "dashed"}},
		{"node.dotted", map[string]any{"border-style": "dotted"}},
		{"edge", map[string]any{"line-color": edge, "width": width}},
	}
	if d.Diagram.Jobs == 0 {
		return styles
	}
	styles = append(styles,
		cyStyle{"node.job", map[string]any{"shape": "rectangle", "font-weight": "bold"}},
		cyStyle{"edge.run", map[string]any{"label": "data(times)", "font-size": 8, "color": t.Title, "text-background-color": t.Page, "text-background-opacity": 1}})
	for _, o := range diagram.Outcomes() {
		style := map[string]any{"line-color": t.Runs[o], "width": paint.RunWidth(d, o)}
		if dashes := paint.UsualRunDashes(o); dashes != nil {
			style["line-style"], style["line-dash-pattern"] = "dashed", dashes
		}
		styles = append(styles, cyStyle{"edge.run-" + o.Name(), style})
	}
	return styles
}
