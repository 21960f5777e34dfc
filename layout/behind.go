package layout

// This file counts the edges that pass behind nodes which they do not join.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// mostFollowed is the most boxes of a drawing whose edges are followed: above, a reader
// follows none.
const mostFollowed = 300

// behind returns the number of edges that pass behind a box other than their ends. A reader
// may take such a box for the end.
func (d *Drawing) behind() (n int) {
	if len(d.Boxes) > mostFollowed {
		return 0
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Trunk == 0 && l.Chip == 0 && d.passesBehind(l) {
			n++
		}
	}
	return n
}

func (d *Drawing) passesBehind(l *Line) bool {
	pieces := Flatten(l.Path)
	for i := range d.Boxes {
		if i == l.From || i == l.To {
			continue
		}
		for k := range pieces[1:] {
			if b := &d.Boxes[i]; meets(r2.Sub(pieces[k], b.Center), r2.Sub(pieces[k+1], b.Center), b.W/2, b.H/2) {
				return true
			}
		}
	}
	return false
}

// meets reports whether a straight piece has a point in the rectangle around the origin, of
// so much either way, by clipping it (Liang and Barsky, 1984).
func meets(a, b r2.Vec, w, h float64) bool {
	if min(a.X, b.X) > w || max(a.X, b.X) < -w || min(a.Y, b.Y) > h || max(a.Y, b.Y) < -h {
		return false
	}
	from, to := 0.0, 1.0
	for _, side := range [...][2]float64{{a.X - b.X, a.X + w}, {b.X - a.X, w - a.X}, {a.Y - b.Y, a.Y + h}, {b.Y - a.Y, h - a.Y}} {
		switch p, q := side[0], side[1]; {
		case math.Abs(p) < 1e-12 && q < 0:
			return false
		case p < -1e-12:
			from = max(from, q/p)
		case p > 1e-12:
			to = min(to, q/p)
		}
	}
	return from < to
}
