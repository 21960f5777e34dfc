package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An annotation and a finding name the file of rules from the root of its repository,
// for an absolute path, in a folder below, and through a link.
func TestReportsNameFilesFromTheRepositoryRoot(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"repo/.git", "repo/ci", "work/ci", "elsewhere"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"repo/ci/a b.yaml", "work/ci/a b.yaml", "elsewhere/a b.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("rules:\n- {name: a, nodes: {atLeast: 500}}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GITHUB_WORKSPACE", "")
	for _, c := range []struct{ in, rules, file, uri string }{
		{"repo", dir + "/repo/ci/a b.yaml", "ci/a b.yaml", "ci/a%20b.yaml"},
		{"repo", "ci/a b.yaml", "ci/a b.yaml", "ci/a%20b.yaml"},
		{"repo/ci", "a b.yaml", "ci/a b.yaml", "ci/a%20b.yaml"},
		{"elsewhere", "../repo/ci/a b.yaml", "ci/a b.yaml", "ci/a%20b.yaml"},
		{"repo", "gone.yaml", "gone.yaml", "gone.yaml"},
		{"work/ci", "a b.yaml", "ci/a b.yaml", "ci/a%20b.yaml"}, // the workspace has no .git
		{"repo", "../elsewhere/a b.yaml", "../elsewhere/a b.yaml", "../elsewhere/a%20b.yaml"},
		{"elsewhere", "a b.yaml", "a b.yaml", "a%20b.yaml"},
	} {
		if c.in == "work/ci" {
			t.Setenv("GITHUB_WORKSPACE", filepath.Join(dir, "work"))
		}
		t.Chdir(filepath.Join(dir, c.in))
		_, commands, _ := bacviz(t, "check", "--demo", "--rules", c.rules, "-f", "github")
		if want := "::error file=" + c.file + ","; !strings.HasPrefix(commands, want) {
			t.Errorf("%+v: %s", c, commands)
		}
		_, sarif, _ := bacviz(t, "check", "--demo", "--rules", c.rules, "-f", "sarif")
		var want strings.Builder
		if err := json.NewEncoder(&want).Encode(c.uri); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(sarif, `"uri": `+strings.TrimSpace(want.String())) {
			t.Errorf("%+v: %s", c, sarif)
		}
		if _, text, _ := bacviz(t, "check", "--demo", "--rules", c.rules, "-f", "json"); !strings.Contains(text, `"rules": "`+c.rules+`"`) {
			t.Errorf("%+v: JSON names the file as it was given: %s", c, text)
		}
	}
}
