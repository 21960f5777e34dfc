package output_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/output"
)

const fragment = `decodeURIComponent(location.hash)`

// What fragments look like is in page/test/state.test.js.
func TestBrowserLinksToWhatIsShown(t *testing.T) {
	t.Parallel()
	p := open(t, chromium(t), laptop, pageBy(t, "trays", states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	if got := eval[string](p, fragment); got != "" {
		t.Errorf("a page that was just opened has the fragment %q", got)
	}
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#future=1"`))
	p.press("/state:connected")
	p.becomes(fragment + ` === "#q=state:connected&future=1"`)
	found := eval[string](p, status)
	p.click(`#filters input[data-level="1"]`)
	p.becomes(fragment + `.includes("&hide=group:ap-south-1")`)
	p.click("#show-table")
	p.becomes(fragment + `.includes("&table=Name&")`)
	p.click("#table thead th:nth-child(3) button")
	p.click("#table thead th:nth-child(3) button")
	p.becomes(fragment + `.includes("&table=-Role&")`)
	p.click("#table tbody tr[aria-rowindex='3'] input")
	p.click("#table tbody tr[aria-rowindex='4'] input")
	p.becomes(`/&sel=[^&,]+,[^&,]+&/.test(location.hash)`)
	const shows = `[document.querySelector("#search").value, document.querySelector("#status").textContent, document.querySelector("#details-name").textContent,
		document.querySelector("[aria-sort]")?.textContent, document.querySelector("[aria-sort]")?.getAttribute("aria-sort"),
		...[...document.querySelectorAll("#table tr.selected th")].map((th) => th.textContent), document.querySelector("#table").hidden].join()`
	want := eval[string](p, shows)
	link := eval[string](p, "location.href")

	// Back leads through all that was shown.
	p.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	p.becomes(`document.querySelectorAll("#table tr.selected").length < 2`)
	for i := 0; eval[bool](p, `!document.querySelector("#table").hidden`); i++ {
		if i > 9 {
			t.Fatal("Back does not lead to the picture")
		}
		p.do(chromedp.Evaluate[chromedp.Void](`history.back()`), chromedp.Evaluate[chromedp.Void](`new Promise((done) => setTimeout(done, 100))`, chromedp.EvalAwaitPromise))
	}
	p.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	p.becomes(fmt.Sprintf("%s === %q && !document.querySelector(`#filters input:not(:checked)`)", status, found))

	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	p.becomes(fmt.Sprintf("%s === %q", shows, want))
	p.press(kb.Escape)
	p.becomes(fragment + `.endsWith("&future=1") && !` + fragment + `.includes("sel=")`)
}

func TestBrowserGroupsAndColoursAsChosen(t *testing.T) {
	t.Parallel()
	p := open(t, chromium(t), laptop, pageBy(t, "trays", states(30), graph.Options{}, output.Options{}))
	choose := func(id, value string) {
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const list = document.querySelector(%q); list.value = %q; list.dispatchEvent(new Event("change")); })()`, id, value)))
	}
	before := eval[string](p, `document.querySelector("#stage").innerText`)
	choose("#group-by", "region")
	p.becomes(`["ap-south-1", "eu-west-1", "us-east-1"].every((name) => document.querySelector("#stage").textContent.includes(name))`)
	choose("#color-by", "os_arch")
	p.becomes(`document.querySelectorAll("#tones p").length === 2`)
	choose("#label-by", "region")
	p.becomes(fragment + ` === "#group=region&color=os_arch&label=region"`)
	link := eval[string](p, "location.href")
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	p.becomes(`document.querySelector("#color-by").value === "os_arch" && document.querySelector("#stage").textContent.includes("us-east-1")`)
	for _, id := range []string{"#group-by", "#color-by", "#label-by"} {
		choose(id, "")
	}
	p.becomes(fmt.Sprintf("document.querySelector('#stage').innerText === %q", before))
	p.becomes(fragment + ` === ""`)
}

// With cells, the legend says what the colours stand for: shades of a capacity, or what the reader chose.
func TestBrowserLegendFollowsTheColours(t *testing.T) {
	t.Parallel()
	p := open(t, chromium(t), laptop, pageBy(t, "cells", states(30), graph.Options{}, output.Options{}))
	choose := func(id, value string) {
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const list = document.querySelector(%q); list.value = %q; list.dispatchEvent(new Event("change")); })()`, id, value)))
	}
	const scale = `document.querySelector(".scale")`
	p.becomes(scale + `.innerText.startsWith("CPU in use") && ` + scale + `.innerText.endsWith("100 % CPU in use")`)
	p.becomes(`document.querySelectorAll("#boxes .swatch:empty").length === 0`)
	choose("#color-by", "region")
	p.becomes(scale + `.hidden`)
	choose("#color-by", "")
	choose("#fill-by", "memory")
	p.becomes(`!` + scale + `.hidden && ` + scale + `.innerText.startsWith("Memory in use") && ` + scale + `.innerText.endsWith("100 % memory in use")`)
	choose("#fill-by", "")
	p.becomes(scale + `.innerText.startsWith("CPU in use")`)
}
