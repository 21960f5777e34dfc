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

// overlaps calls f for each two boxes that are nearer than half the gap, which it finds
// by sorting along one axis (sort and sweep: Baraff, 1992). The order of the calls
// depends on the places alone. There are no more when ctx has ended.
func overlaps(ctx context.Context, s *engine.Scene, f func(i, j int)) {
	order := make([]int, len(s.Boxes))
	widest := 0.0
	for i := range order {
		order[i] = i
		widest = max(widest, s.Boxes[i].W)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(s.Boxes[i].Center.X, s.Boxes[j].Center.X) })
	for k := range interrupt.Range(ctx, len(order)) {
		i := order[k]
		a := &s.Boxes[i]
		for _, j := range order[k+1:] {
			b := &s.Boxes[j]
			dx := b.Center.X - a.Center.X
			if dx > (a.W+widest+s.Gap)/2 {
				break
			}
			if near(a, b, s.Gap) {
				f(i, j)
			}
		}
	}
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
