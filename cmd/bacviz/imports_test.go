package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Each package may import those before it, and no others of the module's: the
// arrows between packages point one way only.
func TestPackageArrowsPointOneWay(t *testing.T) {
	const module = "github.com/bacviz/bacviz/"
	may := map[string][]string{
		"cluster":          {},
		"cluster/snapshot": {"cluster"},
		"cluster/redact":   {"cluster"},

		"fetch":                        {"cluster", "cluster/snapshot", "fetch/bacalhau", "fetch/internal/address", "fetch/internal/input", "fetch/internal/parallel", "internal/display", "internal/infile", "internal/interrupt"},
		"fetch/bacalhau":               {"cluster", "fetch/bacalhau/internal/wire", "fetch/internal/address", "fetch/internal/input", "fetch/internal/parallel", "internal/display", "internal/infile"},
		"fetch/bacalhau/internal/wire": {"cluster", "fetch/internal/input", "internal/display"},
		"fetch/jobspec":                {"fetch/bacalhau", "fetch/internal/input", "internal/display", "internal/infile", "internal/interrupt", "internal/yamltext"},
		"fetch/config":                 {"fetch/internal/address", "internal/display", "internal/infile", "internal/yamltext"},
		"fetch/internal/address":       {"internal/display"},
		"fetch/internal/input":         {"internal/display"},
		"fetch/internal/parallel":      {},

		"graph": {"cluster"},

		"layout":                   {"cluster", "diagram", "graph", "internal/display", "internal/typeface", "layout/internal/engine", "layout/internal/graphviz", "layout/internal/rings"},
		"layout/internal/engine":   {},
		"layout/internal/rings":    {"layout/internal/engine"},
		"layout/internal/graphviz": {"internal/gv", "layout/internal/engine"},

		"output": {"cluster", "graph", "layout", "internal/gv", "internal/typeface"},

		"diff":     {"cluster", "cluster/snapshot", "graph", "internal/display", "internal/junit", "internal/mdtext"},
		"check":    {"cluster", "internal/display", "internal/junit", "internal/yamltext"},
		"examples": {},

		"internal/display":   {},
		"internal/embed":     {},
		"internal/gv":        {"internal/gv/cache", "internal/interrupt"},
		"internal/gv/cache":  {},
		"internal/infile":    {"internal/display", "internal/interrupt"},
		"internal/interrupt": {},
		"internal/junit":     {},
		"internal/mdtext":    {"internal/display"},
		"internal/outfile":   {"internal/interrupt"},
		"internal/typeface":  {},
		"internal/yamltext":  {},
	}
	// Library packages: they print nothing, parse no flags, and bring no test
	// helpers into a program.
	banned := []string{"github.com/spf13/", "testing", "flag", "net/http/httptest", "github.com/google/go-cmp", "github.com/rogpeppe/", module + "internal/clustertest"}

	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		name := strings.TrimPrefix(imports[0], module)
		seen[name] = true
		for _, i := range imports[1:] {
			if strings.HasPrefix(i, "github.com/goccy/go-graphviz") && name != "internal/gv" {
				t.Errorf("%s imports %s, which only internal/gv does", name, i)
			}
			allowed, isLibrary := may[name]
			if !isLibrary {
				continue
			}
			if own, ok := strings.CutPrefix(i, module); ok && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s", name, own)
			}
			if slices.ContainsFunc(banned, func(b string) bool {
				return i == b || strings.HasSuffix(b, "/") && strings.HasPrefix(i, b) || strings.HasPrefix(i, b+"/")
			}) {
				t.Errorf("%s imports %s", name, i)
			}
		}
		if _, known := may[name]; !known && !slices.ContainsFunc([]string{"cmd/", "bench", "internal/clustertest", "internal/golden", "internal/gallery", "examples/"}, func(p string) bool { return strings.HasPrefix(name, p) }) {
			t.Errorf("package %s has no place among the arrows: add it here", name)
		}
	}
	for name := range may {
		if !seen[name] {
			t.Errorf("there is no package %s", name)
		}
	}

	// Nor does the program bring any, through whatever package.
	out, err = exec.Command("go", "list", "-deps", module+"cmd/bacviz").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.FieldsSeq(string(out)) {
		if dep == "testing" || dep == module+"internal/clustertest" || strings.HasPrefix(dep, "github.com/rogpeppe/") {
			t.Errorf("the program depends on %s", dep)
		}
	}
}
