package rings

import (
	"math"
	"slices"
)

// This file finds how many rings a disc needs, and how large they are.

// fillRings gives a disc the rings that its boxes need, from the middle outward.
func (l *ringLayout) fillRings(d *disc) {
	d.rings, d.deal, d.usualRadius = nil, nil, 0
	middleW, middleH := 0.0, 0.0
	usual := d.usual
	if d.hub >= 0 {
		middleW, middleH = l.Boxes[d.hub].W+l.Gap, l.Boxes[d.hub].H+l.Gap
	} else if n := len(usual); n == 1 || n > uncoverMost {
		// A shared disc has one of its own boxes in the middle.
		d.rings = append(d.rings, ring{boxes: usual[:1], boxAngle: 2 * math.Pi, pitch: 1})
		usual, middleW, middleH = usual[1:], l.cellW, l.cellH
	}
	d.radius = l.minDistance(middleW, middleH, middleW, middleH) / 2
	if d.wedges != nil || l.split(d) {
		first := 0.5
		if d.hub >= 0 {
			first = l.minDistance(middleW, middleH, l.cellW, l.cellH)
		}
		l.fillWedges(d, first)
		return
	}
	if len(usual) > 0 {
		d.usualRadius = l.addRings(d, usual, l.minDistance(middleW, middleH, l.cellW, l.cellH), 1)
	}
	l.addOuterRings(d, middleW, middleH, len(usual) > 0)
}

// addOuterRings adds the rings of the larger boxes and of those without an edge,
// around what is there: usual boxes, or only the middle of the given size.
func (l *ringLayout) addOuterRings(d *disc, middleW, middleH float64, aroundUsual bool) {
	if len(d.outer) == 0 {
		return
	}
	w, h := 0.0, 0.0
	for _, i := range d.outer {
		w, h = max(w, l.Boxes[i].W+l.gap), max(h, l.Boxes[i].H+l.gap)
	}
	first := l.minDistance(middleW, middleH, w, h)
	if aroundUsual {
		first = max(first, d.usualRadius+l.minDistance(l.cellW, l.cellH, w, h))
	}
	before := len(d.rings)
	l.addRings(d, d.outer, first, l.pitch(w, h))
	for k := before; aroundUsual && k < len(d.rings); k++ {
		d.rings[k].keepOrder = true
	}
}

// addRings adds rings for the boxes to a disc, the first of at least the given radius,
// and plans to deal the boxes to them in proportion to their capacity, so that all
// rings are equally dense. It returns the radius of the outermost.
func (l *ringLayout) addRings(d *disc, boxes []int, first, pitch float64) float64 {
	widths := l.widths(boxes, pitch)
	demand := demandOf(widths)
	between := pitch * l.spacing
	var capacities []float64
	radii := smallestRings(first, between, func(radii []float64) bool {
		capacities = capacities[:0]
		used := 0.0
		for k, r := range radii {
			capacities = append(capacities, l.capacity(r, pitch))
			used += (capacities[k] - 0.5) * innermostUse(k, radii, first, between)
		}
		return used >= l.withReserve(demand.total) && demand.fits(capacities)
	})
	before := len(d.rings)
	shares := make([]float64, len(radii))
	for k, r := range radii {
		shares[k] = r * innermostUse(k, radii, first, between)
		d.rings = append(d.rings, ring{radius: r, pitch: pitch, boxAngle: 2 * math.Pi / capacities[k]})
	}
	outermost := radii[len(radii)-1]
	d.radius = outermost + pitch/2
	d.deal = append(d.deal, func() {
		for k, members := range dealToRings(l.candidates(boxes, widths), shares, capacities) {
			d.rings[before+k].boxes = members
		}
	})
	return outermost
}

// smallestRings returns the radii of rings a pitch apart, from the innermost, which is
// at least first, to the outermost, which is as small as fits allows, to 1/1024 of a
// pitch. If fits holds for some rings, it must hold for larger ones.
//
// Rings are counted from the outermost. With one box more they all widen a little; once
// there is room for it, one more starts in the middle, and the others stay.
func smallestRings(first, pitch float64, fits func(radii []float64) bool) []float64 {
	var radii []float64
	try := func(outermost float64) bool {
		n := 1 + int((outermost-first)/pitch)
		radii = radii[:0]
		for k := range n {
			radii = append(radii, outermost-float64(n-1-k)*pitch)
		}
		return fits(radii)
	}
	if try(first) {
		return radii
	}
	lo, hi := first, first+pitch
	for !try(hi) {
		lo, hi = hi, hi+2*(hi-first)
	}
	for hi-lo > pitch/1024 {
		if mid := (lo + hi) / 2; try(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	try(hi)
	return radii
}

// rampPitches is by how many pitches a new ring widens until all its capacity is used.
const rampPitches = 0.35

// innermostUse returns the part of ring k's capacity that is used, from 0 to 1. It is 1
// for all but the innermost, which gets its boxes one by one as it widens, so that the
// other rings give them up one by one.
func innermostUse(k int, radii []float64, first, pitch float64) float64 {
	if k > 0 || len(radii) == 1 {
		return 1
	}
	return min(1, (radii[0]-first)/(rampPitches*pitch))
}

// withReserve adds a few places to a demand, so that a new box displaces few others:
// more for dots, since labels need the room to be read, and being wide move less by
// their width.
func (l *ringLayout) withReserve(demand float64) float64 {
	if l.usualDots {
		return 1.1 * demand
	}
	return 1.03 * demand
}

// widths returns how much of a pitch each box takes along a ring: a dot its own width,
// a pill all of it, since pills may be beside each other or one above the other.
func (l *ringLayout) widths(boxes []int, pitch float64) []float64 {
	widths := make([]float64, len(boxes))
	for n, i := range boxes {
		widths[n] = 1
		if l.dots && l.Boxes[i].Dot {
			widths[n] = min(1, (l.Boxes[i].W+l.gap)/(pitch*min(l.px, l.py)))
		}
	}
	return widths
}

// An ordering is where the order of IDs around a whole disc puts its boxes.
type ordering struct {
	boxes  []int     // ascending
	angles []float64 // of the boxes
}

func (l *ringLayout) ordering(d *disc) ordering {
	all := slices.Concat(d.usual, d.outer)
	slices.Sort(all)
	return ordering{all, evenPlaces(l.widths(all, 1), 2*math.Pi)}
}

// angles returns the angles of a ring's boxes in radians, clockwise from the top: about
// where the order of IDs around the whole disc puts them.
func (l *ringLayout) angles(o ordering, r ring) []float64 {
	wants, widths := make([]float64, len(r.boxes)), l.widths(r.boxes, r.pitch)
	for n, i := range r.boxes {
		at, _ := slices.BinarySearch(o.boxes, i)
		wants[n] = o.angles[at]
		widths[n] *= r.boxAngle
	}
	if !r.keepOrder {
		wants = smoothRing(wants, widths, l.dots)
	}
	return spreadRing(wants, widths)
}

// A demand is how much room a set of boxes needs on rings, by the width of a usual box.
type demand struct {
	boxes         int
	widest, total float64
}

func demandOf(widths []float64) demand {
	d := demand{len(widths), epsilon, sum(widths)}
	for _, w := range widths {
		d.widest = max(d.widest, w)
	}
	return d
}

// fits reports whether rings of the given capacities hold the boxes in whatever order
// they are dealt, if a box that one ring has no room for goes to another: until none is
// left, each ring is filled up to the width of the widest box.
func (d demand) fits(capacities []float64) bool {
	boxes, total := 0, 0.0
	for _, c := range capacities {
		boxes += floor(c / d.widest)
		total += max(0, c-d.widest)
	}
	return boxes >= d.boxes || total >= d.total
}
