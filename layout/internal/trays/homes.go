package trays

// This file places each of many hubs above a tray of its own nodes, where trunks from a row
// of hubs would take more room than the nodes.

import (
	"slices"

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
	if len(a.Hubs) <= rowHubs || a.roles || a.hubsJoined() {
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

// settle places a hub above a tray.
func (a *arrangement) settle(t *block, hub int) {
	b := &a.Boxes[hub]
	if t.plate >= 0 {
		a.Plates[t.plate].Home = true
	}
	t.hub, t.hubText = hub, min(b.Text, maxHub)+2*0.9+b.Room
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

// addHomeTrunks adds a trunk from each hub to the tray below it, and to those that it shares:
// along the bus of the tray, a lane that all of its hubs lead to.
func (a *arrangement) addHomeTrunks(p *packing, gutters []gutter) {
	rowOf := make(map[int]int) // of hubs, and of trays by their plates below 0
	trayOf := make([]int, len(a.Boxes))
	for i, row := range p.rows {
		for _, t := range row.blocks {
			if t.hubText > 0 {
				rowOf[t.hub] = i
			}
			if t.plate >= 0 {
				rowOf[-1-t.plate] = i
				for _, b := range a.Plates[t.plate].Boxes {
					trayOf[b] = t.plate
				}
			}
		}
	}
	sources := a.sourcesOf(trayOf)
	trunkOf := make(map[trunkKey]int)
	for _, t := range a.trays {
		for _, s := range sources[max(0, t.plate)] {
			if t.plate < 0 {
				break
			}
			b, plate := &a.Boxes[s.hub], &a.Plates[t.plate]
			aside := 0.0
			if s.other { // beside the usual one
				aside = min(2*p.lane, b.W/4)
			}
			path := []r2.Vec{b.Center, {X: b.Center.X + aside, Y: b.Center.Y}}
			if bus, shared := a.buses[t.plate]; shared {
				bus = bus * a.lanes / len(a.buses)
				if s.other {
					bus++
				}
				from, into := rowOf[s.hub], rowOf[-1-t.plate]
				out, in := gutters[from].lane(bus, a.lanes), gutters[into].lane(bus, a.lanes)
				path = append(path, r2.Vec{X: b.Center.X + aside, Y: out})
				if from != into {
					spine := p.lane * (float64(bus) + 0.5)
					path = append(path, r2.Vec{X: spine, Y: out}, r2.Vec{X: spine, Y: in})
				}
				path = append(path, r2.Vec{X: plate.Center.X + aside, Y: in})
				aside += plate.Center.X - b.Center.X
			}
			path = append(path, r2.Vec{X: b.Center.X + aside, Y: plate.Center.Y - plate.H/2})
			a.Trunks = append(a.Trunks, engine.Trunk{From: s.hub, Plate: t.plate, Other: s.other, Path: engine.Rounded(path, 2*p.stem)})
			trunkOf[trunkKey{s, t.plate}] = len(a.Trunks)
		}
	}
	for i := range a.Lines {
		if l := &a.Lines[i]; !l.Run && !a.Boxes[l.To].Hub {
			l.Trunk = trunkOf[trunkKey{source{l.From, l.Other}, trayOf[l.To]}]
		}
	}
}

// hubsJoined reports whether an edge joins two hubs.
func (a *arrangement) hubsJoined() bool {
	return slices.ContainsFunc(a.Lines, func(l engine.Line) bool { return !l.Run && a.Boxes[l.To].Hub })
}
