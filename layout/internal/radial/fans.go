package radial

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file leads the spokes of groups through their names.

// A fan is spokes to some boxes of an arc from the name of its group.
type fan struct {
	arc
	name   engine.Plank
	font   float64 // of the name
	detail bool    // there is room for what stands beside the name
	angle  float64 // how far the name is turned, in degrees clockwise
	origin r2.Vec  // where the spokes begin
}

const (
	nameFont = 1.1  // of a group, by that of labels
	namePad  = 0.5  // left and right of it, by its size
	nameH    = 1.75 // height of the plate around it
	nameGap  = 0.8  // between it and its detail
)

// parts are the places of a name between the hub and the ellipse, the best first.
var parts = []float64{0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7}

// A look is how a name may be written.
type look struct{ detail, turned bool }

// The looks that are tried for each name in turn: level if possible, with its detail, and
// otherwise along the trunk. Where level names leave no room for those of other groups, all
// are along their trunks.
var (
	anyLook    = []look{{true, false}, {false, false}, {false, true}}
	turnedLook = []look{{false, true}}
)

// findFans finds a place for the name of each arc where its spokes pass nothing. A wide
// arc gets several fans. An arc whose name has no place has spokes from the hub.
func (f *fit) findFans() {
	f.findLooks(anyLook)
	if fans, nameless := f.fans, f.nameless; nameless > 0 {
		f.findLooks(turnedLook)
		if f.nameless >= nameless {
			f.fans, f.nameless = fans, nameless
		}
	}
}

// findLooks is findFans for names of some looks.
func (f *fit) findLooks(looks []look) {
	f.fans = nil
	for _, s := range f.arcs {
		f.fans = append(f.fans, f.fansOf(s, looks)...)
	}
	// Names that are in the way of spokes from the hub are left out: then theirs are, too.
	for i := slices.IndexFunc(f.fans, f.inTheWay); i >= 0; i = slices.IndexFunc(f.fans, f.inTheWay) {
		group := f.fans[i].group
		f.fans = slices.DeleteFunc(f.fans, func(n fan) bool { return n.group == group })
	}
	f.nameless = 0
	for _, s := range f.arcs {
		if !f.named(s) {
			f.nameless++
		}
	}
}

// named reports whether the group of an arc has its name.
func (f *fit) named(s arc) bool {
	return slices.ContainsFunc(f.fans, func(n fan) bool { return n.group == s.group })
}

// inTheWay reports whether a name touches a spoke from the hub of an arc without a name,
// or of boxes without a group.
func (f *fit) inTheWay(n fan) bool {
	direct := make([]bool, len(f.orbit))
	for k := range direct {
		direct[k] = true
	}
	for _, m := range f.fans {
		for k := m.from; k < m.to; k++ {
			direct[k] = false
		}
	}
	for k := range f.orbit {
		from, to := f.spoke(k)
		if direct[k] && n.name.NearLine(from, to, clearance) {
			return true
		}
	}
	return false
}

// fansOf returns the fans of an arc, as few as possible, or nil.
func (f *fit) fansOf(s arc, looks []look) []fan {
	for n := 1; n <= min(4, s.to-s.from); n++ {
		var fans []fan
		for i := range n {
			part := arc{s.group, s.from + (s.to-s.from)*i/n, s.from + (s.to-s.from)*(i+1)/n}
			if one, ok := f.fanOf(part, looks, fans); ok {
				fans = append(fans, one)
			}
		}
		if len(fans) == n {
			return fans
		}
	}
	return nil
}

// fanOf returns the fan to some boxes, beside others of its arc.
func (f *fit) fanOf(s arc, looks []look, others []fan) (fan, bool) {
	plate := f.plateOf(s)
	name, detail, _ := f.Heading(&plate)
	middle := (f.angles[s.from] + f.angles[s.to-1]) / 2
	for _, look := range looks {
		n := fan{arc: s, font: nameFont * f.font, detail: look.detail}
		n.name = engine.Level(r2.Vec{}, (name+2*namePad)*n.font, nameH*n.font)
		if look.detail {
			n.name.W += (nameGap + detail*engine.DetailShare) * n.font
		}
		if look.turned {
			n.name.Along = toward(middle)
			n.angle = math.Remainder(middle*180/math.Pi-90, 180)
		}
		for _, part := range parts {
			n.name.Center = r2.Add(f.center, r2.Scale(part*f.ellipse.radius(middle), toward(middle)))
			n.origin = n.name.Center
			if look.turned {
				n.origin = r2.Add(n.origin, r2.Scale((n.name.W-n.name.H)/2, n.name.Along))
			}
			if f.isClear(n, others) {
				return n, true
			}
		}
	}
	return fan{}, false
}

// plateOf returns the plate of an arc without a place.
func (f *fit) plateOf(s arc) engine.Plate {
	return engine.Plate{Kind: engine.GroupPlate, Group: s.group, Boxes: f.orbit[s.from:s.to]}
}

// isClear reports whether neither the name of a fan nor a spoke of it touches anything, and
// the name is on the sheet.
func (f *fit) isClear(n fan, others []fan) bool {
	for _, p := range n.name.Corners() {
		if p.X < 0 || p.Y < 0 || p.X > f.W || p.Y > f.H {
			return false
		}
	}
	if n.name.Near(engine.Level(f.center, f.hubW, f.hubH), 3*clearance) {
		return false
	}
	if b, ok := f.stack.rect(); ok && n.name.Near(b, clearance) {
		return false
	}
	for k := range f.orbit {
		if n.name.Near(f.disc(k), 2*clearance) || n.name.Near(f.label(k), clearance) {
			return false
		}
	}
	for _, all := range [][]fan{f.fans, others} {
		for _, m := range all {
			if n.name.Near(m.name, 2*clearance) || f.crosses(n, m) || f.crosses(m, n) {
				return false
			}
		}
	}
	return f.spokesAreClear(n)
}

// crosses reports whether the trunk or a spoke of one fan touches the name of another.
func (f *fit) crosses(m, n fan) bool {
	if n.name.NearLine(f.center, m.origin, clearance+1) {
		return true
	}
	for k := m.from; k < m.to; k++ {
		if n.name.NearLine(m.origin, f.dots[k], clearance) {
			return true
		}
	}
	return false
}

// spokesAreClear reports whether the spokes of a fan pass the hub and all boxes but their
// own. Those that they may touch are near on the orbit.
func (f *fit) spokesAreClear(n fan) bool {
	const around = 8
	hub := engine.Level(f.center, f.hubW, f.hubH)
	for k := n.from; k < n.to; k++ {
		from, to := n.origin, f.dots[k]
		if hub.NearLine(from, to, clearance) {
			return false
		}
		for off := -around; off <= around; off++ {
			j := ((k+off)%len(f.orbit) + len(f.orbit)) % len(f.orbit)
			if j != k && (f.disc(j).NearLine(from, to, clearance) || f.label(j).NearLine(from, to, clearance)) {
				return false
			}
		}
	}
	return true
}

// placeFans makes a plate, a trunk and routes of each fan.
func (f *fit) placeFans() {
	line := make(map[int]int) // by the box that it leads to
	for i := range f.Lines {
		line[f.Lines[i].To] = i
	}
	for _, n := range f.fans {
		f.Plates = append(f.Plates, f.tag(n))
		f.Trunks = append(f.Trunks, engine.Trunk{From: f.hub, Plate: len(f.Plates) - 1, Path: straight(f.center, n.name.Center)})
		for k := n.from; k < n.to; k++ {
			l := &f.Lines[line[f.orbit[k]]]
			l.Trunk = len(f.Trunks)
			l.Path = straight(f.center, n.origin, f.dots[k])
		}
	}
	for _, s := range f.arcs {
		if !f.named(s) { // an area that is not seen, for its tooltip
			plate := f.plateOf(s)
			plate.Outline = append([]r2.Vec{f.center}, f.dots[s.from:s.to]...)
			if len(plate.Outline) < 3 {
				corners := f.disc(s.from).Corners()
				plate.Outline = corners[:]
			}
			f.Plates = append(f.Plates, plate)
		}
	}
}

// tag returns the plate with the name of a fan.
func (f *fit) tag(n fan) engine.Plate {
	plate := f.plateOf(n.arc)
	plate.Tag, plate.Angle, plate.Outline = true, n.angle, pill(n.name)
	plate.Rect = engine.Rect{Center: n.name.Center, W: n.name.W, H: n.name.H}
	plate.Font = f.legible(n.font)
	pad := namePad * n.font
	left, right := n.name.Center.X-n.name.W/2+pad, n.name.Center.X+n.name.W/2-pad
	plate.Name = engine.Room{X: left, Y: n.name.Center.Y, W: right - left + slack}
	if _, detail, _ := f.Heading(&plate); detail > 0 && n.detail {
		w := detail * engine.DetailShare * n.font
		plate.Name.W -= w + nameGap*n.font
		plate.Detail = engine.Room{X: right, Y: n.name.Center.Y, W: w}
	}
	return plate
}

// pill returns the outline of a plank whose ends are half circles.
func pill(p engine.Plank) (points []r2.Vec) {
	const corners = 10 // of a half circle
	across := r2.Vec{X: -p.Along.Y, Y: p.Along.X}
	for i := range 2 * (corners + 1) {
		sign := 1.0
		if i > corners {
			sign = -1
		}
		sin, cos := math.Sincos(math.Pi * (float64(i%(corners+1))/corners - 0.5))
		x, y := sign*((p.W-p.H)/2+cos*p.H/2), sign*sin*p.H/2
		points = append(points, r2.Add(p.Center, r2.Add(r2.Scale(x, p.Along), r2.Scale(y, across))))
	}
	return points
}

// straight returns straight pieces between points as a Bézier curve.
func straight(points ...r2.Vec) []r2.Vec { return engine.Rounded(points, 0.01) }
