package fleet_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// An alias in a manifest means what it stands for, and a second document is refused, as it would be
// passed over.
func TestManifestHasAliasesAndOneDocument(t *testing.T) {
	dir := t.TempDir()
	if err := clustertest.WriteOutage(dir, 2, 1, 60e9); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "fleet.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("clusters:\n  eu: &x 20260115T120000Z.json\n  us: [*x]\n  ap: *x\n")
	if n := strings.Count(facts(t, fleet.Options{}, file), `"snapshot":`); n != 3 {
		t.Errorf("%d snapshots", n)
	}
	write("clusters: {eu: 20260115T120000Z.json}\n---\nclusters: {us: 20260115T120000Z.json}\n")
	for _, err := range fleet.Open(t.Context(), []string{file}, fleet.Options{}) {
		if err == nil || !strings.Contains(err.Error(), "a manifest is one YAML document, and there is another") {
			t.Error(err)
		}
	}
}
