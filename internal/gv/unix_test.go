//go:build unix

package gv_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/gv"
)

// DOT can name files for Graphviz to open: here one that blocks until somebody writes.
func TestRunOpensNoFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo("a.gif", 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := gv.Run(ctx, []byte(`graph { a [image="a.gif"] }`), "dot", "svg"); err != nil {
		t.Error(err)
	}
}

// Two users with one temp dir, and with one home, as after sudo.
func TestSecondUser(t *testing.T) {
	t.Parallel()
	skip := t.Skip
	if os.Getenv("CI") == "true" {
		skip = t.Fatal
	}
	if os.Geteuid() != 0 {
		skip("a second user needs root")
	}
	const nobody = 65534
	as := func(cmd *exec.Cmd) *exec.Cmd {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		return cmd
	}
	// A directory that the second user can run programs in.
	var dir, exe string
	for _, place := range []string{os.TempDir(), "/var/tmp", "/dev/shm"} {
		d, err := os.MkdirTemp(place, "gv-test-")
		if err != nil {
			continue
		}
		t.Cleanup(func() { os.RemoveAll(d) })
		e := filepath.Join(d, "start")
		b, err := os.ReadFile(program())
		if err != nil {
			t.Fatal(err)
		}
		if os.Chmod(d, 0o755) == nil && os.WriteFile(e, b, 0o755) == nil &&
			as(exec.Command("test", "-x", e)).Run() == nil {
			dir, exe = d, e
			break
		}
		os.RemoveAll(d)
	}
	if dir == "" {
		skip("no directory that another user can run a program in")
	}

	copied := func(cmd *exec.Cmd) *exec.Cmd {
		cmd.Path, cmd.Args = exe, []string{exe}
		return as(cmd)
	}
	m := machine{t, filepath.Join(dir, "home"), filepath.Join(dir, "temp")}
	mkdir(t, m.home, 0o755)
	mkdir(t, m.temp, 0o777|os.ModeSticky)
	copyCache(t, m.home)
	cache := m.cache()
	m.works(copied(m.command(nil)))

	other := filepath.Join(dir, "other")
	mkdir(t, other, 0o700)
	if err := os.Chown(other, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	second := machine{t, other, m.temp}
	second.works(copied(second.command(nil)))
	second.cache()
	// Root, with the other user's home, neither uses that cache nor adds to it.
	second.poison()
	second.starts()
	second.cache()

	// The other user does not use the first one's cache, even if it is writable.
	if err := os.Chmod(m.cacheDir(), 0o777); err != nil {
		t.Fatal(err)
	}
	m.works(copied(m.command(nil)))
	if m.cache() != cache {
		t.Errorf("the first user's cache was replaced by %s", m.cache())
	}
}
