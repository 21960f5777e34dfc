package typeface

// This file holds the fallback fonts, and says which of them has what.

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	shapingfont "github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// Made by fonts/make.
//
//go:embed fonts/*.ttf.gz
var files embed.FS

// A fontFile is a font that text is shaped in.
type fontFile struct {
	name  string
	ttf   []byte  // else unpacked from files, by name
	scale float64 // by which its letters are smaller, to go into a line of Liberation Sans

	once   sync.Once
	font   *opentype.Font
	shaper func() *harfbuzz.Font // parses the font once more, with what shaping needs
}

var (
	sans     = [2]*fontFile{{name: "LiberationSans-Regular", ttf: liberationsansregular.TTF}, {name: "LiberationSans-Bold", ttf: liberationsansbold.TTF}}
	dejaVu   = &fontFile{name: "DejaVuSans", ttf: dejavusans.TTF, scale: 0.95}
	cjk      = &fontFile{name: "WenQuanYiMicroHei"}
	emoji    = &fontFile{name: "NotoEmoji", scale: 0.9}
	byScript = []struct {
		table *unicode.RangeTable
		file  *fontFile
	}{
		{unicode.Devanagari, &fontFile{name: "NotoSansDevanagari"}},
		{unicode.Bengali, &fontFile{name: "NotoSansBengali"}},
		{unicode.Gurmukhi, &fontFile{name: "NotoSansGurmukhi"}},
		{unicode.Gujarati, &fontFile{name: "NotoSansGujarati"}},
		{unicode.Oriya, &fontFile{name: "NotoSansOriya"}},
		{unicode.Tamil, &fontFile{name: "NotoSansTamil"}},
		{unicode.Telugu, &fontFile{name: "NotoSansTelugu", scale: 0.9}},
		{unicode.Kannada, &fontFile{name: "NotoSansKannada", scale: 0.9}},
		{unicode.Malayalam, &fontFile{name: "NotoSansMalayalam", scale: 0.9}},
		{unicode.Sinhala, &fontFile{name: "NotoSansSinhala", scale: 0.9}},
		{unicode.Thai, &fontFile{name: "NotoSansThai"}},
		{unicode.Lao, &fontFile{name: "NotoSansLao"}},
		{unicode.Khmer, &fontFile{name: "NotoSansKhmer", scale: 0.85}},
		{unicode.Myanmar, &fontFile{name: "NotoSansMyanmar", scale: 0.85}},
		{unicode.Ethiopic, &fontFile{name: "NotoSansEthiopic"}},
		{unicode.Han, cjk},
		{unicode.Hiragana, cjk},
		{unicode.Katakana, cjk},
		{unicode.Hangul, cjk},
		{unicode.Bopomofo, cjk},
		{cjkForms, cjk},
		{pictures, emoji},
	}
)

// cjkForms are the punctuation and the wide forms that go with Chinese,
// Japanese and Korean.
var cjkForms = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3000, Hi: 0x303f, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe4f, Stride: 1}, {Lo: 0xff00, Hi: 0xffef, Stride: 1}}}

var pictures = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1f000, Hi: 0x1faff, Stride: 1}}}

func (f *fontFile) load() *fontFile {
	f.once.Do(func() {
		if f.ttf == nil {
			packed, err := files.ReadFile("fonts/" + f.name + ".ttf.gz")
			var in *gzip.Reader
			if err == nil {
				in, err = gzip.NewReader(bytes.NewReader(packed))
			}
			if err == nil {
				f.ttf, err = io.ReadAll(in)
			}
			f.must(err)
		}
		f.shaper = sync.OnceValue(func() *harfbuzz.Font {
			face, err := shapingfont.ParseTTF(bytes.NewReader(f.ttf))
			f.must(err)
			return harfbuzz.NewFont(face)
		})
		switch f { // the same font that letters are painted in, for canvases that embed it
		case sans[Regular]:
			f.font = Regular.load().font
		case sans[Bold]:
			f.font = Bold.load().font
		default:
			var err error
			f.font, err = opentype.Parse(f.ttf)
			f.must(err)
		}
		if f.scale == 0 {
			f.scale = 1
		}
	})
	return f
}

func (f *fontFile) must(err error) {
	if err != nil {
		panic(fmt.Sprintf("typeface: the embedded font %s cannot be read: %v", f.name, err))
	}
}

// has reports whether the font has all of a cluster's characters that show.
func (f *fontFile) has(cluster []rune) bool {
	var buf sfnt.Buffer
	font := f.load().font
	for _, r := range cluster {
		if i, err := font.GlyphIndex(&buf, r); (err != nil || i == 0) && !hidden(r) {
			return false
		}
	}
	return true
}

// fontOf returns the font that a cluster is set in, nil if none has it. before is
// the font of what stands before it.
func (f Face) fontOf(cluster []rune, before *fontFile) *fontFile {
	candidates := make([]*fontFile, 0, 6)
	for _, r := range cluster[1:] {
		if r == 0xfe0f || r == 0x20e3 || r == 0x200d { // asks for a picture
			candidates = append(candidates, emoji)
			break
		}
	}
	if len(cluster) == 1 || len([]rune(norm.NFC.String(string(cluster)))) == 1 { // it has no places for marks
		candidates = append(candidates, sans[f])
	}
	if before != nil && before != emoji && unicode.Is(unicode.Common, cluster[0]) {
		candidates = append(candidates, before)
	}
	for _, s := range byScript {
		if unicode.Is(s.table, cluster[0]) {
			candidates = append(candidates, s.file)
			break
		}
	}
	candidates = append(candidates, dejaVu)
	if !unicode.IsLetter(cluster[0]) { // rare letters are in none of these
		candidates = append(candidates, emoji, cjk)
	}
	for _, c := range candidates {
		if c.has(cluster) {
			return c
		}
	}
	return nil
}

// hidden reports whether r only changes how its neighbours show.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector) || r == 0x34f
}

// standsAlone reports whether the shape and the place of r do not depend on its
// neighbours.
func standsAlone(r rune) bool {
	return !unicode.In(r, unicode.M, unicode.Cf) && !rightToLeft(r)
}

func rightToLeft(r rune) bool {
	if r < 0x590 {
		return false
	}
	p, _ := bidi.LookupRune(r)
	c := p.Class()
	return c == bidi.R || c == bidi.AL || c == bidi.AN
}

// RightToLeft reports whether s as a line begins at the right: its first letter
// is of such a script.
func RightToLeft(s string) bool {
	for _, r := range s {
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}
