//go:build !wasip1

package gv

// This file runs Graphviz in a child process: the program itself, started again to do
// one run and exit. A child can be killed at any time, frees its memory, and does no
// harm if it crashes; starting it takes 30 to 40 ms.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bacviz/bacviz/internal/gv/apart"
)

// NoChild makes every run happen in this process. It is for tests, whose binaries take
// half a second to start as a child, and seconds under the race detector.
var NoChild bool

// childAbove is the size of a DOT source, in bytes, above which a run gets a
// child process. Below, about 60 nodes, a layout takes less than half a second
// with the slowest engine, and most take milliseconds.
const childAbove = 4 << 10

// wantsChild reports whether a run needs a child process: every run if this process has no
// Graphviz, a large one, every run of fdp and sfdp, whose places depend on earlier runs in the process (those of sfdp for graphs
// of several components), and every run once much memory has leaked in this process.
func wantsChild(src []byte, engine string) bool {
	return apart.On() || !NoChild && (len(src) > childAbove || engine == "fdp" || engine == "sfdp" || leaked.Load() > mostLeaked)
}

// Each run in this process leaks 10 to 50 KiB and about three times the output, of the 4
// GB that WebAssembly can have.
const (
	leakedByRun = 50 << 10
	mostLeaked  = 1 << 30
)

// leaked is an estimate of how much memory runs have leaked in this process, in bytes.
var leaked atomic.Int64

// childEnv is the environment variable of a child. It holds "engine format".
const childEnv = apart.Child

// errNoChild is returned if the program could not be started again.
var errNoChild = errors.New("graphviz runs in a process of its own, and the program cannot start itself again")

// runChild does a run in a child process, which is killed when ctx ends.
func runChild(ctx context.Context, src []byte, engine, format string) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoChild, err)
	}
	var out, problem bytes.Buffer
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childEnv+"="+engine+" "+format)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(src), &out, &problem
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoChild, err)
	}
	err = cmd.Wait()
	if err != nil {
		// Ctrl-C reaches the child too, perhaps before ctx ends. On a busy machine that may
		// take a while.
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	switch message := strings.TrimSpace(problem.String()); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return out.Bytes(), nil
	case message == "" || strings.Contains(message, "\n"): // killed, or a crash's trace
		return nil, fmt.Errorf("%w: %w", ErrCrashed, err)
	default:
		return nil, errors.New(message)
	}
}

// beChild does the run that the environment asks for and exits. If it asks for none,
// beChild returns.
func beChild() {
	task, ok := os.LookupEnv(childEnv)
	if !ok {
		return
	}
	engine, format, _ := strings.Cut(task, " ")
	err := func() error {
		src, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		out, err := runHere(context.Background(), src, engine, format)
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(out)
		return err
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
