// Package theme holds the colours of pictures: the fill and the outline of each class of
// nodes, and the fills for values and amounts.
//
// [Named] returns a theme that comes with bacviz, and [Read] one that a user wrote.
// The formats of package output paint with it. This package knows no shapes and no
// places.
package theme

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
)

// A Style is the colours of an outline, as "#rrggbb".
type Style struct {
	Fill, Stroke string
	Width        float64 // of the stroke, in points
	Text         string  // colour of text on the fill
}

// A Tint is the colours of the area of a group and of the groups within it, as "#rrggbb".
type Tint struct{ Fill, Edge string }

// A Theme holds the colours of a picture, as "#rrggbb".
type Theme struct {
	Page, Title, Subtitle string
	Transparent           bool   // the page is not painted: Page is what it is expected to lie on
	Edge, FaintEdge       string // faint where there are many
	Area, AreaEdge        string // of groups, and of areas that are not of one group
	Tints                 []Tint // of outermost groups, in turn; nil if all have Area and AreaEdge
	Classes               [diagram.ClassCount]Style
	Runs                  [diagram.OutcomeCount]string // of the edges of jobs
	Values                []string                     // fills for values; values that share one have different shapes
	Amounts               []string                     // fills for amounts from 0 to 1, evenly spaced
	Unknown               string                       // fill of nodes without a value
}

// The fills are from the palette of Okabe and Ito (Color Universal Design, 2008), which
// readers with any kind of colour vision can distinguish; the lighter two are tints
// of its orange and blue. Amounts are one blue from light to dark, in even steps of
// lightness, so that more is darker to every eye and in print.
var light = Theme{
	Page: "#ffffff", Title: "#16202c", Subtitle: "#4a5666",
	Edge: "#94a3b3", FaintEdge: "#bcc6d0", Area: "#eff3f7", AreaEdge: "#b4c0cd",
	// As light as one another, so that none stands out and all are seen in grey.
	Tints: []Tint{{"#e4edf7", "#9fb6d1"}, {"#f4ecdc", "#cbb78c"}, {"#e3f1e6", "#9cc0a5"}, {"#eae6f5", "#b2a6d3"}, {"#f6e6ec", "#d0a3b4"}, {"#def0f0", "#93bfc0"}},
	Classes: [...]Style{
		diagram.ClassHub:          {"#e69f00", "#8f5f00", 1.4, "#16120a"},
		diagram.ClassHybrid:       {"#e69f00", "#0072b2", 2.2, "#16120a"},
		diagram.ClassRequester:    {"#fbe6bd", "#a06a00", 1.2, "#16120a"},
		diagram.ClassCompute:      {"#56b4e9", "#0072b2", 0.8, "#0a1620"},
		diagram.ClassGroup:        {"#cfe7f7", "#0072b2", 1.2, "#0a1620"},
		diagram.ClassAwaiting:     {"#c8e4f4", "#005a8f", 1.1, "#0a1620"},
		diagram.ClassDisconnected: {"#ffffff", "#5b6b7b", 0.9, "#16202c"},
		diagram.ClassPending:      {"#f0e442", "#7d7500", 0.8, "#16160a"},
		diagram.ClassRejected:     {"#cc79a7", "#7d2f58", 0.8, "#1c0a14"},
		diagram.ClassUnlisted:     {"#f6eefb", "#6a3d9a", 0.9, "#20102c"},
		diagram.ClassJobPending:   {"#fbf6bf", "#7d7500", 1.3, "#16160a"},
		diagram.ClassJobRunning:   {"#d3e9f8", "#0072b2", 1.3, "#0a1620"},
		diagram.ClassJobCompleted: {"#cfeee2", "#00795a", 1.3, "#04140f"},
		diagram.ClassJobFailed:    {"#fbd9c4", "#b84a00", 1.3, "#241004"},
		diagram.ClassJobStopped:   {"#e3e6ea", "#5b6b7b", 1.3, "#16202c"},
		diagram.ClassJobUnknown:   {"#efe6f8", "#6a3d9a", 1.3, "#20102c"},
		diagram.ClassSame:         {"#e3e8ee", "#8290a0", 0.8, "#16202c"},
		diagram.ClassChanged:      {"#f0e442", "#7d7500", 1.2, "#16160a"},
		diagram.ClassAdded:        {"#009e73", "#00543d", 1.2, "#04140f"},
		diagram.ClassRemoved:      {"#fde0d0", "#d55e00", 1.2, "#16202c"},
	},
	Runs: [...]string{
		diagram.RunFailed: "#d55e00", diagram.RunRunning: "#0072b2", diagram.RunWaiting: "#857c00", diagram.RunUnknown: "#6a3d9a",
		diagram.RunCancelled: "#a0487a", diagram.RunCompleted: "#00956c", diagram.RunRejected: "#778492",
	},
	Values:  []string{"#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#7d3cc8", "#0072b2", "#bbbbbb"},
	Amounts: []string{"#eaf5fc", "#add5ee", "#77b4dc", "#4a92c5", "#2370a9", "#0b4f86"},
	Unknown: "#ffffff",
}

// dark is light with another page and what is seen on it; most fills stay the same.
var dark = func() Theme {
	t := light
	t.Page, t.Title, t.Subtitle = "#10161d", "#eef2f6", "#aab6c2"
	t.Edge, t.FaintEdge, t.Area, t.AreaEdge = "#5d6b7a", "#35414d", "#18212b", "#3a4856"
	t.Tints = []Tint{{"#172534", "#3a526c"}, {"#292317", "#5c4f35"}, {"#17271f", "#37594a"}, {"#221f30", "#504872"}, {"#2a1c22", "#603f4c"}, {"#14282a", "#335a5c"}}
	t.Classes[diagram.ClassAwaiting] = Style{"#163a55", "#6cc0ef", 1.1, "#e6f3fc"}
	t.Classes[diagram.ClassDisconnected] = Style{"#10161d", "#9aa8b6", 0.9, "#eef2f6"}
	t.Classes[diagram.ClassRemoved] = Style{"#46260f", "#ff8838", 1.2, "#eef2f6"}
	// What needs attention is bright. Dark outlines would be lost, dashed ones most of all;
	// that of yellow is between the page and the fill.
	t.Classes[diagram.ClassChanged] = Style{"#4a4508", "#f0e442", 1.2, "#faf8dc"}
	t.Classes[diagram.ClassPending] = Style{"#f0e442", "#8a8000", 1.2, "#16160a"}
	t.Classes[diagram.ClassAdded].Stroke = "#a6f0d6"
	t.Classes[diagram.ClassRejected].Stroke = "#ffe3f0"
	t.Classes[diagram.ClassUnlisted] = Style{"#221a2c", "#b9a3e0", 0.9, "#f2ecfa"}
	t.Classes[diagram.ClassJobPending] = Style{"#38350a", "#e8dc3c", 1.3, "#faf8dc"}
	t.Classes[diagram.ClassJobRunning] = Style{"#0c3350", "#56b4e9", 1.3, "#e6f3fc"}
	t.Classes[diagram.ClassJobCompleted] = Style{"#0b3b2c", "#2bc48f", 1.3, "#e0f7ee"}
	t.Classes[diagram.ClassJobFailed] = Style{"#4a2108", "#ff8838", 1.3, "#fdeee4"}
	t.Classes[diagram.ClassJobStopped] = Style{"#2b3743", "#9aa8b6", 1.3, "#eef2f6"}
	t.Classes[diagram.ClassJobUnknown] = Style{"#2a1f3a", "#b9a3e0", 1.3, "#f2ecfa"}
	t.Runs = [...]string{
		diagram.RunFailed: "#ff8838", diagram.RunRunning: "#56b4e9", diagram.RunWaiting: "#e8dc3c", diagram.RunUnknown: "#b9a3e0",
		diagram.RunCancelled: "#e29ac3", diagram.RunCompleted: "#2bc48f", diagram.RunRejected: "#8594a3",
	}
	t.Classes[diagram.ClassSame] = Style{"#2b3743", "#7d8c9b", 0.8, "#eef2f6"}
	t.Unknown = "#10161d"
	t.Amounts = []string{"#16293a", "#1a486d", "#286a9b", "#458ec1", "#6db4e1", "#a6d8f7"}
	return t
}()

// classic is the orange and the sky blue of the script that bacviz replaces.
var classic = func() Theme {
	t := light
	t.Edge, t.FaintEdge = "#000000", "#808080"
	t.Classes[diagram.ClassHub] = Style{"#ffa500", "#000000", 0.8, "#000000"}
	t.Classes[diagram.ClassHybrid] = Style{"#ffa500", "#000000", 2.2, "#000000"}
	t.Classes[diagram.ClassCompute] = Style{"#87ceeb", "#000000", 0.6, "#000000"}
	return t
}()

// grey is the theme for printers: shapes, outlines and marks distinguish the classes.
var grey = func() Theme {
	t := light
	t.Title, t.Subtitle, t.Edge, t.FaintEdge = "#000000", "#333333", "#777777", "#aaaaaa"
	t.Area, t.AreaEdge, t.Tints = "#f0f0f0", "#999999", nil
	for k, fill := range map[diagram.Class]string{
		diagram.ClassHub: "#b8b8b8", diagram.ClassHybrid: "#b8b8b8", diagram.ClassRequester: "#dedede", diagram.ClassCompute: "#ececec",
		diagram.ClassGroup: "#f8f8f8", diagram.ClassAwaiting: "#f8f8f8", diagram.ClassDisconnected: "#ffffff", diagram.ClassPending: "#ffffff", diagram.ClassRejected: "#cccccc",
		diagram.ClassUnlisted: "#ffffff", diagram.ClassJobPending: "#ffffff", diagram.ClassJobRunning: "#ffffff", diagram.ClassJobCompleted: "#ffffff",
		diagram.ClassJobFailed: "#dedede", diagram.ClassJobStopped: "#f4f4f4", diagram.ClassJobUnknown: "#ffffff",
		diagram.ClassSame: "#f4f4f4", diagram.ClassChanged: "#dedede", diagram.ClassAdded: "#b8b8b8", diagram.ClassRemoved: "#ffffff",
	} {
		t.Classes[k].Fill, t.Classes[k].Stroke, t.Classes[k].Text = fill, "#222222", "#000000"
	}
	for _, o := range diagram.Outcomes() {
		t.Runs[o] = "#333333"
	}
	t.Runs[diagram.RunFailed], t.Runs[diagram.RunRejected] = "#000000", "#777777"
	t.Values = []string{"#ffffff", "#e8e8e8", "#d0d0d0", "#b8b8b8", "#a0a0a0", "#f4f4f4", "#c4c4c4"}
	t.Amounts = []string{"#ffffff", "#e6e6e6", "#cccccc", "#b3b3b3", "#999999"}
	return t
}()

var themes = map[string]*Theme{"light": &light, "dark": &dark, "classic": &classic, "print": &grey}

// Names returns the names that [Named] knows.
func Names() []string {
	return append([]string{"auto"}, slices.Sorted(maps.Keys(themes))...)
}

// Named returns the theme of that name. For "auto" it is nil: light, but dark in an SVG
// if the reader prefers that.
func Named(name string) (*Theme, error) {
	if name == "auto" {
		return nil, nil
	}
	if t, ok := themes[name]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("unknown theme %q (have %s, or a file)", name, strings.Join(Names(), ", "))
}

// Light and Dark return the themes that an SVG switches between, as the reader
// prefers.
func Light() *Theme { return &light }

// Dark returns the dark theme; see [Light].
func Dark() *Theme { return &dark }

// Fills returns the fills for values, or for amounts.
func (t *Theme) Fills(by *diagram.Coloring) []string {
	if by.Amount {
		return t.Amounts
	}
	if by.Classes == nil {
		return t.Values
	}
	fills := make([]string, len(by.Classes))
	for i, c := range by.Classes {
		if fills[i] = t.Values[i%len(t.Values)]; c != 0 {
			fills[i] = t.Classes[c].Fill
		}
	}
	return fills
}

// FillIndex returns the index among [Theme.Fills] of the fill for a value that is
// known, or for an amount.
func (t *Theme) FillIndex(by *diagram.Coloring, v diagram.Value) int {
	if by.Amount {
		return int(math.Round(v.Amount * float64(len(t.Amounts)-1)))
	}
	if by.Classes != nil {
		return v.Number - 1
	}
	return (by.Place(v) - 1) % len(t.Values)
}

// FillStyle returns the style of a compute node with the fill of that index; -1
// for a value that is not known.
func (t *Theme) FillStyle(by *diagram.Coloring, fill int) Style {
	st := t.Classes[diagram.ClassCompute]
	if !by.Usual {
		st.Stroke = t.Subtitle
	}
	st.Fill = t.Unknown
	if fill >= 0 {
		st.Fill = t.Fills(by)[fill]
	}
	st.Text = textOn(st.Fill)
	return st
}

// Badge returns the style of a badge for a state. The state's own colours would be
// those of a value.
func (t *Theme) Badge() Style {
	return Style{Fill: t.Page, Stroke: t.Subtitle, Width: 0.8, Text: t.Title}
}

// isColor reports whether a text is a colour as themes hold it: #rrggbb, in small
// letters.
func isColor(s string) bool {
	return len(s) == 7 && s[0] == '#' && strings.Trim(s[1:], "0123456789abcdef") == ""
}

// Check returns an error if a theme that was made by hand lacks a colour, or has one
// that is not written #rrggbb, in small letters.
func (t *Theme) Check() error {
	colors := slices.Concat([]string{t.Page, t.Title, t.Subtitle, t.Edge, t.FaintEdge, t.Area, t.AreaEdge, t.Unknown}, t.Runs[:], t.Values, t.Amounts)
	for _, tint := range t.Tints {
		colors = append(colors, tint.Fill, tint.Edge)
	}
	for _, st := range t.Classes {
		colors = append(colors, st.Fill, st.Stroke, st.Text)
	}
	for _, c := range colors {
		if !isColor(c) {
			return fmt.Errorf("the theme has %q for a colour, which is not like #56b4e9", c)
		}
	}
	if len(t.Values) == 0 || len(t.Amounts) < 2 {
		return fmt.Errorf("the theme has %d colours for values and %d for amounts, of at least 1 and 2", len(t.Values), len(t.Amounts))
	}
	return nil
}
