package cache

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) {
	Done() // TMPDIR, for the tests
	os.Exit(m.Run())
}

// What a start with a cache pays for the guard: below 5 ms.
func BenchmarkInspect(b *testing.B) {
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "go-graphviz"), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := fill(filepath.Join(dir, "go-graphviz", "code")); err != nil {
		b.Fatal(err)
	}
	if err := bless(dir); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if state, _ := inspect(dir); state != whole {
			b.Fatal(state)
		}
	}
	b.ReportMetric(room>>20, "MB")
}

func BenchmarkKey(b *testing.B) {
	for b.Loop() {
		key()
	}
}
