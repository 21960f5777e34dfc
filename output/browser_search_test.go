package output_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/output"
)

// What a condition finds is in page/test/query.test.js; this is that the page asks it.
func TestBrowserFindsByConditionsAndSumsUp(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	snap := states(30)
	p := browsertest.OpenFiles(t, browsertest.Laptop, page(t, snap, graph.Options{}, output.Options{}))
	const sums = `document.querySelector("#sums").textContent`
	all := browsertest.Eval[string](p, sums)
	if !strings.Contains(all, " cores, ") || !strings.Contains(all, "memory") || !strings.Contains(all, " free on ") {
		t.Errorf("of all nodes: %q", all)
	}
	want, cores := 0, 0.0
	for _, n := range snap.Nodes {
		if n.Max.CPU > 8 && n.Labels["region"] != "us-east-1" {
			want++
			if n.Connected() && n.Membership() == cluster.Approved {
				cores += n.Max.CPU
			}
		}
	}
	p.Press("/cpu>8 !region=us-east-1")
	p.Becomes(fmt.Sprintf("%s === %q", status, fmt.Sprintf("%d of 31 nodes", want)))
	if got := browsertest.Eval[string](p, sums); got == all || !strings.Contains(got, fmt.Sprintf(" of %g cores", cores)) {
		t.Errorf("of what is found: %q, want %g cores", got, cores)
	}
	p.Press(kb.Escape + "zone:eu")
	p.Becomes(`document.querySelector("#hint").textContent.startsWith("no node has a label or field zone")`)
	p.Press(kb.Escape)
	p.Becomes(`document.querySelector("#hint").textContent === "" && ` + sums + fmt.Sprintf(" === %q", all))
	p.Press("reg")
	p.Becomes(`[...document.querySelectorAll("#completions option")].some((o) => o.value === "region:")`)
	p.Press(kb.Escape)

	p.Click("#show-help")
	p.Becomes(`document.querySelector("#help").matches(":popover-open")`)
	if got := browsertest.Eval[string](p, `document.querySelector("#help").innerText`); !strings.Contains(got, "cpu-free") || !strings.Contains(got, "memory>=64GiB") {
		t.Errorf("the help says:\n%s", got)
	}
	p.Do(chromedp.KeyEvent(kb.Escape))
	p.Becomes(`!document.querySelector("#help").matches(":popover-open")`)
	p.Alone()
}
