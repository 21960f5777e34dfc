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
		Long: `Embed draws the network that the SOURCEs tell of into a Markdown document,
between the lines

    <!-- bacviz:start format=picture name=staging title="Staging" -->
    <!-- bacviz:end -->

and touches nothing else. A document may have several such blocks. Options:

    format=mermaid|table|picture  a Mermaid diagram (the default), a table of
                                  the nodes, or SVG for light and for dark pages
                                  in NAME.light.svg and NAME.dark.svg beside
                                  FILE.md, where no links may be
    title="Staging"               title of the diagram or picture
    group-by=region,@state        fields to group by, as of bacviz render
    include=connected|all         which compute nodes to show
    engine=rings, name=topology   of a picture

The exit status is 0 when the document is up to date, 1 with --check when it is
not, and 2 when something is wrong; then nothing is written.`,
		Example: `  bacviz embed README.md http://10.0.0.5:1234
  bacviz embed README.md cluster.json
  bacviz embed README.md cluster.json --check`,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := opt.run(cmd.Context(), args, std)
			if err == nil || errors.As(err, new(*statusError)) {
				return err
			}
			return &statusError{err, exitTrouble}
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opt.checkOnly, "check", false, "write nothing, and end with 1 if something would be written")
	opt.redact.add(cmd, &opt.network.source)
	opt.network.add(cmd)
	return cmd
}

func (o *embedOptions) run(ctx context.Context, args []string, std stdio) error {
	if len(args) == 0 {
		return &usageError{err: errors.New("no document to embed into"), hint: "bacviz embed README.md [SOURCE...]"}
	}
	file, args := args[0], args[1:]
	if err := o.network.check(args); err != nil {
		return err
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	ctx, done := o.network.limit(ctx)
	defer done()
	doc, err := readDocument(ctx, file)
	if err != nil {
		return o.network.ended(ctx, err)
	}
	printable := display.Printable(file)
	blocks, err := scan(ctx, printable, doc)
	if err != nil {
		return o.network.ended(ctx, err)
	}
	at := func(b embed.Block, option string, err error) error {
		return fmt.Errorf("%s:%d:%d: %w", printable, b.Line, b.ColumnOf(option), o.network.ended(ctx, err))
	}
	for _, b := range blocks {
		if err := layout.Check(b.Options.Engine, layout.MinSide, layout.MinSide); err != nil {
			return at(b, "engine", err)
		}
	}
	if err := o.redact.load(ctx); err != nil {
		return err
	}
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return err
	}

	var made []outfile.File
	contents := make([]string, len(blocks))
	for i, b := range blocks {
		var pictures []outfile.File
		if contents[i], pictures, err = o.draw(ctx, snap, b.Options, filepath.Dir(file), std); errors.Is(err, layout.ErrTooLarge) {
			return at(b, "engine", err)
		} else if errors.As(err, new(*usageError)) {
			return at(b, "group-by", err)
		} else if err != nil {
			return at(b, "", err)
		}
		made = append(made, pictures...)
	}
	made = append(made, outfile.File{Path: file, Data: embed.Replace(doc, blocks, contents)}) // last: it points at the others
	return o.write(ctx, made, std)
}

// scan calls embed.Scan, and gives it up when ctx ends: quotes within quotes keep a
// Markdown parser busy for longer than anybody waits.
func scan(ctx context.Context, file string, doc []byte) ([]embed.Block, error) {
	return interrupt.Call(ctx, func() ([]embed.Block, error) { return embed.Scan(file, doc) })
}

// stale reports whether the file is not as it should be. Line ends, which git may
// have changed, are no difference.
func stale(ctx context.Context, f outfile.File) bool {
	old, err := infile.Read(ctx, f.Path, 2*int64(len(f.Data))) // what is larger is no such file
	lf := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }
	return err != nil || !bytes.Equal(lf(old), lf(f.Data))
}

func (o *embedOptions) write(ctx context.Context, made []outfile.File, std stdio) error {
	if err := outfile.CheckAll(made); err != nil {
		return err
	}
	made = slices.DeleteFunc(made, func(f outfile.File) bool { return !stale(ctx, f) })
	if err := ctx.Err(); err != nil {
		return o.network.ended(ctx, err)
	}
	var names []string
	for _, f := range made {
		names = append(names, display.Printable(f.Path))
	}
	if o.checkOnly {
		if len(made) == 0 {
			return nil
		}
		return &statusError{&hintError{
			fmt.Errorf("not up to date: %s", strings.Join(names, ", ")),
			"the same command without --check brings it up to date",
		}, exitFailed}
	}
	if err := outfile.WriteAll(ctx, made); err != nil {
		return o.network.ended(ctx, err)
	}
	if isTerminal(std.err) {
		for _, name := range names {
			fmt.Fprintf(std.err, "bacviz: wrote %s\n", name)
		}
	}
	return nil
}

func shapeOf(opt embed.Options) graph.Options {
	return graph.Options{All: opt.Include == "all", GroupBy: opt.GroupBy}
}

// draw makes what belongs between two markers, and the files that it shows.
func (o *embedOptions) draw(ctx context.Context, snap cluster.Snapshot, opt embed.Options, dir string, std stdio) (string, []outfile.File, error) {
	shape := shapeOf(opt)
	if err := o.redact.apply(&snap, &shape, &opt.Title, std); err != nil {
		return "", nil, err
	}
	if err := shape.Check(snap); err != nil {
		return "", nil, &usageError{err: err}
	}
	drawing, err := layout.Arrange(ctx, graph.Build(snap, shape), layout.Options{Engine: opt.Engine, Title: opt.Title})
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
			// In a repository the links are anybody's who asks for a change.
			files = append(files, outfile.File{Path: filepath.Join(dir, opt.Name+"."+theme+".svg"), Data: svg, NoLink: true})
		}
		return pictureOf(opt.Name, drawing.Name+": "+drawing.Subtitle.String), files, nil
	case embed.Table:
		return output.MarkdownTable(drawing.Diagram), nil, nil
	}
	source, err := write("mmd", "light")
	return embed.Fence("mermaid", string(source)), nil, err
}

// pictureOf shows one of two files, by what the reader's page is like.
func pictureOf(name, alt string) string {
	return fmt.Sprintf(`<picture>
  <source media="(prefers-color-scheme: dark)" srcset="%[1]s.dark.svg">
  <img alt="%[2]s" src="%[1]s.light.svg">
</picture>`, name, html.EscapeString(display.Printable(alt)))
}

// maxDocument is the most bytes of a document; a larger one is none.
const maxDocument = 16 << 20

func readDocument(ctx context.Context, path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("reading %s: not a regular file", display.Printable(path))
	}
	text, err := infile.Read(ctx, path, maxDocument)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %s", display.Printable(path), infile.Reason(err))
	}
	return text, nil
}
