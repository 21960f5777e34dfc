// Package rings places the boxes of a scene on concentric rings around their hubs.
//
// A hub and its boxes make a disc; the boxes that several hubs share make a disc of
// their own. [Arrange] reads sizes, owners and groups of an [engine.Scene] and sets
// the centre of each box and, where boxes are grouped, an area for each group.
// Package layout scales the result to the canvas.
//
// All of it is computed on a [plane] that is scaled so that two boxes of the usual size
// do not overlap if their centres are at least 1 apart. Boxes of w×h points do not
// overlap if (dx/w)²+(dy/h)² ≥ 2, and for any px, py with (w/px)²+(h/py)² = 1 they do
// not if (dx/px)²+(dy/py)² ≥ 1: one of dx ≥ w, dy ≥ h must then hold. So px and py can
// be chosen for the shape of the canvas, and all shapes are circles on the plane. The
// work is O(n log n) for n boxes.
//
// Places are stable: a box more or less moves most others by less than their width.
// Rings are counted from the outermost, and a new one starts in the middle
// (smallestRings); boxes are dealt to rings by hashes of their IDs (dealToRings) and
// move along a ring only as far as their neighbours make them (spreadRing).
package rings

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// A disc is a hub with rings around it, or the boxes that several hubs share. Lengths
// are on the plane.
type disc struct {
	center  r2.Vec
	radius  float64
	hub     int // index of the box in the middle, or -1
	members int // number of hubs that share the disc: 1 for a hub's own

	usual []int // indexes of most boxes, in the order of IDs
	outer []int // boxes on rings of their own outside: larger ones, and those without an edge, to which other boxes' edges would seem to lead
	jobs  []int // the hub's, on rings outside of all others

	rings       []ring
	deal        []func() // put boxes on the rings, once these have their final radii
	usualRadius float64  // radius of the outermost ring of usual boxes

	wedges      []wedge // of its groups, if boxes are grouped
	wedgePlan   wedgePlan
	innerRadius float64 // where the wedges begin
	outerRadius float64 // radius without the rings of jobs

	jobRings []jobRing
}

// A ring is a circle of boxes in a disc.
type ring struct {
	radius, pitch float64
	boxes         []int
	angles        []float64 // the boxes', if they are already known
	boxAngle      float64   // the angle that a box of the pitch's width takes
	keepOrder     bool      // boxes are at the angles that the order of IDs gives, however uneven
}

// ringLayout lays out the discs of a scene.
type ringLayout struct {
	*engine.Scene
	plane
	cellW, cellH float64 // size of a usual box with its share of the gap, in points
	gap          float64 // that share, in points
	usualDots    bool    // the usual box is a dot
	byAngle      bool    // boxes are spread by the angle, not along the ring
}

// dotGap is the room to leave between dots, in points; two on a ring have a little
// more than half of it.
const dotGap = 3

// Arrange puts a disc of concentric rings around each hub. Boxes that several hubs
// list form a disc between these; boxes that belong to no hub are in columns at the
// right. It returns ctx.Err() if ctx ends first.
func Arrange(ctx context.Context, s *engine.Scene) error {
	l := &ringLayout{Scene: s, byAngle: outerGroups(s) > manyGroups}
	l.cellW, l.cellH, l.usualDots = s.UsualSize()
	l.gap = s.Gap
	if l.usualDots {
		l.gap = 0.55 * dotGap // removing overlaps leaves boxes alone from half of the gap on
		l.cellW, l.cellH = l.cellW-s.Gap+l.gap, l.cellH-s.Gap+l.gap
		s.Gap = dotGap
	}
	discs, detached := l.discs()
	l.sizeAndPack(discs)
	for _, d := range discs {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.placeDisc(d)
	}
	for _, d := range discs {
		l.rotateToUncover(d)
	}
	for _, d := range discs {
		l.placeJobs(d)
	}
	slices.SortStableFunc(s.Areas, func(a, b engine.Area) int { return s.Groups[a.Group].Level - s.Groups[b.Group].Level })
	l.addFrame(discs)
	placeDetached(s, detached)
	return nil
}

// sizeAndPack gives the discs rings and centres, by the packing that needs the
// smallest canvas. The first packing stays unless another needs a tenth less.
func (l *ringLayout) sizeAndPack(discs []*disc) {
	packings := packings(discs)
	best, smallest := packings[0], math.Inf(1)
	if len(packings) > 1 {
		for _, pack := range packings {
			if size := l.fitToCanvas(discs, pack, minSpacing); size < smallest*0.9 {
				best, smallest = pack, size
			}
		}
	}
	l.chooseSpacing(discs, best)
}

// fitToCanvas sizes and packs the discs on a plane of the shape that suits the canvas,
// and returns the height in points of a canvas that holds them. The radii depend a
// little on the shape of the plane, and its best shape on where the discs are: five
// rounds are enough.
func (l *ringLayout) fitToCanvas(discs []*disc, pack func(), spacing float64) float64 {
	aspect, height := l.Aspect, 0.0
	for range 5 {
		l.plane = newPlane(l.cellW, l.cellH, aspect, spacing, l.usualDots, l.byAngle)
		for _, d := range discs {
			l.fillRings(d)
			l.addJobRings(d)
		}
		pack()
		w, h := bounds(discs)
		height = max(w*l.px/l.Aspect, h*l.py)
		aspect = min(5, max(0.2, l.Aspect*h/w))
	}
	return height
}

// Distance between two rings of dots, by the distance of two dots on a ring.
const (
	minSpacing = 1.25
	maxSpacing = 2.5
)

// chooseSpacing fits the discs to the canvas with rings of dots as far apart as the
// canvas allows. Dots are then close together along a ring, and so move by less than
// their width when one is added or removed.
func (l *ringLayout) chooseSpacing(discs []*disc, pack func()) {
	lo, hi := minSpacing, maxSpacing
	if l.fitToCanvas(discs, pack, lo) >= l.Height || !l.usualDots || l.fitToCanvas(discs, pack, hi) <= l.Height {
		return
	}
	for range 10 {
		if mid := (lo + hi) / 2; l.fitToCanvas(discs, pack, mid) <= l.Height {
			lo = mid
		} else {
			hi = mid
		}
	}
	l.fitToCanvas(discs, pack, lo)
}

// placeDisc puts the boxes of a disc on its rings and adds the areas of its groups.
func (l *ringLayout) placeDisc(d *disc) {
	for _, deal := range d.deal {
		deal()
	}
	l.placeRings(d, 0)
	if d.hub >= 0 {
		l.Boxes[d.hub].Center = r2.Vec{X: d.center.X * l.px, Y: d.center.Y * l.py}
	}
	l.addAreas(d)
}

// placeRings places the boxes on a disc's rings, turned by an angle.
func (l *ringLayout) placeRings(d *disc, turn float64) {
	order := l.ordering(d)
	for _, r := range d.rings {
		angles := r.angles
		if angles == nil {
			angles = l.angles(order, r)
		}
		for i, angle := range angles {
			l.Boxes[r.boxes[i]].Center = l.at(d.center, r.radius, angle+turn)
		}
	}
}

// addFrame keeps the whole of the outermost rings of usual boxes inside the plot,
// wherever on them the boxes are: the picture must not shift as boxes are added and
// removed.
func (l *ringLayout) addFrame(discs []*disc) {
	for _, d := range discs {
		if len(d.wedges) > 0 {
			continue // the areas of its groups reach as far
		}
		around := func(radius, width, height float64) {
			x, y, rx, ry := d.center.X*l.px, d.center.Y*l.py, radius*l.px, radius*l.py
			for _, c := range []r2.Vec{{X: x - rx, Y: y - ry}, {X: x + rx, Y: y + ry}} {
				l.Frame = append(l.Frame, engine.Rect{Center: c, W: width, H: height})
			}
		}
		around(d.usualRadius, l.cellW-l.gap, l.cellH-l.gap)
		if len(d.outer) > 0 {
			first := &l.Boxes[d.outer[0]]
			around(d.rings[len(d.rings)-1].radius, first.W, first.H)
		}
	}
}
