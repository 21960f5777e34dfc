//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// gitLabJob runs the lines of the example's script as GitLab's runner does, in that shell,
// with the example's variables and after go, and returns the status of the job.
func (s *step) gitLabJob(t *testing.T, shell, bin, goCommand string, env ...string) (status int) {
	t.Helper()
	var jobs struct {
		Network struct {
			Variables map[string]string
			Script    []string
		}
	}
	if err := yaml.Unmarshal([]byte(readAll(t, "../../examples/gitlab-ci.yml")), &jobs); err != nil {
		t.Fatal(err)
	}
	env = append(env, configVar+"=") // a runner has no settings
	for name, value := range jobs.Network.Variables {
		if strings.HasPrefix(name, "BACVIZ_") { // the others are about Go
			env = append(env, name+"="+value)
		}
	}
	script := jobs.Network.Script
	if len(script) < 2 || !strings.HasPrefix(script[0], "go install ") {
		t.Fatalf("%q", script)
	}
	standIn(t, s.temp, "go", goCommand)
	// https://gitlab.com/gitlab-org/gitlab-runner, shells/bash.go: all lines are one text for
	// eval, which reads nothing, and an error ends them.
	s.put(t, "lines", strings.Join(script, "\n"))
	s.put(t, "job.sh", `if set -o | grep pipefail >/dev/null; then set -o pipefail; fi; set -o errexit
set +o noclobber
: | eval "$(cat lines)"
exit 0
`)
	status, _ = s.runIn(t, []string{shell}, filepath.Join(s.dir, "job.sh"), s.temp+string(os.PathListSeparator)+bin, env...)
	return status
}

// The example ends with the worse status of the rules and the changes, and reads the
// network once.
func TestGitLabExampleKeepsTheWorseStatus(t *testing.T) {
	t.Parallel()
	const other = `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [{"id": "o", "type": "Requester", "seen": [{"by": "o"}]}]}`
	for i, c := range []struct {
		rule, old string // the old shape, where it is not the present one
		status    int
		changes   bool
	}{
		{"state: connected, free: {cpu: 0.5}", "", 0, true},
		{"nodes: {atLeast: 50}", "", 1, true},
		{"nodes: {atLeast: 5}", other, 1, true},
		{"nodes: {atLeast: 50}", other, 1, true},
		{"nodes: {atLeast: -1}", other, 2, true},
		{"nodes: {atLeast: -1}", "", 2, true},
		{"nodes: {atLeast: 50}", "{", 2, false},
		{"nodes: {atLeast: 5}", "{", 2, false},
	} {
		asked := 0
		server := counting(t, &asked)
		s := newStep(t)
		if out, err := command(program(t), "snapshot", "-o", filepath.Join(s.dir, "cluster.json"), server.URL).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if c.old != "" {
			s.put(t, "cluster.json", c.old)
		}
		s.put(t, "shape.yaml", "rules:\n- {name: a, "+c.rule+"}\n")
		// A merge request cannot make the job ignore what it changes.
		s.put(t, ".bacviz.yaml", "diff: {ignore: [nodes, orchestrators]}\n")
		shell := []string{"bash", "sh"}[i%2]
		status := s.gitLabJob(t, shell, filepath.Dir(program(t)), "exit 0", "BACALHAU_URL="+server.URL)
		if check := readAll(t, filepath.Join(s.dir, "check.xml")); c.status == 2 && strings.Contains(c.rule, "-1") && !strings.Contains(check, "<error message=\"shape.yaml:2:") {
			t.Errorf("%+v: the report does not say why: %s", c, check)
		}
		if status != c.status || asked != 2 { // the first was ours
			t.Errorf("%+v: status %d, asked %d times", c, status, asked)
		}
		for _, name := range []string{"changes.svg", "changes.md"} {
			if _, err := os.Stat(filepath.Join(s.dir, name)); (err == nil) != c.changes {
				t.Errorf("%+v: %s: %v", c, name, err)
			}
		}
	}
}

// Whatever cannot be done ends the job with 2, and never with the 1 of a broken rule. The
// report says why the network could not be read.
func TestGitLabExampleEndsWithTwoWhereItCannotCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, goCommand, bacviz string // what the programs do
		status                  int
	}{
		{"an outage", "exit 0", "", 2},
		{"an outage that is over when the report is written", "exit 0", `case $1 in (snapshot) exit 1 ;; (check) exit 1 ;; esac`, 2},
		{"no program", "exit 1", "", 2},
		{"a snapshot that cannot be written", "exit 0", `case $* in (snapshot*loaded.json) exit 1 ;; esac`, 2},
		{"a check that was killed", "exit 0", `case $1 in (check) exit 137 ;; esac`, 2},
		{"a picture that cannot be drawn", "exit 0", `case $* in (*changes.svg*) exit 1 ;; esac`, 0},
	} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		bin, url := filepath.Dir(program(t)), refused(t)
		if c.bacviz != "" {
			bin, url = t.TempDir(), "nodes.json"
			standIn(t, bin, "bacviz", c.bacviz+"\nexec '"+program(t)+`' "$@"`)
		}
		if out, err := command(program(t), "snapshot", "-o", filepath.Join(s.dir, "cluster.json"), filepath.Join(s.dir, "nodes.json")).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if status := s.gitLabJob(t, "bash", bin, c.goCommand, "BACALHAU_URL="+url); status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, status, c.status)
		}
		if c.name != "an outage" {
			continue
		}
		if report := readAll(t, filepath.Join(s.dir, "check.xml")); !strings.Contains(report, "connection refused") {
			t.Errorf("the report does not say why: %s", report)
		}
	}
}
