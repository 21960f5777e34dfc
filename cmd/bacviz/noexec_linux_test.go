package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
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
