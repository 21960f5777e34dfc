package clustertest

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
)

func TestEveryCaptureLoads(t *testing.T) {
	for _, v := range Versions() {
		if len(Names(v)) < 20 {
			t.Errorf("%s has only %d captures", v, len(Names(v)))
		}
		for _, name := range Names(v) {
			if a, err := Load(v, name); err != nil || a.Status < 200 || len(a.Body) == 0 {
				t.Errorf("%s/%s: status %d, %d bytes, error %v", v, name, a.Status, len(a.Body), err)
			}
		}
	}
}

func TestServeReplaysStatusHeadersAndBody(t *testing.T) {
	server := Serve(t, "v1.9.3", Routes{PathNodes: "auth_none_nodes"})
	for _, c := range []struct {
		method, path, capture string
		status                int
		header                string
	}{
		{"GET", PathNodes + "?x=1", "auth_none_nodes", 401, ""}, // recorded over HTTP/2
		{"GET", PathAgent, "agent_node", 200, "v1.9.3"},
		{"GET", PathAlive, "agent_alive", 200, "v1.9.3"},
		{"GET", PathVersion, "agent_version", 200, "v1.9.3"},
		{"POST", PathNodes, "nodes_post", 404, "v1.9.3"},
		{"GET", "/nowhere", "bad_path", 404, "v1.9.3"},
	} {
		req, err := http.NewRequest(c.method, server.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		want, err := Load("v1.9.3", c.capture)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || !bytes.Equal(body, want.Body) || resp.Header.Get("X-Bacalhau-Git-Version") != c.header {
			t.Errorf("%s %s: %s %q, version %q", c.method, c.path, resp.Status, body, resp.Header.Get("X-Bacalhau-Git-Version"))
		}
		if got := resp.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s %s: content type %q", c.method, c.path, got)
		}
	}
}

func TestClusterIsAsAskedFor(t *testing.T) {
	opt := Options{Nodes: 200, Hubs: 3, Shared: 0.25, Regions: 14, Disconnected: 0.1, Pending: 0.05, Rejected: 0.02, Names: NameMixed}
	lists := Cluster(7, opt)
	if d := cmp.Diff(lists, Cluster(7, opt)); d != "" {
		t.Error("the same seed gives another cluster:\n", d)
	}
	if cmp.Equal(lists, Cluster(8, opt)) {
		t.Error("another seed gives the same cluster")
	}
	listed := map[string]int{}
	down, pending, rejected := 0, 0, 0
	regions := map[string]bool{}
	for _, l := range lists {
		if l.Hub() != l.Orchestrator {
			t.Errorf("hub %s, orchestrator %s", l.Hub(), l.Orchestrator)
		}
		for _, n := range l.Nodes {
			if listed[n.ID]++; listed[n.ID] > 1 || n.Type != cluster.Compute {
				continue
			}
			regions[n.Labels["region"]] = true
			down += count(n.Sightings[0].Connection == cluster.Disconnected)
			pending += count(n.Sightings[0].Membership == cluster.Pending)
			rejected += count(n.Sightings[0].Membership == cluster.Rejected)
			if n.Available.CPU > n.Max.CPU || n.Max.CPU < 1 || math.IsNaN(n.Available.CPU) {
				t.Errorf("%s has %g of %g cores", n.ID, n.Available.CPU, n.Max.CPU)
			}
		}
	}
	shared := 0
	for _, n := range listed {
		shared += count(n == 3)
	}
	// A node may be both pending and rejected; the later choice counts.
	if len(listed) != 203 || shared != 50 || down != 20 || pending < 6 || pending > 10 || rejected != 4 || len(regions) != 14 {
		t.Errorf("%d nodes, %d shared, %d disconnected, %d pending, %d rejected, %d regions",
			len(listed), shared, down, pending, rejected, len(regions))
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The generator draws the pictures of the README: a change in it changes them.
func TestClusterStaysTheSame(t *testing.T) {
	var ids []string
	for _, n := range Cluster(1, Options{Nodes: 4, Names: NameMixed})[0].Nodes {
		ids = append(ids, n.ID)
	}
	want := []string{
		"Qm9GLyXRL67y7sewSTiP8mtfBThkN49NoDSTBvzb4L7Qoc",
		"eu-west-1-compute-rack47-node-0002",
		"i-0f1bb3ab20d790df7",
		"n-ca4eaf72-d0ba-447b-9a91-541112298d16",
		"n-cab0728e-916f-48b8-81a4-acf29e22d5e1",
	}
	if d := cmp.Diff(want, ids); d != "" {
		t.Error(d)
	}
}

func TestClusterWithoutComputeNodes(t *testing.T) {
	if s := Snapshot(1, Options{}); len(s.Nodes) != 1 || len(s.Orchestrators) != 1 {
		t.Errorf("%d nodes, %d orchestrators", len(s.Nodes), len(s.Orchestrators))
	}
}

func TestWriteListHasTheShapeOfItsVersion(t *testing.T) {
	list := Cluster(1, Options{Nodes: 2})[0]
	for _, c := range []struct {
		version      string
		states       int
		disconnected bool // the requester, in a list where all are connected
	}{{"v1.4.0", 0, true}, {"v1.9.3", 3, false}} {
		var b strings.Builder
		if err := WriteList(&b, list, c.version); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), `"ConnectionState"`); n != c.states {
			t.Errorf("%s: %d records with ConnectionState, want %d", c.version, n, c.states)
		}
		if has := strings.Contains(b.String(), `"DISCONNECTED"`); has != c.disconnected {
			t.Errorf("%s: requester DISCONNECTED: %t", c.version, has)
		}
	}
}
