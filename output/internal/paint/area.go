package paint

import (
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// Rectangular reports whether an area is a rectangle with round corners. The first point of
// its path is then the upper left one, and the third the lower right one.
func Rectangular(a *layout.Area) bool {
	p := a.Path
	return a.Corner > 0 && len(p) == 4 && p[0].X == p[3].X && p[0].Y == p[1].Y && p[2].X == p[1].X && p[2].Y == p[3].Y &&
		2*a.Corner <= min(p[2].X-p[0].X, p[2].Y-p[0].Y)
}

// OnPlate reports whether no line passes behind the name of an area, which then needs no
// halo.
func OnPlate(a *layout.Area) bool { return a.Look == layout.Tag || Rectangular(a) }

// AreaTint returns the index of the theme's tint for an area, or -1 if it has none.
func AreaTint(a *layout.Area, t *theme.Theme) int {
	if a.Look == layout.Apart || a.Look == layout.Bare || a.Outer == 0 || len(t.Tints) == 0 {
		return -1
	}
	return (a.Outer - 1) % len(t.Tints)
}

// AreaStyle returns the colours of an area, and the style of its outline.
func AreaStyle(a *layout.Area, t *theme.Theme) (fill, stroke string, line diagram.LineStyle) {
	if a.Look == layout.Apart {
		return t.Page, t.Subtitle, diagram.Dashed
	}
	if i := AreaTint(a, t); i >= 0 {
		return t.Tints[i].Fill, t.Tints[i].Edge, diagram.Solid
	}
	return t.Area, t.AreaEdge, diagram.Solid
}

// TextColor returns the colour of a text outside of boxes.
func TextColor(class TextClass, t *theme.Theme) string {
	if class == Subtitle || class == Detail {
		return t.Subtitle
	}
	return t.Title
}
