//go:build !wasip1

package apart

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/goccy/go-graphviz/cgraph"
)

// Tests are a part of the package, and so their init is early enough.
func init() { Run() }

// This test binary imports the package and go-graphviz, as bacviz does. A new version of
// go-graphviz that keeps its module elsewhere, or uses it otherwise before main, fails here.
func TestGraphvizIsNotLoadedBeforeMain(t *testing.T) {
	if !on || cgraph.Directed == nil || len(module) == 0 || len(module) > 200<<10 {
		t.Errorf("replaced: %v, and go-graphviz loaded a module of %d bytes", on, len(module))
	}
}

func TestAChildHasGraphviz(t *testing.T) {
	if os.Getenv(Child) != "" {
		if _, err := cgraph.ParseBytes([]byte("graph{}")); on || err != nil {
			t.Error(on, err)
		}
		return
	}
	if testing.Short() {
		t.Skip("compiles Graphviz")
	}
	child := exec.Command(os.Args[0], "-test.run=^TestAChildHasGraphviz$", "-test.timeout=1m")
	child.Env = append(os.Environ(), Child+"=1", "TMPDIR="+t.TempDir())
	if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v: %s", err, out)
	}
}
