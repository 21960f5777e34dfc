package plots

// This file gives the parts of a chart their places, in points from the top left. Texts are
// measured with the embedded fonts, so that none lies on another.

import (
	"math"
	"strings"

	"github.com/bacviz/bacviz/internal/typeface"
)

// Sizes in points.
const (
	margin       = 20.0
	titleSize    = 17.0
	subtitleSize = 11.0
	textSize     = 10.0 // in a page that is 840 pixels wide, about as many pixels
	leading      = 1.3  // distance of two lines, by the size of the text
	gap          = 8.0  // between texts and what stands beside them
	barHeight    = 12.0
	rowHeight    = 18.5
	uprightPlot  = 240.0 // the height of upright bars, if none is asked for
	leastPlot    = 50.0  // their least height
	axisHeight   = 36.0  // of the numbers below a plot, and of the name of the axis
	timesHeight  = 17.0  // of the times below a plot
	widestName   = 0.38  // of a name beside its bar, by the width of the canvas
)

// A place is where the rows and the heads of a chart go.
type place struct {
	title, subtitle []string
	key             []placedLook // what colours stand for; nil if that is clear
	top             float64      // of the plot
	height          float64      // of the canvas
	bottom          float64      // of the plot and its axis
	upright         float64      // the height of upright bars
	beside          bool         // most names and ends are beside bars, and not above and below
	nameW           float64      // of the longest name beside a bar
	plotW           float64      // of the plot beside names
	rows            []placedRow
}

// A placedRow is a row of bars or cells below one another.
type placedRow struct {
	name, end   []string // their lines
	nameY, endY float64  // of the middle of the first line
	bar, height float64  // the top of the bar, and the height of the row
	empty       bool     // there is no bar
	above       bool     // the name is above the bar, and not beside it
	below       bool     // what stands at the end is below the bar, and not beside it
}

// place measures the chart.
func (c *Chart) place() *place {
	p := &place{}
	w := c.width - 2*margin
	p.title = firstLines(wrap(c.Title, titleSize, true, w), 3)
	p.subtitle = firstLines(wrap(c.Subtitle, subtitleSize, false, w), 4)
	y := margin + float64(len(p.title))*titleSize*leading + float64(len(p.subtitle))*subtitleSize*leading + gap
	y = p.placeKey(c.key(), y, w)
	if c.heat != nil || c.timed {
		y += textSize*leading + 4 // the heads of columns, or the times
	}
	if c.samples != nil {
		p.top, p.bottom, p.height = y, y+2*uprightPlot, y+2*uprightPlot+margin
		if c.height > 0 {
			p.bottom = max(y+4*leastPlot, c.height-margin)
			p.height = p.bottom + margin
		}
		return p
	}
	if c.stands() {
		y += textSize // the number above the highest bar
	}
	p.top = y
	if c.stands() {
		below := 2*textSize*leading + margin
		p.upright = uprightPlot
		if c.height > 0 {
			p.upright = max(leastPlot, c.height-y-below)
		}
		p.bottom = y + p.upright
		p.height = max(c.height, p.bottom+below)
		return p
	}
	p.measureRows(c, w)
	for i := range p.rows {
		r := &p.rows[i]
		r.nameY, r.endY, r.bar = r.nameY+y, r.endY+y, r.bar+y
		y += r.height
	}
	p.bottom = y
	switch {
	case c.timed:
		p.bottom += timesHeight
	case c.heat == nil:
		p.bottom += axisHeight
	}
	p.height = max(c.height, p.bottom+margin/2)
	return p
}

// measureRows sets the names, the ends and the heights of rows. Names and ends are beside bars.
// A longer one is above or below its bar, in as many lines as it needs; all are if beside them
// there is no room for bars, or if most are long.
func (p *place) measureRows(c *Chart, w float64) {
	names, ends := c.rowTexts()
	rows, endW, long := make([]placedRow, len(names)), 0.0, 0
	for i := range names {
		r := &rows[i]
		name, end := width(names[i], false), width(ends[i], false)
		r.empty = c.heat == nil && !c.timed && c.bars[i].total() == 0
		r.above, r.below = name > widestName*w, !r.empty && end > widestName*w
		if r.above || r.below {
			long++
		}
		if !r.above {
			p.nameW = max(p.nameW, name)
		}
		if !r.below && !r.empty {
			endW = max(endW, end)
		}
	}
	room := w - p.nameW - gap
	p.plotW = c.barsIn(room-gap, func(i int) float64 {
		if rows[i].below {
			return 0
		}
		return width(ends[i], false) + gap/2
	})
	most := 0.0
	if c.heat != nil {
		most = leastCell * float64(len(c.heatHead))
	}
	p.beside = 2*long <= len(rows) && room-endW-gap >= max(most, 60)
	if !p.beside {
		room = w
	}
	for i := range rows {
		rows[i].measure(names[i], ends[i], p.beside, w, room)
	}
	p.rows = rows
}

// measure sets the lines and the heights of a row: of its name in a width, and of what stands
// at its end in a room.
func (r *placedRow) measure(name, end string, beside bool, w, room float64) {
	const line = textSize * leading
	r.above, r.below = r.above || !beside, r.below || !beside
	r.name, r.nameY = []string{name}, rowHeight/2
	top := 0.0
	if r.above {
		r.name, r.nameY = wrap(name, textSize, false, w), line/2+1
		top = float64(len(r.name))*line + 1
	}
	r.bar, r.height = top+(rowHeight-barHeight)/2, top+rowHeight
	if r.above { // closer to its own name than to the next
		r.bar, r.height = top+1, r.height+gap/2
	}
	r.endY = r.bar + barHeight/2
	switch {
	case end == "":
		return
	case r.empty:
		r.end = wrap(end, textSize, false, room-gap/2)
		if !beside { // nothing is between the name and the end
			r.endY, r.height = top+line/2, top+gap
		} else {
			r.height -= line
		}
	case r.below:
		r.end = wrap(end, textSize, false, room)
		r.endY = r.bar + barHeight + line/2 + 1
	default:
		r.end = []string{end}
		return
	}
	r.height += float64(len(r.end)) * line
}

// barsIn returns how long the longest bar may be so that what stands at the ends of all bars
// has room beside them.
func (c *Chart) barsIn(room float64, endWidth func(i int) float64) float64 {
	most, long := c.most(), room
	for i := range c.bars {
		if total := c.bars[i].total(); total > 0 && c.bars[i].end != "" {
			long = min(long, (room-endWidth(i))*most/total)
		}
	}
	return long
}

// most returns the length of the longest bar.
func (c *Chart) most() (most float64) {
	for i := range c.bars {
		most = max(most, c.bars[i].total())
	}
	return most
}

// rowTexts returns the names of all rows, and what stands at the ends of their bars.
func (c *Chart) rowTexts() (names, ends []string) {
	for i := range c.bars {
		names, ends = append(names, c.bars[i].name), append(ends, c.bars[i].end)
	}
	for i := range c.heat {
		names, ends = append(names, c.heat[i].name), append(ends, "")
	}
	return names, ends
}

// key returns the looks of a chart that need an explanation, in their order.
func (c *Chart) key() (key []look) {
	var has [lookGap + 1]bool
	for i := range c.bars {
		for _, p := range c.bars[i].parts {
			has[p.look] = true
		}
		has[lookMark] = has[lookMark] || len(c.bars[i].marks) > 0
	}
	if c.upright || has[lookCount] {
		return nil
	}
	for l := range lookNames {
		if has[l] {
			key = append(key, look(l))
		}
	}
	return key
}

// A placedLook is a look in the key: its sample begins at x, and its middle is at y.
type placedLook struct {
	look look
	x, y float64
}

// sampleWidth is the width of a sample in the key, in points.
const sampleWidth = 14.0

// placeKey puts a key below y, side by side as far as there is room in a width, and returns
// where it ends.
func (p *place) placeKey(key []look, y, w float64) float64 {
	if len(key) == 0 {
		return y
	}
	x := margin
	for _, l := range key {
		wide := sampleWidth + gap/2 + width(lookNames[l], false)
		if x > margin && x+wide > margin+w {
			x, y = margin, y+textSize*leading+gap/2
		}
		p.key = append(p.key, placedLook{l, x, y + textSize/2})
		x += wide + 2*gap
	}
	return y + textSize*leading + gap
}

// stands reports whether bars stand upright: there is room for their names below them.
func (c *Chart) stands() bool {
	if !c.upright || len(c.bars) == 0 || c.samples != nil {
		return false
	}
	widest := 0.0
	for i := range c.bars {
		widest = max(widest, width(c.bars[i].name, false))
	}
	return (widest+gap)*float64(len(c.bars)) <= c.width-2*margin-40
}

// barRoom returns how many rows a height has room for, if names are short.
func barRoom(height float64) int { return max(1, int((height-150)/rowHeight)) }

// width returns the width of a text of the usual size.
func width(s string, bold bool) float64 { return typeface.Of(bold).Width(s, textSize) }

// wrap returns a text in lines no wider than a width. It breaks lines at blanks, and words
// that are wider than a line between characters as readers know them.
func wrap(s string, size float64, bold bool, most float64) (lines []string) {
	face := typeface.Of(bold)
	line := ""
	for word := range strings.FieldsSeq(s) {
		next := strings.TrimPrefix(line+" "+word, " ")
		if face.Width(next, size) <= most {
			line = next
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = ""
		for _, part := range face.Clusters(word) {
			if line != "" && face.Width(line+part.Text, size) > most {
				lines, line = append(lines, line), ""
			}
			line += part.Text
		}
	}
	return append(lines, line)
}

// firstLines returns the first n lines, the last of them with an ellipsis if there are more.
func firstLines(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	last := []rune(lines[n-1])
	return append(lines[:n-1:n-1], string(last[:max(0, len(last)-2)])+"…")
}

// roundStep returns the smallest round number that is at least x: 1, 2 or 5 times a power of
// ten, or a power of two for bytes; a whole one if those are counted.
func roundStep(x float64, binary, whole bool) float64 {
	if whole || binary {
		x = max(x, 1)
	}
	if !(x > 0) || math.IsInf(x, 0) {
		return 1
	}
	if binary {
		return math.Exp2(math.Ceil(math.Log2(x)))
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{1, 2, 5} {
		if f*power >= x*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}
