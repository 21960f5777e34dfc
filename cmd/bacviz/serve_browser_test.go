package main

// These tests open the page of bacviz serve in Chromium.

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// openTab opens an address in a window of a size. Its reader does not mind motion.
func openTab(t testing.TB, url string, width, height int64) *browsertest.Tab {
	t.Helper()
	return browsertest.Open(t, browsertest.Screen{Scheme: "light", Width: width, Height: height, Motion: true}, url)
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
				p.Becomes(expression)
				if n := network.Lists() - polls; n > 2 {
					t.Errorf("%s: shown after %d polls, %s", what, n, time.Since(began))
				}
			}
			p.Becomes(`document.querySelector("#age").textContent.startsWith("live")`)
			p.Click("#zoom-in")
			p.Becomes(`!document.querySelector(".moving, .moves")`)
			p.Run(`document.querySelector("#search").value = "role:compute", document.querySelector("#search").dispatchEvent(new Event("input"))`)
			p.Click(browsertest.Eval[string](p, `(() => {
				const middle = (e) => { const b = e.getBoundingClientRect(); return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2); };
				const all = [...document.querySelectorAll(".node")];
				return ".node:nth-child(" + (1 + all.findIndex((e) => e.matches(".compute") && e.contains(middle(e)))) + ")";
			})()`))
			p.Becomes(`!document.querySelector("#details").hidden`)
			const kept = `[document.querySelector("#details-name").textContent, document.querySelector("#search").value,
				document.querySelectorAll(".node[aria-selected]").length, document.querySelector("#stage").scrollTop].join()`
			before := browsertest.Eval[string](p, kept)
			nodes := func(n int) string {
				return fmt.Sprintf(`document.querySelectorAll(".node").length === %d`, n)
			}
			p.Becomes(nodes(41))
			network.Join("n-new")
			shows("a node that joined", nodes(42))
			p.Becomes(`[...document.querySelectorAll(".node")].some((e) => e.getAttribute("aria-label").includes("n-new"))`)
			network.Reject("n-new")
			shows("a rejected node", `[...document.querySelectorAll(".node.rejected")].some((e) => e.getAttribute("aria-label").includes("n-new"))`)
			network.Change(func(nodes []cluster.Node) []cluster.Node {
				return slices.DeleteFunc(nodes, func(n cluster.Node) bool { return n.ID == "n-new" })
			})
			shows("a node that left", nodes(41))
			if after := browsertest.Eval[string](p, kept); after != before {
				t.Errorf("selection, search or place: %q, then %q", before, after)
			}
			const outage = `document.querySelector("#outage").textContent`
			network.Rubbish(true)
			shows("rubbish", outage+`.includes("HTML")`)
			network.Rubbish(false)
			shows("its end", outage+` === ""`)
			network.Die()
			dead := time.Now()
			p.Becomes(outage + `.includes("connection refused")`)
			if after := time.Since(dead); clustertest.Late(after, 2*every) {
				t.Errorf("an orchestrator that is dead: shown after %s", after)
			}
			p.Becomes(nodes(41) + ` && /^seen \d+ s ago$/.test(document.querySelector("#age").textContent)`)
			p.Must(network.Return())
			shows("an orchestrator that is back", outage+` === ""`)
			p.Quiet()
			s.stop()
			p.Becomes(outage + `.includes("no connection")`)
		})
	}
}

// A reader goes back to what was, plays it, compares two moments, and comes back to now.
func TestThePageGoesBackInTime(t *testing.T) {
	t.Parallel()
	browsertest.NeedAxe(t)
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 40})[0])
	s := startServe(t, network.URL).ready()
	p := openTab(t, s.url+"/?include=all&group-by=region&engine=trays", 1024, 768)
	nodes := func(n int) string { return fmt.Sprintf(`document.querySelectorAll(".node").length === %d`, n) }
	p.Becomes(nodes(41))
	for i := range 3 {
		network.Join(fmt.Sprint("n-new-", i))
		p.Becomes(nodes(42 + i))
		time.Sleep(1100 * time.Millisecond) // moments have seconds
	}
	p.Click("#show-past")
	p.Becomes(`document.querySelectorAll("#marks span").length >= 3`)
	const move = `document.querySelector("#moment").value = %s, document.querySelector("#moment").dispatchEvent(new Event("input"))`
	p.Run(fmt.Sprintf(move, "0"))
	p.Becomes(nodes(41) + ` && document.querySelector("#age").textContent.startsWith("the past, ")`)
	p.Click("#compare")
	p.Run(fmt.Sprintf(move, `document.querySelector("#moment").max`))
	p.Becomes(nodes(44) + ` && document.querySelector("#difference").innerText.includes("3 nodes joined n-new-0, n-new-1, n-new-2")`)
	p.Becomes(`document.querySelectorAll(".tile.new").length >= 3`)
	for _, b := range p.Barriers() {
		t.Error(b)
	}
	p.Click("#play")
	p.Becomes(nodes(41))
	p.Becomes(nodes(44) + ` && document.querySelector("#play").getAttribute("aria-pressed") === "false"`)
	const moments = `Number(document.querySelector("#moment").max)`
	before := browsertest.Eval[int](p, moments)
	network.Join("n-next")
	p.Becomes(nodes(45) + fmt.Sprintf(` && %s > %d && document.querySelector("#moment").value === document.querySelector("#moment").max`, moments, before))
	p.Becomes(`document.querySelector("#difference").innerText.includes("4 nodes joined")`)
	p.Run(fmt.Sprintf(move, "1"))
	p.Becomes(nodes(42) + ` && document.querySelector("#difference").innerText.includes("1 node joined") && /moment=.*&base=/.test(location.hash)`)
	p.Do(chromedp.Reload())
	p.Becomes(nodes(42) + ` && document.querySelector("#difference").innerText.includes("1 node joined") && document.querySelector("#moment").value === "1"`)
	p.Click("#show-past")
	p.Becomes(`document.querySelector("#past").hidden && document.querySelector("#age").textContent.startsWith("live")`)
	network.Join("n-last")
	p.Becomes(nodes(46))
	p.Quiet()
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
	p.Becomes(`document.querySelectorAll(".node").length === 11`)
	p.Do(chromedp.Navigate(s.url + "/?include=all&at=" + then))
	p.Becomes(`document.querySelector("#age")?.textContent.startsWith("the past, ") && document.querySelectorAll(".node").length === 10`)
	network.Join("n-newer")
	time.Sleep(1500 * time.Millisecond)
	if asked := browsertest.Eval[int](p, `performance.getEntriesByType("resource").filter((e) => e.name.includes("api/")).length`); asked != 0 {
		t.Errorf("a page of the past asked for %d documents", asked)
	}
	p.Click("#leave-past")
	p.Becomes(`document.querySelector("#age")?.textContent.startsWith("live") && document.querySelectorAll(".node").length === 12`)
	if to := browsertest.Eval[string](p, "location.search"); to != "?include=all" {
		t.Errorf("now is %s", to)
	}
	p.Quiet()
}

// The sums and the reason of an outage are whole in every window, and nothing lies over them.
func TestThePageTellsAllInAnyWindow(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 40})[0])
	s := startServe(t, network.URL).ready()
	p := openTab(t, s.url+"/?group-by=region&engine=trays#q=role:compute", 390, 844)
	network.Die()
	p.Becomes(`document.querySelector("#outage").textContent.includes("refused")`)
	const cut = `(() => {
		const details = document.querySelector("#details").getBoundingClientRect(), stage = document.querySelector("#stage").getBoundingClientRect();
		return [...document.querySelectorAll("#status, #sums, #age, #outage")].filter((e) => {
			const b = e.getBoundingClientRect();
			const covered = details.width > 0 && b.right > details.left && b.bottom > details.top;
			return b.width === 0 || b.left < 0 || b.right > innerWidth || b.bottom > stage.top || e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 || covered;
		}).map((e) => e.id).join(" ");
	})()`
	for _, size := range [][2]int64{{390, 844}, {1024, 768}, {1440, 900}} {
		p.Do(chromedp.EmulateViewport(size[0], size[1]))
		p.Run(`location.hash = "#sel=" + JSON.parse(document.querySelector("#data").textContent).nodes.id[3]`)
		p.Becomes(`!document.querySelector("#details").hidden`)
		p.Becomes(cut + ` === ""`)
	}
	p.Quiet()
}
