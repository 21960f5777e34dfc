package graphviz

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file places the cells of rows and routes edges to them.
//
// The edges of a row run in a lane beside it, and turn from there into each of its boxes.
// Into a group they turn at its branch, which leads to the lanes of the rows in the group:
// so no edge runs below a box, into a group that is not its own, or through a name.

// place gives the cells of a row their places, from its corner near the hubs and the
// lane. The edges of the row have the given route so far; routes gets one to each box.
func (l *rowLayout) place(r *row, corner r2.Vec, route []r2.Vec, routes map[int][]r2.Vec) {
	room := l.between(r.cells[0])
	middle := corner.Y + (room+r.size.Y)/2 // of boxes
	lane := corner.Y + room/2
	if len(r.cells) == 1 && r.cells[0].inner == nil { // straight into it
		lane = middle
	}
	from := corner.X
	if len(route) > 0 {
		from = route[len(route)-1].X // a branch
	}
	route = append(slices.Clip(route), r2.Vec{X: from, Y: lane})
	x := corner.X
	for _, c := range r.cells {
		c.at = r2.Vec{X: x, Y: corner.Y + room}
		x += c.size.X + l.between(c)
		if c.inner == nil {
			center := r2.Vec{X: c.at.X + c.size.X/2, Y: middle}
			l.Boxes[c.box].Center = l.turn(center)
			routes[c.box] = append(slices.Clip(route), r2.Vec{X: center.X, Y: lane}, center)
			continue
		}
		inner := r2.Add(c.at, l.inset())
		branch := append(slices.Clip(route), r2.Vec{X: inner.X - branchRoom/2*l.Gap, Y: lane})
		for _, r := range c.rows {
			l.place(r, inner, branch, routes)
			inner.Y += r.size.Y
		}
		l.addArea(c)
	}
}

// addArea adds the area of a group.
func (l *rowLayout) addArea(c *cell) {
	a, b := l.turn(c.at), l.turn(r2.Add(c.at, c.size))
	l.Areas = append(l.Areas, engine.Area{
		Group:    c.group,
		Boxes:    c.boxes(nil),
		Path:     []r2.Vec{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}},
		Anchor:   r2.Vec{X: a.X + l.besideName() - 0.75*l.nameSize(), Y: a.Y + 0.8*l.nameSize()},
		Away:     r2.Vec{X: 1, Y: 0},
		NameRoom: b.X - a.X - l.besideName(),
	})
}

// routeEdges draws the edges along the routes to their boxes, once all rows have
// places. Edges of several hubs run side by side, so that a reader can see where they
// part.
func (l *rowLayout) routeEdges(routes map[int][]r2.Vec) {
	slices.SortFunc(l.Areas, func(a, b engine.Area) int {
		return cmp.Or(l.Groups[a.Group].Level-l.Groups[b.Group].Level, a.Group-b.Group)
	})
	end := math.Inf(-1) // of the hubs
	for _, h := range l.Hubs {
		b := &l.Boxes[h]
		end = max(end, l.turn(b.Center).X+l.turn(r2.Vec{X: b.W, Y: b.H}).X/2)
	}
	laneGap := min(1.8, 0.7*l.Gap/max(1, float64(len(l.Hubs)-1))) // between the edges of two hubs
	offset := make(map[int]float64)
	for k, h := range l.Hubs {
		offset[h] = (float64(k) - float64(len(l.Hubs)-1)/2) * laneGap
	}
	for i := range l.Lines {
		line := &l.Lines[i]
		if route := routes[line.To]; line.Run == nil && route != nil {
			line.Path = l.edgePath(l.turn(l.Boxes[line.From].Center), end, shifted(route, offset[line.From]))
		}
	}
}

// shifted returns a route that runs beside the given one, to the same box.
func shifted(route []r2.Vec, by float64) []r2.Vec {
	route = slices.Clone(route)
	for k := range route[:len(route)-2] {
		route[k].X, route[k].Y = route[k].X+by, route[k].Y+by
	}
	route[len(route)-2].Y += by
	return route
}

// edgePath returns a Bézier curve from a hub, past the end of the hubs, in an S to where
// the route begins, and along the route.
func (l *rowLayout) edgePath(hub r2.Vec, end float64, route []r2.Vec) []r2.Vec {
	enter := route[0]
	start := r2.Vec{X: end, Y: hub.Y}
	middle := (end + enter.X) / 2
	path := []r2.Vec{hub, hub, start, start, {X: middle, Y: start.Y}, {X: middle, Y: enter.Y}, enter}
	for k := range path {
		path[k] = l.turn(path[k])
	}
	for k := range route {
		route[k] = l.turn(route[k])
	}
	return rounded(path, route[1:], l.Gap/2)
}

// rounded leads a Bézier curve on to each of the points in turn, with corners that are
// rounded from so far off.
func rounded(path, points []r2.Vec, off float64) []r2.Vec {
	for k, p := range points {
		last := path[len(path)-1]
		back := toward(p, last, off)
		if k+1 == len(points) {
			back = p
		}
		path = append(path, last, back, back)
		if k+1 < len(points) {
			path = append(path, p, p, toward(p, points[k+1], off))
		}
	}
	return path
}

// toward returns the point on the line from p to q that is off away from p, but at most
// half way.
func toward(p, q r2.Vec, off float64) r2.Vec {
	length := math.Hypot(q.X-p.X, q.Y-p.Y)
	if length == 0 {
		return p
	}
	f := min(off/length, 0.5)
	return r2.Vec{X: p.X + (q.X-p.X)*f, Y: p.Y + (q.Y-p.Y)*f}
}
