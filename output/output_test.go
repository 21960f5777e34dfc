package output_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func draw(t testing.TB, snap cluster.Snapshot, opt layout.Options) *layout.Drawing {
	t.Helper()
	d, err := layout.Arrange(context.Background(), graph.Build(snap, graph.Options{All: true}), opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func write(t testing.TB, d *layout.Drawing, format string, opt output.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := output.Write(context.Background(), &b, d, format, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// odd has a node in each state, and names that try to break out.
func odd() cluster.Snapshot {
	node := func(id string, c cluster.Connection, m cluster.Membership) cluster.Node {
		return cluster.Node{ID: id, Type: cluster.Compute, Labels: map[string]string{"region": "<eu> & 'co'"},
			Sightings: []cluster.Sighting{{Connection: c, Membership: m}}}
	}
	return cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
		{ID: "hub", Type: cluster.Requester, Version: "v1.9.3"},
		{ID: "old hub", Type: cluster.Requester},
		node("n-0001", cluster.Connected, cluster.Approved),
		node("n-0002", cluster.Disconnected, cluster.Approved),
		node("n-0003", cluster.Connected, cluster.Pending),
		node("n-0004", cluster.Disconnected, cluster.Rejected),
		node(`<script>"&'`, cluster.Connected, cluster.Approved),
		node("a\x1b[31m\u202eb\n\\", cluster.Connected, cluster.Approved),
	}})
}

func TestGoldens(t *testing.T) {
	d := draw(t, odd(), layout.Options{Title: `Every state, & <hostile> "names"`})
	for _, format := range []string{"svg", "dot", "json"} {
		golden.Check(t, filepath.Join("testdata", "odd."+format), write(t, d, format, output.Options{}))
	}
}

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
	d := draw(t, odd(), layout.Options{})
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
	grouped := drawing(t, odd(), graph.Options{GroupBy: []string{"region"}, ColorBy: "region"}, layout.Options{})
	if got, want := parseSVG(t, write(t, grouped, "svg", output.Options{})).Inner[1].Text, "; in 1 group: <eu> & 'co' (4); colours stand for region."; !strings.HasSuffix(got, want) {
		t.Errorf("desc %q, want it to end in %q", got, want)
	}
	nodes := root.find(classIs("node"))
	if len(nodes) != d.Topology.Len() {
		t.Fatalf("%d nodes, want %d", len(nodes), d.Topology.Len())
	}
	for i, n := range nodes {
		b := d.Boxes[i]
		if !strings.HasPrefix(n.Inner[0].Text, display.Printable(b.Vertex.NodeID())+"\n") {
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
// Where colours stand for regions, the yellow of what is pending would be a region's.
func TestStatesHaveNoColourWhereColoursStandForSomethingElse(t *testing.T) {
	d := drawing(t, odd(), graph.Options{All: true, ColorBy: "region"}, layout.Options{})
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
	if dashed := len(legend.find(classIs("unknown", "dashed"))); marks != 3 || dashed != 1 { // a ring, its hands, a cross
		t.Errorf("the legend has %d parts of marks and %d dashed outlines without a colour, want 3 and 1", marks, dashed)
	}
}

func TestGraphvizDrawsTheSamePlaces(t *testing.T) {
	for _, n := range []int{6, 30, 200} {
		if testing.Short() && n > 30 {
			continue // a child process, which package gv has tests of
		}
		d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: n}), layout.Options{})
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
		if edges := root.find(classIs("edge")); len(edges) != d.Topology.EdgeCount() {
			t.Errorf("%d edges, want %d", len(edges), d.Topology.EdgeCount())
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

// TestPNGHasEdges looks for the colour of the edges along each spoke, which
// Graphviz's own PNG lacks.
func TestPNGHasEdges(t *testing.T) {
	for _, hubs := range []int{1, 3} {
		for _, n := range []int{1, 2, 6, 30, 200, 2000} {
			if testing.Short() && n > 200 {
				continue
			}
			t.Run(fmt.Sprintf("%d hubs/%d nodes", hubs, n), func(t *testing.T) {
				d := draw(t, clustertest.Snapshot(5, clustertest.Options{Nodes: n, Hubs: hubs}), layout.Options{})
				img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{})))
				if err != nil {
					t.Fatal(err)
				}
				if b := img.Bounds(); b.Dx() != 1200 || b.Dy() != 800 {
					t.Errorf("%v, want 1200×800", b)
				}
				for _, l := range d.Lines {
					// Among 2,000 nodes spokes pass close by other boxes' rims.
					least := 0.9
					if len(d.Lines) > 300 {
						least = 0.5
					}
					if seen, all := follow(img, d, l); float64(seen) < least*float64(all) {
						t.Errorf("the edge to %s shows at %d of %d places", d.Boxes[l.To].Vertex.Label, seen, all)
					}
				}
				for i := range d.Boxes {
					b := &d.Boxes[i]
					// Between the label and the outline a pill has its fill.
					at := r2.Vec{X: b.Center.X, Y: b.Center.Y - b.H*0.36}
					if c := pixel(img, at); near(c, color.White) {
						t.Errorf("the box of %s is not filled: %v", b.Vertex.Label, c)
					}
				}
			})
		}
	}
}

// follow samples a line wherever no box covers it, and counts the samples that
// have ink on or next to them.
func follow(img image.Image, d *layout.Drawing, l layout.Line) (seen, all int) {
	from, to := l.Path[0], l.Path[len(l.Path)-1]
	const steps = 60
	for k := range steps {
		f := float64(k) / steps
		p := r2.Vec{X: from.X + (to.X-from.X)*f, Y: from.Y + (to.Y-from.Y)*f}
		covered := false
		for i := range d.Boxes {
			b := &d.Boxes[i]
			if math.Abs(p.X-b.Center.X) < b.W/2+2 && math.Abs(p.Y-b.Center.Y) < b.H/2+2 {
				covered = true
				break
			}
		}
		if covered {
			continue
		}
		all++
		for _, off := range []r2.Vec{{}, {X: 0.5}, {X: -0.5}, {Y: 0.5}, {Y: -0.5}} {
			if edgeColored(pixel(img, r2.Vec{X: p.X + off.X, Y: p.Y + off.Y}), len(d.Lines)) {
				seen++
				break
			}
		}
	}
	return seen, all
}

// edgeColored reports whether a pixel has the colour of the edges, or a blend of
// it with the white page that has as much of the edge as its width suggests.
func edgeColored(c color.Color, edges int) bool {
	edge, least := [3]float64{0x94, 0xa3, 0xb3}, 0.33
	if edges > 300 {
		edge, least = [3]float64{0xc2, 0xcb, 0xd5}, 0.08 // fainter and thinner where there are many
	}
	r, g, b, _ := c.RGBA()
	got := [3]float64{float64(r >> 8), float64(g >> 8), float64(b >> 8)}
	part := (255 - got[0]) / (255 - edge[0])
	if part < least || part > 1.15 {
		return false
	}
	for i := range got {
		if math.Abs(got[i]-(255-part*(255-edge[i]))) > 16 {
			return false
		}
	}
	return true
}

func pixel(img image.Image, p r2.Vec) color.Color {
	return img.At(int(p.X*layout.PixelsPerPoint), int(p.Y*layout.PixelsPerPoint))
}

func near(a, b color.Color) bool {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	d := func(x, y uint32) float64 { return math.Abs(float64(x)-float64(y)) / 257 }
	return d(r, r2) < 8 && d(g, g2) < 8 && d(bl, b2) < 8
}

func TestScaleMultipliesPixels(t *testing.T) {
	d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 3}), layout.Options{})
	cfg, err := png.DecodeConfig(bytes.NewReader(write(t, d, "png", output.Options{Scale: 2})))
	if err != nil || cfg.Width != 2400 || cfg.Height != 1600 {
		t.Errorf("%d×%d, %v; want 2400×1600", cfg.Width, cfg.Height, err)
	}
	if root := parseSVG(t, write(t, d, "svg", output.Options{Scale: 2})); root.attr("width") != "2400" {
		t.Errorf("SVG is %s wide, want 2400", root.attr("width"))
	}
}

func TestRefusals(t *testing.T) {
	d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 3}), layout.Options{Width: 20000, Height: 20000})
	for _, c := range []struct {
		format string
		opt    output.Options
		want   string
	}{
		{"bmp", output.Options{}, `unknown format "bmp" (have `},
		{"png", output.Options{Graphviz: true}, "renderer graphviz writes svg only, not png"},
		{"png", output.Options{Scale: math.NaN()}, "scale NaN is not between 0.1 and 20"},
		{"png", output.Options{}, "over the limit"},
	} {
		var b bytes.Buffer
		err := output.Write(context.Background(), &b, d, c.format, c.opt)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %+v: %v, want %s", c.format, c.opt, err, c.want)
		}
		if b.Len() > 0 {
			t.Errorf("%s %+v: %d bytes written all the same", c.format, c.opt, b.Len())
		}
	}
}

func TestJSONIsNodeLink(t *testing.T) {
	d := draw(t, odd(), layout.Options{Engine: "rings"})
	var doc struct {
		Directed, Multigraph *bool
		Graph                struct {
			Title, Engine string
			Hubs          []string
			Width, Height float64
		}
		Nodes []struct {
			ID, Label, Role, Connection, Membership string
			Hub                                     bool
			Labels                                  map[string]string
			X, Y, Width, Height                     float64
		}
		Links []struct{ Source, Target string }
	}
	dec := json.NewDecoder(bytes.NewReader(write(t, d, "json", output.Options{})))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if doc.Directed == nil || *doc.Directed || doc.Multigraph == nil || *doc.Multigraph {
		t.Error("directed and multigraph are not both given as false")
	}
	if diff := cmp.Diff([]string{"hub"}, doc.Graph.Hubs); diff != "" || doc.Graph.Engine != "rings" || doc.Graph.Width != 864 {
		t.Errorf("graph: %+v %s", doc.Graph, diff)
	}
	for i, n := range doc.Nodes {
		b := d.Boxes[i]
		if n.ID != b.Vertex.NodeID() || n.X != b.Center.X || n.Y != b.Center.Y || n.Width != b.W || n.Labels == nil {
			t.Errorf("node %d: %+v", i, n)
		}
		if i > 0 && doc.Nodes[i-1].ID >= n.ID {
			t.Errorf("nodes are not sorted: %q before %q", doc.Nodes[i-1].ID, n.ID)
		}
	}
	if len(doc.Links) != 4 {
		t.Errorf("%d links, want 4", len(doc.Links))
	}
}

// TestNetworkxReadsTheJSON runs networkx, the library that the format is named
// after.
func TestNetworkxReadsTheJSON(t *testing.T) {
	python := tool(t, "/usr/bin/python3", "-c", "import networkx")
	file := filepath.Join(t.TempDir(), "topology.json")
	d := draw(t, odd(), layout.Options{})
	if err := os.WriteFile(file, write(t, d, "json", output.Options{}), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `
import json, sys
from networkx.readwrite import json_graph
g = json_graph.node_link_graph(json.load(open(sys.argv[1])))
print(g.number_of_nodes(), g.number_of_edges(), g.is_directed(), g.graph["hubs"])`, file).CombinedOutput()
	if want := "8 4 False ['hub']\n"; err != nil || string(out) != want {
		t.Errorf("%s%v, want %s", out, err, want)
	}
}

// tool returns the path of a program that plain Go machines lack, or skips the
// test; where CI=true it has to be there. The arguments must make it succeed.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		err = exec.Command(path, args...).Run()
	}
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s is required in CI: %v", name, err)
	}
	if err != nil {
		t.Skipf("needs %s %s: %v", name, strings.Join(args, " "), err)
	}
	return path
}

// TestNeatoRedrawsTheDOT asks Debian's Graphviz where it puts the nodes of our
// DOT.
func TestNeatoRedrawsTheDOT(t *testing.T) {
	neato := tool(t, "neato", "-V")
	for _, engine := range []string{"twopi", "dot", "rings"} {
		opt := layout.Options{Engine: engine}
		if engine == "rings" {
			opt.Width, opt.Height = 200, 200 // no room for labels
		}
		d := draw(t, clustertest.Snapshot(2, clustertest.Options{Nodes: 40, Disconnected: 0.1}), opt)
		cmd := exec.Command(neato, "-n2", "-Tplain")
		cmd.Stdin = bytes.NewReader(write(t, d, "dot", output.Options{}))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", engine, err)
		}
		if n := strings.Count(stderr.String(), "too small for label"); opt.Width > 0 && (n > 0 || d.Unlabeled == 0) {
			t.Errorf("%s: Graphviz warns of %d labels, of which %d are left out", engine, n, d.Unlabeled)
		}
		byID := make(map[string]layout.Box)
		for _, b := range d.Boxes {
			byID[b.Vertex.NodeID()] = b
		}
		// Graphviz moves the drawing to its own origin: compare with the first node's.
		var ox, oy float64
		seen := 0
		for _, m := range regexp.MustCompile(`(?m)^node "([^"]+)" (\S+) (\S+) (\S+) (\S+)`).FindAllStringSubmatch(string(out), -1) {
			b := byID[m[1]]
			var v [4]float64
			for i := range v {
				v[i], _ = strconv.ParseFloat(m[i+2], 64)
				v[i] *= 72
			}
			x, y := v[0]-b.Center.X, v[1]+b.Center.Y
			if seen == 0 {
				ox, oy = x, y
			}
			seen++
			// Graphviz rounds sizes to whole points.
			if math.Abs(x-ox) > 0.1 || math.Abs(y-oy) > 0.1 || math.Abs(v[2]-b.W) > 0.51 || math.Abs(v[3]-b.H) > 0.51 {
				t.Errorf("%s: node %s at %g, %g, %g×%g; want %v, %g×%g", engine, m[1], v[0]-ox, oy-v[1], v[2], v[3], b.Center, b.W, b.H)
			}
		}
		if seen != len(d.Boxes) {
			t.Errorf("%s: %d nodes, want %d", engine, seen, len(d.Boxes))
		}
	}
}

// dotGraph is what gonum's parser fills from DOT.
type dotGraph struct{ *simple.UndirectedGraph }

type dotNode struct {
	gonum.Node
	id    string
	attrs map[string]string
}

func (n *dotNode) SetDOTID(id string) { n.id = id }
func (n *dotNode) SetAttribute(a encoding.Attribute) error {
	n.attrs[a.Key] = a.Value
	return nil
}

func (g dotGraph) NewNode() gonum.Node {
	return &dotNode{Node: g.UndirectedGraph.NewNode(), attrs: map[string]string{}}
}

// parseDOT returns the IDs of the nodes with their labels.
func parseDOT(text []byte) (map[string]string, error) {
	g := dotGraph{simple.NewUndirectedGraph()}
	if err := dot.Unmarshal(text, g); err != nil {
		return nil, err
	}
	ids := make(map[string]string)
	for nodes := g.Nodes(); nodes.Next(); {
		n := nodes.Node().(*dotNode)
		ids[n.id] = n.attrs["label"]
	}
	return ids, nil
}

func FuzzLabelSurvivesDOT(f *testing.F) {
	for _, s := range []string{"n-1", `a"b`, `\`, `\"`, "a\nb", "<b>x</b>", "node", "graph", "é漢😀", "\xff", "{a|b}", `\N`, "//", "/* */", "-->"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || id == "hub" {
			return
		}
		list := cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: id, Type: cluster.Compute,
			Labels:    map[string]string{id: id},
			Sightings: []cluster.Sighting{{Connection: cluster.Connected}}}}}
		d := draw(t, cluster.Merge(list), layout.Options{Engine: "rings"})
		ids, err := parseDOT(write(t, d, "dot", output.Options{}))
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		if len(ids) != 2 || ids["hub"] != "hub" {
			t.Errorf("%q: parsed %q", id, ids)
		}
		parseSVG(t, write(t, d, "svg", output.Options{}))
		if !json.Valid(write(t, d, "json", output.Options{})) {
			t.Errorf("%q: invalid JSON", id)
		}
	})
}

func ExampleWrite() {
	snap := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
		{ID: "n-1", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
	}})
	d, err := layout.Arrange(context.Background(), graph.Build(snap, graph.Options{}), layout.Options{Engine: "rings"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var svg strings.Builder
	if err := output.Write(context.Background(), &svg, d, "svg", output.Options{}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.SplitAfter(svg.String(), ">")[0])
	// Output:
	// <svg xmlns="http://www.w3.org/2000/svg" class="bacviz" role="img" width="1200" height="800" viewBox="0 0 864 576">
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range output.Formats() {
		for _, n := range []int{10, 100, 1000} {
			d := draw(b, clustertest.Snapshot(1, clustertest.Options{Nodes: n}), layout.Options{Engine: "rings"})
			b.Run(fmt.Sprintf("%s/%d", f.Name, n), func(b *testing.B) {
				for b.Loop() {
					write(b, d, f.Name, output.Options{})
				}
			})
		}
	}
}

// Colour alone must not tell a value, whatever the node's state is: pending and rejected
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
	odd := map[string]int{}
	for _, g := range picture.Groups {
		for i, n := range g.Nodes {
			if g.Class != "nodes" || !strings.Contains(n.Class, "compute") {
				continue
			}
			if len(n.Glyphs) == 0 || n.Glyphs[0].Class != "glyph" {
				t.Errorf("node %d has no mark of its value: %+v", i, n)
			}
			want := map[layout.Kind]string{layout.PendingKind: "◷", layout.RejectedKind: "✗"}[layout.KindOf(d.Boxes[i].Vertex)]
			if got := len(n.Badges); got != utf8.RuneCountInString(want) {
				t.Errorf("node %d has %d badges, want %q", i, got, want)
			}
			odd[want]++
		}
	}
	if len(odd) != 3 {
		t.Errorf("the nodes have the states %v, want some of each and some without", odd)
	}
	dot := string(write(t, d, "dot", output.Options{}))
	for _, signs := range []string{"●◷", "■✗"} {
		if !strings.Contains(dot, signs) {
			t.Errorf("no node of the DOT has the signs %s", signs)
		}
	}
	for i, b := range build(graph.FieldMembership).Boxes {
		if b.Badge.R > 0 {
			t.Errorf("node %d has a badge for the state that its colour stands for", i)
		}
	}
}

// The name of a group can be read where an edge runs below it: letters have a halo in
// the colour of the page.
func TestNamesOfGroupsStandOutFromEdges(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 12})
	d := drawing(t, snap, graph.Options{GroupBy: []string{"region"}}, layout.Options{})
	name := d.Hulls[0].Name
	left, right := name.Left(), name.Left()+name.Width
	d.Lines = []layout.Line{{Path: []r2.Vec{{X: left - 20, Y: name.Center.Y}, {X: right + 20, Y: name.Center.Y}}}}
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
	d.Hulls[0].Name.String = ""
	if bare := below(); bare < 500 || named > bare/5 {
		t.Errorf("%d pixels of the edge are seen through the name, and %d without it", named, bare)
	}
	for _, rule := range []string{".groupname{paint-order:stroke;", ".groupname{stroke:#ffffff}", ".groupname{stroke:#10161d}"} {
		if !strings.Contains(svg, rule) {
			t.Errorf("the SVG has no rule %s", rule)
		}
	}
}
