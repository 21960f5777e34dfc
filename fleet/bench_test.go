package fleet_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/fleet/pages"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// BenchmarkFleet compares facts and reports of snapshots of 200 nodes with decoding alone, on
// one processor, by the least processor time that each takes, in turn. With -short it is a smaller fleet. It fails if pages take more than 1.3 times as long.
func BenchmarkFleet(b *testing.B) {
	const snapshots = 60
	clusters := 40
	if testing.Short() {
		clusters = 2
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // see gctune.Streams
	dir := makeFleet(b, clustertest.FleetOptions{Clusters: clusters, Snapshots: snapshots, Nodes: 200})
	text := facts(b, fleet.Options{}, dir)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	open := func(opt fleet.Options) iter.Seq2[fleet.Line, error] {
		return fleet.Open(b.Context(), []string{dir}, opt)
	}
	withRules := fleet.Options{Rules: rules(b)}
	works := []struct {
		name string
		do   func() error
	}{
		{"decoding", func() error { return decode(dir) }},
		{"facts", func() error { return fleet.Write(b.Context(), io.Discard, open(fleet.Options{})) }},
		{"facts-with-rules", func() error { return fleet.Write(b.Context(), io.Discard, open(withRules)) }},
		{"reports", func() error { return drain(b.Context(), open(fleet.Options{})) }},
		{"pages", func() error {
			return pages.Write(b.Context(), fleet.Reports(b.Context(), open(fleet.Options{})), pages.Options{}, discard)
		}},
		{"reports-of-facts", func() error { return drain(b.Context(), read([]string{text})[0]) }},
	}
	used := make([]time.Duration, len(works))
	for b.Loop() {
		for i, w := range works {
			before := clustertest.CPUTime()
			if err := w.do(); err != nil {
				b.Fatal(err)
			}
			if now := clustertest.CPUTime() - before; used[i] == 0 || now < used[i] {
				used[i] = now
			}
		}
	}
	for i, w := range works {
		b.ReportMetric(float64(used[i].Microseconds())/float64(clusters*snapshots), w.name+"-cpu-µs")
		share := float64(used[i]) / float64(used[0])
		b.ReportMetric(share, w.name+"/decoding")
		if share > 1.3 {
			b.Errorf("%s take %.2f times as long as decoding", w.name, share)
		}
	}
}

// discard drops a file.
func discard(string) (io.WriteCloser, error) { return nopCloser{io.Discard}, nil }

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// drain makes reports, and drops them.
func drain(ctx context.Context, lines iter.Seq2[fleet.Line, error]) error {
	for _, err := range fleet.Reports(ctx, lines) {
		if err != nil {
			return err
		}
	}
	return nil
}

// decode reads all snapshots below a folder, and nothing else.
func decode(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil {
			_, err = snapshot.Parse(text, snapshot.ReadOptions{})
		}
		return err
	})
}

// BenchmarkMemory makes the report of one cluster with ever more snapshots. The heap that is in
// use meanwhile does not grow with them, but for what a list keeps of each file, and until the report has as many
// times and moments as it shows. It fails if there is more.
func BenchmarkMemory(b *testing.B) {
	const ofFile, ofReport = 60, 1 << 20 // bytes
	least := uint64(0)
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprint(n, " snapshots"), func(b *testing.B) {
			dir := linked(b, n)
			for b.Loop() {
				m := meter{every: n / 4}
				for _, err := range fleet.Reports(b.Context(), m.watch(fleet.Open(b.Context(), []string{dir}, fleet.Options{}))) {
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(m.peak)/(1<<20), "MiB-heap")
				if least == 0 {
					least = m.peak
				}
				if most := least + uint64(n*ofFile+ofReport); m.peak > most {
					b.Errorf("a heap of %d bytes, at most %d are wanted", m.peak, most)
				}
			}
		})
	}
}

// A meter looks at the heap that is in use, now and then.
type meter struct {
	every, lines int
	peak         uint64 // in bytes
}

func (m *meter) watch(lines iter.Seq2[fleet.Line, error]) iter.Seq2[fleet.Line, error] {
	return func(yield func(fleet.Line, error) bool) {
		for line, err := range lines {
			if m.lines++; m.lines%m.every == 0 {
				var now runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&now)
				m.peak = max(m.peak, now.HeapAlloc)
			}
			if !yield(line, err) {
				return
			}
		}
	}
}

// linked returns a folder with so many snapshots of one cluster, which is what it was before
// after every 50 of them.
func linked(b *testing.B, n int) string {
	const different = 50
	from := filepath.Join(makeFleet(b, clustertest.FleetOptions{Clusters: 1, Snapshots: different, Nodes: 20}), "*", "*.json")
	files, err := filepath.Glob(from)
	if err != nil || len(files) != different {
		b.Fatal(err, len(files))
	}
	dir := b.TempDir()
	for i := range n {
		at := clustertest.Epoch.Add(time.Duration(i) * 5 * time.Minute).Format("2006-01-02T15-04-05Z")
		if err := os.Symlink(files[i%different], filepath.Join(dir, at+".json")); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}
