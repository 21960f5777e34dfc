// Package chart draws charts in the look of the pictures of networks: their colours, their
// fonts, and text that is measured before it is placed.
//
// What comes in is what a chart is about, such as the [Tracks] of a picture over time; it
// becomes a [Drawing] of rectangles, lines and texts in points, which is written as SVG or
// PNG. This package knows no networks.
package chart

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/output/theme"
)

// An Ink is a role that a colour has in a chart. The theme says which colour that is.
type Ink int

// The inks.
const (
	None Ink = iota
	Page
	Strong    // text that is read first
	Soft      // other text
	Grid      // lines behind the data
	Band      // the ground of every other row
	Solid     // what is there
	SolidEdge // its outline
	Pale      // what is there, but in doubt
	PaleEdge  // its outline
	Away      // what is known, but not there
	Mark      // where something happened
	MarkEdge  // its outline
	inks      // the number of them
)

// of returns the colour of an ink in a theme, as "#rrggbb".
func (i Ink) of(t *theme.Theme) string {
	return [inks]string{
		Page: t.Page, Strong: t.Title, Soft: t.Subtitle, Grid: t.FaintEdge, Band: t.Area,
		Solid: t.Classes[diagram.ClassCompute].Fill, SolidEdge: t.Classes[diagram.ClassCompute].Stroke,
		Pale: t.Classes[diagram.ClassAwaiting].Fill, PaleEdge: t.Classes[diagram.ClassAwaiting].Stroke,
		Away: t.Classes[diagram.ClassDisconnected].Stroke,
		Mark: t.Classes[diagram.ClassChanged].Fill, MarkEdge: t.Classes[diagram.ClassChanged].Stroke,
	}[i]
}

// A Drawing is a chart with a place for everything. Coordinates are in points; the origin is
// top left and y grows downward.
type Drawing struct {
	Width, Height      float64
	Title, Description string // for readers who do not see it
	shapes             []shape
}

// A shape is a rectangle, a line or a text.
type shape struct {
	kind           kind
	x, y, w, h     float64 // of a line, w and h lead to its other end; of a text, x and y are where its baseline begins
	fill, stroke   Ink
	width          float64 // of the stroke
	dashed         bool
	text           string // or what a pointer on a rectangle shows
	size, measured float64
	bold           bool
}

type kind int

const (
	rectangle kind = iota
	line
	label
)

// Align says which part of a text is at its place.
type Align float64

// The alignments.
const (
	Start  Align = 0
	Middle Align = 0.5
	End    Align = 1
)

// rect adds a rectangle; an outline of half a point lies on its edge. A hint is what a pointer
// on it shows, in SVG.
func (d *Drawing) rect(x, y, w, h float64, fill, stroke Ink, hint string) {
	d.shapes = append(d.shapes, shape{kind: rectangle, x: x, y: y, w: w, h: h, fill: fill, stroke: stroke, width: 0.5, text: hint})
}

func (d *Drawing) line(x1, y1, x2, y2, width float64, ink Ink, dashed bool) {
	d.shapes = append(d.shapes, shape{kind: line, x: x1, y: y1, w: x2 - x1, h: y2 - y1, stroke: ink, width: width, dashed: dashed})
}

// write adds a line of text, and returns its width.
func (d *Drawing) write(x, baseline, size float64, text string, ink Ink, bold bool, at Align) float64 {
	text = display.Printable(text)
	w := typeface.Of(bold).Width(text, size)
	d.shapes = append(d.shapes, shape{kind: label, x: x - float64(at)*w, y: baseline, fill: ink, text: text, size: size, measured: w, bold: bold})
	return w
}

// Options say how a chart is written. The zero value gives the defaults.
type Options struct {
	Theme *theme.Theme // nil is the light one; in SVG it is the dark one if the reader prefers that
	Scale float64      // of the size in pixels; 0 means 1, where a point is 100/72 pixels
}

// colors returns the theme.
func (o Options) colors() *theme.Theme {
	if o.Theme == nil {
		return theme.Light()
	}
	return o.Theme
}

// pixels returns how many pixels a point has.
func (o Options) pixels() float64 {
	scale := o.Scale
	if scale == 0 {
		scale = 1
	}
	return scale * 100 / 72
}

// Formats lists the formats.
func Formats() []string { return []string{"png", "svg"} }

// Write writes a drawing in one of the [Formats]. The same drawing and options give the same
// bytes. It returns ctx.Err() if ctx ends first.
func Write(ctx context.Context, w io.Writer, d *Drawing, format string, opt Options) error {
	switch {
	case !slices.Contains(Formats(), format):
		return fmt.Errorf("unknown format %q (have png, svg)", format)
	case format == "svg":
		return writeSVG(ctx, w, d, opt)
	}
	return writePNG(ctx, w, d, opt)
}

// cut returns a printable text that is no wider than the room, with an ellipsis in its middle where it
// was cut: IDs differ at both ends.
func cut(text string, face typeface.Face, size, room float64) string {
	text = display.Printable(text)
	if face.Width(text, size) <= room {
		return text
	}
	all := face.Clusters(text)
	join := func(n int) string { // n clusters, more of them at the beginning
		out := ""
		for i, c := range all {
			if i == (n+1)/2 {
				out += "…"
			}
			if i < (n+1)/2 || i >= len(all)-n/2 {
				out += c.Text
			}
		}
		return out
	}
	low, high := 0, len(all)-1 // the most clusters that fit
	for low < high {
		if mid := (low + high + 1) / 2; face.Width(join(mid), size) <= room {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return join(low)
}
