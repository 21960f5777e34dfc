package graphviz

import "fmt"

// This file writes rows and columns as DOT: each is a node, which hubs are joined to.

// writeDotRows writes the edges from hubs to rows. dot keeps the order of hubs and of
// rows as that of the edges of two invisible nodes.
func (l *gvLayout) writeDotRows() {
	l.buf.WriteString("ordering=out\ns0 [width=0, height=0]\ns1 [width=0, height=0]\n")
	for _, h := range l.Hubs {
		l.edge("s0", h, "style=invis, weight=0")
	}
	l.edge("s0", "s1", "style=invis, weight=0")
	for k, r := range l.rows.rows {
		name := fmt.Sprint("r", k)
		l.edge("s1", name, "style=invis, weight=0")
		for _, h := range r.owners() {
			l.edge(h, name, "")
		}
	}
}

// writeOsageColumns has osage put the hubs into one row, the columns below them, then
// jobs and other requesters, as many side by side as the columns are wide.
func (l *gvLayout) writeOsageColumns() {
	var hubs, columns, jobs, rest []string
	for _, h := range l.Hubs {
		hubs = append(hubs, fmt.Sprint(h))
	}
	for k := range l.rows.rows {
		columns = append(columns, fmt.Sprint("r", k))
	}
	widest := 1.0
	for i := range l.Boxes {
		b := &l.Boxes[i]
		if b.Hub || l.inRow(i) {
			continue
		}
		if b.Job {
			jobs = append(jobs, fmt.Sprint(i))
		} else {
			rest = append(rest, fmt.Sprint(i))
		}
		widest = max(widest, b.W+l.Gap)
	}
	beside := max(1, int(extent(l.rows.rows).Y/widest))
	l.buf.WriteString("packmode=array_u1\n")
	order := 0
	order = l.writeArray("hubs", len(hubs), hubs, order)
	order = l.writeArray("nodes", len(columns), columns, order)
	order = l.writeArray("jobs", beside, jobs, order)
	l.writeArray("rest", beside, rest, order)
}

// writeArray writes nodes as an array of so many columns. osage sorts arrays, and what
// is in them, by an attribute, of which order was the last. It returns the last used.
func (l *gvLayout) writeArray(name string, columns int, nodes []string, order int) int {
	if len(nodes) == 0 {
		return order
	}
	fmt.Fprintf(&l.buf, "subgraph \"cluster_%s\" {\nmargin=0\nsortv=%d\npackmode=array_u%d\n", name, order, columns)
	for _, n := range nodes {
		order++
		fmt.Fprintf(&l.buf, "%s [sortv=%d]\n", n, order)
	}
	l.buf.WriteString("}\n")
	return order
}
