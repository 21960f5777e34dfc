package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Graphviz compiles or loads WebAssembly before main and may turn the program into its
// child. Who reads networks and builds graphs, but draws nothing, does not pay for it.
func TestReadingAndBuildingDoNotLinkGraphviz(t *testing.T) {
	const module = "github.com/bacviz/bacviz/"
	for _, name := range []string{"fetch", "fetch/bacalhau", "fetch/jobspec", "graph", "diagram"} {
		out, err := exec.Command("go", "list", "-deps", module+name).Output()
		if err != nil {
			t.Fatal(err)
		}
		for dep := range strings.FieldsSeq(string(out)) {
			drawing := slices.Contains([]string{module + "layout", module + "output", module + "internal/gv"}, dep)
			if drawing || strings.HasPrefix(dep, "github.com/goccy/go-graphviz") || strings.HasPrefix(dep, "github.com/tetratelabs/wazero") {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
}
