package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// tableFormats are the formats of every list that is a table for people.
var tableFormats = choices{"table", "json", "yaml"}

var nodesFormats = choices{"table", "wide", "name", "json", "yaml", "csv"}

// nodesOptions are the flags of nodes.
type nodesOptions struct {
	network  networkFlags
	filter   filterFlags
	format   string
	columns  []string
	by       string
	bare     bool // no line but those of nodes
	sort     sortValue
	watch    bool
	interval time.Duration
	paced    func() bool // whether --interval was given
	flags    *pflag.FlagSet
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

CPU, MEMORY, DISK and GPU are shown as free/total. --sort goes by what is free
of them.

On a terminal, no line is wider than that: long IDs lose their middle, except
with -o wide. Columns without room are named below the list, and the last line
has the totals, or those that have room. Elsewhere lines have any width.

Totals and the groups of --by count what jobs can have: "9/22 +18?" is 9 cores
free of 22, and 18 on nodes that are pending or rejected, or do not say what is
free.

"?" means unknown, such as the free capacity of a node that is not connected.
"-" means none, such as the CPU of a node that does not compute. In JSON, YAML
and CSV, "type" is the API's own word: a hybrid node is a Compute or a Requester
there.`,
		Example: `  bacviz nodes
  bacviz nodes http://10.0.0.5:1234 -o wide
  bacviz nodes --select region=eu-west-1,gpu --state connected --sort -cpu
  bacviz nodes --by region
  bacviz nodes --by region --columns group,gpu,no-report
  bacviz nodes --columns id,state,gpu,labels
  bacviz nodes --membership pending -o json
  bacviz nodes --state disconnected -o name
  bacviz nodes --watch
  bacviz nodes --by region --watch`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	choiceVar(cmd, &opt.format, "output", "o", "table", "`format`", nodesFormats)
	f.StringVar(&opt.by, "by", "", byUsage)
	f.Var(&choiceList{&opt.columns, allColumns(), opt.columnsSaid}, "columns", "the `columns` of a table, in this order: "+opt.columnsSaid())
	// An error here would be a flag that is not defined.
	_ = cmd.RegisterFlagCompletionFunc("columns", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return listed(typed, opt.columnsHere()), noFiles
	})
	f.BoolVar(&opt.bare, "no-headers", false, "print the rows of a table alone")
	opt.filter.add(cmd)
	f.Var(&opt.sort, "sort", "`column` to sort by, with - in front for descending order: "+sortNames().String())
	f.BoolVarP(&opt.watch, "watch", "w", false, "repeat the list until Ctrl-C; --timeout then limits each list")
	f.DurationVar(&opt.interval, "interval", 2*time.Second, "`time` between two lists of --watch")
	opt.paced = func() bool { return f.Changed("interval") }
	opt.flags = f
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
	limited, cancel := o.network.limit(ctx)
	defer cancel()
	list, err := within(limited, func() (listing, error) {
		list, err := o.read(limited, args, std)
		if err != nil {
			return nil, err
		}
		return o.render(limited, list, screenOf(std.out))
	})
	if err != nil {
		return o.network.explain(limited, err)
	}
	return std.stream(ctx, list)
}

// check finds mistakes in the flags before any work is done.
func (o *nodesOptions) check(args []string, std stdio) error {
	if err := o.filter.check(); err != nil {
		return err
	}
	if err := o.checkTable(); err != nil {
		return err
	}
	if err := o.checkWatch(args, std); err != nil {
		return err
	}
	return o.network.check(args)
}

// isTable reports whether the list is a table for people.
func (o *nodesOptions) isTable() bool { return o.format == "table" || o.format == "wide" }

// checkTable refuses flags about tables where there is none.
func (o *nodesOptions) checkTable() error {
	if err := o.checkColumns(); err != nil {
		return err
	}
	switch {
	case o.by != "" && o.format == "name" && !yields(o.flags, "output"):
		return usagef("-o name prints the IDs of nodes, so it does not go with --by")
	case o.by != "" && o.sort != "id" && !yields(o.flags, "sort"):
		return usagef("--sort is for nodes, so it does not go with --by")
	case o.isTable():
		return nil
	case len(o.columns) > 0 && !yields(o.flags, "columns"):
		return usagef("--columns is for a table, so it does not work with -o %s", o.format)
	case o.bare && !yields(o.flags, "no-headers"):
		return usagef("--no-headers is for a table, so it does not work with -o %s", o.format)
	}
	return nil
}

// checkColumns refuses a column that is named twice, and with --by one that only a list of nodes has,
// or the other way round.
func (o *nodesOptions) checkColumns() error {
	for i, name := range o.columns {
		if slices.Contains(o.columns[:i], name) {
			return usagef("--columns has %s twice", name)
		}
	}
	for _, name := range o.columns {
		switch have := o.columnsHere(); {
		case slices.Contains(have, name):
			continue
		case yields(o.flags, "columns"):
			return nil
		case o.by == "":
			return &usageError{fmt.Errorf("--columns %s is of groups, so it needs --by", name), "columns of nodes are " + have.String()}
		case yields(o.flags, "by"):
			return o.checkColumns()
		default:
			return &usageError{fmt.Errorf("--columns %s is of nodes, so it does not go with --by", name), "columns of groups are " + have.String()}
		}
	}
	return nil
}

// columnsHere are the columns of the list that the flags ask for: of nodes, or of groups.
func (o *nodesOptions) columnsHere() choices {
	if o.by != "" {
		return columnChoices(groupColumns(o.by))
	}
	return columnChoices(people)
}

// columnsSaid tells which columns there are: of groups, or of both lists if there is no --by, or none
// so far.
func (o *nodesOptions) columnsSaid() string {
	if o.by != "" {
		return o.columnsHere().String()
	}
	return fmt.Sprintf("%s; with --by: %s", columnChoices(people), columnChoices(groupColumns("")))
}

// checkWatch refuses what does not go with --watch.
func (o *nodesOptions) checkWatch(args []string, std stdio) error {
	switch {
	case !o.watch && o.paced():
		return usagef("--interval applies to --watch only")
	case !o.watch:
		return nil
	case !o.canWatch(args, std) && yields(o.flags, "watch"):
		return nil
	case !o.isTable():
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

// canWatch reports whether a table can be shown again and again.
func (o *nodesOptions) canWatch(args []string, std stdio) bool {
	return o.isTable() && !slices.Contains(places(args), "-") && isTerminal(std.out) && os.Getenv("TERM") != "dumb"
}

// A nodeList is what one list shows: nodes, or with --by groups of them.
type nodeList struct {
	nodes  *nodeRows
	part   cluster.Snapshot // what the filter means
	groups *capacity.Table  // nil if nodes are listed
}

// rows returns the number of nodes or groups.
func (l *nodeList) rows() int {
	if l.groups != nil {
		return len(l.groups.Rows)
	}
	return l.nodes.len()
}

// read returns one list, in the order asked for.
func (o *nodesOptions) read(ctx context.Context, args []string, std stdio) (nodeList, error) {
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return nodeList{}, err
	}
	if o.by != "" {
		groups, err := o.readGroups(ctx, snap, std)
		return nodeList{groups: groups}, err
	}
	rows, err := newNodeRows(ctx, snap, o.filter.filter, time.Now())
	if err != nil {
		return nodeList{}, err
	}
	if rows.len() == 0 && !o.filter.filter.Empty() {
		o.filter.warnNone(&snap, "node", false, std)
	}
	o.warnUntold(&snap, rows, std)
	rows.sort(string(o.sort))
	part, _ := o.filter.apply(snap)
	return nodeList{nodes: rows, part: part}, nil
}

// warnUntold warns where nothing tells whether listed nodes are gone or will be back. Of
// others, the list says which of them await reconnection.
func (o *nodesOptions) warnUntold(snap *cluster.Snapshot, rows *nodeRows, std stdio) {
	census := snap.Census(snap.Orchestrators)
	if census.Untold == 0 {
		return
	}
	for r := range rows.of().all() {
		if orEmpty(r.State) == "disconnected" {
			warnReconnection(census, census, std)
			return
		}
	}
}

// render returns a list in the format asked for, a table so that it fits the screen.
func (o *nodesOptions) render(ctx context.Context, list nodeList, s screen) (listing, error) {
	if list.groups != nil {
		return o.renderGroups(ctx, list.groups, s)
	}
	var b bytes.Buffer
	rows := list.nodes
	switch o.format {
	case "json", "yaml":
		if err := encode(&b, o.format, rows.all()); err != nil {
			return nil, err
		}
	case "csv":
		rows.writeCSV(&b)
	case "name":
		for _, i := range rows.listed {
			b.WriteString(display.Printable(rows.snap.Nodes[i].ID) + "\n")
		}
	default:
		columns := columnsOf(o.columns, o.format == "wide", rows)
		return tableFor(ctx, columns, rows.of(), s, !o.bare, func(width int) string {
			all := newTotals(capacity.Total(&list.part), rows)
			all.disk = slices.ContainsFunc(columns, func(c column[nodeRow]) bool { return c.name == "disk" })
			return all.line(width)
		})
	}
	return listingOf(b.Bytes()), nil
}
