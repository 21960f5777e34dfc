package html

import (
	"context"
	"math"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// A pageNode is a node, a job or a collapsed group as the page shows it. Its texts are
// printable.
type pageNode struct {
	ID, Label, Role   string
	State, Membership string
	Version           string
	Engines           []string
	Labels            map[string]string // of the node, not printable
	Clusters          []string          // the names of those that list it
	Hubs              []string          // the labels of the orchestrators that list it
	Changes           []string          // of a difference: the name of its change, then the changed fields
	Link              string            // URL of a page about it, or ""
	Type              string            // of a job
	Capacity          diagram.Amounts
	Load              diagram.Load

	Kind       diagram.Class
	Hub, Job   bool
	Kept       bool     // no sum counts it
	Part, Idle bool     // has executions; there are jobs, but it has none
	Group      int      // its index in the groups of the diagram, from 1; 0 for none
	GroupPath  []string // the names of its groups
	Value      int      // its index in the values of the colouring, from 1; 0 for none
	Share      *float64 // from 0 to 1, if colours stand for an amount
	Executions int      // of a job, or on a node

	Members, Connected, Awaiting int // of a collapsed group
}

// newPageNodes returns the nodes in the order of the picture. They are not complete if ctx
// ends.
func newPageNodes(ctx context.Context, d *layout.Drawing, opt paint.Options) []pageNode {
	fig := d.Diagram
	nodes := make([]pageNode, len(fig.Nodes))
	for i := range interrupt.Range(ctx, len(nodes)) {
		nodes[i] = newPageNode(fig, i)
		nodes[i].Link = opt.LinkTo(&fig.Nodes[i])
	}
	for i := range interrupt.Range(ctx, len(fig.Edges)) {
		if e := &fig.Edges[i]; e.Run != nil {
			nodes[e.From].Executions += e.Run.Count
			nodes[e.To].Executions += e.Run.Count
		}
	}
	return nodes
}

func newPageNode(d *diagram.Diagram, i int) pageNode {
	n, f := &d.Nodes[i], d.FactsOf(i)
	p := pageNode{
		ID: display.Printable(n.ID), Label: n.Label, Role: n.Role.String(), Hub: n.Hub, Kind: n.Class,
		Version: display.Printable(f.Version), Engines: printable(f.Engines), Labels: f.Labels, Clusters: printable(f.Clusters),
		Changes: n.ChangeLines(&f), Capacity: f.Capacity, Load: f.Load, Kept: f.Kept, Part: n.Part, Idle: n.Idle,
	}
	p.Capacity.CPU = rounded(p.Capacity.CPU)
	if path := n.Path(); path != nil {
		p.Group, p.GroupPath = 1+d.GroupIndex(path), path
	}
	if n.Collapsed {
		p.Members, p.Connected, p.Awaiting = int(n.Count), int(n.Connected), int(n.Awaiting)
	} else {
		row := d.RowOf(i)
		p.State, p.Membership = row.State, row.Membership
	}
	for _, h := range n.Hubs {
		p.Hubs = append(p.Hubs, d.Nodes[h].Label)
	}
	if f.Job != nil {
		p.Job, p.Type = true, display.Printable(f.Job.Type)
	}
	if d.Coloring != nil {
		switch v := d.ValueOf(i); {
		case !d.Coloring.Amount:
			p.Value = v.Number
		case v.Number > 0:
			p.Share = &v.Amount
		}
	}
	return p
}

// printable returns the texts as they can be shown.
func printable(texts []string) []string {
	var all []string
	for _, t := range texts {
		all = append(all, display.Printable(t))
	}
	return all
}

// rounded returns a number of cores without the noise of its last bits.
func rounded(cores float64) float64 {
	if cores > 1e12 {
		return cores
	}
	return math.Round(cores*1000) / 1000
}
