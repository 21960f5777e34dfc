package output

// This file writes node-link JSON, which networkx (node_link_graph) and d3
// read as it is.

import (
	"context"
	"encoding/json"
	"io"
	"math"

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

	// Of a collapsed group only.
	Count     *int         `json:"count,omitempty"`
	Connected *int         `json:"connected,omitempty"`
	Capacity  *linkAmounts `json:"capacity,omitempty"`
	Load      *linkAmounts `json:"load,omitempty"` // what is in use, of the connected members
	Group     []string     `json:"group,omitempty"`

	// Of a job only.
	Name  string           `json:"name,omitempty"`
	State cluster.JobState `json:"state,omitempty"`
	Type  string           `json:"type,omitempty"`

	Unlisted bool `json:"unlisted,omitempty"` // a node that a job was placed on and no list has
}

// linkAmounts are cores, bytes and devices.
type linkAmounts struct {
	CPU    float64 `json:"cpu"`
	Memory uint64  `json:"memory"`
	Disk   uint64  `json:"disk"`
	GPU    uint64  `json:"gpu"`
}

func amounts(r cluster.Resources) *linkAmounts {
	return &linkAmounts{math.Round(r.CPU*1000) / 1000, r.Memory, r.Disk, r.GPU}
}

type link struct {
	Source string `json:"source"`
	Target string `json:"target"`

	// Between a job and a node only: the state of the execution that counts most,
	// failures first, how many executions there are, those of them that took the
	// place of another, and false where the node only turned the job down.
	State   cluster.ExecutionState `json:"state,omitempty"`
	Count   int                    `json:"count,omitempty"`
	Retries int                    `json:"retries,omitempty"`
	Ran     *bool                  `json:"ran,omitempty"`
}

func writeJSON(_ context.Context, w io.Writer, d *layout.Drawing, _ Options) error {
	doc := nodeLink{
		Graph: linkGraph{Title: d.Name, Hubs: []string{}, Engine: d.Engine, Width: d.Width, Height: d.Height},
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
			ID: v.NodeID(), Label: v.Label, Role: v.Role, Hub: v.Hub, Connection: v.Connection, Membership: v.Membership,
			Labels: labels, X: b.Center.X, Y: b.Center.Y, Width: b.W, Height: b.H, Group: v.Group, Unlisted: v.Unlisted,
		}
		if j := v.Job; j != nil {
			n := &doc.Nodes[i]
			n.Name, n.State, n.Type = j.Name, j.State, j.Type
		}
		if m := v.Members; m != nil {
			n := &doc.Nodes[i]
			n.Count, n.Connected = &m.Count, &m.Connected
			n.Capacity, n.Load = amounts(v.Node.Max), amounts(v.InUse)
		}
	}
	for i, l := range d.Lines {
		doc.Links[i] = link{Source: d.Boxes[l.From].Vertex.NodeID(), Target: d.Boxes[l.To].Vertex.NodeID()}
		if r := l.Run; r != nil {
			k := &doc.Links[i]
			k.State, k.Count, k.Retries = r.State, r.Count, r.Retries
			if !r.Ran() {
				k.Ran = new(bool)
			}
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
