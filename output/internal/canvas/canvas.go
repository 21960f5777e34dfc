// Package canvas paints a drawing on the canvases of gonum/plot. Packages raster, pdf and
// eps give it a canvas each.
package canvas

import (
	"context"
	"math"

	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// A Canvas is a [paint.Painter] on a canvas of gonum/plot, whose origin is at the bottom
// left.
type Canvas struct {
	vg.Canvas
	Drawing *layout.Drawing
	Theme   *theme.Theme
	Pixels  bool // the canvas is an image, whose page is filled already

	path   vg.Path // memory of the path that was made last
	styles paint.Styles
}

func (c *Canvas) at(p r2.Vec) vg.Point {
	return vg.Point{X: vg.Length(p.X), Y: vg.Length(c.Drawing.Height - p.Y)}
}

func (c *Canvas) Page() {
	if c.Pixels || c.Theme.Transparent {
		return
	}
	c.SetColor(theme.RGB(c.Theme.Page))
	w, h := vg.Length(c.Drawing.Width), vg.Length(c.Drawing.Height)
	c.Fill(vg.Rectangle{Max: vg.Point{X: w, Y: h}}.Path())
}

func (c *Canvas) Text(class paint.TextClass, t layout.Text) {
	if class == paint.GroupName {
		c.halo(t)
	}
	c.write(t, paint.TextColor(class, c.Theme))
}

// halo strokes the letters' outlines in the colour of the page.
func (c *Canvas) halo(t layout.Text) {
	c.SetColor(theme.RGB(c.Theme.Page))
	c.SetLineWidth(vg.Length(paint.HaloWidth * t.Size))
	c.SetLineDash(nil, 0)
	c.eachGlyph(t, func(g typeface.Glyph, at vg.Point) {
		c.Stroke(g.Outline(t.Size, at))
	})
}

// eachGlyph calls paint for each letter of a text, on a canvas that is turned as the text
// is.
func (c *Canvas) eachGlyph(t layout.Text, paint func(g typeface.Glyph, at vg.Point)) {
	for _, line := range t.Lines() {
		if line.Angle != 0 {
			c.Push()
			c.turn(line)
		}
		// Letter by letter, without kerning, which would join the digits of an ID.
		for _, g := range typeface.Of(line.Bold).Glyphs(line.String) {
			paint(g, c.at(r2.Vec{X: line.Left() + g.X*line.Size, Y: line.Baseline() + g.Y*line.Size}))
		}
		if line.Angle != 0 {
			c.Pop()
		}
	}
}

// turn turns the canvas about the middle of a text. On a canvas, angles grow
// counterclockwise.
func (c *Canvas) turn(t layout.Text) {
	m := c.at(t.Center)
	c.Translate(m)
	c.Rotate(-t.Angle * math.Pi / 180)
	c.Translate(vg.Point{X: -m.X, Y: -m.Y})
}

// A reader is a canvas whose text is read, searched and copied. Programs that do so join
// letters to a word only if its line is level, so it is told what the letters of others are.
type reader interface {
	BeginText(text string)
	EndText()
}

func (c *Canvas) write(t layout.Text, color string) {
	if t.String == "" {
		return
	}
	c.SetColor(theme.RGB(color))
	if p, ok := c.Canvas.(reader); ok && t.Angle != 0 {
		p.BeginText(t.String)
		defer p.EndText()
	}
	c.eachGlyph(t, func(g typeface.Glyph, at vg.Point) {
		if g.Rune == 0 {
			c.Fill(g.Outline(t.Size, at))
		} else {
			c.FillString(g.Font(t.Size), at, string(g.Rune))
		}
	})
}

func (c *Canvas) Edges(ctx context.Context, lines []*layout.Line, removed bool) {
	color, width := paint.EdgeStyle(c.Drawing, c.Theme)
	if removed {
		color = paint.RemovedEdge(c.Drawing, c.Theme)
		c.dash(diagram.Dashed)
	}
	c.SetColor(theme.RGB(color))
	c.SetLineWidth(vg.Length(width))
	c.each(ctx, len(lines), func(c *Canvas, i int) { c.Stroke(c.route(lines[i].Path)) })
	c.SetLineDash(nil, 0)
}

func (c *Canvas) Trunk(t *layout.Trunk) {
	color, width := paint.TrunkStyle(t, c.Theme)
	c.SetColor(theme.RGB(color))
	c.SetLineWidth(vg.Length(width))
	if t.Removed {
		c.dash(diagram.Dashed)
	}
	c.Stroke(c.route(t.Path))
	c.SetLineDash(nil, 0)
}

func (c *Canvas) TrunkGap(t *layout.Trunk) {
	if c.Theme.Transparent {
		return
	}
	_, width := paint.TrunkStyle(t, c.Theme)
	c.SetColor(theme.RGB(c.Theme.Page))
	c.SetLineWidth(vg.Length(width + 2*paint.TrunkGap))
	c.Stroke(c.route(t.Path))
}

// route returns the path of a line, until the next path is made.
func (c *Canvas) route(p []r2.Vec) vg.Path {
	path := c.path[:0]
	path.Move(c.at(p[0]))
	if len(p) == 2 {
		path.Line(c.at(p[1]))
	}
	for k := 1; k+2 < len(p); k += 3 {
		path.CubeTo(c.at(p[k]), c.at(p[k+1]), c.at(p[k+2]))
	}
	c.path = path
	return path
}

func (c *Canvas) Run(l *layout.Line, r *diagram.Run) {
	c.SetColor(theme.RGB(c.Theme.Runs[r.Outcome]))
	c.SetLineWidth(vg.Length(paint.RunWidth(c.Drawing, r.Outcome)))
	c.SetLineDash(lengths(paint.RunDashes(c.Drawing, r.Outcome)), 0)
	c.Stroke(c.route(l.Path))
	c.SetLineDash(nil, 0)
}

func (c *Canvas) Chip(chip *layout.Chip, _ []int) {
	fill, stroke, text := paint.ChipColors(chip, c.Theme)
	outline := c.rounded(chip.Center, chip.W, chip.H, paint.ChipCorner(chip))
	c.SetColor(theme.RGB(fill))
	c.Fill(outline)
	c.SetColor(theme.RGB(stroke))
	c.SetLineWidth(vg.Length(paint.RunWidth(c.Drawing, chip.Outcome)))
	c.SetLineDash(lengths(paint.RunDashes(c.Drawing, chip.Outcome)), 0)
	c.Stroke(outline)
	c.SetLineDash(nil, 0)
	c.mark(paint.ChipGlyph(chip), chip.Mark(), stroke)
	c.write(chip.Label(), text)
}

// lengths returns lengths in points as those of the canvas.
func lengths(points []float64) (all []vg.Length) {
	for _, l := range points {
		all = append(all, vg.Length(l))
	}
	return all
}

func (c *Canvas) Count(l *layout.Line) {
	w, h := paint.CountSize(*l.Count)
	field := c.rounded(l.Count.Center, w, h, h/2)
	c.SetColor(theme.RGB(c.Theme.Page))
	c.Fill(field)
	c.SetColor(theme.RGB(c.Theme.FaintEdge))
	c.SetLineWidth(0.5)
	c.Stroke(field)
	c.write(*l.Count, c.Theme.Title)
}

func (c *Canvas) Begin(string) {}
func (c *Canvas) End()         {}

func (c *Canvas) Area(h *layout.Area) {
	if h.Look == layout.Bare {
		return
	}
	outline := c.polygon(h.Path)
	if paint.Rectangular(h) {
		w, height := h.Path[2].X-h.Path[0].X, h.Path[2].Y-h.Path[0].Y
		outline = c.rounded(r2.Scale(0.5, r2.Add(h.Path[0], h.Path[2])), w, height, h.Corner)
	}
	fill, stroke, line := paint.AreaStyle(h, c.Theme)
	c.SetColor(theme.RGB(fill))
	c.Fill(outline)
	c.SetColor(theme.RGB(stroke))
	c.SetLineWidth(0.7)
	c.dash(line)
	c.Stroke(outline)
	c.SetLineDash(nil, 0)
}

func (c *Canvas) polygon(points []r2.Vec) vg.Path {
	var p vg.Path
	for i, at := range points {
		if i == 0 {
			p.Move(c.at(at))
		} else {
			p.Line(c.at(at))
		}
	}
	p.Close()
	return p
}

func (c *Canvas) Nodes(ctx context.Context) {
	d := c.Drawing
	c.each(ctx, len(d.Boxes), func(c *Canvas, i int) { c.Box(paint.NodeAppearance(d, i), &d.Boxes[i], i) })
}

// A divisible canvas lets several goroutines paint, each on a canvas of its own.
type divisible interface {
	Divide(ctx context.Context, n int, paint func(on vg.Canvas, from, to int))
}

// each calls paint for each number below n, on all processors if the canvas is divisible. It
// ends early with ctx.
func (c *Canvas) each(ctx context.Context, n int, paint func(c *Canvas, i int)) {
	all, ok := c.Canvas.(divisible)
	if !ok {
		for i := range interrupt.Range(ctx, n) {
			paint(c, i)
		}
		return
	}
	all.Divide(ctx, n, func(on vg.Canvas, from, to int) {
		part := &Canvas{Canvas: on, Drawing: c.Drawing, Theme: c.Theme, Pixels: c.Pixels}
		for i := from; i < to; i++ {
			paint(part, i)
		}
	})
}

func (c *Canvas) Box(appearance paint.Appearance, b *layout.Box, _ int) {
	colors := c.styles.Of(appearance, c.Theme)
	st := colors.Style
	if width := paint.Stroke(st, b); c.Pixels && appearance.Line == diagram.Solid {
		// In pixels, two filled shapes take half the time of a fill and a stroke.
		r := paint.Corner(b)
		c.SetColor(theme.RGB(st.Stroke))
		c.fillRounded(b.Center, b.W+width, b.H+width, r+width/2)
		c.SetColor(theme.RGB(st.Fill))
		c.fillRounded(b.Center, b.W-width, b.H-width, max(0, r-width/2))
	} else {
		outline := c.rounded(b.Center, b.W, b.H, paint.Corner(b))
		c.SetColor(theme.RGB(st.Fill))
		c.Fill(outline)
		c.SetColor(theme.RGB(st.Stroke))
		c.SetLineWidth(vg.Length(width))
		c.dash(appearance.Line)
		c.Stroke(outline)
		c.SetLineDash(nil, 0)
	}
	if colors.Level != "" {
		center, w, h, r := paint.LevelBox(b, paint.Stroke(st, b))
		c.SetColor(theme.RGB(colors.Level))
		c.fillRounded(center, w, h, r)
	}
	if b.Content != nil {
		c.content(appearance, b, st.Text)
	}
}

// content paints what is in a box, and what is written in a colour there.
func (c *Canvas) content(appearance paint.Appearance, b *layout.Box, text string) {
	c.mark(appearance.MarkGlyph(c.Theme, b.Mark()), b.Mark(), text)
	if g, m := appearance.BadgeGlyph(b); !g.Empty() {
		st, r := c.Theme.Badge(), b.Badge().R
		circle := c.rounded(b.Badge().Center, 2*r, 2*r, r)
		c.SetColor(theme.RGB(st.Fill))
		c.Fill(circle)
		c.SetColor(theme.RGB(st.Stroke))
		c.SetLineWidth(vg.Length(paint.BadgeStroke(b)))
		c.Stroke(circle)
		c.mark(g, m, st.Text)
	}
	if b.Beside() {
		c.write(b.Label(), c.Theme.Title)
	} else {
		c.write(b.Label(), text)
	}
	c.write(b.Detail(), text)
	c.bar(appearance, b.Bar())
}

// bar paints a bar of what is in use.
func (c *Canvas) bar(appearance paint.Appearance, b layout.Bar) {
	if b.W == 0 {
		return
	}
	used, rest := appearance.BarColors(c.Theme)
	c.SetColor(theme.RGB(rest))
	c.fillRounded(b.Center, b.W, b.H, 0)
	if center, w := paint.UsedPart(b); w > 0 {
		c.SetColor(theme.RGB(used))
		c.fillRounded(center, w, b.H, 0)
	}
}

// dash sets the dashes of an outline.
func (c *Canvas) dash(l diagram.LineStyle) {
	c.SetLineDash(lengths(paint.OutlineDashes(l)), 0)
}

func (c *Canvas) mark(g paint.Glyph, m layout.Mark, ink string) {
	if g.Empty() {
		return
	}
	c.SetColor(theme.RGB(ink))
	c.SetLineWidth(vg.Length(m.R * paint.MarkWidth))
	if g.Circle {
		c.Stroke(c.rounded(m.Center, 1.9*m.R, 1.9*m.R, 0.95*m.R))
	}
	for _, l := range g.Strokes {
		var path vg.Path
		path.Move(c.at(l[0]))
		path.Line(c.at(l[1]))
		c.Stroke(path)
	}
	if len(g.Filled) > 0 {
		c.Fill(c.polygon(g.Filled))
	}
}

// A rounder fills a rectangle with round corners faster than its path.
type rounder interface {
	FillRounded(center vg.Point, w, h, r vg.Length)
}

// fillRounded fills a rectangle with corners of radius r, as [Canvas.rounded] makes them.
func (c *Canvas) fillRounded(center r2.Vec, w, h, r float64) {
	if fast, ok := c.Canvas.(rounder); ok {
		fast.FillRounded(c.at(center), vg.Length(w), vg.Length(h), vg.Length(r))
		return
	}
	c.Fill(c.rounded(center, w, h, r))
}

// rounded returns a rectangle with corners of radius r, until the next path is made. If r
// is half of the height, the ends are half circles.
func (c *Canvas) rounded(center r2.Vec, w, h, r float64) vg.Path {
	m := c.at(center)
	x, y, radius := vg.Length(w/2-r), vg.Length(h/2-r), vg.Length(r)
	p := c.path[:0]
	if y <= 0.001 { // two half circles
		p.Move(vg.Point{X: m.X + x, Y: m.Y - radius})
		p.Arc(vg.Point{X: m.X + x, Y: m.Y}, radius, -math.Pi/2, math.Pi)
		p.Line(vg.Point{X: m.X - x, Y: m.Y + radius})
		p.Arc(vg.Point{X: m.X - x, Y: m.Y}, radius, math.Pi/2, math.Pi)
		p.Close()
		c.path = p
		return p
	}
	p.Move(vg.Point{X: m.X + x, Y: m.Y - y - radius})
	for i, at := range []vg.Point{{X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x, Y: -y}} {
		start := float64(i-1) * math.Pi / 2
		o := vg.Point{X: m.X + at.X, Y: m.Y + at.Y}
		p.Line(vg.Point{X: o.X + radius*vg.Length(math.Cos(start)), Y: o.Y + radius*vg.Length(math.Sin(start))})
		p.Arc(o, radius, start, math.Pi/2)
	}
	p.Close()
	c.path = p
	return p
}
