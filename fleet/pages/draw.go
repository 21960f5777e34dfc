package pages

// This file draws the pictures of a cluster.

import (
	"bytes"
	"context"
	"errors"
	"math"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/plots"
)

// drawn are the pictures of a cluster, as SVG.
type drawn struct {
	small, large, time []byte
	said               string // what the large one shows
	chart              chart  // the one over time
}

// A picture of a page, in CSS pixels.
type chart struct {
	File, Alt     string
	Width, Height int
}

// The sizes of pictures in points. A point is 4/3 CSS pixels in pages.
const (
	smallWidth, smallHeight = 230, 172
	largeWidth, largeHeight = 864, 560
	chartWidth, chartHeight = 864, 340
)

// draw draws the last network of a cluster, and its figures over time.
func draw(ctx context.Context, r *fleet.Report) (d drawn, err error) {
	topo, err := graph.Build(ctx, r.Network, graph.Options{All: true})
	if err != nil {
		return d, err
	}
	none := false
	fig, err := diagram.New(ctx, topo, diagram.Options{Title: printable(r.Cluster), Fill: diagram.NoFill, Capacity: &none, NoFacts: true})
	if err != nil {
		return d, err
	}
	d.said = fig.Subtitle
	bare := *fig // its page says what these would
	bare.Title, bare.Subtitle, bare.ShortSubtitle, bare.Notes, bare.Legend = "", "", "", nil, nil
	if d.small, err = arrange(ctx, &bare, smallWidth, smallHeight); err != nil {
		return d, err
	}
	if d.large, err = arrange(ctx, fig, largeWidth, largeHeight); err != nil {
		return d, err
	}
	d.time, d.chart, err = drawChart(ctx, r.Samples, "Nodes and "+capacity.CPU.Title()+" over time")
	return d, err
}

// arrange draws a diagram in trays: that needs no Graphviz, and takes any network.
func arrange(ctx context.Context, fig *diagram.Diagram, width, height float64) ([]byte, error) {
	drawing, err := layout.Arrange(ctx, fig, layout.Options{Engine: "trays", Width: width, Height: height})
	if errors.Is(err, layout.ErrUnsuited) {
		drawing, err = layout.Arrange(ctx, fig, layout.Options{Engine: "rings", Width: width, Height: height})
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = output.Write(ctx, &b, drawing, "svg", output.Options{})
	return b.Bytes(), err
}

// drawChart draws figures over time.
func drawChart(ctx context.Context, samples []fleet.Sample, title string) ([]byte, chart, error) {
	all := make([]plots.Sample, len(samples))
	for i, s := range samples {
		all[i] = plots.Sample{At: s.At, Sum: s.Sum, Joined: s.Joined, Left: s.Left, Changed: s.Other}
	}
	c, err := plots.Timeline(all, plots.Options{Resource: capacity.CPU, Title: title, Width: chartWidth, Height: chartHeight})
	if err != nil {
		return nil, chart{}, err
	}
	var b bytes.Buffer
	if err := plots.Write(ctx, &b, c, "svg", plots.Style{}); err != nil {
		return nil, chart{}, err
	}
	return b.Bytes(), chart{Alt: c.Description, Width: pixels(chartWidth), Height: pixels(chartHeight)}, nil
}

func pixels(points float64) int { return int(math.Round(points * layout.PixelsPerPoint)) }
