package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/outfile"
)

// snapshotOptions are the flags of snapshot.
type snapshotOptions struct {
	network networkFlags
	filter  filterFlags
	redact  redactOptions

	withLoad bool
	withJobs bool
	output   string
	history  historyFlags
}

func newSnapshot(std stdio) *cobra.Command {
	var opt snapshotOptions
	cmd := &cobra.Command{
		Use:        "snapshot [SOURCE...]",
		SuggestFor: []string{"save", "dump", "export"},
		Short:      "Write the network to a file that diffs well in git",
		Long: `Snapshot writes the network that the SOURCEs describe as a JSON document, always
in the same order. Every command that takes a SOURCE reads it, and
docs/snapshot.schema.json describes it.

By default it leaves out what changes all the time, so that two snapshots of an
unchanged network are the same file. It holds IDs, roles, states, labels,
engines, publishers, storage, versions, and how many CPUs and GPUs and how much
memory each node has.

--with-jobs adds the newest ` + fmt.Sprint(fetch.RecentJobs) + ` jobs and every running job, with the nodes that
they were placed on and their outcome, but without messages and output.
"bacviz render --job" draws them from the file.

--history adds what changed to a history, for "bacviz log", and prints nothing
but with -o.

Snapshot fails if any SOURCE fails: the nodes it lists would look removed.`,
		Example: `  bacviz snapshot http://10.0.0.5:1234 -o cluster.json
  bacviz snapshot --with-load > now.json
  bacviz render cluster.json -o topology.svg
  bacviz diff cluster.json http://10.0.0.5:1234
  bacviz snapshot --history network.db --keep 90d    in a line of crontab`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.output, "output", "o", "", "`file` to write, or - for standard output (default: -, but with --history none)")
	f.BoolVar(&opt.withLoad, "with-load", false, "include volatile data: time, heartbeats, free capacity and disk space, running and queued executions")
	f.BoolVar(&opt.withJobs, "with-jobs", false, fmt.Sprintf("include the newest %d jobs and every running job, with their executions", fetch.RecentJobs))
	opt.history.add(cmd)
	opt.filter.add(cmd)
	opt.redact.add(cmd, &opt.network.source)
	opt.network.addStrict(cmd)
	return cmd
}

// run makes the document within the time limit and writes it.
func (o *snapshotOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args, std); err != nil {
		return err
	}
	limited, cancel := o.network.limit(ctx)
	defer cancel()
	snap, err := within(limited, func() (cluster.Snapshot, error) { return o.read(limited, args, std) })
	if err == nil {
		err = o.write(ctx, limited, snap, std)
	}
	return o.network.explain(limited, err)
}

// write adds the snapshot to the history, and writes the document.
func (o *snapshotOptions) write(ctx, limited context.Context, snap cluster.Snapshot, std stdio) error {
	if o.history.file != "" {
		if err := o.history.append(limited, snap, o.withLoad, std); err != nil || o.output == "" {
			return err
		}
	}
	return streamResult(ctx, limited, cmp.Or(o.output, outfile.Stdout), std, func(w io.Writer) error {
		return snapshot.Write(limited, w, snap, snapshot.WriteOptions{Load: o.withLoad})
	})
}

// read reads the network and returns the snapshot that is asked for.
func (o *snapshotOptions) read(ctx context.Context, args []string, std stdio) (none cluster.Snapshot, err error) {
	if err := o.redact.load(ctx); err != nil {
		return none, err
	}
	if o.withJobs {
		o.network.jobs = fetch.JobChoice{Recent: fetch.RecentJobs, Running: true}
	}
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return none, err
	}
	warnAwaited(&snap, std)
	o.network.setTaken(&snap, args)
	o.filter.warn(&snap, true, o.redact.on, std)
	snap, unfiltered := o.filter.apply(snap)
	if o.withLoad {
		warnNoLoad(snap, args, std)
	}
	err = o.redact.apply(ctx, &snap, &graph.Options{}, new(string), std, unfiltered...)
	return snap, err
}

// warnNoLoad warns of nodes whose load was asked for and is not known.
func warnNoLoad(snap cluster.Snapshot, sources []string, std stdio) {
	without := 0
	for i := range snap.Nodes {
		if snap.Nodes[i].LoadUnknown {
			without++
		}
	}
	if without == 0 {
		return
	}
	what := fmt.Sprintf("%d of %d nodes have no load", without, len(snap.Nodes))
	if len(sources) == 1 && without == len(snap.Nodes) {
		what = shown(sources[0]) + " has no load"
	}
	std.warn("--with-load: %s: a snapshot saved without --with-load leaves it out; the orchestrator itself has it", what)
}

// check finds mistakes in the flags before any work is done.
func (o *snapshotOptions) check(args []string, std stdio) error {
	if err := o.filter.check(); err != nil {
		return err
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.history.check(o.network.source.cmd.Flags(), args, o.output, std); err != nil {
		return err
	}
	if err := refuseOtherFormat(o.output); err != nil {
		return err
	}
	if err := refuseOverwrite(o.network.source.cmd.Flags(), o.output, args, std); err != nil {
		return err
	}
	if err := checkFile(o.output); err != nil {
		return err
	}
	return o.network.check(args)
}
