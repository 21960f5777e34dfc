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

// load is what is to be shared out: so many boxes, the largest and all of which take
// so much.
type load struct {
	boxes     int
	most, all float64
}

func loadOf(takes []float64) load {
	l := load{len(takes), tiny, sum(takes)}
	for _, t := range takes {
		l.most = max(l.most, t)
	}
	return l
}

// fits reports whether rings have place for the load however it is dealt out, if what
// a ring has no place for goes to one that has: as long as one is over, others are
// filled up to the largest box.
func (l load) fits(caps []float64) bool {
	boxes, all := 0, 0.0
	for _, c := range caps {
		boxes += whole(c / l.most)
		all += max(0, c-l.most)
	}
	return boxes >= l.boxes || all >= l.all
}

// share deals boxes out to rings in proportion to their rooms, a run of neighbours
// at a time, so that what comes or goes makes only neighbours change their ring. A
// run begins at a box whose NodeID has a certain hash, as where files are cut into
// chunks by their content (LBFS: Muthitacharoen, Chen and Mazières, 2001), and has
// about runLength boxes. What boxes take and rings have place for are numbers of
// boxes of the usual size. The boxes of each ring are in the order of IDs.
func (s *scene) share(boxes []int, takes, rooms, caps []float64) [][]int {
	type card struct {
		box  int
		hash uint64
		take float64
	}
	cards := make([]card, len(boxes))
	for n, i := range boxes {
		h := fnv.New64a()
		h.Write([]byte(s.boxes[i].Vertex.NodeID()))
		cards[n] = card{i, mix(h.Sum64()), takes[n]}
	}
	byHash := func(a, b card) int { return cmp.Or(cmp.Compare(a.hash, b.hash), a.box-b.box) }
	total := max(sum(rooms), tiny)

	rings := make([][]card, len(rooms))
	deal := func(run []card) {
		// What is left of a share is rounded up or down by chance, or all runs
		// would round alike.
		chance := float64(mix(run[0].hash)>>11)/(1<<53) - 0.5
		all := 0.0
		for _, c := range run {
			all += c.take
		}
		hand := slices.Clone(run)
		slices.SortFunc(hand, byHash)
		dealt, part := 0.0, 0.0
		for k := len(rooms) - 1; k >= 0; k-- {
			part += rooms[k] / total
			for len(hand) > 0 && (k == 0 || dealt+hand[0].take/2 <= part*all+chance*all/float64(len(run))) {
				rings[k] = append(rings[k], hand[0])
				dealt, hand = dealt+hand[0].take, hand[1:]
			}
		}
	}
	from := 0
	for n := range cards {
		if n > from && cards[n].hash%runLength == 0 {
			deal(cards[from:n])
			from = n
		}
	}
	if from < len(cards) {
		deal(cards[from:])
	}

	// Those that a ring has no place for go to the nearest one that has.
	free := make([]float64, len(rings))
	for k := range rings {
		slices.SortFunc(rings[k], byHash)
		free[k] = caps[k] + tiny
		for _, c := range rings[k] {
			free[k] -= c.take
		}
	}
	for k := range rings {
		for n := len(rings[k]) - 1; n >= 0 && free[k] < 0; n-- {
			c := rings[k][n]
			to := -1
			for j := range rings {
				if free[j] >= c.take && (to < 0 || max(j-k, k-j) < max(to-k, k-to)) {
					to = j
				}
			}
			if to < 0 {
				continue // there were more boxes than places: what overlaps is drawn apart
			}
			rings[k], rings[to] = slices.Delete(rings[k], n, n+1), append(rings[to], c)
			free[k], free[to] = free[k]+c.take, free[to]-c.take
		}
	}
	members := make([][]int, len(rings))
	for k, r := range rings {
		for _, c := range r {
			members[k] = append(members[k], c.box)
		}
		slices.Sort(members[k])
	}
	return members
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
