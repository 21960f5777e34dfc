package trays

// This file places each of many hubs above a tray of its own nodes, where trunks from a row
// of hubs would take more room than the nodes.

import (
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// rowHubs is the most hubs that stand in rows above all trays, and mostBuses the most trays
// of several hubs with which more of them stand above their own: each takes a lane.
const (
	rowHubs   = 12
	mostBuses = 12
)

// addHomes gives each hub a place above the tray of its own nodes, or one without a tray, if
// there are many hubs.
func (a *arrangement) addHomes() {
	if len(a.Hubs) <= rowHubs || a.roles || a.joined {
		return
	}
	own, buses := make(map[int]bool), make(map[int]int)
	for _, t := range a.trays {
		switch p := &a.Plates[t.plate]; {
		case p.Kind != engine.HubPlate:
		case len(p.Owners) > 1:
			buses[t.plate] = len(buses)
		case len(p.Owners) == 1:
			own[p.Owners[0]] = true
		}
	}
	if len(buses) > mostBuses {
		return
	}
	a.buses, a.lanes = buses, len(buses)*a.lanes/len(a.Hubs)
	for _, t := range a.trays {
		if p := &a.Plates[t.plate]; p.Kind == engine.HubPlate && len(p.Owners) == 1 {
			a.settle(t, p.Owners[0])
		}
	}
	for _, h := range a.Hubs {
		if !own[h] {
			t := &block{plate: -1, empty: true}
			a.settle(t, h)
			a.trays = append(a.trays, t)
		}
	}
}

// settle gives a hub its place above a tray, whose name would say the same.
func (a *arrangement) settle(t *block, hub int) {
	b := &a.Boxes[hub]
	if t.plate >= 0 {
		a.Plates[t.plate].Home = true
	}
	t.hub, t.hubText = hub, min(b.Label.Text, maxHub)+2*0.9+b.Label.Room
}

// atHome reports whether hubs stand above trays of their own.
func (a *arrangement) atHome() bool { return a.buses != nil }

// home returns the height of the hub above a tray and of what is between them.
func (m *metrics) home(b *block) float64 {
	switch {
	case b.hubText == 0:
		return 0
	case b.empty:
		return hubHeight * m.hub
	}
	return hubHeight*m.hub + 2*m.stem
}

// placeHub places the hub above a tray in a width, and returns the height that it takes.
func (l *placing) placeHub(t *block, x, y, w float64) float64 {
	h := l.home(t) * l.v
	if h == 0 {
		return 0
	}
	b := &l.Boxes[t.hub]
	b.W, b.H, b.Font = min(t.hubText*l.hub, w), hubHeight*l.hub, l.hub
	b.Center = r2.Vec{X: x + w/2, Y: y + b.H/2}
	if b.Font < l.Least {
		b.Font = 0
	}
	return h
}

// A homeRouter leads trunks from hubs to the trays below them, and to those that they share:
// along the bus of the tray, a lane that all of its hubs lead to.
type homeRouter struct {
	*arrangement
	*packing
	gutters []gutter    // above each row
	hubRow  map[int]int // by box
	trayRow map[int]int // by plate
}

// addHomeTrunks adds a trunk from each hub to each tray that holds boxes of it, and makes the
// edges part of them.
func (a *arrangement) addHomeTrunks(p *packing, gutters []gutter) {
	r := &homeRouter{arrangement: a, packing: p, gutters: gutters, hubRow: make(map[int]int), trayRow: make(map[int]int)}
	trayOf := make([]int, len(a.Boxes))
	for i, row := range p.rows {
		for _, t := range row.blocks {
			if t.hubText > 0 {
				r.hubRow[t.hub] = i
			}
			if t.empty {
				continue
			}
			r.trayRow[t.plate] = i
			for _, b := range a.Plates[t.plate].Boxes {
				trayOf[b] = t.plate
			}
		}
	}
	sources := a.sourcesOf(trayOf)
	trunkOf := make(map[trunkKey]int)
	for _, t := range a.trays {
		if t.empty {
			continue
		}
		for _, s := range sources[t.plate] {
			path := engine.Rounded(r.route(s, t.plate), 2*p.stem)
			a.Trunks = append(a.Trunks, engine.Trunk{From: s.hub, Plate: t.plate, Other: s.other, Path: path})
			trunkOf[trunkKey{s, t.plate}] = len(a.Trunks)
		}
	}
	a.setTrunks(trunkOf, trayOf)
}

// route returns the corners of the trunk from a hub to a tray.
func (r *homeRouter) route(s source, tray int) []r2.Vec {
	b, plate := &r.Boxes[s.hub], &r.Plates[tray]
	aside := 0.0
	if s.other { // beside the usual one
		aside = min(2*r.packing.lane, b.W/4)
	}
	start, end := b.Center.X+aside, r2.Vec{X: plate.Center.X + aside, Y: plate.Center.Y - plate.H/2}
	path := []r2.Vec{b.Center, {X: start, Y: b.Center.Y}}
	bus, shared := r.buses[tray]
	if !shared {
		return append(path, r2.Vec{X: start, Y: end.Y})
	}
	bus = bus * r.lanes / len(r.buses)
	if s.other {
		bus++
	}
	from, into := r.hubRow[s.hub], r.trayRow[tray]
	out, in := r.gutters[from].lane(bus), r.gutters[into].lane(bus)
	path = append(path, r2.Vec{X: start, Y: out})
	if from != into {
		spine := r.packing.lane * (float64(bus) + 0.5)
		path = append(path, r2.Vec{X: spine, Y: out}, r2.Vec{X: spine, Y: in})
	}
	return append(path, r2.Vec{X: end.X, Y: in}, end)
}
