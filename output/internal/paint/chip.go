package paint

import (
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

// chipWidth is the width of the outline of a chip, by that of an edge of its outcome.
const chipWidth = 0.6

// ChipColors returns the colours of a chip: its ground, its outline and its mark, and its
// label.
func ChipColors(c *layout.Chip, t *theme.Theme) (fill, stroke, text string) {
	return t.Page, t.Runs[c.Outcome], t.Title
}

// ChipGlyph returns the sign of the outcome in the mark of a chip.
func ChipGlyph(c *layout.Chip) Glyph { return glyphIn(c.Outcome.Glyph(), c.Mark()) }

// ChipCorner returns the radius of the corners of a chip in points.
func ChipCorner(c *layout.Chip) float64 { return c.H * 0.2 }

// ChipSwatch returns the swatch of the legend for an outcome, as a chip.
func ChipSwatch(s *layout.Box, o diagram.Outcome) *layout.Chip {
	return &layout.Chip{Box: *s, Outcome: o}
}

// chipEdges returns the indexes of the edges that each chip stands for.
func chipEdges(d *layout.Drawing) [][]int {
	edges := make([][]int, len(d.Chips))
	for i := range d.Lines {
		if k := d.Lines[i].Chip; k > 0 {
			edges[k-1] = append(edges[k-1], i)
		}
	}
	return edges
}
