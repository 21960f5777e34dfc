package layout

// This file writes labels beside their boxes.

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// labelBeside writes the label of box i into the strip beside it, shortened to fit, or none
// if it would not differ from those that are shown.
func (s *sketch) labelBeside(i int, b *engine.Box, origin r2.Vec, shown labels) {
	n := &s.fig.Nodes[i]
	side := b.Side()
	label := fitOne(tileLabel(n), b.Font, faceOf(n), side.W, shown.of(n))
	if label.Width > side.W+1e-6 || label.String == "" {
		return
	}
	shown.of(n)[label.String] = true
	label.runFrom(r2.Add(side.Start, origin), side.Angle)
	s.boxes[i].content().Label = label
}

// runFrom places the text along a direction, in degrees clockwise from the right, with one
// end at a point. In a direction to the left it ends there, so that it is never upside down.
func (t *Text) runFrom(start r2.Vec, direction float64) {
	sin, cos := math.Sincos(direction * math.Pi / 180)
	c := r2.Add(start, r2.Scale(t.Width/2, r2.Vec{X: cos, Y: sin}))
	t.Center, t.Width = r2.Vec{X: round(c.X), Y: round(c.Y)}, round(t.Width)
	t.Angle = roundTo(math.Remainder(direction, 180), 0.01)
}
