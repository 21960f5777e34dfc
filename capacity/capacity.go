// Package capacity has the table of what a network has: how many nodes there are, what they
// have together, and what of it is in use, free, or not known.
//
// [New] makes a [Table] of a [graph.Topology], with a row for each compute node or for each
// group. Charts and lists take their figures from it. What is in use and free is added up
// as pictures and pages add it up: what [graph.Vertex.Offer] says of each node. Of a node, what
// is used, free and not known is together what it has, since no more is free than that
// ([cluster.Node.Free]). This package draws and prints nothing.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package capacity

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// A Resource is a kind of capacity.
type Resource int

// The resources, in the order in which tables have them.
const (
	CPU    Resource = iota // in cores
	Memory                 // in bytes
	Disk                   // in bytes
	GPU                    // in devices
)

var resourceNames = [...]string{"cpu", "memory", "disk", "gpu"}

// Resources returns all resources.
func Resources() []Resource { return []Resource{CPU, Memory, Disk, GPU} }

// String returns "cpu", "memory", "disk" or "gpu".
func (r Resource) String() string { return resourceNames[r] }

// Title returns the name for people: "CPU", "memory", "disk", "GPUs".
func (r Resource) Title() string { return [...]string{"CPU", "memory", "disk", "GPUs"}[r] }

// ResourceOf returns the resource of that name, and whether there is one.
func ResourceOf(name string) (Resource, bool) {
	i := slices.Index(resourceNames[:], name)
	return Resource(max(i, 0)), i >= 0
}

// Of returns the amount of a resource. It loses digits of more than 2^53 bytes.
func (r Resource) Of(all cluster.Resources) float64 {
	switch r {
	case CPU:
		return all.CPU
	case Memory:
		return float64(all.Memory)
	case Disk:
		return float64(all.Disk)
	}
	return float64(all.GPU)
}

// Text returns an amount for people, with its unit and three digits: "12.5 cores", "64 GiB",
// "3 GPUs".
func (r Resource) Text(x float64) string {
	switch r {
	case CPU:
		return display.Quantity("cpu", x)
	case GPU:
		return display.Count(int(min(x, 1e15)), "GPU")
	}
	return display.Quantity("memory", x)
}

// rounded returns a number of cores without what the order of a sum does to its last digits.
func rounded(x float64) float64 {
	if r := math.Round(x*1e6) / 1e6; !math.IsInf(r, 0) {
		return r
	}
	return x
}

// A Sum is the figures of some compute nodes together.
type Sum struct {
	Nodes     int
	Connected int
	Awaiting  int                     // reconnection
	Loads     int                     // connected nodes that report their executions
	Running   int                     // executions on these
	Queued    int                     // executions that wait on these
	Capacity  cluster.Resources       // of all nodes, as far as it is known
	Silent    cluster.Resources       // the part of Capacity whose use is not known
	Untold    [len(resourceNames)]int // the nodes whose capacity is not known, by resource

	// Load has what is in use and free, of the nodes that report it and take jobs.
	graph.Load
}

// A Figure is the amounts of one resource.
type Figure struct {
	Total   float64 // of all nodes
	Used    float64
	Free    float64
	Unknown float64 // the part of Total of nodes that do not say what is free
	Known   bool    // Used and Free are known of some nodes that have any
	Told    bool    // Total is known of some nodes
}

// Of returns the figure of a resource.
func (s *Sum) Of(r Resource) Figure {
	f := Figure{Total: r.Of(s.Capacity), Used: r.Of(s.InUse), Free: r.Of(s.Free), Unknown: r.Of(s.Silent)}
	f.Told = s.Untold[r] < s.Nodes
	f.Known = f.Told && s.Load.Nodes > 0 && (f.Used+f.Free > 0 || f.Total == 0) // there may be no GPUs
	if r == CPU {
		f.Total, f.Used, f.Free, f.Unknown = rounded(f.Total), rounded(f.Used), rounded(f.Free), rounded(f.Unknown)
	}
	return f
}

// Share returns the part in use of what is in use or free, from 0 to 1.
func (f Figure) Share() (share float64, known bool) {
	if all := f.Used + f.Free; f.Known && all > 0 {
		return min(1, f.Used/all), true
	}
	return 0, false
}

// add adds the figures of a compute node.
func (s *Sum) add(v *graph.Vertex) {
	n := v.Node
	one := Sum{Nodes: 1, Capacity: n.Max, Silent: n.Max}
	if load, _ := v.Offer(); load.Nodes > 0 {
		one.Load, one.Silent = load, cluster.Resources{}
	}
	if v.Connection() == cluster.Connected && n.ReportsLoad() {
		one.Loads, one.Running, one.Queued = 1, n.Running, n.Enqueued
	}
	switch {
	case v.Connection() == cluster.Connected || v.Hub:
		one.Connected = 1
	case v.Connection() == cluster.AwaitingReconnection:
		one.Awaiting = 1
	}
	for _, r := range Resources() {
		// Every node has some of each but GPUs.
		if r.Of(n.Max) == 0 && (r != GPU || n.Max == cluster.Resources{}) {
			one.Untold[r] = 1
		}
	}
	s.Plus(&one)
}

// Plus adds the figures of other nodes.
func (s *Sum) Plus(o *Sum) {
	s.Nodes, s.Connected, s.Awaiting, s.Loads = s.Nodes+o.Nodes, s.Connected+o.Connected, s.Awaiting+o.Awaiting, s.Loads+o.Loads
	s.Running, s.Queued = addCounts(s.Running, o.Running), addCounts(s.Queued, o.Queued)
	s.Capacity, s.Silent, s.Load = s.Capacity.Plus(o.Capacity), s.Silent.Plus(o.Silent), s.Load.Plus(o.Load)
	for r := range s.Untold {
		s.Untold[r] += o.Untold[r]
	}
}

// addCounts returns a sum of at most the largest int.
func addCounts(a, b int) int { return a + min(b, math.MaxInt-a) }

// A Row is the figures of a node, of a group, or of all others.
type Row struct {
	Name string // printable: the label of a node, or the value of a group
	ID   string // of a node; "" for other rows
	Sum
}

// A Table has a row for each compute node or group, in the order that people count in.
type Table struct {
	By   string // the field of the groups; "" if the rows are nodes
	Rows []Row
	All  Sum // of all rows
}

// New returns the table of a topology whose compute nodes are not collapsed. With a field,
// its rows are groups, and the topology must be of options that group by it. Which nodes
// count, [graph.Vertex.Counts] says. It returns ctx.Err() if ctx ends first.
func New(ctx context.Context, t *graph.Topology, by string) (*Table, error) {
	table := &Table{By: by}
	groups := map[string]int{}
	for i := range interrupt.Range(ctx, t.Len()) {
		v := t.Vertex(i)
		if !v.Counts() {
			continue
		}
		row, known := 0, false
		if by != "" {
			name := t.Field(v, by)
			if row, known = groups[name]; !known {
				row = len(table.Rows)
				groups[name] = row
				table.Rows = append(table.Rows, Row{Name: name})
			}
		} else {
			row = len(table.Rows)
			table.Rows = append(table.Rows, Row{Name: v.Label, ID: v.NodeID()})
		}
		table.Rows[row].add(v)
	}
	slices.SortFunc(table.Rows, func(a, b Row) int {
		return cmp.Or(graph.CompareValues(by, a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	for i := range table.Rows {
		table.All.Plus(&table.Rows[i].Sum)
	}
	return table, ctx.Err()
}

// Noun returns what so many rows are called: "nodes", or "groups".
func (t *Table) Noun(n int) string {
	if t.By == "" {
		return display.Noun(n, "node")
	}
	return display.Noun(n, "group")
}

// Top returns a table with at most n rows, the largest first, and one row for all others
// together; nil if there are none. Rows are compared by the first amount, and by the next one
// if that is equal. It leaves the table as it is.
func (t *Table) Top(n int, most ...func(*Row) float64) (top *Table, others *Row) {
	rows := slices.Clone(t.Rows)
	slices.SortStableFunc(rows, func(a, b Row) int {
		for _, of := range most {
			if c := cmp.Compare(of(&b), of(&a)); c != 0 {
				return c
			}
		}
		return 0
	})
	if n < len(rows) {
		others = &Row{Name: fmt.Sprintf("%d other %s", len(rows)-n, t.Noun(len(rows)-n))}
		for i := range rows[n:] {
			others.Plus(&rows[n+i].Sum)
		}
		rows = rows[:n]
	}
	return &Table{t.By, rows, t.All}, others
}
