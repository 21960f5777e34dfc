package output

// This file writes DOT through gonum's encoder, with the places in it, so that
// Graphviz's "neato -n2" redraws the same picture.

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/iterator"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/dotid"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
)

func writeDOT(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	return encodeDOT(w, d, opt, false)
}

// encodeDOT writes the DOT of a drawing; as a page, with title, subtitle and
// canvas at their places, it is for Graphviz's own renderer.
func encodeDOT(w io.Writer, d *layout.Drawing, opt Options, page bool) error {
	g := &dotGraph{d: d, theme: opt.theme(), link: opt.Link, page: page, Topology: d.Topology, lines: make(map[[2]int64]*layout.Line, len(d.Lines))}
	for i := range d.Lines {
		l := &d.Lines[i]
		g.lines[[2]int64{int64(l.From), int64(l.To)}] = l
	}
	text, err := dot.Marshal(g, "bacviz", "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func attr(key, value string) encoding.Attribute { return encoding.Attribute{Key: key, Value: value} }

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func inches(points float64) string { return dotid.Quote(strconv.FormatFloat(points/72, 'f', 5, 64)) }

// dotGraph is the topology with the drawing's places as attributes.
type dotGraph struct {
	*graph.Topology
	theme *Theme
	link  string
	page  bool
	d     *layout.Drawing
	lines map[[2]int64]*layout.Line
}

// DOTAttributers gives the attributes of the graph, of all nodes and of all edges.
func (g *dotGraph) DOTAttributers() (graphAttrs, nodeAttrs, edgeAttrs encoding.Attributer) {
	d := g.d
	title := dotid.Quote(d.Title.String)
	label := title[:len(title)-1] + `\n` + dotid.Quote(d.Subtitle.String)[1:]
	attrs := attributes{
		attr("bgcolor", dotid.Quote(g.theme.page)), attr("bb", dotid.Quote("0,0,"+number(d.Width)+","+number(d.Height))),
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
		// The outline has its size whatever the label's, of which other fonts may make more
		// than there is room for: with fixedsize=true Graphviz would warn of each.
		attr("fixedsize", "shape"), attr("margin", "0"), attr("style", "filled"), attr("fontname", "Helvetica"),
	}
	color, width := g.theme.edgeStyle(d)
	edgeAttrs = attributes{attr("color", dotid.Quote(color)), attr("penwidth", number(width))}
	return graphAttrs, nodeAttrs, edgeAttrs
}

type attributes []encoding.Attribute

func (a attributes) Attributes() []encoding.Attribute { return a }

func (g *dotGraph) nodes(from gonum.Nodes) gonum.Nodes {
	var nodes []gonum.Node
	for from.Next() {
		nodes = append(nodes, dotNode{from.Node().(*graph.Vertex), g})
	}
	return iterator.NewOrderedNodes(nodes)
}

func (g *dotGraph) Nodes() gonum.Nodes {
	if !g.page {
		return g.nodes(g.Topology.Nodes())
	}
	all := gonum.NodesOf(g.nodes(g.Topology.Nodes()))
	for _, n := range g.pageNodes() {
		n.id, n.name = int64(len(all)), g.unused(n.name)
		all = append(all, n)
	}
	return iterator.NewOrderedNodes(all)
}

// dotText is a node that stands for something on the page.
type dotText struct {
	id   int64
	name string
	attributes
}

func (n dotText) ID() int64     { return n.id }
func (n dotText) DOTID() string { return dotid.Quote(n.name) }

// pageNodes are the title, the subtitle and the notes, and the corners of the canvas, which
// keep Graphviz from cutting it down to the drawing.
func (g *dotGraph) pageNodes() []dotText {
	d := g.d
	corner := func(name string, p layout.Point) dotText {
		return dotText{name: name, attributes: attributes{
			attr("pos", dotid.Quote(g.flip(p)+"!")), attr("shape", "point"), attr("style", "invis"), attr("width", "0"), attr("height", "0"),
		}}
	}
	text := func(name, font, color string, t layout.Text) dotText {
		return dotText{name: name, attributes: attributes{
			attr("label", dotid.Quote(t.String)), attr("pos", dotid.Quote(g.flip(t.Center)+"!")), attr("shape", "plaintext"), attr("style", `""`),
			attr("width", inches(t.Width)), attr("height", inches(t.Size)), attr("fontsize", number(t.Size)),
			attr("fontname", font), attr("fontcolor", dotid.Quote(color)), attr("class", name),
		}}
	}
	const half = 0.36 // the least that Graphviz makes a point
	nodes := []dotText{
		corner("corner1", layout.Point{X: half, Y: half}), corner("corner2", layout.Point{X: d.Width - half, Y: d.Height - half}),
		text("title", "Helvetica-Bold", g.theme.title, d.Title),
		text("subtitle", "Helvetica", g.theme.subtitle, d.Subtitle),
	}
	for i, n := range d.Notes {
		nodes = append(nodes, text("note"+strconv.Itoa(i+1), "Helvetica", g.theme.subtitle, n))
	}
	return nodes
}

// unused makes a name that no node has.
func (g *dotGraph) unused(name string) string {
	for i := 0; i < g.Topology.Len(); i++ {
		if display.Printable(g.Vertex(i).NodeID()) == name {
			name, i = name+"'", -1
		}
	}
	return name
}

func (g *dotGraph) From(id int64) gonum.Nodes  { return g.nodes(g.Topology.From(id)) }
func (g *dotGraph) Edge(u, v int64) gonum.Edge { return dotEdge{g.Topology.Edge(u, v), g} }
func (g *dotGraph) flip(p layout.Point) string {
	return number(p.X) + "," + number(roundTo(g.d.Height-p.Y))
}
func roundTo(x float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 2, 64), 64)
	return v
}

type dotNode struct {
	*graph.Vertex
	g *dotGraph
}

func (n dotNode) DOTID() string { return dotid.Quote(n.NodeID()) }

func (n dotNode) Attributes() []encoding.Attribute {
	b := &n.g.d.Boxes[n.ID()]
	l := lookOf(n.g.d, b)
	st := l.style(n.g.theme)
	shape, class := "box", "rounded,filled"
	switch b.Shape {
	case layout.Dot:
		shape, class = "circle", "filled"
	case layout.Card:
		class = "filled"
	}
	if l.dashed {
		class += ",dashed"
	}
	font := "Helvetica"
	if b.Label.Face == typeface.Bold {
		font += "-Bold"
	}
	label := dotid.Quote(" ") // Graphviz takes an empty one for the ID
	if b.Label.String != "" {
		first, second, two := strings.Cut(b.Label.String, "\n")
		label = dotid.Quote(first)
		if two {
			label = label[:len(label)-1] + `\n` + dotid.Quote(second)[1:]
		}
	}
	size := 1. // the least: in a larger one the blank would not fit, of which Graphviz warns
	if b.Label.String != "" {
		size = roundTo(b.Label.Size)
	}
	// A second channel beside the colour, where others have a mark.
	if sign := l.sign(n.g.theme, b); sign != "" {
		if b.Label.String != "" {
			label = `"` + sign + " " + label[1:]
		} else if s := roundTo(1.6 * max(b.Mark.R, b.Badge.R) / float64(utf8.RuneCountInString(sign))); s > size {
			label, size = dotid.Quote(sign), s
		}
	}
	attrs := attributes{
		attr("label", label),
		attr("pos", dotid.Quote(n.g.flip(b.Center)+"!")),
		attr("width", inches(b.W)), attr("height", inches(b.H)),
		attr("shape", shape), attr("style", dotid.Quote(class)),
		attr("fillcolor", dotid.Quote(st.fill)), attr("color", dotid.Quote(st.stroke)), attr("penwidth", number(strokeOf(st, b))),
		attr("fontcolor", dotid.Quote(st.text)), attr("fontname", dotid.Quote(font)),
		attr("tooltip", dotid.Quote(strings.ReplaceAll(tooltip(n.Vertex), "\n", " · "))),
		attr("class", dotid.Quote("node "+kindClasses[l.kind])),
	}
	if link := linkTo(n.g.link, n.Vertex); link != "" {
		attrs = append(attrs, attr("URL", dotid.Quote(link)))
	}
	return append(attrs, attr("fontsize", number(size)))
}

type dotEdge struct {
	gonum.Edge
	g *dotGraph
}

// Attributes gives the edge's route from its tail to its head, as a spline:
// without one Graphviz would find its own.
func (e dotEdge) Attributes() []encoding.Attribute {
	u, v := e.From().ID(), e.To().ID()
	l, reverse := e.g.lines[[2]int64{u, v}], false
	if l == nil {
		l, reverse = e.g.lines[[2]int64{v, u}], true
	}
	if l == nil {
		return nil
	}
	path := slices.Clone(l.Path)
	if len(path) == 2 {
		a, b := path[0], path[1]
		third := func(t float64) layout.Point {
			return layout.Point{X: roundTo(a.X + (b.X-a.X)*t), Y: roundTo(a.Y + (b.Y-a.Y)*t)}
		}
		path = []layout.Point{a, third(1. / 3), third(2. / 3), b}
	}
	if reverse {
		slices.Reverse(path)
	}
	places := make([]string, len(path))
	for i, p := range path {
		places[i] = e.g.flip(p)
	}
	attrs := attributes{attr("pos", dotid.Quote(strings.Join(places, " ")))}
	if r := l.Run; r != nil {
		attrs = append(attrs, attr("color", dotid.Quote(e.g.theme.runs[r.Outcome])), attr("penwidth", number(roundTo(runWidth(e.g.d, r.Outcome)))),
			attr("tooltip", dotid.Quote(runTooltip(e.g.d, l))), attr("class", dotid.Quote("run run-"+outcomeName(r.Outcome))))
		switch r.Outcome {
		case graph.Running, graph.Cancelled, graph.Unknown:
			attrs = append(attrs, attr("style", "dashed"))
		case graph.Waiting, graph.Rejected:
			attrs = append(attrs, attr("style", "dotted"))
		}
		if c := l.Count; c.String != "" {
			attrs = append(attrs, attr("label", dotid.Quote(c.String)), attr("lp", dotid.Quote(e.g.flip(c.Center))), attr("fontsize", number(roundTo(c.Size))),
				attr("fontname", dotid.Quote("Helvetica-Bold")), attr("fontcolor", dotid.Quote(e.g.theme.title)))
		}
	}
	return attrs
}
