// Package flowchart makes of a diagram what languages of flowcharts draw: nodes with a few
// lines of text, nested groups, and edges. Where there are too many nodes for one column, it
// puts them into trays, which each hub has one edge to. Packages mermaid and d2 write it.
package flowchart

import (
	"context"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// A Chart is a flowchart without the words of a language.
type Chart struct {
	Nodes []Node
	Edges []Edge
	Trays []Tray
}

// An Edge joins a hub or a job to a node.
type Edge struct {
	From, To int
	Tray     int          // that it leads to instead of a node, counted from 1; 0 for none
	Removed  bool         // of a removed node
	Hidden   bool         // it only makes the language place one node behind another
	Run      *diagram.Run // of a job; nil for an edge of a hub
}

// A Node is a node of the diagram, or a bundle of similar ones.
type Node struct {
	Index int // in the diagram: the only node, or one of the bundle
	Lines []string
	Look  paint.Appearance
	Group []string // the groups it is in, outermost first
	Hub   bool
	Tray  int // that it is in, counted from 1; 0 for none
	Near  int // 1 more than the index of a hub that it is drawn near; 0 for any
}

// Options say what a flowchart has.
type Options struct {
	Details bool // the second lines of nodes
	Column  int  // the most nodes without trays: those that one column has room for
}

// Of returns a flowchart with all nodes of the diagram. It returns ctx.Err() if ctx ends first.
func Of(ctx context.Context, d *layout.Drawing, opt Options) (*Chart, error) {
	f := &Chart{}
	for i := range interrupt.Range(ctx, len(d.Diagram.Nodes)) {
		v := &d.Diagram.Nodes[i]
		n := Node{Index: i, Lines: []string{v.Label}, Look: paint.NodeAppearance(d, i), Group: v.Path(), Hub: v.Hub, Near: int(v.Near)}
		if words := d.Diagram.StateWords(i); len(words) > 0 {
			n.Lines = append(n.Lines, strings.Join(words, ", "))
		}
		if s := v.Detail(); opt.Details && s != "" {
			n.Lines = append(n.Lines, display.Printable(s))
		}
		f.Nodes = append(f.Nodes, n)
	}
	if err := ctx.Err(); err != nil { // not all nodes are there
		return nil, err
	}
	for _, e := range d.Diagram.Edges {
		f.Edges = append(f.Edges, Edge{From: e.From, To: e.To, Removed: e.Removed, Run: e.Run})
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // edges may lead to nodes that are missing
	}
	f.gather(opt.Column)
	return f, nil
}

// ByGroup returns the indexes below n, sorted by group.
func ByGroup(n int, group func(i int) []string) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return natural.ComparePaths(group(a), group(b)) })
	return order
}

// RunText returns the text on an edge of a job.
func RunText(r *diagram.Run) string {
	if r.Count > 1 {
		return r.Outcome.String() + " " + diagram.Times(r.Count)
	}
	return r.Outcome.String()
}
