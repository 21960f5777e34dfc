package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// The orchestrators of the captures.
const (
	hub14, hybrid14 = "n-f28830b0-56b4-4ebf-ba2b-98f547783a2f", "n-c0018df8-9785-45f2-aba8-bcbbe1418375"
	hub16, hybrid16 = "n-2350d09c-fcee-4e67-a8e5-ceb85c290cc6", "n-bf072d92-7073-45ce-95f1-89ae2c940f53"
	hub19, hybrid19 = "n-b81b8baa-20ed-4e94-9dd6-5be62333a1ec", "n-25111407-aa51-47b4-9f36-fddd013a9543"
	hubAuth         = "n-ef0ffe1f-6f71-4c00-aaaa-d6718c7133e7"
	hubCLI          = "n-9e775bd7-3bca-4c0d-9d8c-25ed4588c2eb"
	fallback        = cluster.FallbackHub
)

// A shape is what a picture shows: its hubs, how many nodes and edges, and how
// many nodes with --include all, which adds no edges.
type shape struct {
	hubs              string // separated by spaces and a comma
	nodes, edges, all int
}

// whole is the network of most captures: a hub and its six compute nodes.
func whole(hub string) shape { return shape{hub, 7, 6, 7} }

// nodeLists names the picture of every captured node list: live, from an
// orchestrator that gives its own name, and from a file, which does not.
var nodeLists = []struct {
	version, name string
	live, file    shape
}{
	{"v1.4.0", "nodes", whole(hub14), whole(hub14)}, // its requester is listed as DISCONNECTED
	{"v1.4.0", "nodes_4s_after_kill", whole(hub14), whole(hub14)},
	{"v1.4.0", "nodes_after_kill", shape{hub14, 4, 3, 7}, shape{hub14, 4, 3, 7}},
	{"v1.4.0", "nodes_after_kill_disconnected", shape{hub14, 1, 0, 4}, shape{hub14, 1, 0, 4}},
	{"v1.4.0", "nodes_after_reject", whole(hub14), whole(hub14)},
	{"v1.4.0", "nodes_just_after_orch_restart", shape{hub14, 1, 0, 7}, shape{hub14, 1, 0, 7}},
	{"v1.4.0", "nodes_20s_after_orch_restart", shape{hub14, 5, 4, 7}, shape{hub14, 5, 4, 7}},
	{"v1.4.0", "nodes_labels", shape{hub14, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.4.0", "nodes_labels_in", shape{hub14, 5, 4, 5}, shape{fallback, 5, 4, 5}},
	{"v1.4.0", "nodes_limit0", whole(hub14), whole(hub14)},
	{"v1.4.0", "nodes_limit2", shape{hub14, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.4.0", "nodes_limit2_nexttoken", shape{hub14, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.4.0", "nodes_order_cpu", whole(hub14), whole(hub14)},
	{"v1.4.0", "nodes_order_type", whole(hub14), whole(hub14)},
	{"v1.4.0", "nodes_reverse", whole(hub14), whole(hub14)},
	{"v1.4.0", "nodes_status_connected", whole(hub14), whole(fallback)}, // the filter drops the requester
	{"v1.4.0", "nodes_status_disconnected", shape{hub14, 1, 0, 1}, shape{hub14, 1, 0, 1}},
	{"v1.4.0", "nodes_while_running", whole(hub14), whole(hub14)},
	{"v1.4.0", "hybrid_nodes", shape{hybrid14, 1, 0, 1}, shape{fallback, 2, 1, 2}},

	{"v1.6.5", "nodes", whole(hub16), whole(hub16)},
	{"v1.6.5", "nodes_4s_after_kill", shape{hub16, 6, 5, 7}, shape{hub16, 6, 5, 7}},
	{"v1.6.5", "nodes_after_kill", shape{hub16, 5, 4, 7}, shape{hub16, 5, 4, 7}},
	{"v1.6.5", "nodes_labels", shape{hub16, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.6.5", "nodes_labels_in", shape{hub16, 5, 4, 5}, shape{fallback, 5, 4, 5}},
	{"v1.6.5", "nodes_limit0", whole(hub16), whole(hub16)},
	{"v1.6.5", "nodes_limit2", shape{hub16, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.6.5", "nodes_limit2_nexttoken", shape{hub16, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.6.5", "nodes_order_cpu", whole(hub16), whole(hub16)},
	{"v1.6.5", "nodes_order_type", whole(hub16), whole(hub16)},
	{"v1.6.5", "nodes_reverse", whole(hub16), whole(hub16)},
	{"v1.6.5", "nodes_status_connected", whole(hub16), whole(hub16)},
	{"v1.6.5", "nodes_while_running", whole(hub16), whole(hub16)},
	{"v1.6.5", "hybrid_pending_nodes", shape{hybrid16, 2, 1, 2}, shape{fallback, 3, 2, 3}},
	{"v1.6.5", "hybrid_approved_nodes", shape{hybrid16, 2, 1, 2}, shape{fallback, 3, 2, 3}},

	{"v1.9.3", "nodes", whole(hub19), whole(hub19)},
	{"v1.9.3", "nodes_4s_after_kill", shape{hub19, 6, 5, 7}, shape{hub19, 6, 5, 7}},
	{"v1.9.3", "nodes_after_kill", shape{hub19, 5, 4, 7}, shape{hub19, 5, 4, 7}},
	{"v1.9.3", "nodes_after_kill_disconnected", shape{hub19, 1, 0, 3}, shape{fallback, 1, 0, 3}},
	{"v1.9.3", "nodes_after_orch_rename", shape{"orch-renamed", 5, 3, 8}, shape{"orch-renamed", 5, 3, 8}},
	{"v1.9.3", "nodes_after_reject", shape{hub19, 4, 3, 7}, shape{hub19, 4, 3, 7}},
	{"v1.9.3", "nodes_just_after_orch_restart", shape{hub19, 4, 0, 7}, shape{hub19, 4, 0, 7}},
	{"v1.9.3", "nodes_20s_after_orch_restart", shape{hub19, 4, 3, 7}, shape{hub19, 4, 3, 7}},
	{"v1.9.3", "nodes_labels", shape{hub19, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.9.3", "nodes_labels_in", shape{hub19, 5, 4, 5}, shape{fallback, 5, 4, 5}},
	{"v1.9.3", "nodes_limit0", whole(hub19), whole(hub19)},
	{"v1.9.3", "nodes_limit2", shape{hub19, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.9.3", "nodes_limit2_nexttoken", shape{hub19, 3, 2, 3}, shape{fallback, 3, 2, 3}},
	{"v1.9.3", "nodes_order_cpu", whole(hub19), whole(hub19)},
	{"v1.9.3", "nodes_order_type", whole(hub19), whole(hub19)},
	{"v1.9.3", "nodes_reverse", whole(hub19), whole(hub19)},
	{"v1.9.3", "nodes_status_connected", whole(hub19), whole(hub19)},
	{"v1.9.3", "nodes_while_running", whole(hub19), whole(hub19)},
	{"v1.9.3", "hybrid_pending_nodes", shape{hybrid19, 2, 1, 2}, shape{fallback, 3, 2, 3}},
	{"v1.9.3", "hybrid_approved_nodes", shape{hybrid19, 2, 1, 2}, shape{fallback, 3, 2, 3}},
	{"v1.9.3", "auth_key_nodes", shape{hubAuth, 1, 0, 1}, shape{hubAuth, 1, 0, 1}},
	{"v1.9.3", "devstack_nodes_1234", shape{"node-2", 3, 1, 3}, shape{"node-2", 3, 1, 3}},
	{"v1.9.3", "devstack_nodes_1235", shape{"node-1", 3, 2, 3}, shape{"node-1", 3, 2, 3}},
	{"v1.9.3", "devstack_nodes_1236", shape{"node-2", 3, 1, 3}, shape{"node-2", 3, 1, 3}},
	{"v1.9.3", "devstack_nodes_8438", shape{"node-2", 3, 1, 3}, shape{"node-2", 3, 1, 3}},
	{"v1.9.3", "devstack2_nodes_1234", shape{"node-0", 5, 4, 5}, shape{"node-0", 5, 4, 5}},
	{"v1.9.3", "devstack2_nodes_1235", shape{"node-1", 5, 4, 5}, shape{"node-1", 5, 4, 5}},
	{"v1.9.3", "cli_node_list", shape{hubCLI, 5, 4, 5}, shape{hubCLI, 5, 4, 5}},
}

// refusals holds the error for every captured answer to a request for a node list that
// lists no nodes: live from an orchestrator, and from a file.
var refusals = []struct {
	version, name    string
	live, hint, file string // parts of the lines
}{
	{"v1.4.0", "nodes_approval_pending", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.4.0", "nodes_status_bogus", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.4.0", "nodes_labels_bad", "400 Bad Request: found '==', expected: !", "", "an error message, not a list of nodes: found '=='"},
	{"v1.4.0", "nodes_limit_bad", `400 Bad Request: strconv.ParseUint: parsing "abc"`, "", "an error message, not a list of nodes: strconv"},
	{"v1.4.0", "nodes_limit_neg", `400 Bad Request: strconv.ParseUint: parsing "-1"`, "", "an error message, not a list of nodes: strconv"},
	{"v1.4.0", "nodes_order_bad", "400 Bad Request: invalid order_by", "", "an error message, not a list of nodes: invalid order_by"},
	{"v1.4.0", "nodes_post", "404 Not Found", "", "an error message, not a list of nodes: Not Found"},
	{"v1.4.0", "nodes_trailing_slash", "404 Not Found", "", "an error message, not a list of nodes: Not Found"},
	{"v1.4.0", "bad_path", "404 Not Found", "", "an error message, not a list of nodes: Not Found"},
	{"v1.4.0", "compute_orchestrator_nodes", `404 Not Found: node "n-96472b65-021e-48ca-9409-dfc639729c8a" is a compute node`, "the address of its orchestrator", "an error message"},

	{"v1.6.5", "nodes_approval_pending", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.6.5", "nodes_status_bogus", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.6.5", "nodes_status_disconnected", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.6.5", "nodes_labels_bad", "400 Bad Request: found '==', expected: !", "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.6.5", "nodes_limit_bad", `400 Bad Request: strconv.ParseUint: parsing "abc"`, "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.6.5", "nodes_limit_neg", `400 Bad Request: strconv.ParseUint: parsing "-1"`, "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.6.5", "nodes_order_bad", "400 Bad Request: invalid order_by", "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.6.5", "nodes_post", "404 Not Found", "", "an error message, not a list of nodes: 404 Not Found"},
	{"v1.6.5", "nodes_trailing_slash", "404 Not Found", "", "an error message, not a list of nodes: 404 Not Found"},
	{"v1.6.5", "bad_path", "404 Not Found", "", "an error message, not a list of nodes: 404 Not Found"},
	{"v1.6.5", "compute_orchestrator_nodes", `404 Not Found: node "n-daa7f79d-3cba-470f-bcda-e388e320517d" is a compute node`, "the address of its orchestrator", "an error message"},

	{"v1.9.3", "nodes_approval_pending", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.9.3", "nodes_status_bogus", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.9.3", "nodes_status_disconnected", "lists no nodes", "was the list filtered?", "lists no nodes"},
	{"v1.9.3", "nodes_labels_bad", "400 Bad Request: found '==', expected: !", "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.9.3", "nodes_limit_bad", `400 Bad Request: strconv.ParseUint: parsing "abc"`, "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.9.3", "nodes_limit_neg", `400 Bad Request: strconv.ParseUint: parsing "-1"`, "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.9.3", "nodes_order_bad", "400 Bad Request: invalid order_by", "", "an error message, not a list of nodes: 400 Bad Request"},
	{"v1.9.3", "nodes_post", "404 Not Found: The requested resource", "The server version may be older", "an error message, not a list of nodes: 404 Not Found"},
	{"v1.9.3", "nodes_trailing_slash", "404 Not Found: The requested resource", "The server version may be older", "an error message, not a list of nodes: 404 Not Found"},
	{"v1.9.3", "bad_path", "404 Not Found: The requested resource", "The server version may be older", "an error message, not a list of nodes: 404 Not Found"},
	{"v1.9.3", "compute_orchestrator_nodes", `404 Not Found: node "n-f8ef52ba-882c-4c6b-9f48-8516e9435b3b" is a compute node`, "the address of its orchestrator", "an error message"},
	{"v1.9.3", "auth_none_nodes", "401 Unauthorized: Missing Authorization header", "requires credentials", "an error message, not a list of nodes: 401 Unauthorized"},
	{"v1.9.3", "auth_badkey_nodes", "401 Unauthorized: invalid API key", "requires credentials", "an error message, not a list of nodes: 401 Unauthorized"},
	{"v1.9.3", "auth_basic_nodes_forbidden", "403 Forbidden: user 'jobs only' does not have the required capability", "Check if user have access", "an error message, not a list of nodes: 403 Forbidden"},
	{"v1.9.3", "tls_http_to_https", "400 Bad Request: the server expects https", "use https://127.0.0.1:", "text that is not JSON"},
}

// answering returns the name of the capture of the node that answers for a node list,
// or "" if none was recorded, and so the orchestrator gives no name.
func answering(name string) string {
	switch {
	case strings.HasPrefix(name, "hybrid"):
		return "hybrid_agent_node"
	case strings.HasPrefix(name, "compute"):
		return "compute_agent_node"
	case name == "nodes_after_orch_rename":
		return "agent_node_after_orch_rename"
	case name == "auth_none_nodes":
		return "auth_none_node"
	case strings.HasPrefix(name, "devstack"), slices.Contains([]string{"auth_key_nodes", "auth_badkey_nodes"}, name):
		return ""
	}
	return "agent_node"
}

// serveCapture starts an orchestrator that answers with a captured node list.
func serveCapture(t *testing.T, version, name string) *httptest.Server {
	routes := clustertest.Routes{clustertest.PathNodes: name, clustertest.PathAgent: "bad_path"}
	if agent := answering(name); agent != "" {
		routes[clustertest.PathAgent] = agent
	}
	return clustertest.Serve(t, version, routes)
}

// saveCapture writes a captured answer to a file.
func saveCapture(t *testing.T, version, name string) string {
	t.Helper()
	answer, err := clustertest.Load(version, name)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".json")
	if err := os.WriteFile(file, answer.Body, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// bacviz runs the program within the test.
func bacviz(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, stdio{strings.NewReader(""), &out, &errs})
	return status, out.String(), errs.String()
}

// A picture is the node-link JSON of a drawing, as far as tests read it.
type picture struct {
	Graph struct {
		Hubs []string
	}
	Nodes []struct {
		ID, Label, Role, Connection, Membership string
		Hub                                     bool
		X, Y                                    float64
	}
	Links []struct{ Source, Target string }
}

// draw renders sources to JSON and returns what is in it.
func draw(t *testing.T, args ...string) (p picture, stderr string) {
	t.Helper()
	status, out, stderr := bacviz(t, append([]string{"render", "-f", "json", "-o", "-"}, args...)...)
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatal(err)
	}
	return p, stderr
}

// edges lists the picture's edges as "hub node", sorted.
func (p *picture) edges() []string {
	all := []string{}
	for _, l := range p.Links {
		all = append(all, l.Source+" "+l.Target)
	}
	slices.Sort(all)
	return all
}

// roles lists the picture's nodes as "ID role", with "hub" added to hubs.
func (p *picture) roles() []string {
	var all []string
	for _, n := range p.Nodes {
		s := n.ID + " " + n.Role
		if n.Hub {
			s += " hub"
		}
		all = append(all, s)
	}
	return all
}

// wantShape draws sources with --include connected and all.
func wantShape(t *testing.T, want shape, sources ...string) {
	t.Helper()
	p, _ := draw(t, sources...)
	all, _ := draw(t, append([]string{"--include", "all"}, sources...)...)
	got := shape{strings.Join(p.Graph.Hubs, ", "), len(p.Nodes), len(p.Links), len(all.Nodes)}
	if got != want {
		t.Errorf("drawn %+v, want %+v", got, want)
	}
	if d := strings.Join(all.edges(), "\n"); d != strings.Join(p.edges(), "\n") {
		t.Errorf("--include all changes the edges:\n%s\nfrom\n%s", d, p.edges())
	}
	labels := map[string]bool{}
	for _, n := range all.Nodes {
		labels[n.Label] = true
	}
	if len(labels) != len(all.Nodes) {
		t.Errorf("%d labels for %d nodes", len(labels), len(all.Nodes))
	}
	for _, l := range p.Links {
		if !slices.Contains(p.Graph.Hubs, l.Source) && !slices.Contains(p.Graph.Hubs, l.Target) {
			t.Errorf("edge %v has no hub", l)
		}
	}
}

func TestEveryNodeListLiveAndFromAFile(t *testing.T) {
	skipUnderRace(t, repeats)
	t.Parallel()
	for _, c := range nodeLists {
		t.Run(c.version+"/"+c.name, func(t *testing.T) {
			t.Run("file", func(t *testing.T) { wantShape(t, c.file, saveCapture(t, c.version, c.name)) })
			if c.name != "cli_node_list" { // which no orchestrator answers
				t.Run("live", func(t *testing.T) { wantShape(t, c.live, serveCapture(t, c.version, c.name).URL) })
			}
		})
	}
}

var place = regexp.MustCompile(`: line \d+, column \d+: `)

func TestEveryRefusalLiveAndFromAFile(t *testing.T) {
	check := func(t *testing.T, source, message, hint string) {
		t.Helper()
		status, out, stderr := bacviz(t, "render", source, "-o", "-")
		lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
		if !strings.Contains(source, "://") { // a file is looked into
			lines[0] = place.ReplaceAllString(lines[0], ": ")
		}
		if status != exitFailed || out != "" || !strings.HasPrefix(lines[0], "bacviz: error: ") ||
			!strings.Contains(lines[0], source+": "+message) {
			t.Errorf("exit status %d, stdout %q, stderr:\n%swant 1, nothing, and %q", status, out, stderr, source+": "+message)
		}
		got := strings.Join(lines[1:], "\n")
		if hint == "" && got != "" || hint != "" && !(strings.HasPrefix(got, "bacviz: hint: ") && strings.Contains(got, hint)) || len(lines) > 2 {
			t.Errorf("hint %q, want %q", got, hint)
		}
	}
	for _, c := range refusals {
		t.Run(c.version+"/"+c.name, func(t *testing.T) {
			check(t, serveCapture(t, c.version, c.name).URL, c.live, c.hint)
			hint := "save a list with `bacalhau node list --output json`"
			if strings.Contains(c.file, "lists no nodes") {
				hint = c.hint
			}
			check(t, saveCapture(t, c.version, c.name), c.file, hint)
		})
	}
}

func TestEveryCommandSaysWhereAFileIsWrong(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"good.json":  `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": []}`,
		"shape.yaml": "rules: [{name: a, nodes: 0}]",
		"README.md":  "<!-- bacviz:start -->\n<!-- bacviz:end -->\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ text, where string }{
		{"", "is empty"}, // and has no line to look at
		{"\n\n ", "is empty"},
		{"\n <!DOCTYPE html>", "line 2, column 2: "},
		{"\x7fELF\x00", "line 1, column 1: "},
		{"rules:\n", "line 1, column 1: "},
		{` "x"`, "line 1, column 2: "},
		{"{\n\"Nodes\": 5}", "line 2, column 10: "},
		{"[\n1, 2]", "line 1, column 1: "},
		{"{\"Nodes\": [\n  {}]}", "line 2, column 3: "},
		{`{"rules": [{"name": "a", "nodes": 3}]}`, "line 1, column 1: "},
		{`{"bacviz": "diff", "version": 1}`, "line 1, column 12: "},
		{"{\"bacviz\": \"snapshot\",\n\"version\": 7}", "line 2, column 12: "},
		{`{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": 5}`, "line 1, column 71: "},
		{`{"bacviz": "snapshot", "ver`, "line 1, column 28: "},
	} {
		if err := os.WriteFile("bad.json", []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, run := range []struct {
			status int
			args   []string
		}{
			{exitFailed, []string{"nodes", "bad.json"}},
			{exitFailed, []string{"render", "bad.json", "-o", "new.svg"}},
			{exitFailed, []string{"snapshot", "bad.json", "-o", "new.json"}},
			{exitNoAnswer, []string{"embed", "README.md", "bad.json"}},
			{exitFailed, []string{"diff", "good.json", "bad.json", "-o", "new.md"}},
			{exitNoAnswer, []string{"diff", "bad.json", "good.json", "--exit-code", "-o", "new.png"}},
			{exitNoAnswer, []string{"check", "bad.json", "--rules", "shape.yaml", "-f", "txt"}},
			{exitNoAnswer, []string{"check", "bad.json", "--init"}},
		} {
			status, out, stderr := bacviz(t, run.args...)
			if want := "bacviz: error: reading nodes: bad.json: " + c.where; status != run.status || out != "" || !strings.Contains(stderr, want) {
				t.Errorf("%q: %q: exit status %d, stdout %q, stderr %swant %d and %q", c.text, run.args, status, out, stderr, run.status, want)
			}
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) != 4 {
		t.Errorf("%v, %v: something was written", left, err)
	}
}

// ofJobs matches the names of captures about jobs, which fetch's tests cover.
var ofJobs = regexp.MustCompile(`^(jobs?|executions|results|history|logs|put)_|_jobs_`)

func TestTablesNameEveryCapture(t *testing.T) {
	named := map[string]bool{}
	for _, c := range nodeLists {
		named[c.version+"/"+c.name] = true
	}
	for _, c := range refusals {
		named[c.version+"/"+c.name] = true
	}
	for _, v := range clustertest.Versions() {
		for _, name := range clustertest.Names(v) {
			aside := strings.HasPrefix(name, "agent_") || ofJobs.MatchString(name) || strings.HasSuffix(name, "_agent_node") ||
				slices.Contains([]string{"auth_none_alive", "auth_none_node", "auth_none_version"}, name)
			if !named[v+"/"+name] && !aside {
				t.Errorf("no test draws %s/%s", v, name)
			}
		}
	}
}
