//go:build unix

package fleet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// spoilt returns a fleet of two clusters, one of which has two files that are no snapshots.
func spoilt(t *testing.T) (dir, cluster string) {
	t.Helper()
	dir = makeFleet(t, clustertest.FleetOptions{Clusters: 2, Snapshots: 4, Nodes: 3})
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	cluster = all[0].Name()
	for _, name := range []string{cluster + "-2026-01-20.json", "untimed.json"} {
		if err := os.WriteFile(filepath.Join(dir, cluster, name), []byte("{"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, cluster
}

func TestFactsSayWhatWasLeftOutWhateverTheSplit(t *testing.T) {
	dir, name := spoilt(t)
	var parts []string
	opt := fleet.Options{Warn: func(string) {}}
	for i := range 3 {
		opt.Shard = fleet.Shard{Index: i, Count: 3}
		parts = append(parts, facts(t, opt, dir))
	}
	opt.Shard = fleet.Shard{}
	want := facts(t, opt, dir)
	if d := cmp.Diff(want, merged(t, parts[2], parts[0], parts[1], parts[0])); d != "" {
		t.Error(d)
	}
	for _, r := range reports(t, want) {
		lost := 0
		if r.Cluster == name {
			lost = 2
		}
		if r.LeftOut != lost || len(r.Lost) != lost || r.Snapshots != 4 {
			t.Errorf("%s: %d snapshots, %d left out: %v", r.Cluster, r.Snapshots, r.LeftOut, r.Lost)
		}
	}
}

// With pseudonyms, neither facts nor warnings have the name of a cluster that is in the name of a file.
func TestNoPartOfAFileNameIsInRedactedFacts(t *testing.T) {
	dir, name := spoilt(t)
	warned := ""
	opt := fleet.Options{Redact: []byte("0123456789abcdefghijklmnop"), Warn: func(text string) { warned += text + "\n" }}
	text := facts(t, opt, dir)
	for what, text := range map[string]string{"facts": text, "warnings": warned} {
		if strings.Contains(text, name) || strings.Contains(text, "untimed") {
			t.Errorf("%s have a name in them: %s", what, text)
		}
	}
	if !strings.Contains(warned, ", 2026-01-20T00:00:00Z: left out") || strings.Count(text, `"leftOut":`) != 2 {
		t.Errorf("%s\n%s", warned, text)
	}
}

// Wherever a file of facts is cut, reading it fails.
func TestFactsThatWereCutAreRefused(t *testing.T) {
	text := facts(t, fleet.Options{}, makeFleet(t, clustertest.FleetOptions{Clusters: 1, Snapshots: 3, Nodes: 3}))
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	for n := range lines {
		var failed error
		for _, err := range fleet.Read(t.Context(), strings.NewReader(strings.Join(lines[:n], "")), "f") {
			failed = err
		}
		if failed == nil {
			t.Errorf("%d of %d lines are accepted", n, len(lines))
		}
	}
}

// open returns the error of reading arguments.
func open(t *testing.T, args ...string) (failed error) {
	t.Helper()
	for _, err := range fleet.Open(t.Context(), args, fleet.Options{}) {
		failed = err
	}
	return failed
}

func TestNamesOfClustersAreInUTF8(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a\xfe", "a\xff"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Skip("the file system takes no such name:", err)
		}
	}
	if err := open(t, dir); err == nil || !strings.Contains(err.Error(), `the name of cluster "a\xfe" is not in UTF-8`) {
		t.Error(err)
	}
}

// Only files are read: a pipe may never end, nor a device.
func TestPipesAndDevicesAreNoSnapshots(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{"pipe", "/dev/zero"} {
		manifest := filepath.Join(dir, "fleet.yaml")
		if err := os.WriteFile(manifest, fmt.Appendf(nil, "clusters: {a: %s}", path), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := open(t, manifest); err == nil || !strings.HasSuffix(err.Error(), path+": neither a file nor a folder") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestASnapshotAloneIsOfTheClusterOfItsFolder(t *testing.T) {
	dir := makeFleet(t, clustertest.FleetOptions{Clusters: 1, Snapshots: 2, Nodes: 3})
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	if d := cmp.Diff(facts(t, fleet.Options{}, dir), facts(t, fleet.Options{}, files...)); d != "" {
		t.Error(d)
	}
}

func TestAnAddressInAManifestNeedsANetwork(t *testing.T) {
	manifest := filepath.Join(t.TempDir(), "fleet.yaml")
	if err := os.WriteFile(manifest, []byte("clusters: {eu: [https://eu.example]}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := open(t, manifest); err == nil || !strings.Contains(err.Error(), "cluster eu has an address in the manifest, and this program has no network") {
		t.Error(err)
	}
}

// A manifest may name a file more than once, also by folders that are in one another.
func TestAFileThatIsNamedTwiceIsReadOnce(t *testing.T) {
	dir, name := spoilt(t)
	want := facts(t, fleet.Options{Warn: func(string) {}}, filepath.Join(dir, name))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(dir, name), link); err != nil {
		t.Skip(err)
	}
	manifest := filepath.Join(dir, "fleet.yaml")
	text := fmt.Sprintf("clusters: {%[1]s: [%[1]s, ./%[1]s/, %[1]s/untimed.json, %[1]s/../%[1]s/untimed.json]}", name)
	if err := os.WriteFile(manifest, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	warned := 0
	if d := cmp.Diff(want, facts(t, fleet.Options{Warn: func(string) { warned++ }}, manifest)); d != "" || warned != 2 {
		t.Error(warned, d)
	}
	if got := facts(t, fleet.Options{Warn: func(string) {}}, link); strings.Count(got, `"snapshot":`) != 4 {
		t.Error("a link to a folder is not followed:", got)
	}
}
