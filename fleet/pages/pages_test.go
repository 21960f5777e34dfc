package pages_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/fleet/pages"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestMain(m *testing.M) {
	status := m.Run()
	browsertest.Stop()
	os.Exit(status)
}

// A memory is a folder in memory.
type memory struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (m *memory) put(name string) (io.WriteCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, twice := m.files[name]; twice {
		return nil, fmt.Errorf("%s is written twice", name)
	}
	m.files[name] = nil
	return &memoryFile{m: m, name: name}, nil
}

type memoryFile struct {
	bytes.Buffer
	m    *memory
	name string
}

func (f *memoryFile) Close() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	f.m.files[f.name] = f.Bytes()
	return nil
}

// report returns the files of the report of some lines.
func report(t testing.TB, lines iter.Seq2[fleet.Line, error]) map[string][]byte {
	t.Helper()
	m := memory{files: make(map[string][]byte)}
	if err := pages.Write(context.Background(), fleet.Reports(context.Background(), lines), pages.Options{}, m.put); err != nil {
		t.Fatal(err)
	}
	return m.files
}

// write writes a synthetic fleet into a folder.
func write(t testing.TB, opt clustertest.FleetOptions) string {
	t.Helper()
	dir := t.TempDir()
	if err := clustertest.WriteFleet(context.Background(), dir, 3, opt); err != nil {
		t.Fatal(err)
	}
	return dir
}

func rules(t testing.TB) *check.Rules {
	t.Helper()
	r, err := check.Read(strings.NewReader("rules:\n- name: all are there\n  state: connected\n  nodes: {atLeast: 8}\n"), "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

// The report of facts that any shards made, merged in any order, has the same bytes.
func TestReportIsTheSameWhateverTheSplit(t *testing.T) {
	dir := write(t, clustertest.FleetOptions{Clusters: 3, Snapshots: 8, Nodes: 8})
	opt := fleet.Options{Rules: rules(t)}
	want := report(t, fleet.Open(t.Context(), []string{dir}, opt))
	random := rand.New(rand.NewPCG(5, 6))
	for range 6 {
		n := 2 + random.IntN(6)
		var all []iter.Seq2[fleet.Line, error]
		for _, i := range random.Perm(n) {
			part := opt
			part.Shard = fleet.Shard{Index: i, Count: n}
			var b bytes.Buffer
			if err := fleet.Write(t.Context(), &b, fleet.Open(t.Context(), []string{dir}, part)); err != nil {
				t.Fatal(err)
			}
			all = append(all, fleet.Read(t.Context(), &b, "part"))
		}
		if got := report(t, fleet.Merge(t.Context(), all...)); !maps.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("%d shards give another report", n)
		}
	}
}

// hostile are names that a manifest may have. Files are named alike on every system.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "../../etc/passwd", "..", "con", "A", "a", "a.b", "ü", "漢字", "\u202eevil", "line\nbreak",
	"x|y](http://elsewhere.example)", "@user #1", strings.Repeat("long-", 80), " ", "~", "`code`", "{{.}}", "eu-west-1",
}

func TestNamesOfClustersAreHarmless(t *testing.T) {
	dir := write(t, clustertest.FleetOptions{Clusters: 1, Snapshots: 2, Nodes: 3})
	folder, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	manifest := "clusters:\n"
	for _, name := range hostile {
		manifest += fmt.Sprintf("  %q: %s\n", name, folder[0].Name())
	}
	file := filepath.Join(dir, "fleet.yaml")
	if err := os.WriteFile(file, []byte(manifest), 0o644); err != nil {
		t.Fatal(err)
	}
	files := report(t, fleet.Open(t.Context(), []string{file}, fleet.Options{Warn: func(w string) { t.Error(w) }}))
	plain := regexp.MustCompile(`^(index\.(html|md)|time(-narrow)?\.svg|clusters/[a-z0-9~-]{1,90}\.(html|svg))$`)
	folded := make(map[string]bool)
	for name, data := range files {
		if !plain.MatchString(name) || folded[strings.ToLower(name)] {
			t.Errorf("a file %q", name)
		}
		folded[strings.ToLower(name)] = true
		bad := []string{"<script", "<img src=x", "\u202e"}
		if strings.HasSuffix(name, ".md") { // where code shows what stands there
			bad = []string{"](http", "\u202e", "\n<"}
		}
		for _, bad := range bad {
			if bytes.Contains(data, []byte(bad)) {
				t.Errorf("%s has %q in it", name, bad)
			}
		}
	}
	if n := len(files); n != 4+len(hostile)*6 {
		t.Errorf("%d files", n)
	}
	links := regexp.MustCompile(`(?:href|src|srcset)="([^"]*)"`)
	for name, data := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, link := range links.FindAllSubmatch(data, -1) {
			if to := filepath.ToSlash(filepath.Join(filepath.Dir(name), string(link[1]))); files[to] == nil {
				t.Errorf("%s leads to %s, which is not there", name, to)
			}
		}
	}
}

func TestReportOfNothingIsAnError(t *testing.T) {
	m := memory{files: make(map[string][]byte)}
	nothing := func(func(fleet.Line, error) bool) {}
	err := pages.Write(t.Context(), fleet.Reports(t.Context(), nothing), pages.Options{}, m.put)
	if err == nil || err.Error() != "there is no snapshot to report on" || len(m.files) > 0 {
		t.Error(err, len(m.files))
	}
}

// The pages load nothing from elsewhere, fit a phone, and axe-core finds no barriers in them.
func TestPagesInABrowser(t *testing.T) {
	browsertest.Need(t)
	browsertest.NeedAxe(t)
	dir := write(t, clustertest.FleetOptions{Clusters: 4, Snapshots: 12, Nodes: 8})
	files := make(map[string][]byte)
	page := ""
	for name, data := range report(t, fleet.Open(t.Context(), []string{dir}, fleet.Options{Rules: rules(t)})) {
		files["/"+name] = data
		if strings.HasPrefix(name, "clusters/") && strings.HasSuffix(name, ".html") {
			page = max(page, name)
		}
	}
	for _, s := range []browsertest.Screen{browsertest.Laptop, {Scheme: "dark", Width: 1280, Height: 800}, {Scheme: "light", Width: 375, Height: 667}} {
		for _, name := range []string{"index.html", page} {
			t.Run(fmt.Sprint(name, " ", s), func(t *testing.T) {
				t.Parallel()
				start := maps.Clone(files)
				start["/"] = []byte(`<!doctype html><html lang="en"><title>Start</title><meta http-equiv="refresh" content="0; url=/` + name + `">`)
				p := browsertest.OpenFiles(t, s, start)
				p.Becomes(`document.querySelector("h2") && document.readyState === "complete"`)
				p.Becomes(`[...document.images].every((i) => i.loading === "lazy" || i.complete && i.naturalWidth > 0)`)
				if wide := browsertest.Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("the page is %v pixels wider than the window", wide)
				}
				for _, b := range p.Barriers() {
					t.Error(b)
				}
				p.Quiet()
			})
		}
	}
}
