package main

// These tests open the page of bacviz serve in Chromium, behind a proxy and a token, and while
// its orchestrator is slow.

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// behindProxy returns the address of a server under the path /network/ of another.
func behindProxy(t *testing.T, server string) string {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}
	routes := http.NewServeMux()
	routes.Handle("/network/", http.StripPrefix("/network", proxy))
	front := httptest.NewServer(routes)
	t.Cleanup(front.Close)
	return front.URL + "/network/"
}

// A browser that knows the token sees the page, which follows the network under any path.
func TestThePageWorksBehindAProxyAndAToken(t *testing.T) {
	t.Parallel()
	const token = "correct-horse-battery-staple"
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 6})[0])
	s := startServe(t, network.URL, "--token-file", writeText(t, "token", token)).ready()
	p := openTab(t, behindProxy(t, s.url), 1024, 768)
	fill := func(text string) {
		p.Becomes(`!!document.querySelector("input[name=token]")`)
		p.Run(`document.querySelector("input").value = "` + text + `"`)
		p.Click("button")
	}
	fill("wrong-wrong-wrong-wrong")
	p.Becomes(`Boolean(document.body?.innerText.includes("not the token"))`)
	fill(token)
	p.Becomes(`Boolean(document.querySelector("#age")?.textContent.startsWith("live"))`)
	if browsertest.Eval[string](p, `document.cookie`) != "" {
		t.Error("a script sees the cookie")
	}
	network.Join("n-new")
	p.Becomes(`[...document.querySelectorAll(".node")].some((e) => e.getAttribute("aria-label").includes("n-new"))`)
	p.Quiet()
}

// While an orchestrator is slow, the page shows what it said, and says how old that is; a
// reader's selection stays.
func TestThePageSaysThatAnOrchestratorIsSlow(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 6})[0])
	s := startServe(t, network.URL, "--every", "500ms").ready()
	p := openTab(t, s.url, 1024, 768)
	p.Becomes(`document.querySelector("#age").textContent.startsWith("live")`)
	p.Becomes(`!document.querySelector(".moving, .moves")`)
	p.Click(browsertest.Eval[string](p, `(() => {
		const middle = (e) => { const b = e.getBoundingClientRect(); return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2); };
		const all = [...document.querySelectorAll(".node")];
		return ".node:nth-child(" + (1 + all.findIndex((e) => e.matches(".compute") && e.contains(middle(e)))) + ")";
	})()`))
	const selected = `document.querySelectorAll(".node[aria-selected]").length === 1`
	p.Becomes(selected)
	const outage = `document.querySelector("#outage").textContent`
	begin := time.Now()
	network.Slow(time.Minute)
	p.Becomes(outage + `.includes("no answer yet")`)
	if late := time.Since(begin); clustertest.Late(late, 5*time.Second) { // two polls, and room for a busy machine
		t.Errorf("the page says it after %s", late)
	}
	p.Becomes(`/^seen [2-9] s ago$/.test(document.querySelector("#age").textContent)`)
	p.Becomes(`document.querySelectorAll(".node").length === 7 && ` + selected)
	network.Slow(0)
	network.Die() // who waits now has waited for nothing
	p.Must(network.Return())
	p.Becomes(outage + ` === "" && document.querySelector("#age").textContent.startsWith("live")`)
	p.Becomes(selected)
	p.Quiet()
}
