package output_test

// This file opens drawings in the viewer of draw.io.

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// drawioViewer returns draw.io's own script, which tests in CI have.
func drawioViewer(t *testing.T) []byte {
	t.Helper()
	script, err := os.ReadFile("../internal/tools/drawio/node_modules/docusaurus-plugin-drawio/viewer.min.js")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip("needs npm ci --prefix internal/tools/drawio")
	}
	return script
}

// A drawioCell is what the viewer has read of a node, an area or an edge, and where it draws it.
type drawioCell struct {
	ID, Parent, Label, Tooltip, Link string
	Source, Target                   string // of an edge
	X, Y                             float64
	W, H                             float64 // pixels of the drawing
	Ends                             [][2]float64
}

// drawioCells are the cells that the viewer shows, and the texts that it draws.
type drawioCells struct {
	Cells []drawioCell
	Texts []string
}

const readDrawio = `(() => {
	const {graph} = viewer, {scale} = graph.view, title = graph.model.getCell("x1"), shown = graph.view.getState(title);
	const translate = {x: shown.x / scale - title.geometry.x, y: shown.y / scale - title.geometry.y};
	const at = (x, t) => x / scale - t;
	const cells = Object.values(graph.model.cells).filter((c) => c.vertex || c.edge).map((c) => {
		const s = graph.view.getState(c), of = (name) => c.value?.getAttribute?.(name) ?? "";
		return {id: c.id, parent: c.parent.id, label: graph.convertValueToString(c), tooltip: of("tooltip"), link: of("link"),
			source: c.source?.id ?? "", target: c.target?.id ?? "", x: at(s.x, translate.x), y: at(s.y, translate.y), w: s.width / scale, h: s.height / scale,
			ends: c.edge ? [s.absolutePoints[0], s.absolutePoints.at(-1)].map((p) => [at(p.x, translate.x), at(p.y, translate.y)]) : []};
	});
	return {cells, texts: [...document.querySelectorAll("#v svg text")].map((e) => e.textContent)};
})()`

// openDrawio opens a drawing in the viewer.
func openDrawio(t *testing.T, d *layout.Drawing, opt output.Options) map[string]drawioCell {
	t.Helper()
	script := drawioViewer(t)
	browsertest.Need(t)
	text := write(t, d, "drawio", opt)
	config, err := json.Marshal(map[string]any{"xml": string(text), "toolbar": nil})
	if err != nil {
		t.Fatal(err)
	}
	page := `<!doctype html><meta charset="utf-8"><div id="v" data-mxgraph="` + html.EscapeString(string(config)) + `"></div><script src="/viewer.js"></script>` +
		`<script>GraphViewer.createViewerForElement(document.querySelector("#v"), (v) => { window.viewer = v; });</script>`
	p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": []byte(page), "/viewer.js": script})
	p.Becomes(`window.viewer !== undefined && document.querySelector("#v svg text") !== null`)
	read := browsertest.Eval[drawioCells](p, readDrawio)
	cells := make(map[string]drawioCell)
	for _, c := range read.Cells {
		cells[c.ID] = c
	}
	for i := range d.Boxes {
		if l := d.Boxes[i].Label().String; l != "" && !slices.ContainsFunc(read.Texts, func(s string) bool { return strings.HasSuffix(s, l) }) {
			t.Errorf("%q is not drawn", l)
		}
	}
	return cells
}

// Nodes are in the containers of their groups, all of it has its place, and edges join what
// they join, along the ways of the drawing.
func TestDrawioDrawsTheDrawing(t *testing.T) {
	for engine, c := range map[string]clustertest.Options{
		"trays": {Nodes: 24, Hubs: 2, Shared: .3, Disconnected: .2, Pending: .1},
		"rings": {Nodes: 30, Disconnected: .2, Rejected: .1},
		"dot":   {Nodes: 12, Disconnected: .2},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			d := drawing(t, clustertest.Snapshot(5, c), graph.Options{All: true, GroupBy: []string{"region", "rack"}}, layout.Options{Engine: engine})
			cells := openDrawio(t, d, output.Options{Link: "https://wiki.example/{id}"})
			for i := range d.Boxes {
				b, n := &d.Boxes[i], &d.Diagram.Nodes[i]
				c, ok := cells[fmt.Sprintf("n%d", i)]
				if !ok || !atPoint(c.X+c.W/2, b.Center.X) || !atPoint(c.Y+c.H/2, b.Center.Y) || !atPoint(c.W, b.W) {
					t.Fatalf("node %d is at %+v, want %+v", i, c, b)
				}
				if html.UnescapeString(c.Tooltip) != d.Diagram.Tooltip(i) || c.Link != "https://wiki.example/"+n.ID {
					t.Errorf("node %d has the tooltip %q and the link %q", i, c.Tooltip, c.Link)
				}
				if n.Group != nil && !inGroup(d, cells, c, n) {
					t.Errorf("node %d of %q is in %q", i, n.Path(), c.Parent)
				}
			}
			joined := 0
			for _, c := range cells {
				if len(c.Ends) == 0 {
					continue
				}
				joined++
				if cells[c.Source].ID == "" || cells[c.Target].ID == "" || !d.Diagram.Nodes[index(t, c.Source)].Hub {
					t.Errorf("%s joins %q and %q", c.ID, c.Source, c.Target)
				}
				checkWay(t, d, c)
			}
			if joined == 0 {
				t.Error("there are no edges")
			}
		})
	}
}

// atPoint reports whether a place in pixels is that of one in points.
func atPoint(pixels, points float64) bool { return math.Abs(pixels-points*layout.PixelsPerPoint) < 0.6 }

// index returns the number in the ID of a cell.
func index(t *testing.T, id string) (i int) {
	t.Helper()
	if _, err := fmt.Sscan(id[1:], &i); err != nil {
		t.Fatal(err)
	}
	return i
}

// inGroup reports whether a node is in a container of its group, or of one around it.
func inGroup(d *layout.Drawing, cells map[string]drawioCell, c drawioCell, n *diagram.Node) bool {
	var parent int
	if _, err := fmt.Sscanf(c.Parent, "a%d", &parent); err != nil {
		return false
	}
	path := d.Areas[parent].Group.Path
	return len(path) <= len(n.Path()) && slices.Equal(path, n.Path()[:len(path)])
}

// checkWay checks that an edge begins and ends where a line or a trunk of the drawing does.
func checkWay(t *testing.T, d *layout.Drawing, c drawioCell) {
	t.Helper()
	from := index(t, c.Source)
	for i := range d.Trunks {
		tr := &d.Trunks[i]
		if last := tr.Path[len(tr.Path)-1]; c.Target == fmt.Sprintf("a%d", tr.Area) && tr.From == from && atPoint(c.Ends[1][0], last.X) && atPoint(c.Ends[1][1], last.Y) {
			return
		}
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.From == from && c.Target == fmt.Sprintf("n%d", l.To) && atPoint(c.Ends[0][0], l.Path[0].X) && atPoint(c.Ends[1][1], l.Path[len(l.Path)-1].Y) {
			return
		}
	}
	t.Errorf("%+v is no line of the drawing", c)
}

// Whatever a node is called, the file is XML, and the viewer shows the name and nothing else.
func TestDrawioShowsHostileNames(t *testing.T) {
	t.Parallel()
	d := draw(t, nodes(tricky...), layout.Options{Engine: "trays", Width: 1500, Height: 1500}, "<b>t</b>\n&amp;")
	for dec := xml.NewDecoder(strings.NewReader(string(write(t, d, "drawio", output.Options{})))); ; {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	cells := openDrawio(t, d, output.Options{})
	for i := range d.Boxes {
		if c := cells[fmt.Sprintf("n%d", i)]; !strings.HasSuffix(c.Label, d.Boxes[i].Label().String) || !strings.Contains(html.UnescapeString(c.Tooltip), display.Printable(d.Diagram.Nodes[i].ID)) {
			t.Errorf("%q is %+v", d.Boxes[i].Label().String, c)
		}
	}
}
