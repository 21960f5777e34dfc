package cluster_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// jobSnapshot is a network with jobs in it.
func jobSnapshot() cluster.Snapshot {
	s := clustertest.Snapshot(5, clustertest.Options{Nodes: 12, Hubs: 2})
	s.Jobs = clustertest.Jobs(5, s, clustertest.JobOptions{Jobs: 6, Executions: 4, Retried: 0.5, Failed: 0.5, Gone: 0.5, Rejected: 0.3})
	return s
}

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
		t.Error("jobs that nobody asked for")
	}
	if s := cluster.Merge(cluster.List{Orchestrator: "a", Jobs: []cluster.Job{}}); s.Jobs == nil {
		t.Error("asked for and none passes for not asked")
	}
	s := jobSnapshot()
	if d := cmp.Diff(s, cluster.Merge(s.List())); d != "" {
		t.Error(d)
	}
}

// Of the jobs a filter keeps the executions on the nodes that are left.
func TestFilterKeepsJobsOnItsNodes(t *testing.T) {
	s := jobSnapshot()
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

// A redaction keeps how the jobs hang together, and what a title says of them.
func TestRedactJobs(t *testing.T) {
	s := jobSnapshot()
	s.Jobs[0].Message, s.Jobs[0].Name = "cannot pull "+s.Jobs[1].Name, s.Jobs[0].ID
	s.Jobs[1].Namespace, s.Jobs[1].Type, s.Jobs[1].State = "acme", "Cron", "Bewitched"
	s.Jobs[1].Executions[0].State, s.Jobs[1].Executions[0].Message = "unknown(17)", "host db1.acme.example"
	s.Jobs[1].Executions[0].Output = &cluster.RunOutput{Stdout: "secret", Error: "secret", ExitCode: 3}
	r := redact(t, s)
	if len(r.Snapshot.Jobs) != len(s.Jobs) {
		t.Fatalf("%d jobs of %d", len(r.Snapshot.Jobs), len(s.Jobs))
	}
	find := func(id string) *cluster.Job {
		for i := range r.Snapshot.Jobs {
			if r.Snapshot.Jobs[i].ID == id {
				return &r.Snapshot.Jobs[i]
			}
		}
		t.Fatalf("no job %s", id)
		return nil
	}
	for _, was := range s.Jobs {
		is := find(r.Text(was.ID))
		if short := r.Text("about " + was.Short()); short != "about "+is.ID {
			t.Errorf("the title has %q for %s", short, is.ID)
		}
		if r.Text(was.Name) != is.Name || is.Orchestrator != r.ID(was.Orchestrator) || len(is.Executions) != len(was.Executions) || is.Message != "" {
			t.Errorf("%+v became %+v", was, is)
		}
		for i, e := range is.Executions {
			o := was.Executions[i]
			if e.NodeID != r.ID(o.NodeID) || e.State != o.State || e.ExitCode() != o.ExitCode() || e.Attempt != o.Attempt || e.JobID != is.ID || e.Message != "" {
				t.Errorf("%+v became %+v", o, e)
			}
			if e.Output != nil && *e.Output != (cluster.RunOutput{ExitCode: e.Output.ExitCode}) {
				t.Errorf("output %+v is left", *e.Output)
			}
		}
	}
	if first := find(r.Text(s.Jobs[0].ID)); first.Name != first.ID {
		t.Errorf("a job named by its ID has the name %s and the ID %s", first.Name, first.ID)
	}
	odd := find(r.Text(s.Jobs[1].ID))
	for _, word := range []string{odd.Namespace, odd.Type, string(odd.State)} {
		if !strings.HasPrefix(word, "w-") {
			t.Errorf("%q is left", word)
		}
	}
}
