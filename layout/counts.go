package layout

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/typeface"
)

// This file writes the number of executions on the edges of jobs.

const (
	mostCounts = 250 // edges with a count, above which none is written: too many to read
	countSize  = 8.0 // font size, on the default canvas
)

// placeCounts writes the number of executions on the edges that stand for several, at the
// first place along each that covers no box, no name, no other number and no other edge:
// there a reader could not tell whose it is.
func (d *Drawing) placeCounts(pg *page) {
	runs := d.Diagram.HubEdges() // they begin there
	counted := 0
	for i := runs; i < len(d.Lines); i++ {
		if d.Diagram.Edges[i].Run.Count > 1 && d.Lines[i].Chip == 0 {
			counted++
		}
	}
	if counted > mostCounts {
		return
	}
	var taken []Text
	for i := range d.Areas {
		if d.Areas[i].Name.String != "" {
			taken = append(taken, d.Areas[i].Name)
		}
	}
	for i := runs; i < len(d.Lines); i++ {
		l, r := &d.Lines[i], d.Diagram.Edges[i].Run
		if r.Count < 2 || l.Chip > 0 { // a chip has it in its label
			continue
		}
		text := newText(diagram.Times(r.Count), countSize*pg.unit, typeface.Bold)
		w, h := text.Width+0.6*text.Size, text.Size*1.4
		for _, at := range []float64{0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.46, 0.54, 0.38, 0.62, 0.3, 0.7, 0.22, 0.78} {
			c := l.along(at)
			text.Center = r2.Vec{X: round(c.X), Y: round(c.Y)}
			inside := c.X-w/2 >= pg.plot.x && c.X+w/2 <= pg.plot.x+pg.plot.w && c.Y-h/2 >= pg.plot.y && c.Y+h/2 <= pg.plot.y+pg.plot.h
			covers := slices.ContainsFunc(d.Boxes, func(b Box) bool {
				return math.Abs(c.X-b.Center.X) < (w+b.W)/2+1 && math.Abs(c.Y-b.Center.Y) < (h+b.H)/2+1
			}) || slices.ContainsFunc(taken, func(t Text) bool { return textsMeet(&t, c, w, h) })
			if inside && !covers && !d.crossed(i, &text) {
				text.Width = round(text.Width)
				l.Count = &text
				taken = append(taken, text)
				break
			}
		}
	}
}

// crossed reports whether another edge than line i comes too near to a number on that. Where
// a reader follows no edge, it makes no difference.
func (d *Drawing) crossed(i int, count *Text) bool {
	if len(d.Boxes) > mostFollowed {
		return false
	}
	p := count.plank()
	for k := range d.Lines {
		if l := &d.Lines[k]; k != i && l.Trunk == 0 && l.Chip == 0 && meets(Flatten(l.Path), p, clearance) {
			return true
		}
	}
	return false
}

// along returns the point at a parameter of the line's curve, from 0 to 1.
func (l *Line) along(at float64) r2.Vec {
	if len(l.Path) == 2 {
		a, b := l.Path[0], l.Path[1]
		return r2.Vec{X: a.X + (b.X-a.X)*at, Y: a.Y + (b.Y-a.Y)*at}
	}
	// The first and the last segment are between a box and the route itself.
	n := (len(l.Path) - 1) / 3
	first, last := 0, n
	if n > 2 {
		first, last = 1, n-1
	}
	k := min(last-1, first+int(at*float64(last-first)))
	t := at*float64(last-first) - float64(k-first)
	p := l.Path[3*k : 3*k+4]
	mix := func(a, b, c, d float64) float64 {
		u := 1 - t
		return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d
	}
	return r2.Vec{X: mix(p[0].X, p[1].X, p[2].X, p[3].X), Y: mix(p[0].Y, p[1].Y, p[2].Y, p[3].Y)}
}
