package output_test

import (
	"fmt"
	"image"
	"math"
	"slices"
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

func TestBrowserTakesKeys(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, states(12), graph.Options{}, output.Options{}))
	for i := 0; !browsertest.Eval[bool](p, inPicture); i++ {
		if i > 30 || browsertest.Eval[bool](p, `document.activeElement.closest("#stage") !== null`) {
			t.Fatal("Tab does not go to a node, or to what is around them first")
		}
		p.Press(kb.Tab)
	}
	if got := browsertest.Eval[string](p, focused); !strings.Contains(got, "requester") {
		t.Errorf("Tab goes to %q first, not to the hub", got)
	}
	if got := browsertest.Eval[int](p, `document.querySelectorAll(".node[tabindex='0']").length`); got != 1 {
		t.Errorf("Tab stops at %d nodes", got)
	}
	const place = `(() => { const b = document.activeElement.querySelector(".outline").getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`
	for _, c := range []struct {
		key    string
		dx, dy float64
	}{{kb.ArrowRight, 1, 0}, {kb.ArrowLeft, -1, 0}, {kb.ArrowUp, 0, -1}, {kb.ArrowDown, 0, 1}} {
		before := browsertest.Eval[[]float64](p, place)
		p.Press(c.key)
		after := browsertest.Eval[[]float64](p, place)
		if along := (after[0]-before[0])*c.dx + (after[1]-before[1])*c.dy; along <= 0 {
			t.Errorf("from %v the arrow %v leads to %v", before, c, after)
		}
	}
	if got := browsertest.Eval[string](p, `getComputedStyle(document.querySelector(".ring.focused")).display`); got == "none" {
		t.Error("the focus does not show")
	}
	name := browsertest.Eval[string](p, `document.activeElement.getAttribute("aria-label").split(",")[0]`)
	p.Press(kb.Enter)
	p.Becomes(`document.activeElement.id === "details-name"`)
	if got := browsertest.Eval[string](p, `document.activeElement.textContent`); got != name {
		t.Errorf("details of %q, want %q", got, name)
	}
	p.Press(kb.Escape)
	if !browsertest.Eval[bool](p, `document.querySelector("#details").hidden && `+inPicture) {
		t.Error("Escape does not lead back")
	}

	// What was found keeps the focus when the search is given up.
	p.Press("/" + name + kb.Enter)
	p.Becomes(inPicture)
	for range 3 {
		p.Press(kb.Escape)
		if !browsertest.Eval[bool](p, inPicture+` && `+focused+`.startsWith(`+fmt.Sprintf("%q", name)+`)`) {
			t.Fatal("Escape loses the focus")
		}
	}
	p.Becomes(status + ` === "13 nodes"`)
	p.Press("0")

	at := browsertest.Eval[float64](p, zoomed)
	p.Press("+")
	if got := browsertest.Eval[float64](p, zoomed); got <= at {
		t.Errorf("+ zooms from %g to %g", at, got)
	}
	p.Press("--")
	if got := browsertest.Eval[float64](p, zoomed); got >= at {
		t.Errorf("- zooms to %g", got)
	}
	p.Press("0")
	if got := browsertest.Eval[float64](p, zoomed); math.Abs(got-at) > 1e-6 {
		t.Errorf("0 zooms to %g, want %g", got, at)
	}
	p.Press("/0+-/")
	if got := browsertest.Eval[string](p, `document.querySelector("#search").value`); got != "0+-/" || browsertest.Eval[float64](p, zoomed) != at {
		t.Errorf("the search got %q", got)
	}
	p.Alone()
}

func TestBrowserPansAndZooms(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, "rings", states(200), graph.Options{}, output.Options{}))
	const hub = ".node.hub .outline"
	x, y := p.Middle(hub)
	p.Wheel(x, y, -400)
	p.Becomes(zoomed + " > 1.5")
	if x2, y2 := p.Middle(hub); math.Hypot(x2-x, y2-y) > 1 {
		t.Errorf("the wheel moved what is below the pointer from %g, %g to %g, %g", x, y, x2, y2)
	}
	p.Becomes(`!document.querySelector("svg.moving")`)
	if n := browsertest.Eval[int](p, `document.querySelectorAll(".node text").length`); n < 3 {
		t.Errorf("%d labels when zoomed in", n)
	}
	p.Do(chromedp.DragAndDropXY(x+40, y+60, x+140, y+10))
	if x2, y2 := p.Middle(hub); math.Hypot(x2-x-100, y2-y+50) > 1 {
		t.Errorf("dragging by 100, -50 moved the hub by %g, %g", x2-x, y2-y)
	}
	if !browsertest.Eval[bool](p, `document.querySelector("#details").hidden`) {
		t.Error("dragging selected a node")
	}
	p.Click("#zoom-fit")
	p.Becomes(zoomed + " < 1.5")
	if x2, y2 := p.Middle(hub); math.Hypot(x2-x, y2-y) > 1 {
		t.Errorf("fitted, the hub is at %g, %g, not %g, %g", x2, y2, x, y)
	}

	browsertest.Call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	before := browsertest.Eval[float64](p, zoomed)
	pt := func(dx, dy float64) image.Point { return image.Pt(int(x+dx), int(y+dy)) }
	p.Touch(input.DispatchTouchEventTypeTouchStart, pt(-30, 80), pt(30, 80))
	p.Touch(input.DispatchTouchEventTypeTouchMove, pt(-60, 80), pt(60, 80))
	p.Touch(input.DispatchTouchEventTypeTouchMove, pt(-90, 80), pt(90, 80))
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	if got := browsertest.Eval[float64](p, zoomed); got < 2.5*before || got > 3.5*before {
		t.Errorf("fingers three times as far apart zoom from %g to %g", before, got)
	}
	moved := browsertest.Eval[string](p, placed)
	p.Touch(input.DispatchTouchEventTypeTouchStart, pt(0, 150))
	p.Touch(input.DispatchTouchEventTypeTouchMove, pt(-50, 150))
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	if browsertest.Eval[string](p, placed) == moved {
		t.Error("a finger does not drag")
	}
	p.Alone()
}

// misfits is what a finger could not reach or would miss: it lies across an edge of
// the screen or of what scrolls, below something else, or is less than 24 pixels
// high. A label is what is touched of its box.
const misfits = `(() => {
	const all = [];
	const {scrollWidth} = document.scrollingElement;
	if (scrollWidth > innerWidth) all.push("the page is " + scrollWidth + " pixels wide");
	for (const e of document.querySelectorAll("header *, button, input[type=search], label, a")) {
		if (!e.checkVisibility() || e.matches(".unseen, input[type=checkbox], .swatch *")) continue;
		if (e.closest("td, thead") && e.closest("tr").cells[0] !== e.closest("td, th")) continue; // the table scrolls
		if (e.closest("tbody tr:nth-child(n+9), #stage")) continue;
		if (e.closest("#details, #filters")) e.scrollIntoView({block: "nearest"});
		const box = e.getBoundingClientRect();
		const what = e.tagName + " " + e.id + " " + e.textContent.slice(0, 20) + " at " + [box.x, box.y, box.right, box.bottom].map(Math.round);
		if (box.left < 0 || box.top < 0 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) all.push(what);
		if (e.matches("h1, .about p") && e.scrollWidth > e.clientWidth) all.push("cut off: " + what);
		if (!e.matches("button, input, label, a")) continue;
		if (box.height < 24) all.push("less than 24 pixels high: " + what);
		if (document.querySelector("#details:not([hidden])") && !e.closest("#details")) continue; // it lies above
		if (document.querySelector("#filters:not([hidden])") && e.closest("main")) continue;
		if (!e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))) all.push("below something: " + what);
	}
	return all;
})()`

// Labels that nobody can read are left to the details until they are large enough.
func TestBrowserShowsLabelsThatCanBeRead(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "light", Width: 390, Height: 844}, pageBy(t, "rings", states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.Phone(390, 844)
	const shown = `[...document.querySelectorAll("#stage .node text, #stage .groupname")]
		.filter((e) => getComputedStyle(e).visibility === "visible").map((e) => Number(e.getAttribute("font-size")) * e.getScreenCTM().a)`
	const tooSmall = shown + `.filter((size) => size < 6.99).length`
	all := browsertest.Eval[int](p, `document.querySelectorAll("#stage .node text, #stage .groupname").length`)
	p.Becomes(fmt.Sprintf("%s === 0 && %s.length < %d", tooSmall, shown, all))
	for range 4 {
		p.Click("#zoom-in")
	}
	p.Becomes(fmt.Sprintf("%s.length === %d && %s === 0", shown, all, tooSmall))
	p.Click("#zoom-fit")
	p.Becomes(fmt.Sprintf("%s === 0 && %s.length < %d", tooSmall, shown, all))

	// Beside the filters a picture is smaller than it was made for: its labels are not.
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 600, Pending: 0.01, Rejected: 0.01})
	p = browsertest.OpenFiles(t, browsertest.Screen{Scheme: "light", Width: 1280, Height: 800}, pageBy(t, "rings", snap, graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	all = browsertest.Eval[int](p, `document.querySelectorAll("#stage .node text, #stage .groupname").length`)
	if all < 10 {
		t.Errorf("%d texts: not what this is about", all)
	}
	p.Becomes(fmt.Sprintf("%s.length === %d && %s === 0", shown, all, tooSmall))
}

// A phone shows names at first sight: of hubs on a plate, of groups beside them.
func TestBrowserNamesHubsAndGroupsOnAPhone(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "dark", Width: 390, Height: 844}, pageBy(t, "rings", states(300), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.Phone(390, 844)
	const legible = `[...document.querySelectorAll(".names text, .groupname")].filter((e) => getComputedStyle(e).visibility === "visible"
		&& Number(e.getAttribute("font-size")) * e.getScreenCTM().a > 6.99)`
	p.Becomes(legible + `.length === 4`)
	got := browsertest.Eval[[]string](p, legible+`.map((e) => e.textContent)`)
	hub := browsertest.Eval[string](p, `document.querySelector(".node.hub").getAttribute("aria-label").split(",")[0]`)
	for _, want := range []string{hub, "ap-south-1", "eu-west-1", "us-east-1"} {
		if !slices.ContainsFunc(got, func(name string) bool { return strings.HasPrefix(name, want) }) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
	hidden := browsertest.Eval[[]string](p, `(() => {
		const box = (e) => e.getBoundingClientRect();
		const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
		const names = [...document.querySelectorAll(".names .outline, .groupname")];
		const nodes = [...document.querySelectorAll(".node:not(.hub) .outline")];
		return names.flatMap((name) => [...names, ...nodes].filter((e) => e !== name && meet(box(name), box(e))).map((e) => name.textContent + e.outerHTML));
	})()`)
	if len(hidden) > 0 {
		t.Errorf("names lie on what is around them: %q", hidden)
	}
	x, y := p.Middle(".names .outline")
	p.Touch(input.DispatchTouchEventTypeTouchStart, image.Pt(int(x)+15, int(y)))
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	p.Becomes(fmt.Sprintf("document.querySelector('#details-name').textContent === %q", hub))
	p.Click("#close")
	for range 6 {
		p.Click("#zoom-in") // until the picture's own can be read
	}
	p.Becomes(`!document.querySelector(".names > *, .groupname[transform]")`)
	p.Alone()
}

func TestBrowserFitsAPhone(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	p := browsertest.OpenFiles(t, browsertest.Screen{Scheme: "light", Width: 375, Height: 667}, pageBy(t, "rings", states(200), graph.Options{GroupBy: []string{"region"}}, output.Options{Link: "https://nodes.example/{id}"}))
	p.Phone(375, 667)
	fits := func(what string) {
		t.Helper()
		for _, m := range browsertest.Eval[[]string](p, misfits) {
			t.Errorf("%s: %s", what, m)
		}
	}
	fits("the picture")

	// A finger is wider than a dot: it means the one that is nearest.
	at := browsertest.Eval[[]float64](p, `(() => {
		const boxes = [...document.querySelectorAll(".node .outline")].map((e) => e.getBoundingClientRect());
		const lowest = boxes.reduce((a, b) => a.bottom > b.bottom ? a : b);
		return [boxes.indexOf(lowest), lowest.x + lowest.width / 2, lowest.bottom + 12];
	})()`)
	p.Touch(input.DispatchTouchEventTypeTouchStart, image.Pt(int(at[1]), int(at[2])))
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	p.Becomes(fmt.Sprintf(`!document.querySelector("#details").hidden && document.querySelectorAll(".node")[%g].matches("[aria-selected]")`, at[0]))
	fits("the details")
	p.Click("#close")

	x, y := p.Middle(".node.hub .outline")
	pt := func(dx, dy float64) image.Point { return image.Pt(int(x+dx), int(y+dy)) }
	before := browsertest.Eval[float64](p, zoomed)
	p.Touch(input.DispatchTouchEventTypeTouchStart, pt(-30, 100), pt(30, 100))
	p.Touch(input.DispatchTouchEventTypeTouchMove, pt(-60, 100), pt(60, 100))
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	if got := browsertest.Eval[float64](p, zoomed); got < 1.6*before || got > 2.4*before {
		t.Errorf("fingers twice as far apart zoom from %g to %g", before, got)
	}
	x, y = p.Middle(".node.hub .outline")
	p.Touch(input.DispatchTouchEventTypeTouchStart, pt(0, 100))
	p.Touch(input.DispatchTouchEventTypeTouchMove, pt(-40, 110))
	p.Touch(input.DispatchTouchEventTypeTouchEnd)
	if x2, y2 := p.Middle(".node.hub .outline"); math.Hypot(x2-x+40, y2-y-10) > 1 {
		t.Errorf("a finger that went -40, 10 moved the hub by %g, %g", x2-x, y2-y)
	}
	p.Click("#zoom-fit")
	p.Becomes(fmt.Sprintf("Math.abs(%s - %g) < 1e-6", zoomed, before))

	p.Click("#show-filters")
	fits("the filters")
	p.Click("#show-filters")
	p.Click("#show-table")
	fits("the table")
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#table").scrollLeft = 500`))
	if at := browsertest.Eval[[]float64](p, `[...document.querySelectorAll("#table tr:not(.spacer) > :first-child")].slice(0, 9).map((e) => e.getBoundingClientRect().left)`); slices.Max(at) > 0 || slices.Min(at) < 0 {
		t.Errorf("the names of the table's rows scroll away: %v", at)
	}
	p.Press("/us-east")
	p.Becomes(status + `.includes(" of 201")`)
	fits("a search")
	p.Alone()
}
