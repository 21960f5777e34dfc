package graphviz

// This file draws jobs in layers for dot: from left to right the jobs, the nodes that
// took part, the hubs, and the nodes that took none.

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// layeredMost is the most boxes that dot draws so: it routes each edge, which costs it
// a node more for each column that the edge crosses.
const layeredMost = 300

// layered reports whether dot draws jobs: from left to right the jobs, the nodes
// that took part, the hubs, and the nodes that took none.
func (g *gvGraph) layered() bool {
	return g.engine == "dot" && g.Jobs() > 0 && len(g.Boxes) <= layeredMost
}

// layers writes the edges of a layered drawing. Graphviz's dot puts the nodes of a
// layer into an order with few crossings, and keeps heavier edges shorter and
// straighter. The columns of either side are as many as make them as high as wide.
func (g *gvGraph) layers() {
	part, idle := 0, 0
	for i := range g.Boxes {
		switch b := &g.Boxes[i]; {
		case b.Ran:
			part++
		case b.Idle:
			idle++
		}
	}
	columns := func(n int) int { return 1 + (n-1)/layerMax }
	left, right := columns(part), columns(idle)
	column := make(map[int]int) // of nodes that took part, from the right
	done := 0
	for i := range g.Boxes {
		if g.Boxes[i].Ran {
			column[i] = done % left
			done++
		}
	}
	// A job stands to the left of all columns.
	for _, l := range g.Lines {
		if l.Run && !g.Boxes[l.To].Hub {
			g.edge(l.From, l.To, fmt.Sprintf("minlen=%d, weight=3", left-column[l.To]))
		} else if l.Run {
			g.edge(l.From, l.To, "weight=1")
		}
	}
	onRight := 0
	for i := range g.Boxes {
		b := &g.Boxes[i]
		if b.Hub {
			continue
		}
		owners, style := g.Boxes[i].Owners, ""
		if !g.Boxes[i].Linked {
			style = ", style=invis"
			owners = owners[:min(1, len(owners))]
		}
		for _, h := range owners {
			if b.Ran {
				g.edge(i, h, fmt.Sprintf("minlen=%d%s", 1+column[i], style))
			} else {
				g.edge(h, i, fmt.Sprintf("minlen=%d%s", 1+onRight%right, style))
			}
		}
		if b.Idle {
			onRight++
		}
		if h := g.idleJob(i); h >= 0 {
			g.edge(i, h, fmt.Sprintf("minlen=%d, style=invis", 1+left))
		}
	}
}

// layerMax is how many nodes make a column of a layered drawing.
const layerMax = 18

// idleJob returns the hub of a job that was placed nowhere, or -1: such a job is kept
// near it.
func (g *gvGraph) idleJob(i int) int {
	if !g.Boxes[i].Job || len(runsOf(g.Scene, i)) > 0 {
		return -1
	}
	return g.Boxes[i].Asked
}

// runsOf returns the lines of a job.
func runsOf(s *engine.Scene, job int) (lines []*engine.Line) {
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Run && l.From == job {
			lines = append(lines, l)
		}
	}
	return lines
}

// drawApart makes the left of a layered drawing, the jobs and the nodes that took part,
// up to layerStretch times as high as dot has it, for the others often make more of a
// column. Edges go along: all that there are on the left end at the hub's height.
func drawApart(s *engine.Scene) {
	left := func(i int) bool { b := &s.Boxes[i]; return !b.Hub && (b.Ran || b.Job) }
	middle := s.Boxes[s.Hubs[0]].Center.Y
	all, part := 0.0, 0.0 // how far boxes are from there at most
	for i := range s.Boxes {
		far := math.Abs(s.Boxes[i].Center.Y - middle)
		all = max(all, far)
		if left(i) {
			part = max(part, far)
		}
	}
	if part == 0 {
		return
	}
	f := min(layerStretch, all/part)
	apart := func(p *r2.Vec) { p.Y = middle + (p.Y-middle)*f }
	for i := range s.Boxes {
		if left(i) {
			apart(&s.Boxes[i].Center)
		}
	}
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Run || left(l.To) {
			for k := range l.Path {
				apart(&l.Path[k])
			}
		}
	}
}

const layerStretch = 2.2
