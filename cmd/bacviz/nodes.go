package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

var nodesFormats = []string{"table", "wide", "json", "yaml", "csv"}

// nodesOptions are the flags of nodes.
type nodesOptions struct {
	source   sourceFlags
	filter   filterFlags
	format   string
	sort     string
	demo     bool
	watch    bool
	interval time.Duration
	timeout  time.Duration
}

func newNodes(std stdio) *cobra.Command {
	var opt nodesOptions
	cmd := &cobra.Command{
		Use:   "nodes [SOURCE...]",
		Short: "List the nodes",
		Long: `Nodes lists the nodes that the SOURCEs tell of: an orchestrator's URL, a file
that holds its answer, or - for standard input. Without one it asks the
orchestrator that "bacviz config" shows.

A "?" stands for what is not known, such as what is free on a node that is not
connected, and a "-" for what a node does not have.`,
		Example: `  bacviz nodes
  bacviz nodes http://10.0.0.5:1234 -o wide
  bacviz nodes --select region=eu-west-1,gpu --status connected --sort -cpu
  bacviz nodes --membership pending -o json
  bacviz nodes --watch`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.format, "output", "o", "table", "`format`: "+strings.Join(nodesFormats, ", "))
	opt.filter.add(cmd)
	f.StringVar(&opt.sort, "sort", "id", "`column` to sort by, with - before it for the largest first: "+strings.Join(sortNames(), ", "))
	f.BoolVarP(&opt.watch, "watch", "w", false, "list again and again, until Ctrl-C")
	f.DurationVar(&opt.interval, "interval", 2*time.Second, "`time` from one list to the next with --watch")
	f.DurationVar(&opt.timeout, "timeout", 30*time.Second, "`time` for the whole of a list, 0 for no limit")
	f.BoolVar(&opt.demo, "demo", false, "list a sample network instead of a SOURCE")
	opt.source.add(cmd)
	complete := func(flag string, words ...string) {
		// An error here would be a flag that is not defined above.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	complete("output", nodesFormats...)
	complete("sort", sortNames()...)
	return cmd
}

func (o *nodesOptions) run(ctx context.Context, args []string, std stdio) error {
	filter, err := o.check(args, std)
	if err != nil {
		return err
	}
	if !o.demo {
		if err := o.source.settle(args, &o.timeout); err != nil {
			return err
		}
	}
	if o.watch {
		return o.watchNodes(ctx, args, filter, std)
	}
	rows, err := o.read(ctx, args, filter, std)
	if err != nil {
		return err
	}
	text, err := o.render(rows, 0)
	if err != nil {
		return err
	}
	return std.print(text)
}

func (o *nodesOptions) check(args []string, std stdio) (cluster.Filter, error) {
	filter, err := o.filter.filter()
	if err != nil {
		return filter, err
	}
	if err := oneOf("format", o.format, nodesFormats...); err != nil {
		return filter, err
	}
	if err := oneOf("--sort", strings.TrimPrefix(o.sort, "-"), sortNames()...); err != nil {
		return filter, err
	}
	switch {
	case o.demo && len(args) > 0:
		return filter, usagef("--demo lists a sample; it does not go with the source %q", args[0])
	case o.timeout < 0:
		return filter, usagef("--timeout %s is negative", o.timeout)
	case o.watch && o.format != "table" && o.format != "wide":
		return filter, usagef("--watch draws a table, not %s", o.format)
	case o.watch && slices.Contains(args, "-"):
		return filter, usagef("--watch cannot read standard input again and again")
	case o.watch && o.interval < 100*time.Millisecond:
		return filter, usagef("--interval %s is below 100ms", o.interval)
	case o.watch && (!isTerminal(std.out) || os.Getenv("TERM") == "dumb"):
		return filter, &usageError{errors.New("--watch needs a terminal to draw on"), "without --watch, bacviz nodes lists the nodes once"}
	}
	return filter, nil
}

// oneOf checks a word against those that there are.
func oneOf(what, word string, known ...string) error {
	if !slices.Contains(known, word) {
		return usagef("unknown %s %q (have %s)", what, word, strings.Join(known, ", "))
	}
	return nil
}

// read fetches the nodes once.
func (o *nodesOptions) read(ctx context.Context, args []string, filter cluster.Filter, std stdio) ([]nodeRow, error) {
	ctx, cancel := o.source.limit(ctx, o.timeout)
	defer cancel()
	var sources []fetch.Source
	var err error
	if o.demo {
		sources = []fetch.Source{fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: "the sample network"}}
	} else if sources, err = o.source.sources(args, std); err != nil {
		return nil, err
	}
	snap, err := o.source.snapshot(ctx, sources, fetch.JobChoice{}, std)
	if err != nil {
		return nil, ended(ctx, o.timeout, err)
	}
	rows := nodeRows(snap, filter, time.Now())
	sortRows(rows, o.sort)
	return rows, nil
}

// render writes the rows in the format asked for. A width above 0 cuts lines.
func (o *nodesOptions) render(rows []nodeRow, width int) ([]byte, error) {
	var b bytes.Buffer
	switch o.format {
	case "json", "yaml":
		if err := encode(&b, o.format, rows); err != nil {
			return nil, err
		}
	case "csv":
		w := csv.NewWriter(&b)
		_ = w.Write(names(csvColumns)) // a Buffer takes all
		for i := range rows {
			_ = w.Write(cells(csvColumns, &rows[i], harmless))
		}
		w.Flush()
	default:
		columns := tableColumns
		if o.format == "wide" {
			columns = wideColumns
		}
		lines := make([][]string, len(rows))
		for i := range rows {
			lines[i] = cells(columns, &rows[i], display.Printable)
		}
		b.WriteString(table(names(columns), lines, width))
	}
	return b.Bytes(), nil
}
