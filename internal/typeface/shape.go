package typeface

// This file turns lines of text into glyphs at their places.

import (
	"fmt"
	"slices"
	"sync"
	"unicode"

	textbidi "github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A Glyph is a shape in a line of text.
type Glyph struct {
	// X and Y are where its origin is, by the font size, from where the line
	// starts at the left on the baseline; Y grows downward.
	X, Y float64

	// Rune is the character that is painted by writing it in the Font at the
	// origin. It is 0 if the glyph has to be drawn by its Outline: joined letters,
	// marks, and boxes in the place of what no font has.
	Rune rune

	file  *fontFile
	index sfnt.GlyphIndex
	box   rune // no font has it
	face  Face
}

// A shapedLine is measured in units of the font size.
type shapedLine struct {
	glyphs   []Glyph // from left to right
	width    float64
	clusters []Cluster
}

// A Cluster is what a reader takes for one character, so that no line may be cut
// within it.
type Cluster struct {
	Text  string
	Width float64 // that it adds to the line, by the font size
}

// Glyphs returns the glyphs of s, a line of text, from left to right.
func (f Face) Glyphs(s string) []Glyph {
	l := f.load()
	if _, ok := l.width(s); !ok {
		return f.shaped(s).glyphs
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	glyphs := make([]Glyph, 0, len(s))
	x := 0.0
	for _, r := range s {
		glyphs = append(glyphs, Glyph{X: x, Rune: r, file: sans[f], face: f})
		x += l.advance(r)
	}
	return glyphs
}

// Clusters returns the clusters of s, a line of text, in the order of the text.
func (f Face) Clusters(s string) []Cluster {
	l := f.load()
	if _, ok := l.width(s); !ok {
		return f.shaped(s).clusters
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	clusters := make([]Cluster, 0, len(s))
	for i, r := range s {
		n := len(string(r))
		if r == unicode.ReplacementChar { // or a byte that is no UTF-8
			n = min(len(s)-i, 1)
			if len(s)-i >= 3 && s[i:i+3] == "\uFFFD" {
				n = 3
			}
		}
		clusters = append(clusters, Cluster{s[i : i+n], l.advance(r)})
	}
	return clusters
}

// shapedMost is how many lines are kept: layouts measure the same ones over and
// over.
const shapedMost = 20000

var (
	shapeMu sync.Mutex // HarfBuzz's fonts cache as they are read
	kept    [2]map[string]*shapedLine
)

// shaped shapes a line, or returns what it was shaped to before.
func (f Face) shaped(s string) *shapedLine {
	shapeMu.Lock()
	defer shapeMu.Unlock()
	if l := kept[f][s]; l != nil {
		return l
	}
	if kept[f] == nil || len(kept[f]) >= shapedMost {
		kept[f] = make(map[string]*shapedLine)
	}
	l := f.shape(s)
	kept[f][s] = l
	return l
}

// A piece is a part of a line in one font and direction.
type piece struct {
	from, to int // runes
	file     *fontFile
	script   language.Script
	level    int  // of embedding: odd ones run from right to left
	alone    bool // its runes stand alone
}

func (f Face) shape(s string) *shapedLine {
	text := []rune(s)
	l := &shapedLine{}
	if len(text) == 0 {
		return l
	}
	var seg segmenter.Segmenter
	seg.Init(text)
	var starts []int // of the clusters
	clusterOf := make([]int, len(text))
	for it := seg.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		for i := range g.Text {
			clusterOf[g.Offset+i] = len(starts)
		}
		starts = append(starts, g.Offset)
		l.clusters = append(l.clusters, Cluster{Text: string(g.Text)})
	}
	pieces := f.pieces(text, starts)
	inSight(pieces)
	for _, p := range pieces {
		switch {
		case p.file == nil:
			l.addBoxes(f, p, text, clusterOf)
		case p.alone:
			l.addLetters(f, p, text, clusterOf)
		default:
			l.addShaped(f, p, text, clusterOf)
		}
	}
	return l
}

// pieces cuts a line into pieces, in the order of the text.
func (f Face) pieces(text []rune, starts []int) []piece {
	levels := levelsOf(text)
	var all []piece
	var before *fontFile
	for k, from := range starts {
		to := len(text)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		cluster := text[from:to]
		p := piece{from: from, to: to, file: f.fontOf(cluster, before), script: language.LookupScript(cluster[0]), level: levels[from]}
		p.alone = p.level%2 == 0 && len(cluster) == 1 && standsAlone(cluster[0]) &&
			(p.file == sans[f] || p.file == cjk || p.file == emoji || p.file == dejaVu && !joins(cluster[0]))
		before = p.file
		if last := len(all) - 1; last >= 0 && all[last].goesOnWith(p) {
			all[last].to = to
			if !all[last].script.Strong() {
				all[last].script = p.script
			}
			continue
		}
		all = append(all, p)
	}
	return all
}

// joins reports whether r may change its shape with its neighbours, of what is
// in a font with letters that do not.
func joins(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Nko, unicode.Lao) }

// goesOnWith reports whether both pieces are set as one.
func (p piece) goesOnWith(q piece) bool {
	return p.file == q.file && p.level == q.level && p.alone == q.alone &&
		(p.alone || p.script == q.script || !p.script.Strong() || !q.script.Strong())
}

// levelsOf returns the characters' levels of embedding by Unicode's Annex 9.
//
// The library tells which way each runs, but not a number within text that runs
// to the left (level 2) from what runs to the right all the same (level 0).
func levelsOf(text []rune) []int {
	levels := make([]int, len(text))
	base, direction := 0, textbidi.LeftToRight
	if RightToLeft(string(text)) {
		base, direction = 1, textbidi.RightToLeft
	}
	var paragraph textbidi.Paragraph
	runs := paragraph.Segment(text, direction)
	for i := range runs.NumRuns() {
		run := runs.Run(i)
		for k := run.Start; k < run.End; k++ {
			switch {
			case !run.IsLeftToRight():
				levels[k] = 1
			case base == 1:
				levels[k] = 2
			}
		}
	}
	if base == 1 {
		return levels
	}
	class := func(i int) bidi.Class {
		p, _ := bidi.LookupRune(text[i])
		return p.Class()
	}
	strong := bidi.L
	for i := range text {
		switch c := class(i); c {
		case bidi.L, bidi.R, bidi.AL:
			strong = c
		case bidi.AN:
			levels[i] = 2
		case bidi.EN:
			if strong != bidi.L && levels[i] == 0 {
				levels[i] = 2
			}
		}
	}
	for i := range text { // a sign in a number
		switch class(i) {
		case bidi.ES, bidi.CS, bidi.ET, bidi.NSM:
			if levels[i] == 0 && i > 0 && levels[i-1] == 2 && i+1 < len(text) && levels[i+1] == 2 {
				levels[i] = 2
			}
		}
	}
	return levels
}

// inSight puts the pieces of a line in the order in which they stand, from left
// to right: rule L2 of Unicode's Annex 9.
func inSight(all []piece) {
	for level := 2; level > 0; level-- {
		for i := 0; i < len(all); i++ {
			k := i
			for k < len(all) && all[k].level >= level {
				k++
			}
			slices.Reverse(all[i:k])
			i = max(i, k-1)
		}
	}
}

// addLetters adds a glyph for each character that shows.
func (l *shapedLine) addLetters(f Face, p piece, text []rune, clusterOf []int) {
	var buf sfnt.Buffer
	file := p.file.load()
	em := fixed.Int26_6(file.font.UnitsPerEm())
	for i := p.from; i < p.to; i++ {
		k := i
		if p.level%2 == 1 {
			k = p.from + p.to - 1 - i
		}
		r := text[k]
		index, err := file.font.GlyphIndex(&buf, r)
		if err != nil || hidden(r) {
			continue
		}
		advance, err := file.font.GlyphAdvance(&buf, index, em, xfont.HintingNone)
		if err != nil {
			continue
		}
		l.glyphs = append(l.glyphs, Glyph{X: l.width, Rune: r, file: file, index: index, face: f})
		l.advance(clusterOf[k], file.scale*float64(advance)/float64(em))
	}
}

func (l *shapedLine) advance(cluster int, by float64) {
	l.width += by
	l.clusters[cluster].Width += by
}

// noKerning is what SVG's font-kerning:none asks of a viewer.
var noKerning = []harfbuzz.Feature{{Tag: opentype.MustNewTag("kern"), Value: 0, Start: harfbuzz.FeatureGlobalStart, End: harfbuzz.FeatureGlobalEnd}}

// addShaped adds what HarfBuzz makes of a piece.
func (l *shapedLine) addShaped(f Face, p piece, text []rune, clusterOf []int) {
	var buf sfnt.Buffer
	file := p.file.load()
	b := harfbuzz.NewBuffer()
	b.AddRunes(text, p.from, p.to-p.from)
	b.Props.Direction = harfbuzz.LeftToRight
	if p.level%2 == 1 {
		b.Props.Direction = harfbuzz.RightToLeft
	}
	if p.script.Strong() {
		b.Props.Script = p.script
	}
	b.Props.Language = "en" // else the machine's
	b.GuessSegmentProperties()
	if !tryShape(b, file.shaper()) {
		l.addLetters(f, p, text, clusterOf)
		return
	}
	em := float64(file.font.UnitsPerEm()) / file.scale
	for i, info := range b.Info {
		at := b.Pos[i]
		g := Glyph{X: l.width + float64(at.XOffset)/em, Y: -float64(at.YOffset) / em, file: file, index: sfnt.GlyphIndex(info.Glyph), face: f}
		single := (i == 0 || b.Info[i-1].Cluster != info.Cluster) && (i+1 == len(b.Info) || b.Info[i+1].Cluster != info.Cluster)
		if r := text[info.Cluster]; single && at.XOffset == 0 && at.YOffset == 0 && alone(info.Cluster, clusterOf) {
			if nominal, err := file.font.GlyphIndex(&buf, r); err == nil && nominal == g.index {
				g.Rune = r
			}
		}
		l.glyphs = append(l.glyphs, g)
		l.advance(clusterOf[info.Cluster], float64(at.XAdvance)/em)
	}
}

// tryShape reports whether b could be shaped. For some rows of marks that no
// language has, such as U+094D three times, न, म, U+093F twice, go-text v0.3.5
// panics, or reads what is behind the end of a buffer: that must not have been
// used before, or a line would depend on the lines before it.
func tryShape(b *harfbuzz.Buffer, font *harfbuzz.Font) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	b.Shape(font, noKerning)
	return !slices.ContainsFunc(b.Info, func(i harfbuzz.GlyphInfo) bool { return i.Glyph == 0 })
}

// alone reports whether the character at i is a cluster of its own.
func alone(i int, clusterOf []int) bool {
	return (i == 0 || clusterOf[i-1] != clusterOf[i]) && (i+1 == len(clusterOf) || clusterOf[i+1] != clusterOf[i])
}

// addBoxes adds a box for each character of a cluster that no font has.
func (l *shapedLine) addBoxes(f Face, p piece, text []rune, clusterOf []int) {
	for i := p.from; i < p.to; i++ {
		k := i
		if p.level%2 == 1 {
			k = p.from + p.to - 1 - i
		}
		if r := text[k]; !hidden(r) {
			l.glyphs = append(l.glyphs, Glyph{X: l.width, face: f, box: r})
			l.advance(clusterOf[k], boxWidth(r))
		}
	}
}

// Font returns the font that the glyph's Rune is written in, for gonum/plot's
// canvases, at a size of the line in points.
func (g *Glyph) Font(size float64) font.Face {
	if g.file == sans[g.face] {
		return g.face.Font(size)
	}
	file := g.file.load()
	return font.Face{Font: font.Font{Typeface: font.Typeface(file.name), Size: font.Length(size * file.scale)}, Face: file.font}
}

// Outline returns the shape of the glyph, in a line of the given size in points,
// around an origin on a canvas whose y grows upward.
func (g *Glyph) Outline(size float64, origin vg.Point) vg.Path {
	if g.box != 0 {
		return g.boxOutline(size, origin)
	}
	file := g.file.load()
	var buf sfnt.Buffer
	em := fixed.Int26_6(file.font.UnitsPerEm())
	index := g.index
	if index == 0 && g.Rune != 0 {
		index, _ = file.font.GlyphIndex(&buf, g.Rune)
	}
	segments, err := file.font.LoadGlyph(&buf, index, em, nil)
	if err != nil {
		return nil
	}
	return Path(segments, vg.Length(size*file.scale/float64(em)), origin)
}

// Path returns the outline of a glyph as closed curves, from its segments in
// units of a font, for a canvas whose y grows upward.
func Path(segments sfnt.Segments, scale vg.Length, origin vg.Point) vg.Path {
	at := func(p fixed.Point26_6) vg.Point {
		return vg.Point{X: origin.X + vg.Length(p.X)*scale, Y: origin.Y - vg.Length(p.Y)*scale}
	}
	var p vg.Path
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if len(p) > 0 {
				p.Close()
			}
			p.Move(at(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			p.Line(at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			p.QuadTo(at(s.Args[0]), at(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			p.CubeTo(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	if len(p) > 0 {
		p.Close()
	}
	return p
}

// A box for what no font has holds the hexadecimal digits of its code point in
// two rows. Lengths are by the font size.
const (
	boxDigit  = 0.5   // font size of the digits
	boxTop    = -0.87 // from the baseline
	boxBottom = 0.15
	boxStroke = 0.05
	boxSide   = 0.06 // room at either side of it
	boxPad    = 0.08 // room around the digits
)

func boxDigits(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf("%06X", r)
	}
	return fmt.Sprintf("%04X", r)
}

// digitWidth is the widest hexadecimal digit's, D's.
const digitWidth = 0.722 * boxDigit

func boxWidth(r rune) float64 {
	return float64(len(boxDigits(r))/2)*digitWidth + 2*(boxSide+boxStroke+boxPad)
}

func (g *Glyph) boxOutline(size float64, origin vg.Point) vg.Path {
	at := func(x, y float64) vg.Point {
		return vg.Point{X: origin.X + vg.Length(x*size), Y: origin.Y - vg.Length(y*size)}
	}
	var p vg.Path
	x0, x1, y0, y1 := boxSide, boxWidth(g.box)-boxSide, boxTop, boxBottom
	p.Move(at(x0, y0))
	for _, q := range [][2]float64{{x1, y0}, {x1, y1}, {x0, y1}} {
		p.Line(at(q[0], q[1]))
	}
	p.Close()
	x0, x1, y0, y1 = x0+boxStroke, x1-boxStroke, y0+boxStroke, y1-boxStroke
	p.Move(at(x0, y0)) // the other way around, so that it is a hole
	for _, q := range [][2]float64{{x0, y1}, {x1, y1}, {x1, y0}} {
		p.Line(at(q[0], q[1]))
	}
	p.Close()
	digits := boxDigits(g.box)
	columns := len(digits) / 2
	gap := ((boxBottom - boxTop) - 2*boxStroke - 2*CapHeight*boxDigit) / 3
	for i, d := range digits {
		// Between digits the room is the same, however wide they are.
		w := Regular.Width(string(d), boxDigit)
		x := x0 + boxPad + float64(i%columns)*digitWidth + (digitWidth-w)/2
		y := y0 + (gap+CapHeight*boxDigit)*float64(1+i/columns)
		digit := Glyph{Rune: d, file: sans[Regular]}
		p = append(p, digit.Outline(size*boxDigit, at(x, y))...)
	}
	return p
}
