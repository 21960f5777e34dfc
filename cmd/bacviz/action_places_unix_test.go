//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The scripts run in any POSIX shell: Bash 3.2 of macOS, busybox of Alpine's images, and
// dash of Debian have little more than that in common.
func TestActionRunsInEveryShell(t *testing.T) {
	t.Parallel()
	shells := [][]string{{"env", "BASH_COMPAT=3.2", "bash"}, {"bash", "--posix"}, {"dash"}, {"busybox", "sh"}}
	if runtime.GOOS == "darwin" {
		shells = [][]string{{"/bin/bash"}, {"/bin/sh"}} // of version 3.2
	}
	const old = `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [{"id": "o", "type": "Requester", "seen": [{"by": "o"}]}]}`
	for _, shell := range shells {
		if _, err := exec.LookPath(shell[0]); err != nil {
			skip(t, "this system has no "+shell[0])
		}
		s := newStep(t)
		if status, _ := s.runIn(t, shell, "install.sh", filepath.Dir(program(t))); status != 0 {
			t.Errorf("%q installs with %d: %s", shell, status, s.stderr)
		}
		demoAndRules(t, s, 50)
		s.put(t, "cluster.json", old)
		status, _ := s.runIn(t, shell, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "BACVIZ_RULES=shape.yaml")
		got := readAll(t, s.summary)
		if status != 1 || s.stderr != "" || !strings.HasPrefix(got, "## ❌ The shape changed, and a rule is broken.\n\n### Rules\n\n```text\nbroken   enough: ") || !strings.Contains(got, "### Changes\n\n```mermaid\n") {
			t.Errorf("%q: status %d: %s%s", shell, status, s.stderr, got)
		}
		s.put(t, s.summary, "")
		status, stdout := s.runIn(t, shell, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=gone.json", "BACVIZ_REDACT=true", "BACVIZ_KEY=0123456789abcdefghij")
		const want = "## ⚠️ Could not check: the network could not be read.\n\n### Reason\n\n```text\nbacviz: error: reading nodes: gone.json: no such file\n"
		if got := readAll(t, s.summary); status != 2 || s.stderr != "" || !strings.HasPrefix(got, want) || !strings.Contains(stdout, "could not be read.%0Abacviz: error: ") {
			t.Errorf("%q: status %d: %s%s%s", shell, status, stdout, s.stderr, got)
		}
	}
}

// No line of the scripts, run or not, needs more than POSIX has.
func TestActionScriptsArePOSIX(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("shellcheck"); err != nil {
		skip(t, "this system has no shellcheck")
	}
	out, err := exec.Command("shellcheck", "--shell=sh", "--severity=warning", "../../.github/action/run.sh", "../../.github/action/install.sh").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// unopened returns the first line of a script with a parenthesis that closes and was not opened
// outside of comments and single quotes; 0 if there is none. That of a case pattern is one.
func unopened(script string) int {
	open := 0
	var quote rune
	before := '\n'
	for n, line := range strings.Split(script, "\n") {
		for _, c := range line + "\n" {
			switch {
			case before == '\\' && quote != '\'':
				c = ' ' // it is escaped
			case quote == 0 && c == '#' && strings.ContainsRune(" \n", before):
				quote = c
			case quote == '#' && c == '\n', quote == c && c != '#':
				quote = 0
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case quote != '\'' && quote != '#' && c == '(':
				open++
			case quote != '\'' && quote != '#' && c == ')':
				open--
			}
			before = c
		}
		if open < 0 {
			return n + 1
		}
	}
	return 0
}

// Each pattern of a case has its opening parenthesis. Within $(…), Bash 3.2, which macOS has, takes
// the closing one alone for the end of the substitution; no later shell tells. It is simpler to
// hold everywhere.
func TestActionPatternsHaveBothParentheses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"run.sh", "install.sh"} {
		script := readAll(t, "../../.github/action/"+name)
		if n := unopened(script); n > 0 {
			t.Errorf("%s:%d: a pattern without its (", name, n)
		}
		if n := unopened(strings.Replace(script, "(*)", "*)", 1)); n == 0 {
			t.Errorf("%s: a pattern without its ( is not found", name)
		}
	}
}

// A summary says why a network could not be read, and how that is mended.
func TestActionSaysHowToMendIt(t *testing.T) {
	t.Parallel()
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"Message": "missing Authorization header"}`, http.StatusUnauthorized)
	}))
	t.Cleanup(locked.Close)
	outage := refused(t)
	reason := func(lines string) string { return "### Reason\n\n```text\n" + lines + "\n```\n\n" }
	todo := func(text, command string) string {
		return "### What to do\n\n" + text + "\n\n```sh\n" + command + "\n```\n\n"
	}
	const unread = "## ⚠️ Could not check: the network could not be read.\n\n"
	const (
		noCheckout = "## ⚠️ Could not check: git finds no checkout in the working directory.\n\n"
		take       = "If the file is committed, set the input `directory` to the `path` of actions/checkout. Otherwise, take a snapshot of the network, and commit it:"
	)
	gitless := t.TempDir()
	for _, name := range []string{"awk", "cat", "mktemp", "od", "rm", "sed", "sh", "tr", "wc"} {
		path, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(path, filepath.Join(gitless, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		env  []string
		want string
	}{
		"no snapshot": {
			nil,
			"## ⚠️ Could not check: there is no snapshot to look at, and the input \"source\" names no orchestrator.\n\n" + todo(take, "bacviz snapshot URL -o cluster.json"),
		},
		"no snapshot in a folder": {
			[]string{"BACVIZ_SNAPSHOT=infra/net.json"},
			"## ⚠️ Could not check: there is no snapshot to look at, and the input \"source\" names no orchestrator.\n\n" + todo(take, "bacviz snapshot URL -o infra/net.json"),
		},
		"a path that a shell would run": {
			[]string{"BACVIZ_SNAPSHOT=$(touch x).json"},
			"## ⚠️ Could not check: there is no snapshot to look at, and the input \"source\" names no orchestrator.\n\n" + todo(take, "bacviz snapshot URL -o cluster.json"),
		},
		"no such file": {
			[]string{"BACVIZ_SOURCE=net.json"},
			unread + reason("bacviz: error: reading nodes: net.json: no such file\nbacviz: hint: a source is an orchestrator's URL, a file with a node list or a snapshot, or - for standard input") +
				todo(take, "bacviz snapshot URL -o net.json"),
		},
		"an outage": {
			[]string{"BACVIZ_SOURCE=" + outage},
			unread + reason("bacviz: error: listing nodes: "+outage+": connection refused\nbacviz: hint: is the orchestrator running, and is this the port of its API (1234 by default)?") +
				todo("The runner did not reach the orchestrator. This shows whether another machine in the runner's network does; if not, use a runner of your own that is where the orchestrator is.", "bacviz nodes URL"),
		},
		"a wrong key": {
			[]string{"BACVIZ_SOURCE=" + locked.URL},
			unread + reason("bacviz: error: listing nodes: "+locked.URL+": 401 Unauthorized: missing Authorization header\nbacviz: hint: this orchestrator requires credentials: set BACALHAU_API_KEY, or pass --api-key-file") +
				todo("The orchestrator wants a key, or another one. Keep it in a secret of the repository, and give it to the step: `env: {BACALHAU_API_KEY: \"${{ secrets.BACALHAU_API_KEY }}\"}`. This shows whether a key is the right one:", "BACALHAU_API_KEY=… bacviz nodes URL"),
		},
		"no git": {
			[]string{"BACVIZ_BASE=main", "PATH=" + gitless},
			"## ⚠️ Could not check: there is no git, which the input \"base\" needs.\n\n### What to do\n\nInstall git in the image of the container in which the job runs.\n\n",
		},
		"no such branch, in a checkout": {
			[]string{"BACVIZ_BASE=gone", "BACVIZ_DIRECTORY=sub"},
			"## ⚠️ Could not check: the input \"base\" is a branch that the repository does not have.\n\n" +
				reason("git: fatal: couldn't find remote ref refs/heads/gone") +
				"### What to do\n\nName a branch of the repository, without `refs/heads/` or `origin/`.\n\n",
		},
		"no such remote, in a checkout": {
			[]string{"BACVIZ_BASE=main", "BACVIZ_DIRECTORY=unreached"},
			"## ⚠️ Could not check: the base branch could not be fetched.\n\n" +
				reason("git: fatal: 'nowhere' does not appear to be a git repository\ngit: fatal: Could not read from remote repository.\ngit: Please make sure you have the correct access rights\ngit: and the repository exists.") +
				"### What to do\n\nIn a private repository, actions/checkout needs `persist-credentials: true`.\n\n",
		},
		"a checkout in a folder, which the workflow does not name": {
			[]string{"BACVIZ_BASE=main"},
			noCheckout + reason("git: fatal: not a git repository (or any of the parent directories): .git") +
				"### What to do\n\nIf actions/checkout has a `path`, set the input `directory` to it. Otherwise, actions/checkout has to come first.\n\n",
		},
		"no such folder": {
			[]string{"BACVIZ_DIRECTORY=gone"},
			"## ⚠️ Could not check: the input \"directory\" is not a folder of the checkout.\n\n### What to do\n\nName the `path` that actions/checkout has, or a folder in it.\n\n",
		},
	} {
		s := newStep(t)
		for folder, remote := range map[string]string{"sub": ".", "unreached": "nowhere"} {
			git(t, s.dir, "init", "-q", folder)
			git(t, filepath.Join(s.dir, folder), "remote", "add", "origin", remote)
		}
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), c.env...)
		if strings.Contains(heard(stdout)+s.stderr, "\nfatal: ") || strings.HasPrefix(s.stderr, "fatal: ") {
			t.Errorf("%s: git speaks to the runner: %s%s", name, heard(stdout), s.stderr)
		}
		if got := readAll(t, s.summary); status != 2 || got != c.want {
			t.Errorf("%s: status %d:\n%s\nwant\n%s", name, status, got, c.want)
		}
	}
}

// The checkout may be in a subfolder of the workspace, and belong to another user, as it
// does in the container of a job.
func TestActionReadsACheckoutInASubfolderOfAnotherUser(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	checkout := filepath.Join(s.dir, "my checkout")
	if err := os.MkdirAll(filepath.Join(checkout, "infra"), 0o755); err != nil {
		t.Fatal(err)
	}
	take := func(to string) {
		t.Helper()
		if out, err := command(program(t), "snapshot", "-o", filepath.Join(checkout, to), filepath.Join(s.dir, "nodes.json")).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	take("infra/cluster.json")
	s.put(t, filepath.Join(checkout, "infra", "shape.yaml"), "rules:\n- {name: enough, nodes: {atLeast: 50}}\n")
	git(t, checkout, "init", "-q", "-b", "main")
	git(t, checkout, "add", ".")
	git(t, checkout, "commit", "-q", "-m", "the network")
	git(t, checkout, "update-ref", "refs/remotes/origin/main", "main")
	for _, c := range []struct{ directory, prefix string }{{"my checkout", "infra/"}, {"my checkout/infra", ""}, {filepath.Join(checkout, "infra"), ""}} {
		s.put(t, s.summary, "")
		env := []string{
			"BACVIZ_DIRECTORY=" + c.directory, "BACVIZ_BASE=main", "BACVIZ_SNAPSHOT=" + c.prefix + "cluster.json", "BACVIZ_RULES=" + c.prefix + "shape.yaml",
			"GIT_TEST_ASSUME_DIFFERENT_OWNER=1", "HOME=" + s.temp, "GITHUB_WORKSPACE=" + s.dir,
		}
		if out, err := differentOwner(checkout); err == nil {
			t.Fatalf("git reads the checkout of another user: %s", out)
		}
		status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
		got := readAll(t, s.summary)
		if status != 1 || !strings.HasPrefix(got, "## ❌ The shape is the same, and a rule is broken.\n") || !strings.Contains(stdout, "::error file=infra/shape.yaml,line=2,col=3,title=enough::") {
			t.Errorf("%s: status %d: %s%s", c.directory, status, stdout, got)
		}
	}
}

// differentOwner asks git about a repository as if that belonged to another user.
func differentOwner(dir string) ([]byte, error) {
	cmd := exec.Command("git", "-C", dir, "rev-parse", "HEAD")
	cmd.Env = append(os.Environ(), "GIT_TEST_ASSUME_DIFFERENT_OWNER=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	return cmd.CombinedOutput()
}

// Git still has what the user set, beside the owner that it may accept.
func TestActionKeepsTheUsersSettingsOfGit(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	origin := filepath.Join(t.TempDir(), "origin")
	git(t, s.dir, "init", "-q", "-b", "main", origin)
	s.put(t, filepath.Join(origin, "nodes.json"), readAll(t, filepath.Join(s.dir, "nodes.json")))
	git(t, origin, "add", ".")
	git(t, origin, "commit", "-q", "-m", "the network")
	git(t, s.dir, "init", "-q", "-b", "change")
	git(t, s.dir, "remote", "add", "origin", "short:origin")
	own := filepath.Join(t.TempDir(), "gitconfig")
	s.put(t, own, "[url \""+filepath.Dir(origin)+"/\"]\n\tinsteadOf = short:\n")
	env := []string{"BACVIZ_BASE=main", "BACVIZ_SNAPSHOT=nodes.json", "GIT_CONFIG_GLOBAL=" + own}
	if status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), env...); status != 0 || !strings.HasPrefix(readAll(t, s.summary), "## ✅ The shape is the same.\n") {
		t.Errorf("status %d: %s", status, readAll(t, s.summary))
	}
}

// A file of settings that comes with a pull request does not change the verdict, unless the
// workflow names it.
func TestActionPassesOverSettingsOfTheRepository(t *testing.T) {
	t.Parallel()
	const old = `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [{"id": "o", "type": "Requester", "seen": [{"by": "o"}]}]}`
	for config, changed := range map[string]string{"": "true", ".bacviz.yaml": "false"} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		s.put(t, "cluster.json", old)
		s.put(t, "nodes.json", strings.Replace(old, `"Requester"`, `"Requester", "version": "v1.9.3"`, 1))
		s.put(t, ".bacviz.yaml", "diff: {ignore: version}\n")
		s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "BACVIZ_CONFIG="+config)
		if got := readAll(t, s.output); !strings.HasPrefix(got, "changed="+changed+"\n") {
			t.Errorf("BACVIZ_CONFIG=%s: %s%s", config, got, readAll(t, s.summary))
		}
	}
}

// A runner without job summaries, as that of Gitea, has the whole page in its log, and no
// line of it is a command.
func TestActionWritesToTheLogWithoutSummaries(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	demoAndRules(t, s, 5)
	status, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "GITHUB_STEP_SUMMARY=")
	const page = "\n## ✅ There is no earlier snapshot to compare with.\n\n### Network\n\n```mermaid\n"
	if status != 0 || !strings.Contains(stdout, page) || strings.Contains(heard(stdout), "```") {
		t.Errorf("status %d: %s", status, stdout)
	}
}

// The load is asked for in case a rule needs it. So a snapshot without it is worth a word
// only if one does.
func TestActionSaysNothingOfALoadThatNoRuleNeeds(t *testing.T) {
	t.Parallel()
	for redact, key := range map[string]string{"false": "", "true": "0123456789abcdefghij"} {
		for rule, status := range map[string]int{"nodes: {atLeast: 5}": 0, "state: connected, free: {cpu: 0.5}": 2} {
			s := newStep(t)
			demoAndRules(t, s, 5)
			if out, err := command(program(t), "snapshot", "-o", filepath.Join(s.dir, "cluster.json"), filepath.Join(s.dir, "nodes.json")).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			s.put(t, "shape.yaml", "rules:\n- {name: a, "+rule+"}\n")
			got, stdout := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_RULES=shape.yaml", "BACVIZ_REDACT="+redact, "BACVIZ_KEY="+key)
			if said := strings.Contains(readAll(t, s.summary), "the snapshot has no load"); got != status || said != (status == 2) || strings.Contains(stdout, "warning") {
				t.Errorf("%s, redact=%s: status %d: %s%s", rule, redact, got, stdout, readAll(t, s.summary))
			}
		}
	}
}
