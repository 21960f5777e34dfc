package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// A chart of more times than it shows counts all changes, and not the rows that several of them share.
func TestATimelineOfManyTimesCountsEachChange(t *testing.T) {
	const times = 450
	dir := t.TempDir()
	for i := range times {
		text := fmt.Sprintf(`{"bacviz":"snapshot","version":1,"orchestrators":["o"],"nodes":[{"id":"o","type":"Requester"},{"id":"n","type":"Compute","labels":{"odd":"%v"}}]}`, i%2 == 1)
		at := clustertest.Epoch.Add(time.Duration(i) * time.Hour)
		if err := os.WriteFile(filepath.Join(dir, at.Format("2006-01-02T15-04-05Z")+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := bacviz(t, "chart", "--kind", "timeline", dir, "-f", "svg")
	if status != exitOK || !strings.Contains(stdout, fmt.Sprintf("(UTC) · %d changes", times-1)) || strings.Contains(stdout, "changes at ") {
		t.Errorf("exit status %d: %.600s%s", status, stdout, stderr)
	}
}
