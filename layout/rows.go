package layout

// This file stands nodes in rows for dot, and in columns for osage, with a line of
// edges beside each.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/graph"
)

// columns is over how many columns dot spreads the nodes of a hub, so that they
// are about as wide as they are high.
func (g *gvGraph) columns() int {
	w, h, _ := g.usualSize()
	return max(1, int(math.Sqrt(float64(len(g.boxes))*h*g.aspect/(w+columnGap(w, g.gap)))))
}

// columnGap is the room between two columns, for dot's curves.
func columnGap(w, gap float64) float64 { return 3*gap + 0.4*w }

// blocks returns the nodes that a hub owns, those of the same group, if they are
// grouped, and with the same hubs together.
func (g *gvGraph) blocks() [][]int {
	var nodes []int
	for i := range g.boxes {
		if !g.boxes[i].Vertex.Hub && len(g.owners(i)) > 0 {
			nodes = append(nodes, i)
		}
	}
	order := func(a, b int) int {
		return cmp.Or(graph.ComparePaths(g.boxes[a].Vertex.Group, g.boxes[b].Vertex.Group), slices.Compare(g.owners(a), g.owners(b)))
	}
	slices.SortStableFunc(nodes, order)
	var blocks [][]int
	for start, end := 0, 0; start < len(nodes); start = end {
		for end = start; end < len(nodes) && order(nodes[start], nodes[end]) == 0; {
			end++
		}
		blocks = append(blocks, nodes[start:end])
	}
	return blocks
}

// rows returns the nodes of each block in rows for dot.
func (g *gvGraph) rows() (rows [][]int) {
	for _, block := range g.blocks() {
		rows = slices.AppendSeq(rows, slices.Chunk(block, evenly(len(block), g.columns())))
	}
	return rows
}

// evenly returns how many of n go into each row, or column, of at most that many,
// so that the last is no shorter than it has to be.
func evenly(n, most int) int {
	rows := (n + most - 1) / most
	return (n + rows - 1) / rows
}

// stacks returns the nodes of each block in the columns that osage puts them in.
func (g *gvGraph) stacks() (stacks [][]int) {
	for _, block := range g.blocks() {
		stacks = slices.AppendSeq(stacks, slices.Chunk(block, evenly(len(block), g.high())))
	}
	return stacks
}

// high is how many nodes osage puts into a column, so that the columns of all
// blocks together are about as wide as they are high. A few stand in one row.
func (g *gvGraph) high() int {
	if len(g.boxes) <= columnMax {
		return 1
	}
	w, h, _ := g.usualSize()
	return max(1, int(math.Ceil(math.Sqrt(float64(len(g.boxes))*w/g.aspect/h))))
}

// stackable reports whether the columns of all blocks together are not much wider than
// high: of many small groups each would have a column of a few nodes.
func (g *gvGraph) stackable() bool {
	w, h, _ := g.usualSize()
	return len(g.t.Groups()) == 0 || float64(len(g.stacks()))*w <= stackWidth*g.aspect*h*float64(g.high())
}

// stackWidth is by how much wider than the canvas columns may be for their height.
const stackWidth = 2

// arrays has osage put the hubs into one row, the blocks below them side by side,
// those of a group in its cluster, and the jobs below all. An array sorts what is in
// it by sortv.
func (g *gvGraph) arrays() {
	sortv := 0
	next := func() int { sortv++; return sortv }
	array := func(name string, margin int, mode string, columns int) {
		fmt.Fprintf(&g.buf, "subgraph \"cluster_%s\" {\nmargin=%d\nsortv=%d\npackmode=array_%s%d\n", name, margin, next(), mode, max(1, columns))
	}
	put := func(boxes []int) {
		for _, i := range boxes {
			fmt.Fprintf(&g.buf, "%d [sortv=%d]\n", i, next())
		}
		g.buf.WriteString("}\n")
	}
	g.buf.WriteString("packmode=array_u1\n")
	array("hubs", 0, "u", len(g.hubs))
	put(g.hubs)
	array("nodes", 0, "ut", len(g.boxes))
	columns := 0
	var open []string
	for k, block := range g.blocks() {
		path := g.boxes[block[0]].Vertex.Group
		common := 0
		for common < min(len(open), len(path)) && open[common] == path[common] {
			common++
		}
		g.buf.WriteString(strings.Repeat("}\n", len(open)-common))
		for level := common; level < len(path); level++ { // as in clusters
			array(fmt.Sprintf("%d_%d", k, level), int(g.gap*1.5)+2, "ut", len(g.boxes))
			fmt.Fprintf(&g.buf, "fontsize=%g\nlabel=\"x\"\n", g.font*nameShare)
		}
		open = path
		high := evenly(len(block), g.high())
		columns += (len(block) + high - 1) / high
		array(fmt.Sprint(k), 0, "cu", high)
		put(block)
	}
	g.buf.WriteString(strings.Repeat("}\n", len(open)+1))
	var jobs, rest []int // other requesters
	for i := range g.boxes {
		switch v := g.boxes[i].Vertex; {
		case v.Job != nil:
			jobs = append(jobs, i)
		case !v.Hub && len(g.owners(i)) == 0:
			rest = append(rest, i)
		}
	}
	for _, boxes := range [][]int{jobs, rest} {
		if len(boxes) > 0 {
			array(fmt.Sprint("of_", boxes[0]), 0, "u", columns)
			put(boxes)
		}
	}
}

// chains stands for the edges of hubs with many nodes: in each row a node is held
// by the one before.
func (g *gvGraph) chains() {
	for _, row := range g.rows() {
		before := g.owners(row[0])[0]
		for _, i := range row {
			g.edge(before, i, "")
			before = i
		}
	}
}

// lanes leads the edges to the nodes of a row along below it, all of them on one
// line, so that none runs below a node; or, if down, those to the nodes of a
// column along its left.
func (g *gvGraph) lanes(rows [][]int, down bool) {
	// A row runs along one axis, and its lane is across.
	turn := func(p Point) (along, across float64) { return p.X, p.Y }
	back := func(along, across float64) Point { return Point{along, across} }
	if down {
		turn = func(p Point) (along, across float64) { return p.Y, -p.X }
		back = func(along, across float64) Point { return Point{-across, along} }
	}
	measure := func(b *Box) (along, across, length, width float64) {
		along, across = turn(b.Center)
		if down {
			return along, across, b.H, b.W
		}
		return along, across, b.W, b.H
	}

	type lane struct{ start, across float64 }
	lanes := make(map[int]lane) // by node
	for _, row := range rows {
		l := lane{math.Inf(1), math.Inf(-1)}
		for _, i := range row {
			along, across, length, width := measure(&g.boxes[i])
			room := g.gap
			if depth := float64(len(g.boxes[i].Vertex.Group)); down { // straight through the names of groups
				room += depth * (g.gap/2 + 1.4*g.font*nameShare)
			}
			l.start = min(l.start, along-length/2-room)
			l.across = max(l.across, across+width/2+g.gap/2)
			if len(row) == 1 { // straight into it
				l.across = across
			}
		}
		for _, i := range row {
			lanes[i] = l
		}
	}
	end := math.Inf(-1) // of the hubs
	for _, hub := range g.hubs {
		along, _, length, _ := measure(&g.boxes[hub])
		end = max(end, along+length/2)
	}
	for i := range g.lines {
		line := &g.lines[i]
		l, ok := lanes[line.To]
		if !ok || line.Run != nil || l.start < end {
			continue
		}
		from, to := g.boxes[line.From].Center, g.boxes[line.To].Center
		_, hub := turn(from)
		node, _ := turn(to)
		start, enter, corner, leave := back(end, hub), back(l.start, l.across), back(node, l.across), back(node-g.gap/2, l.across)
		middle := (end + l.start) / 2
		line.Path = []Point{
			from, from, start, start,
			back(middle, hub), back(middle, l.across), enter,
			enter, leave, leave,
			corner, corner, to,
		}
	}
}
