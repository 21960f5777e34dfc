package main

// This file holds log, which lists what changed and when.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
)

// logOptions are the flags of log.
type logOptions struct {
	node, selector string
	times          timeFlags
	out            outputFlags
	canvas         canvasFlags
	redact         redactOptions
	timeout        time.Duration
	maxBytes       byteSize
	changed        func(flag string) bool

	// version is called with each version of a folder or a repository, oldest first, since
	// their history has no load. It may be nil.
	version  func(at time.Time, snap cluster.Snapshot)
	selected labels.Selector // after check
}

func newLog(std stdio) *cobra.Command {
	opt := logOptions{maxBytes: bacalhau.DefaultMaxBytes}
	cmd := &cobra.Command{
		Use:        "log HISTORY|FOLDER|REPOSITORY:FILE",
		SuggestFor: []string{"history", "events", "timeline"},
		Short:      "List who joined, left or changed, and when",
		Long: `Log lists what changed in a network, newest first, as one of these tells it:

    HISTORY          a file that snapshot --history or serve --history wrote
    FOLDER           of snapshots or node lists, with times in their names, such
                     as 2026-11-01T12:00:00Z.json; if no name has one, in the
                     order of their names
    REPOSITORY:FILE  the versions of a file in git, such as .:cluster.json

A node joined when it was connected and had not been before, and left when it
was not any more: an orchestrator goes on to list a node that is gone. What else
differs counts as changed, as in "bacviz diff".

eps, html, pdf, png and svg are a picture of who was there when: a bar for each
node, with gaps where it was gone.

Times are dates with or without a time of day, or ages such as 24h or 7d.
Without a zone they are UTC, as all times in the list are.`,
		Example: `  bacviz log network.db --since 7d
  bacviz log network.db --node node-1a2b
  bacviz log network.db --since 30d -o november.svg
  bacviz log snapshots/ --select region=eu-west-1 -f csv
  bacviz log .:cluster.json --since 2026-11-01 --until 2026-12-01`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return &usageError{fmt.Errorf("bacviz log takes one HISTORY, FOLDER or REPOSITORY:FILE, got %d arguments", len(args)), "usage: bacviz log network.db"}
		},
		RunE: func(cmd *cobra.Command, args []string) error { return opt.run(cmd.Context(), args[0], std) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	opt.out.add(cmd, logFormats(), "`file` to write, or - for standard output", "`format` to write (default: the file's extension, else txt): "+logFormats().String())
	f.StringVar(&opt.node, "node", "", "only the node or orchestrator with this `ID`, or the one whose ID has this text in it")
	opt.times.add(f)
	f.StringVar(&opt.selector, "select", "", "only nodes that match this label `selector`, as in kubectl: region=eu,rack!=r2,gpu")
	f.Var(&opt.maxBytes, "max-size", "refuse answers and files larger than this `size`, uncompressed")
	timeoutVar(cmd, &opt.timeout, "overall `time` limit")
	end := heading(f, pictureHeading)
	opt.canvas.add(cmd, 0, "height of the canvas in `inches` (default: as high as it needs to be)")
	end()
	opt.redact.add(cmd, &sourceFlags{})
	opt.changed = func(name string) bool { return isSet(f, name) }
	return cmd
}

// run lists the changes within the time limit.
func (o *logOptions) run(ctx context.Context, arg string, std stdio) error {
	query, err := o.check(arg, std)
	if err != nil {
		return err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if o.timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, o.timeout)
	}
	defer cancel()
	text, err := within(limited, func() ([]byte, error) { return o.list(limited, arg, query, std) })
	if err == nil {
		err = writeResult(ctx, limited, o.out.file, text, std.inFormat(o.out.format))
	}
	return explain(limited, o.timeout, err)
}

// check finds mistakes in the flags, and returns the query that they mean.
func (o *logOptions) check(arg string, std stdio) (q history.Query, err error) {
	if err := o.out.resolve("txt"); err != nil {
		return q, err
	}
	if !o.isChart() {
		if err := refusePicture(o.canvas.flags, o.out.format); err != nil {
			return q, err
		}
	}
	if err := o.canvas.checkChart(); err != nil {
		return q, err
	}
	if err := o.redact.check(); err != nil {
		return q, err
	}
	if err := refuseOverwrite(o.canvas.flags, o.out.file, []string{arg}, std); err != nil {
		return q, err
	}
	if err := o.out.toStdout(std); err != nil {
		return q, err
	}
	if err := checkTimeout(o.timeout); err != nil {
		return q, err
	}
	if err := o.times.check(o.canvas.flags, time.Now()); err != nil {
		return q, err
	}
	q.From, q.To = o.times.from, o.times.to
	if o.changed("node") && o.node == "" {
		return q, usagef("--node is empty")
	}
	if o.selector != "" {
		if o.selected, err = cluster.ParseSelector(o.selector); err != nil {
			return q, &usageError{fmt.Errorf("--select %s: %w", display.Quote(o.selector), err), "a selector looks like region=eu,rack!=r2,gpu or region in (eu,us)"}
		}
		q.Match = func(n *cluster.Node) bool { return o.selected.Matches(labels.Set(n.Labels)) }
	}
	return q, nil
}

// list opens the history and returns the list of the changes.
func (o *logOptions) list(ctx context.Context, arg string, q history.Query, std stdio) (text []byte, err error) {
	if err := o.redact.load(ctx); err != nil {
		return nil, err
	}
	store, err := o.open(ctx, arg, std)
	if err != nil {
		return nil, err
	}
	defer store.Close() // only read from
	if o.node != "" {
		if q.Node, err = o.findNode(ctx, store); err != nil {
			return nil, err
		}
	}
	if o.redact.on {
		p, err := o.redacted(ctx, store, q)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		if err := o.redactTitle(ctx, store, std); err != nil {
			return nil, err
		}
		store, q = p.Store, p.query(q)
	}
	return o.answer(ctx, store, q, std)
}

// answer returns the list, or the picture.
func (o *logOptions) answer(ctx context.Context, store *history.Store, q history.Query, std stdio) ([]byte, error) {
	if o.isChart() {
		colors, err := readTheme(ctx, o.canvas.theme)
		if err != nil {
			return nil, err
		}
		return o.draw(ctx, store, q, colors)
	}
	var all []history.Change
	for c, err := range store.Changes(ctx, q) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	from, to, err := store.Range(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		o.warnNone(q, from, to, std)
	}
	several := severalOrchestrators(ctx, store, to)
	var b bytes.Buffer
	err = writeChanges(ctx, &b, o.out.format, all, several)
	return b.Bytes(), err
}

// warnNone says over which time there is no change.
func (o *logOptions) warnNone(q history.Query, from, to time.Time, std stdio) {
	what := "nothing changed"
	if q.Node != "" || q.Match != nil {
		what = "none of these nodes changed"
	}
	from, to, ok := o.times.within(from, to)
	if !ok {
		std.warn("the history has nothing of that time")
		return
	}
	std.warn("%s from %s to %s", what, timeText(from), timeText(to))
}

// severalOrchestrators reports whether the network had more than one at that time, so that
// words about a state name the one that reports it.
func severalOrchestrators(ctx context.Context, store *history.Store, at time.Time) bool {
	snap, err := store.Snapshot(ctx, at)
	return err == nil && len(snap.Orchestrators) > 1
}

// findNode returns the ID that a user means. With --redact, no message names another.
func (o *logOptions) findNode(ctx context.Context, store *history.Store) (string, error) {
	ids, err := store.Nodes(ctx, o.node)
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", &usageError{fmt.Errorf("--node %s: the history has no node whose ID has that in it", display.Quote(o.node)), "bacviz log without --node lists all"}
	case len(ids) > 1 && o.redact.on:
		return "", usagef("--node %s: several IDs have that in them", display.Quote(o.node))
	case len(ids) > 1:
		return "", &usageError{fmt.Errorf("--node %s: several IDs have that in them", display.Quote(o.node)), "one of: " + someOf(ids)}
	}
	return ids[0], nil
}

// errNoHistory is the error for an argument that tells no story.
var errNoHistory = errors.New("not a history, a folder, or REPOSITORY:FILE")
