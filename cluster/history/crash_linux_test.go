package history_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
)

// writer returns a program that writes to a history; see writeOn.
func writer(path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "BACVIZ_TEST_WRITER="+path)
	return cmd
}

func TestWhatWasStoredSurvivesAKillAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and finds no data races")
	}
	t.Parallel()
	times := 20
	if os.Getenv("CI") == "true" {
		times = 200
	}
	random := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "h.db")
	stored := 0 // the last moment that a writer said it had stored
	for i := range times {
		if i%10 == 0 { // so that the making of a file is interrupted, too
			path, stored = filepath.Join(t.TempDir(), "h.db"), 0
		}
		stored = max(stored, killedWriter(t, path, time.Duration(random.IntN(60))*time.Millisecond))
		checkStored(t, path, stored)
		if t.Failed() {
			t.Fatalf("after %d kills", i+1)
		}
	}
}

// killedWriter runs a writer, kills it a while after it has started, and returns the last
// moment that it said it had stored.
func killedWriter(t *testing.T, path string, after time.Duration) (stored int) {
	t.Helper()
	cmd := writer(path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(10*time.Millisecond+after, func() { _ = cmd.Process.Kill() })
	said, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for line := range strings.Lines(string(said)) {
		if !strings.HasSuffix(line, "\n") {
			break // cut by the kill
		}
		n, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("the writer says %s", line)
		}
		stored = n
	}
	return stored
}

// checkStored opens the history and finds every moment up to stored, each with the network that
// belongs to it.
func checkStored(t *testing.T, path string, stored int) {
	t.Helper()
	s, err := history.Open(t.Context(), path, history.Options{})
	if err != nil {
		t.Error(err)
		return
	}
	defer s.Close()
	moments, err := s.Moments(t.Context(), time.Time{}, time.Time{})
	if err != nil {
		t.Error(err)
		return
	}
	if len(moments) == 0 {
		if stored > 0 {
			t.Errorf("moment %d was stored, and all are lost", stored)
		}
		return
	}
	if last := int(moments[len(moments)-1].Seq); last < stored || last != int(moments[0].Seq)+len(moments)-1 {
		t.Errorf("%d was stored, and there are %d moments up to %d", stored, len(moments), last)
	}
	for _, m := range []history.Moment{moments[0], moments[len(moments)/2], moments[len(moments)-1]} {
		got, err := s.Snapshot(t.Context(), m.At)
		if err != nil {
			t.Error(err)
			return
		}
		want := numbered(int(m.Seq))
		for i := range want.Nodes {
			a, b := &want.Nodes[i], got.Node(want.Nodes[i].ID)
			if b == nil || a.Connection() != b.Connection() {
				t.Errorf("moment %d: node %s is not as it was stored", m.Seq, a.ID)
			}
		}
	}
}

// runWriter runs a writer until it fails, and returns the last moment that it stored and what
// it said then.
func runWriter(t *testing.T, cmd *exec.Cmd) (stored int, said string) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(out)
	for in.Scan() {
		if n, err := strconv.Atoi(in.Text()); err == nil {
			stored = n
			if n > 100_000 {
				_ = cmd.Process.Kill()
			}
			continue
		}
		said += in.Text()
	}
	_ = cmd.Wait() // it failed, as it should
	return stored, said
}

// smallDisk returns a folder with room for so many kilobytes, until the test ends.
func smallDisk(t *testing.T, kilobytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		t.Skipf("needs the right to mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A server goes on when there is room again, and knows all that happened since.
func TestAStoreGoesOnWhenAFullDiskHasRoomAgain(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, 800)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 400<<10), 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "h.db"), history.Options{})
	defer s.Close()
	n := 1
	var err error
	for ; err == nil && n < 1000; n++ {
		_, err = s.Append(t.Context(), minute(n), numbered(n))
	}
	var failed *history.Error
	if !errors.As(err, &failed) || !strings.Contains(failed.Message, "no space left") {
		t.Fatalf("after %d moments: %v", n, err)
	}
	if _, err := s.Append(t.Context(), minute(n), numbered(n)); err == nil {
		t.Fatal("there is room on a full disk")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	stored, err := s.Moments(t.Context(), time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	added, err := s.Append(t.Context(), minute(n+1), numbered(n+1))
	if err != nil || added.Seq != uint64(len(stored)+1) || added.Diff == nil {
		t.Fatalf("%+v, %v", added, err)
	}
	got, err := s.Snapshot(t.Context(), minute(n+1))
	if err != nil {
		t.Fatal(err)
	}
	want := numbered(n + 1)
	for i := range want.Nodes {
		if id := want.Nodes[i].ID; diff.Here(&want, id) != diff.Here(&got, id) {
			t.Errorf("node %s is not as it was stored", id)
		}
	}
}

func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, 400)
	path := filepath.Join(dir, "h.db")
	stored, said := runWriter(t, writer(path))
	if stored < 3 || !strings.Contains(said, "no space left to write") || !strings.Contains(said, path) {
		t.Fatalf("after %d moments the writer says %q", stored, said)
	}
	// Copied to where there is room, it is whole, and goes on.
	room := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(room, "h.db"+suffix), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	checkStored(t, filepath.Join(room, "h.db"), stored)
	s := open(t, filepath.Join(room, "h.db"), history.Options{})
	defer s.Close()
	if _, err := s.Append(t.Context(), minute(stored+5), numbered(stored+5)); err != nil {
		t.Error(err)
	}
}

func TestAFileThatMayNotGrowLosesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "h.db")
	cmd := writer(path)
	// A shell sets the limit, in blocks of 512 or 1,024 bytes. A signal would end the writer.
	cmd.Args = []string{"sh", "-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\"", cmd.Path}
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs a shell")
	}
	cmd.Path = sh
	stored, said := runWriter(t, cmd)
	if stored < 3 || !strings.Contains(said, path) || !strings.Contains(said, "what was stored before is still there") {
		t.Fatalf("after %d moments the writer says %q", stored, said)
	}
	checkStored(t, path, stored)
}

func TestAHistoryThatMayNotBeWrittenToIsRead(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		runAsNobody(t)
		return
	}
	testReadOnly(t, t.TempDir())
}

// testReadOnly makes a history in a folder, takes all rights to write away, and uses it.
func testReadOnly(t *testing.T, dir string) {
	path := filepath.Join(dir, "h.db")
	s := open(t, path, history.Options{})
	tell(t, s, network(states{"a": up}), network(states{"a": down}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for p, mode := range map[string]os.FileMode{path: 0o444, path + "-lock": 0o444, dir: 0o555} {
		if err := os.Chmod(p, mode); err != nil {
			t.Fatal(err)
		}
	}
	defer os.Chmod(dir, 0o755)
	v, err := history.View(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if got := told(t, v, history.Query{}); !cmp.Equal(got, []string{"1m0s left a"}) {
		t.Errorf("the changes are %q", got)
	}
	var failed *history.Error
	if _, err := history.Open(t.Context(), path, history.Options{}); !errors.As(err, &failed) || failed.Hint == "" || failed.Path != path {
		t.Errorf("a writer gets %v", err)
	}
}

// runAsNobody runs the present test again without the rights of root.
func runAsNobody(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "bacviz-history-") // not below a folder that only root may enter
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	binary, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "test"), binary, 0o755)
	}
	for _, change := range []func() error{
		func() error { return os.Mkdir(filepath.Join(dir, "tmp"), 0o755) },
		func() error { return os.Chmod(dir, 0o755) },
		func() error { return os.Chown(filepath.Join(dir, "tmp"), 65534, 65534) },
	} {
		if err == nil {
			err = change()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(dir, "test"), "-test.run", "^"+t.Name()+"$")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(dir, "tmp"), "HOME="+filepath.Join(dir, "tmp"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Error(fmt.Sprint(err, ": ", string(out)))
	}
}
