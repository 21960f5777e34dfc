package rings

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file packs discs: it gives each a centre on the plane, so that none overlaps
// another.

// discGap is the room between two discs, on the plane.
const discGap = 0.6

// mostRows is the most rows that discs are tried in; circles close together need less
// room than more rows do.
const mostRows = 4

// packings returns functions that give the discs their centres, the tidier ones first.
// Where a disc goes depends on its size as little as possible: a box that is added must
// not make two hubs change places.
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
			ways = append(ways, func() { packAround(own, shared, turn) })
		}
		return ways
	}
	for rows := range min(len(own), mostRows) {
		ways = append(ways, func() { packRows(own, rows+1) })
	}
	if len(own) > 2 {
		ways = append(ways, func() { packCircles(own) })
	}
	if len(ways) == 0 {
		return []func(){func() {}}
	}
	return ways
}

// packRows places circles in so many rows, in their order, with as many in each row but
// the last.
func packRows(discs []*disc, rows int) {
	inRow := (len(discs) + rows - 1) / rows
	y := 0.0
	for row := range slices.Chunk(discs, inRow) {
		width, radius := -discGap, 0.0
		for _, d := range row {
			width += 2*d.radius + discGap
			radius = max(radius, d.radius)
		}
		x := -width / 2
		for _, d := range row {
			d.center = r2.Vec{X: x + d.radius, Y: y + radius}
			x += 2*d.radius + discGap
		}
		y += 2*radius + discGap
	}
}

// packAround places the shared circles in the middle and the others around them, as
// near as they fit, in their order, evenly by the angle. The first is at the left, or at
// the top if turn is a quarter of a circle.
func packAround(own, shared []*disc, turn float64) {
	packCircles(shared)
	core := 0.0
	for _, d := range shared {
		core = max(core, math.Hypot(d.center.X, d.center.Y)+d.radius)
	}
	step := 2 * math.Pi / float64(max(1, len(own)))
	place := func(farther float64) bool {
		for i, d := range own {
			distance := core + d.radius + discGap + farther
			angle := turn + step*float64(i) - math.Pi/2
			if len(own)%2 == 1 {
				angle += step / 4 // symmetric, with one circle on the axis
			}
			d.center = r2.Vec{X: distance * math.Sin(angle), Y: -distance * math.Cos(angle)}
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

// packCircles places circles close together around the origin: the largest first, each
// of the others where it touches two of them and is nearest to the origin. This is the
// greedy circle packing of Wang, Wang, Dai and Wang (Visualization of Large Hierarchical
// Data by Circle Packing, 2006), with the last circles for their front chain.
func packCircles(discs []*disc) {
	const front = 40 // how many of the last circles a new one may touch
	order := bySize(discs)
	for n, d := range order {
		switch n {
		case 0:
			d.center = r2.Vec{}
			continue
		case 1:
			d.center = r2.Vec{X: order[0].radius + d.radius + discGap, Y: 0}
			continue
		}
		nearest := math.Inf(1)
		placed := order[:n]
		recent := placed[max(0, n-front):]
		for i, a := range recent {
			for _, b := range recent[i+1:] {
				for _, c := range touching(a, b, d.radius) {
					if distance := math.Hypot(c.X, c.Y); distance < nearest*0.95 && isClear(placed, c, d.radius) {
						nearest, d.center = distance, c
					}
				}
			}
		}
	}
}

// bySize sorts circles by radius, the largest first. Circles of about one size, of which
// each is at least 0.8 times as large as the one before, stay in their order.
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

// touching returns the two centres at which a circle of radius r touches a and b, a gap
// apart; none if these are too far from each other.
func touching(a, b *disc, r float64) []r2.Vec {
	ra, rb := a.radius+r+discGap, b.radius+r+discGap
	dx, dy := b.center.X-a.center.X, b.center.Y-a.center.Y
	distance := math.Hypot(dx, dy)
	if distance == 0 || distance > ra+rb {
		return nil
	}
	along := (ra*ra - rb*rb + distance*distance) / (2 * distance)
	across2 := ra*ra - along*along
	if across2 < 0 {
		return nil
	}
	across := math.Sqrt(across2)
	x, y := a.center.X+along*dx/distance, a.center.Y+along*dy/distance
	return []r2.Vec{{X: x - across*dy/distance, Y: y + across*dx/distance}, {X: x + across*dy/distance, Y: y - across*dx/distance}}
}

// isClear reports whether a circle overlaps none of those that are placed, gap included.
func isClear(placed []*disc, center r2.Vec, radius float64) bool {
	for _, p := range placed {
		if math.Hypot(center.X-p.center.X, center.Y-p.center.Y) < radius+p.radius+discGap-1e-6 {
			return false
		}
	}
	return true
}

// bounds returns the size of the rectangle around the discs, at least 0.1 either way.
func bounds(discs []*disc) (w, h float64) {
	x0, y0 := math.Inf(1), math.Inf(1)
	x1, y1 := math.Inf(-1), math.Inf(-1)
	for _, d := range discs {
		x0, x1 = min(x0, d.center.X-d.radius), max(x1, d.center.X+d.radius)
		y0, y1 = min(y0, d.center.Y-d.radius), max(y1, d.center.Y+d.radius)
	}
	return max(x1-x0, 0.1), max(y1-y0, 0.1)
}
