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
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func TestBrowserShowsDetails(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "rings", states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{Link: "https://nodes.example/{id}"}))
	if n := browsertest.Eval[int](p, `document.querySelectorAll("#stage a").length`); n > 0 {
		t.Errorf("%d links within options", n)
	}
	x, y := p.Middle(".node.compute .outline")
	p.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	tip := browsertest.Eval[string](p, `document.querySelector(".node.compute title").textContent`)
	p.Click(".node.compute .outline")
	got := browsertest.Eval[string](p, `document.querySelector("#details").innerText`)
	id := browsertest.Eval[string](p, `document.querySelector("#facts dd").textContent`)
	if !strings.HasPrefix(tip, id+"\n") {
		t.Errorf("below the pointer is %q, in the details %s", tip, id)
	}
	for _, want := range []string{id, "compute", "connected", "approved", "ap-south-1", "v1.9.3", "docker", "GiB memory", "os_arch=", "Linked to", "Free\n", "Running\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
	}
	if got, want := browsertest.Eval[string](p, `document.querySelector("#link").href`), "https://nodes.example/"+id; got != want {
		t.Errorf("the link leads to %s, want %s", got, want)
	}
	if got := browsertest.Eval[string](p, `document.querySelector(".lit").getAttribute("d")`); !strings.HasPrefix(got, "M") {
		t.Error("the edge of the node is not highlighted")
	}
	p.Click("#facts button")
	p.Becomes(`document.querySelector("#details-name").textContent === ` + `document.querySelector(".node.hub text").textContent`)
	p.Click("#close")
	p.Becomes(`document.querySelector("#details").hidden`)
	p.Alone()
}

// Of a group those are counted that are drawn: 3 of 3 would say that there are no others.
func TestBrowserCountsTheNodesOfAGroup(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	snap := nodes("n-1", "n-2", "n-3", "n-4")
	snap.Nodes[0].Sightings[0].Connection = cluster.Disconnected
	for all, want := range map[bool]string{false: "3 connected", true: "3 of 4 connected"} {
		d, err := layout.Arrange(t.Context(), graphtest.Diagram(snap, graph.Options{All: all, GroupBy: []string{graph.FieldVersion}, Collapse: true}), layout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := browsertest.OpenFiles(t, browsertest.Laptop, map[string][]byte{"/": write(t, d, "html", output.Options{})})
		x, y := p.Middle(".node.group .outline")
		p.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
		if got := browsertest.Eval[string](p, `document.querySelector(".node.group title").textContent`); !strings.Contains(got, "\ngroup, "+want) {
			t.Errorf("the tooltip is %q, want %q in it", got, want)
		}
		p.Click(".node.group .outline")
		if got := browsertest.Eval[string](p, `document.querySelector("#facts").innerText`); !strings.Contains(got, "Nodes\n"+want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
		p.Alone()
	}
}

// A job's details list its runs; its edges, and the nodes without executions, can be
// filtered.
func TestBrowserShowsJobs(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	s := states(20)
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 2, Executions: 4, Failed: 1, Retried: 1})
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, s, graph.Options{}, output.Options{}))
	if got := browsertest.Eval[string](p, status); got != "21 nodes and 2 jobs" {
		t.Errorf("at first %q", got)
	}
	p.Click(".node.job .outline")
	got := browsertest.Eval[string](p, `document.querySelector("#details").innerText`)
	for _, want := range []string{"job", "failed", "batch", "docker", "Executions", "6", "Nodes", "2 executions: 2 failed; 1 is a retry", "completed, a retry"} {
		if !strings.Contains(got, want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
	}
	if got := browsertest.Eval[int](p, `document.querySelector(".lit").getAttribute("d").split("M").length - 1`); got != 5 {
		t.Errorf("%d edges of the job are highlighted, want 5", got)
	}
	p.Click("#facts button") // a node that it ran on
	p.Becomes(`document.querySelector("#details").innerText.includes("resize-images")`)

	runs := `[...document.querySelectorAll(".runs .run")].map((r) => getComputedStyle(r).visibility + " " + r.classList[1])`
	if got := browsertest.Eval[[]string](p, runs); len(got) != 10 || slices.Contains(got, "hidden run-failed") || got[9] != "visible run-failed" {
		t.Errorf("at first %q", got)
	}
	p.Click(`input[name="run"][value="0"]`)
	if got := browsertest.Eval[[]string](p, runs); !slices.Contains(got, "hidden run-failed") || slices.Contains(got, "visible run-failed") || slices.Contains(got, "hidden run-completed") {
		t.Errorf("without failures %q", got)
	}
	if n := browsertest.Eval[int](p, `[...document.querySelectorAll(".counts .count")].filter((c) => getComputedStyle(c).visibility === "visible").length`); n != 0 {
		t.Errorf("%d counts of hidden edges are left", n)
	}
	p.Click(`input[name="part"][value="1"]`)
	p.Becomes(status + `.endsWith(" of 21 nodes and 2 jobs")`)
	p.Click("#show-table")
	p.Becomes(`[...document.querySelectorAll("thead button")].some((b) => b.textContent === "Executions")`)
	p.Alone()
}

func TestBrowserFiltersChips(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	s := states(20)
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 20, Executions: 4, Failed: 0.3, Retried: 0.5})
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, s, graph.Options{}, output.Options{}))
	p.Click(".node.job .outline")
	if browsertest.Eval[string](p, `document.querySelector(".lit").getAttribute("d")`) == "" {
		t.Error("the chips of a job are not highlighted")
	}
	hidden := `[...document.querySelectorAll(".chips .chip")].filter((c) => getComputedStyle(c).visibility === "hidden").map((c) => c.classList[1])`
	if got := browsertest.Eval[[]string](p, hidden); len(got) > 0 {
		t.Errorf("at first %q are hidden", got)
	}
	failed := browsertest.Eval[int](p, `document.querySelectorAll(".chip-failed").length`) - 1 // in the legend
	p.Click(`input[name="run"][value="0"]`)
	if got := browsertest.Eval[[]string](p, hidden); len(got) != failed || slices.Contains(got, "chip-completed") {
		t.Errorf("without %d failures %q are hidden", failed, got)
	}
	p.Alone()
}

func TestBrowserShowsTheTable(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, states(30), graph.Options{}, output.Options{Link: "https://nodes.example/{id}"}))
	p.Click("#show-table")
	if got := browsertest.Eval[int](p, `document.querySelectorAll("tbody tr:not(.spacer)").length`); got != 31 {
		t.Fatalf("%d rows", got)
	}
	column := func(name string) []string {
		return browsertest.Eval[[]string](p, fmt.Sprintf(`(() => {
			const at = [...document.querySelectorAll("thead th")].findIndex((th) => th.textContent === %q);
			return [...document.querySelectorAll("tbody tr:not(.spacer)")].map((row) => row.cells[at].textContent);
		})()`, name))
	}
	if names := column("Name"); !slices.IsSorted(names) {
		t.Errorf("not sorted by name: %q", names)
	}
	p.Click("thead th:nth-child(7) button") // CPU: numbers sort as such
	head := browsertest.Eval[string](p, `document.querySelector("[aria-sort]").textContent`)
	p.Click("thead th:nth-child(7) button")
	if got := browsertest.Eval[string](p, `document.querySelector("[aria-sort]").getAttribute("aria-sort")`); got != "descending" {
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
	p.Press("/us-east")
	p.Becomes(`document.querySelectorAll("tbody tr:not(.spacer)").length < 31`)
	for _, id := range column("ID") {
		if !strings.HasPrefix(id, "us-east") {
			t.Errorf("the table shows %s", id)
		}
	}
	p.Press(kb.Enter) // the details of the first
	p.Becomes(`!document.querySelector("#details").hidden`)
	p.Click("#centre")
	p.Becomes(inPicture)
	if !browsertest.Eval[bool](p, `document.querySelector("#table").hidden`) {
		t.Error("the picture is not shown")
	}
	p.Alone()
}

// Tooltips need a pointer, so the details and the table list the changes too.
func TestBrowserListsChanges(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	words := map[string]graph.Changes{"n-2": {Change: graph.Changed, Words: []string{"version: v1.8.0 → v1.9.3", "region: eu → us"}}, "n-3": {Change: graph.Added}}
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, nodes("n-1", "n-2", "n-3"), graph.Options{Changes: words}, output.Options{}))
	if got := browsertest.Eval[string](p, `[...document.querySelectorAll(".node.changed, .node.added")].map((e) => e.getAttribute("aria-label")).join()`); got != "n-2, compute, changed, connected,n-3, compute, added, connected" {
		t.Errorf("the nodes are called %s", got)
	}
	p.Press("/region: eu" + kb.Enter)
	if got := browsertest.Eval[string](p, `document.querySelector("#facts").innerText`); !strings.Contains(got, "changed\nversion: v1.8.0 → v1.9.3\nregion: eu → us\n") {
		t.Errorf("the details:\n%s", got)
	}
	p.Press(kb.Escape + kb.Escape)
	p.Click("#show-table")
	if got := browsertest.Eval[string](p, `document.querySelector("#table").innerText`); !strings.Contains(got, "changed; version: v1.8.0 → v1.9.3; region: eu → us") || !strings.Contains(got, "unchanged") {
		t.Errorf("the table:\n%s", got)
	}
	p.Alone()
}

// A key and a value in Hebrew would run together, the value before the key.
func TestBrowserPutsTheKeyBeforeTheValue(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	snap := nodes("n-1")
	snap.Nodes[0].Labels = map[string]string{"אזור": "צפון"} // the hub is in no list
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, snap, graph.Options{}, output.Options{}))
	p.Press("/n-1" + kb.Enter)
	p.Becomes(`document.querySelector("#facts .key") !== null`)
	at := browsertest.Eval[[]float64](p, `[document.querySelector("#facts .key"), document.querySelector("#facts .key").nextSibling].map((node) => {
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
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, nodes("n-3fcb", "n-004bac", "n-10"), graph.Options{}, output.Options{}))
	p.Click("#show-table")
	for _, head := range []string{"Name", "ID"} {
		if head == "ID" {
			p.Click("thead th:nth-child(2) button")
		}
		got := browsertest.Eval[string](p, `[...document.querySelectorAll("#table tbody th")].map((th) => th.textContent).join(" ")`)
		if !strings.Contains(got, "n-004bac n-10 n-3fcb") {
			t.Errorf("sorted by %s: %s", head, got)
		}
	}
	p.Alone()
}

// One name of 10,000 letters would put every other column out of reach.
func TestBrowserWrapsLongNamesInTheTable(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, nodes("n-1", strings.Repeat("L", 10000)), graph.Options{}, output.Options{}))
	p.Click("#show-table")
	if w := browsertest.Eval[int](p, `document.querySelector("#table tbody th").offsetWidth`); w > 1000 {
		t.Errorf("the names are %d pixels wide", w)
	}
	p.Alone()
}

// Where no script runs the table is below the picture, on paper too.
func TestBrowserShowsTheTableWithoutScript(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, states(12), graph.Options{}, output.Options{Link: "https://nodes.example/{id}"}))
	browsertest.Call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.Do(chromedp.Reload())
	got := browsertest.Eval[[]float64](p, `(() => {
		const [picture, table] = ["#picture", ".plain table"].map((s) => document.querySelector(s).getBoundingClientRect());
		const rows = [...document.querySelectorAll("tbody tr")].filter((row) => row.checkVisibility());
		return [rows.length, document.querySelectorAll(".on, button:not(.live *, .live)").length, table.top - picture.bottom, document.scrollingElement.scrollWidth];
	})()`)
	if got[0] != 13 || got[1] != 0 || got[2] < 0 || got[3] > 1280 {
		t.Errorf("%g rows, %g dead buttons, %g pixels below the picture, on a page of a width of %g", got[0], got[1], got[2], got[3])
	}
	for _, width := range []int64{1280, 390} {
		p.Do(chromedp.EmulateViewport(width, 800))
		if h := browsertest.Eval[int](p, `Math.max(...[...document.querySelectorAll("tbody tr")].map((row) => row.offsetHeight))`); h > 60 {
			t.Errorf("at a width of %d a row is %d pixels high, more than two lines", width, h)
		}
	}
	text := printed(p, pdftotext)
	for want, in := range map[string]bool{"Bacalhau network": true, "pending approval": true, "Memory": true, "os_arch=": true, "JavaScript": false, "Search": false} {
		if strings.Contains(text, want) != in {
			t.Errorf("in print: %q is in it: %v\n%s", want, !in, text)
		}
	}
}
