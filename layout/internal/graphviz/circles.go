package graphviz

// This file stands nodes on circles for twopi and circo.

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"
)

// leaves returns, for each hub, the boxes that only it owns, and those that
// several do, in order.
func (g *gvGraph) leaves() (own map[int][]int, shared []int) {
	own = make(map[int][]int)
	for i := range g.Boxes {
		if g.Boxes[i].Hub {
			continue
		}
		switch hubs := g.Boxes[i].Owners; len(hubs) {
		case 0:
		case 1:
			own[hubs[0]] = append(own[hubs[0]], i)
		default:
			shared = append(shared, i)
		}
	}
	return own, shared
}

// circles stands for the edges of stars with circles around each hub: twopi puts a
// node on the circle of its distance from the root, so each further circle is
// reached over a chain of invisible nodes.
//
// Where hubs share nodes, all stand around one centre: the shared nodes on the
// innermost circles, the hubs around them, and outside, each in the sector of its
// hub, the nodes of one hub alone. The shared ones are a graph of their own, which
// read moves to the centre.
func (g *gvGraph) circles() {
	own, shared := g.leaves()
	pitch, clear := g.chords()
	together := len(shared) > 0
	orbits := orbits{pitch: pitch}
	level := 0 // of the circle that the hubs stand on
	if together {
		slices.SortStableFunc(shared, func(a, b int) int { return slices.Compare(g.Boxes[a].Owners, g.Boxes[b].Owners) })
		if len(shared) > 1 {
			g.dummy(sharedRoot)
			g.center(sharedRoot)
			g.spread(sharedRoot, shared, orbits.grow(len(shared), pitch/2))
		} else {
			g.center(strconv.Itoa(shared[0]))
		}
		orbits.add(clear + pitch)
		level = len(orbits.seps)
		g.dummy(root)
		g.center(root)
	}
	around := 0 // the nodes around a hub, or around all hubs
	for _, hub := range g.Hubs {
		around = max(around, len(own[hub]))
	}
	if together {
		around = len(g.Boxes) - len(shared) - len(g.Hubs)
	}
	circles := orbits.grow(around, clear)
	for _, hub := range g.Hubs {
		if together {
			g.edge(g.chain(root, hub, level-1), hub, "")
		} else {
			g.center(strconv.Itoa(hub))
		}
		g.spread(hub, own[hub], circles)
	}
	for i := range g.Boxes {
		switch {
		case g.Boxes[i].Hub || len(g.Boxes[i].Owners) > 0:
		case together:
			g.edge(g.chain(root, i, level+1), i, "")
		default:
			g.center(strconv.Itoa(i))
		}
	}
	fmt.Fprintf(&g.buf, "ranksep=%q\n", strings.Join(orbits.seps, ":"))
}

// orbits are twopi's circles around a centre.
type orbits struct {
	pitch  float64  // from one node to the next
	radius float64  // of the last circle
	seps   []string // from each circle to the next, in inches
}

func (o *orbits) add(sep float64) {
	o.radius += sep
	o.seps = append(o.seps, inches(sep))
}

// grow adds circles that seat n nodes, the first of them at least the room away
// from the last circle and reached over half a step. It returns how many.
func (o *orbits) grow(n int, room float64) int {
	circles := 1
	if n > circleMax {
		circles = max(2, int(math.Sqrt(float64(n)/2/math.Pi)))
	}
	sectors := max(2, (n+circles-1)/circles)
	half := max(room, o.pitch/2/math.Sin(math.Pi/float64(sectors))-o.radius) / 2
	o.add(half)
	o.add(half)
	for range circles - 1 {
		o.add(o.pitch)
	}
	return circles
}

// The invisible nodes that circles stand around begin with an s, as do the steps
// on the way to a circle.
const (
	root       = "s"
	sharedRoot = "ss"
)

// sharedToCenter moves the nodes that hubs share from around inner to around center.
func (g *gvGraph) sharedToCenter(center, inner r2.Vec) {
	_, shared := g.leaves()
	if len(shared) == 1 { // it has no circle
		inner = g.Boxes[shared[0]].Center
	}
	for _, i := range shared {
		c := &g.Boxes[i].Center
		c.X, c.Y = c.X+center.X-inner.X, c.Y+center.Y-inner.Y
	}
}

// center makes a node the centre of the circles of what it is joined to. Every
// component needs one: twopi crashes at a single node without it.
func (g *gvGraph) center(node string) { fmt.Fprintf(&g.buf, "%s [root=true]\n", node) }

// dummy adds a node that nobody sees.
func (g *gvGraph) dummy(node string) {
	fmt.Fprintf(&g.buf, "%s [width=0.001, height=0.001]\n", node)
}

// chain leads from a node outward over that many steps, and returns the last. They
// are named for the node that they lead to.
func (g *gvGraph) chain(from any, to, steps int) any {
	for k := range steps {
		step := fmt.Sprintf("s%d_%d", to, k)
		g.dummy(step)
		g.edge(from, step, "")
		from = step
	}
	return from
}

// spread puts nodes on so many circles around a node, sector by sector.
func (g *gvGraph) spread(around any, nodes []int, circles int) {
	var before any
	for k, i := range nodes {
		if k%circles == 0 { // a sector begins, half way to the first circle
			before = around
		}
		before = g.chain(before, i, 1)
		g.edge(before, i, "")
	}
}

// cycles stands for the edges of a star with a cycle through its nodes, which circo
// puts on one circle: of a star it puts the first node outside it. The hub comes
// to the middle later. Nodes that hubs share have a circle of their own.
func (g *gvGraph) cycles() {
	own, shared := g.leaves()
	pitch, clear := g.chords()
	room := g.Gap
	for _, hub := range g.Hubs {
		nodes := own[hub]
		if len(nodes) < 3 {
			if len(shared) == 1 { // which needs no circle
				nodes = append(nodes, shared...)
			}
			for _, i := range nodes {
				g.edge(hub, i, "")
			}
			continue
		}
		g.cycle(nodes)
		room = max(room, 2*math.Pi*clear/float64(len(nodes))-pitch)
	}
	g.cycle(shared)
	fmt.Fprintf(&g.buf, "mindist=%s\n", inches(room))
}

func (g *gvGraph) cycle(nodes []int) {
	for k, i := range nodes {
		if next := nodes[(k+1)%len(nodes)]; next != i {
			g.edge(i, next, "")
		}
	}
}

// hubsToMiddle puts hubs in the middle of their circles.
func (g *gvGraph) hubsToMiddle() {
	own, _ := g.leaves()
	for _, hub := range g.Hubs {
		nodes := own[hub]
		if len(nodes) < 3 {
			continue
		}
		var sum r2.Vec
		for _, i := range nodes {
			c := g.Boxes[i].Center
			sum.X, sum.Y = sum.X+c.X, sum.Y+c.Y
		}
		n := float64(len(nodes))
		g.Boxes[hub].Center = r2.Vec{X: sum.X / n, Y: sum.Y / n}
	}
}

// chords returns how far apart two boxes, and a box and its hub, must be so that
// the largest of them do not overlap.
func (g *gvGraph) chords() (pitch, clear float64) {
	w, h, hw, hh := 0.0, 0.0, 0.0, 0.0
	for i := range g.Boxes {
		b := &g.Boxes[i]
		bw, bh := (b.W+g.Gap)/g.narrow(), b.H+g.Gap
		if b.Hub {
			hw, hh = max(hw, bw), max(hh, bh)
		} else {
			w, h = max(w, bw), max(h, bh)
		}
	}
	return math.Hypot(w, h), math.Hypot((w+hw)/2, (h+hh)/2)
}
