package graph

// This file has the fields that nodes are grouped, coloured, sized and labelled by.

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/natural"
)

// The built-in fields. The @ distinguishes them from the keys of labels, which are
// fields too.
const (
	FieldState        = "@state"        // connected, awaiting-reconnection or disconnected
	FieldMembership   = "@membership"   // approved, pending or rejected
	FieldVersion      = "@version"      // of Bacalhau
	FieldEngine       = "@engine"       // execution engines, joined by +
	FieldOrchestrator = "@orchestrator" // the orchestrators that list the node
	FieldSource       = "@source"       // the sources that list it, by the names of their clusters
	FieldGroup        = "@group"        // the group the vertex is in (for ColorBy)
	FieldUtilisation  = "@utilisation"  // the share of its capacity in use (for ColorBy)
	FieldShort        = "@short"        // the short ID (for Label)
	FieldFull         = "@full"         // the NodeID (for Label)
)

var (
	groupFields = []string{FieldState, FieldMembership, FieldVersion, FieldEngine, FieldOrchestrator, FieldSource}
	colorFields = []string{FieldState, FieldGroup, FieldUtilisation, FieldVersion, FieldMembership, FieldEngine, FieldOrchestrator, FieldSource}
	labelFields = []string{FieldShort, FieldFull}
	sizeFields  = []string{"cpu", "memory", "gpu", "none"}
)

// check returns an error if a field of the options does not exist: an unknown
// @name, or a label that no compute node of the snapshot has.
func (o *Options) check(snap cluster.Snapshot) error {
	for i, f := range o.GroupBy {
		if err := checkField("group by", f, groupFields, snap); err != nil {
			return err
		}
		if slices.Contains(o.GroupBy[:i], f) {
			return fmt.Errorf("cannot group by %q twice", f)
		}
	}
	if o.ColorBy != "" {
		if err := checkField("colour by", o.ColorBy, colorFields, snap); err != nil {
			return err
		}
	}
	if o.Label != "" {
		if err := checkField("label by", o.Label, labelFields, snap); err != nil {
			return err
		}
	}
	if o.SizeBy != "" && !slices.Contains(sizeFields, o.SizeBy) {
		return fmt.Errorf("cannot size by %q (have %s)", o.SizeBy, strings.Join(sizeFields, ", "))
	}
	if o.ColorBy == FieldGroup && len(o.GroupBy) == 0 {
		return fmt.Errorf("there are no groups to colour by: group by a label first")
	}
	if o.Collapse && len(o.GroupBy) == 0 {
		return fmt.Errorf("there are no groups to collapse: group by a label first")
	}
	return nil
}

// checkField returns an error for a field that is not built in and that no compute node
// has: requesters have no group and no colour, and keep their names.
func checkField(doing, field string, builtin []string, snap cluster.Snapshot) error {
	if strings.HasPrefix(field, "@") {
		if !slices.Contains(builtin, field) {
			return fmt.Errorf("cannot %s %q (have %s, or the key of a label)", doing, field, strings.Join(builtin, ", "))
		}
		return nil
	}
	if !slices.ContainsFunc(snap.Nodes, func(n cluster.Node) bool { return n.Computes() }) {
		return nil // no node could have it
	}
	keys := make(map[string]bool)
	for i := range snap.Nodes {
		if !snap.Nodes[i].Computes() {
			continue
		}
		if _, ok := snap.Nodes[i].Labels[field]; ok {
			return nil
		}
		for k := range snap.Nodes[i].Labels {
			keys[display.Printable(k)] = true
		}
	}
	if len(keys) == 0 {
		return fmt.Errorf("cannot %s %q: no compute node has any label (have %s)", doing, display.Printable(field), strings.Join(builtin, ", "))
	}
	have := slices.Sorted(maps.Keys(keys))
	if len(have) > 20 {
		have = append(have[:20], "…")
	}
	return fmt.Errorf("cannot %s %q: no compute node has that label (have %s; %s)", doing, display.Printable(field),
		strings.Join(have, ", "), strings.Join(builtin, ", "))
}

// NoValue returns what a node without a value of a field is said to have: "no region", "no
// version".
func NoValue(field string) string { return "no " + strings.TrimPrefix(display.Printable(field), "@") }

// ValueText returns the value of a field, printable, or [NoValue] if it is empty. A value that
// looks like that, quoted or not, gets quotes: "\"no region\"". So does one of blanks alone, which
// nobody would see. So different values have different texts.
func ValueText(field, value string) string {
	if value == "" {
		return NoValue(field)
	}
	value = display.Printable(value)
	if bare := strings.Trim(value, `"`); bare == NoValue(field) || strings.TrimSpace(bare) == "" {
		return `"` + value + `"`
	}
	return value
}

// CompareValues compares texts that [ValueText] returned, in the order that people count in.
// An older version stands before a newer one, and no version before all.
func CompareValues(field, a, b string) int {
	if field != FieldVersion {
		return natural.Compare(a, b)
	}
	version := func(text string) string {
		if text == NoValue(FieldVersion) {
			return ""
		}
		return text
	}
	return natural.CompareVersions(version(a), version(b))
}

// fieldOf returns the [ValueText] of a field of a node.
func (t *Topology) fieldOf(n *cluster.Node, field string) string {
	value := ""
	switch field {
	case FieldState:
		value = strings.ToLower(string(n.Connection()))
	case FieldMembership:
		value = strings.ToLower(string(n.Membership()))
	case FieldVersion:
		value = n.Version
	case FieldEngine:
		value = strings.Join(n.Engines, "+")
	case FieldOrchestrator:
		value = strings.Join(t.listedBy(n), " + ")
	case FieldSource:
		value = strings.Join(t.origins.Sources(n), " + ")
	default:
		value = n.Labels[field]
	}
	return ValueText(field, value)
}

// Field returns the [ValueText] of a field of one of the topology's nodes. The field is one that
// nodes are grouped by.
func (t *Topology) Field(v *Vertex, field string) string { return t.fieldOf(v.Node, field) }

// TakesJobs reports whether jobs can be placed on a node: it is connected, and neither
// pending nor rejected.
func (v *Vertex) TakesJobs() bool {
	m := v.Membership()
	return v.Connection() == cluster.Connected && m != cluster.Pending && m != cluster.Rejected
}

// mixed is the value of a group whose nodes have different values.
const mixed = "mixed"

// sharedField returns the value that all of the nodes have for a field, or [mixed].
func (t *Topology) sharedField(nodes []*cluster.Node, field string) string {
	value := t.fieldOf(nodes[0], field)
	for _, n := range nodes[1:] {
		if t.fieldOf(n, field) != value {
			return mixed
		}
	}
	return value
}

// utilisation returns the share of a node's capacity in use, from 0 to 1: of CPU or
// of memory, whichever is scarcer. It is not known of a node that is not connected,
// has no capacity or does not report what is free. The utilisation of a group is
// that of its connected members together.
func (v *Vertex) utilisation() (used float64, known bool) {
	load := v.Load()
	cpu, knownCPU := load.Used("cpu")
	memory, knownMemory := load.Used("memory")
	return max(cpu, memory), knownCPU || knownMemory
}

// A Load is what connected nodes have in use and free: of those that report it.
type Load struct {
	InUse, Free cluster.Resources
	Nodes       int // that report it
}

// Used returns the share of a capacity in use, from 0 to 1: of "cpu", "memory" or "gpu". It
// is not known where there is none of it, or none is reported.
func (l *Load) Used(by string) (share float64, known bool) {
	used := amountOf(l.InUse, by)
	if all := used + amountOf(l.Free, by); all > 0 {
		return min(1, max(0, used/all)), true
	}
	return 0, false
}

// Load returns the load of a node, or of the members of a collapsed group.
func (v *Vertex) Load() Load {
	switch {
	case v.Members != nil:
		return Load{v.Members.inUse, v.Node.Available, v.Members.reporting}
	case v.Connection() == cluster.Connected && v.Node.ReportsFree():
		free := v.Node.Free()
		return Load{v.Node.Max.Minus(free), free, 1}
	}
	return Load{}
}

// Counts reports whether figures and counts of compute nodes are about a node: one that
// computes, orchestrators included, and that the filter of the snapshot means.
func (v *Vertex) Counts() bool {
	return v.Job == nil && !v.Unlisted && !v.Kept && v.Node.Computes()
}

// Taking returns how many nodes take jobs: 1, 0, or a number of members of a collapsed group.
// Sums count the load of these alone. An orchestrator that computes takes jobs as any compute
// node does.
func (v *Vertex) Taking() int {
	switch {
	case v.Members != nil:
		return v.Members.taking
	case v.Counts() && v.TakesJobs():
		return 1
	}
	return 0
}

// Offer returns the load that sums count: what a node offers to jobs, or the members of a
// collapsed group together, and how many nodes take jobs. Of these, Load.Nodes report their
// load.
func (v *Vertex) Offer() (load Load, nodes int) {
	if nodes = v.Taking(); nodes > 0 {
		load = v.Load()
	}
	return load, nodes
}

// Plus returns the load of two sets of nodes. Its sums are at most the largest number.
func (l Load) Plus(o Load) Load {
	return Load{l.InUse.Plus(o.InUse), l.Free.Plus(o.Free), addCounts(l.Nodes, o.Nodes)}
}

// Capacity returns what the node has, or the members of a collapsed group together. It is
// zero if that is not known, or not of each member.
func (v *Vertex) Capacity() cluster.Resources {
	if v.Job != nil {
		return cluster.Resources{}
	}
	if v.Members != nil {
		for _, n := range v.Members.nodes {
			if n.Max.CPU == 0 && n.Max.Memory == 0 && n.Max.GPU == 0 {
				return cluster.Resources{}
			}
		}
	}
	return v.Node.Max
}

// capacity returns the capacity of a node that SizeBy names: cores, bytes or GPUs.
func capacity(n *cluster.Node, by string) float64 { return amountOf(n.Max, by) }

func amountOf(r cluster.Resources, by string) float64 {
	switch by {
	case "cpu":
		return r.CPU
	case "memory":
		return float64(r.Memory)
	case "gpu":
		return float64(r.GPU)
	}
	return 0
}

// A Coloring is the field that the colours of a topology stand for.
type Coloring struct {
	By     string   // the field
	Values []string // of the nodes, in natural order, then "mixed" if a group has it; nil for an amount
	Amount bool     // colours stand for amounts from 0 to 1, not for values
	Most   int      // the index of the value that more than half of the nodes have; -1 if there is none
}

// color sets the Coloring of the topology, and Value and Amount of each vertex.
func (t *Topology) color(ctx context.Context, by string) {
	if by == "" {
		return
	}
	t.Coloring = &Coloring{By: by, Amount: by == FieldUtilisation, Most: -1}
	if t.Coloring.Amount {
		for i := range t.vertices {
			v := &t.vertices[i]
			if used, known := v.utilisation(); known && v.colored() {
				v.Value, v.Amount = 0, used
			}
		}
		return
	}
	t.Coloring.Values = t.colorValues(ctx, by)
	places := make(map[string]int, len(t.Coloring.Values))
	for i, name := range t.Coloring.Values {
		places[name] = i
	}
	nodes, all := make([]int, len(places)), 0
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		if v := &t.vertices[i]; v.colored() {
			v.Value = places[t.colorValue(v, by)]
			count, _, _ := v.Nodes()
			nodes[v.Value] += count
			all += count
		}
	}
	t.Coloring.Most = slices.IndexFunc(nodes, func(n int) bool { return 2*n > all })
}

// colored reports whether the colour of the vertex stands for a field.
func (v *Vertex) colored() bool { return !v.Hub && v.computes() }

// colorValues returns the values that colours stand for, in natural order, with
// [mixed] at the end if a group has it.
func (t *Topology) colorValues(ctx context.Context, by string) []string {
	found, anyMixed := make(map[string]bool), false
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		switch {
		case !v.colored():
		case v.Members != nil && by != FieldGroup:
			// A value has the same colour as in the picture with all members.
			for _, n := range v.Members.nodes {
				found[t.fieldOf(n, by)] = true
			}
			anyMixed = anyMixed || t.colorValue(v, by) == mixed
		default:
			found[t.colorValue(v, by)] = true
		}
	}
	if !anyMixed {
		return slices.SortedFunc(maps.Keys(found), natural.Compare)
	}
	delete(found, mixed)
	return append(slices.SortedFunc(maps.Keys(found), natural.Compare), mixed)
}

// colorValue returns the value of the vertex for the field that colours stand for.
func (t *Topology) colorValue(v *Vertex, by string) string {
	switch {
	case by == FieldGroup && v.Members != nil:
		return v.Members.path[0]
	case by == FieldGroup && len(v.Group) > 0:
		return v.Group[0]
	case v.Members != nil:
		return t.sharedField(v.Members.nodes, by)
	}
	return t.fieldOf(v.Node, by)
}

// The smallest and the largest size of a vertex. The area of its outline, not the
// diameter, is proportional to the amount.
const (
	minSize = 0.8
	maxSize = 2.0
)

// A Scale holds the amounts that the smallest and the largest size stand for: cores,
// bytes or GPUs.
type Scale struct {
	Least, Most float64 // Least is 0 if a vertex has none, or does not report it
	More        bool    // some vertices have more than Most, and the same size
}

// size sets the size of each compute node by its capacity.
func (t *Topology) size(by string) {
	if by == "" || by == "none" {
		return
	}
	t.SizeBy = by
	var all []float64
	for i := range t.vertices {
		if v := &t.vertices[i]; !v.Hub && v.computes() {
			all = append(all, capacity(v.Node, by))
		}
	}
	most := scaleEnd(all) // all is sorted now
	if len(all) > 0 {
		t.Sizes = Scale{all[0], most, all[len(all)-1] > most}
	}
	for i := range t.vertices {
		v := &t.vertices[i]
		if v.Hub || !v.computes() {
			continue
		}
		v.Size = relativeSize(capacity(v.Node, by), most)
	}
}

// outlierFactor bounds the amount of the largest size to this multiple of the ninth
// decile. Without a bound, a few huge nodes would make all others look alike.
const outlierFactor = 4

// scaleEnd sorts amounts, and returns the smallest that gets the largest size.
func scaleEnd(amounts []float64) float64 {
	if len(amounts) == 0 {
		return 0
	}
	slices.Sort(amounts)
	most := amounts[len(amounts)-1]
	if decile := amounts[(len(amounts)-1)*9/10]; decile > 0 {
		most = min(most, outlierFactor*decile)
	}
	return most
}

// relativeSize returns the size for an amount, when most gets the largest size.
func relativeSize(amount, most float64) float64 {
	if amount <= 0 {
		return minSize
	}
	return minSize + (maxSize-minSize)*math.Sqrt(min(1, amount/most))
}
