package output_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/output"
)

// spoiled is what is wrong with tiles in the window: what leaves it, what lies on something
// else, and texts that are too small.
const spoiled = `(() => {
	const all = [];
	const stage = document.querySelector("#stage");
	if (document.scrollingElement.scrollWidth > innerWidth) all.push("the page is " + document.scrollingElement.scrollWidth + " pixels wide");
	if (stage.scrollWidth > stage.clientWidth) all.push("the stage is " + stage.scrollWidth + " pixels wide, of " + stage.clientWidth);
	const area = stage.getBoundingClientRect();
	const name = (e) => e.tagName + " " + (e.className.baseVal ?? e.className) + " " + e.textContent.slice(0, 20);
	const lie = (elements) => {
		const boxes = elements.map((e) => [e, e.getBoundingClientRect()]).sort((a, b) => a[1].top - b[1].top);
		boxes.forEach(([e, b], i) => {
			if (b.left < area.left - 0.5 || b.right > area.right + 0.5) all.push(name(e) + " leaves the window: " + [b.left, b.right]);
			for (let k = i + 1; k < boxes.length && boxes[k][1].top < b.bottom - 0.5; k++) {
				const c = boxes[k][1];
				if (c.left < b.right - 0.5 && b.left < c.right - 0.5) all.push(name(e) + " lies on " + name(boxes[k][0]));
			}
		});
	};
	lie([...stage.querySelectorAll(".tile > .outline")]);
	lie([...stage.querySelectorAll(".tray")]);
	for (const e of stage.querySelectorAll("text:not(:empty), .head > span")) {
		if (parseFloat(getComputedStyle(e).fontSize) < 10) all.push("too small: " + name(e));
	}
	for (const e of stage.querySelectorAll(".tile")) {
		const [outline, text] = [e.querySelector(".outline").getBoundingClientRect(), e.querySelector("text").getBoundingClientRect()];
		if (text.width && (text.left < outline.left - 0.5 || text.right > outline.right + 0.5)) all.push(name(e) + " has a label that leaves it");
	}
	return all.slice(0, 5);
})()`

// A circle of names does not fit a phone: there, nodes are tiles.
func TestACircleIsTilesOnAPhone(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	page := pageBy(t, "twopi", clustertest.Snapshot(3, clustertest.Options{Nodes: 12}), graph.Options{}, output.Options{})
	for width, tiles := range map[int64]bool{390: true, 1024: false} {
		p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "light", Width: width, Height: 800}, page)
		if got := browsertest.Eval[bool](p, `document.querySelector("#stage.flow") !== null`); got != tiles {
			t.Errorf("%d pixels wide: tiles %v", width, got)
		}
		if tiles {
			for _, wrong := range browsertest.Eval[[]string](p, spoiled) {
				t.Error(wrong)
			}
		}
		p.Alone()
	}
}

// A page is as useful on a phone as on a wide screen, whatever the number of nodes.
func TestTilesFlowToAnyWindow(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	for _, n := range []int{6, 30, 200, 2000, 10000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			snap := clustertest.Snapshot(3, clustertest.Options{Nodes: n, Disconnected: 0.05, Pending: 0.05, Rejected: 0.02})
			engine := "trays"
			if n > 1000 {
				engine = "cells"
			}
			p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "light", Width: 1440, Height: 900}, pageBy(t, engine, snap, graph.Options{GroupBy: []string{"region", "os_arch"}}, output.Options{}))
			for _, width := range []int64{360, 390, 768, 1024, 1440, 2560} {
				p.Do(chromedp.EmulateViewport(width, 800))
				p.Becomes(fmt.Sprintf(`innerWidth === %d && document.querySelector(".sheet").offsetWidth <= document.querySelector("#stage").clientWidth`, width))
				for _, wrong := range browsertest.Eval[[]string](p, spoiled) {
					t.Errorf("%d pixels: %s", width, wrong)
				}
			}
			if painted := browsertest.Eval[bool](p, `document.querySelector("canvas.tiles") !== null`); painted != (n > 1000) {
				t.Errorf("painted on a canvas: %v", painted)
			}
			p.Alone()
		})
	}
}

// What is painted on a canvas is pointed at, pressed, reached by keys and found like elements.
func TestPaintedTilesAreUsedLikeElements(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	browsertest.NeedAxe(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "cells", states(1500), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.Becomes(`document.querySelector("canvas.tiles").width > 100`)
	at := browsertest.Eval[[]float64](p, `(() => { const b = document.querySelector(".block > .head").getBoundingClientRect(); return [b.x + 6, b.bottom + 6]; })()`)
	p.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	p.Becomes(`!document.querySelector("#tip").hidden`)
	name := browsertest.Eval[string](p, `document.querySelector("#tip b").textContent`)
	p.Do(chromedp.MouseClickXY(at[0], at[1]))
	p.Becomes(fmt.Sprintf(`document.querySelector("#details-name").textContent === %q`, name))
	p.Press(kb.Escape)

	for i := 0; !browsertest.Eval[bool](p, inPicture); i++ {
		if i > 40 {
			t.Fatal("Tab does not go to a node")
		}
		p.Press(kb.Tab)
	}
	before := browsertest.Eval[string](p, focused)
	p.Press(kb.ArrowRight)
	p.Press(kb.ArrowDown)
	if after := browsertest.Eval[string](p, focused); after == before || !browsertest.Eval[bool](p, `!document.querySelector(".focus").hidden`) {
		t.Errorf("arrows lead from %q to %q", before, after)
	}
	p.Press(kb.Enter)
	p.Becomes(`document.activeElement.id === "details-name"`)
	for _, b := range p.Barriers() {
		t.Error(b)
	}
	p.Press(kb.Escape)
	p.Becomes(inPicture)

	// Zooming in makes tiles larger until they have names.
	height := browsertest.Eval[float64](p, `document.querySelector(".sheet").offsetHeight`)
	for range 8 {
		p.Press("+")
	}
	p.Becomes(fmt.Sprintf(`document.querySelector(".sheet").offsetHeight > %g`, 2*height))
	p.Press("0")
	p.Becomes(fmt.Sprintf(`document.querySelector(".sheet").offsetHeight === %g`, height))
	p.Alone()
}

// Headings stay in view, and fingers zoom.
func TestTilesScrollAndPinchOnAPhone(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "dark", Width: 390, Height: 844}, pageBy(t, "trays", states(200), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.Phone(390, 844)
	p.Becomes(`document.querySelector("#stage").scrollHeight > 1.2 * document.querySelector("#stage").clientHeight`)
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#stage").scrollTop = 400`))
	p.Becomes(`[...document.querySelectorAll(".tray > .head")].some((e) => Math.abs(e.getBoundingClientRect().top - document.querySelector("#stage").getBoundingClientRect().top) < 2)`)
	browsertest.Call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	const width = `document.querySelector(".tile.compute .outline").getBoundingClientRect().width`
	before := browsertest.Eval[float64](p, width)
	p.Touch(input.DispatchTouchEventTypeTouchStart, image.Pt(150, 400), image.Pt(240, 400))
	for d := range 5 {
		p.Touch(input.DispatchTouchEventTypeTouchMove, image.Pt(150-20*d, 400), image.Pt(240+20*d, 400))
	}
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	p.Becomes(fmt.Sprintf("%s > %g", width, before))
	for _, wrong := range browsertest.Eval[[]string](p, spoiled) {
		t.Error(wrong)
	}
	browsertest.NeedAxe(t)
	for _, b := range p.Barriers() {
		t.Error(b)
	}
	p.Alone()
}

// Paper has all tiles, with their headings, and those that scrolled away too.
func TestTilesArePrinted(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "light", Width: 390, Height: 500}, pageBy(t, "trays", states(200), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	text := printed(p, pdftotext)
	last := browsertest.Eval[string](p, `[...document.querySelectorAll(".tile text")].at(-2).textContent`)
	for want, in := range map[string]bool{"Bacalhau network": true, "us-east-1": true, last: true, "Search": false, "cores free": false} {
		if strings.Contains(text, want) != in {
			t.Errorf("%q is on paper: %v", want, !in)
		}
	}
}

// A picture of many boxes is painted, too. It pans and zooms with lines, boxes and names of a
// readable size, and is printed and saved as the picture that it is.
func TestLargePicturesArePainted(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "rings", states(1500), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.Becomes(`document.querySelector("canvas.sketch").width > 100`)
	p.Press("/role:requester" + kb.Enter)
	p.Becomes(`!document.querySelector("#details").hidden && document.activeElement.matches(".cursor")`)
	hub := browsertest.Eval[string](p, focused)
	at := browsertest.Eval[[]float64](p, `(() => { const b = document.activeElement.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2, b.height]; })()`)
	if !strings.Contains(hub, "requester") || at[2] < 10 || at[2] > 60 {
		t.Errorf("%q is %g pixels high", hub, at[2])
	}
	p.Press(kb.Escape + kb.Escape)
	p.Do(chromedp.MouseClickXY(at[0], at[1]))
	p.Becomes(fmt.Sprintf(`%q.startsWith(document.querySelector("#details-name").textContent) && !document.querySelector("#details").hidden`, hub))
	for range 12 {
		p.Press("+")
	}
	if h := browsertest.Eval[float64](p, `document.querySelector(".cursor").getBoundingClientRect().height`); h > 60 {
		t.Errorf("magnified, the orchestrator is %g pixels high", h)
	}
	if text := printed(p, pdftotext); !strings.Contains(text, "Bacalhau network") || !strings.Contains(text, "us-east-1") {
		t.Errorf("on paper: %.300s", text)
	}
	p.Alone()
}
