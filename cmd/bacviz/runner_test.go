package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// obeyed returns the lines that a runner of GitHub Actions, Azure Pipelines or TeamCity
// takes for commands.
func obeyed(text string) (lines []string) {
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		start := strings.TrimLeftFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
		if strings.HasPrefix(start, "::") && strings.Contains(start[2:], "::") || marked.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

var marked = regexp.MustCompile(`##(vso|teamcity|)\[.*\]`)

var commands = []string{
	"::set-output name=x::y", "##[set-output name=x]y", "a\n::debug::x", "a\r::debug::x", "\u00a0::debug::x", " \t\v::debug::x", "\u2028::debug::x",
	"\u3000::debug::x", "###[debug]x", "a\n##[debug]x", "\ufeff::debug::x", "# ##[debug]x",
	"##vso[task.complete result=Succeeded;]x", "a ##teamcity[buildStop comment='x']", "###vso[a]", "##vso##[x]",
}

// hostileNetwork writes lists whose every text begins a command.
func hostileNetwork(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for i, name := range []string{"old.json", "new.json"} {
		var nodes []map[string]any
		for j, c := range commands {
			nodes = append(nodes, map[string]any{
				"id": c, "type": []string{"Compute", "Requester"}[j%2], "version": c, "engines": []string{c},
				"labels": map[string]string{c: c + string(rune('a'+i))}, "seen": []map[string]string{{"by": "::warning::o", "connection": c, "membership": "PENDING"}},
			})
		}
		slices.SortFunc(nodes, func(a, b map[string]any) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
		text, err := json.Marshal(map[string]any{"bacviz": "snapshot", "version": 1, "orchestrators": []string{"::warning::o"}, "nodes": nodes})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rules := "rules:\n- {name: '##[debug]', message: '::error::x', pending: 0}\n- {name: '::debug::', versions: {withinMinors: 0}}\n"
	if err := os.WriteFile("::error::rules.yaml", []byte(rules), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GITHUB_ACTIONS", "true")
}

// Azure Pipelines and TeamCity obey commands too.
func TestEveryRunnerIsKnown(t *testing.T) {
	hostileNetwork(t)
	t.Setenv("GITHUB_ACTIONS", "")
	for name, value := range map[string]string{"TF_BUILD": "True", "TEAMCITY_VERSION": "2025.07 (build 1)"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			for _, args := range [][]string{{"nodes", "old.json"}, {"render", "old.json", "-f", "txt"}, {"nodes", "##vso[task.complete]x"}} {
				_, stdout, stderr := bacviz(t, args...)
				if got := obeyed(stdout + "\n" + stderr); len(got) > 0 {
					t.Errorf("%q: the runner obeys %q", args, got)
				}
			}
		})
	}
}

// Nothing from outside begins a command for the runner: in any format of any command,
// on standard output or in a message.
func TestRunnersObeyNothingFromOutside(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file names hold no colons")
	}
	hostileNetwork(t)
	runs := [][]string{
		{"nodes", "::debug::x"}, {"nodes", "##[debug]x"}, {"##[debug]x"}, {"nodes", "--##[debug]x"}, {"nodes", "old.json", "--sort", "##[debug]x"},
		{"snapshot", "old.json"}, {"embed", "##[debug]x.md", "old.json"}, {"config", "--profile", "##[debug]x"}, {"job", "submit", "##[debug]x"},
		{"render", "old.json", "--hub", "##[debug]x", "-f", "txt"}, {"check", "old.json", "--rules", "##[debug].yaml"}, {"check", "old.json", "--init"},
		{"render", "old.json", "-f", "txt", "--title", "::debug::x", "--group-by", commands[0]},
	}
	for _, format := range []string{"table", "wide", "json", "yaml", "csv"} {
		runs = append(runs, []string{"nodes", "old.json", "-o", format})
	}
	for _, format := range []string{"txt", "md", "mmd", "dot", "json", "svg", "html", "gexf", "cytoscape", "eps", "pdf"} {
		runs = append(runs, []string{"render", "old.json", "--include", "all", "--title", "##[debug]x", "-f", format}, []string{"diff", "old.json", "new.json", "-f", format})
	}
	for _, format := range []string{"txt", "json", "junit", "sarif", "github"} {
		runs = append(runs, []string{"check", "old.json", "--rules", "::error::rules.yaml", "-f", format}, []string{"diff", "old.json", "new.json", "-f", format})
	}
	own := regexp.MustCompile(`(?m)^::error (file=[^:]+,)?(line=\d+,col=\d+,)?title=[^:]+::.*$|^::warning title=bacviz check::[^:]+$`)
	for _, args := range runs {
		_, stdout, stderr := bacviz(t, args...)
		if slices.Contains(args, "github") {
			stdout = own.ReplaceAllString(stdout, "")
		}
		for _, text := range []string{stdout, stderr} {
			if got := obeyed(text); len(got) > 0 {
				t.Errorf("%q: the runner obeys %q", args, got)
			}
		}
		if stdout+stderr == "" {
			t.Errorf("%q prints nothing", args)
		}
	}
}

// What a job has printed begins no command either.
func TestRunnersObeyNoJob(t *testing.T) {
	hostileNetwork(t)
	said := strings.Join(commands, "\n") + "\n"
	server := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 1})[0], clustertest.Plan{Stdout: said, Stderr: said, ExitCode: 1})
	for _, args := range [][]string{
		{"submit", "-", "--wait"}, {"list"}, {"get", "j-abc0"}, {"executions", "j-abc0", "--logs"}, {"executions", "j-abc0", "-o", "json"}, {"history", "j-abc0"},
	} {
		_, stdout, stderr := runJob(t.Context(), t, server.URL, nil, args...)
		if got := obeyed(stdout + "\n" + stderr); len(got) > 0 {
			t.Errorf("%q: the runner obeys %q", args, got)
		}
	}
}

// The escapes leave JSON as it was, and are only there for a runner: elsewhere, and in a
// file, the bytes are those of every day.
func TestEscapesForRunnersKeepResults(t *testing.T) {
	hostileNetwork(t)
	t.Setenv("GITHUB_ACTIONS", "")
	_, plain, _ := bacviz(t, "snapshot", "old.json")
	_, picture, _ := bacviz(t, "render", "old.json", "-f", "png")
	_, table, _ := bacviz(t, "nodes", "old.json")
	if len(obeyed(table)) == 0 {
		t.Errorf("the network is not hostile: %s", table)
	}
	t.Setenv("GITHUB_ACTIONS", "true")
	_, escaped, _ := bacviz(t, "snapshot", "old.json")
	var a, b any
	if err := json.Unmarshal([]byte(plain), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(escaped), &b); err != nil {
		t.Fatal(err)
	}
	if x, y := jsonText(t, a), jsonText(t, b); x != y || plain == escaped {
		t.Errorf("%s\nis not\n%s", y, x)
	}
	if _, got, _ := bacviz(t, "render", "old.json", "-f", "png"); got != picture {
		t.Error("a binary picture is not what it was")
	}
	bacviz(t, "snapshot", "old.json", "-o", "file.json")
	if got, err := os.ReadFile("file.json"); err != nil || string(got) != plain {
		t.Errorf("%v: a file is not what it was: %s", err, got)
	}
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A text may come in pieces of any length.
func TestRunnerGuardSeesWritesTogether(t *testing.T) {
	for _, c := range commands {
		var b bytes.Buffer
		g := &runnerGuard{to: &b, blank: true}
		for i := range len(c) {
			if n, err := g.Write([]byte{c[i]}); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
		if got := obeyed(b.String()); len(got) > 0 || b.String() == c {
			t.Errorf("%q: %q", c, b.String())
		}
	}
	var b bytes.Buffer
	const plain = "a::b\n: c\n├── ::d\n:8080 #[x] ## [y] ##a1[z]\n"
	if _, err := (&runnerGuard{to: &b, blank: true}).Write([]byte(plain)); err != nil || b.String() != plain {
		t.Errorf("%q, %v", b.String(), err)
	}
}

// A path can lead to what the runner reads, and a file is no runner.
func TestRunnersObeyNoDevice(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system has no /dev/stderr of that kind")
	}
	exe := program(t)
	hostileNetwork(t)
	for _, path := range []string{"/dev/stderr", "/dev/fd/2", "/proc/self/fd/2", "/dev/stdout"} {
		cmd := command(exe, "diff", "old.json", "new.json", "-f", "txt", "-o", path)
		out, err := cmd.CombinedOutput()
		if got := obeyed(string(out)); err != nil || len(got) > 0 || !strings.Contains(string(out), "changed") {
			t.Errorf("%s: %v: the runner obeys %q of %s", path, err, got, out)
		}
		file, err := os.Create(filepath.Join(t.TempDir(), "log"))
		if err != nil {
			t.Fatal(err)
		}
		cmd = command(exe, "nodes", "old.json")
		cmd.Stdout = file
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(file.Name()); err != nil || !strings.Contains(string(text), "##[") {
			t.Errorf("%v: a file is not what it was: %s", err, text)
		}
		file.Close()
	}
}
