package outfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/bacviz/bacviz/internal/outfile"
)

func TestAFolderThatCannotBeReplacedIsFoundAtTheStart(t *testing.T) {
	for _, path := range []string{"/", "/proc/report"} {
		if _, err := outfile.CheckFolder(path); err == nil {
			t.Errorf("%s is accepted", path)
		}
	}
	to := filepath.Join(t.TempDir(), "report")
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := outfile.CheckFolder(to); err != nil {
		t.Error(err)
	}
	if err := syscall.Mount("none", to, "tmpfs", 0, ""); err != nil {
		t.Skipf("nothing can be mounted here: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(to, 0); err != nil {
			t.Error(err)
		}
	}()
	if _, err := outfile.CheckFolder(to); !errors.Is(err, syscall.EBUSY) {
		t.Errorf("a mount point: %v", err)
	}
	if names := all(t, filepath.Dir(to)); len(names) > 0 {
		t.Error(names)
	}
}
