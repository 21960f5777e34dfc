package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestABuildOfAnArchiveKnowsItsVersion builds the program as a packager does, from sources
// that git knows nothing of.
func TestABuildOfAnArchiveKnowsItsVersion(t *testing.T) {
	if testing.Short() {
		t.Skip("links the program")
	}
	exe := filepath.Join(t.TempDir(), "bacviz.exe")
	flags := "-s -w -X main.release=v1.2.3 -X main.commit=0123456789abcdef"
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-ldflags", flags, "-o", exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := command(exe, "version", "-o", "json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var got buildInfo
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got.Version != "v1.2.3" || got.Commit != "0123456789abcdef" || got.Modified {
		t.Errorf("version -o json: %s", out)
	}
}
