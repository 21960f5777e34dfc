package output_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/output"
)

// difference returns a hub with nodes of which every third was added, removed or
// changed.
func difference(n int) (cluster.Snapshot, graph.Options) {
	snap := star(n)
	changes := map[string]graph.Changes{}
	for i := range snap.Nodes {
		id := snap.Nodes[i].ID
		switch {
		case id == snap.Orchestrators[0]:
		case i%3 == 0:
			changes[id] = graph.Changes{Change: graph.Added}
		case i%3 == 1:
			changes[id] = graph.Changes{Change: graph.Removed}
		default:
			changes[id] = graph.Changes{Change: graph.Changed, Words: []string{"version: v1 → v2"}}
		}
	}
	return snap, graph.Options{All: true, Changes: changes}
}

// Edges of removed nodes are dashed, and no others.
func TestEdgesOfRemovedNodes(t *testing.T) {
	snap, opt := difference(12)
	d := arrange(t, snap, opt)
	removed := 0
	for i := range d.Boxes {
		if d.Diagram.Nodes[i].Change == diagram.Removed {
			removed++
		}
	}
	svg := parseSVG(t, write(t, d, "svg", output.Options{}))
	for class, want := range map[string]int{"edge": len(d.Lines) - removed, "edge gone": removed} {
		paths := svg.find(func(e *element) bool { return e.attr("class") == class })
		if len(paths) != 1 || strings.Count(paths[0].attr("d"), "M") != want {
			t.Errorf("%d paths of class %s, want one of %d lines", len(paths), class, want)
		}
	}
	mmd := string(write(t, d, "mmd", output.Options{}))
	if n := strings.Count(mmd, " -.- "); n != removed || strings.Count(mmd, " --- ") != len(d.Lines)-removed {
		t.Errorf("%d lines of removed nodes, want %d:\n%s", n, removed, mmd)
	}
	img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range d.Lines {
		at := towards(d.Boxes[l.From].Center, d.Boxes[l.To].Center)
		orange := reddish(img, at)
		if want := d.Diagram.Nodes[l.To].Change == diagram.Removed; (orange > 0) != want {
			t.Errorf("the line to %s (%s) has %d orange pixels", d.Diagram.Nodes[l.To].Label, d.Diagram.Nodes[l.To].Change, orange)
		}
	}
	// Only differences have such lines, and their rule.
	if plain := string(write(t, arrange(t, snap, graph.Options{}), "svg", output.Options{})); strings.Contains(plain, "gone") {
		t.Error("a line of a removed node where none was removed")
	}
}

// towards returns a place on the line from a hub to its node with nothing else there.
func towards(hub, node r2.Vec) r2.Vec {
	return r2.Vec{X: hub.X + 0.6*(node.X-hub.X), Y: hub.Y + 0.6*(node.Y-hub.Y)}
}

// reddish returns the number of pixels around a place with the colour of removed nodes.
func reddish(img image.Image, p r2.Vec) (n int) {
	x, y := int(p.X/72*100), int(p.Y/72*100)
	for dx := -6; dx <= 6; dx++ {
		for dy := -6; dy <= 6; dy++ {
			if r, _, b, _ := img.At(x+dx, y+dy).RGBA(); r > b+0x3000 {
				n++
			}
		}
	}
	return n
}

// A group's name counts removed nodes as not connected.
func TestRemovedNodesAreNotConnected(t *testing.T) {
	snap, opt := difference(9)
	for i := range snap.Nodes {
		snap.Nodes[i].Labels = map[string]string{"region": "eu"}
	}
	opt.GroupBy = []string{"region"}
	for _, g := range arrange(t, snap, opt).Diagram.Groups {
		if got := fmt.Sprintf("%d of %d", g.Connected, g.Count); got != "6 of 9" {
			t.Errorf("%s connected, want 6 of 9", got)
		}
	}
}

// Mermaid has no tooltips: what the outline and the mark show is in words.
func TestMermaidOfADifferenceSaysBoth(t *testing.T) {
	snap, opt := difference(6)
	for i := range snap.Nodes {
		if n := &snap.Nodes[i]; n.ID != snap.Orchestrators[0] {
			n.Sightings[0].Connection, n.Sightings[0].Membership = cluster.Disconnected, cluster.Pending
		}
	}
	delete(opt.Changes, snap.Nodes[len(snap.Nodes)-1].ID)
	opt.Changes[snap.Orchestrators[0]] = graph.Changes{Change: graph.Added, From: "hub-0"}
	text := string(write(t, arrange(t, snap, opt), "mmd", output.Options{}))
	for _, want := range []string{"<br/>added, disconnected, pending approval", "<br/>changed, disconnected, pending approval", "<br/>disconnected, pending approval", "<br/>removed\"", "<br/>added, was probably hub-0"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q:\n%s", want, text)
		}
	}
}

// A summary counts added, removed and changed nodes apart from the rest of their
// group.
func TestMermaidSummaryOfADifference(t *testing.T) {
	snap, opt := difference(900)
	for i := range snap.Nodes {
		snap.Nodes[i].Labels = map[string]string{"region": "eu"}
	}
	for _, by := range [][]string{nil, {"region"}} {
		opt.GroupBy = by
		text := string(write(t, arrange(t, snap, opt), "mmd", output.Options{}))
		for _, what := range []string{"added", "removed", "changed"} {
			if want := "300 × " + what; !strings.Contains(text, want) {
				t.Errorf("grouped by %q there is no %q:\n%s", by, want, text)
			}
		}
	}
}

// The page lists the changes, and filters both kinds of lines.
func TestBrowserShowsADifference(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	snap, opt := difference(12)
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, snap, opt, output.Options{}))
	p.Click(".node.changed .outline")
	if got := browsertest.Eval[string](p, `document.querySelector("#details").innerText`); !strings.Contains(got, "changed\nversion: v1 → v2") {
		t.Errorf("the details lack the changes:\n%s", got)
	}
	lines := func(class string) int {
		return browsertest.Eval[int](p, `(document.querySelector("`+class+`").getAttribute("d").match(/M/g) ?? []).length`)
	}
	if present, removed := lines(".edge:not(.gone)"), lines(".edge.gone"); present != 8 || removed != 4 {
		t.Errorf("%d and %d lines, want 8 and 4", present, removed)
	}
	p.Click("#close")
	p.Click(fmt.Sprintf("#filters input[name=kind][value='%d']", diagram.ClassRemoved))
	p.Becomes(`document.querySelector(".edge.gone").getAttribute("d") === ""`)
	if present := lines(".edge:not(.gone)"); present != 8 {
		t.Errorf("without those of removed nodes there are %d lines, want 8", present)
	}
	p.Click("#show-table")
	if got := browsertest.Eval[string](p, `document.querySelector("#table").innerText`); !strings.Contains(got, "Change") || !strings.Contains(got, "changed; version: v1 → v2") {
		t.Errorf("the table lacks the changes:\n%s", got)
	}
	p.Alone()
}
