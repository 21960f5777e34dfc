//go:build unix

package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// A step runs one of the action's scripts as a runner would.
type step struct {
	dir, summary, output, path, temp string
	stderr                           string // of the last run
}

func newStep(t *testing.T) *step {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		skip(t, "this system has no bash")
	}
	dir := t.TempDir()
	s := &step{filepath.Join(dir, "work"), filepath.Join(dir, "summary"), filepath.Join(dir, "output"), filepath.Join(dir, "path"), filepath.Join(dir, "temp"), ""}
	for _, d := range []string{s.dir, s.temp} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{s.summary, s.output, s.path} { // as the runner makes them
		s.put(t, f, "")
	}
	return s
}

func (s *step) put(t *testing.T, path, text string) {
	t.Helper()
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.dir, path)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run runs a script with a folder in PATH that holds bacviz, or a stand-in for it. The
// action's own run in sh, and others as a runner runs the text of a step.
func (s *step) run(t *testing.T, script, bin string, env ...string) (status int, stdout string) {
	t.Helper()
	if filepath.IsAbs(script) {
		return s.runIn(t, []string{"bash", "-eo", "pipefail"}, script, bin, env...)
	}
	return s.runIn(t, []string{"sh"}, script, bin, env...)
}

// runIn is run in the shell of a command line.
func (s *step) runIn(t *testing.T, shell []string, script, bin string, env ...string) (status int, stdout string) {
	t.Helper()
	if !filepath.IsAbs(script) {
		abs, err := filepath.Abs(filepath.Join("../../.github/action", script))
		if err != nil {
			t.Fatal(err)
		}
		script = abs
	}
	cmd := command(shell[0], append(shell[1:len(shell):len(shell)], script)...)
	cmd.Dir = s.dir
	cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GITHUB_STEP_SUMMARY="+s.summary, "GITHUB_OUTPUT="+s.output, "GITHUB_PATH="+s.path, "RUNNER_TEMP="+s.temp,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	cmd.Env = append(cmd.Env, env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	s.stderr = stderr.String()
	t.Logf("%s%s", out, s.stderr)
	return cmd.ProcessState.ExitCode(), string(out)
}

func readAll(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func demoAndRules(t *testing.T, s *step, atLeast int) {
	s.put(t, "nodes.json", readAll(t, "../../examples/demo.json"))
	s.put(t, "shape.yaml", fmt.Sprintf("rules:\n- {name: enough, nodes: {atLeast: %d}}\n", atLeast))
}

func TestActionBeginsWithTheVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		atLeast, status int
		source          string
		summary, output string
		stdout          string
	}{
		{5, 0, "nodes.json", "## ✅ There is no earlier snapshot to compare with, and the rules hold.\n\n### Rules\n\n```text\nholds    enough: 12", "changed=unknown\nholds=true\nfolder=", "There is no earlier"},
		{50, 1, "nodes.json", "## ❌ There is no earlier snapshot to compare with, and a rule is broken.\n", "changed=unknown\nholds=false\nfolder=", "::error file=shape.yaml,line=2,col=3,title=enough::"},
		{5, 2, "gone.json", "## ⚠️ Could not check: the network could not be read.\n", "changed=unknown\nholds=unknown\nfolder=", "::error title=bacviz::Could not check"},
		{-1, 2, "nodes.json", "## ⚠️ Could not check: the rules could not be evaluated.\n", "holds=unknown", "::error title=bacviz::"},
	} {
		s := newStep(t)
		demoAndRules(t, s, c.atLeast)
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE="+c.source, "BACVIZ_RULES=shape.yaml")
		summary, output := readAll(t, s.summary), readAll(t, s.output)
		if status != c.status || !strings.HasPrefix(summary, c.summary) || !strings.Contains(output, c.output) || !strings.Contains(stdout, c.stdout) {
			t.Errorf("%+v: status %d\n%s\n%s", c, status, summary, output)
		}
		if c.source == "nodes.json" && !strings.Contains(summary, "\n```mermaid\n---\ntitle: ") {
			t.Errorf("no diagram:\n%s", summary)
		}
		folder := regexp.MustCompile(`folder=(.*)\n`).FindStringSubmatch(output)
		if folder == nil || !strings.HasPrefix(folder[1], s.temp) {
			t.Fatalf("outputs %q", output)
		}
		if status < 2 {
			for _, name := range []string{"cluster.json", "topology.svg", "topology.mmd", "check.txt", "summary.md"} {
				if info, err := os.Stat(filepath.Join(folder[1], name)); err != nil || info.Size() == 0 {
					t.Errorf("the folder lacks %s: %v", name, err)
				}
			}
		}
	}
}

// The summary and the annotation tell an outage, a wrong key, a missing and a truncated
// snapshot, wrong rules and a missing branch apart.
func TestActionSaysWhyItCouldNotCheck(t *testing.T) {
	t.Parallel()
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"Message": "missing Authorization header"}`, http.StatusUnauthorized)
	}))
	t.Cleanup(locked.Close)
	for _, c := range []struct{ name, value, reason string }{
		{"SOURCE", refused(t), "bacviz: error: listing nodes: http://127.0.0.1:"},
		{"SOURCE", refused(t), ": connection refused"},
		{"SOURCE", locked.URL, ": 401 Unauthorized: "},
		{"SOURCE", "gone.json", "gone.json: no such file"},
		{"SOURCE", "cut.json", "cut.json: line 1, column 33: unexpected end of the file"},
		{"SNAPSHOT", "cut.json", "old.json: line 1, column 33: unexpected end of the file"},
		{"RULES", "bad.yaml", `bad.yaml:3:3: unknown field "node"`},
		{"BASE", "gone", "git: fatal: "},
	} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		s.put(t, "cut.json", `{"bacviz": "snapshot", "version"`)
		s.put(t, "bad.yaml", "rules:\n- name: a\n  node: 5\n")
		env := []string{"BACVIZ_SOURCE=nodes.json", "BACVIZ_RULES=shape.yaml", "BACVIZ_" + c.name + "=" + c.value}
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
		summary := readAll(t, s.summary)
		reason := regexp.MustCompile("(?s)\n### Reason\n\n```text\n(.*?)\n```\n").FindStringSubmatch(summary)
		annotation := regexp.MustCompile("::error title=bacviz::Could not check: .*").FindString(stdout)
		if status != 2 || reason == nil || !strings.Contains(reason[1], c.reason) || !strings.Contains(annotation, c.reason) {
			t.Errorf("%+v: status %d: %s\n%s", c, status, annotation, summary)
		}
		if left, err := filepath.Glob(filepath.Join(s.temp, "*", ".*")); err != nil || len(left) > 0 {
			t.Errorf("%+v: left behind: %q (%v)", c, left, err)
		}
	}
}

// A reason holds texts from outside, which stay in their fence.
func TestActionKeepsAReasonInItsFence(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	bin := t.TempDir()
	s.put(t, filepath.Join(bin, "bacviz"), "#!/usr/bin/env bash\n"+`printf 'bacviz: error: a\r%s\n%s\n::error::100%%\n' '~~~' '`+"```"+`' >&2; exit 1`+"\n")
	if err := os.Chmod(filepath.Join(bin, "bacviz"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, stdout := s.run(t, "run.sh", bin, "BACVIZ_SOURCE=nodes.json")
	const lines = "bacviz: error: a\nbacviz: ~~~\nbacviz: ```\nbacviz: ::error::100%"
	got := readAll(t, s.summary)
	if _, after, found := strings.Cut(got, "\n### Reason\n\n```text\n"+lines+"\n```\n\n"); !found || !strings.HasPrefix(after, "### What to do\n") || strings.Contains(after, "~~~") || strings.Contains(after, "::error") {
		t.Errorf("%s", got)
	}
	want := "::error title=bacviz::Could not check: the network could not be read.%0A" + strings.NewReplacer("%", "%25", "\n", "%0A").Replace(lines)
	if got := strings.TrimSpace(heard(stdout)); got != want {
		t.Errorf("the runner hears %q, want %q", got, want)
	}
}

// counting serves a network, and counts how often its list is asked for.
func counting(t *testing.T, asked *int) *httptest.Server {
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 6})[0]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == clustertest.PathAgent {
			_ = clustertest.WriteAgent(w, list, "v1.9.3") // the client may have gone
			return
		}
		*asked++
		_ = clustertest.WriteList(w, list, "v1.9.3") // the same
	}))
	t.Cleanup(server.Close)
	return server
}

// The orchestrator is asked once, so that the snapshot, the changes and the rules are
// of one moment; rules can use its load nevertheless.
func TestActionAsksOnce(t *testing.T) {
	t.Parallel()
	asked := 0
	server := counting(t, &asked)
	s := newStep(t)
	s.put(t, "shape.yaml", "rules:\n- {name: room, state: connected, free: {cpu: 0.5}}\n")
	status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE="+server.URL, "BACVIZ_RULES=shape.yaml")
	if status != 0 || asked != 1 || !strings.Contains(readAll(t, s.summary), "holds    room: 6 connected compute nodes: ") {
		t.Errorf("status %d, asked %d times: %s", status, asked, readAll(t, s.summary))
	}
	if left, err := filepath.Glob(filepath.Join(s.temp, "*", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q (%v)", left, err)
	}
}

// heard returns the lines in which the runner looks for commands.
func heard(stdout string) string {
	return regexp.MustCompile(`(?s)::stop-commands::([0-9a-f]{32})\n.*?::([0-9a-f]{32})::\n`).ReplaceAllString(stdout, "")
}

// Texts from the network in a line of the log are no commands to the runner, which
// looks for some kinds of commands anywhere in a line.
func TestActionLogHoldsNoForeignCommands(t *testing.T) {
	t.Parallel()
	const evil = "##[set-output name=changed]false"
	for name, text := range map[string]string{"SOURCE": evil, "RULES": "rules:\n- {name: a, nodes: '" + evil + "'}\n"} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		s.put(t, "evil", text)
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "BACVIZ_RULES=shape.yaml", "BACVIZ_"+name+"=evil")
		if status != 2 || !strings.Contains(stdout, evil) {
			t.Fatalf("status %d, and the words are not told", status)
		}
		if heard := heard(stdout) + s.stderr; strings.Contains(heard, "##[") {
			t.Errorf("%s: the runner hears %q", name, heard)
		}
	}
}

// A message about the snapshot holds texts from the network too, in any step.
func TestActionSaysPlainlyWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	bin := t.TempDir()
	stub := "#!/usr/bin/env bash\n" + `if [[ $* == snapshot\ -o* ]]; then echo "##[evil]"; exit 1; fi; exec ` + program(t) + ` "$@"` + "\n"
	s.put(t, filepath.Join(bin, "bacviz"), stub)
	if err := os.Chmod(filepath.Join(bin, "bacviz"), 0o755); err != nil {
		t.Fatal(err)
	}
	status, stdout := s.run(t, "run.sh", bin, "BACVIZ_SOURCE=nodes.json")
	if status != 2 || !strings.Contains(stdout, "##[evil]") || strings.Contains(heard(stdout)+s.stderr, "##[evil]") {
		t.Errorf("status %d: %s", status, stdout)
	}
}

func TestActionKnowsTrueAndFalse(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "BACVIZ_FAIL_ON_CHANGE=yes")
	if got := readAll(t, s.summary); status != 2 || !strings.Contains(got, `"fail-on-change" is neither true nor false`) {
		t.Errorf("status %d: %s", status, got)
	}
}

// Text from outside is never run.
func TestActionRunsNoInput(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{`$(touch pwned)`, "`touch pwned`", `x"; touch pwned; "`, `'; touch pwned; '`, "--output=pwned", "a\nb=c", "*"} {
		s := newStep(t)
		for _, name := range []string{"SOURCE", "SNAPSHOT", "BASE", "RULES", "FAIL_ON_CHANGE", "REDACT", "KEY"} {
			s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=gone.json", "BACVIZ_"+name+"="+evil)
		}
		s.run(t, "install.sh", filepath.Dir(program(t)), "BACVIZ_VERSION="+evil)
		if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
			t.Errorf("%q left %v behind (%v)", evil, entries, err)
		}
		if strings.Contains(readAll(t, s.output), evil) {
			t.Errorf("%q is in the outputs", evil)
		}
	}
}

// Scripts contain no expressions, and other actions are named by commit.
func TestActionFilesAreCareful(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../../action.yml", "../../examples/github-workflow.yml", "../../examples/gitlab-ci.yml"} {
		text := readAll(t, file)
		var doc any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				if run, ok := v["run"].(string); ok && strings.Contains(run, "${{") {
					t.Errorf("%s runs %q", file, run)
				}
				if uses, ok := v["uses"].(string); ok && !strings.HasPrefix(uses, "bacviz/bacviz@v") && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(uses) {
					t.Errorf("%s uses %s", file, uses)
				}
				for _, w := range v {
					walk(w)
				}
			case []any:
				for _, w := range v {
					walk(w)
				}
			}
		}
		walk(doc)
		if strings.Contains(text, "pull_request_target") {
			t.Errorf("%s runs a stranger's change with the secrets", file)
		}
	}
}
