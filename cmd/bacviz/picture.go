package main

// This file holds the flags of a picture, which render and diff share, and those of its
// canvas, which a chart has too.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/plots"
	"github.com/bacviz/bacviz/output/theme"
)

// pictureFlags say how a network is drawn.
type pictureFlags struct {
	canvasFlags
	engine, label string
	groupBy       []string
	explain       bool
	limit         int
	capacity      bool
}

// canvasFlags say what a picture is painted on, whatever it shows.
type canvasFlags struct {
	title, theme  string
	width, height float64 // of the canvas, in inches
	scale         float64
	flags         *pflag.FlagSet
	colors        *theme.Theme // the theme that its flag names, after load
}

// points is the number of points in an inch.
const points = 72

const pictureHeading = "The picture"

// add defines the flags.
func (p *pictureFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	defer heading(f, pictureHeading)()
	choiceVar(cmd, &p.engine, "engine", "", layout.Auto, "`engine` that places the nodes", engines())
	f.StringSliceVar(&p.groupBy, "group-by", nil, "`fields` to group compute nodes by, outermost first: label keys, or @state, @membership, @version, @engine, @orchestrator, @source")
	f.StringVar(&p.label, "label", graph.FieldShort, "`field` to label compute nodes with: @short, @full or a label key")
	f.BoolVar(&p.capacity, "capacity", false, "show the capacity of each node below its name, and a bar of what is in use (default: up to 20 nodes, without jobs or changes)")
	f.Lookup("capacity").DefValue = "" // neither of its values
	f.IntVar(&p.limit, "limit", 0, "most `characters` of a Mermaid diagram, which is collapsed if it has more (default 50000, as in Mermaid; Gitea has 5000)")
	f.BoolVar(&p.explain, "explain", false, "say on standard error which engine places the nodes, and why")
	p.canvasFlags.add(cmd, 8, "height of the canvas in `inches`")
}

// add defines the flags, with a height in inches; 0 is no default.
func (p *canvasFlags) add(cmd *cobra.Command, height float64, heightUsage string) {
	f := cmd.Flags()
	p.flags = f
	f.StringVar(&p.title, "title", "", "`title` of the picture")
	f.StringVar(&p.theme, "theme", "auto", "`theme` of colours: "+themes().String()+", or a file")
	f.Float64Var(&p.width, "width", 12, "width of the canvas in `inches` of 100 pixels")
	f.Float64Var(&p.height, "height", height, heightUsage)
	f.Float64Var(&p.scale, "scale", 1, "`factor` for the size in pixels; 2 suits high-resolution screens")
}

// engines are the names of the layout engines.
func engines() choices {
	var names choices
	for _, e := range layout.Engines() {
		names = append(names, e.Name)
	}
	return names
}

// pictureFormats are the names of the formats of a picture.
func pictureFormats() choices {
	var names choices
	for _, f := range output.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// themes are the names of the themes that are built in.
func themes() choices { return theme.Names() }

// check refuses values that no picture can have.
func (p *pictureFlags) check() error {
	if err := p.checkScale(); err != nil {
		return err
	}
	if isSet(p.flags, "limit") && p.limit < output.MinLimit {
		return usagef("--limit %d is below %d characters, which are no diagram", p.limit, output.MinLimit)
	}
	if err := layout.Check(p.engine, p.layout().Width, p.layout().Height); err != nil {
		return &usageError{err, "--width and --height set the size of the canvas"}
	}
	return nil
}

// checkScale refuses a scale that no picture can have.
func (p *canvasFlags) checkScale() error {
	if !(p.scale >= output.MinScale && p.scale <= output.MaxScale) {
		return usagef("--scale %.10g is not between %g and %g", p.scale, output.MinScale, output.MaxScale)
	}
	return nil
}

// checkChart refuses a canvas that no chart can have.
func (p *canvasFlags) checkChart() error {
	if err := p.checkScale(); err != nil {
		return err
	}
	if err := plots.CheckSize(p.width*points, p.height*points); err != nil {
		return &usageError{err, "--width and --height set the size of the canvas"}
	}
	return nil
}

// chart returns the options of a chart on the canvas.
func (p *canvasFlags) chart() plots.Options {
	return plots.Options{Title: p.title, Width: p.width * points, Height: p.height * points}
}

// load reads the theme.
func (p *canvasFlags) load(ctx context.Context) (err error) {
	p.colors, err = readTheme(ctx, p.theme)
	return err
}

// capacities returns whether nodes show their capacity, or nil if that is left open.
func (p *pictureFlags) capacities() *bool {
	if !isSet(p.flags, "capacity") {
		return nil
	}
	return &p.capacity
}

// layout returns the options of the drawing.
func (p *pictureFlags) layout() layout.Options {
	return layout.Options{
		Engine: p.engine, Width: p.width * points, Height: p.height * points,
		Details: asked(p.flags, "capacity") && p.capacity,
	}
}

// say prints which engine placed a drawing, and why, if that is asked for. It warns of
// capacities that are asked for and not drawn in a format that has them nowhere else.
func (p *pictureFlags) say(d *layout.Drawing, format string, std stdio) {
	if p.explain {
		std.note("%s", d.Explain())
	}
	if !asked(p.flags, "capacity") || !p.capacity || inWords(format) {
		return
	}
	switch {
	case d.Undetailed:
		std.warn("--capacity: there is no room to show it in a readable size; --width and --height make the picture larger")
	case d.Diagram.CountDetails() == 0:
		std.warn("--capacity: no node that is drawn has a known capacity")
	}
}

// maxSVG is the size in bytes from which viewers take seconds to show an SVG.
const maxSVG = 20_000_000

// largeSVG returns a warning of a picture by an engine that viewers are slow with, or "".
func largeSVG(format, engine string, size int) string {
	if format != "svg" || size <= maxSVG {
		return ""
	}
	cells := ", --engine cells draws few edges"
	if engine == "cells" {
		cells = ""
	}
	return fmt.Sprintf("the SVG has %d MB, and viewers will be slow with it: a PNG has less%s, and --group-by with --collapse draws each group as one shape", size/1_000_000, cells)
}

// output returns the options of the file.
func (p *pictureFlags) output() output.Options {
	return output.Options{Scale: p.scale, Theme: p.colors, Limit: p.limit}
}

// maxTheme is many times the size of a theme, in bytes.
const maxTheme = 1 << 20

// readTheme returns the theme of that name, or the one in the file of that name.
func readTheme(ctx context.Context, name string) (*theme.Theme, error) {
	colors, err := theme.Named(name)
	if err == nil {
		return colors, nil
	}
	text, readErr := infile.Read(ctx, name, maxTheme)
	switch {
	case errors.Is(readErr, fs.ErrNotExist) && strings.ContainsAny(name, `./\`):
		return nil, usagef("--theme %s: no such file", display.Printable(name))
	case errors.Is(readErr, fs.ErrNotExist):
		return nil, usagef("unknown --theme %q (have %s, or a file)", name, themes())
	case readErr != nil:
		return nil, fmt.Errorf("reading the theme %s: %s", display.Printable(name), infile.Reason(readErr))
	}
	if colors, err = theme.Read(text); err != nil {
		err = fmt.Errorf("reading the theme %s: %w", display.Printable(name), err)
		if low := (*theme.ContrastError)(nil); errors.As(err, &low) {
			err = &hintError{err, low.Hint}
		}
		return nil, err
	}
	return colors, nil
}
