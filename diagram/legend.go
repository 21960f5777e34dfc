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
	counts := d.countClasses()
	for _, c := range Classes() {
		if counts.occurs[c] {
			all = append(all, Entry{Class: c, Name: d.entryName(c, counts.of[c])})
		}
	}
	if d.Difference {
		for _, c := range []Class{ClassAwaiting, ClassDisconnected} {
			if n := counts.also[c]; n > 0 {
				all = append(all, Entry{Class: ClassSame, Line: c.Line(), Name: fmt.Sprintf("%s, not removed (%d)", c, n)})
			}
		}
	}
	all = append(all, d.runEntries()...)
	if counts.idle > 0 {
		all = append(all, Entry{Class: ClassCompute, Idle: true, Name: fmt.Sprintf("%s (%d)", NoExecutions, counts.idle)})
	}
	return append(all, d.valueEntries()...)
}

// A classCount holds the classes that the legend explains, and the number of nodes of
// each.
type classCount struct {
	occurs [ClassCount]bool
	of     [ClassCount]int
	idle   int             // compute nodes without executions, which are not counted in their class
	also   [ClassCount]int // nodes of other classes that are of this one too
}

func (d *Diagram) countClasses() classCount {
	var n classCount
	for i := range d.Nodes {
		v := &d.Nodes[i]
		c := v.Class
		if v.Idle && (c == ClassCompute || c == ClassGroup) {
			n.idle++
			continue
		}
		n.occurs[c] = true
		n.of[c]++
		if also, is := v.alsoOf(); is {
			n.occurs[also] = true
			n.also[also]++
		}
	}
	if by := d.Coloring; by != nil {
		n.occurs[ClassCompute], n.occurs[ClassGroup] = false, false
		if by.States { // disconnected is among the values
			n.occurs[ClassAwaiting], n.occurs[ClassDisconnected] = false, false
		}
		if by.Memberships {
			n.occurs[ClassPending], n.occurs[ClassRejected] = false, false
		}
	}
	if d.Difference { // legend adds an entry of its own
		n.occurs[ClassAwaiting], n.occurs[ClassDisconnected] = false, false
	}
	return n
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

// valueEntries returns the entries for values or amounts that colours stand for.
func (d *Diagram) valueEntries() (all []Entry) {
	by := d.Coloring
	if by == nil {
		return nil
	}
	add := func(name string, v Value) { all = append(all, Entry{Kind: ValueEntry, Name: name, Value: v}) }
	occurs, unknown := make(map[int]bool), false
	for i := range d.Nodes {
		if v := d.ValueOf(i); v.Number > 0 {
			occurs[v.Number] = true
		} else if n := &d.Nodes[i]; n.computes() && n.Class.Colored(by) {
			unknown = true
		}
	}
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
		if !occurs[i+1] {
			continue // only within groups with mixed values
		}
		if len(all) == maxValues {
			add(fmt.Sprintf("and %d more", len(occurs)-len(all)), Value{})
			break
		}
		add(name, Value{Number: i + 1})
	}
	return all
}
