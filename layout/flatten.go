package layout

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// flatness is how far the straight pieces of [Flatten] are from the curve, at most, in
// points.
const flatness = 0.5

// Flatten returns the corners of straight pieces that follow a path: a straight line's two
// ends, or a Bézier curve. No point of the curve is further than half a point from them.
func Flatten(path []r2.Vec) []r2.Vec {
	if len(path) < 4 {
		return path
	}
	points := []r2.Vec{path[0]}
	for k := 0; k+3 < len(path); k += 3 {
		points = flattenCubic(points, path[k], path[k+1], path[k+2], path[k+3])
	}
	return points
}

// flattenCubic appends the points of a cubic segment but its first. Equal steps of the
// parameter are as many as keep the error, an eighth of the largest second derivative by the
// square of the step, below the flatness (Wang's formula).
func flattenCubic(points []r2.Vec, a, b, c, d r2.Vec) []r2.Vec {
	bend := func(p, q, r r2.Vec) float64 { return math.Hypot(p.X-2*q.X+r.X, p.Y-2*q.Y+r.Y) }
	steps := math.Ceil(math.Sqrt(6 * max(bend(a, b, c), bend(b, c, d)) / (8 * flatness)))
	n := int(max(1, min(steps, 1000)))
	for i := 1; i <= n; i++ {
		if i == n {
			points = append(points, d)
			break
		}
		t := float64(i) / float64(n)
		u := 1 - t
		at := r2.Add(r2.Add(r2.Scale(u*u*u, a), r2.Scale(3*u*u*t, b)), r2.Add(r2.Scale(3*u*t*t, c), r2.Scale(t*t*t, d)))
		if last := points[len(points)-1]; math.Hypot(at.X-last.X, at.Y-last.Y) > 1e-9 {
			points = append(points, at)
		}
	}
	return points
}
