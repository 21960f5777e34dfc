package layout

// This file removes overlaps of boxes, wherever an engine put them.

import (
	"cmp"
	"context"
	"fmt"
	"iter"
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
// 1992), as far as they are in strips of the page that it touches. So there are few
// comparisons for each box, however many boxes there are. The order of the calls depends on
// the places alone. There are no more when ctx has ended.
func overlaps(ctx context.Context, s *engine.Scene, f func(i, j int)) {
	order := byX(s)
	page := newStrips(s, order)
	var found []int // ranks in order
	for k := range interrupt.Range(ctx, len(order)) {
		a := &s.Boxes[order[k]]
		found = found[:0]
		for class := range page {
			strips := &page[class]
			reach := (a.W + strips.widest + s.Gap) / 2
			for n := range strips.touching(a, s.Gap) {
				for _, later := range strips.after(n, k) {
					b := &s.Boxes[order[later]]
					if b.Center.X-a.Center.X > reach {
						break
					}
					if near(a, b, s.Gap) {
						found = append(found, later)
					}
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

// strips are boxes by the strip of the page that their centre is in.
type strips struct {
	top, height     float64
	widest, tallest float64 // of all boxes
	ranks           [][]int // of the boxes in each strip, from left to right
}

// newStrips returns the strips of the usual boxes in an order, and those of the boxes that are
// more than twice as wide or tall as most: among many dots, the name of a hub would
// otherwise make strips so tall that they hold hundreds.
func newStrips(s *engine.Scene, order []int) [2]strips {
	var page [2]strips
	if len(order) == 0 {
		return page
	}
	widths, heights := make([]float64, len(order)), make([]float64, len(order))
	top, bottom := math.Inf(1), math.Inf(-1)
	for i := range s.Boxes {
		b := &s.Boxes[i]
		widths[i], heights[i] = b.W, b.H
		top, bottom = min(top, b.Center.Y), max(bottom, b.Center.Y)
	}
	slices.Sort(widths)
	slices.Sort(heights)
	usualW, usualH := 2*widths[len(widths)/2], 2*heights[len(heights)/2]
	classOf := func(b *engine.Box) int {
		if b.W > usualW || b.H > usualH {
			return 1
		}
		return 0
	}
	for i := range s.Boxes {
		b := &s.Boxes[i]
		p := &page[classOf(b)]
		p.widest, p.tallest = max(p.widest, b.W), max(p.tallest, b.H)
	}
	for class := range page {
		p := &page[class]
		p.top = top
		p.height = max(p.tallest+s.Gap, (bottom-top)/float64(len(order))) // no more strips than boxes
		p.ranks = make([][]int, 1+max(0, min(len(order), int((bottom-top)/p.height))))
	}
	for k, i := range order {
		p := &page[classOf(&s.Boxes[i])]
		n := p.at(s.Boxes[i].Center.Y)
		p.ranks[n] = append(p.ranks[n], k)
	}
	return page
}

// at returns the strip at a place on the page, or the nearest. The distance between finite
// places may be infinite: the bounds hold whatever int gives then.
func (p *strips) at(y float64) int {
	return max(0, min(len(p.ranks)-1, int((y-p.top)/p.height)))
}

// touching iterates over the strips with the centres of all boxes that may be nearer to a box
// than half the gap.
func (p *strips) touching(b *engine.Box, gap float64) iter.Seq[int] {
	reach := (b.H + p.tallest + gap) / 2
	return func(yield func(int) bool) {
		for n := p.at(b.Center.Y - reach); n <= p.at(b.Center.Y+reach) && yield(n); n++ {
		}
	}
}

// after returns the ranks in a strip that follow k. Calls for later k forget those before.
func (p *strips) after(n, k int) []int {
	left := p.ranks[n]
	for len(left) > 0 && left[0] <= k {
		left = left[1:]
	}
	p.ranks[n] = left
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
