package fleet_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// makeFleet returns a folder with the snapshots of a fleet.
func makeFleet(t testing.TB, opt clustertest.FleetOptions) string {
	t.Helper()
	dir := t.TempDir()
	if err := clustertest.WriteFleet(context.Background(), dir, 7, opt); err != nil {
		t.Fatal(err)
	}
	return dir
}

// facts returns the file of facts of the arguments.
func facts(t testing.TB, opt fleet.Options, args ...string) string {
	t.Helper()
	if opt.Warn == nil {
		opt.Warn = func(text string) { t.Error("warning:", text) }
	}
	var b bytes.Buffer
	if err := fleet.Write(context.Background(), &b, fleet.Open(context.Background(), args, opt)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// merged returns the file of facts that several make together.
func merged(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := fleet.Write(context.Background(), &b, fleet.Merge(context.Background(), read(files)...)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(files []string) (all []iter.Seq2[fleet.Line, error]) {
	for i, text := range files {
		all = append(all, fleet.Read(context.Background(), strings.NewReader(text), fmt.Sprint("facts ", i)))
	}
	return all
}

// reports returns the reports of facts.
func reports(t testing.TB, text string) (all []*fleet.Report) {
	t.Helper()
	for r, err := range fleet.Reports(context.Background(), read([]string{text})[0]) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func rules(t testing.TB) *check.Rules {
	t.Helper()
	r, err := check.Read(strings.NewReader("rules:\n- name: all are there\n  state: connected\n  nodes: {atLeast: 12}\n"), "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

// However the snapshots are divided, and in whatever order and groups the parts are merged,
// the facts are the same bytes.
func TestMergingIsTheSameWhateverTheSplit(t *testing.T) {
	dir := makeFleet(t, clustertest.FleetOptions{Clusters: 4, Snapshots: 12, Nodes: 12})
	opt := fleet.Options{Rules: rules(t)}
	want := facts(t, opt, dir)
	if n := strings.Count(want, `"snapshot":`); n != 4*12 {
		t.Fatalf("%d lines of snapshots", n)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		n := 1 + r.IntN(9)
		var parts []string
		for i := range n {
			part := opt
			part.Shard = fleet.Shard{Index: i, Count: n}
			parts = append(parts, facts(t, part, dir))
		}
		if n > 1 {
			parts = append(parts, parts[r.IntN(n)]) // a shard that was tried again
		}
		for len(parts) > 1 {
			r.Shuffle(len(parts), func(i, k int) { parts[i], parts[k] = parts[k], parts[i] })
			group := 2 + r.IntN(len(parts)-1)
			parts = append(parts[group:], merged(t, parts[:group]...))
		}
		if d := cmp.Diff(want, parts[0]); d != "" {
			t.Fatalf("%d shards: %s", n, d)
		}
	}
}

// Lines of any snapshots may be anywhere: also a split that no shard makes gives the same.
func TestMergingIsTheSameForAnySetOfFiles(t *testing.T) {
	dir := makeFleet(t, clustertest.FleetOptions{Clusters: 2, Snapshots: 10, Nodes: 8})
	want := facts(t, fleet.Options{}, dir)
	r := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		parts := make([]string, 3)
		for i := range parts {
			parts[i] = t.TempDir()
		}
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(dir, path)
			to := filepath.Join(parts[r.IntN(3)], rel)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			return os.Symlink(path, to)
		})
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, part := range parts {
			all = append(all, facts(t, fleet.Options{}, part))
		}
		if d := cmp.Diff(want, merged(t, all...)); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(want, facts(t, fleet.Options{}, parts...)); d != "" {
			t.Fatal("several folders at once:", d)
		}
	}
}

func TestEachLineIsJSON(t *testing.T) {
	dir := makeFleet(t, clustertest.FleetOptions{Clusters: 2, Snapshots: 5, Nodes: 5})
	lines := strings.Split(strings.TrimSuffix(facts(t, fleet.Options{Rules: rules(t)}, dir), "\n"), "\n")
	if !slices.IsSorted(lines) {
		t.Error("the lines are not in the order of their bytes")
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	const first = `{"bacviz":"fleet-facts","version":1}` + "\n"
	const shape = `","snapshot":"AAAAAAAAAAAAAAAAAAAAAA","listed":1}` + "\n"
	for text, want := range map[string]string{
		"":                                  "f:1: the file is empty",
		`{"bacviz":"fleet-facts","version"`: "f:1: the file ends in the middle of a line",
		first + `{"cluster":"a`:             "f:2: the file ends in the middle of a line",
		first + "{}\n":                      "f:2: a line does not begin with",
		first:                               "f:2: the file ends before its last line",
		first + `{"end":1}` + "\n":          "f:2: the last line does not count the 0 lines above it",
		first + `{"end":0}` + "\n" + `{"end":0}` + "\n":                                                                            "f:3: there is a line behind the last one",
		first + `{"cluster":"a"}` + "\n":                                                                                           `f:2: a line has "time"`,
		first + `{"cluster":"a","time":"2026-01-01T00:00:00Z` + shape:                                                              "f:2: a time is in UTC and has milliseconds",
		first + `{"cluster":"a","time":"2026-01-01T25:00:00.000Z` + shape:                                                          "f:2: a time is in UTC",
		first + `{"cluster":"a","time":"2026-01-01T00:00:00.000Z","job":"x"}` + "\n":                                               "f:2: a line is about",
		first + `{"cluster":"a","time":"2026-01-01T00:00:00.000Z` + shape:                                                          "the shape of the snapshot is missing",
		first + `{"cluster":"a","time":"2026-01-01T00:00:00.000Z","snapshot":"AAAAAAAAAAAAAAAAAAAAAA","listed":"many"}` + "\n":     "not the figures of a snapshot",
		first + `{"cluster":"a","time":"2026-01-01T00:00:00.000Z","node":"` + nameOf(`"record":{}`) + `","record":{}}` + "\n":      "not the record of a node",
		first + `{"cluster":"a","time":"2026-01-01T00:00:00.000Z","shape":"` + nameOf(`"frame":7`) + `","frame":7}` + "\n":         "not the frame of a snapshot",
		first + `{"cluster":"a","time":"2026-01-01T00:00:00.000Z","shape":"` + nameOf(`"nodes":["x"]`) + `","nodes":["x"]}` + "\n": "not the frame of a snapshot",
	} {
		var failed error
		for _, err := range fleet.Reports(t.Context(), fleet.Read(t.Context(), strings.NewReader(text), "f")) {
			failed = err
		}
		if failed == nil || !strings.Contains(failed.Error(), want) {
			t.Errorf("%q: %v, want %q", text, failed, want)
		}
	}
}

// nameOf is what a content is known by; see docs/design/fleet.md.
func nameOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// FuzzRead reads facts from anywhere: an error, but never a panic.
func FuzzRead(f *testing.F) {
	dir := makeFleet(f, clustertest.FleetOptions{Clusters: 1, Snapshots: 3, Nodes: 2})
	f.Add(facts(f, fleet.Options{Rules: rules(f)}, dir))
	f.Fuzz(func(t *testing.T, text string) {
		for _, err := range fleet.Reports(t.Context(), fleet.Read(t.Context(), strings.NewReader(text), "f")) {
			_ = err
		}
	})
}

// The samples that are kept are no more than so many, and have what those between had: the first and
// the last, all changes, and an outage of one snapshot.
func TestReportIsThinned(t *testing.T) {
	const n, outage = 1000, 500
	dir := t.TempDir()
	if err := clustertest.WriteOutage(dir, n, outage, time.Minute); err != nil {
		t.Fatal(err)
	}
	r := reports(t, facts(t, fleet.Options{}, dir))[0]
	first, last := &r.Samples[0], &r.Samples[len(r.Samples)-1]
	if r.Snapshots != n || len(r.Samples) > fleet.MostSamples || len(r.Samples) < fleet.MostSamples/2 || r.Changed != 2 {
		t.Errorf("%d snapshots, %d samples, %d moments", r.Snapshots, len(r.Samples), r.Changed)
	}
	if !first.At.Equal(r.From) || !last.At.Equal(r.To) {
		t.Errorf("samples from %s to %s", first.At, last.At)
	}
	var all fleet.Counts
	least, most := first.Least, first.Most
	for i := range r.Samples {
		s := &r.Samples[i]
		all = fleet.Counts{Joined: all.Joined + s.Joined, Left: all.Left + s.Left, Other: all.Other + s.Other}
		least, most = min(least, s.Least), max(most, s.Most)
	}
	if all != r.Counts || !all.Any() || least != 0 || most != clustertest.OutageNodes {
		t.Errorf("samples have %v of %v, and %d to %d nodes", all, r.Counts, least, most)
	}
}

// A sample stands for the same, whichever neighbours come together first.
func TestSamplesComeTogetherInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for range 50 {
		all := make([]fleet.Sample, 2+r.IntN(8))
		for i := range all {
			n := r.IntN(10)
			all[i] = fleet.Sample{At: clustertest.Epoch.Add(time.Duration(i) * time.Hour), Counts: fleet.Counts{Joined: r.IntN(3), Left: r.IntN(3), Other: r.IntN(3)}, Least: n, Most: n}
			all[i].Connected = n
		}
		want := all[0]
		for i := range all[1:] {
			want = all[i+1].Since(&want)
		}
		for len(all) > 1 {
			i := r.IntN(len(all) - 1)
			all[i] = all[i+1].Since(&all[i])
			all = slices.Delete(all, i+1, i+2)
		}
		if d := cmp.Diff(want, all[0]); d != "" {
			t.Fatal(d)
		}
	}
}

// What a report says of a cluster is what its history says.
func TestReportSaysWhatAHistorySays(t *testing.T) {
	for number := range 3 {
		opt := clustertest.FleetOptions{Clusters: number + 1, Snapshots: 15, Nodes: 10}
		store, err := history.Memory(t.Context(), history.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		name, all := clustertest.FleetCluster(7, number, opt)
		for snap := range all {
			if _, err := store.Append(t.Context(), snap.Taken, snap); err != nil {
				t.Fatal(err)
			}
		}
		var want, got []string
		for c, err := range store.Changes(t.Context(), history.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprint(c.At, c.Kind, c.Subject, c.Diff.Words(t.Context(), false)))
		}
		for _, r := range reports(t, facts(t, fleet.Options{}, makeFleet(t, opt))) {
			if r.Cluster != name {
				continue
			}
			for _, m := range r.Moments {
				for _, c := range m.Changes {
					got = append(got, fmt.Sprint(m.At, c.Kind, c.Subject, c.Words))
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}
