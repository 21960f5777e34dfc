package plots

// This file writes charts as text for a terminal.

import (
	"context"
	"io"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// marks are the characters of bars, by their look, and the steps of a sparkline.
type marks struct {
	look  [lookGap + 1]string
	spark []string
}

var (
	blocks = marks{[...]string{"█", "░", "?", "█", "▒", "-", "", "█", " "}, []string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}}
	ascii  = marks{[...]string{"#", ".", "?", "#", "+", "-", "", "#", " "}, []string{" ", ".", ":", "-", "=", "+", "*", "#", "@"}}
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
		b.WriteString(strings.TrimRight(clip(s, most), " ") + "\n")
	}
	for _, s := range []string{c.Title, c.Subtitle} {
		for _, part := range strings.Split(text.WrapSoft(s, most), "\n") {
			line(part)
		}
	}
	b.WriteString("\n")
	names, ends := c.rowTexts()
	nameW, endW := 0, 0
	for i := range names {
		nameW, endW = max(nameW, text.StringWidth(names[i])), max(endW, text.StringWidth(ends[i]))
	}
	nameW = min(nameW, most/3)
	if c.heat != nil {
		c.textHeat(line, m, nameW, min(11, max(8, (most-nameW)/len(c.heatHead))))
	} else {
		c.textBars(line, m, nameW, max(8, most-nameW-endW-4))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// textHeat writes a heat map whose cells have so many columns.
func (c *Chart) textHeat(line func(string), m marks, nameW, wide int) {
	head := pad("", nameW)
	for _, h := range c.heatHead {
		head += pad("  "+h, wide)
	}
	line(head)
	for _, r := range c.heat {
		s := pad(clip(r.name, nameW), nameW)
		for _, cell := range r.cells {
			s += pad("  "+cell.spark(m)+" "+cell.text, wide)
		}
		line(s)
	}
}

// textBars writes bars that are so many columns long at most.
func (c *Chart) textBars(line func(string), m marks, nameW, long int) {
	most := 0.0
	for i := range c.bars {
		most = max(most, c.bars[i].total())
	}
	if c.upright {
		spark := ""
		for i := range c.bars {
			spark += m.spark[step(c.bars[i].total(), most, len(m.spark)-1)]
		}
		line(spark)
		line("")
	}
	for i := range c.bars {
		b := &c.bars[i]
		s, from, drawn := pad(clip(b.name, nameW), nameW)+"  ", 0.0, 0
		for _, p := range b.parts {
			from += p.amount
			to := step(from, most, long)
			s += strings.Repeat(m.look[p.look], max(0, to-drawn))
			drawn = max(drawn, to)
		}
		line(s + "  " + b.end)
	}
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
