//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A step runs one of the action's scripts as a runner would.
type step struct {
	dir, summary, output, path, temp string
	env                              []string
}

func newStep(t *testing.T) *step {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("this system has no bash")
	}
	dir := t.TempDir()
	s := &step{filepath.Join(dir, "work"), filepath.Join(dir, "summary"), filepath.Join(dir, "output"), filepath.Join(dir, "path"), filepath.Join(dir, "temp"), nil}
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

// run runs a script with the bacviz, or whatever else, of a folder in PATH.
func (s *step) run(t *testing.T, script, bin string, env ...string) (status int, stdout string) {
	t.Helper()
	script, err := filepath.Abs(filepath.Join("../../.github/action", script))
	if err != nil {
		t.Fatal(err)
	}
	cmd := command("bash", script)
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
	t.Logf("%s%s", out, &stderr)
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

func TestActionTellsTheVerdictFirst(t *testing.T) {
	for _, c := range []struct {
		atLeast, status int
		source          string
		summary, output string
		stdout          string
	}{
		{5, 0, "nodes.json", "## ✅ There is no older shape to compare with, and the rules hold.\n\n### Rules\n\n```text\nholds    enough: 12", "changed=unknown\nholds=true\nfolder=", "There is no older"},
		{50, 1, "nodes.json", "## ❌ There is no older shape to compare with, and a rule is broken.\n", "changed=unknown\nholds=false\nfolder=", "::error file=shape.yaml,line=2,col=3,title=enough::"},
		{5, 2, "gone.json", "## ⚠️ There is no telling: the network cannot be read.\n", "changed=unknown\nholds=unknown\nfolder=", "::error title=bacviz::There is no telling"},
		{-1, 2, "nodes.json", "## ⚠️ There is no telling: the rules cannot be checked.\n", "holds=unknown", "::error title=bacviz::"},
	} {
		s := newStep(t)
		demoAndRules(t, s, c.atLeast)
		status, stdout := s.run(t, "run.sh", filepath.Dir(program()), "BACVIZ_SOURCE="+c.source, "BACVIZ_RULES=shape.yaml")
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
					t.Errorf("artefact %s: %v", name, err)
				}
			}
		}
	}
}

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
	if help, err := command(program(), "diff", "--help").Output(); err != nil || !strings.Contains(string(help), "--exit-code") {
		t.Skip("this build has no diff")
	}
	s := newStep(t)
	demoAndRules(t, s, 5)
	origin := filepath.Join(filepath.Dir(s.dir), "origin")
	if err := os.Mkdir(origin, 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, origin, "init", "-q", "-b", "main")
	take := func(path, source string) {
		t.Helper()
		if out, err := command(program(), "snapshot", "-o", path, source).CombinedOutput(); err != nil {
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
	if status, _ := s.run(t, "run.sh", filepath.Dir(program()), env...); status != 0 || !strings.HasPrefix(readAll(t, s.summary), "## ✅ The shape is the same, and the rules hold.\n") {
		t.Errorf("status %d: %s", status, readAll(t, s.summary))
	}
	text := strings.Replace(readAll(t, filepath.Join(s.dir, "cluster.json")), `"eu-west-1"`, `"mars-1"`, 1)
	s.put(t, "cluster.json", text)
	s.put(t, s.summary, "")
	status, _ := s.run(t, "run.sh", filepath.Dir(program()), env...)
	if got := readAll(t, s.summary); status != 1 || !strings.HasPrefix(got, "## ❌ The shape changed, and the rules hold.\n") || !strings.Contains(got, "### Changes\n") || !strings.Contains(got, "mars-1") {
		t.Errorf("status %d: %s", status, got)
	}
	if status, _ := s.run(t, "run.sh", filepath.Dir(program()), "BACVIZ_BASE=gone"); status != 2 {
		t.Errorf("a branch that is not there: status %d", status)
	}
}

// A summary over 1,024 KiB would be dropped as a whole.
func TestActionKeepsItsSummaryShort(t *testing.T) {
	s := newStep(t)
	demoAndRules(t, s, 5)
	s.put(t, "cluster.json", "{}")
	s.put(t, s.summary, "from before\n")
	bin := t.TempDir()
	stub := "#!/usr/bin/env bash\n" +
		`if [[ $1 != diff ]]; then exec ` + program() + ` "$@"; fi` + "\n" +
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
	if !strings.HasPrefix(got, "from before\n## ✅ The shape changed.\n") || !regexp.MustCompile("node\n```\n\n\\*\\*Cut:\\*\\* this summary shows \\d+ of \\d{7} bytes\\. summary\\.md in the artefact has all of it\\.\n$").MatchString(got) {
		t.Errorf("%s … %s", got[:100], got[len(got)-200:])
	}
}

// What comes from outside is never run.
func TestActionRunsNoInput(t *testing.T) {
	for _, evil := range []string{`$(touch pwned)`, "`touch pwned`", `x"; touch pwned; "`, `'; touch pwned; '`, "--output=pwned", "a\nb=c", "*"} {
		s := newStep(t)
		for _, name := range []string{"SOURCE", "SNAPSHOT", "BASE", "RULES", "FAIL_ON_CHANGE"} {
			s.run(t, "run.sh", filepath.Dir(program()), "BACVIZ_SOURCE=gone.json", "BACVIZ_"+name+"="+evil)
		}
		s.run(t, "install.sh", filepath.Dir(program()), "BACVIZ_VERSION="+evil)
		if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
			t.Errorf("%q left %v behind (%v)", evil, entries, err)
		}
		if strings.Contains(readAll(t, s.output), evil) {
			t.Errorf("%q is in the outputs", evil)
		}
	}
}

// The action installs one version, which cannot move, and has it checked.
func TestActionInstallsWhatIsPinned(t *testing.T) {
	bin := t.TempDir()
	stub := "#!/usr/bin/env bash\n" + `printf '%s\n' "$*" "$GOSUMDB$GONOSUMDB$GOINSECURE$GOPRIVATE$GOFLAGS" >"$RUNNER_TEMP/asked"; cp "$BACVIZ" "$GOBIN/bacviz"` + "\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(stub), 0o755); err != nil {
		t.Fatal(err)
	}
	commit := strings.Repeat("0a", 20)
	for version, ok := range map[string]bool{
		"v1.2.3": true, "v1.2.3-rc.1": true, commit: true,
		"": false, "latest": false, "main": false, "v1": false, "v1.2": false, commit[:12]: false, "v1.2.3 -x": false, "v1.2.3\nx": false,
	} {
		s := newStep(t)
		status, _ := s.run(t, "install.sh", bin, "BACVIZ_VERSION=", "BACVIZ_ACTION_REF="+version, "BACVIZ="+program(),
			"GOSUMDB=off", "GONOSUMDB=*", "GOINSECURE=*", "GOPRIVATE=*", "GOFLAGS=-insecure")
		asked, err := os.ReadFile(filepath.Join(s.temp, "asked"))
		if want := "install github.com/bacviz/bacviz/cmd/bacviz@" + version + "\nsum.golang.org\n"; ok && (status != 0 || string(asked) != want || readAll(t, s.path) != s.temp+"/bacviz-bin\n") {
			t.Errorf("%q: status %d, asked %q", version, status, asked)
		}
		if !ok && (status != 2 || err == nil) {
			t.Errorf("%q: status %d, asked %q", version, status, asked)
		}
	}
}

// Expressions stay out of what shells run, and other actions are named by commit.
func TestActionFilesAreCareful(t *testing.T) {
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
