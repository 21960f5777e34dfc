package dot

// This file turns labels in a picture by Graphviz, which writes level text only, and finds
// places for labels in DOT, which cannot be turned.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// turnedID begins the ID of the element of a label that is turned, and turnedAreaID that of
// the name of an area. The index of the box or the area follows.
const (
	turnedID     = "turned_"
	turnedAreaID = "turned_area_"
)

// graphvizMiddle is how far Graphviz writes the baseline below the middle of a line, by the
// font size.
const graphvizMiddle = 0.3

var (
	turnedElement = lazy.Regexp(`(?s)<g id="` + turnedID + `((?:area_)?)(\d+)"(.*?)</g>`)
	textPlace     = lazy.Regexp(`<text [^>]*\bx="(-?[\d.]+)" y="(-?[\d.]+)"`)
)

// turnLabels turns the labels about their middle, which is where Graphviz wrote them.
func turnLabels(picture []byte, d *layout.Drawing) []byte {
	return turnedElement().ReplaceAllFunc(picture, func(element []byte) []byte {
		parts := turnedElement().FindSubmatch(element)
		i, err := strconv.Atoi(string(parts[2]))
		lines := textPlace().FindAllSubmatch(element, -1)
		if err != nil || len(lines) == 0 {
			return element
		}
		var l layout.Text
		if len(parts[1]) > 0 {
			l = d.Areas[i].Name
		} else {
			l = d.Boxes[i].Label()
		}
		first, last := coordinate(lines[0][2]), coordinate(lines[len(lines)-1][2])
		return fmt.Appendf(nil, `<g id="%s%s%d" transform="rotate(%s %s %s)"%s</g>`, turnedID, parts[1], i,
			number(paint.Round(l.Angle)), lines[0][1], number(paint.Round((first+last)/2-graphvizMiddle*l.Size)), parts[3])
	})
}

// coordinate returns a number of an SVG.
func coordinate(text []byte) float64 {
	x, _ := strconv.ParseFloat(string(text), 64) // the expression matches numbers
	return x
}

// levelPlaces returns places for the labels beside boxes as level text, by the index of the
// box: along the strip that the label takes when it is turned, where it covers no dot and no
// other label. For one without such a place, Graphviz finds another.
func levelPlaces(d *layout.Drawing) map[int]r2.Vec {
	var order []int
	for i := range d.Boxes {
		if d.Boxes[i].Beside() {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(math.Abs(d.Boxes[i].Label().Angle), math.Abs(d.Boxes[j].Label().Angle))
	})
	places := make(map[int]r2.Vec, len(order))
	for _, i := range order {
		for _, at := range strip(&d.Boxes[i]) {
			if !covers(d, places, i, at) {
				places[i] = r2.Vec{X: paint.Round(at.X), Y: paint.Round(at.Y)}
				break
			}
		}
	}
	return places
}

// strip returns places along the strip of the label of a box, from the box outward. A label
// that is turned a little has its middle alone.
func strip(b *layout.Box) (places []r2.Vec) {
	l := b.Label()
	out := r2.Unit(r2.Sub(l.Center, b.Center))
	if math.Abs(l.Angle) < 30 {
		return []r2.Vec{r2.Add(l.Center, r2.Scale((levelWidth(b)-l.Width)/2, out))}
	}
	half := r2.Scale(l.Width/2, out)
	for part := -8; part <= 30; part += 2 {
		places = append(places, r2.Add(l.Center, r2.Scale(float64(part)/10, half)))
	}
	return places
}

// covers reports whether the level label of box i would cover a dot at a place, or another
// label at its own.
func covers(d *layout.Drawing, places map[int]r2.Vec, i int, at r2.Vec) bool {
	width, size := levelWidth(&d.Boxes[i]), d.Boxes[i].Label().Size
	meets := func(c r2.Vec, w, h float64) bool {
		return math.Abs(at.X-c.X) < (width+w)/2 && math.Abs(at.Y-c.Y) < (size+h)/2
	}
	for k, other := range places {
		if b := &d.Boxes[k]; meets(other, levelWidth(b), b.Label().Size) {
			return true
		}
	}
	return slices.ContainsFunc(d.Boxes, func(b layout.Box) bool { return meets(b.Center, b.W, b.H) })
}

// levelWidth returns the width of a label with the sign that is before it in DOT.
func levelWidth(b *layout.Box) float64 {
	if b.Mark().R > 0 || b.Badge().R > 0 {
		return b.Label().Width + 1.3*b.Label().Size
	}
	return b.Label().Width
}
