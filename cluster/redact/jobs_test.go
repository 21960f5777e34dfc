package redact_test

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
)

// A redaction keeps which execution belongs to which job and node, and replaces the
// names of jobs in titles.
func TestRedactJobs(t *testing.T) {
	s := snapshots.WithJobs()
	s.Jobs[0].Message, s.Jobs[0].Name = "cannot pull "+s.Jobs[1].Name, s.Jobs[0].ID
	s.Jobs[1].Namespace, s.Jobs[1].Type, s.Jobs[1].State = "acme", "Cron", "Bewitched"
	s.Jobs[1].Executions[0].State, s.Jobs[1].Executions[0].Message = "unknown(17)", "host db1.acme.example"
	s.Jobs[1].Executions[0].Output = &cluster.RunOutput{Stdout: "secret", Error: "secret", ExitCode: 3}
	r := redacted(t, s)
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
