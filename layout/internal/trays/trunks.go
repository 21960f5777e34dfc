package trays

import (
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// hubWidth returns the width of a hub's box.
func (a *arrangement) hubWidth(m *metrics, hub int) float64 {
	b := &a.Boxes[hub]
	text := min(b.Label.Text, maxHub, a.W/m.hub/1.5)
	return (text + 2*0.9 + b.Label.Room) * m.hub
}

// hubRows returns the hubs in rows, or nil if one is too wide.
func (a *arrangement) hubRows(m *metrics) (rows [][]int) {
	if a.atHome() {
		return nil
	}
	beside := 0.0 // what spines take beside hubs in several rows
	if len(a.Hubs) > 1 {
		beside = float64(a.lanes)*m.lane + m.stem
	}
	room := 0.0
	for _, h := range a.Hubs {
		w := a.hubWidth(m, h)
		switch {
		case w > a.W-beside:
			return nil
		case len(rows) == 0 || w+m.between > room:
			rows, room = append(rows, []int{h}), a.W-w-beside
		default:
			rows[len(rows)-1] = append(rows[len(rows)-1], h)
			room -= w + m.between
		}
	}
	return rows
}

// hubsHeight returns the height of all hubs above the trays and of the gutters below them.
func (a *arrangement) hubsHeight(p *packing) (h float64) {
	if a.atHome() && a.lanes > 0 {
		return p.rowGap(a.lanes)
	}
	for i := range p.hubRows {
		h += hubHeight*p.hub + p.gutterHeight(a.lanesBelow(p, i))
	}
	return h
}

// lanesBelow returns the number of lanes in the gutter below a row of hubs: those of these
// hubs, or all, below the last row and where hubs list each other.
func (a *arrangement) lanesBelow(p *packing, row int) int {
	if row == len(p.hubRows)-1 || a.joined {
		return a.lanes
	}
	return len(p.hubRows[row]) * a.lanes / len(a.Hubs)
}

// gutterHeight returns the height of a gutter with so many lanes.
func (m *metrics) gutterHeight(lanes int) float64 {
	return 2*m.stem + float64(max(1, lanes)-1)*m.lane
}

// A gutter is the free strip above a row of trays or below a row of hubs. It has the lanes of
// some sources, which follow each other.
type gutter struct {
	top, bottom  float64
	first, lanes int
}

// lane returns the y of the lane with an index.
func (g gutter) lane(k int) float64 {
	return g.top + (g.bottom-g.top)*float64(k-g.first+1)/float64(g.lanes+1)
}

// placeHubs gives the hubs their places, from a top and an x on, and returns the gutters
// below their rows.
func (a *arrangement) placeHubs(p *packing, top float64, spread float64) (gutters []gutter) {
	before := 0 // lanes of the rows above
	for i, hubs := range p.hubRows {
		width := 0.0
		for _, h := range hubs {
			width += a.hubWidth(&p.metrics, h)
		}
		x0, room := 0.0, a.W
		if len(p.hubRows) > 1 {
			x0, room = p.spines, a.W-p.spines
		}
		gap := (room - width) / float64(len(hubs))
		x := x0 + gap/2
		for _, h := range hubs {
			b := &a.Boxes[h]
			b.W, b.H, b.Font = a.hubWidth(&p.metrics, h), hubHeight*p.hub, p.hub
			b.Center = r2.Vec{X: x + b.W/2, Y: top + b.H/2}
			if b.Font < a.Least {
				b.Font = 0
			}
			x += b.W + gap
		}
		top += hubHeight * p.hub
		g := gutter{top: top, lanes: a.lanesBelow(p, i)}
		g.bottom = top + p.gutterHeight(g.lanes) + spread
		if g.lanes < a.lanes {
			g.first = before
		}
		before += g.lanes
		gutters = append(gutters, g)
		top = g.bottom
	}
	return gutters
}

// A source is a hub as the beginning of a trunk: of its usual lines, or of the other ones.
type source struct {
	hub   int
	other bool
}

// A trunkKey says where a trunk begins and ends.
type trunkKey struct {
	source
	plate int
}

// A router leads trunks from hubs to trays: down to the lane of its source in the gutter below
// the hubs, and from there to the tray, or along a spine to the gutter above the tray.
type router struct {
	*arrangement
	*packing
	hubGutters, rowGutters []gutter
	order, hubRow, trayRow map[int]int // of each hub, and by the plate of each tray
}

// addTrunks adds a trunk from each hub to each tray that holds boxes of it, and makes the
// edges part of them.
func (a *arrangement) addTrunks(p *packing, hubGutters, rowGutters []gutter) {
	r := &router{arrangement: a, packing: p, hubGutters: hubGutters, rowGutters: rowGutters,
		order: make(map[int]int), hubRow: make(map[int]int), trayRow: make(map[int]int)}
	for k, h := range a.Hubs {
		r.order[h] = k
	}
	for i, hubs := range p.hubRows {
		for _, h := range hubs {
			r.hubRow[h] = i
		}
	}
	trayOf := make([]int, len(a.Boxes))
	for i, row := range p.rows {
		for _, t := range row.blocks {
			r.trayRow[t.plate] = i
			for _, b := range a.Plates[t.plate].Boxes {
				trayOf[b] = t.plate
			}
		}
	}
	trunkOf := make(map[trunkKey]int)
	sources := a.sourcesOf(trayOf)
	for _, h := range a.Hubs {
		for _, t := range a.trays {
			for k, s := range sources[t.plate] {
				if s.hub != h {
					continue
				}
				path := engine.Rounded(r.route(s, k, len(sources[t.plate]), t.plate), 2*p.stem)
				a.Trunks = append(a.Trunks, engine.Trunk{From: h, Plate: t.plate, Other: s.other, Bundle: h, Path: path})
				trunkOf[trunkKey{s, t.plate}] = len(a.Trunks)
			}
		}
	}
	for i := range a.Lines {
		if l := &a.Lines[i]; a.joinsHubs(l) {
			l.Path = engine.Rounded(r.hubRoute(source{l.From, l.Other}, l.To), p.stem)
		}
	}
	a.setTrunks(trunkOf, trayOf)
}

// joinsHubs reports whether an edge joins two hubs.
func (a *arrangement) joinsHubs(l *engine.Line) bool {
	return a.joined && l.Run == nil && a.Boxes[l.To].Hub
}

// setTrunks makes the edges of hubs to other boxes part of trunks. Those that follow each other
// are mostly of one.
func (a *arrangement) setTrunks(trunkOf map[trunkKey]int, trayOf []int) {
	var last trunkKey
	trunk := 0
	for i := range a.Lines {
		l := &a.Lines[i]
		if l.Run != nil || a.joinsHubs(l) {
			continue
		}
		if key := (trunkKey{source{l.From, l.Other}, trayOf[l.To]}); key != last || trunk == 0 {
			last, trunk = key, trunkOf[key]
		}
		l.Trunk = trunk
	}
}

// index returns the place of a source's lane among all lanes.
func (r *router) index(s source) int {
	k := r.order[s.hub] * r.lanes / len(r.Hubs)
	if s.other {
		k++
	}
	return k
}

// lane returns the y of a source's lane in a gutter.
func (r *router) lane(s source, g gutter) float64 { return g.lane(r.index(s)) }

// route returns the corners of the trunk that is the k-th of n to a tray.
func (r *router) route(s source, k, n, tray int) []r2.Vec {
	b, plate := &r.Boxes[s.hub], &r.Plates[tray]
	start := b.Center.X
	if s.other { // beside the usual one
		start += min(2*r.packing.lane, b.W/4)
	}
	x := plate.Center.X + (float64(k)-float64(n-1)/2)*min(2.5*r.packing.lane, plate.W/float64(n+1))
	if n == 1 && abs(x-start) < plate.W/4 { // straight down
		x = start
	}
	row, at := r.trayRow[tray], plate.Center.Y-plate.H/2
	own := r.lane(s, r.hubGutters[r.hubRow[s.hub]])
	path := []r2.Vec{b.Center, {X: start, Y: b.Center.Y}, {X: start, Y: own}}
	if direct := row == 0 && r.hubRow[s.hub] == len(r.packing.hubRows)-1; !direct {
		spine := r.spine(s)
		into := r.lane(s, r.rowGutters[row])
		path = append(path, r2.Vec{X: spine, Y: own}, r2.Vec{X: spine, Y: into}, r2.Vec{X: x, Y: into})
	} else {
		path = append(path, r2.Vec{X: x, Y: own})
	}
	return append(path, r2.Vec{X: x, Y: at})
}

// hubRoute returns the corners of an edge from a hub to another one: along the lane below the
// first, and past other rows along the spine.
func (r *router) hubRoute(s source, to int) []r2.Vec {
	from, end := r.Boxes[s.hub].Center, r.Boxes[to].Center
	row, last := r.hubRow[s.hub], r.hubRow[to]
	own := r.lane(s, r.hubGutters[row])
	path := []r2.Vec{from, {X: from.X, Y: own}}
	if last > row {
		last-- // the gutter above it
	}
	if last != row {
		spine, into := r.spine(s), r.lane(s, r.hubGutters[last])
		path = append(path, r2.Vec{X: spine, Y: own}, r2.Vec{X: spine, Y: into})
		own = into
	}
	return append(path, r2.Vec{X: end.X, Y: own}, end)
}

// spine returns the x of a source's line past rows.
func (r *router) spine(s source) float64 { return r.packing.lane * (float64(r.index(s)) + 0.5) }

// sourcesOf returns the sources of the edges to the boxes of each tray, ascending.
func (a *arrangement) sourcesOf(trayOf []int) map[int][]source {
	all := make(map[int][]source)
	last := trunkKey{source: source{hub: -1}} // none
	for i := range a.Lines {
		l := &a.Lines[i]
		if l.Run != nil || a.joinsHubs(l) {
			continue
		}
		key := trunkKey{source{l.From, l.Other}, trayOf[l.To]}
		if t := key.plate; key != last && !slices.Contains(all[t], key.source) {
			all[t] = append(all[t], key.source)
		}
		last = key
	}
	for _, sources := range all {
		slices.SortFunc(sources, func(x, y source) int {
			switch {
			case x.hub != y.hub:
				return x.hub - y.hub
			case x.other:
				return 1
			}
			return -1
		})
	}
	return all
}

func abs(x float64) float64 { return max(x, -x) }
