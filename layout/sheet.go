package layout

// This file makes a sheet of a diagram for an engine that fills the plot itself, and takes
// what the engine made of it back.

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/internal/parallel"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// Sizes of labels on a sheet, in points on the default canvas.
const (
	fairFont = 10 / PixelsPerPoint // labels are shortened rather than be smaller
	mostFont = 26 / PixelsPerPoint // of few nodes
	manyFont = 20 / PixelsPerPoint // of many, where larger ones would outshine the title
)

// mostFontOf returns the largest size of labels of so many nodes: that of few up to 12, and
// that of many from 40 on.
func mostFontOf(nodes int) float64 {
	return mostFont - (mostFont-manyFont)*max(0, min(1, float64(nodes-12)/28))
}

// A Trunk is one line that stands for all edges from a hub to the boxes in an area.
type Trunk struct {
	From  int // index of the hub's box
	Area  int // index of the area that it leads to
	Count int // number of edges

	// Removed says that the edges are those of removed nodes of a difference. Other edges
	// from the hub to the area have a trunk of their own.
	Removed bool

	// Bundle is the same of trunks that join: those of one hub, which follow each other.
	// Where they cross those of another bundle, they do not join.
	Bundle int

	Path []r2.Vec // a Bézier curve: a start, then three points for each cubic segment
}

// fill has an engine arrange the diagram of a drawing on the whole plot. It reports false if
// labels would get too small for their second lines.
func (d *Drawing) fill(ctx context.Context, pg *page, e engineSpec, second secondLine) (bool, error) {
	words := &headings{fig: d.Diagram, cells: e.cells}
	es := newSheet(ctx, d.Diagram, pg, words, e.cells)
	addDetails(es, d.Diagram, pg, second)
	if err := e.fill(ctx, es); err != nil {
		return false, err
	}
	if second != noDetail && !legible(es) {
		return false, nil
	}
	d.takeSheet(ctx, es, pg.plot, words, second)
	return true, ctx.Err()
}

// addDetails makes room for second lines on a sheet.
func addDetails(s *engine.Sheet, fig *diagram.Diagram, pg *page, second secondLine) {
	if second == noDetail {
		return
	}
	s.Second = detailRoom
	s.Fair = leastDetailed(pg.unit)
	s.Least, s.Most = s.Fair, max(s.Fair, s.Most)
	for i := range s.Boxes {
		b := &s.Boxes[i]
		if b.Hub { // of a fixed height
			continue
		}
		b.Label.Text = max(b.Label.Text, detailShare*min(maxDetail, typeface.Regular.Width(second.of(&fig.Nodes[i]), 1)))
	}
}

// maxDetail is the widest that a second line may be on a sheet, by its font size.
const maxDetail = 20

// legible reports whether all labels of a sheet are large enough for second lines, and have
// room.
func legible(s *engine.Sheet) bool {
	for i := range s.Boxes {
		b := &s.Boxes[i]
		if b.Hub || b.Side() != nil {
			continue
		}
		if b.Font < s.Fair-1e-9 || b.W < (b.Label.Text+b.Label.Room+2*tileEdge)*b.Font-1e-9 {
			return false
		}
	}
	return true
}

// newSheet returns a sheet of the diagram's nodes, groups and edges, whose plates have headings.
// Cells have no names.
func newSheet(ctx context.Context, fig *diagram.Diagram, pg *page, words *headings, cells bool) *engine.Sheet {
	scene := newScene(ctx, fig)
	s := &engine.Sheet{
		W: pg.plot.w, H: pg.plot.h, Unit: pg.unit,
		Least: minFont, Fair: max(minFont, fairFont*pg.unit), Most: mostFontOf(len(fig.Nodes)) * max(pg.unit, min(1, pg.plot.size())),
		Boxes: scene.Boxes, Hubs: scene.Hubs, Lines: scene.Lines, Groups: scene.Groups,
	}
	if cells {
		s.Order = orderOfCells(ctx, fig)
	} else {
		s.Order = orderOf(fig)
	}
	parallel.Range(ctx, len(s.Boxes), func(chunk iter.Seq[int]) {
		for i := range chunk {
			switch n, b := &fig.Nodes[i], &s.Boxes[i]; {
			case !cells || n.Hub:
				b.Label = measureTile(fig, i)
			case n.NeedsAttention:
				b.Label = measureTile(fig, i)
				b.Label.Call = 1 + n.Rank()
			}
		}
	})
	measureRuns(s, fig)
	s.Heading = func(p *engine.Plate) (name, detail, counted float64) {
		h := words.of(p, s.Boxes)
		return typeface.Bold.Width(h.Name, 1), typeface.Regular.Width(h.Detail, 1), typeface.Regular.Width(h.Counted(), 1)
	}
	return s
}

// measureTile returns the label of a node as its engine has to know it.
func measureTile(fig *diagram.Diagram, i int) *engine.Label {
	n := &fig.Nodes[i]
	l := &engine.Label{Text: faceOf(n).Width(tileLabel(n), 1), Size: cmp.Or(n.Size, 1)}
	if marked(fig, i) {
		l.Room += tileMark
	}
	if n.Class.HasBadge(fig.Coloring) {
		l.Room += tileMark
	}
	return l
}

// faceOf returns the font of a node's label.
func faceOf(n *diagram.Node) typeface.Face { return typeface.Of(n.Hub || n.Class.IsJob()) }

// orderOf returns the nodes in the order in which those of one group stand: those that need
// attention first, then by label as people count, since labels are what they read.
func orderOf(fig *diagram.Diagram) []int {
	order := make([]int, len(fig.Nodes))
	for i := range order {
		order[i] = i
	}
	byLabel := compareLabels(fig)
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &fig.Nodes[a], &fig.Nodes[b]
		switch xj, yj := x.Class.IsJob(), y.Class.IsJob(); {
		case xj && yj:
			return compareJobs(x, y)
		case xj:
			return 1
		case yj:
			return -1
		}
		return cmp.Or(x.Rank()-y.Rank(), byLabel(x, y))
	})
	return order
}

// compareLabels returns a comparison of nodes by label, then by ID. Numbers in labels count
// as numbers, unless all have one length: nobody counts the digits in pieces of UUIDs.
func compareLabels(fig *diagram.Diagram) func(x, y *diagram.Node) int {
	compare, first := strings.Compare, ""
	for i := range fig.Nodes {
		n := &fig.Nodes[i]
		if n.Hub || n.Class.IsJob() {
			continue
		}
		if first = cmp.Or(first, n.Label); len(n.Label) != len(first) {
			compare = natural.Compare
			break
		}
	}
	return func(x, y *diagram.Node) int { return cmp.Or(compare(x.Label, y.Label), compare(x.ID, y.ID)) }
}

// orderOfCells returns the nodes in the order in which cells stand: those that need attention
// first, by label, then by what is in use, most first.
func orderOfCells(ctx context.Context, fig *diagram.Diagram) []int {
	places := make([]uint8, len(fig.Nodes))
	parallel.Range(ctx, len(places), func(chunk iter.Seq[int]) {
		for i := range chunk {
			places[i] = placeOfCell(&fig.Nodes[i])
		}
	})
	var ends [cellPlaces + 1]int // where the nodes of each place begin, and once they are ordered, where they end
	for _, p := range places {
		ends[p+1]++
	}
	for p := range cellPlaces {
		ends[p+1] += ends[p]
	}
	order := make([]int, len(places))
	for i, p := range places {
		order[ends[p]] = i
		ends[p]++
	}
	var byLabel func(x, y *diagram.Node) int
	for p := 1; p < cellPlaces; p += cellSteps {
		nodes := order[ends[p-1]:ends[p]]
		if len(nodes) > 1 && byLabel == nil {
			byLabel = compareLabels(fig)
		}
		slices.SortStableFunc(nodes, func(a, b int) int { return byLabel(&fig.Nodes[a], &fig.Nodes[b]) })
	}
	return order
}

// Cells of each rank stand in cellSteps: those that need attention, then those of which all is
// in use, and so on down to those of which it is not known. In all there are cellPlaces.
const (
	cellSteps  = 13
	cellPlaces = 1 + (diagram.LastRank+1)*cellSteps
)

const _ = uint8(cellPlaces) // does not compile if a place could be larger

// placeOfCell returns the place of a cell among others, from 1: 1 and a multiple of cellSteps
// if it needs attention.
func placeOfCell(n *diagram.Node) uint8 {
	step := cellSteps - 1
	switch {
	case n.NeedsAttention: // named where there is room
		step = 0
	case n.Use.Known:
		step = cellSteps - 2 - int(math.Round(n.Use.Share*(cellSteps-3)))
	}
	return uint8(1 + n.Rank()*cellSteps + step)
}

// takeSheet gives the drawing the places of an arranged sheet.
func (d *Drawing) takeSheet(ctx context.Context, es *engine.Sheet, p plot, words *headings, second secondLine) {
	g := 0.1
	for i := range es.Boxes {
		if es.Boxes[i].W < 4 { // tenths of a point could push one onto the next
			g = 0.01
			break
		}
	}
	at := func(q r2.Vec) r2.Vec { return r2.Vec{X: roundTo(q.X+p.x, g), Y: roundTo(q.Y+p.y, g)} }
	curve := func(path []r2.Vec) []r2.Vec {
		for i := range path {
			path[i] = at(path[i])
		}
		return path
	}
	d.takeTiles(ctx, es, p, g, second)
	for i := range es.Plates {
		d.Areas = append(d.Areas, d.plateArea(&es.Plates[i], words.of(&es.Plates[i], es.Boxes), at))
	}
	for _, t := range es.Trunks {
		path := curve(t.Path)
		path[0] = d.Boxes[t.From].Center
		d.Trunks = append(d.Trunks, Trunk{From: t.From, Area: t.Plate, Removed: t.Other, Bundle: t.Bundle, Path: path})
	}
	d.Lines = newLines(ctx, d.Diagram)
	for i := range d.Lines {
		l, from := &d.Lines[i], &es.Lines[i]
		switch {
		case from.Trunk > 0 && from.Path == nil:
			l.Trunk, l.Path = from.Trunk, d.Trunks[from.Trunk-1].Path
			d.Trunks[from.Trunk-1].Count++
		case len(from.Path) > 0:
			if from.Trunk > 0 { // on which it begins
				d.Trunks[from.Trunk-1].Count++
			}
			l.Path = curve(from.Path)
			l.Path[0], l.Path[len(l.Path)-1] = d.Boxes[l.From].Center, d.Boxes[l.To].Center
		default:
			l.Path = []r2.Vec{d.Boxes[l.From].Center, d.Boxes[l.To].Center}
		}
	}
	d.takeChips(es, at)
}

// takeTiles gives the drawing its boxes, rounded to a grain. Those with labels come one after
// the other, because each label has to differ from those before it.
func (d *Drawing) takeTiles(ctx context.Context, es *engine.Sheet, p plot, grain float64, second secondLine) {
	d.Boxes = make([]Box, len(es.Boxes))
	s := &sketch{fig: d.Diagram, boxes: d.Boxes}
	fills := d.Diagram.FillsTiles()
	take := func(i int, shown labels) {
		b := &es.Boxes[i]
		d.Boxes[i] = Box{Center: r2.Vec{X: b.Center.X + p.x, Y: b.Center.Y + p.y}, W: b.W, H: b.H, Shape: tileShape(&d.Diagram.Nodes[i], b)}
		s.labelTile(i, b, shown)
		s.snapToGrid(i, r2.Vec{}, grain)
		d.Boxes[i].marksBeside(b.Font)
		if !b.Hub && b.Label != nil {
			d.Boxes[i].addDetail(second.of(&d.Diagram.Nodes[i]), b.W-(2*tileEdge+b.Label.Room)*b.Font, nil)
			d.Boxes[i].stack(0)
		}
		if use, shown := d.Diagram.Fill(i); fills && shown && !b.Dot {
			d.Boxes[i].Fill = Fill{Shown: true, Known: use.Known, Share: use.Share}
		}
		if b.Side() != nil {
			s.labelBeside(i, b, r2.Vec{X: p.x, Y: p.y}, shown)
		}
	}
	labelled := func(b *engine.Box) bool { return b.Font > 0 || b.Side() != nil }
	parallel.Range(ctx, len(es.Boxes), func(chunk iter.Seq[int]) {
		for i := range chunk {
			if !labelled(&es.Boxes[i]) {
				take(i, nil)
			}
		}
	})
	shown := make(labels)
	for i := range es.Boxes {
		if labelled(&es.Boxes[i]) {
			take(i, shown)
		}
	}
}

// tileShape returns the shape of a node's box on a sheet.
func tileShape(n *diagram.Node, b *engine.Box) Shape {
	switch {
	case b.Dot:
		return Dot
	case n.Class.IsJob():
		return Card
	case n.Hub:
		return Pill
	}
	return Tile
}

// labels are those that are shown, by the groups around a collapsed one, which its label
// leaves out.
type labels map[string]map[string]bool

// of returns the labels that the one of a node has to differ from.
func (l labels) of(n *diagram.Node) map[string]bool {
	key := ""
	if n.Collapsed {
		key = pathKey(n.Path())
	}
	if l[key] == nil {
		l[key] = make(map[string]bool)
	}
	return l[key]
}

// tileLabel returns the label of a node on a sheet. That of a collapsed group leaves out the
// groups around it, which have names of their own.
func tileLabel(n *diagram.Node) string {
	label := n.Label
	if n.Collapsed {
		for _, outer := range n.Path() {
			label = strings.TrimPrefix(label, display.Printable(outer)+" / ")
		}
	}
	return label
}

// labelTile writes the label of box i, shortened to fit, or none if it would not differ
// from those that are shown.
func (s *sketch) labelTile(i int, b *engine.Box, shown labels) {
	if b.Font == 0 || b.Side() != nil {
		return
	}
	n := &s.fig.Nodes[i]
	room := b.W - (2*tileEdge+b.Label.Room)*b.Font
	label := fitOne(tileLabel(n), b.Font, faceOf(n), room, shown.of(n))
	if label.Width > room+1e-6 || label.String == "" {
		return
	}
	shown.of(n)[label.String] = true
	s.boxes[i].content().Label = label
}

// Room in a box of a sheet, by the font size.
const (
	tileEdge = 0.3 // between its outline and what is in it
	tileMark = 1.3 // for a mark or a badge
)

// marksBeside places the mark at the left end of a tile with a label, the badge at the
// right end, and the label between them.
func (b *Box) marksBeside(font float64) {
	if b.Label().String == "" {
		return
	}
	c := b.Content
	left, right := 0.0, 0.0
	radius := round(min(0.52*font, b.H*markShare))
	if c.Mark.R > 0 {
		c.Mark = Mark{r2.Vec{X: round(b.Center.X - b.W/2 + tileEdge*font + radius), Y: b.Center.Y}, radius}
		left = tileMark * font
	}
	if c.Badge.R > 0 {
		c.Badge = Mark{r2.Vec{X: round(b.Center.X + b.W/2 - tileEdge*font - radius), Y: b.Center.Y}, radius}
		right = tileMark * font
	}
	c.Label.Center.X = round(b.Center.X + (left-right)/2)
}

// fitOne is fitLabel with one line.
func fitOne(s string, size float64, face typeface.Face, width float64, shown map[string]bool) Text {
	if t := newText(s, size, face); t.Width <= width && !shown[t.String] {
		return t
	}
	return distinct(s, fitText(s, size, face, width), face, width, shown)
}

// plateArea returns the area of a plate with its heading.
func (d *Drawing) plateArea(p *engine.Plate, h diagram.Heading, at func(r2.Vec) r2.Vec) Area {
	a := Area{Group: h.Group, Level: len(h.Group.Path), Look: Ground, Corner: round(min(4, p.W/8, p.H/8))}
	switch {
	case p.Kind == engine.DetachedPlate:
		a.Look = Apart
	case p.Level > 0:
		a.Look = Bare
	case p.Tag:
		a.Look = Tag
	case p.Outline != nil:
		a.Look = Bare
	}
	lo, hi := at(r2.Vec{X: p.Center.X - p.W/2, Y: p.Center.Y - p.H/2}), at(r2.Vec{X: p.Center.X + p.W/2, Y: p.Center.Y + p.H/2})
	a.Path = []r2.Vec{lo, {X: hi.X, Y: lo.Y}, hi, {X: lo.X, Y: hi.Y}}
	if p.Outline != nil {
		a.Corner, a.Path = 0, nil
		for _, q := range p.Outline {
			a.Path = append(a.Path, at(q))
		}
	}
	if p.Font == 0 {
		return a
	}
	place := func(t Text, r engine.Room, sign float64) Text {
		c := at(r2.Vec{X: r.X + sign*t.Width/2, Y: r.Y})
		t.Center, t.Width = r2.Vec{X: round(c.X), Y: round(c.Y)}, round(t.Width)
		if p.Angle != 0 {
			t.Center, t.Angle = at(p.Center), roundTo(p.Angle, 0.01)
		}
		return t
	}
	a.Title = h.Name
	a.Name = place(fitText(h.Name, p.Font, typeface.Bold, p.Name.W), p.Name, 1)
	size := p.Font * engine.DetailShare
	for _, detail := range h.Details() {
		if t := newText(detail.Text, size, typeface.Regular); t.Width <= p.Detail.W && detail.Text != "" {
			a.Detail = place(t, p.Detail, -1)
			d.namedAbove += detail.Named
			break
		}
	}
	return a
}
