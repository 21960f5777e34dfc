package trays

// This file arranges jobs: a row for each with a chip for each of its runs, beside or below
// the trays of the nodes.

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// The parts of a sheet's width or height that the trays may take.
var shares = []float64{0.17, 0.22, 0.28, 0.35, 0.44}

// The worth of larger names of nodes, by that of larger names of jobs and runs: if all of
// those have names, and if not.
const (
	namesWorth  = 0.2
	namesInPart = 0.08
)

// Matrix fills the sheet with a table of jobs and the trays of the nodes: at the right of
// the table, or above it. Without jobs, or where a table has no room, there are trays alone.
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

// bestSplit returns the split of the sheet that is worth the most, or nil if nothing fits.
func (m *matrix) bestSplit(ctx context.Context) (best *split) {
	for _, above := range []bool{false, true} {
		for _, share := range shares {
			if p := m.split(ctx, share, above); p != nil && (best == nil || p.worth > best.worth) {
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
		m.card = max(m.card, b.Text+b.Room+2*cardEdge)
	}
	slices.SortStableFunc(m.sections, func(a, b section) int { return a.asked - b.asked })
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Run {
			m.runs[l.From] = append(m.runs[l.From], i)
		}
	}
	for _, lines := range m.runs {
		slices.SortFunc(lines, func(a, b int) int {
			x, y := &s.Lines[a], &s.Lines[b]
			if x.Kind != y.Kind {
				return x.Kind - y.Kind
			}
			return at[x.To] - at[y.To]
		})
	}
	for i := range m.sections {
		c := &m.sections[i]
		c.name, c.more = s.Heading(c.plate())
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
	down  r2.Vec // of the table
	worth float64
}

// split gives the trays a part of the sheet's width, or of its height, and the table the
// rest. It returns nil if one of them does not fit.
func (m *matrix) split(ctx context.Context, share float64, above bool) *split {
	gap := 13 * m.Unit
	sub, p := *m.Sheet, &split{}
	w, h := m.W, m.H
	if above {
		sub.H = share * (m.H - gap)
		h = m.H - gap - sub.H
		p.down.Y = sub.H + gap
	} else {
		sub.W = share * (m.W - gap)
		w = m.W - gap - sub.W
		p.shift.X = w + gap
	}
	if p.table = m.largestTable(ctx, w, h); p.table == nil {
		return nil
	}
	sub.Most = min(m.Most, max(p.table.font, m.Fair))
	p.nodes = newArrangement(&sub, true)
	p.trays = p.nodes.bestPacking(ctx)
	if p.trays == nil {
		return nil
	}
	names := min(p.trays.font, 1.3*m.Fair)
	if names < m.Fair-1e-9 {
		names = 0
	}
	p.worth = p.table.worth + namesInPart*names
	if p.table.lines == 0 {
		p.worth = p.table.worth + namesWorth*names
	}
	return p
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
	m.placeTable(p.table, p.down)
}

func shiftAll(path []r2.Vec, by r2.Vec) {
	for i := range path {
		path[i] = r2.Add(path[i], by)
	}
}
