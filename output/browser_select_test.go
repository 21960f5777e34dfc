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
	"github.com/bacviz/bacviz/output"
)

// The bits of modifier keys.
const (
	withCtrl  = 2
	withShift = 8
)

// clickWith clicks while modifier keys are held.
func (p *tab) clickWith(selector string, keys int64) {
	p.Helper()
	x, y := p.middle(selector)
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1, Modifiers: keys})
	}
}

// pressWith strikes a key while modifier keys are held.
func (p *tab) pressWith(key string, keys int64) {
	p.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		call(p, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Modifiers: keys})
	}
}

const (
	detailsName = `document.querySelector("#details-name").textContent`
	facts       = `document.querySelector("#facts").innerText`
)

func TestBrowserSelectsSeveralNodes(t *testing.T) {
	t.Parallel()
	p := open(t, chromium(t), laptop, pageBy(t, "rings", states(12), graph.Options{}, output.Options{}))
	node := func(n int) string { return fmt.Sprintf(".node.compute:nth-of-type(%d) .outline", n) }
	// The leftmost, which the details do not cover.
	compute := eval[[]int](p, `[...document.querySelectorAll(".nodes > *")].map((e, i) => [e, i + 1]).filter(([e]) => e.matches(".compute:not(.off)"))
		.sort(([a], [b]) => a.getBoundingClientRect().x - b.getBoundingClientRect().x).map(([, i]) => i)`)
	p.click(node(compute[0]))
	p.clickWith(node(compute[1]), withShift)
	p.clickWith(node(compute[2]), withCtrl)
	p.becomes(detailsName + ` === "3 nodes"`)
	if got := eval[string](p, facts); !strings.Contains(got, "Capacity\n") || !strings.Contains(got, "Free\n") || !strings.Contains(got, "Nodes\n") {
		t.Errorf("of three nodes:\n%s", got)
	}
	if n := eval[int](p, `document.querySelectorAll(".node[aria-selected]").length`); n != 3 {
		t.Errorf("%d nodes are marked", n)
	}
	p.clickWith(node(compute[1]), withShift)
	p.becomes(detailsName + ` === "2 nodes"`)
	p.press(kb.Escape)
	p.becomes(`document.querySelector("#details").hidden && !document.querySelector("[aria-selected]")`)

	// A box around all, and nothing pans.
	before := eval[string](p, placed)
	stage := eval[[]float64](p, `(() => { const b = document.querySelector("#stage").getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })()`)
	for i, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseReleased} {
		x, y := stage[0]+2, stage[1]+2
		if i > 1 {
			x, y = stage[2]-2, stage[3]-2
		} else if i == 1 {
			x, y = x+20, y+20
		}
		call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1, Modifiers: withShift})
	}
	p.becomes(detailsName + ` === "13 nodes"`)
	if got := eval[string](p, placed); got != before {
		t.Errorf("a box moved the picture from %s to %s", before, got)
	}
	// What the search hides is not selected any more.
	p.press("/state:disconnected")
	p.becomes(`document.querySelectorAll(".node[aria-selected]").length < 13 && ` + shown + ` === document.querySelectorAll(".node[aria-selected]").length`)
	p.quiet()
}

func TestBrowserSelectsRowsOfTheTable(t *testing.T) {
	t.Parallel()
	p := open(t, chromium(t), laptop, page(t, states(12), graph.Options{}, output.Options{}))
	p.click("#show-table")
	row := func(n int) string { return fmt.Sprintf("#table tbody tr[aria-rowindex='%d'] td:nth-child(3)", n) }
	const marked = `[...document.querySelectorAll("#table tbody tr.selected")].map((row) => Number(row.getAttribute("aria-rowindex")))`
	p.click(row(3))
	p.clickWith(row(6), withShift)
	if got := eval[[]int](p, marked); !slices.Equal(got, []int{3, 4, 5, 6}) {
		t.Errorf("with Shift: rows %d", got)
	}
	p.clickWith(row(4), withCtrl)
	p.click("#table tbody tr[aria-rowindex='9'] input")
	if got := eval[[]int](p, marked); !slices.Equal(got, []int{3, 5, 6, 9}) {
		t.Errorf("with Ctrl and a checkbox: rows %d", got)
	}
	p.do(chromedp.Evaluate[chromedp.Void](`navigator.clipboard.writeText = async (text) => { window.copied = text; }, 0`))
	p.click("#copy")
	p.becomes(`document.querySelector("#copy").textContent === "Copied"`)
	want := eval[[]string](p, `[...document.querySelectorAll("#table tbody tr.selected")].map((row) => row.cells[1].textContent)`)
	got := strings.Fields(eval[string](p, `copied`))
	slices.Sort(got)
	slices.Sort(want)
	if len(got) != 4 || !slices.Equal(got, want) {
		t.Errorf("copied %q, want %q", got, want)
	}
	p.press(kb.Escape)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#table tbody tr[aria-rowindex='2'] button").focus()`))
	p.pressWith("ArrowDown", withShift)
	p.pressWith("ArrowDown", withShift)
	p.becomes(detailsName + ` === "3 nodes"`)
	p.pressWith(" ", withShift)
	p.becomes(detailsName + ` === "2 nodes"`)
	p.pressWith("a", withCtrl)
	p.becomes(detailsName + ` === "13 nodes"`)
	p.click("#show-picture")
	p.press(kb.Escape)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".node[tabindex='0']").focus()`))
	p.pressWith("ArrowRight", withShift)
	p.becomes(detailsName + ` === "2 nodes"`)
	p.pressWith("a", withCtrl)
	p.becomes(detailsName + ` === "13 nodes"`)
	p.quiet()
}
