package output_test

// These tests open pages of bacviz in Chromium, and use them as people do.

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

const (
	inPicture = `document.activeElement.getAttribute("role") === "option"`
	focused   = `document.activeElement.getAttribute("aria-label")`
	zoomed    = `new DOMMatrix(document.querySelector("#stage > svg").style.transform).a`
	placed    = `document.querySelector("#stage > svg").style.transform`
	status    = `document.querySelector("#status").textContent`
	shown     = `document.querySelectorAll(".node:not(.out)").length`
)

// states is a cluster of every state, in two levels of groups.
func states(n int) cluster.Snapshot {
	return clustertest.Snapshot(3, clustertest.Options{Nodes: n, Disconnected: 0.2, Pending: 0.1, Rejected: 0.1, Names: clustertest.NameHost})
}

func page(t *testing.T, snap cluster.Snapshot, shape graph.Options, opt output.Options) map[string][]byte {
	t.Helper()
	return pageBy(t, layout.Auto, snap, shape, opt)
}

// pageBy is page by an engine.
func pageBy(t testing.TB, engine string, snap cluster.Snapshot, shape graph.Options, opt output.Options) map[string][]byte {
	t.Helper()
	shape.All = true
	return map[string][]byte{"/": write(t, drawing(t, snap, shape, layout.Options{Engine: engine}), "html", opt)}
}

// A trunk stands for many edges: it goes when none of them is left.
func TestBrowserHidesTrunksWithoutNodes(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "trays", states(60), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	const shown = `document.querySelectorAll(".trunk:not(.out)").length`
	p.Becomes(shown + " === 3")
	p.Press("/group:eu-west-1")
	p.Becomes(shown + " === 1")
	p.Press(kb.Escape)
	p.Becomes(shown + " === 3")
}

func TestBrowserSearchesAndFilters(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "rings", states(30), graph.Options{GroupBy: []string{"region", "rack"}}, output.Options{}))
	if got := browsertest.Eval[string](p, status); got != "31 nodes" {
		t.Errorf("at first %q", got)
	}

	p.Press("/EU-west AMD64") // every word, in IDs, labels and their values, whatever the case
	const found = `(() => {
		const {id, labels} = JSON.parse(document.querySelector("#data").textContent).nodes;
		return [...document.querySelectorAll(".node")].flatMap((e, i) => e.matches(".out") ? [] : [id[i] + labels.of[i].map((n) => labels.pairs[n - 1])]);
	})()`
	p.Becomes(found + `.every((node) => node.includes("eu-west") && node.includes("amd64"))`)
	got := browsertest.Eval[[]string](p, found)
	if want := fmt.Sprintf("%d of 31 nodes", len(got)); len(got) == 0 || browsertest.Eval[string](p, status) != want {
		t.Errorf("%s, want %s", browsertest.Eval[string](p, status), want)
	}
	if edges := browsertest.Eval[int](p, `document.querySelector(".edge").getAttribute("d").split("M").length - 1`); edges > len(got) {
		t.Errorf("%d edges for %d nodes", edges, len(got))
	}
	p.Press("zzz")
	p.Becomes(status + ` === "No node matches"`)
	p.Press(kb.Escape)
	p.Becomes(status + ` === "31 nodes"`)
	p.Press("rack" + kb.Enter) // goes to the first that is found
	p.Becomes(inPicture)
	p.Becomes(`!document.querySelector("#details").hidden`)
	p.Press(kb.Escape + kb.Escape)
	p.Becomes(status + ` === "31 nodes"`)

	off := browsertest.Eval[int](p, `document.querySelectorAll(".node.off").length`)
	for words, called := range map[string]string{"connected": ", connected", "disconnected": ", disconnected", "state:disc": ", disconnected", "state:onnected": "nobody"} {
		p.Press("/" + words)
		p.Becomes(fmt.Sprintf("%s === document.querySelectorAll(`.node[aria-label*='%s']`).length", shown, called))
		p.Press(kb.Escape + kb.Escape)
	}
	p.Press("/group:EU-west")
	p.Becomes(shown + ` > 0 && ` + found + `.every((node) => /eu-west/.test(node))`)
	p.Press(kb.Escape + kb.Escape)
	p.Click(`#filters input[name=kind][value="6"]`)
	p.Becomes(fmt.Sprintf("%s === %d", shown, 31-off))
	p.Click("#reset")
	p.Becomes(shown + ` === 31`)
	// A group takes those in it along.
	p.Click(`#filters input[data-level="1"]`)
	p.Becomes(status + ` !== "31 nodes"`)
	outer := browsertest.Eval[int](p, shown)
	if on := browsertest.Eval[int](p, `document.querySelectorAll("#filters [data-level='2']:checked").length`); on == 0 || on == browsertest.Eval[int](p, `document.querySelectorAll("#filters [data-level='2']").length`) {
		t.Errorf("%d inner groups are ticked", on)
	}
	p.Click(`#filters input[data-level="2"]`)
	p.Becomes(fmt.Sprintf("%s > %d", shown, outer))
	if !browsertest.Eval[bool](p, `document.querySelector("#filters input[data-level='1']").indeterminate`) {
		t.Error("a group that is shown in part is not marked so")
	}
	p.Alone()
}

func TestBrowserRunsNothingButThePage(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	for name, text := range htmls(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": text})
			p.Becomes(`document.body.classList.contains("on")`)
			p.Click("#show-table")
			if n := browsertest.Eval[int](p, `document.querySelectorAll("tbody tr:not(.spacer)").length - document.querySelectorAll(".node").length`); n != 0 {
				t.Errorf("%d rows more than nodes", n)
			}
			if got := browsertest.Eval[string](p, `document.querySelectorAll("script, style:not(svg style), img, link, iframe").length + " " + document.querySelectorAll("#stage, #details").length`); got != "5 2" {
				t.Errorf("elements that a name made, or missing ones: %s", got)
			}
			if name == "hostile" {
				if got := browsertest.Eval[string](p, `document.querySelector("h1").textContent`); got != `</title><script>alert(1)</script> {{data}}` {
					t.Errorf("title %q", got)
				}
			}
			p.Alone()
		})
	}
}

// TestBrowserTellsOfTrouble makes sure that a page that is not quiet is noticed.
func TestBrowserTellsOfTrouble(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	text := page(t, states(3), graph.Options{}, output.Options{})["/"]
	for what, broken := range map[string][]byte{
		"style attribute": bytes.Replace(text, []byte(`<h1>`), []byte(`<h1 style="color:red">`), 1),
		"script":          bytes.Replace(text, []byte(`</body>`), []byte(`<script>document.title = 1</script></body>`), 1),
		"image":           bytes.Replace(text, []byte(`</body>`), []byte(`<img src="/x.png" alt=""></body>`), 1),
	} {
		p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": broken})
		p.Becomes(`document.readyState === "complete"`)
		time.Sleep(100 * time.Millisecond)
		if len(p.Trouble()) == 0 {
			t.Errorf("%s: nothing was told", what)
		}
	}
}
