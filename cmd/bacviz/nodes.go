package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
)

// tableFormats are the formats of every list that is a table for people.
var tableFormats = choices{"table", "json", "yaml"}

var nodesFormats = choices{"table", "wide", "json", "yaml", "csv"}

// nodesOptions are the flags of nodes.
type nodesOptions struct {
	network  networkFlags
	filter   filterFlags
	format   string
	sort     sortValue
	watch    bool
	interval time.Duration
	paced    func() bool // whether --interval was given
}

func newNodes(std stdio) *cobra.Command {
	opt := nodesOptions{sort: "id"}
	cmd := &cobra.Command{
		Use:        "nodes [SOURCE...]",
		SuggestFor: []string{"list", "ls", "node"},
		Short:      "List the nodes",
		Long: `Nodes lists the nodes that the SOURCEs describe: an orchestrator's URL, a
snapshot, a file that holds an orchestrator's answer, or - for standard input.
What it prints as JSON, YAML or CSV is a SOURCE of every command, too.
Without a SOURCE, it asks the orchestrator that "bacviz config" shows.

CPU, MEMORY, DISK and GPU are shown as free/total. --sort cpu and --sort memory
go by what is free.

"?" means unknown, such as the free capacity of a node that is not connected.
"-" means none, such as the CPU of a node that does not compute. In JSON, YAML
and CSV, "type" is the API's own word: a hybrid node is a Compute or a Requester
there.`,
		Example: `  bacviz nodes
  bacviz nodes http://10.0.0.5:1234 -o wide
  bacviz nodes --select region=eu-west-1,gpu --state connected --sort -cpu
  bacviz nodes --membership pending -o json
  bacviz nodes --watch`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	choiceVar(cmd, &opt.format, "output", "o", "table", "`format`", nodesFormats)
	opt.filter.add(cmd)
	f.Var(&opt.sort, "sort", "`column` to sort by, with - in front for descending order: "+sortNames().String())
	complete(cmd, "sort", sortNames()...)
	f.BoolVarP(&opt.watch, "watch", "w", false, "repeat the list until Ctrl-C; --timeout then limits each list")
	f.DurationVar(&opt.interval, "interval", 2*time.Second, "`time` between two lists of --watch")
	opt.paced = func() bool { return f.Changed("interval") }
	opt.network.add(cmd)
	return cmd
}

func (o *nodesOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args, std); err != nil {
		return err
	}
	if o.watch {
		return o.watchNodes(ctx, args, std)
	}
	text, err := o.list(ctx, args, std, 0)
	if err != nil {
		return err
	}
	return std.print(ctx, text)
}

// check finds mistakes in the flags before any work is done.
func (o *nodesOptions) check(args []string, std stdio) error {
	if err := o.filter.check(); err != nil {
		return err
	}
	if err := o.checkWatch(args, std); err != nil {
		return err
	}
	return o.network.check(args)
}

// checkWatch refuses what does not go with --watch.
func (o *nodesOptions) checkWatch(args []string, std stdio) error {
	switch {
	case !o.watch && o.paced():
		return usagef("--interval applies to --watch only")
	case !o.watch:
		return nil
	case o.format != "table" && o.format != "wide":
		return usagef("--watch shows a table, so it does not work with -o %s", o.format)
	case slices.Contains(places(args), "-"):
		return usagef("--watch cannot read standard input more than once")
	case o.interval < 100*time.Millisecond:
		return usagef("--interval %s is shorter than 100ms", o.interval)
	case !isTerminal(std.out) || os.Getenv("TERM") == "dumb":
		return &usageError{errors.New("--watch needs a terminal"), "without --watch, bacviz nodes lists the nodes once"}
	}
	return nil
}

// list returns one list, made within the time limit. A width above 0 cuts lines.
func (o *nodesOptions) list(ctx context.Context, args []string, std stdio, width int) ([]byte, error) {
	ctx, cancel := o.network.limit(ctx)
	defer cancel()
	text, err := within(ctx, func() ([]byte, error) {
		rows, err := o.read(ctx, args, std)
		if err != nil {
			return nil, err
		}
		return o.render(ctx, rows, width)
	})
	return text, o.network.explain(ctx, err)
}

// read returns the rows of one list, in the order asked for.
func (o *nodesOptions) read(ctx context.Context, args []string, std stdio) ([]nodeRow, error) {
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return nil, err
	}
	rows, err := nodeRows(ctx, snap, o.filter.filter, time.Now())
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 && !o.filter.filter.Empty() {
		o.filter.warnNone(&snap, "node", false, std)
	}
	o.warnUntold(&snap, rows, std)
	sortRows(rows, string(o.sort))
	return rows, nil
}

// warnUntold warns where nothing tells whether listed nodes are gone or will be back. Of
// others, the list says which of them await reconnection.
func (o *nodesOptions) warnUntold(snap *cluster.Snapshot, rows []nodeRow, std stdio) {
	census := snap.Census(snap.Orchestrators)
	isDown := func(r nodeRow) bool { return r.State != nil && *r.State == "disconnected" }
	if census.Untold > 0 && slices.ContainsFunc(rows, isDown) {
		warnReconnection(census, census, std)
	}
}

// render writes the rows in the format asked for. A width above 0 cuts lines.
func (o *nodesOptions) render(ctx context.Context, rows []nodeRow, width int) ([]byte, error) {
	var b bytes.Buffer
	switch o.format {
	case "json", "yaml":
		if err := encode(&b, o.format, rows); err != nil {
			return nil, err
		}
	case "csv":
		w := csv.NewWriter(&b)
		columns := withClusters(csvColumns, len(csvColumns), rows)
		_ = w.Write(columnNames(columns)) // a Buffer does not fail
		for i := range rows {
			_ = w.Write(spreadsheetCells(cells(columns, &rows[i])))
		}
		w.Flush()
	default:
		columns := tableColumns
		if o.format == "wide" {
			columns = wideColumns
		}
		columns = withClusters(columns, 1, rows)
		return tableOf(ctx, columnNames(columns), len(rows), width, func(i int) []string { return cells(columns, &rows[i]) })
	}
	return b.Bytes(), nil
}
