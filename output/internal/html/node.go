package html

import (
	"context"
	"math"
	"slices"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
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

// A nodeReader makes the nodes of a page, in the order of the picture's, as many at a time as are
// asked for: all of a large network would take more memory than their texts.
type nodeReader struct {
	ctx        context.Context
	fig        *diagram.Diagram
	opt        paint.Options
	executions []int // of each node; nil if there are none
	nodes      []pageNode
}

func newNodeReader(ctx context.Context, fig *diagram.Diagram, opt paint.Options) *nodeReader {
	r := &nodeReader{ctx: ctx, fig: fig, opt: opt}
	for i := range interrupt.Range(ctx, len(fig.Edges)) {
		if e := &fig.Edges[i]; e.Run != nil {
			if r.executions == nil {
				r.executions = make([]int, len(fig.Nodes))
			}
			r.executions[e.From] += e.Run.Count
			r.executions[e.To] += e.Run.Count
		}
	}
	return r
}

// read returns the nodes from one number up to but without another, until the next call. They are
// not complete if ctx ends.
func (r *nodeReader) read(from, to int) []pageNode {
	const size = 256
	clear(r.nodes)
	r.nodes = slices.Grow(r.nodes[:0], to-from)[:to-from]
	_, _ = parallel.Chunks(r.ctx, to-from, size, func(first, end int) struct{} { // the error is that of ctx
		for i := first; i < end; i++ {
			n := &r.nodes[i]
			n.fill(r.fig, from+i)
			n.Link = r.opt.LinkTo(&r.fig.Nodes[from+i])
			if r.executions != nil {
				n.Executions = r.executions[from+i]
			}
		}
		return struct{}{}
	})
	return r.nodes
}

// fill makes it the node i of a diagram, but for its link and its executions.
func (p *pageNode) fill(d *diagram.Diagram, i int) {
	n, f := &d.Nodes[i], d.FactsOf(i)
	p.ID, p.Label, p.Role, p.Hub, p.Kind = display.Printable(n.ID), n.Label, n.Role.String(), n.Hub, n.Class
	p.Version, p.Engines, p.Labels, p.Clusters = display.Printable(f.Version), printable(f.Engines), f.Labels, printable(f.Clusters)
	p.Changes, p.Capacity, p.Load, p.Kept, p.Part, p.Idle = n.ChangeLines(&f), f.Capacity, f.Load, f.Kept, n.Part, n.Idle
	p.Capacity.CPU = rounded(p.Capacity.CPU)
	if path := n.Path(); path != nil {
		p.Group, p.GroupPath = 1+d.GroupIndex(path), path
	}
	if n.Collapsed {
		p.Members, p.Connected, p.Awaiting = int(n.Count), int(n.Connected), int(n.Awaiting)
	} else {
		p.State, p.Membership = n.StateOf(&f)
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
}

// printable returns the texts as they can be shown, most often the same.
func printable(texts []string) []string {
	if !slices.ContainsFunc(texts, func(t string) bool { return display.Printable(t) != t }) {
		return texts
	}
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
