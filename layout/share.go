package layout

// This file decides which box goes on which ring, so that no ring is ragged and
// few boxes change theirs when one comes or goes.

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// quotas shares n seats out in proportion to the rooms of rings, none of which
// gets more than its capacity, by Webster's method: with one seat more or less
// only one ring's share changes.
func quotas(rooms []float64, caps []int, n int) []int {
	seats := make([]int, len(caps))
	total := 0.0
	for _, r := range rooms {
		total += r
	}
	// What is certainly a ring's is given at once, the rest one by one.
	left := n
	if total == 0 {
		total = 1
	}
	for k, r := range rooms {
		seats[k] = max(0, min(caps[k], int(r*float64(n)/total-1)))
		left -= seats[k]
	}
	for ; left > 0; left-- {
		best, claim := -1, -1.0
		for k, r := range rooms {
			if c := r / float64(2*seats[k]+1); seats[k] < caps[k] && c > claim {
				best, claim = k, c
			}
		}
		if best < 0 {
			break // no ring has room: there were more boxes than places
		}
		seats[best]++
	}
	return seats
}

// share deals boxes out to rings in proportion to their rooms, a run of neighbours
// at a time, so that what comes or goes makes only neighbours change their ring. A
// run begins at a box whose NodeID has a certain hash, as where files are cut into
// chunks by their content (LBFS: Muthitacharoen, Chen and Mazières, 2001), and has
// about runLength boxes. The boxes of each ring are in the order of IDs.
func (s *scene) share(boxes []int, rooms []float64, caps []int) [][]int {
	hashes := make(map[int]uint64, len(boxes))
	for _, i := range boxes {
		h := fnv.New64a()
		h.Write([]byte(s.boxes[i].Vertex.NodeID()))
		hashes[i] = mix(h.Sum64())
	}
	byHash := func(a, b int) int { return cmp.Or(cmp.Compare(hashes[a], hashes[b]), a-b) }
	total := 0.0
	for _, r := range rooms {
		total += r
	}
	if total == 0 {
		total = 1
	}

	rings := make([][]int, len(rooms))
	deal := func(run []int) {
		// What is left of a share is rounded up or down by chance, or all runs
		// would round alike.
		chance := float64(mix(hashes[run[0]])>>11) / (1 << 53)
		hand := slices.Clone(run)
		slices.SortFunc(hand, byHash)
		sum, dealt := 0.0, 0
		for k := len(rooms) - 1; k > 0; k-- {
			sum += rooms[k]
			upTo := min(len(hand), int(sum/total*float64(len(hand))+chance))
			rings[k] = append(rings[k], hand[dealt:upTo]...)
			dealt = upTo
		}
		rings[0] = append(rings[0], hand[dealt:]...)
	}
	from := 0
	for n := range boxes {
		if n > from && hashes[boxes[n]]%runLength == 0 {
			deal(boxes[from:n])
			from = n
		}
	}
	if from < len(boxes) {
		deal(boxes[from:])
	}

	// Those that a ring has no place for go to the nearest one that has.
	for k := range rings {
		slices.SortFunc(rings[k], byHash)
	}
	for k := range rings {
		for len(rings[k]) > caps[k] {
			to := -1
			for j := range rings {
				if len(rings[j]) < caps[j] && (to < 0 || max(j-k, k-j) < max(to-k, k-to)) {
					to = j
				}
			}
			if to < 0 {
				break // there were more boxes than places: what overlaps is drawn apart
			}
			last := len(rings[k]) - 1
			rings[to] = append(rings[to], rings[k][last])
			rings[k] = rings[k][:last]
		}
	}
	for _, r := range rings {
		slices.Sort(r)
	}
	return rings
}

// runLength is how many boxes are dealt out at a time, in the mean.
const runLength = 8

// mix scatters the bits of a hash (Murmur3's finalizer): FNV's high bits hardly
// depend on the last bytes.
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
