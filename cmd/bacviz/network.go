package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
)

// networkFlags are the flags of commands that need the whole of a network: if one
// SOURCE fails, they do.
type networkFlags struct {
	source  sourceFlags
	demo    bool
	timeout time.Duration
	jobs    fetch.JobChoice // to read with the network
}

func (n *networkFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&n.demo, "demo", false, "take a sample network instead of a SOURCE")
	f.DurationVar(&n.timeout, "timeout", 30*time.Second, "`time` for the whole of it, 0 for no limit")
	n.source.add(cmd)
	f.Lookup("strict").Hidden = true // it always is
}

// check finds what is wrong with the flags before any work is done.
func (n *networkFlags) check(args []string) error {
	switch {
	case n.demo && len(args) > 0:
		return usagef("--demo takes a sample; it does not go with the source %q", args[0])
	case n.timeout < 0:
		return usagef("--timeout %s is negative", n.timeout)
	case n.demo:
		return nil
	}
	return n.source.settle(args, &n.timeout)
}

// limit bounds the time that a command takes. Call what it returns in the end.
func (n *networkFlags) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return n.source.limit(ctx, n.timeout)
}

// snapshot reads the network.
func (n *networkFlags) snapshot(ctx context.Context, args []string, std stdio) (cluster.Snapshot, error) {
	sources := []fetch.Source{fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: "the sample network"}}
	if !n.demo {
		var err error
		if sources, err = n.source.sources(args, std); err != nil {
			return cluster.Snapshot{}, err
		}
	}
	n.source.strict = true
	snap, err := n.source.snapshot(ctx, sources, n.jobs, std)
	if err != nil {
		return snap, n.ended(ctx, err)
	}
	if topo := graph.Build(snap, graph.Options{}); topo.Restarting() {
		std.warn("all %d compute nodes read as disconnected, as they do for up to 20 s after an orchestrator restart", topo.WholeNodes)
	}
	return snap, nil
}

// date says that a snapshot was taken now, if an orchestrator was asked for it. Of
// an answer in a file nobody knows.
func (n *networkFlags) date(snap *cluster.Snapshot, args []string) {
	live := func(arg string) bool { return strings.Contains(arg, "://") }
	if !n.demo && (len(args) == 0 || slices.ContainsFunc(args, live)) {
		snap.Taken = time.Now().Truncate(time.Second)
	}
}

// ended says why ctx cut the work short, if it did.
func (n *networkFlags) ended(ctx context.Context, err error) error {
	return ended(ctx, n.timeout, err)
}

// ended says why a context with that time-out cut the work short, if it did, and
// which source did not answer.
func ended(ctx context.Context, timeout time.Duration, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		late := fmt.Errorf("timed out after %s", timeout)
		if errors.As(err, new(*fetch.Error)) {
			late = fmt.Errorf("%w: %w", late, err)
		}
		return &hintError{late, "give it longer with --timeout"}
	case ctx.Err() != nil:
		return errors.New("interrupted")
	}
	return err
}
