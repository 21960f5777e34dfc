package dot

// This file turns labels in a picture by Graphviz, which writes level text only.

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// turnedID begins the ID of the element of a label that is turned. The index of its box
// follows.
const turnedID = "turned_"

// graphvizMiddle is how far Graphviz writes the baseline below the middle of a line, by the
// font size.
const graphvizMiddle = 0.3

var (
	turnedElement = regexp.MustCompile(`(?s)<g id="` + turnedID + `(\d+)"(.*?)</g>`)
	textPlace     = regexp.MustCompile(`<text [^>]*\bx="(-?[\d.]+)" y="(-?[\d.]+)"`)
)

// turnLabels turns the labels about their middle, which is where Graphviz wrote them.
func turnLabels(picture []byte, d *layout.Drawing) []byte {
	return turnedElement.ReplaceAllFunc(picture, func(element []byte) []byte {
		parts := turnedElement.FindSubmatch(element)
		i, err := strconv.Atoi(string(parts[1]))
		lines := textPlace.FindAllSubmatch(element, -1)
		if err != nil || i >= len(d.Boxes) || len(lines) == 0 {
			return element
		}
		l := &d.Boxes[i].Label
		first, last := coordinate(lines[0][2]), coordinate(lines[len(lines)-1][2])
		return fmt.Appendf(nil, `<g id="%s%d" transform="rotate(%s %s %s)"%s</g>`, turnedID, i,
			number(paint.Round(l.Angle)), lines[0][1], number(paint.Round((first+last)/2-graphvizMiddle*l.Size)), parts[2])
	})
}

// coordinate returns a number of an SVG.
func coordinate(text []byte) float64 {
	x, _ := strconv.ParseFloat(string(text), 64) // the expression matches numbers
	return x
}
