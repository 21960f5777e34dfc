package rings

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// This file decides which box goes on which ring, so that all rings are equally dense
// and few boxes change theirs when one is added or removed.

// A candidate is a box to be dealt to a ring.
type candidate struct {
	box   int
	id    string
	width float64 // by that of a usual box
	hash  uint64
	rank  float64 // in its stretch, from 0 to 1
}

// candidates returns one for each of the boxes.
func (l *ringLayout) candidates(boxes []int, widths []float64) []candidate {
	candidates := make([]candidate, len(boxes))
	for n, i := range boxes {
		candidates[n] = candidate{box: i, id: l.Boxes[i].ID, width: widths[n]}
	}
	return candidates
}

// dealToRings deals candidates, which are in the order of boxes, to rings in proportion
// to the rings' shares, as far as their capacities allow. It returns the boxes of each
// ring in ascending order.
//
// The boxes of each ring come from all over the order, and one that is added or removed
// makes about one other change each ring: candidates are ranked by hash within stretches
// of neighbours, and rings are filled by rank, from the outermost inward.
func dealToRings(candidates []candidate, shares, capacities []float64) [][]int {
	total := 0.0
	for n := range candidates {
		total += candidates[n].width
	}
	rankInStretches(candidates)
	slices.SortFunc(candidates, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.rank, b.rank), byHash(a, b)) })

	rings := make([][]int, len(shares))
	free := make([]float64, len(shares))
	allShares := max(sum(shares), epsilon)
	dealt, part := 0.0, 0.0
	for k := len(shares) - 1; k >= 0; k-- {
		free[k] = capacities[k] + epsilon
		part += shares[k] / allShares
		for len(candidates) > 0 && candidates[0].width <= free[k] && (k == 0 || dealt+candidates[0].width/2 <= part*total) {
			rings[k] = append(rings[k], candidates[0].box)
			dealt, free[k], candidates = dealt+candidates[0].width, free[k]-candidates[0].width, candidates[1:]
		}
	}
	for _, c := range candidates { // the innermost had no room for these
		to := max(0, slices.IndexFunc(free, func(f float64) bool { return f >= c.width }))
		rings[to], free[to] = append(rings[to], c.box), free[to]-c.width
	}
	for k := range rings {
		slices.Sort(rings[k])
	}
	return rings
}

// stretchLength is how many boxes a stretch has in the mean.
const stretchLength = 8

// rankInStretches sorts candidates by hash within stretches of neighbours and gives each
// a rank. A stretch begins at a box whose hash is divisible by stretchLength, as files are
// divided into chunks by their content in LBFS (Muthitacharoen, Chen and Mazières, 2001):
// so a box that is added or removed changes no other stretch.
func rankInStretches(candidates []candidate) {
	for n := range candidates {
		h := fnv.New64a()
		h.Write([]byte(candidates[n].id))
		candidates[n].hash = mix(h.Sum64())
	}
	for from, to := 0, 0; from < len(candidates); from = to {
		for to = from + 1; to < len(candidates) && candidates[to].hash%stretchLength != 0; {
			to++
		}
		stretch := candidates[from:to]
		slices.SortFunc(stretch, byHash)
		// Ranks begin elsewhere in each stretch, or all would be rounded alike.
		offset := float64(mix(stretch[0].hash)>>11) / (1 << 53)
		for n := range stretch {
			stretch[n].rank = (float64(n) + offset) / float64(len(stretch))
		}
	}
}

func byHash(a, b candidate) int { return cmp.Or(cmp.Compare(a.hash, b.hash), a.box-b.box) }

// mix scatters the bits of a hash (the finalizer of MurmurHash3, Appleby, 2011): the
// high bits of FNV hardly depend on the last bytes.
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// webster apportions n places to rings in proportion to their shares, but to none more
// than its limit, by the method of Webster and Sainte-Laguë (1910): with one place more,
// only one ring gets more. If the limits add up to less than n, places are left over.
func webster(shares []float64, limits []int, n int) []int {
	places := make([]int, len(limits))
	total := sum(shares)
	if total == 0 {
		total = 1
	}
	// What is certainly a ring's is given at once, the rest one by one.
	left := n
	for k, s := range shares {
		places[k] = max(0, min(limits[k], int(s*float64(n)/total-1)))
		left -= places[k]
	}
	for ; left > 0; left-- {
		best, most := -1, -1.0
		for k, s := range shares {
			if quotient := s / float64(2*places[k]+1); places[k] < limits[k] && quotient > most {
				best, most = k, quotient
			}
		}
		if best < 0 {
			break
		}
		places[best]++
	}
	return places
}
