package html

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

// filters returns lists of checkboxes: for classes of nodes, outcomes, values that colours
// stand for, and groups. They are the legend of the page too.
func filters(d *layout.Drawing, t *theme.Theme) string {
	f := &filterWriter{d: d.Diagram, theme: t}
	c := f.d.Coloring
	n := countNodes(f.d)
	f.raw("<fieldset>\n<legend>Kind and state</legend>\n")
	for _, class := range diagram.Classes() {
		if n.classes[class] == 0 {
			continue
		}
		swatch := f.swatch(paint.ClassAppearance(f.d, class))
		if c != nil && (class == diagram.ClassCompute || class == diagram.ClassGroup) {
			swatch = noSwatch // it has the colours of values
			if c.Amount && c.Usual {
				swatch = f.swatch(paint.Appearance{Class: class, Line: class.Line()}) // shades of its own colour
			}
		}
		f.item(box{"kind", int(class), 0}, swatch, class.String(), n.classes[class])
	}
	f.raw("</fieldset>\n")
	if f.d.Jobs > 0 {
		f.runs(n)
	}
	if c != nil && c.Amount {
		f.scale(d)
	} else if c != nil {
		f.raw("<fieldset>\n<legend>").esc(capital(c.Name)).raw("</legend>\n")
		for i, name := range c.Values {
			if n.values[i+1] > 0 {
				f.item(box{"value", i, 0}, f.swatch(paint.ValueAppearance(f.d, diagram.Value{Number: i + 1})), name, n.values[i+1])
			}
		}
		f.raw("</fieldset>\n")
	}
	if len(f.d.Groups) > 0 {
		f.raw("<fieldset>\n<legend>Group</legend>\n")
		for i := range f.d.Groups {
			g := &f.d.Groups[i]
			f.item(box{"group", i + 1, len(g.Path)}, "", g.Name(), g.Count)
		}
		f.raw("</fieldset>\n")
	}
	return string(f.buf)
}

// nodeCounts are the numbers of nodes of each filter.
type nodeCounts struct {
	classes    [diagram.ClassCount]int
	part, idle int
	values     map[int]int // by the number of the value, 0 for none
}

func countNodes(d *diagram.Diagram) nodeCounts {
	n := nodeCounts{values: make(map[int]int)}
	for i := range d.Nodes {
		v := &d.Nodes[i]
		n.classes[v.Class]++
		if v.Part {
			n.part++
		} else if v.Idle {
			n.idle++
		}
		if d.Coloring != nil {
			n.values[d.ValueOf(i).Number]++
		}
	}
	return n
}

// A filterWriter writes HTML to a buffer. Some methods return it, so that calls can be
// chained.
type filterWriter struct {
	d     *diagram.Diagram
	theme *theme.Theme
	buf   []byte
}

func (f *filterWriter) raw(t string) *filterWriter {
	f.buf = append(f.buf, t...)
	return f
}

// esc appends text, escaped.
func (f *filterWriter) esc(t string) *filterWriter {
	f.buf = svg.AppendEscaped(f.buf, t)
	return f
}

// runs writes the checkboxes for outcomes, and for nodes with and without executions.
func (f *filterWriter) runs(n nodeCounts) {
	var counts [diagram.OutcomeCount]int
	all := 0
	for _, e := range f.d.Edges[f.d.HubEdges():] {
		counts[e.Run.Outcome]++
		all++
	}
	if all > 0 {
		f.raw("<fieldset>\n<legend>Jobs on nodes</legend>\n")
		for _, o := range diagram.Outcomes() {
			if counts[o] > 0 {
				f.item(box{"run", int(o), 0}, svg.RunSwatch(o), capital(o.String()), counts[o])
			}
		}
		f.raw("</fieldset>\n")
	}
	used := paint.Appearance{Class: diagram.ClassCompute}
	idle := used
	idle.Dim = true
	f.raw("<fieldset>\n<legend>Executions</legend>\n")
	if n.part > 0 {
		f.item(box{"part", 0, 0}, f.swatch(used), "Has executions", n.part)
	}
	if n.idle > 0 {
		f.item(box{"part", 1, 0}, f.swatch(idle), capital(diagram.NoExecutions), n.idle)
	}
	f.raw("</fieldset>\n")
}

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// A box is a checkbox.
type box struct {
	name  string
	value int
	level int // of a group, from 1; otherwise 0
}

// noSwatch is a blank of the size of a swatch.
const noSwatch = `<span class="swatch"></span>`

func (f *filterWriter) item(b box, swatch, text string, count int) {
	level := strconv.Itoa(b.level)
	f.raw(`<label`)
	if b.level > 0 {
		f.raw(` class="level` + level + `"`)
	}
	f.raw(`><input type="checkbox" name="` + b.name + `" value="` + strconv.Itoa(b.value) + `"`)
	if b.level > 0 {
		f.raw(` data-level="` + level + `"`)
	}
	f.raw(` autocomplete="off" checked>` + swatch)
	f.raw(`<span class="item">`).esc(text).raw(`</span> <span class="count">` + strconv.Itoa(count) + "</span></label>\n")
}

// scale writes the legend for colours that stand for amounts.
func (f *filterWriter) scale(d *layout.Drawing) {
	f.raw(`<div class="scale">` + "\n<h2>").esc(capital(f.d.Coloring.Name)).raw("</h2>\n")
	for i := range f.d.Legend {
		if e := &f.d.Legend[i]; e.Kind == diagram.ValueEntry {
			f.raw("<p>" + f.swatch(paint.EntryAppearance(f.d, e))).esc(d.Legend[i].Name.String).raw("</p>\n")
		}
	}
	f.raw("</div>\n")
}

// swatch returns a small pill with an appearance.
func (f *filterWriter) swatch(a paint.Appearance) string { return svg.Swatch(f.d, f.theme, a) }
