package rings

// This file spreads boxes along a ring or a part of one: each near to where it wants
// to be, none on another, so that only neighbours make room for one that comes.

import (
	"math"
	"slices"
)

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

// evenOut returns the places wanted on a ring, each moved by what its neighbours want
// otherwise than evenly, in the mean. A box that is missing moves the nearest by half
// of what it took and the others by less, and those further off not at all. Where dots
// are all of one size the eye sees what is not even: all of the ring counts.
func evenOut(wants, takes []float64, dots bool) []float64 {
	n := len(wants)
	around := beside
	if dots && n > 0 && slices.Max(takes) < slices.Min(takes)+tiny {
		around = n
	}
	return smooth(evenPlaces(takes, 2*math.Pi), wants, around, true)
}

// beside is how many neighbours count on either side, of a few all.
const beside = 6

// evenRow does the same for a row of that length, whose boxes stay clear of its ends by
// half of what they take.
func evenRow(wants, takes []float64, length float64) []float64 {
	n := len(wants)
	used := min(length, max(sum(takes), length*float64(n)/(float64(n)+0.5)))
	out := keepApart(smooth(evenPlaces(takes, used), wants, beside, false), takes)
	before := 0.0
	for i := range out {
		out[i] = max(out[i], before+takes[i]/2)
		before += takes[i]
	}
	after := 0.0
	for i := n - 1; i >= 0; i-- {
		out[i] = min(out[i], length-after-takes[i]/2)
		after += takes[i]
	}
	return out
}

// smooth moves each of the places by what those around it are wanted elsewhere, in the
// mean, in which the nearest count the most.
func smooth(places, wants []float64, around int, closed bool) []float64 {
	n := len(places)
	around = min(around, (n-1)/2)
	out := make([]float64, n)
	for i := range out {
		moved, weights := 0.0, 0.0
		for j := i - around; j <= i+around; j++ {
			if !closed && (j < 0 || j >= n) {
				continue
			}
			k := (j + n) % n
			weight := 1 - math.Abs(float64(j-i))/float64(around+1)
			moved, weights = moved+weight*(wants[k]-places[k]), weights+weight
		}
		out[i] = places[i] + moved/weights
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
