package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// TestEveryCommandEnds runs commands against hostile inputs and faulty servers, and ends
// them by --timeout, SIGINT or SIGTERM at random moments. Each must end shortly after
// that, with the right status, without a trace, in bounded memory, and leave no file
// that is not complete.
//
// Plain go test runs a few, with a short time limit; BACVIZ_ENDINGS=all runs every
// command against every input.
func TestEveryCommandEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program, which has no race detector")
	}
	all := os.Getenv("BACVIZ_ENDINGS") == "all"
	if !all {
		t.Parallel() // it mostly waits
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var runs []ending
	servers, files := faultyServers(t), hostileFiles(t, all)
	for _, c := range endingCommands {
		inputs := servers
		if !c.onJobs {
			inputs = slices.Concat(servers, files)
		}
		for _, in := range inputs {
			runs = append(runs, ending{command: c, input: in})
		}
	}
	rng.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
	limit := 2 * time.Second
	if !all {
		runs, limit = runs[:min(24, len(runs))], 300*time.Millisecond
	}
	for i := range runs {
		r := &runs[i]
		r.limit = limit
		if i%3 > 0 {
			r.signal = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[i%3-1]
			r.after = time.Duration(rng.Int64N(int64(limit / 2)))
		}
	}
	program(t) // before any time is taken
	worst := endAll(t, runs)
	t.Logf("%d runs; the last one ended %s after its limit or signal", len(runs), worst.Round(time.Millisecond))
}

// endAll does the runs, several at a time, and returns by how much one was late at most.
func endAll(t *testing.T, runs []ending) (worst time.Duration) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	queue := make(chan *ending)
	for range 4 {
		wg.Go(func() {
			for r := range queue {
				late := r.run(t)
				mu.Lock()
				worst = max(worst, late)
				mu.Unlock()
			}
		})
	}
	for i := range runs {
		queue <- &runs[i]
	}
	close(queue)
	wg.Wait()
	return worst
}

// An endingCommand is a command with the file that it writes, if any.
type endingCommand struct {
	args   []string
	out    string
	onJobs bool // it asks an orchestrator for jobs, and takes no SOURCE
}

var endingCommands = []endingCommand{
	{args: []string{"render", "-o", "out.svg"}, out: "out.svg"},
	{args: []string{"render", "-o", "out.png"}, out: "out.png"},
	{args: []string{"render", "-o", "out.pdf"}, out: "out.pdf"},
	{args: []string{"render", "-o", "out.html"}, out: "out.html"},
	{args: []string{"render", "-o", "out.json"}, out: "out.json"},
	{args: []string{"nodes"}},
	{args: []string{"snapshot", "-o", "out.json"}, out: "out.json"},
	{args: []string{"diff", "old.json", "-f", "json", "-o", "out.json"}, out: "out.json"},
	{args: []string{"check", "--rules", "rules.yaml"}},
	{args: []string{"embed", "doc.md"}},
	{args: []string{"job", "list"}, onJobs: true},
	{args: []string{"job", "get", endingJob}, onJobs: true},
	{args: []string{"job", "executions", endingJob}, onJobs: true},
	{args: []string{"job", "results", endingJob}, onJobs: true},
	{args: []string{"job", "history", endingJob}, onJobs: true},
	{args: []string{"job", "stop", endingJob}, onJobs: true},
	{args: []string{"job", "submit", "job.yaml", "--wait"}, onJobs: true},
}

const endingJob = "j-abc00000"

// An endingInput is a file or a server, with the size of the file.
type endingInput struct {
	name, source string
	bytes        int64
}

// faultyServers starts an orchestrator with a job for each fault.
func faultyServers(t *testing.T) []endingInput {
	var inputs []endingInput
	nodes := clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0]
	for _, fault := range clustertest.Faults() {
		behind := clustertest.ServeJobs(t, "v1.9.3", nodes, clustertest.Plan{Never: true})
		// Without the variables of runJob, which would keep the test from running in parallel.
		if _, err := (&bacalhau.Client{BaseURL: behind.URL}).Submit(t.Context(), []byte(`{"Job":{"Name":"spin","Type":"service","Tasks":[{"Name":"main","Engine":{"Type":"docker"}}]}}`)); err != nil {
			t.Fatal(err)
		}
		proxy := clustertest.ServeFault(t, fault, behind.Config.Handler)
		proxy.Elsewhere = behind.URL
		inputs = append(inputs, endingInput{name: string(fault), source: proxy.URL})
	}
	return inputs
}

// hostileFiles writes node lists and snapshots that once took minutes or gigabytes.
func hostileFiles(t *testing.T, all bool) []endingInput {
	dir := t.TempDir()
	const snapshotHead = `{"bacviz":"snapshot","version":1,"orchestrators":["a"],"nodes":[`
	var inputs []endingInput
	for _, f := range []struct {
		name       string
		head       string
		record     func(i int) string
		records    int
		tail       string
		alwaysDone bool
	}{
		{"IDs of a megabyte", "[", func(i int) string {
			return fmt.Sprintf(`{"Info":{"NodeID":"%s%d"}}`, strings.Repeat("a-", 600_000), i)
		}, 8, "]", true},
		{"IDs as long as they may be", "[", func(i int) string {
			return fmt.Sprintf(`{"Info":{"NodeID":"%s%04d"}}`, strings.Repeat("a-", 510), i)
		}, 5000, "]", true},
		{"tiny records", "[", func(i int) string { return fmt.Sprintf(`{"Info":{"NodeID":"%07d"}}`, i) }, 2_000_000, "]", false},
		{"as many records as may be", "[", func(i int) string { return fmt.Sprintf(`{"Info":{"NodeID":"%07d"}}`, i) }, 50_000, "]", false},
		{"one value", "[", func(int) string { return `{"Info":{"NodeID":"a","x":"` + strings.Repeat("x", 60<<20) + `"}}` }, 1, "]", false},
		{"tiny nodes of a snapshot", snapshotHead, func(i int) string { return fmt.Sprintf(`{"id":"%07d"}`, i) }, 2_000_000, "]}", false},
		{"one value of a snapshot", snapshotHead, func(int) string { return `{"id":"a","version":"` + strings.Repeat("x", 60<<20) + `"}` }, 1, "]}", false},
	} {
		if !all && !f.alwaysDone {
			continue
		}
		path := filepath.Join(dir, strings.ReplaceAll(f.name, " ", "-")+".json")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(file)
		_, _ = w.WriteString(f.head) // an error shows in Flush
		for i := range f.records {
			if i > 0 {
				_ = w.WriteByte(',')
			}
			_, _ = w.WriteString(f.record(i))
		}
		_, _ = w.WriteString(f.tail)
		if err := cmp.Or(w.Flush(), file.Close()); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err == nil {
			inputs = append(inputs, endingInput{f.name, path, info.Size()})
		}
	}
	return inputs
}

// An ending is one run of a command, which ends by its time limit, or by a signal some
// time after its start.
type ending struct {
	command endingCommand
	input   endingInput
	limit   time.Duration
	signal  syscall.Signal // 0 for none
	after   time.Duration
}

// latest is how late a command may end: 100 ms, and what several side by side add. A busy machine
// may take longer.
const latest = 2100 * time.Millisecond

// startUp is how long the program takes to begin: its own limit begins then.
const startUp = 200 * time.Millisecond

// run does the run, checks how it ended, and returns how late it was.
func (e *ending) run(t *testing.T) (late time.Duration) {
	dir, err := os.MkdirTemp(scratch, "ending-")
	if err != nil {
		t.Error(err)
		return 0
	}
	defer os.RemoveAll(dir)
	e.prepare(t, dir)
	args := append(slices.Clone(e.command.args), "--timeout", e.limit.String())
	if e.command.onJobs {
		args = append(args, "--api-host", e.input.source)
	} else {
		args = append(args, e.input.source)
	}
	var out, messages bytes.Buffer
	cmd := command(program(t), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &messages
	cmd.Env = append(cmd.Env, "TMPDIR="+filepath.Join(dir, "tmp"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return 0
	}
	pid := cmd.Process.Pid
	end := begin.Add(startUp + e.limit)
	signalled := make(chan struct{})
	timer := time.AfterFunc(e.after, func() {
		defer close(signalled)
		if e.signal != 0 {
			_ = syscall.Kill(pid, e.signal) // it may have ended
		}
	})
	memory := watchPeak(pid)
	kill := time.AfterFunc(time.Minute, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
	_ = cmd.Wait() // the status is looked at below
	took := time.Since(begin)
	kill.Stop()
	interrupted := e.signal != 0 && !timer.Stop()
	if interrupted {
		<-signalled
		end = begin.Add(e.after)
	}
	if !e.command.onJobs || interrupted { // a job command has a limit for each request
		late = begin.Add(took).Sub(end)
	}
	if problem := e.judge(cmd, dir, out.Bytes(), messages.String(), late, memory()); problem != "" {
		t.Errorf("%s on %s, signal %v after %s: %s\n%s: %.300s", strings.Join(e.command.args, " "), e.input.name,
			e.signal, e.after, problem, cmd.ProcessState, messages.String())
	}
	return late
}

// watchPeak looks at the peak memory of a process now and then. The function that it
// returns ends that and tells the last peak, in bytes. The one that wait4 reports is not
// less than this process's own.
func watchPeak(pid int) (peak func() int64) {
	var most int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				var kb int64
				if i := bytes.Index(status, []byte("VmHWM:")); i >= 0 {
					_, _ = fmt.Sscanf(string(status[i:]), "VmHWM: %d kB", &kb) // 0 if there is none
				}
				most = max(most, kb<<10)
			}
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-stopped
		return most
	}
}

// prepare writes the files that commands read beside their source.
func (e *ending) prepare(t *testing.T, dir string) {
	for name, text := range map[string]string{
		"old.json":   `{"bacviz":"snapshot","version":1,"orchestrators":["a"],"nodes":[{"id":"a"}]}`,
		"rules.yaml": endingRules,
		"doc.md":     endingDocument,
		"job.yaml":   "Name: a\nType: batch\nCount: 1\nTasks:\n  - Name: main\n    Engine:\n      Type: docker\n      Params:\n        Image: ubuntu\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Error(err)
	}
}

const (
	endingRules    = "version: 1\nrules:\n  - name: two\n    min: 2\n"
	endingDocument = "# A\n\n<!-- bacviz:start format=table -->\n<!-- bacviz:end -->\n"
)

// mostMemory is the most that a command may take for small inputs, in bytes: 250 MB, as
// docs/design/speed.md says, and a fifth more since several run side by side, and collect their
// garbage late. For large ones it is eight times the input. TestLongIDsTakeBoundedMemory and
// its neighbours hold the limits themselves.
const mostMemory = 300_000_000

// judge returns what is wrong with the end of a run, or "".
func (e *ending) judge(cmd *exec.Cmd, dir string, out []byte, messages string, late time.Duration, memory int64) string {
	status := cmd.ProcessState.ExitCode()
	cutOff := regexp.MustCompile(`(?m)^bacviz: error: .*(interrupted|timed out)`).MatchString(messages)
	how, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	early := how.Signaled() && how.Signal() == e.signal && messages == "" // before main took over the signal
	switch {
	case clustertest.Late(late, latest):
		return "ended " + late.String() + " late"
	case status < 0 && !early || strings.Contains(messages, "goroutine "):
		return "crashed"
	case strings.Contains(messages, "bacviz: error: interrupted") && status != exitInterrupted:
		return "interrupted, but not with 130"
	case cutOff && status == exitOK:
		return "cut off, but ended with 0"
	case !early && status != exitOK && status != exitFailed && status != exitNoAnswer && status != exitInterrupted:
		return "ended with an unknown status"
	case memory > max(mostMemory, 8*e.input.bytes):
		return fmt.Sprintf("took %d MiB", memory>>20)
	}
	if err := syscall.Kill(-cmd.Process.Pid, 0); err != syscall.ESRCH {
		return fmt.Sprintf("left a process in its group: %v", err)
	}
	return e.judgeFiles(dir, status)
}

// judgeFiles returns what is wrong with the files that are there, or "".
func (e *ending) judgeFiles(dir string, status int) string {
	files, err := os.ReadDir(dir)
	temp, tempErr := os.ReadDir(filepath.Join(dir, "tmp"))
	if err := cmp.Or(err, tempErr); err != nil || len(temp) > 0 {
		return fmt.Sprintf("left %v in the temp dir (%v)", temp, err)
	}
	for _, f := range files {
		switch name := f.Name(); name {
		case "old.json", "rules.yaml", "job.yaml", "tmp":
		case "doc.md":
			text, _ := os.ReadFile(filepath.Join(dir, name))
			if embedded := string(text) != endingDocument; embedded != (status == exitOK && e.command.args[0] == "embed") {
				return fmt.Sprintf("the document is changed: %v, at status %d", embedded, status)
			}
		case e.command.out:
			if status != exitOK {
				return "left its file behind a failure"
			}
			if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !isWhole(name, text) {
				return fmt.Sprintf("its file of %d bytes is not complete (%v)", len(text), err)
			}
		default:
			return "left " + name
		}
	}
	if _, err := os.Stat(filepath.Join(dir, e.command.out)); status == exitOK && err != nil {
		return "ended with 0 without its file"
	}
	return ""
}

// isWhole reports whether a file ends as its format does.
func isWhole(name string, text []byte) bool {
	ends := map[string]string{".svg": "</svg>\n", ".html": "</html>\n", ".pdf": "%%EOF\n", ".png": "IEND\xaeB`\x82"}
	if filepath.Ext(name) == ".json" {
		return json.Valid(text)
	}
	return bytes.HasSuffix(text, []byte(ends[filepath.Ext(name)]))
}
