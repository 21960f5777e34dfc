package trays

import (
	"context"
	"maps"
	"math"
	"slices"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// Labels among cells may take this part of the sheet, and make cells smaller by this factor.
const (
	mostCalled  = 0.3
	leastBeside = 0.75

	leastCounted = 0.85 // the same for the numbers in headings
)

// calledText is the room for a label among cells, by the font size. Longer ones are
// shortened.
const calledText = 14.0

// Cells fills the sheet with tiles that have no labels, but for boxes with a Call: as many
// calls of those, from the first on, as leave room for the others.
func Cells(ctx context.Context, s *engine.Sheet) error {
	a := newArrangement(s, false)
	best := a.countedCells(ctx)
	if named, p := a.withCalls(ctx, best); p != nil {
		if err := named.placeBest(p); err != nil {
			return err
		}
		*s = *named.Sheet
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.placeBest(best)
}

// countedCells returns the packing with the largest tiles that have no label. Headings have
// room for the numbers of nodes that need attention, if that makes tiles little smaller.
func (a *arrangement) countedCells(ctx context.Context) *packing {
	best := a.unlabelled(ctx)
	if best == nil || !a.counts {
		return best
	}
	a.counted = true
	if p := a.unlabelled(ctx); p != nil && p.names == best.names && p.tileW >= leastCounted*best.tileW {
		return p
	}
	a.counted = false
	return best
}

// withCalls returns an arrangement in which boxes with a call have labels, with its packing.
// Beside it, one without labels has cells of a usual size. The packing is nil if there is no
// room.
func (a *arrangement) withCalls(ctx context.Context, bare *packing) (*arrangement, *packing) {
	if bare == nil {
		return nil, nil
	}
	counts, n := make(map[int]int), 0 // of boxes with a call: by that, and all
	for i := range a.Boxes {
		if call := a.Boxes[i].Call(); call > 0 {
			counts[call]++
			n++
		}
	}
	calls := slices.Sorted(maps.Keys(counts))
	for _, last := range slices.Backward(calls) {
		if ctx.Err() != nil {
			break
		}
		called := n
		n -= counts[last]
		if float64(called)*calledArea*a.Fair*a.Fair > mostCalled*a.W*a.H {
			continue
		}
		sheet := *a.Sheet
		sheet.Plates = nil
		named := &arrangement{Sheet: &sheet, calls: last, counted: a.counted}
		named.addBlocks()
		if p := named.packCalled(ctx, bare.tileW); p != nil {
			return named, p
		}
	}
	return nil, nil
}

// calledArea is the least area of a tile with a label among cells, by the square of the font
// size.
const calledArea = 11.0

// packCalled returns the packing with the largest cells beside tiles with labels, or nil if
// they would be much smaller than a size.
func (a *arrangement) packCalled(ctx context.Context, usual float64) *packing {
	text := 0.0
	for i := range a.Boxes {
		if b := &a.Boxes[i]; b.Call() > 0 && b.Call() <= a.calls {
			text = max(text, min(b.Label.Text, calledText)+b.Label.Room)
		}
	}
	return engine.Largest(ctx, leastBeside*usual, usual, 0.01, func(size float64) *packing {
		m := a.bareMetrics(size, 1, clearance)
		m.wideFont = a.Fair
		m.wideW, m.wideH, m.wideGap = (text+2*tilePad)*a.Fair, tileHeight*a.Fair, 0.3*a.Fair
		return a.pack(m)
	})
}

// unlabelled returns the packing with the largest tiles that have no label. Trunks keep off
// tiles, unless there is no room for that.
func (a *arrangement) unlabelled(ctx context.Context) *packing {
	best := a.largestTiles(ctx, clearance)
	if best == nil {
		best = a.largestTiles(ctx, 0)
	}
	return best
}

// clearance is how far trunks are from tiles, in points: 2, and what rounding takes.
const clearance = 2.2

// largestTiles returns the packing with the largest tiles that have no label, and with a
// distance between them and trunks. Headings get smaller, and go, where they leave no room.
func (a *arrangement) largestTiles(ctx context.Context, clear float64) (best *packing) {
	whole := math.Sqrt(a.W * a.H / float64(len(a.Boxes)+1)) // the side of a tile if there were nothing else
	for frame := 1.0; best == nil && frame > 0.001 && ctx.Err() == nil; frame *= 0.75 {
		lo, hi := 0.15*whole, max(0.3*whole, min(whole, 40*a.Unit))
		if frame < 0.2 {
			lo = 0.02 * whole
		}
		best = engine.Largest(ctx, lo, hi, 0.01, func(size float64) *packing { return a.pack(a.bareMetrics(size, frame, clear)) })
	}
	return best
}
