package raster

// This file computes how much of each pixel a shape covers, exactly but for rounding, and
// blends its colour there. It is the method of FreeType's smooth rasteriser (ftgrays.c) with
// the dense buffer of Levien's font-rs: an edge of a polygon adds to each cell it passes the
// area to its right within the cell, and the height that it takes of all cells further right.
// The sum of a row from the left is then the coverage. All of it is in integers.

import (
	"encoding/binary"
	"image"
)

// A point is in units of 1/1024 pixel from the top left of the picture.
type point struct{ x, y int32 }

const (
	unitBits = 10
	unit     = 1 << unitBits
	farthest = 1e6 // pixels from the origin: more than a side of a picture, and an int32 of units
	full     = 2 * unit * unit
)

// A strip is some rows of a picture, and the coverage of the shape that is painted next.
type strip struct {
	img         *image.RGBA
	width       int
	top, bottom int     // the rows
	cells       []int32 // by row; full is a complete pixel. Two cells follow each row for what is outside
	touched     []span  // by row
}

// A span is the cells of a row from the first to the last, or none if the last is smaller.
type span struct{ first, last int }

var nothing = span{first: 1 << 30, last: -1}

func newStrip(img *image.RGBA, rows int) *strip {
	width := img.Rect.Dx()
	s := &strip{img: img, width: width, cells: make([]int32, rows*(width+2)), touched: make([]span, rows)}
	for i := range s.touched {
		s.touched[i] = nothing
	}
	return s
}

// polygon adds the area within a closed polygon. Where polygons overlap, those of one
// direction cover once, those of opposite directions not at all.
func (s *strip) polygon(points []point) {
	from := points[len(points)-1]
	for _, to := range points {
		s.edge(from, to)
		from = to
	}
}

// edge adds the area to the right of an edge.
func (s *strip) edge(a, b point) {
	sign := int32(1)
	if a.y > b.y {
		a, b, sign = b, a, -1
	}
	top, bottom := int32(s.top)<<unitBits, int32(s.bottom)<<unitBits
	if a.y == b.y || b.y <= top || a.y >= bottom {
		return
	}
	row, last := a.y>>unitBits, (b.y-1)>>unitBits
	if row == last {
		s.piece(int(row), a.x, b.x, a.y&(unit-1), b.y-row<<unitBits, sign)
		return
	}
	slope := int64(0)
	if a.x != b.x { // a division takes as long as all else
		slope = (int64(b.x) - int64(a.x)) << 20 / (int64(b.y) - int64(a.y))
	}
	at := func(y int32) int32 { return a.x + int32(slope*(int64(y)-int64(a.y))>>20) }
	x, y := a.x, a.y
	if y < top {
		x, y, row = at(top), top, int32(s.top)
	}
	last = min(last, int32(s.bottom)-1)
	for ; row <= last; row++ {
		nextX, nextY := b.x, b.y
		if end := (row + 1) << unitBits; end < b.y {
			nextX, nextY = at(end), end
		}
		s.piece(int(row), x, nextX, y-row<<unitBits, nextY-row<<unitBits, sign)
		x, y = nextX, nextY
	}
}

// piece adds the area to the right of a piece of an edge that goes down within a row, from
// height y0 to y1 of it. What is left or right of the picture counts as on its border.
func (s *strip) piece(row int, x0, x1, y0, y1, sign int32) {
	row -= s.top
	cells := s.cells[row*(s.width+2):][:s.width+2]
	right := int32(s.width) << unitBits
	x0, x1 = min(max(x0, 0), right), min(max(x1, 0), right)
	if x0 > x1 {
		x0, x1 = x1, x0 // the same area in each cell
	}
	first, last := int(x0>>unitBits), int(x1>>unitBits)
	t := &s.touched[row]
	t.first, t.last = min(t.first, first), max(t.last, last+1)
	height := y1 - y0
	if first == last {
		left := x0&(unit-1) + x1&(unit-1)
		cells[first] += sign * height * (2*unit - left)
		cells[first+1] += sign * height * left
		return
	}
	slope := height << 20 / (x1 - x0)    // at most 1<<30
	start, done := x0&(unit-1), int32(0) // where the edge enters a cell, and the height up to there
	for i := first; i < last; i++ {
		reached := slope * (int32(i+1)<<unitBits - x0) >> 20
		cells[i] += sign * (reached - done) * (unit - start)
		cells[i+1] += sign * (reached - done) * (unit + start)
		start, done = 0, reached
	}
	left := x1 & (unit - 1)
	cells[last] += sign * (height - done) * (2*unit - left)
	cells[last+1] += sign * (height - done) * left
}

// blend paints what is covered of some rows of the picture in a colour, and clears the coverage.
func (s *strip) blend(color uint32, from, to int) {
	for row := max(from, s.top) - s.top; row < min(to, s.bottom)-s.top; row++ {
		t := s.touched[row]
		if t.last < 0 {
			continue
		}
		s.touched[row] = nothing
		cells := s.cells[row*(s.width+2):][:t.last+1]
		pix := s.img.Pix[(s.top+row)*s.img.Stride:][:4*s.width]
		sum := int32(0)
		for x := t.first; x < len(cells); x++ {
			sum += cells[x]
			cells[x] = 0
			if x >= s.width {
				continue
			}
			switch alpha := opacity(sum); alpha {
			case 0:
			case 255:
				from := x
				for x+1 < len(cells) && cells[x+1] == 0 {
					x++
				}
				fill(pix[4*from:4*min(x+1, s.width)], color)
			default:
				at := pix[4*x : 4*x+4]
				binary.LittleEndian.PutUint32(at, mix(binary.LittleEndian.Uint32(at), color, alpha))
			}
		}
	}
}

// fill makes pixels one colour.
func fill(pix []byte, color uint32) {
	two := uint64(color)<<32 | uint64(color)
	for ; len(pix) >= 8; pix = pix[8:] {
		binary.LittleEndian.PutUint64(pix, two)
	}
	if len(pix) > 0 {
		binary.LittleEndian.PutUint32(pix, color)
	}
}

// opacity returns the coverage of a cell, from 0 to 255.
func opacity(sum int32) uint32 {
	area := uint32(min(max(sum, -sum), full))
	return (area*255 + full/2) / full
}

// mix returns a colour on top of another with an opacity from 0 to 255. It computes two
// channels at once, in the halves of a number; t + t/256 over 256 is t/255 (Blinn, Three
// Wrongs Make a Right).
func mix(below, above, opacity uint32) uint32 {
	const halves = 0xff00ff
	rest := 255 - opacity
	even := below&halves*rest + above&halves*opacity + 0x800080
	odd := below>>8&halves*rest + above>>8&halves*opacity + 0x800080
	even = (even + even>>8&halves) >> 8 & halves
	odd = (odd + odd>>8&halves) &^ halves
	return even | odd
}
