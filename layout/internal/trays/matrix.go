package trays

// This file arranges jobs: a row for each with a chip for each of its runs, beside or below
// the trays of the nodes.

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// The parts of a sheet's width or height that a table may take. It takes no more of them
// than its rows need.
var shares = []float64{0.83, 0.78, 0.72, 0.65, 0.56, 0.45, 0.35, 0.25, 0.16}

// The worth of larger names of nodes, by that of larger names of jobs and runs: if all of
// those have names, and if not; and that of names of groups, up to the fair size.
const (
	namesWorth  = 0.5
	namesInPart = 0.08
	headsWorth  = 1.2
)

// Matrix fills the sheet with a table of jobs and the trays of the nodes: below the table,
// or at the right of it. Without jobs, or where a table has no room, there are trays alone.
func Matrix(ctx context.Context, s *engine.Sheet) error {
	m := newMatrix(s)
	if len(m.sections) == 0 {
		return Arrange(ctx, s)
	}
	best := m.bestSplit(ctx)
	for best == nil && s.Fair > s.Least && ctx.Err() == nil { // on a small canvas
		s.Fair = max(s.Least, 0.85*s.Fair)
		best = m.bestSplit(ctx)
	}
	switch err := ctx.Err(); {
	case err != nil:
		return err
	case best == nil:
		return Arrange(ctx, s)
	}
	m.place(best)
	return nil
}

// bestSplit returns the split of the sheet that is worth the most, or nil if nothing fits. Of
// equals it is the one with the trays below the table.
func (m *matrix) bestSplit(ctx context.Context) (best *split) {
	for _, below := range []bool{true, false} {
		var last *table
		for _, share := range shares {
			t := m.tableOf(ctx, share, below)
			if t == nil || last != nil && last.size() == t.size() {
				continue
			}
			last = t
			if p := m.split(ctx, t, below); p != nil && (best == nil || p.worth > best.worth) {
				best = p
			}
		}
	}
	return best
}

// A matrix is a sheet and the jobs on it.
type matrix struct {
	*engine.Sheet
	sections []section
	runs     map[int][]int // indexes of the lines of each job, in the order of their chips
	card     float64       // width of the widest job's label with its mark, by the font size
}

// A section is the jobs that were submitted to one hub.
type section struct {
	asked int // the hub; -1 if it is not known
	jobs  []int
	name  float64 // widths of its heading at font size 1
	more  float64
}

func newMatrix(s *engine.Sheet) *matrix {
	m := &matrix{Sheet: s, runs: make(map[int][]int)}
	at := make([]int, len(s.Boxes)) // each box's place in the order
	for k, i := range s.Order {
		at[i] = k
		b := &s.Boxes[i]
		if !b.Job {
			continue
		}
		asked := -1
		if len(s.Hubs) > 1 {
			asked = b.Asked
		}
		k := slices.IndexFunc(m.sections, func(c section) bool { return c.asked == asked })
		if k < 0 {
			k = len(m.sections)
			m.sections = append(m.sections, section{asked: asked})
		}
		m.sections[k].jobs = append(m.sections[k].jobs, i)
		m.card = max(m.card, b.Label.Text+b.Label.Room+2*cardEdge)
	}
	slices.SortStableFunc(m.sections, func(a, b section) int { return a.asked - b.asked })
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Run != nil {
			m.runs[l.From] = append(m.runs[l.From], i)
		}
	}
	for _, lines := range m.runs {
		slices.SortFunc(lines, func(a, b int) int {
			x, y := &s.Lines[a], &s.Lines[b]
			if x.Run.Kind != y.Run.Kind {
				return x.Run.Kind - y.Run.Kind
			}
			return at[x.To] - at[y.To]
		})
	}
	for i := range m.sections {
		c := &m.sections[i]
		c.name, c.more, _ = s.Heading(c.plate())
	}
	return m
}

// plate returns the plate of a section without a place.
func (c *section) plate() *engine.Plate {
	p := &engine.Plate{Kind: engine.JobPlate, Group: -1, Boxes: c.jobs}
	if c.asked >= 0 {
		p.Owners = []int{c.asked}
	}
	return p
}

// A split is a table of jobs and the trays of the nodes with their parts of the sheet.
type split struct {
	table *table
	nodes *arrangement
	trays *packing
	shift r2.Vec // of the trays
	worth float64
}

// gap returns the room between a table and the trays.
func (m *matrix) gap() float64 { return 13 * m.Unit }

// tableOf returns the largest table in a part of the sheet's width, or of its height if the
// trays are below it. It is as large as its rows need. The result is nil if none fits.
func (m *matrix) tableOf(ctx context.Context, share float64, below bool) *table {
	w, h := m.W, m.H
	if below {
		h = share * (m.H - m.gap())
	} else {
		w = share * (m.W - m.gap())
	}
	t := m.largestTable(ctx, w, h)
	switch {
	case t == nil:
	case below:
		t.h = t.height
	default:
		t.narrow()
	}
	return t
}

// split gives the trays the part of the sheet that a table leaves. It returns nil if they do
// not fit.
func (m *matrix) split(ctx context.Context, t *table, below bool) *split {
	sub, p := *m.Sheet, &split{table: t}
	if below {
		p.shift.Y = t.h + m.gap()
	} else {
		p.shift.X = t.w + m.gap()
	}
	sub.W, sub.H = m.W-p.shift.X, m.H-p.shift.Y
	sub.Most = min(m.Most, max(t.font, m.Fair))
	p.nodes = newArrangement(&sub, true)
	p.trays = p.nodes.bestPacking(ctx)
	if p.trays == nil {
		return nil
	}
	names, worth := min(p.trays.font, goodTable*m.Fair), namesInPart
	switch {
	case names < m.Fair-1e-9: // there are tiles alone
		names = min(p.trays.tileW, m.Fair)
	case t.lines == 0:
		worth = namesWorth
	}
	p.worth = t.worth + worth*names + headsWorth*p.nodes.heads(p.trays)
	return p
}

// heads returns the mean size of headings in a packing, each no larger than the fair size.
func (a *arrangement) heads(p *packing) float64 {
	sum := 0.0
	for i := range a.Plates {
		sum += min(p.names[min(a.Plates[i].Level, 2)], a.Fair)
	}
	return sum / float64(max(1, len(a.Plates)))
}

// place gives everything its place.
func (m *matrix) place(p *split) {
	p.nodes.place(p.trays)
	sub := p.nodes.Sheet
	m.Plates, m.Trunks = sub.Plates, sub.Trunks
	for i := range m.Boxes {
		if b := &m.Boxes[i]; !b.Job {
			b.Center = r2.Add(b.Center, p.shift)
		}
	}
	for i := range m.Plates {
		q := &m.Plates[i]
		q.Center = r2.Add(q.Center, p.shift)
		q.Name.X, q.Name.Y = q.Name.X+p.shift.X, q.Name.Y+p.shift.Y
		q.Detail.X, q.Detail.Y = q.Detail.X+p.shift.X, q.Detail.Y+p.shift.Y
	}
	for i := range m.Trunks {
		shiftAll(m.Trunks[i].Path, p.shift)
	}
	for i := range m.Lines {
		shiftAll(m.Lines[i].Path, p.shift)
	}
	m.placeTable(p.table)
}

func shiftAll(path []r2.Vec, by r2.Vec) {
	for i := range path {
		path[i] = r2.Add(path[i], by)
	}
}
