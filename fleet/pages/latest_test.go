package pages_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fleet"
)

// Of many clusters that changed at one time, the index names those with the largest changes first, and
// says how many more there were.
func TestIndexNamesTheLargestOfTheLatestChanges(t *testing.T) {
	dir := t.TempDir()
	put := func(cluster, day string, nodes int) {
		var all []string
		for i := range nodes {
			all = append(all, fmt.Sprintf(`{"id": "n%d", "type": "Compute"}`, i))
		}
		text := `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [` + strings.Join(all, ", ") + `, {"id": "o", "type": "Requester"}]}`
		file := filepath.Join(dir, cluster, day+".json")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 15 {
		name := fmt.Sprintf("c%d", i)
		put(name, "2026-01-01", 1)
		put(name, "2026-01-02", 2+i) // the last ones change most
	}
	files := report(t, fleet.Open(t.Context(), []string{dir}, fleet.Options{}))
	for _, name := range []string{"index.html", "index.md"} {
		_, text, _ := strings.Cut(string(files[name]), "What changed last")
		if first, last := strings.Index(text, "15 joined"), strings.Index(text, "14 joined"); first < 0 || last < first || !strings.Contains(text, "3 more clusters changed at the last of these times.") {
			t.Errorf("%s: %.2000s", name, text)
		}
	}
}

// Figures of large fleets are read at a glance: thousands are set apart.
func TestLargeFiguresHaveTheirThousandsSetApart(t *testing.T) {
	dir := t.TempDir()
	text := `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [{"id": "o", "type": "Requester"}, {"id": "n", "type": "Compute", "capacity": {"cpu": 165840}}]}`
	if err := os.WriteFile(filepath.Join(dir, "2026-01-01.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	files := report(t, fleet.Open(t.Context(), []string{dir}, fleet.Options{}))
	if !strings.Contains(string(files["index.html"]), "165,840 cores in all") {
		t.Errorf("%.3000s", files["index.html"])
	}
}
