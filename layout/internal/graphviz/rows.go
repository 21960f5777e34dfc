package graphviz

// This file stands nodes, and groups of them, in rows for dot and in columns for osage.
//
// A column is a row that is turned: both lead away from the hubs. What is along a row is
// X here, and what is across it Y, whichever way the engine has it. The edges of a row
// run in a lane beside it, and turn from there into each of its nodes. Into a group they
// turn at its branch, which leads to the lanes of the rows in the group: so no edge runs
// below a node, into a group that is not its own, or through a name.

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// A cell is a node or a group in a row.
type cell struct {
	box   int     // of the node
	hubs  []int   // of the node
	inner []*cell // of the group; nil for a node
	group int     // its index
	name  float64 // width of the group's name
	rows  []*row  // what is in the group, at its present size
	at    r2.Vec  // its corner near the hubs and the lane
	size  r2.Vec
}

// A row of cells, or a column, with a lane.
type row struct {
	cells []*cell
	size  r2.Vec
}

// rowMaker puts the boxes of a scene into rows.
type rowMaker struct {
	*engine.Scene
	down bool // columns, not rows
}

// inRows reports whether the engine has rows to place, rather than nodes.
func (g *gvGraph) inRows() bool {
	return g.engine == "osage" ||
		g.engine == "dot" && !g.layered() && (len(g.Boxes) > columnMax || len(g.Groups) > 0)
}

// inRow reports whether a box stands in a row: a node that a hub lists, or that is in
// a group.
func (g *gvGraph) inRow(i int) bool {
	b := &g.Boxes[i]
	return !b.Hub && !b.Job && (len(b.Owners) > 0 || len(b.Groups) > 0)
}

// turn returns a place, or a size, as the rows have it, and the other way round.
func (m *rowMaker) turn(p r2.Vec) r2.Vec {
	if m.down {
		return r2.Vec{X: p.Y, Y: p.X}
	}
	return p
}

// makeRows finds the length of rows with which the picture is largest.
func (g *gvGraph) makeRows() {
	m := rowMaker{Scene: g.Scene, down: g.engine == "osage"}
	var nodes []*cell
	for i := range g.Boxes {
		if b := &g.Boxes[i]; g.inRow(i) {
			nodes = append(nodes, &cell{box: i, hubs: g.Boxes[i].Owners, size: m.turn(r2.Vec{X: b.W, Y: b.H})})
		}
	}
	slices.SortStableFunc(nodes, func(a, b *cell) int {
		return cmp.Or(slices.Compare(m.path(a), m.path(b)), slices.Compare(a.hubs, b.hubs), m.dots(b)-m.dots(a))
	})
	cells := m.groups(nodes, 0)
	hub := 0.0
	for _, h := range g.Hubs {
		hub = max(hub, m.turn(r2.Vec{X: g.Boxes[h].W, Y: g.Boxes[h].H}).X)
	}
	// need is the height of a canvas that such rows fill. Below a part of what there is
	// places are drawn apart: it makes no difference.
	need := func(length float64) float64 {
		g.rows = m.wrap(cells, length)
		size := extent(g.rows)
		g.fan = m.fan(size.Y)
		size.X += hub + g.fan
		size = m.turn(size)
		return max(size.X/g.Aspect, size.Y, 0.75*g.Height)
	}
	const endless = 1e9
	need(endless)
	all := extent(g.rows)
	square := math.Sqrt(all.X * all.Y)
	best, least := endless, math.Inf(1)
	for length := square / 4; length < 6*square; length *= 1.08 {
		if n := need(length); n < least {
			best, least = length, n
		}
	}
	need(best)
	g.maker = m
}

// fan is the room for the edges from the hubs to rows that take so much room across.
func (m *rowMaker) fan(across float64) float64 {
	_, h, _ := m.UsualSize()
	return 2*h + 0.09*across
}

// extent is the size of rows side by side.
func extent(rows []*row) (size r2.Vec) {
	for _, l := range rows {
		size.X = max(size.X, l.size.X)
		size.Y += l.size.Y
	}
	return size
}

// path returns the groups that a node is in, outermost first.
func (m *rowMaker) path(c *cell) []int { return m.Boxes[c.box].Groups }

// dots returns 1 for a node without a label, which is a dot, and else 0.
func (m *rowMaker) dots(c *cell) int {
	if m.Boxes[c.box].Dot {
		return 1
	}
	return 0
}

// groups puts the nodes of sorted ones that have a group at that depth into a cell for
// the group.
func (m *rowMaker) groups(nodes []*cell, depth int) (cells []*cell) {
	for start, end := 0, 0; start < len(nodes); start = end {
		path := m.path(nodes[start])
		end = start + 1
		if len(path) <= depth {
			cells = append(cells, nodes[start])
			continue
		}
		c := &cell{group: path[depth], name: m.NameWidth(path[depth], engine.MaxName)}
		for end < len(nodes) && len(m.path(nodes[end])) > depth && m.path(nodes[end])[depth] == path[depth] {
			end++
		}
		c.inner = m.groups(nodes[start:end], depth+1)
		cells = append(cells, c)
	}
	return cells
}

// Room in a group's area, by the gap: from its outline, or its name, to the cells in
// it, with the branch in the middle; to the first row, whose lane comes next; and on
// the other sides.
const (
	branchRoom = 1.5
	rowsRoom   = 0.5
	sideRoom   = 1.0
)

// inset is how far from the corner of a group's area its rows begin.
func (m *rowMaker) inset() r2.Vec {
	name := m.turn(r2.Vec{X: 0, Y: 1.4 * m.Font * engine.NameShare}) // its room
	return r2.Vec{X: name.X + branchRoom*m.Gap, Y: name.Y + rowsRoom*m.Gap}
}

// besideName is the room left and right of a group's name.
func (m *rowMaker) besideName() float64 {
	if m.down {
		return m.Font
	}
	return m.Font + branchRoom*m.Gap // where the edges come in
}

// grow sizes a group, with rows no longer than fit into that length, unless its name
// takes as much.
func (m *rowMaker) grow(c *cell, length float64) {
	before, side := m.inset(), sideRoom*m.Gap
	name := min(c.name, engine.ShortName*m.nameSize()) + m.besideName()
	length -= before.X + side
	if !m.down {
		length = max(length, name-before.X-side)
	} else if last := c.inner[len(c.inner)-1]; last.inner == nil { // columns that the name has room for
		columns := max(1, int((name-before.Y-side)/(last.size.Y+m.Gap)))
		high := (len(c.inner) + columns - 1) / columns
		length = min(length, float64(high)*(last.size.X+m.Gap))
	}
	c.rows = m.wrap(c.inner, length)
	size := extent(c.rows)
	size = m.turn(r2.Vec{X: before.X + size.X + side, Y: before.Y + size.Y + side})
	size.X = max(size.X, name)
	c.size = m.turn(size)
}

// wrap puts cells into rows no longer than that, if there is a way. Nodes of different
// hubs, and those with and without labels, are in different ones, those of the same in rows of about the same length.
func (m *rowMaker) wrap(cells []*cell, length float64) (rows []*row) {
	like := func(a, b *cell) bool {
		return (a.inner == nil) == (b.inner == nil) && slices.Equal(a.hubs, b.hubs) && (a.inner != nil || m.dots(a) == m.dots(b))
	}
	for start, end := 0, 0; start < len(cells); start = end {
		widest := 0.0
		for end = start; end < len(cells) && like(cells[start], cells[end]); end++ {
			if cells[end].inner != nil {
				m.grow(cells[end], length)
			}
			widest = max(widest, cells[end].size.X)
		}
		run := cells[start:end]
		if run[0].inner == nil {
			most := max(1, int((length+m.Gap)/(widest+m.Gap)))
			for part := range slices.Chunk(run, evenly(len(run), most)) {
				rows = append(rows, m.row(part))
			}
			continue
		}
		for len(run) > 0 {
			n, used := 0, 0.0
			for n == 0 || n < len(run) && used+run[n].size.X <= length {
				used += run[n].size.X + m.between(run[n])
				n++
			}
			rows = append(rows, m.row(run[:n]))
			run = run[n:]
		}
	}
	return rows
}

// evenly returns how many of n go into each row, or column, of at most that many,
// so that the last is no shorter than it has to be.
func evenly(n, most int) int {
	rows := (n + most - 1) / most
	return (n + rows - 1) / rows
}

// between is the room between a cell and the next, and that for a lane.
func (m *rowMaker) between(c *cell) float64 {
	if c.inner == nil {
		return m.Gap
	}
	return 2 * m.Gap
}

func (m *rowMaker) row(cells []*cell) *row {
	r := &row{cells: cells, size: r2.Vec{X: -m.between(cells[0]), Y: 0}}
	for _, c := range cells {
		r.size.X += c.size.X + m.between(c)
		r.size.Y = max(r.size.Y, c.size.Y)
	}
	r.size.Y += m.between(cells[0])
	return r
}

// place gives the cells of a row their places, from its corner near the hubs and the
// lane. The edges come along the way, and go on to the nodes along ways.
func (m *rowMaker) place(r *row, at r2.Vec, way []r2.Vec, ways map[int][]r2.Vec) {
	room := m.between(r.cells[0])
	middle := at.Y + (room+r.size.Y)/2 // of nodes
	lane := at.Y + room/2
	if len(r.cells) == 1 && r.cells[0].inner == nil { // straight into it
		lane = middle
	}
	from := at.X
	if len(way) > 0 {
		from = way[len(way)-1].X // a branch
	}
	way = append(slices.Clip(way), r2.Vec{X: from, Y: lane})
	for _, c := range r.cells {
		c.at = r2.Vec{X: at.X, Y: at.Y + room}
		at.X += c.size.X + m.between(c)
		if c.inner == nil {
			center := r2.Vec{X: c.at.X + c.size.X/2, Y: middle}
			m.Boxes[c.box].Center = m.turn(center)
			ways[c.box] = append(slices.Clip(way), r2.Vec{X: center.X, Y: lane}, center)
			continue
		}
		corner := m.inset()
		corner.X, corner.Y = c.at.X+corner.X, c.at.Y+corner.Y
		branch := append(slices.Clip(way), r2.Vec{X: corner.X - branchRoom/2*m.Gap, Y: lane})
		for _, r := range c.rows {
			m.place(r, corner, branch, ways)
			corner.Y += r.size.Y
		}
		m.outline(c)
	}
}

// outline draws the area of a group.
func (m *rowMaker) outline(c *cell) {
	a, b := m.turn(c.at), m.turn(r2.Vec{X: c.at.X + c.size.X, Y: c.at.Y + c.size.Y})
	m.Areas = append(m.Areas, engine.Area{
		Group:    c.group,
		Boxes:    c.boxes(nil),
		Path:     []r2.Vec{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}},
		Anchor:   r2.Vec{X: a.X + m.besideName() - 0.75*m.nameSize(), Y: a.Y + 0.8*m.nameSize()},
		Away:     r2.Vec{X: 1, Y: 0},
		NameRoom: b.X - a.X - m.besideName(),
	})
}

// nameSize is the font size of the names of groups.
func (m *rowMaker) nameSize() float64 { return m.Font * engine.NameShare }

// boxes appends the boxes of all nodes in the cell.
func (c *cell) boxes(all []int) []int {
	if c.inner == nil {
		return append(all, c.box)
	}
	for _, inner := range c.inner {
		all = inner.boxes(all)
	}
	return all
}

// lead draws the edges along the ways to their nodes. Those of several hubs run side by
// side, so that a reader can tell them where they part.
func (m *rowMaker) lead(ways map[int][]r2.Vec) {
	slices.SortFunc(m.Areas, func(a, b engine.Area) int {
		return cmp.Or(m.Groups[a.Group].Level-m.Groups[b.Group].Level, a.Group-b.Group)
	})
	end := math.Inf(-1) // of the hubs
	nth := make(map[int]float64)
	for k, h := range m.Hubs {
		b := &m.Boxes[h]
		end = max(end, m.turn(b.Center).X+m.turn(r2.Vec{X: b.W, Y: b.H}).X/2)
		nth[h] = float64(k) - float64(len(m.Hubs)-1)/2
	}
	apart := min(1.8, 0.7*m.Gap/max(1, float64(len(m.Hubs)-1)))
	for i := range m.Lines {
		l := &m.Lines[i]
		way := slices.Clone(ways[l.To])
		if l.Run || way == nil {
			continue
		}
		for k := range way[:len(way)-2] {
			way[k].X, way[k].Y = way[k].X+nth[l.From]*apart, way[k].Y+nth[l.From]*apart
		}
		way[len(way)-2].Y += nth[l.From] * apart
		from, enter := m.turn(m.Boxes[l.From].Center), way[0]
		start := r2.Vec{X: end, Y: from.Y}
		middle := (end + enter.X) / 2
		path := []r2.Vec{from, from, start, start, {X: middle, Y: start.Y}, {X: middle, Y: enter.Y}, enter}
		for k := range path {
			path[k] = m.turn(path[k])
		}
		for k := range way {
			way[k] = m.turn(way[k])
		}
		l.Path = rounded(path, way[1:], m.Gap/2)
	}
}

// rounded leads a Bézier curve on to each of the points in turn, and around corners at a
// distance.
func rounded(path, points []r2.Vec, off float64) []r2.Vec {
	for k, p := range points {
		last := path[len(path)-1]
		back := toward(p, last, off)
		if k+1 == len(points) {
			back = p
		}
		path = append(path, last, back, back)
		if k+1 < len(points) {
			path = append(path, p, p, toward(p, points[k+1], off))
		}
	}
	return path
}

// toward returns the point that is off away from p on the way to q, or half way there.
func toward(p, q r2.Vec, off float64) r2.Vec {
	long := math.Hypot(q.X-p.X, q.Y-p.Y)
	if long == 0 {
		return p
	}
	f := min(off/long, 0.5)
	return r2.Vec{X: p.X + (q.X-p.X)*f, Y: p.Y + (q.Y-p.Y)*f}
}

// stars stands for the edges of hubs with many nodes: dot gets each row as a node. It
// keeps the order of hubs and of rows as that of the edges of two invisible nodes.
func (g *gvGraph) stars() {
	g.buf.WriteString("ordering=out\ns0 [width=0, height=0]\ns1 [width=0, height=0]\n")
	for _, h := range g.Hubs {
		g.edge("s0", h, "style=invis, weight=0")
	}
	g.edge("s0", "s1", "style=invis, weight=0")
	for k, r := range g.rows {
		name := fmt.Sprint("r", k)
		g.edge("s1", name, "style=invis, weight=0")
		for _, h := range r.owners() {
			g.edge(h, name, "")
		}
	}
}

// owners are the hubs of all nodes in the row, each once.
func (r *row) owners() (hubs []int) {
	for _, c := range r.cells {
		hubs = append(hubs, c.hubs...)
		for _, inner := range c.rows {
			hubs = append(hubs, inner.owners()...)
		}
	}
	slices.Sort(hubs)
	return slices.Compact(hubs)
}

// arrays has osage put the hubs into one row, the columns of nodes below them, and the
// jobs below all. An array sorts what is in it by sortv.
func (g *gvGraph) arrays() {
	sortv := 0
	array := func(name string, columns int, boxes []string) {
		if len(boxes) == 0 {
			return
		}
		fmt.Fprintf(&g.buf, "subgraph \"cluster_%s\" {\nmargin=0\nsortv=%d\npackmode=array_u%d\n", name, sortv, columns)
		for _, b := range boxes {
			sortv++
			fmt.Fprintf(&g.buf, "%s [sortv=%d]\n", b, sortv)
		}
		g.buf.WriteString("}\n")
	}
	var hubs, columns, jobs, rest []string // other requesters
	for _, h := range g.Hubs {
		hubs = append(hubs, fmt.Sprint(h))
	}
	for k := range g.rows {
		columns = append(columns, fmt.Sprint("r", k))
	}
	widest := 1.0
	for i := range g.Boxes {
		switch b := &g.Boxes[i]; {
		case b.Hub || g.inRow(i):
			continue
		case b.Job:
			jobs = append(jobs, fmt.Sprint(i))
		default:
			rest = append(rest, fmt.Sprint(i))
		}
		widest = max(widest, g.Boxes[i].W+g.Gap)
	}
	beside := max(1, int(extent(g.rows).Y/widest))
	g.buf.WriteString("packmode=array_u1\n")
	array("hubs", len(hubs), hubs)
	array("nodes", len(columns), columns)
	array("jobs", beside, jobs)
	array("rest", beside, rest)
}
