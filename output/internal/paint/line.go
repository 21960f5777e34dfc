package paint

import (
	"math"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// OutlineDashes returns the lengths of a dash and a gap of an outline, in points; nil if
// it is solid. A dot is as long as it is wide, about.
func OutlineDashes(l diagram.LineStyle) []float64 {
	switch l {
	case diagram.Dashed:
		return []float64{2.6, 1.8}
	case diagram.Dotted:
		return []float64{0.9, 1.3}
	}
	return nil
}

// manyEdges is the number of edges above which they are faint.
const manyEdges = 300

// EdgeStyle returns the colour and the width in points of the edges of hubs. The more
// edges there are, the thinner they are. Above [manyEdges] the ink around a hub grows
// with the square root of their number, because more would cover the nodes.
func EdgeStyle(d *layout.Drawing, t *theme.Theme) (color string, width float64) {
	n := d.Diagram.HubEdges()
	switch {
	case d.Diagram.Jobs > 0: // the edges of jobs are more important
		return t.FaintEdge, 0.5
	case n <= 60:
		return t.Edge, 0.9
	case n <= manyEdges:
		return t.Edge, 0.6
	}
	width = 0.5 * math.Sqrt(manyEdges/float64(n))
	return t.FaintEdge, max(0.1, math.Round(width*20)/20)
}

// TrunkStyle returns the colour and the width in points of a trunk, which is wider the more
// edges it stands for: by about as much for each doubling. That of removed nodes is dashed.
func TrunkStyle(t *layout.Trunk, th *theme.Theme) (color string, width float64) {
	color = th.Edge
	if t.Removed {
		color = th.Classes[diagram.ClassRemoved].Stroke
	}
	return color, math.Round(10+3.5*math.Log2(1+float64(t.Count))) / 10
}

// TrunkGap is how wide the gap at either side of a trunk is, where it crosses others.
const TrunkGap = 1.5

// RemovedEdge returns the colour of the edges of removed nodes, which are dashed. It is
// that of the nodes, or faint if there are many edges.
func RemovedEdge(d *layout.Drawing, t *theme.Theme) string {
	if len(d.Lines) > manyEdges {
		return t.FaintEdge
	}
	return t.Classes[diagram.ClassRemoved].Stroke
}

// A runStyle is the width, in points, and the dashes of an edge of a job.
type runStyle struct {
	width  float64
	dashes []float64 // lengths of dashes and gaps, in points; nil for none
}

// runStyles are a second channel beside the colours of edges.
var runStyles = [diagram.OutcomeCount]runStyle{
	diagram.RunFailed:    {2.6, nil},
	diagram.RunRunning:   {1.7, []float64{7, 3}},
	diagram.RunWaiting:   {1.4, []float64{1.6, 2.6}},
	diagram.RunUnknown:   {1.4, []float64{7, 2.4, 1.4, 2.4, 1.4, 2.4}},
	diagram.RunCancelled: {1.5, []float64{7, 2.4, 1.4, 2.4}},
	diagram.RunCompleted: {1.2, nil},
	diagram.RunRejected:  {1, []float64{2.6, 4}},
}

// RunDashes returns the lengths of dashes and gaps of an outcome, in points; nil for a solid
// line. Those of the outlines of chips are shorter.
func RunDashes(d *layout.Drawing, o diagram.Outcome) []float64 {
	if len(d.Chips) == 0 {
		return UsualRunDashes(o)
	}
	var short []float64
	for _, l := range UsualRunDashes(o) {
		short = append(short, Round(l*chipWidth))
	}
	return short
}

// UsualRunDashes returns the same for lines.
func UsualRunDashes(o diagram.Outcome) []float64 { return runStyles[o].dashes }

// UsualRunWidth returns the width of an outcome's edges in points, in a diagram with
// not too many.
func UsualRunWidth(o diagram.Outcome) float64 { return runStyles[o].width }

// RunWidth returns the width in points of an outcome's edges, or of the outlines of its chips.
// The more edges of jobs there are, the thinner they are.
func RunWidth(d *layout.Drawing, o diagram.Outcome) float64 {
	w := runStyles[o].width
	if len(d.Chips) > 0 {
		return w * chipWidth
	}
	switch n := len(d.Diagram.Edges) - d.Diagram.HubEdges(); {
	case n <= 80:
		return w
	case n <= 400:
		return w * 0.7
	case n <= 2000:
		return w * 0.4
	}
	return w * 0.2
}

// CountSize returns the size of the label around a number of executions, in points.
func CountSize(t layout.Text) (w, h float64) { return t.Width + 0.6*t.Size, t.Size * 1.3 }
