package svg

// This file writes nodes.

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/parallel"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// Nodes writes the nodes on all processors.
func (s *writer) Nodes(ctx context.Context) {
	const (
		size     = 512 // nodes of a piece
		boxBytes = 200 // of a small tile without a tooltip
	)
	s.flush()
	if s.err != nil {
		return
	}
	s.err = parallel.Write(ctx, s.w, len(s.d.Boxes), size, func(text []byte, from, to int) ([]byte, error) {
		part := *s
		part.buf, part.shades = slices.Grow(text, boxBytes*(to-from)), paint.Styles{}
		for i := from; i < to; i++ {
			part.Box(paint.NodeAppearance(s.d, i), &s.d.Boxes[i], i)
		}
		return part.buf, nil
	})
}

// Box writes a node, or a swatch of the legend.
func (s *writer) Box(appearance paint.Appearance, b *layout.Box, i int) {
	var n *diagram.Node
	link := ""
	if i >= 0 {
		n = &s.d.Diagram.Nodes[i]
		link = s.opt.LinkTo(n)
	}
	if link != "" {
		s.raw(`<a href="`).esc(link).raw(`">`)
	}
	colors := s.shades.Of(appearance, s.theme)
	st := colors.Style
	s.raw(`<g class="`)
	s.classes(appearance, colors.Index, n)
	s.raw(`"`).colors(st.Fill, st.Stroke, st.Width).raw(">")
	if n != nil && !s.silent {
		s.raw("<title>").esc(s.d.Diagram.Tooltip(i)).raw("</title>")
	}
	s.outline(appearance, st, b)
	if level := colors.Level; level != "" {
		center, w, h, r := paint.LevelBox(b, paint.Stroke(st, b))
		s.raw(`<rect class="level" x="`).num(center.X - w/2).raw(`" y="`).num(center.Y - h/2).raw(`" width="`).num(w).raw(`" height="`).num(h)
		s.raw(`" rx="`).num(r).raw(`" fill="` + level + `" stroke="none"/>`)
	}
	if b.Content != nil {
		s.content(appearance, b, st.Text)
	}
	s.raw("</g>")
	if link != "" {
		s.raw("</a>")
	}
	s.raw("\n")
}

// content writes what is in a box or beside it, and what is text in a colour.
func (s *writer) content(appearance paint.Appearance, b *layout.Box, color string) {
	s.mark(appearance.MarkGlyph(s.theme, b.Mark()), b.Mark(), color)
	if g, m := appearance.BadgeGlyph(b); !g.Empty() {
		badge := s.theme.Badge()
		s.raw(`<g class="state badge"><circle cx="`).num(b.Badge().Center.X).raw(`" cy="`).num(b.Badge().Center.Y)
		s.raw(`" r="`).num(b.Badge().R).raw(`"`).colors(badge.Fill, badge.Stroke, paint.BadgeStroke(b)).raw(`/>`)
		s.mark(g, m, badge.Text)
		s.raw("</g>")
	}
	switch {
	case b.Beside():
		s.textLines(b.Label(), ` class="beside" fill="`+s.theme.Title+`" stroke="none"`)
	case b.Label().String != "":
		s.textLines(b.Label(), ` fill="`+color+`" stroke="none"`)
	}
	if detail := b.Detail(); detail.String != "" {
		s.textLines(detail, ` class="detail" fill="`+color+`" stroke="none"`)
	}
	s.bar(appearance, b.Bar())
}

// bar writes a bar of what is in use.
func (s *writer) bar(appearance paint.Appearance, b layout.Bar) {
	if b.W == 0 {
		return
	}
	used, rest := appearance.BarColors(s.theme)
	part := func(class, color string, center r2.Vec, w float64) {
		s.raw(`<rect class="` + class + `" x="`).num(center.X - w/2).raw(`" y="`).num(center.Y - b.H/2).raw(`" width="`).num(w)
		s.raw(`" height="`).num(b.H).raw(`" fill="` + color + `" stroke="none"/>`)
	}
	part("rest", rest, b.Center, b.W)
	if center, w := paint.UsedPart(b); w > 0 {
		part("bar", used, center, w)
	}
}

// classes writes the classes of a node, or of a swatch where n is nil, with a fill of the theme.
func (s *writer) classes(appearance paint.Appearance, fill int, n *diagram.Node) {
	if n != nil {
		s.raw("node ")
	}
	if appearance.Class.IsJob() {
		s.raw("job ")
	}
	if appearance.Dim {
		s.raw("dim ")
	}
	if !appearance.ByValue() {
		s.raw(appearance.Class.CSS())
	} else if fill < 0 {
		s.raw("unknown")
	} else {
		s.raw("compute ").raw(fillClass(fill))
	}
	switch {
	case appearance.Share.Known:
		s.raw(" part")
	case appearance.Share.Shown:
		s.raw(" open")
	}
	if line := appearance.Line.String(); line != "" {
		s.raw(" " + line)
	}
	if n != nil && n.Hub && s.d.Diagram.Difference {
		s.raw(" strong")
	}
}

func (s *writer) outline(appearance paint.Appearance, st theme.Style, b *layout.Box) {
	x, y := b.Center.X, b.Center.Y
	if b.Shape == layout.Dot {
		s.raw(`<circle class="outline" cx="`).num(x).raw(`" cy="`).num(y).raw(`" r="`).num(b.W / 2).raw(`"`)
	} else {
		s.raw(`<rect class="outline" x="`).num(x - b.W/2).raw(`" y="`).num(y - b.H/2).raw(`" width="`).num(b.W).raw(`" height="`).num(b.H)
		s.raw(`" rx="`).num(paint.Corner(b)).raw(`"`)
	}
	// No CSS rule may set this on the outline itself: it would override the attribute.
	if w := paint.Stroke(st, b); w < st.Width {
		s.raw(` stroke-width="`).num(w).raw(`"`)
	}
	if appearance.Line != diagram.Solid {
		s.raw(` stroke-dasharray="` + dashes(appearance.Line) + `"`)
	}
	s.raw("/>")
}

// mark writes a glyph in a colour.
func (s *writer) mark(g paint.Glyph, m layout.Mark, color string) {
	if g.Circle {
		s.raw(`<circle class="mark" cx="`).num(m.Center.X).raw(`" cy="`).num(m.Center.Y).raw(`" r="`).num(m.R * 0.95)
		s.raw(`"`).colors("none", color, m.R*paint.MarkWidth).raw(`/>`)
	}
	if len(g.Strokes) > 0 {
		s.raw(`<path class="mark" d="`)
		for _, l := range g.Strokes {
			s.raw("M").num(l[0].X).raw(" ").num(l[0].Y).raw("L").num(l[1].X).raw(" ").num(l[1].Y)
		}
		s.raw(`"`).colors("none", color, m.R*paint.MarkWidth).raw(` stroke-linecap="round"/>`)
	}
	if len(g.Filled) > 0 {
		s.raw(`<path class="glyph" d="`)
		for i, p := range g.Filled {
			s.raw([]string{"M", "L"}[min(i, 1)]).num(p.X).raw(" ").num(p.Y)
		}
		s.raw(`Z" fill="` + color + `" stroke="none"/>`)
	}
}
