package layout

// This file finds edges that touch what they do not join.

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// mostFollowed is the most boxes of a drawing whose edges are followed: above, a reader
// follows none.
const mostFollowed = 300

// clearance is how far an edge should be from what it does not join, in points: nearer ones
// are taken for its ends.
const clearance = 2.0

// behind returns the number of edges that pass behind a box other than their ends. A reader
// may take such a box for the end.
func (d *Drawing) behind() (n int) {
	if len(d.Boxes) > mostFollowed {
		return 0
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Trunk == 0 && l.Chip == 0 && l.meetsBox(d.Boxes, 0) {
			n++
		}
	}
	return n
}

// unclear reports whether an edge with a line of its own comes too near to a box or a text
// that is not its end.
func (d *Drawing) unclear() bool {
	return (&sketch{boxes: d.Boxes, lines: d.Lines, areas: d.Areas}).unclear()
}

func (s *sketch) unclear() bool {
	var texts []engine.Plank
	for i := range s.areas {
		texts = append(texts, s.areas[i].Name.plank(), s.areas[i].Detail.plank())
	}
	for i := range s.lines {
		l := &s.lines[i]
		if l.Trunk > 0 || l.Chip > 0 {
			continue
		}
		pieces := Flatten(l.Path)
		tooNear := func(p engine.Plank) bool { return p.W > 0 && meets(pieces, p, clearance) }
		if l.meetsBox(s.boxes, clearance) || slices.ContainsFunc(texts, tooNear) {
			return true
		}
		for k := range s.boxes {
			if b := &s.boxes[k]; k != l.From && k != l.To && b.Beside() && tooNear(b.Content.Label.plank()) {
				return true
			}
		}
	}
	return false
}

// plank returns the text as a rectangle of the height of its capitals.
func (t *Text) plank() engine.Plank {
	sin, cos := math.Sincos(t.Angle * math.Pi / 180)
	return engine.Plank{Center: t.Center, Along: r2.Vec{X: cos, Y: sin}, W: t.Width, H: capitals * t.Size}
}

// capitals is the height of capital letters by the font size, as Liberation Sans has them.
const capitals = 0.72

// meetsBox reports whether the line comes nearer than a distance to a box that is not its end.
func (l *Line) meetsBox(boxes []Box, distance float64) bool {
	pieces := Flatten(l.Path)
	for i := range boxes {
		if b := &boxes[i]; i != l.From && i != l.To && meets(pieces, engine.Level(b.Center, b.W, b.H), distance) {
			return true
		}
	}
	return false
}

// meets reports whether straight pieces come nearer to a plank than a distance.
func meets(pieces []r2.Vec, p engine.Plank, distance float64) bool {
	for k := range pieces[1:] {
		if p.NearLine(pieces[k], pieces[k+1], distance) {
			return true
		}
	}
	return false
}
