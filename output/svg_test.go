package output_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// element is any element of an SVG.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Inner   []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) number(t *testing.T, name string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(e.attr(name), 64)
	if err != nil {
		t.Fatalf("%s of %s: %v", name, e.XMLName.Local, err)
	}
	return x
}

// find returns the elements for which ok holds, in order.
func (e *element) find(ok func(*element) bool) (all []*element) {
	if ok(e) {
		all = append(all, e)
	}
	for i := range e.Inner {
		all = append(all, e.Inner[i].find(ok)...)
	}
	return all
}

func parseSVG(t *testing.T, text []byte) *element {
	t.Helper()
	var root element
	dec := xml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&root); err != nil {
		t.Fatalf("not XML: %v", err)
	}
	if rest := text[dec.InputOffset():]; len(bytes.TrimSpace(rest)) > 0 {
		t.Fatalf("something after the root: %q", rest)
	}
	return &root
}

func classIs(words ...string) func(*element) bool {
	return func(e *element) bool {
		have := strings.Fields(e.attr("class"))
		for _, w := range words {
			if !strings.Contains(" "+strings.Join(have, " ")+" ", " "+w+" ") {
				return false
			}
		}
		return true
	}
}

func TestSVGTellsWhatItShows(t *testing.T) {
	d := draw(t, everyState(), layout.Options{})
	root := parseSVG(t, write(t, d, "svg", output.Options{}))
	if root.attr("role") != "img" || root.attr("width") != "1200" || root.attr("viewBox") != "0 0 864 576" {
		t.Errorf("the root has %v", root.Attrs)
	}
	if root.Inner[0].XMLName.Local != "title" || root.Inner[1].XMLName.Local != "desc" {
		t.Error("the first elements are not title and desc")
	}
	if want := "4 of 6 compute nodes connected, drawn around the orchestrator hub; also drawn: 1 disconnected, 1 pending approval, 1 rejected."; root.Inner[1].Text != want {
		t.Errorf("desc %q, want %q", root.Inner[1].Text, want)
	}
	grouped := drawing(t, everyState(), graph.Options{GroupBy: []string{"region"}, ColorBy: "region"}, layout.Options{})
	if got, want := parseSVG(t, write(t, grouped, "svg", output.Options{})).Inner[1].Text, "; in 1 group: <eu> & 'co' (4); colours stand for region."; !strings.HasSuffix(got, want) {
		t.Errorf("desc %q, want it to end in %q", got, want)
	}
	nodes := root.find(classIs("node"))
	if len(nodes) != len(d.Diagram.Nodes) {
		t.Fatalf("%d nodes, want %d", len(nodes), len(d.Diagram.Nodes))
	}
	for i, n := range nodes {
		b := d.Boxes[i]
		if !strings.HasPrefix(n.Inner[0].Text, display.Printable(d.Diagram.Nodes[i].ID)+"\n") {
			t.Errorf("node %d: tooltip %q", i, n.Inner[0].Text)
		}
		r := n.Inner[1]
		if x, y := r.number(t, "x")+r.number(t, "width")/2, r.number(t, "y")+r.number(t, "height")/2; math.Hypot(x-b.Center.X, y-b.Center.Y) > 0.02 {
			t.Errorf("node %d at %g, %g, want %v", i, x, y, b.Center)
		}
	}
	for _, class := range []string{"hub", "requester", "compute", "off", "pending", "rejected"} {
		if len(root.find(classIs("node", class))) == 0 {
			t.Errorf("no node of class %s", class)
		}
	}
	if n := len(root.find(classIs("node", "dashed"))); n != 2 {
		t.Errorf("%d dashed nodes, want the two disconnected", n)
	}
	if script := root.find(func(e *element) bool { return e.XMLName.Local == "script" }); len(script) > 0 {
		t.Error("a name became a script")
	}
}

// TestGraphvizDrawsTheSamePlaces holds our SVG against the one that Graphviz
// writes of the same drawing.
// If colours stand for regions, the yellow of pending nodes could be a region's.
func TestStatesHaveNoColourWhereColoursStandForSomethingElse(t *testing.T) {
	d := drawing(t, everyState(), graph.Options{All: true, ColorBy: "region"}, layout.Options{})
	root := parseSVG(t, write(t, d, "svg", output.Options{}))
	for _, class := range []string{"pending", "rejected", "off"} {
		if n := len(root.find(classIs(class))); n > 0 {
			t.Errorf("%d things are drawn in the colours of %s", n, class)
		}
	}
	legend := root.find(classIs("legend"))[0]
	marks := 0
	for _, e := range legend.find(classIs("unknown")) {
		marks += len(e.find(classIs("mark")))
	}
	if dashed := len(legend.find(classIs("unknown", "dashed"))); marks != 3 || dashed != 1 { // a circle, its hands, a cross
		t.Errorf("the legend has %d parts of marks and %d dashed outlines without a colour, want 3 and 1", marks, dashed)
	}
}

func TestGraphvizDrawsTheSamePlaces(t *testing.T) {
	for _, n := range []int{6, 30, 200} {
		d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: n}), layout.Options{Engine: "rings"})
		root := parseSVG(t, write(t, d, "svg", output.Options{Graphviz: true}))
		// Graphviz's origin is at the bottom left: the graph's group moves it.
		var dx, dy float64
		if _, err := fmt.Sscanf(regexp.MustCompile(`translate\(.*?\)`).FindString(root.Inner[0].attr("transform")), "translate(%g %g)", &dx, &dy); err != nil {
			t.Fatal(err)
		}
		nodes := root.find(func(e *element) bool {
			return classIs("node", "compute")(e) || classIs("node", "hub")(e)
		})
		if texts := root.find(classIs("node", "title")); len(texts) != 1 {
			t.Errorf("%d titles", len(texts))
		}
		if len(nodes) != n+1 {
			t.Fatalf("%d nodes, want %d", len(nodes), n+1)
		}
		for i, g := range nodes {
			b := d.Boxes[i]
			x, y, w, h := extent(t, g)
			if math.Abs(x+dx-b.Center.X) > 0.1 || math.Abs(y+dy-b.Center.Y) > 0.1 || math.Abs(w-b.W) > 0.2 || math.Abs(h-b.H) > 0.2 {
				t.Errorf("%d nodes: node %d is at %g, %g, %g×%g, want %v, %g×%g", n, i, x+dx, y+dy, w, h, b.Center, b.W, b.H)
			}
		}
		if edges := root.find(classIs("edge")); len(edges) != len(d.Diagram.Edges) {
			t.Errorf("%d edges, want %d", len(edges), len(d.Diagram.Edges))
		}
	}
}

// extent returns the centre and the size of the path or ellipse in a group.
func extent(t *testing.T, g *element) (x, y, w, h float64) {
	t.Helper()
	outlines := g.find(func(e *element) bool { return e.XMLName.Local == "path" || e.XMLName.Local == "ellipse" })
	if len(outlines) == 0 {
		t.Fatal("a node without an outline")
	}
	e := outlines[0]
	if e.XMLName.Local == "ellipse" {
		return e.number(t, "cx"), e.number(t, "cy"), 2 * e.number(t, "rx"), 2 * e.number(t, "ry")
	}
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range regexp.MustCompile(`(-?[\d.]+),(-?[\d.]+)`).FindAllStringSubmatch(e.attr("d"), -1) {
		px, _ := strconv.ParseFloat(p[1], 64)
		py, _ := strconv.ParseFloat(p[2], 64)
		x0, x1, y0, y1 = min(x0, px), max(x1, px), min(y0, py), max(y1, py)
	}
	return (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
}

// Colour must not be the only channel for a value, whatever the node's state is: pending and rejected
// nodes keep the mark of their value, and have a badge besides.
func TestStatesLeaveTheMarkOfAValue(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 30, Pending: 0.15, Rejected: 0.12})
	build := func(by string) *layout.Drawing {
		return drawing(t, snap, graph.Options{All: true, ColorBy: by}, layout.Options{})
	}
	d := build("region")
	type node struct {
		Class  string `xml:"class,attr"`
		Glyphs []struct {
			Class string `xml:"class,attr"`
		} `xml:"path"`
		Badges []struct {
			Class string `xml:"class,attr"`
		} `xml:"g"`
	}
	var picture struct {
		Groups []struct {
			Class string `xml:"class,attr"`
			Nodes []node `xml:"g"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(write(t, d, "svg", output.Options{}), &picture); err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, g := range picture.Groups {
		for i, n := range g.Nodes {
			if g.Class != "nodes" || !strings.Contains(n.Class, "compute") {
				continue
			}
			if len(n.Glyphs) == 0 || n.Glyphs[0].Class != "glyph" {
				t.Errorf("node %d has no mark of its value: %+v", i, n)
			}
			want := map[diagram.Class]string{diagram.ClassPending: "◷", diagram.ClassRejected: "✗"}[d.Diagram.Nodes[i].Class]
			if got := len(n.Badges); got != utf8.RuneCountInString(want) {
				t.Errorf("node %d has %d badges, want %q", i, got, want)
			}
			states[want]++
		}
	}
	if len(states) != 3 {
		t.Errorf("the nodes have the states %v, want some of each and some without", states)
	}
	dot := string(write(t, d, "dot", output.Options{}))
	for _, signs := range []string{"●◷", "■✗"} {
		if !strings.Contains(dot, signs) {
			t.Errorf("no node of the DOT has the signs %s", signs)
		}
	}
	for i, b := range build(graph.FieldMembership).Boxes {
		if b.Badge().R > 0 {
			t.Errorf("node %d has a badge for the state that its colour stands for", i)
		}
	}
}

// The name of a group can be read where an edge runs below it: letters have a halo in
// the colour of the page.
func TestNamesOfGroupsStandOutFromEdges(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 12})
	d := drawing(t, snap, graph.Options{GroupBy: []string{"region"}}, layout.Options{Engine: "rings"})
	name := d.Areas[0].Name
	left, right := name.Left(), name.Left()+name.Width
	for i := range d.Lines { // all below the name
		d.Lines[i].Path = []r2.Vec{{X: left - 20, Y: name.Center.Y}, {X: right + 20, Y: name.Center.Y}}
	}
	edge := color.RGBA{0x94, 0xa3, 0xb3, 255}
	const scale = 4
	below := func() int {
		img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{Scale: scale})))
		if err != nil {
			t.Fatal(err)
		}
		at := func(x, y float64) image.Point {
			return image.Pt(int(x*scale*layout.PixelsPerPoint), int(y*scale*layout.PixelsPerPoint))
		}
		return count(img, image.Rectangle{at(left, name.Center.Y-2), at(right, name.Center.Y+2)}, edge)
	}
	named := below()
	svg := string(write(t, d, "svg", output.Options{}))
	d.Areas[0].Name.String = ""
	if bare := below(); bare < 500 || named > bare/5 {
		t.Errorf("%d pixels of the edge are seen through the name, and %d without it", named, bare)
	}
	for _, rule := range []string{".groupname{paint-order:stroke;", ".groupname{stroke:#ffffff}", ".groupname{stroke:#10161d}"} {
		if !strings.Contains(svg, rule) {
			t.Errorf("the SVG has no rule %s", rule)
		}
	}
}

// Tooltips of many thousand nodes would take more bytes than their picture. A page makes them
// of its data where its script places the nodes.
func TestTooltipsOfManyThousandNodesAreLeftToThePage(t *testing.T) {
	d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 5200}), layout.Options{})
	svg := write(t, d, "svg", output.Options{})
	if n := bytes.Count(svg, []byte("<title>")); n > 5 || len(svg) > 220*len(d.Boxes) {
		t.Errorf("%d titles and %d bytes for %d nodes", n, len(svg), len(d.Boxes))
	}
	rings := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 5200}), layout.Options{Engine: "rings"})
	for _, c := range []struct {
		d    *layout.Drawing
		most bool
	}{{d, false}, {rings, true}} {
		if n := bytes.Count(write(t, c.d, "html", output.Options{}), []byte("<title>")); (n > len(d.Boxes)) != c.most {
			t.Errorf("the page by %s has %d titles for %d nodes", c.d.Engine, n, len(d.Boxes))
		}
	}
}
