package html

// This file gives the page's script the colours and the signs of pictures, so that it can
// paint nodes that were not there when the page was made.

import (
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/theme"
)

// paletteOf returns the custom properties with the colours of the theme, by the indexes of
// classes, values, amounts and tints: --k3 is the fill of class 3, --k3s its outline, --k3t
// the text on it, --k3e and --k3l the empty and the filled part of a tile, --k3d what is dim.
func paletteOf(t *theme.Theme) string {
	var b strings.Builder
	set := func(name, color string) { b.WriteString(";--" + name + ":" + color) }
	style := func(name string, st theme.Style) {
		set(name, st.Fill)
		set(name+"s", st.Stroke)
		set(name+"t", st.Text)
	}
	for _, c := range diagram.Classes() {
		st, name := t.Classes[c], "k"+strconv.Itoa(int(c))
		style(name, st)
		empty, level := t.Filled(st)
		set(name+"e", empty.Fill)
		set(name+"x", empty.Text)
		set(name+"l", level)
	}
	fills := func(prefix string, by *diagram.Coloring) {
		for i := range t.Fills(by) {
			style(prefix+strconv.Itoa(i), t.FillStyle(by, i))
		}
	}
	fills("v", &diagram.Coloring{})
	fills("a", &diagram.Coloring{Amount: true, Usual: true})
	style("u", t.FillStyle(&diagram.Coloring{}, -1))
	set("edge", t.Edge)
	set("area", t.Area)
	set("areas", t.AreaEdge)
	for i, tint := range t.Tints {
		set("g"+strconv.Itoa(i), tint.Fill)
		set("g"+strconv.Itoa(i)+"s", tint.Edge)
	}
	return b.String()
}

// pageLooks says how many colours of each kind the custom properties of the page have, and
// how nodes are marked.
type pageLooks struct {
	CSS     []string    `json:"css"`   // the names of the classes in CSS
	Lines   []string    `json:"lines"` // of the outlines of classes: "", "dashed" or "dotted"
	Ranks   []int       `json:"ranks"` // of the classes: 0 for what an operator looks for first
	Marks   []*pageMark `json:"marks"` // of the classes; null for none
	Shapes  []*pageMark `json:"shapes"`
	Tones   []string    `json:"tones,omitempty"` // the names of the colours of the values that colours stand for
	Values  int         `json:"values"`
	Amounts int         `json:"amounts"`
	Tints   int         `json:"tints"`
}

// A pageMark is a glyph in a circle of radius 1 around 0, 0, as paths of SVG.
type pageMark struct {
	Strokes string `json:"strokes,omitempty"`
	Filled  string `json:"filled,omitempty"`
}

func looksOf(d *diagram.Diagram, t *theme.Theme) pageLooks {
	l := pageLooks{Values: len(t.Values), Amounts: len(t.Amounts), Tints: len(t.Tints)}
	unit := layout.Mark{R: 1}
	for _, c := range diagram.Classes() {
		l.CSS = append(l.CSS, c.CSS())
		l.Lines = append(l.Lines, c.Line().String())
		l.Ranks = append(l.Ranks, rankOf(c))
		l.Marks = append(l.Marks, markOf(paint.Appearance{Class: c}.MarkGlyph(t, unit)))
	}
	for i := range paint.Shapes {
		l.Shapes = append(l.Shapes, markOf(paint.ShapeGlyph(i, unit)))
	}
	if c := d.Coloring; c != nil && !c.Amount {
		for i := range c.Values {
			l.Tones = append(l.Tones, toneOf(c, t, i))
		}
	}
	return l
}

// rankOf returns the rank of the nodes of a class that have no part in jobs.
func rankOf(c diagram.Class) int {
	n := diagram.Node{Class: c, NeedsAttention: c == diagram.ClassRequester}
	if c == diagram.ClassChanged || c == diagram.ClassAdded || c == diagram.ClassRemoved {
		n.Change = diagram.Changed
	}
	return n.Rank()
}

// toneOf returns the name of the colour of a value.
func toneOf(c *diagram.Coloring, t *theme.Theme, value int) string {
	if c.Classes != nil && c.Classes[value] != 0 {
		return "k" + strconv.Itoa(int(c.Classes[value]))
	}
	return "v" + strconv.Itoa(t.FillIndex(c, diagram.Value{Number: value + 1})%len(t.Values))
}

// flows reports whether the boxes of a drawing flow to the window, whatever its places.
func flows(d *layout.Drawing) bool {
	return (d.Engine == "trays" || d.Engine == "cells") && d.Diagram.Jobs == 0
}

// isStar reports whether a drawing is one hub with nodes around it, and nothing else. On the
// screen of a phone its names would be too small to read.
func isStar(d *layout.Drawing) bool {
	return (d.Engine == "twopi" || d.Engine == "radial") && d.Diagram.Jobs == 0
}

func markOf(g paint.Glyph) *pageMark {
	if g.Empty() {
		return nil
	}
	var m pageMark
	if g.Circle {
		m.Strokes = "M.95 0A.95 .95 0 1 1 -.95 0A.95 .95 0 1 1 .95 0"
	}
	at := func(x, y float64) string { return coordinate(x) + " " + coordinate(y) }
	for _, s := range g.Strokes {
		m.Strokes += "M" + at(s[0].X, s[0].Y) + "L" + at(s[1].X, s[1].Y)
	}
	for i, p := range g.Filled {
		m.Filled += []string{"M", "L"}[min(i, 1)] + at(p.X, p.Y)
	}
	return &m
}

func coordinate(x float64) string { return strconv.FormatFloat(paint.Round(x), 'f', -1, 64) }

// fillOf returns the capacity whose share in use fills tiles, as the page's script calls it.
func fillOf(d *diagram.Diagram) string {
	switch d.Filling {
	case "CPU":
		return "cpu"
	case "memory":
		return "memory"
	case "GPUs":
		return "gpu"
	}
	return diagram.NoFill
}
