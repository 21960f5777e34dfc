package output_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/output"
)

const fragment = `decodeURIComponent(location.hash)`

// What fragments look like is in page/test/state.test.js.
func TestBrowserLinksToWhatIsShown(t *testing.T) {
	t.Parallel()
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "trays", states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	if got := browsertest.Eval[string](p, fragment); got != "" {
		t.Errorf("a page that was just opened has the fragment %q", got)
	}
	p.Do(chromedp.Evaluate[chromedp.Void](`location.hash = "#future=1"`))
	p.Press("/state:connected")
	p.Becomes(fragment + ` === "#q=state:connected&future=1"`)
	found := browsertest.Eval[string](p, status)
	p.Click(`#filters input[data-level="1"]`)
	p.Becomes(fragment + `.includes("&hide=group:ap-south-1")`)
	p.Click("#show-table")
	p.Becomes(fragment + `.includes("&table=Name&")`)
	p.Click("#table thead th:nth-child(3) button")
	p.Click("#table thead th:nth-child(3) button")
	p.Becomes(fragment + `.includes("&table=-Role&")`)
	p.Click("#table tbody tr[aria-rowindex='3'] input")
	p.Click("#table tbody tr[aria-rowindex='4'] input")
	p.Becomes(`/&sel=[^&,]+,[^&,]+&/.test(location.hash)`)
	const shows = `[document.querySelector("#search").value, document.querySelector("#status").textContent, document.querySelector("#details-name").textContent,
		document.querySelector("[aria-sort]")?.textContent, document.querySelector("[aria-sort]")?.getAttribute("aria-sort"),
		...[...document.querySelectorAll("#table tr.selected th")].map((th) => th.textContent), document.querySelector("#table").hidden].join()`
	want := browsertest.Eval[string](p, shows)
	link := browsertest.Eval[string](p, "location.href")

	// Back leads through all that was shown.
	p.Do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	p.Becomes(`document.querySelectorAll("#table tr.selected").length < 2`)
	for i := 0; browsertest.Eval[bool](p, `!document.querySelector("#table").hidden`); i++ {
		if i > 9 {
			t.Fatal("Back does not lead to the picture")
		}
		p.Do(chromedp.Evaluate[chromedp.Void](`history.back()`), chromedp.Evaluate[chromedp.Void](`new Promise((done) => setTimeout(done, 100))`, chromedp.EvalAwaitPromise))
	}
	p.Do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	p.Becomes(fmt.Sprintf("%s === %q && !document.querySelector(`#filters input:not(:checked)`)", status, found))

	p.Do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	p.Becomes(fmt.Sprintf("%s === %q", shows, want))
	p.Press(kb.Escape)
	p.Becomes(fragment + `.endsWith("&future=1") && !` + fragment + `.includes("sel=")`)
}

func TestBrowserGroupsAndColoursAsChosen(t *testing.T) {
	t.Parallel()
	snap := states(30)
	snap.Nodes[28].Labels, snap.Nodes[29].Labels = map[string]string{"region": "no region"}, nil
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "trays", snap, graph.Options{}, output.Options{}))
	choose := func(id, value string) {
		p.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const list = document.querySelector(%q); list.value = %q; list.dispatchEvent(new Event("change")); })()`, id, value)))
	}
	before := browsertest.Eval[string](p, `document.querySelector("#stage").innerText`)
	choose("#group-by", "region")
	p.Becomes(`["ap-south-1", "eu-west-1", "us-east-1"].every((name) => document.querySelector("#stage").textContent.includes(name))`)
	p.Becomes(`['no region', '"no region"'].every((name) => [...document.querySelectorAll(".head > span:first-child")].some((e) => e.textContent === name))`)
	choose("#color-by", "os_arch")
	p.Becomes(`document.querySelectorAll("#tones p").length === 2`)
	choose("#label-by", "region")
	p.Becomes(fragment + ` === "#group=region&color=os_arch&label=region"`)
	link := browsertest.Eval[string](p, "location.href")
	p.Do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	p.Becomes(`document.querySelector("#color-by").value === "os_arch" && document.querySelector("#stage").textContent.includes("us-east-1")`)
	for _, id := range []string{"#group-by", "#color-by", "#label-by"} {
		choose(id, "")
	}
	p.Becomes(fmt.Sprintf("document.querySelector('#stage').innerText === %q", before))
	p.Becomes(fragment + ` === ""`)
}

// With cells, the legend says what the colours stand for: shades of a capacity, or what the reader chose.
func TestBrowserLegendFollowsTheColours(t *testing.T) {
	t.Parallel()
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "cells", states(30), graph.Options{}, output.Options{}))
	choose := func(id, value string) {
		p.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const list = document.querySelector(%q); list.value = %q; list.dispatchEvent(new Event("change")); })()`, id, value)))
	}
	const scale = `document.querySelector(".scale")`
	p.Becomes(scale + `.innerText.startsWith("CPU in use") && ` + scale + `.innerText.endsWith("100 % CPU in use")`)
	p.Becomes(`document.querySelectorAll("#boxes .swatch:empty").length === 0`)
	choose("#color-by", "region")
	p.Becomes(scale + `.hidden`)
	choose("#color-by", "")
	choose("#fill-by", "memory")
	p.Becomes(`!` + scale + `.hidden && ` + scale + `.innerText.startsWith("Memory in use") && ` + scale + `.innerText.endsWith("100 % memory in use")`)
	choose("#fill-by", "")
	p.Becomes(scale + `.innerText.startsWith("CPU in use")`)
}
