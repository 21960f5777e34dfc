package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/wasm"
	"github.com/bacviz/bacviz/internal/golden"
)

// fleetModule is bacviz-fleet, as nodes run it.
var fleetModule = sync.OnceValues(func() (*wasm.Module, error) {
	code, err := wasm.Build(context.Background(), "../bacviz-fleet")
	if err != nil {
		return nil, err
	}
	if len(code) > 20e6 {
		return nil, fmt.Errorf("the module has %d bytes; docs/design/wasm.md says why that matters", len(code))
	}
	return wasm.Compile(context.Background(), code)
})

// A fleetTest is a fleet, and an orchestrator whose nodes read it.
type fleetTest struct {
	*clustertest.Orchestrator
	snapshots string // the folder
	facts     []byte // what bacviz makes of it here
}

func newFleetTest(t *testing.T, version string, plan clustertest.Plan) *fleetTest {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles a WebAssembly module")
	}
	t.Parallel()
	module, err := fleetModule()
	if err != nil {
		t.Fatal(err)
	}
	f := &fleetTest{snapshots: filepath.Join(t.TempDir(), "snapshots")}
	if err := clustertest.WriteFleet(t.Context(), f.snapshots, 1, clustertest.FleetOptions{Clusters: 3, Snapshots: 8, Nodes: 6}); err != nil {
		t.Fatal(err)
	}
	status, facts, stderr := bacviz(t, "fleet", "facts", f.snapshots)
	if status != 0 || len(facts) == 0 {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	f.facts = []byte(facts)
	if plan.Work == nil {
		plan.Work = module.Node(context.Background())
	}
	f.Orchestrator = clustertest.ServeJobs(t, version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], plan)
	return f
}

// args are those of a run that writes to a file.
func (f *fleetTest) args(to string, more ...string) []string {
	return append([]string{"fleet", "run", "--on", f.URL, "--input", f.snapshots, "--module", "/opt/bacviz-fleet.wasm", "-o", to}, more...)
}

func (f *fleetTest) wantFacts(t *testing.T, file string) {
	t.Helper()
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, f.facts) {
		t.Errorf("the facts differ from those of one machine: %d and %d bytes (%v)", len(got), len(f.facts), err)
	}
}

func TestFleetRunMakesTheSameFactsWhateverTheShards(t *testing.T) {
	for _, c := range []struct {
		version string
		shards  int
		jobs    int
	}{{"v1.9.3", 1, 1}, {"v1.9.3", 3, 1}, {"v1.9.3", 8, 1}, {"v1.6.5", 3, 1}, {"v1.4.0", 3, 3}} {
		t.Run(fmt.Sprint(c.version, " ", c.shards), func(t *testing.T) {
			f := newFleetTest(t, c.version, clustertest.Plan{})
			facts := filepath.Join(t.TempDir(), "facts.jsonl")
			status, _, stderr := bacviz(t, f.args(facts, "--shards", fmt.Sprint(c.shards))...)
			if status != 0 {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			f.wantFacts(t, facts)
			if f.Submissions() != c.jobs {
				t.Errorf("%d jobs, not %d", f.Submissions(), c.jobs)
			}
		})
	}
}

func TestFleetRunWritesTheReportOfOneMachine(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte("rules:\n  - {name: enough, state: connected, nodes: {atLeast: 6}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := newFleetTest(t, "v1.9.3", clustertest.Plan{})
	dir := t.TempDir()
	here, there := filepath.Join(dir, "here"), filepath.Join(dir, "there")
	if status, _, stderr := bacviz(t, "fleet", "report", f.snapshots, "--rules", rules, "-o", here); status != 0 {
		t.Fatal(stderr)
	}
	if status, _, stderr := bacviz(t, f.args(there, "--shards", "3", "--rules", rules)...); status != 0 {
		t.Fatal(stderr)
	}
	if a, b := contents(t, here), contents(t, there); a != b || !strings.Contains(a, "index.html") {
		t.Errorf("the reports differ: %d and %d bytes", len(a), len(b))
	}
}

// contents returns the names and contents of all files in a folder.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintf(&all, "%s\n%s\n", strings.TrimPrefix(path, dir), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestFleetRunDoesWithAShardThatFailsOnce(t *testing.T) {
	f := newFleetTest(t, "v1.9.3", clustertest.Plan{FailParts: map[int]int{1: 1}, Tries: 3})
	facts := filepath.Join(t.TempDir(), "facts.jsonl")
	if status, _, stderr := bacviz(t, f.args(facts, "--shards", "3")...); status != 0 {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	f.wantFacts(t, facts)
}

func TestFleetRunNamesAShardThatFailsAlways(t *testing.T) {
	f := newFleetTest(t, "v1.9.3", clustertest.Plan{FailParts: map[int]int{1: 9}, Tries: 3})
	facts := filepath.Join(t.TempDir(), "facts.jsonl")
	status, _, stderr := bacviz(t, f.args(facts, "--shards", "3")...)
	if want := regexp.MustCompile(`error: 1 of 3 shards failed: shard 1 \(tried 3 times, the last time on n-\w+: wasm error: unreachable\)\n`); status != 1 || !want.MatchString(stderr) {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	if _, err := os.Stat(facts); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("facts of some shards were written (%v)", err)
	}
}

func TestFleetRunNamesAShardWhoseProgramFails(t *testing.T) {
	f := newFleetTest(t, "v1.9.3", clustertest.Plan{})
	status, _, stderr := bacviz(t, f.args(filepath.Join(t.TempDir(), "facts.jsonl"), "--input", "other="+t.TempDir())...)
	if status != 1 || !strings.Contains(stderr, "shard 0 (on n-") || !strings.Contains(stderr, "exit code 1: bacviz-fleet: ") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

// An orchestrator that is started again has its jobs.
func TestFleetRunWaitsForAnOrchestratorThatComesBack(t *testing.T) {
	f := newFleetTest(t, "v1.9.3", clustertest.Plan{})
	facts := filepath.Join(t.TempDir(), "facts.jsonl")
	watch := newWatcher(`submitted; `, f.Die)
	watch.then(`asking again for `, func() {
		if err := f.Return(); err != nil {
			t.Error(err)
		}
	})
	if status := run(t.Context(), f.args(facts, "--shards", "2"), stdio{strings.NewReader(""), io.Discard, watch}); status != 0 {
		t.Fatalf("exit status %d: %s", status, watch)
	}
	f.wantFacts(t, facts)
	if !strings.Contains(watch.String(), "bacviz: the orchestrator answers again\n") {
		t.Error(watch)
	}
}

func TestFleetRunGoesOnAfterCtrlC(t *testing.T) {
	for _, version := range []string{"v1.9.3", "v1.4.0"} {
		t.Run(version, func(t *testing.T) {
			f := newFleetTest(t, version, clustertest.Plan{})
			facts := filepath.Join(t.TempDir(), "facts.jsonl")
			ctx, interrupt := context.WithCancel(t.Context())
			watch := newWatcher(`submitted; `, interrupt)
			status := run(ctx, f.args(facts, "--shards", "2"), stdio{strings.NewReader(""), io.Discard, watch})
			command := regexp.MustCompile(`hint: to go on: bacviz (fleet run .*)\n`).FindStringSubmatch(watch.String())
			if status != exitInterrupted || command == nil {
				t.Fatalf("exit status %d: %s", status, watch)
			}
			submitted := f.Submissions()
			if status, _, stderr := bacviz(t, strings.Fields(command[1])...); status != 0 {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			f.wantFacts(t, facts)
			if f.Submissions() != submitted {
				t.Error("a job was submitted again")
			}
		})
	}
}

// An interrupt while results are fetched, or while the report is written, leaves nothing behind, and
// --resume goes on.
func TestFleetRunGoesOnAfterCtrlCAtTheEnd(t *testing.T) {
	for _, name := range []string{"results", "report"} {
		t.Run(name, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			watch, plan := newWatcher(`fetched 2 results`, interrupt), clustertest.Plan{}
			if name == "results" {
				plan.Serving = interrupt
			}
			f := newFleetTest(t, "v1.9.3", plan)
			dir := t.TempDir()
			report := filepath.Join(dir, "report")
			status := run(ctx, f.args(report, "--shards", "2"), stdio{strings.NewReader(""), io.Discard, watch})
			command := regexp.MustCompile(`error: interrupted\nbacviz: hint: to go on: bacviz (fleet run .*)\n`).FindStringSubmatch(watch.String())
			if status != exitInterrupted || command == nil {
				t.Fatalf("exit status %d: %s", status, watch)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v (%v)", left, err)
			}
			if status, _, stderr := bacviz(t, strings.Fields(command[1])...); status != 0 {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			f.wantFacts(t, filepath.Join(report, "facts.jsonl"))
		})
	}
}

// A watcher keeps what is written to it, and does something at the first text that matches.
type watcher struct {
	mu    sync.Mutex
	all   bytes.Buffer
	steps []watcherStep
}

type watcherStep struct {
	wanted *regexp.Regexp
	do     func()
}

func newWatcher(wanted string, do func()) *watcher {
	w := &watcher{}
	w.then(wanted, do)
	return w
}

func (w *watcher) then(wanted string, do func()) {
	w.steps = append(w.steps, watcherStep{regexp.MustCompile(wanted), do})
}

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.all.Write(p)
	var do func()
	if len(w.steps) > 0 && w.steps[0].wanted.Match(w.all.Bytes()) {
		do = w.steps[0].do
		w.steps = w.steps[1:]
	}
	w.mu.Unlock()
	if do != nil {
		do()
	}
	return len(p), nil
}

func (w *watcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

func TestFleetRunPrintsTheJobAndSubmitsNothing(t *testing.T) {
	f := newFleetTest(t, "v1.4.0", clustertest.Plan{})
	status, stdout, stderr := bacviz(t, f.args("facts.jsonl", "--shards", "2", "--select", "region=eu", "--dry-run")...)
	if status != 0 || f.Submissions() != 0 || strings.Count(stdout, "\n---\n") != 1 || !strings.Contains(stdout, "- 1/2\n") {
		t.Errorf("exit status %d, %d jobs: %s%s", status, f.Submissions(), stdout, stderr)
	}
}

// What a node serves in place of its results.
func TestFleetRunRefusesResultsThatAreNone(t *testing.T) {
	for name, archive := range map[string]string{"no archive": "<html>", "empty": "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"} {
		t.Run(name, func(t *testing.T) {
			f := newFleetTest(t, "v1.9.3", clustertest.Plan{Work: func(clustertest.Work) clustertest.Done { return clustertest.Done{Archive: []byte(archive)} }})
			status, _, stderr := bacviz(t, f.args(filepath.Join(t.TempDir(), "facts.jsonl"))...)
			if status != 1 || !strings.Contains(stderr, "error: fetching result 1 of 1: http://") || !strings.Contains(stderr, "hint: to go on: bacviz fleet run ") {
				t.Errorf("exit status %d: %s", status, stderr)
			}
		})
	}
}

// The job files in examples are those that fleet run submits; -update writes them.
func TestFleetExamplesAreTheJobsThatAreSubmitted(t *testing.T) {
	dir, err := filepath.Abs("../../examples/fleet")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile(filepath.Join(dir, "shape.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("shape.yaml", rules, 0o644); err != nil {
		t.Fatal(err)
	}
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
	for name, args := range map[string]string{
		"wasm.yaml":   "--input /data/snapshots --module /opt/bacviz/bacviz-fleet.wasm --shards 8 --select snapshots=yes --rules shape.yaml",
		"docker.yaml": "--input s3://fleet/snapshots/?region=eu-west-1 --image ghcr.io/bacviz/bacviz --publisher s3://fleet/facts?region=eu-west-1 --shards 8",
	} {
		status, stdout, stderr := bacviz(t, append([]string{"fleet", "run", "--on", o.URL, "--dry-run"}, strings.Fields(args)...)...)
		if status != 0 {
			t.Fatal(stderr)
		}
		golden.Check(t, filepath.Join(dir, name), []byte("# bacviz fleet run "+args+" --dry-run\n"+stdout))
	}
}

// A signed address works, but whoever may read the job may use it.
func TestFleetRunWarnsOfAddressesThatLetIn(t *testing.T) {
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
	args := []string{"fleet", "run", "--on", o.URL, "--dry-run", "--memory", "4gib", "--module", "https://files.example/m.wasm?X-Amz-Date=1&X-Amz-Signature=hunter2",
		"--input", "https://files.example/eu.json?sv=1&sig=hunter2", "--input", "https://files.example/us.json?Token=hunter2", "--input", "https://files.example/ap.json?version=2"}
	status, _, stderr := bacviz(t, args...)
	want := "bacviz: warning: --module: X-Amz-Signature in the address will stand in the job for all to read\n" +
		"bacviz: warning: --input \"eu\": sig in the address will stand in the job for all to read\n" +
		"bacviz: warning: --input \"us\": Token in the address will stand in the job for all to read\n"
	if status != exitOK || stderr != want {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

func TestFleetRunRefusesWhatCannotWork(t *testing.T) {
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
	for args, want := range map[string]string{
		"-o r":                          "there is nothing to read",
		"--input /data":                 "there is no folder to write to",
		"--input /data -o r":            "nodes need something to run",
		"--input data --module /m -o r": "--input: \"data\" is not an absolute path on the nodes",
		"--input /data --module /m --shards 0 -o r":            "--shards 0",
		"--input /data --module /m --image i -o r":             "--module and --image cannot be combined",
		"--input /data --resume j-1 -o r":                      "--input has no effect with --resume",
		"--input /data --module /m -o none/r":                  "there is no folder none",
		"--input s3://b/p --module /m -o r":                    "s3://b/p is one object, and no snapshot by its name: s3://b/p/ is all that is in it",
		"--input eu=s3://b/ --module /m -o r":                  "s3://b is a whole bucket, which Bacalhau does not take",
		"--resume j-nosuch -o r":                               `there is no job "j-nosuch"`,
		"--input /data --module /m --rules none.yaml -o r":     "no such file",
		"--api-host b --input /data --module /m -o r":          "--on and --api-host cannot be combined",
		"--input /data --module /m --dry-run --cpu abc":        `--cpu "abc" is no number of cores`,
		"--input /data --module /m --dry-run --memory zz":      `--memory "zz" is no size`,
		"--input /data --module /m --dry-run --memory 5gb":     "--memory \"5gb\" is more than the 4 GiB that a WebAssembly module can have",
		"--input /data --module /m --dry-run --shards 1000001": "--shards 1000001: more than 10000",
		"--resume j-nosuch --namespace ns -o r":                `there is no job "j-nosuch"`,
		"more --input /data --module /m -o r":                  "takes no arguments",
	} {
		status, _, stderr := bacviz(t, append([]string{"fleet", "run", "--on", o.URL}, strings.Fields(args)...)...)
		if status == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit status %d: %s", args, status, stderr)
		}
	}
	if o.Submissions() > 0 {
		t.Error("a job was submitted")
	}
}
