package rings

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file decides which boxes make a disc, and places those that are in none.

// discs returns a disc for each hub, in their order, then one for each set of hubs
// that share boxes, sorted by the IDs of these hubs. Detached are the boxes that no
// hub knows.
func (l *ringLayout) discs() (discs []*disc, detached []int) {
	own := make(map[int]*disc, len(l.Hubs))
	for _, h := range l.Hubs {
		own[h] = &disc{hub: h, members: 1}
		discs = append(discs, own[h])
	}
	byOwners := make(map[string]*disc)
	for i := range l.Boxes {
		b := &l.Boxes[i]
		switch {
		case b.Hub:
		case b.Job && b.Asked >= 0:
			d := own[b.Asked]
			d.jobs = append(d.jobs, i)
		case b.Job || len(b.Owners) == 0:
			detached = append(detached, i)
		default:
			key := l.ownersKey(b)
			d := byOwners[key]
			if d == nil && len(b.Owners) == 1 {
				d = own[b.Owners[0]]
			} else if d == nil {
				d = &disc{hub: -1, members: len(b.Owners)}
			}
			byOwners[key] = d
			l.add(d, i)
		}
	}
	keys := make([]string, 0, len(byOwners))
	for key, d := range byOwners {
		if d.hub < 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		discs = append(discs, byOwners[key])
	}
	return discs, detached
}

// ownersKey returns the IDs of the hubs that list a box, as the key of a map.
func (l *ringLayout) ownersKey(b *engine.Box) string {
	if len(b.Owners) == 1 {
		return l.Boxes[b.Owners[0]].ID
	}
	ids := make([]string, len(b.Owners))
	for k, h := range b.Owners {
		ids[k] = l.Boxes[h].ID
	}
	return strings.Join(ids, "\x00")
}

// add adds box i to the disc.
func (l *ringLayout) add(d *disc, i int) {
	if b := &l.Boxes[i]; b.W > l.cellW+l.Gap || b.H > l.cellH || !b.Linked {
		d.outer = append(d.outer, i)
	} else {
		d.usual = append(d.usual, i)
	}
}

// placeDetached puts boxes in columns at the right of all others.
func placeDetached(s *engine.Scene, boxes []int) {
	if len(boxes) == 0 {
		return
	}
	right, top, bottom := extent(s, boxes)
	w, h := 0.0, 0.0
	for _, i := range boxes {
		w, h = max(w, s.Boxes[i].W), max(h, s.Boxes[i].H)
	}
	pitch := h + 2*s.Gap
	rows := max(1, int((bottom-top)/pitch))
	rows = max(rows, int(math.Sqrt(float64(len(boxes)))))
	for k, i := range boxes {
		column, row := k/rows, k%rows
		inColumn := min(rows, len(boxes)-column*rows)
		s.Boxes[i].Center = r2.Vec{
			X: right + 3*s.Gap + w/2 + float64(column)*(w+2*s.Gap),
			Y: (top+bottom)/2 + (float64(row)-float64(inColumn-1)/2)*pitch,
		}
	}
}

// extent returns the right end of all areas and of all boxes but the given ones, and
// the top and bottom of these boxes; zeros if there are none.
func extent(s *engine.Scene, but []int) (right, top, bottom float64) {
	out := make(map[int]bool, len(but))
	for _, i := range but {
		out[i] = true
	}
	right, top, bottom = math.Inf(-1), math.Inf(1), math.Inf(-1)
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
		return 0, 0, 0
	}
	return right, top, bottom
}
