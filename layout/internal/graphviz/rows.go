package graphviz

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file puts boxes, and groups of them, into rows for dot and columns for osage.
//
// A column is a row that is turned: both lead away from the hubs. What is along a row is
// X here, and what is across it is Y, whichever way the engine has it.

// singleColumn is the most boxes that dot places itself, in one column; more are put
// into rows.
const singleColumn = 12

// Room in a group's area, by the gap: from its outline, or its name, to the cells in it,
// with the branch in the middle; to the first row, whose lane comes next; and on the
// other sides.
const (
	branchRoom = 1.5
	rowsRoom   = 0.5
	sideRoom   = 1.0
)

// A cell is a box or a group in a row.
type cell struct {
	box       int     // of a single box
	hubs      []int   // that list the box
	inner     []*cell // of a group, in order; nil for a box
	group     int     // the group's index
	nameWidth float64 // of the group
	rows      []*row  // what is in the group, at its present size
	at        r2.Vec  // its corner near the hubs and the lane
	size      r2.Vec
}

// A row is a row or column of cells, with a lane for edges beside it.
type row struct {
	cells []*cell
	size  r2.Vec
}

// A rowLayout puts the boxes of a scene into rows.
type rowLayout struct {
	*engine.Scene
	down    bool // columns, not rows
	rows    []*row
	length  float64 // of the longest
	hubRoom float64 // between hubs and rows, for the edges
}

// wantsRows reports whether the engine gets rows to place, rather than single boxes.
func (l *gvLayout) wantsRows() bool {
	return l.engine == "osage" ||
		l.engine == "dot" && !l.layered() && (len(l.Boxes) > singleColumn || len(l.Groups) > 0)
}

// inRow reports whether a box belongs in a row: a hub knows it, or it is in a group.
func (l *gvLayout) inRow(i int) bool {
	b := &l.Boxes[i]
	return !b.Hub && !b.Job && (len(b.Owners) > 0 || len(b.Groups) > 0)
}

// turn returns a place or a size on the canvas as rows have it, or the other way round.
func (l *rowLayout) turn(p r2.Vec) r2.Vec {
	if l.down {
		return r2.Vec{X: p.Y, Y: p.X}
	}
	return p
}

// makeRows sets the rows. It tries row lengths from a quarter to six times the side of a
// square of the cells' area, each 1.08 times the last, and takes the one with which the
// picture is largest.
func (l *gvLayout) makeRows() {
	rows := &rowLayout{Scene: l.Scene, down: l.engine == "osage"}
	l.rows = rows
	cells := rows.cells(l.inRow)
	hub := 0.0
	for _, h := range l.Hubs {
		hub = max(hub, rows.turn(r2.Vec{X: l.Boxes[h].W, Y: l.Boxes[h].H}).X)
	}
	// height returns the height of a canvas that rows of a length fill. Below a part of
	// what there is, places are stretched to fill it: it makes no difference.
	height := func(length float64) float64 {
		rows.rows = rows.wrap(cells, length)
		size := extent(rows.rows)
		rows.length, rows.hubRoom = size.X, rows.roomFor(size.Y)
		size.X += hub + rows.hubRoom
		size = rows.turn(size)
		return max(size.X/l.Aspect, size.Y, 0.75*l.Height)
	}
	const endless = 1e9
	height(endless)
	all := extent(rows.rows)
	square := math.Sqrt(all.X * all.Y)
	best, least := endless, math.Inf(1)
	for length := square / 4; length < 6*square; length *= 1.08 {
		if h := height(length); h < least {
			best, least = length, h
		}
	}
	height(best)
}

// cells returns a cell for each outermost group, and for each box of the given ones that
// is in none, sorted by group, then hubs, then boxes with a label before dots.
func (l *rowLayout) cells(inRow func(i int) bool) []*cell {
	var cells []*cell
	for i := range l.Boxes {
		if b := &l.Boxes[i]; inRow(i) {
			cells = append(cells, &cell{box: i, hubs: b.Owners, size: l.turn(r2.Vec{X: b.W, Y: b.H})})
		}
	}
	slices.SortStableFunc(cells, func(a, b *cell) int {
		return cmp.Or(slices.Compare(l.path(a), l.path(b)), slices.Compare(a.hubs, b.hubs), l.dots(a)-l.dots(b))
	})
	return l.grouped(cells, 0)
}

// path returns the groups that a box is in, outermost first.
func (l *rowLayout) path(c *cell) []int { return l.Boxes[c.box].Groups }

// dots returns 1 for a box without a label, which is a dot, and else 0.
func (l *rowLayout) dots(c *cell) int {
	if l.Boxes[c.box].Dot {
		return 1
	}
	return 0
}

// grouped puts boxes, sorted by group, that have a group at a depth into a cell for that
// group.
func (l *rowLayout) grouped(boxes []*cell, depth int) (cells []*cell) {
	for start, end := 0, 0; start < len(boxes); start = end {
		path := l.path(boxes[start])
		end = start + 1
		if len(path) <= depth {
			cells = append(cells, boxes[start])
			continue
		}
		for end < len(boxes) && len(l.path(boxes[end])) > depth && l.path(boxes[end])[depth] == path[depth] {
			end++
		}
		cells = append(cells, &cell{
			group: path[depth], nameWidth: l.NameWidth(path[depth], engine.MaxName), inner: l.grouped(boxes[start:end], depth+1),
		})
	}
	return cells
}

// roomFor returns the room for the edges from the hubs to rows that are so high
// together.
func (l *rowLayout) roomFor(across float64) float64 {
	_, h, _ := l.UsualSize()
	return 2*h + 0.09*across
}

// extent returns the size of rows side by side.
func extent(rows []*row) (size r2.Vec) {
	for _, r := range rows {
		size.X = max(size.X, r.size.X)
		size.Y += r.size.Y
	}
	return size
}

// inset returns how far from the corner of a group's area its rows begin.
func (l *rowLayout) inset() r2.Vec {
	name := l.turn(r2.Vec{X: 0, Y: 1.4 * l.Font * engine.NameShare}) // its room
	return r2.Vec{X: name.X + branchRoom*l.Gap, Y: name.Y + rowsRoom*l.Gap}
}

// nameSize returns the font size of the names of groups.
func (l *rowLayout) nameSize() float64 { return l.Font * engine.NameShare }

// besideName returns the room left and right of a group's name.
func (l *rowLayout) besideName() float64 {
	if l.down {
		return l.Font
	}
	return l.Font + branchRoom*l.Gap // where the edges come in
}

// setSize gives a group rows no longer than fit into a length, and its size. Its name
// may make it longer; columns are then made shorter to fill the name's width.
func (l *rowLayout) setSize(c *cell, length float64) {
	before, side := l.inset(), sideRoom*l.Gap
	name := min(c.nameWidth, engine.ShortName*l.nameSize()) + l.besideName()
	length -= before.X + side
	if !l.down {
		length = max(length, name-before.X-side)
	} else if last := c.inner[len(c.inner)-1]; last.inner == nil {
		columns := max(1, int((name-before.Y-side)/(last.size.Y+l.Gap)))
		inColumn := (len(c.inner) + columns - 1) / columns
		length = min(length, float64(inColumn)*(last.size.X+l.Gap))
	}
	c.rows = l.wrap(c.inner, length)
	size := extent(c.rows)
	size = l.turn(r2.Vec{X: before.X + size.X + side, Y: before.Y + size.Y + side})
	size.X = max(size.X, name)
	c.size = l.turn(size)
}

// wrap puts cells into rows no longer than the given length, unless a single cell is.
// Boxes of different hubs, and those with and without labels, are in different rows;
// boxes of one kind are in rows of about one length, and groups as many to a row as fit
// (next-fit shelf packing: Coffman, Garey, Johnson and Tarjan, 1980).
func (l *rowLayout) wrap(cells []*cell, length float64) (rows []*row) {
	for start, end := 0, 0; start < len(cells); start = end {
		longest := 0.0
		for end = start; end < len(cells) && l.alike(cells[start], cells[end]); end++ {
			if cells[end].inner != nil {
				l.setSize(cells[end], length)
			}
			longest = max(longest, cells[end].size.X)
		}
		run := cells[start:end]
		if run[0].inner == nil {
			most := max(1, int((length+l.Gap)/(longest+l.Gap)))
			for part := range slices.Chunk(run, evenly(len(run), most)) {
				rows = append(rows, l.row(part))
			}
			continue
		}
		for len(run) > 0 {
			n, used := 0, 0.0
			for n == 0 || n < len(run) && used+run[n].size.X <= length {
				used += run[n].size.X + l.between(run[n])
				n++
			}
			rows = append(rows, l.row(run[:n]))
			run = run[n:]
		}
	}
	return rows
}

// alike reports whether two cells may be in one row: both are groups, or both are boxes
// of the same hubs, with a label or without.
func (l *rowLayout) alike(a, b *cell) bool {
	return (a.inner == nil) == (b.inner == nil) && slices.Equal(a.hubs, b.hubs) && (a.inner != nil || l.dots(a) == l.dots(b))
}

// evenly returns how many of n go into each row of at most that many, so that the last
// is as long as possible.
func evenly(n, most int) int {
	rows := (n + most - 1) / most
	return (n + rows - 1) / rows
}

// between returns the room between a cell and the next, which is that for a lane, too.
func (l *rowLayout) between(c *cell) float64 {
	if c.inner == nil {
		return l.Gap
	}
	return 2 * l.Gap
}

// row returns a row of cells with their sizes.
func (l *rowLayout) row(cells []*cell) *row {
	r := &row{cells: cells, size: r2.Vec{X: -l.between(cells[0]), Y: 0}}
	for _, c := range cells {
		r.size.X += c.size.X + l.between(c)
		r.size.Y = max(r.size.Y, c.size.Y)
	}
	r.size.Y += l.between(cells[0])
	return r
}

// owners returns the hubs of all boxes in the row, each once, ascending.
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

// boxes appends the boxes in the cell.
func (c *cell) boxes(all []int) []int {
	if c.inner == nil {
		return append(all, c.box)
	}
	for _, inner := range c.inner {
		all = inner.boxes(all)
	}
	return all
}
