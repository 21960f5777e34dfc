package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
)

// runs writes the edges of jobs, one a line: LABEL > NODE: WORDS, outcome.
func runs(t *graph.Topology) string {
	var s strings.Builder
	d := graphtest.NewDiagram(t, diagram.Options{})
	for i, r := range t.Runs() {
		words := d.Edges[d.HubEdges()+i].Run.Words
		fmt.Fprintf(&s, "%s > %s: %s, %s %v\n", t.Vertex(int(r.Job)).Label, t.Vertex(int(r.Node)).NodeID(), words, r.Outcome, r.Outcome != graph.Rejected)
	}
	return s.String()
}

func execution(node string, state cluster.ExecutionState) cluster.Execution {
	return cluster.Execution{ID: "e", NodeID: node, State: state, Attempt: 1}
}

func TestRuns(t *testing.T) {
	exit := func(node string, code int) cluster.Execution {
		e := execution(node, cluster.StateCompleted)
		e.Output = &cluster.RunOutput{ExitCode: code}
		return e
	}
	retry := func(e cluster.Execution) cluster.Execution {
		e.Attempt = 2
		return e
	}
	for _, c := range []struct {
		name       string
		executions []cluster.Execution
		want       string
	}{
		{"none", nil, ""},
		{"nowhere", []cluster.Execution{execution("", cluster.StateNew)}, ""},
		{"two nodes", []cluster.Execution{execution("b", "Completed"), execution("a", "Running")}, "job > a: running, running true\njob > b: completed, completed true\n"},
		{"failures on top", []cluster.Execution{execution("a", "Completed"), execution("a", "Failed"), execution("a", "Running")},
			"job > a: 3 executions: 1 failed, 1 running, 1 completed, failed true\n"},
		{"an exit code above 0", []cluster.Execution{exit("a", 3), exit("b", 0), exit("c", -1)},
			"job > a: failed, failed true\njob > b: completed, completed true\njob > c: completed, completed true\n"},
		{"a retry", []cluster.Execution{execution("a", "Failed"), retry(execution("a", "Failed")), retry(execution("b", "Completed"))},
			"job > a: 2 executions: 2 failed; 1 is a retry, failed true\njob > b: completed, a retry, completed true\n"},
		{"replicas are no retries", []cluster.Execution{execution("a", "Completed"), execution("a", "Completed")},
			"job > a: 2 executions: 2 completed, completed true\n"},
		{"only rejected", []cluster.Execution{execution("a", "AskForBidRejected"), execution("b", "BidRejected"), execution("b", "BidRejected")},
			"job > a: ask for bid rejected, rejected false\njob > b: 2 executions: 2 bid rejected, rejected false\n"},
		{"rejected, then run", []cluster.Execution{execution("a", "BidRejected"), retry(execution("a", "Completed"))},
			"job > a: 2 executions: 1 completed, 1 bid rejected; 1 is a retry, completed true\n"},
		{"asked for", []cluster.Execution{execution("a", "New"), execution("b", "AskForBidAccepted")},
			"job > a: new, waiting true\njob > b: ask for bid accepted, waiting true\n"},
		{"cancelled before completed", []cluster.Execution{execution("a", "Completed"), execution("a", "Cancelled")},
			"job > a: 2 executions: 1 cancelled, 1 completed, cancelled true\n"},
		{"unknown", []cluster.Execution{execution("a", "unknown(17)"), execution("a", "Completed")},
			"job > a: 2 executions: 1 unknown(17), 1 completed, unknown true\n"},
		{"off, gone, and the hub", []cluster.Execution{execution("off", "Failed"), execution("gone", "Completed"), execution("r", "Completed")},
			"job > gone: completed, completed true\njob > off: failed, failed true\njob > r: completed, completed true\n"},
	} {
		s := cluster.Merge(list("r", node("r", requester, on), node("a", compute, on), node("b", compute, on), node("c", compute, on), node("off", compute, off)))
		s.Jobs = []cluster.Job{{ID: "j-1", Name: "job", Orchestrator: "r", Executions: c.executions}}
		topo := graphtest.Build(s, graph.Options{})
		if d := cmp.Diff(c.want, runs(topo)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if topo.EdgeCount() != 3+len(topo.Runs()) || topo.Jobs() != 1 {
			t.Errorf("%s: %d edges, %d jobs", c.name, topo.EdgeCount(), topo.Jobs())
		}
		for i := range topo.Len() {
			v := topo.Vertex(i)
			if part := strings.Contains(c.want, "> "+v.NodeID()+":"); v.Part != part || v.Idle != (!part && v.Job == nil && !v.Hub) || v.Unlisted != (v.NodeID() == "gone") {
				t.Errorf("%s: %s took part %v, idle %v, unlisted %v", c.name, v.NodeID(), v.Part, v.Idle, v.Unlisted)
			}
		}
	}
}

// Labels of jobs are different from one another and from those of nodes, whatever IDs
// there are.
func TestJobsAreToldApart(t *testing.T) {
	s := cluster.Merge(list("r", node("r", requester, on), node("a", compute, on), node("j-x", compute, on)))
	uuid := func(first string) string { return "j-" + first + "-1111-4111-8111-111111111111" }
	s.Jobs = []cluster.Job{
		{ID: uuid("00000001"), Name: "twin"}, {ID: uuid("00000002"), Name: "twin"}, {ID: uuid("00000003"), Name: "a"},
		{ID: uuid("00000004"), Name: uuid("00000004")}, {ID: uuid("00000005"), Name: "alone\x1b[2J"}, {ID: uuid("00000006")}, {ID: "j-x"}, {ID: "j-x"},
	}
	topo := graphtest.Build(s, graph.Options{Label: graph.FieldFull})
	got, ids := []string{}, map[string]bool{}
	for i := range topo.Len() {
		v := topo.Vertex(i)
		ids[v.NodeID()] = true
		if v.Job != nil {
			got = append(got, v.Label)
		}
	}
	want := []string{"twin j-00000001", "twin j-00000002", "a j-00000003", "j-00000004", `alone\x1b[2J`, "j-00000006", "j-x/", "j-x//"}
	if d := cmp.Diff(want, got); d != "" || len(ids) != topo.Len() {
		t.Errorf("%d IDs of %d vertices; %s", len(ids), topo.Len(), d)
	}
}

// A collapsed group has the executions of all its members.
func TestCollapsedGroupsSumExecutions(t *testing.T) {
	for seed := range uint64(8) {
		s := clustertest.Snapshot(seed, clustertest.Options{Nodes: 40, Hubs: 2})
		s.Jobs = clustertest.Jobs(seed, s, clustertest.JobOptions{Jobs: 5, Executions: 9, Retried: 0.5, Failed: 0.5, Gone: 0.5, Rejected: 0.5})
		open := graphtest.Build(s, graph.Options{GroupBy: []string{"region"}})
		c := graphtest.Build(s, graph.Options{GroupBy: []string{"region"}, Collapse: true})
		sum := func(t *graph.Topology) (n, retries, failed int) {
			for _, r := range t.Runs() {
				n, retries = n+r.Count, retries+r.Retries
				for _, s := range r.States {
					if s.State == cluster.StateFailed {
						failed += s.Count
					}
				}
			}
			return n, retries, failed
		}
		n, retries, failed := sum(open)
		if cn, cr, cf := sum(c); n == 0 || cn != n || cr != retries || cf != failed || len(c.Runs()) >= len(open.Runs()) || c.Jobs() != 5 {
			t.Errorf("seed %d: %d executions, %d retries, %d failed became %d, %d, %d on %d edges", seed, n, retries, failed, cn, cr, cf, len(c.Runs()))
		}
		for _, r := range c.Runs() {
			if v := c.Vertex(int(r.Node)); v.Members == nil || v.Idle || c.Vertex(int(r.Job)).Job == nil {
				t.Errorf("seed %d: a run joins %s and %s", seed, c.Vertex(int(r.Job)).Label, v.Label)
			}
		}
	}
}
