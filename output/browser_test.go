package output_test

// These tests open pages of bacviz in Chromium, and use them as people do.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
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
)

// chromium returns the browser that the tests share: each opens tabs of its own. A test is
// skipped where there is no browser, and fails where CI=true.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("drives a browser, where no data races are found")
	}
	ctx, err := startChromium()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// startChromium starts the browser at the first call.
var startChromium = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		return nil, fmt.Errorf("chromium: %w", exec.ErrNotFound)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"))
	// The browser outlives the test that starts it.
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	stopChromium = cancel
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, chromedp.Do(ctx) // starts it, so that tabs are its tabs
})

// stopChromium ends the browser if a test has started it.
var stopChromium = func() {}

// A tab is a page in the browser, with its errors and its requests.
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
	// Each tab takes keys, though only one window of the browser has the focus.
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
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

// eval returns the value of an expression in the page.
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
	holds := func() bool { // not in a document that is being left, or has nothing in it yet
		is, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Promise.resolve("+expression+").then(Boolean)", chromedp.EvalAwaitPromise))
		return err == nil && is
	}
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
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
	return pageBy(t, layout.Auto, snap, shape, opt)
}

// pageBy is page by an engine.
func pageBy(t testing.TB, engine string, snap cluster.Snapshot, shape graph.Options, opt output.Options) map[string][]byte {
	t.Helper()
	shape.All = true
	return map[string][]byte{"/": write(t, drawing(t, snap, shape, layout.Options{Engine: engine}), "html", opt)}
}

// A trunk stands for many edges: it goes when none of them is left.
func TestBrowserHidesTrunksWithoutNodes(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, pageBy(t, "trays", states(60), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
	const shown = `document.querySelectorAll(".trunk:not(.out)").length`
	p.becomes(shown + " === 3")
	p.press("/group:eu-west-1")
	p.becomes(shown + " === 1")
	p.press(kb.Escape)
	p.becomes(shown + " === 3")
}

func TestBrowserSearchesAndFilters(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := open(t, browser, laptop, pageBy(t, "rings", states(30), graph.Options{GroupBy: []string{"region", "rack"}}, output.Options{}))
	if got := eval[string](p, status); got != "31 nodes" {
		t.Errorf("at first %q", got)
	}

	p.press("/EU-west AMD64") // every word, in IDs, labels and their values, whatever the case
	const found = `(() => {
		const {id, labels} = JSON.parse(document.querySelector("#data").textContent).nodes;
		return [...document.querySelectorAll(".node")].flatMap((e, i) => e.matches(".out") ? [] : [id[i] + labels.of[i].map((n) => labels.pairs[n - 1])]);
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
	p.becomes(shown + ` > 0 && ` + found + `.every((node) => /eu-west/.test(node))`)
	p.press(kb.Escape + kb.Escape)
	p.click(`#filters input[name=kind][value="6"]`)
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

func TestBrowserRunsNothingButThePage(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	for name, text := range htmls(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, browser, laptop, map[string][]byte{"/": text})
			p.becomes(`document.body.classList.contains("on")`)
			p.click("#show-table")
			if n := eval[int](p, `document.querySelectorAll("tbody tr:not(.spacer)").length - document.querySelectorAll(".node").length`); n != 0 {
				t.Errorf("%d rows more than nodes", n)
			}
			if got := eval[string](p, `document.querySelectorAll("script, style:not(svg style), img, link, iframe").length + " " + document.querySelectorAll("#stage, #details").length`); got != "5 2" {
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
	t.Parallel()
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

// call sends a command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) {
	p.Helper()
	if _, err := chromedp.Call(p.ctx, command, params); err != nil {
		p.Fatal(err)
	}
}
