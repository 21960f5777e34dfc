package layout

// This file says what a drawing had no room for.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
)

// placeRemark writes what was left out, which is known only once the boxes are placed:
// beside the subtitle if there is room, and otherwise beside the end of the legend.
func (p *page) placeRemark(d *Drawing) {
	long, short := d.leftOut()
	if long == "" {
		return
	}
	lines := []Text{d.Subtitle}
	if len(d.Legend) > 0 {
		lines = append(lines, d.Legend[len(d.Legend)-1].Name)
	}
	for _, line := range lines {
		for _, note := range []string{long, short} {
			t := newText(note, legendSize*p.unit, typeface.Regular)
			if x := d.Width - margin*p.unit - t.Width; line.Left()+line.Width+20*min(1, p.unit) < x {
				d.Remark = t.startAt(x, line.Center.Y)
				return
			}
		}
	}
}

// leftOut returns a remark about areas of groups, names of groups, labels and entries of the
// legend that the drawing left out, or "" if there are none. The short remark has no reasons.
func (d *Drawing) leftOut() (long, short string) {
	var parts []string
	switch asked, shown := d.groupLevels(); {
	case shown >= asked:
	case shown == 0:
		parts = append(parts, "groups not shown: "+d.Engine+" does not keep them together")
	case engines[d.Engine].single:
		parts = append(parts, "groups"+d.byFields(shown, asked)+" not shown: "+d.Engine+" has one level")
	default:
		parts = append(parts, "groups"+d.byFields(shown, asked)+" not shown: too few nodes in each")
	}
	nameless := 0
	for i := range d.Areas {
		if a := &d.Areas[i]; a.Name.String == "" && (a.Level > 0 || a.Title != "") {
			nameless++
		}
	}
	if nameless > 0 {
		parts = append(parts, display.Count(nameless, "group name")+" left out: no room")
	}
	if len(d.Chips) > 0 {
		parts = append(parts, d.notNamed()...)
	} else if d.Unlabeled > 0 {
		parts = append(parts, d.unlabeled())
	}
	if n := d.unsaid(); n > 0 {
		parts = append(parts, "what changed in "+display.Count(n, "node")+" left out: too small to read")
	}
	if d.unexplained > 0 {
		parts = append(parts, display.Plural(d.unexplained, "legend entry", "legend entries")+" left out: no room")
	}
	if n := d.behind(); n > 0 {
		words := fmt.Sprintf("%d edges pass behind other nodes", n)
		if n == 1 {
			words = "1 edge passes behind another node"
		}
		words += ": " + d.Engine + " draws straight lines"
		parts = append(parts, words)
	}
	long = strings.Join(parts, "; ")
	for i := range parts {
		parts[i], _, _ = strings.Cut(parts[i], ":")
	}
	if len(d.Chips) > 0 && len(parts) > 1 { // chips have the names of nodes
		parts = slices.DeleteFunc(parts, func(s string) bool { return strings.HasSuffix(s, "left out") })
	}
	return long, strings.Join(parts, "; ")
}

// unsaid returns the number of nodes whose changes a drawing of a difference does not tell.
func (d *Drawing) unsaid() (n int) {
	if !d.Diagram.Difference {
		return 0
	}
	for i := range d.Boxes {
		if node := &d.Diagram.Nodes[i]; node.Change == diagram.Changed && node.Detail() != "" && d.Boxes[i].Detail().String == "" {
			n++
		}
	}
	return n
}

// unlabeled returns a remark about the labels that were left out. Cells have none but for nodes
// that need attention, so it counts these, but for those that headings name.
func (d *Drawing) unlabeled() string {
	if !engines[d.Engine].cells {
		return display.Count(d.Unlabeled, "label") + " left out: too small to read"
	}
	text := display.Count(d.Unlabeled-d.namedAbove, "node") + " not named"
	switch urgent := d.urgent - d.namedAbove; urgent {
	case 0:
	case 1:
		text += ", 1 of them needs attention"
	default:
		text += fmt.Sprintf(", %d of them need attention", urgent)
	}
	return text + ": no room"
}

// notNamed returns remarks about runs, jobs and nodes that a drawing with chips has no names
// for. Nodes that took no part need none.
func (d *Drawing) notNamed() (parts []string) {
	runs, jobs, nodes := 0, 0, 0
	for i := range d.Chips {
		if c := &d.Chips[i]; c.Runs > 1 || c.Label().String == "" {
			runs += c.Runs
		}
	}
	for i := range d.Boxes {
		switch n := &d.Diagram.Nodes[i]; {
		case d.Boxes[i].Label().String != "":
		case n.Class.IsJob():
			jobs++
		case !n.Idle:
			nodes++
		}
	}
	var table []string
	if jobs > 0 {
		table = append(table, display.Count(jobs, "job"))
	}
	if runs > 0 {
		table = append(table, display.Count(runs, "run"))
	}
	if len(table) > 0 {
		parts = append(parts, strings.Join(table, " and ")+" not named: no room")
	}
	if nodes > 0 {
		parts = append(parts, display.Count(nodes, "label")+" left out: too small to read")
	}
	return parts
}

// byFields returns the names of the fields of the levels above from, up to to: " by
// rack".
func (d *Drawing) byFields(from, to int) string {
	if to > len(d.Diagram.GroupBy) { // of a diagram made by hand
		return " of inner levels"
	}
	names := make([]string, 0, to-from)
	for _, name := range d.Diagram.GroupBy[from:to] {
		names = append(names, display.Shorten(name))
	}
	return " by " + strings.Join(names, ", ")
}

// groupLevels returns the number of levels of groups that the diagram has, and the
// number of those that have areas.
func (d *Drawing) groupLevels() (asked, shown int) {
	if len(d.Diagram.Groups) == 0 {
		return 0, 0
	}
	for i := range d.Diagram.Nodes {
		if n := &d.Diagram.Nodes[i]; !n.Collapsed { // its label has the group
			asked = max(asked, len(n.Path()))
		}
	}
	for i := range d.Areas {
		shown = max(shown, d.Areas[i].Level)
	}
	return asked, shown
}
