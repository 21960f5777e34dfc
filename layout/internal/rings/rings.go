// Package rings places the boxes of a scene on concentric rings around their hubs.
package rings

// This file holds the engine "rings": concentric rings around each hub.
//
// It works on a plane that is scaled so that two boxes of the usual size are
// apart whenever their centres are at least 1 apart. Boxes of w×h points do not
// overlap if (dx/w)²+(dy/h)² ≥ 2, and for any px, py with (w/px)²+(h/py)² = 1
// they do not if (dx/px)²+(dy/py)² ≥ 1: one of dx ≥ w, dy ≥ h must then hold.
// So px and py are chosen for the shape of the canvas, and on the scaled plane
// everything is a matter of circles. Neighbours on a ring need less: near its top they
// stand side by side, near its sides above one another, and they are spread by the room
// that it has there (see metric). Dots are spread by its length, and their rings stand
// apart as far as the canvas lets them.

import (
	"context"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// disc is a hub with rings around it, or the nodes that several hubs share.
type disc struct {
	center r2.Vec
	hub    int   // index of the box in the middle, or -1
	usual  []int // most boxes, in the order of IDs
	large  []int // boxes on rings of their own outside: larger ones, and those without
	// an edge, which other nodes' edges would seem to join
	jobs    []int // of the hub, on rings outside of all others
	rings   []ring
	radius  float64
	reach   float64 // radius of the outermost ring of usual boxes
	members int     // how many hubs share the disc: 1 for a hub's own

	jobRings []jobRing
	outer    float64 // radius without the rings of jobs

	fill   []func() // put boxes on the rings, once their radii are settled
	wedges []wedge  // of its groups, if boxes are grouped
	inner  float64  // radius at which the wedges begin
	wound  winding  // how the wedges lie
}

type ring struct {
	radius float64
	boxes  []int
	at     []float64 // the boxes' angles, if they are given

	least float64 // the angle that a box of the pitch's size takes
	pitch float64
	few   bool // it is outside of the others, with so few boxes that each stands where it wants to
}

// winder lays out the discs of a scene. The cell is the room, in points, that a
// box of the usual size needs.
type winder struct {
	*engine.Scene
	cellW, cellH float64
	spare        float64 // what part of it is not the box
	usualDots    bool    // the usual box is a dot
	byAngle      bool    // what is on a ring is spread by the angle, not along it
	metric
}

// Arrange puts a disc of balanced concentric rings around each hub. Nodes that
// several hubs list form a disc of their own between them; requesters that are
// no hub stand apart at the right.
func Arrange(_ context.Context, s *engine.Scene) error {
	w := &winder{Scene: s, byAngle: outerGroups(s) > manyGroups}
	w.cellW, w.cellH, w.usualDots = s.UsualSize()
	w.spare = s.Gap
	if w.usualDots {
		w.spare = 0.55 * dotsGap // half of the gap is what separate leaves alone
		w.cellW, w.cellH = w.cellW-s.Gap+w.spare, w.cellH-s.Gap+w.spare
		s.Gap = dotsGap
	}
	discs, apart := w.discs()

	ways := packings(discs)
	best, smallest := ways[0], math.Inf(1)
	for _, pack := range ways {
		if len(ways) == 1 {
			break
		}
		if size := w.settle(discs, pack, nearest); size < smallest*0.9 { // the first, unless another is clearly better
			best, smallest = pack, size
		}
	}
	w.widen(discs, best)

	for _, d := range discs {
		for _, fill := range d.fill {
			fill()
		}
		w.seat(d, 0)
		if d.hub >= 0 {
			s.Boxes[d.hub].Center = r2.Vec{X: d.center.X * w.px, Y: d.center.Y * w.py}
		}
		w.areas(d)
	}
	for _, d := range discs {
		w.turnClear(d)
	}
	for _, d := range discs {
		w.seatJobs(d)
	}
	slices.SortStableFunc(s.Areas, func(a, b engine.Area) int { return s.Groups[a.Group].Level - s.Groups[b.Group].Level })
	w.frame(discs)
	standApart(s, apart)
	return nil
}

// frame sets what the rings of usual boxes reach to, wherever on the outermost
// boxes come to stand: the picture must not shift as these come and go.
func (w *winder) frame(discs []*disc) {
	for _, d := range discs {
		if len(d.wedges) > 0 {
			continue // their areas reach as far
		}
		around := func(radius, width, height float64) {
			x, y, rx, ry := d.center.X*w.px, d.center.Y*w.py, radius*w.px, radius*w.py
			for _, c := range []r2.Vec{{X: x - rx, Y: y - ry}, {X: x + rx, Y: y + ry}} {
				w.Frame = append(w.Frame, engine.Rect{Center: c, W: width, H: height})
			}
		}
		around(d.reach, w.cellW-w.spare, w.cellH-w.spare)
		if n := len(d.large); n > 0 {
			first := &w.Boxes[d.large[0]]
			around(d.rings[len(d.rings)-1].radius, first.W, first.H)
		}
	}
}

// settle winds and packs the discs, and returns how large the canvas has to be
// for them. The discs' radii depend a little on the shape of the plane, and its
// best shape on how the discs come to lie: a few rounds settle it.
func (w *winder) settle(discs []*disc, pack func(), spacing float64) float64 {
	aspect, size := w.Aspect, 0.0
	for range 5 {
		w.metric = newMetric(w.cellW, w.cellH, aspect, spacing, w.usualDots, w.byAngle)
		for _, d := range discs {
			w.wind(d)
			w.windJobs(d)
		}
		pack()
		bw, bh := bounds(discs)
		size = max(bw*w.px/w.Aspect, bh*w.py)
		aspect = min(5, max(0.2, w.Aspect*bh/bw))
	}
	return size
}

// widen settles the discs. Rings of dots stand as far from each other as lets them
// fill the canvas: dots are then close together along a ring, so that they move
// little by their width when one comes or goes.
func (w *winder) widen(discs []*disc, pack func()) {
	lo, hi := nearest, widest
	if w.settle(discs, pack, lo) >= w.Height || !w.usualDots || w.settle(discs, pack, hi) <= w.Height {
		return
	}
	for range 10 {
		if mid := (lo + hi) / 2; w.settle(discs, pack, mid) <= w.Height {
			lo = mid
		} else {
			hi = mid
		}
	}
	w.settle(discs, pack, lo)
}

// Two rings of dots are this far apart, by what is between two dots on a ring.
const (
	nearest = 1.25
	widest  = 2.5
)

// dotsGap is the room to leave between dots, in points; two on a ring have a little
// more than half of it.
const dotsGap = 3

// discs shares the boxes out: each to the hub that lists it, to the hubs that
// share it, or to those that stand apart.
func (w *winder) discs() (discs []*disc, apart []int) {
	byOwner := make(map[string]*disc)
	var keys []string // of the shared discs
	own := func(key string, hub, members int) *disc {
		d := byOwner[key]
		if d == nil {
			d = &disc{hub: hub, members: members}
			byOwner[key] = d
			if hub >= 0 {
				discs = append(discs, d)
			} else {
				keys = append(keys, key)
			}
		}
		return d
	}
	for _, h := range w.Hubs {
		own(w.Boxes[h].ID, h, 1)
	}
	for i := range w.Boxes {
		b := &w.Boxes[i]
		if b.Hub {
			continue
		}
		if hub := -1; b.Job {
			if hub = b.Asked; hub < 0 {
				apart = append(apart, i)
				continue
			}
			d := own(w.Boxes[hub].ID, hub, 1)
			d.jobs = append(d.jobs, i)
			continue
		}
		hubs := w.Boxes[i].Owners
		if len(hubs) == 0 {
			apart = append(apart, i)
			continue
		}
		var key []string
		for _, h := range hubs {
			key = append(key, w.Boxes[h].ID)
		}
		d := own(strings.Join(key, "\x00"), -1, len(hubs))
		if b.W > w.cellW+w.Gap || b.H > w.cellH || !w.Boxes[i].Linked {
			d.large = append(d.large, i)
		} else {
			d.usual = append(d.usual, i)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		discs = append(discs, byOwner[key])
	}
	return discs, apart
}

// wind lays a disc's boxes out on rings, from the middle outward.
func (w *winder) wind(d *disc) {
	d.rings, d.fill, d.reach = nil, nil, 0
	middleW, middleH := 0.0, 0.0
	usual := d.usual
	if d.hub >= 0 {
		middleW, middleH = w.Boxes[d.hub].W+w.Gap, w.Boxes[d.hub].H+w.Gap
	} else if n := len(usual); n == 1 || n > sparse {
		// Nobody's disc has one of its own in the middle.
		d.rings = append(d.rings, ring{boxes: usual[:1], least: 2 * math.Pi, pitch: 1})
		usual, middleW, middleH = usual[1:], w.cellW, w.cellH
	}
	d.radius = w.apart(middleW, middleH, middleW, middleH) / 2
	if d.wedges != nil || w.split(d) {
		first := 0.5
		if d.hub >= 0 {
			first = w.apart(middleW, middleH, w.cellW, w.cellH)
		}
		w.windWedges(d, first)
		return
	}

	if len(usual) > 0 {
		d.reach = w.grow(d, usual, w.apart(middleW, middleH, w.cellW, w.cellH), 1)
	}
	if len(d.large) > 0 {
		lw, lh := 0.0, 0.0
		for _, i := range d.large {
			lw, lh = max(lw, w.Boxes[i].W+w.spare), max(lh, w.Boxes[i].H+w.spare)
		}
		pitch := w.pitch(lw, lh)
		first := w.apart(middleW, middleH, lw, lh)
		if len(usual) > 0 {
			first = max(first, d.reach+w.apart(w.cellW, w.cellH, lw, lh))
		}
		from := len(d.rings)
		w.grow(d, d.large, first, pitch)
		if len(usual) > 0 {
			for k := range d.rings[from:] {
				r := &d.rings[from+k]
				r.few = true
			}
		}
	}
}

// grow adds rings that hold the boxes at the given pitch, the first of at least
// the given radius, and shares the boxes out in proportion to their room, so
// that none of the rings is ragged. It returns the outermost's radius.
func (w *winder) grow(d *disc, boxes []int, first, pitch float64) float64 {
	takes := w.takes(boxes, pitch)
	load := loadOf(takes)
	between := pitch * w.spacing
	var caps []float64
	radii := nest(first, between, func(radii []float64) bool {
		caps = caps[:0]
		used := 0.0
		for k, r := range radii {
			caps = append(caps, w.room(r, pitch))
			used += (caps[k] - 0.5) * begun(k, radii, first, between)
		}
		return used >= w.places(load.all) && load.fits(caps)
	})
	from := len(d.rings)
	rooms := make([]float64, len(radii))
	for k, r := range radii {
		rooms[k] = r * begun(k, radii, first, between)
		d.rings = append(d.rings, ring{radius: r, pitch: pitch, least: 2 * math.Pi / caps[k]})
	}
	outer := radii[len(radii)-1]
	d.radius = outer + pitch/2
	d.fill = append(d.fill, func() {
		for k, members := range dealToRings(w.Scene, boxes, takes, rooms, caps) {
			d.rings[from+k].boxes = members
		}
	})
	return outer
}

// nest returns the radii of rings a pitch apart, from the innermost, which is at
// least first, to the outermost, which is as small as fits allows; for larger ones
// it must go on holding.
//
// With one box more the rings widen by a little. One more is begun in the middle,
// where there is room for it: all others stay.
func nest(first, pitch float64, fits func(radii []float64) bool) []float64 {
	var radii []float64
	widen := func(outer float64) bool {
		n := 1 + int((outer-first)/pitch)
		radii = radii[:0]
		for k := range n {
			radii = append(radii, outer-float64(n-1-k)*pitch)
		}
		return fits(radii)
	}
	if widen(first) {
		return radii
	}
	lo, hi := first, first+pitch
	for !widen(hi) {
		lo, hi = hi, hi+2*(hi-first)
	}
	for hi-lo > pitch/1024 {
		if mid := (lo + hi) / 2; widen(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	widen(hi)
	return radii
}

// begun is which part of ring k's room is in use: the innermost ring gets its boxes
// one by one as it widens, so that the others give them up one by one.
func begun(k int, radii []float64, first, pitch float64) float64 {
	if k > 0 || len(radii) == 1 {
		return 1
	}
	return min(1, (radii[0]-first)/(beginning*pitch))
}

// beginning is by how many pitches a new ring widens until all its room is in use.
const beginning = 0.35

// places is how many places so many boxes get: a few more, so that one that comes
// displaces few. Pills need the room to be read, and being wide move less by their
// width.
func (w *winder) places(boxes float64) float64 {
	if w.usualDots {
		return 1.1 * boxes
	}
	return 1.03 * boxes
}

// takes returns what boxes take of a pitch along a ring: dots what is theirs. Pills
// may stand beside each other either way.
func (w *winder) takes(boxes []int, pitch float64) []float64 {
	takes := make([]float64, len(boxes))
	for n, i := range boxes {
		takes[n] = 1
		if w.dots && w.Boxes[i].Dot {
			takes[n] = min(1, (w.Boxes[i].W+w.spare)/(pitch*min(w.px, w.py)))
		}
	}
	return takes
}

// angles returns the places of a ring's boxes, clockwise from the top, in radians:
// about where the order of IDs around the whole disc puts them.
func (w *winder) angles(d *disc, r ring) []float64 {
	if r.at != nil {
		return r.at
	}
	all := slices.Concat(d.usual, d.large)
	slices.Sort(all)
	places := evenPlaces(w.takes(all, 1), 2*math.Pi)
	wants, takes := make([]float64, len(r.boxes)), w.takes(r.boxes, r.pitch)
	for n, i := range r.boxes {
		at, _ := slices.BinarySearch(all, i)
		wants[n] = places[at]
		takes[n] *= r.least
	}
	if !r.few {
		wants = evenOut(wants, takes, w.dots)
	}
	return spreadAngles(wants, takes)
}

// standApart puts boxes in columns to the right of all others.
func standApart(s *engine.Scene, apart []int) {
	if len(apart) == 0 {
		return
	}
	out := make(map[int]bool, len(apart))
	for _, i := range apart {
		out[i] = true
	}
	right, top, bottom := math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i := range s.Boxes {
		if b := &s.Boxes[i]; !out[i] {
			right = max(right, b.Center.X+b.W/2)
			top, bottom = min(top, b.Center.Y-b.H/2), max(bottom, b.Center.Y+b.H/2)
		}
	}
	for i := range s.Areas {
		for _, p := range s.Areas[i].Path {
			right = max(right, p.X)
		}
	}
	if math.IsInf(right, 0) {
		right, top, bottom = 0, 0, 0
	}
	w, h := 0.0, 0.0
	for _, i := range apart {
		w, h = max(w, s.Boxes[i].W), max(h, s.Boxes[i].H)
	}
	pitch := h + 2*s.Gap
	rows := max(1, int((bottom-top)/pitch))
	rows = max(rows, int(math.Sqrt(float64(len(apart)))))
	for k, i := range apart {
		column, row := k/rows, k%rows
		inColumn := min(rows, len(apart)-column*rows)
		s.Boxes[i].Center = r2.Vec{
			X: right + 3*s.Gap + w/2 + float64(column)*(w+2*s.Gap),
			Y: (top+bottom)/2 + (float64(row)-float64(inColumn-1)/2)*pitch,
		}
	}
}
