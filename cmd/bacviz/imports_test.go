package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The arrows between packages point one way only: each may import those that are
// listed for it, the helpers, and no others of the module's. What a reader sees is
// decided in diagram, where it is in layout, how it is written in output: so engines
// and writers know neither the graph nor the cluster.
func TestPackageArrowsPointOneWay(t *testing.T) {
	const module = "github.com/bacviz/bacviz/"
	// Helpers know nothing of networks. Any package may import them.
	helpers := []string{"internal/display", "internal/dotid", "internal/interrupt", "internal/jsondoc", "internal/junit", "internal/lazy", "internal/mdtext", "internal/natural", "internal/parallel", "internal/yamltext"}
	writer := []string{"diagram", "layout", "output/theme", "output/internal/paint", "internal/typeface"}
	canvas := slices.Concat(writer, []string{"output/internal/canvas", "output/internal/vector"})
	may := map[string][]string{
		strings.TrimSuffix(module, "/"): {}, // the module's package comment

		"cluster":          {},
		"cluster/snapshot": {"cluster", "internal/noderecord"},
		"cluster/redact":   {"cluster"},
		"cluster/history":  {"cluster", "cluster/snapshot", "diff", "internal/infile"},

		"fetch":                        {"cluster", "cluster/snapshot", "fetch/bacalhau", "fetch/internal/address", "fetch/internal/input", "fetch/internal/printed", "internal/infile"},
		"fetch/bacalhau":               {"cluster", "fetch/bacalhau/internal/wire", "fetch/internal/address", "fetch/internal/input", "internal/infile"},
		"fetch/bacalhau/internal/wire": {"cluster", "fetch/internal/input"},
		"fetch/versions":               {"internal/infile"},
		"fetch/jobspec":                {"fetch/bacalhau", "fetch/internal/address", "fetch/internal/input", "internal/infile"},
		"fetch/config":                 {"fetch/internal/address", "internal/infile"},
		"fetch/internal/address":       {},
		"fetch/internal/input":         {},
		"fetch/internal/printed":       {"fetch/internal/input"},

		"graph":    {"cluster"},
		"capacity": {"cluster", "graph"},
		"diagram":  {"cluster", "graph"},

		"layout":                   {"diagram", "internal/typeface", "layout/internal/engine", "layout/internal/graphviz", "layout/internal/radial", "layout/internal/rings", "layout/internal/trays"},
		"layout/internal/engine":   {},
		"layout/internal/rings":    {"layout/internal/engine"},
		"layout/internal/trays":    {"layout/internal/engine"},
		"layout/internal/radial":   {"layout/internal/engine"},
		"layout/internal/graphviz": {"internal/gv", "layout/internal/engine"},

		"output": {
			"diagram", "layout", "output/theme", "output/internal/paint", "output/internal/svg", "output/internal/raster", "output/internal/pdf",
			"output/internal/eps", "output/internal/html", "output/internal/markdown", "output/internal/mermaid", "output/internal/tree",
			"output/internal/dot", "output/internal/nodelink", "output/internal/gexf", "output/internal/cytoscape",
			"output/internal/d2", "output/internal/drawio",
		},
		"output/plots":              {"capacity", "cluster", "diagram", "graph", "internal/typeface", "layout", "output/theme", "output/internal/paint", "output/internal/svg", "output/internal/raster", "output/internal/pdf", "output/internal/eps"},
		"output/theme":              {"diagram"},
		"output/internal/paint":     {"diagram", "layout", "output/theme"},
		"output/internal/canvas":    writer,
		"output/internal/vector":    {"internal/typeface"},
		"output/internal/raster":    canvas,
		"output/internal/pdf":       canvas,
		"output/internal/eps":       canvas,
		"output/internal/svg":       writer,
		"output/internal/html":      append(slices.Clone(writer), "output/internal/svg"),
		"output/internal/tree":      writer,
		"output/internal/flowchart": writer,
		"output/internal/mermaid":   append(slices.Clone(writer), "output/internal/flowchart"),
		"output/internal/d2":        append(slices.Clone(writer), "output/internal/flowchart"),
		"output/internal/drawio":    writer,
		"output/internal/markdown":  append(slices.Clone(writer), "output/internal/mermaid"),
		"output/internal/dot":       append(slices.Clone(writer), "internal/gv"),
		"output/internal/nodelink":  writer,
		"output/internal/gexf":      writer,
		"output/internal/cytoscape": writer,

		"diff":         {"cluster", "graph", "internal/noderecord"},
		"check":        {"cluster"},
		"fleet/remote": {},
		"fleet":        {"capacity", "check", "cluster", "cluster/redact", "cluster/snapshot", "diff", "fetch/versions", "graph", "internal/infile", "internal/outfile"},
		"fleet/pages":  {"capacity", "check", "diagram", "fleet", "graph", "layout", "output", "output/plots"},
		"examples":     {},

		"internal/embed":      {},
		"internal/gv":         {"internal/gv/apart", "internal/gv/cache"},
		"internal/gv/apart":   {},
		"internal/gv/cache":   {"internal/gv/apart"},
		"internal/infile":     {},
		"internal/noderecord": {"cluster"},
		"internal/outfile":    {},
		"internal/settings":   {"cluster", "internal/infile"},
		"internal/typeface":   {},

		"internal/serve":        {"cluster", "cluster/history", "cluster/snapshot", "diff", "fetch", "internal/serve/events", "internal/serve/guard", "internal/serve/poll", "output"},
		"internal/serve/poll":   {"cluster", "fetch"},
		"internal/serve/events": {},
		"internal/serve/guard":  {"internal/infile"},
		"internal/serve/notify": {"check"},
		"internal/manual":       {},
		"internal/licenses":     {},
	}
	for _, h := range helpers {
		may[h] = nil
	}
	// Modules of others that engines and writers may import. A library that draws,
	// measures or encodes belongs behind one of these packages.
	const font, plot, point = "golang.org/x/image/", "gonum.org/v1/plot/", "gonum.org/v1/gonum/spatial/r2"
	others := map[string][]string{
		"layout":                    {point},
		"layout/internal/engine":    {point},
		"layout/internal/rings":     {point},
		"layout/internal/trays":     {point},
		"layout/internal/radial":    {point},
		"layout/internal/graphviz":  {point},
		"output":                    {},
		"output/plots":              {point, font, "gonum.org/v1/plot", "github.com/jedib0t/go-pretty/v6/text"},
		"output/theme":              {"github.com/go-json-experiment/json"},
		"output/internal/paint":     {point},
		"output/internal/svg":       {point, plot},
		"output/internal/canvas":    {point, font, plot},
		"output/internal/vector":    {font, plot},
		"output/internal/eps":       {font, plot},
		"output/internal/pdf":       {font, plot, "codeberg.org/go-pdf/fpdf"},
		"output/internal/raster":    {point, plot, "github.com/klauspost/compress/flate"},
		"output/internal/tree":      {"golang.org/x/text/width"},
		"output/internal/dot":       {"gonum.org/v1/gonum/graph", point},
		"output/internal/gexf":      {"gonum.org/v1/gonum/graph/formats/gexf12"},
		"output/internal/cytoscape": {"gonum.org/v1/gonum/graph/formats/cytoscapejs"},
		"output/internal/html":      {},
		"output/internal/markdown":  {},
		"output/internal/flowchart": {},
		"output/internal/mermaid":   {},
		"output/internal/d2":        {},
		"output/internal/drawio":    {point},
		"output/internal/nodelink":  {point},
	}
	// Library packages: they print nothing, parse no flags, and bring no test
	// helpers into a program.
	banned := []string{"github.com/spf13/", "testing", "flag", "net/http/httptest", "github.com/google/go-cmp", "github.com/rogpeppe/", module + "internal/clustertest", module + "internal/graphtest"}

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
			if own, ok := strings.CutPrefix(i, module); ok && !slices.Contains(allowed, own) && !slices.Contains(helpers, own) {
				t.Errorf("%s imports %s", name, own)
			}
			known, limited := others[name]
			if limited && strings.Contains(i, ".") && !strings.HasPrefix(i, module) && !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(i, k) }) {
				t.Errorf("%s imports %s", name, i)
			}
			if slices.ContainsFunc(banned, func(b string) bool {
				return i == b || strings.HasSuffix(b, "/") && strings.HasPrefix(i, b) || strings.HasPrefix(i, b+"/")
			}) {
				t.Errorf("%s imports %s", name, i)
			}
		}
		writes := strings.HasPrefix(name, "output") || strings.HasPrefix(name, "layout")
		if _, known := others[name]; writes && !known {
			t.Errorf("package %s is not in the table of other modules: add it here", name)
		}
		if _, known := may[name]; !known && !slices.ContainsFunc([]string{"cmd/", "bench", "internal/browsertest", "internal/clustertest", "internal/graphtest", "internal/golden", "internal/junit/junittest", "internal/interrupt/interrupttest", "internal/gallery", "internal/site", "internal/licenses/make", "examples/"}, func(p string) bool { return strings.HasPrefix(name, p) }) {
			t.Errorf("package %s has no place among the arrows: add it here", name)
		}
	}
	for name := range may {
		if !seen[name] {
			t.Errorf("there is no package %s", name)
		}
	}

	// Nor does the program bring any, through any package.
	out, err = exec.Command("go", "list", "-deps", module+"cmd/bacviz").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.FieldsSeq(string(out)) {
		if dep == "testing" || strings.HasPrefix(dep, module+"internal/clustertest") || strings.HasPrefix(dep, "github.com/rogpeppe/") {
			t.Errorf("the program depends on %s", dep)
		}
	}
}
