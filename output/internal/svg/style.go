package svg

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// areaWidth is the width of the outline of an area, in points.
const areaWidth = 0.7

// styles returns the rules of the style element. All begin with ".bacviz ".
func (s *writer) styles() string {
	before := len(s.buf)
	s.raw("\n")
	s.raw(".bacviz text{font-family:" + typeface.Family + ";font-kerning:none}\n")
	s.raw(".bacviz .title,.bacviz .hub text,.bacviz .hybrid text,.bacviz .groupname{font-weight:bold}\n")
	if s.d.Diagram.Difference { // hubs have other classes
		s.raw(".bacviz .strong text{font-weight:bold}\n")
	}
	_, width := paint.EdgeStyle(s.d, s.theme)
	s.raw(".bacviz .edge{fill:none;stroke-width:").num(width).raw("}")
	s.raw(".bacviz .hull{stroke-width:" + fmt.Sprint(areaWidth) + ";stroke-linejoin:round}\n")
	s.raw(".bacviz .mark{fill:none;stroke-linecap:round;stroke-dasharray:none}.bacviz .glyph{stroke:none}\n")
	if len(s.d.Areas) > 0 {
		s.raw(".bacviz .groupname{paint-order:stroke;stroke-linejoin:round;stroke-width:" + fmt.Sprint(paint.HaloWidth) + "em}\n")
	}
	if len(s.d.Trunks) > 0 {
		s.raw(".bacviz .trunk,.bacviz .gap{fill:none}\n")
	}
	if slices.ContainsFunc(s.d.Areas, func(a layout.Area) bool { return paint.OnPlate(&a) }) {
		s.raw(".bacviz .flat{stroke-width:0}\n")
	}
	if s.looks(layout.Apart) {
		s.raw(".bacviz .apart{stroke-dasharray:" + dashes(diagram.Dashed) + "}\n")
	}
	if s.looks(layout.Bare) {
		s.raw(".bacviz .bare{fill:none;pointer-events:all}\n")
	}
	s.runStyles()
	s.raw(".bacviz .dashed .outline{stroke-dasharray:" + dashes(diagram.Dashed) + "}\n")
	if s.dotted {
		s.raw(".bacviz .dotted .outline{stroke-dasharray:" + dashes(diagram.Dotted) + "}\n")
	}
	if s.uses(diagram.ClassRemoved) {
		s.raw(".bacviz .gone{stroke-dasharray:" + dashes(diagram.Dashed) + "}\n")
	}
	s.themeRules(s.theme, nil)
	if s.dark != nil {
		s.raw("@media (prefers-color-scheme:dark){\n")
		s.themeRules(s.dark, s.theme)
		s.raw("}\n")
	}
	css := string(s.buf[before:])
	s.buf = s.buf[:before]
	return css
}

// themeRules writes the rules for a theme, without those that are equal in another theme.
func (s *writer) themeRules(t, from *theme.Theme) {
	if !t.Transparent {
		s.raw(".bacviz .page{fill:" + t.Page + "}")
	}
	s.raw(".bacviz .title,.bacviz .name,.bacviz .groupname{fill:" + t.Title + "}")
	s.raw(".bacviz .subtitle{fill:" + t.Subtitle + "}")
	if slices.ContainsFunc(s.d.Areas, func(a layout.Area) bool { return a.Detail.String != "" }) {
		s.raw(".bacviz .groupdetail{fill:" + t.Subtitle + "}")
	}
	edge, _ := paint.EdgeStyle(s.d, t)
	s.raw(".bacviz .edge{stroke:" + edge + "}\n")
	if s.beside {
		s.raw(".bacviz .nodes .node .beside{fill:" + t.Title + "}\n") // four classes win over those of any node
	}
	if s.uses(diagram.ClassRemoved) {
		s.raw(".bacviz .gone{stroke:" + paint.RemovedEdge(s.d, t) + "}\n")
	}
	if len(s.d.Areas) > 0 {
		s.raw(".bacviz .hull{fill:" + t.Area + ";stroke:" + t.AreaEdge + "}.bacviz .groupname{stroke:" + t.Page + "}\n")
	}
	for i, tint := range t.Tints {
		if slices.ContainsFunc(s.d.Areas, func(a layout.Area) bool { return paint.AreaTint(&a, t) == i }) {
			s.raw(".bacviz ." + tintClass(i) + "{fill:" + tint.Fill + ";stroke:" + tint.Edge + "}\n")
		}
	}
	if len(s.d.Trunks) > 0 {
		s.raw(".bacviz .trunk{stroke:" + t.Edge + "}.bacviz .gap{stroke:" + t.Page + "}\n")
		if s.uses(diagram.ClassRemoved) {
			s.raw(".bacviz .trunk.gone{stroke:" + t.Classes[diagram.ClassRemoved].Stroke + "}\n")
		}
	}
	if s.looks(layout.Apart) {
		fill, stroke, _ := paint.AreaStyle(&layout.Area{Look: layout.Apart}, t)
		s.raw(".bacviz .apart{fill:" + fill + ";stroke:" + stroke + "}\n")
	}
	for _, c := range diagram.Classes() {
		st := t.Classes[c]
		if !s.uses(c) {
			continue
		}
		if !c.IsJob() {
			s.dimRule(t, c.CSS(), st)
		}
		if from == nil || from.Classes[c] != st {
			s.rule(c.CSS(), st)
			if paint.FillsGlyph(c) {
				s.glyphRule(c.CSS(), st)
			}
		}
	}
	s.fillColors(t)
	s.runColors(t)
	if c := s.d.Diagram.Coloring; c != nil {
		s.rule("unknown", t.FillStyle(c, -1))
		s.dimRule(t, "unknown", t.FillStyle(c, -1))
		for i := range t.Fills(c) {
			st := t.FillStyle(c, i)
			s.rule(fillClass(i), st)
			s.glyphRule(fillClass(i), st)
			s.dimRule(t, fillClass(i), st)
		}
		s.rule("state.badge", t.Badge()) // two classes win over those of the node
		if s.uses(diagram.ClassAwaiting) {
			s.glyphRule("state.badge", t.Badge())
		}
	}
}

// tintClass returns the CSS class for the tint of a group.
func tintClass(i int) string { return "tint" + strconv.Itoa(i) }

// looks reports whether the picture has an area with a look.
func (s *writer) looks(l layout.AreaLook) bool {
	return slices.ContainsFunc(s.d.Areas, func(a layout.Area) bool { return a.Look == l })
}

// fillColors writes the rules for tiles that show a share in use, or that it is not known.
func (s *writer) fillColors(t *theme.Theme) {
	if !s.filled {
		return
	}
	for _, c := range []diagram.Class{diagram.ClassCompute, diagram.ClassGroup} {
		empty, level := t.Filled(t.Classes[c])
		part := ".bacviz .part." + c.CSS()
		s.raw(part + "{fill:" + empty.Fill + "}" + part + " text{fill:" + empty.Text + "}" + part + " .level{fill:" + level + ";stroke:none}\n")
	}
	s.raw(".bacviz .open{fill:" + t.Page + "}.bacviz .open text{fill:" + t.Title + "}\n")
}

// fillClass returns the CSS class for the fill with that index. There is one for each
// fill of the theme, because a page with a strict Content-Security-Policy may forbid
// style attributes.
func fillClass(i int) string { return "v" + strconv.Itoa(i) }

// glyphRule writes the rule for the filled part of a glyph in elements of a CSS class.
func (s *writer) glyphRule(class string, st theme.Style) {
	s.raw(".bacviz ." + class + " .glyph{fill:" + st.Text + "}\n")
}

// rule writes the rules of a CSS class, or of several that an element has, with dots
// between them.
func (s *writer) rule(class string, st theme.Style) {
	s.raw(".bacviz ." + class + "{fill:" + st.Fill + ";stroke:" + st.Stroke + ";stroke-width:").num(st.Width).raw("}")
	s.raw(".bacviz ." + class + " text{fill:" + st.Text + ";stroke:none}")
	s.raw(".bacviz ." + class + " .mark{stroke:" + st.Text + "}\n")
	if s.bars {
		s.raw(".bacviz ." + class + " .bar{fill:" + st.Text + ";stroke:none}.bacviz ." + class + " .rest{fill:" + paint.RestOfBar(st) + ";stroke:none}\n")
	}
}

// uses reports whether a class is in the picture, as its legend lists them.
func (s *writer) uses(c diagram.Class) bool {
	return c == diagram.ClassCompute || c == diagram.ClassGroup && s.d.Diagram.Coloring != nil ||
		slices.ContainsFunc(s.d.Diagram.Legend, func(e diagram.Entry) bool { return e.Kind == diagram.ClassEntry && e.Class == c })
}

// runStyles writes the rules for the edges of jobs that are the same in all themes, and
// runColors those of one theme.
func (s *writer) runStyles() {
	if s.d.Diagram.Jobs == 0 {
		return
	}
	s.raw(".bacviz .job text,.bacviz .count text{font-weight:bold}\n")
	s.raw(".bacviz .run{fill:none}.bacviz .count rect{stroke-width:0.5}\n")
	for _, o := range s.outcomes() {
		s.raw(".bacviz .run-" + o.Name() + "{stroke-width:").num(paint.RunWidth(s.d, o))
		for i, d := range paint.RunDashes(s.d, o) {
			s.raw([]string{";stroke-dasharray:", " "}[min(i, 1)]).num(d)
		}
		s.raw("}")
	}
	s.raw("\n")
}

func (s *writer) runColors(t *theme.Theme) {
	for _, o := range s.outcomes() {
		s.raw(".bacviz .run-" + o.Name() + "{stroke:" + t.Runs[o] + "}")
		if len(s.d.Chips) > 0 {
			s.raw(".bacviz .chip-" + o.Name() + " .mark{stroke:" + t.Runs[o] + "}.bacviz .chip-" + o.Name() + " .glyph{fill:" + t.Runs[o] + "}")
		}
	}
	if len(s.d.Chips) > 0 {
		s.raw(".bacviz .chip .run{fill:" + t.Page + "}.bacviz .chip text{fill:" + t.Title + "}\n")
	}
	if s.d.Diagram.HubEdges() < len(s.d.Diagram.Edges) {
		s.raw(".bacviz .count rect{fill:" + t.Page + ";stroke:" + t.FaintEdge + "}.bacviz .count text{fill:" + t.Title + "}\n")
	}
}

// outcomes returns the outcomes in the picture, as its legend lists them.
func (s *writer) outcomes() (all []diagram.Outcome) {
	for _, e := range s.d.Diagram.Legend {
		if e.Kind == diagram.RunEntry {
			all = append(all, e.Outcome)
		}
	}
	return all
}

// dimRule writes the rule for nodes of a class that have no executions.
func (s *writer) dimRule(t *theme.Theme, class string, st theme.Style) {
	if s.d.Diagram.Jobs > 0 {
		st = t.Dim(st)
		s.rule("dim."+class, st)
		s.glyphRule("dim."+class, st)
	}
}

// dashes returns the pattern of an outline in CSS.
func dashes(l diagram.LineStyle) string {
	pattern := paint.OutlineDashes(l)
	return fmt.Sprint(pattern[0], " ", pattern[1])
}
