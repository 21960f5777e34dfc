package main

// This file holds the line of totals below a list of nodes.

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/internal/display"
)

// A totals is what all nodes of a list are and have together.
type totals struct {
	capacity.Sum
	states map[string]int // the compute nodes in each state
	disk   bool           // the list has a column of disks
}

// newTotals returns the totals of rows, whose figures are already added up.
func newTotals(sum capacity.Sum, rows *nodeRows) totals {
	states := map[string]int{}
	for r := range rows.of().all() {
		if r.computes {
			states[cmp.Or(orEmpty(r.State), "of unknown state")]++
		}
	}
	return totals{Sum: sum, states: states}
}

// line returns the totals in one line of at most so many columns: all of them, or the most important
// that have room. It cuts none, and is "" where there is room for nothing.
func (t *totals) line(width int) string {
	short := fmt.Sprintf("%d/%d", t.Connected, t.Nodes)
	parts := append([]string{short + " connected"}, t.figures()...)
	if long := t.census() + strings.Join(parts[1:], ""); columns(long) <= width {
		return long
	}
	for ; len(parts) > 0; parts = parts[:len(parts)-1] {
		if line := strings.Join(parts, ""); columns(line) <= width {
			return line
		}
	}
	if columns(short) <= width {
		return short
	}
	return ""
}

// census says how many nodes there are, and in which states: "12 compute nodes: 11 connected, 1 disconnected".
func (t *totals) census() string {
	var in []string
	for _, state := range slices.Sorted(maps.Keys(t.states)) {
		in = append(in, fmt.Sprintf("%d %s", t.states[state], state))
	}
	return strings.TrimSuffix(display.Count(t.Nodes, "compute node")+": "+strings.Join(in, ", "), ": ")
}

// figures says what is free, as a list of groups has it, and how many executions there are: each part
// begins with what separates it from the one before. What no node has is left out, and what is not
// known is not.
func (t *totals) figures() (parts []string) {
	if t.Nodes == 0 {
		return nil
	}
	separator := " · free: "
	row := capacity.Row{Sum: t.Sum}
	for _, r := range []capacity.Resource{capacity.CPU, capacity.Memory, capacity.GPU, capacity.Disk} {
		text := figureText(r, &row)
		if text == none || r == capacity.Disk && !t.disk {
			continue
		}
		parts = append(parts, separator+r.Title()+" "+text)
		separator = ", "
	}
	running, queued := executionsText(&row, row.Running), executionsText(&row, row.Queued)
	return append(parts, fmt.Sprintf(" · %s running, %s queued", running, queued))
}
