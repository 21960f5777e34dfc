package output

// This file writes JSON for Cytoscape and Cytoscape.js, through gonum.

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/graph/formats/cytoscapejs"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
)

// cyGraph keeps nodes apart from edges, as Cytoscape's own files do. Its elements
// are those of the mixed form: gonum's Node would give every node a parent, "".
type cyGraph struct {
	FormatVersion string         `json:"format_version"`
	GeneratedBy   string         `json:"generated_by"`
	Data          map[string]any `json:"data"`
	Elements      struct {
		Nodes []cytoscapejs.Element `json:"nodes"`
		Edges []cytoscapejs.Element `json:"edges"`
	} `json:"elements"`
	Layout map[string]string `json:"layout"` // the places that the nodes have
	Style  []cyStyle         `json:"style"`
}

type cyStyle struct {
	Selector string         `json:"selector"`
	Style    map[string]any `json:"style"`
}

func writeCytoscape(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	t := opt.theme()
	doc := &cyGraph{
		FormatVersion: "1.0", GeneratedBy: "bacviz",
		Data:   map[string]any{"name": d.Name, "description": describe(d)},
		Layout: map[string]string{"name": "preset"},
		Style:  cyStyles(d, t),
	}
	doc.Elements.Nodes = make([]cytoscapejs.Element, len(d.Boxes))
	doc.Elements.Edges = make([]cytoscapejs.Element, len(d.Lines))
	ids := make(map[string]bool, len(d.Boxes))
	for i := range d.Boxes {
		b := &d.Boxes[i]
		v := b.Vertex
		ids[v.NodeID()] = true
		l := lookOf(d, b)
		st := l.style(t)
		classes := kindClasses[l.kind]
		if l.dashed {
			classes += " dashed"
		}
		labels := v.Node.Labels
		if labels == nil {
			labels = map[string]string{}
		}
		attributes := map[string]any{
			"value": v.NodeID(), // which networkx takes for the ID
			"name":  v.Label, "role": v.Role, "hub": v.Hub, "connection": v.Connection, "membership": v.Membership,
			"version": v.Node.Version, "labels": labels, "width": b.W, "height": b.H,
			"fill": st.fill, "stroke": st.stroke, "ink": st.text,
		}
		if name := groupName(v); name != "" {
			attributes["group"] = name
		}
		if j := v.Job; j != nil {
			attributes["job"], attributes["state"], attributes["type"] = j.Name, j.State, j.Type
			classes += " job"
		}
		if l.dim {
			classes += " dim"
		}
		if m := v.Members; m != nil {
			attributes["count"], attributes["connected"] = m.Count, m.Connected
		}
		doc.Elements.Nodes[i] = cytoscapejs.Element{
			Data: cytoscapejs.ElemData{ID: v.NodeID(), Attributes: attributes},
			// Cytoscape's y grows downward too; its unit is whatever one makes of it.
			Position: &cytoscapejs.Position{X: b.Center.X, Y: b.Center.Y},
			Classes:  classes,
		}
	}
	prefix := "edge-" // nodes and edges share their IDs
	for i := 0; i < len(d.Lines); i++ {
		if ids[prefix+strconv.Itoa(i)] {
			prefix, i = prefix+"-", -1
		}
	}
	for i, l := range d.Lines {
		e := cytoscapejs.Element{Data: cytoscapejs.ElemData{
			ID: prefix + strconv.Itoa(i), Source: d.Boxes[l.From].Vertex.NodeID(), Target: d.Boxes[l.To].Vertex.NodeID(),
		}}
		if r := l.Run; r != nil {
			e.Classes = "run run-" + outcomeName(r.Outcome)
			e.Data.Attributes = map[string]any{"state": r.State, "count": r.Count, "retries": r.Retries, "ran": r.Ran(), "words": r.Words(), "times": ""}
			if r.Count > 1 {
				e.Data.Attributes["times"] = fmt.Sprintf("×%d", r.Count)
			}
		}
		doc.Elements.Edges[i] = e
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// cyStyles draw the elements as the picture has them.
func cyStyles(d *layout.Drawing, t *Theme) []cyStyle {
	edge, width := t.edgeStyle(d)
	styles := []cyStyle{
		{"node", map[string]any{
			"label": "data(name)", "shape": "round-rectangle", "width": "data(width)", "height": "data(height)",
			"background-color": "data(fill)", "border-color": "data(stroke)", "border-width": 1,
			"color": "data(ink)", "font-size": 9, "text-valign": "center",
		}},
		{"node.hub, node.hybrid", map[string]any{"font-weight": "bold", "border-width": 2}},
		{"node.dashed", map[string]any{"border-style": "dashed"}},
		{"edge", map[string]any{"line-color": edge, "width": width}},
	}
	if d.Topology.Jobs() == 0 {
		return styles
	}
	styles = append(styles,
		cyStyle{"node.job", map[string]any{"shape": "rectangle", "font-weight": "bold"}},
		cyStyle{"edge.run", map[string]any{"label": "data(times)", "font-size": 8, "color": t.title, "text-background-color": t.page, "text-background-opacity": 1}})
	for _, o := range graph.Outcomes() {
		style := map[string]any{"line-color": t.runs[o], "width": runWidth(d, o)}
		if dashes := runLines[o].dashes; dashes != nil {
			style["line-style"], style["line-dash-pattern"] = "dashed", dashes
		}
		styles = append(styles, cyStyle{"edge.run-" + outcomeName(o), style})
	}
	return styles
}

// groupName is the path of the group that a vertex is in.
func groupName(v *graph.Vertex) string { return strings.Join(v.Group, " / ") }
