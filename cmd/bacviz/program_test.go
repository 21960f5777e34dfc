package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// scratch holds what the tests share: the program, and its cache.
var scratch string

func TestMain(m *testing.M) {
	// Package gctune sets what suits one run. The tests do hundreds of runs in this
	// process: at its limit they would spend most of their time on garbage.
	debug.SetMemoryLimit(math.MaxInt64)
	runtime.GC() // the first collection sets Go's default, in the background
	for begin := time.Now(); debug.SetGCPercent(400) != 100 && time.Since(begin) < time.Second; {
		time.Sleep(time.Millisecond)
	}
	dir, err := os.MkdirTemp("", "bacviz-test-")
	if err != nil {
		panic(err)
	}
	scratch = dir
	os.Setenv(configVar, configNone) // whatever the settings of who runs the tests
	code := m.Run()
	browsertest.Stop()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// program returns bacviz as users have it. A test binary would compile Graphviz at each
// start, since it has no cache. A test of the program is skipped under the race detector, which
// the program does not have.
func program(t testing.TB) string {
	t.Helper()
	skipUnderRace(t, "runs the program, which has no race detector")
	return builtProgram()
}

// skipUnderRace skips a test where the race detector, which makes it slow, finds nothing.
func skipUnderRace(t testing.TB, why string) {
	t.Helper()
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip(why)
	}
}

// repeats are tests that do with many inputs what others do with a few.
const repeats = "repeats what other tests do"

var builtProgram = sync.OnceValue(func() string {
	exe := filepath.Join(scratch, "bin", "bacviz")
	if runtime.GOOS == "windows" {
		exe += ".exe"
	}
	build := exec.Command("go", "build", "-o", exe, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as releases are
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	// Fill the cache, which all starts share.
	if out, err := command(exe, "version").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	return exe
})

// homeVars make the program keep its cache in scratch.
func homeVars() []string {
	return []string{"HOME=" + scratch, "XDG_CACHE_HOME=" + filepath.Join(scratch, ".cache"), "LocalAppData=" + scratch}
}

func command(exe string, args ...string) *exec.Cmd {
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), homeVars()...)
	return cmd
}

// TestScripts runs the program as users type it. Besides testscript's own
// commands the scripts have
//
//	fails STATUS MESSAGE ARGS…  run bacviz, which must end with STATUS, say
//	                            MESSAGE (a regexp) on one line and no more but a hint
//	exits STATUS ARGS…          run bacviz, which must end with STATUS
//	files NAME…                 these and no other files are there, hidden ones included
//	save VERSION NAME FILE      save a captured answer
//	expand FILE                 replace $NAME in a file
//	mode PERM FILE              a file has these permissions
//	same OLD NEW                two files have the same contents
//
// and the addresses of servers in $JOBS_OLD, $JOBS_NEW, $JOBS_BAD, $JOBS_LONG, $JOBS_AGAIN, $JOBS_EARLY, $JOBS_QUEUED, $JOBS_WAITING, $JOBS_REFUSED, $RUNS_OLD, $RUNS_NEW, $LIVE, $COMPUTE, $LOCKED, $HTML, $CUT,
// $SILENT and $REFUSED, the folder of a network's story in $STORY, and the one of the examples in $EXAMPLES.
func TestScripts(t *testing.T) {
	bin := filepath.Dir(program(t))
	servers := map[string]string{
		"JOBS_OLD":     serveJobs(t, "v1.4.0", clustertest.Plan{Stdout: "hello, world\n", Fail: 1}),
		"JOBS_NEW":     serveJobs(t, "v1.9.3", clustertest.Plan{Stdout: "hello, world\n", Publish: true, Reject: 1}),
		"JOBS_BAD":     serveJobs(t, "v1.9.3", clustertest.Plan{Stdout: "one\n\x1b[2Jtwo", Stderr: "oh\tno\n", ExitCode: 3, Truncated: true}),
		"JOBS_AGAIN":   serveJobs(t, "v1.9.3", clustertest.Plan{Stdout: strings.Repeat("hello, world; ", 5) + "bye\n"}),
		"JOBS_EARLY":   serveJobs(t, "v1.6.5", clustertest.Plan{}),
		"JOBS_REFUSED": serveJobs(t, "v1.9.3", clustertest.Plan{Refuse: refusal}),
		"JOBS_WAITING": serveJobs(t, "v1.9.3", clustertest.Plan{Refuse: refusal, Queue: true}),
		"JOBS_QUEUED":  serveJobs(t, "v1.9.3", clustertest.Plan{Queue: true}),
		"RUNS_OLD":     serveJobs(t, "v1.4.0", clustertest.Plan{Fail: 1}),
		"RUNS_NEW":     serveJobs(t, "v1.9.3", clustertest.Plan{Publish: true, Reject: 1}),
		"JOBS_LONG":    serveJobs(t, "v1.6.5", clustertest.Plan{Never: true}),
		"LIVE":         serveCapture(t, "v1.9.3", "nodes").URL,
		"COMPUTE":      serveCapture(t, "v1.9.3", "compute_orchestrator_nodes").URL,
		"LOCKED":       serveCapture(t, "v1.9.3", "auth_none_nodes").URL,
		"HTML":         serveText(t, "<!DOCTYPE html><html><body>please sign in</body></html>\n"),
		"CUT":          serveText(t, `{"NextToken":"","Nodes":[{"Info":{"NodeID":"n1",`),
		"SILENT":       serveSilence(t),
		"REFUSED":      refused(t),
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, homeVars()...)
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			for name, url := range servers {
				env.Setenv(name, url)
			}
			story, err := filepath.Abs("../../examples/ci")
			if err != nil {
				return err
			}
			env.Setenv("STORY", story)
			env.Setenv("EXAMPLES", filepath.Dir(story))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fails": scriptFails,
			"files": scriptFiles,
			"exits": scriptExits,
			"expand": func(ts *testscript.TestScript, _ bool, args []string) {
				text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
			},
			"save": func(ts *testscript.TestScript, _ bool, args []string) {
				answer, err := clustertest.Load(args[0], args[1])
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[2]), answer.Body, 0o644))
			},
			"mode": func(ts *testscript.TestScript, _ bool, args []string) {
				info, err := os.Stat(ts.MkAbs(args[1]))
				ts.Check(err)
				if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
					ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
				}
			},
			"same": func(ts *testscript.TestScript, neg bool, args []string) {
				if (ts.ReadFile(args[0]) == ts.ReadFile(args[1])) == neg {
					ts.Fatalf("%s and %s: the same bytes: %v", args[0], args[1], neg)
				}
			},
		},
	})
}

// refusal is what nodes say that reject a job, as Bacalhau does on several lines, with a
// sequence that would clear a terminal.
const refusal = "volume /srv/data/of-a-long-name is not allowlisted on this node\x1b[2J:\n\tallow it in Compute.AllowListedLocalPaths"

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS ARGS…")
	}
	status := 0
	var exit *exec.ExitError
	if err := ts.Exec("bacviz", args[1:]...); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		status = -1
	}
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("exit status %d, want %s", status, args[0])
	}
}

func scriptFails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fails STATUS MESSAGE ARGS…")
	}
	err := ts.Exec("bacviz", args[2:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strconv.Itoa(exit.ExitCode()) != args[0] {
		ts.Fatalf("got %v, want exit status %s", err, args[0])
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("wrote to stdout:\n%s", out)
	}
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile("stderr"), "\n"), "\n")
	for strings.HasPrefix(lines[0], "bacviz: warning: ") && len(lines) > 1 {
		lines = lines[1:]
	}
	message, err := regexp.Compile(args[1])
	ts.Check(err)
	if !strings.HasPrefix(lines[0], "bacviz: error: ") || !message.MatchString(lines[0]) {
		ts.Fatalf("the first line after warnings is not an error that matches %q", args[1])
	}
	if len(lines) > 2 || len(lines) == 2 && !strings.HasPrefix(lines[1], "bacviz: hint: ") {
		ts.Fatalf("more than an error and a hint")
	}
}

func scriptFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! files")
	}
	root := ts.MkAbs(".")
	var got []string
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case name == ".tmp" && d.IsDir(): // testscript's own, and the program's temp dir
			if left, err := os.ReadDir(path); err != nil || len(left) > 0 {
				ts.Fatalf("left in the temp dir: %v %v", left, err)
			}
			return fs.SkipDir
		case !d.IsDir():
			got = append(got, filepath.ToSlash(name))
		}
		return nil
	}))
	slices.Sort(args)
	if !slices.Equal(got, args) {
		ts.Fatalf("there are %q, want %q", got, args)
	}
}

// serveJobs starts an orchestrator that remembers jobs, with three nodes.
func serveJobs(t *testing.T, version string, plan clustertest.Plan) string {
	return clustertest.ServeJobs(t, version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], plan).URL
}

// serveText starts a server that answers everything with a text.
func serveText(t *testing.T, text string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(text)) // the client may have gone
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// serveSilence listens, and never answers.
func serveSilence(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return "http://" + l.Addr().String()
}

// refused is an address where nobody listens.
func refused(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// saveCluster writes a synthetic node list to a file.
func saveCluster(t testing.TB, nodes int) string {
	t.Helper()
	var b bytes.Buffer
	if err := clustertest.WriteList(&b, clustertest.Cluster(1, clustertest.Options{Nodes: nodes})[0], "v1.9.3"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "nodes.json")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// skip skips a test for which the machine lacks something. In CI it fails instead.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
