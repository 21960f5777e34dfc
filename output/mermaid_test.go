package output_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// npm returns the path of node and of a script in a directory where "npm ci" ran
// on internal/tools/mermaid, which BACVIZ_MERMAID names.
func npm(t *testing.T, script string) (node, file string) {
	t.Helper()
	dir := os.Getenv("BACVIZ_MERMAID")
	if dir == "" && os.Getenv("CI") == "true" {
		t.Fatal("BACVIZ_MERMAID is required in CI")
	}
	if dir == "" {
		t.Skip("needs BACVIZ_MERMAID, a copy of internal/tools/mermaid in which npm ci ran")
	}
	return tool(t, "node", "--version"), filepath.Join(dir, script)
}

// A mermaidDiagram is the result of Mermaid's own parser.
type mermaidDiagram struct {
	Labels        []string
	Edges, Hidden int
	Error         string // empty if it reads all
}

// parseMermaid returns what Mermaid's own parser reads of each text, in one process,
// which takes longer to start than to read them.
func parseMermaid(t *testing.T, texts ...[]byte) []mermaidDiagram {
	t.Helper()
	node, script := npm(t, "parse.mjs")
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = string(text)
	}
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var read []mermaidDiagram
	if err := json.Unmarshal([]byte(pipe(t, input, node, script)), &read); err != nil {
		t.Fatal(err)
	}
	if len(read) != len(texts) {
		t.Fatalf("%d diagrams are read of %d", len(read), len(texts))
	}
	return read
}

// readMermaid returns what Mermaid's own parser reads of a text, in which it must find
// no error.
func readMermaid(t *testing.T, text []byte) (labels []string, edges int) {
	t.Helper()
	read := parseMermaid(t, text)[0]
	if read.Error != "" {
		t.Fatal(read.Error)
	}
	for _, label := range read.Labels {
		labels = append(labels, strings.ReplaceAll(label, "\u200b", "")) // without width
	}
	return labels, read.Edges
}

// Mermaid draws an icon, or an empty box where the font is missing, in place of a text such
// as fa:fa-server. It looks for one when numbers are characters again.
func TestMermaidDrawsNamesOfIconsAsText(t *testing.T) {
	icon := regexp.MustCompile(`fa[bklrs]?:fa-[\w-]+`)
	number := regexp.MustCompile(`#(\d+);`)
	names := []string{"fa:fa-server", "x fab:fa-a-1 y", "fas:fa-x/fa:fa-y", "fafa:fa-z"}
	text := number.ReplaceAllStringFunc(string(write(t, draw(t, nodes(names...), layout.Options{Engine: "rings"}), "mmd", output.Options{})), func(s string) string {
		n, err := strconv.Atoi(number.FindStringSubmatch(s)[1])
		if err != nil {
			t.Fatal(err)
		}
		return string(rune(n))
	})
	if found := icon.FindString(text); found != "" {
		t.Errorf("%s is an icon", found)
	}
	for _, name := range names {
		if !strings.Contains(strings.ReplaceAll(text, "\u200b", ""), `"`+name+`"`) {
			t.Errorf("%s is not in\n%s", name, text)
		}
	}
}

func TestMermaidReadsTheLabels(t *testing.T) {
	t.Parallel()
	d := draw(t, nodes(tricky...), layout.Options{Engine: "rings"}, `%%{init: {"theme":"dark"}}%% "---"`+"\n---\nflowchart TD")
	labels, edges := readMermaid(t, write(t, d, "mmd", output.Options{}))
	var want []string
	for i := range d.Boxes {
		want = append(want, d.Diagram.Nodes[i].Label)
	}
	want = append(want, fmt.Sprintf("%d connected", len(tricky)))
	slices.Sort(want)
	slices.Sort(labels)
	if diff := cmp.Diff(want, labels); diff != "" || edges != 1 {
		t.Errorf("%d edges, want 1; labels (-want +got):\n%s", edges, diff)
	}
}

// Each level of groups is a subgraph, whatever it is called.
func TestMermaidReadsTheGroups(t *testing.T) {
	t.Parallel()
	snap := nodes(tricky...)
	var want []string
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		inner := tricky[(i+7)%len(tricky)]
		n.Labels = map[string]string{"region": []string{"end", "g0", "a]b"}[i%3], "rack": inner}
		want = append(want, display.Printable(inner))
	}
	d := arrange(t, snap, graph.Options{GroupBy: []string{"region", "rack"}})
	text := write(t, d, "mmd", output.Options{})
	if opened, closed := bytes.Count(text, []byte("subgraph ")), bytes.Count(text, []byte("  end\n")); opened != 3+len(tricky) || closed != opened {
		t.Errorf("%d groups begin and %d end, want %d", opened, closed, 3+len(tricky))
	}
	for i := range d.Boxes {
		want = append(want, d.Diagram.Nodes[i].Label)
	}
	want = append(want, "end", "g0", "a]b")
	labels, edges := readMermaid(t, text)
	slices.Sort(want)
	slices.Sort(labels)
	if diff := cmp.Diff(want, labels); diff != "" || edges != len(d.Lines) {
		t.Errorf("%d edges, want %d; labels (-want +got):\n%s", edges, len(d.Lines), diff)
	}
}

// collapsed reports whether a diagram has a note about collapsed nodes.
func collapsed(text []byte) bool {
	return bytes.Contains(text, []byte("%% Collapsed: ")) && bytes.Contains(text, []byte(`note["Collapsed`))
}

// Of 599 nodes in rows of six, 499 have a hidden edge from the one before; one leads to
// all of them.
func TestMermaidCollapsesAbove500Edges(t *testing.T) {
	for n, want := range map[int]bool{16: false, 17: false, 599: false, 600: true} {
		text := string(write(t, arrange(t, star(n), graph.Options{}), "mmd", output.Options{}))
		if collapsed([]byte(text)) != want {
			t.Errorf("%d nodes: collapsed is not %t", n, want)
		}
		if nodes := strings.Count(text, "([\"node-"); !want && nodes != n {
			t.Errorf("%d nodes: %d in the diagram", n, nodes)
		}
		if edges := strings.Count(text, " --- "); n == 16 && edges != 16 || n > 16 && edges != 1 {
			t.Errorf("%d nodes: %d edges", n, edges)
		}
		if want && !strings.Contains(text, `(["600 × compute node"])`) {
			t.Errorf("%d nodes: they are not counted:\n%s", n, text)
		}
	}
}

func TestMermaidKeepsItsLimits(t *testing.T) {
	t.Parallel()
	long := func(n, length int) cluster.Snapshot {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprintf("%04d", i) + strings.Repeat("<", length)
		}
		return nodes(ids...)
	}
	hubs := func(n int) cluster.Snapshot {
		return clustertest.Snapshot(1, clustertest.Options{Nodes: 2 * n, Hubs: n, Shared: 0.01, Disconnected: 0.1})
	}
	grouped := star(100)
	for i := range grouped.Nodes {
		grouped.Nodes[i].Labels = map[string]string{"region": fmt.Sprintf("%03d", i) + strings.Repeat("<", 120)}
	}
	var names []string
	var texts [][]byte
	for name, c := range map[string]struct {
		snap cluster.Snapshot
		opt  graph.Options
		want string // is in it
		all  bool   // not collapsed
	}{
		"500 nodes":      {star(500), graph.Options{}, `(["node-0499"])`, true},
		"600 nodes":      {star(600), graph.Options{}, "600 × compute node", false},
		"long names":     {long(200, 60), graph.Options{}, "200 × compute node", false},
		"one long name":  {long(1, 40000), graph.Options{}, "1 × compute node", false},
		"many states":    {clustertest.Snapshot(1, clustertest.Options{Nodes: 700, Disconnected: 0.1, Pending: 0.1, Rejected: 0.1}), graph.Options{}, "× rejected", false},
		"many hubs":      {hubs(300), graph.Options{}, "300 orchestrators", false},
		"groups":         {clustertest.Snapshot(1, clustertest.Options{Nodes: 600}), graph.Options{GroupBy: []string{"region"}}, "<br/>200 connected", false},
		"nested groups":  {clustertest.Snapshot(1, clustertest.Options{Nodes: 2000}), graph.Options{GroupBy: []string{"region", "rack"}}, "us-east-1 / r48<br/>", false},
		"long groups":    {grouped, graph.Options{GroupBy: []string{"region"}}, "1 connected", false},
		"without groups": {grouped, graph.Options{}, `(["node-0099"])`, true},
		"without values": {star(600), graph.Options{GroupBy: []string{"@version", "node-0001"}}, "no version / no node-0001", false},
	} {
		text := write(t, arrange(t, c.snap, c.opt), "mmd", output.Options{})
		if collapsed(text) == c.all {
			t.Errorf("%s: collapsed is not %t", name, !c.all)
		}
		if !bytes.Contains(text, []byte(c.want)) {
			t.Errorf("%s: no %q in\n%.3000s", name, c.want, text)
		}
		names, texts = append(names, name), append(texts, text)
	}
	t.Run("mermaid", func(t *testing.T) {
		for i, read := range parseMermaid(t, texts...) {
			if read.Error != "" || read.Edges+read.Hidden > 500 {
				t.Errorf("%s: %d edges %s", names[i], read.Edges, read.Error)
			}
		}
	})
}

// TestMermaidSummaryCountsEveryNode adds up the numbers of a summary.
func TestMermaidSummaryCountsEveryNode(t *testing.T) {
	d := arrange(t, clustertest.Snapshot(4, clustertest.Options{Nodes: 1000, Hubs: 3, Shared: 0.2, Disconnected: 0.2, Pending: 0.1}), graph.Options{})
	sum := 0
	for _, m := range regexp.MustCompile(`"(\d+) × `).FindAllStringSubmatch(string(write(t, d, "mmd", output.Options{})), -1) {
		var n int
		if _, err := fmt.Sscan(m[1], &n); err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if sum != 1000 {
		t.Errorf("%d nodes in the summary, want 1000", sum)
	}
}

func TestMermaidSummaryListsGroupsInOrder(t *testing.T) {
	d := arrange(t, clustertest.Snapshot(4, clustertest.Options{Nodes: 1000, Regions: 14}), graph.Options{GroupBy: []string{"region"}})
	var want, got []string
	for _, g := range d.Diagram.Groups {
		want = append(want, g.Path[0])
	}
	for _, m := range regexp.MustCompile(`\["(.+)<br/>\d+ connected`).FindAllStringSubmatch(string(write(t, d, "mmd", output.Options{})), -1) {
		got = append(got, m[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMarkdownTableReadsAsItIsMeant(t *testing.T) {
	t.Parallel()
	node, script := npm(t, "table.mjs")
	d := draw(t, nodes(tricky...), layout.Options{Engine: "rings"})
	var rows [][]string
	if err := json.Unmarshal([]byte(pipe(t, write(t, d, "md", output.Options{}), node, script)), &rows); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for i := range d.Boxes {
		want = append(want, "<code>"+display.Printable(d.Diagram.Nodes[i].ID)+"</code>")
		got = append(got, html.UnescapeString(rows[i][0])) // code and nothing else: tags within would be escaped
		if strings.Count(rows[i][0], "<") != 2 || len(rows[i]) != 6 {
			t.Errorf("row %d: %q", i, rows[i])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A limit leaves out what nodes have first, and then draws groups as one shape. What does not
// fit into it is no diagram.
func TestMermaidStaysWithinALimit(t *testing.T) {
	t.Parallel()
	groups := graph.Options{GroupBy: []string{"region"}}
	for name, c := range map[string]struct {
		nodes, limit int
		build        graph.Options
		want         string
	}{
		"all":         {12, 5000, groups, "cores"},
		"less":        {12, 1200, groups, "%% Without capacities, to stay within 1200 characters."},
		"collapsed":   {400, 5000, groups, "%% Collapsed: 401 nodes would take more than 5000 characters."},
		"small":       {400, 1600, graph.Options{}, "400 × compute node"},
		"far too low": {12, output.MinLimit, groups, ""},
	} {
		fig := graphtest.Diagram(clustertest.Snapshot(1, clustertest.Options{Nodes: c.nodes}), c.build)
		d, err := layout.Arrange(t.Context(), fig, layout.Options{Engine: "rings"})
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		err = output.Write(t.Context(), &text, d, "mmd", output.Options{Limit: c.limit})
		if c.want == "" {
			if !errors.Is(err, output.ErrLimit) || text.Len() > 0 {
				t.Errorf("%s: %v and %d bytes", name, err, text.Len())
			}
			continue
		}
		if n := len(utf16.Encode([]rune(text.String()))); err != nil || n > c.limit || !strings.Contains(text.String(), c.want) {
			t.Errorf("%s: %v, %d characters, no %q in\n%.1500s", name, err, n, c.want, &text)
		}
	}
}
