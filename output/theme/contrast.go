package theme

import (
	"fmt"
	"image/color"
	"math"
)

// The share of the page's colour in the colours of nodes without executions.
const (
	dimFill   = 0.78
	dimStroke = 0.6
	dimText   = 0.5 // or less, if the text would not be readable
)

// Dim returns a paler style, for nodes without executions.
func (t *Theme) Dim(st Style) Style {
	st.Fill, st.Stroke = Blend(st.Fill, t.Page, dimFill), Blend(st.Stroke, t.Page, dimStroke)
	st.Width *= 0.8
	ink := textOn(st.Fill)
	for part := dimText; part >= 0; part -= 0.05 {
		if st.Text = Blend(ink, st.Fill, part); Contrast(st.Text, st.Fill) >= minTextContrast {
			break
		}
	}
	return st
}

// The share of the page's colour in the part of a tile that is not filled.
const emptyPart = 0.78

// Filled returns the style of a tile of which a part is filled, and the colour of that part.
// Text is readable on both.
func (t *Theme) Filled(st Style) (empty Style, level string) {
	empty = st
	empty.Fill = Blend(st.Fill, t.Page, emptyPart)
	empty.Text = textOn(empty.Fill)
	for part := 0.0; part <= emptyPart; part += 0.05 {
		if level = Blend(st.Fill, t.Page, part); Contrast(empty.Text, level) >= minTextContrast {
			break
		}
	}
	return empty, level
}

// Blend returns a mixture of colours, with a part of b from 0 to 1.
func Blend(a, b string, part float64) string {
	x, y := RGB(a), RGB(b)
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-part) + float64(y)*part)) }
	return fmt.Sprintf("#%02x%02x%02x", mix(x.R, y.R), mix(x.G, y.G), mix(x.B, y.B))
}

// textOn returns the colour of text that is most readable on a fill.
func textOn(fill string) string {
	const dark, white = "#0a1018", "#ffffff"
	if Contrast(fill, white) > Contrast(fill, dark) {
		return white
	}
	return dark
}

// Contrast returns the ratio of two colours' luminances as WCAG 2.1 defines it, from 1
// to 21.
func Contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance returns the luminance of a colour as WCAG 2.1 defines it, from 0 to 1.
func luminance(hex string) float64 {
	c := RGB(hex)
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// IsDark reports whether the page is darker than medium grey, which has a luminance of
// 0.18: as far from black as from white to the eye.
func (t *Theme) IsDark() bool { return luminance(t.Page) < 0.18 }

// RGB returns a colour "#rrggbb" of a theme.
func RGB(hex string) color.RGBA {
	digit := func(i int) uint8 {
		if c := hex[i]; c >= 'a' {
			return c - 'a' + 10
		}
		return hex[i] - '0'
	}
	return color.RGBA{digit(1)<<4 | digit(2), digit(3)<<4 | digit(4), digit(5)<<4 | digit(6), 255}
}

// Accent returns the colour of controls and links around a picture: a blue of the
// palette that is readable on the page, or the colour of the title if none is.
func (t *Theme) Accent() string {
	for _, blue := range []string{"#0072b2", "#56b4e9"} {
		if Contrast(blue, t.Page) >= minTextContrast {
			return blue
		}
	}
	return t.Title
}
