package plots

// This file paints a chart on a canvas of gonum/plot.

import (
	"context"
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/gonum/spatial/r2"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

// A painter paints a chart. Its places are in points from the top left.
type painter struct {
	ctx context.Context
	*Chart
	*place
	to          vg.Canvas
	light, dark *theme.Theme // dark is nil if the theme is fixed
}

// paint paints the chart.
func (p *painter) paint() error {
	if !p.light.Transparent {
		p.rect(0, 0, p.width, p.place.height, p.ink(func(t *theme.Theme) string { return t.Page }))
	}
	title, dim := p.ink(func(t *theme.Theme) string { return t.Title }), p.ink(func(t *theme.Theme) string { return t.Subtitle })
	y := margin
	for _, line := range p.title {
		p.text(line, titleSize, true, margin, y+titleSize/2, title)
		y += titleSize * leading
	}
	for _, line := range p.subtitle {
		p.text(line, subtitleSize, false, margin, y+subtitleSize/2, dim)
		y += subtitleSize * leading
	}
	p.paintKey(title)
	switch {
	case p.samples != nil:
		p.paintTimeline(title, dim)
	case p.heat != nil:
		p.paintHeat(title, dim)
	case len(p.bars) > 0:
		p.paintPlot(title, dim)
	}
	return p.ctx.Err()
}

// paintKey says what the colours stand for.
func (p *painter) paintKey(title svg.Ink) {
	for _, k := range p.place.key {
		p.part(k.x, k.y-textSize/2, sampleWidth, textSize, part{look: k.look})
		p.text(lookNames[k.look], textSize, false, k.x+sampleWidth+gap/2, k.y, title)
	}
}

// paintPlot paints bars with their axis, as a plot of gonum/plot.
func (p *painter) paintPlot(title, dim svg.Ink) {
	pl := plot.New()
	pl.BackgroundColor = nil
	pl.TextHandler = letters{p}
	most, left, right := p.most(), margin, margin
	var along *plot.Axis // of the amounts
	if p.stands() {
		pl.HideX()
		pl.X.Padding, pl.X.Min, pl.X.Max = 0, 0, float64(len(p.bars))
		along = &pl.Y
		p.style(along, dim, most, p.place.upright, true)
	} else {
		if p.beside {
			left += p.nameW + gap
			right = p.width - left - p.plotW
		}
		if p.timed { // half a label stands out at either end
			left, right = max(left, leastTick/2), max(right, leastTick/2)
		}
		pl.HideY()
		pl.Y.Padding, pl.Y.Min, pl.Y.Max = 0, 0, 1
		along = &pl.X
		if length := p.width - left - right; p.timed {
			p.styleTime(along, dim, p.since, p.until, length, func(t time.Time) float64 { return t.Sub(p.since).Seconds() })
		} else {
			p.style(along, dim, most, length, false)
			along.Label.Text = p.axisName()
		}
	}
	pl.Add(bars{p, title, dim})
	pl.Draw(draw.Canvas{Canvas: p.to, Rectangle: vg.Rectangle{
		Min: vg.Point{X: vg.Length(left), Y: vg.Length(p.place.height - p.bottom)},
		Max: vg.Point{X: vg.Length(p.width - right), Y: vg.Length(p.place.height - p.top)},
	}})
}

// axisName returns the unit of the numbers at the axis, unless they have it.
func (p *painter) axisName() string {
	if p.axis != "" || p.binary {
		return p.axis
	}
	_, unit, _ := strings.Cut(p.unit(2), " ")
	return unit
}

// tickGap is between a tick of a horizontal axis and its label, in points. gonum/plot has none.
const tickGap = 2

// axisLook sets how an axis looks.
func (p *painter) axisLook(a *plot.Axis, dim svg.Ink, vertical bool) {
	style := text.Style{
		Color: dim, Handler: letters{p}, XAlign: draw.XCenter, YAlign: draw.YTop,
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize},
	}
	a.Label.TextStyle = style
	a.Label.TextStyle.YAlign = draw.YBottom
	a.Label.Padding = 2 + tickGap
	a.Tick.Label, a.Tick.Length, a.Tick.Width, a.Width = style, 3, 0.5, 0.7
	if vertical {
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = draw.XRight, draw.YCenter
	}
	a.Color, a.Tick.Color, a.Padding = dim, dim, 0
}

// style sets how an axis of amounts looks, and its round ticks, for a length in points.
func (p *painter) style(a *plot.Axis, dim svg.Ink, most, length float64, vertical bool) {
	p.axisLook(a, dim, vertical)
	a.Min = 0
	step := roundStep(most/8, p.binary, p.whole)
	for !p.ticksFit(step, most, length, vertical) {
		step = roundStep(step*1.5, p.binary, p.whole)
	}
	var ticks []plot.Tick
	for k := range lastTick(step, most) + 1 {
		a.Max = float64(k) * step
		ticks = append(ticks, plot.Tick{Value: a.Max, Label: p.tick(a.Max, step)})
	}
	if a.Max == 0 {
		a.Max = step
	}
	a.Tick.Marker = plot.ConstantTicks(ticks)
}

// lastTick returns how many steps the last tick is from zero: the first that is not below the most.
func lastTick(step, most float64) int {
	return max(0, int(math.Ceil(most*(1-1e-9)/step)))
}

// ticksFit reports whether ticks leave each other room on an axis of a length in points. One
// step always fits.
func (p *painter) ticksFit(step, most, length float64, vertical bool) bool {
	n := lastTick(step, most)
	if n <= 1 {
		return true
	}
	if vertical {
		return 2*textSize*float64(n) <= length
	}
	widest := 0.0
	for k := range n + 1 {
		widest = max(widest, width(p.tick(float64(k)*step, step), false))
	}
	return (widest+gap)*float64(n) <= length-widest/2 // the last text ends where the axis would
}

// tick returns the text of a tick: an amount, with its unit if that is not the name of the
// axis. All but zero have the unit of a step. A long number is written as 5e7, so that it
// leaves room for the plot.
func (p *painter) tick(x, step float64) string {
	s := p.unit(x)
	if p.binary && x > 0 {
		unit := 1.0
		for 1024*unit <= step && unit < 1<<60 {
			unit *= 1024
		}
		return plainNumber(x/unit) + " " + unitOf(p.unit(unit))
	}
	if p.binary {
		return s
	}
	if x >= 1e7 {
		return strings.NewReplacer("e+0", "e", "e+", "e").Replace(strconv.FormatFloat(x, 'g', 3, 64))
	}
	number, _, _ := strings.Cut(s, " ")
	return number
}

// bars is a [plot.Plotter] of bars with their names.
type bars struct {
	*painter
	title, dim svg.Ink
}

// Plot paints the bars: from zero, and with a grid behind them.
func (b bars) Plot(c draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&c)
	if b.stands() {
		b.grid(c, pl, y)
		b.upright(c, y)
		return
	}
	if b.timed {
		b.bands()
	}
	grid := b.ink(func(t *theme.Theme) string { return t.FaintEdge })
	for _, t := range pl.X.Tick.Marker.Ticks(pl.X.Min, pl.X.Max) {
		at := float64(x(t.Value))
		b.line(at, b.top, at, b.place.height-float64(c.Min.Y), grid)
		if b.timed { // rows may be far from the axis
			b.text(t.Label, textSize, false, at-width(t.Label, false)/2, b.top-textSize*leading/2-2, b.dim)
		}
	}
	for i := range interrupt.Range(b.ctx, len(b.bars)) {
		b.row(&b.Chart.bars[i], &b.rows[i], x, float64(c.Max.X))
	}
}

// grid paints a line at each tick of a vertical axis.
func (p *painter) grid(c draw.Canvas, pl *plot.Plot, y func(float64) vg.Length) {
	ink := p.ink(func(t *theme.Theme) string { return t.FaintEdge })
	for _, t := range pl.Y.Tick.Marker.Ticks(pl.Y.Min, pl.Y.Max) {
		at := p.place.height - float64(y(t.Value))
		p.line(float64(c.Min.X), at, float64(c.Max.X), at, ink)
	}
}

// bands paints the ground of every other row, along which the eye finds the name of a bar.
func (b bars) bands() {
	ink, y := b.ink(func(t *theme.Theme) string { return t.Area }), b.top
	for i := range b.rows {
		if i%2 == 0 {
			b.rect(margin/2, y, b.width-margin, b.rows[i].height, ink)
		}
		y += b.rows[i].height
	}
}

// leastSpan is the least width of a span of time, so that it is seen, in points.
const leastSpan = 1.0

// row paints a bar with its name and what stands at its end, on a plot that ends at some place.
func (b bars) row(bar *bar, r *placedRow, x func(float64) vg.Length, most float64) {
	from, total := 0.0, bar.total()
	for _, part := range bar.parts {
		left, right := float64(x(from)), float64(x(from+part.amount))
		if b.timed {
			left = min(left, most-leastSpan)
			right = max(right, left+leastSpan)
		}
		b.part(left, r.bar, right-left, barHeight, part)
		from += part.amount
	}
	for _, at := range bar.marks {
		b.part(float64(x(at))-sampleWidth/2, r.bar, sampleWidth, barHeight, part{look: lookMark})
	}
	b.lines(r.name, margin, r.nameY, b.title)
	end := margin
	switch {
	case b.beside && r.below:
		end = float64(x(0))
	case b.beside:
		end = float64(x(total)) + gap/2
	}
	b.lines(r.end, end, r.endY, b.dim)
}

// upright paints bars that stand, with their names below and their counts above them.
func (b bars) upright(c draw.Canvas, y func(float64) vg.Length) {
	zero := b.place.height - float64(y(0))
	slot := float64(c.Max.X-c.Min.X) / float64(len(b.bars))
	for i := range b.bars {
		bar := &b.Chart.bars[i]
		left, top := float64(c.Min.X)+(float64(i)+0.1)*slot, b.place.height-float64(y(bar.total()))
		middle := left + 0.4*slot
		for _, part := range bar.parts {
			if part.amount > 0 {
				b.part(left, top, 0.8*slot, zero-top, part)
			}
		}
		b.text(bar.name, textSize, false, middle-width(bar.name, false)/2, zero+textSize, b.title)
		b.lines([]string{bar.end}, middle-width(bar.end, false)/2, top-textSize*0.8, b.dim)
	}
}

// colors are the colours of a part of a bar, and the dashes of its outline.
type colors struct {
	fill, stroke func(*theme.Theme) string
	dashes       []vg.Length
}

// colorsOf returns the colours of a part.
func colorsOf(of part) colors {
	amount := func(fromEnd int) func(*theme.Theme) string {
		return func(t *theme.Theme) string { return t.Amounts[len(t.Amounts)-fromEnd] }
	}
	class := of.class
	switch of.look {
	case lookUsed:
		return colors{fill: amount(2), stroke: amount(1)}
	case lookFree:
		return colors{fill: func(t *theme.Theme) string { return t.Amounts[1] }, stroke: amount(1)}
	case lookUnknown:
		return colors{func(t *theme.Theme) string { return t.Unknown }, func(t *theme.Theme) string { return t.Subtitle }, []vg.Length{2.5, 1.5}}
	case lookAwaiting:
		class = diagram.ClassAwaiting
	case lookAway:
		class = diagram.ClassDisconnected
	case lookMark:
		class = diagram.ClassChanged
	}
	if class == 0 {
		class = diagram.ClassCompute
	}
	return colors{
		fill:   func(t *theme.Theme) string { return t.Classes[class].Fill },
		stroke: func(t *theme.Theme) string { return t.Classes[class].Stroke },
	}
}

// part paints a part of a bar: a line where a node is away, and a small box in its middle for
// a mark.
func (p *painter) part(x, y, w, h float64, of part) {
	ink := colorsOf(of)
	switch of.look {
	case lookGap:
		return
	case lookAway:
		p.to.SetLineDash([]vg.Length{2, 2}, 0)
		p.line(x, y+h/2, x+w, y+h/2, p.ink(ink.stroke))
		p.to.SetLineDash(nil, 0)
		return
	case lookMark:
		x, y, w, h = x+w/2-1.5, y-1.5, 3, h+3
	}
	if whole, ok := p.to.(*svg.Canvas); ok {
		whole.Hint = of.hint
	}
	p.rect(x, y, w, h, p.ink(ink.fill))
	p.to.SetColor(p.ink(ink.stroke))
	p.to.SetLineWidth(0.7)
	p.to.SetLineDash(ink.dashes, 0)
	const inside = 0.35
	if w > 2*inside && h > 2*inside {
		p.to.Stroke(p.box(x+inside, y+inside, w-2*inside, h-2*inside))
	}
	p.to.SetLineDash(nil, 0)
}

// ink returns the colour that the theme has for something.
func (p *painter) ink(of func(*theme.Theme) string) svg.Ink {
	light := of(p.light)
	dark := light
	if p.dark != nil {
		dark = of(p.dark)
	}
	return svg.Ink{Color: theme.RGB(light), Light: light, Dark: dark}
}

func (p *painter) box(x, y, w, h float64) vg.Path {
	h0 := p.place.height
	return vg.Rectangle{
		Min: vg.Point{X: vg.Length(x), Y: vg.Length(h0 - y - h)}, Max: vg.Point{X: vg.Length(x + w), Y: vg.Length(h0 - y)},
	}.Path()
}

func (p *painter) rect(x, y, w, h float64, ink color.Color) {
	if w <= 0 || h <= 0 {
		return
	}
	p.to.SetColor(ink)
	p.to.Fill(p.box(x, y, w, h))
}

func (p *painter) line(x0, y0, x1, y1 float64, ink color.Color) {
	var path vg.Path
	path.Move(vg.Point{X: vg.Length(x0), Y: vg.Length(p.place.height - y0)})
	path.Line(vg.Point{X: vg.Length(x1), Y: vg.Length(p.place.height - y1)})
	p.to.SetColor(ink)
	p.to.SetLineWidth(0.5)
	p.to.Stroke(path)
}

// lines writes lines one below the other, the middle of the first at y.
func (p *painter) lines(all []string, x, y float64, ink color.Color) {
	for _, s := range all {
		p.hide(s, x, y)
		p.text(s, textSize, false, x, y, ink)
		y += textSize * leading
	}
}

// hide paints the page behind a text, so that no line of the grid passes it.
func (p *painter) hide(s string, x, y float64) {
	if !p.light.Transparent && p.heat == nil && !p.timed && s != "" {
		p.rect(x-1, y-textSize*0.6, width(s, false)+2, textSize*1.2, p.ink(func(t *theme.Theme) string { return t.Page }))
	}
}

// text writes a line that begins at x, with its middle at y.
func (p *painter) text(s string, size float64, bold bool, x, y float64, ink color.Color) {
	w := typeface.Of(bold).Width(s, size)
	t := layout.Text{String: s, Center: r2.Vec{X: x + w/2, Y: y}, Width: w, Size: size, Bold: bold}
	if s == "" {
		return
	}
	p.to.SetColor(ink)
	if whole, ok := p.to.(*svg.Canvas); ok {
		whole.WriteText(t)
		return
	}
	for _, g := range typeface.Of(bold).Glyphs(s) {
		at := vg.Point{X: vg.Length(x + g.X*size), Y: vg.Length(p.place.height - t.Baseline() - g.Y*size)}
		if g.Rune == 0 {
			p.to.Fill(g.Outline(size, at))
		} else {
			p.to.FillString(g.Font(size), at, string(g.Rune))
		}
	}
}

// letters is a [text.Handler] that measures and writes as all pictures do.
type letters struct{ *painter }

func (letters) Cache() *font.Cache { return nil }

func (letters) Extents(f font.Font) font.Extents {
	return font.Extents{Ascent: f.Size * typeface.CapHeight, Descent: 0.2 * f.Size, Height: 1.15 * f.Size}
}

func (letters) Lines(s string) []string { return []string{s} }

func (letters) Box(s string, f font.Font) (width, height, depth vg.Length) {
	w := typeface.Of(f.Weight == xfont.WeightBold).Width(s, float64(f.Size))
	return vg.Length(w), f.Size * typeface.CapHeight, 0.2 * f.Size
}

// Draw writes a text of gonum/plot, whose places are from the bottom left. The canvas that it
// gets is a part of that of the painter.
func (h letters) Draw(_ vg.Canvas, s string, style text.Style, at vg.Point) {
	w, height, depth := h.Box(s, style.Font)
	left, middle := at.X+w*vg.Length(style.XAlign), at.Y+(height+depth)*vg.Length(style.YAlign)+height/2
	if style.YAlign == draw.YTop { // of a horizontal axis
		middle -= tickGap
	}
	h.text(s, float64(style.Font.Size), false, float64(left), h.place.height-float64(middle), style.Color)
}
