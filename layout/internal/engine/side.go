package engine

import "gonum.org/v1/gonum/spatial/r2"

// A Side is the room beside a box that its label may take: a strip that begins at the box.
type Side struct {
	Start r2.Vec  // the middle of the end of the label that is nearer to the box
	Angle float64 // direction from there to the other end, in degrees clockwise; 0 is to the right
	W     float64 // length of the strip, in points
}
