//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// A terminal runs the program with a terminal for all of its streams.
type terminal struct {
	t   *testing.T
	cmd *exec.Cmd
	tty *os.File

	mu     sync.Mutex
	screen bytes.Buffer
	closed chan struct{}
}

func inTerminal(t *testing.T, term string, args ...string) *terminal {
	t.Helper()
	return inTerminalOf(t, 60, []string{"TERM=" + term, "NO_COLOR=1"}, args...)
}

// inTerminalOf runs the program in a terminal of so many columns, with more variables.
func inTerminalOf(t *testing.T, columns uint16, env []string, args ...string) *terminal {
	t.Helper()
	cmd := command(program(t), args...)
	cmd.Env = append(cmd.Env, env...)
	return startInTerminal(t, columns, cmd)
}

// startInTerminal runs a program in a terminal of so many columns.
func startInTerminal(t *testing.T, columns uint16, cmd *exec.Cmd) *terminal {
	t.Helper()
	w := &terminal{t: t, cmd: cmd, closed: make(chan struct{})}
	var err error
	if w.tty, err = pty.StartWithSize(w.cmd, &pty.Winsize{Rows: 10, Cols: columns}); err != nil {
		skip(t, "no terminals: "+err.Error())
	}
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill() // it may have ended
		w.tty.Close()
		<-w.closed
	})
	go func() {
		defer close(w.closed)
		b := make([]byte, 4096)
		for {
			n, err := w.tty.Read(b)
			w.mu.Lock()
			w.screen.Write(b[:n])
			w.mu.Unlock()
			if err != nil {
				return // the program has ended
			}
		}
	}()
	return w
}

func (w *terminal) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.screen.String()
}

// ends waits for the program and returns its status.
func (w *terminal) ends() int {
	w.t.Helper()
	late := time.AfterFunc(time.Minute, func() { _ = w.cmd.Process.Kill() })
	_ = w.cmd.Wait() // the status is returned
	late.Stop()
	<-w.closed
	return w.cmd.ProcessState.ExitCode()
}

func TestWatchRedrawsAndRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	w := inTerminal(t, "xterm", "nodes", "--demo", "--watch", "--interval", "100ms")
	waitFor(t, "second screen", func() bool { return strings.Count(w.text(), clearScreen) > 2 })
	if _, err := w.tty.Write([]byte("\x03")); err != nil { // Ctrl-C
		t.Fatal(err)
	}
	status := w.ends()
	text := w.text()
	begins, ends := strings.HasPrefix(text, enterScreen+clearScreen), strings.HasSuffix(strings.TrimSuffix(text, "^C"), leaveScreen)
	if status != exitOK || !begins || !ends {
		t.Errorf("exit status %d, %q", status, text)
	}
	first := strings.Split(text, clearScreen)[1]
	if lines := strings.Split(first, "\r\n"); len(lines) != 9 || !strings.HasPrefix(lines[2], "ID ") || !strings.HasPrefix(lines[6], "… ") || !strings.HasPrefix(lines[8], "11/12 connected") {
		t.Errorf("%q", lines)
	} else if len([]rune(lines[2])) > 60 || len([]rune(lines[3])) > 60 {
		t.Errorf("lines are wider than the terminal: %q", lines)
	}
}

func TestWatchGoesOnAfterAnError(t *testing.T) {
	t.Parallel()
	proxy := clustertest.ServeFault(t, clustertest.Fault500, clustertest.Serve(t, "v1.9.3", nil).Config.Handler)
	proxy.Only(clustertest.PathNodes, 1)
	w := inTerminal(t, "xterm", "nodes", proxy.URL, "--watch", "--interval", "100ms")
	waitFor(t, "list", func() bool { return strings.Contains(w.text(), "6/6 connected") })
	if !strings.Contains(w.text(), "bacviz: error: listing nodes: "+proxy.URL+": 500") {
		t.Errorf("%q", w.text())
	}
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if status := w.ends(); status != exitOK {
		t.Errorf("exit status %d, %q", status, w.text())
	}
}

// A low terminal has the age of the list, the error and the totals.
func TestWatchKeepsTheTotalsAndBreaksMessagesAtBlanks(t *testing.T) {
	t.Parallel()
	list := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(list, []byte(byHand), 0o644); err != nil {
		t.Fatal(err)
	}
	w := inTerminal(t, "xterm", "nodes", list, "--watch", "--interval", "100ms")
	waitFor(t, "list", func() bool { return strings.Contains(w.text(), "5/6 connected") })
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	for rows, wanted := range map[uint16][]string{5: {"the list of ", "bacviz: error: ", "5/6 connected"}, 40: {"the list of ", "bacviz: error: ", "\r\nID ", "5/6 connected"}} {
		if err := pty.Setsize(w.tty, &pty.Winsize{Rows: rows, Cols: 30}); err != nil {
			t.Fatal(err)
		}
		var last string
		fits := func() bool {
			frames := strings.Split(w.text(), clearScreen)
			if len(frames) < 3 {
				return false
			}
			last = frames[len(frames)-2]
			for line := range strings.SplitSeq(last, "\r\n") {
				if columns(line) > 30 {
					return false
				}
			}
			return strings.Count(last, "\n") < int(rows)-1 && !slices.ContainsFunc(wanted, func(s string) bool { return !strings.Contains(last, s) })
		}
		waitFor(t, fmt.Sprintf("%d lines with %q", rows, wanted), fits)
	}
}

func TestRenderShowsTextOnATerminal(t *testing.T) {
	t.Parallel()
	w := inTerminal(t, "xterm", "render", "--demo", "-f", "txt")
	if status := w.ends(); status != exitOK || !strings.Contains(w.text(), "n-ca4eaf72") {
		t.Errorf("txt: exit status %d, %q", status, w.text())
	}
}

func TestProgressOnATerminalOnly(t *testing.T) {
	t.Parallel()
	proxy := clustertest.ServeFault(t, clustertest.FaultStall, clustertest.Serve(t, "v1.9.3", nil).Config.Handler)
	proxy.Only(clustertest.PathNodes, 0)
	args := []string{"nodes", proxy.URL, "--timeout", "900ms"}
	const line = "bacviz: waiting for http://"

	w := inTerminal(t, "xterm", args...)
	status := w.ends()
	if status != exitFailed || !regexp.MustCompile(`\r\x1b\[K`+line+`.*\r\x1b\[Kbacviz: error: timed out after 900ms`).MatchString(w.text()) {
		t.Errorf("exit status %d, %q", status, w.text())
	}
	w = inTerminal(t, "dumb", args...)
	if w.ends(); strings.Contains(w.text(), line) || strings.Contains(w.text(), "\x1b") {
		t.Errorf("on a dumb terminal: %q", w.text())
	}
	if _, _, stderr := bacviz(t, args...); strings.Contains(stderr, line) {
		t.Errorf("off a terminal: %q", stderr)
	}
	// A fetch of less than half a second shows no progress.
	w = inTerminal(t, "xterm", "nodes", "--demo")
	if status := w.ends(); status != exitOK || strings.Contains(w.text(), "\x1b") {
		t.Errorf("exit status %d, %q", status, w.text())
	}
}

// On a narrow terminal a line that wraps would scroll the screen: progress would leave
// a copy with each tick, and a watch would lose its first lines.
func TestNothingWrapsOnANarrowTerminal(t *testing.T) {
	t.Parallel()
	proxy := clustertest.ServeFault(t, clustertest.FaultStall, clustertest.Serve(t, "v1.9.3", nil).Config.Handler)
	proxy.Only(clustertest.PathNodes, 0)
	narrow := func(w *terminal) {
		if err := pty.Setsize(w.tty, &pty.Winsize{Rows: 10, Cols: 24}); err != nil {
			t.Fatal(err)
		}
	}
	w := inTerminal(t, "xterm", "nodes", proxy.URL, "--timeout", "900ms")
	narrow(w) // in the half second before the first line
	w.ends()
	lines := regexp.MustCompile(`\r\x1b\[K([^\r\x1b]*)`).FindAllStringSubmatch(w.text(), -1)
	for _, line := range lines {
		if !strings.HasPrefix(line[1], "bacviz: error") && len(line[1]) > 23 {
			t.Errorf("%q", line[1])
		}
	}
	if len(lines) < 2 {
		t.Errorf("%q", w.text())
	}

	w = inTerminal(t, "xterm", "nodes", saveCapture(t, "v1.9.3", "nodes"), refused(t), refused(t), "--watch", "--interval", "100ms")
	narrow(w)
	waitFor(t, "screens", func() bool { return strings.Count(w.text(), clearScreen) > 4 })
	screens := strings.Split(w.text(), clearScreen)
	last := screens[len(screens)-2]
	rows := 0
	for _, line := range strings.Split(last, "\r\n") {
		rows += max(1, (len([]rune(line))+23)/24)
	}
	if rows > 9 || !strings.Contains(last, "… ") {
		t.Errorf("%d rows: %q", rows, last)
	}
}
