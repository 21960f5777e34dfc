package layout

// This file has the boxes of a drawing.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// A Shape is the outline of a box.
type Shape int

// The shapes. A Pill is a rectangle with fully rounded ends around its label; a Dot is a
// circle without a label; a Card is a rectangle with slightly rounded corners, for a job;
// a Tile is one for a node, with or without a label.
const (
	Pill Shape = iota
	Dot
	Card
	Tile
)

// A Box is a node placed on the canvas, or a swatch of the legend.
type Box struct {
	Center r2.Vec
	W, H   float64 // of the outline, in points
	Shape  Shape
	Fill   Fill // of a tile

	// Content is what is in the box; nil if there is nothing, as in most cells and dots.
	Content *Content
}

// A Content is what is in a box, or beside it.
type Content struct {
	Label  Text // placed in the box or beside it; its String is empty when left to a tooltip
	Mark   Mark // placed in the box; zero when the state needs none
	Badge  Mark // of the state, if Mark is of the value that the colour stands for; zero if not
	Detail Text // a second line below the label, in the box; its String is empty if there is none
	Bar    Bar  // below the second line; zero if there is none
}

// A Fill is the part of a tile that is filled, from the left.
type Fill struct {
	Shown bool // the tile shows a share, or that it is not known
	Known bool
	Share float64 // from 0 to 1
}

// A Mark shows in a box the state of its node or job, or the value that its colour
// stands for.
type Mark struct {
	Center r2.Vec
	R      float64 // radius in points; 0 for no mark
}

// Label returns the label of the content, zero without a content. So do the methods below.
func (b *Box) Label() (label Text) {
	if b.Content != nil {
		label = b.Content.Label
	}
	return label
}

// Mark returns the mark of the content.
func (b *Box) Mark() (mark Mark) {
	if b.Content != nil {
		mark = b.Content.Mark
	}
	return mark
}

// Badge returns the badge of the content.
func (b *Box) Badge() (badge Mark) {
	if b.Content != nil {
		badge = b.Content.Badge
	}
	return badge
}

// Detail returns the second line of the content.
func (b *Box) Detail() (detail Text) {
	if b.Content != nil {
		detail = b.Content.Detail
	}
	return detail
}

// Bar returns the bar of the content.
func (b *Box) Bar() (bar Bar) {
	if b.Content != nil {
		bar = b.Content.Bar
	}
	return bar
}

// content returns the content to change: a new one if there is none.
func (b *Box) content() *Content {
	if b.Content == nil {
		b.Content = new(Content)
	}
	return b.Content
}

// Beside reports whether the label is not in the box but beside it, on the page: its
// middle is out of the outline.
func (b *Box) Beside() bool {
	label := b.Label()
	d := r2.Sub(label.Center, b.Center)
	return label.String != "" && (math.Abs(d.X) > b.W/2 || math.Abs(d.Y) > b.H/2)
}
