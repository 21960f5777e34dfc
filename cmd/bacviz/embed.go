package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/embed"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// embedOptions are the flags of embed.
type embedOptions struct {
	checkOnly bool
	network   networkFlags
	redact    redactOptions
}

func newEmbed(std stdio) *cobra.Command {
	var opt embedOptions
	cmd := &cobra.Command{
		Use:   "embed FILE.md [SOURCE...]",
		Short: "Keep a document's picture of the network up to date",
		Long: `Embed draws the network that the SOURCEs describe into a Markdown document,
between the lines

    <!-- bacviz:start format=picture name=staging title="Staging" -->
    <!-- bacviz:end -->

and changes nothing else. A document may have several such blocks. Options:

    format=mermaid|table|picture  a Mermaid diagram (the default), a table of
                                  the nodes, or SVG for light and for dark pages
                                  in NAME.light.svg and NAME.dark.svg next to
                                  FILE.md (not symbolic links)
    title="Staging"               title of the diagram or picture
    group-by=region,@state        fields to group by, as in bacviz render
    include=connected|all         which compute nodes to show
    engine=rings                  engine that places the nodes of a picture
    fill=none|cpu|memory|gpu      capacity whose share in use fills tiles; all
                                  but none make the picture change with the load
    name=topology                 name of the files of a picture

The exit status is 0 if the document is up to date or was brought up to date, 1
if --check finds that it is not, and 2 if something went wrong, in which case
nothing is written, or if --check cannot tell because nodes await reconnection.`,
		Example: `  bacviz embed README.md http://10.0.0.5:1234
  bacviz embed README.md cluster.json
  bacviz embed README.md cluster.json --check`,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := opt.run(cmd.Context(), args, std)
			if err == nil || errors.As(err, new(*statusError)) {
				return err
			}
			return &statusError{err, exitNoAnswer}
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opt.checkOnly, "check", false, "write nothing, and exit with 1 if the document is not up to date")
	opt.redact.add(cmd, &opt.network.source)
	opt.network.addStrict(cmd)
	return cmd
}

// run draws the network into each block of the document.
func (o *embedOptions) run(ctx context.Context, args []string, std stdio) error {
	if len(args) == 0 {
		return &usageError{errors.New("bacviz embed needs FILE.md"), "usage: bacviz embed FILE.md [SOURCE...]"}
	}
	file, args := args[0], args[1:]
	if err := refuseAddress("", file, true); err != nil {
		return err
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.network.check(args); err != nil {
		return err
	}
	ctx, cancel := o.network.limit(ctx)
	defer cancel()
	made, err := within(ctx, func() (drawnPages, error) { return o.prepare(ctx, file, args, std) })
	if err == nil {
		err = o.refuseOverwrite(made.files, args)
	}
	if err == nil {
		err = o.write(ctx, made, std)
	}
	return o.network.explain(ctx, err)
}

// refuseOverwrite refuses to write to a SOURCE.
func (o *embedOptions) refuseOverwrite(made []outfile.File, args []string) error {
	for _, f := range made {
		for _, source := range places(args) {
			if sameFile(withoutTime(source), f.Path) {
				return &usageError{fmt.Errorf("the file %s would overwrite the source %s", display.Printable(f.Path), shown(source)), "give the document or its picture another name"}
			}
		}
	}
	return nil
}

// DrawnPages are the files to write, and the number of compute nodes that await reconnection.
type drawnPages struct {
	files    []outfile.File
	awaiting int
}

// prepare reads the document and the network, and returns the files to write.
func (o *embedOptions) prepare(ctx context.Context, file string, args []string, std stdio) (drawnPages, error) {
	doc, err := readDocument(ctx, file)
	if err != nil {
		return drawnPages{}, err
	}
	if err := o.redact.load(ctx); err != nil {
		return drawnPages{}, err
	}
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return drawnPages{}, err
	}
	warnAwaited(&snap, std)
	files, err := o.drawAll(ctx, doc, snap, std)
	return drawnPages{files, snap.Census(snap.Orchestrators).Awaiting}, err
}

// A document is a file with blocks to draw into.
type document struct {
	path   string
	text   []byte
	blocks []embed.Block
}

// fail returns an error at an option of a block's start marker.
func (d *document) fail(b embed.Block, option string, err error) error {
	return fmt.Errorf("%s:%d:%d: %w", display.Printable(d.path), b.Line, b.ColumnOf(option), err)
}

// readDocument reads a document and finds its blocks.
func readDocument(ctx context.Context, path string) (*document, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("reading %s: not a regular file", display.Printable(path))
	}
	text, err := infile.Read(ctx, path, maxDocument)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %s", shown(path), infile.Reason(err))
	}
	doc := &document{path: path, text: text}
	// Quotes within quotes keep a Markdown parser busy for longer than anybody waits.
	doc.blocks, err = interrupt.Call(ctx, func() ([]embed.Block, error) { return embed.Scan(display.Printable(path), text) })
	if err != nil {
		return nil, err
	}
	for _, b := range doc.blocks {
		if err := layout.Check(b.Options.Engine, layout.MinSide, layout.MinSide); err != nil {
			return nil, doc.fail(b, "engine", err)
		}
	}
	return doc, nil
}

// maxDocument is the size of the largest document to read, in bytes.
const maxDocument = 16 << 20

// drawAll returns the files to write: the pictures, and last the document, which
// shows them.
func (o *embedOptions) drawAll(ctx context.Context, doc *document, snap cluster.Snapshot, std stdio) ([]outfile.File, error) {
	var made []outfile.File
	contents := make([]string, len(doc.blocks))
	for i, b := range doc.blocks {
		content, pictures, err := o.draw(ctx, snap, b.Options, filepath.Dir(doc.path), std)
		if err != nil {
			option := ""
			switch {
			case errors.Is(err, layout.ErrTooLarge):
				option = "engine"
			case errors.As(err, new(*usageError)):
				option = "group-by"
			}
			return nil, doc.fail(b, option, o.network.explain(ctx, err))
		}
		contents[i] = content
		made = append(made, pictures...)
	}
	return append(made, outfile.File{Path: doc.path, Data: embed.Replace(doc.text, doc.blocks, contents)}), nil
}

// stale reports whether the file is not as it should be. Line ends, which git may
// have changed, make no difference.
func stale(ctx context.Context, f outfile.File) bool {
	old, err := infile.Read(ctx, f.Path, 2*int64(len(f.Data))) // a larger one is not the same
	lf := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }
	return err != nil || !bytes.Equal(lf(old), lf(f.Data))
}

// write writes the files that are out of date, or with --check says which are.
func (o *embedOptions) write(ctx context.Context, all drawnPages, std stdio) error {
	if err := outfile.CheckAll(all.files); err != nil {
		return err
	}
	made := slices.DeleteFunc(all.files, func(f outfile.File) bool { return !stale(ctx, f) })
	if err := ctx.Err(); err != nil {
		return err
	}
	var names []string
	for _, f := range made {
		names = append(names, display.Printable(f.Path))
	}
	if o.checkOnly {
		switch {
		case len(made) == 0:
			return nil
		case all.awaiting > 0: // soon the network may be again as it was drawn
			return &statusError{&hintError{
				fmt.Errorf("not known whether up to date: %s: %s", strings.Join(names, ", "), display.Count(all.awaiting, "compute node")+" may soon be back after an orchestrator restarted"),
				"run the same command again when they are connected",
			}, exitNoAnswer}
		}
		return &statusError{&hintError{
			fmt.Errorf("not up to date: %s", strings.Join(names, ", ")),
			"run the same command without --check to update",
		}, exitFailed}
	}
	if err := outfile.WriteAll(ctx, made); err != nil {
		return err
	}
	if isTerminal(std.err) {
		for _, name := range names {
			std.note("wrote %s", name)
		}
	}
	return nil
}

// draw returns what belongs between two markers, and the files that it shows.
func (o *embedOptions) draw(ctx context.Context, snap cluster.Snapshot, opt embed.Options, dir string, std stdio) (string, []outfile.File, error) {
	build := graph.Options{All: opt.Include == "all", GroupBy: opt.GroupBy}
	if err := o.redact.apply(ctx, &snap, &build, &opt.Title, std); err != nil {
		return "", nil, err
	}
	topo, err := graph.Build(ctx, snap, build)
	if err != nil {
		return "", nil, refusedOptions(ctx, err)
	}
	fig, err := diagram.New(ctx, topo, diagram.Options{Title: opt.Title, Fill: opt.Fill})
	if err != nil {
		return "", nil, err
	}
	drawing, err := layout.Arrange(ctx, fig, layout.Options{Engine: opt.Engine})
	if err != nil {
		return "", nil, err
	}
	write := func(format, name string) ([]byte, error) {
		var buf bytes.Buffer
		colors, err := theme.Named(name)
		if err == nil {
			err = output.Write(ctx, &buf, drawing, format, output.Options{Theme: colors})
		}
		return buf.Bytes(), err
	}
	switch opt.Format {
	case embed.Picture:
		var files []outfile.File
		for _, theme := range []string{"light", "dark"} {
			svg, err := write("svg", theme)
			if err != nil {
				return "", nil, err
			}
			// Anybody who proposes a change to a repository can put a link there.
			files = append(files, outfile.File{Path: filepath.Join(dir, opt.Name+"."+theme+".svg"), Data: svg, NoLink: true})
		}
		return pictureOf(opt.Name, fig.Title+": "+fig.Subtitle), files, nil
	case embed.Table:
		text, err := output.MarkdownTable(ctx, fig)
		return text, nil, err
	}
	source, err := write("mmd", "light")
	return embed.Fence("mermaid", string(source)), nil, err
}

// pictureOf returns HTML that shows one of two files, for light and for dark pages.
func pictureOf(name, alt string) string {
	return fmt.Sprintf(`<picture>
  <source media="(prefers-color-scheme: dark)" srcset="%[1]s.dark.svg">
  <img alt="%[2]s" src="%[1]s.light.svg">
</picture>`, name, html.EscapeString(display.Printable(alt)))
}
