package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
)

// growing returns the commands whose work is counted: some for each stage, and with
// BACVIZ_GROWTH each format and each engine without a limit. growthFiles makes the files.
func growing() []string {
	commands := []string{
		"nodes $list $other -o json", "snapshot $list", "diff $list $later",
		"render $later --include all --group-by region,rack --color-by rack --size-by cpu -f html",
		"render $list -f png", "render $jobs --jobs recent -f svg", "render $list $other -f svg --engine rings",
	}
	if os.Getenv("BACVIZ_GROWTH") == "" {
		return commands
	}
	commands = append(commands, "nodes $list -o yaml", "nodes $list -o csv", "snapshot $list --with-load", "check --init $list",
		"diff $list $later -f json", "diff $list $later -f svg",
		"render $list $other --group-by rack --collapse --redact --redact-key $key -f svg")
	for _, format := range pictureFormats() {
		commands = append(commands, "render $list -f "+format)
	}
	for _, e := range layout.Engines() {
		if e.Name != layout.Auto && e.Cap == 0 {
			commands = append(commands, "render $list -f json --engine "+e.Name)
		}
	}
	return commands
}

// rarely is how many times a node a statement may run whatever the growth: in a
// network of 1,000 nodes each node takes some thousand statements in all.
const rarely = 64

// slack is by how much more than n log n work may grow. From 1,000 to 10,000 nodes, n log n
// grows 13.3 times, this allows 16.7, and n to the power of 1.25 grows 17.8 times. A sort
// grows 13.6 times: log n counts all comparisons but those of the smallest parts.
const slack = 1.25

// growthLimit returns how many times as much work b nodes may take as a nodes.
func growthLimit(a, b int) float64 {
	return slack * float64(b) * math.Log(float64(b)) / (float64(a) * math.Log(float64(a)))
}

// growthSizes returns 1,000, 10,000 and so on up to what BACVIZ_GROWTH says, or 10,000.
func growthSizes(t *testing.T) (sizes []int) {
	most, err := strconv.Atoi(cmp.Or(os.Getenv("BACVIZ_GROWTH"), "10000"))
	if err != nil {
		t.Fatal("BACVIZ_GROWTH:", err)
	}
	for n := 1000; n <= most; n *= 10 {
		sizes = append(sizes, n)
	}
	return sizes
}

// TestGrowthOfWork counts how often each statement of the program runs. It holds that no
// statement runs more often than n log n times, with some slack, where n is the number
// of nodes. Code of other modules is not counted, but what it calls is, such as the
// comparisons of a sort. BACVIZ_GROWTH=1000000 counts up to 1,000,000 nodes.
func TestGrowthOfWork(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program once more")
	}
	t.Parallel()
	exe := filepath.Join(t.TempDir(), "counting.exe")
	build := exec.Command("go", "build", "-cover", "-covermode=count", "-coverpkg=github.com/bacviz/bacviz/...", "-o", exe, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sizes := growthSizes(t)
	files, profiles := growthFiles(t, sizes), t.TempDir()
	for i, line := range growing() {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			var before map[string]float64
			for step, n := range sizes {
				counts := countStatements(t, exe, growthArgs(line, files[n]), filepath.Join(profiles, fmt.Sprint(i, "-", n)))
				if step > 0 {
					compareGrowth(t, sizes[step-1], n, before, counts)
				}
				before = counts
			}
		})
	}
}

// compareGrowth reports each statement whose count grows too fast from a to b nodes.
func compareGrowth(t *testing.T, a, b int, before, after map[string]float64) {
	t.Helper()
	for _, at := range slices.Sorted(maps.Keys(after)) {
		if after[at] > growthLimit(a, b)*max(before[at], rarely*float64(a)) {
			t.Errorf("%s runs %.1f times a node with %d nodes, and %.1f times with %d",
				at, before[at]/float64(a), a, after[at]/float64(b), b)
		}
	}
}

// covdata is the path of Go's program that reads counts: "go tool" looks each time whether it is
// up to date.
var covdata = sync.OnceValue(func() string {
	out, err := exec.Command("go", "tool", "-n", "covdata").Output()
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(out))
})

// countStatements runs the program and returns how often each block of statements ran, by
// its place. Its files are in the new directory dir. One processor loses no counts.
func countStatements(t *testing.T, exe string, args []string, dir string) map[string]float64 {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := command(exe, append(args, "--timeout", "0")...)
	cmd.Env = append(cmd.Env, "GOCOVERDIR="+dir, "GOMAXPROCS=1")
	var messages bytes.Buffer
	cmd.Stderr = &messages
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, messages.String())
	}
	profile := filepath.Join(dir, "profile")
	if out, err := exec.Command(covdata(), "textfmt", "-i", dir, "-o", profile).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	counts := map[string]float64{}
	lines := bufio.NewScanner(f)
	for lines.Scan() { // github.com/bacviz/bacviz/graph/graph.go:10.2,12.3 2 1000
		if at := strings.Fields(strings.TrimPrefix(lines.Text(), "github.com/bacviz/bacviz/")); len(at) == 3 {
			n, err := strconv.ParseFloat(at[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			counts[at[0]] = n
		}
	}
	if lines.Err() != nil || len(counts) < 1000 {
		t.Fatalf("%d counts, %v", len(counts), lines.Err())
	}
	return counts
}

// TestGrowthOfMemory holds that the bytes that a command allocates, most of them garbage
// soon, grow no faster than n log n: it finds text that is copied again for each node,
// which takes no statements.
func TestGrowthOfMemory(t *testing.T) { // not parallel: it counts all that this process allocates
	if testing.Short() {
		t.Skip("runs many commands one after the other")
	}
	const least = 64 << 10
	sizes := growthSizes(t)
	sizes = sizes[:min(len(sizes), 3)] // 1,000,000 nodes would take the memory of the test with them
	files := growthFiles(t, sizes)
	for _, line := range growing() {
		before := 0.0
		for i, n := range sizes {
			allocated := allocatedBy(t, growthArgs(line, files[n]))
			if i > 0 && allocated > growthLimit(sizes[i-1], n)*max(before, least) {
				t.Errorf("%s: %.0f bytes a node with %d nodes, and %.0f with %d",
					line, before/float64(sizes[i-1]), sizes[i-1], allocated/float64(n), n)
			}
			before = allocated
		}
	}
}

// allocatedBy returns the bytes that a command allocates in this process.
func allocatedBy(t *testing.T, args []string) float64 {
	t.Helper()
	bytesOf := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	var out, messages bytes.Buffer
	start := bytesOf()
	if code := run(t.Context(), append(args, "--timeout", "0"), stdio{nil, &out, &messages}); code != exitOK {
		t.Fatalf("%q: %s", args, &messages)
	}
	return float64(bytesOf() - start)
}

// growthArgs returns the arguments of a command with the files in dir.
func growthArgs(line, dir string) []string {
	return strings.Fields(os.Expand(line, func(name string) string { return filepath.Join(dir, name+".json") }))
}

// growthFiles makes a directory for each number of nodes, and returns their names.
func growthFiles(t *testing.T, sizes []int) map[int]string {
	t.Helper()
	dirs := map[int]string{}
	for _, n := range sizes {
		dirs[n] = t.TempDir()
		writeGrowthFiles(t, dirs[n], n)
	}
	return dirs
}

// writeGrowthFiles writes a list of so many nodes, the same a moment later, the list of another
// orchestrator that shares half of its nodes, a network with jobs, and a key of pseudonyms.
func writeGrowthFiles(t *testing.T, dir string, nodes int) {
	t.Helper()
	write := func(name string, to func(f *os.File) error) {
		f, err := os.Create(filepath.Join(dir, name+".json"))
		if err == nil {
			err = cmp.Or(to(f), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, opt := range map[string]clustertest.Options{
		"list":  {Nodes: nodes},
		"later": {Nodes: nodes, Disconnected: .02, Pending: .01},
		"other": {Nodes: nodes, Hubs: 2, Shared: .5},
	} {
		lists := clustertest.Cluster(1, opt)
		write(name, func(f *os.File) error { return clustertest.WriteList(f, lists[len(lists)-1], "v1.9.3") })
	}
	write("jobs", func(f *os.File) error {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: nodes})
		snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 10, Executions: nodes / 10, Retried: .1, Failed: .1})
		return snapshot.Write(t.Context(), f, snap, snapshot.WriteOptions{})
	})
	write("key", func(f *os.File) error { _, err := f.WriteString("uV5hZ0c3yq8RkL2mXw9TnB4sJd7GfA1e"); return err })
}
