package graphviz

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// This file draws jobs in layers for dot: from left to right the jobs, the nodes that
// took part, the hubs, and the nodes that took no part.

const (
	// layeredMost is the most boxes that dot draws in layers: it routes each edge, which
	// takes a node more for each column that the edge crosses.
	layeredMost = 300

	// columnMost is how many boxes make a column.
	columnMost = 18

	// maxStretch is the factor by which the left of a drawing may be made higher.
	maxStretch = 2.2
)

// layered reports whether dot draws jobs in layers.
func (l *gvLayout) layered() bool {
	return l.engine == "dot" && l.Jobs() > 0 && len(l.Boxes) <= layeredMost
}

// writeDotLayers writes the edges of a layered drawing. dot orders the nodes of a layer
// so that few edges cross, and keeps heavier edges shorter and straighter. Nodes that
// took part, and those that did not, are in as many columns as they need.
func (l *gvLayout) writeDotLayers() {
	part, idle := 0, 0
	column := make(map[int]int) // of nodes that took part, in the order of boxes
	for i := range l.Boxes {
		switch b := &l.Boxes[i]; {
		case b.Ran:
			column[i] = part
			part++
		case b.Idle:
			idle++
		}
	}
	left, right := 1+(part-1)/columnMost, 1+(idle-1)/columnMost
	for i := range column {
		column[i] %= left // from the right
	}
	for _, line := range l.Lines {
		if line.Run != nil && !l.Boxes[line.To].Hub { // a job is to the left of all columns
			l.edge(line.From, line.To, fmt.Sprintf("minlen=%d, weight=3", left-column[line.To]))
		} else if line.Run != nil {
			l.edge(line.From, line.To, "weight=1")
		}
	}
	onRight := 0
	for i := range l.Boxes {
		l.writeHubEdges(i, column[i], onRight%right)
		if l.Boxes[i].Idle {
			onRight++
		}
		if h := l.idleJob(i); h >= 0 {
			l.edge(i, h, fmt.Sprintf("minlen=%d, style=invis", 1+left))
		}
	}
}

// writeHubEdges writes the edges between a box and the hubs that list it. The box is in
// the given column to the left of the hubs if it took part in a job, else to the right.
// One without an edge is kept there by an invisible one.
func (l *gvLayout) writeHubEdges(i, leftColumn, rightColumn int) {
	b := &l.Boxes[i]
	hubs, style := b.Owners, ""
	if !b.Linked {
		style = ", style=invis"
		hubs = hubs[:min(1, len(hubs))]
	}
	for _, h := range hubs {
		if b.Ran {
			l.edge(i, h, fmt.Sprintf("minlen=%d%s", 1+leftColumn, style))
		} else {
			l.edge(h, i, fmt.Sprintf("minlen=%d%s", 1+rightColumn, style))
		}
	}
}

// idleJob returns the hub of a job that was placed nowhere, near which it is kept, or
// -1 for all other boxes.
func (l *gvLayout) idleJob(i int) int {
	if !l.Boxes[i].Job {
		return -1
	}
	for _, line := range l.Lines {
		if line.Run != nil && line.From == i {
			return -1
		}
	}
	return l.Boxes[i].Asked
}

// stretchLeft makes the left of a layered drawing, the jobs and the nodes that took part,
// up to maxStretch times as high as dot has it, but no higher than the right, whose
// columns are often higher. Its edges are stretched, too: all of them on the left end at
// the hub's height.
func stretchLeft(s *engine.Scene) {
	left := func(i int) bool { b := &s.Boxes[i]; return !b.Hub && (b.Ran || b.Job) }
	middle := s.Boxes[s.Hubs[0]].Center.Y
	all, onLeft := 0.0, 0.0 // the greatest distances from the middle
	for i := range s.Boxes {
		distance := math.Abs(s.Boxes[i].Center.Y - middle)
		all = max(all, distance)
		if left(i) {
			onLeft = max(onLeft, distance)
		}
	}
	if onLeft == 0 {
		return
	}
	factor := min(maxStretch, all/onLeft)
	stretch := func(p *r2.Vec) { p.Y = middle + (p.Y-middle)*factor }
	for i := range s.Boxes {
		if left(i) {
			stretch(&s.Boxes[i].Center)
		}
	}
	for i := range s.Lines {
		if line := &s.Lines[i]; line.Run != nil || left(line.To) {
			for k := range line.Path {
				stretch(&line.Path[k])
			}
		}
	}
}
