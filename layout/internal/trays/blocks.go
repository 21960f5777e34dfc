package trays

import (
	"cmp"
	"slices"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// A block is tiles, or other blocks, below a heading. The outermost ones are the trays.
type block struct {
	id    int // in the order of the tree
	plate int // index of its plate; -1 for the tiles of a tray beside other blocks
	level int // 0 for a tray
	tiles []int
	parts []*block
	list  bool // its tiles are read down one column, then down the next
	apart bool // it has an outline of its own within a tray
	bare  bool // its tiles are cells without labels
	named bool // its tiles have labels, among cells that have none

	hub     int     // the hub above it, if hubText is not 0
	hubText float64 // width of that hub's box at font size 1
	empty   bool    // there is nothing but the hub

	name, detail, counted float64 // widths of the heading at font size 1: see [engine.Sheet]
}

// addBlocks makes the tree of blocks and their plates.
func (a *arrangement) addBlocks() {
	jobs, peers, detached, sets := a.byKind()
	a.hubs, a.lanes = len(a.Hubs) > 0, len(a.Hubs)
	other := false
	for i := range a.Lines {
		l := &a.Lines[i]
		other = other || l.Other
		a.joined = a.joined || len(a.Hubs) > 1 && l.Run == nil && a.Boxes[l.To].Hub
	}
	if other {
		a.lanes *= 2
	}
	if len(a.Hubs) <= 1 && len(a.Groups) > 0 {
		a.addGroupTrays(sets, detached)
	} else {
		slices.SortStableFunc(sets, func(x, y ownerSet) int {
			return cmp.Or(cmp.Compare(x.middle(), y.middle()), slices.Compare(x.owners, y.owners))
		})
		for _, set := range sets {
			a.addHubTrays(set)
		}
		if len(detached) > 0 {
			a.addTray(engine.Plate{Kind: engine.DetachedPlate}, detached, 0)
			if a.roles && len(detached) > fewIdle && len(a.Groups) == 0 {
				a.trays[len(a.trays)-1].bare = true
			}
		}
	}
	if len(peers) > 0 {
		a.addTray(engine.Plate{Kind: engine.RequesterPlate}, peers, 0)
	}
	if len(jobs) > 0 {
		a.addTray(engine.Plate{Kind: engine.JobPlate}, jobs, 0)
	}
	a.addHomes()
	if len(a.trays) == 1 && !a.roles {
		a.Plates[0].Alone = true
	}
	for _, t := range a.trays {
		a.measure(t)
	}
}

// addHubTrays adds a tray for the boxes of the same hubs: by roles, one for those that took
// part in jobs, and one for the others if they are many.
func (a *arrangement) addHubTrays(set ownerSet) {
	if !a.roles {
		a.addTray(engine.Plate{Kind: engine.HubPlate, Owners: set.owners}, set.boxes, 0)
		return
	}
	var ran, idle []int
	for _, i := range set.boxes {
		if a.Boxes[i].Idle {
			idle = append(idle, i)
		} else {
			ran = append(ran, i)
		}
	}
	if len(idle) <= fewIdle {
		ran, idle = set.boxes, nil
	}
	if len(ran) > 0 {
		a.addTray(engine.Plate{Kind: engine.HubPlate, Owners: set.owners, Role: engine.RanRole}, ran, 0)
	}
	if len(idle) > 0 {
		a.addTray(engine.Plate{Kind: engine.HubPlate, Owners: set.owners, Role: engine.IdleRole}, idle, 0)
		if len(a.Groups) == 0 {
			a.trays[len(a.trays)-1].bare = true
		}
	}
}

// fewIdle is the most nodes without a part in jobs that have labels, beside those that took
// part.
const fewIdle = 12

// An ownerSet is the boxes that the same hubs are joined to.
type ownerSet struct {
	owners, boxes []int
}

// middle returns the mean of the hubs' indexes, so that trays can be below their hubs.
func (s *ownerSet) middle() float64 {
	sum := 0
	for _, o := range s.owners {
		sum += o
	}
	return float64(sum) / float64(max(1, len(s.owners)))
}

// The first sets of boxes. From hubSets on, each is of the same hubs.
const (
	noSet = iota
	jobSet
	peerSet
	detachedSet
	hubSets
)

// byKind returns the jobs, unless by roles, the requesters, the boxes without an edge, and the
// others by their hubs, all in the order of the sheet. Sets of hubs come as their first boxes
// do. The order leads all over the memory, so the boxes themselves are looked at before, as
// they follow each other there.
func (a *arrangement) byKind() (jobs, peers, detached []int, sets []ownerSet) {
	setOf, all := a.setsOfBoxes()
	counts := make([]int, len(all))
	for _, set := range setOf {
		counts[set]++
	}
	var order []int32 // of the sets
	for _, i := range a.Order {
		set := setOf[i]
		if set == noSet {
			continue
		}
		if all[set].boxes == nil {
			all[set].boxes = make([]int, 0, counts[set])
			order = append(order, set)
		}
		all[set].boxes = append(all[set].boxes, i)
	}
	for _, set := range order {
		if set >= hubSets {
			sets = append(sets, all[set])
		}
	}
	return all[jobSet].boxes, all[peerSet].boxes, all[detachedSet].boxes, sets
}

// setsOfBoxes returns the set of each box, and the sets, still without boxes.
func (a *arrangement) setsOfBoxes() (setOf []int32, all []ownerSet) {
	setOf, all = make([]int32, len(a.Boxes)), make([]ownerSet, hubSets)
	last := noSet
	for i := range a.Boxes {
		b := &a.Boxes[i]
		if b.Idle {
			a.idle++
		}
		if b.Label != nil {
			a.grow = max(a.grow, (b.Label.Size-1)/2)
		}
		switch {
		case b.Hub, b.Job && a.roles:
			continue
		case b.Job:
			setOf[i] = jobSet
		case b.Peer:
			setOf[i] = peerSet
		case !b.Linked && len(a.Hubs) > 0:
			setOf[i] = detachedSet
		default:
			if last == noSet || !slices.Equal(all[last].owners, b.Owners) { // neighbours mostly have one
				last = hubSets + slices.IndexFunc(all[hubSets:], func(s ownerSet) bool { return slices.Equal(s.owners, b.Owners) })
			}
			if last < hubSets {
				last = len(all)
				all = append(all, ownerSet{owners: b.Owners})
			}
			setOf[i] = int32(last)
		}
	}
	return setOf, all
}

// addGroupTrays adds a tray for each outermost group, and one for boxes without a group.
func (a *arrangement) addGroupTrays(sets []ownerSet, detached []int) {
	var linked []int
	for _, set := range sets {
		linked = append(linked, set.boxes...)
	}
	joined, apart := a.byGroup(linked, 0), a.byGroup(detached, 0)
	for g := range a.Groups {
		if a.Groups[g].Level != 1 || len(joined[g])+len(apart[g]) == 0 {
			continue
		}
		plate := a.addPlate(engine.Plate{Kind: engine.GroupPlate, Group: g}, slices.Concat(joined[g], apart[g]))
		t := &block{plate: plate}
		if len(apart[g]) > 0 {
			inner := a.addPlate(engine.Plate{Kind: engine.DetachedPlate, Level: 1}, apart[g])
			block := &block{plate: inner, level: 1, apart: true}
			a.addTiles(block, apart[g])
			t.parts = append(t.parts, block)
		}
		a.fill(t, joined[g], 1)
		a.trays = append(a.trays, t)
	}
	if rest := joined[-1]; len(rest) > 0 {
		a.addTray(engine.Plate{Kind: engine.HubPlate, Owners: a.Boxes[rest[0]].Owners}, rest, 0)
	}
	if rest := apart[-1]; len(rest) > 0 {
		a.addTray(engine.Plate{Kind: engine.DetachedPlate}, rest, 0)
	}
}

// byGroup returns the boxes of each group of a depth, from 0; of -1 those that are in none.
func (a *arrangement) byGroup(boxes []int, depth int) map[int][]int {
	if len(a.Groups) == 0 {
		return map[int][]int{-1: boxes}
	}
	all := make(map[int][]int)
	for _, i := range boxes {
		g := -1
		if groups := a.Boxes[i].Groups; depth < len(groups) {
			g = groups[depth]
		}
		all[g] = append(all[g], i)
	}
	return all
}

// addTray adds a tray for boxes, with blocks for their groups from a depth on.
func (a *arrangement) addTray(p engine.Plate, boxes []int, depth int) {
	p.Group = -1
	t := &block{plate: a.addPlate(p, boxes)}
	a.fill(t, boxes, depth)
	t.list = t.parts == nil
	a.trays = append(a.trays, t)
}

func (a *arrangement) addPlate(p engine.Plate, boxes []int) int {
	p.Boxes = boxes
	a.Plates = append(a.Plates, p)
	return len(a.Plates) - 1
}

// fill puts boxes into a block: as blocks of the groups of a depth, or as tiles.
func (a *arrangement) fill(b *block, boxes []int, depth int) {
	groups := a.byGroup(boxes, depth)
	rest := groups[-1]
	if len(rest) == len(boxes) {
		a.addTiles(b, boxes)
		return
	}
	a.addParts(b, rest)
	delete(groups, -1)
	order := make([]int, 0, len(groups))
	for g := range groups {
		order = append(order, g)
	}
	slices.Sort(order)
	for _, g := range order {
		plate := a.addPlate(engine.Plate{Kind: engine.GroupPlate, Group: g, Level: b.level + 1}, groups[g])
		part := &block{plate: plate, level: b.level + 1}
		a.fill(part, groups[g], depth+1)
		b.parts = append(b.parts, part)
	}
}

// addTiles puts boxes into a block as tiles, beside its other parts if it has any.
func (a *arrangement) addTiles(b *block, boxes []int) {
	if called, others := a.byCall(boxes); b.parts == nil && (len(called) == 0 || len(others) == 0) {
		b.tiles, b.named = boxes, len(called) > 0
		return
	}
	a.addParts(b, boxes)
}

// addParts adds parts with boxes as tiles to a block: those with labels among cells first.
func (a *arrangement) addParts(b *block, boxes []int) {
	called, others := a.byCall(boxes)
	if len(called) > 0 {
		b.parts = append(b.parts, &block{plate: -1, level: b.level + 1, tiles: called, named: true})
	}
	if len(others) > 0 {
		b.parts = append(b.parts, &block{plate: -1, level: b.level + 1, tiles: others})
	}
}

// byCall returns the boxes that have labels among cells, and the others.
func (a *arrangement) byCall(boxes []int) (called, others []int) {
	if a.calls == 0 {
		return nil, boxes
	}
	for _, i := range boxes {
		if call := a.Boxes[i].Call(); call > 0 && call <= a.calls {
			called = append(called, i)
		} else {
			others = append(others, i)
		}
	}
	return called, others
}

// measure sets the widths of the headings of a block and of those in it.
func (a *arrangement) measure(b *block) {
	b.id = a.blocks
	a.blocks++
	if b.plate >= 0 {
		tiles := b.tiles
		for _, p := range b.parts {
			if p.plate < 0 {
				tiles = slices.Concat(tiles, p.tiles)
			}
		}
		a.Plates[b.plate].Tiles = tiles
		b.name, b.detail, b.counted = a.Heading(&a.Plates[b.plate])
		a.counts = a.counts || b.counted > b.detail
	}
	for _, p := range b.parts {
		a.measure(p)
	}
}
