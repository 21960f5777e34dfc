package main

// These tests open the page of bacviz serve in Chromium.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// A tab is a page that a browser shows.
type tab struct {
	testing.TB
	ctx context.Context

	mu      sync.Mutex
	trouble []string // exceptions, and what the policy refused
}

// openTab opens an address in Chromium. The test is skipped where there is none, unless CI=true.
func openTab(t testing.TB, url string, width, height int64) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("drives a browser, where no data races are found")
	}
	path, err := exec.LookPath("chromium")
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	p := &tab{TB: t, ctx: ctx}
	p.must(chromedp.Do(ctx))
	p.must(chromedp.Listen(ctx, p.listen))
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	p.must(err)
	p.must(chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(url)))
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.trouble = append(p.trouble, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case *log.EventEntryAdded:
		if e.Entry.Source == "security" || e.Entry.Source == "javascript" {
			p.trouble = append(p.trouble, e.Entry.Text)
		}
	}
}

func (p *tab) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// value returns the value of an expression in the page.
func value[T any](p *tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

// becomes waits until an expression is true.
func (p *tab) becomes(expression string) {
	p.Helper()
	holds := func() bool { // not in a document that is being left, or has nothing in it yet
		is, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Promise.resolve("+expression+").then(Boolean)", chromedp.EvalAwaitPromise))
		return err == nil && is
	}
	for end := time.Now().Add(40 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.Fatalf("never became true: %s\n%s", expression, value[string](p, `document.querySelector("#found").innerText`))
		}
	}
}

// click presses the middle of an element with the pointer.
func (p *tab) click(selector string) {
	p.Helper()
	at := value[[]float64](p, fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "nearest"}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`, selector))
	p.must(chromedp.Do(p.ctx, chromedp.MouseClickXY(at[0], at[1])))
}

// barriers returns what axe-core finds in the page, a line each. Without axe-core, which
// .ci/run installs, there is none.
func (p *tab) barriers() []string {
	p.Helper()
	script, err := os.ReadFile("../../internal/tools/axe/node_modules/axe-core/axe.min.js")
	if err != nil && os.Getenv("CI") != "true" {
		p.Log("not checked with axe-core: npm ci --prefix internal/tools/axe")
		return nil
	}
	p.must(err)
	_, err = chromedp.Run(p.ctx, chromedp.Evaluate[any](string(script)+";0"))
	p.must(err)
	return value[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 200) + n.failureSummary).join("; ")))`)
}

// quiet fails the test if the page had an exception, or tried what its policy forbids.
func (p *tab) quiet() {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.trouble) > 0 {
		p.Errorf("the page complained: %q", p.trouble)
	}
}

// The page shows what happens within two polls. What a reader has selected,
// searched and magnified stays, and an outage shows with its reason.
func TestThePageFollowsTheNetwork(t *testing.T) {
	const every = 2 * time.Second
	for name, engine := range map[string]string{"tiles": "trays", "a picture": "rings"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 40})[0])
			s := startServe(t, "--every", every.String(), network.URL).ready()
			p := openTab(t, s.url+"/?include=all&group-by=region&engine="+engine, 1280, 800)
			shows := func(what, expression string) { // within two polls
				t.Helper()
				polls, began := network.Lists(), time.Now()
				p.becomes(expression)
				if n := network.Lists() - polls; n > 2 {
					t.Errorf("%s: shown after %d polls, %s", what, n, time.Since(began))
				}
			}
			p.becomes(`document.querySelector("#age").textContent.startsWith("live")`)
			p.click("#zoom-in")
			p.becomes(`!document.querySelector(".moving, .moves")`)
			p.must(chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("#search").value = "role:compute", document.querySelector("#search").dispatchEvent(new Event("input"))`)))
			p.click(value[string](p, `(() => {
				const middle = (e) => { const b = e.getBoundingClientRect(); return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2); };
				const all = [...document.querySelectorAll(".node")];
				return ".node:nth-child(" + (1 + all.findIndex((e) => e.matches(".compute") && e.contains(middle(e)))) + ")";
			})()`))
			p.becomes(`!document.querySelector("#details").hidden`)
			const kept = `[document.querySelector("#details-name").textContent, document.querySelector("#search").value,
				document.querySelectorAll(".node[aria-selected]").length, document.querySelector("#stage").scrollTop].join()`
			before := value[string](p, kept)
			nodes := func(n int) string {
				return fmt.Sprintf(`document.querySelectorAll(".node").length === %d`, n)
			}
			p.becomes(nodes(41))
			network.Join("n-new")
			shows("a node that joined", nodes(42))
			p.becomes(`[...document.querySelectorAll(".node")].some((e) => e.getAttribute("aria-label").includes("n-new"))`)
			network.Reject("n-new")
			shows("a rejected node", `[...document.querySelectorAll(".node.rejected")].some((e) => e.getAttribute("aria-label").includes("n-new"))`)
			network.Change(func(nodes []cluster.Node) []cluster.Node {
				return slices.DeleteFunc(nodes, func(n cluster.Node) bool { return n.ID == "n-new" })
			})
			shows("a node that left", nodes(41))
			if after := value[string](p, kept); after != before {
				t.Errorf("selection, search or place: %q, then %q", before, after)
			}
			const outage = `document.querySelector("#outage").textContent`
			network.Rubbish(true)
			shows("rubbish", outage+`.includes("HTML")`)
			network.Rubbish(false)
			shows("its end", outage+` === ""`)
			network.Die()
			dead := time.Now()
			p.becomes(outage + `.includes("connection refused")`)
			if after := time.Since(dead); after > 2*every {
				t.Errorf("an orchestrator that is dead: shown after %s", after)
			}
			p.becomes(nodes(41) + ` && /^seen \d+ s ago$/.test(document.querySelector("#age").textContent)`)
			p.must(network.Return())
			shows("an orchestrator that is back", outage+` === ""`)
			p.quiet()
			s.stop()
			p.becomes(outage + `.includes("no connection")`)
		})
	}
}

// A reader goes back to what was, plays it, compares two moments, and comes back to now.
func TestThePageGoesBackInTime(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 40})[0])
	s := startServe(t, network.URL).ready()
	p := openTab(t, s.url+"/?include=all&group-by=region&engine=trays", 1024, 768)
	nodes := func(n int) string { return fmt.Sprintf(`document.querySelectorAll(".node").length === %d`, n) }
	p.becomes(nodes(41))
	for i := range 3 {
		network.Join(fmt.Sprint("n-new-", i))
		p.becomes(nodes(42 + i))
		time.Sleep(1100 * time.Millisecond) // moments have seconds
	}
	p.click("#show-past")
	p.becomes(`document.querySelectorAll("#marks span").length >= 3`)
	const move = `document.querySelector("#moment").value = %s, document.querySelector("#moment").dispatchEvent(new Event("input"))`
	p.must(chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(move, "0"))))
	p.becomes(nodes(41) + ` && document.querySelector("#age").textContent.startsWith("the past, ")`)
	p.click("#compare")
	p.must(chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(move, `document.querySelector("#moment").max`))))
	p.becomes(nodes(44) + ` && document.querySelector("#difference").innerText.includes("3 nodes joined n-new-0, n-new-1, n-new-2")`)
	p.becomes(`document.querySelectorAll(".tile.new").length >= 3`)
	for _, b := range p.barriers() {
		t.Error(b)
	}
	p.click("#play")
	p.becomes(nodes(41))
	p.becomes(nodes(44) + ` && document.querySelector("#play").getAttribute("aria-pressed") === "false"`)
	const moments = `Number(document.querySelector("#moment").max)`
	before := value[int](p, moments)
	network.Join("n-next")
	p.becomes(nodes(45) + fmt.Sprintf(` && %s > %d && document.querySelector("#moment").value === document.querySelector("#moment").max`, moments, before))
	p.becomes(`document.querySelector("#difference").innerText.includes("4 nodes joined")`)
	p.must(chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(move, "1"))))
	p.becomes(nodes(42) + ` && document.querySelector("#difference").innerText.includes("1 node joined") && /moment=.*&base=/.test(location.hash)`)
	p.must(chromedp.Do(p.ctx, chromedp.Reload()))
	p.becomes(nodes(42) + ` && document.querySelector("#difference").innerText.includes("1 node joined") && document.querySelector("#moment").value === "1"`)
	p.click("#show-past")
	p.becomes(`document.querySelector("#past").hidden && document.querySelector("#age").textContent.startsWith("live")`)
	network.Join("n-last")
	p.becomes(nodes(46))
	p.quiet()
}

// A page whose address asks for a moment says so, and stays as it is. It leads to now.
func TestThePageOfAMomentStays(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 9})[0])
	s := startServe(t, network.URL).ready()
	then := time.Now().UTC().Add(time.Second).Format(time.RFC3339)
	time.Sleep(2100 * time.Millisecond) // moments have seconds
	network.Join("n-new")
	p := openTab(t, s.url+"/?include=all", 1024, 768)
	p.becomes(`document.querySelectorAll(".node").length === 11`)
	p.must(chromedp.Do(p.ctx, chromedp.Navigate(s.url+"/?include=all&at="+then)))
	p.becomes(`document.querySelector("#age")?.textContent.startsWith("the past, ") && document.querySelectorAll(".node").length === 10`)
	network.Join("n-newer")
	time.Sleep(1500 * time.Millisecond)
	if asked := value[int](p, `performance.getEntriesByType("resource").filter((e) => e.name.includes("api/")).length`); asked != 0 {
		t.Errorf("a page of the past asked for %d documents", asked)
	}
	p.click("#leave-past")
	p.becomes(`document.querySelector("#age")?.textContent.startsWith("live") && document.querySelectorAll(".node").length === 12`)
	if to := value[string](p, "location.search"); to != "?include=all" {
		t.Errorf("now is %s", to)
	}
	p.quiet()
}

// The sums and the reason of an outage are whole in every window, and nothing lies over them.
func TestThePageTellsAllInAnyWindow(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 40})[0])
	s := startServe(t, network.URL).ready()
	p := openTab(t, s.url+"/?group-by=region&engine=trays#q=role:compute", 390, 844)
	network.Die()
	p.becomes(`document.querySelector("#outage").textContent.includes("refused")`)
	const cut = `(() => {
		const details = document.querySelector("#details").getBoundingClientRect(), stage = document.querySelector("#stage").getBoundingClientRect();
		return [...document.querySelectorAll("#status, #sums, #age, #outage")].filter((e) => {
			const b = e.getBoundingClientRect();
			const covered = details.width > 0 && b.right > details.left && b.bottom > details.top;
			return b.width === 0 || b.left < 0 || b.right > innerWidth || b.bottom > stage.top || e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 || covered;
		}).map((e) => e.id).join(" ");
	})()`
	for _, size := range [][2]int64{{390, 844}, {1024, 768}, {1440, 900}} {
		p.must(chromedp.Do(p.ctx, chromedp.EmulateViewport(size[0], size[1])))
		p.must(chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void](`location.hash = "#sel=" + JSON.parse(document.querySelector("#data").textContent).nodes.id[3]`)))
		p.becomes(`!document.querySelector("#details").hidden`)
		p.becomes(cut + ` === ""`)
	}
	p.quiet()
}
