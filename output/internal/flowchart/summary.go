package flowchart

// This file draws many similar nodes as one.

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// summaryKey returns the key of the bundle of a node, among nodes with the same hubs: its
// group, with at most depth levels, or its class. In a difference it is both, so that
// added nodes have a bundle of their own.
func summaryKey(n *diagram.Node, depth int) (key string, grouped bool) {
	class := n.Class.String()
	if n.Idle {
		class += ", " + diagram.NoExecutions
	}
	if depth == 0 || n.Group == nil {
		return class, false
	}
	group := strings.Join(n.Group.Path[:min(depth, len(n.Group.Path))], " / ")
	if n.Change != diagram.NoChange {
		return class + " in " + display.Shorten(group), false
	}
	return group, true
}

// A bundle is similar nodes with the same hubs, which a summary draws as one node.
type bundle struct {
	node, count, connected, awaiting int
	grouped                          bool
}

// A summary is a flowchart with a node for each hub, or one for all of them, and one for
// each bundle.
type summary struct {
	*Chart
	d       *layout.Drawing
	depth   int
	oneHub  bool
	index   map[int]int // of a node in the flowchart, by its index in the diagram
	bundles map[string]*bundle
	order   []*bundle
}

// Summary returns a flowchart with a node for each bundle: nodes with the same hubs, of one
// group with at most depth levels or, without groups, of one class. With oneHub, one node
// stands for all hubs. It returns ctx.Err() if ctx ends first.
func Summary(ctx context.Context, d *layout.Drawing, depth int, oneHub bool) (*Chart, error) {
	s := &summary{
		Chart: &Chart{}, d: d, depth: depth, oneHub: oneHub,
		index: make(map[int]int), bundles: make(map[string]*bundle),
	}
	nodes := d.Diagram.Nodes
	s.addHubs()
	order := ByGroup(len(nodes), func(i int) []string { return nodes[i].Path() })
	for k := range interrupt.Range(ctx, len(order)) {
		i := order[k]
		if !nodes[i].Hub {
			s.add(i)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.addRuns()
	for _, b := range s.order {
		n := &s.Nodes[b.node]
		if b.grouped {
			n.Lines = []string{display.Shorten(n.Lines[0]), diagram.ConnectedOf(b.connected, b.awaiting, b.count)}
		} else {
			n.Lines[0] = strconv.Itoa(b.count) + " × " + n.Lines[0]
		}
	}
	return s.Chart, nil
}

// addHubs adds a node for each hub, or one with their number.
func (s *summary) addHubs() {
	number := 0
	for i := range s.d.Diagram.Nodes {
		v := &s.d.Diagram.Nodes[i]
		if !v.Hub {
			continue
		}
		number++
		if s.oneHub && number > 1 {
			s.index[i] = 0
			continue
		}
		s.index[i] = len(s.Nodes)
		n := Node{Index: i, Lines: []string{display.Shorten(v.Label)}, Look: paint.NodeAppearance(s.d, i), Hub: true}
		if words := s.d.Diagram.StateWords(i); len(words) > 0 && !s.oneHub {
			n.Lines = append(n.Lines, display.Shorten(strings.Join(words, ", ")))
		}
		s.Nodes = append(s.Nodes, n)
	}
	if s.oneHub && number > 0 {
		s.Nodes[0].Lines = []string{display.Count(number, diagram.ClassHub.String())}
	}
}

// add adds a node other than the hubs to its bundle.
func (s *summary) add(i int) {
	v := &s.d.Diagram.Nodes[i]
	var at []int
	for _, hub := range v.Hubs {
		if h := s.index[hub]; !slices.Contains(at, h) {
			at = append(at, h)
		}
	}
	name, grouped := summaryKey(v, s.depth)
	key := fmt.Sprint(at, name)
	b := s.bundles[key]
	if b == nil {
		b = &bundle{node: len(s.Nodes), grouped: grouped}
		s.bundles[key], s.order = b, append(s.order, b)
		s.Nodes = append(s.Nodes, Node{Index: i, Lines: []string{name}, Look: paint.NodeAppearance(s.d, i)})
		for _, hub := range at {
			s.Edges = append(s.Edges, Edge{From: hub, To: b.node, Removed: v.Change == diagram.Removed})
		}
	}
	b.count, b.connected, b.awaiting = b.count+int(v.Count), b.connected+int(v.Connected), b.awaiting+int(v.Awaiting)
	s.index[i] = b.node
}

// addRuns adds an edge between bundles for the runs of their members, with the first of
// their outcomes and all their executions.
func (s *summary) addRuns() {
	sums := make(map[[2]int]*diagram.Run)
	for _, e := range s.d.Diagram.Edges[s.d.Diagram.HubEdges():] {
		end := [2]int{s.index[e.From], s.index[e.To]}
		sum := sums[end]
		if sum == nil {
			sum = &diagram.Run{Outcome: e.Run.Outcome}
			sums[end] = sum
			s.Edges = append(s.Edges, Edge{From: end[0], To: end[1], Run: sum})
		}
		sum.Count += e.Run.Count
		sum.Outcome = min(sum.Outcome, e.Run.Outcome)
	}
}
