// Package nodelink writes a drawing as node-link JSON, for networkx (node_link_graph) and
// d3: nodes with their places and facts, and links.
package nodelink

import (
	"context"
	"io"
	"math"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

type nodeLink struct {
	Directed   bool       `json:"directed"`
	Multigraph bool       `json:"multigraph"`
	Graph      linkGraph  `json:"graph"`
	Nodes      []linkNode `json:"nodes"`
	Links      []link     `json:"links"`
}

type linkGraph struct {
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle"`
	Notes    []string `json:"notes,omitempty"`
	Hubs     []string `json:"hubs"`
	Engine   string   `json:"engine"`
	Width    float64  `json:"width"` // points
	Height   float64  `json:"height"`

	Selection *linkSelection `json:"selection,omitempty"`
	Sources   int            `json:"sources,omitempty"` // that were to be read
	Unread    int            `json:"unread,omitempty"`  // of these could not be read
}

// A linkSelection says that the nodes are a part of the network only.
type linkSelection struct {
	By    []string `json:"by"`    // the conditions that the compute nodes meet
	Nodes int      `json:"nodes"` // compute nodes that meet them, whether they are drawn or not
	Of    int      `json:"of"`    // compute nodes in the network
}

// A linkNode is a node with its place: X and Y of its centre, in points from the top
// left of the canvas.
type linkNode struct {
	ID         string            `json:"id"`
	Label      string            `json:"label"`
	Role       string            `json:"role"`
	Hub        bool              `json:"hub"`
	Connection string            `json:"connection"`
	Membership string            `json:"membership"`
	Labels     map[string]string `json:"labels"`
	Clusters   []string          `json:"clusters,omitempty"` // the names of those that list the node
	X          float64           `json:"x"`
	Y          float64           `json:"y"`
	Width      float64           `json:"width"`
	Height     float64           `json:"height"`

	// Of a collapsed group only.
	Count     *int         `json:"count,omitempty"`
	Connected *int         `json:"connected,omitempty"`
	Awaiting  *int         `json:"awaiting,omitempty"`
	Capacity  *linkAmounts `json:"capacity,omitempty"`
	Load      *linkAmounts `json:"load,omitempty"` // amounts in use on the connected members
	Group     []string     `json:"group,omitempty"`

	// Of a job only.
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty"`
	Type  string `json:"type,omitempty"`

	Unlisted bool `json:"unlisted,omitempty"` // a job was placed on the node, but it is not in any node list
}

// linkAmounts are capacities: cores, bytes and devices.
type linkAmounts struct {
	CPU    float64 `json:"cpu"`
	Memory uint64  `json:"memory"`
	Disk   uint64  `json:"disk"`
	GPU    uint64  `json:"gpu"`
}

func amounts(r diagram.Amounts) *linkAmounts {
	return &linkAmounts{math.Round(r.CPU*1000) / 1000, r.Memory, r.Disk, r.GPU}
}

type link struct {
	Source string `json:"source"`
	Target string `json:"target"`

	// Of a link of a job only: the state of the execution with the outcome of the run, the
	// numbers of executions and of retries among them, and false if the node rejected
	// the job.
	State   string `json:"state,omitempty"`
	Count   int    `json:"count,omitempty"`
	Retries int    `json:"retries,omitempty"`
	Ran     *bool  `json:"ran,omitempty"`
}

// Write writes the drawing as node-link JSON.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, _ paint.Options) error {
	doc := nodeLink{
		Graph: linkGraph{
			Title: d.Diagram.Title, Subtitle: d.Diagram.Subtitle, Notes: d.Diagram.Notes, Hubs: []string{},
			Engine: d.Engine, Width: d.Width, Height: d.Height, Sources: d.Diagram.Sources, Unread: d.Diagram.Unread,
		},
		Nodes: make([]linkNode, len(d.Boxes)),
		Links: make([]link, len(d.Lines)),
	}
	if s := d.Diagram.Selection; s != nil {
		doc.Graph.Selection = (*linkSelection)(s)
	}
	for i := range interrupt.Range(ctx, len(d.Boxes)) {
		doc.Nodes[i] = nodeOf(d, i)
		if n := &d.Diagram.Nodes[i]; n.Hub {
			doc.Graph.Hubs = append(doc.Graph.Hubs, n.ID)
		}
	}
	for i := range interrupt.Range(ctx, len(d.Diagram.Edges)) {
		doc.Links[i] = linkOf(d.Diagram, d.Diagram.Edges[i])
	}
	return jsondoc.Encode(w, doc)
}

func nodeOf(d *layout.Drawing, i int) linkNode {
	b, n, f := &d.Boxes[i], &d.Diagram.Nodes[i], d.Diagram.FactsOf(i)
	node := linkNode{
		ID: n.ID, Label: n.Label, Role: string(n.Role), Hub: n.Hub, Connection: f.Connection, Membership: f.Membership, Labels: f.Labels,
		X: b.Center.X, Y: b.Center.Y, Width: b.W, Height: b.H, Group: n.Group, Unlisted: n.Class == diagram.ClassUnlisted, Clusters: f.Clusters,
	}
	if node.Labels == nil {
		node.Labels = map[string]string{}
	}
	if j := f.Job; j != nil {
		node.Name, node.State, node.Type = j.Name, j.State, j.Type
	}
	if n.Collapsed {
		node.Count, node.Connected, node.Awaiting = &n.Count, &n.Connected, &n.Awaiting
		node.Capacity, node.Load = amounts(f.Capacity), amounts(f.InUse)
	}
	return node
}

func linkOf(d *diagram.Diagram, e diagram.Edge) link {
	l := link{Source: d.Nodes[e.From].ID, Target: d.Nodes[e.To].ID}
	if r := e.Run; r != nil {
		l.State, l.Count, l.Retries = r.State, r.Count, r.Retries
		if r.Rejected() {
			l.Ran = new(bool)
		}
	}
	return l
}
