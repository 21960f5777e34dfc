// Package trays has the engine "trays": orchestrators at the top, and below them a tray
// for each group, or for the nodes that the same orchestrators list, with a tile for each
// node. One trunk leads from an orchestrator to each tray that holds nodes of it.
//
// [Arrange] makes a tree of blocks (blocks.go), finds the largest text with which they fit
// into rows (pack.go), and gives tiles (place.go) and trunks (trunks.go) their places. Many
// orchestrators stand above trays of their own (homes.go). [Cells] does the same with tiles
// that have no labels (cells.go).
package trays

import (
	"context"
	"fmt"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// minText is the room for a label, by the font size, below which shortened labels are not
// told apart: about seven characters.
const minText = 4.2

// rowGain is how much larger the text must get for trays to stand in several rows, with lines
// that lead past the upper ones.
const rowGain = 1.15

// Arrange fills the sheet.
func Arrange(ctx context.Context, s *engine.Sheet) error {
	a := newArrangement(s, false)
	best := a.bestPacking(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.placeBest(best)
}

// bestPacking returns the packing with the largest text, or nil if there is none. By roles,
// text is not smaller than the fair size: chips have the names.
func (a *arrangement) bestPacking(ctx context.Context) *packing {
	s := a.Sheet
	text := a.widestText()
	most := 4 * s.Most // which place makes smaller
	if a.roles {
		most = s.Most
	}
	best := a.largest(ctx, text, most)
	a.oneRow = true
	if p := a.largest(ctx, text, most); p != nil && best != nil && p.font >= best.font/rowGain {
		best = p
	}
	a.oneRow = false
	if best == nil || best.font < s.Fair {
		// Labels lose their middle, as little as possible.
		least := text
		for lo, hi := min(minText, text), text; hi-lo > 0.1 && ctx.Err() == nil; {
			least = (lo + hi) / 2
			if p := a.pack(a.metricsOf(s.Fair, least)); p != nil {
				best, lo = p, least
			} else {
				hi = least
			}
		}
		switch {
		case best != nil && best.font >= s.Fair:
		case a.roles:
			best = nil
		default:
			best = a.largest(ctx, min(minText, text), s.Fair)
		}
	}
	if best == nil {
		best = a.unlabelled(ctx)
	}
	return best
}

// newArrangement returns an arrangement with the blocks of a sheet. By roles, many nodes that
// took no part in jobs are apart from those that did, and jobs are elsewhere.
func newArrangement(s *engine.Sheet, roles bool) *arrangement {
	a := &arrangement{Sheet: s, roles: roles}
	a.addBlocks()
	return a
}

// placeBest places a packing, or returns an error if there is none.
func (a *arrangement) placeBest(best *packing) error {
	if best == nil {
		return fmt.Errorf("%d boxes have no room on %.0f×%.0f points", len(a.Boxes), a.W, a.H)
	}
	a.place(best)
	return nil
}

// An arrangement is a sheet and the blocks on it.
type arrangement struct {
	*engine.Sheet
	trays  []*block
	hubs   bool // there is a hub
	joined bool // an edge joins two hubs
	lanes  int  // that lines of hubs need side by side: one for each, or two with other lines

	blocks  int         // number of blocks
	grow    float64     // how much the tallest tile is higher than a usual one, by its height
	oneRow  bool        // all trays stand in one row
	counts  bool        // there are nodes that need attention, which headings count
	counted bool        // blocks have room for these numbers
	roles   bool        // nodes are by their part in jobs, and jobs elsewhere
	buses   map[int]int // by plate, the order of trays of several hubs, if hubs stand above their own trays
	calls   int         // among cells, boxes with a Call up to this one have labels
	idle    int         // number of nodes without a part in jobs
}

// widestText returns the width of the widest label with its marks, by the font size.
func (a *arrangement) widestText() float64 {
	widest := 0.0
	for i := range a.Boxes {
		if b := &a.Boxes[i]; !b.Hub && !(a.roles && b.Job) {
			widest = max(widest, b.Label.Text+b.Label.Room)
		}
	}
	return widest
}

// largest returns the packing with the largest text up to a size, or nil if even the
// least that is drawn is too large. Labels have room for so many font sizes.
func (a *arrangement) largest(ctx context.Context, text, most float64) *packing {
	return engine.Largest(ctx, a.Least, most, 0.005, func(font float64) *packing { return a.pack(a.metricsOf(font, text)) })
}
