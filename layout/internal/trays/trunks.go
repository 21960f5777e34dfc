package trays

import (
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// hubWidth returns the width of a hub's box.
func (a *arrangement) hubWidth(m *metrics, hub int) float64 {
	b := &a.Boxes[hub]
	text := min(b.Text, maxHub, a.W/m.hub/1.5)
	return (text + 2*0.9 + b.Room) * m.hub
}

// hubRows returns the hubs in rows, or nil if one is too wide.
func (a *arrangement) hubRows(m *metrics) (rows [][]int) {
	beside := 0.0 // what spines take beside hubs in several rows
	if len(a.Hubs) > 1 {
		beside = float64(len(a.Hubs))*m.lane + m.stem
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

// hubsHeight returns the height of all hubs and of the gutters below them.
func (a *arrangement) hubsHeight(p *packing) (h float64) {
	for i, hubs := range p.hubRows {
		h += hubHeight*p.hub + p.gutterBelow(hubs, i == len(p.hubRows)-1, len(a.Hubs))
	}
	return h
}

// gutterBelow returns the height of the gutter below a row of hubs, which has a lane for
// each of them, and the last one for all hubs.
func (p *packing) gutterBelow(hubs []int, last bool, all int) float64 {
	lanes := len(hubs)
	if last {
		lanes = all
	}
	return 2*p.stem + float64(max(1, lanes)-1)*p.lane
}

// A gutter is the free strip above a row of trays or below a row of hubs.
type gutter struct{ top, bottom float64 }

// lane returns the y of the lane of the k-th of n hubs.
func (g gutter) lane(k, n int) float64 {
	return g.top + (g.bottom-g.top)*(float64(k)+1)/(float64(n)+1)
}

// placeHubs gives the hubs their places, from a top and an x on, and returns the gutters
// below their rows.
func (a *arrangement) placeHubs(p *packing, top float64, spread float64) (gutters []gutter) {
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
		g := gutter{top, top + p.gutterBelow(hubs, i == len(p.hubRows)-1, len(a.Hubs)) + spread}
		gutters = append(gutters, g)
		top = g.bottom
	}
	return gutters
}

// addTrunks adds a trunk from each hub to each tray that holds boxes of it, and makes the
// edges part of them.
func (a *arrangement) addTrunks(p *packing, hubGutters, rowGutters []gutter) {
	trunkOf := make(map[[2]int]int) // by hub and tray
	trayOf := make([]int, len(a.Boxes))
	order := make(map[int]int) // of each hub
	rowOf := make(map[int]int)
	for k, h := range a.Hubs {
		order[h] = k
	}
	for i, hubs := range p.hubRows {
		for _, h := range hubs {
			rowOf[h] = i
		}
	}
	trayRow := make(map[int]int)
	for i, r := range p.rows {
		for _, t := range r.blocks {
			trayRow[t.plate] = i
			for _, b := range a.Plates[t.plate].Boxes {
				trayOf[b] = t.plate
			}
		}
	}
	owners := a.ownersOf(trayOf)
	for _, t := range a.trays {
		plate := &a.Plates[t.plate]
		hubs := owners[t.plate]
		for k, h := range hubs {
			b := &a.Boxes[h]
			x := plate.Center.X + (float64(k)-float64(len(hubs)-1)/2)*min(2.5*p.lane, plate.W/float64(len(hubs)+1))
			if len(hubs) == 1 && abs(x-b.Center.X) < plate.W/4 { // straight down
				x = b.Center.X
			}
			row, at := trayRow[t.plate], plate.Center.Y-plate.H/2
			own := hubGutters[rowOf[h]].lane(order[h], len(a.Hubs))
			path := []r2.Vec{b.Center, {X: b.Center.X, Y: own}}
			if direct := row == 0 && rowOf[h] == len(p.hubRows)-1; !direct {
				spine := p.lane * (float64(order[h]) + 0.5)
				into := rowGutters[row].lane(order[h], len(a.Hubs))
				path = append(path, r2.Vec{X: spine, Y: own}, r2.Vec{X: spine, Y: into}, r2.Vec{X: x, Y: into})
			} else {
				path = append(path, r2.Vec{X: x, Y: own})
			}
			path = append(path, r2.Vec{X: x, Y: at})
			a.Trunks = append(a.Trunks, engine.Trunk{From: h, Plate: t.plate, Path: engine.Rounded(path, 2*p.stem)})
			trunkOf[[2]int{h, t.plate}] = len(a.Trunks)
		}
	}
	for i := range a.Lines {
		l := &a.Lines[i]
		switch {
		case l.Run:
		case a.Boxes[l.To].Hub:
			y := hubGutters[rowOf[l.From]].lane(order[l.From], len(a.Hubs))
			from, to := a.Boxes[l.From].Center, a.Boxes[l.To].Center
			l.Path = engine.Rounded([]r2.Vec{from, {X: from.X, Y: y}, {X: to.X, Y: y}, to}, p.stem)
		default:
			l.Trunk = trunkOf[[2]int{l.From, trayOf[l.To]}]
		}
	}
}

// ownersOf returns the hubs that have an edge to a box of each tray, ascending.
func (a *arrangement) ownersOf(trayOf []int) map[int][]int {
	owners := make(map[int][]int)
	for i := range a.Lines {
		l := &a.Lines[i]
		if l.Run || a.Boxes[l.To].Hub {
			continue
		}
		t := trayOf[l.To]
		if !slices.Contains(owners[t], l.From) {
			owners[t] = append(owners[t], l.From)
		}
	}
	for _, hubs := range owners {
		slices.Sort(hubs)
	}
	return owners
}

func abs(x float64) float64 { return max(x, -x) }
