package rings

import (
	"math"
	"slices"
)

// This file spreads boxes along a ring or a row: each as near as possible to the place
// that it wants, so that only neighbours make room for a new one.

// spreadRing moves the angles that boxes want, which ascend from 0 to 2π, as little as
// keeps each box from the next by half of the angles of the two. Where these add up to
// more than 2π, boxes are spread evenly.
func spreadRing(wants, widths []float64) []float64 {
	n := len(wants)
	if sum(widths) > 2*math.Pi*(1-epsilon) {
		out := evenPlaces(widths, 2*math.Pi)
		turn := 0.0
		for i := range out {
			turn += (wants[i] - out[i]) / float64(n)
		}
		for i := range out {
			out[i] += turn
		}
		return out
	}
	// No box moves another all the way around: of three rounds, the middle one is as
	// on a ring without an end.
	wants3, widths3 := make([]float64, 0, 3*n), make([]float64, 0, 3*n)
	for turn := range 3 {
		for i, want := range wants {
			wants3, widths3 = append(wants3, want+2*math.Pi*float64(turn-1)), append(widths3, widths[i])
		}
	}
	return spreadRow(wants3, widths3)[n : 2*n]
}

// spreadRow returns the places nearest to those wanted, which ascend, by the sum of
// squares, at which each box is away from the next by half of the widths of the two.
// This is isotonic regression, solved by the pool-adjacent-violators algorithm (Ayer
// et al., 1955) in linear time.
func spreadRow(wants, widths []float64) []float64 {
	type pool struct { // boxes that touch each other
		sum  float64
		size int
	}
	mean := func(p pool) float64 { return p.sum / float64(p.size) }
	var pools []pool
	offsets := make([]float64, len(wants)) // of boxes that all touch each other
	for i, want := range wants {
		if i > 0 {
			offsets[i] = offsets[i-1] + (widths[i-1]+widths[i])/2
		}
		pools = append(pools, pool{want - offsets[i], 1})
		for m := len(pools) - 1; m > 0 && mean(pools[m-1]) >= mean(pools[m]); m-- {
			pools[m-1] = pool{pools[m-1].sum + pools[m].sum, pools[m-1].size + pools[m].size}
			pools = pools[:m]
		}
	}
	places := make([]float64, 0, len(wants))
	for _, p := range pools {
		for range p.size {
			places = append(places, mean(p)+offsets[len(places)])
		}
	}
	return places
}

// evenPlaces returns the middles of boxes that divide a length in proportion to their
// widths.
func evenPlaces(widths []float64, length float64) []float64 {
	all, before := sum(widths), 0.0
	places := make([]float64, len(widths))
	for i, w := range widths {
		places[i] = (before + w/2) / all * length
		before += w
	}
	return places
}

// window is how many neighbours on either side count when wants are smoothed: few, so
// that a box that is removed moves only these.
const window = 6

// smoothRing returns even places on a ring, each moved by the weighted mean of what the
// box and its neighbours want. A box that is removed moves the nearest by half of its
// width, the others by less, and those further off not at all. Dots that are all of one
// size look uneven unless all of the ring counts.
func smoothRing(wants, widths []float64, dots bool) []float64 {
	n := len(wants)
	w := window
	if dots && n > 0 && slices.Max(widths) < slices.Min(widths)+epsilon {
		w = n
	}
	return smooth(evenPlaces(widths, 2*math.Pi), wants, w, true)
}

// smoothRow is smoothRing for a row of the given length; boxes are spread, and kept
// inside the row.
func smoothRow(wants, widths []float64, length float64) []float64 {
	n := len(wants)
	used := min(length, max(sum(widths), length*float64(n)/(float64(n)+0.5)))
	out := spreadRow(smooth(evenPlaces(widths, used), wants, window, false), widths)
	before := 0.0
	for i := range out {
		out[i] = max(out[i], before+widths[i]/2)
		before += widths[i]
	}
	after := 0.0
	for i := n - 1; i >= 0; i-- {
		out[i] = min(out[i], length-after-widths[i]/2)
		after += widths[i]
	}
	return out
}

// smooth moves each place by the mean of how far the boxes around it are from where
// they want to be, with weights that fall linearly with the distance (a triangular
// kernel). On a closed row, the last box is beside the first.
func smooth(places, wants []float64, window int, closed bool) []float64 {
	n := len(places)
	window = min(window, (n-1)/2)
	if closed && window > manyNeighbors {
		return smoothAll(places, wants, window)
	}
	out := make([]float64, n)
	for i := range out {
		moved, weights := 0.0, 0.0
		for j := i - window; j <= i+window; j++ {
			if !closed && (j < 0 || j >= n) {
				continue
			}
			k := (j + n) % n
			weight := 1 - math.Abs(float64(j-i))/float64(window+1)
			moved, weights = moved+weight*(wants[k]-places[k]), weights+weight
		}
		out[i] = places[i] + moved/weights
	}
	return out
}

// manyNeighbors is the window above which a ring is smoothed by running sums, whose time does
// not depend on the window.
const manyNeighbors = 4 * window

// smoothAll is smooth for a closed row. A triangular kernel is a mean of means: of all
// runs of window+1 boxes that contain a box, and of the boxes in each run.
func smoothAll(places, wants []float64, window int) []float64 {
	n, run := len(places), window+1
	moves := make([]float64, n)
	for i := range moves {
		moves[i] = wants[i] - places[i]
	}
	smoothed := means(means(moves, run), run) // of those that follow
	out := make([]float64, n)
	for i := range out {
		out[i] = places[i] + smoothed[(i-window+n)%n]
	}
	return out
}

// means returns, for each value of a closed row, the mean of the run of values that begins
// with it.
func means(values []float64, run int) []float64 {
	n := len(values)
	total := sum(values[:run])
	out := make([]float64, n)
	for i := range out {
		out[i] = total / float64(run)
		total += values[(i+run)%n] - values[i]
	}
	return out
}
