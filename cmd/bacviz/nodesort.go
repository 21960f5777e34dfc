package main

// This file holds the orders in which nodes are listed.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/natural"
)

// Orders of rows, by name; rows that are equal stay in the order of their IDs.
var orders = []struct {
	name    string
	compare func(a, b *nodeRow) int
}{
	{"id", func(a, b *nodeRow) int { return 0 }},
	{"role", func(a, b *nodeRow) int { return strings.Compare(a.Role, b.Role) }},
	{"state", func(a, b *nodeRow) int { return strings.Compare(orEmpty(a.State), orEmpty(b.State)) }},
	{"membership", func(a, b *nodeRow) int { return strings.Compare(orEmpty(a.Membership), orEmpty(b.Membership)) }},
	{"cpu", func(a, b *nodeRow) int { return compareAmounts(a.CPU, b.CPU) }},
	{"memory", func(a, b *nodeRow) int { return compareAmounts(a.Memory, b.Memory) }},
	{"disk", func(a, b *nodeRow) int { return compareAmounts(a.Disk, b.Disk) }},
	{"gpu", func(a, b *nodeRow) int { return compareAmounts(a.GPU, b.GPU) }},
	{"running", func(a, b *nodeRow) int { return compareCounts(a.Running, b.Running) }},
	{"queued", func(a, b *nodeRow) int { return compareCounts(a.Queued, b.Queued) }},
	{"version", func(a, b *nodeRow) int { return natural.CompareVersions(orEmpty(a.Version), orEmpty(b.Version)) }},
	{"last-seen", func(a, b *nodeRow) int { return cmp.Compare(orNever(a), orNever(b)) }},
}

// sortNames are the columns that nodes can be sorted by.
func sortNames() choices {
	var out choices
	for _, o := range orders {
		out = append(out, o.name)
	}
	return out
}

// A sortValue is the value of --sort: the name of an order, or that after a minus
// sign for its reverse.
type sortValue string

func (v *sortValue) String() string { return string(*v) }
func (v *sortValue) Type() string   { return "string" } // for quotes around the default

func (v *sortValue) Set(text string) error {
	name, reverse := strings.CutPrefix(text, "-")
	word, ok := sortNames().find(name)
	if !ok {
		return &choiceError{text, sortNames(), sortNames().String()}
	}
	if reverse {
		word = "-" + word
	}
	*v = sortValue(word)
	return nil
}

// sort sorts rows, which are in the order of IDs.
func (l *nodeRows) sort(by string) {
	by, reverse := strings.CutPrefix(by, "-")
	if by == "id" && reverse {
		slices.Reverse(l.listed)
	}
	if by == "id" {
		return
	}
	rows := l.all()
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	for _, o := range orders {
		if o.name != by {
			continue
		}
		slices.SortStableFunc(order, func(a, b int) int {
			if reverse {
				a, b = b, a
			}
			return o.compare(&rows[a], &rows[b])
		})
	}
	sorted := make([]int, len(order))
	for i, from := range order {
		sorted[i] = l.listed[from]
	}
	l.listed = sorted
}

// compareAmounts compares what is free; what is not known, or not there, comes first.
func compareAmounts[Q quantity](a, b *amount[Q]) int {
	rank := func(a *amount[Q]) int {
		switch {
		case a == nil, a.Total == 0: // such as the GPUs of a node without any
			return 0
		case a.Free == nil:
			return 1
		}
		return 2
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 || rank(a) < 2 {
		return c
	}
	return cmp.Compare(*a.Free, *b.Free)
}

func compareCounts(a, b *int) int {
	value := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	return cmp.Compare(value(a), value(b))
}

func orNever(r *nodeRow) int64 {
	if r.LastSeen == nil {
		return 0
	}
	return r.LastSeen.UnixNano()
}
