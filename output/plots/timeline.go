package plots

// This file draws how the figures of a network went: lines over time, the changes marked.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

// A Sample is the figures of a network from a time on, and what changed then, or since the sample
// before.
type Sample struct {
	At time.Time
	capacity.Sum
	Joined, Left, Changed int

	// Missing is how many fewer nodes than now were connected at the worst time since the sample
	// before; 0 if there was none that was worse.
	Missing int
}

func (s *Sample) changes() int { return s.Joined + s.Left + s.Changed }

// Timeline returns a chart of samples, the oldest first: nodes that are connected, and what is
// in use of a resource. The options are those of [New]; a kind has no effect. It returns an
// error if there are no samples, or no room.
func Timeline(samples []Sample, opt Options) (*Chart, error) {
	opt.Width = cmp.Or(opt.Width, DefaultWidth)
	if err := CheckSize(opt.Width, opt.Height); err != nil {
		return nil, err
	}
	if len(samples) == 0 {
		return nil, fmt.Errorf("there is no moment to show")
	}
	r := opt.Resource
	c := &Chart{Kind: TimelineKind, width: opt.Width, height: opt.Height, samples: samples, resource: r, upright: true, whole: true, unit: plainNumber}
	c.Title = display.Printable(cmp.Or(opt.Title, "Nodes and "+r.Title()+" over time"))
	changes, times := 0, 0
	least, dip := math.MaxInt, math.MaxInt
	c.head = []string{"at", "nodes", "connected", "joined", "left", "changed"}
	for _, what := range []string{"total", "used", "free", "unknown"} {
		c.head = append(c.head, r.String()+"_"+what)
	}
	layout := rowTimes(samples)
	for i := range samples {
		s := &samples[i]
		changes, times = changes+s.changes(), times+min(s.changes(), 1)
		least, dip = min(least, s.Connected), min(dip, s.Connected-s.Missing)
		a := s.Of(r).Amount()
		at := s.At.UTC().Format(time.RFC3339)
		c.cells = append(c.cells, append([]any{at, s.Nodes, s.Connected, s.Joined, s.Left, s.Changed}, capacity.Plain(a)...))
		said := fmt.Sprintf("%d of %s connected, %s", s.Connected, display.Count(s.Nodes, "node"), useText(r, s.Of(r)))
		name := s.At.UTC().Format(layout)
		c.bars = append(c.bars, bar{name: name, parts: []part{{amount: float64(s.Connected), look: lookCount}}, end: said})
		c.shown = append(c.shown, []string{name, said})
	}
	if opt.Merged {
		times = changes
	}
	c.Subtitle = display.Printable(timeText(samples) + " · " + display.Count(changes, "change") + atTimes(changes, times) + conditions(opt.Part))
	c.Description = c.Title + ". " + c.Subtitle + ". At first " + c.shown[0][1] + "; at last " + c.shown[len(c.shown)-1][1] + "."
	if dip < least {
		c.Description += fmt.Sprintf(" In between, for a time, %d connected.", dip)
	}
	if needs := c.place().height; opt.Height > 0 && needs > opt.Height {
		return nil, noRoom(needs, opt.Height)
	}
	return c, nil
}

// rowTimes returns the layout of the times of rows: with seconds if they tell two rows of one
// minute apart.
func rowTimes(samples []Sample) string {
	for i := range samples[1:] {
		a, b := samples[i].At.Unix(), samples[i+1].At.Unix()
		if a != b && a/60 == b/60 {
			return time.DateTime
		}
	}
	return dayTime
}

// atTimes says at how many times changes were, if some were at once.
func atTimes(changes, times int) string {
	if changes == times {
		return ""
	}
	return " at " + display.Count(times, "time")
}

// timeText says over which time samples are.
func timeText(samples []Sample) string {
	first, last := samples[0].At.UTC(), samples[len(samples)-1].At.UTC()
	switch {
	case len(samples) == 1:
		return first.Format(dayTime) + " (UTC)"
	case isOneTime(first, last):
		return fmt.Sprintf("%s, all of one time, %s (UTC)", display.Count(len(samples), "moment"), first.Format(dayTime))
	case last.Sub(first) < time.Minute:
		return fmt.Sprintf("%s to %s (UTC)", first.Format(time.DateTime), last.Format(time.DateTime))
	}
	return fmt.Sprintf("%s to %s (UTC)", first.Format(dayTime), last.Format(dayTime))
}

// isOneTime reports whether two times are too close to each other for an axis between them.
func isOneTime(from, to time.Time) bool { return to.Sub(from) < time.Second }

// axisSeconds returns where on the axis a time is, in seconds.
func axisSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// TimelineKind is the kind of chart that [Timeline] makes.
const TimelineKind = "timeline"

func plainNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// A series is a line over time, whose values are NaN where they are not known.
type series struct {
	name   string
	values []float64
	all    bool // of what there is, and not of what is in use: it is dashed
}

// color returns the colour of the line, on which its name can be read as well.
func (s *series) color(t *theme.Theme) string {
	if s.all {
		return t.Subtitle
	}
	return t.Runs[diagram.RunRunning]
}

// A panel is one of the two plots of a timeline, which have one axis of time.
type panel struct {
	*painter
	heading string
	all     []series
	marks   bool // of changes
	dim     svg.Ink
	plot    *plot.Plot
}

// panels returns the plots of a timeline: of nodes, and of a resource.
func (p *painter) panels(dim svg.Ink) [2]panel {
	nodes := []series{{"in all", nil, true}, {"connected", nil, false}}
	load := []series{{"in all", nil, true}, {"in use", nil, false}}
	known := false
	for i := range p.samples {
		s := &p.samples[i]
		f := s.Of(p.resource)
		nodes[0].values, nodes[1].values = append(nodes[0].values, float64(s.Nodes)), append(nodes[1].values, float64(s.Connected))
		total, used := math.NaN(), math.NaN()
		if f.Told {
			total = f.Total
		}
		if f.Known {
			used, known = f.Used, true
		}
		load[0].values, load[1].values = append(load[0].values, total), append(load[1].values, used)
	}
	of, c := *p, *p.Chart
	c.unit, c.binary, c.whole = p.resource.Text, p.resource == capacity.Memory || p.resource == capacity.Disk, p.resource == capacity.GPU
	of.Chart = &c
	heading := upper(p.resource.Title())
	if unit := of.axisName(); unit != "" && unit != heading {
		heading += ", " + unit
	}
	if !known {
		heading += " (use not known)"
	}
	counted := "Compute nodes"
	switch {
	case slices.ContainsFunc(p.samples, func(s Sample) bool { return s.Missing > 0 }):
		counted += ", changes and dips marked"
	case slices.ContainsFunc(p.samples, func(s Sample) bool { return s.changes() > 0 }):
		counted += ", changes marked"
	}
	return [2]panel{{p, counted, nodes, true, dim, nil}, {&of, heading, load, false, dim, nil}}
}

// paintTimeline paints the panels one below the other, their axes in line.
func (p *painter) paintTimeline(title, dim svg.Ink) {
	room, numbers := 0.0, [2]float64{}
	all := p.panels(dim)
	const between, head = 16.0, textSize*leading + 6
	h := (p.bottom-p.top-between)/2 - head
	for i := range all {
		for _, s := range all[i].all {
			room = max(room, width(s.name, false))
		}
		all[i].plot, numbers[i] = all[i].axes(h)
	}
	widest := max(numbers[0], numbers[1])
	length := p.width - 2*margin - widest - room - gap
	for i := range all {
		p.styleTime(&all[i].plot.X, dim, p.samples[0].At, p.samples[len(p.samples)-1].At, length, axisSeconds)
		all[i].plot.X.Max = p.axisEnd()
		top := p.top + float64(i)*(h+between+head)
		all[i].plot.X.Padding = 6 // so that the lowest number has a line of its own
		p.text(all[i].heading, textSize, true, margin, top+textSize*leading/2, title)
		all[i].plot.Draw(draw.Canvas{Canvas: p.to, Rectangle: vg.Rectangle{
			Min: vg.Point{X: vg.Length(margin + widest - numbers[i]), Y: vg.Length(p.place.height - top - head - h)},
			Max: vg.Point{X: vg.Length(p.width - margin - room - gap), Y: vg.Length(p.place.height - top - head)},
		}})
	}
}

// axes returns the plot of a panel of a height, and the width of the numbers at its axis.
func (b panel) axes(height float64) (pl *plot.Plot, numbers float64) {
	pl = plot.New()
	pl.BackgroundColor, pl.TextHandler = nil, letters{b.painter}
	most := 0.0
	for _, s := range b.all {
		for _, v := range s.values {
			if v > most {
				most = v
			}
		}
	}
	b.style(&pl.Y, b.dim, most, height-20, true)
	for _, t := range pl.Y.Tick.Marker.Ticks(pl.Y.Min, pl.Y.Max) {
		numbers = max(numbers, width(t.Label, false))
	}
	pl.Add(b)
	return pl, numbers
}

// styleTime sets the look of an axis of time of so many points, and its ticks at round
// times. A function says where on the axis a time is.
func (p *painter) styleTime(a *plot.Axis, dim svg.Ink, from, to time.Time, length float64, at func(time.Time) float64) {
	p.axisLook(a, dim, false)
	if isOneTime(from, to) {
		middle := at(from)
		a.Min, a.Max = middle-1, middle+1
		a.Tick.Marker = plot.ConstantTicks{{Value: middle, Label: from.UTC().Format(dayTime)}}
		return
	}
	a.Min, a.Max = at(from), at(to)
	round := ticks(from, to, int(length/goodTick))
	if len(round) < 3 {
		round = ticks(from, to, int(length/leastTick))
	}
	if len(round) < 2 && length >= leastTick {
		round = ends(from, to)
	}
	var marks []plot.Tick
	for _, t := range round {
		marks = append(marks, plot.Tick{Value: at(t.at), Label: t.text})
	}
	a.Tick.Marker = plot.ConstantTicks(marks)
}

// axisEnd returns where the axis of a timeline ends: some time after the newest sample, so
// that its values can be seen.
func (c *Chart) axisEnd() float64 {
	from, to := c.samples[0].At, c.samples[len(c.samples)-1].At
	if isOneTime(from, to) {
		return axisSeconds(from) + 1
	}
	return axisSeconds(to) + to.Sub(from).Seconds()/50
}

// goodTick is the distance of two round times at which an axis looks calm, and leastTick the
// least, in points: no label is as wide.
const goodTick, leastTick = 76.0, 54.0

// Plot implements [plot.Plotter]: the grid, the lines in steps, the marks of changes and the
// names of the lines.
func (b panel) Plot(c draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&c)
	b.grid(c, pl, y)
	for i := range b.samples {
		if b.marks {
			at := &b.samples[i]
			b.mark(at, float64(x(axisSeconds(at.At))), func(v float64) float64 { return b.place.height - float64(y(v)) })
		}
	}
	b.names(c, pl, y)
}

// mark paints the marks of a sample: a dip as a line down to the fewest nodes, and a change as one at
// the axis. A function says how far down the page a number of nodes is.
func (b panel) mark(s *Sample, x float64, down func(float64) float64) {
	if s.Missing > 0 {
		b.line(x, down(float64(s.Connected)), x, down(float64(s.Connected-s.Missing)), b.ink(b.all[1].color))
	}
	if s.changes() > 0 {
		b.line(x, down(0)-6, x, down(0), b.ink(func(t *theme.Theme) string { return t.Title }))
	}
}

// names paints the lines, and their names at their ends, which may be before the edge: the
// first is the highest, and none lies on another, on the heading or on the texts below the axis.
func (b panel) names(c draw.Canvas, pl *plot.Plot, y func(float64) vg.Length) {
	type name struct {
		text  string
		x, at float64
		ink   svg.Ink
	}
	var all []name
	for _, s := range b.all {
		ink := b.ink(s.color)
		end, known := b.steps(c, pl, s, ink)
		if !known {
			continue
		}
		left := float64(c.Max.X) + gap
		if x, _ := pl.Transforms(&c); end.X < axisSeconds(b.samples[len(b.samples)-1].At) {
			left = min(float64(x(end.X))+gap/2, left-gap-width(s.name, false))
		}
		all = append(all, name{s.name, left, b.place.height - float64(y(end.Y)), ink})
	}
	limit := b.place.height - float64(c.Min.Y) - textSize/2
	for i := len(all) - 1; i >= 0; i-- {
		all[i].at = min(all[i].at, limit)
		limit = all[i].at - textSize*leading
	}
	limit = b.place.height - float64(c.Max.Y)
	for i := range all { // the plot is higher than all names together
		all[i].at = max(all[i].at, limit)
		limit = all[i].at + textSize*leading
		b.text(all[i].text, textSize, false, all[i].x, all[i].at, all[i].ink)
	}
}

// steps paints a line, which has gaps where a value is not known, and returns its end.
func (b panel) steps(c draw.Canvas, pl *plot.Plot, s series, ink svg.Ink) (end plotter.XY, known bool) {
	var run plotter.XYs
	flush := func() {
		if len(run) > 0 {
			b.run(c, pl, run, s.all, ink)
			end, known = run[len(run)-1], true
		}
		run = nil
	}
	for i, v := range s.values {
		at := axisSeconds(b.samples[i].At)
		if math.IsNaN(v) {
			if len(run) > 0 {
				run = append(run, plotter.XY{X: at, Y: run[len(run)-1].Y})
			}
			flush()
			continue
		}
		run = append(run, plotter.XY{X: at, Y: v})
	}
	if n := len(run); n > 0 { // the newest
		run = append(run, plotter.XY{X: b.axisEnd(), Y: run[n-1].Y})
	}
	flush()
	return end, known
}

// run paints a part of a line without a gap. One that is too short to be seen is a dot at its
// last value.
func (b panel) run(c draw.Canvas, pl *plot.Plot, run plotter.XYs, all bool, ink svg.Ink) {
	x, y := pl.Transforms(&c)
	end := run[len(run)-1]
	oneTime := isOneTime(b.samples[0].At, b.samples[len(b.samples)-1].At)
	if oneTime || x(end.X)-x(run[0].X) < 1 {
		if oneTime {
			end.X = run[0].X
		}
		c.SetColor(ink)
		c.Fill(dot(x(end.X), y(end.Y)))
		return
	}
	l := &plotter.Line{XYs: run, StepStyle: plotter.PostStep, LineStyle: draw.LineStyle{Color: ink, Width: 1.6}}
	if all {
		l.Width, l.Dashes = 1, []vg.Length{4, 2}
	}
	l.Plot(c, pl)
}

// dot returns a circle around a point, of straight lines as a canvas takes them.
func dot(x, y vg.Length) (p vg.Path) {
	const radius, corners = 2.5, 16
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		p.Line(vg.Point{X: x + radius*vg.Length(cos), Y: y + radius*vg.Length(sin)})
	}
	p[0].Type = vg.MoveComp
	p.Close()
	return p
}
