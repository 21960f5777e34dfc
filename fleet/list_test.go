package fleet

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// A cluster of years has hundreds of thousands of files: of each, a list keeps the name and 16 bytes, and a
// quarter more while it grows.
func TestAListKeepsLittleOfAFile(t *testing.T) {
	const n = 50_000
	heap := func() uint64 {
		var now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&now)
		return now.HeapAlloc
	}
	before := heap()
	l := list{folders: []folder{{path: "eu"}}}
	for i := range n {
		at := time.Unix(int64(1_700_000_000+(i*7919)%n*300), 0).UTC() // in no order
		if err := l.add(0, at.Format("2006-01-02T15-04-05Z")+".json", at); err != nil {
			t.Fatal(err)
		}
	}
	l.sort()
	if used, most := heap()-before, uint64(n*(16+26)*14/10); used > most {
		t.Errorf("%d bytes for %d files, at most %d are wanted", used, n, most)
	}
	last := l.file(0)
	for i := 1; i < n; i++ {
		f := l.file(i)
		if f.at.Sub(last.at) != 5*time.Minute || f.path != filepath.Join("eu", f.name) {
			t.Fatalf("%v behind %v", f, last)
		}
		last = f
	}
}

func TestFilesWithoutATimeAreFirst(t *testing.T) {
	l := list{folders: []folder{{"b", "b"}, {"a", "a"}}}
	for i, name := range []string{"2.json", "10.json", "late.json", "early.json"} {
		at := time.Time{}
		if i > 1 {
			at = time.Unix(int64(-i), 0)
		}
		for k := range l.folders {
			if err := l.add(uint32(k), name, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	l.sort()
	got := fmt.Sprint(l.undated())
	for i := range l.entries {
		got += " " + l.file(i).name
	}
	if want := "4 a/2.json a/10.json b/2.json b/10.json a/early.json b/early.json a/late.json b/late.json"; got != want {
		t.Error(got)
	}
}
