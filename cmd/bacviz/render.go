package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// renderOptions are the flags of render.
type renderOptions struct {
	demo          bool
	output        string
	format        string
	engine        string
	renderer      string
	title         string
	include       string
	hub           string
	width, height float64 // inches
	scale         float64
	timeout       time.Duration
	source        sourceFlags
	filter        filterFlags

	groupBy  []string
	collapse bool
	colorBy  string
	sizeBy   string
	label    string
	theme    string
	link     string
	ascii    bool
	colors   *theme.Theme // what theme names

	overlay overlayFlags
	redact  redactOptions
}

func newRender(std stdio) *cobra.Command {
	var opt renderOptions
	cmd := &cobra.Command{
		Use:   "render [SOURCE...]",
		Short: "Draw the network",
		Long: `Render draws the network that the SOURCEs tell of. A SOURCE is an orchestrator's
URL, a file that holds its answer, a snapshot or what "bacalhau node list
--output json" prints, or - for standard input; several are drawn as one
network. Without one the orchestrator that "bacviz config" shows is asked.`,
		Example: `  bacviz render --demo -o topology.png
  bacviz render http://10.0.0.5:1234 -o topology.svg
  bacviz render http://eu:1234 http://us:1234 --engine rings -o both.png
  bacalhau node list --output json | bacviz render - > topology.svg
  bacviz render nodes.json --include all --title "staging" -f dot -o -
  bacviz render --job j-0d2d943b -o job.svg`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.output, "output", "o", "", "`file` to write, or - for standard output (default: standard output, or topology.FORMAT on a terminal)")
	f.StringVarP(&opt.format, "format", "f", "", "`format` to write (default: by the file's extension, else svg): "+formatNames())
	f.BoolVar(&opt.demo, "demo", false, "draw a sample network instead of a SOURCE")
	f.StringVar(&opt.engine, "engine", layout.Auto, "`engine` that places the nodes: "+engineNames())
	f.DurationVar(&opt.timeout, "timeout", 30*time.Second, "`time` for the whole of it, 0 for no limit")

	end := heading(f, "Which nodes")
	f.StringVar(&opt.include, "include", "connected", "which compute nodes to draw: `connected|all`")
	f.StringVar(&opt.hub, "hub", "", "`ID` of the node to take for the hub, whatever the sources say")
	opt.filter.add(cmd)
	end()

	end = heading(f, "Jobs")
	opt.overlay.add(cmd)
	end()

	end = heading(f, "The picture")
	f.StringVar(&opt.title, "title", "", "`title` of the picture")
	f.StringSliceVar(&opt.groupBy, "group-by", nil, "`fields` to group compute nodes by, outermost first: keys of labels, or @state, @membership, @version, @engine")
	f.BoolVar(&opt.collapse, "collapse", false, "draw one vertex for each group instead of its nodes")
	f.StringVar(&opt.colorBy, "color-by", "", "`field` that colours stand for: the key of a label, or @state, @group, @utilisation, @version, @membership, @engine")
	f.StringVar(&opt.sizeBy, "size-by", "none", "what sizes stand for: `cpu|memory|gpu|none`")
	f.StringVar(&opt.label, "label", graph.FieldShort, "`field` to label compute nodes with: @short, @full, or the key of a label")
	f.StringVar(&opt.theme, "theme", "auto", "`theme`: "+strings.Join(theme.Names(), ", ")+", or a file")
	f.Float64Var(&opt.width, "width", 12, "width of the canvas in `inches` of 100 pixels")
	f.Float64Var(&opt.height, "height", 8, "height of the canvas in `inches`")
	f.Float64Var(&opt.scale, "scale", 1, "`factor` to multiply the pixels by; 2 for sharp screens")
	f.StringVar(&opt.link, "link", "", "`URL` that a node links to, with {id} in the place of its ID, as in 'https://wiki.example/{id}'")
	f.StringVar(&opt.renderer, "renderer", "bacviz", "who writes an SVG: `bacviz|graphviz`, from the same places")
	f.BoolVar(&opt.ascii, "ascii", !utf8Locale(), "draw txt with ASCII characters alone (default: where the locale is not UTF-8)")
	end()

	opt.redact.add(cmd, &opt.source)
	opt.source.add(cmd)

	complete := func(flag string, words ...string) {
		// An error here would be a flag that is not defined above.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	complete("format", strings.Split(formatNames(), ", ")...)
	complete("engine", strings.Split(engineNames(), ", ")...)
	complete("renderer", "bacviz", "graphviz")
	complete("include", "connected", "all")
	complete("size-by", "cpu", "memory", "gpu", "none")
	complete("theme", theme.Names()...)
	return cmd
}

// run is the whole of bacviz: fetch, build, arrange, write.
func (o *renderOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.resolve(args, std); err != nil {
		return err
	}
	filter, err := o.filter.filter()
	if err != nil {
		return err
	}
	jobs, err := o.overlay.choice()
	if err != nil {
		return err
	}
	if !o.demo {
		if err := o.source.settle(args, &o.timeout); err != nil {
			return err
		}
	}
	ctx, cancel := o.source.limit(ctx, o.timeout)
	defer cancel()
	if o.colors, err = themeFor(ctx, o.theme); err != nil {
		return err
	}
	if err := o.redact.load(ctx); err != nil {
		return o.ended(ctx, err)
	}
	sources, err := o.sources(args, std)
	if err != nil {
		return err
	}

	snap, err := o.source.snapshot(ctx, sources, jobs, std)
	if err != nil {
		return o.ended(ctx, err)
	}
	network := snap
	var whole []cluster.Snapshot // if a filter left something out
	if !filter.Empty() {
		whole = append(whole, snap)
		snap = snap.Filter(filter)
	}
	shape := o.shape()
	shape.Whole = &network
	if err := o.redact.apply(&snap, &shape, &o.title, std, whole...); err != nil {
		return err
	}
	if err := shape.Check(snap); err != nil {
		return &usageError{err: err}
	}
	if shape.Hub != "" && snap.Node(shape.Hub) == nil {
		std.warn("hub \"%s\" is in no node list; it is drawn all the same", display.Printable(shape.Hub))
	}
	if !jobs.Empty() && len(snap.Jobs) == 0 {
		std.warn("there are no such jobs; the network is drawn without")
	}
	topo := graph.Build(snap, shape)
	if o.hub == "" && slices.Contains(snap.Orchestrators, cluster.FallbackHub) && snap.Node(cluster.FallbackHub) == nil {
		std.warn("a source lists no requester: its nodes are drawn around %q (name one with --hub)", cluster.FallbackHub)
	}
	if topo.Restarting() {
		std.warn("all %d compute nodes read as disconnected, as they do for up to 20 s after an orchestrator restart", topo.WholeNodes)
	}
	drawing, err := layout.Arrange(ctx, topo, layout.Options{
		Engine: o.engine, Title: o.title, Width: o.width * 72, Height: o.height * 72,
	})
	if errors.Is(err, context.DeadlineExceeded) && o.engine != "rings" {
		return &hintError{o.ended(ctx, err), "give it longer with --timeout, or draw with --engine rings, which is the fastest"}
	}
	if err != nil {
		return o.ended(ctx, err)
	}
	var picture bytes.Buffer
	if err := output.Write(ctx, &picture, drawing, o.format, o.written()); err != nil {
		return o.ended(ctx, err)
	}
	if err := outfile.Write(ctx, o.output, std.out, picture.Bytes()); err != nil {
		return o.ended(ctx, err)
	}
	if !outfile.IsStdout(o.output) && isTerminal(std.err) {
		fmt.Fprintf(std.err, "bacviz: wrote %s\n", o.output)
	}
	return nil
}

// resolve checks the flags against one another and fills in what they leave
// open, so that mistakes show before any work is done.
func (o *renderOptions) resolve(args []string, std stdio) error {
	if o.demo && len(args) > 0 {
		return usagef("--demo draws a sample; it does not go with the source %q", args[0])
	}
	if o.include != "connected" && o.include != "all" {
		return usagef("unknown --include %q (have connected, all)", o.include)
	}
	if o.renderer != "bacviz" && o.renderer != "graphviz" {
		return usagef("unknown renderer %q (have bacviz, graphviz)", o.renderer)
	}
	if o.scale == 0 { // which would pass for unset further on
		return usagef("scale 0 is not between 0.1 and 20")
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if o.link != "" && o.redact.on {
		return usagef("--link does not go with --redact: it would name a host, and lead to pseudonyms")
	}
	if o.timeout < 0 {
		return usagef("--timeout %s is negative", o.timeout)
	}
	if err := layout.Check(o.engine, o.width*72, o.height*72); err != nil {
		return &usageError{err: err}
	}

	byFile := ""
	if o.output != "" && !outfile.IsStdout(o.output) {
		var err error
		if byFile, err = output.FormatOf(o.output); err != nil && o.format == "" {
			usage := &usageError{err: err}
			if filepath.Ext(o.output) == "" {
				usage.hint = "name the format with -f"
			}
			return usage
		}
	}
	switch {
	case o.format == "" && byFile != "":
		o.format = byFile
	case o.format == "":
		o.format = "svg"
	case byFile != "" && byFile != o.format:
		return usagef("-f %s and the extension of %s do not agree", o.format, o.output)
	}
	if err := output.Check(o.format, o.written()); err != nil {
		return &usageError{err: err}
	}

	if o.output == "" {
		o.output = outfile.Stdout
		if isTerminal(std.out) && o.format != "txt" { // which is made for one
			o.output = "topology." + o.format
		}
	}
	if outfile.IsStdout(o.output) && isTerminal(std.out) && output.Binary(o.format) {
		return &usageError{err: fmt.Errorf("%s is not written to a terminal", o.format), hint: "name a file with -o, or redirect the output"}
	}
	for _, source := range args {
		if sameFile(source, o.output) {
			return &usageError{err: fmt.Errorf("%s would take the place of the source %s", o.output, source), hint: "name another file with -o"}
		}
	}
	return outfile.Check(o.output)
}

// sameFile reports whether two paths lead to one file, which is no device or pipe.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil || !x.Mode().IsRegular() {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// shape is what of the snapshot becomes part of the graph, and how.
func (o *renderOptions) shape() graph.Options {
	return graph.Options{
		Hub: o.hub, All: o.include == "all",
		GroupBy: o.groupBy, Collapse: o.collapse, ColorBy: o.colorBy, SizeBy: o.sizeBy, Label: o.label,
	}
}

func (o *renderOptions) written() output.Options {
	return output.Options{Scale: o.scale, Graphviz: o.renderer == "graphviz", Theme: o.colors, Link: o.link, ASCII: o.ascii}
}

// utf8Locale reports whether the user's terminal is set up for UTF-8. Where
// nothing says otherwise it is.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

// maxTheme is many times what a theme takes, in bytes.
const maxTheme = 1 << 20

// themeFor returns a theme by its name or from a file.
func themeFor(ctx context.Context, name string) (*theme.Theme, error) {
	colors, err := theme.Named(name)
	if err == nil {
		return colors, nil
	}
	text, readErr := infile.Read(ctx, name, maxTheme)
	switch {
	case errors.Is(readErr, fs.ErrNotExist):
		return nil, &usageError{err: err}
	case readErr != nil:
		return nil, fmt.Errorf("reading the theme %s: %s", display.Printable(name), infile.Reason(readErr))
	}
	if colors, err = theme.Read(text); err != nil {
		return nil, fmt.Errorf("reading the theme %s: %w", name, err)
	}
	return colors, nil
}

func (o *renderOptions) sources(args []string, std stdio) ([]fetch.Source, error) {
	if o.demo {
		return []fetch.Source{fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: "the sample network"}}, nil
	}
	return o.source.sources(args, std)
}

// ended says why ctx cut the work short, if it did.
func (o *renderOptions) ended(ctx context.Context, err error) error {
	if errors.Is(err, layout.ErrTooLarge) {
		return &hintError{err, "--engine rings draws any number of nodes"}
	}
	return ended(ctx, o.timeout, err)
}

// tell prints warnings, but no flood of them.
func tell(std stdio, warnings []fetch.Warning) {
	const most = 10
	for i, w := range warnings {
		if i == most {
			std.warn("%d more like these", len(warnings)-most)
			return
		}
		std.warn("%s", oneLine(w.String()))
	}
}

func formatNames() string {
	var names []string
	for _, f := range output.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func engineNames() string {
	var names []string
	for _, e := range layout.Engines() {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}
