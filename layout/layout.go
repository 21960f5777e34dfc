// Package layout gives the nodes of a diagram places on a canvas.
//
// [Arrange] takes a [diagram.Diagram] and returns a [Drawing]: boxes, lines and
// texts in points, title and legend included, which package output writes as a
// picture. An [Engine] from a table does the placing: one of Graphviz's, or rings.
// This package has no file formats and no colours.
//
// Arrange frames the page (title, legend), measures labels, makes a scene of boxes without
// a place, has the engine place them, separates what overlaps and fits all of it to the
// plot. If labels are too small to read, it begins again with dots. Engines get geometry
// alone: they are in layout/internal.
//
// Importing this package links Graphviz, which has effects before main. Graphviz is
// compiled to machine code, or its code is read from the user's cache directory, and
// TMPDIR has another value until that is done. Large diagrams are laid out in a child
// process, so that a context can end it: the program's own executable, started again
// with the variable BACVIZ_GRAPHVIZ_CHILD, which never reaches main.
package layout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout/internal/engine"
	"github.com/bacviz/bacviz/layout/internal/graphviz"
	"github.com/bacviz/bacviz/layout/internal/radial"
	"github.com/bacviz/bacviz/layout/internal/rings"
	"github.com/bacviz/bacviz/layout/internal/trays"
)

// Options say how to arrange a diagram. The zero value gives the defaults.
type Options struct {
	Engine string // a name from [Engines]; default "auto"

	// Width and Height are the size of the canvas in points (1/72 inch),
	// at least MinSide and at most MaxSide. Default 864×576, 12×8 inches.
	Width, Height float64

	// Details and Load say that second lines, or what is in use, are asked for: "auto" then
	// prefers an engine that shows them.
	Details, Load bool
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

// ErrTooLarge is wrapped by Arrange when a diagram has more nodes than the engine takes.
var ErrTooLarge = errors.New("too many nodes")

// ErrUnsuited is wrapped by Arrange when the engine does not draw such a network.
var ErrUnsuited = errors.New("the engine does not suit the network")

// ErrCrashed is wrapped by Arrange when Graphviz ran out of memory or crashed. Engine rings
// works without Graphviz.
var ErrCrashed = graphviz.ErrCrashed

// A Line is an edge of the diagram. It is drawn below the boxes, from centre to centre.
type Line struct {
	From, To int // indexes of the boxes; From is the hub's or the job's

	// Count is how many executions a run has, as in ×3, placed on the line where
	// it covers no box. It is nil for one, and where there is no room.
	Count *Text

	// Trunk is 1 and the index of the trunk that the edge is part of, whose Path it has;
	// 0 for a line of its own. Only the trunk is painted.
	Trunk int

	// Chip is 1 and the index of the chip that is painted in place of the line; 0 for a
	// line. There is no Path then.
	Chip int

	// Path is a straight line's two ends, or a Bézier curve: a start, then
	// three points for each cubic segment.
	Path []r2.Vec
}

// A Drawing is a diagram arranged on a canvas. It is not changed after [Arrange] made
// it.
type Drawing struct {
	Diagram       *diagram.Diagram // what is drawn: its nodes, edges and legend are in the order of Boxes, Lines and Legend
	Engine        string           // the engine that placed it, never "auto"
	Width, Height float64

	Title, Subtitle Text
	Notes           []Text // those of the diagram
	Remark          Text   // what was left out of this drawing; its String is empty if nothing was, or if there is no room
	Areas           []Area // of groups, outer ones first
	Boxes           []Box  // one for each node, in the order of the diagram
	Lines           []Line // hubs' before jobs', each sorted by From, then To
	Trunks          []Trunk
	Chips           []Chip // that stand for runs of jobs
	Legend          []Entry

	// Unlabeled counts the boxes whose label did not fit at 7 px.
	Unlabeled int

	urgent      int // number of boxes without a label whose nodes need attention
	unexplained int // number of entries of the legend that had no room
	namedAbove  int // number of boxes without a label that headings name

	// Undetailed reports whether nodes have second lines that the drawing has no room for.
	Undetailed bool

	passed []string // the engines that "auto" tried before, and the size of their names
}

// An engineSpec is an engine in the table. It either arranges a scene, which layout then
// separates and scales, or fills a sheet, whose places are final.
type engineSpec struct {
	arrange func(ctx context.Context, s *engine.Scene) error
	fill    func(ctx context.Context, s *engine.Sheet) error
	help    string

	// cap is the most nodes that the engine takes, 0 for no limit. With more it takes
	// minutes or runs out of memory.
	cap int

	// sizeless engines place points, whatever the sizes of boxes.
	sizeless bool

	// uniform engines give each box the room of the largest, so that a few labels
	// among dots would make the dots tiny.
	uniform bool

	// steady engines move boxes little where their sizes change little.
	steady bool

	// routed engines lead edges around boxes, and further around them where gaps are
	// larger.
	routed bool

	// tiles says that nodes are tiles, which can be filled.
	tiles bool

	// chips says that runs are chips beside their jobs, not lines.
	chips bool

	// single engines draw at most one hub, no jobs, and one level of groups.
	single bool

	// cells says that nodes are tiles without names, whose colour shows what is in use.
	cells bool

	// oneLine engines draw no second lines below names.
	oneLine bool

	// named engines draw the area and the name of each outermost group, unless groups
	// are scattered: labels of collapsed groups need not repeat that name.
	named bool
}

// engines is the table of engines; help, errors and completion read it.
var engines = map[string]engineSpec{
	"dot":    {arrange: graphviz.Engine("dot"), help: "Graphviz: hubs at the left, their nodes in rows to the right, each on a line", cap: 5000, routed: true, named: true},
	"neato":  {arrange: graphviz.Engine("neato"), help: "Graphviz: springs of the lengths that the graph suggests", cap: 2000, sizeless: true},
	"fdp":    {arrange: graphviz.Engine("fdp"), help: "Graphviz: springs and repulsion", cap: 100, sizeless: true},
	"sfdp":   {arrange: graphviz.Engine("sfdp"), help: "Graphviz: springs and repulsion, for larger graphs", cap: 10000, sizeless: true},
	"cells":  {fill: trays.Cells, help: "as trays, but with small tiles without names: colour shows what is in use; for any number of nodes", tiles: true, cells: true, named: true, oneLine: true},
	"twopi":  {arrange: graphviz.Engine("twopi"), help: "Graphviz: circles around each hub, or around the nodes that hubs share", cap: 100000, uniform: true},
	"circo":  {arrange: graphviz.Engine("circo"), help: "Graphviz: one circle around each hub", cap: 300, uniform: true},
	"osage":  {arrange: graphviz.Engine("osage"), help: "Graphviz: hubs at the top, their nodes in columns below, each on a line", cap: 50000, named: true},
	"radial": {fill: radial.Arrange, help: "labels along the radius around one orchestrator, outside of its nodes", cap: 250, single: true, oneLine: true},
	"trays":  {fill: trays.Arrange, help: "orchestrators at the top, a tray of tiles for each group, and one line to each tray", tiles: true, named: true},
	"matrix": {fill: trays.Matrix, help: "a row for each job with the nodes that it ran on, and the nodes in trays below or beside it", tiles: true, named: true, chips: true, oneLine: true},
	"rings":  {arrange: rings.Arrange, help: "balanced rings around each hub, for any number of nodes", steady: true, named: true},
}

// Auto picks an engine by the size and the shape of the graph.
const Auto = "auto"

// An Engine is a way to arrange a diagram.
type Engine struct {
	Name, Help string
	Cap        int  // the most nodes it takes; 0 for no limit
	Single     bool // it draws one orchestrator at most, and no jobs
	Load       bool // its nodes show what is in use: by the fill of tiles, by colour or with a bar
	Details    bool // its nodes have second lines, where there is room
}

// Engines lists the engines, sorted by name, with "auto" first.
func Engines() []Engine {
	all := []Engine{{Name: Auto, Help: "the one that suits the network's size and shape", Load: true, Details: true}}
	for name, e := range engines {
		all = append(all, Engine{name, e.help, e.cap, e.single, e.tiles || !e.oneLine, !e.oneLine})
	}
	slices.SortFunc(all[1:], func(a, b Engine) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Check returns an error if there is no such engine, or if a side of the canvas, in
// points, is not between MinSide and MaxSide.
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
			return fmt.Errorf("a canvas of %.10g×%.10g inches: each side must be between %g and %g inches",
				width/72, height/72, MinSide/72.0, MaxSide/72.0)
		}
	}
	return nil
}

// Arrange places every node of a diagram. The same diagram and options give the same
// Drawing: no two boxes overlap, and all of it is inside the canvas. It returns
// ctx.Err() if ctx ends first, an error that wraps [ErrTooLarge] if there are more nodes
// than the engine takes, one that wraps [ErrUnsuited] if it does not draw such a network,
// and one that wraps [ErrCrashed] if Graphviz fails.
//
// Large diagrams are laid out by Graphviz in a child process, the program's own
// executable started again, so that ctx can end it.
func Arrange(ctx context.Context, fig *diagram.Diagram, opt Options) (*Drawing, error) {
	opt.Engine = cmp.Or(opt.Engine, Auto)
	opt.Width, opt.Height = cmp.Or(opt.Width, 864), cmp.Or(opt.Height, 576)
	if err := Check(opt.Engine, opt.Width, opt.Height); err != nil {
		return nil, err
	}
	if err := fig.Check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opt.Engine == Auto {
		return arrangeAuto(ctx, fig, opt)
	}
	return arrangeBy(ctx, fig, opt.Engine, opt)
}

// arrangeBy returns the drawing of a diagram by an engine.
func arrangeBy(ctx context.Context, fig *diagram.Diagram, name string, opt Options) (*Drawing, error) {
	e := engines[name]
	if e.cap > 0 && len(fig.Nodes) > e.cap {
		return nil, fmt.Errorf("%w for engine %s: %d, of at most %d", ErrTooLarge, name, len(fig.Nodes), e.cap)
	}
	if err := e.suits(name, fig); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	switch {
	case e.cells:
		fig = fig.WithCells()
	case e.tiles:
		fig = fig.WithTiles()
	}
	d, err := arrangeDetailed(ctx, fig, name, opt)
	if d == nil && err == nil {
		d, err = arrangeLines(ctx, fig, name, opt, noDetail)
	}
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

// arrangeLines returns the drawing of a diagram by an engine with second lines, or nil if
// labels would get too small for them.
func arrangeLines(ctx context.Context, fig *diagram.Diagram, name string, opt Options, second secondLine) (*Drawing, error) {
	e := engines[name]
	d := &Drawing{Diagram: fig, Engine: name, Width: opt.Width, Height: opt.Height}
	if second != noDetail && !e.tiles {
		d.Diagram = fig.WithBars()
	}
	pg := newPage(d)
	if e.fill != nil {
		if placed, err := d.fill(ctx, pg, e, second); !placed || err != nil {
			return nil, err
		}
	} else {
		s, err := place(ctx, d.Diagram, pg, e, second)
		if s == nil || err != nil {
			return nil, err
		}
		d.Areas, d.Boxes, d.Lines = s.areas, s.boxes, s.lines
	}
	for i := range d.Boxes {
		if d.Boxes[i].Label().String == "" {
			d.Unlabeled++
			if d.Diagram.Nodes[i].NeedsAttention {
				d.urgent++
			}
		}
	}
	d.Undetailed = second == noDetail && fig.CountDetails() > 0
	d.numberOuter()
	d.placeCounts(pg)
	pg.placeRemark(d)
	return d, nil
}

// suits returns an error if the engine with the name does not draw such a network.
func (e *engineSpec) suits(name string, fig *diagram.Diagram) error {
	if !e.single {
		return nil
	}
	switch hubs := len(fig.Hubs()); {
	case hubs > 1:
		return fmt.Errorf("%w: %s draws one orchestrator, not %d", ErrUnsuited, name, hubs)
	case fig.Jobs > 0:
		return fmt.Errorf("%w: %s draws no jobs", ErrUnsuited, name)
	}
	return nil
}
