package diagram

// This file has the second lines of nodes: what they have, or what changed.

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// fewNodes is the most compute nodes whose capacity is shown unless [Options.Capacity] says
// otherwise: capacities of more nodes take the room that their names need.
const fewNodes = 20

// Details are the texts for a second line: what changed, or what the node has.
type Details struct {
	Long, Short string // the same if there is no shorter one
}

// addDetails sets the second lines of nodes: what changed, and the capacity of other nodes
// if it is asked for or if there are few nodes, and neither jobs nor changes to look at.
func (d *Diagram) addDetails(ctx context.Context, t *graph.Topology, asked *bool) {
	show := !d.Difference && d.Jobs == 0 && d.tally().others <= fewNodes
	if asked != nil {
		show = *asked
	}
	if !show && !d.Difference {
		return
	}
	for i := range interrupt.Range(ctx, len(d.Nodes)) {
		n, v := &d.Nodes[i], t.Vertex(i)
		if v.Changes != nil && len(v.Changes.Short) > 0 {
			n.Details = changeDetails(v.Changes.Short)
		} else if show {
			n.Details = capacityDetails(v.Capacity())
		}
		if n.Details != nil {
			d.counted.details++
		}
		n.Bar = show && n.Use.Known && n.Details != nil
	}
	if d.Coloring != nil && d.Coloring.Amount { // which says the same
		for i := range d.Nodes {
			d.Nodes[i].Bar = false
		}
	}
}

// capacityDetails returns a capacity as "8 cores · 64 GiB · 1 GPU", and without the memory;
// nil if nothing of it is known.
func capacityDetails(r cluster.Resources) *Details {
	var full, short []string
	if r.CPU > 0 {
		full = append(full, display.Quantity("cpu", r.CPU))
		short = append(short, full[0])
	}
	if r.Memory > 0 {
		full = append(full, display.Quantity("memory", float64(r.Memory)))
	}
	if r.GPU > 0 {
		gpus := display.Count(int(min(r.GPU, math.MaxInt)), "GPU")
		full, short = append(full, gpus), append(short, gpus)
	}
	if len(full) == 0 {
		return nil
	}
	if len(short) == 0 {
		short = full
	}
	return &Details{strings.Join(full, " · "), strings.Join(short, " · ")}
}

// changeDetails returns changes as "→ rejected, v1.8.0 → v1.9.3", and shorter.
func changeDetails(changes []string) *Details {
	switch n := len(changes); n {
	case 1:
		return &Details{changes[0], changes[0]}
	case 2:
		return &Details{changes[0] + ", " + changes[1], "2 changes"}
	default:
		return &Details{fmt.Sprintf("%s, %d more", changes[0], n-1), display.Count(n, "change")}
	}
}

// Detail returns the longest second line of the node; "" if it has none.
func (n *Node) Detail() string {
	if n.Details == nil {
		return ""
	}
	return n.Details.Long
}

// ShortDetail returns the shortest second line of the node; "" if it has none.
func (n *Node) ShortDetail() string {
	if n.Details == nil {
		return ""
	}
	return n.Details.Short
}

// CountDetails returns the number of nodes with a second line.
func (d *Diagram) CountDetails() int { return d.tally().details }

// WithBars returns the diagram as it is drawn with bars of what is in use: its legend
// explains them.
func (d *Diagram) WithBars() *Diagram {
	for i := range d.Nodes {
		if d.Nodes[i].Bar {
			barred := *d
			barred.Legend = append(d.Legend[:len(d.Legend):len(d.Legend)],
				Entry{Kind: BarEntry, Class: ClassCompute, Name: "bar: share of " + d.Filling + " in use", Use: Use{true, 0.5}})
			return &barred
		}
	}
	return d
}
