package output_test

// This file tests labels that stand beside their dots and are turned.

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// angles are those of the labels of turnedLabels. Each of its labels begins and ends with
// a bar, so that its ink is as long as it is.
var angles = []float64{-90, -60, -30, 0, 30, 60, 90}

// turnedLabels is a drawing of a dot for each of the angles, with a label to the right of
// it that is turned about the dot, and in two lines.
func turnedLabels() *layout.Drawing {
	d := &layout.Drawing{Diagram: &diagram.Diagram{}, Width: 700, Height: 200}
	for i, a := range angles {
		n := diagram.Node{ID: fmt.Sprintf("n%d", i), Label: "|turned|", Class: diagram.ClassCompute, Count: 1}
		at := r2.Vec{X: 50 + 100*float64(i), Y: 100}
		sin, cos := math.Sincos(a * math.Pi / 180)
		label := layout.Text{String: "|turned|\n|label|", Size: 14, Angle: a, Width: typeface.Regular.Width("|turned|", 14)}
		label.Center = r2.Vec{X: at.X + cos*(12+label.Width/2), Y: at.Y + sin*(12+label.Width/2)}
		d.Diagram.Nodes = append(d.Diagram.Nodes, n)
		d.Boxes = append(d.Boxes, layout.Box{Center: at, W: 10, H: 10, Shape: layout.Dot, Content: &layout.Content{Label: label}})
	}
	return d
}

// checkInk holds that each label of a picture has ink from one end to the other, and that
// there is no other ink of the colour of texts.
func checkInk(t *testing.T, what string, img image.Image, d *layout.Drawing) {
	t.Helper()
	var lines []layout.Text
	for i := range d.Boxes {
		lines = append(lines, d.Boxes[i].Label().Lines()...)
	}
	first, last := make([]float64, len(lines)), make([]float64, len(lines))
	scale := float64(img.Bounds().Dx()) / d.Width
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); max(r, g, b) > 0x6000 {
				continue // the page, a dot, or the edge of a letter
			}
			at := r2.Vec{X: (float64(x) + 0.5) / scale, Y: (float64(y) + 0.5) / scale}
			i := slices.IndexFunc(lines, func(l layout.Text) bool {
				q := r2.Rotate(at, -l.Angle*math.Pi/180, l.Center)
				return math.Abs(q.X-l.Center.X) < l.Width/2+1 && math.Abs(q.Y-l.Center.Y) < l.Size*0.7
			})
			if i < 0 {
				t.Errorf("%s: ink at %.0f, %.0f, where no label is", what, at.X, at.Y)
				return
			}
			along := r2.Rotate(at, -lines[i].Angle*math.Pi/180, lines[i].Center).X - lines[i].Center.X
			first[i], last[i] = min(first[i], along), max(last[i], along)
		}
	}
	for i, l := range lines {
		if first[i] > 3-l.Width/2 || last[i] < l.Width/2-3 {
			t.Errorf("%s: the ink of %q, turned by %g, is from %.1f to %.1f of a width of %.1f", what, l.String, l.Angle, first[i], last[i], l.Width)
		}
	}
}

func TestTurnedLabelsArePaintedWhereTheyArePlaced(t *testing.T) {
	t.Parallel()
	d := turnedLabels()
	for format, decode := range map[string]func(b []byte) (image.Image, error){
		"png": func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		"jpg": func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
	} {
		img, err := decode(write(t, d, format, output.Options{Scale: 2}))
		if err != nil {
			t.Fatal(err)
		}
		checkInk(t, format, img, d)
	}
}

func TestTurnedLabelsOfVectorFormatsAreWhereTheyArePlaced(t *testing.T) {
	t.Parallel()
	pdftoppm, gs := tool(t, "pdftoppm", "-v"), tool(t, "gs", "-v")
	d := turnedLabels()
	for format, cmd := range map[string][]string{
		"pdf": {pdftoppm, "-r", "200", "-png", "-"},
		"eps": {gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-r200", "-sOutputFile=-", "-"},
	} {
		img, err := png.Decode(strings.NewReader(pipe(t, write(t, d, format, output.Options{}), cmd[0], cmd[1:]...)))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		checkInk(t, format, img, d)
	}
}

// Labels in a PDF can be searched for and copied however they are turned: programs join
// letters only where they are level.
func TestPDFReadsTurnedLabelsAsWords(t *testing.T) {
	t.Parallel()
	pdftotext := tool(t, "pdftotext", "-v")
	d := drawing(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 60}), graph.Options{}, layout.Options{Engine: "radial"})
	read := pipe(t, write(t, d, "pdf", output.Options{}), pdftotext, "-enc", "UTF-8", "-layout", "-", "-")
	for _, label := range drawn(d) {
		if !strings.Contains(read, label) {
			t.Errorf("no %q in the text", label)
		}
	}
}

// A browser draws labels as they are turned, in the picture, in Graphviz's and in the page,
// where they stay so while it is magnified.
func TestBrowserTurnsLabels(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := turnedLabels()
	const turns = `[...document.querySelectorAll("text")].filter((e) => /^\|/.test(e.textContent)).map((e) => {
		const [m, box] = [e.getScreenCTM(), e.getBBox()];
		const at = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(m);
		return [Math.atan2(m.b, m.a) * 180 / Math.PI, at.x, at.y];
	})`
	for what, picture := range map[string][]byte{"svg": write(t, d, "svg", output.Options{}), "Graphviz": write(t, d, "svg", output.Options{Graphviz: true})} {
		p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": slices.Concat([]byte(`<!doctype html><style>body{margin:0}</style>`), picture[bytes.Index(picture, []byte("<svg")):])})
		scale := browsertest.Eval[float64](p, `document.querySelector("svg").getScreenCTM().a`)
		for i, got := range browsertest.Eval[[][]float64](p, turns) {
			l := d.Boxes[i/2].Label().Lines()[i%2]
			if what == "Graphviz" { // its elements are in points
				scale = browsertest.Eval[float64](p, `document.querySelector(".graph, #graph0").getScreenCTM().a`)
			}
			if math.Abs(got[0]-l.Angle) > 0.1 || math.Hypot(got[1]/scale-l.Center.X, got[2]/scale-l.Center.Y) > 4 {
				t.Errorf("%s: %q is turned by %.1f at %.1f, %.1f; want %g at %.1f, %.1f", what, l.String, got[0], got[1]/scale, got[2]/scale, l.Angle, l.Center.X, l.Center.Y)
			}
		}
	}
	p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": write(t, d, "html", output.Options{})})
	for range 3 {
		p.Becomes(`!document.querySelector("#stage svg").classList.contains("moving")`)
		for i, got := range browsertest.Eval[[][]float64](p, turns) {
			if want := angles[i/2]; math.Abs(got[0]-want) > 0.1 {
				t.Errorf("in the page, label %d is turned by %.1f, want %g", i, got[0], want)
			}
		}
		p.Click("#zoom-in")
	}
}

// Labels beside a dot are on the page, and have its ink in every theme.
func TestLabelsBesideDotsHaveTheInkOfThePage(t *testing.T) {
	dark := theme.Dark()
	opt := output.Options{Theme: dark}
	ink := regexp.MustCompile(`fontcolor="?` + dark.Title)
	if n := len(ink.FindAll(write(t, turnedLabels(), "dot", opt), -1)); n != len(angles) {
		t.Errorf("dot: %d labels have the ink of the page, want %d", n, len(angles))
	}
	text := string(write(t, turnedLabels(), "svg", opt))
	if rule := ` .nodes .node .beside{fill:` + dark.Title + `}`; !strings.Contains(text, rule) || strings.Count(text, `class="beside"`) != 2*len(angles) {
		t.Errorf("no rule %s, or labels are not of it", rule)
	}
}

// DOT cannot turn labels: they are level beside their dots, and cover neither dots nor one
// another. Graphviz's own picture turns them, and the names of groups.
func TestTurnedLabelsAreLevelInDOT(t *testing.T) {
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 60, Rejected: 0.1})
	d := drawing(t, snap, graph.Options{All: true}, layout.Options{Engine: "radial"})
	text := write(t, d, "dot", output.Options{})
	places := regexp.MustCompile(`xlabel="([^"]+)"\s+xlp="([\d.]+),([\d.]+)"`).FindAllSubmatch(text, -1)
	if len(places) != 60 {
		t.Fatalf("%d labels have places, want 60", len(places))
	}
	at := make([]r2.Vec, len(places))
	for i, p := range places {
		if _, err := fmt.Sscan(string(p[2]), &at[i].X); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(string(p[3]), &at[i].Y); err != nil {
			t.Fatal(err)
		}
		size := d.Boxes[1].Label().Size
		width := func(s []byte) float64 { return typeface.Regular.Width(string(s), size) }
		for j, q := range places[:i] {
			if math.Abs(at[i].X-at[j].X) < (width(p[1])+width(q[1]))/2-0.1 && math.Abs(at[i].Y-at[j].Y) < size-0.1 {
				t.Errorf("%s covers %s", p[1], q[1])
			}
		}
	}
	d = drawing(t, snap, graph.Options{All: true, GroupBy: []string{"rack"}}, layout.Options{Engine: "radial"})
	picture := write(t, d, "svg", output.Options{Graphviz: true})
	for _, a := range d.Areas {
		if n := a.Name; a.Look == layout.Tag && n.Angle != 0 && !regexp.MustCompile(fmt.Sprintf(`<g id="turned_area_\d+" transform="rotate\(%g `, n.Angle)).Match(picture) {
			t.Errorf("%q is not turned by %g", n.String, n.Angle)
		}
	}
}
