package output_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// everyJobState returns a job in each state, executions in each, a node that is off and one
// that is gone, and names that try to break out.
func everyJobState() cluster.Snapshot {
	s := everyState()
	execution := func(node string, state cluster.ExecutionState, attempt int) cluster.Execution {
		return cluster.Execution{ID: fmt.Sprint("e-", node, attempt, state), NodeID: node, State: state, Attempt: attempt}
	}
	job := func(id, name string, state cluster.JobState, executions ...cluster.Execution) {
		s.Jobs = append(s.Jobs, cluster.Job{ID: id, Name: name, State: state, Type: "batch", Orchestrator: "hub", Executions: executions})
	}
	job("j-00000001-1111-4111-8111-111111111111", "resize", cluster.JobFailed,
		execution("n-0001", cluster.StateFailed, 1), execution("n-0001", cluster.StateFailed, 2), execution("n-0002", cluster.StateCompleted, 3),
		execution("gone", cluster.StateCancelled, 1), execution("n-0003", cluster.StateBidRejected, 1))
	job("j-00000002-1111-4111-8111-111111111111", `<b>"&'`+"\n\x1b[31m|`end", cluster.JobRunning,
		execution("n-0001", cluster.StateRunning, 1), execution(`<script>"&'`, cluster.StateNew, 1), execution("n-0003", "unknown(17)", 1))
	job("j-00000003-1111-4111-8111-111111111111", "", cluster.JobPending)
	job("j-00000004-1111-4111-8111-111111111111", "resize", cluster.JobStopped, execution("n-0001", cluster.StateCompleted, 1))
	job("j-00000005-1111-4111-8111-111111111111", "done", cluster.JobCompleted, execution("n-0001", cluster.StateCompleted, 1))
	return s
}

func overlay(t testing.TB, s cluster.Snapshot, opt layout.Options) *layout.Drawing {
	t.Helper()
	d, err := layout.Arrange(t.Context(), graphtest.Diagram(s, graph.Options{}), opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestJobGoldens(t *testing.T) {
	d := overlay(t, everyJobState(), layout.Options{})
	for _, format := range []string{"svg", "dot", "json", "mmd", "md", "txt"} {
		golden.Check(t, filepath.Join("testdata", "jobs."+format), write(t, d, format, output.Options{}))
	}
}

// A state that is drawn as pending keeps its own name in words.
func TestJobStatesAreToldAsTheyCame(t *testing.T) {
	s := everyJobState()
	s.Jobs[2].State, s.Jobs[3].State = cluster.JobQueued, "Paused"
	d := overlay(t, s, layout.Options{})
	for _, format := range []string{"svg", "mmd", "md", "txt"} {
		for _, word := range []string{"queued", "paused"} {
			if text := write(t, d, format, output.Options{}); !bytes.Contains(text, []byte(word)) {
				t.Errorf("%s does not say %s", format, word)
			}
		}
	}
}

// A link joins a job to each node that an execution was placed on.
func TestJSONLinksJobs(t *testing.T) {
	var doc struct {
		Nodes []struct {
			ID, Role, Name, State string
			Unlisted              bool
		}
		Links []struct {
			Source, Target, State string
			Count, Retries        int
			Ran                   *bool
		}
	}
	if err := json.Unmarshal(write(t, overlay(t, everyJobState(), layout.Options{}), "json", output.Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	links, jobs := map[string]string{}, 0
	for _, l := range doc.Links {
		ran := "nothing of ran"
		if l.Ran != nil {
			ran = fmt.Sprint("ran ", *l.Ran)
		}
		links[l.Source[:min(10, len(l.Source))]+" "+l.Target] = fmt.Sprint(l.State, " ", l.Count, " ", l.Retries, " ", ran)
	}
	for key, want := range map[string]string{
		"j-00000001 n-0001": "Failed 2 1 nothing of ran", "j-00000001 n-0002": "Completed 1 1 nothing of ran",
		"j-00000001 gone": "Cancelled 1 0 nothing of ran", "j-00000001 n-0003": "BidRejected 1 0 ran false",
		"j-00000002 n-0003": "unknown(17) 1 0 nothing of ran", "hub n-0001": " 0 0 nothing of ran",
	} {
		if links[key] != want {
			t.Errorf("link %s: %q, want %q", key, links[key], want)
		}
	}
	for _, n := range doc.Nodes {
		if n.Role == "job" {
			jobs++
			if !strings.HasPrefix(n.ID, "j-0000000") || n.State == "" {
				t.Errorf("job %+v", n)
			}
		}
		if n.Unlisted != (n.ID == "gone") {
			t.Errorf("%s unlisted: %v", n.ID, n.Unlisted)
		}
	}
	if jobs != 5 {
		t.Errorf("%d jobs", jobs)
	}
}

// Every format and theme draws jobs, with the same bytes each time, and shows their
// words.
func TestEveryFormatDrawsJobs(t *testing.T) {
	for _, engine := range []string{"dot", "rings"} {
		d := overlay(t, everyJobState(), layout.Options{Engine: engine})
		for _, name := range append(theme.Names(), "file") {
			opt := output.Options{Scale: 0.5}
			if name == "file" {
				read, err := theme.Read([]byte(`{"base": "dark", "nodes": {"job-failed": {"fill": "#ff0000"}}, "runs": {"failed": "#fedcba", "unknown": "#abcdef"}}`))
				if err != nil {
					t.Fatal(err)
				}
				opt.Theme = read
			} else {
				opt.Theme, _ = theme.Named(name)
			}
			for _, f := range output.Formats() {
				a := write(t, d, f.Name, opt)
				if !bytes.Equal(a, write(t, d, f.Name, opt)) {
					t.Errorf("%s %s %s: other bytes the second time", engine, name, f.Name)
				}
				if !output.Binary(f.Name) && !bytes.Contains(a, []byte("resize")) {
					t.Errorf("%s %s %s does not name the job", engine, name, f.Name)
				}
				if name == "file" && f.Name == "svg" && (!bytes.Contains(a, []byte("#fedcba")) || !bytes.Contains(a, []byte("#abcdef")) || !bytes.Contains(a, []byte("#ff0000"))) {
					t.Error("the theme's colours are not in the picture")
				}
			}
		}
	}
	for _, text := range []string{`{"runs": {"nope": "#fedcba"}}`, `{"runs": {"failed": "red"}}`} {
		if _, err := theme.Read([]byte(text)); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

// Mermaid's own parser takes a diagram with jobs, and its summary keeps within
// Mermaid's limits, whatever names there are.
func TestMermaidDrawsJobs(t *testing.T) {
	t.Parallel()
	d := overlay(t, everyJobState(), layout.Options{})
	s := clustertest.Snapshot(6, clustertest.Options{Nodes: 300, Hubs: 2})
	s.Jobs = clustertest.Jobs(6, s, clustertest.JobOptions{Jobs: 90, Executions: 4, Failed: 0.2, Running: 0.1, Gone: 0.1, Retried: 0.1})
	text := write(t, overlay(t, s, layout.Options{}), "mmd", output.Options{})
	if !collapsed(text) || !bytes.Contains(text, []byte("job, completed")) || !bytes.Contains(text, []byte("no executions")) || !bytes.Contains(text, []byte(`|"failed ×`)) {
		t.Errorf("the summary lacks the jobs:\n%s", text)
	}
	read := parseMermaid(t, write(t, d, "mmd", output.Options{}), text)
	if labels, edges := read[0].Labels, read[0].Edges; len(labels) != len(d.Boxes) || edges != len(d.Lines) {
		t.Errorf("%d nodes of %d, %d edges of %d: %s", len(labels), len(d.Boxes), edges, len(d.Lines), read[0].Error)
	}
	if read[1].Error != "" {
		t.Errorf("the summary: %s", read[1].Error)
	}
}

func TestNetworkxReadsJobs(t *testing.T) {
	t.Parallel()
	python := tool(t, "/usr/bin/python3", "-c", "import networkx")
	d := overlay(t, everyJobState(), layout.Options{})
	var files []string
	for _, format := range []string{"gexf", "cyjs", "json"} {
		files = append(files, save(t, "jobs."+format, write(t, d, format, output.Options{})))
	}
	out := pipe(t, nil, python, append([]string{"-c", `
import json, sys, networkx
from networkx.readwrite.json_graph import cytoscape_graph, node_link_graph
j = "j-00000001-1111-4111-8111-111111111111"
g, c, n = networkx.read_gexf(sys.argv[1]), cytoscape_graph(json.load(open(sys.argv[2]))), node_link_graph(json.load(open(sys.argv[3])))
print(g.nodes[j]["role"], g.nodes[j]["job"], g.edges[j, "n-0001"]["state"], g.edges[j, "n-0001"]["executions"], g.edges[j, "n-0003"]["ran"])
print(c.nodes[j]["role"], c.nodes[j]["state"], c.edges[j, "n-0001"]["state"], c.edges[j, "n-0001"]["count"], c.edges[j, "n-0003"]["ran"])
print(n.nodes[j]["role"], n.nodes[j]["state"], n.edges[j, "n-0001"]["state"], n.edges[j, "n-0001"]["count"], n.edges[j, "n-0003"]["ran"])
`}, files...)...)
	if want := "job resize Failed 2 False\njob Failed Failed 2 False\njob Failed Failed 2 False\n"; out != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

// The edges of a job have a tooltip each, lie above those of hubs, failures on top.
func TestSVGRuns(t *testing.T) {
	root := parseSVG(t, write(t, overlay(t, everyJobState(), layout.Options{}), "svg", output.Options{}))
	runs := root.find(func(e *element) bool { return classIs("run")(e) && len(e.Inner) > 0 })
	if len(runs) != 9 {
		t.Fatalf("%d runs", len(runs))
	}
	last := runs[len(runs)-1]
	if !classIs("run-failed")(last) || last.Inner[0].Text != "resize j-00000001 on n-0001: 2 executions: 2 failed; 1 is a retry" {
		t.Errorf("on top is %q, class %s", last.Inner[0].Text, last.attr("class"))
	}
	if counts := root.find(classIs("count")); len(counts) != 1 {
		t.Errorf("%d counts", len(counts))
	}
	jobs := root.find(classIs("node", "job"))
	if len(jobs) != 5 {
		t.Errorf("%d jobs", len(jobs))
	}
	idle := root.find(classIs("node", "dim"))
	if len(idle) != 2 { // a node, and the other requester
		t.Errorf("%d nodes recede", len(idle))
	}
}

// What recedes can still be read, in every theme and colouring.
func TestDimmedTextCanBeRead(t *testing.T) {
	s := clustertest.Snapshot(3, clustertest.Options{Nodes: 40, Disconnected: 0.1, Pending: 0.1, Rejected: 0.1})
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 1, Executions: 3})
	rule := regexp.MustCompile(`\.b\w+ \.dim\.[\w-]+\{fill:(#\w+);[^}]*\}\.b\w+ \.dim\.[\w-]+ text\{fill:(#\w+);`)
	for _, name := range []string{"light", "dark", "classic", "print"} {
		for _, by := range []string{"", "region", graph.FieldUtilisation} {
			d, err := layout.Arrange(t.Context(), graphtest.Diagram(s, graph.Options{All: true, ColorBy: by}), layout.Options{})
			if err != nil {
				t.Fatal(err)
			}
			th, _ := theme.Named(name)
			rules := rule.FindAllSubmatch(write(t, d, "svg", output.Options{Theme: th}), -1)
			if len(rules) < 2 {
				t.Errorf("%s, by %q: %d rules", name, by, len(rules))
			}
			for _, r := range rules {
				if c := contrastOf(string(r[1]), string(r[2])); c < 4.5 {
					t.Errorf("%s, by %q: %s on %s has a contrast of %.2f", name, by, r[2], r[1], c)
				}
			}
		}
	}
}

// contrastOf is the ratio of luminances of WCAG 2.1.
func contrastOf(a, b string) float64 {
	luminance := func(hex string) float64 {
		var c [3]int
		if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
			panic(err)
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			x := float64(c[i]) / 255
			if x <= 0.04045 {
				x /= 12.92
			} else {
				x = math.Pow((x+0.055)/1.055, 2.4)
			}
			sum += weight * x
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
