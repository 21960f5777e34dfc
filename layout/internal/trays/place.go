package trays

import (
	"context"
	"iter"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/parallel"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// How much larger tiles get where there is room left.
const (
	maxWider  = 1.6
	maxHigher = 1.3
)

// place gives all boxes, plates and trunks their places, and uses up the room that is left.
func (a *arrangement) place(p *packing) {
	if p.font > a.Most {
		p = a.shrink(p)
	}
	spare := a.H - p.height
	stretch := 1.0
	if inner := p.height - a.hubsHeight(p); inner > 0 {
		most := maxHigher
		if p.font == 0 {
			most = 1.1
		}
		stretch = min(most, 1+spare/inner)
		spare -= (stretch - 1) * inner
	}
	top := 0.0
	spread := min(spare/float64(len(p.hubRows)+2), 2*p.stem) // for each gutter below hubs
	spare -= spread * float64(len(p.hubRows))
	if !a.roles { // which stand beside or below a table
		top += spare / 2
	}

	gutters := a.placeHubs(p, top, spread)
	for _, g := range gutters {
		top = g.bottom
	}
	width, wider := 0.0, maxWider
	for _, r := range p.rows {
		width = max(width, p.rowWidth(r.blocks, r.columns, p.between))
	}
	var rowGutters []gutter
	above := gutter{top: top, bottom: top, lanes: a.lanes}
	if a.atHome() {
		above.bottom = top + a.hubsHeight(p)
		top = above.bottom
	}
	if len(gutters) > 0 {
		above = gutters[len(gutters)-1]
	}
	l := &placing{arrangement: a, metrics: p.metrics, packer: p.packer, v: stretch}
	for i, r := range p.rows {
		rowGutters = append(rowGutters, above)
		room := a.W - p.spines
		x := p.spines
		natural := p.rowWidth(r.blocks, r.columns, p.between)
		if full := natural + float64(sum(r.columns))*p.tileW*(wider-1); full < room {
			x += (room - full) / 2
			room = full
		}
		height := r.height * stretch
		l.row(r, x, top, room, height, p.between)
		top += height
		if i < len(p.rows)-1 {
			above = gutter{top: top, bottom: top + p.rowGap(a.lanes)*stretch, lanes: a.lanes}
			top = above.bottom
		}
	}
	switch {
	case a.atHome():
		a.addHomeTrunks(p, rowGutters)
	case a.hubs:
		a.addTrunks(p, gutters, rowGutters)
	}
}

// rowGap returns the height of the gutter between two rows of trays.
func (p *packing) rowGap(lanes int) float64 {
	if lanes == 0 {
		return p.between
	}
	return max(p.between, p.gutterHeight(lanes))
}

// shrink returns the packing with the same rows and text of the largest size.
func (a *arrangement) shrink(p *packing) *packing {
	m := a.metricsOf(a.Most, p.text)
	f := m.font / p.font
	p.metrics = m
	p.packer = a.newPacker(m)
	p.spines *= f
	p.hubRows = a.hubRows(&m)
	p.height = a.hubsHeight(p) + p.rowGap(a.lanes)*float64(max(0, len(p.rows)-1))
	for i := range p.rows {
		r := &p.rows[i]
		r.height = 0
		for k, b := range r.blocks {
			r.height = max(r.height, p.packer.height(b, r.columns[k]))
		}
		p.height += r.height
	}
	return p
}

// rowWidth returns the width of blocks side by side.
func (m *metrics) rowWidth(blocks []*block, columns []int, between float64) float64 {
	w := between * float64(len(blocks)-1)
	for i, b := range blocks {
		w += m.width(b, columns[i])
	}
	return w
}

func sum(all []int) (n int) {
	for _, x := range all {
		n += x
	}
	return n
}

// A placing gives blocks and tiles their places.
type placing struct {
	*arrangement
	metrics
	packer *packer
	v      float64 // factor of all heights
}

// row places blocks side by side in a width and a height.
func (l *placing) row(r row, x, y, width, height, between float64) {
	more := (width - l.rowWidth(r.blocks, r.columns, between)) / float64(sum(r.columns))
	for i, b := range r.blocks {
		w := l.width(b, r.columns[i]) + more*float64(r.columns[i])
		h := height
		if b.level > 0 {
			h = l.packer.height(b, r.columns[i]) * l.v
		}
		l.block(b, r.columns[i], x, y, w, h)
		x += w + between
	}
}

// block places a block with so many columns.
func (l *placing) block(b *block, columns int, x, y, w, h float64) {
	above := l.placeHub(b, x, y, w)
	if b.empty {
		return
	}
	y, h = y+above, h-above
	head, side := l.head(b)*l.v, l.side(b)
	if b.plate >= 0 {
		l.plate(b, x, y, w, h)
	}
	x, y, w = x+side, y+head, w-2*side
	if b.parts == nil {
		l.tiles(b, columns, x, y, w)
		return
	}
	rows, _ := l.packer.rows(b.parts, l.across(columns), l.aside, l.below)
	for _, r := range rows {
		l.row(r, x, y, w, r.height*l.v, l.aside)
		y += (r.height + l.below) * l.v
	}
}

// plate sets the place of a plate and of the texts in it.
func (l *placing) plate(b *block, x, y, w, h float64) {
	p := &l.Plates[b.plate]
	p.Rect = engine.Rect{Center: r2.Vec{X: x + w/2, Y: y + h/2}, W: w, H: h}
	head, font, side := l.head(b)*l.v, l.names[min(b.level, 2)], l.side(b)
	if font == 0 || b.name == 0 && b.detail == 0 {
		return
	}
	middle := y + head*0.5
	if b.level > 0 && !b.apart {
		middle = y + head*0.45
	}
	room := w - 2*side
	detail := b.detail * engine.DetailShare * font
	name := min(b.name*font, room)
	if detail > 0 && name+detail+font > room {
		name = max(min(name, room-detail-font), 0)
		if name < min(b.name, minText)*font {
			name, detail = min(b.name*font, room), 0
		}
	}
	p.Font = font
	p.Name = engine.Room{X: x + side, Y: middle, W: name + 0.01}
	p.Detail = engine.Room{X: x + w - side, Y: middle, W: room - name - font + 0.01}
}

// tiles places the tiles of a block: along the rows, or down the columns of a list.
func (l *placing) tiles(b *block, columns int, x, y, w float64) {
	if l.isBare(b) {
		l.cells(b, columns, x, y)
		return
	}
	if l.isWide(b) {
		l.wide(b, x, y, w)
		return
	}
	rows := (len(b.tiles) + columns - 1) / columns
	cell := (w + l.gap) / float64(columns)
	tileW := cell - l.gap
	if most := l.tileW * maxWider; tileW > most && l.font > 0 {
		tileW = most
		cell = tileW + l.gap
	}
	if l.font == 0 && tileW > 1.2*l.tileW {
		tileW = 1.2 * l.tileW
		cell = tileW + l.gap
	}
	parallel.Range(context.Background(), len(b.tiles), func(chunk iter.Seq[int]) {
		for k := range chunk {
			c, r := k%columns, k/columns
			if b.list && l.font > 0 { // names read like a list, cells like the text above them
				c, r = k/rows, k%rows
			}
			box := &l.Boxes[b.tiles[k]]
			l.size(box, tileW)
			box.Center = r2.Vec{X: x + (float64(c)+0.5)*cell - l.gap/2, Y: y + (float64(r)+0.5)*(l.tileH+l.gap)*l.v - l.gap*l.v/2}
		}
	})
}

// size sets the size of a tile that may be so wide.
func (l *placing) size(box *engine.Box, width float64) {
	box.Font, box.W, box.H = l.font, width, l.tileH*l.v
	if l.font == 0 {
		box.H = min(box.H, width)
	}
	if grow := l.grow; grow > 0 && l.font > 0 {
		less := (grow - (max(box.Label.Size, 1)-1)/2) / (1 + grow)
		box.H *= 1 - less
		box.W -= 2 * less * min(l.tileH, l.tileW/4)
	}
	if box.Job {
		box.H = min(box.H, 2*l.tileH)
	}
}

// wide places tiles with labels, among cells that have none, along the rows of a width.
func (l *placing) wide(b *block, x, y, w float64) {
	across := l.widePerRow(w)
	tileW := min((w+l.wideGap)/float64(across)-l.wideGap, maxWider*l.wideW)
	for k, i := range b.tiles {
		box := &l.Boxes[i]
		box.Font, box.W, box.H = l.wideFont, tileW, l.wideH*l.v
		box.Center = r2.Vec{X: x + float64(k%across)*(tileW+l.wideGap) + tileW/2, Y: y + float64(k/across)*(l.wideH+l.wideGap)*l.v + box.H/2}
	}
}

// cells places the tiles of a bare block along the rows.
func (l *placing) cells(b *block, columns int, x, y float64) {
	across := l.perRow(columns)
	side := 0.8 * l.cell
	for k, i := range b.tiles {
		box := &l.Boxes[i]
		box.W, box.H, box.Font = side, side, 0
		box.Center = r2.Vec{X: x + float64(k%across)*l.cell + side/2, Y: y + float64(k/across)*l.cell + side/2}
	}
}
