package fleet_test

import (
	"errors"
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

// A path that leads nowhere is a mistake in the manifest, and is said as such.
func TestManifestSaysWhereAPathIsMissing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "fleet.yaml")
	if err := os.WriteFile(file, []byte("clusters:\n  eu:\n    - .\n    - gone/2026\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		opt  fleet.Options
		want string
	}{
		"plain":    {fleet.Options{}, file + `:4:7: cluster "eu": reading ` + filepath.Join(dir, "gone", "2026") + ": no such file"},
		"redacted": {fleet.Options{Redact: []byte("0123456789abcdefghijklmnop")}, file + ":4:7: cluster w-"},
	} {
		for _, err := range fleet.Open(t.Context(), []string{file}, c.opt) {
			var wrong *fleet.Error
			if !errors.As(err, &wrong) || !strings.HasPrefix(wrong.Message, c.want) || !strings.HasPrefix(wrong.Hint, "paths begin at") || !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "redacted" && (strings.Contains(err.Error(), "eu\"") || strings.Contains(err.Error(), "gone")) {
				t.Error(err)
			}
		}
	}
}
