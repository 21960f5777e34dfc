package rings

// This file decides which box goes on which ring, so that no ring is ragged and
// few boxes change theirs when one comes or goes.

import (
	"cmp"
	"hash/fnv"
	"slices"

	"github.com/bacviz/bacviz/layout/internal/engine"
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

// dealToRings deals boxes out to rings in proportion to their rooms, so that those of each
// ring come from everywhere, and one that comes or goes makes few others change theirs.
// Boxes are ranked by hash within runs of neighbours, and the rings filled by rank: a
// box gives its neighbours other ranks, and each ring one box more or less to take. A
// run begins at a box whose NodeID has a certain hash, as where files are cut into
// chunks by their content (LBFS: Muthitacharoen, Chen and Mazières, 2001). What boxes
// take and rings have place for are numbers of boxes of the usual size. The boxes of
// each ring are in the order of IDs.
func dealToRings(s *engine.Scene, boxes []int, takes, rooms, caps []float64) [][]int {
	type card struct {
		box  int
		hash uint64
		take float64
		rank float64 // in its run, from 0 to 1
	}
	cards := make([]card, len(boxes))
	for n, i := range boxes {
		h := fnv.New64a()
		h.Write([]byte(s.Boxes[i].ID))
		cards[n] = card{box: i, hash: mix(h.Sum64()), take: takes[n]}
	}
	byHash := func(a, b card) int { return cmp.Or(cmp.Compare(a.hash, b.hash), a.box-b.box) }
	for from, to := 0, 0; from < len(cards); from = to {
		for to = from + 1; to < len(cards) && cards[to].hash%runLength != 0; {
			to++
		}
		run := cards[from:to]
		slices.SortFunc(run, byHash)
		// Runs differ in where their ranks begin, or all would round alike.
		chance := float64(mix(run[0].hash)>>11) / (1 << 53)
		for n := range run {
			run[n].rank = (float64(n) + chance) / float64(len(run))
		}
	}
	slices.SortFunc(cards, func(a, b card) int { return cmp.Or(cmp.Compare(a.rank, b.rank), byHash(a, b)) })

	// From the outermost ring inward, each takes its share, as far as it has place.
	rings := make([][]int, len(rooms))
	free := make([]float64, len(rooms))
	all, total := sum(takes), max(sum(rooms), tiny)
	dealt, part := 0.0, 0.0
	for k := len(rooms) - 1; k >= 0; k-- {
		free[k] = caps[k] + tiny
		part += rooms[k] / total
		for len(cards) > 0 && cards[0].take <= free[k] && (k == 0 || dealt+cards[0].take/2 <= part*all) {
			rings[k] = append(rings[k], cards[0].box)
			dealt, free[k], cards = dealt+cards[0].take, free[k]-cards[0].take, cards[1:]
		}
	}
	for _, c := range cards { // for which the innermost had no place
		to := max(0, slices.IndexFunc(free, func(f float64) bool { return f >= c.take }))
		rings[to], free[to] = append(rings[to], c.box), free[to]-c.take
	}
	for k := range rings {
		slices.Sort(rings[k])
	}
	return rings
}

// runLength is how many boxes a run has, in the mean.
const runLength = 8

// mix scatters the bits of a hash (Murmur3's finalizer): FNV's high bits hardly
// depend on the last bytes.
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
