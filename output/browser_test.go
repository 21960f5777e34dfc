package output_test

// These tests open what bacviz writes in Chromium, and use it as people do.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// chromium starts a browser for a test, which is skipped where there is none and
// fails where CI=true.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" && os.Getenv("CI") == "true" {
		t.Fatal("chromium is required in CI")
	}
	if path == "" {
		t.Skip("needs chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"))
	// Not the test's own context, which ends before the browser has.
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts it, so that tabs are its tabs
		t.Fatal(err)
	}
	return ctx
}

// A tab is a page in the browser, and what it did unasked.
type tab struct {
	*testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string // addresses
	trouble  []string // exceptions, and what it told the console: violations of its policy too
}

type screen struct {
	scheme        string // light or dark
	width, height int64
}

var laptop = screen{"light", 1280, 800}

// open serves files from this machine and opens the one at /.
func open(t *testing.T, browser context.Context, s screen, files map[string][]byte) *tab {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		kind := "text/html; charset=utf-8"
		if strings.HasSuffix(r.URL.Path, ".svg") {
			kind = "image/svg+xml"
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx}
	p.must(chromedp.Listen(ctx, p.listen))
	call(p, network.Enable, network.EnableParams{})
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: s.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	p.do(chromedp.EmulateViewport(s.width, s.height), chromedp.Navigate(server.URL+"/"))
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			p.requests = append(p.requests, e.Request.URL)
		}
	case *log.EventEntryAdded:
		p.trouble = append(p.trouble, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		p.trouble = append(p.trouble, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		p.trouble = append(p.trouble, fmt.Sprint("console.", e.Type))
	}
}

// quiet fails the test if the page asked for anything but itself, or complained.
func (p *tab) quiet() {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) != 1 {
		p.Errorf("the page asked for %q", p.requests)
	}
	if len(p.trouble) > 0 {
		p.Errorf("the page complained: %q", p.trouble)
	}
}

func (p *tab) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	p.must(chromedp.Do(p.ctx, steps...))
}

// eval returns what an expression is in the page.
func eval[T any](p *tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

// becomes waits until an expression is true: the page may need a moment.
func (p *tab) becomes(expression string) {
	p.Helper()
	for end := time.Now().Add(10 * time.Second); !eval[bool](p, expression); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.Fatalf("never became true: %s", expression)
		}
	}
}

func (p *tab) screenshot() image.Image {
	p.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	p.must(err)
	img, err := png.Decode(bytes.NewReader(text))
	p.must(err)
	return img
}

// press strikes keys one by one, as a keyboard does: the text of a key comes with
// it, so that a page that takes the key gets no text.
func (p *tab) press(keys string) {
	p.Helper()
	for _, r := range keys {
		for _, k := range kb.Encode(r) {
			if k.Type == kb.KeyChar {
				continue
			}
			if key := kb.Keys[r]; key != nil && key.Print && k.Type == kb.KeyDown {
				k.Text = key.Text
			}
			call(p, input.DispatchKeyEvent, *k)
		}
	}
}

func (p *tab) click(selector string) {
	p.Helper()
	x, y := p.middle(selector)
	p.do(chromedp.MouseClickXY(x, y))
}

// middle is where the middle of an element is in the window.
func (p *tab) middle(selector string) (x, y float64) {
	p.Helper()
	at := eval[[]float64](p, fmt.Sprintf(`(() => {
		const element = document.querySelector(%q);
		if (!element.closest("#stage")) element.scrollIntoView({block: "nearest", inline: "nearest"});
		const box = element.getBoundingClientRect();
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`, selector))
	return at[0], at[1]
}

func (p *tab) wheel(x, y, by float64) {
	p.Helper()
	call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1e-6, DeltaY: by}) // a zero would be left out
}

// touch puts fingers on the screen, moves them or takes them off.
func (p *tab) touch(kind input.DispatchTouchEventType, at ...image.Point) {
	p.Helper()
	points := []*input.TouchPoint{}
	for i, a := range at {
		id := float64(i)
		points = append(points, &input.TouchPoint{X: float64(a.X), Y: float64(a.Y), ID: &id})
	}
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
}

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
	shape.All = true
	return map[string][]byte{"/": write(t, drawing(t, snap, shape, layout.Options{}), "html", opt)}
}

func TestBrowserSearchesAndFilters(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(30), graph.Options{GroupBy: []string{"region", "rack"}}, output.Options{}))
	if got := eval[string](p, status); got != "31 nodes" {
		t.Errorf("at first %q", got)
	}

	p.press("/EU-west AMD64") // every word, in IDs, labels and their values, whatever the case
	const found = `(() => {
		const elements = [...document.querySelectorAll(".node")];
		return [...document.querySelectorAll("tbody tr")].filter((_, i) => !elements[i].matches(".out")).map((row) => row.textContent);
	})()`
	p.becomes(found + `.every((node) => node.includes("eu-west") && node.includes("amd64"))`)
	got := eval[[]string](p, found)
	if want := fmt.Sprintf("%d of 31 nodes", len(got)); len(got) == 0 || eval[string](p, status) != want {
		t.Errorf("%s, want %s", eval[string](p, status), want)
	}
	if edges := eval[int](p, `document.querySelector(".edge").getAttribute("d").split("M").length - 1`); edges > len(got) {
		t.Errorf("%d edges for %d nodes", edges, len(got))
	}
	p.press("zzz")
	p.becomes(status + ` === "No node matches"`)
	p.press(kb.Escape)
	p.becomes(status + ` === "31 nodes"`)
	p.press("rack" + kb.Enter) // goes to the first that is found
	p.becomes(inPicture)
	p.becomes(`!document.querySelector("#details").hidden`)
	p.press(kb.Escape + kb.Escape)
	p.becomes(status + ` === "31 nodes"`)

	off := eval[int](p, `document.querySelectorAll(".node.off").length`)
	for words, called := range map[string]string{"connected": ", connected", "disconnected": ", disconnected", "state:disc": ", disconnected", "state:onnected": "nobody"} {
		p.press("/" + words)
		p.becomes(fmt.Sprintf("%s === document.querySelectorAll(`.node[aria-label*='%s']`).length", shown, called))
		p.press(kb.Escape + kb.Escape)
	}
	p.press("/group:EU-west")
	p.becomes(shown + ` > 0 && [...document.querySelectorAll(".node:not(.out)")].every((e) => /eu-west/.test(e.getAttribute("aria-label")))`)
	p.press(kb.Escape + kb.Escape)
	p.click(`#filters input[name=kind][value="5"]`)
	p.becomes(fmt.Sprintf("%s === %d", shown, 31-off))
	p.click("#reset")
	p.becomes(shown + ` === 31`)
	// A group takes those in it along.
	p.click(`#filters input[data-level="1"]`)
	p.becomes(status + ` !== "31 nodes"`)
	outer := eval[int](p, shown)
	if on := eval[int](p, `document.querySelectorAll("#filters [data-level='2']:checked").length`); on == 0 || on == eval[int](p, `document.querySelectorAll("#filters [data-level='2']").length`) {
		t.Errorf("%d inner groups are ticked", on)
	}
	p.click(`#filters input[data-level="2"]`)
	p.becomes(fmt.Sprintf("%s > %d", shown, outer))
	if !eval[bool](p, `document.querySelector("#filters input[data-level='1']").indeterminate`) {
		t.Error("a group that is shown in part is not marked so")
	}
	p.quiet()
}

func TestBrowserTakesKeys(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(12), graph.Options{}, output.Options{}))
	for i := 0; !eval[bool](p, inPicture); i++ {
		if i > 30 || eval[bool](p, `document.activeElement.closest("#stage") !== null`) {
			t.Fatal("Tab does not go to a node, or to what is around them first")
		}
		p.press(kb.Tab)
	}
	if got := eval[string](p, focused); !strings.Contains(got, "requester") {
		t.Errorf("Tab goes to %q first, not to the hub", got)
	}
	if got := eval[int](p, `document.querySelectorAll(".node[tabindex='0']").length`); got != 1 {
		t.Errorf("Tab stops at %d nodes", got)
	}
	const place = `(() => { const b = document.activeElement.querySelector(".outline").getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`
	for _, c := range []struct {
		key    string
		dx, dy float64
	}{{kb.ArrowRight, 1, 0}, {kb.ArrowLeft, -1, 0}, {kb.ArrowUp, 0, -1}, {kb.ArrowDown, 0, 1}} {
		before := eval[[]float64](p, place)
		p.press(c.key)
		after := eval[[]float64](p, place)
		if along := (after[0]-before[0])*c.dx + (after[1]-before[1])*c.dy; along <= 0 {
			t.Errorf("from %v the arrow %v leads to %v", before, c, after)
		}
	}
	if got := eval[string](p, `getComputedStyle(document.querySelector(".ring.focused")).display`); got == "none" {
		t.Error("the focus does not show")
	}
	name := eval[string](p, `document.activeElement.getAttribute("aria-label").split(",")[0]`)
	p.press(kb.Enter)
	p.becomes(`document.activeElement.id === "details-name"`)
	if got := eval[string](p, `document.activeElement.textContent`); got != name {
		t.Errorf("details of %q, want %q", got, name)
	}
	p.press(kb.Escape)
	if !eval[bool](p, `document.querySelector("#details").hidden && `+inPicture) {
		t.Error("Escape does not lead back")
	}

	// What was found keeps the focus when the search is given up.
	p.press("/" + name + kb.Enter)
	p.becomes(inPicture)
	for range 3 {
		p.press(kb.Escape)
		if !eval[bool](p, inPicture+` && `+focused+`.startsWith(`+fmt.Sprintf("%q", name)+`)`) {
			t.Fatal("Escape loses the focus")
		}
	}
	p.becomes(status + ` === "13 nodes"`)
	p.press("0")

	at := eval[float64](p, zoomed)
	p.press("+")
	if got := eval[float64](p, zoomed); got <= at {
		t.Errorf("+ zooms from %g to %g", at, got)
	}
	p.press("--")
	if got := eval[float64](p, zoomed); got >= at {
		t.Errorf("- zooms to %g", got)
	}
	p.press("0")
	if got := eval[float64](p, zoomed); math.Abs(got-at) > 1e-6 {
		t.Errorf("0 zooms to %g, want %g", got, at)
	}
	p.press("/0+-/")
	if got := eval[string](p, `document.querySelector("#search").value`); got != "0+-/" || eval[float64](p, zoomed) != at {
		t.Errorf("the search got %q", got)
	}
	p.quiet()
}

func TestBrowserPansAndZooms(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(200), graph.Options{}, output.Options{}))
	const hub = ".node.hub .outline"
	x, y := p.middle(hub)
	p.wheel(x, y, -400)
	p.becomes(zoomed + " > 1.5")
	if x2, y2 := p.middle(hub); math.Hypot(x2-x, y2-y) > 1 {
		t.Errorf("the wheel moved what is below the pointer from %g, %g to %g, %g", x, y, x2, y2)
	}
	p.becomes(`!document.querySelector("svg.moving")`)
	if n := eval[int](p, `document.querySelectorAll(".node text").length`); n < 3 {
		t.Errorf("%d labels when zoomed in", n)
	}
	p.do(chromedp.DragAndDropXY(x+40, y+60, x+140, y+10))
	if x2, y2 := p.middle(hub); math.Hypot(x2-x-100, y2-y+50) > 1 {
		t.Errorf("dragging by 100, -50 moved the hub by %g, %g", x2-x, y2-y)
	}
	if !eval[bool](p, `document.querySelector("#details").hidden`) {
		t.Error("dragging selected a node")
	}
	p.click("#zoom-fit")
	p.becomes(zoomed + " < 1.5")
	if x2, y2 := p.middle(hub); math.Hypot(x2-x, y2-y) > 1 {
		t.Errorf("fitted, the hub is at %g, %g, not %g, %g", x2, y2, x, y)
	}

	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	before := eval[float64](p, zoomed)
	pt := func(dx, dy float64) image.Point { return image.Pt(int(x+dx), int(y+dy)) }
	p.touch(input.DispatchTouchEventTypeTouchStart, pt(-30, 80), pt(30, 80))
	p.touch(input.DispatchTouchEventTypeTouchMove, pt(-60, 80), pt(60, 80))
	p.touch(input.DispatchTouchEventTypeTouchMove, pt(-90, 80), pt(90, 80))
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	if got := eval[float64](p, zoomed); got < 2.5*before || got > 3.5*before {
		t.Errorf("fingers three times as far apart zoom from %g to %g", before, got)
	}
	moved := eval[string](p, placed)
	p.touch(input.DispatchTouchEventTypeTouchStart, pt(0, 150))
	p.touch(input.DispatchTouchEventTypeTouchMove, pt(-50, 150))
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	if eval[string](p, placed) == moved {
		t.Error("a finger does not drag")
	}
	p.quiet()
}

// phone is what Chromium takes the tab for from then on: its own window is never
// narrower than 500 pixels.
func (p *tab) phone(width, height int64) {
	p.Helper()
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 2, Mobile: true})
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	p.becomes(fmt.Sprintf("innerWidth === %d && innerHeight === %d", width, height))
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
	browser := chromium(t)
	p := open(t, browser, screen{"light", 390, 844}, page(t, states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.phone(390, 844)
	const shown = `[...document.querySelectorAll("#stage .node text, #stage .groupname")]
		.filter((e) => getComputedStyle(e).visibility === "visible").map((e) => Number(e.getAttribute("font-size")) * e.getScreenCTM().a)`
	const tooSmall = shown + `.filter((size) => size < 6.99).length`
	all := eval[int](p, `document.querySelectorAll("#stage .node text, #stage .groupname").length`)
	p.becomes(fmt.Sprintf("%s === 0 && %s.length < %d", tooSmall, shown, all))
	for range 4 {
		p.click("#zoom-in")
	}
	p.becomes(fmt.Sprintf("%s.length === %d && %s === 0", shown, all, tooSmall))
	p.click("#zoom-fit")
	p.becomes(fmt.Sprintf("%s === 0 && %s.length < %d", tooSmall, shown, all))

	// Beside the filters a picture is smaller than it was made for: its labels are not.
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 600, Pending: 0.01, Rejected: 0.01})
	p = open(t, browser, screen{"light", 1280, 800}, page(t, snap, graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	all = eval[int](p, `document.querySelectorAll("#stage .node text, #stage .groupname").length`)
	if all < 10 {
		t.Errorf("%d texts: not what this is about", all)
	}
	p.becomes(fmt.Sprintf("%s.length === %d && %s === 0", shown, all, tooSmall))
}

// A phone shows names at first sight: of hubs on a plate, of groups beside them.
func TestBrowserNamesHubsAndGroupsOnAPhone(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, screen{"dark", 390, 844}, page(t, states(200), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	p.phone(390, 844)
	const legible = `[...document.querySelectorAll(".names text, .groupname")].filter((e) => getComputedStyle(e).visibility === "visible"
		&& Number(e.getAttribute("font-size")) * e.getScreenCTM().a > 6.99)`
	p.becomes(legible + `.length === 4`)
	got := eval[[]string](p, legible+`.map((e) => e.textContent)`)
	hub := eval[string](p, `document.querySelector(".node.hub").getAttribute("aria-label").split(",")[0]`)
	for _, want := range []string{hub, "ap-south-1", "eu-west-1", "us-east-1"} {
		if !slices.ContainsFunc(got, func(name string) bool { return strings.HasPrefix(name, want) }) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
	hidden := eval[[]string](p, `(() => {
		const box = (e) => e.getBoundingClientRect();
		const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
		const names = [...document.querySelectorAll(".names .outline, .groupname")];
		const nodes = [...document.querySelectorAll(".node:not(.hub) .outline")];
		return names.flatMap((name) => [...names, ...nodes].filter((e) => e !== name && meet(box(name), box(e))).map((e) => name.textContent + e.outerHTML));
	})()`)
	if len(hidden) > 0 {
		t.Errorf("names lie on what is around them: %q", hidden)
	}
	x, y := p.middle(".names .outline")
	p.touch(input.DispatchTouchEventTypeTouchStart, image.Pt(int(x)+15, int(y)))
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	p.becomes(fmt.Sprintf("document.querySelector('#details-name').textContent === %q", hub))
	p.click("#close")
	for range 6 {
		p.click("#zoom-in") // until the picture's own can be read
	}
	p.becomes(`!document.querySelector(".names > *, .groupname[transform]")`)
	p.quiet()
}

func TestBrowserFitsAPhone(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, screen{"light", 375, 667}, page(t, states(200), graph.Options{GroupBy: []string{"region"}}, output.Options{Link: "https://nodes.example/{id}"}))
	p.phone(375, 667)
	fits := func(what string) {
		t.Helper()
		for _, m := range eval[[]string](p, misfits) {
			t.Errorf("%s: %s", what, m)
		}
	}
	fits("the picture")

	// A finger is wider than a dot: it means the one that is nearest.
	at := eval[[]float64](p, `(() => {
		const boxes = [...document.querySelectorAll(".node .outline")].map((e) => e.getBoundingClientRect());
		const lowest = boxes.reduce((a, b) => a.bottom > b.bottom ? a : b);
		return [boxes.indexOf(lowest), lowest.x + lowest.width / 2, lowest.bottom + 12];
	})()`)
	p.touch(input.DispatchTouchEventTypeTouchStart, image.Pt(int(at[1]), int(at[2])))
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	p.becomes(fmt.Sprintf(`!document.querySelector("#details").hidden && document.querySelectorAll(".node")[%g].matches("[aria-selected]")`, at[0]))
	fits("the details")
	p.click("#close")

	x, y := p.middle(".node.hub .outline")
	pt := func(dx, dy float64) image.Point { return image.Pt(int(x+dx), int(y+dy)) }
	before := eval[float64](p, zoomed)
	p.touch(input.DispatchTouchEventTypeTouchStart, pt(-30, 100), pt(30, 100))
	p.touch(input.DispatchTouchEventTypeTouchMove, pt(-60, 100), pt(60, 100))
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	if got := eval[float64](p, zoomed); got < 1.6*before || got > 2.4*before {
		t.Errorf("fingers twice as far apart zoom from %g to %g", before, got)
	}
	x, y = p.middle(".node.hub .outline")
	p.touch(input.DispatchTouchEventTypeTouchStart, pt(0, 100))
	p.touch(input.DispatchTouchEventTypeTouchMove, pt(-40, 110))
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	if x2, y2 := p.middle(".node.hub .outline"); math.Hypot(x2-x+40, y2-y-10) > 1 {
		t.Errorf("a finger that went -40, 10 moved the hub by %g, %g", x2-x, y2-y)
	}
	p.click("#zoom-fit")
	p.becomes(fmt.Sprintf("Math.abs(%s - %g) < 1e-6", zoomed, before))

	p.click("#show-filters")
	fits("the filters")
	p.click("#show-filters")
	p.click("#show-table")
	fits("the table")
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#table").scrollLeft = 500`))
	if at := eval[[]float64](p, `[...document.querySelectorAll("tr > :first-child")].slice(0, 9).map((e) => e.getBoundingClientRect().left)`); slices.Max(at) > 0 || slices.Min(at) < 0 {
		t.Errorf("the names of the table's rows scroll away: %v", at)
	}
	p.press("/us-east")
	p.becomes(status + `.includes(" of 201")`)
	fits("a search")
	p.quiet()
}

func TestBrowserShowsDetails(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(30), graph.Options{GroupBy: []string{"region"}}, output.Options{Link: "https://nodes.example/{id}"}))
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
	for _, want := range []string{id, "compute", "connected", "approved", "ap-south-1", "v1.9.3", "docker", "GiB memory", "os_arch=", "Linked to"} {
		if !strings.Contains(got, want) {
			t.Errorf("the details lack %q:\n%s", want, got)
		}
	}
	if got, want := eval[string](p, `document.querySelector("#link").href`), "https://nodes.example/"+id; got != want {
		t.Errorf("the link leads to %s, want %s", got, want)
	}
	if got := eval[string](p, `document.querySelector(".lit").getAttribute("d")`); !strings.HasPrefix(got, "M") {
		t.Error("the edge of the node is not lit")
	}
	p.click("#facts button")
	p.becomes(`document.querySelector("#details-name").textContent === ` + `document.querySelector(".node.hub text").textContent`)
	p.click("#close")
	p.becomes(`document.querySelector("#details").hidden`)
	p.quiet()
}

// Of a group those are counted that are drawn: 3 of 3 would say that there are no others.
func TestBrowserCountsTheNodesOfAGroup(t *testing.T) {
	browser := chromium(t)
	snap := nodes("n-1", "n-2", "n-3", "n-4")
	snap.Nodes[0].Sightings[0].Connection = cluster.Disconnected
	for all, want := range map[bool]string{false: "3 connected", true: "3 of 4 connected"} {
		d, err := layout.Arrange(t.Context(), graph.Build(snap, graph.Options{All: all, GroupBy: []string{"region"}, Collapse: true}), layout.Options{})
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

// A job's details say how it went on each node; its edges and the nodes that took
// no part can be filtered.
func TestBrowserShowsJobs(t *testing.T) {
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
		t.Errorf("%d edges of the job are lit, want 5", got)
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

func TestBrowserShowsTheTable(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, states(30), graph.Options{}, output.Options{Link: "https://nodes.example/{id}"}))
	p.click("#show-table")
	if got := eval[int](p, `document.querySelectorAll("tbody tr").length`); got != 31 {
		t.Fatalf("%d rows", got)
	}
	column := func(name string) []string {
		return eval[[]string](p, fmt.Sprintf(`(() => {
			const at = [...document.querySelectorAll("thead th")].findIndex((th) => th.textContent === %q);
			return [...document.querySelectorAll("tbody tr:not([hidden])")].map((row) => row.cells[at].textContent);
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
	p.becomes(`document.querySelectorAll("tbody tr:not([hidden])").length < 31`)
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

// Tooltips are for the pointer: the details tell what changed as well, and so does
// the table.
func TestBrowserTellsWhatChanged(t *testing.T) {
	browser := chromium(t)
	words := map[string]graph.Changes{"n-2": {Change: graph.Changed, Words: []string{"version: v1.8.0 → v1.9.3", "region: eu → us"}}, "n-3": {Change: graph.Added}}
	p := open(t, browser, laptop, page(t, nodes("n-1", "n-2", "n-3"), graph.Options{Changes: words}, output.Options{}))
	if got := eval[string](p, `[...document.querySelectorAll(".node.changed, .node.added")].map((e) => e.getAttribute("aria-label")).join()`); got != "n-2, compute, changed, connected,n-3, compute, came, connected" {
		t.Errorf("the nodes are called %s", got)
	}
	p.press("/region: eu" + kb.Enter)
	if got := eval[string](p, `document.querySelector("#facts").innerText`); !strings.Contains(got, "changed\nversion: v1.8.0 → v1.9.3\nregion: eu → us\n") {
		t.Errorf("the details:\n%s", got)
	}
	p.press(kb.Escape + kb.Escape)
	p.click("#show-table")
	if got := eval[string](p, `document.querySelector("#table").innerText`); !strings.Contains(got, "changed; version: v1.8.0 → v1.9.3; region: eu → us") || !strings.Contains(got, "the same as before") {
		t.Errorf("the table:\n%s", got)
	}
	p.quiet()
}

// A key and a value in Hebrew would run together, the value before the key.
func TestBrowserPutsTheKeyBeforeTheValue(t *testing.T) {
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
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, nodes("n-3fcb", "n-004bac", "n-10"), graph.Options{}, output.Options{}))
	p.click("#show-table")
	for _, head := range []string{"Name", "ID"} {
		if head == "ID" {
			p.click("thead th:nth-child(2) button")
		}
		got := eval[string](p, `[...document.querySelectorAll("tbody th")].map((th) => th.textContent).join(" ")`)
		if !strings.Contains(got, "n-004bac n-10 n-3fcb") {
			t.Errorf("sorted by %s: %s", head, got)
		}
	}
	p.quiet()
}

// One name of 10,000 letters would put every other column out of reach.
func TestBrowserWrapsLongNamesInTheTable(t *testing.T) {
	browser := chromium(t)
	p := open(t, browser, laptop, page(t, nodes("n-1", strings.Repeat("L", 10000)), graph.Options{}, output.Options{}))
	p.click("#show-table")
	if w := eval[int](p, `document.querySelector("tbody th").offsetWidth`); w > 1000 {
		t.Errorf("the names are %d pixels wide", w)
	}
	p.quiet()
}

func TestBrowserRunsNothingButThePage(t *testing.T) {
	browser := chromium(t)
	for name, text := range htmls(t) {
		t.Run(name, func(t *testing.T) {
			p := open(t, browser, laptop, map[string][]byte{"/": text})
			p.becomes(`document.body.classList.contains("on")`)
			p.click("#show-table")
			if n := eval[int](p, `document.querySelectorAll("tbody tr").length - document.querySelectorAll(".node").length`); n != 0 {
				t.Errorf("%d rows more than nodes", n)
			}
			if got := eval[string](p, `document.querySelectorAll("script, style, img, link, iframe").length + " " + document.querySelectorAll("#stage, #details").length`); got != "6 2" {
				t.Errorf("elements that a name made, or missing ones: %s", got)
			}
			if name == "hostile" {
				if got := eval[string](p, `document.querySelector("h1").textContent`); got != `</title><script>alert(1)</script> {{data}}` {
					t.Errorf("title %q", got)
				}
			}
			p.quiet()
		})
	}
}

// TestBrowserTellsOfTrouble makes sure that a page that is not quiet is noticed.
func TestBrowserTellsOfTrouble(t *testing.T) {
	browser := chromium(t)
	text := page(t, states(3), graph.Options{}, output.Options{})["/"]
	for what, broken := range map[string][]byte{
		"style attribute": bytes.Replace(text, []byte(`<h1>`), []byte(`<h1 style="color:red">`), 1),
		"script":          bytes.Replace(text, []byte(`</body>`), []byte(`<script>document.title = 1</script></body>`), 1),
		"image":           bytes.Replace(text, []byte(`</body>`), []byte(`<img src="/x.png" alt=""></body>`), 1),
	} {
		p := open(t, browser, laptop, map[string][]byte{"/": broken})
		p.becomes(`document.readyState === "complete"`)
		time.Sleep(100 * time.Millisecond)
		p.mu.Lock()
		if len(p.trouble) == 0 {
			t.Errorf("%s: nothing was told", what)
		}
		p.mu.Unlock()
	}
}

func TestBrowserIsLightAndDark(t *testing.T) {
	browser := chromium(t)
	d := drawing(t, states(12), graph.Options{All: true, ColorBy: "region"}, layout.Options{})
	picture := write(t, d, "svg", output.Options{})
	const frame = `<!doctype html><meta name="color-scheme" content="light dark"><style>body{margin:0}svg,img{display:block}</style>`
	for _, scheme := range []string{"light", "dark"} {
		paper, ink := color.RGBA{255, 255, 255, 255}, color.RGBA{0x16, 0x20, 0x2c, 255}
		if scheme == "dark" {
			paper, ink = color.RGBA{0x10, 0x16, 0x1d, 255}, color.RGBA{0xee, 0xf2, 0xf6, 255}
		}
		for what, files := range map[string]map[string][]byte{
			"img":    {"/": []byte(frame + `<img src="/a.svg" alt="">`), "/a.svg": picture},
			"inline": {"/": slices.Concat([]byte(frame), picture)},
			"file":   {"/": []byte(`<!doctype html><script>location = "/a.svg"</script>`), "/a.svg": picture},
			"html":   page(t, states(12), graph.Options{ColorBy: "region"}, output.Options{}),
		} {
			t.Run(what+" "+scheme, func(t *testing.T) {
				p := open(t, browser, screen{scheme, 1200, 800}, files)
				if what == "file" {
					p.becomes(`location.pathname === "/a.svg" && document.readyState === "complete"`)
				}
				p.becomes(`document.readyState === "complete" && [...document.images].every((i) => i.complete)`)
				img := p.screenshot()
				if at := img.At(1190, 10); !near(at, paper) {
					t.Errorf("the page is %v, want %v", at, paper)
				}
				title := image.Rect(10, 8, 260, 60)
				if n := count(img, title, ink); n < 40 {
					t.Errorf("%d pixels of the title are %v", n, ink)
				}
				whole := img.Bounds()
				area := whole.Dx() * whole.Dy()
				if n := count(img, whole, paper); n < area*6/10 {
					t.Errorf("%d of %d pixels are as the page", n, area)
				}
				for name, fill := range map[string]color.RGBA{"hub": {0xe6, 0x9f, 0, 255}, "first region": {0x56, 0xb4, 0xe9, 255}, "second region": {0xf0, 0xe4, 0x42, 255}} {
					if n := count(img, whole, fill); n < 500 {
						t.Errorf("%d pixels are those of the %s", n, name)
					}
				}
			})
		}
	}
}

// contrasts is a script that returns the worst contrast of the texts of each class
// in the pictures of a page, by WCAG 2.1, with what they are on: an outline, or the
// page and every area of a group. Marks count as text.
const contrasts = `(() => {
	const channels = (color) => color.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255);
	const luminance = (color) => channels(color).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	const fill = (e) => luminance(getComputedStyle(e).fill);
	const worst = {};
	for (const svg of [...document.querySelectorAll("div")].map((div) => div.shadowRoot.querySelector("svg"))) {
		const open = [svg.querySelector(".page"), ...svg.querySelectorAll(".hull")];
		for (const e of svg.querySelectorAll("text, .mark, .glyph")) {
			const outline = e.parentNode.querySelector(":scope > .outline");
			const ink = e.classList.contains("mark") ? luminance(getComputedStyle(e).stroke) : fill(e);
			const least = Math.min(...(outline ? [outline] : open).map((on) => contrast(ink, fill(on))));
			const name = e.tagName + " " + e.classList + " in " + e.parentNode.classList;
			worst[name] = Math.min(worst[name] ?? 21, least);
		}
	}
	return worst;
})()`

func TestTextStandsOutInEveryTheme(t *testing.T) {
	browser := chromium(t)
	snap := states(30)
	by := func(color string) graph.Options {
		return graph.Options{All: true, GroupBy: []string{"region", "os_arch"}, ColorBy: color}
	}
	many := by("id") // more values than have colours of their own
	for i := range snap.Nodes {
		if snap.Nodes[i].Labels != nil {
			snap.Nodes[i].Labels["id"] = snap.Nodes[i].ID
		}
	}
	collapsed := by("")
	collapsed.Collapse = true
	changes := map[string]graph.Changes{}
	for i, c := range []graph.Change{graph.Added, graph.Removed, graph.Changed, graph.Same} {
		changes[snap.Nodes[i].ID] = graph.Changes{Change: c}
	}
	shapes := []graph.Options{by(""), many, by("region"), by("@utilisation"), by("@state"), collapsed, {All: true, Changes: changes}}
	var drawings []*layout.Drawing
	for _, shape := range shapes {
		drawings = append(drawings, drawing(t, snap, shape, layout.Options{Engine: "rings"}))
	}
	for _, name := range append(theme.Names(), "auto in the dark") {
		scheme := "light"
		if name == "auto in the dark" {
			name, scheme = "auto", "dark"
		}
		colors, err := theme.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		page := []byte(`<!doctype html><meta name="color-scheme" content="light dark">`)
		for _, d := range drawings { // each with styles of its own
			page = fmt.Appendf(page, `<div><template shadowrootmode="open">%s</template></div>`, write(t, d, "svg", output.Options{Theme: colors}))
		}
		p := open(t, browser, screen{scheme, 1200, 800}, map[string][]byte{"/": page})
		worst := eval[map[string]float64](p, contrasts)
		for what, c := range worst {
			if c < 4.5 {
				t.Errorf("%s, %s: %s has a contrast of %.2f", name, scheme, what, c)
			}
		}
		for _, want := range []string{
			"text title in bacviz", "text subtitle in bacviz", "text groupname in bacviz", "text name in legend", "text  in node hub", "text  in node compute v4",
			"text  in node unknown dashed", "circle mark in node pending", "path mark in node rejected", "path glyph in node changed", "path glyph in node compute v6",
			"text  in node group", "text  in node removed dashed",
		} {
			if worst[want] == 0 {
				t.Errorf("%s, %s: no %q", name, scheme, want)
			}
		}
	}
}

// count is how many pixels within r have about that colour.
func count(img image.Image, r image.Rectangle, c color.Color) (n int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if near(img.At(x, y), c) {
				n++
			}
		}
	}
	return n
}

func TestBrowserPrints(t *testing.T) {
	browser := chromium(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := open(t, browser, screen{"dark", 1280, 800}, page(t, states(12), graph.Options{}, output.Options{}))
	for _, view := range []string{"picture", "table"} {
		p.click("#show-" + view)
		pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
		p.must(err)
		cmd := exec.Command(pdftotext, "-", "-")
		cmd.Stdin = bytes.NewReader(pdf)
		text, err := cmd.Output()
		p.must(err)
		for want, in := range map[string]bool{"Bacalhau network": true, "pending approval": view == "picture", "Memory": view == "table", "Show all": false, "Search": false} {
			if strings.Contains(string(text), want) != in {
				t.Errorf("the %s in print: %q is in it: %v\n%s", view, want, !in, text)
			}
		}
	}
}

// Where no script runs the table is below the picture, on paper too.
func TestBrowserShowsTheTableWithoutScript(t *testing.T) {
	browser := chromium(t)
	pdftotext := tool(t, "pdftotext", "-v")
	p := open(t, browser, laptop, page(t, states(12), graph.Options{}, output.Options{Link: "https://nodes.example/{id}"}))
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.do(chromedp.Reload())
	got := eval[[]float64](p, `(() => {
		const [picture, table] = ["#picture", "table"].map((s) => document.querySelector(s).getBoundingClientRect());
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
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
	p.must(err)
	cmd := exec.Command(pdftotext, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	text, err := cmd.Output()
	p.must(err)
	for want, in := range map[string]bool{"Bacalhau network": true, "pending approval": true, "Memory": true, "os_arch=": true, "JavaScript": false, "Search": false} {
		if strings.Contains(string(text), want) != in {
			t.Errorf("in print: %q is in it: %v\n%s", want, !in, text)
		}
	}
}

// axe is axe-core, which .ci/run installs.
func axe(t *testing.T) string {
	t.Helper()
	const file = "../internal/tools/axe/node_modules/axe-core/axe.min.js"
	script, err := os.ReadFile(file)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("needs axe-core: npm ci --prefix internal/tools/axe")
	}
	return string(script)
}

// barriers are what axe-core finds wrong with the page, a line each.
func (p *tab) barriers(script string) []string {
	p.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](script+";0")); err != nil {
		p.Fatal(err)
	}
	var found []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	text := eval[string](p, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`)
	p.must(json.Unmarshal([]byte(text), &found))
	var all []string
	for _, v := range found {
		line := v.ID + ": " + v.Help
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			line += "\n\t" + n.HTML[:min(200, len(n.HTML))] + "\n\t" + n.FailureSummary
		}
		all = append(all, line)
	}
	return all
}

func TestAxeFindsNoBarriers(t *testing.T) {
	script := axe(t)
	browser := chromium(t)
	snap := states(30)
	shape := graph.Options{All: true, GroupBy: []string{"region", "os_arch"}, ColorBy: "region"}
	picture := func(opt output.Options) map[string][]byte {
		svg := write(t, drawing(t, snap, shape, layout.Options{}), "svg", opt)
		return map[string][]byte{"/": slices.Concat([]byte(`<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>Test</title><main><h1>Test</h1>`), svg, []byte(`</main>`))}
	}
	link := output.Options{Link: "https://nodes.example/{id}"}
	checkOn := func(s screen, what string, files map[string][]byte, use func(p *tab)) {
		t.Run(fmt.Sprint(what, " ", s), func(t *testing.T) {
			p := open(t, browser, s, files)
			if use != nil {
				use(p)
			}
			for _, b := range p.barriers(script) {
				t.Error(b)
			}
		})
	}
	details := func(p *tab) {
		p.press("/amd64" + kb.Enter)
		p.becomes(`!document.querySelector("#details").hidden`)
	}
	for _, name := range theme.Names() {
		colors, err := theme.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if colors != nil { // auto is below
			checkOn(laptop, "html in "+name, page(t, snap, shape, output.Options{Theme: colors, Link: link.Link}), details)
		}
	}
	for _, s := range []screen{{"light", 1280, 800}, {"dark", 1280, 800}, {"light", 375, 667}} {
		check := func(what string, files map[string][]byte, use func(p *tab)) { checkOn(s, what, files, use) }
		check("svg", picture(output.Options{}), nil)
		check("svg with links", picture(link), nil)
		check("html", page(t, snap, shape, output.Options{}), nil)
		check("html with details", page(t, snap, shape, link), details)
		check("html with table", page(t, snap, shape, link), func(p *tab) {
			p.click("#show-table")
			p.press("/amd64")
			p.becomes(`document.querySelector("tr[hidden]") !== null`)
		})
		check("html with jobs", page(t, func() cluster.Snapshot {
			s := states(20)
			s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 3, Executions: 4, Retried: 1, Failed: 0.5})
			return s
		}(), graph.Options{}, link), func(p *tab) {
			p.click(".node.job .outline")
			p.becomes(`!document.querySelector("#details").hidden`)
		})
		check("html with filters", page(t, snap, graph.Options{ColorBy: "@utilisation"}, output.Options{}), func(p *tab) {
			if eval[bool](p, `document.querySelector("#filters").hidden`) {
				p.click("#show-filters")
			}
			p.click("#filters input")
		})
	}
	// And a barrier would be found.
	p := open(t, browser, laptop, map[string][]byte{"/": bytes.Replace(picture(output.Options{})["/"], []byte(` role="img"`), []byte(` role="nonsense"`), 1)})
	if len(p.barriers(script)) == 0 {
		t.Error("axe-core does not mind a role that is none")
	}
}

// call sends a command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) {
	p.Helper()
	if _, err := chromedp.Call(p.ctx, command, params); err != nil {
		p.Fatal(err)
	}
}
