package main

// This file draws what the markers of documents ask for. The options of a marker are the
// flags of render, so that both mean the same.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/embed"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/internal/settings"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// isForMarker reports whether a flag of render may be an option of a marker: it says which
// nodes and jobs are drawn, and how.
func isForMarker(f *pflag.Flag) bool {
	under := f.Annotations[headingKey]
	about := slices.Contains(under, pictureHeading) || slices.Contains(under, nodesHeading) || slices.Contains(under, jobsHeading)
	return about && !slices.Contains([]string{"explain", "renderer", "ascii", "link"}, f.Name)
}

// markerFlags returns the names of the flags that are options of markers, and whether each
// is a switch.
func markerFlags() map[string]bool {
	names := make(map[string]bool)
	markerCommand(&renderOptions{}).Flags().VisitAll(func(f *pflag.Flag) {
		if isForMarker(f) && !f.Hidden {
			names[f.Name] = f.NoOptDefVal != ""
		}
	})
	return names
}

// markerCommand returns the command whose flags are options.
func markerCommand(opt *renderOptions) *cobra.Command {
	cmd := &cobra.Command{Use: "render"}
	opt.addFlags(cmd)
	return cmd
}

// An embedRun draws the blocks of documents.
type embedRun struct {
	*embedOptions
	args     []string
	std      stdio
	read     map[string]*cluster.Snapshot // the network by the jobs read with it, and files by their paths
	said     []string                     // the warnings so far
	awaiting int                          // compute nodes of the network that await reconnection
}

// drawnFiles are the files to write: the pictures, and the documents, which show them.
type drawnFiles struct{ pictures, documents []outfile.File }

// blockOptions are what a marker asks for.
type blockOptions struct {
	*renderOptions
	block embed.Block
}

// pictureFormat is the format of package output that a format of a block is written in.
var pictureFormat = map[string]string{embed.Mermaid: "mmd", embed.Image: "svg", embed.Picture: "svg", embed.Table: "md"}

// checkBlocks finds mistakes in all markers before any work is done.
func (r *embedRun) checkBlocks(docs []*document) error {
	for _, doc := range docs {
		for _, b := range doc.blocks {
			if _, err := r.optionsOf(doc, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// optionsOf returns the options of a block, checked as those of a command line.
func (r *embedRun) optionsOf(doc *document, b embed.Block) (*blockOptions, error) {
	s := &blockOptions{&renderOptions{redact: r.redact}, b}
	cmd := markerCommand(s.renderOptions)
	s.fill = diagram.NoFill // else each picture would change with the load
	for _, f := range b.Options.Flags {
		if err := cmd.ParseFlags([]string{"--" + f.Name + "=" + f.Value}); err != nil {
			return nil, doc.fail(b, f.Name, inMarker(flagError(cmd, err)))
		}
		if err := s.refuse(cmd.Flags().Lookup(f.Name)); err != nil {
			return nil, doc.fail(b, f.Name, err)
		}
	}
	for _, file := range b.Options.Files() {
		if err := checkFolder(filepath.Dir(doc.path), file); err != nil {
			return nil, doc.fail(b, "name", err)
		}
	}
	if place := b.Options.Diff; place != "" {
		if _, err := olderFile(doc, place); err != nil {
			return nil, doc.fail(b, "diff", err)
		}
	}
	s.out.format = pictureFormat[b.Options.Format]
	if err := s.check(); err != nil {
		return nil, doc.fail(b, optionOf(b, err), inMarker(err))
	}
	return s, nil
}

// refuse refuses a flag that the block's format does not show.
func (s *blockOptions) refuse(f *pflag.Flag) error {
	format, under := s.block.Options.Format, f.Annotations[headingKey]
	network := slices.Contains(under, nodesHeading) || slices.Contains(under, jobsHeading)
	switch uses := flagUses[f.Name]; {
	case format == embed.Table && !slices.Contains(under, nodesHeading) && f.Name != "group-by" && f.Name != "collapse":
		return fmt.Errorf("option %s has no effect on format=table", f.Name)
	case format == embed.Picture && f.Name == "theme":
		return errors.New("option theme has no effect on format=picture, which is light and dark; format=image has one theme")
	case !showsUse(pictureFormat[format], uses):
		return fmt.Errorf("option %s has no effect on format=%s", f.Name, format)
	case s.block.Options.Diff != "" && (network || slices.Contains([]string{"collapse", "color-by", "size-by", "fill"}, f.Name)):
		return fmt.Errorf("option %s cannot be combined with diff", f.Name)
	}
	return nil
}

// showsUse reports whether a format of package output shows one of the uses; none is shown
// by all.
func showsUse(format string, uses output.Uses) bool {
	return uses == 0 || slices.ContainsFunc(output.Formats(), func(f output.Format) bool { return f.Name == format && f.Uses&uses != 0 })
}

// check checks the options against one another.
func (s *blockOptions) check() error {
	if s.block.Options.Diff != "" && s.block.Options.Format == embed.Table {
		return usagef("--diff has no effect on format=table")
	}
	if !slices.Contains(themes(), s.picture.theme) {
		return usagef("unknown --theme %q (have %s)", display.Excerpt(s.picture.theme), themes())
	}
	if err := s.checkLink(); err != nil {
		return err
	}
	if err := s.checkGroups(); err != nil {
		return err
	}
	if err := s.picture.check(); err != nil {
		return err
	}
	if err := refuseForEngine(s.picture.flags, s.picture.engine, s.out.format); err != nil {
		return err
	}
	if err := s.filter.check(); err != nil {
		return err
	}
	var err error
	s.network.jobs, err = s.jobs.choice()
	return err
}

// nodeLink is in a link that leads to the page of a node.
const nodeLink = "{id}"

// checkLink checks the link of the block. One with {id} is that of the nodes.
func (s *blockOptions) checkLink() error {
	link := s.block.Options.Link
	switch {
	case link == "":
		return nil
	case strings.Contains(link, nodeLink) && s.redact.on:
		return usagef("--link with %s and redaction cannot be combined: links would name your host and lead to pseudonyms", nodeLink)
	case strings.Contains(link, nodeLink):
		s.link = link
	default:
		link = strings.TrimRight(link, "/") + "/" + nodeLink // for the check alone
	}
	if err := output.Check(s.out.format, output.Options{Link: link}); err != nil {
		return usagef("--link: %s", err)
	}
	return nil
}

// dashes matches the name of a flag in a message.
var dashes = lazy.Regexp(`--([a-z][a-z-]+)`)

// inMarker returns an error about flags with their names as a marker has them.
func inMarker(err error) error {
	text, hint := dashes().ReplaceAllString(err.Error(), "$1"), dashes().ReplaceAllString(hintOf(err), "$1")
	if isUsage(err) {
		return &usageError{errors.New(text), hint}
	}
	return err
}

// optionOf returns the first option of a block that an error is about.
func optionOf(b embed.Block, err error) string {
	for _, m := range dashes().FindAllStringSubmatch(err.Error(), -1) {
		if b.ColumnOf(m[1]) != b.Column {
			return m[1]
		}
	}
	for _, word := range strings.Fields(err.Error()) {
		if b.ColumnOf(word) != b.Column {
			return word
		}
	}
	for _, m := range dashes().FindAllStringSubmatch(hintOf(err), -1) {
		if b.ColumnOf(m[1]) != b.Column {
			return m[1]
		}
	}
	return ""
}

// drawAll adds a document and its pictures to the files to write.
func (r *embedRun) drawAll(ctx context.Context, doc *document, made *drawnFiles) error {
	contents := make([]string, len(doc.blocks))
	for i, b := range doc.blocks {
		s, err := r.optionsOf(doc, b)
		if err != nil {
			return err
		}
		content, pictures, err := r.draw(ctx, s, doc)
		if unread := (*unreadError)(nil); errors.As(err, &unread) {
			return unread.error
		}
		if err != nil {
			return doc.fail(b, blockOption(b, err), r.network.explain(ctx, err))
		}
		contents[i] = content
		for _, p := range pictures {
			if err := made.add(p); err != nil {
				return doc.fail(b, "name", err)
			}
		}
	}
	made.documents = append(made.documents, outfile.File{Path: doc.path, Data: embed.Replace(doc.text, doc.blocks, contents)})
	return nil
}

// blockOption returns the option that is to blame for an error of a drawing.
func blockOption(b embed.Block, err error) string {
	switch {
	case errors.Is(err, layout.ErrTooLarge), errors.Is(err, layout.ErrUnsuited):
		return "engine"
	case b.Options.Diff != "" && errors.As(err, new(*fetch.Error)):
		return "diff"
	case isUsage(err):
		if option := optionOf(b, err); option != "" {
			return option
		}
		return "group-by"
	}
	return ""
}

// add adds a picture. Documents may share one, but not its file alone. On some systems A.svg
// and a.svg are one file.
func (p *drawnFiles) add(picture outfile.File) error {
	for _, other := range p.pictures {
		switch {
		case !strings.EqualFold(filepath.Clean(other.Path), filepath.Clean(picture.Path)):
		case other.Path == picture.Path && bytes.Equal(other.Data, picture.Data):
			return nil
		default:
			return fmt.Errorf("another document has a different picture in %s; give this one another name=", display.Printable(other.Path))
		}
	}
	p.pictures = append(p.pictures, picture)
	return nil
}

// draw returns what belongs between two markers, and the files that it shows.
func (r *embedRun) draw(ctx context.Context, s *blockOptions, doc *document) (string, []outfile.File, error) {
	var said bytes.Buffer
	defer func() { r.say(said.String()) }()
	std := stdio{r.std.in, r.std.out, &said}
	if s.block.Options.Format == embed.Table {
		return r.table(ctx, s, doc.syntax, std)
	}
	drawing, err := r.arrange(ctx, s, doc, std)
	if err != nil {
		return "", nil, err
	}
	if s.block.Options.Format == embed.Mermaid {
		source, err := s.write(ctx, drawing, "mmd", s.colors())
		return doc.syntax.Diagram(string(source)), nil, err
	}
	return r.pictures(ctx, s, drawing, doc)
}

// say prints the warnings of a block, each once for all blocks.
func (r *embedRun) say(warnings string) {
	for line := range strings.Lines(warnings) {
		if !slices.Contains(r.said, line) {
			r.said = append(r.said, line)
			fmt.Fprint(r.std.err, line)
		}
	}
}

// table returns a table of the nodes.
func (r *embedRun) table(ctx context.Context, s *blockOptions, syntax embed.Syntax, std stdio) (string, []outfile.File, error) {
	seen, err := r.snapshotFor(ctx, s, std)
	if err != nil {
		return "", nil, err
	}
	fig, err := s.figure(ctx, *seen, false, std)
	if err != nil {
		return "", nil, err
	}
	if syntax == embed.Markdown || syntax == embed.MDX {
		text, err := output.MarkdownTable(ctx, fig)
		return text, nil, err
	}
	head, rows, err := output.NodeTable(ctx, fig)
	return syntax.Table(head, rows), nil, err
}

// arrange returns the drawing of a block: of the network, or of its changes.
func (r *embedRun) arrange(ctx context.Context, s *blockOptions, doc *document, std stdio) (*layout.Drawing, error) {
	seen, err := r.snapshotFor(ctx, s, std)
	if err != nil {
		return nil, err
	}
	if s.block.Options.Diff == "" {
		return s.renderOptions.arrange(ctx, *seen, false, std)
	}
	old, err := r.older(ctx, doc, s.block.Options.Diff)
	if err != nil {
		return nil, err
	}
	before, after := *old, *seen
	d := &diffOptions{redact: s.redact, picture: s.picture}
	d.out.format = s.out.format
	build := graph.Options{GroupBy: s.picture.groupBy, Label: s.picture.label}
	if err := d.hide(ctx, &before, &after, &build, std); err != nil {
		return nil, err
	}
	changes, err := diff.Compare(ctx, before, after, d.compare)
	if err != nil {
		return nil, err
	}
	topo, err := diff.Topology(ctx, before, after, changes, build)
	if err != nil {
		return nil, refusedOptions(ctx, err)
	}
	return d.arrange(ctx, topo, std)
}

// An unreadError is the error of a network that cannot be read, whatever a marker asks for.
type unreadError struct{ error }

// snapshotFor returns the network with the jobs of a block. It is read once for each choice
// of jobs.
func (r *embedRun) snapshotFor(ctx context.Context, s *blockOptions, std stdio) (*cluster.Snapshot, error) {
	key := fmt.Sprintf("%+v", s.network.jobs)
	if r.read[key] != nil {
		return r.read[key], nil
	}
	from := r.network
	from.jobs = s.network.jobs
	snap, err := from.snapshot(ctx, r.args, r.std)
	switch {
	case err != nil && from.jobs.Empty():
		return nil, &unreadError{err}
	case err != nil:
		return nil, noJobsUsage(err)
	}
	warnAwaited(&snap, std)
	r.awaiting = max(r.awaiting, snap.Census(snap.Orchestrators).Awaiting)
	r.read[key] = &snap
	return &snap, nil
}

// older returns the snapshot in a file that a marker of a document names, which is read
// once. Whoever wrote the marker may not be the one who reads the errors, so that they quote
// nothing of the file.
func (r *embedRun) older(ctx context.Context, doc *document, place string) (*cluster.Snapshot, error) {
	file, err := olderFile(doc, place)
	if err != nil || r.read[file] != nil {
		return r.read[file], err
	}
	s, hide := r.network.source, true
	s.redacted = &hide
	source := fetch.File{Path: file, MaxBytes: int64(s.maxBytes), MaxRecords: s.maxRecords}
	snap, err := s.snapshot(ctx, []fetch.Source{source}, fetch.JobChoice{}, r.std)
	switch name := settings.Shown(file); {
	case err == nil:
		r.read[file] = &snap
		return &snap, nil
	case ctx.Err() != nil:
		return nil, err
	case infile.IsMissing(err), errors.Is(err, fs.ErrPermission):
		return nil, &fetch.Error{Op: "reading", Source: name, Message: infile.Reason(err)}
	default:
		return nil, &fetch.Error{Op: "reading", Source: name, Message: "not a snapshot or list of nodes that can be read", Hint: "bacviz nodes FILE says what is wrong with it"}
	}
}

// colors returns the theme that the marker names; nil for the one of the reader.
func (s *blockOptions) colors() *theme.Theme {
	colors, _ := theme.Named(s.picture.theme) // which is checked
	return colors
}

// write returns a drawing in a format of package output and a theme.
func (s *blockOptions) write(ctx context.Context, d *layout.Drawing, format string, colors *theme.Theme) ([]byte, error) {
	opt := s.renderOptions.output()
	opt.Theme = colors
	var b bytes.Buffer
	err := output.Write(ctx, &b, d, format, opt)
	return b.Bytes(), err
}

// pictures returns the image or the picture of a block, and its files.
func (r *embedRun) pictures(ctx context.Context, s *blockOptions, d *layout.Drawing, doc *document) (string, []outfile.File, error) {
	opt, dir := s.block.Options, filepath.Dir(doc.path)
	looks := []*theme.Theme{s.colors()}
	if opt.Format == embed.Picture {
		looks = []*theme.Theme{theme.Light(), theme.Dark()}
	}
	names := opt.Files()
	var files []outfile.File
	for i, colors := range looks {
		svg, err := s.write(ctx, d, "svg", colors)
		if err != nil {
			return "", nil, err
		}
		// Anybody who proposes a change to a repository can put a link there.
		files = append(files, outfile.File{Path: filepath.Join(dir, filepath.FromSlash(names[i])), Data: svg, NoLink: true})
	}
	alt := opt.Alt
	if alt == "" {
		alt = d.Diagram.Title + ": " + d.Diagram.Subtitle
	}
	link := opt.Link
	if s.link != "" { // an image has no links in it
		link = names[0]
	}
	if opt.Format == embed.Picture {
		return doc.syntax.Picture(names[0], names[1], alt, link), files, nil
	}
	return doc.syntax.Image(names[0], alt, link), files, nil
}
