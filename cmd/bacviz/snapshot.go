package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/outfile"
)

// snapshotOptions are the flags of snapshot.
type snapshotOptions struct {
	network  networkFlags
	filter   filterFlags
	redact   redactOptions
	withLoad bool
	withJobs bool
	output   string
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

With --with-jobs it holds the newest 50 jobs besides, and all that run, with
where they were placed and what became of them; bacviz render --job draws them
from the file. Their messages and output are left out.

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
	f.BoolVar(&opt.withJobs, "with-jobs", false, fmt.Sprintf("add the newest %d jobs and all that run, with their executions", fetch.RecentJobs))
	opt.filter.add(cmd)
	opt.redact.add(cmd, &opt.network.source)
	opt.network.add(cmd)
	return cmd
}

func (o *snapshotOptions) run(ctx context.Context, args []string, std stdio) error {
	filter, err := o.check(args)
	if err != nil {
		return err
	}
	ctx, cancel := o.network.limit(ctx)
	defer cancel()
	if err := o.redact.load(ctx); err != nil {
		return o.network.ended(ctx, err)
	}
	if o.withJobs {
		o.network.jobs = fetch.JobChoice{Recent: fetch.RecentJobs, Running: true}
	}
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return err
	}
	o.network.date(&snap, args)
	var whole []cluster.Snapshot // if a filter left something out
	if !filter.Empty() {
		whole = append(whole, snap)
		snap = snap.Filter(filter)
	}
	var title string
	if err := o.redact.apply(&snap, &graph.Options{}, &title, std, whole...); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := cluster.Write(&text, snap, cluster.WriteOptions{Load: o.withLoad}); err != nil {
		return err
	}
	if err := outfile.Write(ctx, o.output, std.out, text.Bytes()); err != nil {
		return o.network.ended(ctx, err)
	}
	if !outfile.IsStdout(o.output) && isTerminal(std.err) {
		fmt.Fprintf(std.err, "bacviz: wrote %s\n", o.output)
	}
	return nil
}

func (o *snapshotOptions) check(args []string) (cluster.Filter, error) {
	filter, err := o.filter.filter()
	if err != nil {
		return filter, err
	}
	if err := o.network.check(args); err != nil {
		return filter, err
	}
	if err := o.redact.check(); err != nil {
		return filter, err
	}
	return filter, outfile.Check(o.output)
}
