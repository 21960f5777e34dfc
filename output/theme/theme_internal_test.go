package theme

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/bacviz/bacviz/diagram"
)

func TestThemesAreReadable(t *testing.T) {
	for name, theme := range themes {
		if err := theme.readable(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A class that the theme for printers forgets would have the colours of light.
func TestThemeForPrintersHasOnlyGreys(t *testing.T) {
	for _, c := range diagram.Classes() {
		style := themes["print"].Classes[c]
		for what, colour := range map[string]string{"fill": style.Fill, "stroke": style.Stroke, "text": style.Text} {
			if len(colour) != 7 || colour[1:3] != colour[3:5] || colour[3:5] != colour[5:7] {
				t.Errorf("the %s of %q is %q", what, c, colour)
			}
		}
	}
}

// Dashed outlines mark disconnected nodes, and have to be visible on the page and
// beside the fill.
func TestDashedOutlinesAreSeen(t *testing.T) {
	for name, theme := range themes {
		for _, k := range []diagram.Class{diagram.ClassAwaiting, diagram.ClassDisconnected, diagram.ClassPending, diagram.ClassRejected, diagram.ClassSame, diagram.ClassChanged, diagram.ClassAdded, diagram.ClassRemoved} {
			st := theme.Classes[k]
			if onPage, onFill := Contrast(st.Stroke, theme.Page), Contrast(st.Stroke, st.Fill); onPage < 3 || onFill < 2 {
				t.Errorf("%s: the outline of %q is %.1f:1 on the page and %.1f:1 on its fill", name, k, onPage, onFill)
			}
		}
	}
}

// The RGB that readers without one kind of cones see, from linear RGB: Machado,
// Oliveira and Fernandes (2009), for the most severe cases.
var blindness = map[string][3][3]float64{
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
}

// lab is a colour in CIELAB, in which distances are about as large as they look,
// to a reader with that kind of blindness.
func lab(hex string, seen [3][3]float64) [3]float64 {
	c := RGB(hex)
	var in, xyz [3]float64
	for i, v := range []uint8{c.R, c.G, c.B} {
		x := float64(v) / 255
		if in[i] = x / 12.92; x > 0.04045 {
			in[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	times := func(m [3][3]float64, v [3]float64) (out [3]float64) {
		for i := range out {
			out[i] = max(0, m[i][0]*v[0]+m[i][1]*v[1]+m[i][2]*v[2])
		}
		return out
	}
	xyz = times([3][3]float64{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}, times(seen, in))
	for i, white := range []float64{0.9505, 1, 1.089} {
		if v := xyz[i] / white; v > 0.008856 {
			xyz[i] = math.Cbrt(v)
		} else {
			xyz[i] = 7.787*v + 16./116
		}
	}
	return [3]float64{116*xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])}
}

func distance(a, b [3]float64) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

// A difference of 2.3 in CIELAB can just be seen side by side. Marks and outlines
// show the same, so that colours are not the only channel.
func TestTheColourBlindDistinguishColours(t *testing.T) {
	for _, theme := range []*Theme{&light, &dark, &classic} {
		states := make([]string, 0, len(theme.Classes))
		for _, k := range []diagram.Class{diagram.ClassHub, diagram.ClassCompute, diagram.ClassAwaiting, diagram.ClassDisconnected, diagram.ClassPending, diagram.ClassRejected} {
			states = append(states, theme.Classes[k].Fill)
		}
		for sight, seen := range blindness {
			for what, fills := range map[string][]string{"states": states, "values": theme.Values} {
				for i, a := range fills {
					for _, b := range fills[:i] {
						if d := distance(lab(a, seen), lab(b, seen)); d < 12 {
							t.Errorf("%s, %s: %s and %s have a distance of %.1f", sight, what, a, b, d)
						}
					}
				}
			}
			// Amounts go by lightness, in steps of about one size: darker on a light page, and
			// lighter on a dark one.
			var steps []float64
			for i, fill := range theme.Amounts[1:] {
				step := lab(fill, seen)[0] - lab(theme.Amounts[i], seen)[0]
				if !theme.IsDark() {
					step = -step
				}
				steps = append(steps, step)
			}
			if least, most := slices.Min(steps), slices.Max(steps); least < 7 || most > 1.4*least {
				t.Errorf("%s: the steps of the amounts are %s", sight, strings.Trim(fmt.Sprintf("%.1f", steps), "[]"))
			}
		}
	}
}

// FuzzRead reads themes. One that is taken has colours alone, all with enough contrast;
// one that is refused has an error of one printable line.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"base": "dark", "page": "#000000", "nodes": {"hub": {"fill": "#FFCC00", "text": ""}}, "runs": {"failed": "#ff8080"}}`))
	f.Add([]byte(`{"values": ["#99ccff", "#88bbff", "#ffcc99", "#cccccc", "#ccff99"], "amounts": ["#ffffff", "#000000"]}`))
	f.Add([]byte("{\"page\": \"#ffffff;}\\u001b\", \"paper\": null}"))
	f.Add([]byte(`{"nodes": {"hubs\n": {}}, "page": "#ffffff", "page": "#ffffff"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		theme, err := Read(text)
		if err != nil {
			if !utf8.ValidString(err.Error()) || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("%q", err)
			}
			return
		}
		if err := theme.readable(); err != nil {
			t.Error(err)
		}
		colors := slices.Concat([]string{theme.Page, theme.Title, theme.Subtitle, theme.Edge, theme.FaintEdge, theme.Area, theme.AreaEdge, theme.Unknown},
			theme.Runs[:], theme.Values, theme.Amounts)
		for _, st := range theme.Classes {
			colors = append(colors, st.Fill, st.Stroke, st.Text)
		}
		for _, c := range colors {
			if !isColor(c) {
				t.Errorf("%q is not a colour", c)
			}
		}
	})
}
