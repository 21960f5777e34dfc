//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster/snapshot"
)

// Neither the summary nor the log nor the folder of results names a node of a source that is
// redacted; rules select by the originals, and a snapshot with the same key compares.
func TestActionRedactsTheSource(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdefghij"
	s := newStep(t)
	demoAndRules(t, s, 5)
	s.put(t, "shape.yaml", "rules:\n- {name: some, select: region=eu-west-1, nodes: {atLeast: 1}}\n- {name: none waits, pending: 0}\n- {name: alike, versions: {withinMinors: 0}}\n")
	redacted := command(program(t), "snapshot", "--redact", "-o", filepath.Join(s.dir, "cluster.json"), filepath.Join(s.dir, "nodes.json"))
	redacted.Env = append(redacted.Env, redactKeyVar+"="+key)
	if out, err := redacted.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	env := []string{"BACVIZ_SOURCE=nodes.json", "BACVIZ_RULES=shape.yaml", "BACVIZ_REDACT=true", "BACVIZ_KEY=" + key}
	status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
	if status > 1 || !strings.Contains(readAll(t, s.output), "changed=false\n") {
		t.Errorf("status %d: %s", status, readAll(t, s.summary))
	}
	shown := s.namesNobody(t, stdout, append(demoNames(t), "eu-west-1"))
	if !strings.Contains(shown["the summary"], "holds    some: ") {
		t.Errorf("a rule selects by the original: %s", shown["the summary"])
	}
}

// A committed snapshot with originals is shown with pseudonyms, whether it is the network
// itself or what that is compared with.
func TestActionRedactsTheCommittedSnapshot(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdefghij"
	for _, source := range []string{"", "nodes.json"} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		out, err := command(program(t), "snapshot", "--demo").Output()
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, "cluster.json", string(out))
		changed := "changed=false\n"
		if source == "" {
			git(t, s.dir, "init", "-q", "-b", "main")
			git(t, s.dir, "add", ".")
			git(t, s.dir, "commit", "-q", "-m", "the network")
			git(t, s.dir, "update-ref", "refs/remotes/origin/main", "main")
			s.put(t, "cluster.json", strings.Replace(string(out), `"eu-west-1"`, `"secret-region"`, 1))
			changed = "changed=true\n"
		}
		env := []string{"BACVIZ_SOURCE=" + source, "BACVIZ_RULES=shape.yaml", "BACVIZ_REDACT=true", "BACVIZ_KEY=" + key}
		if source == "" {
			env = append(env, "BACVIZ_BASE=main")
		}
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
		if status != 0 || !strings.Contains(readAll(t, s.output), changed) {
			t.Errorf("source %q: status %d: %s", source, status, readAll(t, s.summary))
		}
		s.namesNobody(t, stdout, append(demoNames(t), "eu-west-1", "secret-region"))
	}
}

// namesNobody returns what a step shows, by where, and checks that it has none of the names.
func (s *step) namesNobody(t *testing.T, stdout string, names []string) map[string]string {
	t.Helper()
	shown := map[string]string{"the log": stdout + s.stderr, "the summary": readAll(t, s.summary)}
	err := filepath.WalkDir(s.temp, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			shown[filepath.Base(path)] = readAll(t, path)
		}
		return err
	})
	if err != nil || len(shown) < 7 {
		t.Errorf("%v: %d files", err, len(shown))
	}
	for where, text := range shown {
		for _, name := range names {
			if strings.Contains(text, name) {
				t.Errorf("%s holds %q: %s", where, name, text)
				break
			}
		}
	}
	return shown
}

func demoNames(t *testing.T) (names []string) {
	t.Helper()
	out, err := command(program(t), "snapshot", "--demo").Output()
	if err != nil {
		t.Fatal(err)
	}
	snap, err := snapshot.Read(strings.NewReader(string(out)), snapshot.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range snap.Nodes {
		names = append(names, snap.Nodes[i].ID)
	}
	return names
}

// A source that cannot be read, or a key that lacks, gives a reason that names nobody.
func TestActionRedactsReasons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env    []string
		reason string
	}{
		{[]string{"BACVIZ_KEY=0123456789abcdefghij"}, "nodes.json: "},
		{nil, "--redact needs a key"},
		{[]string{"BACVIZ_KEY=short"}, "the key in BACVIZ_REDACT_KEY has 5 bytes"},
		{[]string{"BACVIZ_REDACT=yes"}, `the input "redact" is neither true nor false`},
		{[]string{"BACVIZ_REDACT=false", "BACVIZ_KEY=0123456789abcdefghij"}, `"redact-key" is given without "redact"`},
	} {
		s := newStep(t)
		s.put(t, "nodes.json", `{"Nodes": [{"Info": {"NodeID": "secret-node", "NodeType": "secret-node`)
		env := append([]string{"BACVIZ_SOURCE=nodes.json", "BACVIZ_REDACT=true"}, c.env...)
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
		all := readAll(t, s.summary) + stdout + s.stderr
		if status != 2 || !strings.Contains(readAll(t, s.summary), c.reason) || strings.Contains(all, "secret-node") || strings.Contains(all, "0123456789") {
			t.Errorf("%+v: status %d: %s", c, status, all)
		}
		if left, err := filepath.Glob(filepath.Join(s.temp, "*", ".*")); err != nil || len(left) > 0 {
			t.Errorf("%+v: left behind: %q (%v)", c, left, err)
		}
	}
}

// A report names nobody, and its rules select by the originals.
func TestCheckRedactsItsReport(t *testing.T) {
	t.Setenv(redactKeyVar, "0123456789abcdefghij")
	t.Chdir(t.TempDir())
	const network = `{"bacviz": "snapshot", "version": 1, "orchestrators": ["secret-hub"], "nodes": [
		{"id": "secret-hub", "type": "Requester", "seen": [{"by": "secret-hub"}]},
		{"id": "secret-node", "type": "Compute", "version": "secret-node", "labels": {"zone": "secret-zone"}, "seen": [{"by": "secret-hub", "connection": "CONNECTED", "membership": "PENDING"}]}]}`
	rules := "rules:\n- {name: a, select: zone=secret-zone, pending: 0}\n- {name: b, requesters: 2}\n- {name: c, versions: {withinMinors: 0}}\n"
	for name, text := range map[string]string{"network.json": network, "shape.yaml": rules} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"txt", "json", "junit", "sarif", "github"} {
		args := []string{"check", "network.json", "--rules", "shape.yaml", "-f", format}
		if _, plain, _ := bacviz(t, args...); !strings.Contains(plain, "secret-node") {
			t.Errorf("%s: %s", format, plain)
		}
		status, out, stderr := bacviz(t, append(args, "--redact")...)
		if status != exitNoAnswer || strings.Contains(out+stderr, "secret-") || !strings.Contains(out, "1 pending node") {
			t.Errorf("%s: status %d: %s%s", format, status, out, stderr)
		}
	}
}
