package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// refusing returns an orchestrator whose nodes take no job.
func refusing(t *testing.T) *clustertest.Orchestrator {
	t.Helper()
	return clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{Refuse: "no local path\x1b[31m allowed"})
}

// A shard that no node took says why the last one did not, and the hint can be run as it is printed.
func TestFleetRunSaysWhyNoNodeTookAShard(t *testing.T) {
	o := refusing(t)
	status, _, stderr := bacviz(t, "fleet", "run", "--on", o.URL, "--input", "/data", "--module", "/m.wasm", "--shards", "2", "-o", filepath.Join(t.TempDir(), "f.jsonl"))
	want := regexp.MustCompile(`error: 2 of 2 shards failed: shard 0 \(it did not run: n-\w+ rejected it: no local path\S* allowed\), shard 1 \(it did not run: `)
	if status != 1 || !want.MatchString(stderr) || strings.Contains(stderr, "\x1b") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	hint := regexp.MustCompile(`hint: bacviz (job executions .*) shows what the nodes said\n`).FindStringSubmatch(stderr)
	if hint == nil {
		t.Fatal(stderr)
	}
	if status, stdout, stderr := bacviz(t, strings.Fields(hint[1])...); status != 0 || !strings.Contains(stdout, "no local path") {
		t.Errorf("%s: exit status %d: %s%s", hint[1], status, stdout, stderr)
	}
}

// A hint about a job names the orchestrator that was asked, without the password in its address.
func TestHintsAboutJobsCanBeRunAsTheyArePrinted(t *testing.T) {
	o := refusing(t)
	secret := strings.Replace(o.URL, "://", "://user:pass@", 1)
	for _, args := range [][]string{
		{"job", "submit", "../../examples/hello.yaml", "--wait", "--api-host", o.URL},
		{"fleet", "run", "--on", secret, "--resume", "j-nosuch", "-o", filepath.Join(t.TempDir(), "f.jsonl")},
	} {
		_, _, stderr := bacviz(t, args...)
		hint := regexp.MustCompile(`hint: bacviz (job \w+ --api-host .*) shows `).FindStringSubmatch(stderr)
		if hint == nil || strings.Contains(stderr, "pass@") {
			t.Fatalf("%s: %s", args, stderr)
		}
		if status, _, stderr := bacviz(t, strings.Fields(hint[1])...); status != 0 {
			t.Errorf("%s: exit status %d: %s", hint[1], status, stderr)
		}
	}
}
