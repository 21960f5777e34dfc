package output_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func TestBrowserShowsDetails(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, pageBy(t, "rings", states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{Link: "https://nodes.example/{id}"}))
	if n := eval[int](p, `document.querySelectorAll("#stage a").length`); n > 0 {
		t.Errorf("%d links within options", n)
	}
	x, y := p.middle(".node.compute .outline")
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	tip := eval[string](p, `document.querySelector(".node.compute title").textContent`)
	p.click(".node.compute .outline")
	got := eval[string](p, `document.querySelector("#details").innerText`)
	id := eval[string](p, `document.querySelector("#facts dd").textContent`)
	if !strings.HasPrefix(tip, id+"\n") {
		t.Errorf("below the pointer is %q, in the details %s", tip, id)
	}
	for _, want := range []string{id, "compute", "connected", "approved", "ap-south-1", "v1.9.3", "docker", "GiB memory", "os_arch=", "Linked to", "Free\n", "Running\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
	}
	if got, want := eval[string](p, `document.querySelector("#link").href`), "https://nodes.example/"+id; got != want {
		t.Errorf("the link leads to %s, want %s", got, want)
	}
	if got := eval[string](p, `document.querySelector(".lit").getAttribute("d")`); !strings.HasPrefix(got, "M") {
		t.Error("the edge of the node is not highlighted")
	}
	p.click("#facts button")
	p.becomes(`document.querySelector("#details-name").textContent === ` + `document.querySelector(".node.hub text").textContent`)
	p.click("#close")
	p.becomes(`document.querySelector("#details").hidden`)
	p.quiet()
}

// Of a group those are counted that are drawn: 3 of 3 would say that there are no others.
func TestBrowserCountsTheNodesOfAGroup(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	snap := nodes("n-1", "n-2", "n-3", "n-4")
	snap.Nodes[0].Sightings[0].Connection = cluster.Disconnected
	for all, want := range map[bool]string{false: "3 connected", true: "3 of 4 connected"} {
		d, err := layout.Arrange(t.Context(), graphtest.Diagram(snap, graph.Options{All: all, GroupBy: []string{graph.FieldVersion}, Collapse: true}), layout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := open(t, browser, laptop, map[string][]byte{"/": write(t, d, "html", output.Options{})})
		x, y := p.middle(".node.group .outline")
		p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
		if got := eval[string](p, `document.querySelector(".node.group title").textContent`); !strings.Contains(got, "\ngroup, "+want) {
			t.Errorf("the tooltip is %q, want %q in it", got, want)
		}
		p.click(".node.group .outline")
		if got := eval[string](p, `document.querySelector("#facts").innerText`); !strings.Contains(got, "Nodes\n"+want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
		p.quiet()
	}
}

// A job's details list its runs; its edges, and the nodes without executions, can be
// filtered.
func TestBrowserShowsJobs(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	s := states(20)
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 2, Executions: 4, Failed: 1, Retried: 1})
	p := open(t, browser, laptop, page(t, s, graph.Options{}, output.Options{}))
	if got := eval[string](p, status); got != "21 nodes and 2 jobs" {
		t.Errorf("at first %q", got)
	}
	p.click(".node.job .outline")
	got := eval[string](p, `document.querySelector("#details").innerText`)
	for _, want := range []string{"job", "failed", "batch", "docker", "Executions", "6", "Nodes", "2 executions: 2 failed; 1 is a retry", "completed, a retry"} {
		if !strings.Contains(got, want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
	}
	if got := eval[int](p, `document.querySelector(".lit").getAttribute("d").split("M").length - 1`); got != 5 {
		t.Errorf("%d edges of the job are highlighted, want 5", got)
	}
	p.click("#facts button") // a node that it ran on
	p.becomes(`document.querySelector("#details").innerText.includes("resize-images")`)

	runs := `[...document.querySelectorAll(".runs .run")].map((r) => getComputedStyle(r).visibility + " " + r.classList[1])`
	if got := eval[[]string](p, runs); len(got) != 10 || slices.Contains(got, "hidden run-failed") || got[9] != "visible run-failed" {
		t.Errorf("at first %q", got)
	}
	p.click(`input[name="run"][value="0"]`)
	if got := eval[[]string](p, runs); !slices.Contains(got, "hidden run-failed") || slices.Contains(got, "visible run-failed") || slices.Contains(got, "hidden run-completed") {
		t.Errorf("without failures %q", got)
	}
	if n := eval[int](p, `[...document.querySelectorAll(".counts .count")].filter((c) => getComputedStyle(c).visibility === "visible").length`); n != 0 {
		t.Errorf("%d counts of hidden edges are left", n)
	}
	p.click(`input[name="part"][value="1"]`)
	p.becomes(status + `.endsWith(" of 21 nodes and 2 jobs")`)
	p.click("#show-table")
	p.becomes(`[...document.querySelectorAll("thead button")].some((b) => b.textContent === "Executions")`)
	p.quiet()
}

func TestBrowserFiltersChips(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	s := states(20)
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 20, Executions: 4, Failed: 0.3, Retried: 0.5})
	p := open(t, browser, laptop, page(t, s, graph.Options{}, output.Options{}))
	p.click(".node.job .outline")
	if eval[string](p, `document.querySelector(".lit").getAttribute("d")`) == "" {
		t.Error("the chips of a job are not highlighted")
	}
	hidden := `[...document.querySelectorAll(".chips .chip")].filter((c) => getComputedStyle(c).visibility === "hidden").map((c) => c.classList[1])`
	if got := eval[[]string](p, hidden); len(got) > 0 {
		t.Errorf("at first %q are hidden", got)
	}
	failed := eval[int](p, `document.querySelectorAll(".chip-failed").length`) - 1 // in the legend
	p.click(`input[name="run"][value="0"]`)
	if got := eval[[]string](p, hidden); len(got) != failed || slices.Contains(got, "chip-completed") {
		t.Errorf("without %d failures %q are hidden", failed, got)
	}
	p.quiet()
}

func TestBrowserShowsTheTable(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(30), graph.Options{}, output.Options{Link: "https://nodes.example/{id}"}))
	p.click("#show-table")
	if got := eval[int](p, `document.querySelectorAll("tbody tr:not(.spacer)").length`); got != 31 {
		t.Fatalf("%d rows", got)
	}
	column := func(name string) []string {
		return eval[[]string](p, fmt.Sprintf(`(() => {
			const at = [...document.querySelectorAll("thead th")].findIndex((th) => th.textContent === %q);
			return [...document.querySelectorAll("tbody tr:not(.spacer)")].map((row) => row.cells[at].textContent);
		})()`, name))
	}
	if names := column("Name"); !slices.IsSorted(names) {
		t.Errorf("not sorted by name: %q", names)
	}
	p.click("thead th:nth-child(7) button") // CPU: numbers sort as such
	head := eval[string](p, `document.querySelector("[aria-sort]").textContent`)
	p.click("thead th:nth-child(7) button")
	if got := eval[string](p, `document.querySelector("[aria-sort]").getAttribute("aria-sort")`); got != "descending" {
		t.Errorf("twice the same head sorts %s", got)
	}
	var numbers []float64
	for _, s := range column(head) {
		if s == "" {
			continue // of the hub; it comes last
		}
		var v float64
		if _, err := fmt.Sscan(s, &v); err != nil {
			t.Fatalf("%s: %q", head, s)
		}
		numbers = append(numbers, -v)
	}
	if len(numbers) != 30 || !slices.IsSorted(numbers) {
		t.Errorf("%s, descending: %v", head, numbers)
	}
	p.press("/us-east")
	p.becomes(`document.querySelectorAll("tbody tr:not(.spacer)").length < 31`)
	for _, id := range column("ID") {
		if !strings.HasPrefix(id, "us-east") {
			t.Errorf("the table shows %s", id)
		}
	}
	p.press(kb.Enter) // the details of the first
	p.becomes(`!document.querySelector("#details").hidden`)
	p.click("#centre")
	p.becomes(inPicture)
	if !eval[bool](p, `document.querySelector("#table").hidden`) {
		t.Error("the picture is not shown")
	}
	p.quiet()
}

// Tooltips need a pointer, so the details and the table list the changes too.
func TestBrowserListsChanges(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	words := map[string]graph.Changes{"n-2": {Change: graph.Changed, Words: []string{"version: v1.8.0 → v1.9.3", "region: eu → us"}}, "n-3": {Change: graph.Added}}
	p := open(t, browser, laptop, page(t, nodes("n-1", "n-2", "n-3"), graph.Options{Changes: words}, output.Options{}))
	if got := eval[string](p, `[...document.querySelectorAll(".node.changed, .node.added")].map((e) => e.getAttribute("aria-label")).join()`); got != "n-2, compute, changed, connected,n-3, compute, added, connected" {
		t.Errorf("the nodes are called %s", got)
	}
	p.press("/region: eu" + kb.Enter)
	if got := eval[string](p, `document.querySelector("#facts").innerText`); !strings.Contains(got, "changed\nversion: v1.8.0 → v1.9.3\nregion: eu → us\n") {
		t.Errorf("the details:\n%s", got)
	}
	p.press(kb.Escape + kb.Escape)
	p.click("#show-table")
	if got := eval[string](p, `document.querySelector("#table").innerText`); !strings.Contains(got, "changed; version: v1.8.0 → v1.9.3; region: eu → us") || !strings.Contains(got, "unchanged") {
		t.Errorf("the table:\n%s", got)
	}
	p.quiet()
}

// A key and a value in Hebrew would run together, the value before the key.
func TestBrowserPutsTheKeyBeforeTheValue(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	snap := nodes("n-1")
	snap.Nodes[0].Labels = map[string]string{"אזור": "צפון"} // the hub is in no list
	p := open(t, browser, laptop, page(t, snap, graph.Options{}, output.Options{}))
	p.press("/n-1" + kb.Enter)
	p.becomes(`document.querySelector("#facts .key") !== null`)
	at := eval[[]float64](p, `[document.querySelector("#facts .key"), document.querySelector("#facts .key").nextSibling].map((node) => {
		const range = document.createRange();
		range.selectNode(node);
		return range.getBoundingClientRect().left;
	})`)
	if at[0] >= at[1] {
		t.Errorf("the key begins at %g, what follows it at %g", at[0], at[1])
	}
}

// The 3 of n-3fcb is no number, and as such it would come before 004.
func TestBrowserSortsNamesAsTheyAreSpelt(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, nodes("n-3fcb", "n-004bac", "n-10"), graph.Options{}, output.Options{}))
	p.click("#show-table")
	for _, head := range []string{"Name", "ID"} {
		if head == "ID" {
			p.click("thead th:nth-child(2) button")
		}
		got := eval[string](p, `[...document.querySelectorAll("#table tbody th")].map((th) => th.textContent).join(" ")`)
		if !strings.Contains(got, "n-004bac n-10 n-3fcb") {
			t.Errorf("sorted by %s: %s", head, got)
		}
	}
	p.quiet()
}

// One name of 10,000 letters would put every other column out of reach.
func TestBrowserWrapsLongNamesInTheTable(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, nodes("n-1", strings.Repeat("L", 10000)), graph.Options{}, output.Options{}))
	p.click("#show-table")
	if w := eval[int](p, `document.querySelector("#table tbody th").offsetWidth`); w > 1000 {
		t.Errorf("the names are %d pixels wide", w)
	}
	p.quiet()
}

// Where no script runs the table is below the picture, on paper too.
func TestBrowserShowsTheTableWithoutScript(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := open(t, browser, laptop, page(t, states(12), graph.Options{}, output.Options{Link: "https://nodes.example/{id}"}))
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.do(chromedp.Reload())
	got := eval[[]float64](p, `(() => {
		const [picture, table] = ["#picture", ".plain table"].map((s) => document.querySelector(s).getBoundingClientRect());
		const rows = [...document.querySelectorAll("tbody tr")].filter((row) => row.checkVisibility());
		return [rows.length, document.querySelectorAll(".on, button:not(.live *, .live)").length, table.top - picture.bottom, document.scrollingElement.scrollWidth];
	})()`)
	if got[0] != 13 || got[1] != 0 || got[2] < 0 || got[3] > 1280 {
		t.Errorf("%g rows, %g dead buttons, %g pixels below the picture, on a page of a width of %g", got[0], got[1], got[2], got[3])
	}
	for _, width := range []int64{1280, 390} {
		p.do(chromedp.EmulateViewport(width, 800))
		if h := eval[int](p, `Math.max(...[...document.querySelectorAll("tbody tr")].map((row) => row.offsetHeight))`); h > 60 {
			t.Errorf("at a width of %d a row is %d pixels high, more than two lines", width, h)
		}
	}
	text := p.printed(pdftotext)
	for want, in := range map[string]bool{"Bacalhau network": true, "pending approval": true, "Memory": true, "os_arch=": true, "JavaScript": false, "Search": false} {
		if strings.Contains(text, want) != in {
			t.Errorf("in print: %q is in it: %v\n%s", want, !in, text)
		}
	}
}
