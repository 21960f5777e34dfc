package trays

import (
	"math"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// Lengths by the size of the font.
const (
	tileHeight = 1.75
	tilePad    = 0.55 // room left and right of a label
	hubFont    = 1.3
	hubHeight  = 1.9
	maxHub     = 17.0 // room for the label of a hub
	maxName    = 11.0 // room for a name for which a block gets more columns
	maxDetail  = 7.0  // the same for what stands beside it
	maxCounted = 18.0 // the same for the number of nodes that need attention
)

// A metrics is the lengths in points that blocks are packed with.
type metrics struct {
	font         float64 // of labels; 0 without labels
	tileW, tileH float64 // of the cell that a tile gets
	gap          float64 // between tiles
	text         float64 // room for a label, by the font size
	cell         float64 // side of a tile of a bare block, gap included

	counted bool // blocks are so wide that headings count nodes that need attention

	wideW, wideH, wideGap float64 // of tiles with labels among cells, and between them
	wideFont              float64 // of these labels

	names   [3]float64 // font sizes of headings, by level; the last for all inner ones
	heads   [3]float64 // heights of headings
	pad     float64    // between the outline of a tray and what is in it
	inset   float64    // the same for a block apart
	between float64    // between trays
	aside   float64    // between blocks side by side
	below   float64    // between blocks one below the other

	hub  float64 // font size of the hubs' labels
	lane float64 // between two lines side by side
	stem float64 // from a lane to a tray or a hub
}

// metricsOf returns the lengths for labels of a font size with room for so many of it.
func (a *arrangement) metricsOf(font, text float64) metrics {
	m := metrics{font: font, text: text, gap: 0.3 * font, tileH: (tileHeight + a.Second) * font, tileW: (text + 2*tilePad) * font}
	m.tileW, m.tileH = m.tileW+2*a.grow*tileHeight*font, m.tileH+a.grow*tileHeight*font
	m.setFrame(a.Sheet, font)
	m.cell = min(1.1*font, math.Sqrt(0.2*a.W*a.H/float64(a.idle+1)))
	return m
}

// isBare reports whether the tiles of a block are cells, among others that are not.
func (m *metrics) isBare(b *block) bool { return b.bare && b.parts == nil && m.font > 0 }

// perRow returns how many cells of a bare block stand side by side in so many columns.
func (m *metrics) perRow(columns int) int { return max(1, int(m.across(columns)/m.cell+1e-9)) }

// isWide reports whether the tiles of a block have labels, among others that have none.
func (m *metrics) isWide(b *block) bool { return b.named && b.parts == nil && m.wideFont > 0 }

// widePerRow returns how many tiles with labels stand side by side in a width.
func (m *metrics) widePerRow(width float64) int {
	return max(1, int((width+m.wideGap)/(m.wideW+m.wideGap)+1e-9))
}

// bareMetrics returns the lengths for tiles of a size without labels, in a frame whose texts
// have a part of their usual size. Trunks keep a distance from tiles.
func (a *arrangement) bareMetrics(size, frame, clear float64) metrics {
	m := metrics{gap: max(0.15*size, min(0.8, 0.3*size)), tileW: size, tileH: size}
	m.counted = a.counted
	m.setFrame(a.Sheet, a.Fair*1.15*frame)
	if n := float64(max(1, a.lanes)); a.hubs {
		m.pad, m.heads[0] = max(m.pad, clear), max(m.heads[0], clear)
		m.stem = max(m.stem, clear, ((n+1)*clear-(n-1)*m.lane)/2) // see gutter.lane
	}
	return m
}

// setFrame sets all lengths around the tiles, by a font size.
func (m *metrics) setFrame(s *engine.Sheet, font float64) {
	m.names = [3]float64{max(1.3*font, min(s.Fair, 1.6*font)), max(1.08*font, min(s.Fair, 1.2*font)), font}
	m.heads = [3]float64{2.1 * m.names[0], 1.75 * m.names[1], 1.6 * m.names[2]}
	for level, size := range m.names {
		if size < s.Least {
			m.names[level], m.heads[level] = 0, 0.3*font
		}
	}
	m.pad, m.inset = 0.75*font, 0.45*font
	m.between, m.aside, m.below = 1.3*font, 1.3*font, 0.55*font
	m.hub = max(hubFont*font, min(s.Fair, 1.6*font))
	m.lane, m.stem = max(min(3.2*s.Unit, font), 0.45*font), max(min(5*s.Unit, font), 0.7*font)
}

// head returns the height of a block's heading.
func (m *metrics) head(b *block) float64 {
	if b.plate < 0 || b.name == 0 && b.detail == 0 {
		if b.level == 0 {
			return m.pad
		}
		return 0
	}
	return m.heads[min(b.level, 2)]
}

// side returns the room between a block's outline and what is in it, at the left, the
// right and the bottom.
func (m *metrics) side(b *block) float64 {
	switch {
	case b.level == 0:
		return m.pad
	case b.apart:
		return m.inset
	}
	return 0
}

// across returns the width of so many columns.
func (m *metrics) across(columns int) float64 { return float64(columns)*(m.tileW+m.gap) - m.gap }

// width returns the width of a block with so many columns.
func (m *metrics) width(b *block, columns int) float64 { return m.across(columns) + 2*m.side(b) }

// least returns the smallest number of columns of a block, with room for its heading.
func (p *packer) least(b *block) int {
	name := 0.0
	if b.plate >= 0 {
		font := p.names[min(b.level, 2)]
		name = min(b.name, maxName) * font
		switch {
		case p.counted && b.counted > b.detail && b.counted < maxCounted:
			name += (1 + b.counted*engine.DetailShare) * font
		case b.detail > 0 && b.detail < maxDetail:
			name += (1 + b.detail*engine.DetailShare) * font
		}
	}
	name = max(name, b.hubText*p.hub)
	if p.isWide(b) {
		name = max(name, p.wideW)
	}
	for _, part := range b.parts {
		name = max(name, p.width(part, p.mins[part.id]))
	}
	return max(1, int(math.Ceil((name+p.gap)/(p.tileW+p.gap)-1e-9)))
}

// A packer finds rows for blocks. Its slices are by the ID of the block.
type packer struct {
	metrics
	mins    []int             // the smallest number of columns
	mosts   []int             // the largest number that makes a block lower
	heights []map[int]float64 // of blocks with parts, by the number of columns
}

// A row is blocks side by side.
type row struct {
	blocks  []*block
	columns []int // of each
	height  float64
}

// height returns the height of a block with so many columns.
func (p *packer) height(b *block, columns int) float64 {
	columns = min(columns, p.mosts[b.id])
	if b.empty {
		return p.home(b)
	}
	if p.isBare(b) {
		across := p.perRow(columns)
		return p.home(b) + p.head(b) + float64((len(b.tiles)+across-1)/across)*p.cell + p.side(b)
	}
	if p.isWide(b) {
		across := p.widePerRow(p.across(columns))
		return p.home(b) + p.head(b) + float64((len(b.tiles)+across-1)/across)*(p.wideH+p.wideGap) - p.wideGap + p.side(b)
	}
	if b.parts == nil {
		rows := (len(b.tiles) + columns - 1) / columns
		return p.home(b) + p.head(b) + float64(rows)*(p.tileH+p.gap) - p.gap + p.side(b)
	}
	if h, ok := p.heights[b.id][columns]; ok {
		return h
	}
	rows, h := p.rows(b.parts, p.across(columns), p.aside, p.below)
	if rows == nil {
		h = math.Inf(1)
	}
	h += p.home(b) + p.head(b) + p.side(b)
	p.heights[b.id][columns] = h
	return h
}

// columns returns the smallest number of columns, up to most, with which a block is no
// higher than h, and whether there is one.
func (p *packer) columns(b *block, h float64, most int) (int, bool) {
	least := p.mins[b.id]
	most = min(most, p.mosts[b.id])
	if least > most || p.height(b, most) > h+1e-9 {
		return most, false
	}
	if b.parts == nil && !p.isBare(b) && !p.isWide(b) && !b.empty {
		rows := int(math.Floor((h-p.home(b)-p.head(b)-p.side(b)+p.gap)/(p.tileH+p.gap) + 1e-9))
		return max(least, (len(b.tiles)+rows-1)/max(1, rows)), true
	}
	for least < most {
		if middle := (least + most) / 2; p.height(b, middle) <= h+1e-9 {
			most = middle
		} else {
			least = middle + 1
		}
	}
	return least, true
}

// row returns blocks side by side in a width, as low as possible, or false if they are too
// wide.
func (p *packer) row(blocks []*block, width, between float64) (row, bool) {
	r := row{blocks: blocks, columns: make([]int, len(blocks))}
	spare := width - between*float64(len(blocks)-1)
	lo, hi := 0.0, 0.0
	for i, b := range blocks {
		r.columns[i] = p.mins[b.id]
		spare -= p.width(b, r.columns[i])
		hi = max(hi, p.height(b, r.columns[i]))
	}
	if spare < -1e-9 {
		return r, false
	}
	extra := int(spare / (p.tileW + p.gap))
	if len(blocks) == 1 {
		r.columns[0] += extra
		r.height = p.height(blocks[0], r.columns[0])
		return r, true
	}
	for _, b := range blocks {
		lo = max(lo, p.height(b, p.mins[b.id]+extra))
	}
	for range 14 {
		h := (lo + hi) / 2
		if used, columns := p.used(blocks, h, extra); used <= extra {
			hi, r.columns = h, columns
		} else {
			lo = h
		}
		if hi-lo < max(0.1*p.tileH, 0.004*hi) {
			break
		}
	}
	for i, b := range blocks {
		r.height = max(r.height, p.height(b, r.columns[i]))
	}
	return r, true
}

// used returns how many columns above the least blocks need to be no higher than h.
func (p *packer) used(blocks []*block, h float64, extra int) (used int, columns []int) {
	columns = make([]int, len(blocks))
	for i, b := range blocks {
		c, ok := p.columns(b, h, p.mins[b.id]+extra)
		if !ok {
			return extra + 1, nil
		}
		columns[i] = c
		used += c - p.mins[b.id]
	}
	return used, columns
}

// longRow is the most blocks in a row of more than as many blocks.
const longRow = 24

// rows breaks blocks into rows of a width with the least sum of heights, by dynamic
// programming over the last row (as Knuth and Plass break paragraphs into lines, 1981). It
// returns nil if one block is too wide.
func (p *packer) rows(blocks []*block, width, between, below float64) ([]row, float64) {
	n := len(blocks)
	best := make([]float64, n+1)
	last := make([]row, n+1)
	for j := 1; j <= n; j++ {
		best[j] = math.Inf(1)
		for i := j - 1; i >= 0 && j-i <= longRow; i-- {
			if j-i > 1 && (blocks[i].apart || blocks[i].named && blocks[i].plate < 0) {
				break // a row of its own
			}
			r, ok := p.row(blocks[i:j], width, between)
			if !ok {
				break
			}
			h := best[i] + r.height
			if i > 0 {
				h += below
			}
			if h < best[j]-1e-9 {
				best[j], last[j] = h, r
			}
		}
		if math.IsInf(best[j], 1) {
			return nil, 0
		}
	}
	var rows []row
	for j := n; j > 0; j -= len(last[j].blocks) {
		rows = append([]row{last[j]}, rows...)
	}
	return rows, best[n]
}

// newPacker returns a packer for the blocks of an arrangement.
func (a *arrangement) newPacker(m metrics) *packer {
	p := &packer{metrics: m, mins: make([]int, a.blocks), mosts: make([]int, a.blocks), heights: make([]map[int]float64, a.blocks)}
	p.setBounds(a.trays)
	return p
}

// setBounds sets the smallest and the largest number of columns of each block.
func (p *packer) setBounds(blocks []*block) {
	for _, b := range blocks {
		p.setBounds(b.parts)
		p.mins[b.id] = p.least(b)
		most := len(b.tiles)
		if p.isWide(b) {
			most = int(math.Ceil((float64(most)*(p.wideW+p.wideGap) + p.gap) / (p.tileW + p.gap)))
		}
		if p.isBare(b) {
			most = int(math.Ceil((float64(most)*p.cell + p.gap) / (p.tileW + p.gap)))
		}
		if b.parts != nil {
			p.heights[b.id] = make(map[int]float64)
			row := p.aside * float64(len(b.parts)-1)
			for _, part := range b.parts {
				row += p.width(part, p.mosts[part.id])
			}
			most = int(math.Ceil((row + p.gap) / (p.tileW + p.gap)))
		}
		p.mosts[b.id] = max(p.mins[b.id], most)
	}
}

// A packing is rows of trays that fit the sheet, with the metrics that they fit with.
type packing struct {
	metrics
	packer  *packer
	rows    []row
	hubRows [][]int // indexes of hubs
	spines  float64 // width at the left for lines that go past rows
	height  float64
}

// pack returns the trays in rows that fit the sheet, or nil if there are none.
func (a *arrangement) pack(m metrics) *packing {
	p := a.newPacker(m)
	best := &packing{metrics: m, packer: p, hubRows: a.hubRows(&m)}
	if best.hubRows == nil && a.hubs && !a.atHome() {
		return nil
	}
	top := a.hubsHeight(best)
	best.height = top
	spines := 0.0
	if a.lanes > 0 {
		spines = float64(a.lanes)*m.lane + m.stem
	}
	if len(a.trays) == 0 {
		best.spines = spines
		return fitting(best, a.H)
	}
	if r, ok := p.row(a.trays, a.W, m.between); ok && len(best.hubRows) <= 1 {
		best.rows, best.height = []row{r}, top+r.height
	}
	if a.oneRow {
		return fitting(best, a.H)
	}
	if rows, h := p.rows(a.trays, a.W-spines, m.between, best.rowGap(a.lanes)); rows != nil && (best.rows == nil || top+h < best.height) {
		best.rows, best.height, best.spines = rows, top+h, spines
	}
	if best.rows == nil {
		return nil
	}
	return fitting(best, a.H)
}

// fitting returns a packing if it is no higher than the sheet.
func fitting(p *packing, height float64) *packing {
	if p.height > height || len(p.rows) == 0 && len(p.packer.mins) > 0 {
		return nil
	}
	return p
}
