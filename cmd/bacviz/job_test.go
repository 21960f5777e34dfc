package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// To stop waiting leaves the job as it is, and says so.
func TestInterruptedWaitLeavesTheJob(t *testing.T) {
	for _, version := range []string{"v1.4.0", "v1.9.3"} {
		o := clustertest.ServeJobs(t, version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{Never: true})
		t.Setenv("BACALHAU_DIR", t.TempDir())
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		var out, err bytes.Buffer
		job := strings.NewReader("Type: Service\nTasks: [{Name: main, Engine: {Type: docker}}]")
		status := run(ctx, []string{"job", "submit", "-", "--wait", "--api-host", o.URL}, stdio{job, &out, &err})
		cancel()
		if status != exitFailed || o.Submissions() != 1 || !strings.Contains(out.String(), "j-abc00000-") {
			t.Errorf("%s: status %d after %d submissions: %s", version, status, o.Submissions(), &out)
		}
		for _, want := range []string{
			"bacviz: warning: a Service job does not end by itself",
			"bacviz: error: waiting for job j-abc00000: interrupted\n",
			"bacviz: hint: the job goes on without bacviz: ",
		} {
			if !strings.Contains(err.String(), want) {
				t.Errorf("%s: %q is not in\n%s", version, want, &err)
			}
		}
	}
}
