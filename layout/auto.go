package layout

// This file chooses the engine for "auto", and says why.

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout/internal/graphviz"
)

// The most nodes, and the most jobs among them, for which "auto" draws jobs in layers:
// with more, of 6 to 200 nodes that were looked at, columns get too dense for labels.
const (
	layeredMax  = 64
	layeredJobs = 12
)

// circleMax is the most nodes that "auto" tries as a single circle, and circleFont the size
// in points of the smallest label, 13 px, with which it draws one. Tiles have larger ones.
const (
	circleMax  = 48
	circleFont = 13 / PixelsPerPoint
)

// radialMax is the most nodes that "auto" tries with names along the radius.
const radialMax = 64

// narrow is the width of a canvas by its height below which it is one of a phone.
const narrow = 0.75

// mostHubs is the most orchestrators that "auto" draws in rows above trays. More stand above
// trays of their own, or with jobs, or where cells leave them no names, in rings.
const mostHubs = 12

// tileArea is the least area of a tile with a label and what is around it, by the square of
// the font size.
const tileArea = 11.0

// choices returns the engines that "auto" tries in turn, until the text of one can be read;
// of several at once it takes the one with the largest text, or the first of those that have
// it. They were decided by looking at 1 to 5 hubs that share none, some or all of 1 to 2,000
// nodes: one circle reads best while its labels are large; for more, names along the radius
// keep the shape of a star, as long as tiles in trays have no larger ones; with groups or
// several hubs, and from there on, it is trays, and no line passes behind a node; cells show
// what names cannot. Jobs read best from left to right: the jobs, the nodes that took part,
// the hub, and the others; as a table if they are more, or if edges would seem to join what
// they pass, or if there is no Graphviz for layers.
func choices(fig *diagram.Diagram, width, height float64) (all [][]string) {
	hubs, n := len(fig.Hubs()), len(fig.Nodes)
	star := len(fig.Groups) == 0 && hubs == 1
	if !graphviz.Absent && fig.Jobs > 0 && len(fig.Groups) == 0 && n <= layeredMax && fig.Jobs <= layeredJobs {
		all = append(all, []string{"dot"})
	}
	switch {
	case hubs > mostHubs && fig.Jobs > 0:
		return append(all, []string{"rings"})
	case fig.Jobs > 0:
		return append(all, []string{"matrix"})
	case star && n <= circleMax:
		all = append(all, []string{"twopi"})
	}
	switch fits := float64(n)*tileArea*sq(fairFont) < width*height; {
	case fits && star && n <= radialMax && width < narrow*height: // names along the radius stand upright there
		all = append(all, []string{"trays"}, []string{"radial"})
	case fits && star && n <= radialMax:
		all = append(all, []string{"radial", "trays"})
	case fits:
		all = append(all, []string{"trays"})
	}
	if all = append(all, []string{"cells"}); hubs > mostHubs {
		all = append(all, []string{"rings"})
	}
	return all
}

// arrangeAuto returns the drawing by the first engine whose text can be read, or by the last
// one. One that says what changed, or what is asked for, comes before one that does not.
func arrangeAuto(ctx context.Context, fig *diagram.Diagram, opt Options) (*Drawing, error) {
	all := choices(fig, opt.Width, opt.Height)
	last := len(all) - 1
	var passed []string
	var silent *Drawing // the first that can be read, but does not say that
	for _, names := range all[:last] {
		d, others, err := largestOf(ctx, fig, names, opt)
		if err != nil {
			return nil, err
		}
		if d.readable() {
			d.passed = slices.Concat(passed, others)
			if !d.silent(opt) {
				return d, nil
			}
			silent = cmp.Or(silent, d)
		}
		passed = append(append(passed, d.Engine+": "+d.nameSize()), others...)
	}
	if silent != nil {
		return silent, nil
	}
	d, others, err := largestOf(ctx, fig, all[last], opt)
	if err != nil {
		return nil, err
	}
	d.passed = append(passed, others...)
	return d, nil
}

// largestOf returns the better drawing of several engines, and what to say of the others.
func largestOf(ctx context.Context, fig *diagram.Diagram, names []string, opt Options) (best *Drawing, others []string, err error) {
	for _, name := range names {
		d, err := arrangeBy(ctx, fig, name, opt)
		if err != nil {
			return nil, nil, err
		}
		if best != nil && !d.betterThan(best, opt) {
			others = append(others, name+": "+d.nameSize())
			continue
		}
		if best != nil {
			others = append(others, best.Engine+": "+best.nameSize())
		}
		best = d
	}
	return best, others, nil
}

// betterThan reports whether a drawing has larger names than another, or is the one of both
// that says what changed, or what is asked for.
func (d *Drawing) betterThan(other *Drawing, opt Options) bool {
	if d.silent(opt) != other.silent(opt) {
		return other.silent(opt) && d.readable()
	}
	return d.smallestLabel() > other.smallestLabel()
}

// silent reports whether the drawing does not say what changed, or not what is asked for.
func (d *Drawing) silent(opt Options) bool {
	return d.Undetailed && (d.Diagram.Difference || opt.Details) ||
		opt.Load && !engines[d.Engine].tiles && (d.Undetailed || d.Diagram.CountDetails() == 0)
}

// readable reports whether the names are as large as "auto" wants them from the engine, and
// no edge seems to join what it passes.
func (d *Drawing) readable() bool {
	least := fairFont * unitOf(d)
	switch {
	case engines[d.Engine].cells:
		return d.namesHubs(least)
	case d.Engine == "twopi":
		least = circleFont
	case collapsed(d.Diagram): // they have no other names
		least = minFont
	}
	return d.smallestLabel() >= least-0.01 && !d.cutsNames() && !d.unclear()
}

// leastName is how much of a longer name is told apart from others of its pattern, by the
// font size: about eight characters.
const leastName = 4.6

// cutsNames reports whether the name of a node has lost more than what is longer than
// leastName. Nodes that need attention lose most, as their tiles have marks. Those whose
// sizes stand for a value may lose more: cells cannot show it.
func (d *Drawing) cutsNames() bool {
	for i := range d.Boxes {
		n, shown := &d.Diagram.Nodes[i], d.Boxes[i].Label().String
		if n.Hub || n.Collapsed || shown == n.Label || n.Size != 0 && n.Size != 1 {
			continue
		}
		if face := faceOf(n); face.Width(shown, 1) < min(leastName, face.Width(n.Label, 1)) {
			return true
		}
	}
	return false
}

// namesHubs reports whether all hubs have names of a size.
func (d *Drawing) namesHubs(least float64) bool {
	for _, i := range d.Diagram.Hubs() {
		if d.Boxes[i].Label().Size < least-0.01 {
			return false
		}
	}
	return true
}

// smallestLabel returns the size of the smallest label of a node other than the hubs, 0 if
// one is left out.
func (d *Drawing) smallestLabel() float64 {
	size := math.Inf(1)
	for i := range d.Boxes {
		if !d.Diagram.Nodes[i].Hub {
			size = min(size, d.Boxes[i].Label().Size)
		}
	}
	return size
}

// nameSize returns the size of the smallest name in words.
func (d *Drawing) nameSize() string {
	switch size := d.smallestLabel(); {
	case math.IsInf(size, 1):
		return "no nodes"
	case engines[d.Engine].cells:
		return "without names"
	case size == 0:
		return display.Count(d.Unlabeled, "name") + " left out"
	default:
		text := fmt.Sprintf("names at %.0f px", math.Floor(size*PixelsPerPoint+0.05))
		if d.cutsNames() {
			text = "shortened " + text
		}
		if d.Undetailed {
			text += " without second lines"
		}
		return text
	}
}

// Explain returns which engine placed the drawing and why, in one line: "engine trays: 200
// nodes in 3 groups; names at 12 px". Remarks that the drawing had no room for follow.
func (d *Drawing) Explain() string {
	hubs, nodes, collapsed, outer := 0, 0, 0, 0
	for i := range d.Diagram.Nodes {
		switch n := &d.Diagram.Nodes[i]; {
		case n.Hub:
			hubs++
		case n.Collapsed:
			collapsed++
			nodes += int(n.Count)
		case !n.Class.IsJob():
			nodes++
		}
	}
	for i := range d.Diagram.Groups {
		if len(d.Diagram.Groups[i].Path) == 1 {
			outer++
		}
	}
	what := display.Count(nodes, "node")
	if d.Diagram.Jobs > 0 {
		what = display.Count(d.Diagram.Jobs, "job") + " on " + what
	}
	switch {
	case collapsed > 0:
		what += " in " + display.Count(collapsed, "collapsed group")
	case outer > 0:
		what += " in " + display.Count(outer, "group")
	}
	if hubs != 1 {
		what += " around " + display.Count(hubs, "orchestrator")
	}
	text := fmt.Sprintf("engine %s: %s; %s", d.Engine, what, d.nameSize())
	if len(d.passed) > 0 {
		text += " (" + strings.Join(d.passed, ", ") + ")"
	}
	if long, _ := d.leftOut(); long != "" && d.Remark.String == "" {
		text += "; " + long
	}
	return text
}
