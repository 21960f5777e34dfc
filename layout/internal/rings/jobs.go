package rings

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"
)

// This file puts jobs on rings around all else of a disc.

// A jobRing is a ring around a disc for the jobs of its hub.
type jobRing struct {
	radius, pitch float64
	places        int // number of jobs
}

// addJobRings adds rings for the disc's jobs around all that it has.
func (l *ringLayout) addJobRings(d *disc) {
	d.jobRings, d.outerRadius = nil, d.radius
	if len(d.jobs) == 0 {
		return
	}
	w, h := 0.0, 0.0
	for _, i := range d.jobs {
		w, h = max(w, l.Boxes[i].W+l.Gap), max(h, l.Boxes[i].H+l.Gap)
	}
	pitch := l.minDistance(w, h, w, h)
	if len(d.wedges) > 0 {
		d.radius += 2.2 * l.Font / l.py * float64(len(d.wedges[0].groups)) // the names of groups
	}
	d.radius += 0.5
	var radii []float64
	var limits []int
	for left := len(d.jobs); left > 0; {
		r := d.radius + pitch/2
		radii, limits = append(radii, r), append(limits, floor(circleCapacity(r, pitch)))
		d.radius, left = d.radius+pitch, left-limits[len(limits)-1]
	}
	for k, n := range webster(radii, limits, len(d.jobs)) {
		d.jobRings = append(d.jobRings, jobRing{radii[k], pitch, n})
	}
}

// placeJobs puts the disc's jobs near the nodes that they ran on, which have places.
func (l *ringLayout) placeJobs(d *disc) {
	if len(d.jobs) == 0 {
		return
	}
	wants := l.jobAngles(d)
	for k, members := range dealJobs(d.jobs, wants, d.jobRings) {
		r := d.jobRings[k]
		angles := make([]float64, len(members))
		for n, i := range members {
			angles[n] = wants[i]
		}
		jobAngle := 2 * math.Pi
		if r.pitch < 2*r.radius {
			jobAngle = 2 * math.Asin(r.pitch/2/r.radius)
		}
		for n, angle := range spreadRing(angles, slices.Repeat([]float64{jobAngle}, len(angles))) {
			l.Boxes[members[n]].Center = r2.Vec{
				X: (d.center.X + r.radius*math.Sin(angle)) * l.px,
				Y: (d.center.Y - r.radius*math.Cos(angle)) * l.py,
			}
		}
	}
}

// jobAngles returns the angle from the top, in radians, at which each of the disc's
// jobs has the nodes that it ran on.
func (l *ringLayout) jobAngles(d *disc) map[int]float64 {
	sums := make(map[int]r2.Vec, len(d.jobs))
	for _, line := range l.Lines {
		if line.Run != nil {
			at := l.Boxes[line.To].Center
			sums[line.From] = r2.Add(sums[line.From], r2.Vec{X: at.X/l.px - d.center.X, Y: at.Y/l.py - d.center.Y})
		}
	}
	angles := make(map[int]float64, len(d.jobs))
	for _, i := range d.jobs {
		angles[i] = math.Mod(math.Atan2(sums[i].X, -sums[i].Y)+2*math.Pi, 2*math.Pi)
	}
	return angles
}

// dealJobs deals jobs to rings, neighbours to different ones: in the order of their
// angles, each to the ring that is furthest behind its share.
func dealJobs(jobs []int, angles map[int]float64, rings []jobRing) [][]int {
	order := slices.Clone(jobs)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(angles[a], angles[b]) })
	members := make([][]int, len(rings))
	for n, i := range order {
		best, most := 0, math.Inf(-1)
		for k, r := range rings {
			if behind := float64(r.places*(n+1))/float64(len(order)) - float64(len(members[k])); behind > most && len(members[k]) < r.places {
				best, most = k, behind
			}
		}
		members[best] = append(members[best], i)
	}
	return members
}
