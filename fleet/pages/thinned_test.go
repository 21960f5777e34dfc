package pages_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// An outage of one snapshot in very many is in all charts, and so is every change.
func TestReportOfManySnapshotsShowsAShortOutage(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"eu", "us"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		outage := map[string]int{"eu": 201, "us": -1}[name]
		if err := clustertest.WriteOutage(filepath.Join(dir, name), 400, outage, 5*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	files := report(t, fleet.Open(t.Context(), []string{dir}, fleet.Options{}))
	spark := regexp.MustCompile(`<path d="([^"]*)"/></svg>0 to 10 nodes connected</p>`).FindSubmatch(files["index.html"])
	if spark == nil || !strings.Contains(string(spark[1]), "V22.0") {
		t.Errorf("the card has the line %s", spark)
	}
	if !strings.Contains(string(files["index.html"]), "10 nodes connected at all times") {
		t.Error("the network without an outage has one")
	}
	for name, want := range map[string]string{
		"index.html":       "· 20 changes. At first 20 of 20 nodes connected, not known; at last 20 of 20 nodes connected, not known. In between, for a time, 10 connected.",
		"clusters/eu.html": "2026-01-15 12:00 to 2026-01-16 21:15 (UTC) · 20 changes. At first 10 of 10 nodes connected, not known; at last 10 of 10 nodes connected, not known. In between, for a time, 0 connected.",
		"clusters/us.html": "· 0 changes. At first 10 of 10 nodes connected, not known; at last 10 of 10 nodes connected, not known.\"",
	} {
		if !strings.Contains(string(files[name]), want) {
			_, alt, _ := strings.Cut(string(files[name]), `alt="Nodes and`)
			t.Errorf("%s has no %q: %.300s", name, want, alt)
		}
	}
	dip := regexp.MustCompile(`changes and dips marked`)
	if !dip.Match(files["clusters/eu-time.svg"]) || !dip.Match(files["time.svg"]) || dip.Match(files["clusters/us-time.svg"]) {
		t.Error("the dip is not marked, or one that was not there is")
	}
}
