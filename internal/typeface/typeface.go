// Package typeface holds the two faces that pictures are set in, Liberation
// Sans regular and bold, embedded so that a machine without fonts draws the
// same picture. Package layout measures labels with it, package output paints
// them.
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

// loaded is a parsed font with the advances that were asked for so far.
type loaded struct {
	once sync.Once
	font *opentype.Font
	mu   sync.Mutex
	buf  sfnt.Buffer
	adv  map[rune]float64 // in units of the font size
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

// Width returns the width of s at the given font size, in the unit of the size.
// A character that the face lacks counts as one em, the width of its stand-in.
func (f Face) Width(s string, size float64) float64 {
	l := f.load()
	l.mu.Lock()
	defer l.mu.Unlock()
	var w float64
	for _, r := range s {
		w += l.advance(r)
	}
	return w * size
}

func (l *loaded) advance(r rune) float64 {
	if a, ok := l.adv[r]; ok {
		return a
	}
	a := 1.0
	em := fixed.Int26_6(l.font.UnitsPerEm())
	if i, err := l.font.GlyphIndex(&l.buf, r); err == nil && i != 0 {
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
