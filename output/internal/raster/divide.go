package raster

import (
	"context"
	"runtime"

	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/internal/parallel"
)

// mostCalls bounds what is piled up by all processors together.
const mostCalls = 4096

// Divide calls paint for chunks of the numbers below n, from one number up to but without
// another, on all processors, each with a surface of its own and the pen of this one. They paint
// what they would one after the other. It ends early with ctx.
func (s *surface) Divide(ctx context.Context, n int, paint func(on vg.Canvas, from, to int)) {
	s.paint()
	const corners = 64 // enough for a small tile; what is not used is not touched
	for processors := runtime.GOMAXPROCS(0); len(s.parts) < processors; {
		s.parts = append(s.parts, pileOn(s.board, corners*mostCalls/processors))
	}
	piles := make([]*pile, len(s.parts))
	for i, p := range s.parts {
		p.pen, piles[i] = s.pen, p.pile
	}
	size := (min(n, mostCalls) + len(s.parts) - 1) / len(s.parts)
	for done := 0; done < n && ctx.Err() == nil; done += size * len(s.parts) {
		parallel.With(ctx, s.parts, len(s.parts), func(_ *surface, i int) {
			from := min(n, done+i*size)
			paint(s.parts[i], from, min(n, from+size))
		})
		s.board.paint(piles...)
	}
}
