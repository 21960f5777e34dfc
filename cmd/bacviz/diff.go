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

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// changesTitle is bacviz's own: what redaction takes out of others stays in it.
const changesTitle = "Changes of the Bacalhau network"

// diffOptions are the flags of diff.
type diffOptions struct {
	network networkFlags
	redact  redactOptions
	compare diff.Options

	output, format string
	exitCode       bool
	list           diff.Format // of the list of changes; without it a picture is made

	// Of a picture.
	engine, title, theme, label string
	groupBy                     []string
	width, height, scale        float64
	colors                      *theme.Theme
}

func newDiff(std stdio) *cobra.Command {
	var opt diffOptions
	cmd := &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "Tell what changed, as text or as a picture",
		Long: `Diff compares two networks, each a SOURCE: a snapshot, an orchestrator's URL, a
file that holds its answer, or - for standard input. Without NEW it asks the
orchestrator that "bacviz config" shows.

It tells the nodes that came, went and changed, with what was and what is. That
a node was renamed is a guess, made where one node alone has the labels and the
capacity. The load, which changes by itself, counts only --with-load; when the
snapshots were taken is told then, and is no change by itself.

By default it prints text. -f, or the extension of -o, asks for
` + listNames() + `, or for a picture in any format of
"bacviz render": what is there now, what came, changed and went, marked.`,
		Example: `  bacviz diff cluster.json http://10.0.0.5:1234
  bacviz diff old.json new.json -o changes.svg
  bacviz diff old.json new.json --exit-code --ignore version
  git show main:cluster.json | bacviz diff - cluster.json -f markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			return &usageError{fmt.Errorf("diff takes OLD and NEW, got %d arguments", len(args)), "bacviz diff cluster.json http://10.0.0.5:1234"}
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			err := opt.run(cmd.Context(), args, std)
			if err != nil && opt.exitCode && !errors.As(err, new(doneStatus)) {
				return &statusError{err, exitTrouble}
			}
			return err
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.output, "output", "o", "", "`file` to write, or - for standard output")
	f.StringVarP(&opt.format, "format", "f", "", "`format` to write (default: by the file's extension, else text): "+listNames()+", or a picture: "+pictureNames())
	f.BoolVar(&opt.exitCode, "exit-code", false, "end with 0 if nothing changed, with 1 if something did, and with 2 if there is no telling")
	f.StringSliceVar(&opt.compare.Ignore, "ignore", nil, "`fields` that do not count: "+strings.Join(shapeFields(), ", ")+", labels.KEY; --with-load also "+strings.Join(loadFields(), ", "))
	f.StringSliceVar(&opt.compare.Only, "only", nil, "`fields` that alone count")
	f.BoolVar(&opt.compare.WithLoad, "with-load", false, "compare what changes by itself too, which both must have")
	f.StringVar(&opt.engine, "engine", layout.Auto, "`engine` that places the nodes of a picture: "+engineNames())
	f.StringVar(&opt.title, "title", "", "`title` of a picture (default \""+changesTitle+"\")")
	f.Float64Var(&opt.width, "width", 12, "width of a picture in `inches` of 100 pixels")
	f.Float64Var(&opt.height, "height", 8, "height of a picture in `inches`")
	f.Float64Var(&opt.scale, "scale", 1, "`factor` to multiply the pixels of a picture by")
	f.StringVar(&opt.theme, "theme", "auto", "`theme` of a picture: "+strings.Join(theme.Names(), ", ")+", or a file")
	f.StringVar(&opt.label, "label", graph.FieldShort, "`field` to label the compute nodes of a picture with: @short, @full, or the key of a label")
	f.StringSliceVar(&opt.groupBy, "group-by", nil, "`fields` to group the compute nodes of a picture by")
	opt.redact.add(cmd, &opt.network.source)
	opt.network.add(cmd)
	f.Lookup("demo").Hidden = true // there is nothing to compare it with
	complete := func(flag string, words ...string) {
		// An error here would be a flag that is not defined above.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	complete("format", strings.Split(listNames()+", "+pictureNames(), ", ")...)
	complete("ignore", diff.Fields()...)
	complete("only", diff.Fields()...)
	complete("engine", strings.Split(engineNames(), ", ")...)
	complete("theme", theme.Names()...)
	return cmd
}

// listNames are the formats of the list of changes.
func listNames() string {
	var names []string
	for _, f := range diff.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// pictureNames are the formats of pictures, but for those whose name means a list
// of changes here.
func pictureNames() string {
	var names []string
	for _, f := range output.Formats() {
		if _, list := diff.FormatNamed(f.Name); !list {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}

// shapeFields are the fields that count without the load.
func shapeFields() []string {
	var names []string
	for _, name := range diff.Fields() {
		if (diff.Options{Only: []string{name}}).Check() == nil {
			names = append(names, name)
		}
	}
	return names
}

// loadFields are those that count only with it.
func loadFields() []string {
	return slices.DeleteFunc(diff.Fields(), func(name string) bool { return slices.Contains(shapeFields(), name) })
}

func (o *diffOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.resolve(args, std); err != nil {
		return err
	}
	ctx, cancel := o.network.limit(ctx)
	defer cancel()
	if o.list.Name == "" {
		var err error
		if o.colors, err = themeFor(ctx, o.theme); err != nil {
			return err
		}
	}
	if err := o.redact.load(ctx); err != nil {
		return o.network.ended(ctx, err)
	}
	before, err := o.network.snapshot(ctx, args[:1], std)
	if err != nil {
		return err
	}
	after, err := o.network.snapshot(ctx, args[1:], std)
	if err != nil {
		return err
	}
	o.network.date(&before, args[:1])
	o.network.date(&after, args[1:])
	shape := graph.Options{GroupBy: o.groupBy, Label: o.label}
	o.redact.fields = [][]string{o.compare.Ignore, o.compare.Only}
	first := before
	if err := o.redact.apply(&before, &graph.Options{}, new(string), std, after); err != nil {
		return err
	}
	if err := o.redact.apply(&after, &shape, &o.title, std, first); err != nil {
		return err
	}
	if o.list.Name == "" {
		drawn := cluster.Snapshot{Nodes: slices.Clone(after.Nodes)}
		for i := range before.Nodes {
			if after.Node(before.Nodes[i].ID) == nil { // it went, and is drawn all the same
				drawn.Nodes = append(drawn.Nodes, before.Nodes[i])
			}
		}
		if err := shape.Check(drawn); err != nil {
			return &usageError{err: err}
		}
	}
	if o.compare.WithLoad {
		for i, side := range []cluster.Snapshot{before, after} {
			if err := diff.CheckLoad(side); err != nil {
				return &hintError{fmt.Errorf("%s: %w", sourceName(args, i), err), "take both with bacviz snapshot --with-load"}
			}
		}
	}
	d := diff.Compare(before, after, o.compare)

	var result bytes.Buffer
	if o.list.Name != "" {
		opt := diff.WriteOptions{Color: o.colored(std)}
		if !o.redact.on {
			opt.Old, opt.New = sourceName(args, 0), sourceName(args, 1)
		}
		err = o.list.Write(&result, d, opt)
	} else {
		topo := diff.Topology(before, after, d, shape)
		err = o.draw(ctx, &result, topo)
	}
	if err != nil {
		return o.network.ended(ctx, err)
	}
	if err := outfile.Write(ctx, o.output, std.out, result.Bytes()); err != nil {
		return o.network.ended(ctx, err)
	}
	if !outfile.IsStdout(o.output) && isTerminal(std.err) {
		fmt.Fprintf(std.err, "bacviz: wrote %s\n", o.output)
	}
	if o.exitCode && !d.Same() {
		return doneStatus(exitFailed)
	}
	return nil
}

// sourceName is how a reader knows a source. An address may hold secrets.
func sourceName(args []string, i int) string {
	switch {
	case i >= len(args) || strings.Contains(args[i], "://"):
		return "the orchestrator"
	case args[i] == "-":
		return "standard input"
	}
	return filepath.ToSlash(args[i])
}

func (o *diffOptions) draw(ctx context.Context, w *bytes.Buffer, topo *graph.Topology) error {
	drawing, err := layout.Arrange(ctx, topo, layout.Options{
		Engine: o.engine, Title: cmp.Or(o.title, changesTitle), Width: o.width * 72, Height: o.height * 72,
	})
	if errors.Is(err, layout.ErrTooLarge) {
		return &hintError{err, "--engine rings draws any number of nodes"}
	}
	if err != nil {
		return err
	}
	return output.Write(ctx, w, drawing, o.format, o.written())
}

func (o *diffOptions) written() output.Options {
	return output.Options{Scale: o.scale, Theme: o.colors}
}

// colored reports whether the output is a terminal that shows colours, to
// somebody who wants them.
func (o *diffOptions) colored(std stdio) bool {
	return outfile.IsStdout(o.output) && isTerminal(std.out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// resolve checks the flags against one another, so that mistakes show before any
// work is done.
func (o *diffOptions) resolve(args []string, std stdio) error {
	if o.network.demo {
		return usagef("--demo is nothing to compare with; bacviz snapshot --demo writes it to a file")
	}
	if len(args) == 2 && args[0] == "-" && args[1] == "-" {
		return usagef("standard input can be read only once")
	}
	if err := o.compare.Check(); err != nil {
		return &usageError{err: err}
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.network.check(args[1:]); err != nil {
		return err
	}
	if o.output == "" {
		o.output = outfile.Stdout
	}
	o.format = strings.ToLower(o.format)
	byFile := ""
	if !outfile.IsStdout(o.output) {
		byFile = strings.ToLower(strings.TrimPrefix(filepath.Ext(o.output), "."))
		if !knownFormat(byFile) && o.format == "" {
			what := fmt.Sprintf("unknown format %q", byFile)
			if byFile == "" {
				what = o.output + " has no extension to tell the format by"
			}
			return &usageError{fmt.Errorf("%s (have %s, %s)", what, listNames(), pictureNames()), "name the format with -f"}
		}
	}
	switch {
	case o.format == "" && byFile != "":
		o.format = byFile
	case o.format == "":
		o.format = "text"
	case !knownFormat(o.format):
		return usagef("unknown format %q (have %s, %s)", o.format, listNames(), pictureNames())
	case knownFormat(byFile) && canonicalFormat(byFile) != canonicalFormat(o.format):
		return usagef("-f %s and the extension of %s do not agree", o.format, o.output)
	}
	var isList bool
	if o.list, isList = diff.FormatNamed(o.format); isList {
		return outfile.Check(o.output)
	}

	o.format = canonicalFormat(o.format)
	if o.scale == 0 { // which would pass for unset further on
		return usagef("scale 0 is not between 0.1 and 20")
	}
	if err := layout.Check(o.engine, o.width*72, o.height*72); err != nil {
		return &usageError{err: err}
	}
	if err := output.Check(o.format, o.written()); err != nil {
		return &usageError{err: err}
	}
	if outfile.IsStdout(o.output) && isTerminal(std.out) && output.Binary(o.format) {
		return &usageError{err: fmt.Errorf("%s is not written to a terminal", o.format), hint: "name a file with -o, or redirect the output"}
	}
	return outfile.Check(o.output)
}

// canonicalFormat is the one name of a format of several.
func canonicalFormat(name string) string {
	if f, ok := diff.FormatNamed(name); ok {
		return f.Name
	}
	if f, err := output.FormatOf("x." + name); err == nil {
		return f
	}
	return name
}

func knownFormat(name string) bool {
	if _, ok := diff.FormatNamed(name); ok {
		return true
	}
	_, err := output.FormatOf("x." + name)
	return name != "" && err == nil
}
