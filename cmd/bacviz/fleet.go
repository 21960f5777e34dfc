package main

// This file holds fleet, which looks at many clusters over years.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cmd/bacviz/gctune"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/outfile"
)

func newFleet(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:        "fleet",
		SuggestFor: []string{"clusters", "report"},
		Short:      "Report on many clusters, over years",
		Long: `Fleet reads the snapshots of many clusters and says what happened in each:
as pages, or as facts, which jobs make side by side and merge adds up.

DIR has a folder for each cluster, with snapshots whose names have a time in
them, such as eu-west/2026-11-01T12:00:00Z.json; "bacviz snapshot --with-load"
takes them. SNAPSHOT.json is one of them, of the cluster with the name of its
folder. MANIFEST is a YAML file that says where the snapshots of each cluster
are, and which orchestrators to ask now:

    clusters:
      eu-west: snapshots/eu-west
      us-east: [a.json, archive/2025, http://10.0.0.5:1234]

A snapshot that cannot be read is named in a warning and left out.`,
		Example: `  bacviz fleet report snapshots/ -o report/
  bacviz fleet facts snapshots/ --shard 0/8 -o 0.jsonl
  bacviz fleet merge 0.jsonl 1.jsonl 2.jsonl -o facts.jsonl
  bacviz fleet report facts.jsonl -o report/`,
	}
	cmd.AddCommand(newFleetReport(std), newFleetRun(std), newFleetFacts(std), newFleetMerge(std))
	needsCommand(cmd)
	return cmd
}

// fleetFlags say how facts are made of snapshots.
type fleetFlags struct {
	shard, rules string
	sharded      bool // whether there is --shard
	maxBytes     byteSize
	redact       redactOptions
	sources      fleetSources
	changed      func(flag string) bool

	opt fleet.Options // after load
}

// add defines the flags.
func (o *fleetFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	o.maxBytes = bacalhau.DefaultMaxBytes
	f.StringVar(&o.rules, "rules", "", "`file` of rules, in YAML")
	f.Var(&o.maxBytes, "max-size", "refuse answers and files larger than this `size`, uncompressed")
	o.sources.add(cmd)
	o.redact.add(cmd, &o.sources.connection)
	o.changed = f.Changed
}

// addShard defines --shard.
func (o *fleetFlags) addShard(cmd *cobra.Command) {
	o.sharded = true
	cmd.Flags().StringVar(&o.shard, "shard", "", "only `I/N`, number I of N parts of the snapshots, from 0/N on (default: $BACALHAU_PARTITION_INDEX of $BACALHAU_PARTITION_COUNT)")
}

// loadShard sets the shard; a command without --shard reads all.
func (o *fleetFlags) loadShard() (err error) {
	switch {
	case !o.sharded:
		return nil
	case o.shard != "":
		o.opt.Shard, err = fleet.ParseShard(o.shard)
	default:
		o.opt.Shard, err = fleet.ShardOf(os.Getenv)
	}
	if err != nil {
		return &usageError{err: fmt.Errorf("--shard: %w", err)}
	}
	return nil
}

// load checks the flags and reads the files that they name.
func (o *fleetFlags) load(ctx context.Context, args []string, std stdio) (err error) {
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.sources.check(args); err != nil {
		return err
	}
	facts := slices.IndexFunc(args, fleet.IsFacts)
	switch {
	case facts >= 0 && o.redact.on:
		return &usageError{fmt.Errorf("--redact has no effect on %s: facts are redacted when they are made", display.Printable(args[facts])), "bacviz fleet facts DIR --redact"}
	case facts >= 0 && o.changed("rules"):
		return &usageError{fmt.Errorf("--rules has no effect on %s: rules are evaluated when facts are made", display.Printable(args[facts])), "bacviz fleet facts DIR --rules FILE"}
	}
	o.opt.MaxBytes = int64(o.maxBytes)
	if err := o.loadShard(); err != nil {
		return err
	}
	if err := o.redact.load(ctx); err != nil {
		return err
	}
	o.opt.Redact = o.redact.key
	o.opt.Sources = o.sources.open(&o.opt, std)
	if o.changed("rules") {
		rules, err := readRules(ctx, o.rules)
		if err != nil {
			return &fileError{err: err, file: o.rules}
		}
		o.opt.Rules = &rules
	}
	return nil
}

// watch shows warnings, and on a terminal how far the reading is. The function that it returns
// ends that.
func (o *fleetFlags) watch(std stdio) (stop func()) {
	gctune.Streams()
	const most = 10
	more := 0
	warned := 0
	o.opt.Warn = func(text string) {
		if warned++; warned > most {
			more++
			return
		}
		std.warn("%s", text)
	}
	var mu sync.Mutex
	var now fleet.Progress
	o.opt.Progress = func(p fleet.Progress) {
		mu.Lock()
		defer mu.Unlock()
		now = p
	}
	status := startStatus(std, func() string {
		mu.Lock()
		defer mu.Unlock()
		if now.Snapshots == 0 {
			return "bacviz: reading"
		}
		return fmt.Sprintf("bacviz: reading %s (%d of %d): %s snapshots in all",
			text.Snip(display.Printable(now.Cluster), 40, "…"), now.Done+1, now.Clusters, humanize.Comma(int64(now.Snapshots)))
	})
	return func() {
		status.stop()
		if more > 0 {
			std.warn("%d more warnings like these", more)
		}
	}
}

// atLeastOne refuses a command without arguments.
func atLeastOne(what, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return &usageError{fmt.Errorf("bacviz fleet %s needs at least one %s", cmd.Name(), what), "usage: " + example}
		}
		return nil
	}
}

func newFleetFacts(std stdio) *cobra.Command {
	var opt fleetFlags
	var file string
	cmd := &cobra.Command{
		Use:   "facts DIR|SNAPSHOT.json|MANIFEST...",
		Short: "Make a file of facts of snapshots",
		Long: `Facts writes what a report needs to know of each snapshot: a line of JSON for
each snapshot, and one for each record of a node and each shape of a network
that was new. Lines are sorted, so that files of facts can be merged.

DIR has a folder for each cluster, SNAPSHOT.json is of the cluster with the name
of its folder, and MANIFEST says where the snapshots of each cluster are; see
"bacviz fleet --help". An orchestrator that a manifest names is asked now, and
its snapshot is of this time.

With --shard I/N, it reads one of N parts of the snapshots. All machines divide
the snapshots alike; a job of Bacalhau with partitions needs no flag.`,
		Example: `  bacviz fleet facts snapshots/ -o facts.jsonl
  bacviz fleet facts snapshots/ --shard 0/8 --rules shape.yaml -o 0.jsonl`,
		Args: atLeastOne("DIR, snapshot or MANIFEST", "bacviz fleet facts snapshots/ -o facts.jsonl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opt.load(cmd.Context(), args, std); err != nil {
				return err
			}
			return opt.writeFacts(cmd, args, file, std)
		},
	}
	fileFlag(cmd, &file)
	opt.addShard(cmd)
	opt.add(cmd)
	return cmd
}

func newFleetMerge(std stdio) *cobra.Command {
	var opt fleetFlags
	var file string
	cmd := &cobra.Command{
		Use:   "merge FACTS.jsonl...",
		Short: "Merge files of facts",
		Long: `Merge writes the facts of all files into one, each once. The order of the files
has no effect on the result, nor has a file that is given twice, nor which
snapshots each file is about.`,
		Example: `  bacviz fleet merge 0.jsonl 1.jsonl 2.jsonl -o facts.jsonl`,
		Args: func(cmd *cobra.Command, args []string) error {
			for _, arg := range args {
				if !fleet.IsFacts(arg) {
					return &usageError{fmt.Errorf("%s is not a file of facts, whose name ends with %s", shown(arg), fleet.Extension), "bacviz fleet facts DIR -o FILE.jsonl makes one"}
				}
			}
			return atLeastOne("file of facts", "bacviz fleet merge 0.jsonl 1.jsonl -o facts.jsonl")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return opt.writeFacts(cmd, args, file, std) },
	}
	fileFlag(cmd, &file)
	return cmd
}

func fileFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVarP(file, "output", "o", "", "`file` to write, or - for standard output")
}

// writeFacts writes the facts of the arguments to a file.
func (o *fleetFlags) writeFacts(cmd *cobra.Command, args []string, file string, std stdio) error {
	ctx := cmd.Context()
	file = cmp.Or(file, outfile.Stdout)
	if err := checkFactsFile(file); err != nil {
		return err
	}
	if err := refuseOverwrite(cmd.Flags(), file, args, std); err != nil {
		return err
	}
	if runtime.GOOS != "wasip1" && !outfile.IsStdout(file) { // see sameFile
		for _, arg := range args {
			if fleet.Reads(ctx, arg, file) {
				return &usageError{fmt.Errorf("-o %s would overwrite a snapshot that is read from %s", display.Printable(file), shown(arg)), "name another file with -o"}
			}
		}
	}
	stop := o.watch(std)
	err := outfile.Stream(ctx, file, std.out, func(w io.Writer) error {
		return fleet.Write(ctx, w, fleet.Open(ctx, args, o.opt))
	})
	stop()
	if err == nil && isTerminal(std.err) && !outfile.IsStdout(file) {
		std.note("wrote %s", file)
	}
	return explainFleet(ctx, err)
}

// checkFactsFile refuses a file that facts cannot be written to.
func checkFactsFile(file string) error {
	if strings.HasSuffix(file, fleet.Packed) {
		return &usageError{fmt.Errorf("-o %s: facts are read in gzip, and written as text", display.Printable(file)), "write " + shellWord(strings.TrimSuffix(file, fleet.Packed)) + ", and pack it with gzip"}
	}
	return checkFile(file)
}

// explainFleet is explain for commands without a time limit.
func explainFleet(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, outfile.ErrForeign):
		return &usageError{err, "name another folder with -o"}
	case errors.Is(err, outfile.ErrNoFolder):
		return &hintError{err, "write facts there, which are one file: bacviz fleet facts; a build for your system makes the report of them"}
	}
	return explain(ctx, 0, err)
}
