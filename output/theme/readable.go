package theme

import (
	"cmp"
	"fmt"
	"math"

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

// A ContrastError says that a text, an edge or a node of a theme has too little
// contrast to what is behind it.
type ContrastError struct {
	Message string
	Hint    string // which colours to change
}

func (e *ContrastError) Error() string { return e.Message }

// A pair is two colours of a theme, of which one is seen on the other.
type pair struct {
	what   string // is seen
	field  string // of its colour, for the hint
	color  string
	behind string // the field of the colour behind it
	on     string
}

// check returns a [*ContrastError] if the contrast is less than it has to be.
func (p pair) check(least float64, to string) error {
	c := Contrast(p.color, p.on)
	if c >= least {
		return nil
	}
	return &ContrastError{
		Message: fmt.Sprintf("%s: %s on %s has a contrast of %s, and needs %s to be %s", p.what, p.color, p.on, ratio(c), ratio(least), to),
		Hint:    fmt.Sprintf("set another colour for %s, or for %s", p.field, p.behind),
	}
}

// ratio writes a contrast, rounded down: one that is too low never looks enough.
func ratio(contrast float64) string { return fmt.Sprintf("%.1f:1", math.Floor(contrast*10)/10) }

// readable returns a [*ContrastError] if a text, an edge or a node of the theme has
// too little contrast to what is behind it.
func (t *Theme) readable() error {
	return cmp.Or(t.checkTexts(), t.checkNodes(), t.checkEdges(), t.checkFills())
}

// areas returns the fills of areas.
func (t *Theme) areas() []string {
	all := []string{t.Area}
	for _, tint := range t.Tints {
		all = append(all, tint.Fill)
	}
	return all
}

func (t *Theme) checkTexts() error {
	texts := []pair{
		{"title", "title", t.Title, "page", t.Page},
		{"subtitle", "subtitle", t.Subtitle, "page", t.Page},
	}
	for _, area := range t.areas() {
		texts = append(texts, pair{"title, also used for names of groups", "title", t.Title, "group", area})
	}
	for _, p := range texts {
		if err := p.check(minTextContrast, "read"); err != nil {
			return err
		}
	}
	return nil
}

func (t *Theme) checkNodes() error {
	for k, st := range t.Classes {
		name := diagram.Class(k).CSS()
		field := "nodes." + name
		text := pair{name, field + ".text", st.Text, field + ".fill", st.Fill}
		if err := text.check(minTextContrast, "read"); err != nil {
			return err
		}
		if Contrast(st.Fill, t.Page) >= minGraphicsContrast {
			continue
		}
		stroke := pair{name + " stroke, because its fill has little contrast to the page", field + ".stroke", st.Stroke, "page", t.Page}
		if err := stroke.check(minGraphicsContrast, "seen"); err != nil {
			return err
		}
	}
	return nil
}

func (t *Theme) checkEdges() error {
	behind := [][2]string{{"page", t.Page}}
	for _, area := range t.areas() {
		behind = append(behind, [2]string{"group", area})
	}
	for _, on := range behind {
		edge := pair{"edge", "edge", t.Edge, on[0], on[1]}
		faint := pair{"faintEdge", "faintEdge", t.FaintEdge, on[0], on[1]}
		if err := cmp.Or(edge.check(minEdgeContrast, "seen"), faint.check(minFaintEdgeContrast, "seen")); err != nil {
			return err
		}
		for _, o := range diagram.Outcomes() {
			run := pair{"run " + o.Name(), "runs." + o.Name(), t.Runs[o], on[0], on[1]}
			if err := run.check(minGraphicsContrast, "seen"); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkFills checks the fills whose text is black or white.
func (t *Theme) checkFills() error {
	for _, of := range []struct {
		field string
		fills []string
	}{{"values", t.Values}, {"amounts", t.Amounts}, {"unknown", []string{t.Unknown}}} {
		for _, fill := range of.fills {
			text := pair{of.field, "", textOn(fill), of.field, fill}
			if err := text.check(minTextContrast, "read"); err != nil {
				low := err.(*ContrastError)
				low.Hint = "make " + fill + " lighter or darker"
				return low
			}
		}
	}
	return nil
}
