package drawio

// This file writes edges, with the ways that they take.

import (
	"math"
	"strconv"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout"
)

// ends are what an edge joins: two boxes, or a box and an area if to is -1, or nothing if
// from is -1.
type ends struct{ from, to, area int }

// edge writes an edge along a path, whose ends stay where they are in what it joins. Those of
// a line are in the middle of boxes, which are above it.
func (p *painter) edge(c cell, e ends, path []r2.Vec) {
	if len(path) < 2 {
		return
	}
	p.edges++
	c.id = "e" + strconv.Itoa(p.edges)
	c.style = "endArrow=none;edgeStyle=none;" + c.style
	corners, radius := cornersOf(path)
	kind := `edge="1"`
	joined := e.from >= 0
	if joined {
		from, to := boundsOf(&p.d.Boxes[e.from]), bounds{}
		target := ""
		if e.to >= 0 {
			to, target = boundsOf(&p.d.Boxes[e.to]), "n"+strconv.Itoa(e.to)
		} else {
			to, target = p.containers.bounds[e.area], areaID(e.area)
		}
		kind += ` source="n` + strconv.Itoa(e.from) + `" target="` + target + `"`
		c.style += joint("exit", from, path[0]) + joint("entry", to, path[len(path)-1])
	}
	if radius > 0 {
		c.style += "rounded=1;arcSize=" + p.px(2*radius) + ";"
	}
	end := p.open(c, kind)
	p.raw(`<mxGeometry relative="1" as="geometry">`)
	origin := p.containers.origin(c.parent)
	point := func(q r2.Vec, as string) {
		q = r2.Sub(q, origin)
		p.raw(`<mxPoint x="` + p.px(q.X) + `" y="` + p.px(q.Y) + `"` + as + ` />`)
	}
	if !joined {
		point(path[0], ` as="sourcePoint"`)
		point(path[len(path)-1], ` as="targetPoint"`)
	}
	if len(corners) > 0 {
		p.raw(`<Array as="points">`)
		for _, q := range corners {
			point(q, "")
		}
		p.raw("</Array>")
	}
	p.raw("</mxGeometry>" + end)
}

// joint returns the part of a style that puts an end of an edge where it is drawn, by the
// sides of what it joins.
func joint(end string, b bounds, at r2.Vec) string {
	part := func(x, low, length float64) string {
		return strconv.FormatFloat(math.Round(1e4*(x-low)/max(length, 1e-3))/1e4, 'f', -1, 64)
	}
	return end + "X=" + part(at.X, b.low.X, b.w()) + ";" + end + "Y=" + part(at.Y, b.low.Y, b.h()) + ";" + end + "Perimeter=0;"
}

// sharpTurn is the size in points of the largest turn that is drawn as a round corner and not
// as a curve.
const sharpTurn = 40

// cornersOf returns the points between the ends of a path, and the radius of its round
// corners; 0 if it has none. A short curve that turns is one corner, a long one many.
func cornersOf(path []r2.Vec) (corners []r2.Vec, radius float64) {
	if len(path) < 4 {
		return nil, 0
	}
	points := []r2.Vec{path[0]}
	for k := 0; k+3 < len(path); k += 3 {
		a, b, c, d := path[k], path[k+1], path[k+2], path[k+3]
		q, turns := crossing(a, b, c, d)
		if turns && r2.Norm(r2.Sub(d, a)) <= sharpTurn {
			radius = max(radius, r2.Norm(r2.Sub(q, a)))
			points = append(points, q)
			continue
		}
		points = append(points, layout.Flatten([]r2.Vec{a, b, c, d})[1:]...)
	}
	return straightened(append(points, path[len(path)-1])), radius
}

// crossing returns where the lines through the ends of a curve cross, in the direction of its
// control points. It does not turn if they are parallel.
func crossing(a, b, c, d r2.Vec) (q r2.Vec, turns bool) {
	u, v := r2.Sub(b, a), r2.Sub(c, d)
	det := r2.Cross(u, v)
	if math.Abs(det) < 1e-6 {
		return q, false
	}
	s := r2.Cross(r2.Sub(d, a), v) / det
	t := r2.Cross(r2.Sub(d, a), u) / det
	return r2.Add(a, r2.Scale(s, u)), s > 0 && t > 0
}

// straightened returns the points between the first and the last at which a line turns.
func straightened(points []r2.Vec) (corners []r2.Vec) {
	last := points[0]
	for i := 1; i < len(points)-1; i++ {
		u, v := r2.Sub(points[i], last), r2.Sub(points[i+1], points[i])
		if r2.Norm(u) < 1e-6 || r2.Norm(v) < 1e-6 || math.Abs(r2.Cross(u, v)) < 1e-3*r2.Norm(u)*r2.Norm(v) && r2.Dot(u, v) > 0 {
			continue
		}
		corners, last = append(corners, points[i]), points[i]
	}
	return corners
}
