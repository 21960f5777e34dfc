package layout

// This file holds the engines of Graphviz, which runs as WebAssembly through
// go-graphviz (see internal/gv).
//
// Graphviz is given boxes without names, narrowed to the shape of the canvas,
// and asked for the "plain" format, the cheapest to read back; the answer is
// widened again. Its defaults let the nodes of a star overlap heavily, so each
// engine is given the distances that the boxes need.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/gv"
)

// prismCap is the most nodes for which Graphviz removes overlaps itself. Its
// prism takes 2 s at 300 nodes and 7 s at 500; above, the places are drawn apart
// as a whole.
const prismCap = 300

// staggerCap is the most nodes of one hub that dot gets to spread over several
// columns: each column that an edge crosses costs it a node more.
const staggerCap = 1500

// graphviz returns the arranging function of a Graphviz engine.
func graphviz(engine string) func(context.Context, *scene) error {
	return func(ctx context.Context, s *scene) error {
		g := &gvGraph{scene: s, engine: engine}
		plain, err := gv.Run(ctx, g.dot(), engine, "plain")
		if err != nil {
			return fmt.Errorf("laying out with %s: %w", engine, err)
		}
		return g.read(plain)
	}
}

// gvGraph writes a scene as DOT and reads its places back.
type gvGraph struct {
	*scene
	engine string
	buf    bytes.Buffer
}

// narrow is by how much the plane is narrowed for Graphviz, so that its round
// layouts fill the canvas.
func (g *gvGraph) narrow() float64 {
	if g.engine == "dot" || g.engine == "osage" {
		return 1 // no round layouts: they fill the canvas by their ranks and rows
	}
	return g.aspect
}

func (g *gvGraph) dot() []byte {
	star := g.starRadius()
	fmt.Fprintf(&g.buf, "graph {\nnode [shape=box, fixedsize=true, label=\"\"]\nstart=1\n")
	overlap := "true" // drawn apart afterwards
	if len(g.boxes) <= prismCap {
		overlap = "prism"
	}
	switch g.engine {
	case "dot":
		fmt.Fprintf(&g.buf, "rankdir=LR\nnodesep=0.01\nranksep=%s\n", inches(8*g.gap))
	case "neato":
		fmt.Fprintf(&g.buf, "overlap=%s\nedge [len=%s]\n", overlap, inches(star*0.6))
	case "fdp", "sfdp":
		fmt.Fprintf(&g.buf, "overlap=%s\nK=%s\n", overlap, inches(star*0.4))
	case "twopi":
		fmt.Fprintf(&g.buf, "ranksep=%s\noverlap=true\n", inches(star))
		if len(g.hubs) > 0 {
			fmt.Fprintf(&g.buf, "root=%d\n", g.hubs[0])
		}
	case "circo":
		fmt.Fprintf(&g.buf, "mindist=%s\n", inches(g.gap))
	case "osage":
		fmt.Fprintf(&g.buf, "pack=%d\n", int(g.gap))
	}
	for i := range g.boxes {
		b := &g.boxes[i]
		fmt.Fprintf(&g.buf, "%d [width=%s, height=%s]\n", i, inches((b.W+g.gap)/g.narrow()), inches(b.H+g.gap))
	}
	columns := g.columns()
	rank := make(map[int]int) // of each hub's next edge
	for _, l := range g.lines {
		fmt.Fprintf(&g.buf, "%d -- %d", l.From, l.To)
		if columns > 1 {
			fmt.Fprintf(&g.buf, " [minlen=%d]", 1+rank[l.From]%columns)
			rank[l.From]++
		}
		g.buf.WriteByte('\n')
	}
	// A node that is not connected is kept near the hub that lists it.
	for i := range g.boxes {
		if hubs := g.owners(i); len(g.t.Neighbors(i)) == 0 && len(hubs) > 0 && !g.boxes[i].Vertex.Hub {
			fmt.Fprintf(&g.buf, "%d -- %d [style=invis]\n", hubs[0], i)
		}
	}
	g.buf.WriteString("}\n")
	return g.buf.Bytes()
}

func inches(points float64) string { return strconv.FormatFloat(points/72, 'f', 4, 64) }

// starRadius is the radius, in points, of the circle on which the nodes of the
// largest hub do not touch: that of a chord as long as a box is across.
func (g *gvGraph) starRadius() float64 {
	w, h, hw, hh := 0.0, 0.0, 0.0, 0.0
	for i := range g.boxes {
		b := &g.boxes[i]
		bw, bh := (b.W+g.gap)/g.narrow(), b.H+g.gap
		if b.Vertex.Hub {
			hw, hh = max(hw, bw), max(hh, bh)
		} else {
			w, h = max(w, bw), max(h, bh)
		}
	}
	most := 2
	for _, h := range g.hubs {
		n := len(g.t.Neighbors(h))
		if len(g.hubs) == 1 {
			n = len(g.boxes) - 1 // those that are not connected are kept on the circle too
		}
		most = max(most, n)
	}
	clear := math.Hypot((w+hw)/2, (h+hh)/2)
	return max(clear, math.Hypot(w, h)/2/math.Sin(math.Pi/float64(most)))
}

// columns is over how many columns dot spreads the nodes of a hub, so that they
// are about as wide as they are high.
func (g *gvGraph) columns() int {
	n := len(g.boxes)
	if g.engine != "dot" || n > staggerCap || n == 0 {
		return 1
	}
	w, h := 0.0, 0.0
	for i := range g.boxes {
		w, h = max(w, g.boxes[i].W+9*g.gap), max(h, g.boxes[i].H+g.gap)
	}
	return max(1, int(math.Sqrt(float64(n)*h*g.aspect/w)))
}

// read takes the places, and dot's edge routes, from Graphviz's plain format:
//
//	node NAME X Y WIDTH HEIGHT …
//	edge TAIL HEAD N X1 Y1 … XN YN …
//
// in inches, with y upward.
func (g *gvGraph) read(plain []byte) error {
	placed := 0
	routes := make(map[[2]int][]Point)
	in := bufio.NewScanner(bytes.NewReader(plain))
	in.Buffer(nil, len(plain)+1)
	for in.Scan() {
		f := strings.Fields(in.Text())
		switch {
		case len(f) >= 4 && f[0] == "node":
			i, err := strconv.Atoi(f[1])
			if err != nil || i < 0 || i >= len(g.boxes) {
				return fmt.Errorf("unexpected node %q in Graphviz's answer", f[1])
			}
			if g.boxes[i].Center, err = g.point(f[2], f[3]); err != nil {
				return err
			}
			placed++
		case len(f) >= 4 && f[0] == "edge" && g.engine == "dot":
			tail, err1 := strconv.Atoi(f[1])
			head, err2 := strconv.Atoi(f[2])
			n, err3 := strconv.Atoi(f[3])
			if err1 != nil || err2 != nil || err3 != nil || n < 0 || len(f) < 4+2*n {
				return fmt.Errorf("unexpected edge in Graphviz's answer: %.80q", in.Text())
			}
			var path []Point
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
	if placed != len(g.boxes) {
		return fmt.Errorf("Graphviz placed %d of %d nodes", placed, len(g.boxes))
	}
	for i, l := range g.lines {
		if path := routes[[2]int{l.From, l.To}]; len(path)%3 == 1 {
			g.lines[i].Path = path
		}
	}
	return nil
}

func (g *gvGraph) point(x, y string) (Point, error) {
	px, err1 := strconv.ParseFloat(x, 64)
	py, err2 := strconv.ParseFloat(y, 64)
	if err1 != nil || err2 != nil {
		return Point{}, fmt.Errorf("unexpected coordinates %q, %q in Graphviz's answer", x, y)
	}
	return Point{px * 72 * g.narrow(), -py * 72}, nil
}
