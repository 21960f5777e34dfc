package output_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func TestMain(m *testing.M) {
	gv.NoChild = true // a test binary compiles Graphviz anew in each child
	debug.SetGCPercent(400)
	code := m.Run()
	browsertest.Stop()
	os.Exit(code)
}

// draw arranges a network with all of its nodes, under a title if one is given.
func draw(t testing.TB, snap cluster.Snapshot, opt layout.Options, title ...string) *layout.Drawing {
	t.Helper()
	return drawing(t, snap, graph.Options{All: true}, opt, title...)
}

func write(t testing.TB, d *layout.Drawing, format string, opt output.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := output.Write(context.Background(), &b, d, format, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// everyState returns a network with a node in each state, and names that need escaping.
func everyState() cluster.Snapshot {
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
	d := draw(t, everyState(), layout.Options{}, `Every state, & <hostile> "names"`)
	for _, format := range []string{"svg", "dot", "json"} {
		golden.Check(t, filepath.Join("testdata", "states."+format), write(t, d, format, output.Options{}))
	}
}

// TestPNGHasEdges looks for the colour of the edges along each spoke, which
// Graphviz's own PNG lacks.
func TestPNGHasEdges(t *testing.T) {
	for _, hubs := range []int{1, 3} {
		for _, n := range []int{1, 2, 6, 30, 200, 600} {
			t.Run(fmt.Sprintf("%d hubs/%d nodes", hubs, n), func(t *testing.T) {
				d := draw(t, clustertest.Snapshot(5, clustertest.Options{Nodes: n, Hubs: hubs}), layout.Options{Engine: "rings"})
				img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{})))
				if err != nil {
					t.Fatal(err)
				}
				if b := img.Bounds(); b.Dx() != 1200 || b.Dy() != 800 {
					t.Errorf("%v, want 1200×800", b)
				}
				for _, l := range d.Lines {
					// Among hundreds of nodes, edges pass close by the outlines of other boxes.
					least := 0.9
					if len(d.Lines) > 300 {
						least = 0.5
					}
					if seen, all := follow(img, d, l); float64(seen) < least*float64(all) {
						t.Errorf("the edge to %s shows at %d of %d places", d.Diagram.Nodes[l.To].Label, seen, all)
					}
				}
				for i := range d.Boxes {
					b := &d.Boxes[i]
					// Between the label and the outline a pill has its fill.
					at := r2.Vec{X: b.Center.X, Y: b.Center.Y - b.H*0.36}
					if c := pixel(img, at); near(c, color.White) {
						t.Errorf("the box of %s is not filled: %v", d.Diagram.Nodes[i].Label, c)
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
	d := draw(t, everyState(), layout.Options{Engine: "rings"})
	var doc struct {
		Directed, Multigraph *bool
		Graph                struct {
			Title, Subtitle, Engine string
			Notes, Hubs             []string
			Width, Height           float64
		}
		Nodes []struct {
			ID, Label, Role, Connection, Membership string
			Hub                                     bool
			Labels                                  map[string]string
			X, Y, Width, Height                     float64
		}
		Links []struct {
			Source, Target string
			Points         [][2]float64
		}
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
		if n.ID != d.Diagram.Nodes[i].ID || n.X != b.Center.X || n.Y != b.Center.Y || n.Width != b.W || n.Labels == nil {
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
	t.Parallel()
	python := tool(t, "/usr/bin/python3", "-c", "import networkx")
	file := filepath.Join(t.TempDir(), "topology.json")
	d := draw(t, everyState(), layout.Options{})
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
	path, err := probe(name, args...)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s is required in CI: %v", name, err)
	}
	if err != nil {
		t.Skipf("needs %s %s: %v", name, strings.Join(args, " "), err)
	}
	return path
}

// probe returns the path of a program with which the arguments succeed. It tries each
// command once.
func probe(name string, args ...string) (path string, err error) {
	key := strings.Join(append([]string{name}, args...), " ")
	once, _ := probes.LoadOrStore(key, sync.OnceValues(func() (string, error) {
		path, err := exec.LookPath(name)
		if err == nil {
			err = exec.Command(path, args...).Run()
		}
		return path, err
	}))
	return once.(func() (string, error))()
}

// probes holds a func() (string, error) for each command line.
var probes sync.Map

func ExampleWrite() {
	snap := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
		{ID: "n-1", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
	}})
	d, err := layout.Arrange(context.Background(), graphtest.Diagram(snap, graph.Options{}), layout.Options{Engine: "rings"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var svg strings.Builder
	if err := output.Write(context.Background(), &svg, d, "svg", output.Options{}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.SplitAfter(svg.String(), "\n")[1])
	// Output:
	// <title>Bacalhau network</title>
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
