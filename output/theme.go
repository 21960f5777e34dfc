package output

// This file holds the colours: which class of things is drawn how.

import (
	"fmt"
	"image/color"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
)

// A style is how an outline is drawn. Colours are "#rrggbb".
type style struct {
	fill, stroke string
	width        float64 // of the stroke, in points
	text         string  // colour of what stands on the fill
}

// A Theme holds the colours of a picture. See [ThemeNamed] and [ReadTheme].
type Theme struct {
	page, title, subtitle string
	edge, faintEdge       string // faint where there are many
	hull, hullEdge        string // of groups
	kinds                 [layout.ValueKind]style
	runs                  map[graph.Outcome]string // of the edges of jobs
	values                []string                 // fills for values; glyphs tell those apart that share one
	amounts               []string                 // fills for amounts from 0 to 1, evenly spaced
	unknown               string                   // fill for what has no value
}

// The fills are from the palette of Okabe and Ito (Color Universal Design, 2008), which
// readers with any kind of colour vision tell apart; the lighter two are tints
// of its orange and blue. Amounts are cividis (Nuñez, Anderton and Renslow, 2018),
// even in lightness and made for the colour-blind, without its darkest part.
var light = Theme{
	page: "#ffffff", title: "#16202c", subtitle: "#4a5666",
	edge: "#94a3b3", faintEdge: "#c2cbd5", hull: "#f1f4f8", hullEdge: "#d5dde6",
	kinds: [...]style{
		layout.HubKind:          {"#e69f00", "#8f5f00", 1.4, "#16120a"},
		layout.HybridKind:       {"#e69f00", "#0072b2", 2.2, "#16120a"},
		layout.RequesterKind:    {"#fbe6bd", "#a06a00", 1.2, "#16120a"},
		layout.ComputeKind:      {"#56b4e9", "#0072b2", 0.8, "#0a1620"},
		layout.GroupKind:        {"#cfe7f7", "#0072b2", 1.2, "#0a1620"},
		layout.DisconnectedKind: {"#ffffff", "#5b6b7b", 0.9, "#16202c"},
		layout.PendingKind:      {"#f0e442", "#7d7500", 0.8, "#16160a"},
		layout.RejectedKind:     {"#cc79a7", "#7d2f58", 0.8, "#1c0a14"},
		layout.UnlistedKind:     {"#f6eefb", "#6a3d9a", 0.9, "#20102c"},
		layout.JobPendingKind:   {"#fbf6bf", "#7d7500", 1.3, "#16160a"},
		layout.JobRunningKind:   {"#d3e9f8", "#0072b2", 1.3, "#0a1620"},
		layout.JobCompletedKind: {"#cfeee2", "#00795a", 1.3, "#04140f"},
		layout.JobFailedKind:    {"#fbd9c4", "#b84a00", 1.3, "#241004"},
		layout.JobStoppedKind:   {"#e3e6ea", "#5b6b7b", 1.3, "#16202c"},
		layout.JobUnknownKind:   {"#efe6f8", "#6a3d9a", 1.3, "#20102c"},
		layout.SameKind:         {"#e3e8ee", "#8290a0", 0.8, "#16202c"},
		layout.ChangedKind:      {"#f0e442", "#7d7500", 1.2, "#16160a"},
		layout.AddedKind:        {"#009e73", "#00543d", 1.2, "#04140f"},
		layout.RemovedKind:      {"#fde0d0", "#d55e00", 1.2, "#16202c"},
	},
	runs: map[graph.Outcome]string{
		graph.Failed: "#d55e00", graph.Running: "#0072b2", graph.Waiting: "#857c00", graph.Unknown: "#6a3d9a",
		graph.Cancelled: "#a0487a", graph.Completed: "#009e73", graph.Rejected: "#7d8a98",
	},
	values:  []string{"#56b4e9", "#f0e442", "#009e73", "#cc79a7", "#0072b2", "#d55e00", "#bbbbbb"},
	amounts: []string{"#35456c", "#575d6d", "#707173", "#8a8678", "#a69d75", "#c4b56c", "#e4cf5b", "#ffea46"},
	unknown: "#ffffff",
}

// dark changes what stands on the page; the fills are readable on both.
var dark = func() Theme {
	t := light
	t.page, t.title, t.subtitle = "#10161d", "#eef2f6", "#aab6c2"
	t.edge, t.faintEdge, t.hull, t.hullEdge = "#5d6b7a", "#35414d", "#18212b", "#2b3743"
	t.kinds[layout.DisconnectedKind] = style{"#10161d", "#9aa8b6", 0.9, "#eef2f6"}
	t.kinds[layout.RemovedKind] = style{"#46260f", "#ff8838", 1.2, "#eef2f6"}
	// Dark outlines of these would be lost, dashed ones most of all; round a fill of
	// yellow so would bright ones.
	t.kinds[layout.ChangedKind] = style{"#4a4508", "#f0e442", 1.2, "#faf8dc"}
	t.kinds[layout.PendingKind] = style{"#4a4508", "#f0e442", 0.8, "#faf8dc"}
	t.kinds[layout.AddedKind].stroke = "#a6f0d6"
	t.kinds[layout.RejectedKind].stroke = "#ffe3f0"
	t.kinds[layout.UnlistedKind] = style{"#221a2c", "#b9a3e0", 0.9, "#f2ecfa"}
	t.kinds[layout.JobPendingKind] = style{"#38350a", "#e8dc3c", 1.3, "#faf8dc"}
	t.kinds[layout.JobRunningKind] = style{"#0c3350", "#56b4e9", 1.3, "#e6f3fc"}
	t.kinds[layout.JobCompletedKind] = style{"#0b3b2c", "#2bc48f", 1.3, "#e0f7ee"}
	t.kinds[layout.JobFailedKind] = style{"#4a2108", "#ff8838", 1.3, "#fdeee4"}
	t.kinds[layout.JobStoppedKind] = style{"#2b3743", "#9aa8b6", 1.3, "#eef2f6"}
	t.kinds[layout.JobUnknownKind] = style{"#2a1f3a", "#b9a3e0", 1.3, "#f2ecfa"}
	t.runs = map[graph.Outcome]string{
		graph.Failed: "#ff8838", graph.Running: "#56b4e9", graph.Waiting: "#e8dc3c", graph.Unknown: "#b9a3e0",
		graph.Cancelled: "#e29ac3", graph.Completed: "#2bc48f", graph.Rejected: "#8594a3",
	}
	t.kinds[layout.SameKind] = style{"#2b3743", "#7d8c9b", 0.8, "#eef2f6"}
	t.unknown = "#10161d"
	return t
}()

// classic is the orange and the sky blue of the script that bacviz replaces.
var classic = func() Theme {
	t := light
	t.edge, t.faintEdge = "#000000", "#808080"
	t.kinds[layout.HubKind] = style{"#ffa500", "#000000", 0.8, "#000000"}
	t.kinds[layout.HybridKind] = style{"#ffa500", "#000000", 2.2, "#000000"}
	t.kinds[layout.ComputeKind] = style{"#87ceeb", "#000000", 0.6, "#000000"}
	return t
}()

// grey is for printers: shapes, outlines and marks tell the kinds apart.
var grey = func() Theme {
	t := light
	t.title, t.subtitle, t.edge, t.faintEdge = "#000000", "#333333", "#777777", "#aaaaaa"
	t.hull, t.hullEdge = "#f4f4f4", "#bbbbbb"
	for k, fill := range map[layout.Kind]string{
		layout.HubKind: "#b8b8b8", layout.HybridKind: "#b8b8b8", layout.RequesterKind: "#dedede", layout.ComputeKind: "#ececec",
		layout.GroupKind: "#f8f8f8", layout.DisconnectedKind: "#ffffff", layout.PendingKind: "#ffffff", layout.RejectedKind: "#cccccc",
		layout.UnlistedKind: "#ffffff", layout.JobPendingKind: "#ffffff", layout.JobRunningKind: "#ffffff", layout.JobCompletedKind: "#ffffff",
		layout.JobFailedKind: "#dedede", layout.JobStoppedKind: "#f4f4f4", layout.JobUnknownKind: "#ffffff",
		layout.SameKind: "#f4f4f4", layout.ChangedKind: "#dedede", layout.AddedKind: "#b8b8b8", layout.RemovedKind: "#ffffff",
	} {
		t.kinds[k].fill, t.kinds[k].stroke, t.kinds[k].text = fill, "#222222", "#000000"
	}
	t.runs = make(map[graph.Outcome]string)
	for _, o := range graph.Outcomes() {
		t.runs[o] = "#333333"
	}
	t.runs[graph.Failed], t.runs[graph.Rejected] = "#000000", "#777777"
	t.values = []string{"#ffffff", "#e8e8e8", "#d0d0d0", "#b8b8b8", "#a0a0a0", "#f4f4f4", "#c4c4c4"}
	t.amounts = []string{"#ffffff", "#e6e6e6", "#cccccc", "#b3b3b3", "#999999"}
	return t
}()

var themes = map[string]*Theme{"light": &light, "dark": &dark, "classic": &classic, "print": &grey}

// ThemeNames lists the themes that [ThemeNamed] knows.
func ThemeNames() []string {
	return append([]string{"auto"}, slices.Sorted(maps.Keys(themes))...)
}

// ThemeNamed returns the theme of that name. For "auto" it is nil: light, and in
// an SVG dark where the reader prefers that.
func ThemeNamed(name string) (*Theme, error) {
	if name == "auto" {
		return nil, nil
	}
	if t, ok := themes[name]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("unknown theme %q (have %s, or a file)", name, strings.Join(ThemeNames(), ", "))
}

// styleOf is how a vertex, or an entry of the legend, is drawn: by its kind or,
// if colours stand for something else, by its value.
func (t *Theme) styleOf(c *graph.Coloring, kind layout.Kind, value int, amount float64) style {
	switch {
	case kind == layout.ValueKind:
	case c == nil, ownColors(kind):
		return t.kinds[kind]
	}
	st := t.kinds[layout.ComputeKind]
	st.stroke = t.subtitle
	switch {
	case value < 0, value >= t.distinct() && !c.Amount:
		st.fill = t.unknown
	default:
		st.fill = t.fills(c)[t.fillOf(c, value, amount)]
	}
	st.text = textOn(st.fill)
	return st
}

// badgeStyle is that of a badge for a state. The state's own colours would be those of
// a value.
func (t *Theme) badgeStyle() style {
	return style{fill: t.page, stroke: t.subtitle, width: 0.8, text: t.title}
}

// shapes is how many glyphs stand for values.
const shapes = 7

// distinct is how many values have a look of their own: each fill with each shape.
func (t *Theme) distinct() int { return len(t.values) * shapes }

// ownColors reports whether a kind has its colours whatever others stand for.
func ownColors(k layout.Kind) bool {
	return k == layout.HubKind || k == layout.HybridKind || k == layout.RequesterKind || k.IsJob()
}

// Of the colours of what took no part in any job, how much is the page's.
const (
	dimFill   = 0.78
	dimStroke = 0.6
	dimText   = 0.5 // or less, for the text has to be read
)

// dim makes a style recede towards the page.
func (t *Theme) dim(st style) style {
	st.fill, st.stroke = blend(st.fill, t.page, dimFill), blend(st.stroke, t.page, dimStroke)
	st.width *= 0.8
	ink := textOn(st.fill)
	for part := dimText; part >= 0; part -= 0.05 {
		if st.text = blend(ink, st.fill, part); contrast(st.text, st.fill) >= leastContrast {
			break
		}
	}
	return st
}

// blend is a colour with a part of another in it, from 0 to 1.
func blend(a, b string, part float64) string {
	x, y := rgb(a), rgb(b)
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-part) + float64(y)*part)) }
	return fmt.Sprintf("#%02x%02x%02x", mix(x.R, y.R), mix(x.G, y.G), mix(x.B, y.B))
}

// A runLine is how an edge of a job is drawn besides its colour.
type runLine struct {
	width  float64
	dashes []float64 // lengths of dashes and gaps, in points; nil for none
}

// runLines are the second channel beside the colours of edges.
var runLines = map[graph.Outcome]runLine{
	graph.Failed:    {2.6, nil},
	graph.Running:   {1.7, []float64{7, 3}},
	graph.Waiting:   {1.4, []float64{1.6, 2.6}},
	graph.Unknown:   {1.4, []float64{7, 2.4, 1.4, 2.4, 1.4, 2.4}},
	graph.Cancelled: {1.5, []float64{7, 2.4, 1.4, 2.4}},
	graph.Completed: {1.2, nil},
	graph.Rejected:  {1, []float64{2.6, 4}},
}

// runWidth thins the edges of jobs out as they get many.
func runWidth(d *layout.Drawing, o graph.Outcome) float64 {
	w := runLines[o].width
	switch n := len(d.Topology.Runs()); {
	case n <= 80:
		return w
	case n <= 400:
		return w * 0.7
	case n <= 2000:
		return w * 0.4
	}
	return w * 0.2
}

// fills are the colours that stand for values, or for amounts.
func (t *Theme) fills(c *graph.Coloring) []string {
	if c.Amount {
		return t.amounts
	}
	return t.values
}

// fillOf is the index of the fill for a value that is known, or for an amount.
func (t *Theme) fillOf(c *graph.Coloring, value int, amount float64) int {
	if c.Amount {
		return int(math.Round(amount * float64(len(t.amounts)-1)))
	}
	return value % len(t.values)
}

// textOn is the colour of text that reads best on a fill.
func textOn(fill string) string {
	const dark, white = "#0a1018", "#ffffff"
	if contrast(fill, white) > contrast(fill, dark) {
		return white
	}
	return dark
}

// contrast is the ratio of two colours' luminances as WCAG 2.1 defines it, from 1
// to 21.
func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(hex string) float64 {
	c := rgb(hex)
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// dashes is the pattern of a disconnected node's outline, in points: the second
// channel beside its colour.
var dashes = []float64{2.6, 1.8}

// strokeOf is the width of an outline: that of its kind, but never more than a
// sixth of a small box.
func strokeOf(s style, b *layout.Box) float64 { return min(s.width, b.H/6) }

// edgeStyle thins the edges out as they get many. Above a few hundred the ink
// around a hub grows with the root of their number only: else it is fog, and not
// a halo.
func (t *Theme) edgeStyle(d *layout.Drawing) (color string, width float64) {
	switch n := len(spokes(d)); {
	case d.Topology.Jobs() > 0: // they recede behind the edges of jobs
		return t.faintEdge, 0.5
	case n <= 60:
		return t.edge, 0.9
	case n <= manyEdges:
		return t.edge, 0.6
	default:
		width = 0.5 * math.Sqrt(300/float64(n))
		return t.faintEdge, max(0.1, math.Round(width*20)/20)
	}
}

// goneEdge is the colour of the edges of nodes that went, which are dashed: that
// of these nodes, but where it would drown the others.
func (t *Theme) goneEdge(d *layout.Drawing) string {
	if len(d.Lines) > manyEdges {
		return t.faintEdge
	}
	return t.kinds[layout.RemovedKind].stroke
}

const manyEdges = 300

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
