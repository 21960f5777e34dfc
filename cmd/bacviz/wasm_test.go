package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/wasm"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/plots"
)

// wasmModule builds bacviz as WebAssembly and compiles it, which takes a quiet machine of two
// processors half a minute: CI does.
func wasmModule(t *testing.T) *wasm.Module {
	t.Helper()
	if os.Getenv("BACVIZ_WASM") == "" {
		t.Skip("compiles bacviz as WebAssembly; BACVIZ_WASM=few runs it, and BACVIZ_WASM=all draws all networks")
	}
	code, err := wasm.Build(t.Context(), ".")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	module, err := wasm.Compile(context.Background(), code)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = module.Close(context.Background()) }) // the process ends
	t.Logf("%.1f MB compiled in %s", float64(len(code))/1e6, time.Since(begin).Round(time.Millisecond))
	return module
}

// needsGraphviz are the engines and the formats that a build without Graphviz does not have.
var needsGraphviz = []string{"circo", "dot", "fdp", "neato", "osage", "sfdp", "twopi"}

// The program is the same in a job of Bacalhau as natively: over folders, in a file system in which
// a file is made when it is looked at, and cannot be renamed.
func TestWebAssemblyWritesTheSameBytes(t *testing.T) {
	module := wasmModule(t)
	dir := t.TempDir()
	t.Chdir(dir)
	in, theirs := "in", "theirs"
	for _, folder := range []string{in, theirs, "out"} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	commands := wasmCommands(t, in)
	drawn := make(map[string]bool) // engines
	for i, command := range commands {
		args, printed := strings.Fields(command), strings.HasPrefix(command, "check ")
		if !printed {
			args = append(args, "-o", "out/"+fmt.Sprint(i))
		}
		var said bytes.Buffer
		want := run(t.Context(), args, stdio{strings.NewReader(""), &said, &said})
		var theySaid bytes.Buffer
		got, err := module.Run(t.Context(), wasm.Run{
			Args: args, Stdout: &theySaid, Stderr: &theySaid,
			Inputs: map[string]string{"/in": in}, Results: map[string]string{"/out": theirs},
		})
		if err != nil {
			t.Fatalf("%s: %v: %s", command, err, theySaid.String())
		}
		if got != want || theySaid.String() != said.String() {
			t.Errorf("%s: exit status %d and %q, natively %d and %q", command, got, theySaid.String(), want, said.String())
		}
		if printed || want != exitOK { // such as an engine that takes fewer nodes
			continue
		}
		if _, after, is := strings.Cut(command, "--engine "); is {
			drawn[strings.Fields(after)[0]] = true
		}
		mine, err := os.ReadFile(filepath.Join("out", fmt.Sprint(i)))
		if err != nil {
			t.Fatalf("%s: %v (%s)", command, err, said.String())
		}
		if other, err := os.ReadFile(filepath.Join(theirs, fmt.Sprint(i))); err != nil || !bytes.Equal(mine, other) {
			t.Errorf("%s: %d bytes (%v), natively %d, or others", command, len(other), err, len(mine))
		}
	}
	t.Logf("%d results", len(commands))
	for _, e := range layout.Engines() {
		if !drawn[e.Name] && !slices.Contains(needsGraphviz, e.Name) {
			t.Errorf("engine %s drew nothing", e.Name)
		}
	}

	// Among the results of a job, no folder can be made.
	var refused bytes.Buffer
	status, err := module.Run(t.Context(), wasm.Run{
		Args: []string{"fleet", "report", "in/snapshots", "-o", "out/report"}, Stderr: &refused,
		Inputs: map[string]string{"/in": in}, Results: map[string]string{"/out": theirs},
	})
	if want := "bacviz: error: writing out/report: this build of bacviz is WebAssembly, and makes no folders among the results of a job\nbacviz: hint: write facts there, "; err != nil || status != exitFailed || !strings.HasPrefix(refused.String(), want) {
		t.Errorf("a report: exit status %d, %v: %s", status, err, refused.String())
	}

	// Layers of jobs are Graphviz's: without it, auto draws a table of them.
	var theySaid bytes.Buffer
	status, err = module.Run(t.Context(), wasm.Run{
		Args:   []string{"render", "in/j30.json", "--jobs", "recent", "--explain", "-f", "svg", "-o", "out/jobs.svg", "--timeout", "0"},
		Stdout: &theySaid, Stderr: &theySaid, Inputs: map[string]string{"/in": in}, Results: map[string]string{"/out": theirs},
	})
	if err != nil || status != exitOK || !strings.Contains(theySaid.String(), "engine matrix") {
		t.Errorf("auto with jobs: exit status %d, %v: %s", status, err, theySaid.String())
	}
}

// wasmCommands writes networks to a folder, and returns commands that read them, without -o.
func wasmCommands(t *testing.T, in string) (all []string) {
	networks := wasmNetworks(t, in)
	options := wasmOptions
	if os.Getenv("BACVIZ_WASM") != "all" { // one alone, and one with jobs
		networks, options = []string{networks[2], networks[9]}, options[:1]
	}
	for _, sources := range networks {
		for _, e := range layout.Engines() {
			if slices.Contains(needsGraphviz, e.Name) {
				continue
			}
			for _, o := range options {
				jobs := ""
				if strings.Contains(sources, "/j") {
					jobs = " --jobs recent"
					if e.Name == layout.Auto || e.Name == "radial" {
						continue // layers are dot's, and radial has none
					}
				}
				all = append(all, fmt.Sprintf("render %s%s -f svg --engine %s --timeout 0 %s", sources, jobs, e.Name, o))
			}
		}
	}
	for _, f := range output.Formats() {
		all = append(all, "render "+networks[0]+" --include all --timeout 0 -f "+f.Name)
	}
	for _, f := range plots.Formats() {
		all = append(all, "chart "+networks[0]+" --kind capacity -f "+f)
	}
	return append(all, "diff in/snapshots/1.json in/snapshots/2.json -f json", "diff in/snapshots/1.json in/snapshots/2.json -f svg",
		"check in/n60.json --rules in/rules.yaml -f junit", "check in/n1.json --rules in/rules.yaml -f json",
		"log in/snapshots -f json", "log in/snapshots -f svg", "log in/snapshots --select region=eu-west-1 -f csv", "chart in/snapshots --kind timeline -f png")
}

// wasmOptions are those that a change of layout was compared with before.
var wasmOptions = []string{
	"--include all --group-by region --color-by region --size-by cpu", "", "--include all", "--group-by region", "--include all --group-by region,@engine",
	"--color-by @state --include all", "--group-by region --collapse", "--width 6 --height 20", "--width 30 --height 8 --theme dark",
}

// wasmNetworks writes seeded networks, and returns the sources of each.
func wasmNetworks(t *testing.T, in string) (all []string) {
	t.Helper()
	write := func(name string, f func(*os.File) error) string {
		file, err := os.Create(filepath.Join(in, name+".json"))
		if err == nil {
			err = f(file)
		}
		if err != nil || file.Close() != nil {
			t.Fatal(name, err)
		}
		return in + "/" + name + ".json"
	}
	for _, n := range []int{1, 8, 60, 400, 3000} {
		list := clustertest.Cluster(uint64(n), clustertest.Options{Nodes: n, Disconnected: .1, Pending: .05, Rejected: .03})[0]
		all = append(all, write(fmt.Sprint("n", n), func(f *os.File) error { return clustertest.WriteList(f, list, "v1.9.3") }))
	}
	for _, c := range []struct {
		name string
		seed uint64
		opt  clustertest.Options
	}{
		{"h3", 3, clustertest.Options{Nodes: 120, Hubs: 3}}, {"s3", 4, clustertest.Options{Nodes: 90, Hubs: 3, Shared: .3}},
		{"s2", 5, clustertest.Options{Nodes: 20, Hubs: 2, Shared: .4}}, {"a2", 6, clustertest.Options{Nodes: 24, Hubs: 2, Shared: 1}},
	} {
		var sources []string
		for i, list := range clustertest.Cluster(c.seed, c.opt) {
			sources = append(sources, write(fmt.Sprint(c.name, "_", i), func(f *os.File) error { return clustertest.WriteList(f, list, "v1.9.3") }))
		}
		all = append(all, strings.Join(sources, " "))
	}
	document := func(name string, snap cluster.Snapshot) string {
		return write(name, func(f *os.File) error { return snapshot.Write(t.Context(), f, snap, snapshot.WriteOptions{}) })
	}
	jobs := clustertest.Snapshot(7, clustertest.Options{Nodes: 30})
	jobs.Jobs = clustertest.Jobs(7, jobs, clustertest.JobOptions{Jobs: 3, Executions: 6, Failed: .3, Retried: .3})
	many := clustertest.Snapshot(8, clustertest.Options{Nodes: 150})
	many.Jobs = clustertest.Jobs(8, many, clustertest.JobOptions{Jobs: 40, Executions: 4, Failed: .2, Running: .2})
	all = append(all, document("j30", jobs), document("j150", many))

	rules := []byte("rules:\n  - name: enough\n    state: connected\n    nodes: {atLeast: 10}\n")
	if err := errors.Join(os.Mkdir(filepath.Join(in, "snapshots"), 0o755), os.WriteFile(filepath.Join(in, "rules.yaml"), rules, 0o644)); err != nil {
		t.Fatal(err)
	}
	for i := range 4 { // the same nodes, of which more and more leave
		snap := clustertest.Snapshot(60, clustertest.Options{Nodes: 60, Disconnected: .05 * float64(i)})
		snap.Nodes = snap.Nodes[:len(snap.Nodes)-i]
		snap.Taken = clustertest.Epoch.Add(time.Duration(i) * time.Hour)
		document(fmt.Sprint("snapshots/", i), snap)
	}
	return all
}
