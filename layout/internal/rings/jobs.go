package rings

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file puts jobs on rings around all else of a disc.

// jobRing is room around a disc for the jobs of its hub.
type jobRing struct {
	radius, pitch float64
	places        int
}

// windJobs adds rings for the disc's jobs around all that it has.
func (w *winder) windJobs(d *disc) {
	d.jobRings, d.outer = nil, d.radius
	if len(d.jobs) == 0 {
		return
	}
	jw, jh := 0.0, 0.0
	for _, i := range d.jobs {
		jw, jh = max(jw, w.Boxes[i].W+w.Gap), max(jh, w.Boxes[i].H+w.Gap)
	}
	pitch := w.apart(jw, jh, jw, jh)
	if len(d.wedges) > 0 {
		d.radius += 2.2 * w.Font / w.py * float64(len(d.wedges[0].groups)) // the names of groups
	}
	d.radius += 0.5
	for n := len(d.jobs); n > 0; {
		r := d.radius + pitch/2
		places := min(n, whole(roundRoom(r, pitch)))
		d.jobRings = append(d.jobRings, jobRing{r, pitch, places})
		d.radius, n = d.radius+pitch, n-places
	}
	// So that no ring is ragged, each gets its share.
	rooms, caps := make([]float64, len(d.jobRings)), make([]int, len(d.jobRings))
	for k, r := range d.jobRings {
		rooms[k], caps[k] = r.radius, whole(roundRoom(r.radius, pitch))
	}
	for k, n := range quotas(rooms, caps, len(d.jobs)) {
		d.jobRings[k].places = n
	}
}

// seatJobs puts the jobs near the nodes that they ran on, once those have places.
func (w *winder) seatJobs(d *disc) {
	if len(d.jobs) == 0 {
		return
	}
	want := make(map[int]float64, len(d.jobs))
	sums := make(map[int]r2.Vec, len(d.jobs))
	for _, l := range w.Lines {
		if l.Run {
			at := w.Boxes[l.To].Center
			x, y := at.X/w.px-d.center.X, at.Y/w.py-d.center.Y
			s := sums[l.From]
			sums[l.From] = r2.Vec{X: s.X + x, Y: s.Y + y}
		}
	}
	order := slices.Clone(d.jobs)
	for _, i := range order {
		want[i] = math.Mod(math.Atan2(sums[i].X, -sums[i].Y)+2*math.Pi, 2*math.Pi)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(want[a], want[b]) })
	members := make([][]int, len(d.jobRings))
	for n, i := range order { // neighbours go to different rings
		best, due := 0, math.Inf(-1)
		for k, r := range d.jobRings {
			if owed := float64(r.places*(n+1))/float64(len(order)) - float64(len(members[k])); owed > due && len(members[k]) < r.places {
				best, due = k, owed
			}
		}
		members[best] = append(members[best], i)
	}
	for k, r := range d.jobRings {
		angles := make([]float64, len(members[k]))
		for n, i := range members[k] {
			angles[n] = want[i]
		}
		least := 2 * math.Pi
		if r.pitch < 2*r.radius {
			least = 2 * math.Asin(r.pitch/2/r.radius)
		}
		for n, angle := range spreadAngles(angles, slices.Repeat([]float64{least}, len(angles))) {
			w.Boxes[members[k][n]].Center = r2.Vec{
				X: (d.center.X + r.radius*math.Sin(angle)) * w.px,
				Y: (d.center.Y - r.radius*math.Cos(angle)) * w.py,
			}
		}
	}
}
