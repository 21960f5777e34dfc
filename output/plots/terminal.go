package plots

// This file writes charts as text for a terminal.

import (
	"context"
	"io"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// marks are the characters of bars, by their look, and the steps of a sparkline, zero first.
type marks struct {
	look  [lookGap + 1]string
	spark []string
}

var (
	blocks = marks{[...]string{"█", "░", "?", "█", "▒", "-", "", "█", " "}, []string{"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}}
	ascii  = marks{[...]string{"#", ".", "?", "#", "+", "-", "", "#", " "}, []string{"_", ".", ":", "-", "=", "+", "*", "#", "@"}}
)

// writeText writes a line for each row: its name, its bar, and what that says. No line is
// wider than the terminal. A histogram has a sparkline, and a heat map a block for each cell.
func (c *Chart) writeText(_ context.Context, w io.Writer, style Style) error {
	m := blocks
	if style.ASCII {
		m = ascii
	}
	most := style.Width
	if most <= 0 {
		most = 80
	}
	var b strings.Builder
	line := func(s string) {
		if style.ASCII {
			s = toASCII(s)
		}
		b.WriteString(clip(strings.TrimRight(s, " "), most) + "\n")
	}
	for _, s := range []string{c.Title, c.Subtitle} {
		for _, part := range split(s, most) {
			line(part)
		}
	}
	b.WriteString("\n")
	names, _ := c.rowTexts()
	nameW := 0
	for i := range names {
		nameW = max(nameW, text.StringWidth(names[i]))
	}
	nameW = min(nameW, most/3)
	if c.heat != nil {
		const least = 9 // columns of a cell with its block, for its head
		if nameW = min(nameW, max(8, most-least*len(c.heatHead))); nameW+least*len(c.heatHead) <= most {
			c.textHeat(line, m, nameW, min(11, (most-nameW)/len(c.heatHead)), most)
		} else {
			c.narrowHeat(line, most)
		}
	} else {
		c.textBars(line, m, nameW, most)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// textHeat writes a heat map whose cells have so many columns.
func (c *Chart) textHeat(line func(string), m marks, nameW, wide, most int) {
	head := pad("", nameW)
	for _, h := range c.heatHead {
		head += pad("  "+h, wide)
	}
	line(head)
	for _, r := range c.heat {
		s := nameOf(line, r.name, nameW, most)
		for _, cell := range r.cells {
			s += pad("  "+cell.spark(m)+" "+cell.text, wide)
		}
		line(s)
	}
}

// narrowHeat writes a heat map without blocks. Columns that have no room are named, and
// names stand above their rows unless they are short.
func (c *Chart) narrowHeat(line func(string), most int) {
	var wide []int
	room := most
	for k, head := range c.heatHead {
		w := text.StringWidth(head)
		for i := range c.heat {
			w = max(w, text.StringWidth(c.heat[i].cells[k].text))
		}
		if room -= w + 1; room < 0 {
			break
		}
		wide = append(wide, w)
	}
	if room < 0 {
		room = most
		for _, w := range wide {
			room -= w + 1
		}
	}
	row := func(begin string, of func(k int) string) {
		for k, w := range wide {
			begin += " " + pad(of(k), w)
		}
		line(begin)
	}
	row(pad("", room), func(k int) string { return c.heatHead[k] })
	for i := range c.heat {
		r := &c.heat[i]
		row(nameOf(line, r.name, room, most), func(k int) string { return r.cells[k].text })
	}
	if len(wide) < len(c.heatHead) {
		for _, part := range split("no room: "+strings.Join(c.heatHead[len(wide):], ", "), most) {
			line(part)
		}
	}
}

// nameOf returns a name in so many columns. A longer one gets lines of its own.
func nameOf(line func(string), name string, columns, most int) string {
	if text.StringWidth(name) <= columns {
		return pad(name, columns)
	}
	for _, part := range split(name, most) {
		line(part)
	}
	return pad("", columns)
}

// split returns a text in lines of at most n columns.
func split(s string, n int) (lines []string) {
	for _, part := range strings.Split(text.WrapSoft(s, n), "\n") {
		for text.StringWidth(part) > n {
			first, columns := 0, 0
			for i, r := range part {
				if columns += text.RuneWidth(r); columns > n && i > 0 {
					break
				}
				first = i + len(string(r))
			}
			lines, part = append(lines, part[:first]), part[first:]
		}
		lines = append(lines, strings.TrimSpace(part))
	}
	return lines
}

// textBars writes bars with what stands at their ends: beside them, or below them if bars would
// be too short.
func (c *Chart) textBars(line func(string), m marks, nameW, columns int) {
	const least = 8 // columns of the longest bar
	room := max(1, columns-nameW-2)
	long := int(c.barsIn(float64(room), func(i int) float64 { return float64(text.StringWidth(c.bars[i].end) + 2) }))
	below := long < least && room >= least
	if below {
		long = room
	}
	long = max(1, long)
	if c.upright && len(c.bars) > 0 {
		spark := ""
		for _, amount := range c.amounts(columns) {
			spark += m.spark[step(amount, c.most(), len(m.spark)-1)]
		}
		line(spark)
		line("")
	}
	for i := range c.bars {
		b := &c.bars[i]
		s, from, drawn := nameOf(line, b.name, nameW, columns)+"  ", 0.0, 0
		for _, p := range b.parts {
			from += p.amount
			to := step(from, c.most(), long)
			s += strings.Repeat(m.look[p.look], max(0, to-drawn))
			drawn = max(drawn, to)
		}
		if whole := s + "  " + b.end; !below && text.StringWidth(whole) <= columns {
			line(whole)
			continue
		}
		line(s)
		for _, part := range split(b.end, room) {
			line(pad("", nameW) + "  " + part)
		}
	}
}

// amounts returns the lengths of bars in their order. Those of a timeline are evenly far apart in
// time, and as many as columns: each is the least of its time, so that no outage is lost,
// and the last one is the newest.
func (c *Chart) amounts(columns int) []float64 {
	n := len(c.samples)
	all := make([]float64, len(c.bars))
	for i := range c.bars {
		all[i] = c.bars[i].total()
	}
	if n < 2 {
		return all
	}
	first := c.samples[0].At
	span := c.samples[n-1].At.Sub(first).Seconds()
	out, next, before := make([]float64, columns), 0, 0.0
	for i, amount := range all {
		column := columns - 1
		if span > 0 && i < n-1 {
			column = min(column, int(float64(columns)*(c.samples[i].At.Sub(first).Seconds()/span)))
		}
		switch {
		case next <= column:
			for ; next < column; next++ {
				out[next] = before // nothing changed in the meantime
			}
			out[column], next = amount, column+1
		case i == n-1:
			out[column] = amount
		default:
			out[column] = min(out[column], amount)
		}
		before = amount
	}
	return out
}

// step returns which of n steps an amount reaches: at least the first if there is any.
func step(x, most float64, n int) int {
	if !(x > 0) || !(most > 0) {
		return 0
	}
	return min(n, max(1, int(math.Round(x/most*float64(n)))))
}

func (c cell) spark(m marks) string {
	if !c.known {
		return " "
	}
	return m.spark[step(c.share, 1, len(m.spark)-1)]
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-text.StringWidth(s))) }

// clip returns a text of at most n columns.
func clip(s string, n int) string {
	if text.StringWidth(s) <= n {
		return s
	}
	out := ""
	for _, r := range s {
		if text.StringWidth(out+string(r))+1 > n {
			break
		}
		out += string(r)
	}
	return out + "…"
}

// toASCII returns a text with question marks for what is not ASCII, and plain words for the
// marks of charts.
func toASCII(s string) string {
	s = strings.NewReplacer("–", "-", "·", "-", "…", "~").Replace(s)
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, s)
}
