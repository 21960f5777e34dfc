// Command bacviz draws the shape of a Bacalhau network: it pulls the node list
// from an orchestrator, links each connected compute node to its requester, and
// writes a picture.
//
// Each command has a file of its own; render.go is the one to begin with.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/bacviz/bacviz/cmd/bacviz/brief"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends the program at once
	}()
	os.Exit(run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}))
}
