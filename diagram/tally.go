package diagram

// This file counts the nodes of a diagram.

import (
	"context"

	"github.com/bacviz/bacviz/internal/parallel"
)

// A tally is the numbers of nodes that texts and legends are made of.
type tally struct {
	hubs    []int            // their indexes, ascending
	classes [ClassCount]int  // nodes of each class
	idle    [ClassCount]int  // of these, those that are Idle
	also    [ClassCount]int  // nodes of another class that are of this one too; see [Node.alsoOf]
	changes [Changed + 1]int // nodes with each change
	others  int              // that compute and are no hubs: compute nodes, and collapsed groups
	drawn   int              // compute nodes, those of collapsed groups counted
	known   int              // nodes whose Use is known
	unknown int              // nodes whose tile would show that their use is not known

	details int   // nodes with second lines
	offered offer // by all nodes together; see [Diagram.addNodes]

	collapsed   int // groups
	least, most int // nodes of the smallest and of the largest of these
}

// add counts node i.
func (t *tally) add(d *Diagram, i int) {
	n := &d.Nodes[i]
	if n.Hub {
		t.hubs = append(t.hubs, i)
	}
	if n.computes() {
		t.others++
	}
	if n.Details != nil {
		t.details++
	}
	t.classes[n.Class]++
	t.changes[n.Change]++
	if n.Idle {
		t.idle[n.Class]++
	}
	if also, is := n.alsoOf(); is {
		t.also[also]++
	}
	if n.Role == RoleCompute || n.Role == RoleHybrid || n.Collapsed {
		t.drawn += int(n.Count)
	}
	switch {
	case n.Use.Known:
		t.known++
	case n.fills():
		t.unknown++
	}
	if n.Collapsed {
		t.merge(&tally{collapsed: 1, least: int(n.Count), most: int(n.Count)})
	}
}

// merge adds the numbers of other nodes.
func (t *tally) merge(o *tally) {
	for c := range ClassCount {
		t.classes[c] += o.classes[c]
		t.idle[c] += o.idle[c]
		t.also[c] += o.also[c]
	}
	for c := range t.changes {
		t.changes[c] += o.changes[c]
	}
	t.hubs = append(t.hubs, o.hubs...)
	t.others, t.drawn, t.details = t.others+o.others, t.drawn+o.drawn, t.details+o.details
	t.known, t.unknown = t.known+o.known, t.unknown+o.unknown
	if o.collapsed > 0 {
		if t.collapsed == 0 {
			t.least = o.least
		}
		t.collapsed, t.least, t.most = t.collapsed+o.collapsed, min(t.least, o.least), max(t.most, o.most)
	}
}

// tally returns the numbers of nodes. Those of a diagram that [New] made are counted once.
func (d *Diagram) tally() *tally {
	if d.counted != nil {
		return d.counted
	}
	return tallyOf(context.Background(), len(d.Nodes), func(all *tally, i int) { all.add(d, i) })
}

// tallyOf returns the numbers of so many nodes, each of which add counts.
func tallyOf(ctx context.Context, nodes int, add func(t *tally, i int)) *tally {
	parts, _ := parallel.Chunks(ctx, nodes, parallel.ChunkSize, func(from, to int) *tally {
		part := new(tally)
		for i := from; i < to; i++ {
			add(part, i)
		}
		return part
	})
	all := new(tally)
	for _, part := range parts {
		if part != nil { // ctx has not ended
			all.merge(part)
		}
	}
	return all
}
