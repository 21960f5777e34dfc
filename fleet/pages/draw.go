package pages

// This file draws the pictures of a cluster.

import (
	"bytes"
	"context"
	"math"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/plots"
)

// drawn are the pictures of a cluster, as SVG, by the suffixes of their files.
type drawn struct {
	files map[string][]byte
	said  string // what the network is
	chart string // what the chart shows
}

// A picture is one of a page. Its Narrow one is for phones.
type picture struct {
	File, Narrow, Alt string
	Width, Height     int // of File, in CSS pixels
}

// A size is that of a picture, in points. A point is 25/18 CSS pixels.
type size struct{ width, height float64 }

var (
	small       = size{230, 165}
	large       = size{864, 560}
	largeNarrow = size{290, 420}
	wide        = size{864, 340}
	wideNarrow  = size{290, 330}
)

// The suffixes of the files of a cluster's pictures.
const (
	smallSuffix       = "-small.svg"
	largeSuffix       = ".svg"
	largeNarrowSuffix = "-narrow.svg"
	timeSuffix        = "-time.svg"
	timeNarrowSuffix  = "-time-narrow.svg"
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
	d = drawn{make(map[string][]byte), fig.Subtitle, ""}
	if d.files[smallSuffix], err = drawBare(ctx, fig, small); err != nil {
		return d, err
	}
	for suffix, size := range map[string]size{largeSuffix: large, largeNarrowSuffix: largeNarrow} {
		drawing, err := arrange(ctx, fig, size)
		if err != nil {
			return d, err
		}
		if d.files[suffix], err = svg(ctx, drawing); err != nil {
			return d, err
		}
	}
	d.files[timeSuffix], d.files[timeNarrowSuffix], d.chart, err = drawCharts(ctx, r.Samples, "Nodes and "+capacity.CPU.Title()+" over time")
	return d, err
}

// arrange places a diagram in trays: that needs no Graphviz, and takes any network.
func arrange(ctx context.Context, fig *diagram.Diagram, of size) (*layout.Drawing, error) {
	return layout.Arrange(ctx, fig, layout.Options{Engine: "trays", Width: of.width, Height: of.height})
}

// drawBare draws a diagram without the texts around it, which its page has. The title stays
// that of the file.
func drawBare(ctx context.Context, fig *diagram.Diagram, of size) ([]byte, error) {
	bare := *fig
	bare.Title, bare.Subtitle, bare.ShortSubtitle, bare.Notes, bare.Legend = "", "", "", nil, nil
	drawing, err := arrange(ctx, &bare, of)
	if err != nil {
		return nil, err
	}
	shown, titled := *drawing, *drawing.Diagram
	titled.Title, titled.Subtitle = fig.Title, fig.Subtitle
	shown.Diagram, shown.Remark = &titled, layout.Text{} // that would be too small to read
	return svg(ctx, &shown)
}

func svg(ctx context.Context, drawing *layout.Drawing) ([]byte, error) {
	var b bytes.Buffer
	err := output.Write(ctx, &b, drawing, "svg", output.Options{})
	return b.Bytes(), err
}

// drawCharts draws figures over time, in two widths, and says what they were. A sample may stand for
// several times, of which the page says how many there are.
func drawCharts(ctx context.Context, samples []fleet.Sample, title string) (broad, narrow []byte, said string, err error) {
	all := make([]plots.Sample, len(samples))
	for i, s := range samples {
		all[i] = plots.Sample{At: s.At, Sum: s.Sum, Joined: s.Joined, Left: s.Left, Changed: s.Other, Missing: s.Connected - s.Least}
	}
	for of, to := range map[size]*[]byte{wide: &broad, wideNarrow: &narrow} {
		c, err := plots.Timeline(all, plots.Options{Resource: capacity.CPU, Merged: true, Title: title, Width: of.width, Height: of.height})
		if err != nil {
			return nil, nil, "", err
		}
		var b bytes.Buffer
		if err := plots.Write(ctx, &b, c, "svg", plots.Style{}); err != nil {
			return nil, nil, "", err
		}
		*to, said = b.Bytes(), c.Description
	}
	return broad, narrow, said, nil
}

func pixels(points float64) int { return int(math.Round(points * layout.PixelsPerPoint)) }
