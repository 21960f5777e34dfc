package output_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

func TestBrowserIsLightAndDark(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := drawing(t, states(12), graph.Options{All: true, ColorBy: "region"}, layout.Options{})
	picture := write(t, d, "svg", output.Options{})
	const frame = `<!doctype html><meta name="color-scheme" content="light dark"><style>body{margin:0}svg,img{display:block}</style>`
	for _, scheme := range []string{"light", "dark"} {
		paper, ink := color.RGBA{255, 255, 255, 255}, color.RGBA{0x16, 0x20, 0x2c, 255}
		if scheme == "dark" {
			paper, ink = color.RGBA{0x10, 0x16, 0x1d, 255}, color.RGBA{0xee, 0xf2, 0xf6, 255}
		}
		for what, files := range map[string]map[string][]byte{
			"img":    {"/": []byte(frame + `<img src="/a.svg" alt="">`), "/a.svg": picture},
			"inline": {"/": slices.Concat([]byte(frame), picture)},
			"file":   {"/": []byte(`<!doctype html><script>location = "/a.svg"</script>`), "/a.svg": picture},
			"html":   page(t, states(12), graph.Options{ColorBy: "region"}, output.Options{}),
		} {
			t.Run(what+" "+scheme, func(t *testing.T) {
				t.Parallel()
				p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: scheme, Width: 1200, Height: 800}, files)
				if what == "file" {
					p.Becomes(`location.pathname === "/a.svg" && document.readyState === "complete"`)
				}
				p.Becomes(`document.readyState === "complete" && [...document.images].every((i) => i.complete)`)
				img := p.Screenshot()
				if at := img.At(1190, 10); !near(at, paper) {
					t.Errorf("the page is %v, want %v", at, paper)
				}
				title := image.Rect(10, 8, 260, 60)
				if n := count(img, title, ink); n < 40 {
					t.Errorf("%d pixels of the title are %v", n, ink)
				}
				whole := img.Bounds()
				area := whole.Dx() * whole.Dy()
				if n := count(img, whole, paper); n < area*6/10 {
					t.Errorf("%d of %d pixels are as the page", n, area)
				}
				for name, fill := range map[string]color.RGBA{"hub": {0xe6, 0x9f, 0, 255}, "first region": {0x56, 0xb4, 0xe9, 255}, "second region": {0, 0x9e, 0x73, 255}} {
					if n := count(img, whole, fill); n < 500 {
						t.Errorf("%d pixels are those of the %s", n, name)
					}
				}
			})
		}
	}
}

// contrasts is a script that returns the worst contrast of the texts of each class
// in the pictures of a page, by WCAG 2.1, with what they are on: an outline, or the
// page and every area of a group. Marks count as text.
const contrasts = `(() => {
	const channels = (color) => color.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255);
	const luminance = (color) => channels(color).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	const fill = (e) => luminance(getComputedStyle(e).fill);
	const worst = {};
	for (const svg of document.querySelectorAll("svg")) {
		const open = [svg.querySelector(".page"), ...svg.querySelectorAll(".hull")].map(fill);
		for (const e of svg.querySelectorAll("text, .mark, .glyph")) {
			const outline = e.parentNode.querySelector(":scope > .outline");
			const ink = e.classList.contains("mark") ? luminance(getComputedStyle(e).stroke) : fill(e);
			const least = Math.min(...(outline ? [fill(outline)] : open).map((on) => contrast(ink, on)));
			const name = e.tagName + " " + e.classList + " in " + (e.parentNode === svg ? "bacviz" : e.parentNode.classList);
			worst[name] = Math.min(worst[name] ?? 21, least);
		}
	}
	return worst;
})()`

func TestTextStandsOutInEveryTheme(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	snap := states(30)
	by := func(color string) graph.Options {
		return graph.Options{All: true, GroupBy: []string{"region", "os_arch"}, ColorBy: color}
	}
	many := by("id") // more values than have colours of their own
	for i := range snap.Nodes {
		if snap.Nodes[i].Labels != nil {
			snap.Nodes[i].Labels["id"] = snap.Nodes[i].ID
		}
	}
	collapsed := by("")
	collapsed.Collapse = true
	changes := map[string]graph.Changes{}
	for i, c := range []graph.Change{graph.Added, graph.Removed, graph.Changed, graph.Same} {
		changes[snap.Nodes[i].ID] = graph.Changes{Change: c}
	}
	shapes := []graph.Options{by(""), many, by("region"), by("@utilisation"), by("@state"), collapsed, {All: true, Changes: changes}}
	var drawings []*layout.Drawing
	for _, shape := range shapes {
		drawings = append(drawings, drawing(t, snap, shape, layout.Options{Engine: "rings"}))
	}
	for _, name := range append(theme.Names(), "auto in the dark") {
		scheme := "light"
		if name == "auto in the dark" {
			name, scheme = "auto", "dark"
		}
		colors, err := theme.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		page := []byte(`<!doctype html><meta name="color-scheme" content="light dark">`)
		for _, d := range drawings { // each keeps its own colours
			page = fmt.Appendf(page, `%s`, write(t, d, "svg", output.Options{Theme: colors}))
		}
		p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: scheme, Width: 1200, Height: 800}, map[string][]byte{"/": page})
		worst := browsertest.Eval[map[string]float64](p, contrasts)
		for what, c := range worst {
			if c < 4.5 {
				t.Errorf("%s, %s: %s has a contrast of %.2f", name, scheme, what, c)
			}
		}
		for _, want := range []string{
			"text title in bacviz", "text subtitle in bacviz", "text groupname in bacviz", "text name in legend", "text  in node hub", "text  in node compute v4",
			"text  in node unknown dashed", "circle mark in node pending", "path mark in node rejected", "path glyph in node changed", "path glyph in node compute v6",
			"text  in node group", "text  in node removed dashed",
		} {
			if worst[want] == 0 {
				t.Errorf("%s, %s: no %q", name, scheme, want)
			}
		}
	}
}

// count is how many pixels within r have about that colour.
func count(img image.Image, r image.Rectangle, c color.Color) (n int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if near(img.At(x, y), c) {
				n++
			}
		}
	}
	return n
}

func TestBrowserPrints(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "dark", Width: 1280, Height: 800}, page(t, states(12), graph.Options{}, output.Options{}))
	for _, view := range []string{"picture", "table"} {
		p.Click("#show-" + view)
		text := printed(p, pdftotext)
		for want, in := range map[string]bool{"Bacalhau network": true, "pending approval": view == "picture", "Memory": view == "table", "Show all": false, "Search": false} {
			if strings.Contains(text, want) != in {
				t.Errorf("the %s in print: %q is in it: %v\n%s", view, want, !in, text)
			}
		}
	}
}

// printed returns the text of the page on paper.
func printed(p *browsertest.Tab, pdftotext string) string {
	p.Helper()
	cmd := exec.Command(pdftotext, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(p.Print())
	text, err := cmd.Output()
	p.Must(err)
	return string(text)
}

func TestAxeFindsNoBarriers(t *testing.T) {
	t.Parallel()
	browsertest.NeedAxe(t)
	browsertest.Need(t)
	snap := states(30)
	shape := graph.Options{All: true, GroupBy: []string{"region", "os_arch"}, ColorBy: "region"}
	picture := func(opt output.Options) map[string][]byte {
		svg := write(t, drawing(t, snap, shape, layout.Options{}), "svg", opt)
		return map[string][]byte{"/": slices.Concat([]byte(`<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>Test</title><main><h1>Test</h1>`), svg, []byte(`</main>`))}
	}
	link := output.Options{Link: "https://nodes.example/{id}"}
	checkOn := func(s browsertest.Screen, what string, files map[string][]byte, use func(p *browsertest.Tab)) {
		t.Run(fmt.Sprint(what, " ", s), func(t *testing.T) {
			t.Parallel()
			p := browsertest.OpenFiles(t, s, files)
			if use != nil {
				use(p)
			}
			for _, b := range p.Barriers() {
				t.Error(b)
			}
		})
	}
	details := func(p *browsertest.Tab) {
		p.Press("/amd64" + kb.Enter)
		p.Becomes(`!document.querySelector("#details").hidden`)
	}
	for _, name := range theme.Names() {
		colors, err := theme.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if colors != nil { // auto is below
			checkOn(browsertest.Laptop, "html in "+name, page(t, snap, shape, output.Options{Theme: colors, Link: link.Link}), details)
		}
	}
	for _, s := range []browsertest.Screen{browsertest.Laptop, {Scheme: "dark", Width: 1280, Height: 800}, {Scheme: "light", Width: 375, Height: 667}} {
		check := func(what string, files map[string][]byte, use func(p *browsertest.Tab)) { checkOn(s, what, files, use) }
		check("svg", picture(output.Options{}), nil)
		check("svg with links", picture(link), nil)
		check("html", page(t, snap, shape, output.Options{}), nil)
		check("html with details", page(t, snap, shape, link), details)
		check("html with table", page(t, snap, shape, link), func(p *browsertest.Tab) {
			p.Click("#show-table")
			p.Press("/amd64")
			p.Becomes(status + `.includes(" of ")`)
		})
		check("html with several nodes", page(t, snap, shape, link), func(p *browsertest.Tab) {
			p.Click("#show-table")
			p.Click("#table tbody tr:nth-child(3) input")
			p.Click("#table tbody tr:nth-child(4) input")
			p.Press("/cpu>many")
			p.Becomes(`document.querySelector("#hint").textContent !== "" && ` + detailsName + ` === "2 nodes"`)
		})
		menu := map[string]string{"light": "help", "dark": "save"}[s.Scheme]
		check("html with "+menu, page(t, snap, shape, link), func(p *browsertest.Tab) {
			p.Click("#show-" + menu)
			p.Becomes(`document.querySelector(":popover-open") !== null`)
		})
		check("html with jobs", page(t, func() cluster.Snapshot {
			s := states(20)
			s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 3, Executions: 4, Retried: 1, Failed: 0.5})
			return s
		}(), graph.Options{}, link), func(p *browsertest.Tab) {
			p.Click(".node.job .outline")
			p.Becomes(`!document.querySelector("#details").hidden`)
		})
		check("html with filters", page(t, snap, graph.Options{ColorBy: "@utilisation"}, output.Options{}), func(p *browsertest.Tab) {
			if browsertest.Eval[bool](p, `document.querySelector("#filters").hidden`) {
				p.Click("#show-filters")
			}
			p.Click("#filters input")
		})
	}
	// And a barrier would be found.
	p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": bytes.Replace(picture(output.Options{})["/"], []byte(` role="img"`), []byte(` role="nonsense"`), 1)})
	if len(p.Barriers()) == 0 {
		t.Error("axe-core does not mind a role that is none")
	}
}
