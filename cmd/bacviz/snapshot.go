package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/outfile"
)

// snapshotOptions are the flags of snapshot.
type snapshotOptions struct {
	source   sourceFlags
	filter   filterFlags
	redact   redactOptions
	demo     bool
	withLoad bool
	output   string
	timeout  time.Duration
}

func newSnapshot(std stdio) *cobra.Command {
	var opt snapshotOptions
	cmd := &cobra.Command{
		Use:   "snapshot [SOURCE...]",
		Short: "Write the network's shape to a file that diffs well in git",
		Long: `Snapshot writes what the SOURCEs tell of a network as a JSON document, in an
order that does not change: every other command reads it in place of a SOURCE,
and docs/snapshot.schema.json describes it. By default it holds the shape, so
that two of them are the same file as long as nobody comes, goes or is changed:
IDs, types, states, labels, engines, publishers, storage, versions, and how much
CPU and memory and how many GPUs there are.

It fails if any one SOURCE does: what is missing would pass for gone.`,
		Example: `  bacviz snapshot http://10.0.0.5:1234 -o cluster.json
  bacviz snapshot --with-load > now.json
  bacviz render cluster.json -o topology.svg
  bacviz diff cluster.json http://10.0.0.5:1234`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.output, "output", "o", outfile.Stdout, "`file` to write, or - for standard output")
	f.BoolVar(&opt.withLoad, "with-load", false, "add what changes by itself: the time, heartbeats, disks, what is free, what runs and waits")
	opt.filter.add(cmd)
	opt.redact.add(cmd)
	f.DurationVar(&opt.timeout, "timeout", 30*time.Second, "`time` for the whole of it, 0 for no limit")
	f.BoolVar(&opt.demo, "demo", false, "write a sample network instead of a SOURCE")
	opt.source.add(cmd)
	hideStrict(cmd)
	return cmd
}

// hideStrict is for commands that are strict in any case.
func hideStrict(cmd *cobra.Command) {
	_ = cmd.Flags().MarkHidden("strict") // an error would be a flag that is not defined
}

func (o *snapshotOptions) run(ctx context.Context, args []string, std stdio) error {
	filter, err := o.check(args)
	if err != nil {
		return err
	}
	if !o.demo {
		if err := o.source.settle(args, &o.timeout); err != nil {
			return err
		}
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	if err := o.redact.load(ctx); err != nil {
		return timedOut(ctx, err, o.timeout)
	}
	var sources []fetch.Source
	if o.demo {
		sources = []fetch.Source{fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: "the sample network"}}
	} else if sources, err = o.source.sources(args, std); err != nil {
		return err
	}
	o.source.strict = true
	snap, err := o.source.snapshot(ctx, sources, std)
	if err != nil {
		return timedOut(ctx, err, o.timeout)
	}
	for _, s := range sources {
		if _, live := s.(*fetch.Client); live {
			snap.Taken = time.Now().Truncate(time.Second)
		}
	}
	snap = snap.Filter(filter)
	var title string
	if err := o.redact.apply(&snap, &graph.Options{}, &title, std); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := cluster.Write(&text, snap, cluster.WriteOptions{Load: o.withLoad}); err != nil {
		return err
	}
	if err := outfile.Write(ctx, o.output, std.out, text.Bytes()); err != nil {
		return timedOut(ctx, err, o.timeout)
	}
	if !outfile.IsStdout(o.output) && isTerminal(std.err) {
		fmt.Fprintf(std.err, "bacviz: wrote %s\n", o.output)
	}
	return nil
}

func (o *snapshotOptions) check(args []string) (cluster.Filter, error) {
	filter, err := o.filter.filter()
	switch {
	case err != nil:
		return filter, err
	case o.demo && len(args) > 0:
		return filter, usagef("--demo writes a sample; it does not go with the source %q", args[0])
	case o.timeout < 0:
		return filter, usagef("--timeout %s is negative", o.timeout)
	}
	if err := o.redact.check(); err != nil {
		return filter, err
	}
	return filter, outfile.Check(o.output)
}

// timedOut says why ctx cut the work short, if it did.
func timedOut(ctx context.Context, err error, timeout time.Duration) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &hintError{fmt.Errorf("timed out after %s", timeout), "give it longer with --timeout"}
	case ctx.Err() != nil:
		return errors.New("interrupted")
	}
	return err
}
