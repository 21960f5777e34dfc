package layout

// This file spreads boxes along a ring or a part of one: each near to where it wants
// to be, none on another, so that only neighbours make room for one that comes.

import "math"

// spreadAngles moves angles, which ascend from 0 to 2π, as little as keeps each box
// from the next by the halves of the angles that the two take. Where there is no
// room they are spread evenly.
func spreadAngles(wants, takes []float64) []float64 {
	n := len(wants)
	if sum(takes) > 2*math.Pi*(1-tiny) {
		out := evenPlaces(takes, 2*math.Pi)
		off := 0.0
		for i := range out {
			off += (wants[i] - out[i]) / float64(n)
		}
		for i := range out {
			out[i] += off
		}
		return out
	}
	// Nothing is felt once around: of three rounds, the one between is as if there
	// were no end.
	round, long := make([]float64, 0, 3*n), make([]float64, 0, 3*n)
	for turn := range 3 {
		for i, want := range wants {
			round, long = append(round, want+2*math.Pi*float64(turn-1)), append(long, takes[i])
		}
	}
	return keepApart(round, long)[n : 2*n]
}

// spreadRow does the same between two ends, which the boxes stay clear of by the half
// of what they take.
func spreadRow(wants, takes []float64, from, to float64) []float64 {
	out := keepApart(wants, takes)
	n := len(out)
	before := 0.0
	for i := range out {
		out[i] = max(out[i], from+before+takes[i]/2)
		before += takes[i]
	}
	after := 0.0
	for i := n - 1; i >= 0; i-- {
		out[i] = min(out[i], to-after-takes[i]/2)
		after += takes[i]
	}
	return out
}

// keepApart moves places, which ascend, as little as keeps each from the next by the
// halves of what the two take: by the pool-adjacent-violators algorithm (Ayer et
// al., 1955).
func keepApart(wants, takes []float64) []float64 {
	type pool struct {
		sum  float64
		size int
	}
	var pools []pool
	offsets := make([]float64, len(wants))
	for i, want := range wants {
		if i > 0 {
			offsets[i] = offsets[i-1] + (takes[i-1]+takes[i])/2
		}
		pools = append(pools, pool{want - offsets[i], 1})
		for m := len(pools) - 1; m > 0 && pools[m-1].sum/float64(pools[m-1].size) >= pools[m].sum/float64(pools[m].size); m-- {
			pools[m-1] = pool{pools[m-1].sum + pools[m].sum, pools[m-1].size + pools[m].size}
			pools = pools[:m]
		}
	}
	placed := make([]float64, 0, len(wants))
	for _, p := range pools {
		for range p.size {
			placed = append(placed, p.sum/float64(p.size)+offsets[len(placed)])
		}
	}
	return placed
}

// evenPlaces returns the middles of what boxes take if they share a length.
func evenPlaces(takes []float64, length float64) []float64 {
	all, before := sum(takes), 0.0
	places := make([]float64, len(takes))
	for i, t := range takes {
		places[i] = (before + t/2) / all * length
		before += t
	}
	return places
}

// few boxes in a row are evened out over all of it: the eye counts them.
const few = 8

// evenOut returns the places wanted, each moved by what its neighbours want
// otherwise than evenly, in the mean over a quarter of the row to either side, or a few
// boxes. A box that is missing moves the nearest by half of what it took and the others
// by less. A closed row is a ring.
func evenOut(wants, takes []float64, length float64, closed bool) []float64 {
	n := len(wants)
	out := evenPlaces(takes, length)
	off := make([]float64, n)
	for i := range off {
		off[i] = wants[i] - out[i]
	}
	around := max(n/4, min(few, (n-1)/2))
	for i := range out {
		moved, weights := 0.0, 0.0
		for j := i - around; j <= i+around; j++ {
			k := j
			if closed {
				k = (j + n) % n
			}
			if k < 0 || k >= n {
				continue
			}
			weight := 1 - math.Abs(float64(j-i))/float64(around+1)
			moved, weights = moved+weight*off[k], weights+weight
		}
		out[i] += moved / weights
	}
	return out
}

func sum(xs []float64) float64 {
	all := 0.0
	for _, x := range xs {
		all += x
	}
	return all
}

// scaled multiplies xs in place, and returns them.
func scaled(xs []float64, by float64) []float64 {
	for i := range xs {
		xs[i] *= by
	}
	return xs
}
