package diagram

// This file has the words above sets of nodes that are drawn together, and the order of the
// nodes in them.

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/parallel"
)

// A Heading is the words above nodes that are drawn together.
type Heading struct {
	Name   string
	Detail string // at the other end of the line; "" for none
	Group  Group  // the nodes; its Path is nil if they are not of one group

	// Exceptions counts the nodes that need attention, and names them: the longest text first.
	Exceptions []Exceptions

	// Free says what the nodes have free, the longest text first; nil if it is not known.
	Free []string
}

// Exceptions is a text about nodes that need attention.
type Exceptions struct {
	Text  string
	Named int // how many of them it names
}

// Details returns the texts that may stand at the end of the line, in the order in which
// they are tried. Names of nodes that need attention are left out first, then what is free,
// and then the numbers of these nodes.
func (h *Heading) Details() (all []Exceptions) {
	exceptions, free := h.Exceptions, append(slices.Clip(h.Free), "")
	if len(exceptions) == 0 {
		exceptions = []Exceptions{{}}
	}
	for _, f := range free {
		for _, e := range exceptions {
			all = append(all, h.detail(e, f))
		}
	}
	if len(h.Exceptions) > 0 {
		for _, f := range free {
			all = append(all, h.detail(Exceptions{}, f))
		}
	}
	return all
}

// detail returns the text with some words about nodes that need attention, and about what is
// free. Either may be "".
func (h *Heading) detail(e Exceptions, free string) Exceptions {
	detail := h.Detail
	if detail != "" && e.Text != "" {
		detail += ", of these "
	}
	parts := slices.DeleteFunc([]string{detail + e.Text, free}, func(s string) bool { return s == "" })
	return Exceptions{strings.Join(parts, " · "), e.Named}
}

// Counted returns the text that counts the nodes that need attention, and says no more.
func (h *Heading) Counted() string {
	if n := len(h.Exceptions); n > 0 {
		return h.detail(h.Exceptions[n-1], "").Text
	}
	return h.Detail
}

// mostNamed is the most nodes that need attention for which a heading names them. A line of
// the default canvas has no room for more.
const mostNamed = 16

// CountExceptions returns a text with the numbers of the nodes that need attention, by
// class: "2 rejected, 5 pending"; nil if there are none.
func (d *Diagram) CountExceptions(nodes []int) []Exceptions {
	if text := nameExceptions(d.exceptions(nodes), 0); text != "" {
		return []Exceptions{{Text: text}}
	}
	return nil
}

// Exceptions returns texts about the nodes that need attention, the longest first: with as
// many of their names as there are, up to [mostNamed], and with fewer and fewer: "5 rejected
// (n1, n2, …), 5 pending". The last has no names.
func (d *Diagram) Exceptions(nodes []int) (texts []Exceptions) {
	by := d.exceptions(nodes)
	all := 0
	for _, labels := range by {
		all += len(labels)
	}
	if all == 0 {
		return nil
	}
	for named := min(all, mostNamed); named >= 0; named-- {
		texts = append(texts, Exceptions{nameExceptions(by, named), named})
	}
	return texts
}

// exceptions returns the labels of the nodes that need attention, by class.
func (d *Diagram) exceptions(nodes []int) (by [ClassCount][]string) {
	parts, _ := parallel.Chunks(context.Background(), len(nodes), parallel.ChunkSize, func(from, to int) (found []int) {
		for _, i := range nodes[from:to] {
			if d.Nodes[i].NeedsAttention {
				found = append(found, i)
			}
		}
		return found
	})
	for _, i := range slices.Concat(parts...) {
		n := &d.Nodes[i]
		by[n.Class] = append(by[n.Class], n.Label)
	}
	return by
}

// nameExceptions returns a text about the nodes that need attention: their numbers by class,
// and so many of their names, in the order of the classes.
func nameExceptions(by [ClassCount][]string, named int) string {
	var parts []string
	for _, c := range exceptionOrder {
		labels := by[c]
		if len(labels) == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s", len(labels), strings.TrimSuffix(c.String(), " approval"))
		if k := min(named, len(labels)); k > 0 {
			named -= k
			text += " (" + strings.Join(labels[:k], ", ")
			if k < len(labels) {
				text += ", …"
			}
			text += ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// exceptionOrder is the classes in the order in which headings count them.
var exceptionOrder = slices.SortedStableFunc(slices.Values(Classes()), func(a, b Class) int {
	return (&Node{Class: a}).Rank() - (&Node{Class: b}).Rank()
})

// GroupHeading returns the heading of nodes of a group: its name, how many of them are
// connected, and what they have free. That of an inner group has the number in its name.
func (d *Diagram) GroupHeading(g *Group, nodes []int, inner bool) Heading {
	part, offered := d.countNodes(nodes)
	part.Path = g.Path
	if inner {
		return Heading{Name: display.Printable(part.Label()), Group: part}
	}
	return Heading{Name: display.Printable(g.Name()), Detail: fmt.Sprintf("%d of %d", part.Connected, part.Count), Group: part, Free: offered.words()}
}

// HubHeading returns the heading of nodes that the same hubs are joined to. Without others
// it is empty.
func (d *Diagram) HubHeading(hubs, nodes []int, alone bool) Heading {
	part, offered := d.countNodes(nodes)
	if alone {
		return Heading{Group: part}
	}
	all := len(d.Hubs())
	h := Heading{Detail: part.connectedOf(), Group: part, Free: offered.words()}
	var names []string
	for _, i := range hubs {
		names = append(names, d.Nodes[i].Label)
	}
	switch n := len(names); {
	case n == 0:
		h.Name = "compute nodes"
	case all == 1:
		h.Name = "connected"
	case n == 1:
		h.Name = names[0] + " only"
	case n == all && n == 2:
		h.Name = "both orchestrators"
	case n == all:
		h.Name = fmt.Sprintf("all %d orchestrators", n)
	case n <= 3:
		h.Name = strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		h.Name = fmt.Sprintf("%s, %s and %d more", names[0], names[1], n-2)
	}
	return h
}

// PartHeading returns the heading of nodes that the same hubs are joined to: how many of
// them took part in jobs, and the hubs if there are others.
func (d *Diagram) PartHeading(hubs, nodes []int) Heading {
	h := d.HubHeading(hubs, nodes, false)
	part := 0
	for _, i := range nodes {
		if d.Nodes[i].Part {
			part += int(d.Nodes[i].Count)
		}
	}
	words := fmt.Sprintf("%d of %d took part", part, h.Group.Count)
	switch part {
	case h.Group.Count:
		words = fmt.Sprintf("took part · %d", part)
	case 0:
		words = fmt.Sprintf("took no part · %d", h.Group.Count)
	}
	switch {
	case len(d.Hubs()) <= 1:
		h.Name, h.Detail = words, ""
	case part == 0:
		h.Name, h.Detail = words, h.Name
	default:
		h.Detail = words
	}
	return h
}

// JobsHeading returns the heading of jobs: of those that were submitted to a hub if one is
// given, or of more jobs than are named.
func (d *Diagram) JobsHeading(hubs, jobs []int, more bool) Heading {
	h := Heading{Name: display.Count(len(jobs), "job")}
	if more {
		h.Name = display.Count(len(jobs), "more job")
	}
	for _, i := range hubs {
		h.Name += " of " + d.Nodes[i].Label
	}
	var counts [ClassCount]int
	for _, i := range jobs {
		counts[d.Nodes[i].Class]++
	}
	var parts []string
	for _, c := range jobRanks {
		if n := counts[c]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.TrimPrefix(c.String(), "job, ")))
		}
	}
	h.Detail = strings.Join(parts, ", ")
	return h
}

// jobRanks are the classes of jobs in the order of a table: what an operator looks for
// first.
var jobRanks = []Class{ClassJobFailed, ClassJobStopped, ClassJobUnknown, ClassJobRunning, ClassJobPending, ClassJobCompleted}

// JobRank returns the place of a job among others.
func (n *Node) JobRank() int { return slices.Index(jobRanks, n.Class) }

// DetachedHeading returns the heading of so many nodes without an edge to a hub.
func DetachedHeading(nodes int) Heading {
	return Heading{Name: fmt.Sprintf("not connected · %d", nodes), Group: Group{Count: nodes}}
}

// countNodes counts nodes as those of a group, and adds up what they offer.
func (d *Diagram) countNodes(nodes []int) (g Group, offered offer) {
	parts, _ := parallel.Chunks(context.Background(), len(nodes), parallel.ChunkSize, func(from, to int) (part Group) {
		for _, i := range nodes[from:to] {
			n := &d.Nodes[i]
			part.Count, part.Connected, part.Awaiting = part.Count+int(n.Count), part.Connected+int(n.Connected), part.Awaiting+int(n.Awaiting)
		}
		return part
	})
	for i := range parts {
		p := &parts[i]
		g.Count, g.Connected, g.Awaiting = g.Count+p.Count, g.Connected+p.Connected, g.Awaiting+p.Awaiting
	}
	if d.offers != nil {
		for _, i := range nodes { // in order: the last bit of a sum depends on it
			offered.add(&d.offers[i])
		}
	}
	return g, offered
}

// connectedOf returns "58 of 66", or "66 nodes" if all are connected.
func (g *Group) connectedOf() string {
	if g.Connected == g.Count {
		return display.Count(g.Count, "node")
	}
	return fmt.Sprintf("%d of %d", g.Connected, g.Count)
}

// LastRank is the largest [Node.Rank].
const LastRank = 8

// Rank returns the place of a node among others that are drawn together: 0 for what an
// operator looks for first.
func (n *Node) Rank() int {
	switch {
	case n.Change != NoChange && n.Change != Same:
		return 0
	case n.Class == ClassRejected:
		return 1
	case n.Class == ClassUnlisted:
		return 2
	case n.Class == ClassDisconnected:
		return 3
	case n.Class == ClassAwaiting:
		return 4
	case n.Class == ClassPending:
		return 5
	case n.NeedsAttention:
		return 6
	case n.Part:
		return 7
	}
	return LastRank
}
