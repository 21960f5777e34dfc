package diagram

// This file has the share of a capacity that nodes have in use, and what the legend says
// of it.

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/parallel"
)

// A Use is the share of a capacity that is in use on a node.
type Use struct {
	Known bool
	Share float64 // from 0 to 1
}

// NoFill is the value of [Options.Fill] for tiles that are not filled.
const NoFill = "none"

// fillNames are the capacities that tiles can be filled by, for people.
var fillNames = map[string]string{"cpu": "CPU", "memory": "memory", "gpu": "GPUs"}

// addUse sets the use of each node of one network.
func (d *Diagram) addUse(ctx context.Context, t *graph.Topology, by string) {
	by = cmp.Or(by, "cpu")
	d.Filling = fillNames[by]
	if d.Filling == "" || d.Difference {
		return
	}
	d.offer = func(i int) offer { return offerOf(t.Vertex(i)) }
	parallel.Range(ctx, len(d.Nodes), func(chunk iter.Seq[int]) {
		for i := range chunk {
			if n := &d.Nodes[i]; n.fills() {
				n.Use.Share, n.Use.Known = t.Vertex(i).Used(by)
			}
		}
	})
}

// letGo drops the facts and copies the loads, so that the diagram holds no more of the topology
// than texts.
func (d *Diagram) letGo(ctx context.Context, t *graph.Topology) {
	d.Facts = nil
	if d.offer == nil {
		return
	}
	offers := make([]offer, len(d.Nodes))
	parallel.Range(ctx, len(offers), func(chunk iter.Seq[int]) {
		for i := range chunk {
			offers[i] = offerOf(t.Vertex(i))
		}
	})
	d.offer = func(i int) offer { return offers[i] }
}

// An offer is what a node, or a collapsed group, has for jobs; see [graph.Vertex.Offer].
type offer struct {
	graph.Load
	taking int
}

func offerOf(v *graph.Vertex) (o offer) {
	o.Load, o.taking = v.Offer()
	return o
}

// offered returns what some nodes together offer to jobs, and what follows words about it: ""
// if all of them that take jobs report it, else " on 55 nodes".
func (d *Diagram) offered(nodes iter.Seq[int]) (sum graph.Load, on string) {
	if d.offer == nil {
		return graph.Load{}, ""
	}
	taking := 0
	for i := range nodes {
		o := d.offer(i)
		sum, taking = sum.Plus(o.Load), taking+o.taking
	}
	if sum.Nodes < taking {
		on = " on " + display.Count(sum.Nodes, "node")
	}
	return sum, on
}

// free returns texts about what some nodes have free together, the longest first; none if
// it is not known of any.
func (d *Diagram) free(nodes []int) []string {
	sum, on := d.offered(slices.Values(nodes))
	all, free := sum.Free.Plus(sum.InUse), sum.Free
	var full, parts []string
	if all.CPU > 0 {
		cores := display.Quantity("cpu", free.CPU)
		number, unit, _ := strings.Cut(cores, " ")
		most, _, _ := strings.Cut(display.Quantity("cpu", all.CPU), " ")
		if all.CPU != 1 {
			unit = "cores"
		}
		full, parts = append(full, number+" of "+most+" "+unit), append(parts, cores)
	}
	if all.Memory > 0 {
		memory := display.Quantity("memory", float64(free.Memory))
		full, parts = append(full, memory), append(parts, memory)
	}
	if all.GPU > 0 {
		gpus := display.Count(int(min(free.GPU, math.MaxInt)), "GPU")
		full, parts = append(full, gpus), append(parts, gpus)
	}
	if len(parts) == 0 {
		return nil
	}
	end := " free" + on
	return []string{
		strings.Join(full, ", ") + end, strings.Join(parts, ", ") + end,
		strings.Join(slices.Compact([]string{parts[0], parts[len(parts)-1]}), ", ") + end, parts[0] + end,
	}
}

// inUse returns what all nodes have in use together: "45 % of CPU, 26 of 171 GPUs in use";
// "" if it is not known of any.
func (d *Diagram) inUse() string {
	sum, on := d.offered(func(yield func(int) bool) {
		for i := range d.Nodes {
			if !yield(i) {
				return
			}
		}
	})
	all := sum.Free.Plus(sum.InUse)
	var parts []string
	if all.CPU > 0 {
		parts = append(parts, fmt.Sprintf("%.0f %% of CPU", 100*min(1, sum.InUse.CPU/all.CPU)))
	}
	if all.GPU > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s", sum.InUse.GPU, display.Count(int(min(all.GPU, math.MaxInt)), "GPU")))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + " in use" + on
}

// sayLoad adds to the subtitle what is in use. Where that has no room, it is left out.
func (d *Diagram) sayLoad() {
	if text := d.inUse(); text != "" {
		d.ShortSubtitle = cmp.Or(d.ShortSubtitle, d.Subtitle)
		d.Subtitle += " · " + text
	}
}

// fills reports whether the tile of a node shows its use: its colour says nothing else.
func (n *Node) fills() bool { return (n.Class == ClassCompute || n.Class == ClassGroup) && !n.Idle }

// FillsTiles reports whether tiles show the use of nodes: it is known of one, and colours do
// not stand for values.
func (d *Diagram) FillsTiles() bool {
	return d.Coloring == nil && slices.ContainsFunc(d.Nodes, func(n Node) bool { return n.Use.Known })
}

// Fill returns the use that the tile of node i shows, and whether it shows one. It is for a
// diagram with [Diagram.FillsTiles].
func (d *Diagram) Fill(i int) (u Use, shown bool) {
	n := &d.Nodes[i]
	return n.Use, n.fills()
}

// unfilled returns the words for nodes whose use is not known.
func (d *Diagram) unfilled() string {
	if d.Filling == fillNames["gpu"] { // Used knows no share of none
		return "no GPU, or not known"
	}
	return d.Filling + " in use not known"
}

// WithTiles returns the diagram as it is drawn with tiles: its legend says what fills them,
// and its subtitle how much is in use in all.
func (d *Diagram) WithTiles() *Diagram {
	if !d.FillsTiles() {
		return d
	}
	tiled := *d
	tiled.sayLoad()
	// A swatch without a level would look like a node of which all is in use.
	tiled.Legend = slices.DeleteFunc(slices.Clone(d.Legend), func(e Entry) bool { return e.Kind == ClassEntry && e.Class == ClassCompute && !e.Idle })
	tiled.Legend = append(tiled.Legend, Entry{Kind: FillEntry, Class: ClassCompute, Name: "compute node, filled by " + d.Filling + " in use", Use: Use{true, 0.5}})
	for i := range d.Nodes {
		if n := &d.Nodes[i]; n.fills() && !n.Use.Known {
			tiled.Legend = append(tiled.Legend, Entry{Kind: FillEntry, Class: ClassCompute, Name: d.unfilled()})
			break
		}
	}
	return &tiled
}

// WithCells returns the diagram as it is drawn with cells: the colours of usual nodes stand
// for what is in use, if that is known of any, and its subtitle says how much that is in all.
func (d *Diagram) WithCells() *Diagram {
	cells := *d
	if last := len(d.Notes) - 1; d.sizes != "" { // all cells have one
		cells.Notes = slices.Clone(d.Notes)
		cells.Notes[last] = strings.TrimSpace(strings.TrimSuffix(d.Notes[last], d.sizes))
		if cells.Notes[last] == "" {
			cells.Notes = cells.Notes[:last]
		}
	}
	if !d.FillsTiles() {
		return &cells
	}
	cells.sayLoad()
	cells.Coloring = &Coloring{Name: d.Filling + " in use", Amount: true, Usual: true}
	cells.Legend = cells.legend()
	return &cells
}
