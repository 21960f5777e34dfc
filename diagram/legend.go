package diagram

import (
	"fmt"
)

// An EntryKind is the kind of an entry of the legend.
type EntryKind uint8

// The kinds of entries.
const (
	ClassEntry EntryKind = iota // the nodes of a class
	ValueEntry                  // one of the values or amounts that colours stand for
	RunEntry                    // the edges of an outcome
	FillEntry                   // the filled part of tiles
	BarEntry                    // the bar of what is in use
)

// An Entry of the legend explains a class, a value or an outcome in the diagram.
type Entry struct {
	Kind    EntryKind
	Name    string
	Class   Class
	Idle    bool      // of a ClassEntry: about nodes that none of the jobs were placed on
	Line    LineStyle // of a ClassEntry: the outline that it explains, if that is not the one of the class
	Value   Value     // of a ValueEntry; the zero Value for unknown ones
	Outcome Outcome   // of a RunEntry
	Use     Use       // of a FillEntry or a BarEntry; the zero Use for unknown ones
}

// maxValues is the number of values that the legend explains.
const maxValues = 30

// legend returns an entry for each class and each outcome that occurs, and for the
// values or the amounts that colours stand for.
func (d *Diagram) legend() []Entry {
	var all []Entry
	nodes := d.tally()
	for _, c := range Classes() {
		if d.explains(c) && nodes.of(c)+nodes.also[c] > 0 {
			all = append(all, Entry{Class: c, Name: d.entryName(c, nodes.of(c))})
		}
	}
	if d.Difference {
		for _, c := range []Class{ClassAwaiting, ClassDisconnected} {
			if n := nodes.also[c]; n > 0 {
				all = append(all, Entry{Class: ClassSame, Line: c.Line(), Name: fmt.Sprintf("%s, not removed (%d)", c, n)})
			}
		}
	}
	all = append(all, d.runEntries()...)
	if idle := nodes.idle[ClassCompute] + nodes.idle[ClassGroup]; idle > 0 {
		all = append(all, Entry{Class: ClassCompute, Idle: true, Name: fmt.Sprintf("%s (%d)", NoExecutions, idle)})
	}
	return append(all, d.valueEntries()...)
}

// of returns the number of nodes of a class that the legend counts in it: without compute nodes
// that have no executions.
func (t *tally) of(c Class) int {
	if c == ClassCompute || c == ClassGroup {
		return t.classes[c] - t.idle[c]
	}
	return t.classes[c]
}

// explains reports whether the legend has an entry for a class that occurs: there is none if
// colours stand for something else, or if that is among their values.
func (d *Diagram) explains(c Class) bool {
	by := d.Coloring
	switch c {
	case ClassCompute, ClassGroup:
		return by == nil
	case ClassAwaiting, ClassDisconnected:
		return !d.Difference && (by == nil || !by.States) // that of a difference is another entry
	case ClassPending, ClassRejected:
		return by == nil || !by.Memberships
	}
	return true
}

// alsoOf returns the class of the node's connection if only its outline shows that: the
// node is of another class.
func (n *Node) alsoOf() (Class, bool) {
	switch n.Class {
	case ClassRejected, ClassPending:
	case ClassSame, ClassChanged, ClassAdded:
		if n.Role != RoleCompute {
			return 0, false
		}
	default:
		return 0, false
	}
	if n.Line == Dotted {
		return ClassAwaiting, true
	}
	return ClassDisconnected, n.Line == Dashed
}

// entryName returns the name of a class, with its count in a difference or with jobs.
func (d *Diagram) entryName(c Class, count int) string {
	name := c.String()
	switch {
	case d.Difference && c < ClassSame:
		name += ", " + ClassSame.String()
	case d.Difference && c == ClassSame:
		name = ClassCompute.String() + ", " + ClassSame.String()
	}
	if (d.Difference || d.Jobs > 0) && count > 0 {
		name += fmt.Sprintf(" (%d)", count)
	}
	return name
}

// runEntries returns the entries for outcomes that occur.
func (d *Diagram) runEntries() (all []Entry) {
	var counts [OutcomeCount]int
	for i := range d.Edges {
		if r := d.Edges[i].Run; r != nil {
			counts[r.Outcome]++
		}
	}
	for _, o := range Outcomes() {
		if n := counts[o]; n > 0 {
			all = append(all, Entry{Kind: RunEntry, Outcome: o, Name: fmt.Sprintf("job on a node: %s (%d)", o, n)})
		}
	}
	return all
}

// valuesThatOccur returns the numbers of the values that nodes have, and whether the value of
// some nodes is not known.
func (d *Diagram) valuesThatOccur() (values map[int]bool, unknown bool) {
	if d.Coloring.Usual { // one amount
		nodes := d.tally()
		return map[int]bool{1: nodes.known > 0}, nodes.unknown+nodes.idle[ClassCompute]+nodes.idle[ClassGroup] > 0
	}
	values = make(map[int]bool)
	for i, v := range d.Coloring.Of {
		if n := &d.Nodes[i]; v.Number > 0 {
			values[v.Number] = true
		} else if n.computes() && n.Class.Colored(d.Coloring) {
			unknown = true
		}
	}
	return values, unknown
}

// valueEntries returns the entries for values or amounts that colours stand for.
func (d *Diagram) valueEntries() (all []Entry) {
	by := d.Coloring
	if by == nil {
		return nil
	}
	add := func(name string, v Value) { all = append(all, Entry{Kind: ValueEntry, Name: name, Value: v}) }
	values, unknown := d.valuesThatOccur()
	if by.Amount {
		step := 25
		if by.Usual {
			step = 20
		}
		for percent := 0; percent <= 100; percent += step {
			name := fmt.Sprintf("%d %%", percent)
			if by.Usual && percent == 100 {
				name += " " + by.Name
			}
			add(name, Value{Number: 1, Amount: float64(percent) / 100})
		}
		if unknown {
			name := "load unknown"
			if by.Usual && d.Filling == fillNames["gpu"] {
				name = d.unfilled()
			}
			add(name, Value{})
		}
		return all
	}
	for i, name := range by.Values {
		if !values[i+1] {
			continue // only within groups with mixed values
		}
		if len(all) == maxValues {
			add(fmt.Sprintf("and %d more", len(values)-len(all)), Value{})
			break
		}
		add(name, Value{Number: i + 1})
	}
	return all
}
