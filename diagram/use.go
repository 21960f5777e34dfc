package diagram

// This file has the share of a capacity that nodes have in use, and what the legend says
// of it.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
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

// An offer is what a node, or several together, have for jobs; see [graph.Vertex.Taking].
type offer struct {
	inUse, free   amounts
	nodes, taking int32 // those that report it, and those that take jobs
}

// An amounts is what of capacities texts and pictures add up.
type amounts struct {
	cpu         float64
	memory, gpu uint64
}

// offerOf returns the load of a node as an offer, if it takes jobs.
func offerOf(load *graph.Load, taking int) offer {
	if taking == 0 {
		return offer{}
	}
	some := func(r cluster.Resources) amounts { return amounts{r.CPU, r.Memory, r.GPU} }
	return offer{some(load.InUse), some(load.Free), int32(load.Nodes), int32(taking)}
}

// add adds what others offer.
func (o *offer) add(p *offer) {
	o.inUse.add(&p.inUse)
	o.free.add(&p.free)
	o.nodes, o.taking = o.nodes+p.nodes, o.taking+p.taking
}

// add adds amounts. The sums are at most the largest number.
func (a *amounts) add(b *amounts) {
	a.cpu = min(a.cpu+b.cpu, math.MaxFloat64)
	a.memory += min(b.memory, math.MaxUint64-a.memory)
	a.gpu += min(b.gpu, math.MaxUint64-a.gpu)
}

// all returns what is in use and free together.
func (o *offer) all() amounts {
	all := o.free
	all.add(&o.inUse)
	return all
}

// on returns what follows words about an offer: "" if all nodes that take jobs report it, else
// " on 55 nodes".
func (o *offer) on() string {
	if o.nodes >= o.taking {
		return ""
	}
	return " on " + display.Count(int(o.nodes), "node")
}

// words returns texts about what some nodes have free together, the longest first; none if
// it is not known of any.
func (o *offer) words() []string {
	all, free := o.all(), o.free
	var full, parts []string
	if all.cpu > 0 {
		cores := display.Quantity("cpu", free.cpu)
		number, unit, _ := strings.Cut(cores, " ")
		most, _, _ := strings.Cut(display.Quantity("cpu", all.cpu), " ")
		if all.cpu != 1 {
			unit = "cores"
		}
		full, parts = append(full, number+" of "+most+" "+unit), append(parts, cores)
	}
	if all.memory > 0 {
		memory := display.Quantity("memory", float64(free.memory))
		full, parts = append(full, memory), append(parts, memory)
	}
	if all.gpu > 0 {
		gpus := display.Count(int(min(free.gpu, math.MaxInt)), "GPU")
		full, parts = append(full, gpus), append(parts, gpus)
	}
	if len(parts) == 0 {
		return nil
	}
	end := " free" + o.on()
	return []string{
		strings.Join(full, ", ") + end, strings.Join(parts, ", ") + end,
		strings.Join(slices.Compact([]string{parts[0], parts[len(parts)-1]}), ", ") + end, parts[0] + end,
	}
}

// inUse returns what all nodes have in use together: "45 % of CPU, 26 of 171 GPUs in use";
// "" if it is not known of any.
func (d *Diagram) inUse() string {
	sum := d.tally().offered
	all := sum.all()
	var parts []string
	if all.cpu > 0 {
		parts = append(parts, fmt.Sprintf("%.0f %% of CPU", 100*min(1, sum.inUse.cpu/all.cpu)))
	}
	if all.gpu > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s", sum.inUse.gpu, display.Count(int(min(all.gpu, math.MaxInt)), "GPU")))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + " in use" + sum.on()
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
	return d.Coloring == nil && d.tally().known > 0
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
	if d.tally().unknown > 0 {
		tiled.Legend = append(tiled.Legend, Entry{Kind: FillEntry, Class: ClassCompute, Name: d.unfilled()})
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
