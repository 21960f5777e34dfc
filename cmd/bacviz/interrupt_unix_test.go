//go:build unix

package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// longLayout is a number of nodes that takes Graphviz's sfdp seconds.
const longLayout = 4900

// stuck starts the program, in a process group of its own and in a folder with
// an old picture, on work that takes far longer than a test.
func stuck(t *testing.T, args ...string) *stuckProgram {
	t.Helper()
	p := &stuckProgram{t: t, dir: t.TempDir()}
	p.cmd = command(program(t), append([]string{"render", "-o", "old.svg"}, args...)...)
	p.cmd.Dir, p.cmd.Stderr = p.dir, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := os.WriteFile(filepath.Join(p.dir, "old.svg"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The group holds what a failing test leaves behind, and nothing else.
	t.Cleanup(func() { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) })
	return p
}

type stuckProgram struct {
	t       *testing.T
	cmd     *exec.Cmd
	dir     string
	stderr  bytes.Buffer
	timeout time.Duration // what it may take besides two seconds
	child   int           // the process that lays out, if it is stopped
}

// ends checks that the program ends within two seconds, or more on a busy machine, with these
// lines and the status that belongs to them, and leaves neither a file nor a process.
func (p *stuckProgram) ends(want string) {
	p.t.Helper()
	wantStatus := exitFailed
	if strings.Contains(want, "interrupted") {
		wantStatus = exitInterrupted
	}
	p.endsWith(wantStatus, want)
}

func (p *stuckProgram) endsWith(wantStatus int, want string) {
	p.t.Helper()
	pid := p.cmd.Process.Pid
	late := time.AfterFunc(time.Minute, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
	start := time.Now()
	_ = p.cmd.Wait() // the status is looked at below
	if took := time.Since(start); !late.Stop() || clustertest.Late(took, 2*time.Second+p.timeout) {
		p.t.Errorf("took %s to end", took)
	}
	if status := p.cmd.ProcessState.ExitCode(); status != wantStatus {
		p.t.Errorf("%s, want status %d", p.cmd.ProcessState, wantStatus)
	}
	if !regexp.MustCompile(`^(?:` + want + `)$`).MatchString(p.stderr.String()) {
		p.t.Errorf("stderr %q, want %q", p.stderr.String(), want)
	}
	// A child that was killed may outlive the program, which waits 50 ms for it: on a busy
	// machine the kernel takes longer to free its memory. One that was not killed stays.
	left := -pid
	if p.child != 0 {
		left = p.child
	}
	for end := time.Now().Add(20 * time.Second); syscall.Kill(left, 0) != syscall.ESRCH; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Error("a process is left in the group")
			break
		}
	}
	files, err := os.ReadDir(p.dir)
	old, _ := os.ReadFile(filepath.Join(p.dir, "old.svg"))
	if err != nil || len(files) != 1 || string(old) != "old" {
		p.t.Errorf("left %v with %q in old.svg (%v)", files, old, err)
	}
}

// waitFor polls until something has happened.
func waitFor(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s within a minute", what)
		}
	}
}

// childOf returns the ID of the process that lays out for a program, or 0 if there is none yet.
// It has no arguments. Go tries first how processes start, with a copy of the program, which has.
func childOf(t *testing.T, pid int) int {
	out, err := exec.Command("ps", "-A", "-o", "ppid=,pgid=,pid=,args=").Output()
	if err != nil {
		skip(t, "no ps to look for child processes with")
	}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 4 && f[0] == strconv.Itoa(pid) && f[1] == f[0] && f[3] == program(t) {
			child, _ := strconv.Atoi(f[2])
			return child
		}
	}
	return 0
}

// stopped waits until the program lays out, and stops the process that does so: it never ends
// unless it is killed, however fast the machine is.
func (p *stuckProgram) stopped() {
	p.t.Helper()
	waitFor(p.t, "child process", func() bool { p.child = childOf(p.t, p.cmd.Process.Pid); return p.child != 0 })
	if !p.stop() {
		p.t.Fatal("the layout ended before it was interrupted")
	}
}

// stop stops the child, and reports whether it was there. The system would end it together with
// the program if no other process of its group had a parent in the session.
func (p *stuckProgram) stop() bool {
	p.t.Helper()
	signal.Ignore(os.Interrupt) // which the other process inherits
	defer signal.Reset(os.Interrupt)
	other := exec.Command("sleep", "1000")
	other.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: p.cmd.Process.Pid}
	if err := other.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = other.Process.Kill()
		_ = other.Wait() // it was killed
	})
	return syscall.Kill(p.child, syscall.SIGSTOP) == nil
}

func TestInterruptDuringFetch(t *testing.T) {
	asked := make(chan struct{})
	var once sync.Once
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		once.Do(func() { close(asked) })
		<-done
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(done) })
	p := stuck(t, server.URL)
	select {
	case <-asked:
	case <-time.After(time.Minute):
		t.Fatal("the server was not asked")
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.ends("bacviz: error: interrupted\n")
}

// A terminal that is closed ends a command as Ctrl-C does; nohup keeps it from doing so.
func TestAClosedTerminalEndsACommand(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	hungUp := func(p *stuckProgram) {
		if conn, err := l.Accept(); err != nil { // and does not answer
			t.Fatal(err)
		} else {
			t.Cleanup(func() { conn.Close() })
		}
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // so that children do not ignore it, if the tests do
	p := stuck(t, "http://"+l.Addr().String())
	hungUp(p)
	p.endsWith(exitHungUp, "bacviz: error: interrupted\n")

	signal.Ignore(syscall.SIGHUP) // which children inherit, as with nohup
	defer signal.Reset(syscall.SIGHUP)
	p = stuck(t, "http://"+l.Addr().String(), "--timeout", "300ms")
	hungUp(p)
	p.ends("bacviz: error: timed out after 300ms: .*\nbacviz: hint: .*\n")
}

func TestTimeoutDuringFetch(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	stuck(t, "http://"+l.Addr().String(), "--timeout", "200ms").
		ends("bacviz: error: timed out after 200ms: listing nodes: http://127.0.0.1:\\d+: no answer.*\nbacviz: hint: .*allow more time with --timeout\n")
}

// openedForReading waits until a program reads a FIFO, and returns its writing end.
func openedForReading(t *testing.T, fifo string) *os.File {
	t.Helper()
	var w *os.File
	var err error
	for range 1000 {
		if w, err = os.OpenFile(fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			return w
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal(err)
	return nil
}

// A FIFO without a writer, in place of a secret or a certificate, does not block the
// program for longer than the timeout.
func TestFilesThatBlock(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		skip(t, "no FIFOs: "+err.Error())
	}
	stuck(t, "--api-key-file", fifo, "--timeout", "300ms").
		ends("bacviz: error: settings: --api-key-file .*fifo: could not be read before the timeout\n")
	stuck(t, "https://127.0.0.1:1", "--cacert", fifo, "--timeout", "300ms").
		ends("bacviz: error: timed out after 300ms: .*: CA file .*fifo: could not be read before the timeout\nbacviz: hint: .*\n")
	p := stuck(t, "--api-key-file", fifo, "--timeout", "0")
	w := openedForReading(t, fifo)
	defer w.Close()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.ends("bacviz: error: settings: --api-key-file .*fifo: interrupted\n")

	// No flag names config.yaml, so nobody is about to write into it.
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "config.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := command(program(t), "config")
	config.Env = append(config.Environ(), "BACALHAU_DIR="+dir)
	if out, err := config.CombinedOutput(); config.ProcessState.ExitCode() != 1 || !strings.HasSuffix(string(out), "config.yaml: it is a FIFO, not a file\n") {
		t.Errorf("config ended with %v and said %s", err, out)
	}

	stuck(t, "--demo", "--theme", fifo, "--timeout", "300ms").
		ends("bacviz: error: timed out after 300ms: reading the theme .*fifo: could not be read before the timeout\nbacviz: hint: .*\n")
	stuck(t, "--demo", "--theme", "/dev/zero").
		ends("bacviz: error: reading the theme /dev/zero: larger than 1 MiB\n")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	check := exec.CommandContext(ctx, program(t), "check", "--demo", "--rules", fifo, "--timeout", "300ms")
	check.Env = p.cmd.Env
	if out, err := check.CombinedOutput(); check.ProcessState.ExitCode() != 2 ||
		!strings.Contains(string(out), "reading the rules "+fifo+": could not be read before the timeout\n") {
		t.Errorf("check ended with %v and said %s", err, out)
	}

	submit := exec.CommandContext(ctx, program(t), "job", "submit", fifo, "--dry-run", "--timeout", "300ms")
	submit.Env = p.cmd.Env
	if out, err := submit.CombinedOutput(); submit.ProcessState.ExitCode() != 1 ||
		!strings.Contains(string(out), fifo+": could not be read before the timeout\n") {
		t.Errorf("job submit ended with %v and said %s", err, out)
	}

	// Half a minute's work for the Markdown parser.
	quotes := filepath.Join(t.TempDir(), "quotes.md")
	if err := os.WriteFile(quotes, []byte(strings.Repeat(">", 300_000)+"\n<!-- bacviz:start -->\n<!-- bacviz:end -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	embed := exec.CommandContext(ctx, program(t), "embed", "--demo", quotes, "--timeout", "300ms")
	embed.Env = p.cmd.Env
	if out, err := embed.CombinedOutput(); embed.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "timed out after 300ms") {
		t.Errorf("embed ended with %v and said %s", err, out)
	}
}

// Ctrl-C in a terminal goes to the program and to its children at once; kill
// goes to the program alone.
func TestInterruptDuringLayout(t *testing.T) {
	nodes := saveCluster(t, longLayout)
	for name, whom := range map[string]func(pid int) int{
		"terminal": func(pid int) int { return -pid },
		"kill":     func(pid int) int { return pid },
	} {
		t.Run(name, func(t *testing.T) {
			p := stuck(t, nodes, "--engine", "sfdp")
			p.stopped()
			pid := p.cmd.Process.Pid
			if err := syscall.Kill(whom(pid), syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			p.ends("bacviz: error: interrupted\n")
		})
	}
}

func TestACrashOfGraphvizIsOneLineWithAHint(t *testing.T) {
	p := stuck(t, saveCluster(t, longLayout), "--engine", "sfdp")
	child := 0
	waitFor(t, "child process", func() bool { child = childOf(t, p.cmd.Process.Pid); return child != 0 })
	if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.ends("bacviz: error: laying out with sfdp: graphviz ran out of memory or crashed: signal: killed\nbacviz: hint: --engine rings draws without Graphviz.*\n")
}

// The time limit is doubled until a layout has begun within it.
func TestTimeoutDuringLayout(t *testing.T) {
	nodes := saveCluster(t, longLayout)
	for timeout, began := 500*time.Millisecond, false; !began; timeout *= 2 {
		p := stuck(t, nodes, "--engine", "sfdp", "--timeout", timeout.String())
		p.timeout = timeout
		for end := time.Now().Add(timeout); !began && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			p.child = childOf(t, p.cmd.Process.Pid)
			began = p.child != 0 && p.stop()
		}
		if !began {
			_ = p.cmd.Wait() // the machine is busy
			continue
		}
		p.ends("bacviz: error: timed out after " + timeout.String() + "\nbacviz: hint: allow more time with --timeout, or use --engine rings.*\n")
	}
}
