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
	if testing.Short() {
		t.Skip("runs the program, which has no race detector")
	}
	t.Parallel()
	noexec := noexec(t)
	for _, args := range [][]string{
		{"--help"},
		{"nodes", "--demo"},
		{"snapshot", "--demo"},
		{"render", "--demo", "--engine", "rings", "-f", "svg"},
		{"render", "--demo", "--engine", "dot", "-f", "svg"},
		{"render", "--demo", "--engine", "sfdp", "-f", "svg"},
	} {
		want, _ := command(program(t), args...).Output()
		var problem bytes.Buffer
		cmd := command(noexec, append([]string{program(t)}, args...)...)
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

// noexec returns a program that runs another one where no memory may become executable.
func noexec(t *testing.T) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "noexec")
	if out, err := exec.Command("go", "build", "-o", exe, "./testdata/noexec").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := command(exe, "/bin/true").CombinedOutput(); err != nil {
		skip(t, "no seccomp: "+string(out))
	}
	return exe
}

// Without cgo, 1 GB of address space is enough, also for Graphviz in the program and in a
// child. The first ones compile it, since their cache is empty.
func TestCommandsWorkInLittleAddressSpace(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program, which has no race detector")
	}
	home, saved, rules := t.TempDir(), saveCluster(t, 100), writeText(t, "rules.yaml", "rules:\n  - {name: some, nodes: {atLeast: 1}}\n")
	for _, args := range [][]string{
		{"version"},
		{"nodes", saved},
		{"snapshot", saved},
		{"diff", saved, saved},
		{"check", saved, "--rules", rules},
		{"render", saved, "-f", "svg"},
		{"render", saved, "-f", "png", "--engine", "trays", "--group-by", "region"},
		{"render", "--demo", "-f", "svg", "--engine", "twopi"},
		{"render", saved, "-f", "svg", "--engine", "sfdp"},
	} {
		t.Run(strings.Join(args[:1], " "), func(t *testing.T) {
			t.Parallel()
			var problem bytes.Buffer
			cmd := exec.Command("sh", append([]string{"-c", `ulimit -v 1000000 && exec "$0" "$@"`, program(t)}, args...)...)
			cmd.Env, cmd.Stderr = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="), &problem
			out, err := cmd.Output()
			if err != nil || len(out) == 0 || problem.Len() > 0 {
				t.Errorf("%v: %v, %d bytes: %s", args[1:], err, len(out), problem.Bytes())
			}
		})
	}
}
