package infile_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/infile"
)

func TestAReaderReadsFilesOneAfterTheOther(t *testing.T) {
	dir := t.TempDir()
	var r infile.Reader
	for i, text := range []string{"long, as the first of them", "short", "", "longer than the second"} {
		path := filepath.Join(dir, "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Read(t.Context(), path, 100); err != nil || string(got) != text {
			t.Errorf("file %d: %q, %v", i, got, err)
		}
		if _, err := r.Read(t.Context(), path, 3); (err != nil) != (len(text) > 3) {
			t.Errorf("file %d with a limit of 3 bytes: %v", i, err)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := r.Read(ended, filepath.Join(dir, "file"), 100); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Files of one size need no memory after the first.
func TestAReaderKeepsItsMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	var r infile.Reader
	first, err := r.Read(t.Context(), path, 2<<20)
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Read(t.Context(), path, 2<<20)
	if err != nil || &first[0] != &second[0] {
		t.Error("the second file is in other memory", err)
	}
}
