package radial

import (
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file places boxes without an edge in blocks, where no spoke leads.

// Lengths in a block, by the size of the font.
const (
	rowShare   = 1.5
	headShare  = 2.0
	blockPad   = 0.6
	blockGap   = 1.2 // between blocks, and between a block and everything else
	headFont   = 1.1
	columnPart = 0.6 // the largest part of the width for blocks beside the ellipse
)

// A block is boxes of one kind below a heading, in columns that are read downward.
type block struct {
	kind  engine.PlateKind
	boxes []int
	name  float64 // width of the heading at font size 1
}

func (a *arrangement) addBlock(kind engine.PlateKind, boxes []int) {
	if len(boxes) == 0 {
		return
	}
	b := block{kind: kind, boxes: boxes}
	b.name, _, _ = a.Heading(&engine.Plate{Kind: kind, Group: -1, Boxes: boxes})
	a.blocks = append(a.blocks, b)
}

// A stack is all blocks, one below the other.
type stack struct {
	text    float64 // room for a label, by the font size; 0 for none
	columns int
	cellW   float64
	rowH    float64
	head    float64 // height of a heading
	pad     float64
	w, h    float64
	gap     float64 // to the blocks
	at      r2.Vec  // its top left
}

// width returns the width that the stack takes beside the ellipse.
func (s *stack) width() float64 {
	if s.w == 0 {
		return 0
	}
	return s.w + s.gap
}

// stackBlocks sets the size of the stack, with as few columns as the height allows. It
// reports whether there is room.
func (f *fit) stackBlocks(text float64) bool {
	f.stack = stack{}
	if len(f.blocks) == 0 {
		return true
	}
	s := &f.stack
	largest := f.dot * f.size
	*s = stack{text: text, cellW: largest * 1.25, rowH: largest * 1.25, head: headShare * f.font, pad: blockPad * f.font, gap: blockGap * f.font}
	if text > 0 {
		s.cellW, s.rowH = largest+(beside+text+0.8)*f.font, max(rowShare*f.font, largest*1.15)
	}
	most := 0
	for _, b := range f.blocks {
		most = max(most, len(b.boxes))
	}
	room := f.W * columnPart
	if len(f.orbit) == 0 {
		room = f.W
		if f.hub >= 0 {
			room -= f.hubW + s.gap
		}
	}
	for s.columns = 1; s.columns <= most; s.columns++ {
		s.w, s.h = float64(s.columns)*s.cellW+2*s.pad, -s.gap
		for _, b := range f.blocks {
			s.h += s.height(&b) + s.gap
			if text > 0 {
				s.w = max(s.w, b.name*headFont*f.font+2*s.pad)
			}
		}
		if s.h <= f.H || s.w > room {
			break
		}
	}
	return s.h <= f.H && s.w <= room
}

// height returns the height of a block.
func (s *stack) height(b *block) float64 {
	rows := (len(b.boxes) + s.columns - 1) / s.columns
	return s.head + float64(rows)*s.rowH + s.pad
}

// findCorner moves the stack to a corner where it touches nothing, and reports whether there
// is one.
func (f *fit) findCorner() bool {
	s := &f.stack
	if s.w == 0 {
		return true
	}
	for _, at := range []r2.Vec{{}, {Y: f.H - s.h}, {X: f.W - s.w}, {X: f.W - s.w, Y: f.H - s.h}} {
		p := engine.Level(r2.Vec{X: at.X + s.w/2, Y: at.Y + s.h/2}, s.w, s.h)
		taken := p.Near(engine.Level(f.center, f.hubW, f.hubH), s.gap)
		for k := range f.orbit {
			from, to := f.spoke(k)
			taken = taken || p.Near(f.disc(k), s.gap) || p.Near(f.label(k), s.gap) || p.NearLine(from, to, s.gap)
		}
		if !taken {
			s.at = at
			return true
		}
	}
	s.at = r2.Vec{Y: max(0, (f.H-s.h)/2)}
	return false
}

// placeBlocks gives the blocks and their boxes their places.
func (f *fit) placeBlocks() {
	s := &f.stack
	y := s.at.Y
	for _, b := range f.blocks {
		h := s.height(&b)
		plate := engine.Plate{Kind: b.kind, Group: -1, Boxes: b.boxes}
		plate.Rect = engine.Rect{Center: r2.Vec{X: s.at.X + s.w/2, Y: y + h/2}, W: s.w, H: h}
		if room := s.w - 2*s.pad; room > 3*f.font {
			plate.Font = f.legible(headFont * f.font)
			plate.Name = engine.Room{X: s.at.X + s.pad, Y: y + s.head/2, W: room + slack}
		}
		f.Plates = append(f.Plates, plate)
		rows := (len(b.boxes) + s.columns - 1) / s.columns
		for k, i := range b.boxes {
			box := &f.Boxes[i]
			box.Dot = true
			box.W = f.dot * box.Label.Size
			box.H = box.W
			box.Center = r2.Vec{
				X: s.at.X + s.pad + float64(k/rows)*s.cellW + f.dot*f.size/2,
				Y: y + s.head + (float64(k%rows)+0.5)*s.rowH,
			}
			if s.text > 0 {
				box.Font = f.font
				box.Label.Side = &engine.Side{Start: r2.Add(box.Center, r2.Vec{X: f.dot*f.size/2 + beside*f.font}), W: s.text * f.font}
			}
		}
		y += h + s.gap
	}
}

// rect returns the stack as a plank, or false if there are no blocks.
func (s *stack) rect() (engine.Plank, bool) {
	return engine.Level(r2.Vec{X: s.at.X + s.w/2, Y: s.at.Y + s.h/2}, s.w, s.h), s.w > 0
}
