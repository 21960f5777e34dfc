package output_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/output"
)

// The bits of modifier keys.
const (
	withCtrl  = 2
	withShift = 8
)

const (
	detailsName = `document.querySelector("#details-name").textContent`
	facts       = `document.querySelector("#facts").innerText`
)

func TestBrowserSelectsSeveralNodes(t *testing.T) {
	t.Parallel()
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "rings", states(12), graph.Options{}, output.Options{}))
	node := func(n int) string { return fmt.Sprintf(".node.compute:nth-of-type(%d) .outline", n) }
	// The leftmost, which the details do not cover.
	compute := browsertest.Eval[[]int](p, `[...document.querySelectorAll(".nodes > *")].map((e, i) => [e, i + 1]).filter(([e]) => e.matches(".compute:not(.off)"))
		.sort(([a], [b]) => a.getBoundingClientRect().x - b.getBoundingClientRect().x).map(([, i]) => i)`)
	p.Click(node(compute[0]))
	p.ClickWith(node(compute[1]), withShift)
	p.ClickWith(node(compute[2]), withCtrl)
	p.Becomes(detailsName + ` === "3 nodes"`)
	if got := browsertest.Eval[string](p, facts); !strings.Contains(got, "Capacity\n") || !strings.Contains(got, "Free\n") || !strings.Contains(got, "Nodes\n") {
		t.Errorf("of three nodes:\n%s", got)
	}
	if n := browsertest.Eval[int](p, `document.querySelectorAll(".node[aria-selected]").length`); n != 3 {
		t.Errorf("%d nodes are marked", n)
	}
	p.ClickWith(node(compute[1]), withShift)
	p.Becomes(detailsName + ` === "2 nodes"`)
	p.Press(kb.Escape)
	p.Becomes(`document.querySelector("#details").hidden && !document.querySelector("[aria-selected]")`)

	// A box around all, and nothing pans.
	before := browsertest.Eval[string](p, placed)
	stage := browsertest.Eval[[]float64](p, `(() => { const b = document.querySelector("#stage").getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })()`)
	for i, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseReleased} {
		x, y := stage[0]+2, stage[1]+2
		if i > 1 {
			x, y = stage[2]-2, stage[3]-2
		} else if i == 1 {
			x, y = x+20, y+20
		}
		browsertest.Call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1, Modifiers: withShift})
	}
	p.Becomes(detailsName + ` === "13 nodes"`)
	if got := browsertest.Eval[string](p, placed); got != before {
		t.Errorf("a box moved the picture from %s to %s", before, got)
	}
	// What the search hides is not selected any more. The words come at once: those typed so far
	// are searched for, too.
	p.Run(`document.querySelector("#search").value = "state:disconnected", document.querySelector("#search").dispatchEvent(new Event("input"))`)
	p.Becomes(`document.querySelectorAll(".node[aria-selected]").length < 13 && ` + shown + ` === document.querySelectorAll(".node[aria-selected]").length`)
	p.Alone()
}

func TestBrowserSelectsRowsOfTheTable(t *testing.T) {
	t.Parallel()
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, states(12), graph.Options{}, output.Options{}))
	p.Click("#show-table")
	row := func(n int) string { return fmt.Sprintf("#table tbody tr[aria-rowindex='%d'] td:nth-child(3)", n) }
	const marked = `[...document.querySelectorAll("#table tbody tr.selected")].map((row) => Number(row.getAttribute("aria-rowindex")))`
	p.Click(row(3))
	p.ClickWith(row(6), withShift)
	if got := browsertest.Eval[[]int](p, marked); !slices.Equal(got, []int{3, 4, 5, 6}) {
		t.Errorf("with Shift: rows %d", got)
	}
	p.ClickWith(row(4), withCtrl)
	p.Click("#table tbody tr[aria-rowindex='9'] input")
	if got := browsertest.Eval[[]int](p, marked); !slices.Equal(got, []int{3, 5, 6, 9}) {
		t.Errorf("with Ctrl and a checkbox: rows %d", got)
	}
	p.Do(chromedp.Evaluate[chromedp.Void](`navigator.clipboard.writeText = async (text) => { window.copied = text; }, 0`))
	p.Click("#copy")
	p.Becomes(`document.querySelector("#copy").textContent === "Copied"`)
	want := browsertest.Eval[[]string](p, `[...document.querySelectorAll("#table tbody tr.selected")].map((row) => row.cells[1].textContent)`)
	got := strings.Fields(browsertest.Eval[string](p, `copied`))
	slices.Sort(got)
	slices.Sort(want)
	if len(got) != 4 || !slices.Equal(got, want) {
		t.Errorf("copied %q, want %q", got, want)
	}
	p.Press(kb.Escape)
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#table tbody tr[aria-rowindex='2'] button").focus()`))
	p.PressWith("ArrowDown", withShift)
	p.PressWith("ArrowDown", withShift)
	p.Becomes(detailsName + ` === "3 nodes"`)
	p.PressWith(" ", withShift)
	p.Becomes(detailsName + ` === "2 nodes"`)
	p.PressWith("a", withCtrl)
	p.Becomes(detailsName + ` === "13 nodes"`)
	p.Click("#show-picture")
	p.Press(kb.Escape)
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".node[tabindex='0']").focus()`))
	p.PressWith("ArrowRight", withShift)
	p.Becomes(detailsName + ` === "2 nodes"`)
	p.PressWith("a", withCtrl)
	p.Becomes(detailsName + ` === "13 nodes"`)
	p.Alone()
}
