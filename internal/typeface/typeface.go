// Package typeface measures and shapes the text of pictures. Package layout
// measures labels with it before it places them, package output paints what it
// measured.
//
// The fonts are embedded, so that a machine without fonts draws the same picture
// as any other. Text is set in Liberation Sans, regular or bold, a letter at a
// time, without kerning, as far as that has the characters: Latin, Greek,
// Cyrillic, Hebrew. For the rest there are fallback fonts of one weight, each
// unpacked when a character first needs it: DejaVu Sans for Arabic and most
// smaller alphabets and symbols, Noto Sans for the scripts of India and
// South-East Asia and for Ethiopic, WenQuanYi Micro Hei for Chinese, Japanese
// and Korean, Noto Emoji, without colours, for emoji. HarfBuzz (its port in
// go-text) joins the letters of those scripts that join them, and lines run from
// right to left where they should. What no font has, rare and historic scripts,
// shows as a box with its code point in hexadecimal digits.
//
// SVG keeps the text itself, and says how wide it was measured: a viewer that has
// other fonts fits them into that.
package typeface

import (
	"fmt"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
)

// Family is the CSS font-family of the faces, with fallbacks of the same widths
// first.
const Family = "'Liberation Sans', Arial, Helvetica, sans-serif"

// CapHeight is the height of a capital letter, as a share of the font size.
const CapHeight = 0.716

// A Face is one of the two weights. The zero value is Regular.
type Face int

// The faces.
const (
	Regular Face = iota
	Bold
)

// Of returns the face of bold text, or of other text.
func Of(bold bool) Face {
	if bold {
		return Bold
	}
	return Regular
}

// loaded is a parsed font with the advances that were asked for so far.
type loaded struct {
	once sync.Once
	font *opentype.Font
	mu   sync.Mutex
	buf  sfnt.Buffer
	adv  map[rune]float64 // in units of the font size; below 0 for what has to be shaped
}

var faces [2]loaded

func (f Face) load() *loaded {
	l := &faces[f]
	l.once.Do(func() {
		ttf := liberationsansregular.TTF
		if f == Bold {
			ttf = liberationsansbold.TTF
		}
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			panic(fmt.Sprintf("typeface: an embedded font cannot be read: %v", err))
		}
		l.font, l.adv = parsed, make(map[rune]float64)
	})
	return l
}

// Width returns the width of s, a line of text, at the given font size, in the
// unit of the size. It is how far apart [Face.Glyphs] puts both ends.
func (f Face) Width(s string, size float64) float64 {
	if w, ok := f.load().width(s); ok {
		return w * size
	}
	return f.shaped(s).width * size
}

// width is the width of a line that needs no shaping.
func (l *loaded) width(s string) (w float64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range s {
		a := l.advance(r)
		if a < 0 {
			return 0, false
		}
		w += a
	}
	return w, true
}

// advance is the width of a letter that stands for itself in the face, and below
// 0 for any other.
func (l *loaded) advance(r rune) float64 {
	if a, ok := l.adv[r]; ok {
		return a
	}
	a := -1.0
	em := fixed.Int26_6(l.font.UnitsPerEm())
	if i, err := l.font.GlyphIndex(&l.buf, r); err == nil && i != 0 && standsAlone(r) {
		if adv, err := l.font.GlyphAdvance(&l.buf, i, em, xfont.HintingNone); err == nil {
			a = float64(adv) / float64(em)
		}
	}
	l.adv[r] = a
	return a
}

// Font returns the face for gonum/plot's canvases, at a size in points.
func (f Face) Font(size float64) font.Face {
	weight := xfont.WeightNormal
	if f == Bold {
		weight = xfont.WeightBold
	}
	return font.Face{
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: font.Length(size)},
		Face: f.load().font,
	}
}
