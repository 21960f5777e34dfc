// Package graphviz places the boxes of a scene by the engines of Graphviz.
package graphviz

// This file holds the engines of Graphviz, which runs as WebAssembly through
// go-graphviz (see internal/gv).
//
// Graphviz is given boxes without names, narrowed to the shape of the canvas,
// and asked for the "plain" format, the cheapest to read back; the answer is
// widened again. Its defaults let the nodes of a star overlap heavily, and its
// overlap removal takes 2 s for 300 nodes and 40 s for 1,000, so each engine is
// given the distances that the boxes need, and separate.go does the rest.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// circleMax is the most nodes that twopi gets to put on one circle, and columnMax
// the most boxes of which dot puts the nodes into one column; more are spread over
// several circles, or rows.
const (
	circleMax = 60
	columnMax = 12
)

// evenMost is the most boxes that sfdp gets a stronger repulsion for: of 60 to 1,000
// nodes it makes fewer clumps than the default of 1.8, and larger labels; of 2,000
// smaller dots.
const evenMost = 1000

// Engine returns the arranging function of a Graphviz engine.
func Engine(name string) func(context.Context, *engine.Scene) error {
	return func(ctx context.Context, s *engine.Scene) error {
		g := &gvGraph{Scene: s, engine: name, apart: name == "fdp" && len(s.Groups) > 0}
		plain, err := gv.Run(ctx, g.dot(), name, "plain")
		if g.apart && bytes.Contains(plain, []byte("nan")) { // some boxes are too wide, by others, for prism
			g = &gvGraph{Scene: s, engine: name}
			plain, err = gv.Run(ctx, g.dot(), name, "plain")
		}
		if err != nil {
			return fmt.Errorf("laying out with %s: %w", name, err)
		}
		s.Clustered = clustered[name] && len(s.Groups) > 0 && !g.inRows()
		return g.read(plain)
	}
}

// gvGraph writes a scene as DOT and reads its places back.
type gvGraph struct {
	*engine.Scene
	engine string
	apart  bool // fdp keeps the areas of groups apart
	buf    bytes.Buffer

	maker rowMaker // of dot's rows and osage's columns
	rows  []*row
	fan   float64 // room between hubs and rows
}

// narrow is by how much the plane is narrowed for Graphviz, so that its round
// layouts fill the canvas.
func (g *gvGraph) narrow() float64 {
	if g.engine == "dot" || g.engine == "osage" {
		return 1 // no round layouts: they fill the canvas by their ranks and rows
	}
	return g.Aspect
}

func (g *gvGraph) dot() []byte {
	if g.inRows() {
		g.makeRows()
	}
	w, h, _ := g.UsualSize()
	pitch := math.Hypot(w/g.narrow(), h) // boxes this far apart do not overlap
	spread := pitch * math.Sqrt(float64(len(g.Boxes)))

	g.buf.WriteString("graph {\nnode [shape=box, fixedsize=true, label=\" \"]\nstart=1\noverlap=true\n")
	switch g.engine {
	case "dot":
		fmt.Fprintf(&g.buf, "rankdir=LR\nnodesep=0.01\nranksep=%s\n", inches(max(g.fan, 3*g.Gap+0.4*w)))
	case "neato":
		fmt.Fprintf(&g.buf, "edge [len=%s]\n", inches(0.45*spread))
	case "fdp":
		if g.apart {
			fmt.Fprintf(&g.buf, "K=%s\noverlap=prism\n", inches(0.08*spread))
		} else {
			fmt.Fprintf(&g.buf, "K=%s\n", inches(0.2*spread))
		}
	case "sfdp":
		fmt.Fprintf(&g.buf, "K=%s\n", inches(0.3*spread))
		if len(g.Boxes) <= evenMost {
			g.buf.WriteString("repulsiveforce=2.1\n")
		}
	case "circo":
		g.buf.WriteString("packmode=\"graph\"\n")
	case "osage":
		g.buf.WriteString("pack=0\n")
	}
	for i := range g.Boxes {
		if g.inRows() && g.inRow(i) {
			continue
		}
		b := &g.Boxes[i]
		high := b.H
		if g.engine == "osage" && b.Hub { // room for the curves
			high += 2 * g.fan
		}
		fmt.Fprintf(&g.buf, "%d [width=%s, height=%s]\n", i, inches((b.W+g.Gap)/g.narrow()), inches(high+g.Gap))
	}
	length := extent(g.rows).X
	for k, r := range g.rows { // all of one length, so that they begin together
		size := g.maker.turn(r2.Vec{X: length, Y: r.size.Y})
		fmt.Fprintf(&g.buf, "r%d [width=%s, height=%s]\n", k, inches(size.X), inches(size.Y))
	}
	if !g.inRows() {
		g.clusters()
	}
	switch {
	case g.engine == "twopi":
		g.circles()
	case g.engine == "circo":
		g.cycles()
	case g.engine == "osage":
		g.arrays()
	case g.inRows():
		g.stars()
	case g.layered():
		g.layers()
	default:
		g.edges()
	}
	g.buf.WriteString("}\n")
	return g.buf.Bytes()
}

func inches(points float64) string { return strconv.FormatFloat(points/72, 'f', 4, 64) }

func (g *gvGraph) edge(from, to any, attrs string) {
	fmt.Fprintf(&g.buf, "%v -- %v [%s]\n", from, to, attrs)
}

// edges writes the edges of the graph. A node that is not connected is kept near
// the hub that lists it.
func (g *gvGraph) edges() {
	for _, l := range g.Lines {
		g.edge(l.From, l.To, "")
	}
	for i := range g.Boxes {
		if hubs := g.Boxes[i].Owners; !g.Boxes[i].Linked && len(hubs) > 0 && !g.Boxes[i].Hub {
			g.edge(hubs[0], i, "style=invis")
		}
		if h := g.idleJob(i); h >= 0 {
			g.edge(h, i, "style=invis")
		}
	}
}

// read takes the places, and dot's edge routes, from Graphviz's plain format:
//
//	node NAME X Y WIDTH HEIGHT …
//	edge TAIL HEAD N X1 Y1 … XN YN …
//
// in inches, with y upward.
func (g *gvGraph) read(plain []byte) error {
	placed, rows := 0, 0
	length, ways := extent(g.rows).X, make(map[int][]r2.Vec)
	var center, inner r2.Vec // of twopi's circles, and of those for shared nodes
	routes := make(map[[2]int][]r2.Vec)
	in := bufio.NewScanner(bytes.NewReader(plain))
	in.Buffer(nil, len(plain)+1)
	for in.Scan() {
		f := strings.Fields(in.Text())
		switch {
		case len(f) >= 4 && f[0] == "node":
			at, err := g.point(f[2], f[3])
			if err != nil {
				return err
			}
			switch {
			case f[1] == root:
				center = at
			case f[1] == sharedRoot:
				inner = at
			case f[1][0] == 's': // a step on the way to a circle, or what rows are tied to
			case f[1][0] == 'r':
				k, err := strconv.Atoi(f[1][1:])
				if err != nil || k < 0 || k >= len(g.rows) {
					return fmt.Errorf("unexpected row %q in Graphviz's answer", f[1])
				}
				at = g.maker.turn(at)
				size := r2.Vec{X: length, Y: g.rows[k].size.Y}
				g.maker.place(g.rows[k], r2.Vec{X: at.X - size.X/2, Y: at.Y - size.Y/2}, nil, ways)
				rows++
			default:
				i, err := strconv.Atoi(f[1])
				if err != nil || i < 0 || i >= len(g.Boxes) {
					return fmt.Errorf("unexpected node %q in Graphviz's answer", f[1])
				}
				g.Boxes[i].Center = at
				placed++
			}
		case len(f) >= 4 && f[0] == "edge" && g.engine == "dot" && !g.inRows():
			tail, err1 := strconv.Atoi(f[1])
			head, err2 := strconv.Atoi(f[2])
			n, err3 := strconv.Atoi(f[3])
			if err1 != nil || err2 != nil || err3 != nil || n < 0 || len(f) < 4+2*n {
				return fmt.Errorf("unexpected edge in Graphviz's answer: %.80q", in.Text())
			}
			var path []r2.Vec
			for k := range n {
				p, err := g.point(f[4+2*k], f[5+2*k])
				if err != nil {
					return err
				}
				path = append(path, p)
			}
			routes[[2]int{tail, head}] = path
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("reading Graphviz's answer: %w", err)
	}
	if placed += len(ways); placed != len(g.Boxes) || rows != len(g.rows) {
		return fmt.Errorf("graphviz placed %d of %d nodes, in %d of %d rows", placed, len(g.Boxes), rows, len(g.rows))
	}
	switch {
	case g.engine == "twopi":
		g.sharedToCenter(center, inner)
	case g.engine == "circo":
		g.hubsToMiddle()
	case g.inRows():
		g.maker.lead(ways)
	}
	for i, l := range g.Lines {
		path := routes[[2]int{l.From, l.To}]
		if path == nil {
			path = slices.Clone(routes[[2]int{l.To, l.From}])
			slices.Reverse(path)
		}
		if len(path)%3 == 1 && len(path) > 1 {
			g.Lines[i].Path = path
		}
	}
	if g.layered() && len(g.Hubs) == 1 && len(g.Groups) == 0 {
		drawApart(g.Scene)
	}
	return nil
}

func (g *gvGraph) point(x, y string) (r2.Vec, error) {
	px, err1 := strconv.ParseFloat(x, 64)
	py, err2 := strconv.ParseFloat(y, 64)
	if err1 != nil || err2 != nil {
		return r2.Vec{}, fmt.Errorf("unexpected coordinates %q, %q in Graphviz's answer", x, y)
	}
	return r2.Vec{X: px * 72 * g.narrow(), Y: -py * 72}, nil
}
