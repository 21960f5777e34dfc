package rings

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file turns discs of few shared boxes so that these cover as few edges as
// possible: an edge behind another box would seem to lead to it.

// uncoverMost is the most boxes that a shared disc has for all of them to be on one
// ring that is turned. With more, some edges are covered either way.
const uncoverMost = 8

// rotateToUncover turns the rings of a small shared disc to the angle, of 24, at which
// the fewest edges are covered. Between two hubs, a row across is tried too.
func (l *ringLayout) rotateToUncover(d *disc) {
	if d.hub >= 0 || len(d.wedges) > 0 || len(d.usual) > uncoverMost {
		return
	}
	const turns = 24
	fewest, best := math.MaxInt, 0
	for turn := range turns {
		l.placeRings(d, 2*math.Pi*float64(turn)/turns)
		if n := l.hiddenEdges(d); n < fewest {
			fewest, best = n, turn
		}
	}
	if len(l.Hubs) == 2 {
		if l.placeAcross(d); l.hiddenEdges(d) < fewest {
			return
		}
	}
	l.placeRings(d, 2*math.Pi*float64(best)/turns)
}

// placeAcross places the disc's boxes in a row between two hubs, across the line from
// one to the other. There is room, since the hubs' own discs are beyond the row on
// either side.
func (l *ringLayout) placeAcross(d *disc) {
	a, b := l.Boxes[l.Hubs[0]].Center, l.Boxes[l.Hubs[1]].Center
	x, y := 1.1*l.cellW, 0.0
	if math.Abs(a.X-b.X) > math.Abs(a.Y-b.Y) {
		x, y = 0, 1.5*l.cellH
	}
	for n, i := range d.usual {
		k := float64(n) - float64(len(d.usual)-1)/2
		l.Boxes[i].Center = r2.Vec{X: d.center.X*l.px + k*x, Y: d.center.Y*l.py + k*y}
	}
}

// hiddenEdges returns the number of edges that cross a box which is not their own, as
// far as the edge or the box is one of the disc's.
func (l *ringLayout) hiddenEdges(d *disc) int {
	all, own := make([]int, len(l.Boxes)), make([]bool, len(l.Boxes))
	for i := range all {
		all[i] = i
	}
	for _, i := range d.usual {
		own[i] = true
	}
	n := 0
	for _, line := range l.Lines {
		if line.Run != nil {
			continue
		}
		boxes := d.usual
		if own[line.To] {
			boxes = all
		}
		for _, i := range boxes {
			if i != line.From && i != line.To && crosses(l.Boxes[line.From].Center, l.Boxes[line.To].Center, &l.Boxes[i]) {
				n++
			}
		}
	}
	return n
}

// crosses reports whether the line between two points crosses a box, by the clipping
// of Liang and Barsky (1984).
func crosses(from, to r2.Vec, b *engine.Box) bool {
	t0, t1 := 0.0, 1.0
	clip := func(length, start, half float64) bool {
		if length == 0 {
			return math.Abs(start) < half
		}
		enter, leave := (-half-start)/length, (half-start)/length
		t0, t1 = max(t0, min(enter, leave)), min(t1, max(enter, leave))
		return t0 < t1
	}
	return clip(to.X-from.X, from.X-b.Center.X, b.W/2) && clip(to.Y-from.Y, from.Y-b.Center.Y, b.H/2)
}
