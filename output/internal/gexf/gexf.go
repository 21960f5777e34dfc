// Package gexf writes a drawing as GEXF 1.2, for Gephi and networkx, through gonum. The
// attributes of nodes are the facts of the diagram. XML has no control characters, so
// texts are made printable.
package gexf

import (
	"context"
	"encoding/xml"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/graph/formats/gexf12"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// gexfAttributes are the columns of nodes in every document.
var gexfAttributes = []gexf12.Attribute{
	{ID: "role", Title: "role", Type: "string"},
	{ID: "hub", Title: "hub", Type: "boolean"},
	{ID: "connection", Title: "connection", Type: "string"},
	{ID: "membership", Title: "membership", Type: "string"},
	{ID: "version", Title: "version", Type: "string"},
	{ID: "group", Title: "group", Type: "string"},
	{ID: "count", Title: "count", Type: "integer"},
	{ID: "connected", Title: "connected", Type: "integer"},
	{ID: "awaiting", Title: "awaiting", Type: "integer"},
	{ID: "width", Title: "width", Type: "double"},
	{ID: "height", Title: "height", Type: "double"},
}

// gexfJobs and gexfRuns are the columns of nodes and edges in documents with jobs.
var (
	gexfJobs = []gexf12.Attribute{
		{ID: "name", Title: "job", Type: "string"},
		{ID: "state", Title: "state", Type: "string"},
	}
	gexfRuns = []gexf12.Attribute{
		{ID: "state", Title: "state", Type: "string"},
		{ID: "executions", Title: "executions", Type: "integer"},
		{ID: "retries", Title: "retries", Type: "integer"},
		{ID: "ran", Title: "ran", Type: "boolean"},
	}
)

// Write writes the drawing as GEXF.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	keys, columns := labelColumns(ctx, d.Diagram)
	ids := printableIDs(ctx, d.Diagram)
	doc := gexf12.Content{
		Version: "1.2",
		Meta:    &gexf12.Meta{Creator: "bacviz", Description: display.Printable(d.Diagram.Title + ": " + d.Diagram.Description())},
		Graph: gexf12.Graph{
			DefaultEdgeType: "undirected", IDType: "string", Mode: "static",
			Attributes: []gexf12.Attributes{{Class: "node", Mode: "static", Attributes: columns}},
			Nodes:      gexf12.Nodes{Count: len(d.Boxes), Nodes: make([]gexf12.Node, len(d.Boxes))},
			Edges:      gexf12.Edges{Count: len(d.Lines), Edges: make([]gexf12.Edge, len(d.Lines))},
		},
	}
	if d.Diagram.Jobs > 0 {
		doc.Graph.Attributes = append(doc.Graph.Attributes, gexf12.Attributes{Class: "edge", Mode: "static", Attributes: gexfRuns})
	}
	for i := range interrupt.Range(ctx, len(d.Boxes)) {
		b, n := &d.Boxes[i], &d.Diagram.Nodes[i]
		doc.Graph.Nodes.Nodes[i] = gexf12.Node{
			ID: ids[i], Label: display.Printable(n.Label),
			AttValues: &gexf12.AttValues{AttValues: attValues(d, i, keys)},
			Color:     colorOf(paint.NodeAppearance(d, i).Style(opt.Colors()).Fill),
			// In points from the bottom left: y grows upward in Gephi.
			Position: &gexf12.Position{X: b.Center.X, Y: paint.Round(d.Height - b.Center.Y)},
			Size:     &gexf12.Size{Value: b.W},
			Shape:    &gexf12.NodeShape{Shape: shapeOf(n)},
		}
	}
	for i := range interrupt.Range(ctx, len(d.Diagram.Edges)) {
		e := &d.Diagram.Edges[i]
		edge := gexf12.Edge{ID: strconv.Itoa(i), Source: ids[e.From], Target: ids[e.To]}
		if r := e.Run; r != nil {
			edge.Color, edge.Thickness, edge.Weight = colorOf(opt.Colors().Runs[r.Outcome]), &gexf12.Thickness{Value: paint.RunWidth(d, r.Outcome)}, float64(r.Count)
			edge.AttValues = &gexf12.AttValues{AttValues: []gexf12.AttValue{
				{For: "state", Value: display.Printable(r.State)}, {For: "executions", Value: strconv.Itoa(r.Count)},
				{For: "retries", Value: strconv.Itoa(r.Retries)}, {For: "ran", Value: strconv.FormatBool(!r.Rejected())},
			}}
		}
		doc.Graph.Edges.Edges[i] = edge
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func colorOf(hex string) *gexf12.Color {
	c := theme.RGB(hex)
	return &gexf12.Color{R: c.R, G: c.G, B: c.B}
}

func shapeOf(n *diagram.Node) string {
	switch {
	case n.Class.IsJob():
		return "triangle"
	case n.Hub:
		return "square"
	case n.NeedsAttention:
		return "diamond"
	}
	return "disc"
}

// labelColumns returns the columns of nodes, and the ID of the column of each label by
// its key.
func labelColumns(ctx context.Context, d *diagram.Diagram) (map[string]string, []gexf12.Attribute) {
	keys := make(map[string]string)
	for i := range interrupt.Range(ctx, len(d.Nodes)) {
		for k := range d.FactsOf(i).Labels {
			keys[k] = ""
		}
	}
	columns := slices.Clone(gexfAttributes)
	if d.Jobs > 0 {
		columns = append(columns, gexfJobs...)
	}
	for n, k := range slices.Sorted(maps.Keys(keys)) {
		keys[k] = "label" + strconv.Itoa(n)
		columns = append(columns, gexf12.Attribute{ID: keys[k], Title: "label:" + display.Printable(k), Type: "string"})
	}
	return keys, columns
}

func attValues(d *layout.Drawing, i int, keys map[string]string) []gexf12.AttValue {
	b, n, f := &d.Boxes[i], &d.Diagram.Nodes[i], d.Diagram.FactsOf(i)
	values := []gexf12.AttValue{
		{For: "role", Value: n.Role.String()},
		{For: "hub", Value: strconv.FormatBool(n.Hub)},
		{For: "connection", Value: display.Printable(f.Connection)},
		{For: "membership", Value: display.Printable(f.Membership)},
		{For: "version", Value: display.Printable(f.Version)},
		{For: "group", Value: display.Printable(strings.Join(n.Path(), " / "))},
		{For: "count", Value: strconv.Itoa(int(n.Count))},
		{For: "connected", Value: strconv.Itoa(int(n.Connected))},
		{For: "awaiting", Value: strconv.Itoa(int(n.Awaiting))},
		{For: "width", Value: number(b.W)},
		{For: "height", Value: number(b.H)},
	}
	if j := f.Job; j != nil {
		values = append(values, gexf12.AttValue{For: "name", Value: display.Printable(j.Name)}, gexf12.AttValue{For: "state", Value: display.Printable(j.State)})
	}
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		values = append(values, gexf12.AttValue{For: keys[k], Value: display.Printable(f.Labels[k])})
	}
	return values
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// printableIDs returns the IDs of the nodes, printable and without duplicates.
func printableIDs(ctx context.Context, d *diagram.Diagram) []string {
	ids := make([]string, len(d.Nodes))
	taken := make(map[string]bool)
	for i := range interrupt.Range(ctx, len(d.Nodes)) {
		ids[i] = display.Printable(d.Nodes[i].ID)
		for taken[ids[i]] {
			ids[i] += "'"
		}
		taken[ids[i]] = true
	}
	return ids
}
