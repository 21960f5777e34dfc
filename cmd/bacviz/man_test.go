package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch/config"
)

// manualPages writes all pages and returns their paths.
func manualPages(t *testing.T) []string {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	folder := filepath.Join(t.TempDir(), "man1")
	if status, _, stderr := bacviz(t, "man", "-o", folder); status != exitOK {
		t.Fatal(stderr)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.1"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	return pages
}

// Neither mandoc nor groff has anything to say about a manual page.
func TestManualPagesHaveNoFaults(t *testing.T) {
	pages := manualPages(t)
	for _, checker := range [][]string{
		{"mandoc", "-Tlint", "-Wstyle"},
		{"groff", "-ww", "-man", "-Tascii", "-z"},
	} {
		if _, err := exec.LookPath(checker[0]); err != nil {
			skip(t, "no "+checker[0]+": install Debian's packages mandoc and groff-base")
		}
		said, err := exec.Command(checker[0], append(checker[1:], pages...)...).CombinedOutput()
		if err != nil || len(said) > 0 {
			t.Errorf("%s: %v\n%s", checker[0], err, said)
		}
	}
}

// The page of the program names each variable that says how to connect, and each command.
func TestManualNamesVariablesAndCommands(t *testing.T) {
	_, page, _ := bacviz(t, "man")
	for _, v := range config.Variables {
		if !strings.Contains(page, `\fB`+v.Name+`\fR`) {
			t.Errorf("bacviz.1 does not name %s", v.Name)
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range sources {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`= "(BACVIZ_[A-Z_]+)"`).FindAllSubmatch(text, -1) {
			if !strings.HasSuffix(file, "_test.go") && !strings.Contains(page, `\fB`+string(name[1])+`\fR`) {
				t.Errorf("bacviz.1 does not name %s", name[1])
			}
		}
	}
	for _, cmd := range newRoot(stdio{}).Commands() {
		if name := `\fBbacviz\-` + cmd.Name() + `\fR(1)`; cmd.IsAvailableCommand() && !strings.Contains(page, name) {
			t.Errorf("bacviz.1 does not name %s", cmd.Name())
		}
	}
}
