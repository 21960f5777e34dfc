package outfile_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/outfile"
)

// fill puts files into a folder, each with its name as content.
func fill(names ...string) func(outfile.Put) error {
	return func(put outfile.Put) error {
		for _, name := range names {
			f, err := put(name)
			if err != nil {
				return err
			}
			if _, err := io.WriteString(f, name); err != nil {
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
		}
		return nil
	}
}

// all lists the files in and below a folder that do not begin with a dot.
func all(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), ".bacviz-files") {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFolderIsThereWholeOrAsItWas(t *testing.T) {
	dir := t.TempDir()
	to := filepath.Join(dir, "report")
	if err := outfile.Folder(t.Context(), to, fill("a", "sub/b")); err != nil {
		t.Fatal(err)
	}
	if got := all(t, dir); !slices.Equal(got, []string{"report/a", "report/sub/b"}) {
		t.Fatal(got)
	}
	failure := errors.New("no more")
	err := outfile.Folder(t.Context(), to, func(put outfile.Put) error { return errors.Join(fill("c")(put), failure) })
	if got := all(t, dir); !errors.Is(err, failure) || !slices.Equal(got, []string{"report/a", "report/sub/b"}) {
		t.Fatal(err, got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = outfile.Folder(ctx, to, func(put outfile.Put) error { cancel(); return fill("c")(put) })
	if got := all(t, dir); !errors.Is(err, context.Canceled) || !slices.Equal(got, []string{"report/a", "report/sub/b"}) {
		t.Fatal(err, got)
	}
	if err := outfile.Folder(t.Context(), to, fill("c")); err != nil {
		t.Fatal(err)
	}
	if got := all(t, dir); !slices.Equal(got, []string{"report/c"}) {
		t.Fatal(got)
	}
}

func TestFolderKeepsTheFilesOfOthers(t *testing.T) {
	to := filepath.Join(t.TempDir(), "report")
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := outfile.Folder(t.Context(), to, fill("a")); err != nil { // it is empty
		t.Fatal(err)
	}
	own := filepath.Join(to, "notes.txt")
	if err := os.WriteFile(own, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := outfile.Folder(t.Context(), to, fill("b")); !errors.Is(err, outfile.ErrForeign) || !strings.Contains(err.Error(), "notes.txt") {
		t.Error(err)
	}
	if got := all(t, to); !slices.Equal(got, []string{"a", "notes.txt"}) {
		t.Error(got)
	}
	empty := filepath.Join(to, "kept")
	if err := errors.Join(os.Remove(own), os.Mkdir(empty, 0o755)); err != nil {
		t.Fatal(err)
	}
	if err := outfile.Folder(t.Context(), to, fill("b")); !errors.Is(err, outfile.ErrForeign) || !strings.Contains(err.Error(), "kept") {
		t.Errorf("an empty folder: %v", err)
	}
	if err := errors.Join(os.Remove(empty), os.WriteFile(own, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{own, filepath.Join(to, "none", "report"), "-", ""} {
		if _, err := outfile.CheckFolder(path); err == nil {
			t.Errorf("%q is accepted", path)
		}
	}
}

func TestStreamWritesAFileWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "facts")
	put := func(text string, then error) error {
		return outfile.Stream(t.Context(), path, nil, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, then)
		})
	}
	if err := put("old", nil); err != nil {
		t.Fatal(err)
	}
	if err := put("new", io.ErrUnexpectedEOF); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if text, err := os.ReadFile(path); string(text) != "old" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if got := all(t, filepath.Dir(path)); len(got) != 1 {
		t.Error(got)
	}
	var out strings.Builder
	err := outfile.Stream(t.Context(), "-", &out, func(w io.Writer) error { _, err := io.WriteString(w, "text"); return err })
	if err != nil || out.String() != "text" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestStreamNamesStandardOutput(t *testing.T) {
	closed, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err == nil {
		err = closed.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	err = outfile.Stream(t.Context(), "-", closed, func(w io.Writer) error { _, err := io.WriteString(w, "text"); return err })
	if !errors.Is(err, os.ErrClosed) || !strings.HasPrefix(err.Error(), "writing to standard output: ") || strings.Contains(err.Error(), closed.Name()) {
		t.Error(err)
	}
}
