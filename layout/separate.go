package layout

// This file removes overlaps of boxes, wherever an engine put them.

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// nudge pushes boxes that overlap away from one another, a little at a time, and reports
// whether none overlaps any more, or ctx has ended. It keeps the picture's shape better than scaling all of
// it. This is relaxation of pairs, as in Jakobsen (Advanced Character Physics, 2001).
func nudge(ctx context.Context, s *engine.Scene) bool {
	for range 40 {
		if !nudgeOnce(ctx, s) {
			return true
		}
	}
	return false
}

// nudgeOnce moves each box by 0.6 of the sum of its neighbours' pushes, each along the
// axis on which the two overlap less, and reports whether any overlapped. Hubs are
// pushed by other hubs only.
func nudgeOnce(ctx context.Context, s *engine.Scene) bool {
	push := make([]r2.Vec, len(s.Boxes))
	any := false
	overlaps(ctx, s, func(i, j int) {
		any = true
		a, b := &s.Boxes[i], &s.Boxes[j]
		dx, dy := b.Center.X-a.Center.X, b.Center.Y-a.Center.Y
		overX := (a.W+b.W)/2 + s.Gap - math.Abs(dx)
		overY := (a.H+b.H)/2 + s.Gap - math.Abs(dy)
		var by r2.Vec
		if overX < overY*s.Aspect {
			by.X = math.Copysign(overX/2, dx)
		} else {
			by.Y = math.Copysign(overY/2, dy)
		}
		if a.Hub != b.Hub { // only the other moves
			by.X, by.Y = 2*by.X, 2*by.Y
		}
		if !a.Hub || b.Hub {
			push[i].X, push[i].Y = push[i].X-by.X, push[i].Y-by.Y
		}
		if !b.Hub || a.Hub {
			push[j].X, push[j].Y = push[j].X+by.X, push[j].Y+by.Y
		}
	})
	for i := range push {
		c := &s.Boxes[i].Center
		c.X, c.Y = c.X+0.6*push[i].X, c.Y+0.6*push[i].Y
	}
	return any
}

// overlaps calls f for each two boxes that are nearer than half the gap: sorted by their
// places along one axis, a box is compared with those that follow it (sort and sweep: Baraff,
// 1992), as far as they are in its own row of the page or in the one above or below. So
// there are few comparisons for each box, however many boxes there are. The order of the
// calls depends on the places alone. There are no more when ctx has ended.
func overlaps(ctx context.Context, s *engine.Scene, f func(i, j int)) {
	order := byX(s)
	rows := newRows(s, order)
	widest := 0.0
	for i := range s.Boxes {
		widest = max(widest, s.Boxes[i].W)
	}
	var found []int // ranks in order
	for k := range interrupt.Range(ctx, len(order)) {
		a := &s.Boxes[order[k]]
		found = found[:0]
		for row := rows.of[k] - 1; row <= rows.of[k]+1; row++ {
			for _, later := range rows.after(row, k) {
				b := &s.Boxes[order[later]]
				if b.Center.X-a.Center.X > (a.W+widest+s.Gap)/2 {
					break
				}
				if near(a, b, s.Gap) {
					found = append(found, later)
				}
			}
		}
		slices.Sort(found)
		for _, later := range found {
			f(order[k], order[later])
		}
	}
}

// byX returns the indexes of the boxes from left to right.
func byX(s *engine.Scene) []int {
	type place struct {
		x   float64
		box int
	}
	places := make([]place, len(s.Boxes)) // which are smaller than boxes, and so sorted faster
	for i := range places {
		places[i] = place{s.Boxes[i].Center.X, i}
	}
	slices.SortFunc(places, func(a, b place) int {
		if c := cmp.Compare(a.x, b.x); c != 0 {
			return c
		}
		return a.box - b.box
	})
	order := make([]int, len(places))
	for k := range places {
		order[k] = places[k].box
	}
	return order
}

// rows are the rows of a page that boxes are in. Two boxes that are near each other are in one
// row or in two that touch.
type rows struct {
	of    []int // the row of each box, by its rank from left to right
	ranks [][]int
}

// newRows returns the rows of boxes in an order.
func newRows(s *engine.Scene, order []int) *rows {
	r := &rows{of: make([]int, len(order))}
	if len(order) == 0 {
		return r
	}
	top, bottom, height := math.Inf(1), math.Inf(-1), 0.0
	for i := range s.Boxes {
		b := &s.Boxes[i]
		top, bottom, height = min(top, b.Center.Y), max(bottom, b.Center.Y), max(height, b.H+s.Gap)
	}
	height = max(height, (bottom-top)/float64(len(order))) // no more rows than boxes
	// The distance between finite places may be infinite: the bounds hold whatever int gives then.
	rowAt := func(row float64) int { return max(0, min(len(order), int(row))) }
	r.ranks = make([][]int, 1+rowAt((bottom-top)/height))
	for k, i := range order {
		r.of[k] = rowAt((s.Boxes[i].Center.Y - top) / height)
		r.ranks[r.of[k]] = append(r.ranks[r.of[k]], k)
	}
	return r
}

// after returns the ranks in a row that follow k. Calls for later k forget those before.
func (r *rows) after(row, k int) []int {
	if row < 0 || row >= len(r.ranks) {
		return nil
	}
	left := r.ranks[row]
	for len(left) > 0 && left[0] <= k {
		left = left[1:]
	}
	r.ranks[row] = left
	return left
}

// near reports whether two boxes are nearer than half the gap.
func near(a, b *engine.Box, gap float64) bool {
	dx, dy := math.Abs(b.Center.X-a.Center.X), math.Abs(b.Center.Y-a.Center.Y)
	if dx >= (a.W+b.W+gap)/2 || dy >= (a.H+b.H+gap)/2 {
		return false
	}
	circles := a.Dot && b.Dot // which need not meet where their squares do
	return !circles || math.Hypot(dx, dy) < (a.W+b.W+gap)/2
}

// separate moves boxes until no two are nearer than half the gap: it nudges them, and
// scales all places if that is not enough. It leaves boxes alone that do not overlap. It
// returns an error if a box has no place or if two have the same, and ctx.Err() if ctx
// ends first.
func separate(ctx context.Context, s *engine.Scene) error {
	for i := range s.Boxes {
		if c := s.Boxes[i].Center; math.IsNaN(c.X+c.Y) || math.IsInf(c.X+c.Y, 0) {
			return fmt.Errorf("the engine gave node %q no place", s.Boxes[i].ID)
		}
	}
	for range 25 {
		apart := nudge(ctx, s)
		if err := ctx.Err(); err != nil {
			return err
		}
		if apart {
			return nil
		}
		s.Scale(1.08, 1.08) // too dense for nudging alone
	}
	factor := 1.0
	overlaps(ctx, s, func(i, j int) {
		a, b := &s.Boxes[i], &s.Boxes[j]
		dx, dy := math.Abs(b.Center.X-a.Center.X), math.Abs(b.Center.Y-a.Center.Y)
		factor = max(factor, min((a.W+b.W+s.Gap)/2/dx, (a.H+b.H+s.Gap)/2/dy))
	})
	if math.IsInf(factor, 0) || factor > 1000 {
		return fmt.Errorf("the engine put nodes on top of one another")
	}
	if factor > 1 {
		s.Scale(factor, factor)
	}
	return ctx.Err()
}
