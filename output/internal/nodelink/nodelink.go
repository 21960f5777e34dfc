// Package nodelink writes a drawing as node-link JSON, for networkx (node_link_graph) and
// d3: nodes with their places and facts, and links.
package nodelink

import (
	"bytes"
	"context"
	"io"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/lazy"
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
	Detail     string            `json:"detail,omitempty"`   // the second line: the capacity, or what changed
	Use        *float64          `json:"use,omitempty"`      // the share in use that a bar or a fill shows
	Clusters   []string          `json:"clusters,omitempty"` // the names of those that list the node
	X          float64           `json:"x"`
	Y          float64           `json:"y"`
	Width      float64           `json:"width"`
	Height     float64           `json:"height"`

	// Of a collapsed group only.
	Count     *int32       `json:"count,omitempty"`
	Connected *int32       `json:"connected,omitempty"`
	Awaiting  *int32       `json:"awaiting,omitempty"`
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

	// Points are the route in straight pieces, in points from the top left of the canvas. A
	// curve is flattened to within 0.5 points. The route of a trunk, which stands for all
	// edges of a hub to the nodes of an area, ends at the area.
	Points [][2]float64 `json:"points,omitempty"`
	Trunk  bool         `json:"trunk,omitempty"`

	// Chip is the box that is drawn beside a job in place of a line, without Points. Links
	// of one job that share it have one outcome.
	Chip *linkChip `json:"chip,omitempty"`

	// Of a link of a job only: the state of the execution with the outcome of the run, the
	// numbers of executions and of retries among them, and false if the node rejected
	// the job.
	State   string `json:"state,omitempty"`
	Count   int    `json:"count,omitempty"`
	Retries int    `json:"retries,omitempty"`
	Ran     *bool  `json:"ran,omitempty"`
}

// A linkChip is a box: X and Y of its centre, and its size, in points.
type linkChip struct {
	Label  string  `json:"label"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
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
	trunks := make([][][2]float64, len(d.Trunks))
	for i := range d.Trunks {
		trunks[i] = pointsOf(d.Trunks[i].Path)
	}
	for i := range interrupt.Range(ctx, len(d.Diagram.Edges)) {
		l := linkOf(d.Diagram, d.Diagram.Edges[i])
		switch from := &d.Lines[i]; {
		case from.Trunk > 0:
			l.Trunk, l.Points = true, trunks[from.Trunk-1]
		case from.Chip > 0:
			c := &d.Chips[from.Chip-1]
			l.Chip = &linkChip{c.Label().String, c.Center.X, c.Center.Y, c.W, c.H}
		default:
			l.Points = pointsOf(from.Path)
		}
		doc.Links[i] = l
	}
	var text bytes.Buffer
	if err := jsondoc.Encode(&text, doc); err != nil {
		return err
	}
	_, err := w.Write(brokenPoint().ReplaceAll(text.Bytes(), []byte("[$1, $2]")))
	return err
}

// brokenPoint matches a point that is broken into lines. No line ends within a string.
var brokenPoint = lazy.Regexp(`\[\n +(-?[0-9.]+),\n +(-?[0-9.]+)\n +\]`)

func nodeOf(d *layout.Drawing, i int) linkNode {
	b, n, f := &d.Boxes[i], &d.Diagram.Nodes[i], d.Diagram.FactsOf(i)
	node := linkNode{
		ID: n.ID, Label: n.Label, Role: n.Role.String(), Hub: n.Hub, Connection: f.Connection, Membership: f.Membership, Labels: f.Labels,
		X: b.Center.X, Y: b.Center.Y, Width: b.W, Height: b.H, Group: n.Path(), Unlisted: n.Class == diagram.ClassUnlisted, Clusters: f.Clusters,
	}
	if node.Labels == nil {
		node.Labels = map[string]string{}
	}
	node.Detail = n.Detail()
	if n.Bar || b.Fill.Known {
		share := math.Round(n.Use.Share*1000) / 1000
		node.Use = &share
	}
	if j := f.Job; j != nil {
		node.Name, node.State, node.Type = j.Name, j.State, j.Type
	}
	if n.Collapsed {
		node.Count, node.Connected, node.Awaiting = &n.Count, &n.Connected, &n.Awaiting
		node.Capacity, node.Load = amounts(f.Capacity), amounts(f.Load.InUse)
	}
	return node
}

// pointsOf returns a path as the corners of straight pieces.
func pointsOf(path []r2.Vec) [][2]float64 {
	var points [][2]float64
	for _, p := range layout.Flatten(path) {
		points = append(points, [2]float64{paint.Round(p.X), paint.Round(p.Y)})
	}
	return points
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
