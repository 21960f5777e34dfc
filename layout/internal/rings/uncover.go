package rings

// This file turns discs of few shared nodes, so that no node hides where the edges of
// another lead: behind it they would seem to be its own.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// sparse is the most nodes that a shared disc has for all of them to stand on one ring,
// turned to where it hides the fewest edges. With more some are hidden either way.
const sparse = 8

// turnClear turns the rings of a disc that several hubs share, if it has few nodes.
func (w *winder) turnClear(d *disc) {
	if d.hub >= 0 || len(d.wedges) > 0 || len(d.usual) > sparse {
		return
	}
	const turns = 24
	least, best := math.MaxInt, 0
	for turn := range turns {
		w.seat(d, 2*math.Pi*float64(turn)/turns)
		if n := w.hidden(d); n < least {
			least, best = n, turn
		}
	}
	if len(w.Hubs) == 2 {
		if w.seatAcross(d); w.hidden(d) < least {
			return
		}
	}
	w.seat(d, 2*math.Pi*float64(best)/turns)
}

// seatAcross places the disc's nodes in a row between two hubs, across what joins
// these. There is room: the hubs' own discs are beyond the row on either side.
func (w *winder) seatAcross(d *disc) {
	a, b := w.Boxes[w.Hubs[0]].Center, w.Boxes[w.Hubs[1]].Center
	x, y := 1.1*w.cellW, 0.0
	if math.Abs(a.X-b.X) > math.Abs(a.Y-b.Y) {
		x, y = 0, 1.5*w.cellH
	}
	for n, i := range d.usual {
		k := float64(n) - float64(len(d.usual)-1)/2
		w.Boxes[i].Center = r2.Vec{X: d.center.X*w.px + k*x, Y: d.center.Y*w.py + k*y}
	}
}

// seat places what is on a disc's rings, turned by an angle.
func (w *winder) seat(d *disc, turn float64) {
	for _, r := range d.rings {
		for i, angle := range w.angles(d, r) {
			w.Boxes[r.boxes[i]].Center = w.at(d, r.radius, angle+turn)
		}
	}
}

// hidden counts the edges of a disc's nodes that lead behind a box which is not their
// own, and those that lead behind the disc's nodes.
func (w *winder) hidden(d *disc) int {
	own := make(map[int]bool)
	for _, i := range d.usual {
		own[i] = true
	}
	n := 0
	for _, l := range w.Lines {
		if l.Run {
			continue
		}
		for i := range w.Boxes {
			if i != l.From && i != l.To && (own[i] || own[l.To]) && passes(w.Boxes[l.From].Center, w.Boxes[l.To].Center, &w.Boxes[i]) {
				n++
			}
		}
	}
	return n
}

// passes reports whether a line leads through a box: Liang and Barsky's clipping (1984).
func passes(from, to r2.Vec, b *engine.Box) bool {
	t0, t1 := 0.0, 1.0
	clip := func(along, at, half float64) bool {
		if along == 0 {
			return math.Abs(at) < half
		}
		a, b := (-half-at)/along, (half-at)/along
		t0, t1 = max(t0, min(a, b)), min(t1, max(a, b))
		return t0 < t1
	}
	return clip(to.X-from.X, from.X-b.Center.X, b.W/2) && clip(to.Y-from.Y, from.Y-b.Center.Y, b.H/2)
}
