//go:build unix

package outfile_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/outfile"
)

func TestWriteKeepsTheModeOfAFile(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o666, 0o755} {
		path := filepath.Join(dir, mode.String())
		put(t, path, "old")
		if err := os.Chmod(path, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		if err := write(path, "new"); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%v became %v (%v)", mode, info.Mode(), err)
		}
		wantFile(t, path, "new")
	}
}

func TestWriteFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"work", "data", "data/deep"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	link(filepath.Join(dir, "data/target"), "work/absolute")
	link("../data/target", "work/relative")
	link("relative", "work/chain")
	link("../data/new", "work/dangling")
	link("../data/deep", "work/folder")
	link("../up", "data/deep/back") // leads to data/up, also by way of work/folder
	for _, c := range []struct{ path, target string }{
		{"work/absolute", "data/target"},
		{"work/relative", "data/target"},
		{"work/chain", "data/target"},
		{"work/dangling", "data/new"},
		{"work/folder/back", "data/up"},
	} {
		if err := outfile.Check(filepath.Join(dir, c.path)); err != nil {
			t.Error(err)
		}
		if err := write(filepath.Join(dir, c.path), c.path); err != nil {
			t.Error(err)
		}
		wantFile(t, filepath.Join(dir, c.target), c.path)
		if info, err := os.Lstat(filepath.Join(dir, c.path)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is not a link any more (%v)", c.path, err)
		}
	}
	if got, want := files(t, filepath.Join(dir, "data")), []string{"deep", "new", "target", "up"}; !slices.Equal(got, want) {
		t.Errorf("in data: %q, want %q", got, want)
	}

	all := func(names ...string) (list []outfile.File) {
		for _, n := range names {
			list = append(list, outfile.File{Path: filepath.Join(dir, n)})
		}
		return list
	}
	if err := outfile.CheckAll(all("work/absolute", "work/dangling", "data/none", "gone/none", "work/folder/none")); err != nil {
		t.Error(err)
	}
	for _, two := range [][]outfile.File{all("work/absolute", "work/chain"), all("data/target", "data/new", "work/relative"), all("data/deep/none", "work/folder/none")} {
		if err := outfile.CheckAll(two); err == nil || !strings.HasSuffix(err.Error(), ": a link makes it the same file as "+two[0].Path) {
			t.Errorf("%v: %v", two, err)
		}
	}

	link("loop", "work/loop")
	if err := outfile.Check(filepath.Join(dir, "work/loop")); err == nil {
		t.Error("a link to itself passes")
	}
	link("../gone/new", "work/lost")
	if err := outfile.Check(filepath.Join(dir, "work/lost")); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("a link into a folder that is not there: %v", err)
	}
}

func TestWriteIntoAFIFO(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		text, _ := os.ReadFile(fifo) // what there is of it is compared
		got <- string(text)
	}()
	if err := write(fifo, "text"); err != nil {
		t.Fatal(err)
	}
	if text := <-got; text != "text" {
		t.Errorf("read %q", text)
	}
	if info, err := os.Lstat(fifo); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the FIFO was replaced (%v)", err)
	}

	// A FIFO without a reader.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := outfile.Write(ctx, fifo, nil, []byte("text")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a reader: %v", err)
	}
}

func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	if err := write("/dev/full", "text"); err == nil || err.Error() != "writing /dev/full: no space left on device" {
		t.Error(err)
	}
	// A device with another name.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/dev/full", link); err != nil {
		t.Fatal(err)
	}
	if err := write(link, "text"); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		t.Fatal("/dev/full was replaced")
	}
}

// The disk is full while the file is written.
func TestNoSpaceLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "old")
	put(t, path, "as it was")
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	// The limit is that of this process, and is restored. Go ignores the signal.
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 12, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	err := write(path, strings.Repeat("x", 1<<16))
	if e := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); e != nil {
		t.Fatal(e)
	}
	if err == nil || strings.Contains(err.Error(), ".bacviz-") || !strings.HasPrefix(err.Error(), "writing "+path+": ") {
		t.Errorf("got %v", err)
	}
	wantFile(t, path, "as it was")
	if got := files(t, dir); !slices.Equal(got, []string{"old"}) {
		t.Errorf("left behind: %q", got)
	}
}

func TestReadOnlyFileAndFolderStayAsTheyAre(t *testing.T) {
	if os.Geteuid() == 0 { // who may write to them
		asNobody(t)
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "old")
	put(t, path, "as it was")
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := write(path, "new"); !errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), ".bacviz-") {
		t.Errorf("read-only file: %v", err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) }) // to be removed
	if err := write(filepath.Join(dir, "new"), "new"); !errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), ".bacviz-") {
		t.Errorf("read-only folder: %v", err)
	}
	wantFile(t, path, "as it was")
	if got := files(t, dir); !slices.Equal(got, []string{"old"}) {
		t.Errorf("left behind: %q", got)
	}
}

// asNobody runs the test again as an unprivileged user.
func asNobody(t *testing.T) {
	t.Helper()
	skip := t.Skip
	if os.Getenv("CI") == "true" {
		skip = t.Fatal
	}
	dir, err := os.MkdirTemp("", "outfile-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	exe, temp := filepath.Join(dir, "test"), filepath.Join(dir, "temp")
	if err := errors.Join(
		os.Chmod(dir, 0o755), os.WriteFile(exe, program, 0o755), os.Chmod(exe, 0o755), os.Mkdir(temp, 0o777), os.Chmod(temp, 0o777),
	); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	cmd := exec.Command(exe, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir = temp
	cmd.Env = []string{"TMPDIR=" + temp}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		t.Errorf("as another user: %s", out)
	case err != nil:
		skip("no program can be run as another user: ", err)
	case !strings.Contains(string(out), "--- PASS: "+t.Name()):
		t.Errorf("not run as another user: %s", out)
	}
}

func TestFolderKeepsItsMode(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o700, 0o750, 0o777} {
		path := filepath.Join(dir, mode.String())
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		if err := outfile.Folder(t.Context(), path, fill("a")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%v became %v (%v)", mode, info.Mode(), err)
		}
	}
}

func TestFolderFollowsALinkToNothing(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("report", link); err != nil {
		t.Fatal(err)
	}
	if err := outfile.Folder(t.Context(), link, fill("a")); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); to != "report" {
		t.Errorf("the link was replaced (%v)", err)
	}
	if got := all(t, filepath.Join(dir, "report")); !slices.Equal(got, []string{"a"}) {
		t.Error(got)
	}
}
