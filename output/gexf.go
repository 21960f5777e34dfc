package output

// This file writes GEXF 1.2, which Gephi and networkx read, through gonum. XML has
// no control characters: they are spelled out.

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/graph/formats/gexf12"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
)

// gexfAttributes are the columns of every document, before those of labels.
var gexfAttributes = []gexf12.Attribute{
	{ID: "role", Title: "role", Type: "string"},
	{ID: "hub", Title: "hub", Type: "boolean"},
	{ID: "connection", Title: "connection", Type: "string"},
	{ID: "membership", Title: "membership", Type: "string"},
	{ID: "version", Title: "version", Type: "string"},
	{ID: "group", Title: "group", Type: "string"},
	{ID: "count", Title: "count", Type: "integer"},
	{ID: "connected", Title: "connected", Type: "integer"},
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

func writeGEXF(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	keys, columns := labelColumns(d)
	ids := printableIDs(d)
	doc := gexf12.Content{
		Version: "1.2",
		Meta:    &gexf12.Meta{Creator: "bacviz", Description: display.Printable(d.Name + ": " + describe(d))},
		Graph: gexf12.Graph{
			DefaultEdgeType: "undirected", IDType: "string", Mode: "static",
			Attributes: []gexf12.Attributes{{Class: "node", Mode: "static", Attributes: columns}},
			Nodes:      gexf12.Nodes{Count: len(d.Boxes), Nodes: make([]gexf12.Node, len(d.Boxes))},
			Edges:      gexf12.Edges{Count: len(d.Lines), Edges: make([]gexf12.Edge, len(d.Lines))},
		},
	}
	if d.Topology.Jobs() > 0 {
		doc.Graph.Attributes = append(doc.Graph.Attributes, gexf12.Attributes{Class: "edge", Mode: "static", Attributes: gexfRuns})
	}
	for i := range d.Boxes {
		b := &d.Boxes[i]
		st := lookOf(d, b).style(opt.theme())
		c := rgb(st.fill)
		shape := "disc"
		switch v := b.Vertex; {
		case v.Job != nil:
			shape = "triangle"
		case v.Hub:
			shape = "square"
		case v.Odd():
			shape = "diamond"
		}
		doc.Graph.Nodes.Nodes[i] = gexf12.Node{
			ID: ids[i], Label: display.Printable(b.Vertex.Label),
			AttValues: &gexf12.AttValues{AttValues: attValues(b, keys)},
			Color:     &gexf12.Color{R: c.R, G: c.G, B: c.B},
			// Points, as everywhere, but from the bottom left: y grows upward in Gephi.
			Position: &gexf12.Position{X: b.Center.X, Y: roundTo(d.Height - b.Center.Y)},
			Size:     &gexf12.Size{Value: b.W},
			Shape:    &gexf12.NodeShape{Shape: shape},
		}
	}
	for i, l := range d.Lines {
		e := gexf12.Edge{ID: strconv.Itoa(i), Source: ids[l.From], Target: ids[l.To]}
		if r := l.Run; r != nil {
			c := rgb(opt.theme().runs[r.Outcome])
			e.Color, e.Thickness, e.Weight = &gexf12.Color{R: c.R, G: c.G, B: c.B}, &gexf12.Thickness{Value: runWidth(d, r.Outcome)}, float64(r.Count)
			e.AttValues = &gexf12.AttValues{AttValues: []gexf12.AttValue{
				{For: "state", Value: display.Printable(string(r.State))}, {For: "executions", Value: strconv.Itoa(r.Count)},
				{For: "retries", Value: strconv.Itoa(r.Retries)}, {For: "ran", Value: strconv.FormatBool(r.Ran())},
			}}
		}
		doc.Graph.Edges.Edges[i] = e
	}
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// labelColumns are the attributes of a document, and the place of each label's
// among them by its key.
func labelColumns(d *layout.Drawing) (map[string]string, []gexf12.Attribute) {
	keys := make(map[string]string)
	for i := range d.Boxes {
		for k := range d.Boxes[i].Vertex.Node.Labels {
			keys[k] = ""
		}
	}
	columns := slices.Clone(gexfAttributes)
	if d.Topology.Jobs() > 0 {
		columns = append(columns, gexfJobs...)
	}
	for n, k := range slices.Sorted(maps.Keys(keys)) {
		keys[k] = "label" + strconv.Itoa(n)
		columns = append(columns, gexf12.Attribute{ID: keys[k], Title: "label:" + display.Printable(k), Type: "string"})
	}
	return keys, columns
}

func attValues(b *layout.Box, keys map[string]string) []gexf12.AttValue {
	v := b.Vertex
	n, connected := v.Nodes()
	values := []gexf12.AttValue{
		{For: "role", Value: string(v.Role)},
		{For: "hub", Value: strconv.FormatBool(v.Hub)},
		{For: "connection", Value: display.Printable(string(v.Connection))},
		{For: "membership", Value: display.Printable(string(v.Membership))},
		{For: "version", Value: display.Printable(v.Node.Version)},
		{For: "group", Value: display.Printable(groupName(v))},
		{For: "count", Value: strconv.Itoa(n)},
		{For: "connected", Value: strconv.Itoa(connected)},
		{For: "width", Value: number(b.W)},
		{For: "height", Value: number(b.H)},
	}
	if j := v.Job; j != nil {
		values = append(values, gexf12.AttValue{For: "name", Value: display.Printable(j.Name)}, gexf12.AttValue{For: "state", Value: display.Printable(string(j.State))})
	}
	for _, k := range sortedKeys(v.Node.Labels) {
		values = append(values, gexf12.AttValue{For: keys[k], Value: display.Printable(v.Node.Labels[k])})
	}
	return values
}

// printableIDs are the NodeIDs in characters that show, each unlike the others.
func printableIDs(d *layout.Drawing) []string {
	ids := make([]string, len(d.Boxes))
	taken := make(map[string]bool)
	for i := range d.Boxes {
		ids[i] = display.Printable(d.Boxes[i].Vertex.NodeID())
		for taken[ids[i]] {
			ids[i] += "'"
		}
		taken[ids[i]] = true
	}
	return ids
}
