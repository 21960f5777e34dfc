package layout

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

	"github.com/bacviz/bacviz/internal/natural"
)

// A cell is a node or a group in a row.
type cell struct {
	box   int     // of the node
	hubs  []int   // of the node
	inner []*cell // of the group; nil for a node
	hull  Hull    // of the group
	rows  []*row  // what is in the group, at its present size
	at    Point   // its corner near the hubs and the lane
	size  Point
}

// A row of cells, or a column, with a lane.
type row struct {
	cells []*cell
	size  Point
}

// rowMaker puts the boxes of a scene into rows.
type rowMaker struct {
	*scene
	down bool // columns, not rows
}

// inRows reports whether the engine has rows to place, rather than nodes.
func (g *gvGraph) inRows() bool {
	return g.engine == "osage" ||
		g.engine == "dot" && !g.layered() && (len(g.boxes) > columnMax || len(g.t.Groups()) > 0)
}

// inRow reports whether a box stands in a row: a node that a hub lists, or that is in
// a group.
func (s *scene) inRow(i int) bool {
	v := s.boxes[i].Vertex
	return !v.Hub && v.Job == nil && (len(s.owners(i)) > 0 || len(v.Group) > 0)
}

// turn returns a place, or a size, as the rows have it, and the other way round.
func (m *rowMaker) turn(p Point) Point {
	if m.down {
		return Point{p.Y, p.X}
	}
	return p
}

// makeRows finds the length of rows with which the picture is largest.
func (g *gvGraph) makeRows() {
	m := rowMaker{scene: g.scene, down: g.engine == "osage"}
	var nodes []*cell
	for i := range g.boxes {
		if b := &g.boxes[i]; g.inRow(i) {
			nodes = append(nodes, &cell{box: i, hubs: g.owners(i), size: m.turn(Point{b.W, b.H})})
		}
	}
	slices.SortStableFunc(nodes, func(a, b *cell) int {
		return cmp.Or(natural.ComparePaths(m.path(a), m.path(b)), slices.Compare(a.hubs, b.hubs), int(m.shape(b)-m.shape(a)))
	})
	cells := m.groups(nodes, g.namedHulls(nameWidth), 0)
	hub := 0.0
	for _, h := range g.hubs {
		hub = max(hub, m.turn(Point{g.boxes[h].W, g.boxes[h].H}).X)
	}
	// need is the height of a canvas that such rows fill. Below a part of what there is
	// places are drawn apart: it makes no difference.
	need := func(length float64) float64 {
		g.rows = m.wrap(cells, length)
		size := extent(g.rows)
		g.fan = m.fan(size.Y)
		size.X += hub + g.fan
		size = m.turn(size)
		return max(size.X/g.aspect, size.Y, 0.75*g.height)
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
	_, h, _ := m.usualSize()
	return 2*h + 0.09*across
}

// extent is the size of rows side by side.
func extent(rows []*row) (size Point) {
	for _, l := range rows {
		size.X = max(size.X, l.size.X)
		size.Y += l.size.Y
	}
	return size
}

// path is that of the group that a node is in.
func (m *rowMaker) path(c *cell) []string { return m.boxes[c.box].Vertex.Group }

// shape is that of a node, which has a label or not.
func (m *rowMaker) shape(c *cell) Shape { return m.boxes[c.box].Shape }

// groups puts the nodes of sorted ones that have a group at that depth into a cell for
// the group.
func (m *rowMaker) groups(nodes []*cell, hulls map[string]*Hull, depth int) (cells []*cell) {
	for start, end := 0, 0; start < len(nodes); start = end {
		path := m.path(nodes[start])
		end = start + 1
		if len(path) <= depth {
			cells = append(cells, nodes[start])
			continue
		}
		c := &cell{hull: *hulls[pathKey(path[:depth+1])]}
		for end < len(nodes) && len(m.path(nodes[end])) > depth && slices.Equal(m.path(nodes[end])[:depth+1], path[:depth+1]) {
			end++
		}
		c.inner = m.groups(nodes[start:end], hulls, depth+1)
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
func (m *rowMaker) inset() Point {
	name := m.turn(Point{0, 1.4 * m.font * nameShare}) // its room
	return Point{name.X + branchRoom*m.gap, name.Y + rowsRoom*m.gap}
}

// besideName is the room left and right of a group's name.
func (m *rowMaker) besideName() float64 {
	if m.down {
		return m.font
	}
	return m.font + branchRoom*m.gap // where the edges come in
}

// grow sizes a group, with rows no longer than fit into that length, unless its name
// takes as much.
func (m *rowMaker) grow(c *cell, length float64) {
	before, side := m.inset(), sideRoom*m.gap
	name := min(c.hull.Name.Width, nameMost*c.hull.Name.Size) + m.besideName()
	length -= before.X + side
	if !m.down {
		length = max(length, name-before.X-side)
	} else if last := c.inner[len(c.inner)-1]; last.inner == nil { // columns that the name has room for
		columns := max(1, int((name-before.Y-side)/(last.size.Y+m.gap)))
		high := (len(c.inner) + columns - 1) / columns
		length = min(length, float64(high)*(last.size.X+m.gap))
	}
	c.rows = m.wrap(c.inner, length)
	size := extent(c.rows)
	size = m.turn(Point{before.X + size.X + side, before.Y + size.Y + side})
	size.X = max(size.X, name)
	c.size = m.turn(size)
}

// wrap puts cells into rows no longer than that, if there is a way. Nodes of different
// hubs, and those with and without labels, are in different ones, those of the same in rows of about the same length.
func (m *rowMaker) wrap(cells []*cell, length float64) (rows []*row) {
	like := func(a, b *cell) bool {
		return (a.inner == nil) == (b.inner == nil) && slices.Equal(a.hubs, b.hubs) && (a.inner != nil || m.shape(a) == m.shape(b))
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
			most := max(1, int((length+m.gap)/(widest+m.gap)))
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
		return m.gap
	}
	return 2 * m.gap
}

func (m *rowMaker) row(cells []*cell) *row {
	r := &row{cells: cells, size: Point{-m.between(cells[0]), 0}}
	for _, c := range cells {
		r.size.X += c.size.X + m.between(c)
		r.size.Y = max(r.size.Y, c.size.Y)
	}
	r.size.Y += m.between(cells[0])
	return r
}

// place gives the cells of a row their places, from its corner near the hubs and the
// lane. The edges come along the way, and go on to the nodes along ways.
func (m *rowMaker) place(r *row, at Point, way []Point, ways map[int][]Point) {
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
	way = append(slices.Clip(way), Point{from, lane})
	for _, c := range r.cells {
		c.at = Point{at.X, at.Y + room}
		at.X += c.size.X + m.between(c)
		if c.inner == nil {
			center := Point{c.at.X + c.size.X/2, middle}
			m.boxes[c.box].Center = m.turn(center)
			ways[c.box] = append(slices.Clip(way), Point{center.X, lane}, center)
			continue
		}
		corner := m.inset()
		corner.X, corner.Y = c.at.X+corner.X, c.at.Y+corner.Y
		branch := append(slices.Clip(way), Point{corner.X - branchRoom/2*m.gap, lane})
		for _, r := range c.rows {
			m.place(r, corner, branch, ways)
			corner.Y += r.size.Y
		}
		m.outline(c)
	}
}

// outline draws the area of a group.
func (m *rowMaker) outline(c *cell) {
	a, b := m.turn(c.at), m.turn(Point{c.at.X + c.size.X, c.at.Y + c.size.Y})
	h := c.hull
	h.Path = []Point{a, {b.X, a.Y}, b, {a.X, b.Y}}
	if room := b.X - a.X - m.besideName(); h.Name.Width > room+tiny {
		h.Name = fitText(h.Group.Label(), h.Name.Size, h.Name.Face, room)
	}
	h.anchor = Point{a.X + m.besideName() - 0.75*h.Name.Size, a.Y + 0.8*h.Name.Size}
	h.away = Point{1, 0}
	m.hulls = append(m.hulls, h)
}

// lead draws the edges along the ways to their nodes. Those of several hubs run side by
// side, so that a reader can tell them where they part.
func (m *rowMaker) lead(ways map[int][]Point) {
	slices.SortFunc(m.hulls, func(a, b Hull) int {
		return cmp.Or(a.Level-b.Level, natural.ComparePaths(a.Group.Path, b.Group.Path))
	})
	end := math.Inf(-1) // of the hubs
	nth := make(map[int]float64)
	for k, h := range m.hubs {
		b := &m.boxes[h]
		end = max(end, m.turn(b.Center).X+m.turn(Point{b.W, b.H}).X/2)
		nth[h] = float64(k) - float64(len(m.hubs)-1)/2
	}
	apart := min(1.8, 0.7*m.gap/max(1, float64(len(m.hubs)-1)))
	for i := range m.lines {
		l := &m.lines[i]
		way := slices.Clone(ways[l.To])
		if l.Run != nil || way == nil {
			continue
		}
		for k := range way[:len(way)-2] {
			way[k].X, way[k].Y = way[k].X+nth[l.From]*apart, way[k].Y+nth[l.From]*apart
		}
		way[len(way)-2].Y += nth[l.From] * apart
		from, enter := m.turn(m.boxes[l.From].Center), way[0]
		start := Point{end, from.Y}
		middle := (end + enter.X) / 2
		path := []Point{from, from, start, start, {middle, start.Y}, {middle, enter.Y}, enter}
		for k := range path {
			path[k] = m.turn(path[k])
		}
		for k := range way {
			way[k] = m.turn(way[k])
		}
		l.Path = rounded(path, way[1:], m.gap/2)
	}
}

// rounded leads a Bézier curve on to each of the points in turn, and around corners at a
// distance.
func rounded(path, points []Point, off float64) []Point {
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
func toward(p, q Point, off float64) Point {
	long := math.Hypot(q.X-p.X, q.Y-p.Y)
	if long == 0 {
		return p
	}
	f := min(off/long, 0.5)
	return Point{p.X + (q.X-p.X)*f, p.Y + (q.Y-p.Y)*f}
}

// stars stands for the edges of hubs with many nodes: dot gets each row as a node. It
// keeps the order of hubs and of rows as that of the edges of two invisible nodes.
func (g *gvGraph) stars() {
	g.buf.WriteString("ordering=out\ns0 [width=0, height=0]\ns1 [width=0, height=0]\n")
	for _, h := range g.hubs {
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
	for _, h := range g.hubs {
		hubs = append(hubs, fmt.Sprint(h))
	}
	for k := range g.rows {
		columns = append(columns, fmt.Sprint("r", k))
	}
	widest := 1.0
	for i := range g.boxes {
		switch v := g.boxes[i].Vertex; {
		case v.Hub || g.inRow(i):
			continue
		case v.Job != nil:
			jobs = append(jobs, fmt.Sprint(i))
		default:
			rest = append(rest, fmt.Sprint(i))
		}
		widest = max(widest, g.boxes[i].W+g.gap)
	}
	beside := max(1, int(extent(g.rows).Y/widest))
	g.buf.WriteString("packmode=array_u1\n")
	array("hubs", len(hubs), hubs)
	array("nodes", len(columns), columns)
	array("jobs", beside, jobs)
	array("rest", beside, rest)
}
