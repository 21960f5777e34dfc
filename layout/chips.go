package layout

// This file gives the runs of jobs chips, for an engine that draws them so.

import (
	"cmp"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// A Chip is a small box beside a job that stands for its run on a node, in place of a line,
// or for several of its runs with one outcome. With jobs that have no row of their own, it
// stands for runs of all of these.
type Chip struct {
	Box     // its mark shows the outcome
	Outcome diagram.Outcome
	Runs    int // number of runs
}

// chipRoom is the width of a chip beside its label, by the font size.
const chipRoom = 2*tileEdge + tileMark

// measureRuns sets what a sheet's engine needs to know of the runs.
func measureRuns(s *engine.Sheet, fig *diagram.Diagram) {
	for i := fig.HubEdges(); i < len(s.Lines); i++ {
		run, r := s.Lines[i].Run, fig.Edges[i].Run
		run.Kind, run.Text = int(r.Outcome), typeface.Regular.Width(fig.ChipLabel(i), 1)+chipRoom
	}
	s.More = func(kind, runs int) float64 {
		return typeface.Regular.Width(diagram.MoreRuns(diagram.Outcome(kind), runs), 1) + chipRoom
	}
}

// compareJobs orders jobs by what an operator looks for, then by their names.
func compareJobs(x, y *diagram.Node) int {
	return cmp.Or(x.JobRank()-y.JobRank(), natural.Compare(x.Label, y.Label), natural.Compare(x.ID, y.ID))
}

// takeChips gives the drawing the chips of an arranged sheet. Their lines have no path.
func (d *Drawing) takeChips(es *engine.Sheet, at func(r2.Vec) r2.Vec) {
	if len(es.Chips) == 0 {
		return
	}
	for i := range d.Boxes {
		if b := &d.Boxes[i]; b.Shape == Card && b.Label().String != "" { // one below the other
			label := &b.Content.Label
			label.Center.X = round(b.Center.X - b.W/2 + (tileEdge+tileMark)*es.Boxes[i].Font + label.Width/2)
		}
	}
	d.Chips = make([]Chip, len(es.Chips))
	labels := make([]string, len(es.Chips))
	for i := d.Diagram.HubEdges(); i < len(d.Lines); i++ {
		k := es.Lines[i].Run.Chip
		if k == 0 {
			continue
		}
		d.Lines[i].Chip, d.Lines[i].Path = k, nil
		d.Chips[k-1].Runs++
		labels[k-1] = d.Diagram.ChipLabel(i)
	}
	for i := range d.Chips {
		from, c := &es.Chips[i], &d.Chips[i]
		c.Outcome = diagram.Outcome(from.Kind)
		if c.Runs > 1 {
			labels[i] = diagram.MoreRuns(c.Outcome, c.Runs)
		}
		label := fitText(labels[i], from.Font, typeface.Regular, from.W-chipRoom*from.Font+0.01)
		if label.Width > from.W {
			label = Text{}
		}
		center := at(from.Center)
		label.Center, label.Width = center, round(label.Width)
		c.Box = Box{
			Center: center, W: roundTo(from.W, 0.1), H: roundTo(from.H, 0.1), Shape: Tile,
			Content: &Content{Label: label, Mark: Mark{center, round(0.42 * from.Font)}},
		}
		c.marksBeside(from.Font)
	}
}
