//go:build !wasip1

package outfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRenameTakesBackWhatItHasDone(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("old"), []byte("as it was"), 0o600); err != nil {
		t.Fatal(err)
	}
	var ready []staged
	for _, name := range []string{"new", "old", "last"} {
		s, err := stage(File{Path: at(name), Data: []byte(name)})
		if err != nil {
			t.Fatal(err)
		}
		ready = append(ready, s)
	}
	if err := os.Remove(ready[2].tmp); err != nil {
		t.Fatal(err)
	}
	if i, err := rename(ready); i != 2 || err == nil {
		t.Errorf("%d: %v", i, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left: %v (%v)", left, err)
	}
	if text, err := os.ReadFile(at("old")); string(text) != "as it was" {
		t.Errorf("%q (%v)", text, err)
	}
}
