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
