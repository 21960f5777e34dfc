package output_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// hostile returns a network whose names and labels try to end the element or the
// string that they are in.
func hostile() cluster.Snapshot {
	list := cluster.List{Orchestrator: "hub"}
	for i, s := range []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `-->`, `]]>`, `</title></svg><img src=x onerror=alert(1)>`,
		`" onload="alert(1)`, `' style='x`, `{{title}}{{data}}`, `$&`, `\u003c/script>`, "a\u2028b", "\x00\xff", `</style><style>*{display:none}`,
		`&lt;b&gt;`, `<plaintext>`, `漢字😀`, "\u202eabc",
	} {
		list.Nodes = append(list.Nodes, cluster.Node{
			ID: s, Type: cluster.Compute, Version: s, Engines: []string{s},
			Labels:    map[string]string{s: s, "n": fmt.Sprint(i % 3), "where": s},
			Sightings: []cluster.Sighting{{Connection: cluster.Connection(s), Membership: cluster.Membership(s)}},
		})
	}
	return cluster.Merge(list)
}

// drawing builds and arranges with all options, under a title if one is given.
func drawing(t testing.TB, snap cluster.Snapshot, shape graph.Options, opt layout.Options, title ...string) *layout.Drawing {
	t.Helper()
	return arranged(t, graphtest.Build(snap, shape), opt, title...)
}

// arranged returns the drawing of a topology.
func arranged(t testing.TB, topo *graph.Topology, opt layout.Options, title ...string) *layout.Drawing {
	t.Helper()
	fig := graphtest.NewDiagram(topo, diagram.Options{Title: strings.Join(title, "")})
	d, err := layout.Arrange(t.Context(), fig, opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// htmls are pages of all sorts.
func htmls(t testing.TB) map[string][]byte {
	t.Helper()
	plain := clustertest.Snapshot(3, clustertest.Options{Nodes: 30, Hubs: 2, Shared: 0.2, Disconnected: 0.1, Pending: 0.1, Rejected: 0.1})
	title := `</title><script>alert(1)</script> {{data}}`
	dark, err := theme.Named("dark")
	if err != nil {
		t.Fatal(err)
	}
	link := output.Options{Link: `https://nodes.example/{id}?"'<>`}
	return map[string][]byte{
		"plain":     write(t, drawing(t, plain, graph.Options{All: true}, layout.Options{}), "html", output.Options{}),
		"linked":    write(t, drawing(t, plain, graph.Options{All: true}, layout.Options{}), "html", link),
		"dark":      write(t, drawing(t, plain, graph.Options{All: true, ColorBy: "@utilisation"}, layout.Options{}), "html", output.Options{Theme: dark}),
		"grouped":   write(t, drawing(t, plain, graph.Options{All: true, GroupBy: []string{"region", "os_arch"}, ColorBy: "region"}, layout.Options{}), "html", output.Options{}),
		"collapsed": write(t, drawing(t, plain, graph.Options{All: true, GroupBy: []string{"region", "os_arch"}, Collapse: true}, layout.Options{}), "html", link),
		"hostile":   write(t, drawing(t, hostile(), graph.Options{All: true, GroupBy: []string{"where"}, ColorBy: "where"}, layout.Options{}, title), "html", link),
		"empty":     write(t, drawing(t, cluster.Snapshot{}, graph.Options{}, layout.Options{}), "html", output.Options{}),
		"one":       write(t, drawing(t, cluster.Merge(cluster.List{Orchestrator: "hub"}), graph.Options{}, layout.Options{}), "html", output.Options{}),
	}
}

func TestHTMLAllowsWhatItHoldsAndNothingElse(t *testing.T) {
	for name, page := range htmls(t) {
		csp := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindSubmatch(page)
		if csp == nil {
			t.Fatalf("%s: no policy", name)
		}
		policy := string(csp[1])
		if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %s", name, policy)
		}
		var hashes []string
		for _, m := range regexp.MustCompile(`(?s)<(?:style|script)>(.*?)</(?:style|script)>`).FindAllSubmatch(page, -1) {
			sum := sha256.Sum256(m[1])
			hashes = append(hashes, base64.StdEncoding.EncodeToString(sum[:]))
		}
		listed := regexp.MustCompile(`'sha256-([^']*)'`).FindAllStringSubmatch(policy, -1)
		if len(hashes) != 4 || len(listed) != 4 {
			t.Errorf("%s: %d styles and scripts, %d hashes, want 4", name, len(hashes), len(listed))
		}
		for _, m := range listed {
			if !slices.Contains(hashes, m[1]) {
				t.Errorf("%s: a hash of nothing in the page: %s", name, m[1])
			}
		}
		// Nothing that a strict policy would ignore.
		for _, tag := range regexp.MustCompile(`<[a-zA-Z][^<>]*>`).FindAllString(string(page), -1) {
			if m := regexp.MustCompile(`\s(style|on\w+|src)\s*=`).FindString(regexp.MustCompile(`"[^"]*"`).ReplaceAllString(tag, "")); m != "" {
				t.Errorf("%s: %s", name, tag)
			}
		}
	}
}

func TestHTMLTellsOfEachNode(t *testing.T) {
	for name, page := range htmls(t) {
		m := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindSubmatch(page)
		if m == nil {
			t.Fatalf("%s: no data", name)
		}
		if bytes.ContainsAny(m[1], "<>&") {
			t.Errorf("%s: markup in the data", name)
		}
		var data struct {
			Nodes struct {
				Count     int
				ID, Label []string
			}
		}
		if err := json.Unmarshal(m[1], &data); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := bytes.Count(page, []byte(`<g class="node `)); n != data.Nodes.Count || n != len(data.Nodes.ID) || n != len(data.Nodes.Label) {
			t.Errorf("%s: %d nodes in the picture, in the data %v", name, n, data.Nodes)
		}
		rows := regexp.MustCompile(`<tr><th scope="row"><span>(.+)</span></th><td>(?:<a [^>]*>)?(.+?)(?:</a>)?</td><td>(.+?)</td>`).FindAllSubmatch(page, -1)
		if len(rows) != data.Nodes.Count {
			t.Errorf("%s: %d rows of the table, %d nodes", name, len(rows), data.Nodes.Count)
		}
		for _, r := range rows {
			if !bytes.Contains(page, []byte("<title>"+string(r[2])+"\n")) {
				t.Errorf("%s: no tooltip of %s", name, r[0])
			}
		}
	}
}

func TestHTMLIsTheSameTwice(t *testing.T) {
	first, second := htmls(t), htmls(t)
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs from run to run", name)
		}
	}
}

func TestHTMLHasFiltersWithCounts(t *testing.T) {
	page := string(htmls(t)["grouped"])
	for _, want := range []string{
		`name="kind" value="0" autocomplete="off" checked><svg class="bacviz swatch"`,
		`<span class="item">orchestrator</span> <span class="count">2</span>`,
		`<legend>Region</legend>`, `<legend>Group</legend>`,
		`<label class="level2"><input type="checkbox" name="group" value="2" data-level="2"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestHeadlinesBeginWithAWholeLetter(t *testing.T) {
	snap := cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{
		ID: "n1", Type: cluster.Compute, Labels: map[string]string{"élan": "a", "エリア": "b"},
		Sightings: []cluster.Sighting{{Connection: cluster.Connected}},
	}}})
	for by, want := range map[string]string{"élan": "Élan", "エリア": "エリア", "@version": "Version"} {
		page := string(write(t, drawing(t, snap, graph.Options{ColorBy: by}, layout.Options{}), "html", output.Options{}))
		if !strings.Contains(page, "<legend>"+want+"</legend>") {
			t.Errorf("by %s: no headline %s", by, want)
		}
	}
}

// A page of many nodes is as small as their data and a plain picture: its table of HTML, for
// readers without scripts, ends early and says so.
func TestHTMLOfManyNodesIsSmall(t *testing.T) {
	const n = 6000
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: n})
	page := write(t, drawing(t, snap, graph.Options{GroupBy: []string{"region"}}, layout.Options{Engine: "trays"}), "html", output.Options{})
	if size := len(page) / n; size > 800 {
		t.Errorf("%d bytes a node", size)
	}
	if rows := bytes.Count(page, []byte(`<tr><th scope="row">`)); rows != 2000 || !bytes.Contains(page, []byte("The first 2000 of 6001 rows.")) {
		t.Errorf("%d rows of HTML", rows)
	}
}
