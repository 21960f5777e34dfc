package output_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/output"
)

// tableRows is the names of the rows that are there.
const tableRows = `[...document.querySelectorAll("#table tbody tr:not(.spacer) th")].map((th) => th.textContent)`

// blocked is the time in milliseconds for which the page's thread is blocked by an action
// and the frames after it.
const blocked = `(async (action) => {
	const before = performance.now();
	action();
	let most = performance.now() - before;
	let last = performance.now();
	for (let i = 0; i < 4; i++) {
		await new Promise((next) => requestAnimationFrame(next));
		await new Promise((next) => setTimeout(next));
		most = Math.max(most, performance.now() - last);
		last = performance.now();
	}
	return most;
})`

func TestBrowserOpensATableOfTenThousandAtOnce(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 10000})
	p := open(t, browser, laptop, pageBy(t, "trays", snap, graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	for _, action := range []string{
		`document.querySelector("#show-table").click()`,
		`document.querySelector("#table thead th:nth-child(3) button").click()`,
		`document.querySelector("#table").scrollTop = 150000`,
	} {
		ms := eval[float64](p, blocked+"(() => {"+action+"})")
		for range 3 { // the machine may have been busy
			if ms <= 1000 {
				break
			}
			p.do(chromedp.Reload())
			if !strings.Contains(action, "show-table") {
				p.click("#show-table")
			}
			ms = eval[float64](p, blocked+"(() => {"+action+"})")
		}
		if ms > 1000 {
			t.Errorf("%s blocks the page for %.0f ms", action, ms)
		}
	}
	if n := eval[int](p, tableRows+".length"); n < 20 || n > 100 {
		t.Errorf("%d rows are there", n)
	}
	if got := eval[string](p, `document.querySelector("#table table").getAttribute("aria-rowcount")`); got != "10002" {
		t.Errorf("a screen reader hears of %s rows", got)
	}
	// On paper it has as many as it says.
	p.do(chromedp.Evaluate[chromedp.Void](`dispatchEvent(new Event("beforeprint"))`))
	if got := eval[string](p, `document.querySelector("#printed").textContent + " " + `+tableRows+`.length`); got != "The first 5,000 of 10,001 rows 5000" {
		t.Errorf("on paper: %s", got)
	}
	p.do(chromedp.Evaluate[chromedp.Void](`dispatchEvent(new Event("afterprint"))`))
	if n := eval[int](p, tableRows+".length"); n > 100 {
		t.Errorf("%d rows are there after printing", n)
	}
}

func TestBrowserTableTakesKeys(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, clustertest.Snapshot(3, clustertest.Options{Nodes: 400}), graph.Options{}, output.Options{}))
	p.click("#show-table")
	const at = `(document.activeElement.closest("tr")?.getAttribute("aria-rowindex") ?? document.activeElement.id)`
	p.press("/" + kb.Enter) // the first row
	p.becomes(at + ` === "2"`)
	p.press(kb.Escape)
	for _, step := range []struct{ key, want string }{
		{kb.ArrowDown, "3"}, {kb.ArrowDown, "4"}, {kb.ArrowUp, "3"}, {kb.End, "402"}, {kb.ArrowUp, "401"}, {kb.Home, "2"},
	} {
		p.press(step.key)
		if got := eval[string](p, at); got != step.want {
			t.Fatalf("the focus is at row %s, want %s", got, step.want)
		}
	}
	p.press(kb.PageDown)
	if got := eval[string](p, `String(Number(`+at+`) > 10)`); got != "true" {
		t.Error("PageDown does not go far")
	}
	name := eval[string](p, `document.activeElement.textContent`)
	p.press(kb.Enter)
	p.becomes(fmt.Sprintf(`document.activeElement.id === "details-name" && document.activeElement.textContent === %q`, name))
	p.press(kb.Escape)
	p.becomes(fmt.Sprintf(`document.activeElement.textContent === %q`, name))
	// Scrolling the focused row away must not lose the place of the keys.
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#table").scrollTop = 1e6`))
	p.becomes(`document.activeElement.id === "table"`)
	p.quiet()
}

func TestBrowserSortsByAnyColumn(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.click("#show-table")
	rows := func(i int) []string {
		return eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll("#table tbody tr:not(.spacer)")].map((row) => row.cells[%d].textContent)`, i))
	}
	heads := eval[[]string](p, `[...document.querySelectorAll("#table thead th")].map((th) => th.textContent)`)
	for _, want := range []string{"Name", "State", "Group", "CPU free", "Memory free", "Running", "Labels"} {
		if !slices.Contains(heads, want) {
			t.Errorf("no column %s in %q", want, heads)
		}
	}
	for i, head := range heads {
		p.click(fmt.Sprintf("#table thead th:nth-child(%d) button", i+1))
		if i == 0 {
			p.click("#table thead th:first-child button") // it was sorted by it
		}
		ascending := rows(i)
		p.click(fmt.Sprintf("#table thead th:nth-child(%d) button", i+1))
		descending := rows(i)
		filled := func(all []string) int {
			return len(slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" }))
		}
		n := filled(ascending)
		if len(ascending) != 31 || slices.Contains(ascending[:n], "") || slices.Contains(descending[:n], "") {
			t.Errorf("%s: empty cells are not last", head)
		}
		if ascending[0] != descending[n-1] || ascending[n-1] != descending[0] {
			t.Errorf("%s: ascending %q, descending %q", head, ascending, descending)
		}
	}
	p.quiet()
}

func TestBrowserPrintsAllRowsOfTheTable(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := open(t, browser, laptop, page(t, clustertest.Snapshot(3, clustertest.Options{Nodes: 400}), graph.Options{}, output.Options{}))
	p.click("#show-table")
	before := eval[[]string](p, tableRows)
	text := p.printed(pdftotext)
	for _, id := range eval[[]string](p, `JSON.parse(document.querySelector("#data").textContent).nodes.id`) {
		if !strings.Contains(text, id[:8]) {
			t.Errorf("%s is not on paper", id)
		}
	}
	if after := eval[[]string](p, tableRows); !slices.Equal(before, after) {
		t.Errorf("after printing there are %d rows, before %d", len(after), len(before))
	}
	p.quiet()
}
