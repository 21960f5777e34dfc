package bacalhau_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestV14RequesterIsTheHubThoughDisconnected(t *testing.T) {
	server := clustertest.Serve(t, "v1.4.0", nil)
	list, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
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
	list, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
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

func TestComputeNodeIsNotAnOrchestrator(t *testing.T) {
	for version, id := range map[string]string{
		"v1.4.0": "n-96472b65-021e-48ca-9409-dfc639729c8a",
		"v1.6.5": "n-daa7f79d-3cba-470f-bcda-e388e320517d",
		"v1.9.3": "n-f8ef52ba-882c-4c6b-9f48-8516e9435b3b",
	} {
		server := clustertest.Serve(t, version, clustertest.Routes{
			clustertest.PathNodes: "compute_orchestrator_nodes", clustertest.PathAgent: "compute_agent_node",
		})
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
		wantError(t, err, bacalhau.Error{
			Op: "listing nodes", Source: server.URL, Status: 404,
			Message: `node "` + id + `" is a compute node; only an orchestrator lists nodes`,
			Hint:    "use the address of its orchestrator instead",
		})
	}
}

// An orchestrator that lists its nodes but does not give its name can be drawn,
// except where the list cannot be read either.
func TestOrchestratorWithoutAName(t *testing.T) {
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
		list, warnings, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
		if c.err != "" {
			if err == nil || !strings.HasSuffix(err.Error(), c.err) {
				t.Errorf("got %v, want %s", err, c.err)
			}
			continue
		}
		want := []bacalhau.Warning{{Source: server.URL, Message: "the orchestrator's name could not be read: " + c.warning}}
		if d := cmp.Diff(want, warnings, cmpopts.IgnoreFields(bacalhau.Warning{}, "Quoted")); d != "" || err != nil || list.Orchestrator != "" || list.Hub() != hub19 {
			t.Errorf("error %v, orchestrator %q, hub %q, warnings %s", err, list.Orchestrator, list.Hub(), d)
		}
	}
}

func TestBaseURLTakesManyForms(t *testing.T) {
	orchestrator := clustertest.Serve(t, "v1.9.3", nil)
	behind := serve(t, map[string]http.Handler{"/": http.StripPrefix("/a b", orchestrator.Config.Handler)})
	for _, c := range []struct{ base, suffix, name string }{
		{orchestrator.URL, "", ""},
		{orchestrator.URL, "/", ""},
		{orchestrator.URL, "/api/v1", ""},
		{orchestrator.URL, "/api/v1/orchestrator/nodes", ""},
		{orchestrator.URL, "//api/v1/orchestrator/", ""},
		{behind.URL, "/a%20b", "/a%20b"},
		{behind.URL, "/a%20b/api/v1/orchestrator/nodes", "/a%20b"},
	} {
		client := &bacalhau.Client{BaseURL: c.base + c.suffix}
		list, _, err := listNodes(t.Context(), client)
		if err != nil || len(list.Nodes) != 7 {
			t.Errorf("%s: %d nodes, error %v", c.suffix, len(list.Nodes), err)
		}
		if got, want := client.Name(), c.base+c.name; got != want {
			t.Errorf("%s: named %s, want %s", c.suffix, got, want)
		}
	}
}

// A part of an address that would ask for a part of the network is not dropped.
func TestEveryPartOfABaseURLIsUsed(t *testing.T) {
	const (
		query      = "the address has a query, which would not be used"
		parameters = "the address has parameters in its path, which would not be used"
		other      = "the address asks for something else than the list of nodes"
	)
	for part, want := range map[string]string{
		"/api/v1/orchestrator/nodes?labels=region%3Deu": query,
		"?key=s3cret":                 query,
		"/#/nodes":                    query,
		"/api/v1/orchestrator/nodes?": query,
		"#":                           query,
		"/api/v1/orchestrator/nodes;labels=s3cret":        parameters,
		"/api/v1/orchestrator/nodes%3Flabels=region%3Deu": parameters,
		"/%23":                                 parameters,
		"/%3Bx":                                parameters,
		"/api/v1/orchestrator/nodes/n-1":       other,
		"/x/api/v1/orchestrator/jobs/j-1/logs": other,
		"/api/v1/orchestrator/jobs":            other,
		"/api/v1/orchestrator/evaluations/":    other,
		"/api/v1/orchestrator/nodes2":          other,
		"/api/v1/agent/alive":                  other,
		"/api/v1/agent/node":                   other,
		"/x/api/v1/agent/version":              other,
		"/api/v1/agent":                        other,
		"/api/v1/anything":                     other,
	} {
		err := (&bacalhau.Client{BaseURL: "http://127.0.0.1:1" + part}).Check()
		var e *bacalhau.Error
		if !errors.As(err, &e) || e.Message != want || !strings.Contains(e.Hint, "--select") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %s", part, err, want)
		}
	}
}

func TestTheAddressOfAWebPageNamesTheAPIInstead(t *testing.T) {
	for page, hint := range map[string]string{
		"http://h:8438/webui/nodes": "name the orchestrator's API: http://h:1234",
		"http://h:8438/nodes":       "name the orchestrator's API: http://h:1234",
		"http://h:8438/jobs/j1":     "name the orchestrator's API: http://h:1234",
		"https://u:s3cret@h/webui":  "name the orchestrator's API: https://h",
		"http://h:1234/webui/":      "name the orchestrator's API: http://h:1234",
	} {
		var e *bacalhau.Error
		err := (&bacalhau.Client{BaseURL: page}).Check()
		if !errors.As(err, &e) || e.Message != "the address is that of a page for people, not of an API" || e.Hint != hint || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, hint %q", page, err, e.Hint)
		}
	}
	for _, behind := range []string{"http://h/bacalhau/nodes", "http://h/webui2", "http://h/nodes", "https://h/jobs", "http://h/nodes/a/b"} {
		if err := (&bacalhau.Client{BaseURL: behind}).Check(); err != nil {
			t.Errorf("%s: %v", behind, err)
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
		{"token again", map[string]string{"": page("a", 1), "a": page("a", 2)}, 0, "the same page of nodes twice"},
		{"token ignored", map[string]string{"": page("a", 1, 2), "a": page("b", 1, 2), "b": page("c", 1, 2)}, 0, "the same page of nodes twice"},
		{"empty ones without end", map[string]string{"": page("a", 1), "a": page("b"), "b": page("c"), "c": page("")}, 0, "the same page of nodes twice"},
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
			list, warnings, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL, MaxBytes: 512})
			if c.err == "" && (err != nil || len(warnings) > 0 || len(list.Nodes) != c.nodes) {
				t.Errorf("%d nodes, error %v, warnings %v", len(list.Nodes), err, warnings)
			}
			if c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %s", err, c.err)
			}
		})
	}
}

// A list that the generator writes is read back unchanged, so that tests of other
// packages may use either.
func TestReadUndoesWriteList(t *testing.T) {
	want := clustertest.Cluster(3, clustertest.Options{Nodes: 50, Disconnected: 0.2, Pending: 0.1, Names: clustertest.NameMixed})[0]
	server := clustertest.ServeCluster(t, "v1.9.3", want)
	got, warnings, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	for _, version := range []string{"v1.4.0", "v1.5.2", "v1.8.0"} {
		server := clustertest.ServeCluster(t, version, want)
		got, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
		if err != nil || got.Hub() != want.Orchestrator || len(got.Nodes) != 51 {
			t.Errorf("%s: %v, hub %s, %d nodes", version, err, got.Hub(), len(got.Nodes))
		}
	}
}

func TestProgressIsReported(t *testing.T) {
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 1000})[0]
	server := clustertest.ServeCluster(t, "v1.9.3", list)
	var last bacalhau.Progress
	client := &bacalhau.Client{BaseURL: server.URL, Progress: func(p bacalhau.Progress) {
		if p.Records < last.Records || p.Bytes < last.Bytes {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}}
	if _, err := client.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	if last.Records != 768 || last.Bytes < 100_000 || last.Source != server.URL {
		t.Errorf("%+v", last)
	}
}
