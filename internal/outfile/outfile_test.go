package outfile_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/outfile"
)

// files lists the files in a folder, hidden ones included.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func write(path, text string) error {
	return outfile.Write(context.Background(), path, nil, []byte(text))
}

func TestWriteMakesAndReplacesAFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	for _, text := range []string{"first", "", strings.Repeat("long", 1<<16), "short"} {
		if err := write(path, text); err != nil {
			t.Fatal(err)
		}
		wantFile(t, path, text)
	}
	if got := files(t, dir); !slices.Equal(got, []string{"out"}) {
		t.Errorf("left behind: %q", got)
	}
}

func TestWriteTakesTheLongestNameThereIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("x", 255))
	put(t, path, "old")
	if err := write(path, "new"); err != nil {
		t.Error(err)
	}
	wantFile(t, path, "new")
}

func TestWriteStopsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "old")
	put(t, old, "as it was")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, path := range []string{old, filepath.Join(dir, "new")} {
		if err := outfile.Write(ctx, path, nil, []byte("new")); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", path, err)
		}
	}
	wantFile(t, old, "as it was")
	if got := files(t, dir); !slices.Equal(got, []string{"old"}) {
		t.Errorf("left behind: %q", got)
	}
}

func TestStandardOutput(t *testing.T) {
	for _, path := range []string{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"} {
		var out bytes.Buffer
		if err := outfile.Write(t.Context(), path, &out, []byte("text")); err != nil || out.String() != "text" {
			t.Errorf("%s: %q, %v", path, out.String(), err)
		}
		if !outfile.IsStdout(path) || outfile.Check(path) != nil {
			t.Errorf("%s is not taken for standard output", path)
		}
	}
	if outfile.IsStdout("./-") || outfile.IsStdout("") {
		t.Error("a file is taken for standard output")
	}
	closed, err := os.Create(filepath.Join(t.TempDir(), "closed"))
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if err := outfile.Write(t.Context(), "-", closed, []byte("text")); err == nil || !strings.HasPrefix(err.Error(), "writing to standard output: ") {
		t.Errorf("a write to a closed file gives %v", err)
	}
}

// Write refuses whatever Check refuses, and neither changes anything.
func TestNowhereToWrite(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "as it was")
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{"sub", "is a directory"},
		{"gone/out", "there is no folder"},
		{"file/out", "is not a folder"},
		{"sub/", "is a directory"},
		{"file/", "is not a folder"},
	} {
		path := dir + "/" + c.path
		if err := outfile.Check(path); err == nil || !strings.HasPrefix(err.Error(), "writing "+path+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Check(%q): %v, want %q", c.path, err, c.want)
		}
		if err := write(path, "new"); err == nil || strings.Contains(err.Error(), ".bacviz-") {
			t.Errorf("Write(%q): %v", c.path, err)
		}
	}
	wantFile(t, filepath.Join(dir, "file"), "as it was")
	if got := files(t, dir); !slices.Equal(got, []string{"file", "sub"}) || len(files(t, filepath.Join(dir, "sub"))) > 0 {
		t.Errorf("left behind: %q", got)
	}
}

// WriteAll writes all files or none.
func TestWriteAll(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	put(t, at("old"), "as it was")
	if err := os.Mkdir(at("sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	all := func(names ...string) (list []outfile.File) {
		for _, n := range names {
			list = append(list, outfile.File{Path: at(n), Data: []byte(n)})
		}
		return list
	}
	for _, last := range []string{"sub", "gone/c", "old/c"} {
		if err := outfile.WriteAll(t.Context(), all("a", "old", last)); err == nil || !strings.HasPrefix(err.Error(), "writing "+at(last)+": ") || strings.Contains(err.Error(), ".bacviz-") {
			t.Errorf("%s: %v", last, err)
		}
		wantFile(t, at("old"), "as it was")
		if got := files(t, dir); !slices.Equal(got, []string{"old", "sub"}) {
			t.Fatalf("%s: left behind: %q", last, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := outfile.WriteAll(ctx, all("a", "old")); !errors.Is(err, context.Canceled) || len(files(t, dir)) != 2 {
		t.Errorf("%v, left behind: %q", err, files(t, dir))
	}
	if err := outfile.WriteAll(t.Context(), all("a", "old", "b")); err != nil {
		t.Fatal(err)
	}
	wantFile(t, at("old"), "old")
	if got := files(t, dir); !slices.Equal(got, []string{"a", "b", "old", "sub"}) {
		t.Errorf("there are %q", got)
	}
}
