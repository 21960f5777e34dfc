package output_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// Viewers and documents place a picture by the density of its pixels.
func TestPicturesOfPixelsAreTwelveInchesWideAtAnyScale(t *testing.T) {
	d := drawing(t, states(5), graph.Options{}, layout.Options{})
	for _, scale := range []float64{0.5, 1, 2} {
		text := write(t, d, "png", output.Options{Scale: scale})
		config, err := png.DecodeConfig(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(text, []byte("pHYs"))
		if at < 0 || at > bytes.Index(text, []byte("IDAT")) {
			t.Fatal("no pHYs before the pixels")
		}
		if in := float64(config.Width) / float64(binary.BigEndian.Uint32(text[at+4:])) / 0.0254; in < 11.99 || in > 12.01 || text[at+12] != 1 {
			t.Errorf("png at scale %g: %g inches", scale, in)
		}

		text = write(t, d, "jpg", output.Options{Scale: scale})
		if config, _, err = image.DecodeConfig(bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if string(text[6:11]) != "JFIF\x00" || text[13] != 1 || config.Width != 12*int(binary.BigEndian.Uint16(text[14:])) {
			t.Errorf("jpg at scale %g: %d pixels, header % x", scale, config.Width, text[:20])
		}
	}
}

func TestAPageOfNoneIsTransparent(t *testing.T) {
	colors, err := theme.Read([]byte(`{"base": "dark", "page": "none"}`))
	if err != nil {
		t.Fatal(err)
	}
	d := drawing(t, states(30), graph.Options{All: true, GroupBy: []string{"region"}}, layout.Options{})
	img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{Theme: colors})))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, alpha := img.At(3, 3).RGBA(); alpha != 0 {
		t.Errorf("the corner of the PNG has an alpha of %d", alpha)
	}
	hub := d.Boxes[hubOf(t, d)].Center
	if _, _, _, alpha := img.At(int(hub.X*layout.PixelsPerPoint), int(hub.Y*layout.PixelsPerPoint)).RGBA(); alpha != 0xffff {
		t.Errorf("the orchestrator has an alpha of %d", alpha)
	}
	for format, page := range map[string]string{"svg": `class="page"`, "dot": `bgcolor="#`} {
		if !strings.Contains(string(write(t, d, format, output.Options{Theme: theme.Dark()})), page) {
			t.Errorf("%s of the dark theme has no page", format)
		}
		if strings.Contains(string(write(t, d, format, output.Options{Theme: colors})), page) {
			t.Errorf("%s has a page", format)
		}
	}
}

func hubOf(t *testing.T, d *layout.Drawing) int {
	t.Helper()
	for i := range d.Diagram.Nodes {
		if d.Diagram.Nodes[i].Hub {
			return i
		}
	}
	t.Fatal("no hub")
	return 0
}

// looks is the colours and lines of each part of the pictures in a page.
const looks = `[...document.querySelectorAll("svg rect, svg path, svg circle, svg text")].map((e) => {
	const s = getComputedStyle(e);
	return [e.tagName, e.className.baseVal, e.parentNode.className.baseVal, s.fill,
		s.stroke === "none" || s.strokeWidth === "0px" ? "" : s.stroke + s.strokeWidth + s.strokeDasharray.replaceAll("px", ""), s.fontWeight, s.fontFamily].join("; ");
})`

// Some programs that read SVG know no style sheets, and drew all of it in black.
func TestAnSVGHasItsColoursWithoutStyleSheets(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	jobs := clustertest.Snapshot(3, clustertest.Options{Nodes: 12, Disconnected: 0.2, Pending: 0.1})
	jobs.Jobs = clustertest.Jobs(3, jobs, clustertest.JobOptions{Jobs: 5, Executions: 3})
	var page []byte
	for _, d := range []*layout.Drawing{
		drawing(t, states(30), graph.Options{All: true, GroupBy: []string{"region"}}, layout.Options{Engine: "rings"}),
		drawing(t, states(30), graph.Options{All: true, GroupBy: []string{"region"}}, layout.Options{Engine: "trays"}),
		drawing(t, states(30), graph.Options{All: true, ColorBy: graph.FieldUtilisation}, layout.Options{}),
		drawing(t, jobs, graph.Options{All: true}, layout.Options{}),
	} {
		page = append(page, write(t, d, "svg", output.Options{})...)
	}
	p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": page})
	with := browsertest.Eval[[]string](p, looks)
	without := browsertest.Eval[[]string](p, `document.querySelectorAll("style").forEach((e) => e.remove()), `+looks)
	if len(with) < 200 || len(with) != len(without) {
		t.Fatalf("%d parts with style sheets, %d without", len(with), len(without))
	}
	for i := range with {
		if with[i] != without[i] {
			t.Errorf("part %d\nwith:    %s\nwithout: %s", i, with[i], without[i])
		}
	}
}

func TestPicturesInOnePageKeepTheirThemes(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := drawing(t, states(5), graph.Options{}, layout.Options{})
	var page []byte
	var want []string
	for _, name := range []string{"light", "dark", "print"} {
		colors, err := theme.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		page = append(page, write(t, d, "svg", output.Options{Theme: colors})...)
		c := theme.RGB(colors.Page)
		want = append(want, fmt.Sprintf("rgb(%d, %d, %d)", c.R, c.G, c.B))
	}
	p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": page})
	got := browsertest.Eval[[]string](p, `[...document.querySelectorAll(".page")].map((e) => getComputedStyle(e).fill)`)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("pages are %q, want %q", got, want)
	}
}
