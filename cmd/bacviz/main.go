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
	"os"
	"os/signal"
	"syscall"

	_ "github.com/bacviz/bacviz/cmd/bacviz/gctune"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends the program at once
	}()
	os.Exit(run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}))
}
