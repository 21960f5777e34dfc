package output_test

// This file tests the formats besides SVG, PNG, DOT, JSON and HTML, each with a
// reader that is not ours.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// tricky are names that a format might take for words of its own.
var tricky = []string{
	"1. one", "- a", "# h", "**b** _i_ `c`", "http://x.y", "www.x.y", "www.x.z", "a@b.c", "@team", "end", "click", "12", ":::", "n1 --> n2",
	`%%{init: {"theme":"dark"}}%%`, "<img src=x onerror=alert(1)>", "#quot; &lt;", "x#35;", "$$x^2$$", "[x](javascript:1)",
	"fa:fa-car", "__x__", "~~s~~", "\"`md`\"", "+ x", "1) y", "> q", "a|b", `a\|b`, "`", "```", `back\slash`, "(", ")", `\)`, "%!PS", "showpage",
	"e/f (g), h", "-->", "]]>", "<!--", "漢字", "Ünï", "&amp;", "\x1b[2J", "new\nline", "\u202egnp",
}

// nodes is a network of connected compute nodes with these IDs.
func nodes(ids ...string) cluster.Snapshot {
	list := cluster.List{Orchestrator: "hub"}
	for _, id := range ids {
		list.Nodes = append(list.Nodes, cluster.Node{ID: id, Type: cluster.Compute, Labels: map[string]string{id: id},
			Sightings: []cluster.Sighting{{Connection: cluster.Connected, Membership: cluster.Approved}}})
	}
	return cluster.Merge(list)
}

// star has a hub and n nodes.
func star(n int) cluster.Snapshot {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("node-%04d", i)
	}
	return nodes(ids...)
}

func arrange(t testing.TB, snap cluster.Snapshot, build graph.Options) *layout.Drawing {
	t.Helper()
	build.All = true
	d, err := layout.Arrange(context.Background(), graphtest.Diagram(snap, build), layout.Options{Engine: "rings"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// pipe runs a program with input.
func pipe(t *testing.T, input []byte, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, stderr.Bytes())
	}
	return string(out)
}

func save(t *testing.T, name string, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTextGoldens(t *testing.T) {
	d := draw(t, everyState(), layout.Options{}, `Every state — & <hostile> "names"`)
	for _, format := range []string{"mmd", "md", "txt"} {
		golden.Check(t, filepath.Join("testdata", "states."+format), write(t, d, format, output.Options{}))
	}
	golden.Check(t, filepath.Join("testdata", "states-ascii.txt"), write(t, d, "txt", output.Options{ASCII: true}))

	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 12, Hubs: 2, Shared: 0.3, Disconnected: 0.2})
	groups := graph.Options{GroupBy: []string{"region", "os_arch"}}
	golden.Check(t, filepath.Join("testdata", "groups.txt"), write(t, arrange(t, snap, groups), "txt", output.Options{}))
	groups.Collapse = true
	golden.Check(t, filepath.Join("testdata", "collapsed.txt"), write(t, arrange(t, snap, groups), "txt", output.Options{}))
	golden.Check(t, filepath.Join("testdata", "collapsed.md"), write(t, arrange(t, snap, groups), "md", output.Options{}))
}

func TestEveryFormatRepeats(t *testing.T) {
	d := draw(t, clustertest.Snapshot(7, clustertest.Options{Nodes: 20, Hubs: 2, Disconnected: 0.2, Pending: 0.2}), layout.Options{}, "漢字 and عربي")
	runs := 9
	if testing.Short() {
		runs = 2
	}
	for _, f := range output.Formats() {
		first := write(t, d, f.Name, output.Options{})
		for i := range runs {
			if !bytes.Equal(write(t, d, f.Name, output.Options{}), first) {
				t.Fatalf("%s: run %d differs", f.Name, i+2)
			}
		}
	}
}

func TestFormatOfKnowsOtherExtensions(t *testing.T) {
	for file, want := range map[string]string{"a.jpeg": "jpg", "a.JPG": "jpg", "a.b.cyjs": "cyjs", "a.md": "md"} {
		if got, err := output.FormatOf(file); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %s", file, got, err, want)
		}
	}
	for _, name := range []string{"jpg", "pdf", "eps"} {
		if !output.Binary(name) {
			t.Errorf("%s may go to a terminal", name)
		}
	}
}

func TestJPEGShowsThePNG(t *testing.T) {
	d := draw(t, clustertest.Snapshot(5, clustertest.Options{Nodes: 30, Pending: 0.2}), layout.Options{Engine: "twopi"})
	img, err := jpeg.Decode(bytes.NewReader(write(t, d, "jpg", output.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != want.Bounds() {
		t.Fatalf("%v, want %v", img.Bounds(), want.Bounds())
	}
	var sum, n float64
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			r2, g2, b2, _ := want.At(x, y).RGBA()
			sum += math.Abs(float64(r)-float64(r2)) + math.Abs(float64(g)-float64(g2)) + math.Abs(float64(b)-float64(b2))
			n += 3
		}
	}
	if off := sum / n / 257; off > 1 { // measured: 0.4
		t.Errorf("channels are off by %.2f of 255 on average", off)
	}
}

func TestLimitsOfPictures(t *testing.T) {
	d := draw(t, star(3), layout.Options{Width: 20000, Height: 20000})
	for format, want := range map[string]string{"jpg": "over the limit of 200 megapixels", "pdf": "over the limit of 200 inches a side"} {
		var b bytes.Buffer
		err := output.Write(context.Background(), &b, d, format, output.Options{})
		if err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("%s: %v and %d bytes, want %s", format, err, b.Len(), want)
		}
	}
}

// words is text without the blanks and the line ends that a reader may put where
// it likes.
func words(s string) string { return strings.Join(strings.Fields(s), "") }

// drawn are the labels that a picture shows.
func drawn(d *layout.Drawing) (labels []string) {
	for i := range d.Boxes {
		if l := d.Boxes[i].Label().String; l != "" {
			labels = append(labels, strings.Split(l, "\n")...)
		}
	}
	return labels
}

func TestPDFIsReadable(t *testing.T) {
	t.Parallel()
	pdftotext, pdfinfo, pdffonts := tool(t, "pdftotext", "-v"), tool(t, "pdfinfo", "-v"), tool(t, "pdffonts", "-v")
	for name, d := range map[string]*layout.Drawing{
		"6":       draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 6}), layout.Options{}),
		"200":     draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 200, Rejected: 0.1}), layout.Options{Width: 1500, Height: 1500}),
		"hostile": draw(t, nodes(tricky...), layout.Options{Width: 1500, Height: 1500}, "漢字 😀 (a) \\ b)"),
	} {
		text := write(t, d, "pdf", output.Options{})
		for _, clock := range []string{"CreationDate", "ModDate"} {
			if bytes.Contains(text, []byte(clock)) {
				t.Errorf("%s: the PDF tells its %s", name, clock)
			}
		}
		file := save(t, "topology.pdf", text)
		info := pipe(t, nil, pdfinfo, "-enc", "UTF-8", file)
		for _, want := range []string{"Title: " + d.Diagram.Title, "Pages: 1\n", fmt.Sprintf("Page size: %g x %g pts", d.Width, d.Height)} {
			if !strings.Contains(words(info), words(want)) {
				t.Errorf("%s: no %q in\n%s", name, want, info)
			}
		}
		if fonts := pipe(t, nil, pdffonts, file); strings.Contains(fonts, " no  ") && !regexp.MustCompile(`(?m) yes no +yes `).MatchString(fonts) {
			t.Errorf("%s: not all fonts are embedded:\n%s", name, fonts)
		}
		read := words(pipe(t, nil, pdftotext, "-enc", "UTF-8", "-layout", file, "-"))
		for _, label := range append(drawn(d), d.Subtitle.String) {
			if !strings.Contains(read, words(label)) {
				t.Errorf("%s: no %q in the text", name, label)
			}
		}
	}
}

func TestEPSIsReadable(t *testing.T) {
	t.Parallel()
	gs, pdftotext := tool(t, "gs", "-v"), tool(t, "pdftotext", "-v")
	// Names that are turned are not read letter after letter.
	for name, d := range map[string]*layout.Drawing{
		"30":      draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 30}), layout.Options{Engine: "trays"}),
		"hostile": draw(t, nodes(tricky...), layout.Options{Engine: "trays", Width: 1500, Height: 1500}, "a) showpage %\n漢字"),
	} {
		text := write(t, d, "eps", output.Options{})
		if head := fmt.Sprintf("%%!PS-Adobe-3.0 EPSF-3.0\n%%%%BoundingBox: 0 0 %g %g\n", d.Width, d.Height); !bytes.HasPrefix(text, []byte(head)) {
			t.Errorf("%s begins %q", name, text[:80])
		}
		if i := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }); i >= 0 {
			t.Errorf("%s: not ASCII at %d", name, i)
		}
		pages := filepath.Join(t.TempDir(), "page%d.pdf")
		said := pipe(t, text, gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=pdfwrite", "-sOutputFile="+pages, "-")
		if said != "" {
			t.Errorf("%s: Ghostscript says %s", name, said)
		}
		if _, err := os.Stat(fmt.Sprintf(pages, 2)); err == nil {
			t.Errorf("%s has a second page", name)
		}
		read := words(pipe(t, nil, pdftotext, "-enc", "UTF-8", "-layout", fmt.Sprintf(pages, 1), "-"))
		for _, label := range drawn(d) {
			if !strings.Contains(read, words(label)) {
				t.Errorf("%s: no %q in the text", name, label)
			}
		}
	}
}

// TestVectorFormatsShowThePNG holds what others draw of the PDF and the EPS
// against the PNG.
func TestVectorFormatsShowThePNG(t *testing.T) {
	t.Parallel()
	pdftoppm, gs := tool(t, "pdftoppm", "-v"), tool(t, "gs", "-v")
	d := draw(t, everyState(), layout.Options{})
	want, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	for format, cmd := range map[string][]string{
		"pdf": {pdftoppm, "-r", "100", "-png", "-"},
		"eps": {gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-r100", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sOutputFile=-", "-"},
	} {
		got, err := png.Decode(strings.NewReader(pipe(t, write(t, d, format, output.Options{}), cmd[0], cmd[1:]...)))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if got.Bounds() != want.Bounds() {
			t.Errorf("%s: %v, want %v", format, got.Bounds(), want.Bounds())
		}
		other := 0
		for y := range want.Bounds().Dy() {
			for x := range want.Bounds().Dx() {
				r, g, b, _ := got.At(x, y).RGBA()
				r2, g2, b2, _ := want.At(x, y).RGBA()
				if math.Abs(float64(r)-float64(r2))+math.Abs(float64(g)-float64(g2))+math.Abs(float64(b)-float64(b2)) > 3*64*257 {
					other++
				}
			}
		}
		// Rims of letters and of thin lines: measured 0.05 % and 0.1 %.
		if part := float64(other) / float64(want.Bounds().Dx()*want.Bounds().Dy()); part > 0.003 {
			t.Errorf("%s: %.2f %% of the pixels are others", format, part*100)
		}
	}
}

func TestTextHasEveryNodeOnItsLine(t *testing.T) {
	d := draw(t, nodes(tricky...), layout.Options{Engine: "rings"})
	for _, ascii := range []bool{false, true} {
		text := string(write(t, d, "txt", output.Options{ASCII: ascii}))
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r < ' ' || r == 0x7f || r == 0x202e || ascii && r > '~' }) {
			t.Errorf("ASCII %t: a name steers the terminal:\n%q", ascii, text)
		}
		lines := strings.Split(text, "\n")
		column := -1
		for _, id := range tricky {
			label := display.Printable(id)
			if ascii {
				label = strings.Map(func(r rune) rune {
					if r > '~' {
						return -1
					}
					return r
				}, label)
			}
			i := slices.IndexFunc(lines, func(l string) bool {
				return strings.HasSuffix(l, "connected") && (strings.HasPrefix(l, "├── "+label+"  ") || strings.HasPrefix(l, "└── "+label+"  ") || strings.HasPrefix(l, "|-- "+label) || strings.HasPrefix(l, "`-- "+label))
			})
			if i < 0 {
				t.Errorf("ASCII %t: no line for %q", ascii, label)
				continue
			}
			wide := 0
			for _, r := range strings.TrimSuffix(lines[i], "connected") {
				if wide++; r >= 0x3000 && r < 0xa000 {
					wide++
				}
			}
			if column >= 0 && wide != column {
				t.Errorf("ASCII %t: the state is in column %d, before in %d: %s", ascii, wide, column, lines[i])
			}
			column = wide
		}
	}
}

// One name of 10,000 letters would put the state of every node out of sight.
func TestTextKeepsItsColumnsInSight(t *testing.T) {
	long := strings.Repeat("L", 10000)
	text := string(write(t, draw(t, nodes("n-1", long), layout.Options{Engine: "rings"}), "txt", output.Options{}))
	for _, line := range strings.Split(text, "\n") {
		if n := len([]rune(line)); n > 80 && !strings.Contains(line, long) {
			t.Errorf("%d columns: %.100q", n, line)
		}
	}
	if !strings.Contains(text, long+"  connected") {
		t.Error("the long name has no line of its own, with its state")
	}
}

func TestTextSaysTheVersionOfAllOnce(t *testing.T) {
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 6})
	lines := func() (n int) {
		return strings.Count(string(write(t, arrange(t, snap, graph.Options{}), "txt", output.Options{})), "v1.9.3")
	}
	if n := lines(); n != 1 {
		t.Errorf("the version of all is there %d times", n)
	}
	snap.Nodes[3].Version = "" // does not tell
	if n := lines(); n != 6 {
		t.Errorf("the version of 6 of 7 is there %d times", n)
	}
}

// The picture leaves out the middle of a long title; text formats do not.
func TestTitlesAreWholeInText(t *testing.T) {
	title := "Staging " + strings.Repeat("and more ", 30) + "to the end"
	d := draw(t, nodes("n-1"), layout.Options{}, title)
	if d.Title.String == title {
		t.Fatal("the title is short enough for the picture")
	}
	for _, format := range []string{"svg", "html", "json", "mmd", "md", "txt", "gexf", "cyjs"} {
		if !strings.Contains(string(write(t, d, format, output.Options{})), title) {
			t.Errorf("%s: the title has lost its middle", format)
		}
	}
	if pdfinfo, err := exec.LookPath("pdfinfo"); err == nil {
		if out := pipe(t, write(t, d, "pdf", output.Options{}), pdfinfo, "-"); !strings.Contains(out, title) {
			t.Errorf("pdf: %s", out)
		}
	}
	// A comment of the document's structure has at most 255 characters.
	d = draw(t, nodes("n-1"), layout.Options{}, strings.Repeat(`\(`, 300))
	for _, line := range strings.Split(string(write(t, d, "eps", output.Options{})), "\n") {
		if strings.HasPrefix(line, "%%Title:") && (len(line) > 255 || !strings.HasSuffix(line, `\()`) && !strings.HasSuffix(line, `\\)`)) {
			t.Errorf("eps: %d characters: %s", len(line), line)
		}
	}
}

func TestNetworkxReadsGEXFAndCytoscape(t *testing.T) {
	t.Parallel()
	python := tool(t, "/usr/bin/python3", "-c", "import networkx")
	xmllint := tool(t, "xmllint", "--version")
	d := draw(t, nodes(tricky...), layout.Options{Engine: "rings"})
	gexf, cyjs := save(t, "topology.gexf", write(t, d, "gexf", output.Options{})), save(t, "topology.cyjs", write(t, d, "cyjs", output.Options{}))
	pipe(t, nil, xmllint, "--noout", gexf)
	var read struct {
		GEXF, Cyjs map[string]map[string]any
		Edges      [2]int
	}
	out := pipe(t, nil, python, "-c", `
import json, sys, networkx
from networkx.readwrite.json_graph import cytoscape_graph
g, c = networkx.read_gexf(sys.argv[1]), cytoscape_graph(json.load(open(sys.argv[2])))
print(json.dumps({"gexf": dict(g.nodes(data=True)), "cyjs": dict(c.nodes(data=True)), "edges": [len(g.edges), len(c.edges)]}))`, gexf, cyjs)
	if err := json.Unmarshal([]byte(out), &read); err != nil {
		t.Fatal(err)
	}
	if read.Edges != [2]int{len(d.Lines), len(d.Lines)} || len(read.GEXF) != len(d.Boxes) || len(read.Cyjs) != len(d.Boxes) {
		t.Errorf("%d, %d nodes and %d edges, want %d and %d", len(read.GEXF), len(read.Cyjs), read.Edges, len(d.Boxes), len(d.Lines))
	}
	for i := range d.Boxes {
		b := &d.Boxes[i]
		id := d.Diagram.Nodes[i].ID
		n, viz := read.GEXF[display.Printable(id)], map[string]any{}
		if n != nil {
			viz = n["viz"].(map[string]any)["position"].(map[string]any)
		}
		if n["label"] != d.Diagram.Nodes[i].Label || n["role"] != d.Diagram.Nodes[i].Role.String() || viz["x"] != b.Center.X ||
			math.Abs(viz["y"].(float64)-(d.Height-b.Center.Y)) > 0.01 || !d.Diagram.Nodes[i].Hub && n["label:"+display.Printable(id)] != display.Printable(id) {
			t.Errorf("GEXF: %q: %v", id, n)
		}
		if c := read.Cyjs[id]; c["name"] != d.Diagram.Nodes[i].Label || c["role"] != d.Diagram.Nodes[i].Role.String() || c["width"] != b.W {
			t.Errorf("Cytoscape: %q: %v", id, c)
		}
	}
}

// TestCytoscapeIDsAreUnique: nodes and edges share a space of IDs there.
func TestCytoscapeIDsAreUnique(t *testing.T) {
	d := draw(t, nodes("edge-0", "edge--1", "0", "e0"), layout.Options{Engine: "rings"})
	type element struct {
		Data     struct{ ID, Source, Target, Parent string }
		Position *struct{ X, Y float64 }
	}
	var doc struct {
		Elements struct{ Nodes, Edges []element }
	}
	text := write(t, d, "cyjs", output.Options{})
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(`"parent"`)) {
		t.Error("nodes have parents")
	}
	seen := make(map[string]bool)
	for _, e := range append(doc.Elements.Nodes, doc.Elements.Edges...) {
		if e.Data.ID == "" || seen[e.Data.ID] {
			t.Errorf("ID %q twice", e.Data.ID)
		}
		seen[e.Data.ID] = true
		if e.Data.Source != "" && (!seen[e.Data.Source] || !seen[e.Data.Target]) {
			t.Errorf("an edge from %q to %q", e.Data.Source, e.Data.Target)
		}
	}
	for i, n := range doc.Elements.Nodes {
		if c := d.Boxes[i].Center; n.Position == nil || n.Position.X != c.X || n.Position.Y != c.Y {
			t.Errorf("node %d at %v, want %v", i, n.Position, c)
		}
	}
}

func TestEveryWriterEndsWithItsContext(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 6, Hubs: 2})
	snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 3})
	d := arrange(t, snap, graph.Options{GroupBy: []string{"region"}})
	for _, f := range output.Formats() {
		t.Run(f.Name, func(t *testing.T) {
			interrupttest.EachLook(t, 3, func(ctx context.Context) error {
				return output.Write(ctx, io.Discard, d, f.Name, output.Options{Scale: 0.2})
			})
		})
	}
}
