package clustertest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

// Paths of the API that an orchestrator answers.
const (
	PathNodes   = "/api/v1/orchestrator/nodes"
	PathAgent   = "/api/v1/agent/node"
	PathAlive   = "/api/v1/agent/alive"
	PathVersion = "/api/v1/agent/version"
)

// Routes name the capture that answers at a path.
type Routes map[string]string

// Serve starts an orchestrator of the given version that replays captures, with
// their status and headers, until the test ends. GET requests for the node
// list, the answering node, its health and its version are answered by the
// captures nodes, agent_node, agent_alive and agent_version, unless routes name
// others; everything else by bad_path. HTTP/2 captures are replayed over
// HTTP/1.1.
func Serve(t testing.TB, version string, routes Routes) *httptest.Server {
	t.Helper()
	captures := Routes{
		PathNodes:   "nodes",
		PathAgent:   "agent_node",
		PathAlive:   "agent_alive",
		PathVersion: "agent_version",
	}
	for path, name := range routes {
		captures[path] = name
	}
	answers := map[string]Answer{}
	for path, name := range captures {
		answers[path] = mustLoad(t, version, name)
	}
	return start(t, version, answers)
}

// ServeCluster starts an orchestrator of the given version that answers with a
// list from [Cluster], until the test ends.
func ServeCluster(t testing.TB, version string, list cluster.List) *httptest.Server {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json"}, "X-Bacalhau-Git-Version": {version}}
	var nodes, agent bytes.Buffer
	if err := WriteList(&nodes, list, version); err != nil {
		t.Fatal(err)
	}
	if err := WriteAgent(&agent, list, version); err != nil {
		t.Fatal(err)
	}
	return start(t, version, map[string]Answer{
		PathNodes:   {http.StatusOK, header, nodes.Bytes()},
		PathAgent:   {http.StatusOK, header, agent.Bytes()},
		PathAlive:   {http.StatusOK, header, []byte(`{"Status":"OK"}` + "\n")},
		PathVersion: {http.StatusOK, header, []byte(`{"GitVersion":"` + version + `"}` + "\n")},
	})
}

func start(t testing.TB, version string, answers map[string]Answer) *httptest.Server {
	t.Helper()
	if !hasVersion(version) {
		version = latest
	}
	badPath := mustLoad(t, version, "bad_path")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := answers[r.URL.Path]
		if !ok || r.Method != http.MethodGet {
			a = badPath
		}
		a.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

// latest is the version whose captures serve synthetic clusters of a version
// without captures.
const latest = "v1.9.3"

func hasVersion(version string) bool {
	for _, v := range Versions() {
		if v == version {
			return true
		}
	}
	return false
}

func mustLoad(t testing.TB, version, name string) Answer {
	t.Helper()
	a, err := Load(version, name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ServeHTTP sends the answer, whatever the request.
func (a Answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header["Content-Type"] = nil // not to be guessed where none was recorded
	for key, values := range a.Header {
		header[key] = values
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the client may have gone
}
