package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// The captured executions of a job on all nodes are drawn, for every version. In v1.9.3
// the job failed although its six executions completed: its edges show these alone.
func TestOverlayOfCaptures(t *testing.T) {
	skipUnderRace(t, repeats)
	for version, want := range map[string]string{"v1.4.0": "Completed", "v1.6.5": "Completed", "v1.9.3": "Failed"} {
		var captured struct{ Job struct{ ID string } }
		answer, err := clustertest.Load(version, "job_ops")
		if err == nil {
			err = json.Unmarshal(answer.Body, &captured)
		}
		if err != nil {
			t.Fatal(err)
		}
		id := captured.Job.ID
		url := clustertest.Serve(t, version, clustertest.Routes{
			clustertest.PathJobs: "jobs_list", clustertest.PathJobs + "/" + id: "job_ops", clustertest.PathJobs + "/" + id + "/executions": "executions_ops",
		}).URL
		status, out, stderr := bacviz(t, "render", url, "--job", id, "-f", "json", "-o", "-")
		if status != 0 || stderr != "" {
			t.Fatalf("%s: exit status %d: %s", version, status, stderr)
		}
		var p struct {
			Nodes []struct{ ID, Role, State string }
			Links []struct {
				Source, Target, State string
				Count                 int
			}
		}
		if err := json.Unmarshal([]byte(out), &p); err != nil {
			t.Fatal(err)
		}
		var targets []string
		for _, l := range p.Links {
			if l.Source == id {
				targets = append(targets, l.Target)
				if l.State != "Completed" || l.Count != 1 {
					t.Errorf("%s: %+v", version, l)
				}
			}
		}
		if slices.Sort(targets); len(slices.Compact(targets)) != 6 || !slices.Contains(targets, "eu-west-1-compute-rack42-node-0001") {
			t.Errorf("%s: it ran on %q", version, targets)
		}
		if !slices.Contains(p.Nodes, struct{ ID, Role, State string }{id, "job", want}) {
			t.Errorf("%s: the job is not there as %s", version, want)
		}
		_, svg, _ := bacviz(t, "render", url, "--job", id)
		if !strings.Contains(svg, strings.ToLower("job, "+want+" (1)")) || !strings.Contains(svg, "job on a node: completed (6)") || strings.Contains(svg, "job on a node: failed") {
			t.Errorf("%s: the legend does not say that it %s", version, want)
		}
		// The other five jobs of the list have no executions here: one warning says so.
		status, _, stderr = bacviz(t, "render", url, "--jobs", "recent", "-o", "-")
		if status != 0 || !strings.Contains(stderr, "5 of 6 jobs left out: their executions could not be listed: ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit status %d: %s", version, status, stderr)
		}
	}
}
