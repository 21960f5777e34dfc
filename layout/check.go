package layout

// This file checks drawings, which library users may make by hand.

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/parallel"
)

// Check returns an error if a drawing lacks something that its picture needs, or
// contradicts itself: a place that is not a number, an index without a node, more
// boxes than nodes. Drawings that [Arrange] made are sound.
func (d *Drawing) Check() error {
	switch {
	case d == nil || d.Diagram == nil:
		return fmt.Errorf("the drawing has no diagram")
	case !(d.Width > 0 && d.Height > 0) || math.IsInf(d.Width+d.Height, 0): // NaN too
		return fmt.Errorf("the drawing is %g×%g points large", d.Width, d.Height)
	case len(d.Boxes) != len(d.Diagram.Nodes):
		return fmt.Errorf("the drawing has %d boxes for %d nodes", len(d.Boxes), len(d.Diagram.Nodes))
	case len(d.Lines) != len(d.Diagram.Edges):
		return fmt.Errorf("the drawing has %d lines for %d edges", len(d.Lines), len(d.Diagram.Edges))
	case len(d.Legend) != len(d.Diagram.Legend):
		return fmt.Errorf("the drawing has %d legend entries for %d of its diagram", len(d.Legend), len(d.Diagram.Legend))
	}
	if err := d.Diagram.Check(); err != nil {
		return err
	}
	for _, t := range append([]Text{d.Title, d.Subtitle, d.Remark}, d.Notes...) {
		if err := t.check(); err != nil {
			return fmt.Errorf("text %q: %w", t.String, err)
		}
	}
	return cmp.Or(
		parallel.Fault("box", len(d.Boxes), func(i int) error { return d.Boxes[i].check() }),
		parallel.Fault("line", len(d.Lines), func(i int) error { return d.checkLine(&d.Lines[i], &d.Diagram.Edges[i]) }),
		parallel.Fault("area", len(d.Areas), func(i int) error { return d.Areas[i].check() }),
		parallel.Fault("trunk", len(d.Trunks), func(i int) error { return d.checkTrunk(&d.Trunks[i]) }),
		parallel.Fault("chip", len(d.Chips), func(i int) error { return d.Chips[i].check() }),
		parallel.Fault("legend entry", len(d.Legend), func(i int) error {
			return cmp.Or(d.Legend[i].Swatch.check(), d.Legend[i].Name.check())
		}),
	)
}

// maxCoordinate bounds places and sizes, in points: far beyond the largest canvas, and
// small enough for every format's arithmetic.
const maxCoordinate = 100 * MaxSide

// check returns an error for a text that cannot be set.
func (t *Text) check() error {
	if !within(t.Center) || !numbers(t.Width, t.Size) || t.Size < 0 {
		return fmt.Errorf("its place or size is not a number, or out of bounds")
	}
	if !(math.Abs(t.Angle) <= 90) { // NaN too
		return fmt.Errorf("it is turned by %g degrees, which is not from -90 to 90", t.Angle)
	}
	return nil
}

func (b *Box) check() error {
	switch {
	case !within(b.Center) || !numbers(b.W, b.H):
		return fmt.Errorf("its place or size is not a number, or out of bounds")
	case b.W <= 0 || b.H <= 0:
		return fmt.Errorf("it is %g×%g points large", b.W, b.H)
	case !(b.Fill.Share >= 0 && b.Fill.Share <= 1): // NaN too
		return fmt.Errorf("the share %g of it that is filled is not between 0 and 1", b.Fill.Share)
	case b.Shape < Pill || b.Shape > Tile:
		return fmt.Errorf("it has an unknown shape %d", b.Shape)
	}
	if b.Content != nil {
		return b.Content.check()
	}
	return nil
}

func (c *Content) check() error {
	switch {
	case !within(c.Mark.Center, c.Badge.Center) || !numbers(c.Mark.R, c.Badge.R):
		return fmt.Errorf("the place or size of its mark is not a number, or out of bounds")
	case !within(c.Bar.Center) || !numbers(c.Bar.W, c.Bar.H) || !(c.Bar.Share >= 0 && c.Bar.Share <= 1):
		return fmt.Errorf("the place, the size or the share of its bar is not a number, or out of bounds")
	}
	return cmp.Or(c.Label.check(), c.Detail.check())
}

// checkLine returns an error for a line that does not suit its edge.
func (d *Drawing) checkLine(l *Line, e *diagram.Edge) error {
	switch {
	case l.Trunk < 0 || l.Trunk > len(d.Trunks):
		return fmt.Errorf("it is part of trunk %d of %d", l.Trunk, len(d.Trunks))
	case l.Trunk > 0 && (e.Run != nil || d.Trunks[l.Trunk-1].From != l.From):
		return fmt.Errorf("it is part of trunk %d, which is not of its hub", l.Trunk)
	case l.Chip < 0 || l.Chip > len(d.Chips):
		return fmt.Errorf("it has chip %d of %d", l.Chip, len(d.Chips))
	case l.Chip > 0 && (e.Run == nil || d.Chips[l.Chip-1].Outcome != e.Run.Outcome):
		return fmt.Errorf("it has chip %d, which is not of its outcome", l.Chip)
	case l.From != e.From || l.To != e.To:
		return fmt.Errorf("it leads from box %d to %d, and its edge from node %d to %d", l.From, l.To, e.From, e.To)
	}
	if l.Chip == 0 || len(l.Path) > 0 {
		if err := checkRoute(l.Path); err != nil {
			return err
		}
	}
	if l.Count != nil {
		return l.Count.check()
	}
	return nil
}

// checkTrunk returns an error for a trunk without a route, a hub or an area.
func (d *Drawing) checkTrunk(t *Trunk) error {
	switch {
	case t.From < 0 || t.From >= len(d.Boxes):
		return fmt.Errorf("it begins at box %d of %d", t.From, len(d.Boxes))
	case t.Area < 0 || t.Area >= len(d.Areas):
		return fmt.Errorf("it leads to area %d of %d", t.Area, len(d.Areas))
	case t.Count < 0:
		return fmt.Errorf("it stands for %d edges", t.Count)
	}
	return checkRoute(t.Path)
}

// checkRoute returns an error for a path that is neither a straight line nor a curve.
func checkRoute(path []r2.Vec) error {
	switch n := len(path); {
	case n != 2 && (n < 4 || n%3 != 1):
		return fmt.Errorf("%d points are neither a straight line nor a Bézier curve", n)
	case !within(path...):
		return fmt.Errorf("its route is not made of numbers, or out of bounds")
	}
	return nil
}

func (a *Area) check() error {
	switch {
	case len(a.Group.Path) == 0 && a.Level != 0:
		return fmt.Errorf("its group has no name")
	case a.Look < Ground || a.Look > Tag:
		return fmt.Errorf("it has an unknown look %d", a.Look)
	case !(a.Corner >= 0 && a.Corner <= maxCoordinate):
		return fmt.Errorf("its corners have a radius of %g", a.Corner)
	case len(a.Path) < 3:
		return fmt.Errorf("%d points are not a polygon", len(a.Path))
	case !within(a.Path...):
		return fmt.Errorf("its outline is not made of numbers, or out of bounds")
	}
	return cmp.Or(a.Name.check(), a.Detail.check())
}

// within reports whether points are made of numbers that are not out of bounds.
func within(points ...r2.Vec) bool {
	for _, p := range points {
		if !numbers(p.X, p.Y) {
			return false
		}
	}
	return true
}

// numbers reports whether values are numbers that are not out of bounds.
func numbers(values ...float64) bool {
	for _, x := range values {
		if !(math.Abs(x) <= maxCoordinate) { // NaN too
			return false
		}
	}
	return true
}

// check returns an error for a chip that cannot be painted.
func (c *Chip) check() error {
	switch {
	case c.Outcome >= diagram.OutcomeCount:
		return fmt.Errorf("it has an unknown outcome %d", c.Outcome)
	case c.Runs < 1:
		return fmt.Errorf("it stands for %d runs", c.Runs)
	}
	return c.Box.check()
}
