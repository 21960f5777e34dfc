package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// changesTitle is the title of a picture of changes. Redaction leaves it as it is,
// since it is bacviz's own.
const changesTitle = "Changes in the Bacalhau network"

// diffOptions are the flags of diff.
type diffOptions struct {
	network networkFlags
	redact  redactOptions
	compare diff.Options
	picture pictureFlags
	out     outputFlags

	exitCode bool
	list     diff.Format // of the list of changes; without a name a picture is drawn
	wait     waitFlag
	waited   time.Duration       // so far
	kept     []*cluster.Snapshot // OLD and NEW, where they are read once
}

func newDiff(std stdio) *cobra.Command {
	var opt diffOptions
	cmd := &cobra.Command{
		Use:        "diff OLD [NEW]",
		SuggestFor: []string{"compare", "changes"},
		Short:      "Show what changed, as text or as a picture",
		Long: `Diff compares two networks, each a SOURCE: a snapshot, an orchestrator's URL, a
file that holds its answer, - for standard input, or FILE@TIME, as a history
has it. Without NEW, it asks the orchestrator that "bacviz config" shows.

It lists the nodes that were added, removed and changed, with old and new
values. A node is listed as renamed if exactly one removed node and one added
node have the same labels and capacity, which is probable but not certain.
Volatile data (load, heartbeats, time) is compared only with --with-load; a
later time alone does not count as a change.

--wait 90s looks again until there is no difference, as after a restart of an
orchestrator. A file is read only once.

Most fields of --ignore and --only are columns of bacviz nodes. Others are:

    seen           which orchestrators list a node
    role, type     what a node is; type is the API's own word
    nodes          nodes that were added or removed
    orchestrators  orchestrators that were added, removed or renamed
    capacity       cpu, memory and gpu; with --with-load also disk
    labels         all labels; labels.KEY is one of them
    load           all that --with-load compares
    load-known     whether a snapshot has the load of a node
    taken          when the snapshots were taken

By default diff prints text. -f, or the extension of -o, selects another format:
` + listFormats().String() + `. Any other format of "bacviz render" draws the new
network with added, changed and removed nodes marked.`,
		Example: `  bacviz diff cluster.json http://10.0.0.5:1234
  bacviz diff old.json new.json -o changes.svg
  bacviz diff old.json new.json --exit-code --ignore version
  bacviz diff network.db@7d network.db@now
  git show main:cluster.json | bacviz diff - cluster.json -f md`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			err := errors.New("bacviz diff needs OLD")
			if len(args) > 2 {
				err = fmt.Errorf("bacviz diff takes OLD and NEW, got %d arguments", len(args))
			}
			return &usageError{err, "usage: bacviz diff OLD [NEW]"}
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			err := opt.run(cmd.Context(), args, std)
			if err != nil && opt.exitCode && !errors.As(err, new(doneStatus)) {
				return &statusError{err, exitNoAnswer}
			}
			return err
		},
	}
	opt.addFlags(cmd)
	return cmd
}

func (o *diffOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	lists, pictures := listFormats(), changesFormats()
	o.out.add(cmd, slices.Concat(lists, pictures), "`file` to write, or - for standard output",
		"`format` to write (default: the file's extension, else txt): "+lists.String()+"; or a picture: "+pictures.String())
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 0 if nothing changed, 1 if something changed, 2 if the networks could not be compared")
	f.StringSliceVar(&o.compare.Ignore, "ignore", nil, "`fields` to ignore: "+strings.Join(diff.Fields(false), ", ")+", labels.KEY; --with-load also "+strings.Join(loadFields(), ", "))
	f.StringSliceVar(&o.compare.Only, "only", nil, "compare only these `fields`, with names as for --ignore")
	f.BoolVar(&o.compare.WithLoad, "with-load", false, "compare volatile data too; both networks must have it")
	o.wait.add(cmd)
	o.picture.add(cmd)
	o.redact.add(cmd, &o.network.source)
	o.network.addStrict(cmd)
	f.Lookup("demo").Hidden = true // there is nothing to compare it with
}

// listFormats are the formats of the list of changes.
func listFormats() choices {
	var names choices
	for _, f := range diff.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// changesFormats are the formats of pictures, except those whose name means a list
// of changes here.
func changesFormats() choices {
	return slices.DeleteFunc(pictureFormats(), func(name string) bool {
		_, isList := listFormats().find(name)
		return isList
	})
}

// loadFields returns the fields that are compared with --with-load only.
func loadFields() []string {
	shape := diff.Fields(false)
	return slices.DeleteFunc(diff.Fields(true), func(name string) bool { return slices.Contains(shape, name) })
}

// run writes the list of changes or the picture, or why there is none.
func (o *diffOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args, std); err != nil {
		return err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	defer func() { cancel() }()
	made, _, err := lookAgain(ctx, o.wait, std, func(std stdio, waited time.Duration) (look[compared], error) {
		cancel()
		limited, cancel = o.network.limit(ctx)
		again := *o
		again.waited, again.kept = waited, slices.Clone(o.kept)
		again.compare.Ignore, again.compare.Only = slices.Clone(o.compare.Ignore), slices.Clone(o.compare.Only) // which are redacted
		made, err := within(limited, func() (compared, error) { return again.compareAll(limited, args, std) })
		if err != nil {
			return look[compared]{}, o.network.explain(limited, err)
		}
		o.kept = made.kept
		return look[compared]{made, made.open}, nil
	})
	if err != nil {
		return o.reportTrouble(ctx, err, std)
	}
	if err := writeResult(ctx, limited, o.out.file, made.text, std.inFormat(o.out.format)); err != nil {
		return o.network.explain(limited, err)
	}
	if o.exitCode && !made.same {
		return doneStatus(exitFailed)
	}
	return nil
}

// A compared is what one look gave.
type compared struct {
	text []byte              // the list or the picture of the changes
	same bool                // whether there are none
	open string              // in a few words, what to wait for; empty if there is nothing
	kept []*cluster.Snapshot // those of the networks that need not be read again
}

// compareAll reads both networks and returns the list or the picture of the changes.
func (o *diffOptions) compareAll(ctx context.Context, args []string, std stdio) (c compared, err error) {
	if err := o.load(ctx); err != nil {
		return c, err
	}
	before, err := o.side(ctx, 0, args, std)
	if err != nil {
		return c, err
	}
	after, err := o.side(ctx, 1, args, std)
	if err != nil {
		return c, err
	}
	c.kept = o.kept
	o.warnAwaited(before, after, args, std)
	build := graph.Options{GroupBy: o.picture.groupBy, Label: o.picture.label}
	if err := o.hide(ctx, &before, &after, &build, std); err != nil {
		return c, err
	}
	if err := o.checkSnapshots(before, after, build, args); err != nil {
		return c, err
	}
	o.warnIncomplete(before, after, args, std)
	o.warnPartial(before, after, args, std)
	d, err := diff.Compare(ctx, before, after, o.compare)
	if err != nil {
		return c, err
	}
	c.same = d.Same()
	switch census := after.Census(after.Orchestrators); {
	case !c.same:
		c.open = d.Summary()
	case census.Awaiting > 0 || census.OutageOrRestart:
		c.open = reconnection(census, census)
	}
	c.text, err = o.write(ctx, before, after, d, build, args, std)
	return c, err
}

// write returns the list or the picture of the changes.
func (o *diffOptions) write(ctx context.Context, before, after cluster.Snapshot, d *diff.Diff, build graph.Options, args []string, std stdio) ([]byte, error) {
	var b bytes.Buffer
	if o.list.Name != "" {
		err := o.list.Write(ctx, &b, d, o.listOptions(args, std))
		return b.Bytes(), err
	}
	topo, err := diff.Topology(ctx, before, after, d, build)
	if err != nil {
		return nil, refusedOptions(ctx, err)
	}
	err = o.draw(ctx, &b, topo, std)
	return b.Bytes(), err
}

// side reads OLD, of index 0, or NEW. What is no orchestrator is read only once.
func (o *diffOptions) side(ctx context.Context, i int, args []string, std stdio) (cluster.Snapshot, error) {
	if o.kept == nil {
		o.kept = make([]*cluster.Snapshot, 2)
	}
	if o.kept[i] != nil {
		return *o.kept[i], nil
	}
	arg := args[min(i, len(args)):min(i+1, len(args))]
	snap, err := o.network.snapshot(ctx, arg, std)
	if err == nil {
		o.network.setTaken(&snap, arg)
		if len(arg) > 0 && !isURL(arg[0]) {
			o.kept[i] = &snap
		}
	}
	return snap, err
}

// reportTrouble prints why there is no list of changes, in the format of the list. A
// file that -o names gets a result or nothing. An interrupted command reports nothing,
// as nobody waits for it, and nor does one that was called in a wrong way.
func (o *diffOptions) reportTrouble(ctx context.Context, failed error, std stdio) error {
	if o.list.Name == "" || o.out.file != "" && !outfile.IsStdout(o.out.file) || ctx.Err() != nil || isUsage(failed) {
		return failed
	}
	var out bytes.Buffer
	err := o.list.WriteTrouble(&out, diff.Trouble{Message: failed.Error(), Hint: hintOf(failed)})
	if err == nil {
		err = std.print(ctx, out.Bytes())
	}
	if err != nil { // the error of the command says more
		std.warn("%s", err)
	}
	return failed
}

// check checks the flags against one another, so that mistakes show before any work
// is done.
func (o *diffOptions) check(args []string, std stdio) error {
	if err := o.checkOutput(args, std); err != nil {
		return err
	}
	if o.network.demo {
		return usagef("--demo has nothing to be compared with; bacviz snapshot --demo writes the sample to a file")
	}
	if slices.Equal(places(args), []string{"-", "-"}) {
		return usagef("OLD and NEW are both -, but standard input can be read only once")
	}
	if err := o.compare.Check(); err != nil {
		usage := &usageError{err: err}
		for _, name := range slices.Concat(o.compare.Ignore, o.compare.Only) {
			if key, isLabel := strings.CutPrefix(name, "label."); isLabel {
				usage.hint = "did you mean labels." + key + "?"
			}
		}
		if withLoad := o.compare; !withLoad.WithLoad {
			withLoad.WithLoad = true
			if withLoad.Check() == nil {
				usage.hint = "add --with-load"
			}
		}
		return usage
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.network.checkSeparate(args); err != nil {
		return err
	}
	if err := o.wait.check(args, len(args) == 1); err != nil {
		return err
	}
	return o.network.check(args[1:])
}

// checkOutput finds the format, and what it needs.
func (o *diffOptions) checkOutput(args []string, std stdio) error {
	if err := o.out.resolve("txt"); err != nil {
		return err
	}
	flags := o.network.source.cmd.Flags()
	if err := refuseOverwrite(flags, o.out.file, args, std); err != nil {
		return err
	}
	var isList bool
	if o.list, isList = diff.FormatNamed(o.out.format); isList {
		if err := refusePicture(flags, o.out.format); err != nil {
			return err
		}
		return o.out.toStdout(std)
	}
	if err := o.picture.check(); err != nil {
		return err
	}
	if err := output.Check(o.out.format, o.picture.output()); err != nil {
		return &usageError{err: err}
	}
	if err := refuseUnused(flags, o.picture.engine, o.out.format); err != nil {
		return err
	}
	return o.out.toStdout(std)
}

// load reads the files that flags name: the theme, if a picture is drawn, and the key
// of pseudonyms.
func (o *diffOptions) load(ctx context.Context) error {
	if o.list.Name == "" {
		if err := o.picture.load(ctx); err != nil {
			return err
		}
	}
	return o.network.explain(ctx, o.redact.load(ctx))
}

// hide redacts both networks, if that is asked for, and the options that name nodes
// or labels. Pseudonyms are the same in both.
func (o *diffOptions) hide(ctx context.Context, before, after *cluster.Snapshot, build *graph.Options, std stdio) error {
	o.redact.fields = [][]string{o.compare.Ignore, o.compare.Only}
	original := *before
	if err := o.redact.apply(ctx, before, &graph.Options{}, new(string), std, *after); err != nil {
		return err
	}
	return o.redact.apply(ctx, after, build, &o.picture.title, std, original)
}

// warnPartial warns of two networks that are not the same part of one: what is in one part
// only counts as added or removed.
func (o *diffOptions) warnPartial(before, after cluster.Snapshot, args []string, std stdio) {
	old, now := partial(&before), partial(&after)
	by := func(s *cluster.Snapshot) []string {
		if s.Selection == nil {
			return nil
		}
		return words(s.Selection.By)
	}
	if old == now || slices.Equal(by(&before), by(&after)) {
		return
	}
	for i, part := range []string{old, now} {
		if part != "" {
			std.warn("%s has a part of the network: %s; what it leaves out counts as added or removed", sourceName(args, i), part)
		}
	}
}

// warnAwaited warns of a network whose nodes await reconnection, or may do so.
func (o *diffOptions) warnAwaited(before, after cluster.Snapshot, args []string, std stdio) {
	for i, snap := range []cluster.Snapshot{before, after} {
		census := snap.Census(snap.Orchestrators)
		if s := reconnection(census, census); s != "" {
			std.warn("%s: %s", sourceName(args, i), s)
		}
	}
}

// warnIncomplete warns of a network whose orchestrator is unknown, while that of the other
// is not: every node then counts as listed by another one.
func (o *diffOptions) warnIncomplete(before, after cluster.Snapshot, args []string, std stdio) {
	unnamed := func(s cluster.Snapshot) bool { return len(s.UnknownHubs()) > 0 }
	if unnamed(before) == unnamed(after) {
		return
	}
	name := sourceName(args, 0)
	if unnamed(after) {
		name = sourceName(args, 1)
	}
	std.warn("%s lists no requester, so each of its nodes counts as listed by another orchestrator; compare files of bacviz snapshot, which keep its name, or add --ignore seen,orchestrators", name)
}

// checkSnapshots refuses options that the networks do not have what they need for.
func (o *diffOptions) checkSnapshots(before, after cluster.Snapshot, build graph.Options, args []string) error {
	if !o.compare.WithLoad {
		return nil
	}
	for i, side := range []cluster.Snapshot{before, after} {
		if err := diff.CheckLoad(side); err != nil {
			return &hintError{fmt.Errorf("%s: %w", sourceName(args, i), err), "take both snapshots with bacviz snapshot --with-load"}
		}
	}
	return nil
}

// listOptions returns the options of the list of changes.
func (o *diffOptions) listOptions(args []string, std stdio) diff.WriteOptions {
	opt := diff.WriteOptions{
		Waited: o.waited,
		Color:  outfile.IsStdout(o.out.file) && isTerminal(std.out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
	}
	if !o.redact.on {
		opt.Old, opt.New = sourceName(args, 0), sourceName(args, 1)
	}
	return opt
}

// sourceName is what messages and lists call a source: the name of its cluster, if it has
// one. An address may hold secrets.
func sourceName(args []string, i int) string {
	if i >= len(args) {
		return "the orchestrator"
	}
	switch name, place := fetch.SplitName(args[i]); {
	case name != "":
		return name
	case isURL(place):
		return "the orchestrator"
	case place == "-":
		return "standard input"
	default:
		return filepath.ToSlash(place)
	}
}

// draw writes the picture.
func (o *diffOptions) draw(ctx context.Context, w *bytes.Buffer, topo *graph.Topology, std stdio) error {
	drawing, err := o.arrange(ctx, topo, std)
	if err != nil {
		return err
	}
	return output.Write(ctx, w, drawing, o.out.format, o.picture.output())
}

// arrange gives the changes places on a canvas.
func (o *diffOptions) arrange(ctx context.Context, topo *graph.Topology, std stdio) (*layout.Drawing, error) {
	fig, err := diagram.New(ctx, topo, diagram.Options{Title: cmp.Or(o.picture.title, changesTitle), Capacity: o.picture.capacities()})
	if err != nil {
		return nil, err
	}
	drawing, err := layout.Arrange(ctx, fig, o.picture.layout())
	if err != nil {
		return nil, err
	}
	o.picture.say(drawing, o.out.format, std)
	return drawing, nil
}
