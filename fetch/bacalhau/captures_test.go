package bacalhau_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// The orchestrators of the captures.
const (
	hub14, hybrid14 = "n-f28830b0-56b4-4ebf-ba2b-98f547783a2f", "n-c0018df8-9785-45f2-aba8-bcbbe1418375"
	hub16, hybrid16 = "n-2350d09c-fcee-4e67-a8e5-ceb85c290cc6", "n-bf072d92-7073-45ce-95f1-89ae2c940f53"
	hub19, hybrid19 = "n-b81b8baa-20ed-4e94-9dd6-5be62333a1ec", "n-25111407-aa51-47b4-9f36-fddd013a9543"
	authHub         = "n-ef0ffe1f-6f71-4c00-aaaa-d6718c7133e7"
)

// nodeLists gives the result of every captured node list: the hub when it
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

// answering returns the capture with the name of the node that answers when a list is
// asked for, and that name.
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
			nodes, warnings, err := readNodes(string(answer.Body))
			saved := cluster.List{Nodes: nodes}
			check := func(list cluster.List, hub string, warnings []bacalhau.Warning, err error) {
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
			live, warnings, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
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
	{"v1.9.3", "auth_none_nodes", 401, "Missing Authorization header", "this orchestrator requires credentials"},
	{"v1.9.3", "auth_badkey_nodes", 401, "invalid API key", "this orchestrator requires credentials"},
	{"v1.9.3", "auth_basic_nodes_forbidden", 403, "user 'jobs only' does not have the required capability 'read:node'", "Check if user have access to this resource"},
	{"v1.9.3", "tls_http_to_https", 400, "the server expects https", "use https://127.0.0.1:"},
}

func TestEveryRefusal(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.version+"/"+c.name, func(t *testing.T) {
			server := clustertest.Serve(t, c.version, clustertest.Routes{clustertest.PathNodes: c.name})
			list, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
			wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: server.URL, Status: c.status, Message: c.message, Hint: c.hint})
			if len(list.Nodes) > 0 {
				t.Error("nodes besides an error:", list)
			}
		})
	}
}

// Each capture has a test, and each test a capture.
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
