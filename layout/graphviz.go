package layout

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
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/gv"
)

// circleMax is the most nodes that twopi gets to put on one circle around a hub,
// and columnMax the most that dot gets in one column; more are spread over
// several.
const (
	circleMax = 60
	columnMax = 12
)

// routeMax is the most nodes for which dot routes the edges. Each column that
// an edge crosses costs it a node more.
const routeMax = 300

// graphviz returns the arranging function of a Graphviz engine.
func graphviz(engine string) func(context.Context, *scene) error {
	return func(ctx context.Context, s *scene) error {
		g := &gvGraph{scene: s, engine: engine}
		plain, err := gv.Run(ctx, g.dot(), engine, "plain")
		if err != nil {
			return fmt.Errorf("laying out with %s: %w", engine, err)
		}
		s.clustered = clustered[engine]
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
	w, h, _ := g.usualSize()
	pitch := math.Hypot(w/g.narrow(), h) // boxes this far apart do not overlap
	spread := pitch * math.Sqrt(float64(len(g.boxes)))

	g.buf.WriteString("graph {\nnode [shape=box, fixedsize=true, label=\" \"]\nstart=1\noverlap=true\n")
	switch g.engine {
	case "dot":
		fmt.Fprintf(&g.buf, "rankdir=LR\nnodesep=0.01\nranksep=%s\n", inches(columnGap(w, g.gap)))
	case "neato":
		fmt.Fprintf(&g.buf, "edge [len=%s]\n", inches(0.45*spread))
	case "fdp", "sfdp":
		fmt.Fprintf(&g.buf, "K=%s\n", inches(map[string]float64{"fdp": 0.2, "sfdp": 0.3}[g.engine]*spread))
	case "circo":
		fmt.Fprintf(&g.buf, "mindist=%s\n", inches(g.gap))
	case "osage":
		fmt.Fprintf(&g.buf, "pack=%d\n", int(g.gap))
	}
	for i := range g.boxes {
		b := &g.boxes[i]
		fmt.Fprintf(&g.buf, "%d [width=%s, height=%s]\n", i, inches((b.W+g.gap)/g.narrow()), inches(b.H+g.gap))
	}
	g.clusters()
	switch {
	case g.engine == "twopi":
		g.circles()
	case g.engine == "dot" && len(g.boxes) > routeMax:
		g.rows()
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
	columns := 1
	if g.engine == "dot" && len(g.boxes) > columnMax {
		columns = g.columns()
	}
	done := make(map[int]int) // edges written, by hub
	for _, l := range g.lines {
		g.edge(l.From, l.To, fmt.Sprintf("minlen=%d", 1+done[l.From]%columns))
		done[l.From]++
	}
	for i := range g.boxes {
		if hubs := g.owners(i); len(g.t.Neighbors(i)) == 0 && len(hubs) > 0 && !g.boxes[i].Vertex.Hub {
			g.edge(hubs[0], i, "style=invis")
		}
	}
}

// columns is over how many columns dot spreads the nodes of a hub, so that they
// are about as wide as they are high.
func (g *gvGraph) columns() int {
	w, h, _ := g.usualSize()
	return max(1, int(math.Sqrt(float64(len(g.boxes))*h*g.aspect/(w+columnGap(w, g.gap)))))
}

// columnGap is the room between two columns, for dot's curves.
func columnGap(w, gap float64) float64 { return 3*gap + 0.4*w }

// leaves returns, for each hub, the boxes that only it owns, and those that
// several do, in order.
func (g *gvGraph) leaves() (own map[int][]int, shared []int) {
	own = make(map[int][]int)
	for i := range g.boxes {
		if g.boxes[i].Vertex.Hub {
			continue
		}
		switch hubs := g.owners(i); len(hubs) {
		case 0:
		case 1:
			own[hubs[0]] = append(own[hubs[0]], i)
		default:
			shared = append(shared, i)
		}
	}
	return own, shared
}

// rows stands for the edges of a hub with many nodes: rows of nodes, each held by
// the one before. The edges themselves are drawn straight.
func (g *gvGraph) rows() {
	columns := g.columns()
	own, shared := g.leaves()
	for _, i := range shared { // with the first of their hubs
		hub := g.owners(i)[0]
		own[hub] = append(own[hub], i)
	}
	for _, hub := range g.hubs {
		for k, i := range own[hub] {
			if k%columns == 0 {
				g.edge(hub, i, "")
			} else {
				g.edge(own[hub][k-1], i, "")
			}
		}
	}
}

// circles stands for the edges of a star with one circle, or with several as the
// nodes get many: twopi puts a node on the circle of its distance from the root,
// so each further circle is reached over a chain of invisible nodes.
func (g *gvGraph) circles() {
	own, shared := g.leaves()
	most := 0
	for _, hub := range g.hubs {
		most = max(most, len(own[hub]))
	}
	pitch, clear := g.chords()
	circles := 1
	if most > circleMax {
		circles = max(2, int(math.Sqrt(float64(most)/2/math.Pi)))
	}
	sectors := max(2, (most+circles-1)/circles)
	first := max(clear, pitch/2/math.Sin(math.Pi/float64(sectors)))
	fmt.Fprintf(&g.buf, "ranksep=\"%s:%s", inches(first/2), inches(first/2))
	for range circles - 1 {
		g.buf.WriteString(":" + inches(pitch))
	}
	g.buf.WriteString("\"\n")
	if len(g.hubs) > 0 {
		fmt.Fprintf(&g.buf, "root=%d\n", g.hubs[0])
	}
	step := func(from any, i int) string {
		name := fmt.Sprintf("s%d", i)
		fmt.Fprintf(&g.buf, "%s [width=0.001, height=0.001]\n", name)
		g.edge(from, name, "")
		return name
	}
	for _, hub := range g.hubs {
		before := ""
		for k, i := range own[hub] {
			switch {
			case k%circles == 0: // a sector begins, half way to the first circle
				before = step(hub, i)
			default:
				before = step(before, i)
			}
			g.edge(before, i, "")
		}
	}
	for _, i := range shared {
		for _, hub := range g.owners(i) {
			g.edge(hub, i, "")
		}
	}
}

// chords returns how far apart two boxes, and a box and its hub, must be so that
// the largest of them do not overlap.
func (g *gvGraph) chords() (pitch, clear float64) {
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
	return math.Hypot(w, h), math.Hypot((w+hw)/2, (h+hh)/2)
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
			if f[1][0] == 's' {
				continue // a step on the way to a circle
			}
			i, err := strconv.Atoi(f[1])
			if err != nil || i < 0 || i >= len(g.boxes) {
				return fmt.Errorf("unexpected node %q in Graphviz's answer", f[1])
			}
			if g.boxes[i].Center, err = g.point(f[2], f[3]); err != nil {
				return err
			}
			placed++
		case len(f) >= 4 && f[0] == "edge" && g.engine == "dot" && len(g.boxes) <= routeMax:
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
		return fmt.Errorf("graphviz placed %d of %d nodes", placed, len(g.boxes))
	}
	for i, l := range g.lines {
		if path := routes[[2]int{l.From, l.To}]; len(path)%3 == 1 && len(path) > 1 {
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
