package layout

// This file has the second lines of boxes: what a node has, or what changed.

import (
	"context"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/typeface"
)

// A Bar shows the share of a capacity that is in use.
type Bar struct {
	Center r2.Vec
	W, H   float64 // in points; 0 for no bar
	Share  float64 // from 0 to 1
}

// Lengths of a box with a second line, by the font size of its label.
const (
	detailShare = 0.78 // font size of the second line
	detailRoom  = 0.98 // height that it adds: the distance from the label's last line to it
	barRoom     = 0.42 // height that a bar adds
	barDrop     = 0.7  // from the second line to the bar
	barHeight   = 0.2
)

// mostDetailed is the most second lines that are tried: the names of more boxes are smaller
// than second lines need.
const mostDetailed = 200

// A secondLine says which of the texts for a second line nodes have, all of them alike.
type secondLine int

// The choices.
const (
	noDetail secondLine = iota
	longDetail
	shortDetail
)

// arrangeDetailed returns the drawing of a diagram with the longest second lines that can be
// read, or nil if it is better without: they are too small, or larger boxes hide edges.
func arrangeDetailed(ctx context.Context, fig *diagram.Diagram, name string, opt Options) (*Drawing, error) {
	if n := fig.CountDetails(); engines[name].oneLine || n == 0 || n > mostDetailed {
		return nil, nil
	}
	var plain *Drawing
	for _, second := range []secondLine{longDetail, shortDetail} {
		d, err := arrangeLines(ctx, fig, name, opt, second)
		if err != nil {
			return nil, err
		}
		if d == nil {
			continue
		}
		if !d.unclear() {
			return d, nil
		}
		if plain == nil {
			if plain, err = arrangeLines(ctx, fig, name, opt, noDetail); err != nil {
				return nil, err
			}
		}
		if plain.unclear() && d.behind() <= plain.behind() {
			return d, nil
		}
	}
	return nil, nil
}

// leastDetailed returns the smallest font size of labels whose second lines can be read. It
// is no smaller than what "auto" draws a circle with.
func leastDetailed(unit float64) float64 {
	return max(circleFont, fairFont*max(1, unit)/detailShare)
}

// of returns the text for a node; "" for none.
func (l secondLine) of(n *diagram.Node) string {
	switch l {
	case longDetail:
		return n.Detail()
	case shortDetail:
		return n.ShortDetail()
	}
	return ""
}

// addDetail gives a box with a label a second line below it, no wider than the width, and
// says whether it has a bar. The size of the box is for the caller to choose.
func (b *Box) addDetail(text string, width float64, bar *diagram.Use) {
	if text == "" || b.Label().String == "" {
		return
	}
	c := b.Content
	c.Detail = fitText(text, detailShare*c.Label.Size, typeface.Regular, width)
	if c.Detail.String != "" && bar != nil {
		c.Bar = Bar{H: barHeight * c.Label.Size, Share: bar.Share}
	}
}

// detailHeight returns the height that the second line and the bar add.
func (b *Box) detailHeight() float64 {
	switch c := b.Content; {
	case c == nil || c.Detail.String == "":
		return 0
	case c.Bar.H == 0:
		return detailRoom * c.Label.Size
	default:
		return (detailRoom + barRoom) * c.Label.Size
	}
}

// end returns the height of a pill around the label alone: marks are as large as in one.
func (b *Box) end() float64 {
	if b.Detail().String == "" {
		return b.H
	}
	return min(b.H, b.Content.Label.Size*labelHeight)
}

// stack places the label, the second line and the bar one below the other.
func (b *Box) stack(barWidth float64) {
	if b.Detail().String == "" {
		return
	}
	c := b.Content
	size, more := c.Label.Size, b.detailHeight()
	c.Label.Center.Y = round(b.Center.Y - more/2)
	first := c.Label.height() - size*labelHeight // of a second line of the label
	y := b.Center.Y - more/2 + first/2 + detailRoom*size
	c.Detail.Center = r2.Vec{X: c.Label.Center.X, Y: round(y)}
	c.Detail.Width = round(c.Detail.Width)
	if c.Bar.H > 0 {
		c.Bar.Center = r2.Vec{X: c.Label.Center.X, Y: round(y + barDrop*size)}
		c.Bar.W = math.Floor(barWidth*10) / 10
		c.Bar.H = max(0.1, round(barHeight*size))
	}
}
