// Package dot writes a drawing as DOT, through gonum's encoder. The DOT has the places, so
// that Graphviz's "neato -n2" draws the same picture. [WriteSVG] gives it to Graphviz,
// which writes an SVG.
package dot

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/spatial/r2"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/iterator"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/dotid"
	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Write writes the drawing as DOT.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	return encode(ctx, w, d, opt, false)
}

// WriteSVG writes the drawing as the SVG that Graphviz makes of its DOT.
func WriteSVG(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	var text bytes.Buffer
	if err := encode(ctx, &text, d, opt, true); err != nil {
		return err
	}
	// The engine nop2 keeps the places.
	picture, err := gv.Run(ctx, text.Bytes(), "nop2", "svg")
	if err != nil {
		return err
	}
	_, err = w.Write(turnLabels(picture, d))
	return err
}

// encode writes the DOT of a drawing. For Graphviz's own SVG it is a page: title,
// subtitle and the corners of the canvas are nodes with places.
func encode(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options, page bool) error {
	text, err := dot.Marshal(newDotGraph(ctx, d, opt, page), "bacviz", "", "\t")
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	_, err = w.Write(compact(text))
	return err
}

// compact returns DOT without blank lines and without the semicolons at the ends of
// lines, which are optional. pydot up to version 1.4 takes the end of a line behind the
// semicolon of an edge for a node with the name \n. No name spans lines.
func compact(text []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(text) {
		if line = bytes.TrimRight(line, ";\n"); len(line) > 0 {
			b.Write(line)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// background returns the colour of the page for Graphviz.
func (g *dotGraph) background() string {
	if g.theme.Transparent {
		return "transparent"
	}
	return g.theme.Page
}

func attr(key, value string) encoding.Attribute { return encoding.Attribute{Key: key, Value: value} }

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func inches(points float64) string { return dotid.Quote(strconv.FormatFloat(points/72, 'f', 5, 64)) }

// A dotGraph is the drawing as a gonum graph, with its places as attributes.
type dotGraph struct {
	ctx       context.Context // when it has ended, the graph has no more attributes and edges
	d         *layout.Drawing
	opt       paint.Options
	theme     *theme.Theme
	page      bool
	neighbors [][]int64        // by node, ascending
	beside    map[int]r2.Vec   // by box, places of labels beside it if they are level
	lines     map[[2]int64]int // by the two nodes of a line, its index
}

func newDotGraph(ctx context.Context, d *layout.Drawing, opt paint.Options, page bool) *dotGraph {
	g := &dotGraph{
		ctx: ctx, d: d, opt: opt, theme: opt.Colors(), page: page, beside: levelPlaces(d),
		neighbors: make([][]int64, len(d.Boxes)), lines: make(map[[2]int64]int, len(d.Lines)),
	}
	for i := range interrupt.Range(ctx, len(d.Lines)) {
		from, to := int64(d.Lines[i].From), int64(d.Lines[i].To)
		g.lines[[2]int64{from, to}] = i
		g.neighbors[from], g.neighbors[to] = append(g.neighbors[from], to), append(g.neighbors[to], from)
	}
	for i := range g.neighbors {
		slices.Sort(g.neighbors[i])
	}
	return g
}

// Node returns the node with the ID, or nil.
func (g *dotGraph) Node(id int64) gonum.Node {
	if id < 0 || id >= int64(len(g.d.Boxes)) {
		return nil
	}
	return dotNode{id, g}
}

// From iterates over the neighbours of a node.
func (g *dotGraph) From(id int64) gonum.Nodes {
	if g.Node(id) == nil || len(g.neighbors[id]) == 0 || g.ctx.Err() != nil {
		return gonum.Empty
	}
	nodes := make([]gonum.Node, len(g.neighbors[id]))
	for i, n := range g.neighbors[id] {
		nodes[i] = dotNode{n, g}
	}
	return iterator.NewOrderedNodes(nodes)
}

// HasEdgeBetween reports whether two nodes share an edge.
func (g *dotGraph) HasEdgeBetween(u, v int64) bool {
	if g.Node(u) == nil {
		return false
	}
	_, found := slices.BinarySearch(g.neighbors[u], v)
	return found
}

// Edge returns the edge between two nodes, or nil.
func (g *dotGraph) Edge(u, v int64) gonum.Edge {
	if !g.HasEdgeBetween(u, v) {
		return nil
	}
	return dotEdge{u, v, g}
}

// DOTAttributers returns the attributes of the graph, of all nodes and of all edges.
func (g *dotGraph) DOTAttributers() (graphAttrs, nodeAttrs, edgeAttrs encoding.Attributer) {
	d := g.d
	title := dotid.Quote(d.Title.String)
	label := title[:len(title)-1] + `\n` + dotid.Quote(d.Subtitle.String)[1:]
	attrs := attributes{
		attr("bgcolor", dotid.Quote(g.background())), attr("bb", dotid.Quote("0,0,"+number(d.Width)+","+number(d.Height))),
		attr("fontname", "Helvetica"), attr("fontsize", "12"),
		attr("outputorder", "edgesfirst"), attr("splines", "line"), attr("inputscale", "72"), // pos is in points
	}
	if g.page {
		attrs = append(attrs, attr("pad", "0"))
	} else {
		attrs = append(attrs, attr("label", label), attr("labelloc", "t"), attr("labeljust", "l"))
	}
	graphAttrs = attrs
	nodeAttrs = attributes{
		// Outlines keep their sizes, although labels are larger with some fonts. With
		// fixedsize=true Graphviz would print a warning for each of these.
		attr("fixedsize", "shape"), attr("margin", "0"), attr("style", "filled"), attr("fontname", "Helvetica"),
	}
	color, width := paint.EdgeStyle(d, g.theme)
	edgeAttrs = attributes{attr("color", dotid.Quote(color)), attr("penwidth", number(width))}
	return graphAttrs, nodeAttrs, edgeAttrs
}

type attributes []encoding.Attribute

func (a attributes) Attributes() []encoding.Attribute { return a }

// Nodes iterates over the nodes, and then over those of the page.
func (g *dotGraph) Nodes() gonum.Nodes {
	nodes := make([]gonum.Node, len(g.d.Boxes))
	for i := range nodes {
		nodes[i] = dotNode{int64(i), g}
	}
	if g.page {
		for _, n := range g.pageNodes() {
			n.id, n.name = int64(len(nodes)), g.unused(n.name)
			nodes = append(nodes, n)
		}
	}
	return iterator.NewOrderedNodes(nodes)
}

// A dotText is a node for a text or a corner of the page.
type dotText struct {
	id   int64
	name string
	attributes
}

func (n dotText) ID() int64     { return n.id }
func (n dotText) DOTID() string { return dotid.Quote(n.name) }

// pageNodes returns nodes for the title, the subtitle, the notes, the labels beside boxes and
// the names of areas that are not clusters, and for two corners of the canvas, without which
// Graphviz would crop it.
func (g *dotGraph) pageNodes() []dotText {
	d := g.d
	corner := func(name string, p r2.Vec) dotText {
		return dotText{name: name, attributes: attributes{
			attr("pos", dotid.Quote(g.position(p)+"!")), attr("shape", "point"), attr("style", "invis"), attr("width", "0"), attr("height", "0"),
		}}
	}
	text := func(name, font, color string, t layout.Text) dotText {
		return dotText{name: name, attributes: attributes{
			attr("label", quoteLines(t.String)), attr("pos", dotid.Quote(g.position(t.Center)+"!")), attr("shape", "plaintext"), attr("style", `""`),
			attr("width", inches(t.Width)), attr("height", inches(t.Size)), attr("fontsize", number(t.Size)),
			attr("fontname", font), attr("fontcolor", dotid.Quote(color)), attr("class", name),
		}}
	}
	const half = 0.36 // of the smallest point of Graphviz
	nodes := []dotText{
		corner("corner1", r2.Vec{X: half, Y: half}), corner("corner2", r2.Vec{X: d.Width - half, Y: d.Height - half}),
		text("title", "Helvetica-Bold", g.theme.Title, d.Title),
		text("subtitle", "Helvetica", g.theme.Subtitle, d.Subtitle),
	}
	for i, n := range d.Notes {
		nodes = append(nodes, text("note"+strconv.Itoa(i+1), "Helvetica", g.theme.Subtitle, n))
	}
	for i := range d.Areas {
		if a := &d.Areas[i]; a.Name.String != "" && (a.Look == layout.Tag || a.Look == layout.Apart) {
			n := text("area"+strconv.Itoa(i+1), "Helvetica-Bold", g.theme.Title, a.Name)
			if a.Name.Angle != 0 {
				n.attributes = append(n.attributes, attr("id", dotid.Quote(turnedAreaID+strconv.Itoa(i))))
			}
			if a.Look == layout.Tag { // the lines that lead through it are below it
				n.attributes = append(n.attributes, attr("style", "filled"), attr("fillcolor", dotid.Quote(g.theme.Page)))
			}
			nodes = append(nodes, n)
		}
	}
	for i := range d.Boxes {
		if b := &d.Boxes[i]; b.Beside() {
			n := text("label"+strconv.Itoa(i+1), dotid.Quote(fontOf(b)), g.theme.Title, b.Label())
			if b.Label().Angle != 0 {
				n.attributes = append(n.attributes, attr("id", dotid.Quote(turnedID+strconv.Itoa(i))))
			}
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// unused returns name with primes until no node has it.
func (g *dotGraph) unused(name string) string {
	nodes := g.d.Diagram.Nodes
	for slices.ContainsFunc(nodes, func(n diagram.Node) bool { return display.Printable(n.ID) == name }) {
		name += "'"
	}
	return name
}

// position returns a place as Graphviz writes it, with y growing upward.
func (g *dotGraph) position(p r2.Vec) string {
	return number(p.X) + "," + number(paint.Round(g.d.Height-p.Y))
}

// A dotNode is a node of the drawing.
type dotNode struct {
	id int64
	g  *dotGraph
}

func (n dotNode) ID() int64     { return n.id }
func (n dotNode) DOTID() string { return dotid.Quote(n.g.d.Diagram.Nodes[n.id].ID) }

// Attributes returns the place, the size and the appearance of the node.
func (n dotNode) Attributes() []encoding.Attribute {
	if n.g.ctx.Err() != nil {
		return nil
	}
	fig, b := n.g.d.Diagram, &n.g.d.Boxes[n.id]
	appearance := paint.NodeAppearance(n.g.d, int(n.id))
	st := appearance.Style(n.g.theme)
	label, size := n.label(appearance, b)
	ink := st.Text
	attrs := attributes{attr("label", label)}
	if b.Beside() && !n.g.page {
		attrs, ink = attributes{attr("label", dotid.Quote(" ")), attr("xlabel", label)}, n.g.theme.Title
		if at, ok := n.g.beside[int(n.id)]; ok {
			attrs = append(attrs, attr("xlp", dotid.Quote(n.g.position(at))))
		}
	}
	attrs = append(attrs,
		attr("pos", dotid.Quote(n.g.position(b.Center)+"!")),
		attr("width", inches(b.W)), attr("height", inches(b.H)),
		attr("shape", shapeOf(b)), attr("style", dotid.Quote(styleOf(appearance, b))),
		attr("fillcolor", dotid.Quote(fillOf(appearance, n.g.theme))), attr("color", dotid.Quote(st.Stroke)), attr("penwidth", number(paint.Stroke(st, b))),
		attr("fontcolor", dotid.Quote(ink)), attr("fontname", dotid.Quote(fontOf(b))),
		attr("tooltip", dotid.Quote(strings.ReplaceAll(fig.Tooltip(int(n.id)), "\n", " · "))),
		attr("class", dotid.Quote("node "+appearance.Class.CSS())),
	)
	if link := n.g.opt.LinkTo(&fig.Nodes[n.id]); link != "" {
		attrs = append(attrs, attr("URL", dotid.Quote(link)))
	}
	return append(attrs, attr("fontsize", number(size)))
}

func shapeOf(b *layout.Box) string {
	if b.Shape == layout.Dot {
		return "circle"
	}
	return "box"
}

// fillOf returns the fill of a node, which for a tile has two stripes.
func fillOf(appearance paint.Appearance, t *theme.Theme) string {
	fill, level := appearance.Style(t).Fill, appearance.Level(t)
	switch share := paint.Round(appearance.Share.Share); {
	case level == "" || share == 0:
		return fill
	case share == 1:
		return level
	default:
		return level + ";" + number(share) + ":" + fill
	}
}

func styleOf(appearance paint.Appearance, b *layout.Box) string {
	style := "filled"
	if appearance.Share.Known {
		style = "striped"
	}
	if b.Shape == layout.Pill {
		style = "rounded,filled"
	}
	if line := appearance.Line.String(); line != "" {
		style += "," + line
	}
	return style
}

func fontOf(b *layout.Box) string {
	if b.Label().Bold {
		return "Helvetica-Bold"
	}
	return "Helvetica"
}

// quoteLines returns a text of one or two lines, quoted.
func quoteLines(s string) string {
	first, second, two := strings.Cut(s, "\n")
	label := dotid.Quote(first)
	if two {
		label = label[:len(label)-1] + `\n` + dotid.Quote(second)[1:]
	}
	return label
}

// label returns the quoted label of a box, and its font size. On a page, a label beside
// its box is a node of its own.
func (n dotNode) label(appearance paint.Appearance, b *layout.Box) (string, float64) {
	labelled := b.Label().String != "" && !(n.g.page && b.Beside())
	label := dotid.Quote(" ") // if it were empty, Graphviz would write the ID
	size := 1.                // so small that the blank fits, without a warning by Graphviz
	if labelled {
		label, size = quoteLines(b.Label().String), paint.Round(b.Label().Size)
		if d := b.Detail(); d.String != "" {
			label = label[:len(label)-1] + `\n` + dotid.Quote(d.String)[1:]
			// Both have one size, with which the second line is no wider than the box.
			size = paint.Round(min(b.Label().Size, d.Size*(b.W-0.6*b.Label().Size)/d.Width))
		}
	}
	// A second channel beside the colour, like the mark in other formats.
	if sign := appearance.Sign(n.g.theme, b); sign != "" {
		if labelled {
			label = `"` + sign + " " + label[1:]
		} else if s := paint.Round(1.6 * max(b.Mark().R, b.Badge().R) / float64(utf8.RuneCountInString(sign))); s > size {
			label, size = dotid.Quote(sign), s
		}
	}
	return label, size
}

// A dotEdge is a line of the drawing, in either direction.
type dotEdge struct {
	u, v int64
	g    *dotGraph
}

func (e dotEdge) From() gonum.Node         { return dotNode{e.u, e.g} }
func (e dotEdge) To() gonum.Node           { return dotNode{e.v, e.g} }
func (e dotEdge) ReversedEdge() gonum.Edge { return dotEdge{e.v, e.u, e.g} }

// Attributes returns the edge's path from tail to head as a spline, without which
// Graphviz would find one.
func (e dotEdge) Attributes() []encoding.Attribute {
	if e.g.ctx.Err() != nil {
		return nil
	}
	i, ok := e.g.lines[[2]int64{e.u, e.v}]
	reverse := !ok
	if reverse {
		i = e.g.lines[[2]int64{e.v, e.u}]
	}
	l := &e.g.d.Lines[i]
	attrs := attributes{attr("pos", dotid.Quote(e.g.spline(l, reverse)))}
	if r := e.g.d.Diagram.Edges[i].Run; r != nil {
		attrs = append(attrs, e.g.runAttributes(l, r)...)
	}
	return attrs
}

// spline returns the path of a line as a Bézier curve.
func (g *dotGraph) spline(l *layout.Line, reverse bool) string {
	path := slices.Clone(l.Path)
	if l.Chip > 0 { // Graphviz has no chips
		path = []r2.Vec{g.d.Boxes[l.From].Center, g.d.Boxes[l.To].Center}
	}
	if len(path) == 2 {
		a, b := path[0], path[1]
		third := func(t float64) r2.Vec {
			return r2.Vec{X: paint.Round(a.X + (b.X-a.X)*t), Y: paint.Round(a.Y + (b.Y-a.Y)*t)}
		}
		path = []r2.Vec{a, third(1. / 3), third(2. / 3), b}
	}
	if reverse {
		slices.Reverse(path)
	}
	places := make([]string, len(path))
	for i, p := range path {
		places[i] = g.position(p)
	}
	return strings.Join(places, " ")
}

func (g *dotGraph) runAttributes(l *layout.Line, r *diagram.Run) attributes {
	attrs := attributes{
		attr("color", dotid.Quote(g.theme.Runs[r.Outcome])), attr("penwidth", number(paint.Round(paint.RunWidth(g.d, r.Outcome)))),
		attr("tooltip", dotid.Quote(g.d.Diagram.RunTooltip(l.From, l.To, r))), attr("class", dotid.Quote("run run-"+r.Outcome.Name())),
	}
	if line := r.Outcome.Line().String(); line != "" {
		attrs = append(attrs, attr("style", line))
	}
	if c := l.Count; c != nil {
		attrs = append(attrs, attr("label", dotid.Quote(c.String)), attr("lp", dotid.Quote(g.position(c.Center))), attr("fontsize", number(paint.Round(c.Size))),
			attr("fontname", dotid.Quote("Helvetica-Bold")), attr("fontcolor", dotid.Quote(g.theme.Title)))
	}
	return attrs
}
