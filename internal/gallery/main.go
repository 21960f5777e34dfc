// Command gallery draws the pictures of docs/gallery.md from seeded clusters and
// writes the page around them: go generate ./internal/gallery
//
// The text that compares bacviz with other tools is the template words.md, which
// measured sizes of labels are filled into. All other text is generated here, so the
// page shows no picture that bacviz does not draw. Those of other programs are kept, because
// every version of these draws different ones; -others draws them again from the same node
// lists (others.go).
package main

//go:generate go run .

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

//go:embed words.md
var words string

// A picture is one cell of the page.
type picture struct {
	name    string // of the file, without its extension
	caption string
	cluster clustertest.Options
	seed    uint64 // of the cluster and its jobs; 0 means 11
	jobs    clustertest.JobOptions
	graph   graph.Options
	layout  layout.Options
	theme   string
	scale   float64 // 0 means 0.75
}

// A section is a heading with pictures, a few in a row.
type section struct {
	title, text string
	columns     int
	pictures    []picture
}

var sizes = []int{6, 30, 200, 2000}

// seed is the default seed of the clusters.
const seed = 11

// faulty returns a cluster with a few disconnected, pending and rejected nodes.
func faulty(n int) clustertest.Options {
	return clustertest.Options{Nodes: n, Disconnected: 0.06, Pending: 0.03, Rejected: 0.02}
}

// tables returns pictures of jobs as a matrix.
func tables() (all []picture) {
	for _, n := range [][2]int{{5, 200}, {13, 30}, {50, 30}, {200, 200}} {
		all = append(all, picture{
			name: fmt.Sprintf("matrix-%d-%d", n[0], n[1]), caption: fmt.Sprintf("%d jobs on %d nodes", n[0], n[1]), seed: 6,
			cluster: clustertest.Options{Nodes: n[1]}, layout: layout.Options{Engine: "matrix"},
			jobs: clustertest.JobOptions{Jobs: n[0], Executions: 4, Retried: 0.2, Failed: 0.1, Running: 0.2, Rejected: 0.1, Gone: 0.05},
		})
	}
	return all
}

func sections() []section {
	var engines []section
	for _, e := range layout.Engines() {
		s := section{title: "`--engine " + e.Name + "`", text: e.Help + ".", columns: 2}
		if e.Name == "matrix" { // which is about jobs
			s.pictures = tables()
			engines = append(engines, s)
			continue
		}
		for _, n := range sizes {
			s.pictures = append(s.pictures, picture{
				name: fmt.Sprintf("%s-%d", e.Name, n), caption: fmt.Sprintf("%d nodes", n),
				cluster: faulty(n), layout: layout.Options{Engine: e.Name},
			})
		}
		engines = append(engines, s)
	}
	by := func(fields ...string) graph.Options { return graph.Options{GroupBy: fields} }
	more := []section{
		{"Groups", "A group is a tray with a line to it, and inner groups are blocks in it. With `rings` it is a wedge, with `dot`, `fdp` and `osage` a rectangle.", 2, []picture{
			{name: "group-30", caption: "`--group-by region`", cluster: faulty(30), graph: by("region")},
			{name: "group-200", caption: "`--group-by region,@engine`", cluster: faulty(200), graph: by("region", graph.FieldEngine)},
			{name: "group-2000", caption: "`--group-by region`", cluster: faulty(2000), graph: by("region")},
			{name: "group-rings", caption: "`--group-by region,@engine --engine rings`", cluster: faulty(200), graph: by("region", graph.FieldEngine), layout: layout.Options{Engine: "rings"}},
			{name: "group-dot", caption: "`--group-by region --engine dot`", cluster: faulty(30), graph: by("region"), layout: layout.Options{Engine: "dot"}},
			{name: "group-osage", caption: "`--group-by region --engine osage`", cluster: faulty(30), graph: by("region"), layout: layout.Options{Engine: "osage"}},
			{name: "group-osage-200", caption: "`--group-by region,@engine --engine osage`", cluster: faulty(200), graph: by("region", graph.FieldEngine), layout: layout.Options{Engine: "osage"}},
		}},
		{"Collapsed groups", "One shape for each group, for networks that are too large to show node by node.", 2, []picture{
			{name: "collapse-2000", caption: "`--group-by region --collapse --include all`", cluster: clustertest.Options{Nodes: 2000, Regions: 9, Disconnected: 0.05},
				graph: graph.Options{GroupBy: []string{"region"}, Collapse: true, All: true}},
			{name: "collapse-load", caption: "`--group-by region,@engine --collapse --color-by @utilisation`", cluster: clustertest.Options{Nodes: 2000, Disconnected: 0.05},
				graph: graph.Options{GroupBy: []string{"region", graph.FieldEngine}, Collapse: true, ColorBy: graph.FieldUtilisation}},
		}},
		{"Colours and sizes", "Each colour comes with a second mark: a small shape for a value, a sector of a circle for an amount.", 2, []picture{
			{name: "color-region", caption: "`--color-by region --size-by cpu`", cluster: faulty(30), graph: graph.Options{ColorBy: "region", SizeBy: "cpu"}},
			{name: "color-load", caption: "`--color-by @utilisation`", cluster: faulty(200), graph: graph.Options{ColorBy: graph.FieldUtilisation}},
		}},
		{"Themes", "", 2, []picture{
			{name: "theme-light", caption: "`--theme light --include all`", cluster: faulty(30), graph: graph.Options{All: true}, theme: "light"},
			{name: "theme-dark", caption: "`--theme dark --include all`", cluster: faulty(30), graph: graph.Options{All: true}, theme: "dark"},
			{name: "theme-classic", caption: "`--theme classic --include all`", cluster: faulty(30), graph: graph.Options{All: true}, theme: "classic"},
			{name: "theme-print", caption: "`--theme print --include all`", cluster: faulty(30), graph: graph.Options{All: true}, theme: "print"},
		}},
		{"Several orchestrators", "A tray for the nodes of each, and one for those that the same orchestrators list. Each of more than twelve stands above its own. With `rings`, shared nodes are between discs.", 2, []picture{
			{name: "hubs-3", caption: "three, 60 nodes", cluster: clustertest.Options{Nodes: 60, Hubs: 3}},
			{name: "hubs-3-600", caption: "three, 600 nodes", cluster: clustertest.Options{Nodes: 600, Hubs: 3}},
			{name: "hubs-13", caption: "thirteen, 200 nodes", cluster: clustertest.Options{Nodes: 200, Hubs: 13, Shared: 0.05}},
			{name: "hubs-40", caption: "forty, 600 nodes", cluster: clustertest.Options{Nodes: 600, Hubs: 40, Shared: 0.05}},
			{name: "hubs-shared", caption: "two that share nodes", cluster: clustertest.Options{Nodes: 40, Hubs: 2, Shared: 0.3}},
			{name: "hubs-shared-rings", caption: "the same, `--engine rings`", cluster: clustertest.Options{Nodes: 40, Hubs: 2, Shared: 0.3}, layout: layout.Options{Engine: "rings"}},
		}},
		{"Jobs", "`--job ID` or `--jobs running|recent` shows which nodes a job ran on, and the outcome. Failures are on top; nodes without executions are faint.", 2, []picture{
			{name: "jobs-1", caption: "one job on 6 of 30 nodes", seed: 3, cluster: clustertest.Options{Nodes: 30}, jobs: clustertest.JobOptions{Jobs: 1, Executions: 6}},
			{name: "jobs-retried", caption: "one that failed and was retried, `--theme dark`", seed: 4, cluster: clustertest.Options{Nodes: 30},
				jobs: clustertest.JobOptions{Jobs: 1, Executions: 5, Retried: 1, Failed: 1}, theme: "dark"},
			{name: "jobs-3", caption: "three at once", seed: 5, cluster: clustertest.Options{Nodes: 30, Disconnected: 0.1},
				jobs: clustertest.JobOptions{Jobs: 3, Executions: 5, Retried: 0.4, Failed: 0.3, Running: 0.3, Rejected: 0.3, Gone: 0.4}},
			{name: "jobs-collapsed", caption: "the same, `--group-by region --collapse`", seed: 5, cluster: clustertest.Options{Nodes: 30, Disconnected: 0.1},
				jobs:  clustertest.JobOptions{Jobs: 3, Executions: 5, Retried: 0.4, Failed: 0.3, Running: 0.3, Rejected: 0.3, Gone: 0.4},
				graph: graph.Options{GroupBy: []string{"region"}, Collapse: true}},
			{name: "jobs-50", caption: "fifty on 200 nodes", seed: 6, cluster: clustertest.Options{Nodes: 200},
				jobs: clustertest.JobOptions{Jobs: 50, Executions: 4, Retried: 0.2, Failed: 0.1, Running: 0.2, Rejected: 0.1, Gone: 0.05}},
			{name: "jobs-50-dark", caption: "the same, `--theme dark`", seed: 6, cluster: clustertest.Options{Nodes: 200},
				jobs: clustertest.JobOptions{Jobs: 50, Executions: 4, Retried: 0.2, Failed: 0.1, Running: 0.2, Rejected: 0.1, Gone: 0.05}, theme: "dark"},
		}},
		{"Faults", "Nodes that need attention stand out.", 2, []picture{
			{name: "faults", caption: "`--include all`: some disconnected, pending, rejected", cluster: clustertest.Options{Nodes: 60, Disconnected: 0.15, Pending: 0.08, Rejected: 0.06}, graph: graph.Options{All: true}},
			{name: "restart", caption: "right after an orchestrator restart, `--include all`", cluster: clustertest.Options{Nodes: 12, Awaiting: 0.7, Disconnected: 0.1}, graph: graph.Options{All: true}},
		}},
	}
	return append(engines, more...)
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gallery: ")
	docs := filepath.Join("..", "..", "docs")
	if err := os.MkdirAll(filepath.Join(docs, "gallery"), 0o755); err != nil {
		log.Fatal(err)
	}
	others := flag.Bool("others", false, "draw the pictures of other programs, and nothing else")
	flag.Parse()
	if *others {
		if err := drawOthers(filepath.Join(docs, "gallery")); err != nil {
			log.Fatal(err)
		}
		return
	}
	for _, p := range compared() {
		if _, err := show(docs, p); err != nil {
			log.Fatalf("%s: %v", p.name, err)
		}
	}
	var page bytes.Buffer
	page.WriteString("<!-- made by go generate ./internal/gallery: change the words in internal/gallery/words.md -->\n\n")
	measured := template.Must(template.New("words").Funcs(template.FuncMap{"text": textSize}).Parse(words))
	if err := measured.Execute(&page, nil); err != nil {
		log.Fatal(err)
	}
	for _, s := range sections() {
		fmt.Fprintf(&page, "\n## %s\n", s.title)
		if s.text != "" {
			fmt.Fprintf(&page, "\n%s\n", s.text)
		}
		fmt.Fprintf(&page, "\n|%s\n|%s\n", strings.Repeat(" |", s.columns), strings.Repeat(" --- |", s.columns))
		for i, p := range s.pictures {
			cell, err := show(docs, p)
			if err != nil {
				log.Fatalf("%s: %v", p.name, err)
			}
			if i%s.columns == 0 {
				page.WriteString("|")
			}
			fmt.Fprintf(&page, " %s |", cell)
			if i%s.columns == s.columns-1 {
				page.WriteString("\n")
			}
		}
	}
	charts, err := showCharts(docs)
	if err != nil {
		log.Fatal(err)
	}
	page.WriteString(charts)
	if err := os.WriteFile(filepath.Join(docs, "gallery.md"), page.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// arrange returns the drawing of a picture.
func arrange(p picture) (*layout.Drawing, error) {
	seed := cmp.Or(p.seed, seed)
	snap := cluster.Merge(clustertest.Cluster(seed, p.cluster)...)
	if p.jobs.Jobs > 0 {
		snap.Jobs = clustertest.Jobs(seed, snap, p.jobs)
	}
	ctx := context.Background()
	topo, err := graph.Build(ctx, snap, p.graph)
	if err != nil {
		return nil, err
	}
	fig, err := diagram.New(ctx, topo, diagram.Options{})
	if err != nil {
		return nil, err
	}
	return layout.Arrange(ctx, fig, p.layout)
}

// textSize describes the names in a picture of the comparison: their median size in pixels,
// or how many nodes have one if not all do.
func textSize(name string) (string, error) {
	all := compared()
	p := all[slices.IndexFunc(all, func(p picture) bool { return p.name == name })]
	d, err := arrange(p)
	if err != nil {
		return "", err
	}
	var sizes []float64
	for i, b := range d.Boxes {
		if b.Label().String != "" && !d.Diagram.Nodes[i].Hub {
			sizes = append(sizes, b.Label().Size*layout.PixelsPerPoint*p.scale)
		}
	}
	if d.Unlabeled > 0 {
		return fmt.Sprintf("`%s`, names of %d of %d nodes", d.Engine, len(sizes), len(d.Boxes)-1), nil
	}
	slices.Sort(sizes)
	return fmt.Sprintf("`%s`, names of %.0f px", d.Engine, sizes[len(sizes)/2]), nil
}

// show writes a picture to its file and returns the table cell that shows it.
func show(docs string, p picture) (string, error) {
	d, err := arrange(p)
	if errors.Is(err, layout.ErrTooLarge) {
		return fmt.Sprintf("%s: refused, %v", p.caption, err), nil
	}
	if err != nil {
		return "", err
	}
	colors, err := theme.Named(cmp.Or(p.theme, "light"))
	if err != nil {
		return "", err
	}
	var picture bytes.Buffer
	if err := output.Write(context.Background(), &picture, d, "png", output.Options{Scale: cmp.Or(p.scale, 0.75), Theme: colors}); err != nil {
		return "", err
	}
	file := filepath.Join("gallery", p.name+".png")
	if err := os.WriteFile(filepath.Join(docs, file), picture.Bytes(), 0o644); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s<br>![%s, placed by %s](%s)", p.caption, d.Subtitle.String, d.Engine, filepath.ToSlash(file)), nil
}
