package layout

import (
	"context"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout/internal/engine"
	"github.com/bacviz/bacviz/layout/internal/graphviz"
)

// This file decides which labels a picture has. It has the engine arrange boxes of
// several sizes in turn, until the labels of one attempt can be read.

// A sketch is a drawing of a diagram that is not yet fitted to its canvas.
type sketch struct {
	fig   *diagram.Diagram
	font  float64 // size of a compute node's label, if it has one
	most  float64 // the largest scale that it is drawn at
	boxes []Box
	lines []Line
	areas []Area
	frame []engine.Rect // rectangles that must be inside the plot, too
}

// A placer arranges the boxes of a diagram inside a plot.
type placer struct {
	fig    *diagram.Diagram
	plot   plot
	spec   engineSpec
	most   float64       // the largest scale, where all labels are kept
	scene  *engine.Scene // used again by each attempt, as are boxes and lines
	boxes  []Box
	lines  []Line
	second secondLine
	least  float64 // the smallest font size of a compute node's label, where all are kept

	points []r2.Vec // the centres that a sizeless engine gave to dots, for the attempts that follow
}

// place returns a sketch that fits the plot: with all labels if they can be read, or
// with dots and as many kinds of labels as can be read. It returns nil if the second lines
// of labels cannot be read.
func place(ctx context.Context, fig *diagram.Diagram, pg *page, e engineSpec, second secondLine) (*sketch, error) {
	p := pg.plot
	a := &placer{fig: fig, plot: p, spec: e, most: maxScale, second: second, least: minFont, scene: newScene(ctx, fig), boxes: make([]Box, len(fig.Nodes)), lines: newLines(ctx, fig)}
	a.scene.Aspect = p.w / p.h
	if !e.steady {
		a.most = max(maxScale, mostFontOf(len(fig.Nodes))*pg.unit/labelSize)
	}
	if second != noDetail {
		a.least = leastDetailed(pg.unit)
	}
	if s, err := a.allLabels(ctx); s != nil || err != nil || second != noDetail {
		return s, err
	}
	if s, err := a.someLabels(ctx); s != nil || err != nil {
		return s, err
	}
	s, _, err := a.attempt(ctx, sizes{font: minFont, gap: dotGap})
	if err != nil {
		return nil, err
	}
	s.dropLabels()
	return s, nil
}

// attempt arranges boxes of the given sizes. It returns them fitted to the plot, and the
// scale at which they are.
func (a *placer) attempt(ctx context.Context, z sizes) (*sketch, float64, error) {
	s := &sketch{fig: a.fig, font: z.font, most: maxScale, boxes: a.boxes, lines: a.lines}
	z.size(a.fig, s.boxes)
	switch {
	case z.keep == keepAll:
		s.most = a.most
	case a.spec.steady:
		s.most = maxDotScale
	}
	a.scene.Height = a.plot.h / s.most
	s.setSizes(a.scene, z.gap)
	for i, at := range a.points {
		a.scene.Boxes[i].Center = at
	}
	if a.points == nil {
		if err := a.spec.arrange(ctx, a.scene); err != nil {
			return nil, 0, err
		}
		if a.spec.sizeless && !a.scene.Clustered && z.keep != keepAll { // names of groups have sizes, too
			for i := range a.scene.Boxes {
				a.points = append(a.points, a.scene.Boxes[i].Center)
			}
		}
	}
	if err := separate(ctx, a.scene); err != nil {
		return nil, 0, err
	}
	graphviz.Areas(a.scene) // boxes do not move from now on
	s.setPlaces(a.scene)
	return s, s.fit(a.plot), nil
}

// allLabels tries labels of several widths, the widest first. It returns nil if they
// cannot all be read.
func (a *placer) allLabels(ctx context.Context) (*sketch, error) {
	hopeless := func(area float64) bool { return area*sq(a.least/labelSize) > a.plot.w*a.plot.h }
	if hopeless(leastArea(len(a.boxes))) {
		return nil, nil
	}
	widest := math.Inf(1)
	for _, width := range labelWidths {
		full := sizes{font: labelSize, gap: pillGap, width: width, keep: keepAll, inner: a.inner(), second: a.second}
		w, area := full.measure(a.fig, a.boxes)
		if w >= widest || hopeless(area) {
			continue // no narrower than before
		}
		widest = w
		s, scale, err := a.attempt(ctx, full)
		if err != nil {
			return nil, err
		}
		if scale*labelSize >= a.least {
			return a.clearer(ctx, s, full)
		}
	}
	return nil, nil
}

// clearGaps are gaps between pills with more room for the routes of edges.
var clearGaps = []float64{1.3 * pillGap, 1.7 * pillGap, 2.2 * pillGap}

// clearer returns a sketch, or one with larger gaps if edges come too near to what they do
// not join in the first, and no more in the other.
func (a *placer) clearer(ctx context.Context, s *sketch, z sizes) (*sketch, error) {
	if !a.spec.routed || len(s.boxes) > mostFollowed || !s.unclear() {
		return s, nil
	}
	first := z
	for _, z.gap = range clearGaps {
		s, scale, err := a.attempt(ctx, z)
		if err != nil {
			return nil, err
		}
		if scale*labelSize >= a.least && !s.unclear() {
			return s, nil
		}
	}
	s, _, err := a.attempt(ctx, first)
	return s, err
}

// inner reports whether labels of collapsed groups leave out the outermost, which the
// area around them names.
func (a *placer) inner() bool { return a.spec.named && !a.scene.Scattered }

// someLabels keeps as many kinds of labels as can be read. It returns nil if not even
// those of hubs can.
//
// Whether labels can be read depends on the scale, which is known only once they are
// placed: it is guessed, and guessed lower until the labels can be read. For a steady
// engine it is guessed until it is right, so that sizes change as little as the network
// does.
func (a *placer) someLabels(ctx context.Context) (*sketch, error) {
	first := min(maxScale, math.Sqrt(a.plot.w*a.plot.h/(2.5*sq(dotSize+dotGap)*float64(len(a.fig.Nodes)+1))))
	for _, keep := range []keeping{keepNotable, keepJobs, keepGroups, keepHubs} {
		if !a.worthKeeping(keep) {
			continue
		}
		guess := first
		for tries := 0; tries < 4 || a.spec.steady && tries < 8; tries++ {
			z := sizes{font: 1.1 * minFont / guess, gap: dotGap, keep: keep, inner: a.inner()}
			s, scale, err := a.attempt(ctx, z)
			if err != nil {
				return nil, err
			}
			if scale*z.font >= minFont && (!a.spec.steady || math.Abs(scale/guess-1) < 0.004 || tries >= 5) {
				s.shrinkLabels(labelSize, grain(scale))
				return s, nil
			}
			if guess = 0.85 * min(scale, guess); a.spec.steady {
				guess = scale
			}
		}
	}
	return nil, nil
}

// worthKeeping reports whether it is worth an attempt to keep such labels.
func (a *placer) worthKeeping(k keeping) bool {
	switch k {
	case keepNotable:
		return !a.spec.uniform && fewNotable(a.fig)
	case keepJobs:
		return a.fig.Jobs > 0 && a.fig.Jobs <= 80
	case keepGroups:
		return collapsed(a.fig)
	}
	return true
}

// dropLabels makes dots of pills whose labels are too small to read.
func (s *sketch) dropLabels() {
	for i := range s.boxes {
		b := &s.boxes[i]
		if b.Label().Size < minFont {
			if b.W = b.H; b.Content != nil {
				b.Content.Label = Text{}
			}
			if b.Shape == Pill {
				b.Shape = Dot
			}
			s.snapToGrid(i, r2.Vec{}, 0.01)
		}
	}
}
