package graphviz

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file reads what Graphviz answers.

// An answer is what was read from Graphviz.
type answer struct {
	boxes, rows int                 // how many have a place
	root        r2.Vec              // the centre of twopi's circles
	sharedRoot  r2.Vec              // and of those for boxes that hubs share
	routes      map[[2]int][]r2.Vec // dot's, by tail and head
	rowRoutes   map[int][]r2.Vec    // to boxes in rows, which the rows lead to them
}

// read takes the places, and dot's edge routes, from Graphviz's plain format:
//
//	node NAME X Y WIDTH HEIGHT …
//	edge TAIL HEAD N X1 Y1 … XN YN …
//
// in inches, with y upward.
func (l *gvLayout) read(plain []byte) error {
	a := &answer{routes: make(map[[2]int][]r2.Vec), rowRoutes: make(map[int][]r2.Vec)}
	in := bufio.NewScanner(bytes.NewReader(plain))
	in.Buffer(nil, len(plain)+1)
	for in.Scan() {
		var err error
		switch f := strings.Fields(in.Text()); {
		case len(f) >= 4 && f[0] == "node":
			err = l.readNode(a, f)
		case len(f) >= 4 && f[0] == "edge" && l.engine == "dot" && l.rows == nil:
			err = l.readEdge(a, f)
		}
		if err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("reading Graphviz's answer: %w", err)
	}
	rows := 0
	if l.rows != nil {
		rows = len(l.rows.rows)
	}
	if a.boxes += len(a.rowRoutes); a.boxes != len(l.Boxes) || a.rows != rows {
		return fmt.Errorf("graphviz placed %d of %d nodes, in %d of %d rows", a.boxes, len(l.Boxes), a.rows, rows)
	}
	switch {
	case l.engine == "twopi":
		l.sharedToCenter(a.root, a.sharedRoot)
	case l.engine == "circo":
		l.hubsToMiddle()
	case l.rows != nil:
		l.rows.routeEdges(a.rowRoutes)
	}
	l.setRoutes(a.routes)
	if l.layered() && len(l.Hubs) == 1 && len(l.Groups) == 0 {
		stretchLeft(l.Scene)
	}
	return nil
}

// readNode reads the place of a box, a row or a node that nobody sees.
func (l *gvLayout) readNode(a *answer, f []string) error {
	at, err := l.point(f[2], f[3])
	if err != nil {
		return err
	}
	switch name := f[1]; {
	case name == root:
		a.root = at
	case name == sharedRoot:
		a.sharedRoot = at
	case name[0] == 's': // a step toward a circle, or what rows are tied to
	case name[0] == 'r':
		k, err := strconv.Atoi(name[1:])
		if err != nil || l.rows == nil || k < 0 || k >= len(l.rows.rows) {
			return fmt.Errorf("unexpected row %q in Graphviz's answer", name)
		}
		at = l.rows.turn(at)
		r := l.rows.rows[k]
		size := r2.Vec{X: l.rows.length, Y: r.size.Y}
		l.rows.place(r, r2.Vec{X: at.X - size.X/2, Y: at.Y - size.Y/2}, nil, a.rowRoutes)
		a.rows++
	default:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(l.Boxes) {
			return fmt.Errorf("unexpected node %q in Graphviz's answer", name)
		}
		l.Boxes[i].Center = at
		a.boxes++
	}
	return nil
}

// readEdge reads the route of an edge.
func (l *gvLayout) readEdge(a *answer, f []string) error {
	tail, err1 := strconv.Atoi(f[1])
	head, err2 := strconv.Atoi(f[2])
	n, err3 := strconv.Atoi(f[3])
	if err1 != nil || err2 != nil || err3 != nil || n < 0 || len(f) < 4+2*n {
		return fmt.Errorf("unexpected edge in Graphviz's answer: %.80q", strings.Join(f, " "))
	}
	var route []r2.Vec
	for k := range n {
		p, err := l.point(f[4+2*k], f[5+2*k])
		if err != nil {
			return err
		}
		route = append(route, p)
	}
	a.routes[[2]int{tail, head}] = route
	return nil
}

// setRoutes gives the lines dot's routes, whichever way they were written.
func (l *gvLayout) setRoutes(routes map[[2]int][]r2.Vec) {
	for i, line := range l.Lines {
		route := routes[[2]int{line.From, line.To}]
		if route == nil {
			route = slices.Clone(routes[[2]int{line.To, line.From}])
			slices.Reverse(route)
		}
		if len(route)%3 == 1 && len(route) > 1 {
			l.Lines[i].Path = route
		}
	}
}

// point returns a place in points, with y downward, of one in inches.
func (l *gvLayout) point(x, y string) (r2.Vec, error) {
	px, err1 := strconv.ParseFloat(x, 64)
	py, err2 := strconv.ParseFloat(y, 64)
	if err1 != nil || err2 != nil {
		return r2.Vec{}, fmt.Errorf("unexpected coordinates %q, %q in Graphviz's answer", x, y)
	}
	return r2.Vec{X: px * 72 * l.narrow(), Y: -py * 72}, nil
}
