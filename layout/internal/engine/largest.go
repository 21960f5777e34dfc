package engine

import (
	"context"
	"math"
)

// Largest returns what try gives for the largest size between two, about, for which it gives
// something: sizes are halved by their ratio, until that is at most 1 + precision. It returns
// nil if try gives nothing for the least size. If ctx ends, the size may be smaller.
func Largest[T any](ctx context.Context, least, most, precision float64, try func(size float64) *T) *T {
	best := try(least)
	if best == nil {
		return nil
	}
	for most/least > 1+precision && ctx.Err() == nil {
		middle := math.Sqrt(least * most)
		if better := try(middle); better != nil {
			best, least = better, middle
		} else {
			most = middle
		}
	}
	return best
}
