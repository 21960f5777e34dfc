package radial

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file finds the largest text for which everything has room.

// A fit is a choice of sizes with which everything is on the sheet.
type fit struct {
	*arrangement
	font     float64 // of labels
	text     float64 // room for a label on the orbit, by the font size
	labels   bool    // all boxes of the orbit have a label
	dot      float64 // diameter of a usual dot
	hubFont  float64
	hubW     float64
	hubH     float64
	center   r2.Vec
	ellipse  ellipse
	angles   []float64
	dots     []r2.Vec // centres of the boxes on the orbit
	pitch    float64
	stack    stack
	fans     []fan
	nameless int // arcs whose group has no name
}

// best returns the fit with the largest text. Labels lose their middle, as little as
// possible, rather than be hard to read, and are left out only where they must. Names of
// groups are not: the text is smaller rather.
func (a *arrangement) best(ctx context.Context) *fit {
	most := max(a.Fair, a.Most)
	for _, enough := range []func(*fit) bool{(*fit).isNamed, (*fit).exists} {
		if f := a.largest(ctx, a.widestText(), a.Fair, most, enough); f != nil {
			return f
		}
	}
	if f := a.widest(ctx); f != nil {
		return f
	}
	if f := a.largest(ctx, min(minText, a.widestText()), a.Least, a.Fair, (*fit).exists); f != nil {
		return f
	}
	return a.crowded()
}

// widestText returns the width of the widest label, by the font size.
func (a *arrangement) widestText() float64 { return max(a.text, a.apartText) }

// exists and isNamed report what a fit has: everything has room, and so have the names of
// all groups.
func (f *fit) exists() bool  { return f != nil }
func (f *fit) isNamed() bool { return f != nil && f.nameless == 0 }

// largest returns the fit with the largest text between two sizes that is enough, or nil if
// not even that with the least is.
func (a *arrangement) largest(ctx context.Context, text, lo, hi float64, enough func(*fit) bool) *fit {
	if f := a.try(hi, text); enough(f) {
		return f
	}
	return engine.Largest(ctx, lo, hi, 0.01, func(font float64) *fit {
		if f := a.try(font, text); enough(f) {
			return f
		}
		return nil
	})
}

// widest returns the fit with labels of the least size that is easily read, and as much room
// for them as there can be; nil if they would not be told apart.
func (a *arrangement) widest(ctx context.Context) (best *fit) {
	lo, hi := min(minText, a.widestText()), a.widestText()
	if best = a.try(a.Fair, lo); best == nil {
		return nil
	}
	for hi-lo > 0.1 && ctx.Err() == nil {
		middle := (lo + hi) / 2
		if f := a.try(a.Fair, middle); f != nil {
			best, lo = f, middle
		} else {
			hi = middle
		}
	}
	return best
}

// try returns a fit with labels of a font size and with room for so many of it, or nil if
// they would touch. The blocks stand in a corner if that is free, and otherwise beside the
// ellipse.
func (a *arrangement) try(font, text float64) *fit {
	f := &fit{arrangement: a, font: font, text: min(text, a.text), labels: true, dot: dotShare * font}
	f.setHub(hubFont * font)
	if !f.stackBlocks(min(text, a.apartText)) {
		return nil
	}
	if f.surround(0) && f.pitchSuffices() && f.findCorner() || f.surround(f.stack.width()) && f.pitchSuffices() {
		f.findFans()
		return f
	}
	return nil
}

// pitchSuffices reports whether neighbours do not touch.
func (f *fit) pitchSuffices() bool { return len(f.orbit) < 2 || f.pitch >= lineShare*f.font }

// crowded returns a fit in which not all boxes have a label: with smaller dots, and where
// that does not suffice with everything smaller, without labels.
func (a *arrangement) crowded() *fit {
	for dot := dotShare * a.Fair; dot > 0.3*a.Fair; dot *= 0.85 {
		f := &fit{arrangement: a, font: a.Fair, text: min(minText, a.text), dot: dot}
		f.setHub(hubFont * a.Fair)
		if f.settles(0) {
			return f
		}
	}
	font := a.Fair
	for {
		f := &fit{arrangement: a, font: font, dot: dotShare * font}
		f.setHub(hubFont * font)
		if f.settles(0) || font < a.Fair/1000 {
			return f
		}
		font *= 0.85
	}
}

// settles reports whether there is room for everything, with so much room for the labels in
// blocks, and dots of their size.
func (f *fit) settles(text float64) bool {
	dot := f.dot
	if !f.stackBlocks(text) || !f.surround(f.stack.width()) || f.dot < 0.99*dot {
		return false
	}
	f.findFans()
	return true
}

// setHub sets the size of the hub, for a label of a font size.
func (f *fit) setHub(font float64) {
	if f.hub < 0 {
		f.hubFont = font
		return
	}
	b := &f.Boxes[f.hub]
	f.hubFont = font
	text := min(b.Label.Text, maxHub, f.W/font/2.5)
	f.hubW, f.hubH = (text+2*hubPad+b.Label.Room*hubHeight)*font, hubHeight*font
	f.hubW = max(f.hubW, 1.2*f.hubH)
}

// flattest is how much longer than the other one half axis of the ellipse may be: near the
// ends of a flatter one, spokes pass the dots and labels of their neighbours.
const flattest = 8

// surround lays the ellipse around the hub, right of a margin, and the dots on it. It
// reports whether the hub has room inside.
func (f *fit) surround(margin float64) bool {
	if len(f.orbit) == 0 {
		f.center = r2.Vec{X: margin + (f.W-margin)/2, Y: f.H / 2}
		return f.hubW <= f.W-margin && f.hubH <= f.H
	}
	outside := f.dot*f.size/2 + (beside+f.text)*f.font
	if f.text == 0 {
		outside = f.dot * f.size / 2
	}
	f.center = r2.Vec{X: margin + (f.W-margin)/2, Y: f.H / 2}
	a, b := (f.W-margin)/2-outside, f.H/2-outside
	f.ellipse = ellipse{min(a, flattest*b), min(b, flattest*a)}
	room := f.dot*f.size/2 + 2*clearance
	if !f.ellipse.holds(f.hubW/2+room, f.hubH/2+room) {
		return false
	}
	f.angles, f.pitch = f.ellipse.spread(f.gaps)
	if len(f.orbit) > 1 {
		f.dot = min(f.dot, 0.8*f.pitch/f.size)
	}
	f.dots = f.dots[:0]
	for _, angle := range f.angles {
		f.dots = append(f.dots, r2.Add(f.center, f.ellipse.at(angle)))
	}
	return true
}

// diameter returns the diameter of box k of the orbit.
func (f *fit) diameter(k int) float64 { return f.dot * cmp.Or(f.Boxes[f.orbit[k]].Label.Size, 1) }

// labelStart returns where the label of box k of the orbit begins.
func (f *fit) labelStart(k int) r2.Vec {
	return r2.Add(f.dots[k], r2.Scale(f.diameter(k)/2+beside*f.font, toward(f.angles[k])))
}

// degrees returns the direction of the label of box k, clockwise from the right.
func (f *fit) degrees(k int) float64 { return f.angles[k]*180/math.Pi - 90 }

// label returns the label of box k as a plank.
func (f *fit) label(k int) engine.Plank {
	w := min(f.Boxes[f.orbit[k]].Label.Text, f.text) * f.font
	along := toward(f.angles[k])
	return engine.Plank{Center: r2.Add(f.labelStart(k), r2.Scale(w/2, along)), Along: along, W: w, H: f.font}
}

// disc returns box k of the orbit as a plank.
func (f *fit) disc(k int) engine.Plank { return engine.Level(f.dots[k], f.diameter(k), f.diameter(k)) }

// labelled returns the boxes of the orbit that have a label: all, or those for which there
// is room, in the order in which they are wanted.
func (f *fit) labelled() (all []int) {
	if f.labels {
		for k := range f.orbit {
			all = append(all, k)
		}
		return all
	}
	if f.text == 0 {
		return nil
	}
	place := make(map[int]int, len(f.orbit)) // on the orbit, by box
	for k, i := range f.orbit {
		place[i] = k
	}
	var taken []engine.Plank
	for _, i := range f.Order {
		k, ok := place[i]
		if !ok {
			continue
		}
		p := f.label(k)
		if slices.ContainsFunc(taken, func(q engine.Plank) bool { return p.Near(q, 0.5) }) || f.touches(p, k) {
			continue
		}
		taken, all = append(taken, p), append(all, k)
	}
	return all
}

// touches reports whether the label of box k would touch another dot or a spoke.
func (f *fit) touches(p engine.Plank, k int) bool {
	for j := range f.orbit {
		from, to := f.spoke(j)
		if j != k && (p.Near(f.disc(j), clearance) || p.NearLine(from, to, clearance)) {
			return true
		}
	}
	return false
}
