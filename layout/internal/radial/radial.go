// Package radial has the engine "radial": the orchestrator in the middle, its nodes as dots
// on an ellipse around it, and their labels outside along the radius, so that a spoke passes
// nothing. Nodes without an edge stand apart in a block. A group is an arc, and a trunk
// leads to its name, from which its spokes fan out.
//
// [Arrange] orders the boxes (radial.go), finds the largest text for which neighbours do not
// touch (fit.go), and gives the blocks (blocks.go) and the fans (fans.go) their places.
package radial

import (
	"cmp"
	"context"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// Lengths by the size of the font.
const (
	dotShare  = 0.9  // diameter of a usual dot
	beside    = 0.35 // between a dot and its label
	lineShare = 1.15 // least distance of neighbours across the radius
	hubFont   = 1.25
	hubHeight = 1.9
	hubPad    = 0.9  // room left and right of the hub's label
	maxHub    = 17.0 // room for the hub's label
	minText   = 4.2  // room below which shortened labels are not told apart: about seven characters
)

// clearance is the least room between an edge and what is not its end, in points: 2 besides
// half the width of the edge.
const clearance = 2.5

// slack is more than rounding takes from a width.
const slack = 1e-6

// Gaps between arcs and between inner groups, by the distance of neighbours.
const (
	arcGap   = 1.2
	innerGap = 0.5
)

// Arrange fills a sheet of at most one hub and no jobs.
func Arrange(ctx context.Context, s *engine.Sheet) error {
	a := newArrangement(s)
	f := a.best(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	a.place(f)
	return ctx.Err()
}

// An arrangement is a sheet with its boxes in order.
type arrangement struct {
	*engine.Sheet
	hub    int       // index of the hub's box; -1 if there is none
	orbit  []int     // the boxes on the ellipse, clockwise from the top
	gaps   []float64 // before each box of the orbit, by the distance of neighbours
	arcs   []arc     // of groups
	blocks []block   // boxes apart

	text, apartText float64 // widths of the widest label on the orbit and in a block, by the font size
	size            float64 // of the largest dot, by that of a usual one
}

// An arc is the part of the orbit from one box up to another, which belongs to a group.
type arc struct{ group, from, to int }

func newArrangement(s *engine.Sheet) *arrangement {
	a := &arrangement{Sheet: s, hub: -1, size: 1}
	if len(s.Hubs) > 0 {
		a.hub = s.Hubs[0]
	}
	var detached, peers []int
	for _, i := range s.Order {
		b := &s.Boxes[i]
		switch {
		case i == a.hub:
			continue
		case b.Peer:
			peers = append(peers, i)
		case b.Linked && a.hub >= 0:
			a.orbit = append(a.orbit, i)
		default:
			detached = append(detached, i)
		}
		a.size = max(a.size, b.Label.Size)
		if b.Peer || !b.Linked || a.hub < 0 {
			a.apartText = max(a.apartText, b.Label.Text)
		} else {
			a.text = max(a.text, b.Label.Text)
		}
	}
	slices.SortStableFunc(a.orbit, func(i, j int) int { return slices.Compare(a.groupKey(i), a.groupKey(j)) })
	a.setGaps()
	kind := engine.DetachedPlate
	if a.hub < 0 {
		kind = engine.HubPlate // nothing says whether they are connected
	}
	a.addBlock(kind, detached)
	a.addBlock(engine.RequesterPlate, peers)
	return a
}

// groupKey returns the groups of a box to sort by. Boxes without a group come last.
func (a *arrangement) groupKey(i int) []int {
	if g := a.Boxes[i].Groups; len(g) > 0 {
		return g
	}
	return []int{len(a.Groups)}
}

// setGaps sets the gaps on the orbit, and the arcs.
func (a *arrangement) setGaps() {
	a.gaps = make([]float64, len(a.orbit))
	inner := 2*a.innermost() <= len(a.orbit) // gaps around each box would say nothing
	for k, i := range a.orbit {
		last := a.orbit[(k+len(a.orbit)-1)%len(a.orbit)]
		group, lastGroup := a.groupKey(i), a.groupKey(last)
		switch {
		case group[0] != lastGroup[0]:
			a.gaps[k] = arcGap
		case k > 0 && inner && !slices.Equal(group, lastGroup):
			a.gaps[k] = innerGap
		}
		if n := len(a.arcs); n > 0 && a.arcs[n-1].group == group[0] {
			a.arcs[n-1].to = k + 1
		} else {
			a.arcs = append(a.arcs, arc{group[0], k, k + 1})
		}
	}
	a.arcs = slices.DeleteFunc(a.arcs, func(s arc) bool { return s.group == len(a.Groups) })
}

// innermost returns the number of innermost groups on the orbit.
func (a *arrangement) innermost() (n int) {
	for k, i := range a.orbit {
		if k == 0 || !slices.Equal(a.groupKey(i), a.groupKey(a.orbit[k-1])) {
			n++
		}
	}
	return n
}

// place gives everything its place.
func (a *arrangement) place(f *fit) {
	if a.hub >= 0 {
		h := &a.Boxes[a.hub]
		h.Center, h.W, h.H, h.Font = f.center, f.hubW, f.hubH, f.legible(f.hubFont)
	}
	for k, i := range a.orbit {
		b := &a.Boxes[i]
		b.Dot, b.Center = true, f.dots[k]
		b.W = f.dot * cmp.Or(b.Label.Size, 1)
		b.H = b.W
	}
	f.placeBlocks()
	for _, k := range f.labelled() {
		b := &a.Boxes[a.orbit[k]]
		b.Font = f.font
		b.Label.Side = &engine.Side{Start: f.labelStart(k), Angle: f.degrees(k), W: f.text * f.font}
	}
	f.placeFans()
}

// legible returns a font size, or 0 if text of that size is not drawn.
func (a *arrangement) legible(font float64) float64 {
	if font < a.Least {
		return 0
	}
	return font
}

// spoke returns the straight line from the hub to box k of the orbit.
func (f *fit) spoke(k int) (from, to r2.Vec) { return f.center, f.dots[k] }
