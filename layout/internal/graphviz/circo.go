package graphviz

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file puts boxes on circles for circo.

// circleLeast is the fewest boxes of a hub that get a circle around it.
const circleLeast = 3

// writeCircoCycles writes, for the edges of a star, a cycle through its boxes, which
// circo puts on one circle: of a star it puts the first node outside. Read moves the hub
// to the middle. Boxes that hubs share have a circle of their own.
func (l *gvLayout) writeCircoCycles() {
	own, shared := l.ownAndShared()
	pitch, hubDistance := l.distances()
	gap := l.Gap
	for _, hub := range l.Hubs {
		boxes := own[hub]
		if len(boxes) < circleLeast {
			if len(shared) == 1 { // which needs no circle
				boxes = append(boxes, shared...)
			}
			for _, i := range boxes {
				l.edge(hub, i, "")
			}
			continue
		}
		l.cycle(boxes)
		gap = max(gap, 2*math.Pi*hubDistance/float64(len(boxes))-pitch)
	}
	l.cycle(shared)
	fmt.Fprintf(&l.buf, "mindist=%s\n", inches(gap))
}

// cycle writes edges from each box to the next, and from the last to the first.
func (l *gvLayout) cycle(boxes []int) {
	for k, i := range boxes {
		if next := boxes[(k+1)%len(boxes)]; next != i {
			l.edge(i, next, "")
		}
	}
}

// hubsToMiddle moves hubs to the middle of their circles.
func (l *gvLayout) hubsToMiddle() {
	own, _ := l.ownAndShared()
	for _, hub := range l.Hubs {
		boxes := own[hub]
		if len(boxes) < circleLeast {
			continue
		}
		var sum r2.Vec
		for _, i := range boxes {
			sum = r2.Add(sum, l.Boxes[i].Center)
		}
		n := float64(len(boxes))
		l.Boxes[hub].Center = r2.Vec{X: sum.X / n, Y: sum.Y / n}
	}
}
