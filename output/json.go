package output

// This file writes node-link JSON, which networkx (node_link_graph) and d3
// read as it is.

import (
	"context"
	"encoding/json"
	"io"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
)

type nodeLink struct {
	Directed   bool       `json:"directed"`
	Multigraph bool       `json:"multigraph"`
	Graph      linkGraph  `json:"graph"`
	Nodes      []linkNode `json:"nodes"`
	Links      []link     `json:"links"`
}

type linkGraph struct {
	Title  string   `json:"title"`
	Hubs   []string `json:"hubs"`
	Engine string   `json:"engine"`
	Width  float64  `json:"width"` // points
	Height float64  `json:"height"`
}

// linkNode is a vertex with its place: X and Y of its centre, in points from
// the top left of the canvas.
type linkNode struct {
	ID         string             `json:"id"`
	Label      string             `json:"label"`
	Role       graph.Role         `json:"role"`
	Hub        bool               `json:"hub"`
	Connection cluster.Connection `json:"connection"`
	Membership cluster.Membership `json:"membership"`
	Labels     map[string]string  `json:"labels"`
	X          float64            `json:"x"`
	Y          float64            `json:"y"`
	Width      float64            `json:"width"`
	Height     float64            `json:"height"`
}

type link struct {
	Source string `json:"source"`
	Target string `json:"target"`
}

func writeJSON(_ context.Context, w io.Writer, d *layout.Drawing, _ Options) error {
	doc := nodeLink{
		Graph: linkGraph{Title: d.Title.String, Hubs: []string{}, Engine: d.Engine, Width: d.Width, Height: d.Height},
		Nodes: make([]linkNode, len(d.Boxes)),
		Links: make([]link, len(d.Lines)),
	}
	for i := range d.Boxes {
		b := &d.Boxes[i]
		v := b.Vertex
		if v.Hub {
			doc.Graph.Hubs = append(doc.Graph.Hubs, v.NodeID())
		}
		labels := v.Node.Labels
		if labels == nil {
			labels = map[string]string{}
		}
		doc.Nodes[i] = linkNode{
			v.NodeID(), v.Label, v.Role, v.Hub, v.Connection, v.Membership, labels,
			b.Center.X, b.Center.Y, b.W, b.H,
		}
	}
	for i, l := range d.Lines {
		doc.Links[i] = link{d.Boxes[l.From].Vertex.NodeID(), d.Boxes[l.To].Vertex.NodeID()}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
