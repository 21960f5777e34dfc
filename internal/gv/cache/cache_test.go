//go:build !wasip1

package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"unsafe"

	"github.com/tetratelabs/wazero"
)

func TestMain(m *testing.M) {
	Done() // TMPDIR, for the tests
	os.Exit(m.Run())
}

// newUser returns the directory that holds the caches of a new user, and the user's
// cache directory.
func newUser(t *testing.T) (base, user string) {
	t.Helper()
	user = filepath.Join(t.TempDir(), "cache")
	for _, name := range []string{"XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, user)
	}
	t.Setenv("HOME", filepath.Dir(user))
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if base, err = home("key"); err != nil {
		t.Fatal(err)
	}
	return base, user
}

// newCache fills and completes a cache, and returns its directory and the file of
// code in it.
func newCache(t *testing.T, base string) (dir, code string) {
	t.Helper()
	dir, fresh := findIn(base)
	if !fresh {
		t.Fatalf("found %q, not fresh", dir)
	}
	code = filepath.Join(dir, "go-graphviz", "wazero", "code")
	if err := os.MkdirAll(filepath.Dir(code), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(code, []byte("machine code"), 0o600), complete(dir)); err != nil {
		t.Fatal(err)
	}
	if found, fresh := findIn(base); found != dir || fresh {
		t.Fatalf("found %q, fresh %v; want %q", found, fresh, dir)
	}
	return dir, code
}

func TestDamagedCacheIsReplaced(t *testing.T) {
	for name, damage := range map[string]func(dir, code string) error{
		"truncated":  func(_, code string) error { return os.Truncate(code, 3) },
		"empty":      func(_, code string) error { return os.Truncate(code, 0) },
		"garbage":    func(_, code string) error { return os.WriteFile(code, []byte("garbage"), 0o600) },
		"missing":    func(_, code string) error { return os.Remove(code) },
		"one byte":   func(_, code string) error { return os.WriteFile(code, []byte("machine c0de"), 0o600) },
		"empty sums": func(dir, _ string) error { return os.Truncate(filepath.Join(dir, sumsFile), 0) },
		"garbled sums": func(dir, _ string) error {
			return os.WriteFile(filepath.Join(dir, sumsFile), []byte("\x00\xff\n"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			base, _ := newUser(t)
			dir, code := newCache(t, base)
			if err := damage(dir, code); err != nil {
				t.Fatal(err)
			}
			found, fresh := findIn(base)
			if found == "" || found == dir || !fresh {
				t.Errorf("found %q, fresh %v", found, fresh)
			}
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the damaged cache is still there (%v)", err)
			}
		})
	}
}

func TestCacheOpenToOthersIsNotUsed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and links as on Unix")
	}
	for name, c := range map[string]struct {
		refused bool // the whole directory, not only this cache
		open    func(user, base, dir, code string) error
	}{
		"writable":            {true, func(user, _, _, _ string) error { return os.Chmod(filepath.Join(user, "bacviz"), 0o777) }},
		"writable base":       {true, func(_, base, _, _ string) error { return os.Chmod(base, 0o777) }},
		"writable user cache": {true, func(user, _, _, _ string) error { return os.Chmod(user, 0o777) }},
		"link": {true, func(user, _, _, _ string) error {
			elsewhere := filepath.Join(t.TempDir(), "bacviz")
			return errors.Join(os.Rename(filepath.Join(user, "bacviz"), elsewhere), os.Symlink(elsewhere, filepath.Join(user, "bacviz")))
		}},
		"writable start": {false, func(_, _, dir, _ string) error { return os.Chmod(dir, 0o777) }},
		"writable code":  {false, func(_, _, _, code string) error { return os.Chmod(code, 0o777) }},
	} {
		t.Run(name, func(t *testing.T) {
			base, user := newUser(t)
			dir, code := newCache(t, base)
			if err := c.open(user, base, dir, code); err != nil {
				t.Fatal(err)
			}
			again, err := home("key")
			if (err != nil) != c.refused {
				t.Fatalf("home %q, %v", again, err)
			}
			if c.refused {
				return
			}
			if found, fresh := findIn(again); found == dir || !fresh {
				t.Errorf("found %q, fresh %v", found, fresh)
			}
		})
	}
}

func TestNoHome(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("homes and modes as on Unix")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	readOnly := t.TempDir()
	if err := os.Chmod(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // root can write there
		readOnly = "/proc"
	}
	for name, env := range map[string][2]string{
		"read-only home":       {"HOME", readOnly},
		"no home":              {"HOME", ""},
		"home is a file":       {"HOME", file},
		"cache dir is nowhere": {"XDG_CACHE_HOME", "/dev/null/cache"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", t.TempDir())
			t.Setenv("XDG_CACHE_HOME", "")
			t.Setenv(env[0], env[1])
			if base, err := home("key"); err == nil {
				t.Errorf("there is a home, %s", base)
			}
		})
	}
}

// BenchmarkInspect measures what checking the cache adds to a start: less than 5 ms.
func BenchmarkInspect(b *testing.B) {
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "go-graphviz"), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := fill(filepath.Join(dir, "go-graphviz", "code")); err != nil {
		b.Fatal(err)
	}
	if err := complete(dir); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if state, _ := inspect(dir); state != intact {
			b.Fatal(state)
		}
	}
	b.ReportMetric(probeSize>>20, "MB")
}

func BenchmarkKey(b *testing.B) {
	for b.Loop() {
		key()
	}
}

// A recorder of wazero's calls would need its internal types, so the test looks for the
// engine in the configuration that go-graphviz asks for.
func TestInterpretReplacesTheCompiler(t *testing.T) {
	engine := func() reflect.Value {
		return reflect.ValueOf(wazero.NewRuntimeConfig()).Elem().FieldByName("newEngine")
	}
	if !engine().IsNil() {
		t.Fatal("wazero's default has an engine already")
	}
	if !interpret() {
		t.Fatal("interpret found no place for its engine")
	}
	t.Cleanup(func() {
		config := reflect.TypeOf(wazero.NewRuntimeConfig()).Elem()
		field, _ := config.FieldByName("newEngine")
		*(*func())(unsafe.Add(engineLessConfig, field.Offset)) = nil
	})
	if engine().IsNil() {
		t.Fatal("wazero's default has no engine")
	}
	// A module with one exported function that returns 42.
	module := []byte("\x00asm\x01\x00\x00\x00\x01\x05\x01\x60\x00\x01\x7f\x03\x02\x01\x00\x07\x05\x01\x01f\x00\x00\x0a\x06\x01\x04\x00\x41\x2a\x0b")
	runtime := wazero.NewRuntime(t.Context())
	defer runtime.Close(t.Context())
	m, err := runtime.Instantiate(t.Context(), module)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.ExportedFunction("f").Call(t.Context()); err != nil || len(got) != 1 || got[0] != 42 {
		t.Errorf("the interpreter returned %v, %v", got, err)
	}
}
