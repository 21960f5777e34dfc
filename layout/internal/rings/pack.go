package rings

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file packs discs: it gives each a place on the plane.

// discGap is the room between two discs, on the scaled plane.
const discGap = 0.6

// packings returns the ways to give the discs their centres, the tidier ones
// first. Which way a disc goes depends on its size as little as can be: a node
// that comes or goes must not make two hubs change places.
func packings(discs []*disc) (ways []func()) {
	var own, shared []*disc
	for _, d := range discs {
		if d.members > 1 {
			shared = append(shared, d)
		} else {
			own = append(own, d)
		}
	}
	if len(shared) > 0 {
		for _, turn := range []float64{0, math.Pi / 2} {
			ways = append(ways, func() { around(own, shared, turn) })
		}
		return ways
	}
	for rows := range min(len(own), mostRows) {
		ways = append(ways, func() { inRows(own, rows+1) })
	}
	if len(own) > 2 {
		ways = append(ways, func() { heap(own) })
	}
	if len(ways) == 0 {
		return []func(){func() {}}
	}
	return ways
}

// mostRows is the most rows that discs are tried in; heap does better with more.
const mostRows = 4

// inRows places circles in rows, in their order, as many in each but the last.
func inRows(discs []*disc, rows int) {
	per := (len(discs) + rows - 1) / rows
	y := 0.0
	for row := range slices.Chunk(discs, per) {
		width, high := -discGap, 0.0
		for _, d := range row {
			width += 2*d.radius + discGap
			high = max(high, d.radius)
		}
		x := -width / 2
		for _, d := range row {
			d.center = r2.Vec{X: x + d.radius, Y: y + high}
			x += 2*d.radius + discGap
		}
		y += 2*high + discGap
	}
}

// around places the shared circles in the middle and the others around them, in
// their order, with the first at the left, or at the top if it is turned.
func around(own, shared []*disc, turn float64) {
	heap(shared)
	core := 0.0
	for _, d := range shared {
		core = max(core, math.Hypot(d.center.X, d.center.Y)+d.radius)
	}
	step := 2 * math.Pi / float64(max(1, len(own)))
	place := func(off float64) bool {
		for i, d := range own {
			far := core + d.radius + discGap + off
			angle := turn + step*float64(i) - math.Pi/2
			if len(own)%2 == 1 {
				angle += step / 4 // no circle right above or beside another
			}
			d.center = r2.Vec{X: far * math.Sin(angle), Y: -far * math.Cos(angle)}
			if !isClear(own[:i], d.center, d.radius) {
				return false
			}
		}
		return true
	}
	lo, hi := 0.0, 1.0
	if place(lo) {
		return
	}
	for !place(hi) {
		lo, hi = hi, 2*hi
	}
	for range 30 {
		if mid := (lo + hi) / 2; place(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	place(hi)
}

// heap places circles close together around the origin: the largest first, each
// of the others touching two, where it stays nearest to the middle.
func heap(discs []*disc) {
	order := bySize(discs)
	const horizon = 40 // how many of the last circles to lean on
	for n, d := range order {
		switch n {
		case 0:
			d.center = r2.Vec{}
			continue
		case 1:
			d.center = r2.Vec{X: order[0].radius + d.radius + discGap, Y: 0}
			continue
		}
		best := math.Inf(1)
		placed := order[:n]
		recent := placed[max(0, n-horizon):]
		for i, a := range recent {
			for _, b := range recent[i+1:] {
				for _, c := range touching(a, b, d.radius) {
					if far := math.Hypot(c.X, c.Y); far < best*0.95 && isClear(placed, c, d.radius) {
						best, d.center = far, c
					}
				}
			}
		}
	}
}

// bySize sorts circles by radius, the largest first. Those that are of about one
// size stay in their order.
func bySize(discs []*disc) []*disc {
	order := slices.Clone(discs)
	slices.SortStableFunc(order, func(a, b *disc) int { return cmp.Compare(b.radius, a.radius) })
	rank := make(map[*disc]int, len(discs))
	for i, d := range discs {
		rank[d] = i
	}
	for from, i := 0, 1; i <= len(order); i++ {
		if i == len(order) || order[i].radius < 0.8*order[i-1].radius {
			slices.SortFunc(order[from:i], func(a, b *disc) int { return rank[a] - rank[b] })
			from = i
		}
	}
	return order
}

// touching returns the two centres of a circle of radius r that touches a and b.
func touching(a, b *disc, r float64) []r2.Vec {
	ra, rb := a.radius+r+discGap, b.radius+r+discGap
	dx, dy := b.center.X-a.center.X, b.center.Y-a.center.Y
	dist := math.Hypot(dx, dy)
	if dist == 0 || dist > ra+rb {
		return nil
	}
	along := (ra*ra - rb*rb + dist*dist) / (2 * dist)
	off2 := ra*ra - along*along
	if off2 < 0 {
		return nil
	}
	off := math.Sqrt(off2)
	x, y := a.center.X+along*dx/dist, a.center.Y+along*dy/dist
	return []r2.Vec{{X: x - off*dy/dist, Y: y + off*dx/dist}, {X: x + off*dy/dist, Y: y - off*dx/dist}}
}

func isClear(placed []*disc, c r2.Vec, r float64) bool {
	for _, p := range placed {
		if math.Hypot(c.X-p.center.X, c.Y-p.center.Y) < r+p.radius+discGap-1e-6 {
			return false
		}
	}
	return true
}

// bounds returns the size of the rectangle around the discs.
func bounds(discs []*disc) (w, h float64) {
	x0, y0 := math.Inf(1), math.Inf(1)
	x1, y1 := math.Inf(-1), math.Inf(-1)
	for _, d := range discs {
		x0, x1 = min(x0, d.center.X-d.radius), max(x1, d.center.X+d.radius)
		y0, y1 = min(y0, d.center.Y-d.radius), max(y1, d.center.Y+d.radius)
	}
	return max(x1-x0, 0.1), max(y1-y0, 0.1)
}
