package html

// This file writes the table that a page has where no script runs: the picture in words.
// The script makes a table of its own; see page/table.js.

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// A tableColumn has a cell of HTML for each node; "" if the node has no such value.
type tableColumn struct {
	name   string
	of     func(n *pageNode) string
	amount bool
}

var tableColumns = []tableColumn{
	{name: "Name", of: func(n *pageNode) string { return escaped(n.Label) }},
	{name: "ID", of: func(n *pageNode) string {
		if n.Link == "" {
			return escaped(n.ID)
		}
		return `<a href="` + escaped(n.Link) + `" target="_blank" rel="noopener noreferrer">` + escaped(n.ID) + "</a>"
	}},
	{name: "Role", of: func(n *pageNode) string { return escaped(n.Role) }},
	{name: "Change", of: func(n *pageNode) string { return listed(n.changes(), "; ") }},
	{name: "State", of: func(n *pageNode) string {
		if n.Membership == "" || n.Membership == "approved" {
			return escaped(n.State)
		}
		return escaped(strings.TrimPrefix(n.State+", "+n.Membership, ", "))
	}},
	{name: "Group", of: func(n *pageNode) string { return escaped(strings.Join(n.GroupPath, " / ")) }},
	{name: "Nodes", of: func(n *pageNode) string { return figure(float64(n.Members)) }, amount: true},
	{name: "Executions", of: func(n *pageNode) string { return figure(float64(n.Executions)) }, amount: true},
	{name: "Version", of: func(n *pageNode) string { return escaped(n.Version) }},
	{name: "Engines", of: func(n *pageNode) string { return escaped(strings.Join(n.Engines, ", ")) }},
	{name: "CPU", of: func(n *pageNode) string { return figure(n.Capacity.CPU) }, amount: true},
	{name: "Memory", of: func(n *pageNode) string { return bytesOf(n.Capacity.Memory) }, amount: true},
	{name: "Disk", of: func(n *pageNode) string { return bytesOf(n.Capacity.Disk) }, amount: true},
	{name: "GPU", of: func(n *pageNode) string { return figure(float64(n.Capacity.GPU)) }, amount: true},
	{name: "Labels", of: func(n *pageNode) string { return listed(n.labels(), ", ") }},
}

// maxPlainRows is the length of the longest table: a browser takes a second for so much HTML.
const maxPlainRows = 2000

// nodeTable returns a table with a row for each node, in the order of the picture's, and
// the columns that are not empty. It has maxPlainRows at most, and says how many there
// are. It is not complete if ctx ends.
func nodeTable(ctx context.Context, d *diagram.Diagram, reader *nodeReader) string {
	all := len(d.Nodes)
	nodes := reader.read(0, min(all, maxPlainRows))
	type filled struct {
		*tableColumn
		cells []string
	}
	var columns []filled
	for i := range tableColumns {
		f := filled{&tableColumns[i], make([]string, len(nodes))}
		filledOne := i == 0
		for k := range interrupt.Range(ctx, len(nodes)) {
			f.cells[k] = f.of(&nodes[k])
			filledOne = filledOne || f.cells[k] != ""
		}
		if filledOne {
			columns = append(columns, f)
		}
	}
	class := func(c filled, cell string) string {
		switch {
		case c.amount:
			return ` class="amount"`
		case isLong(cell):
			return ` class="long"`
		}
		return ""
	}
	var b strings.Builder
	if all > len(nodes) {
		fmt.Fprintf(&b, "<p>The first %d of %s. With JavaScript the table has all.</p>\n", len(nodes), display.Count(all, "row"))
	}
	b.WriteString(`<table><caption class="unseen">` + escaped(display.Printable(d.Title)) + "</caption>\n<thead><tr>")
	for _, c := range columns {
		b.WriteString(`<th scope="col"` + class(c, "") + ">" + c.name + "</th>")
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for k := range interrupt.Range(ctx, len(nodes)) {
		b.WriteString(`<tr><th scope="row"><span>` + columns[0].cells[k] + "</span></th>")
		for _, c := range columns[1:] {
			b.WriteString("<td" + class(c, c.cells[k]) + ">" + c.cells[k] + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

// isLong reports whether the text of a cell is too long for one line of a screen.
func isLong(cell string) bool {
	const maxLength = 160 // characters
	if len(cell) <= maxLength {
		return false
	}
	n, tag := 0, false
	for _, r := range cell {
		switch {
		case r == '<':
			tag = true
		case r == '>':
			tag = false
		case !tag:
			n++
		}
	}
	return n > maxLength
}

// listed returns the content of a cell with an element for each part.
func listed(parts []string, by string) string {
	if len(parts) == 0 {
		return ""
	}
	return "<span>" + strings.Join(parts, "</span>"+by+"<span>") + "</span>"
}

// changes returns the name of a node's change, then its changed fields, in HTML.
func (n *pageNode) changes() (all []string) {
	for _, words := range n.Changes {
		all = append(all, escaped(words))
	}
	return all
}

// labels returns a node's labels, sorted by key, in HTML.
func (n *pageNode) labels() (all []string) {
	for _, key := range slices.Sorted(maps.Keys(n.Labels)) {
		all = append(all, `<span class="key">`+escaped(display.Printable(key))+"</span>="+escaped(display.Printable(n.Labels[key])))
	}
	return all
}

// figure returns a number, or "" for 0.
func figure(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// bytesOf returns an amount of memory for people, with the number of bytes for sorting;
// "" for 0.
func bytesOf(n uint64) string {
	if n == 0 {
		return ""
	}
	return `<data value="` + strconv.FormatUint(n, 10) + `">` + display.Quantity("memory", float64(n)) + "</data>"
}
