//go:build !wasip1

package main

// This file draws what a query of serve asks for: the flags of render, as parameters.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/serve"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/plots"
)

// The largest picture that a query gets. One of render has the limits of its format.
const (
	maxQueryPixels = 50e6
	maxQueryNodes  = 50_000
)

// drawQuery makes the picture of a request to serve.
func drawQuery(ctx context.Context, req serve.Request) ([]byte, error) {
	picture, err := within(ctx, func() ([]byte, error) { return drawRequest(ctx, req) })
	if err == nil || ctx.Err() != nil {
		return picture, err
	}
	explained := explain(ctx, 0, err)
	switch {
	case isUsage(explained):
		return nil, &serve.Error{Status: http.StatusBadRequest, Message: explained.Error(), Hint: hintOf(explained)}
	case errors.As(explained, new(*hintError)): // what is asked for cannot be drawn
		return nil, &serve.Error{Status: http.StatusUnprocessableEntity, Message: explained.Error(), Hint: hintOf(explained)}
	}
	return nil, err
}

func drawRequest(ctx context.Context, req serve.Request) ([]byte, error) {
	if req.Chart {
		return chartRequest(ctx, req)
	}
	opt, err := renderQuery(req.Query, req.Format)
	if err != nil {
		return nil, err
	}
	if n := len(req.Snapshot.Nodes); n > maxQueryNodes {
		return nil, &hintError{fmt.Errorf("%d nodes are more than a server draws (%d)", n, maxQueryNodes), "draw them with bacviz render"}
	}
	opt.note = req.Note
	if err := opt.picture.load(ctx); err != nil {
		return nil, err
	}
	silent := stdio{strings.NewReader(""), io.Discard, io.Discard}
	drawing, err := opt.arrange(ctx, *req.Snapshot, false, silent)
	if err != nil {
		return nil, err
	}
	var picture bytes.Buffer
	page := output.PageOptions{Live: req.Live}
	switch {
	case req.Format == serve.PageData:
		err = output.PageData(ctx, &picture, drawing, opt.output(), page)
	case req.Live != nil:
		err = output.Page(ctx, &picture, drawing, opt.output(), page)
	default:
		err = output.Write(ctx, &picture, drawing, req.Format, opt.output())
	}
	return picture.Bytes(), err
}

// renderQuery returns the options of render that a query means, checked as those of a
// command line.
func renderQuery(query url.Values, format string) (*renderOptions, error) {
	cmd, opt := &cobra.Command{Use: "render"}, &renderOptions{}
	opt.addFlags(cmd)
	opt.ascii = false // whatever the locale of the server
	if err := parseQuery(cmd, query); err != nil {
		return nil, err
	}
	if opt.out.format = format; format == serve.PageData {
		opt.out.format = "html"
	}
	return opt, opt.checkQuery()
}

// chartRequest makes a chart, by the flags of chart.
func chartRequest(ctx context.Context, req serve.Request) ([]byte, error) {
	cmd, opt := &cobra.Command{Use: "chart"}, &chartOptions{}
	opt.addFlags(cmd)
	opt.ascii = false
	if err := parseQuery(cmd, req.Query); err != nil {
		return nil, err
	}
	opt.out.format = req.Format
	if opt.kind == plots.TimelineKind {
		return nil, &usageError{errors.New("the server draws charts of one time, and no timeline"), "bacviz chart --kind timeline FILE draws one, also of the file of serve --history while that runs"}
	}
	if !slices.Contains(themes(), opt.canvas.theme) {
		return nil, usagef("unknown --theme %q (have %s)", display.Excerpt(opt.canvas.theme), themes())
	}
	for _, check := range []func() error{opt.checkKind, opt.canvas.checkChart, opt.checkFormat, opt.filter.check} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	if err := opt.canvas.checkPixels(max(opt.canvas.height, plots.MostHeight/points)); err != nil {
		return nil, err
	}
	if err := opt.canvas.load(ctx); err != nil {
		return nil, err
	}
	silent := stdio{strings.NewReader(""), io.Discard, io.Discard}
	return opt.write(ctx, *req.Snapshot, silent)
}

// parseQuery sets the flags of a command as a query has them.
func parseQuery(cmd *cobra.Command, query url.Values) error {
	root := &cobra.Command{Use: "bacviz"}
	root.AddCommand(cmd) // for messages
	var args []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		flag := cmd.Flags().Lookup(name)
		if flag == nil || !isForQuery(flag) {
			return refuseParameter(cmd, name, flag != nil)
		}
		if len(query[name]) > 1 && !isList(flag) {
			return &usageError{fmt.Errorf("%s has several values", name), "give it once"}
		}
		for _, value := range query[name] {
			if value == "" && flag.NoOptDefVal != "" {
				args = append(args, "--"+name) // ?collapse
			} else {
				args = append(args, "--"+name+"="+value)
			}
		}
	}
	if err := cmd.ParseFlags(args); err != nil {
		return flagError(cmd, err)
	}
	return nil
}

// refuseParameter returns the error of a parameter that a query does not take.
func refuseParameter(cmd *cobra.Command, name string, isFlag bool) error {
	names := queryFlags(cmd.Flags())
	if isFlag {
		return &usageError{fmt.Errorf("--%s cannot be part of a query", name), "a query takes " + strings.Join(names, ", ")}
	}
	wrong := &usageError{fmt.Errorf("unknown parameter %s", display.Quote(display.Excerpt(name))), "a query takes " + strings.Join(names, ", ")}
	if near := nearest(name, names); len(name) > 1 && near != "" {
		wrong.hint = "did you mean " + near + "?"
	}
	return wrong
}

// isForQuery reports whether a flag may be a parameter: one of those that say which nodes
// are drawn, and how.
func isForQuery(f *pflag.Flag) bool {
	under := f.Annotations[headingKey]
	return !slices.Contains([]string{"explain", "since", "until"}, f.Name) && (slices.Contains(under, pictureHeading) || slices.Contains(under, nodesHeading) || slices.Contains(under, chartHeading))
}

// queryFlags are the names of the flags that may be parameters.
func queryFlags(flags *pflag.FlagSet) (names []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if isForQuery(f) && !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// checkQuery checks the flags of a query against one another, and against its limits.
func (o *renderOptions) checkQuery() error {
	if !slices.Contains(themes(), o.picture.theme) {
		return usagef("unknown --theme %q (have %s)", display.Excerpt(o.picture.theme), themes())
	}
	if err := o.checkGroups(); err != nil {
		return err
	}
	if err := o.picture.check(); err != nil {
		return err
	}
	if err := o.picture.checkPixels(o.picture.height); err != nil {
		return err
	}
	if err := o.checkFormat(); err != nil {
		return err
	}
	return o.filter.check()
}

// checkPixels refuses a picture that is larger than a server draws, with a height in inches.
func (p *canvasFlags) checkPixels(height float64) error {
	pixel := p.scale * 100 // of an inch
	if pixels := p.width * pixel * height * pixel; pixels > maxQueryPixels {
		return &usageError{fmt.Errorf("%.0f million pixels are more than a server draws (%.0f)", pixels/1e6, maxQueryPixels/1e6), "lower --scale, --width or --height"}
	}
	return nil
}
