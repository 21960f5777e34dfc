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
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/gv"
)

// circleMax is the most nodes that twopi gets to put on one circle, and columnMax
// the most that dot gets in one column; more are spread over several.
const (
	circleMax = 60
	columnMax = 12
)

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
	w, h := g.usualSize()
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
		g.buf.WriteString("packmode=\"graph\"\n")
	case "osage":
		fmt.Fprintf(&g.buf, "pack=%d\n", int(g.gap))
	}
	tallest := 0.0 // of the nodes, which rows are as high as
	for i := range g.boxes {
		if b := &g.boxes[i]; g.inRows() && !b.Vertex.Hub {
			tallest = max(tallest, b.H)
		}
	}
	for i := range g.boxes {
		b := &g.boxes[i]
		high := b.H
		if !b.Vertex.Hub {
			high = max(high, tallest)
		}
		fmt.Fprintf(&g.buf, "%d [width=%s, height=%s]\n", i, inches((b.W+g.gap)/g.narrow()), inches(high+g.gap))
	}
	g.clusters()
	switch {
	case g.engine == "twopi":
		g.circles()
	case g.engine == "circo":
		g.cycles()
	case g.inRows():
		g.chains()
	default:
		g.edges()
	}
	g.buf.WriteString("}\n")
	return g.buf.Bytes()
}

// inRows reports whether the nodes stand in rows, each on a line of edges.
func (g *gvGraph) inRows() bool { return g.engine == "dot" && len(g.boxes) > columnMax }

func inches(points float64) string { return strconv.FormatFloat(points/72, 'f', 4, 64) }

func (g *gvGraph) edge(from, to any, attrs string) {
	fmt.Fprintf(&g.buf, "%v -- %v [%s]\n", from, to, attrs)
}

// edges writes the edges of the graph. A node that is not connected is kept near
// the hub that lists it.
func (g *gvGraph) edges() {
	for _, l := range g.lines {
		g.edge(l.From, l.To, "")
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
	w, h := g.usualSize()
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

// rows returns the nodes in rows for dot, each of nodes with the same hubs and, if
// they are grouped, of the same group.
func (g *gvGraph) rows() [][]int {
	var nodes []int
	for i := range g.boxes {
		if !g.boxes[i].Vertex.Hub && len(g.owners(i)) > 0 {
			nodes = append(nodes, i)
		}
	}
	order := func(a, b int) int {
		return cmp.Or(slices.Compare(g.owners(a), g.owners(b)), slices.Compare(g.boxes[a].Vertex.Group, g.boxes[b].Vertex.Group))
	}
	slices.SortStableFunc(nodes, order)
	var rows [][]int
	for start, end := 0, 0; start < len(nodes); start = end {
		for end = start; end < len(nodes) && order(nodes[start], nodes[end]) == 0; {
			end++
		}
		block := nodes[start:end]
		rows = slices.AppendSeq(rows, slices.Chunk(block, evenly(len(block), g.columns())))
	}
	return rows
}

// evenly returns how many of n go into each row of at most that many, so that
// the last is no shorter than it has to be.
func evenly(n, most int) int {
	rows := (n + most - 1) / most
	return (n + rows - 1) / rows
}

// chains stands for the edges of hubs with many nodes: in each row a node is held
// by the one before.
func (g *gvGraph) chains() {
	for _, row := range g.rows() {
		before := g.owners(row[0])[0]
		for _, i := range row {
			g.edge(before, i, "")
			before = i
		}
	}
}

// lanes leads the edges to the nodes of a row along below it, all of them on one
// line, so that none runs below a node.
func (g *gvGraph) lanes() {
	type lane struct{ left, y float64 }
	lanes := make(map[int]lane) // by node
	for _, row := range g.rows() {
		l := lane{math.Inf(1), math.Inf(-1)}
		for _, i := range row {
			b := &g.boxes[i]
			l.left = min(l.left, b.Center.X-b.W/2-g.gap)
			l.y = max(l.y, b.Center.Y+b.H/2+g.gap/2)
		}
		for _, i := range row {
			lanes[i] = l
		}
	}
	right := math.Inf(-1) // of the hubs
	for _, hub := range g.hubs {
		right = max(right, g.boxes[hub].Center.X+g.boxes[hub].W/2)
	}
	for i := range g.lines {
		line := &g.lines[i]
		l, ok := lanes[line.To]
		if !ok || l.left < right {
			continue
		}
		from, to := g.boxes[line.From].Center, g.boxes[line.To].Center
		start, enter, turn := Point{right, from.Y}, Point{l.left, l.y}, Point{to.X - g.gap, l.y}
		middle := (right + l.left) / 2
		line.Path = []Point{
			from, from, start, start,
			{middle, from.Y}, {middle, l.y}, enter,
			enter, turn, turn,
			{to.X, l.y}, {to.X, l.y}, to,
		}
	}
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
	var seps []float64 // from each circle to the next
	radius := 0.0      // of the last circle
	// grow adds circles that seat n nodes, the first of them at least the room
	// away from the last circle and reached over half a step; it returns how many.
	grow := func(n int, room float64) int {
		circles := 1
		if n > circleMax {
			circles = max(2, int(math.Sqrt(float64(n)/2/math.Pi)))
		}
		sectors := max(2, (n+circles-1)/circles)
		first := max(room, pitch/2/math.Sin(math.Pi/float64(sectors))-radius)
		seps = append(seps, first/2, first/2)
		for range circles - 1 {
			seps = append(seps, pitch)
		}
		radius += first + float64(circles-1)*pitch
		return circles
	}

	level := 0 // of the circle that the hubs stand on
	if together {
		slices.SortStableFunc(shared, func(a, b int) int { return slices.Compare(g.owners(a), g.owners(b)) })
		if len(shared) > 1 {
			g.dummy(sharedRoot)
			g.center(sharedRoot)
			g.spread(sharedRoot, shared, grow(len(shared), pitch/2))
		} else {
			g.center(strconv.Itoa(shared[0]))
		}
		seps = append(seps, clear+pitch)
		radius += clear + pitch
		level = len(seps)
		g.dummy(root)
		g.center(root)
	}
	most := 0
	for _, hub := range g.hubs {
		if most = max(most, len(own[hub])); together {
			most = len(g.boxes) - len(shared) - len(g.hubs)
		}
	}
	circles := grow(most, clear)
	for _, hub := range g.hubs {
		if together {
			g.edge(g.chain(root, hub, level-1), hub, "")
		} else {
			g.center(strconv.Itoa(hub))
		}
		g.spread(hub, own[hub], circles)
	}
	for i := range g.boxes {
		switch {
		case g.boxes[i].Vertex.Hub || len(g.owners(i)) > 0:
		case together:
			g.edge(g.chain(root, i, level+1), i, "")
		default:
			g.center(strconv.Itoa(i))
		}
	}

	g.buf.WriteString("ranksep=\"")
	for i, sep := range seps {
		if i > 0 {
			g.buf.WriteByte(':')
		}
		g.buf.WriteString(inches(sep))
	}
	g.buf.WriteString("\"\n")
}

// The invisible nodes that circles stand around begin with an s, as do the steps
// on the way to a circle.
const (
	root       = "s"
	sharedRoot = "ss"
)

// sharedToCenter moves the nodes that hubs share from around inner to around center.
func (g *gvGraph) sharedToCenter(center, inner Point) {
	_, shared := g.leaves()
	if len(shared) == 1 { // it has no circle
		inner = g.boxes[shared[0]].Center
	}
	for _, i := range shared {
		c := &g.boxes[i].Center
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
	room := g.gap
	for _, hub := range g.hubs {
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
	for _, hub := range g.hubs {
		nodes := own[hub]
		if len(nodes) < 3 {
			continue
		}
		var sum Point
		for _, i := range nodes {
			c := g.boxes[i].Center
			sum.X, sum.Y = sum.X+c.X, sum.Y+c.Y
		}
		n := float64(len(nodes))
		g.boxes[hub].Center = Point{sum.X / n, sum.Y / n}
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
	var center, inner Point // of twopi's circles, and of those for shared nodes
	routes := make(map[[2]int][]Point)
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
			case f[1][0] == 's': // a step on the way to a circle
			default:
				i, err := strconv.Atoi(f[1])
				if err != nil || i < 0 || i >= len(g.boxes) {
					return fmt.Errorf("unexpected node %q in Graphviz's answer", f[1])
				}
				g.boxes[i].Center = at
				placed++
			}
		case len(f) >= 4 && f[0] == "edge" && g.engine == "dot" && !g.inRows():
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
	switch {
	case g.engine == "twopi":
		g.sharedToCenter(center, inner)
	case g.engine == "circo":
		g.hubsToMiddle()
	case g.inRows():
		g.lanes()
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
