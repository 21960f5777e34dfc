package output

// This file holds the colours: which class of things is drawn how.

import (
	"image/color"

	"github.com/bacviz/bacviz/layout"
)

// A style is how an outline is drawn. Colours are "#rrggbb".
type style struct {
	fill, stroke string
	width        float64 // of the stroke, in points
	text         string  // colour of what stands on the fill
}

// A theme holds the colours of a picture.
type theme struct {
	page, title, subtitle string
	edge, faintEdge       string // faint where there are many
	kinds                 [layout.RejectedKind + 1]style
}

// The fills are from the palette of Okabe and Ito (Color Universal Design, 2008), which
// readers with any kind of colour vision tell apart; the lighter two are tints
// of its orange and white. Texts on them have a contrast of at least 7:1.
var light = theme{
	page: "#ffffff", title: "#16202c", subtitle: "#4a5666", edge: "#94a3b3", faintEdge: "#c2cbd5",
	kinds: [...]style{
		layout.HubKind:          {"#e69f00", "#8f5f00", 1.4, "#16120a"},
		layout.HybridKind:       {"#e69f00", "#0072b2", 2.2, "#16120a"},
		layout.RequesterKind:    {"#fbe6bd", "#a06a00", 1.2, "#16120a"},
		layout.ComputeKind:      {"#56b4e9", "#0072b2", 0.8, "#0a1620"},
		layout.DisconnectedKind: {"#ffffff", "#5b6b7b", 0.9, "#16202c"},
		layout.PendingKind:      {"#f0e442", "#7d7500", 0.8, "#16160a"},
		layout.RejectedKind:     {"#cc79a7", "#7d2f58", 0.8, "#1c0a14"},
	},
}

// dark changes what stands on the page; the fills are readable on both.
var dark = func() theme {
	t := light
	t.page, t.title, t.subtitle = "#10161d", "#eef2f6", "#aab6c2"
	t.edge, t.faintEdge = "#5d6b7a", "#35414d"
	t.kinds[layout.DisconnectedKind] = style{"#10161d", "#9aa8b6", 0.9, "#eef2f6"}
	return t
}()

// dashes is the pattern of a disconnected node's outline, in points: the second
// channel beside its colour.
var dashes = []float64{2.6, 1.8}

// strokeOf is the width of an outline: that of its kind, but never more than a
// sixth of a small box.
func strokeOf(s style, b *layout.Box) float64 { return min(s.width, b.H/6) }

// edgeStyle thins the edges out as they get many, so that they do not turn into
// fog around a hub.
func (t *theme) edgeStyle(d *layout.Drawing) (color string, width float64) {
	switch n := len(d.Lines); {
	case n <= 60:
		return t.edge, 0.9
	case n <= 300:
		return t.edge, 0.6
	default:
		return t.faintEdge, 0.5
	}
}

// rgb reads a colour of a theme.
func rgb(hex string) color.RGBA {
	digit := func(i int) uint8 {
		if c := hex[i]; c >= 'a' {
			return c - 'a' + 10
		} else {
			return c - '0'
		}
	}
	return color.RGBA{digit(1)<<4 | digit(2), digit(3)<<4 | digit(4), digit(5)<<4 | digit(6), 255}
}
