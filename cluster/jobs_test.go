package cluster_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
)

// A job is one orchestrator's: another may have one of the same ID. The order in
// which lists come does not matter, and of two records the later counts.
func TestMergeKeepsJobsByOrchestrator(t *testing.T) {
	e := func(node string) []cluster.Execution {
		return []cluster.Execution{{ID: "e-" + node, NodeID: node, State: cluster.StateCompleted}}
	}
	a := cluster.List{Orchestrator: "a", Jobs: []cluster.Job{{ID: "j-2", Executions: e("x")}, {ID: "j-1"}}}
	b := cluster.List{Orchestrator: "b", Jobs: []cluster.Job{{ID: "j-1", State: cluster.JobRunning}}}
	old := cluster.List{Orchestrators: []string{"a"}, Jobs: []cluster.Job{{ID: "j-2", Orchestrator: "a"}}}
	want := []string{"j-1 a 0", "j-1 b 0", "j-2 a 1"}
	for _, lists := range [][]cluster.List{{a, b, old}, {old, b, a}, {b, a, a}} {
		s := cluster.Merge(lists...)
		var got []string
		for _, j := range s.Jobs {
			got = append(got, strings.Join([]string{j.ID, j.Orchestrator, string(rune('0' + len(j.Executions)))}, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if s := cluster.Merge(cluster.List{Orchestrator: "a"}); s.Jobs != nil {
		t.Error("jobs that were not requested")
	}
	if s := cluster.Merge(cluster.List{Orchestrator: "a", Jobs: []cluster.Job{}}); s.Jobs == nil {
		t.Error("asked for and none passes for not asked")
	}
	s := snapshots.WithJobs()
	if d := cmp.Diff(s, cluster.Merge(s.List())); d != "" {
		t.Error(d)
	}
}

// Of the jobs a filter keeps the executions on the nodes that are left.
func TestFilterKeepsJobsOnItsNodes(t *testing.T) {
	s := snapshots.WithJobs()
	before := len(s.Jobs[0].Executions)
	selector, err := cluster.ParseSelector("region=eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	f := s.Filter(cluster.Filter{Select: selector})
	if len(f.Jobs) != len(s.Jobs) || len(s.Jobs[0].Executions) != before {
		t.Errorf("%d jobs of %d; the first had %d executions, has %d", len(f.Jobs), len(s.Jobs), before, len(s.Jobs[0].Executions))
	}
	left := 0
	for _, j := range f.Jobs {
		for _, e := range j.Executions {
			if left++; f.Node(e.NodeID) == nil {
				t.Errorf("%s is on %s, which was filtered out", e.ID, e.NodeID)
			}
		}
	}
	if left == 0 {
		t.Error("no execution is left")
	}
}
