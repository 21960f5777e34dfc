package fetch_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// The orchestrators of the captures.
const (
	hub14, hybrid14 = "n-f28830b0-56b4-4ebf-ba2b-98f547783a2f", "n-c0018df8-9785-45f2-aba8-bcbbe1418375"
	hub16, hybrid16 = "n-2350d09c-fcee-4e67-a8e5-ceb85c290cc6", "n-bf072d92-7073-45ce-95f1-89ae2c940f53"
	hub19, hybrid19 = "n-b81b8baa-20ed-4e94-9dd6-5be62333a1ec", "n-25111407-aa51-47b4-9f36-fddd013a9543"
	authHub         = "n-ef0ffe1f-6f71-4c00-aaaa-d6718c7133e7"
)

// nodeLists names what comes out of every captured node list: the hub when it
// is read from a file, and how many nodes there are and are connected. Live, the
// hub is the node that answers.
var nodeLists = []struct {
	version, name    string
	hub              string
	nodes, connected int
}{
	{"v1.4.0", "nodes", hub14, 7, 6},
	{"v1.4.0", "nodes_20s_after_orch_restart", hub14, 7, 4},
	{"v1.4.0", "nodes_4s_after_kill", hub14, 7, 6},
	{"v1.4.0", "nodes_after_kill", hub14, 7, 3},
	{"v1.4.0", "nodes_after_kill_disconnected", hub14, 4, 0},
	{"v1.4.0", "nodes_after_reject", hub14, 7, 6},
	{"v1.4.0", "nodes_just_after_orch_restart", hub14, 7, 0},
	{"v1.4.0", "nodes_labels", cluster.FallbackHub, 2, 2},
	{"v1.4.0", "nodes_labels_in", cluster.FallbackHub, 4, 4},
	{"v1.4.0", "nodes_limit0", hub14, 7, 6},
	{"v1.4.0", "nodes_limit2", cluster.FallbackHub, 2, 2},
	{"v1.4.0", "nodes_limit2_nexttoken", cluster.FallbackHub, 2, 2},
	{"v1.4.0", "nodes_order_cpu", hub14, 7, 6},
	{"v1.4.0", "nodes_order_type", hub14, 7, 6},
	{"v1.4.0", "nodes_reverse", hub14, 7, 6},
	{"v1.4.0", "nodes_status_connected", cluster.FallbackHub, 6, 6},
	{"v1.4.0", "nodes_status_disconnected", hub14, 1, 0},
	{"v1.4.0", "nodes_while_running", hub14, 7, 6},
	{"v1.4.0", "hybrid_nodes", cluster.FallbackHub, 1, 1},

	{"v1.6.5", "nodes", hub16, 7, 7},
	{"v1.6.5", "nodes_4s_after_kill", hub16, 7, 6},
	{"v1.6.5", "nodes_after_kill", hub16, 7, 5},
	{"v1.6.5", "nodes_labels", cluster.FallbackHub, 2, 2},
	{"v1.6.5", "nodes_labels_in", cluster.FallbackHub, 4, 4},
	{"v1.6.5", "nodes_limit0", hub16, 7, 7},
	{"v1.6.5", "nodes_limit2", cluster.FallbackHub, 2, 2},
	{"v1.6.5", "nodes_limit2_nexttoken", cluster.FallbackHub, 2, 2},
	{"v1.6.5", "nodes_order_cpu", hub16, 7, 7},
	{"v1.6.5", "nodes_order_type", hub16, 7, 7},
	{"v1.6.5", "nodes_reverse", hub16, 7, 7},
	{"v1.6.5", "nodes_status_connected", hub16, 7, 7},
	{"v1.6.5", "nodes_while_running", hub16, 7, 7},
	{"v1.6.5", "hybrid_pending_nodes", cluster.FallbackHub, 2, 2},
	{"v1.6.5", "hybrid_approved_nodes", cluster.FallbackHub, 2, 2},

	{"v1.9.3", "nodes", hub19, 7, 7},
	{"v1.9.3", "nodes_20s_after_orch_restart", hub19, 7, 4},
	{"v1.9.3", "nodes_4s_after_kill", hub19, 7, 6},
	{"v1.9.3", "nodes_after_kill", hub19, 7, 5},
	{"v1.9.3", "nodes_after_kill_disconnected", cluster.FallbackHub, 2, 0},
	{"v1.9.3", "nodes_after_orch_rename", "orch-renamed", 8, 5},
	{"v1.9.3", "nodes_after_reject", hub19, 7, 4},
	{"v1.9.3", "nodes_just_after_orch_restart", hub19, 7, 1},
	{"v1.9.3", "nodes_labels", cluster.FallbackHub, 2, 2},
	{"v1.9.3", "nodes_labels_in", cluster.FallbackHub, 4, 4},
	{"v1.9.3", "nodes_limit0", hub19, 7, 7},
	{"v1.9.3", "nodes_limit2", cluster.FallbackHub, 2, 2},
	{"v1.9.3", "nodes_limit2_nexttoken", cluster.FallbackHub, 2, 2},
	{"v1.9.3", "nodes_order_cpu", hub19, 7, 7},
	{"v1.9.3", "nodes_order_type", hub19, 7, 7},
	{"v1.9.3", "nodes_reverse", hub19, 7, 7},
	{"v1.9.3", "nodes_status_connected", hub19, 7, 7},
	{"v1.9.3", "nodes_while_running", hub19, 7, 7},
	{"v1.9.3", "hybrid_pending_nodes", cluster.FallbackHub, 2, 2},
	{"v1.9.3", "hybrid_approved_nodes", cluster.FallbackHub, 2, 2},
	{"v1.9.3", "auth_key_nodes", authHub, 1, 1},
	{"v1.9.3", "devstack_nodes_1234", "node-2", 3, 3},
	{"v1.9.3", "devstack_nodes_1235", "node-1", 3, 3},
	{"v1.9.3", "devstack_nodes_1236", "node-2", 3, 3},
	{"v1.9.3", "devstack_nodes_8438", "node-2", 3, 3},
	{"v1.9.3", "devstack2_nodes_1234", "node-0", 5, 5},
	{"v1.9.3", "devstack2_nodes_1235", "node-1", 5, 5},
	{"v1.9.3", "cli_node_list", "n-9e775bd7-3bca-4c0d-9d8c-25ed4588c2eb", 5, 5},
}

// answering names the capture in which the node that answers a list's request
// tells its name, and that name.
func answering(version, name string) (capture, hub string) {
	hubs := map[string][2]string{"v1.4.0": {hub14, hybrid14}, "v1.6.5": {hub16, hybrid16}, "v1.9.3": {hub19, hybrid19}}[version]
	switch {
	case strings.HasPrefix(name, "hybrid"):
		return "hybrid_agent_node", hubs[1]
	case name == "nodes_after_orch_rename":
		return "agent_node_after_orch_rename", "orch-renamed"
	}
	return "agent_node", hubs[0]
}

func TestEveryNodeList(t *testing.T) {
	for _, c := range nodeLists {
		t.Run(c.version+"/"+c.name, func(t *testing.T) {
			answer, err := clustertest.Load(c.version, c.name)
			if err != nil {
				t.Fatal(err)
			}
			saved, warnings, err := fetch.Read(bytes.NewReader(answer.Body), c.name)
			check := func(list cluster.List, hub string, warnings []fetch.Warning, err error) {
				t.Helper()
				if err != nil || len(warnings) > 0 {
					t.Fatal(err, warnings)
				}
				connected := 0
				for _, n := range list.Nodes {
					if n.Connected() {
						connected++
					}
				}
				if list.Hub() != hub || len(list.Nodes) != c.nodes || connected != c.connected {
					t.Errorf("hub %q, %d nodes, %d connected; want %q, %d, %d",
						list.Hub(), len(list.Nodes), connected, hub, c.nodes, c.connected)
				}
			}
			check(saved, c.hub, warnings, err)
			if c.name == "cli_node_list" {
				return // no orchestrator answers that
			}

			agent, hub := answering(c.version, c.name)
			server := clustertest.Serve(t, c.version, clustertest.Routes{
				clustertest.PathNodes: c.name, clustertest.PathAgent: agent,
			})
			live, warnings, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
			check(live, hub, warnings, err)
			if d := cmp.Diff(saved.Nodes, live.Nodes); d != "" {
				t.Error("the file and the server give different nodes:\n", d)
			}
		})
	}
}

// refusals names the error for every captured answer to a request for the node
// list that lists no nodes.
var refusals = []struct {
	version, name string
	status        int
	message, hint string
}{
	{"v1.4.0", "nodes_approval_pending", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.4.0", "nodes_status_bogus", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.4.0", "nodes_labels_bad", 400, "found '==', expected: !, identifier, or 'end of string'", ""},
	{"v1.4.0", "nodes_limit_bad", 400, `strconv.ParseUint: parsing "abc": invalid syntax`, ""},
	{"v1.4.0", "nodes_limit_neg", 400, `strconv.ParseUint: parsing "-1": invalid syntax`, ""},
	{"v1.4.0", "nodes_order_bad", 400, "invalid order_by", ""},
	{"v1.4.0", "nodes_post", 404, "", ""},
	{"v1.4.0", "nodes_trailing_slash", 404, "", ""},
	{"v1.4.0", "bad_path", 404, "", ""},

	{"v1.6.5", "nodes_approval_pending", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.6.5", "nodes_status_bogus", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.6.5", "nodes_status_disconnected", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.6.5", "nodes_labels_bad", 400, "found '==', expected: !, identifier, or 'end of string'", ""},
	{"v1.6.5", "nodes_limit_bad", 400, `strconv.ParseUint: parsing "abc": invalid syntax`, ""},
	{"v1.6.5", "nodes_limit_neg", 400, `strconv.ParseUint: parsing "-1": invalid syntax`, ""},
	{"v1.6.5", "nodes_order_bad", 400, "invalid order_by", ""},
	{"v1.6.5", "nodes_post", 404, "", ""},
	{"v1.6.5", "nodes_trailing_slash", 404, "", ""},
	{"v1.6.5", "bad_path", 404, "", ""},

	{"v1.9.3", "nodes_approval_pending", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.9.3", "nodes_status_bogus", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.9.3", "nodes_status_disconnected", 0, "lists no nodes", "an orchestrator lists at least itself"},
	{"v1.9.3", "nodes_labels_bad", 400, "found '==', expected: !, identifier, or 'end of string'", ""},
	{"v1.9.3", "nodes_limit_bad", 400, `strconv.ParseUint: parsing "abc": invalid syntax`, ""},
	{"v1.9.3", "nodes_limit_neg", 400, `strconv.ParseUint: parsing "-1": invalid syntax`, ""},
	{"v1.9.3", "nodes_order_bad", 400, "invalid order_by", ""},
	{"v1.9.3", "nodes_post", 404, "The requested resource/URL was not found", "The server version may be older"},
	{"v1.9.3", "nodes_trailing_slash", 404, "The requested resource/URL was not found", "The server version may be older"},
	{"v1.9.3", "bad_path", 404, "The requested resource/URL was not found", "The server version may be older"},
	{"v1.9.3", "auth_none_nodes", 401, "Missing Authorization header", "this orchestrator asks for credentials"},
	{"v1.9.3", "auth_badkey_nodes", 401, "invalid API key", "this orchestrator asks for credentials"},
	{"v1.9.3", "auth_basic_nodes_forbidden", 403, "user 'jobs only' does not have the required capability 'read:node'", "Check if user have access to this resource"},
	{"v1.9.3", "tls_http_to_https", 400, "the server expects https", "use https://127.0.0.1:"},
}

func TestEveryRefusal(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.version+"/"+c.name, func(t *testing.T) {
			server := clustertest.Serve(t, c.version, clustertest.Routes{clustertest.PathNodes: c.name})
			list, _, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
			wantError(t, err, fetch.Error{Op: "listing nodes", Source: server.URL, Status: c.status, Message: c.message, Hint: c.hint})
			if len(list.Nodes) > 0 {
				t.Error("nodes besides an error:", list)
			}
		})
	}
}

// wantError compares the parts of an error. A hint is compared by its beginning.
func wantError(t *testing.T, err error, want fetch.Error) {
	t.Helper()
	var got *fetch.Error
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want %+v", err, want)
	}
	if !strings.HasPrefix(got.Hint, want.Hint) || (want.Hint == "") != (got.Hint == "") {
		t.Errorf("hint %q, want %q", got.Hint, want.Hint)
	}
	if d := cmp.Diff(&want, got, cmpopts.IgnoreFields(fetch.Error{}, "Hint", "Said", "Err")); d != "" {
		t.Error(d)
	}
	if s := got.Error() + got.Hint; strings.ContainsAny(s, "\n\r\x1b\x00") || strings.HasSuffix(s, ".") {
		t.Errorf("not fit for one line: %q", s)
	}
}

// Each copied capture has a test, and each test a capture.
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
			if strings.Contains(name, "nodes") && !named[v+"/"+name] && name != "compute_orchestrator_nodes" {
				t.Errorf("no test reads %s/%s", v, name)
			}
		}
	}
}

func TestV14RequesterIsTheHubThoughDisconnected(t *testing.T) {
	server := clustertest.Serve(t, "v1.4.0", nil)
	list, _, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	snap := cluster.Merge(list)
	hub := snap.Node(hub14)
	if hub == nil || hub.Type != cluster.Requester || hub.Connection() != cluster.Disconnected || snap.Orchestrators[0] != hub14 {
		t.Errorf("%+v of %q", hub, snap.Orchestrators)
	}
}

func TestRecordIsReadWhole(t *testing.T) {
	server := clustertest.Serve(t, "v1.9.3", clustertest.Routes{clustertest.PathNodes: "nodes_after_kill_disconnected"})
	list, _, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := cluster.Node{
		ID:   "eu-west-1-compute-rack42-node-0001",
		Type: cluster.Compute,
		Labels: map[string]string{
			"name": "eu-west-1-compute-rack42-node-0001", "os_arch": "amd64", "os_type": "linux", "rack": "r2", "region": "eu-west-1",
		},
		Engines:    []string{"wasm"},
		Publishers: []string{"local", "noop", "s3managed"}, // sorted
		Storage:    []string{"inline", "urldownload"},
		Version:    "v1.9.3",
		Max:        cluster.Resources{CPU: 1.6, Memory: 20221201612, Disk: 199800707481},
		Sightings: []cluster.Sighting{{
			Connection:        cluster.Disconnected,
			Membership:        cluster.Approved,
			LastHeartbeat:     at("2026-11-23T13:50:11.013873808Z"),
			ConnectedSince:    at("2026-11-23T13:46:16.010777451Z"),
			DisconnectedSince: at("2026-11-23T13:50:12.806699567Z"),
			LastError:         "graceful shutdown",
		}},
	}
	if d := cmp.Diff(want, list.Nodes[0]); d != "" {
		t.Error(d)
	}
}

func TestComputeNodeIsNoOrchestrator(t *testing.T) {
	for version, id := range map[string]string{
		"v1.4.0": "n-96472b65-021e-48ca-9409-dfc639729c8a",
		"v1.6.5": "n-daa7f79d-3cba-470f-bcda-e388e320517d",
		"v1.9.3": "n-f8ef52ba-882c-4c6b-9f48-8516e9435b3b",
	} {
		server := clustertest.Serve(t, version, clustertest.Routes{
			clustertest.PathNodes: "compute_orchestrator_nodes", clustertest.PathAgent: "compute_agent_node",
		})
		_, _, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
		wantError(t, err, fetch.Error{
			Op: "listing nodes", Source: server.URL, Status: 404,
			Message: `node "` + id + `" is a compute node, and only an orchestrator lists nodes`,
			Hint:    "give the address of its orchestrator instead",
		})
	}
}

// An orchestrator that lists its nodes but does not say who it is still gives a
// picture, except where the list cannot be had either.
func TestOrchestratorThatDoesNotTellItsName(t *testing.T) {
	nodes, err := clustertest.Load("v1.9.3", "nodes")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		agent   clustertest.Answer
		warning string
		err     string
	}{
		{clustertest.Answer{Status: 500, Body: []byte("oops.\nstack")}, "500 Internal Server Error: oops", ""},
		{clustertest.Answer{Status: 404, Body: []byte("{}")}, "404 Not Found", ""},
		{clustertest.Answer{Status: 403, Body: []byte("<html>no")}, "403 Forbidden: answered with an HTML page", ""},
		{clustertest.Answer{Status: 200, Body: []byte("<!DOCTYPE html>")}, "answered with an HTML page", ""},
		{clustertest.Answer{Status: 200, Body: []byte("OK\n")}, `answered with text that is not JSON: "OK"`, ""},
		{clustertest.Answer{Status: 200, Body: []byte(`{"NodeID":""}`)}, "answered without a NodeID", ""},
		{clustertest.Answer{Status: 200, Body: []byte(`{"NodeID":7}`)}, "answered without a NodeID", ""},
		{clustertest.Answer{Status: 401}, "", "401 Unauthorized"},
	} {
		server := serve(t, map[string]http.Handler{clustertest.PathNodes: nodes, clustertest.PathAgent: c.agent})
		list, warnings, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
		if c.err != "" {
			if err == nil || !strings.HasSuffix(err.Error(), c.err) {
				t.Errorf("got %v, want %s", err, c.err)
			}
			continue
		}
		want := []fetch.Warning{{Source: server.URL, Message: "the orchestrator does not tell its name: " + c.warning}}
		if d := cmp.Diff(want, warnings, cmpopts.IgnoreFields(fetch.Warning{}, "Said")); d != "" || err != nil || list.Orchestrator != "" || list.Hub() != hub19 {
			t.Errorf("error %v, orchestrator %q, hub %q, warnings %s", err, list.Orchestrator, list.Hub(), d)
		}
	}
}

func serve(t *testing.T, routes map[string]http.Handler) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	for path, h := range routes {
		mux.Handle(path, h)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestBaseURLTakesManyForms(t *testing.T) {
	orchestrator := clustertest.Serve(t, "v1.9.3", nil)
	behind := serve(t, map[string]http.Handler{"/": http.StripPrefix("/a b", orchestrator.Config.Handler)})
	for _, c := range []struct{ base, suffix, name string }{
		{orchestrator.URL, "", ""},
		{orchestrator.URL, "/", ""},
		{orchestrator.URL, "/api/v1", ""},
		{orchestrator.URL, "/api/v1/orchestrator/nodes?limit=2#x", ""},
		{orchestrator.URL, "//api/v1/agent/node/", ""},
		{behind.URL, "/a%20b", "/a%20b"},
		{behind.URL, "/a%20b/api/v1/orchestrator/nodes", "/a%20b"},
	} {
		client := &fetch.Client{BaseURL: c.base + c.suffix}
		list, _, err := client.List(t.Context())
		if err != nil || len(list.Nodes) != 7 {
			t.Errorf("%s: %d nodes, error %v", c.suffix, len(list.Nodes), err)
		}
		if got, want := client.Name(), c.base+c.name; got != want {
			t.Errorf("%s: named %s, want %s", c.suffix, got, want)
		}
	}
}

func TestPages(t *testing.T) {
	record := func(id int) string { return fmt.Sprintf(`{"Info":{"NodeID":"n%d","NodeType":"Compute"}}`, id) }
	page := func(next string, ids ...int) string {
		var records []string
		for _, id := range ids {
			records = append(records, record(id))
		}
		return `{"Nodes":[` + strings.Join(records, ",") + `],"NextToken":"` + next + `"}`
	}
	for _, c := range []struct {
		name  string
		pages map[string]string // by token
		nodes int
		err   string
	}{
		{"followed", map[string]string{"": page("a&b", 1, 2), "a&b": page("c", 3), "c": page("", 4)}, 4, ""},
		{"last one empty", map[string]string{"": page("a", 1, 2), "a": page("")}, 2, ""},
		{"token again", map[string]string{"": page("a", 1), "a": page("a", 2)}, 0, "the same page of nodes again"},
		{"token ignored", map[string]string{"": page("a", 1, 2), "a": page("b", 1, 2), "b": page("c", 1, 2)}, 0, "the same page of nodes again"},
		{"empty ones without end", map[string]string{"": page("a", 1), "a": page("b"), "b": page("c"), "c": page("")}, 0, "the same page of nodes again"},
		{"broken", map[string]string{"": page("a", 1, 2), "a": page("", 3)[:50]}, 0, "cut off after 50 bytes (line 1, column 51) after record 2"},
		{"too large together", map[string]string{"": page("a", 1), "a": page("b", 2) + strings.Repeat(" ", 900)}, 0, "larger than the limit of 512 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := serve(t, map[string]http.Handler{
				clustertest.PathAgent: clustertest.Answer{Status: 200, Body: []byte(`{"NodeID":"hub"}`)},
				clustertest.PathNodes: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					fmt.Fprint(w, c.pages[r.URL.Query().Get("next_token")])
				}),
			})
			list, warnings, err := (&fetch.Client{BaseURL: server.URL, MaxBytes: 512}).List(t.Context())
			if c.err == "" && (err != nil || len(warnings) > 0 || len(list.Nodes) != c.nodes) {
				t.Errorf("%d nodes, error %v, warnings %v", len(list.Nodes), err, warnings)
			}
			if c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %s", err, c.err)
			}
		})
	}
}

func TestConnectionFaults(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	tls := httptest.NewUnstartedServer(clustertest.Answer{Status: 200})
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	tls.StartTLS()
	t.Cleanup(tls.Close)
	plain := serve(t, nil)
	nats := listen(t, "INFO {\"server_id\":\"x\"}\r\n")
	hangup := listen(t, "")
	cut := listen(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"NodeID\":\"x\"")
	for _, c := range []struct{ name, base, message, hint string }{
		{"refused", closed.URL, "connection refused", "is the orchestrator running"},
		{"no such host", "http://orchestrator.invalid:1234", "no such host: orchestrator.invalid", "check the name"},
		{"unknown authority", tls.URL, "the server's certificate is signed by an unknown authority", "pass the authority's certificate with --cacert"},
		{"https to http", strings.Replace(plain.URL, "http", "https", 1), "the server does not speak https", "use " + plain.URL},
		{"no HTTP", nats, "what answers does not speak HTTP", "is this the port of the API"},
		{"hangs up", hangup, "the server closed the connection before its answer, 5 times", "does it expect https? if so, use "},
		{"cut off", cut, "the server closed the connection before its complete answer, 5 times", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := (&fetch.Client{BaseURL: c.base, RetryWait: time.Millisecond}).List(t.Context())
			if c.name == "no such host" && err != nil && strings.Contains(err.Error(), "looking up") {
				t.Skip("no DNS here: ", err)
			}
			wantError(t, err, fetch.Error{Op: "listing nodes", Source: c.base, Message: c.message, Hint: c.hint})
		})
	}

	t.Run("http to https", func(t *testing.T) {
		base := strings.Replace(tls.URL, "https", "http", 1)
		_, _, err := (&fetch.Client{BaseURL: base + "/x"}).List(t.Context())
		wantError(t, err, fetch.Error{Op: "listing nodes", Source: base + "/x", Status: 400, Message: "the server expects https", Hint: "use " + tls.URL + "/x"})
	})
	t.Run("no Bacalhau", func(t *testing.T) {
		_, _, err := (&fetch.Client{BaseURL: plain.URL}).List(t.Context())
		wantError(t, err, fetch.Error{Op: "listing nodes", Source: plain.URL, Status: 404, Message: "this does not look like a Bacalhau API", Hint: "check the address and the port"})
	})
	t.Run("HTML", func(t *testing.T) {
		proxy := serve(t, map[string]http.Handler{"/": clustertest.Answer{Status: 200, Body: []byte("\n<!doctype html><title>Log in")}})
		_, _, err := (&fetch.Client{BaseURL: proxy.URL}).List(t.Context())
		wantError(t, err, fetch.Error{Op: "listing nodes", Source: proxy.URL, Message: "answered with an HTML page, not JSON", Hint: "a proxy, a login page"})
	})
	t.Run("bad gateway", func(t *testing.T) {
		proxy := serve(t, map[string]http.Handler{"/": clustertest.Answer{Status: 502, Body: []byte("<html>")}})
		_, _, err := (&fetch.Client{BaseURL: proxy.URL, RetryWait: time.Millisecond}).List(t.Context())
		wantError(t, err, fetch.Error{Op: "listing nodes", Source: proxy.URL, Status: 502, Message: "answered with an HTML page, 5 times", Hint: "a proxy, a login page"})
	})
	t.Run("hostile text", func(t *testing.T) {
		server := serve(t, map[string]http.Handler{"/": clustertest.Answer{Status: 500, Body: []byte("\x1b[31mred\u202e" + strings.Repeat("x", 300) + "\nmore")}})
		_, _, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
		wantError(t, err, fetch.Error{Op: "listing nodes", Source: server.URL, Status: 500, Message: `\x1b[31mred\u202e` + strings.Repeat("x", 183) + "…"})
	})
}

// listen answers every connection with the same text and closes it.
func listen(t *testing.T, answer string) (base string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096)) // the request
			_, _ = conn.Write([]byte(answer))
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestTimeOutAndCancel(t *testing.T) {
	release := make(chan struct{})
	stalls := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"Nodes":[{"Info":{"NodeID":"a"}},`)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	silent := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
	agent := clustertest.Answer{Status: 200, Body: []byte(`{"NodeID":"hub"}`)}
	server := serve(t, map[string]http.Handler{
		clustertest.PathAgent: agent, clustertest.PathNodes: stalls, "/silent/": silent,
	})
	t.Cleanup(func() { close(release) }) // runs before the server closes

	client := &fetch.Client{BaseURL: server.URL, Timeout: 60 * time.Millisecond}
	_, _, err := client.List(t.Context())
	wantError(t, err, fetch.Error{Op: "listing nodes", Source: server.URL, Message: "no complete answer within 60ms", Hint: "is the orchestrator reachable"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error("not a time-out:", err)
	}

	client.BaseURL += "/silent"
	_, _, err = client.List(t.Context())
	wantError(t, err, fetch.Error{Op: "listing nodes", Source: client.BaseURL, Message: "no answer within 60ms", Hint: "is the orchestrator reachable"})

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	_, _, err = (&fetch.Client{BaseURL: server.URL}).List(ctx)
	wantError(t, err, fetch.Error{Op: "listing nodes", Source: server.URL, Message: "interrupted"})
	if !errors.Is(err, context.Canceled) {
		t.Error("not cancelled:", err)
	}

	// A context's own deadline is told as well: what was left of it.
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = (&fetch.Client{BaseURL: server.URL}).List(ctx)
	if failure := (*fetch.Error)(nil); !errors.As(err, &failure) || !regexp.MustCompile(`^no (complete )?answer within [1-5]?\dms$`).MatchString(failure.Message) || failure.Source != server.URL {
		t.Errorf("got %v", err)
	}

	// A pipe that nobody writes to.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = fetch.Stream{Reader: r, Label: "pipe"}.List(ctx)
	wantError(t, err, fetch.Error{Op: "reading nodes", Source: "pipe", Message: "not read to its end before the time-out"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error("not a time-out:", err)
	}
}

func TestNoSecretInAnyMessage(t *testing.T) {
	server := clustertest.Serve(t, "v1.9.3", clustertest.Routes{clustertest.PathNodes: "auth_badkey_nodes"})
	host := strings.TrimPrefix(server.URL, "http://")
	for _, arg := range []string{
		"http://ann:s3cret@" + host,
		"http://ann:s3cret@" + host + "?token=s3cret",
		"http://" + host + "/?api_key=s3cret#s3cret",
		"http://ann:s3cret@127.0.0.1:1",
		"http://ann:s3cret@orchestrator.invalid",
		"http://ann:s3cret@host:port",
		"http://ann:12/s3cret@host:1234",
		"http://ann:x/s3cret@host:1234",
		"http://ann:s3cret %zz@host:1234",
		"http://s3cret@",
		"ftp://ann:s3cret@host",
		"ann:s3cret@host:1234",
		"ann:s3cret@host",
	} {
		source, err := fetch.Parse(arg, fetch.Options{})
		text := ""
		if err == nil {
			_, _, err = source.List(t.Context())
			text = source.Name()
		}
		if err == nil {
			t.Errorf("%s: no error", arg)
			continue
		}
		var e *fetch.Error
		if errors.As(err, &e) {
			text += e.Error() + e.Hint + e.Source
		}
		if strings.Contains(text, "s3cret") || strings.Contains(text, "ann") {
			t.Errorf("%s: %s", arg, text)
		}
	}
}

func TestParse(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("host:1234", nil, 0o600); err != nil && !errors.Is(err, fs.ErrInvalid) {
		t.Log(err) // no such names on Windows
	}
	for _, c := range []struct{ arg, want, hint string }{
		{"-", "fetch.Stream standard input", ""},
		{"http://10.0.0.5:1234", "*fetch.Client http://10.0.0.5:1234", ""},
		{"HTTPS://host/x/", "*fetch.Client https://host/x", ""},
		{"nodes.json", "fetch.File nodes.json", ""},
		{`C:\nodes.json`, `fetch.File C:\nodes.json`, ""},
		{"host:1234", "fetch.File host:1234", ""}, // there is such a file
		{"", "source: empty source", "a source is"},
		{"ftp://host/x", "source: ftp://host/x: not an http or https URL", "an orchestrator's URL looks like"},
		{"http://", "source: http://: a URL without a host", "an orchestrator's URL looks like"},
		{"http://host:port", `source: http://host:port: not a valid URL: invalid port ":port" after host`, "an orchestrator's URL looks like"},
		{"10.0.0.5:1234", "source: 10.0.0.5:1234: no such file", "did you mean http://10.0.0.5:1234?"},
		{"[::1]:1234/x", "source: [::1]:1234/x: no such file", "did you mean http://[::1]:1234/x?"},
	} {
		s, err := fetch.Parse(c.arg, fetch.Options{})
		got, hint := fmt.Sprint(err), ""
		var e *fetch.Error
		if errors.As(err, &e) {
			hint = e.Hint
		} else {
			got = fmt.Sprintf("%T %s", s, s.Name())
		}
		if got != c.want || !strings.HasPrefix(hint, c.hint) {
			t.Errorf("%q: %s, hint %q; want %s, %q", c.arg, got, hint, c.want, c.hint)
		}
	}
	if _, err := fetch.ParseAll([]string{"-", "a", "-"}, fetch.Options{}); err == nil || err.Error() != "source: -: standard input can be read only once" {
		t.Error(err)
	}
}

func TestFileFaults(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.json")
	if err := os.WriteFile(secret, []byte("{}"), 0); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                                "is a directory",
		filepath.Join(dir, "missing.json"): "no such file",
		secret:                             "permission denied",
	} {
		if path == secret && os.Geteuid() == 0 {
			continue // nothing is forbidden
		}
		_, _, err := fetch.File{Path: path}.List(t.Context())
		var e *fetch.Error
		if !errors.As(err, &e) || e.Message != want || e.Source != path {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestReadExplainsWhatIsNoList(t *testing.T) {
	good := `{"Info":{"NodeID":"a"}}`
	for _, c := range []struct{ name, text, message, hint string }{
		{"empty", "", "line 1, column 1: nothing at all", "save a list"},
		{"blank", " \n\n", "line 3, column 1: nothing at all", "save a list"},
		{"byte order mark", "\xef\xbb\xbf", "line 1, column 1: nothing at all", "save a list"},
		{"in UTF-16", "\xff\xfeh\x00i\x00", `line 1, column 1: text that is not JSON: "hi"`, "save a list"},
		{"table", "\n ID   TYPE \n c6   Compute \n", `line 2, column 2: text that is not JSON: "ID   TYPE"`, "save a list"},
		{"HTML", "\n<html><script>\n[{}]", "line 2, column 1: an HTML page, not JSON", "a proxy"},
		{"a program", "\x7fELF\x02\x00\n{}\n\x00", "line 1, column 1: binary data, not JSON", "save a list"},
		{"binary", "\x89PNG\r\n\x1a\n\xff", "line 1, column 1: binary data, not JSON", "save a list"},
		{"null", "null", "line 1, column 1: JSON of another kind, not a list of nodes: null", "save a list"},
		{"number", "42\n", "line 1, column 1: JSON of another kind, not a list of nodes: 42", "save a list"},
		{"strings", `["a"]`, `line 1, column 1: JSON of another kind, not a list of nodes: ["a"]`, "save a list"},
		{"no nodes", `{"NextToken":"","Nodes":[]}`, "line 1, column 25: lists no nodes", "an orchestrator lists"},
		{"null nodes", `{"Nodes":null}`, "line 1, column 10: lists no nodes", "an orchestrator lists"},
		{"empty list", "[]", "line 1, column 1: lists no nodes", "an orchestrator lists"},
		{"nodes of another kind", "\n{\"é\": 1,\n\t\"Nodes\" : {}}", `line 3, column 12: JSON of another kind: its "Nodes" is no list`, "save a list"},
		{"empty object", "{}", "line 1, column 1: JSON of another kind, without a list of nodes", "save a list"},
		{"another object", "\n  {\"a\":\n1}", "line 2, column 3: JSON of another kind, without a list of nodes", "save a list"},
		{"another object behind a log", "INFO\n{\"level\":\"info\"}\n\n", "line 2, column 1: JSON of another kind, without a list of nodes", "save a list"},
		{"another long object", `{"a":[` + strings.Repeat("1,", 1<<18) + `1]}`, "line 1, column 1: JSON of another kind, without a list of nodes", "save a list"},
		{"jobs", `{"NextToken":"","Items":[{"ID":"j-1"}]}`, "line 1, column 1: a list of jobs, executions or the like, not of nodes", "save a list"},
		{"printed jobs", `[{"Job":{"ID":"j-1"}},{"Job":{"ID":"j-2"}}]`, "line 1, column 2: none of the 2 records is a node (record 1: no NodeID)", "save a list"},
		{"a node", `{"Node":{"Info":{"NodeID":"a"}}}`, "line 1, column 1: the description of one node, not a list of nodes", "save a list"},
		{"an agent", `{"NodeID":"a","NodeType":"Requester"}`, `line 1, column 1: the description of one node, "a", not a list of nodes`, "save a list"},
		{"an agent of v1.4", good, `line 1, column 1: the description of one node, "a", not a list of nodes`, "save a list"},
		{"an error of v1.4", `{"error":"code=404, message=Not Found","message":"Not Found"}`, "line 1, column 1: an error message, not a list of nodes: Not Found", "save a list"},
		{"an error of v1.9", `{"Status":401,"Message":"Request Unauthorized","Details":{"reason":"Missing Authorization header"}}`,
			"line 1, column 1: an error message, not a list of nodes: 401 Unauthorized: Missing Authorization header", "save a list"},
		{"cut in a record", "{\n\"Nodes\":[\n" + good + ",\n{\"Info\":{\"No", "cut off after 49 bytes (line 4, column 13) after record 1", "the list is incomplete"},
		{"cut between records", `[` + good + `,`, "cut off after 25 bytes (line 1, column 26) after record 1", "the list is incomplete"},
		{"cut at the end", `{"Nodes":[` + good + `]`, "cut off after 34 bytes (line 1, column 35) after record 1", "the list is incomplete"},
		{"cut at the start", "{", "cut off after 1 byte (line 1, column 2)", "the list is incomplete"},
		{"broken", `[` + good + `,{"Info"!}]`, "not valid JSON at line 1, column 33 after record 1: invalid character '!' after object name (expecting ':')", "save a list"},
		{"broken further down", "{\n\"Nodes\":[\n  " + strings.Repeat(good+",\n  ", 20000) + "!]}", "not valid JSON at line 20003, column 3 after record 20000: invalid character '!' at start of value", "save a list"},
		{"broken outside", `{"NextToken" "x"}`, `not valid JSON at line 1, column 14: invalid character '"' after object name (expecting ':')`, "save a list"},
		{"nested", `[{"x":` + strings.Repeat("[", 20000), "nested too deeply at line 1, column 10005", "save a list"},
		{"nested outside", `{"x":` + strings.Repeat(`{"a":`, 20000), "nested too deeply at line 1, column 50001", "save a list"},
		{"one huge value", `[` + good + `,{"x":"` + strings.Repeat("x", 70<<20), "one value of it is larger than the limit of 64 MiB", ""},
		{"nothing good", "[\n {},null,{\"Info\":7}]", "line 2, column 2: none of the 3 records is a node (record 1: no NodeID)", "save a list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, _, err := fetch.Read(strings.NewReader(c.text), "saved")
			wantError(t, err, fetch.Error{Op: "reading nodes", Source: "saved", Message: c.message, Hint: c.hint})
			if len(list.Nodes) > 0 {
				t.Error("nodes besides an error:", list)
			}
		})
	}
}

func TestReadSkipsBadRecords(t *testing.T) {
	const text = `{"Nodes": [
		{"Info":{"NodeID":"b","NodeType":"Sidecar","Labels":null,"Future":{"x":[1]}},"Connection":"SLEEPING","Membership":"","More":1},
		{"Info":{"NodeID":"","NodeType":"nodeTypeUndefined","Labels":null},"Membership":""},
		null,
		"text",
		{"Info":{"NodeID":"c","ComputeNodeInfo":{"MaxCapacity":{"CPU":"many"}}}},
		{"Info":{"NodeID":"c","ComputeNodeInfo":{"MaxCapacity":{"Memory":1.5}}}},
		{"Info":{"NodeID":"c"},"ConnectionState":{"LastHeartbeat":"yesterday"}},
		{"Info":{"NodeID":"c","Labels":{"a":[]}}},
		{"Info":{"NodeID":"a"},"Connection":"connected","ConnectionState":{"LastHeartbeat":"","ConnectedSince":null,"DisconnectedSince":"0001-01-01T00:00:00Z"}}
	], "NextToken": null}
	update available`
	list, warnings, err := fetch.Read(strings.NewReader(text), "saved")
	if err != nil {
		t.Fatal(err)
	}
	want := []cluster.Node{
		{ID: "a", Sightings: []cluster.Sighting{{Connection: "connected"}}},
		{ID: "b", Type: "Sidecar", Sightings: []cluster.Sighting{{Connection: "SLEEPING"}}},
	}
	if d := cmp.Diff(want, list.Nodes); d != "" {
		t.Error(d)
	}
	var got []string
	for _, w := range warnings {
		got = append(got, w.String())
	}
	if d := cmp.Diff([]string{
		`saved: record 2: no NodeID; skipped`,
		`saved: record 3: no NodeID; skipped`,
		`saved: record 4: a string where an object should be; skipped`,
		`saved: record 5: Info.ComputeNodeInfo.MaxCapacity.CPU cannot be a string; skipped`,
		`saved: record 6: Info.ComputeNodeInfo.MaxCapacity.Memory cannot be number 1.5; skipped`,
		`saved: what follows the list is ignored: "update available"`,
		`saved: 2 records more skipped, 7 of 9 in all`,
	}, got); d != "" {
		t.Error(d)
	}
}

func TestReadLeavesOutRecordsOfLessThanNothing(t *testing.T) {
	for info, want := range map[string]string{
		`"MaxCapacity":{"CPU":-1}`:          "Info.ComputeNodeInfo.MaxCapacity.CPU cannot be number -1",
		`"AvailableCapacity":{"Memory":-1}`: "Info.ComputeNodeInfo.AvailableCapacity.Memory cannot be number -1",
		`"RunningExecutions":-1`:            "Info.ComputeNodeInfo.RunningExecutions cannot be number -1",
	} {
		list, warnings, err := fetch.Read(strings.NewReader(`[{"Info":{"NodeID":"a","ComputeNodeInfo":{`+info+`}}},{"Info":{"NodeID":"b"}}]`), "saved")
		if err != nil || len(list.Nodes) != 1 || len(warnings) == 0 || warnings[0].String() != "saved: record 1: "+want+"; skipped" {
			t.Errorf("%v, %v, want %s", err, warnings, want)
		}
	}
}

func TestReadTakesAHairBelowNothingForNothing(t *testing.T) {
	list, warnings, err := fetch.Read(strings.NewReader(`[{"Info":{"NodeID":"a","ComputeNodeInfo":{"MaxCapacity":{"CPU":2},"AvailableCapacity":{"CPU":-4.4e-16}}}}]`), "saved")
	if err != nil || len(warnings) != 0 || len(list.Nodes) != 1 || list.Nodes[0].Available.CPU != 0 {
		t.Errorf("%+v, %v, %v", list.Nodes, warnings, err)
	}
}

func TestReadKeepsOneRecordOfANode(t *testing.T) {
	records := []string{
		`{"Info":{"NodeID":"a"},"Connection":"DISCONNECTED","ConnectionState":{"LastHeartbeat":"2026-01-01T00:00:00Z"}}`,
		`{"Info":{"NodeID":"a","Labels":{"new":"1"}},"Connection":"CONNECTED","ConnectionState":{"LastHeartbeat":"2026-01-02T00:00:00Z"}}`,
		`{"Info":{"NodeID":"a","Labels":{"old":"1"}},"Connection":"CONNECTED","ConnectionState":{"LastHeartbeat":"2026-01-01T00:00:00Z"}}`,
	}
	for i := range records {
		turned := append(append([]string{}, records[i:]...), records[:i]...)
		list, warnings, err := fetch.Read(strings.NewReader("["+strings.Join(turned, ",")+"]"), "saved")
		if err != nil || len(list.Nodes) != 1 || list.Nodes[0].Labels["new"] != "1" {
			t.Errorf("%v, %+v", err, list.Nodes)
		}
		if len(warnings) != 2 || warnings[0].Message != `record 2: node "a" is listed already; the record heard from last is kept` {
			t.Error(warnings)
		}
	}
}

func TestReadTakesWhatPowerShellWrites(t *testing.T) {
	answer, err := clustertest.Load("v1.9.3", "cli_node_list")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(answer.Body), "\n", "\r\n")
	want, _, err := fetch.Read(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	encode := func(order binary.AppendByteOrder) string {
		b := order.AppendUint16(nil, 0xFEFF)
		for _, u := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"UTF-8 with a mark": "\xef\xbb\xbf" + text,
		"UTF-16LE":          encode(binary.LittleEndian),
		"UTF-16BE":          encode(binary.BigEndian),
	} {
		got, warnings, err := fetch.Read(strings.NewReader(text), "")
		if d := cmp.Diff(want, got); d != "" || err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v %s", name, err, warnings, d)
		}
	}
}

// Log lines may look like the beginning of JSON.
func TestReadPassesOverLogLines(t *testing.T) {
	object := `{"level":"info","time":"14:04","message":"starting"}` + "\n"
	for _, lines := range []string{
		"14:04 | INF starting\n[INFO] go\n{braces}\n\n  ", object, object + "\n" + strings.Replace(object, "\n", "\r\n", 1) + "INF go\n", "INF go\n" + object + "{}\n",
		`{"message":"` + strings.Repeat("x", 60000) + "\"}\n", strings.Repeat(object, 3000),
	} {
		for _, list := range []string{`[ {"Info":{"NodeID":"a"}} ]`, `{"Nodes":[{"Info":{"NodeID":"a"}}]}`, "{\n\"NextToken\":\"\",\n\"Nodes\":[{\"Info\":{\"NodeID\":\"a\"}}]}"} {
			got, warnings, err := fetch.Read(strings.NewReader(lines+list+"\n"), "")
			if err != nil || len(warnings) > 0 || len(got.Nodes) != 1 {
				t.Errorf("%.60q, %q: %v %v %v", lines, list, got, warnings, err)
			}
		}
	}
	// Without a list it is told as what it is, be there more or not.
	for _, more := range []string{"", object, "INF go\n"} {
		_, _, err := fetch.Read(strings.NewReader(`{"error":"no luck"}`+"\n"+more), "saved")
		if err == nil || err.Error() != "reading nodes: saved: line 1, column 1: an error message, not a list of nodes: no luck" {
			t.Errorf("%q: %v", more, err)
		}
	}
}

// What the generator writes is what comes back, so that tests of other packages
// may use either.
func TestReadUndoesWriteList(t *testing.T) {
	want := clustertest.Cluster(3, clustertest.Options{Nodes: 50, Disconnected: 0.2, Pending: 0.1, Names: clustertest.NameMixed})[0]
	server := clustertest.ServeCluster(t, "v1.9.3", want)
	got, warnings, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	for _, version := range []string{"v1.4.0", "v1.5.2", "v1.8.0"} {
		server := clustertest.ServeCluster(t, version, want)
		got, _, err := (&fetch.Client{BaseURL: server.URL}).List(t.Context())
		if err != nil || got.Hub() != want.Orchestrator || len(got.Nodes) != 51 {
			t.Errorf("%s: %v, hub %s, %d nodes", version, err, got.Hub(), len(got.Nodes))
		}
	}
}

func TestSnapshotMergesSources(t *testing.T) {
	var sources []fetch.Source
	for _, l := range clustertest.Cluster(1, clustertest.Options{Nodes: 10, Hubs: 2, Shared: 0.5}) {
		sources = append(sources, &fetch.Client{BaseURL: clustertest.ServeCluster(t, "v1.9.3", l).URL})
	}
	const bad = `[{"Info":{}}, {"Info":{"NodeID":"x","NodeType":"Requester"}}]`
	sources = append(sources, fetch.Stream{Reader: strings.NewReader(bad), Label: "pipe"})
	snap, warnings, err := fetch.Snapshot(t.Context(), sources)
	if err != nil || len(snap.Orchestrators) != 3 || len(snap.Nodes) != 13 {
		t.Errorf("%v, orchestrators %q, %d nodes", err, snap.Orchestrators, len(snap.Nodes))
	}
	if d := cmp.Diff([]fetch.Warning{{Source: "pipe", Message: "record 1: no NodeID; skipped"}}, warnings); d != "" {
		t.Error(d)
	}
	sources = append(sources[:2], fetch.File{Path: "missing"})
	if _, _, err := fetch.StrictSnapshot(t.Context(), sources); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a source that fails:", err)
	}
	snap, warnings, err = fetch.Snapshot(t.Context(), sources)
	if err != nil || len(snap.Orchestrators) != 2 {
		t.Error("a source that fails is not left out:", err)
	}
	if d := cmp.Diff([]fetch.Warning{{Source: "missing", Message: "left out: no such file"}}, warnings); d != "" {
		t.Error(d)
	}
	_, warnings, err = fetch.Snapshot(t.Context(), []fetch.Source{fetch.File{Path: "none"}, fetch.File{Path: "missing"}})
	if err == nil || err.Error() != "reading nodes: none: no such file" {
		t.Error("no source is left:", err)
	}
	if d := cmp.Diff([]fetch.Warning{{Source: "missing", Message: "left out: no such file"}}, warnings); d != "" {
		t.Error(d)
	}
	if _, _, err := fetch.Snapshot(t.Context(), nil); err == nil {
		t.Error("no source, no error")
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"nodes_limit2", "cli_node_list", "auth_none_nodes", "agent_node"} {
		answer, err := clustertest.Load("v1.9.3", name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(answer.Body)
	}
	for _, s := range []string{
		"", "{", "[INFO]\n[{}]", "{\"level\":\"info\"}\n[{}]\n", "{}\n{}\n", `{"Nodes":null}`, "\xff\xfe[\x00]\x00", "\xef\xbb\xbf[null]",
		`[{"Info":{"NodeID":"a"}},{"Info":{"NodeID":"a"}},{"Info":{"NodeID":7}}] x`,
		`{"Nodes":[{"Info":{"NodeID":"a"}}],"NextToken":"t","Nodes":[{"Info":{"NodeID":"b"}}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, warnings, err := fetch.Read(bytes.NewReader(data), "saved")
		if err != nil {
			var e *fetch.Error
			if !errors.As(err, &e) || e.Message == "" || strings.ContainsAny(err.Error(), "\n\r\x1b") || len(list.Nodes) > 0 {
				t.Errorf("%q, %d nodes", err, len(list.Nodes))
			}
			return
		}
		if list.Orchestrator != "" || len(list.Nodes) == 0 || len(warnings) > 20 {
			t.Errorf("orchestrator %q, %d nodes, %d warnings", list.Orchestrator, len(list.Nodes), len(warnings))
		}
		seen := map[string]bool{"": true}
		for _, n := range list.Nodes {
			if seen[n.ID] || len(n.Sightings) != 1 {
				t.Errorf("%q again or empty, or seen %d times", n.ID, len(n.Sightings))
			}
			seen[n.ID] = true
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		var text bytes.Buffer
		list := clustertest.Cluster(1, clustertest.Options{Nodes: n})[0]
		if err := clustertest.WriteList(&text, list, "v1.9.3"); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := fetch.Read(bytes.NewReader(text.Bytes()), ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead100000 reads what 100,000 nodes answer, about 110 MB, from a file.
// It tells the most memory that the Go runtime had from the system meanwhile, and
// besides the speed, the megabytes for a second of processor time, which other
// work on the machine does not change. Run it with -cpu 1 for one core.
func BenchmarkRead100000(b *testing.B) {
	file := filepath.Join(b.TempDir(), "nodes.json")
	size := writeLarge(b, file)
	peak := clustertest.WatchMemory()
	b.SetBytes(size)
	b.ReportAllocs()
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		debug.FreeOSMemory() // what the last one read
		before := clustertest.CPUTime()
		b.StartTimer()
		list, _, err := fetch.File{Path: file}.List(b.Context())
		if err != nil || len(list.Nodes) != 100_001 {
			b.Fatal(len(list.Nodes), err)
		}
		cpu += clustertest.CPUTime() - before
	}
	most := peak()
	b.ReportMetric(float64(most)/1e6, "peak-MB")
	if cpu > 0 {
		b.ReportMetric(float64(size)*float64(b.N)/1e6/cpu.Seconds(), "MB/cpu-s")
	}
}

func writeLarge(b *testing.B, file string) (size int64) {
	b.Helper()
	w, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 100_000})[0]
	if err := clustertest.WriteList(w, list, "v1.9.3"); err != nil {
		b.Fatal(err)
	}
	info, err := w.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
