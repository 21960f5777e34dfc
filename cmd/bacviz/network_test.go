package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestV14RequesterListedAsDisconnectedIsTheHubWithSixEdges(t *testing.T) {
	for _, source := range []string{serveCapture(t, "v1.4.0", "nodes").URL, saveCapture(t, "v1.4.0", "nodes")} {
		p, stderr := draw(t, source)
		for _, n := range p.Nodes {
			if n.Hub != (n.ID == hub14) || n.Hub && (n.Connection != "DISCONNECTED" || n.Role != "requester") {
				t.Errorf("%+v", n)
			}
		}
		want := []string{}
		for _, id := range []string{
			"c6", "eu-west-1-compute-rack42-node-0001", "gpu-host-example", "n-96472b65-021e-48ca-9409-dfc639729c8a",
			"n-e718dfdb-358b-46c7-8d7b-4f12a9008a5e", "n-ea463dab-8385-490b-91af-a4ad34f744b4",
		} {
			want = append(want, hub14+" "+id)
		}
		if got := p.edges(); !slices.Equal(got, want) || stderr != "" {
			t.Errorf("edges %q, stderr %q", got, stderr)
		}
	}
}

func TestHybridHubComputesAndHasNoEdgeToItself(t *testing.T) {
	p, _ := draw(t, serveCapture(t, "v1.9.3", "hybrid_pending_nodes").URL)
	other := "n-2ad14974-98ec-4fe7-a441-ecc151c25d13"
	if want := []string{hybrid19 + " hybrid hub", other + " compute"}; !slices.Equal(p.roles(), want) {
		t.Errorf("%q, want %q", p.roles(), want)
	}
	if want := []string{hybrid19 + " " + other}; !slices.Equal(p.edges(), want) {
		t.Errorf("%q, want %q", p.edges(), want)
	}
}

func TestGhostOfARenamedOrchestratorHasNoEdges(t *testing.T) {
	for _, source := range []string{
		serveCapture(t, "v1.9.3", "nodes_after_orch_rename").URL, saveCapture(t, "v1.9.3", "nodes_after_orch_rename"),
	} {
		p, _ := draw(t, source)
		if !slices.Contains(p.roles(), hub19+" requester") {
			t.Errorf("the old requester is not drawn: %q", p.roles())
		}
		for _, e := range p.edges() {
			if !strings.HasPrefix(e, "orch-renamed ") || strings.Contains(e, hub19) {
				t.Errorf("edge %s", e)
			}
		}
	}
}

func TestSourcesAreMerged(t *testing.T) {
	file := func(name string) string { return saveCapture(t, "v1.9.3", name) }
	for _, c := range []struct {
		name    string
		sources []string
		want    shape
		edges   []string
	}{
		{
			"apart", []string{file("devstack_nodes_1234"), file("devstack_nodes_1235")}, shape{"node-1, node-2", 6, 3, 6},
			[]string{"node-1 node-3", "node-1 node-4", "node-2 node-5"},
		},
		{
			"the same twice", []string{file("devstack_nodes_1234"), file("devstack_nodes_1236")}, shape{"node-2", 3, 1, 3},
			[]string{"node-2 node-5"},
		},
		{
			"shared nodes", []string{file("devstack2_nodes_1234"), file("devstack2_nodes_1235")}, shape{"node-0, node-1", 6, 8, 6},
			[]string{
				"node-0 node-2", "node-0 node-3", "node-0 node-4", "node-0 node-5",
				"node-1 node-2", "node-1 node-3", "node-1 node-4", "node-1 node-5",
			},
		},
		{
			"a server and a file", []string{serveCapture(t, "v1.6.5", "nodes").URL, file("devstack_nodes_1235")},
			shape{hub16 + ", node-1", 10, 8, 10}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantShape(t, c.want, c.sources...)
			p, _ := draw(t, c.sources...)
			if c.edges != nil && !slices.Equal(p.edges(), c.edges) {
				t.Errorf("edges %q, want %q", p.edges(), c.edges)
			}
		})
	}
}

// From v1.6 on the list tells nodes that await reconnection from lost ones; up to v1.5
// nothing does.
func TestARestartIsAWarningNotAnOutage(t *testing.T) {
	for v, want := range map[string]struct{ warning, note, later string }{
		"v1.4.0": {"no compute node is connected. Up to Bacalhau v1.5 nothing tells an outage", "No compute node is connected. Up to Bacalhau v1.5 nothing tells an outage",
			"bacviz: warning: 2 of 6 compute nodes are disconnected. Up to Bacalhau v1.5 nothing tells an outage from the first 20 s after an orchestrator restarts\n"},
		"v1.9.3": {"3 of 6 compute nodes await reconnection, which takes up to 20 s", ">Reconnection takes up to 20 s after an orchestrator restarts.<", ""},
	} {
		source := serveCapture(t, v, "nodes_just_after_orch_restart").URL
		status, svg, stderr := bacviz(t, "render", source)
		if status != 0 || !strings.HasPrefix(stderr, "bacviz: warning: ") || !strings.Contains(stderr, want.warning) {
			t.Errorf("%s: exit status %d, stderr %q, want 0 and %q", v, status, stderr, want.warning)
		}
		if !strings.Contains(svg, want.note) {
			t.Errorf("%s: the picture does not say it", v)
		}
		// 20 s later some are connected again, and there is no warning but that nothing tells
		// the others apart.
		_, svg, stderr = bacviz(t, "render", serveCapture(t, v, "nodes_20s_after_orch_restart").URL, "--include", "all")
		if stderr != want.later || strings.Contains(svg, "restart") {
			t.Errorf("%s, 20 s later: stderr %q", v, stderr)
		}
	}
}

// Every command says it in one line, and reports say it to those who see nothing else.
func TestEveryCommandSaysThatNothingTellsARestartFromAnOutage(t *testing.T) {
	source := saveCapture(t, "v1.4.0", "nodes_20s_after_orch_restart")
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte("rules:\n  - {name: all, state: connected, nodes: {atLeast: 90}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const sentence = "2 of 6 compute nodes are disconnected. Up to Bacalhau v1.5 nothing tells an outage from the first 20 s after an orchestrator restarts"
	for _, args := range [][]string{
		{"nodes", source}, {"nodes", source, "--state", "disconnected", "-o", "json"}, {"snapshot", source}, {"render", source, "-f", "txt"},
		{"check", source, "--rules", rules}, {"check", source, "--init"}, {"diff", source, saveCapture(t, "v1.9.3", "nodes")},
	} {
		_, _, stderr := bacviz(t, args...)
		if strings.Count(stderr, sentence) != 1 {
			t.Errorf("%v: %s", args, stderr)
		}
	}
	for _, format := range []string{"json", "junit", "sarif", "github"} {
		if _, report, _ := bacviz(t, "check", source, "--rules", rules, "-f", format); strings.Count(report, sentence) != 1 {
			t.Errorf("%s: %s", format, report)
		}
	}
	for _, args := range [][]string{
		{"nodes", source, "--state", "connected"}, {"nodes", saveCapture(t, "v1.9.3", "nodes_after_kill_disconnected")},
	} {
		if _, _, stderr := bacviz(t, args...); strings.Contains(stderr, "restart") {
			t.Errorf("%v: %s", args, stderr)
		}
	}
}

// From v1.6 on a real outage is not called a restart.
func TestAnOutageIsNotARestart(t *testing.T) {
	source := saveCapture(t, "v1.9.3", "nodes_after_kill_disconnected") // two nodes that were killed
	_, tree, stderr := bacviz(t, "render", source, "-f", "txt", "--include", "all")
	if strings.Contains(stderr+tree, "restart") || !strings.Contains(tree, "0 of 2 compute nodes connected") {
		t.Errorf("stderr %q, tree:\n%s", stderr, tree)
	}
}

// Only disconnected nodes after a filter are not a restart; a restart of which a filter
// leaves little is one.
func TestRestartIsJudgedOnTheWholeNetwork(t *testing.T) {
	source := saveCapture(t, "v1.9.3", "nodes_after_kill") // 4 of 6 are connected
	for _, args := range [][]string{{"--status", "disconnected"}, {"--status", "disconnected", "--group-by", "region", "--collapse"}, {"--select", "nosuch"}} {
		status, svg, stderr := bacviz(t, append([]string{"render", source, "--include", "all"}, args...)...)
		if status != exitOK || strings.Contains(stderr, "restart") || strings.Contains(svg, "restart") {
			t.Errorf("%q: exit status %d, stderr %q, the picture says it: %v", args, status, stderr, strings.Contains(svg, "restart"))
		}
	}
	source = saveCapture(t, "v1.9.3", "nodes_just_after_orch_restart")
	_, svg, stderr := bacviz(t, "render", source, "--include", "all", "--select", "region=eu-west-1")
	if !strings.Contains(stderr, "3 of 6 compute nodes await reconnection") || !strings.Contains(svg, "orchestrator restart") {
		t.Errorf("stderr %q", stderr)
	}
	// A filter that leaves out all of them leaves out the note.
	_, svg, stderr = bacviz(t, "render", source, "--status", "disconnected", "--include", "all")
	if stderr != "" || strings.Contains(svg, "restart") {
		t.Errorf("none awaits reconnection: stderr %q", stderr)
	}
}

func TestOrchestratorWithoutANameIsDrawnWithAWarning(t *testing.T) {
	p, stderr := draw(t, serveCapture(t, "v1.9.3", "devstack2_nodes_1234").URL)
	if want := "the orchestrator's name could not be read: 404 Not Found"; !strings.Contains(stderr, want) || len(p.Links) != 4 {
		t.Errorf("%d edges, stderr %q", len(p.Links), stderr)
	}
}

func TestHubOverride(t *testing.T) {
	source := saveCapture(t, "v1.9.3", "devstack2_nodes_1234") // requester node-0, nodes 2 to 5
	// A list without a requester does not say whose it is.
	lone := filepath.Join(t.TempDir(), "lone.json")
	const nodes = `[{"Info":{"NodeID":"a","NodeType":"Compute"},"Connection":"CONNECTED"},{"Info":{"NodeID":"b","NodeType":"Compute"},"Connection":"CONNECTED"}]`
	if err := os.WriteFile(lone, []byte(nodes), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		source, hub   string
		nodes, edges  int
		role, warning string
	}{
		{source, "node-0", 5, 4, "requester", ""},
		{lone, "a", 2, 1, "hybrid", `hub "a" is listed as a compute node; no list says which nodes it reaches`},
	} {
		p, stderr := draw(t, c.source, "--hub", c.hub)
		if fmt.Sprint(p.Graph.Hubs, len(p.Nodes), len(p.Links)) != fmt.Sprint([]string{c.hub}, c.nodes, c.edges) ||
			!slices.Contains(p.roles(), c.hub+" "+c.role+" hub") {
			t.Errorf("--hub %s: hubs %q, %d nodes, edges %q", c.hub, p.Graph.Hubs, len(p.Nodes), p.edges())
		}
		if (c.warning == "") != (stderr == "") || !strings.Contains(stderr, c.warning) {
			t.Errorf("--hub %s: stderr %q", c.hub, stderr)
		}
	}
}

func TestHubIsAnOrchestratorWhereTheListHasOne(t *testing.T) {
	source := saveCapture(t, "v1.9.3", "devstack2_nodes_1234")
	for hub, want := range map[string]string{
		"nobody": "bacviz: error: --hub nobody: no node has that ID\nbacviz: hint: name an orchestrator: node-0\n",
		"nod-0":  "bacviz: error: --hub nod-0: no node has that ID\nbacviz: hint: did you mean node-0?\n",
		"node-3": "bacviz: error: --hub node-3: that is a compute node\nbacviz: hint: name an orchestrator: node-0\n",
		"n":      "bacviz: error: --hub: 5 nodes are called, or begin with, \"n\"\nbacviz: hint: give more of the ID: node-0, node-2, node-3, node-4, node-5\n",
	} {
		if status, out, stderr := bacviz(t, "render", source, "--hub", hub); status != exitUsage || stderr != want || out != "" {
			t.Errorf("--hub %s: exit status %d, %d bytes, stderr %q", hub, status, len(out), stderr)
		}
	}
}

// What a picture shows of a name is as good as the ID: whole, cut, or its beginning.
func TestHubIsFoundByWhatAPictureShows(t *testing.T) {
	list := func(ids ...string) string {
		var records []string
		for _, id := range ids {
			records = append(records, fmt.Sprintf(`{"Info":{"NodeID":%q,"NodeType":"Requester"},"Connection":"CONNECTED"}`, id))
		}
		file := filepath.Join(t.TempDir(), "list.json")
		if err := os.WriteFile(file, []byte("["+strings.Join(records, ",")+"]"), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const hub = "eu-west-1-orchestrator-0001"
	source := list(hub, "us-east-1-orchestrator-0002", "n-cd613e30-1111-4222-8333-444444444444")
	for _, name := range []string{hub, "orchestrator-0001", "eu", "orch…0001", "eu-west-1-orch…"} {
		if p, stderr := draw(t, source, "--hub", name); !slices.Equal(p.Graph.Hubs, []string{hub}) || stderr != "" {
			t.Errorf("--hub %s: hubs %q; %s", name, p.Graph.Hubs, stderr)
		}
	}
	if p, stderr := draw(t, "prod="+list(hub), list("other"), "--hub", "prod"); !slices.Equal(p.Graph.Hubs, []string{hub}) || stderr != "" {
		t.Errorf("--hub prod: hubs %q; %s", p.Graph.Hubs, stderr)
	}
	if status, _, stderr := bacviz(t, "render", source, "--hub", "orchestrator-000"); status != exitUsage || !strings.Contains(stderr, "give more of the ID: "+hub+", us-east-1-orchestrator-0002") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}
