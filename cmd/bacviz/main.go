// Command bacviz draws the shape of a Bacalhau network: it reads the node list of an
// orchestrator and draws the orchestrator with a line to each compute node that it
// lists as connected.
//
// Each command has a file of its own; render.go is the one to begin with. The flags
// that commands share are in picture.go, outputflags.go, network.go, source.go and
// filter.go.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	_ "github.com/bacviz/bacviz/cmd/bacviz/gctune"
)

func main() {
	ctx := untilSignal()
	status := run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr})
	if status == exitInterrupted && errors.Is(context.Cause(ctx), errHungUp) {
		status = exitHungUp
	}
	os.Exit(status)
}

// errHungUp is the cause of a context that ended because the terminal was closed.
var errHungUp = errors.New("hung up")

// untilSignal returns a context that ends with the first signal that asks the program to
// end. The second one ends the program at once. A hangup that is ignored, as with nohup,
// stays so.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if runtime.GOOS != "wasip1" && !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		received := <-signals
		signal.Stop(signals)
		if received == syscall.SIGHUP {
			cancel(errHungUp)
		}
		cancel(nil)
	}()
	return ctx
}
