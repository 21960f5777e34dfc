package theme

import (
	"fmt"
	"slices"

	"github.com/bacviz/bacviz/diagram"
)

// minTextContrast is the contrast of text to its background by WCAG 2.1 (AA).
const minTextContrast = 4.5

// By WCAG 2.1, lines of jobs, and either the fill or the outline of a node, need a
// contrast of 3:1 to the page. Edges have less: at 3:1, hundreds of them would hide
// everything else, and the colour of a node also shows where its edge leads.
const (
	minGraphicsContrast  = 3
	minEdgeContrast      = 2
	minFaintEdgeContrast = 1.4
)

// readable returns an error if a text, an edge or a node of the theme has too little
// contrast to what is behind it.
func (t *Theme) readable() error {
	atLeast := func(least float64, to, what, color, on string) error {
		if c := Contrast(color, on); c < least {
			return fmt.Errorf("%s: %s on %s has a contrast of %.1f:1, and needs %.1f:1 to be %s", what, color, on, c, least, to)
		}
		return nil
	}
	check := func(what, text, on string) error { return atLeast(minTextContrast, "read", what, text, on) }
	for _, c := range [][3]string{
		{"title", t.Title, t.Page},
		{"subtitle", t.Subtitle, t.Page},
		{"title, also used for names of groups", t.Title, t.Area},
	} {
		if err := check(c[0], c[1], c[2]); err != nil {
			return err
		}
	}
	for k, st := range t.Classes {
		if err := check(diagram.Class(k).CSS(), st.Text, st.Fill); err != nil {
			return err
		}
		if Contrast(st.Fill, t.Page) < minGraphicsContrast {
			if err := atLeast(minGraphicsContrast, "seen", diagram.Class(k).CSS()+" stroke, because its fill has little contrast to the page", st.Stroke, t.Page); err != nil {
				return err
			}
		}
	}
	for _, on := range []string{t.Page, t.Area} {
		if err := atLeast(minEdgeContrast, "seen", "edge", t.Edge, on); err != nil {
			return err
		}
		if err := atLeast(minFaintEdgeContrast, "seen", "faintEdge", t.FaintEdge, on); err != nil {
			return err
		}
		for _, o := range diagram.Outcomes() {
			if err := atLeast(minGraphicsContrast, "seen", "run "+o.Name(), t.Runs[o], on); err != nil {
				return err
			}
		}
	}
	for _, fill := range slices.Concat(t.Values, t.Amounts, []string{t.Unknown}) {
		if err := check("values and amounts", textOn(fill), fill); err != nil {
			return err
		}
	}
	return nil
}
