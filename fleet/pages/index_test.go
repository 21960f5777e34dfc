package pages_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// ending returns a folder with a cluster for each name, which has a snapshot a day for so many days.
func ending(t *testing.T, days map[string]int) string {
	t.Helper()
	one, err := filepath.Glob(filepath.Join(write(t, clustertest.FleetOptions{Clusters: 1, Snapshots: 1, Nodes: 5}), "*", "*.json"))
	if err != nil || len(one) != 1 {
		t.Fatal(one, err)
	}
	dir := t.TempDir()
	for name, n := range days {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			at := clustertest.Epoch.Add(time.Duration(i) * 24 * time.Hour).Format("20060102T150405Z")
			if err := os.Symlink(one[0], filepath.Join(dir, name, at+".json")); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// index returns the index of a folder.
func index(t *testing.T, dir string, opt fleet.Options) string {
	t.Helper()
	return string(report(t, fleet.Open(t.Context(), []string{dir}, opt))["index.html"])
}

var headline = regexp.MustCompile(`<dt>Nodes connected</dt><dd>\d+ <span>of \d+ compute nodes</span>`)

// A cluster that has been silent for long is marked, and in no figures; one that is late by two of its
// intervals is in all of them.
func TestSilentClustersAreMarkedAndNotCounted(t *testing.T) {
	alone := index(t, ending(t, map[string]int{"new": 30}), fleet.Options{})
	silent := index(t, ending(t, map[string]int{"new": 30, "old": 4}), fleet.Options{})
	late := index(t, ending(t, map[string]int{"new": 30, "old": 28}), fleet.Options{})
	if a, s, l := headline.FindString(alone), headline.FindString(silent), headline.FindString(late); a == "" || a != s || s == l {
		t.Errorf("alone %q, beside a silent cluster %q, beside a late one %q", a, s, l)
	}
	for text, want := range map[string]bool{alone: false, silent: true, late: false} {
		if got := strings.Contains(text, "1 cluster is silent") && strings.Contains(text, "no snapshot since"); got != want {
			t.Errorf("silent: %v, want %v", got, want)
		}
	}
}

// Rules that are only unknown are no alarm.
func TestUnknownRulesAreNotCountedAsBroken(t *testing.T) {
	for rule, want := range map[string]string{
		"nodes: {atLeast: 100}": `<dt>Broken rules</dt><dd class="bad">1 <span>in 1 cluster</span>`,
		"free: {cpu: 100000}":   `<dt>Broken rules</dt><dd>0 <span>1 unknown</span>`,
	} {
		r, err := check.Read(strings.NewReader("rules:\n- name: a\n  "+rule+"\n"), "rules.yaml")
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "2026-01-01.json"), []byte(`{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [{"id": "c", "type": "Compute"}, {"id": "o", "type": "Requester"}]}`), 0o644); err != nil {
			t.Fatal(err)
		}
		if text := index(t, dir, fleet.Options{Rules: &r, Warn: func(w string) { t.Error(w) }}); !strings.Contains(text, want) {
			t.Errorf("%s: %s", rule, text[strings.Index(text, "<dl"):strings.Index(text, "</dl>")])
		}
	}
}

// The index and the page of the cluster count what was left out; a cluster without any snapshot is named.
func TestReportSaysWhatWasLeftOut(t *testing.T) {
	dir := ending(t, map[string]int{"eu": 3, "us": 2, "gone": 0})
	for i, name := range []string{"eu/2027-01-01.json", "eu/untimed.json", "gone/2026-01-01.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), fmt.Appendf(nil, "{%d", i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files := report(t, fleet.Open(t.Context(), []string{dir}, fleet.Options{}))
	for name, want := range map[string]string{
		"index.html":       `2 clusters, 5 snapshots, 3 files left out`,
		"index.md":         "| `gone` | 1 | `2026-01-01.json` |",
		"clusters/eu.html": `<li>2027-01-01.json: line 1`,
	} {
		if !strings.Contains(string(files[name]), want) {
			t.Errorf("%s has no %q: %s", name, want, files[name])
		}
	}
	if files["clusters/gone.html"] != nil || !strings.Contains(string(files["index.html"]), `<th scope="row">gone</th>`) {
		t.Error("the cluster without a snapshot has a page, or no row")
	}
}
