package graphviz

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file puts boxes on circles for twopi.

// circleMost is the most boxes that twopi gets to put on one circle; more are spread
// over several circles.
const circleMost = 60

// The names of the invisible nodes that circles are around. They begin with an s, as do
// the steps toward a circle.
const (
	root       = "s"
	sharedRoot = "ss"
)

// writeTwopiCircles writes, for the edges of stars, circles around each hub: twopi puts
// a node on the circle of its distance from the root, so each further circle is reached
// over a chain of invisible nodes.
//
// Where hubs share boxes, all are around one centre: the shared boxes on the innermost
// circles, the hubs around them, and outside, each in the sector of its hub, the boxes
// of one hub alone. The shared ones are a graph of their own, which read moves to the
// centre.
func (l *gvLayout) writeTwopiCircles() {
	own, shared := l.ownAndShared()
	pitch, hubDistance := l.distances()
	orbits := orbits{pitch: pitch}
	hubCircle := 0 // number of the circle that the hubs are on
	outside := 0   // the most boxes around a hub, or the number around all of them
	for _, hub := range l.Hubs {
		outside = max(outside, len(own[hub]))
	}
	if len(shared) > 0 {
		hubCircle = l.writeSharedCircles(&orbits, shared, hubDistance)
		outside = len(l.Boxes) - len(shared) - len(l.Hubs)
	}
	circles := orbits.grow(outside, hubDistance)
	for _, hub := range l.Hubs {
		if len(shared) > 0 {
			l.edge(l.chain(root, hub, hubCircle-1), hub, "")
		} else {
			l.center(strconv.Itoa(hub))
		}
		l.spread(hub, own[hub], circles)
	}
	for i := range l.Boxes {
		switch {
		case l.Boxes[i].Hub || len(l.Boxes[i].Owners) > 0:
		case len(shared) > 0:
			l.edge(l.chain(root, i, hubCircle+1), i, "")
		default:
			l.center(strconv.Itoa(i))
		}
	}
	fmt.Fprintf(&l.buf, "ranksep=%q\n", strings.Join(orbits.seps, ":"))
}

// writeSharedCircles writes the boxes that hubs share, sorted by these hubs, and the
// root of all others. It returns the number of the circle that the hubs are on.
func (l *gvLayout) writeSharedCircles(o *orbits, shared []int, hubDistance float64) int {
	slices.SortStableFunc(shared, func(a, b int) int { return slices.Compare(l.Boxes[a].Owners, l.Boxes[b].Owners) })
	if len(shared) > 1 {
		l.writeInvisible(sharedRoot)
		l.center(sharedRoot)
		l.spread(sharedRoot, shared, o.grow(len(shared), o.pitch/2))
	} else {
		l.center(strconv.Itoa(shared[0]))
	}
	o.add(hubDistance + o.pitch)
	l.writeInvisible(root)
	l.center(root)
	return len(o.seps)
}

// isCircle reports whether the scene is one hub with a circle of boxes around it.
func (l *gvLayout) isCircle() bool {
	if len(l.Hubs) != 1 || len(l.Boxes)-1 > circleMost {
		return false
	}
	for i := range l.Boxes {
		if !l.Boxes[i].Hub && len(l.Boxes[i].Owners) != 1 {
			return false
		}
	}
	return true
}

// placeCircle puts the boxes where twopi would, which takes no process of its own: around
// the hub, from the right on and upward. See writeTwopiCircles.
func (l *gvLayout) placeCircle() {
	hub := l.Hubs[0]
	pitch, hubDistance := l.distances()
	circle := orbits{pitch: pitch}
	circle.grow(len(l.Boxes)-1, hubDistance)
	step := 2 * math.Pi / float64(len(l.Boxes)-1)
	angle := step / 2
	for i := range l.Boxes {
		if i == hub {
			l.Boxes[i].Center = r2.Vec{}
			continue
		}
		sin, cos := math.Sincos(angle)
		l.Boxes[i].Center = r2.Vec{X: circle.radius * cos * l.narrow(), Y: -circle.radius * sin}
		angle += step
	}
}

// ownAndShared returns, for each hub, the boxes that only it lists, and the boxes that
// several hubs list, in order.
func (l *gvLayout) ownAndShared() (own map[int][]int, shared []int) {
	own = make(map[int][]int)
	for i := range l.Boxes {
		switch hubs := l.Boxes[i].Owners; len(hubs) {
		case 0:
		case 1:
			own[hubs[0]] = append(own[hubs[0]], i)
		default:
			shared = append(shared, i)
		}
	}
	return own, shared
}

// distances returns how far apart the centres of two boxes, and of a box and a hub, must
// be so that the largest of them do not overlap.
func (l *gvLayout) distances() (pitch, hubDistance float64) {
	w, h, hubW, hubH := 0.0, 0.0, 0.0, 0.0
	for i := range l.Boxes {
		b := &l.Boxes[i]
		bw, bh := (b.W+l.Gap)/l.narrow(), b.H+l.Gap
		if b.Hub {
			hubW, hubH = max(hubW, bw), max(hubH, bh)
		} else {
			w, h = max(w, bw), max(h, bh)
		}
	}
	return math.Hypot(w, h), math.Hypot((w+hubW)/2, (h+hubH)/2)
}

// orbits are twopi's circles around a centre.
type orbits struct {
	pitch  float64  // from one box to the next, in points
	radius float64  // of the last circle, in points
	seps   []string // from each circle to the next, in inches
}

// add adds a circle so far outside of the last.
func (o *orbits) add(sep float64) {
	o.radius += sep
	o.seps = append(o.seps, inches(sep))
}

// grow adds circles that hold n boxes, the first at least the given distance from the
// last circle, with a step half way to it. It returns the number of circles that hold
// boxes.
func (o *orbits) grow(n int, distance float64) int {
	circles := 1
	if n > circleMost {
		circles = max(2, int(math.Sqrt(float64(n)/2/math.Pi)))
	}
	sectors := max(2, (n+circles-1)/circles)
	half := max(distance, o.pitch/2/math.Sin(math.Pi/float64(sectors))-o.radius) / 2
	o.add(half)
	o.add(half)
	for range circles - 1 {
		o.add(o.pitch)
	}
	return circles
}

// center makes a node the center of the circles of what it is joined to. Every
// component needs one: without it twopi crashes at a single node.
func (l *gvLayout) center(node string) { fmt.Fprintf(&l.buf, "%s [root=true]\n", node) }

// writeInvisible writes a node that nobody sees.
func (l *gvLayout) writeInvisible(node string) {
	fmt.Fprintf(&l.buf, "%s [width=0.001, height=0.001]\n", node)
}

// chain writes a chain of so many invisible nodes outward from a node, and returns the
// last. They are named for the box that the chain goes to.
func (l *gvLayout) chain(from any, to, steps int) any {
	for k := range steps {
		step := fmt.Sprintf("s%d_%d", to, k)
		l.writeInvisible(step)
		l.edge(from, step, "")
		from = step
	}
	return from
}

// spread writes boxes on so many circles around a node, sector by sector.
func (l *gvLayout) spread(around any, boxes []int, circles int) {
	var before any
	for k, i := range boxes {
		if k%circles == 0 { // a sector begins, half way to the first circle
			before = around
		}
		before = l.chain(before, i, 1)
		l.edge(before, i, "")
	}
}

// sharedToCenter moves the boxes that hubs share from around sharedRoot to around root.
func (l *gvLayout) sharedToCenter(root, sharedRoot r2.Vec) {
	_, shared := l.ownAndShared()
	if len(shared) == 1 { // it has no circle
		sharedRoot = l.Boxes[shared[0]].Center
	}
	for _, i := range shared {
		c := &l.Boxes[i].Center
		c.X, c.Y = c.X+root.X-sharedRoot.X, c.Y+root.Y-sharedRoot.Y
	}
}
