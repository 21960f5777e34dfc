//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %q: %v: %s", args, err, out)
	}
}

// The old shape is the base branch's, not that of the pull request.
func TestActionComparesWithTheBranch(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	origin := filepath.Join(filepath.Dir(s.dir), "origin")
	if err := os.Mkdir(origin, 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, origin, "init", "-q", "-b", "main")
	take := func(path, source string) {
		t.Helper()
		if out, err := command(program(t), "snapshot", "-o", path, source).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	nodes := filepath.Join(s.dir, "nodes.json")
	take(filepath.Join(origin, "cluster.json"), nodes)
	git(t, origin, "add", ".")
	git(t, origin, "commit", "-q", "-m", "the network")
	git(t, s.dir, "init", "-q", "-b", "change")
	git(t, s.dir, "remote", "add", "origin", origin)
	take(filepath.Join(s.dir, "cluster.json"), nodes)

	env := []string{"BACVIZ_BASE=main", "BACVIZ_RULES=shape.yaml", "BACVIZ_FAIL_ON_CHANGE=true"}
	if status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), env...); status != 0 || !strings.HasPrefix(readAll(t, s.summary), "## ✅ The shape is the same, and the rules hold.\n") {
		t.Errorf("status %d: %s", status, readAll(t, s.summary))
	}
	text := strings.Replace(readAll(t, filepath.Join(s.dir, "cluster.json")), `"eu-west-1"`, `"mars-1"`, 1)
	s.put(t, "cluster.json", text)
	s.put(t, s.summary, "")
	status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
	if got := readAll(t, s.summary); status != 1 || !strings.HasPrefix(got, "## ❌ The shape changed, and the rules hold.\n") || !strings.Contains(got, "mars-1") ||
		!strings.Contains(got, "### Changes\n\n```mermaid\n") || !strings.Contains(got, "<br/>changed") || !strings.Contains(got, "From `old.json` to `cluster.json`.") {
		t.Errorf("status %d: %s", status, got)
	}
	if status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_BASE=gone"); status != 2 {
		t.Errorf("a branch that is not there: status %d", status)
	}

	// There is no older snapshot only if the branch does not have the path.
	s.put(t, filepath.Join(origin, "empty.json"), "")
	if err := os.Mkdir(filepath.Join(origin, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.put(t, filepath.Join(origin, "folder", "a.json"), "")
	git(t, origin, "add", ".")
	git(t, origin, "commit", "-q", "-m", "an empty file")
	git(t, s.dir, "fetch", "-q", "origin")
	for _, c := range []struct {
		snapshot string
		status   int
		verdict  string
	}{
		{filepath.Join(s.dir, "cluster.json"), 1, "## ❌ The shape changed."},
		{"new.json", 0, "## ✅ There is no earlier snapshot to compare with."},
		{"empty.json", 2, "## ⚠️ Could not check: the committed snapshot (old.json) and the present one (cluster.json) could not be compared."},
		{"folder", 2, "## ⚠️ Could not check: the base branch's snapshot could not be read."},
		{".", 2, `## ⚠️ Could not check: the input "snapshot" is not the path of a file in the repository.`},
		{"../cluster.json", 2, `## ⚠️ Could not check: the input "snapshot" is not the path of a file in the repository.`},
		{filepath.Join(origin, "cluster.json"), 2, `## ⚠️ Could not check: the input "snapshot" is not the path of a file in the repository.`},
	} {
		s.put(t, s.summary, "")
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_BASE=main", "BACVIZ_SOURCE=cluster.json", "BACVIZ_FAIL_ON_CHANGE=true", "BACVIZ_SNAPSHOT="+c.snapshot)
		if got := readAll(t, s.summary); status != c.status || !strings.HasPrefix(got, c.verdict+"\n") {
			t.Errorf("%s: status %d: %s%s", c.snapshot, status, stdout, got)
		}
	}
}

// The same holds for a snapshot that is checked out.
func TestActionReadsTheCommittedSnapshot(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"cluster.json": 2, "gone.json": 0} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		s.put(t, "cluster.json", "")
		if status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "BACVIZ_SNAPSHOT="+name); status != want {
			t.Errorf("%s: status %d: %s", name, status, stdout)
		}
	}
}

// GitHub drops a summary of more than 1,024 KiB.
func TestActionKeepsItsSummaryShort(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	s.put(t, "cluster.json", "{}")
	s.put(t, s.summary, "from before\n")
	bin := t.TempDir()
	stub := "#!/usr/bin/env bash\n" +
		`if [[ $1 != diff ]]; then exec ` + program(t) + ` "$@"; fi` + "\n" +
		`out=; while (($#)); do if [[ $1 == -o ]]; then out=$2; fi; shift; done` + "\n" +
		`{ printf '%s\n' '` + "```diff'" + `; yes '+ émigré node' | head -n 200000; } >"$out"; exit 1` + "\n"
	if err := os.WriteFile(filepath.Join(bin, "bacviz"), []byte(stub), 0o755); err != nil {
		t.Fatal(err)
	}
	status, _ := s.run(t, "run.sh", bin, "BACVIZ_SOURCE=nodes.json")
	got := readAll(t, s.summary)
	if status != 0 || len(got) > 1024*1024 || len(got) < 900*1024 || !utf8.ValidString(got) {
		t.Errorf("status %d, %d bytes", status, len(got))
	}
	if !strings.HasPrefix(got, "from before\n## ✅ The shape changed.\n") || !regexp.MustCompile("node\n```\n\n\\*\\*Cut:\\*\\* this summary shows \\d+ of \\d{7} bytes\\. summary\\.md in the folder of results has all of it\\.\n$").MatchString(got) {
		t.Errorf("%s … %s", got[:100], got[len(got)-200:])
	}

	// A full summary loses nothing if one more line is added.
	full := strings.Repeat("from before\n", 87300)
	s.put(t, s.summary, full)
	_, stdout := s.run(t, "run.sh", bin, "BACVIZ_SOURCE=nodes.json")
	if readAll(t, s.summary) != full || !strings.Contains(stdout, "::warning title=bacviz::The job summary is full") {
		t.Errorf("%d bytes where there were %d", len(readAll(t, s.summary)), len(full))
	}
}

func TestActionKeepsALargeDifferenceShort(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 1000, Hubs: 3})
	for name, version := range map[string]string{"cluster.json": "v1.9.3", "new.json": "v1.9.4"} {
		for i := range snap.Nodes {
			snap.Nodes[i].Labels = map[string]string{"note": strings.Repeat(version+" ", 100)}
		}
		var text bytes.Buffer
		if err := snapshot.Write(t.Context(), &text, snap, snapshot.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		s.put(t, name, text.String())
	}
	status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=new.json")
	got := readAll(t, s.summary)
	if status != 0 || len(got) > 1024*1024 || !strings.HasPrefix(got, "## ✅ The shape changed.\n") || !strings.Contains(got, "**1003 nodes changed; 1003 nodes now**") || !strings.Contains(got, "\n**Cut:** ") {
		t.Errorf("status %d, %d bytes: %s", status, len(got), got[:min(len(got), 2000)])
	}
}
