package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Where no memory may become executable, Graphviz is interpreted: in the program, and in
// the child that sfdp always gets. Pictures are the same.
func TestCommandsWorkWithoutExecutableMemory(t *testing.T) {
	dir := t.TempDir()
	noexec := filepath.Join(dir, "noexec")
	if out, err := exec.Command("go", "build", "-o", noexec, "./testdata/noexec").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := command(noexec, "/bin/true").CombinedOutput(); err != nil {
		skip(t, "no seccomp: "+string(out))
	}
	for _, args := range [][]string{
		{"--help"},
		{"nodes", "--demo"},
		{"snapshot", "--demo"},
		{"render", "--demo", "--engine", "rings", "-f", "svg"},
		{"render", "--demo", "--engine", "dot", "-f", "svg"},
		{"render", "--demo", "--engine", "sfdp", "-f", "svg"},
	} {
		want, _ := command(program(), args...).Output()
		var problem bytes.Buffer
		cmd := command(noexec, append([]string{program()}, args...)...)
		cmd.Stderr = &problem
		got, err := cmd.Output()
		if err != nil || problem.Len() > 0 {
			t.Errorf("%v: %v: %s", args, err, problem.Bytes())
		}
		if !bytes.Equal(got, want) || len(want) == 0 {
			t.Errorf("%v: %d bytes, and %d with executable memory", args, len(got), len(want))
		}
	}
}

// Without cgo, 1 GB of address space is enough, also for Graphviz in the program and in a
// child.
func TestCommandsWorkInLittleAddressSpace(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	dir := t.TempDir()
	built := filepath.Join(dir, "bacviz")
	build := exec.Command("go", "build", "-o", built, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	saved, rules := saveCluster(t, 100), filepath.Join(dir, "rules.yaml")
	if err := os.WriteFile(rules, []byte("rules:\n  - {name: some, nodes: {atLeast: 1}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"version"},
		{"nodes", saved},
		{"snapshot", saved},
		{"diff", saved, saved},
		{"check", saved, "--rules", rules},
		{"render", saved, "-f", "svg"},
		{"render", saved, "-f", "png", "--engine", "trays", "--group-by", "region"},
		{"render", "--demo", "-f", "svg", "--engine", "twopi"},
		{"render", saved, "-f", "svg", "--engine", "twopi"},
		{"render", saved, "-f", "svg", "--engine", "sfdp"},
	} {
		t.Run(strings.Join(args[:1], " "), func(t *testing.T) {
			t.Parallel()
			var problem bytes.Buffer
			cmd := exec.Command("sh", append([]string{"-c", `ulimit -v 1000000 && exec "$0" "$@"`, built}, args...)...)
			cmd.Env, cmd.Stderr = append(os.Environ(), "HOME="+dir), &problem
			out, err := cmd.Output()
			if err != nil || len(out) == 0 || problem.Len() > 0 {
				t.Errorf("%v: %v, %d bytes: %s", args[1:], err, len(out), problem.Bytes())
			}
		})
	}
}
