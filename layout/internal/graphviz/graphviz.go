// Package graphviz places the boxes of a scene by the engines of Graphviz, which runs
// as WebAssembly (see internal/gv).
//
// [Engine] returns an arranging function for an [engine.Scene]: it sets the centre of
// each box; dot and osage route edges, too, and draw areas of groups. For dot and fdp
// with clusters, [Areas] draws these once the boxes are separated. Package layout scales
// the result to the canvas.
//
// Graphviz gets boxes without names, narrowed to the shape of the canvas, and is asked
// for the "plain" format, the cheapest to read back; the answer is widened again. By
// default it lets the nodes of a star overlap heavily, and its own removal of overlaps
// takes 2 s for 300 nodes and 40 s for 1,000. So each engine is given the distances that
// boxes need, and layout removes what still overlaps.
//
// What the engines do is described in: dot, Gansner, Koutsofios, North and Vo (A
// Technique for Drawing Directed Graphs, 1993); neato, Gansner, Koren and North (Graph
// Drawing by Stress Majorization, 2004); fdp, Fruchterman and Reingold (1991); sfdp, Hu
// (Efficient and High Quality Force-Directed Graph Drawing, 2005); twopi, Wills
// (NicheWorks, 1997); circo, Six and Tollis (1999).
package graphviz

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// Absent is whether the program has no Graphviz: then only a circle of twopi is drawn.
const Absent = gv.Absent

// ErrCrashed is the error of an engine if Graphviz ran out of memory or crashed.
var ErrCrashed = gv.ErrCrashed

// Engine returns the arranging function of a Graphviz engine: dot, neato, fdp, sfdp,
// twopi, circo or osage. It fails if Graphviz does, or if ctx ends.
func Engine(name string) func(context.Context, *engine.Scene) error {
	return func(ctx context.Context, s *engine.Scene) error {
		l := &gvLayout{Scene: s, engine: name}
		if name == "twopi" && l.isCircle() {
			l.placeCircle()
			return nil
		}
		l.prism = name == "fdp" && len(s.Groups) > 0 && !l.flat()
		plain, err := gv.Run(ctx, l.dot(), name, "plain")
		if l.prism && bytes.Contains(plain, []byte("nan")) { // some boxes are too wide, by others, for prism
			l = &gvLayout{Scene: s, engine: name}
			plain, err = gv.Run(ctx, l.dot(), name, "plain")
		}
		if err != nil {
			return fmt.Errorf("laying out with %s: %w", name, err)
		}
		s.Clustered = hasClusters[name] && len(s.Groups) > 0 && l.rows == nil
		return l.read(plain)
	}
}

// mostFlat is how much wider than another box is high a box may be for prism, which never
// ended where it was 77 times.
const mostFlat = 30

// flat reports whether a box is too wide for prism, on the plane that Graphviz gets.
func (l *gvLayout) flat() bool {
	widest, lowest := 0.0, math.Inf(1)
	for i := range l.Boxes {
		widest, lowest = max(widest, l.Boxes[i].W/l.narrow()), min(lowest, l.Boxes[i].H)
	}
	return widest > mostFlat*lowest
}

// A gvLayout writes a scene as DOT and reads its places back.
type gvLayout struct {
	*engine.Scene
	engine string
	prism  bool // Graphviz removes overlaps, so that fdp keeps the areas of groups apart
	buf    bytes.Buffer

	rows *rowLayout // dot's rows or osage's columns; nil if single boxes are placed
}

// evenMost is the most boxes that sfdp gets a stronger repulsion for: of 60 to 1,000
// nodes it makes fewer clumps than the default of 1.8, and larger labels; of 2,000
// smaller dots.
const evenMost = 1000

// narrow returns the factor by which the plane is narrowed for Graphviz, so that its
// round layouts fill the canvas. dot and osage have none: they fill the canvas by their
// ranks and rows.
func (l *gvLayout) narrow() float64 {
	if l.engine == "dot" || l.engine == "osage" {
		return 1
	}
	return l.Aspect
}

// dot returns the scene in the DOT language.
func (l *gvLayout) dot() []byte {
	if l.wantsRows() {
		l.makeRows()
	}
	l.buf.WriteString("graph {\nnode [shape=box, fixedsize=true, label=\" \"]\nstart=1\noverlap=true\n")
	l.writeDistances()
	l.writeBoxes()
	if l.rows == nil {
		l.writeClusters()
	}
	switch {
	case l.engine == "twopi":
		l.writeTwopiCircles()
	case l.engine == "circo":
		l.writeCircoCycles()
	case l.engine == "osage":
		l.writeOsageColumns()
	case l.rows != nil:
		l.writeDotRows()
	case l.layered():
		l.writeDotLayers()
	default:
		l.writeEdges()
	}
	l.buf.WriteString("}\n")
	return l.buf.Bytes()
}

// writeDistances writes the attributes of the graph that say how far boxes are from
// each other. The numbers were chosen by looking at 6 to 2,000 boxes.
func (l *gvLayout) writeDistances() {
	w, h, _ := l.UsualSize()
	pitch := math.Hypot(w/l.narrow(), h) // boxes this far apart do not overlap
	spread := pitch * math.Sqrt(float64(len(l.Boxes)))
	switch l.engine {
	case "dot":
		fmt.Fprintf(&l.buf, "rankdir=LR\nnodesep=0.01\nranksep=%s\n", inches(max(l.hubRoom(), 3*l.Gap+0.4*w)))
	case "neato":
		fmt.Fprintf(&l.buf, "edge [len=%s]\n", inches(0.45*spread))
	case "fdp":
		if l.prism {
			fmt.Fprintf(&l.buf, "K=%s\noverlap=prism\n", inches(0.08*spread))
		} else {
			fmt.Fprintf(&l.buf, "K=%s\n", inches(0.2*spread))
		}
	case "sfdp":
		fmt.Fprintf(&l.buf, "K=%s\n", inches(0.3*spread))
		if len(l.Boxes) <= evenMost {
			l.buf.WriteString("repulsiveforce=2.1\n")
		}
	case "circo":
		l.buf.WriteString("packmode=\"graph\"\n")
	case "osage":
		l.buf.WriteString("pack=0\n")
	}
}

// writeBoxes writes a node for each box that is in no row, and for each row.
func (l *gvLayout) writeBoxes() {
	for i := range l.Boxes {
		if l.rows != nil && l.inRow(i) {
			continue
		}
		b := &l.Boxes[i]
		h := b.H
		if l.engine == "osage" && b.Hub { // room for the curves
			h += 2 * l.hubRoom()
		}
		fmt.Fprintf(&l.buf, "%d [width=%s, height=%s]\n", i, inches((b.W+l.Gap)/l.narrow()), inches(h+l.Gap))
	}
	if l.rows == nil {
		return
	}
	length := l.rows.length
	for k, r := range l.rows.rows { // all of one length, so that they begin together
		size := l.rows.turn(r2.Vec{X: length, Y: r.size.Y})
		fmt.Fprintf(&l.buf, "r%d [width=%s, height=%s]\n", k, inches(size.X), inches(size.Y))
	}
}

// hubRoom returns the room between hubs and rows, 0 if there are none.
func (l *gvLayout) hubRoom() float64 {
	if l.rows == nil {
		return 0
	}
	return l.rows.hubRoom
}

// inches formats a length in points for Graphviz.
func inches(points float64) string { return strconv.FormatFloat(points/72, 'f', 4, 64) }

func (l *gvLayout) edge(from, to any, attrs string) {
	fmt.Fprintf(&l.buf, "%v -- %v [%s]\n", from, to, attrs)
}

// writeEdges writes the edges of the scene. A node that is not connected is kept near
// the hub that knows it, and a job that was placed nowhere near its hub.
func (l *gvLayout) writeEdges() {
	for _, line := range l.Lines {
		l.edge(line.From, line.To, "")
	}
	for i := range l.Boxes {
		if b := &l.Boxes[i]; !b.Linked && len(b.Owners) > 0 {
			l.edge(b.Owners[0], i, "style=invis")
		}
		if h := l.idleJob(i); h >= 0 {
			l.edge(h, i, "style=invis")
		}
	}
}
