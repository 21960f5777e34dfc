package html

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheScriptHasEachModuleOnceAfterItsImports(t *testing.T) {
	files := map[string]string{
		"main.js":  "// The beginning.\nimport { f } from \"./a.js\";\nimport \"./b.js\";\n\nf();\n",
		"a.js":     "import {\n  x,\n  y,\n} from \"./words.js\";\n/**\n * f says import.\n * @param {number} n\n */\nexport function f(n) { return x + y + n; } // kept\n/** @type {A} */ (f(2)).b();\n/** g goes. */\n",
		"b.js":     "import { f } from \"./a.js\";\nexport let late = f(1);\n",
		"words.js": "import { f } from \"./a.js\";\nexport const x = \"// no comment\";\nconst [y, z] = [1, 2];\n",
	}
	got, err := link(readFrom(files), "main.js")
	want := "(() => {\n\"use strict\";\n\nconst x = \"// no comment\";\nconst [y, z] = [1, 2];\n" +
		"function f(n) { return x + y + n; } // kept\n/** @type {A} */ (f(2)).b();\nlet late = f(1);\n\nf();\n})();\n"
	if err != nil || strings.ReplaceAll(got, "\n\n", "\n") != strings.ReplaceAll(want, "\n\n", "\n") {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
}

func readFrom(files map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
}

func TestTheScriptIsRefusedIfItsModulesCannotShareAScope(t *testing.T) {
	for source, want := range map[string]string{
		"import { a as b } from \"./other.js\";\nfunction a() {}\n": "a is declared in other.js too",
		"import { a } from \"./other.js\";\nconst { b, a } = {};\n": "a is declared in other.js too",
		"import * as all from \"./other.js\";\n":                    "none of the forms",
		"export default 1;\n":                                       "none of the forms",
		"import \"./missing.js\";\n":                                "missing.js",
	} {
		_, err := link(readFrom(map[string]string{"main.js": source, "other.js": "export const a = 1;\n"}), "main.js")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", source, err, want)
		}
	}
}

func TestTheScriptHasAllModules(t *testing.T) {
	l := linker{read: func(name string) ([]byte, error) { return modules.ReadFile("page/" + name) }, seen: map[string]bool{}, owner: map[string]string{}}
	if err := l.add("main.js"); err != nil {
		t.Fatal(err)
	}
	files, err := modules.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !l.seen[f.Name()] {
			t.Errorf("nothing imports %s", f.Name())
		}
	}
}

// node returns the path of Node, which CI must have.
func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs node")
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheScriptIsJavaScript(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(node(t), "--check", "-")
	cmd.Stdin = strings.NewReader(pageScript())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheScriptHasTypesThatFit(t *testing.T) {
	t.Parallel()
	path := node(t)
	tsc := filepath.Join("..", "..", "..", "internal", "tools", "typescript", "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(tsc); err != nil && os.Getenv("CI") != "true" {
		t.Skip("needs tsc: npm ci --prefix internal/tools/typescript")
	}
	if out, err := exec.Command(path, tsc, "-p", "page").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// The tests in page/test are written for Node's own runner, and this test runs them.
func TestTheModulesPassTheirTestsInNode(t *testing.T) {
	t.Parallel()
	path := node(t)
	files, err := filepath.Glob("page/test/*.test.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	out, err := exec.Command(path, append([]string{"--test", "--test-reporter=tap"}, files...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if !regexp.MustCompile(`(?m)^# pass [1-9]`).Match(out) {
		t.Errorf("no test passed:\n%s", out)
	}
}
