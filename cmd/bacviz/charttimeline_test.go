package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// Reading the versions is most of what either does.
func TestATimelineOfAFolderTakesAboutAsMuchAsItsLog(t *testing.T) {
	skipUnderRace(t, repeats) // not parallel: it counts all that this process allocates
	dir := t.TempDir()
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 300})
	for i := range 20 {
		for k := range snap.Nodes {
			snap.Nodes[k].Running = (i + k) % 7
		}
		var text bytes.Buffer
		if err := snapshot.Write(t.Context(), &text, snap, snapshot.WriteOptions{Load: true}); err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 11, 1, i, 0, 0, 0, time.UTC)
		if err := os.WriteFile(filepath.Join(dir, at.Format("2006-01-02T15-04-05Z")+".json"), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, filter := range [][]string{nil, {"--state", "connected"}} {
		log := allocatedBy(t, []string{"log", dir})
		timeline := allocatedBy(t, append([]string{"chart", "--kind", "timeline", dir, "-f", "csv"}, filter...))
		if timeline > 1.5*log {
			t.Errorf("%v: chart --kind timeline allocates %.0f kB, and log %.0f", filter, timeline/1024, log/1024)
		}
	}
}
