package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// renderOptions are the flags of render.
type renderOptions struct {
	network networkFlags
	filter  filterFlags
	jobs    overlayFlags
	picture pictureFlags
	out     outputFlags
	redact  redactOptions

	include  string
	hub      string
	collapse bool
	colorBy  string
	sizeBy   string
	fill     string
	link     string
	renderer string
	ascii    bool

	note string // a sentence about the network, which is no flag
}

func newRender(std stdio) *cobra.Command {
	var opt renderOptions
	cmd := &cobra.Command{
		Use:        "render [SOURCE...]",
		SuggestFor: []string{"draw", "graph", "plot", "picture", "show"},
		Short:      "Draw the network",
		Long: `Render draws the network that the SOURCEs describe. A SOURCE is the URL of an
orchestrator, or a file: a snapshot, an orchestrator's answer, or what "bacalhau
node list --output json" prints; - stands for standard input, and FILE@TIME for
the network as a history has it, such as network.db@2h. Several SOURCEs are
drawn as one network. NAME=SOURCE names the cluster that the SOURCE describes.
Without a SOURCE, render asks the orchestrator that "bacviz config" shows.`,
		Example: `  bacviz render --demo -o topology.png
  bacviz render http://10.0.0.5:1234 -o topology.svg
  bacviz render http://eu:1234 http://us:1234 --engine rings -o both.png
  bacviz render --separate eu=http://eu:1234 us=http://us:1234 -o clusters.png
  bacalhau node list --output json | bacviz render - > topology.svg
  bacviz render nodes.json --include all --title "staging" -f dot -o -
  bacviz render --job j-0d2d943b -o job.svg`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	opt.addFlags(cmd)
	return cmd
}

func (o *renderOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	o.out.add(cmd, pictureFormats(),
		"`file` to write, or - for standard output (default: standard output, or topology.FORMAT on a terminal)",
		"`format` to write (default: the file's extension, else svg): "+pictureFormats().String())

	end := heading(f, nodesHeading)
	choiceVar(cmd, &o.include, "include", "", "connected", "`which` compute nodes to draw; connected has those that await reconnection, too, and other states need all", choices{"connected", "all"})
	f.StringVar(&o.hub, "hub", "", "`ID` of the orchestrator to draw in the middle, its label, or the beginning of either (default: each one that the sources name)")
	o.filter.add(cmd)
	end()

	o.jobs.add(cmd)

	end = heading(f, pictureHeading)
	o.picture.add(cmd)
	f.BoolVar(&o.collapse, "collapse", false, "draw each group as one shape, without its nodes")
	f.StringVar(&o.colorBy, "color-by", "", "`field` to show by colour: a label key, or @state, @group, @utilisation, @version, @membership, @engine, @orchestrator, @source")
	choiceVar(cmd, &o.sizeBy, "size-by", "", "none", "`capacity` to show by size", choices{"cpu", "memory", "gpu", "none"})
	choiceVar(cmd, &o.fill, "fill", "", "cpu", "`capacity` whose share in use fills tiles and bars, and colours cells", choices{"cpu", "memory", "gpu", diagram.NoFill})
	f.StringVar(&o.link, "link", "", "`URL` to link each node to, with {id} for its ID: 'https://wiki.example/{id}'")
	choiceVar(cmd, &o.renderer, "renderer", "", "bacviz", "`program` that draws an SVG from the layout", choices{"bacviz", "graphviz"})
	f.BoolVar(&o.ascii, "ascii", !utf8Locale(), "draw txt in ASCII only (default: if the locale is not UTF-8)")
	end()

	o.redact.add(cmd, &o.network.source)
	o.network.add(cmd)
}

// run draws the picture within the time limit and writes it.
func (o *renderOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args, std); err != nil {
		return err
	}
	limited, cancel := o.network.limit(ctx)
	defer cancel()
	drawing, err := within(limited, func() (*layout.Drawing, error) { return o.draw(limited, args, std) })
	if err == nil {
		err = streamResult(ctx, limited, o.out.file, std.inFormat(o.out.format), func(w io.Writer) error {
			return o.write(limited, w, drawing, std)
		})
	}
	return o.explainDrawing(limited, err)
}

// draw is what bacviz is made for: it fetches a snapshot, and arranges its graph on a canvas.
func (o *renderOptions) draw(ctx context.Context, args []string, std stdio) (*layout.Drawing, error) {
	if err := o.load(ctx); err != nil {
		return nil, err
	}
	seen, err := o.network.snapshot(ctx, args, std) // with fetch
	if err != nil {
		return nil, err
	}
	return o.arrange(ctx, seen, true, std)
}

// write writes the picture, and warns of one that is too large for viewers.
func (o *renderOptions) write(ctx context.Context, w io.Writer, drawing *layout.Drawing, std stdio) error {
	counted := &countingWriter{to: w}
	if err := output.Write(ctx, counted, drawing, o.out.format, o.output()); err != nil {
		return cmp.Or(counted.failed, err) // which names the file
	}
	if message := largeSVG(o.out.format, drawing.Engine, counted.bytes); message != "" {
		std.warn("%s", message)
	}
	return nil
}

// A countingWriter counts the bytes that it passes on, and keeps the error of the writer.
type countingWriter struct {
	to     io.Writer
	bytes  int
	failed error
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.bytes += n
	c.failed = cmp.Or(c.failed, err)
	return n, err
}

// arrange builds the graph of what was seen and gives it places on a canvas. If nobody else
// uses what was seen, it lets go of what the picture does not show.
func (o *renderOptions) arrange(ctx context.Context, seen cluster.Snapshot, own bool, std stdio) (*layout.Drawing, error) {
	fig, err := o.figure(ctx, seen, own, std)
	if err != nil {
		return nil, err
	}
	place := o.picture.layout()
	place.Load = isSet(o.picture.flags, "fill") && o.picture.flags.Lookup("fill").DefValue != o.fill && o.fill != diagram.NoFill
	drawing, err := layout.Arrange(ctx, fig, place)
	if err != nil {
		return nil, err
	}
	o.picture.say(drawing, o.out.format, std)
	return drawing, nil
}

// figure returns the diagram of what was seen. If nobody else uses that, it lets go of what
// the picture does not show.
func (o *renderOptions) figure(ctx context.Context, seen cluster.Snapshot, own bool, std stdio) (*diagram.Diagram, error) {
	snap, build, err := o.choose(ctx, seen, std)
	if err != nil {
		return nil, err
	}
	topo, err := graph.Build(ctx, snap, build)
	if err != nil {
		return nil, refusedOptions(ctx, err)
	}
	o.warn(snap, topo, std)
	noFacts := !output.ShowsFacts(o.out.format, o.output(), topo.Len())
	if own && noFacts {
		forgetLabels(snap, seen)
	}
	return diagram.New(ctx, topo, diagram.Options{
		Title: o.picture.title, Fill: o.fill, Capacity: o.picture.capacities(), Note: o.note,
		NoFacts: noFacts,
	})
}

// forgetLabels drops the labels of nodes whose graph is built: in a large network they take
// almost half of the memory.
func forgetLabels(snapshots ...cluster.Snapshot) {
	for _, snap := range snapshots {
		for i := range snap.Nodes {
			snap.Nodes[i].Labels = nil
		}
	}
}

// check checks the flags against one another and fills in what they leave open, so
// that mistakes show before any work is done.
func (o *renderOptions) check(args []string, std stdio) error {
	if o.link != "" && o.redact.on && !yields(o.picture.flags, "link") {
		return usagef("--link and --redact cannot be combined: links would name your host and lead to pseudonyms")
	}
	if err := o.checkGroups(); err != nil {
		return err
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.picture.check(); err != nil {
		return err
	}
	if err := o.checkOutput(args, std); err != nil {
		return err
	}
	if err := o.filter.check(); err != nil {
		return err
	}
	var err error
	if o.network.jobs, err = o.jobs.choice(); err != nil {
		return err
	}
	return o.network.check(args)
}

// checkGroups refuses flags that are about groups if there are none.
func (o *renderOptions) checkGroups() error {
	switch {
	case len(o.picture.groupBy) > 0:
		return nil
	case o.collapse && !yields(o.picture.flags, "collapse"):
		return usagef("--collapse needs groups: name a label or a field with --group-by")
	case o.colorBy == graph.FieldGroup && !yields(o.picture.flags, "color-by"):
		return usagef("--color-by %s needs groups: name a label or a field with --group-by", o.colorBy)
	}
	return nil
}

// checkOutput finds the format and the file to write, which must not be a source.
func (o *renderOptions) checkOutput(args []string, std stdio) error {
	if err := o.out.resolve("svg"); err != nil {
		return err
	}
	if err := o.checkFormat(); err != nil {
		return err
	}
	if o.out.file == "" && isTerminal(std.out) && o.out.format != "txt" { // which is made for one
		o.out.file = "topology." + o.out.format
	}
	if err := refuseOverwrite(o.picture.flags, o.out.file, args, std); err != nil {
		return err
	}
	return o.out.toStdout(std)
}

// checkFormat refuses flags that the format cannot show.
func (o *renderOptions) checkFormat() error {
	if o.renderer == "graphviz" && o.out.format != "svg" && !yields(o.picture.flags, "renderer") {
		return usagef("--renderer graphviz writes svg only, not %s", o.out.format)
	}
	if err := output.Check(o.out.format, o.output()); err != nil {
		if o.link != "" { // which is all that can still be wrong
			err = fmt.Errorf("--link %s: %w", shown(o.link), err)
		}
		return &usageError{err: err}
	}
	return refuseUnused(o.picture.flags, o.picture.engine, o.out.format)
}

// load reads the files that flags name: the theme, and the key of pseudonyms.
func (o *renderOptions) load(ctx context.Context) error {
	if err := o.picture.load(ctx); err != nil {
		return err
	}
	return o.network.explain(ctx, o.redact.load(ctx))
}

// choose returns the part of the network to draw, and the options to build it by. With
// --redact both have pseudonyms.
func (o *renderOptions) choose(ctx context.Context, seen cluster.Snapshot, std stdio) (cluster.Snapshot, graph.Options, error) {
	hub, err := o.findHub(ctx, &seen)
	if err != nil {
		return cluster.Snapshot{}, graph.Options{}, err
	}
	o.filter.warn(&seen, o.include == "all", o.redact.on, std)
	snap, unfiltered := o.filter.apply(seen)
	build := graph.Options{
		Hub: hub, All: o.include == "all", Unfiltered: &seen,
		GroupBy: o.picture.groupBy, Collapse: o.collapse, ColorBy: o.colorBy, SizeBy: o.sizeBy, Label: o.picture.label,
	}
	if err := o.redact.apply(ctx, &snap, &build, &o.picture.title, std, unfiltered...); err != nil {
		return snap, build, err
	}
	if build.Hub != "" {
		warnHub(&seen, hub, build.Hub, std)
	}
	return snap, build, nil
}

// warn says what of the picture is in doubt.
func (o *renderOptions) warn(snap cluster.Snapshot, topo *graph.Topology, std stdio) {
	if !o.network.jobs.Empty() && len(snap.Jobs) == 0 {
		std.warn("no job matches --job or --jobs; the network is drawn without jobs")
	}
	if unknown := snap.UnknownHubs(); o.hub == "" && len(unknown) > 0 {
		std.warn("a source lists no requester: its nodes are drawn around %q (NAME=SOURCE names that, and --hub draws one of them in the middle)", unknown[0])
	}
	if topo.Coloring != nil && topo.Coloring.Amount && topo.Unfiltered.Nodes > 0 && !hasAmount(topo) {
		std.warn("--color-by %s: no node that is drawn has a known load; bacviz snapshot --with-load keeps it", graph.FieldUtilisation)
	}
	warnReconnection(topo.Unfiltered, topo.Census, std)
}

// hasAmount reports whether the colour of any node stands for a known amount.
func hasAmount(topo *graph.Topology) bool {
	for _, v := range topo.All() {
		if v.Value >= 0 {
			return true
		}
	}
	return false
}

// explainDrawing returns what went wrong with a drawing, and what to try.
func (o *renderOptions) explainDrawing(ctx context.Context, err error) error {
	explained := o.network.explain(ctx, err)
	var unread *fetch.Error
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &unread) && o.picture.engine != "rings" {
		return &hintError{explained, "allow more time with --timeout, or use --engine rings, the fastest engine"}
	}
	return explained
}

// output returns the options of the file.
func (o *renderOptions) output() output.Options {
	opt := o.picture.output()
	opt.Graphviz, opt.Link, opt.ASCII = o.renderer == "graphviz", o.link, o.ascii
	return opt
}

// utf8Locale reports whether the user's terminal is set up for UTF-8. Without a
// locale it is.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}
