package gv_test

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// scratch is a directory that the tests share.
var scratch string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "gv-test-")
	if err != nil {
		panic(err)
	}
	scratch = dir
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// program is testdata/start, built. A test binary has no cache, since it does not know
// the versions of its modules.
var program = sync.OnceValue(func() string {
	exe := filepath.Join(scratch, "start.exe")
	if out, err := exec.Command("go", "build", "-o", exe, "./testdata/start").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	return exe
})

const graphOfStart = `graph 1 0.75 1.5
node a 0.375 1.25 0.75 0.5 a solid nosuch black lightgrey
node b 0.375 0.25 0.75 0.5 b solid ellipse black lightgrey
edge a b 4 0.375 0.99579 0.375 0.84509 0.375 0.65162 0.375 0.50145 solid black
stop
`

// A machine is a home and a shared temp dir for programs to start with.
type machine struct {
	t          *testing.T
	home, temp string
}

func newMachine(t *testing.T) machine {
	dir := t.TempDir()
	m := machine{t, filepath.Join(dir, "home"), filepath.Join(dir, "temp")}
	mkdir(t, m.home, 0o700)
	mkdir(t, m.temp, 0o777)
	return m
}

// warm returns a machine with a cache, which is a copy so that nothing is compiled.
func warm(t *testing.T) machine {
	m := newMachine(t)
	copyCache(t, m.home)
	return m
}

// copyCache copies a cache to a home.
func copyCache(t *testing.T, home string) {
	t.Helper()
	err := filepath.WalkDir(warmed(), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(warmed(), name)
		to := filepath.Join(home, rel)
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		b, err := os.ReadFile(name)
		return errors.Join(err, os.WriteFile(to, b, 0o600))
	})
	if err != nil {
		t.Fatal(err)
	}
}

var warmed = sync.OnceValue(func() string {
	dir := filepath.Join(scratch, "warmed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		panic(err)
	}
	m := machine{nil, dir, dir}
	if out, err := m.command(nil).CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	return dir
})

// command returns a command with the machine's home and temp dir, and with changes to
// its environment: NAME=value, or NAME alone to unset it.
func (m machine) command(changes []string) *exec.Cmd {
	env := []string{"HOME=" + m.home, "LocalAppData=" + m.home, "TMPDIR=" + m.temp}
	if runtime.GOOS == "windows" {
		env = append(env, "SystemRoot="+os.Getenv("SystemRoot"), "TMP="+m.temp, "TEMP="+m.temp)
	}
	for _, change := range changes {
		name, _, set := strings.Cut(change, "=")
		env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		if set {
			env = append(env, change)
		}
	}
	cmd := exec.Command(program())
	cmd.Env = env
	return cmd
}

// starts runs the program, which must do its work, print nothing else, see its
// environment unchanged, and leave nothing in the shared temp dir.
func (m machine) starts(changes ...string) {
	m.t.Helper()
	m.works(m.command(changes))
}

func (m machine) works(cmd *exec.Cmd) {
	m.t.Helper()
	want := graphOfStart
	for _, name := range []string{"TEMP", "TMP", "TMPDIR"} {
		for _, v := range cmd.Env {
			if strings.HasPrefix(v, name+"=") {
				want = v + "\n" + want
			}
		}
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil || errs.Len() > 0 {
		m.t.Errorf("%v, stderr: %.2000s", err, errs.String())
	} else if out.String() != want {
		m.t.Errorf("got %s\nwant %s", out.String(), want)
	}
	left, err := os.ReadDir(m.temp)
	if err != nil || len(left) > 0 {
		m.t.Errorf("shared temp dir holds %v (%v)", left, err)
	}
}

// cacheDir returns the directory that the program makes in a user's cache directory.
func (m machine) cacheDir() string {
	switch runtime.GOOS {
	case "windows":
		return filepath.Join(m.home, "bacviz")
	case "darwin":
		return filepath.Join(m.home, "Library", "Caches", "bacviz")
	}
	return filepath.Join(m.home, ".cache", "bacviz")
}

// caches lists the directories that starts have filled.
func (m machine) caches() []string {
	dirs, _ := filepath.Glob(filepath.Join(m.cacheDir(), "graphviz-*", "*"))
	return dirs
}

// cache returns the directory that a start has filled, if there is exactly one.
func (m machine) cache() string {
	m.t.Helper()
	dirs := m.caches()
	if len(dirs) != 1 {
		m.t.Fatalf("%d caches, want 1: %v", len(dirs), dirs)
	}
	return dirs[0]
}

// code returns the file of machine code in the cache.
func (m machine) code() string {
	m.t.Helper()
	files, _ := filepath.Glob(filepath.Join(m.cache(), "go-graphviz", "wazero-*", "*"))
	if len(files) != 1 {
		m.t.Fatalf("%d files of code, want 1: %v", len(files), files)
	}
	return files[0]
}

// poison replaces the code in the cache, with matching checksums, by something that
// crashes a program that uses it.
func (m machine) poison() {
	m.t.Helper()
	const poison = "poison"
	code := m.code()
	rel, err := filepath.Rel(m.cache(), code)
	if err != nil {
		m.t.Fatal(err)
	}
	write(m.t, code, poison)
	write(m.t, filepath.Join(m.cache(), "sums"), fmt.Sprintf("%x %d %s\n",
		crc32.Checksum([]byte(poison), crc32.MakeTable(crc32.Castagnoli)), len(poison), filepath.ToSlash(rel)))
}

func TestPoisonWorks(t *testing.T) {
	t.Parallel()
	m := warm(t)
	m.poison()
	if out, err := m.command(nil).CombinedOutput(); err == nil {
		t.Errorf("the poison was not used, so other tests prove nothing: %s", out)
	}
}

func TestSecondStartUsesTheCache(t *testing.T) {
	t.Parallel()
	m := warm(t)
	code := m.code()
	before, err := os.Stat(code)
	if err != nil {
		t.Fatal(err)
	}
	m.starts()
	after, err := os.Stat(m.code())
	if err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the second start wrote %s instead of using %s (%v)", m.code(), code, err)
	}
}

// Package cache tests other damage, and more ways to be open to others, without
// compiling Graphviz each time.
func TestDamagedCacheIsReplaced(t *testing.T) {
	t.Parallel()
	m := warm(t)
	old, code := m.cache(), m.code()
	b, err := os.ReadFile(code)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	write(t, code, string(b))
	m.starts()
	if m.cache() == old {
		t.Error("the damaged cache is still there")
	}
	m.starts()
}

// Other files in the cache may belong to a start that is still writing.
func TestCacheWithMoreThanItsSumsIsLeftAlone(t *testing.T) {
	t.Parallel()
	m := warm(t)
	code := m.code()
	write(t, code+".123.tmp", "half")
	m.starts()
	if got := m.caches(); len(got) != 2 {
		t.Errorf("caches %v, want the old and a new one", got)
	}
	if _, err := os.Stat(code + ".123.tmp"); err != nil {
		t.Error(err)
	}
}

func TestLeftoversOfCrashedStartsAreRemoved(t *testing.T) {
	t.Parallel()
	m := warm(t)
	cache := m.cache()
	old, young := filepath.Join(cache, "..", "start-0"), filepath.Join(cache, "..", "start-1")
	mkdir(t, old, 0o700)
	mkdir(t, young, 0o700)
	write(t, filepath.Join(old, "file"), "x")
	hours := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(old, hours, hours); err != nil {
		t.Fatal(err)
	}
	m.starts()
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old one is still there (%v)", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young one: %v", err)
	}
}

func TestFourFirstStartsAtOnce(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { m.starts() })
	}
	wg.Wait()
	n := len(m.caches())
	if n == 0 {
		t.Error("no cache is left")
	}
	m.starts()
	if got := len(m.caches()); got != n {
		t.Errorf("%d caches after the next start, want %d", got, n)
	}
}

func TestStartsWithoutACache(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("homes and modes as on Unix")
	}
	t.Run("no home", func(t *testing.T) {
		t.Parallel()
		newMachine(t).starts("HOME")
	})
	t.Run("no room", func(t *testing.T) {
		t.Parallel()
		m := newMachine(t)
		cmd := m.command(nil)
		limited := exec.Command("/bin/sh", "-c", `ulimit -f 4096 && exec "$0"`, cmd.Path)
		limited.Env = cmd.Env
		m.works(limited)
		if got := m.caches(); len(got) > 0 {
			t.Errorf("left %v", got)
		}
	})
}

func TestTempVariablesAreAsTheyWere(t *testing.T) {
	t.Parallel()
	m := warm(t)
	m.starts("TMPDIR")
	m.starts("TMPDIR=")
	m.starts("TMPDIR=/no/such/dir")
}

func TestCacheOpenToOthersIsNotUsed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes and links as on Unix")
	}
	m := warm(t)
	m.poison()
	if err := os.Chmod(m.code(), 0o777); err != nil {
		t.Fatal(err)
	}
	m.starts()
}

// What bacviz does before go-graphviz is initialized is initialized in this order, and before
// it: paths sort so, and import nothing else that go-graphviz does not import too.
func TestRunsBeforeGraphviz(t *testing.T) {
	t.Parallel()
	const wasm = "github.com/goccy/go-graphviz/internal/wasm"
	const module = "github.com/bacviz/bacviz/"
	early := []string{module + "cmd/bacviz/gvapart", module + "internal/gv/apart", module + "internal/gv/cache"}
	if !slices.IsSorted(append(early, wasm)) {
		t.Errorf("%s are not in the order of initialization", early)
	}
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"} {
		list := func(args ...string) []string {
			cmd := exec.Command("go", append([]string{"list"}, args...)...)
			goos, arch, _ := strings.Cut(platform, "/")
			cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+arch, "CGO_ENABLED=0")
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			return strings.Fields(string(out))
		}
		allowed := append(list("-deps", wasm), early...)
		for _, guard := range early {
			for _, pkg := range list("-f", `{{join .Imports "\n"}}`, guard) {
				if !slices.Contains(allowed, pkg) {
					t.Errorf("%s: %s imports %s, which go-graphviz does not", platform, guard, pkg)
				}
			}
		}
	}
}

func mkdir(t *testing.T, dir string, mode fs.FileMode) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(dir, mode), os.Chmod(dir, mode)); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
