// Package layout gives the vertices of a topology places on a plane.
//
// [Arrange] takes a [graph.Topology] and returns a [Drawing]: boxes, lines and
// texts in points, title and legend included, which package output writes as a
// picture. An [Engine] from a table does the placing: Graphviz's, or rings.
// This package knows no file formats and no colours.
package layout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout/internal/engine"
	"github.com/bacviz/bacviz/layout/internal/graphviz"
	"github.com/bacviz/bacviz/layout/internal/rings"
)

// Options say how to arrange a topology. The zero value gives the defaults.
type Options struct {
	Engine string // a name from [Engines]; default "auto"
	Title  string // default "Bacalhau network", or the jobs that are drawn

	// Width and Height are the size of the canvas in points (1/72 inch),
	// at least MinSide and at most MaxSide. Default 864×576, 12×8 inches.
	Width, Height float64
}

// Bounds of a canvas's sides, in points: 2 and 400 inches.
const (
	MinSide = 144
	MaxSide = 28800
)

// PixelsPerPoint is how many pixels a point has at scale 1: a canvas of 12×8
// inches is 1200×800 pixels.
const PixelsPerPoint = 100.0 / 72

// minFont is the size in points of the smallest label that is drawn, 7 px.
// Smaller ones are left to tooltips.
const minFont = 7 / PixelsPerPoint

// ErrTooLarge is wrapped by Arrange when a topology is over an engine's cap.
var ErrTooLarge = errors.New("too many nodes")

// A Shape is the outline of a box.
type Shape int

// The shapes. A Pill is a rectangle with fully rounded ends around its label; a
// Dot is a circle, too small for one; a Card is a rectangle with corners that are
// hardly rounded, for a job.
const (
	Pill Shape = iota
	Dot
	Card
)

// A Box is a vertex placed on the canvas.
type Box struct {
	Vertex *graph.Vertex
	Center r2.Vec
	W, H   float64 // of the outline, in points
	Shape  Shape
	Label  Text // placed in the box; its String is empty when left to a tooltip
	Mark   Mark // placed in the box; zero when the state needs none
	Badge  Mark // of the state, where Mark is of the value that the colour stands for; else zero
}

// A Mark shows in a box the state of its node or job, or the value that its colour
// stands for.
type Mark struct {
	Center r2.Vec
	R      float64 // radius in points; 0 for no mark
}

// A Line is an edge of the graph. It is drawn below the boxes, from centre to
// centre.
type Line struct {
	From, To int // indexes of the boxes; From is the hub's or the job's

	// Run says how the job went on the node; nil for an edge of a hub.
	Run *graph.Run

	// Count is how many executions a Run has, as in ×3, placed on the line where
	// it covers no box. Its String is empty for one, and where there is no room.
	Count Text

	// Path is a straight line's two ends, or a Bézier curve: a start, then
	// three points for each cubic segment.
	Path []r2.Vec
}

// A Drawing is a topology arranged on a canvas. It is not changed after
// [Arrange] made it.
type Drawing struct {
	Topology      *graph.Topology
	Diagram       *diagram.Diagram // what a reader sees; its nodes and edges are in the order of Boxes and Lines
	Engine        string           // the engine that placed it, never "auto"
	Width, Height float64

	Name            string // the title, whole; Title may have lost its middle
	Title, Subtitle Text
	Notes           []Text // what the reader should know of this picture
	Hulls           []Hull // of groups, outer ones first
	Boxes           []Box  // one for each vertex, in the order of the topology
	Lines           []Line // hubs' before jobs', each sorted by From, then To
	Legend          []Entry

	// Unlabeled counts the boxes whose label did not fit at 7 px.
	Unlabeled int
}

// An engineSpec is an engine in the table. It places the boxes of a scene anew, which
// start without a place, with their natural sizes.
type engineSpec struct {
	arrange func(ctx context.Context, s *engine.Scene) error
	help    string

	// The most nodes the engine takes; 0 for no limit. Its cost explodes above.
	cap int

	// sizeless engines place points; what their sizes need is done afterwards.
	sizeless bool

	// uniform engines give each box the room of the largest, so that a few labels
	// among dots would make the dots tiny.
	uniform bool

	// steady engines move boxes little where their sizes change little.
	steady bool

	// named engines show the area and the name of each outermost group, unless
	// groups are scattered: labels of collapsed ones in it need not repeat that.
	named bool
}

// engines is the table of engines; help, errors and completion read it.
var engines = map[string]engineSpec{
	"dot":   {arrange: graphviz.Engine("dot"), help: "Graphviz: hubs at the left, their nodes in rows to the right, each on a line", cap: 5000, named: true},
	"neato": {arrange: graphviz.Engine("neato"), help: "Graphviz: springs of the lengths that the graph suggests", cap: 2000, sizeless: true},
	"fdp":   {arrange: graphviz.Engine("fdp"), help: "Graphviz: springs and repulsion", cap: 100, sizeless: true},
	"sfdp":  {arrange: graphviz.Engine("sfdp"), help: "Graphviz: springs and repulsion, for larger graphs", cap: 10000, sizeless: true},
	"twopi": {arrange: graphviz.Engine("twopi"), help: "Graphviz: circles around each hub, or around the nodes that hubs share", cap: 100000, uniform: true},
	"circo": {arrange: graphviz.Engine("circo"), help: "Graphviz: one circle around each hub", cap: 300, uniform: true},
	"osage": {arrange: graphviz.Engine("osage"), help: "Graphviz: hubs at the top, their nodes in columns below, each on a line", cap: 50000, named: true},
	"rings": {arrange: rings.Arrange, help: "balanced rings around each hub, for any number of nodes", steady: true, named: true},
}

// Auto picks an engine by the size and the shape of the graph.
const Auto = "auto"

// An Engine is a way to arrange a topology.
type Engine struct {
	Name, Help string
	Cap        int // the most nodes it takes; 0 for no limit
}

// Engines lists the engines, sorted by name, with "auto" first.
func Engines() []Engine {
	all := []Engine{{Name: Auto, Help: "the one that suits the network's size and shape"}}
	for name, e := range engines {
		all = append(all, Engine{name, e.help, e.cap})
	}
	slices.SortFunc(all[1:], func(a, b Engine) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Check returns an error if there is no such engine, or if a canvas of that many
// points cannot be drawn on.
func Check(engine string, width, height float64) error {
	if _, ok := engines[engine]; !ok && engine != Auto {
		var names []string
		for _, e := range Engines() {
			names = append(names, e.Name)
		}
		return fmt.Errorf("unknown engine %q (have %s)", engine, strings.Join(names, ", "))
	}
	for _, side := range []float64{width, height} {
		if !(side >= MinSide && side <= MaxSide) { // NaN too
			return fmt.Errorf("a canvas of %g×%g inches: each side must be between %g and %g inches",
				width/72, height/72, MinSide/72.0, MaxSide/72.0)
		}
	}
	return nil
}

// Arrange places every vertex of t. The same topology and options give the same
// Drawing: no two boxes overlap, and all lies inside the canvas. It returns
// ctx.Err() if ctx ends first, and an error that wraps [ErrTooLarge] if t is
// over the engine's cap.
//
// Large topologies are laid out by Graphviz in a child process, the program's own
// executable started again, so that ctx can end it.
func Arrange(ctx context.Context, t *graph.Topology, opt Options) (*Drawing, error) {
	if opt.Engine == "" {
		opt.Engine = Auto
	}
	if opt.Title == "" {
		opt.Title = defaultTitle(t)
	}
	if opt.Width == 0 {
		opt.Width = 864
	}
	if opt.Height == 0 {
		opt.Height = 576
	}
	if err := Check(opt.Engine, opt.Width, opt.Height); err != nil {
		return nil, err
	}
	name := opt.Engine
	if name == Auto {
		name = choose(t)
	}
	e := engines[name]
	if e.cap > 0 && t.Len() > e.cap {
		return nil, fmt.Errorf("%w for engine %s: %d, of at most %d", ErrTooLarge, name, t.Len(), e.cap)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	d := &Drawing{Topology: t, Diagram: diagram.New(t, diagram.Options{Title: opt.Title}), Engine: name, Name: opt.Title, Width: opt.Width, Height: opt.Height}
	pg := newPage(d, opt.Title)
	s, err := place(ctx, t, pg.plot, e)
	if err == nil && opt.Engine == Auto && name == "twopi" && s.smallestLabel() < circleFont {
		d.Engine = "rings"
		s, err = place(ctx, t, pg.plot, engines[d.Engine])
	}
	if err != nil {
		return nil, err
	}
	d.Hulls, d.Boxes, d.Lines = s.hulls, s.boxes, s.lines
	for i := range d.Boxes {
		if d.Boxes[i].Label.String == "" {
			d.Unlabeled++
		}
	}
	d.placeCounts(pg)
	pg.finish(d)
	return d, nil
}

// circleFont is the size in points of the smallest label, 9 px, with which "auto"
// draws a single circle. Several rings have larger ones.
const circleFont = 9 / PixelsPerPoint

// choose picks the engine for "auto". Looked at with 1 to 5 hubs, of one size and
// of several, that share none, some or all of 6 to 2,000 nodes: one circle reads
// best as long as its labels can be read with ease (see circleFont); else discs
// with what they share between them are clearer than springs, which pile up hubs
// of the same nodes. Jobs read best from left to right: the jobs, the nodes that
// took part, the hub, and the others.
func choose(t *graph.Topology) string {
	hubs := 0
	for i := range t.Len() {
		if t.Vertex(i).Hub {
			hubs++
		}
	}
	switch {
	case len(t.Groups()) > 0:
		return "rings"
	case t.Jobs() > 0 && t.Len() <= layeredMax && t.Jobs() <= layeredJobs:
		return "dot"
	case t.Jobs() == 0 && hubs == 1 && t.Len() <= 48:
		return "twopi"
	}
	return "rings"
}
