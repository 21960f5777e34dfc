package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// The README shows job commands with what they print. They are run as they stand,
// one after the other, and have to print that.
func TestJobsInTheReadme(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```text\n(\\$ bacviz job .*?)```").FindSubmatch(readme)
	if shown == nil {
		t.Fatal("the README shows no job commands")
	}
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{Stdout: "hello, world\n"})
	t.Setenv("BACALHAU_API_HOST", o.URL)
	t.Setenv("BACALHAU_DIR", t.TempDir())
	var got bytes.Buffer
	for line := range strings.Lines(string(shown[1])) {
		command, ok := strings.CutPrefix(line, "$ bacviz ")
		if !ok {
			continue
		}
		got.WriteString(line)
		if status := run(t.Context(), strings.Fields(command), stdio{strings.NewReader(""), &got, &got}); status != exitOK {
			t.Errorf("%s: exit status %d", line, status)
		}
	}
	if diff := cmp.Diff(string(shown[1]), got.String()); diff != "" {
		t.Errorf("README.md (-shown +printed):\n%s", diff)
	}
	if !strings.Contains(got.String(), "hello, world") {
		t.Error("no hello")
	}
}

// The README hands node-link JSON to networkx, whose versions from 3.4 on look for
// its edges by another name: what it shows has to do for those that are there.
func TestNetworkxInTheReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("-f json -o - \\| python3 -c '([^']*)'\n").FindSubmatch(readme)
	if shown == nil {
		t.Fatal("the README shows no networkx")
	}
	_, network, _ := bacviz(t, "render", "--demo", "-f", "json")
	ran := false
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		version, err := exec.Command(python, "-c", "import networkx; print(networkx.__version__)").Output()
		if err != nil {
			continue
		}
		ran = true
		cmd := exec.Command(python, "-c", string(shown[1]))
		cmd.Stdin = strings.NewReader(network)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "with 12 nodes and 11 edges") {
			t.Errorf("networkx %s: %v: %s", version, err, out)
		}
	}
	if !ran {
		if os.Getenv("CI") == "true" {
			t.Fatal("no networkx: install python3-networkx")
		}
		t.Skip("no networkx")
	}
}
