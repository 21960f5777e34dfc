package trays

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// Lengths of a table by the size of its font.
const (
	cardEdge   = 0.55 // room left and right of a job's label
	cardHeight = 1.75
	chipHeight = 1.6
	chipGap    = 0.35
	cardGap    = 0.6  // between the box of a job and its chips
	jobGap     = 0.42 // between two rows
	columnGap  = 1.5  // between two columns of rows
	leastChips = 9.0  // width of the room for chips
	restCell   = 1.1  // side of the box of a job that has no row
)

// mostColumns is the most columns of rows, and mostLines the most lines of chips that a row
// is shortened to.
const (
	mostColumns = 6
	mostLines   = 24
)

// goodTable is the largest text of a table, by the fair size.
const goodTable = 1.8

// A table is rows of jobs in columns.
type table struct {
	font    float64
	w, h    float64 // of the part of the sheet that it takes
	card    float64 // width of the box of a job
	columns int
	lines   int     // the most lines of chips in a row; 0 for any number
	share   float64 // of the jobs that have rows
	height  float64
	worth   float64 // the font size, less for what has no name
	parts   []tablePart
}

// A tablePart is the rows of a section.
type tablePart struct {
	rows    []jobRow
	height  float64 // of its columns
	heading float64 // width of its name and of what stands beside it
	rest    []int   // jobs that have no row
	chips   []chip  // of all runs of those
}

// A jobRow is a job and its chips.
type jobRow struct {
	job    int
	chips  []chip
	height float64
}

// A chip stands for one run, or for several of one kind. Its place is from the left end of
// the room for chips, and from the top of the row.
type chip struct {
	kind  int
	lines []int
	x, y  float64
	w     float64
}

// largestTable returns the table for a part of the sheet: that with the largest text if all
// runs have chips; otherwise that in which the most do, and then the most jobs rows.
func (m *matrix) largestTable(ctx context.Context, w, h float64) (best *table) {
	for columns := 1; columns <= mostColumns && ctx.Err() == nil; columns++ {
		if t := m.wholeTable(ctx, w, h, columns); t != nil && (best == nil || t.font > best.font*1.02) {
			best = t
		}
	}
	if best != nil {
		best.worth = best.font
		return best
	}
	for columns := 1; columns <= mostColumns && ctx.Err() == nil; columns++ {
		if t := m.partTable(w, h, columns); t != nil && (best == nil || t.worth > best.worth) {
			best = t
		}
	}
	return best
}

// wholeTable returns the table with the largest text in which all runs have chips, or nil.
func (m *matrix) wholeTable(ctx context.Context, w, h float64, columns int) *table {
	return engine.Largest(ctx, m.Fair, min(m.Most, goodTable*m.Fair), 0.01, func(font float64) *table {
		return m.table(font, w, h, columns, 0, 1)
	})
}

// partTable returns the table with text of the fair size, in which long rows end with the
// number of their other runs, and jobs that have no room for a row stand below. It returns
// nil if not even these have room.
func (m *matrix) partTable(w, h float64, columns int) *table {
	var best *table
	for lo, hi := 1, mostLines; lo <= hi; {
		middle := (lo + hi) / 2
		if t := m.table(m.Fair, w, h, columns, middle, 1); t != nil {
			best, lo = t, middle+1
		} else {
			hi = middle - 1
		}
	}
	if best != nil {
		best.worth = m.Fair * (0.5 + 0.4*best.named())
		return best
	}
	if best = m.table(m.Fair, w, h, columns, 1, 0); best == nil {
		return nil
	}
	for lo, hi := 0.0, 1.0; hi-lo > 0.002; {
		middle := (lo + hi) / 2
		if t := m.table(m.Fair, w, h, columns, 1, middle); t != nil {
			best, lo = t, middle
		} else {
			hi = middle
		}
	}
	best.worth = m.Fair * 0.5 * (best.share + best.named()) / 2
	return best
}

// named returns the share of the runs that have a chip of their own.
func (t *table) named() float64 {
	named, all := 0, 0
	count := func(chips []chip) {
		for i := range chips {
			all += len(chips[i].lines)
			if len(chips[i].lines) == 1 {
				named++
			}
		}
	}
	for i := range t.parts {
		for k := range t.parts[i].rows {
			count(t.parts[i].rows[k].chips)
		}
		count(t.parts[i].chips)
	}
	return float64(named) / float64(max(1, all))
}

// columnWidth returns the width of a column of rows.
func (t *table) columnWidth() float64 {
	inner := t.w - 2*0.75*t.font
	return (inner - float64(t.columns-1)*columnGap*t.font) / float64(t.columns)
}

// narrow takes away the width that neither rows nor headings need.
func (t *table) narrow() {
	chips, heading := 0.0, 0.0
	need := func(of []chip, all *float64) {
		for i := range of {
			*all = max(*all, of[i].x+of[i].w)
		}
	}
	for i := range t.parts {
		p := &t.parts[i]
		if heading = max(heading, p.heading); len(p.rest) > 0 {
			return // its cells take the whole width
		}
		for k := range p.rows {
			need(p.rows[k].chips, &chips)
		}
	}
	column := t.card + cardGap*t.font + chips
	inner := max(column*float64(t.columns)+float64(t.columns-1)*columnGap*t.font, heading)
	t.w = min(t.w, inner+2*t.pad())
}

// A tableSize is what the trays are left by: tables of one size leave the same.
type tableSize struct {
	font, w, h float64
	columns    int
}

func (t *table) size() tableSize { return tableSize{t.font, t.w, t.h, t.columns} }

// table returns a table, or nil if it does not fit.
func (m *matrix) table(font, w, h float64, columns, lines int, share float64) *table {
	t := &table{font: font, w: w, h: h, columns: columns, lines: lines, share: share}
	t.card = min(m.card*font, 0.45*t.columnWidth())
	room := t.columnWidth() - t.card - cardGap*font
	if room < leastChips*font || t.card < minText*font {
		return nil
	}
	for i := range m.sections {
		s := &m.sections[i]
		n := int(math.Ceil(share * float64(len(s.jobs))))
		p := tablePart{rest: s.jobs[n:], heading: t.headingWidth(m, s)}
		sum := 0.0
		for _, j := range s.jobs[:n] {
			r := m.row(t, j, room)
			if sum += r.height; sum > float64(columns)*h {
				return nil
			}
			p.rows = append(p.rows, r)
		}
		p.height = columnsHeight(p.rows, columns)
		t.height += t.head() + p.height + t.pad()
		if len(p.rest) > 0 {
			var runs []int
			for _, j := range p.rest {
				runs = append(runs, m.runs[j]...)
			}
			p.chips = m.summary(t, runs, t.w-2*t.pad())
			t.height += t.restHeight(&p)
		}
		if i > 0 {
			t.height += t.pad()
		}
		if t.height > h+1e-9 {
			return nil
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// headingWidth returns the width that the heading of a section takes.
func (t *table) headingWidth(m *matrix, s *section) float64 {
	font := t.headFont(m)
	return (s.name + 1 + s.more*engine.DetailShare) * font
}

// headFont returns the font size of headings.
func (t *table) headFont(m *matrix) float64 { return max(1.2*t.font, m.Fair/engine.DetailShare) }

func (t *table) head() float64 { return 2.3 * t.font }
func (t *table) pad() float64  { return 0.75 * t.font }

// cell returns the side of the cell of a job that has no row: smaller ones for many.
func (t *table) cell(p *tablePart) float64 {
	return min(restCell*t.font, math.Sqrt(0.1*t.w*t.h/float64(len(p.rest))))
}

// restHeight returns the height of the jobs that have no row.
func (t *table) restHeight(p *tablePart) float64 {
	h := t.restHead() + t.restRows(p)
	if n := len(p.chips); n > 0 {
		h += p.chips[n-1].y + (chipHeight+chipGap)*t.font
	}
	return h
}

func (t *table) restHead() float64 { return 1.9 * t.font }

// restRows returns the height of the cells of jobs that have no row.
func (t *table) restRows(p *tablePart) float64 {
	across := max(1, int((t.w-2*t.pad())/t.cell(p)))
	return float64((len(p.rest)+across-1)/across)*t.cell(p) + chipGap*t.font
}

// row returns a job with its chips, in lines of a width. If they take too many lines, the
// last ones are joined by their kind.
func (m *matrix) row(t *table, job int, room float64) jobRow {
	runs := m.runs[job]
	r := jobRow{job: job}
	lines := 1
	for k := len(runs); k >= 0; k-- {
		var chips []chip
		for _, i := range runs[:k] {
			chips = append(chips, chip{kind: m.Lines[i].Run.Kind, lines: []int{i}, w: m.Lines[i].Run.Text * t.font})
		}
		chips = append(chips, m.joined(t, runs[k:])...)
		r.chips, lines = chips, flow(chips, room, t.font)
		if t.lines == 0 || lines <= t.lines {
			break
		}
		for k > 1 && chips[k-1].y > (float64(t.lines)-0.5)*(chipHeight+chipGap)*t.font {
			k-- // it was beyond the last line
		}
	}
	r.height = max(cardHeight, float64(lines)*(chipHeight+chipGap)-chipGap)*t.font + jobGap*t.font
	return r
}

// joined returns a chip for each kind of runs.
func (m *matrix) joined(t *table, runs []int) (chips []chip) {
	for _, i := range runs {
		kind := m.Lines[i].Run.Kind
		k := slices.IndexFunc(chips, func(c chip) bool { return c.kind == kind })
		if k < 0 {
			k = len(chips)
			chips = append(chips, chip{kind: kind})
		}
		chips[k].lines = append(chips[k].lines, i)
	}
	for k := range chips {
		c := &chips[k]
		if c.w = m.Lines[c.lines[0]].Run.Text * t.font; len(c.lines) > 1 {
			c.w = m.More(c.kind, len(c.lines)) * t.font
		}
	}
	slices.SortFunc(chips, func(a, b chip) int { return a.kind - b.kind })
	return chips
}

// summary returns the chips of runs, joined by their kind, in lines of a width.
func (m *matrix) summary(t *table, runs []int, room float64) []chip {
	chips := m.joined(t, runs)
	flow(chips, room, t.font)
	return chips
}

// flow places chips in lines of a width, and returns the number of lines.
func flow(chips []chip, room, font float64) (lines int) {
	lines = 1
	x := 0.0
	for i := range chips {
		c := &chips[i]
		c.w = min(c.w, room)
		if x > 0 && x+c.w > room+1e-9 {
			lines, x = lines+1, 0
		}
		c.x, c.y = x, float64(lines-1)*(chipHeight+chipGap)*font
		x += c.w + chipGap*font
	}
	return lines
}

// columnsHeight returns the least height of so many columns that hold rows one after the
// other.
func columnsHeight(rows []jobRow, columns int) float64 {
	lo, hi := 0.0, 0.0
	for i := range rows {
		lo, hi = max(lo, rows[i].height), hi+rows[i].height
	}
	lo = max(lo, hi/float64(columns))
	if columnsFor(rows, lo) <= columns {
		return lo
	}
	for range 24 {
		if middle := (lo + hi) / 2; columnsFor(rows, middle) <= columns {
			hi = middle
		} else {
			lo = middle
		}
	}
	return hi
}

// columnsFor returns the number of columns of a height that rows take.
func columnsFor(rows []jobRow, height float64) int {
	n, y := 1, 0.0
	for i := range rows {
		if y > 0 && y+rows[i].height > height+1e-9 {
			n, y = n+1, 0
		}
		y += rows[i].height
	}
	return n
}

// mostStretch is how much further apart rows get where there is room, by the height of a row
// with one line.
const mostStretch = 0.25

// stretch returns the factor of the heights of rows that uses up room.
func (t *table) stretch() float64 {
	high, all, n := 0.0, 0.0, 0
	for i := range t.parts {
		high += t.parts[i].height
		for k := range t.parts[i].rows {
			all += t.parts[i].rows[k].height
		}
		n += len(t.parts[i].rows)
	}
	if n == 0 {
		return 1
	}
	line := (cardHeight + jobGap) * t.font * float64(n)
	return max(1, 1+min(mostStretch*line/all, (t.h-t.height)/high))
}

// placeTable gives jobs, chips and their plates their places.
func (m *matrix) placeTable(t *table) {
	y := 0.0
	stretch := t.stretch()
	for i := range t.parts {
		p, s := &t.parts[i], &m.sections[i]
		height := t.head() + p.height*stretch + t.pad()
		if len(p.rest) > 0 {
			height += t.restHeight(p)
		}
		plate := s.plate()
		m.addHeading(plate, t, engine.Rect{Center: r2.Vec{X: t.w / 2, Y: y + height/2}, W: t.w, H: height}, t.head(), t.headFont(m))
		top := r2.Vec{X: t.pad(), Y: y + t.head()}
		m.placeRows(t, p, top, stretch)
		if len(p.rest) > 0 {
			m.placeRest(t, p, r2.Vec{X: top.X, Y: top.Y + p.height*stretch})
		}
		y += height + t.pad()
	}
}

// addHeading adds a plate with the rooms of its heading.
func (m *matrix) addHeading(p *engine.Plate, t *table, r engine.Rect, head, font float64) {
	p.Rect, p.Font = r, font
	name, detail, _ := m.Heading(p)
	name, detail = name*font, detail*engine.DetailShare*font
	left, right := r.Center.X-r.W/2+t.pad(), r.Center.X+r.W/2-t.pad()
	if p.Level > 0 {
		left, right = r.Center.X-r.W/2, r.Center.X+r.W/2
	}
	room, y := right-left, r.Center.Y-r.H/2+head*0.5
	if name+font+detail > room {
		detail = 0
	}
	p.Name = engine.Room{X: left, Y: y, W: min(name, room) + 0.01}
	if detail > 0 {
		p.Detail = engine.Room{X: right, Y: y, W: room - name - font + 0.01}
	}
	m.Plates = append(m.Plates, *p)
}

// placeRows places rows in columns.
func (m *matrix) placeRows(t *table, p *tablePart, top r2.Vec, stretch float64) {
	x, y := top.X, 0.0
	card := t.card
	for i := range p.rows {
		r := &p.rows[i]
		if y > 0 && y+r.height > p.height+1e-6 {
			x, y = x+t.columnWidth()+columnGap*t.font, 0
		}
		at := r2.Vec{X: x, Y: top.Y + y*stretch}
		b := &m.Boxes[r.job]
		b.W, b.H, b.Font = card, cardHeight*t.font, t.font
		b.Center = r2.Vec{X: at.X + card/2, Y: at.Y + b.H/2}
		more := (cardHeight - chipHeight) / 2 * t.font
		m.placeChips(t, r.chips, r2.Vec{X: at.X + card + cardGap*t.font, Y: at.Y + more})
		y += r.height
	}
}

func (m *matrix) placeChips(t *table, chips []chip, at r2.Vec) {
	for i := range chips {
		c := &chips[i]
		h := chipHeight * t.font
		m.Chips = append(m.Chips, engine.Chip{
			Kind: c.kind, Font: t.font,
			Rect: engine.Rect{Center: r2.Vec{X: at.X + c.x + c.w/2, Y: at.Y + c.y + h/2}, W: c.w, H: h},
		})
		for _, l := range c.lines {
			m.Lines[l].Run.Chip = len(m.Chips)
		}
	}
}

// placeRest places the jobs that have no row, and the chips of their runs.
func (m *matrix) placeRest(t *table, p *tablePart, at r2.Vec) {
	w := t.w - 2*t.pad()
	h := t.restHeight(p)
	m.addHeading(&engine.Plate{Kind: engine.JobPlate, Group: -1, Level: 1, Boxes: p.rest}, t,
		engine.Rect{Center: r2.Vec{X: at.X + w/2, Y: at.Y + h/2}, W: w, H: h}, t.restHead(), max(t.font, m.Fair/engine.DetailShare))
	cell := t.cell(p)
	across := max(1, int(w/cell))
	for k, j := range p.rest {
		b := &m.Boxes[j]
		b.W, b.H, b.Font = 0.8*cell, 0.8*cell, 0
		b.Center = r2.Vec{X: at.X + (float64(k%across)+0.4)*cell, Y: at.Y + t.restHead() + (float64(k/across)+0.4)*cell}
	}
	m.placeChips(t, p.chips, r2.Vec{X: at.X, Y: at.Y + t.restHead() + t.restRows(p)})
}
