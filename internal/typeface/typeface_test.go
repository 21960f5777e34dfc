package typeface

import (
	"image/color"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// samples are words of each script that a font is embedded for, and the font.
var samples = map[string]struct{ text, font string }{
	"Latin":             {"n-0d2d943b", "LiberationSans-Regular"},
	"accents":           {"Zürich-Łódź-ñ", "LiberationSans-Regular"},
	"Greek":             {"κόμβος", "LiberationSans-Regular"},
	"Cyrillic":          {"узел-Київ", "LiberationSans-Regular"},
	"Hebrew":            {"צומת", "LiberationSans-Regular"},
	"Arabic":            {"عقدة", "DejaVuSans"},
	"Persian":           {"گره\u200cها", "DejaVuSans"},
	"Armenian":          {"հանգույց", "DejaVuSans"},
	"Georgian":          {"კვანძი", "DejaVuSans"},
	"Devanagari":        {"दिल्ली", "NotoSansDevanagari"},
	"Bengali":           {"ঢাকা", "NotoSansBengali"},
	"Gurmukhi":          {"ਪੰਜਾਬ", "NotoSansGurmukhi"},
	"Gujarati":          {"ગુજરાત", "NotoSansGujarati"},
	"Oriya":             {"ଓଡ଼ିଶା", "NotoSansOriya"},
	"Tamil":             {"சென்னை", "NotoSansTamil"},
	"Telugu":            {"హైదరాబాద్", "NotoSansTelugu"},
	"Kannada":           {"ಬೆಂಗಳೂರು", "NotoSansKannada"},
	"Malayalam":         {"കൊച്ചി", "NotoSansMalayalam"},
	"Sinhala":           {"කොළඹ", "NotoSansSinhala"},
	"Thai":              {"กรุงเทพ", "NotoSansThai"},
	"Lao":               {"ວຽງຈັນ", "NotoSansLao"},
	"Khmer":             {"ភ្នំពេញ", "NotoSansKhmer"},
	"Myanmar":           {"ရန်ကုန်", "NotoSansMyanmar"},
	"Ethiopic":          {"አዲስ", "NotoSansEthiopic"},
	"Chinese":           {"北京計算節點", "WenQuanYiMicroHei"},
	"Japanese":          {"東京ノード、ひらがな", "WenQuanYiMicroHei"},
	"Korean":            {"서울노드", "WenQuanYiMicroHei"},
	"emoji":             {"🚀🦀😀", "NotoEmoji"},
	"family":            {"👩\u200d💻", "NotoEmoji"},
	"flag":              {"🇨🇭", "NotoEmoji"},
	"keycap":            {"1️⃣", "NotoEmoji"},
	"skin":              {"👍🏽", "NotoEmoji"},
	"combining":         {"e\u0301a\u0308", "LiberationSans-Regular"},
	"a heap":            {"x\u0301\u0302\u0303", "DejaVuSans"},
	"none has it":       {"𒀀𒀁", ""},
	"none has it, BMP":  {"ᏣᎳᎩ", ""},
	"none, with a mark": {"𐤀\u0301", ""},
}

func TestEveryScriptHasAFont(t *testing.T) {
	for name, s := range samples {
		for _, g := range Regular.Glyphs(s.text) {
			got := ""
			if g.file != nil {
				got = g.file.name
			}
			if s.font == "" && got != "" || s.font != "" && got != s.font {
				t.Errorf("%s: %q has a glyph of %q, want %q", name, s.text, got, s.font)
			}
			if g.file != nil && g.Rune == 0 && g.index == 0 {
				t.Errorf("%s: %q shows what a font has in the place of what it lacks", name, s.text)
			}
		}
	}
}

// TestFontsHoldWhatTheyAreFor goes through all letters of the scripts that have a
// font. Fonts are older than Unicode: a few letters are too rare for them.
func TestFontsHoldWhatTheyAreFor(t *testing.T) {
	for _, s := range byScript {
		if s.file == cjk || s.file == emoji {
			continue
		}
		all, missing := 0, 0
		for _, r := range s.table.R16 {
			for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
				if all++; Regular.fontOf([]rune{c}, nil) == nil {
					missing++
				}
			}
		}
		if missing*4 > all {
			t.Errorf("%s lacks %d of %d characters", s.file.name, missing, all)
		}
	}
	// Hiragana, Katakana, and the Han and Hangul characters of Unicode 1.1 and 2.0.
	for _, r := range [][2]rune{{0x3041, 0x3093}, {0x30a1, 0x30f6}, {0x4e00, 0x9fa5}, {0xac00, 0xd7a3}} {
		for c := r[0]; c <= r[1]; c++ {
			if Regular.fontOf([]rune{c}, nil) != cjk {
				t.Errorf("no font has %c", c)
			}
		}
	}
}

// TestInkIsWhereItIsMeasured paints each sample and looks where the ink is.
func TestInkIsWhereItIsMeasured(t *testing.T) {
	const size, dpi, left, baseline = 40.0, 144, 60.0, 60.0
	for name, s := range samples {
		for _, face := range []Face{Regular, Bold} {
			w := face.Width(s.text, size)
			c := vgimg.NewWith(vgimg.UseWH(vg.Length(w+2*left), 120), vgimg.UseDPI(dpi))
			c.SetColor(color.Black)
			for _, g := range face.Glyphs(s.text) {
				at := vg.Point{X: vg.Length(left + g.X*size), Y: vg.Length(baseline - g.Y*size)}
				if g.Rune != 0 {
					c.FillString(g.Font(size), at, string(g.Rune))
				} else {
					c.Fill(g.Outline(size, at))
				}
			}
			img := c.Image()
			x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
						px, py := float64(x)*72/dpi, float64(y)*72/dpi
						x0, x1, y0, y1 = min(x0, px), max(x1, px), min(y0, py), max(y1, py)
					}
				}
			}
			// The ink fills the width but for the letters' own sides, and stays in a
			// pill: 0.95 of the size up and down from the middle of capitals.
			if before, after := (x0-left)/size, (left+w-x1)/size; before < -0.1 || before > 0.25 || after < -0.1 || after > 0.25 {
				t.Errorf("%s, %v: the ink of %q begins %.2f em after its start, and ends %.2f em before its end", name, face, s.text, before, after)
			}
			middle := 120 - baseline - CapHeight*size/2
			if up, down := (middle-y0)/size, (y1-middle)/size; up > 0.95 || down > 0.95 {
				t.Errorf("%s, %v: the ink of %q reaches %.2f em up and %.2f em down", name, face, s.text, up, down)
			}
		}
	}
}

func TestLinesRunTheWayTheyAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"abc":         "abc",
		"אבג":         "גבא",
		"אבג-12":      "12-גבא", // the number runs to the right
		"ab אבג 12 c": "ab 12 גבא c",
		"n-אב":        "n-בא",
		"אב (ab)":     "\x00ab\x00 בא", // the brackets are drawn, mirrored
		"אב 1.5 ab":   "ab 1.5 בא",
	} {
		var got strings.Builder
		for _, g := range Regular.Glyphs(text) {
			got.WriteRune(g.Rune)
		}
		if got.String() != want {
			t.Errorf("%q stands as %q, want %q", text, got.String(), want)
		}
		if want := strings.HasPrefix(text, "א"); RightToLeft(text) != want {
			t.Errorf("RightToLeft(%q) = %v", text, !want)
		}
	}
}

func TestLettersJoin(t *testing.T) {
	apart := 0.0
	for _, r := range "بيت" {
		apart += Regular.Width(string(r), 1)
	}
	if joined := Regular.Width("بيت", 1); joined > 0.95*apart {
		t.Errorf("joined letters take %.2f em, %.2f em when they stand alone", joined, apart)
	}
	if n := len(visible(Regular.Glyphs("👩\u200d💻"))); n != 1 {
		t.Errorf("an emoji of three characters shows as %d glyphs", n)
	}
}

func visible(all []Glyph) (shown []Glyph) {
	for _, g := range all {
		if len(g.Outline(10, vg.Point{})) > 0 {
			shown = append(shown, g)
		}
	}
	return shown
}

func TestWithoutKerning(t *testing.T) {
	if av, a, v := Regular.Width("AV", 1), Regular.Width("A", 1), Regular.Width("V", 1); math.Abs(av-a-v) > 1e-9 {
		t.Errorf("AV is %g wide, A and V %g", av, a+v)
	}
	if got := Regular.Width("n-0d2d943b", 10); math.Abs(got-53.38) > 0.01 {
		t.Errorf("a label is %g wide", got)
	}
}

// TestMarksThatBreakTheShaper draws them all the same.
func TestMarksThatBreakTheShaper(t *testing.T) {
	const marks = "\u094d\u094d\u094d\u0928\u092e\u093f\u093f\u0924"
	if w := Regular.Width(marks, 1); w <= 0 || len(Regular.Glyphs(marks)) < 8 {
		t.Errorf("%d glyphs, %g em wide", len(Regular.Glyphs(marks)), w)
	}
	if Regular.Width("दिल्ली", 1) <= 0 {
		t.Error("nothing is shaped any more")
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range samples {
		f.Add(s.text)
	}
	f.Add("a\xff\u202eb\u0000\ufffd")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 200 {
			return
		}
		for _, face := range []Face{Regular, Bold} {
			w, sum := face.Width(s, 1), 0.0
			if math.IsNaN(w) || w < 0 {
				t.Fatalf("%q is %g wide", s, w)
			}
			var text strings.Builder
			for _, c := range face.Clusters(s) {
				sum += c.Width
				text.WriteString(c.Text)
			}
			if math.Abs(sum-w) > 1e-6 {
				t.Errorf("the clusters of %q are %g wide, the line %g", s, sum, w)
			}
			if utf8.ValidString(s) && text.String() != s {
				t.Errorf("the clusters of %q are %q", s, text.String())
			}
			for _, g := range face.Glyphs(s) {
				if g.Outline(10, vg.Point{}); math.IsNaN(g.X + g.Y) {
					t.Errorf("a glyph of %q has no place", s)
				}
			}
		}
	})
}

func BenchmarkWidth(b *testing.B) {
	for name, text := range map[string]string{"Latin": "n-0d2d943b", "Chinese": "北京計算節點", "Arabic": "عقدة-12"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				clear(kept[Regular])
				Regular.Width(text, 8.5)
			}
		})
	}
}
