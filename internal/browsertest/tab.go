package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A Tab is a page in the browser, with its errors and its requests.
type Tab struct {
	testing.TB
	Ctx context.Context

	mu       sync.Mutex
	requests []string // addresses
	trouble  []string // exceptions, and what it told the console: violations of its policy too
}

// A Screen is what a page is shown on.
type Screen struct {
	Scheme        string // light or dark
	Width, Height int64  // in CSS pixels
	Motion        bool   // its reader does not prefer reduced motion
}

// Laptop is a usual screen.
var Laptop = Screen{Scheme: "light", Width: 1280, Height: 800}

// Open opens an address in a new tab, which is closed at the end of the test. See [Need].
func Open(t testing.TB, s Screen, url string) *Tab {
	t.Helper()
	Need(t)
	browser, _ := start()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	p := &Tab{TB: t, Ctx: ctx}
	p.Must(chromedp.Listen(ctx, p.listen))
	Call(p, network.Enable, network.EnableParams{})
	// Each tab takes keys, though only one window of the browser has the focus.
	Call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	motion := "reduce"
	if s.Motion {
		motion = "no-preference"
	}
	Call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: s.Scheme}, {Name: "prefers-reduced-motion", Value: motion},
	}})
	p.Do(chromedp.EmulateViewport(s.Width, s.Height), chromedp.Navigate(url))
	return p
}

// OpenFiles serves files from this machine, by their paths, and opens the one at /.
func OpenFiles(t testing.TB, s Screen, files map[string][]byte) *Tab {
	t.Helper()
	Need(t)
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
	return Open(t, s, server.URL+"/")
}

func (p *Tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			p.requests = append(p.requests, e.Request.URL)
		}
	case *log.EventEntryAdded:
		if e.Entry.Source != "network" && e.Entry.Level != "verbose" { // not a request that failed, nor advice
			p.trouble = append(p.trouble, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		p.trouble = append(p.trouble, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		p.trouble = append(p.trouble, fmt.Sprint("console.", e.Type))
	}
}

// Quiet fails the test if the page had an exception, told the console anything, or tried
// what its policy forbids.
func (p *Tab) Quiet() {
	p.Helper()
	if trouble := p.Trouble(); len(trouble) > 0 {
		p.Errorf("the page complained: %q", trouble)
	}
}

// Alone fails the test if the page is not [Tab.Quiet], or asked for anything but itself.
func (p *Tab) Alone() {
	p.Helper()
	p.mu.Lock()
	requests := p.requests
	p.mu.Unlock()
	if len(requests) != 1 {
		p.Errorf("the page asked for %q", requests)
	}
	p.Quiet()
}

// Trouble returns what the page complained of.
func (p *Tab) Trouble() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trouble
}

// Must fails the test if there is an error.
func (p *Tab) Must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// Do does things in the tab, one after the other.
func (p *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	p.Must(chromedp.Do(p.Ctx, steps...))
}

// Run runs statements in the page.
func (p *Tab) Run(script string) {
	p.Helper()
	p.Do(chromedp.Evaluate[chromedp.Void](script))
}

// Call sends a command of the browser's protocol.
func Call[P, R any](p *Tab, command cdp.Command[P, R], params P) {
	p.Helper()
	if _, err := chromedp.Call(p.Ctx, command, params); err != nil {
		p.Fatal(err)
	}
}

// Eval returns the value of an expression in the page.
func Eval[T any](p *Tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.Ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

// Becomes waits until an expression is true: the page may need a moment.
func (p *Tab) Becomes(expression string) {
	p.Helper()
	holds := func() bool { // not in a document that is being left, or has nothing in it yet
		is, err := chromedp.Run(p.Ctx, chromedp.Evaluate[bool]("Promise.resolve("+expression+").then(Boolean)", chromedp.EvalAwaitPromise))
		return err == nil && is
	}
	for end := time.Now().Add(40 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.Fatalf("never became true: %s\n%s", expression, Eval[string](p, `document.body.innerText.slice(0, 500)`))
		}
	}
}

// Barriers returns the violations that axe-core finds in the page, a line each. See [NeedAxe].
func (p *Tab) Barriers() []string {
	p.Helper()
	script, err := axe()
	p.Must(err)
	p.Run(script + ";0")
	var found []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	text := Eval[string](p, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`)
	p.Must(json.Unmarshal([]byte(text), &found))
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
