package plots

import (
	"math"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

// mostCell and leastCell are the widest and the narrowest cell of a heat map beside names, in
// points.
const mostCell, leastCell = 160.0, 42.0

// paintHeat paints a heat map: the darker, the more is in use, as each cell says in numbers.
func (p *painter) paintHeat(title, dim svg.Ink) {
	left := margin
	if p.beside {
		left += p.nameW + gap
	}
	w := min(mostCell, (p.width-margin-left)/float64(len(p.heatHead)))
	size := textSize
	for _, head := range p.heatHead {
		size = min(size, textSize*(w-2)/width(head, true))
	}
	for k, head := range p.heatHead {
		wide := width(head, true) * size / textSize
		p.text(head, size, true, left+(float64(k)+0.5)*w-wide/2, p.top-textSize*leading/2-2, title)
	}
	for i := range interrupt.Range(p.ctx, len(p.heat)) {
		r := &p.rows[i]
		p.lines(r.name, margin, r.nameY, title)
		y, h := r.bar, barHeight+4
		if !r.above { // no gap to the cells above and below
			y, h = r.bar-(rowHeight-barHeight)/2, rowHeight
		}
		for k, c := range p.heat[i].cells {
			p.heatCell(c, left+float64(k)*w, y, w, h, dim)
		}
	}
}

// heatCell paints a cell with its text.
func (p *painter) heatCell(c cell, x, y, w, h float64, dim svg.Ink) {
	ink := dim
	if c.known {
		style := func(t *theme.Theme) theme.Style {
			level := int(math.Round(min(1, max(0, c.share)) * float64(len(t.Amounts)-1)))
			return t.FillStyle(&diagram.Coloring{Amount: true, Usual: true}, level)
		}
		p.rect(x+0.5, y+0.5, w-1, h-1, p.ink(func(t *theme.Theme) string { return style(t).Fill }))
		ink = p.ink(func(t *theme.Theme) string { return style(t).Text })
	}
	p.text(c.text, textSize, false, x+(w-width(c.text, false))/2, y+h/2, ink)
}
