package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/output/plots"
)

// chartOptions are the flags of chart.
type chartOptions struct {
	network networkFlags
	filter  filterFlags
	times   timeFlags
	canvas  canvasFlags
	out     outputFlags
	redact  redactOptions

	kind, resource, by, measure string
	top                         int
	ascii                       bool
}

func newChart(std stdio) *cobra.Command {
	var opt chartOptions
	cmd := &cobra.Command{
		Use:        "chart [SOURCE...]",
		SuggestFor: []string{"capacity", "usage", "stats", "histogram"},
		Short:      "Draw how full the network is",
		Long: `Chart draws what of the network is in use, or counts its nodes. A SOURCE is
what render takes: the URL of an orchestrator, or a file. Without a SOURCE,
chart asks the orchestrator that "bacviz config" shows.

` + kindsHelp() + `

A picture is as high as it needs to be: up to 8 inches, or, with --top, as high
as that many rows are. --height sets its height. It has the rows that fit, and
one for all others. csv, json, md and txt have all rows unless --top is given;
the table of html has those of its picture.

What is in use and free is known of connected nodes that take jobs and report
it. Of others, a chart shows the capacity as not known, and not as zero. A
snapshot has load only if it was made with --with-load.`,
		Example: `  bacviz chart --demo -o capacity.svg
  bacviz chart http://10.0.0.5:1234 --by region --resource gpu -o gpus.png
  bacviz chart --demo --kind heatmap -f txt
  bacviz chart --demo --kind versions -f json -o -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	opt.addFlags(cmd)
	return cmd
}

// chartHeading is the heading of the flags that say what a chart shows.
const chartHeading = "The chart"

func (o *chartOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	o.out.add(cmd, chartFormats(),
		"`file` to write, or - for standard output (default: standard output, or chart.FORMAT on a terminal)",
		"`format` to write (default: the file's extension, else svg): "+chartFormats().String())
	end := heading(f, chartHeading)
	choiceVar(cmd, &o.kind, "kind", "", "capacity", "`kind` of chart", kindNames())
	choiceVar(cmd, &o.resource, "resource", "", "cpu", "`resource` of capacity, histogram and timeline", choices{"cpu", "memory", "disk", "gpu"})
	f.StringVar(&o.by, "by", "", byUsage)
	f.IntVar(&o.top, "top", 0, "show at most this many `rows`, and one for all others (default: as many as fit; in csv, json, md and txt all)")
	choiceVar(cmd, &o.measure, "measure", "", "load", "`what` a histogram counts nodes by", choices{"load", "free"})
	o.times.add(f)
	f.BoolVar(&o.ascii, "ascii", !utf8Locale(), "draw txt in ASCII only (default: if the locale is not UTF-8)")
	end()
	end = heading(f, pictureHeading)
	o.canvas.add(cmd, 0, "height of the canvas in `inches` (default: as high as it needs to be, up to 8, or as --top needs)")
	end()
	o.filter.add(cmd)
	o.redact.add(cmd, &o.network.source)
	o.network.add(cmd)
}

// chartFormats are the formats of a chart.
func chartFormats() choices {
	return choices(slices.Sorted(slices.Values(append(plots.Formats(), "csv"))))
}

func kindNames() (out choices) {
	for _, k := range plots.AllKinds() {
		out = append(out, k.Name)
	}
	return out
}

// kindsHelp lists the kinds of charts.
func kindsHelp() string {
	var lines []string
	for _, k := range plots.AllKinds() {
		lines = append(lines, fmt.Sprintf("  %-10s %s", k.Name, k.Help))
	}
	return strings.Join(lines, "\n")
}

// run draws the chart within the time limit and writes it.
func (o *chartOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args, std); err != nil {
		return err
	}
	limited, cancel := o.network.limit(ctx)
	defer cancel()
	text, err := within(limited, func() ([]byte, error) { return o.draw(limited, args, std) })
	if err != nil {
		return o.network.explain(limited, err)
	}
	return o.network.explain(limited, writeResult(ctx, limited, o.out.file, text, std.inFormat(o.out.format)))
}

// check checks the flags against one another, so that mistakes show before any work is done.
func (o *chartOptions) check(args []string, std stdio) error {
	if err := o.checkKind(); err != nil {
		return err
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.canvas.checkChart(); err != nil {
		return err
	}
	if err := o.out.resolve("svg"); err != nil {
		return err
	}
	if err := o.checkFormat(); err != nil {
		return err
	}
	if o.out.file == "" && isTerminal(std.out) && plots.Painted(o.out.format) {
		o.out.file = "chart." + o.out.format
	}
	if err := refuseOverwrite(o.canvas.flags, o.out.file, args, std); err != nil {
		return err
	}
	if err := o.out.toStdout(std); err != nil {
		return err
	}
	if err := o.filter.check(); err != nil {
		return err
	}
	if err := o.times.check(o.canvas.flags, time.Now()); err != nil {
		return err
	}
	return o.network.check(args)
}

// checkKind refuses flags that the kind of chart does not show.
func (o *chartOptions) checkKind() error {
	kind := plots.AllKinds()[slices.Index(kindNames(), o.kind)]
	given := func(name string) bool { return o.canvas.flags.Changed(name) }
	switch {
	case isSet(o.canvas.flags, "top") && o.top < 1:
		return usagef("--top %d is not above 0", o.top)
	case given("top") && (o.kind == "histogram" || kind.History):
		return usagef("--top has no effect with --kind %s", o.kind)
	case given("by") && !kind.Rows:
		return usagef("--by has no effect with --kind %s", o.kind)
	case given("resource") && !kind.Resource:
		return usagef("--resource has no effect with --kind %s", o.kind)
	case given("measure") && o.kind != "histogram":
		return usagef("--measure has no effect with --kind %s", o.kind)
	}
	for _, name := range []string{"since", "until"} {
		if given(name) && !kind.History {
			return usagef("--%s has no effect with --kind %s", name, o.kind)
		}
	}
	return nil
}

// checkFormat refuses flags that the format does not show.
func (o *chartOptions) checkFormat() error {
	if asked(o.canvas.flags, "ascii") && o.out.format != "txt" {
		return usagef("--ascii has no effect on %s", o.out.format)
	}
	if plots.Painted(o.out.format) {
		return nil
	}
	for _, name := range []string{"theme", "width", "height", "scale"} {
		if o.canvas.flags.Changed(name) {
			return usagef("--%s has no effect on %s", name, o.out.format)
		}
	}
	return nil
}

// draw fetches a snapshot, and returns a chart of it.
func (o *chartOptions) draw(ctx context.Context, args []string, std stdio) ([]byte, error) {
	if err := o.canvas.load(ctx); err != nil {
		return nil, err
	}
	if err := o.network.explain(ctx, o.redact.load(ctx)); err != nil {
		return nil, err
	}
	if o.kind == plots.TimelineKind {
		c, err := o.timeline(ctx, args, std)
		if err != nil {
			return nil, err
		}
		return o.format(ctx, c, std)
	}
	seen, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return nil, err
	}
	return o.write(ctx, seen, std)
}

// write returns a chart of what was seen, in the format.
func (o *chartOptions) write(ctx context.Context, seen cluster.Snapshot, std stdio) ([]byte, error) {
	c, err := o.chart(ctx, seen, std)
	if err != nil {
		return nil, err
	}
	return o.format(ctx, c, std)
}

// format returns a chart in the format.
func (o *chartOptions) format(ctx context.Context, c *plots.Chart, std stdio) ([]byte, error) {
	if o.out.format == "csv" {
		return plainCSV(c.Table()), nil
	}
	style := plots.Style{Scale: o.canvas.scale, Theme: o.canvas.colors, ASCII: o.ascii, Width: screenOf(std.out).width}
	var b bytes.Buffer
	err := plots.Write(ctx, &b, c, o.out.format, style)
	return b.Bytes(), err
}

// chart returns the chart of the part of the network that the flags choose.
func (o *chartOptions) chart(ctx context.Context, seen cluster.Snapshot, std stdio) (*plots.Chart, error) {
	o.filter.warn(&seen, true, o.redact.on, std)
	snap, unfiltered := o.filter.apply(seen)
	build := graph.Options{All: true, Unfiltered: &seen}
	if o.by != "" {
		build.GroupBy = []string{o.by}
	}
	if err := o.redact.apply(ctx, &snap, &build, &o.canvas.title, std, unfiltered...); err != nil {
		return nil, err
	}
	topo, err := graph.Build(ctx, snap, build)
	if err != nil {
		return nil, refusedField(ctx, o.by, err)
	}
	resource, _ := capacity.ResourceOf(o.resource)
	opt := o.canvas.chart()
	opt.Kind, opt.Resource, opt.Top, opt.Free = o.kind, resource, o.top, o.measure == "free"
	opt.All = o.top == 0 && !plots.Painted(o.out.format)
	if len(build.GroupBy) > 0 {
		opt.By = build.GroupBy[0]
	}
	c, err := plots.New(ctx, topo, opt)
	if o.top > 0 && errors.Is(err, plots.ErrNoRoom) {
		hint := "lower --top, or write csv"
		if o.canvas.height > 0 {
			hint = "lower --top, or raise --height"
		}
		return nil, &usageError{err, hint}
	}
	return c, refusedChart(ctx, err)
}

// refusedChart returns the error of options that a chart cannot be made with.
func refusedChart(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, plots.ErrNoRoom):
		return &usageError{err, "raise --height or --width, or leave out --height"}
	case err != nil:
		return refusedOptions(ctx, err)
	}
	return nil
}
