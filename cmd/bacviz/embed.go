package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/outfile"
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
		Use:   "embed FILE.md... [SOURCE...]",
		Short: "Keep documents' pictures of the network up to date",
		Long: `Embed draws the network that the SOURCEs describe into documents, between
lines such as

    <!-- bacviz:start format=image name=img/staging title="Staging" -->
    <!-- bacviz:end -->

and changes nothing else. In MDX they are {/* bacviz:start */}, in AsciiDoc
// bacviz:start, in reStructuredText .. bacviz:start. Where a reader of
Markdown shows comments, [//]: # (bacviz:start) behind a blank line does as
well. A document may have several such blocks. Options:

    format=mermaid    a Mermaid diagram, the default in Markdown and MDX
    format=image      an image, NAME.svg, whose colours follow the page
    format=picture    HTML with NAME.light.svg or NAME.dark.svg
    format=table      a table of the nodes
    name=img/staging  the image's files, below the folder of FILE.md
    alt="One region"  text in place of the image
    link=URL          where the image leads to; if {id} is in it, where each
                      node of the SVG leads to, and the image leads to that
    diff=old.json     draw the changes since a snapshot beside FILE.md

and the flags of bacviz render that say which nodes and jobs are drawn, and how:
title="Staging" group-by=region,@state include=all select=gpu width=10 collapse.
fill is none by default, because a picture would change with the load.

FILE.md may be a pattern, such as 'docs/**/*.md'. Further arguments with the
extension of a document are documents, too. Those without such lines are left
alone; it is an error if none has any.

The exit status is 0 if the documents are up to date or were brought up to
date, 1 if --check finds that they are not, and 2 if something went wrong, in
which case nothing is written, or if --check cannot tell because nodes await
reconnection.`,
		Example: `  bacviz embed README.md http://10.0.0.5:1234
  bacviz embed README.md 'docs/**/*.md' cluster.json
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

// run draws the network into each block of the documents.
func (o *embedOptions) run(ctx context.Context, args []string, std stdio) error {
	patterns, args := splitDocuments(args)
	if len(patterns) == 0 {
		return &usageError{errors.New("bacviz embed needs FILE.md"), "usage: bacviz embed FILE.md... [SOURCE...]"}
	}
	for _, file := range patterns {
		if err := refuseAddress("", file, true); err != nil {
			return err
		}
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.network.check(args); err != nil {
		return err
	}
	ctx, cancel := o.network.limit(ctx)
	defer cancel()
	made, err := within(ctx, func() (drawnPages, error) { return o.prepare(ctx, patterns, args, std) })
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

// prepare reads the documents and the network, and returns the files to write.
func (o *embedOptions) prepare(ctx context.Context, patterns, args []string, std stdio) (drawnPages, error) {
	docs, err := readDocuments(ctx, patterns)
	if err != nil {
		return drawnPages{}, err
	}
	if err := o.redact.load(ctx); err != nil {
		return drawnPages{}, err
	}
	r := &embedRun{embedOptions: o, args: args, std: std, read: make(map[string]*cluster.Snapshot)}
	if err := r.checkBlocks(docs); err != nil {
		return drawnPages{}, err
	}
	var made drawnFiles
	for _, doc := range docs {
		if err := r.drawAll(ctx, doc, &made); err != nil {
			return drawnPages{}, err
		}
	}
	return drawnPages{append(made.pictures, made.documents...), r.awaiting}, nil
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
	if err := writeInFolders(ctx, made); err != nil {
		return err
	}
	if isTerminal(std.err) {
		for _, name := range names {
			std.note("wrote %s", name)
		}
	}
	return nil
}
