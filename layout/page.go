package layout

// This file places the title, the subtitle, the notes and the legend around the plot.

import (
	"math"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
)

// An Entry of the legend is a swatch with its name beside it. What it explains is in
// the legend of the diagram, at the same index.
type Entry struct {
	Swatch Box
	Name   Text
}

const (
	margin       = 20.0
	titleSize    = 17.0
	subtitleSize = 10.5
	legendSize   = 9.0
)

// A plot is the rectangle that boxes may fill, in points.
type plot struct{ x, y, w, h float64 }

// size returns how large the plot is by its area, which is 1 on the default canvas: a narrow
// one has room below.
func (p plot) size() float64 { return math.Sqrt(p.w * p.h / (824 * 450)) }

// A page is what is around the plot of a drawing.
type page struct {
	plot plot
	unit float64 // 1 on the default canvas; the frame's texts grow with larger ones
}

// unitOf returns the factor of the frame's texts on the canvas of a drawing: one four times
// as large reads at twice the size.
func unitOf(d *Drawing) float64 {
	unit := min(d.Width/864, d.Height/576)
	return max(0.5, min(unit, 1+(unit-1)/4))
}

// newPage places the title, the subtitle, the notes and the legend of a drawing. The rest
// of the canvas is the plot.
func newPage(d *Drawing) *page {
	unit := unitOf(d)
	p := &page{unit: unit}
	m, width := margin*unit, d.Width-2*margin*unit

	y := m
	line := func(s string, size float64, face typeface.Face) Text {
		t := fitText(display.Printable(s), size*unit, face, width)
		t = t.startAt(m, y+t.Size*0.6)
		y += t.Size * 1.35
		return t
	}
	d.Title = line(d.Diagram.Title, titleSize, typeface.Bold)
	subtitle := display.Printable(d.Diagram.Subtitle)
	if short := d.Diagram.ShortSubtitle; short != "" && typeface.Regular.Width(subtitle, subtitleSize*unit) > width {
		subtitle = short
	}
	d.Subtitle = line(subtitle, subtitleSize, typeface.Regular)
	for _, note := range d.Diagram.Notes {
		d.Notes = append(d.Notes, line(note, subtitleSize, typeface.Regular))
	}
	top := y + 8*unit

	bottom := p.legend(d, m, width, d.Height*(1-leastPlot)-top)
	p.plot = plot{m, top, width, max(bottom-top, d.Height/8)} // many notes may leave less than nothing
	return p
}

// leastPlot is the part of the canvas's height that a legend leaves to the plot: on a tiny
// canvas its last entries are left out.
const leastPlot = 1. / 3

// legend places the entries in lines at the foot of the canvas, in a height that includes
// the margins, and returns the y at which the plot must end. It leaves entries for which
// there is no line out of the diagram.
func (p *page) legend(d *Drawing, x, width, height float64) float64 {
	size, swatch := legendSize*p.unit, legendSize*1.2*p.unit
	rowHeight := size * 1.9
	most := int(max(0, height-(margin+6)*p.unit) / rowHeight)
	rows, cursor := 0, 0.0
	d.Legend = make([]Entry, len(d.Diagram.Legend))
	row := make([]int, len(d.Legend)) // of each entry
	for i := range d.Legend {
		name := fitText(d.Diagram.Legend[i].Name, size, typeface.Regular, labelWidths[0]*p.unit*1.4)
		b := Box{W: swatch * 1.6, H: swatch, Shape: Pill}
		if d.Diagram.Legend[i].Kind == diagram.RunEntry {
			b.W = swatch * 2.6 // to show its dashes
		}
		w := b.W + size*0.6 + name.Width
		if rows == 0 || cursor+w > width {
			if rows == most {
				d.cutLegend(i)
				break
			}
			rows, cursor = rows+1, 0
		}
		b.Center.X = round(x + cursor + b.W/2)
		name = name.startAt(x+cursor+b.W+size*0.6, 0)
		d.Legend[i], row[i] = Entry{b, name}, rows-1
		cursor += w + size*2
	}
	top := d.Height - margin*p.unit - float64(rows)*rowHeight
	for i := range d.Legend {
		e := &d.Legend[i]
		y := round(top + (float64(row[i])+0.6)*rowHeight)
		e.Swatch.Center.Y, e.Name.Center.Y = y, y
		e.Swatch.W, e.Swatch.H = round(e.Swatch.W), round(e.Swatch.H)
		if entry := &d.Diagram.Legend[i]; engines[d.Engine].tiles && entry.Kind != diagram.RunEntry && (entry.Kind != diagram.ClassEntry || !entry.Class.IsHub()) {
			e.Swatch.Shape = Tile
		}
		if engines[d.Engine].chips && d.Diagram.Legend[i].Kind == diagram.RunEntry {
			e.Swatch.Shape = Tile
			e.Swatch.content().Mark = Mark{e.Swatch.Center, round(e.Swatch.H * markShare)}
		}
		e.Swatch.mark(&d.Diagram.Legend[i], d.Diagram.Coloring)
	}
	return top - 6*p.unit
}

// cutLegend leaves out all but so many entries of the legend.
func (d *Drawing) cutLegend(entries int) {
	fig := *d.Diagram
	d.unexplained = len(fig.Legend) - entries
	fig.Legend, d.Legend = fig.Legend[:entries], d.Legend[:entries]
	d.Diagram = &fig
}

// mark gives a swatch the outline, and the mark or the badge, of what it explains.
func (b *Box) mark(e *diagram.Entry, c *diagram.Coloring) {
	if e.Class.Outline() == diagram.Card {
		b.Shape = Card
	}
	switch {
	case e.Kind == diagram.FillEntry:
		b.Fill = Fill{Shown: true, Known: e.Use.Known, Share: e.Use.Share}
	case e.Kind == diagram.BarEntry:
		b.content().Bar = Bar{Center: b.Center, W: round(0.7 * b.W), H: round(0.3 * b.H), Share: e.Use.Share}
	case e.Kind == diagram.ValueEntry && e.Value.Number > 0 && !c.Usual:
		b.content().Mark = Mark{b.Center, round(b.H * markShare)}
	case e.Kind != diagram.ClassEntry:
	case e.Class.HasBadge(c):
		b.content().Badge = Mark{b.Center, round(b.H * badgeShare)}
	case e.Class.Glyph() != diagram.NoGlyph:
		b.content().Mark = Mark{b.Center, round(b.H * markShare)}
	}
}
