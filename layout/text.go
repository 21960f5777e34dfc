package layout

// This file fits text into the room that there is for it.

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/typeface"
)

// A Text is a line of text, or two, with a newline between them, centred on Center. A
// line's baseline is a little less than half a capital's height below its middle.
type Text struct {
	String string
	Center r2.Vec
	Width  float64 // of the wider line, as measured with the embedded fonts, in points
	Size   float64 // of the font, in points
	Bold   bool

	// Angle is how far the text is turned about Center, in degrees clockwise: 0 for a level
	// text, -90 for one that reads upward, 90 for one that reads downward. It is never
	// more, which would turn the text upside down.
	Angle float64
}

// face returns the font that the text is set in.
func (t Text) face() typeface.Face { return typeface.Of(t.Bold) }

// Baseline returns the y of a line's baseline before the line is turned.
func (t Text) Baseline() float64 { return t.Center.Y + t.Size*typeface.CapHeight/2 }

// Left returns the x where the text starts before it is turned.
func (t Text) Left() float64 { return t.Center.X - t.Width/2 }

// lineHeight is the distance of two lines, by the font size.
const lineHeight = 1.15

// along returns the direction in which the text reads, and across the one from a line to
// that below it. Both have length 1.
func (t Text) along() r2.Vec {
	sin, cos := math.Sincos(t.Angle * math.Pi / 180)
	return r2.Vec{X: cos, Y: sin}
}

func (t Text) across() r2.Vec {
	d := t.along()
	return r2.Vec{X: -d.Y, Y: d.X}
}

// Lines returns a text for each line, one above the other, both centred.
func (t Text) Lines() []Text {
	first, second, two := strings.Cut(t.String, "\n")
	if !two {
		return []Text{t}
	}
	a, b := t, t
	a.String, b.String = first, second
	// In proportion, since a text may have been scaled after it was measured.
	wa, wb := t.face().Width(first, 1), t.face().Width(second, 1)
	if widest := max(wa, wb); widest > 0 {
		a.Width, b.Width = t.Width*wa/widest, t.Width*wb/widest
	}
	half := r2.Scale(t.Size*lineHeight/2, t.across())
	a.Center, b.Center = r2.Sub(a.Center, half), r2.Add(b.Center, half)
	return []Text{a, b}
}

// height returns the height of a pill around the text.
func (t Text) height() float64 {
	if strings.Contains(t.String, "\n") {
		return t.Size * (labelHeight + lineHeight)
	}
	return t.Size * labelHeight
}

// newText returns a text of its measured width, without a place.
func newText(s string, size float64, face typeface.Face) Text {
	first, second, _ := strings.Cut(s, "\n")
	return Text{String: s, Size: size, Bold: face == typeface.Bold, Width: max(face.Width(first, size), face.Width(second, size))}
}

// startAt returns the text with its left end at x and its middle at y.
func (t Text) startAt(x, y float64) Text {
	t.Center = r2.Vec{X: round(x + t.Width/2), Y: round(y)}
	t.Width = round(t.Width)
	return t
}

// Labels wider than splitFrom, by the font size, are set in two lines if that
// makes them narrower by splitGain or more.
const (
	splitFrom = 8.0
	splitGain = 0.3
)

// fitLabel returns s as a text of one or two lines, no wider than width unless it has to
// be to differ from all that were shown before.
func fitLabel(s string, size float64, face typeface.Face, width float64, shown map[string]bool) Text {
	t := newText(s, size, face)
	if t.Width > splitFrom*size {
		if two := split(t); two.Width <= width && two.Width <= (1-splitGain)*t.Width {
			t = two
		}
	}
	if t.Width > width {
		t = fitText(s, size, face, width)
	}
	return distinct(s, t, face, width, shown)
}

// distinct returns t, which is s shortened to a width, or another text that leaves out
// something else of s, or less, if t was shown before.
func distinct(s string, t Text, face typeface.Face, width float64, shown map[string]bool) Text {
	if !shown[t.String] {
		return t
	}
	size := t.Size
	clusters := face.Clusters(s)
	for keep := max(1, len(face.Clusters(t.String))-1); keep < len(clusters); keep++ {
		for off := range 2*keep + 1 { // from the middle outward
			tail := keep/2 + (off+1)/2*(1-off%2*2)
			if tail < 0 || tail > keep {
				continue
			}
			if s := elide(clusters, keep-tail, tail); !shown[s] {
				if t = newText(s, size, face); t.Width <= width {
					return t
				}
			}
		}
		if s := elide(clusters, (keep+1)/2, keep/2); !shown[s] {
			return newText(s, size, face)
		}
	}
	return newText(s, size, face)
}

// fitNode is fitLabel for the label of a node. A group's count is below its name, unless
// both are short.
func fitNode(n *diagram.Node, s string, size float64, face typeface.Face, width float64, shown map[string]bool) Text {
	if i := strings.LastIndex(s, " · "); n.Collapsed && i > 0 && face.Width(s, size) > splitFrom*size {
		t := newText(fitText(s[:i], size, face, width).String+"\n"+s[i+len(" · "):], size, face)
		if t.Width <= width && !shown[t.String] {
			return t
		}
	}
	return fitLabel(s, size, face, width, shown)
}

// split divides a line into the two that are narrowest: after a sign between words, or
// between any two letters of a script without such signs. A division at a space counts as
// a fifth narrower.
func split(t Text) Text {
	clusters := t.face().Clusters(t.String)
	total := 0.0
	for _, c := range clusters {
		total += c.Width
	}
	first, least, at := 0.0, total, 0
	for i, c := range clusters[:len(clusters)-1] {
		first += c.Width
		widest := max(first, total-first)
		if strings.TrimSpace(c.Text) == "" {
			widest *= 0.8
		}
		if widest < least && mayBreak(c.Text, clusters[i+1].Text) {
			least, at = widest, i+1
		}
	}
	a, b := strings.TrimSpace(join(clusters[:at])), strings.TrimSpace(join(clusters[at:]))
	if a == "" || b == "" {
		return t
	}
	return newText(a+"\n"+b, t.Size, t.face())
}

// mayBreak reports whether a line may end between two clusters.
func mayBreak(before, after string) bool {
	x, _ := utf8.DecodeLastRuneInString(before)
	y, _ := utf8.DecodeRuneInString(after)
	return strings.ContainsRune("-_./:, ", x) || ideographic(x) && ideographic(y)
}

func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// fitText returns s as a text of one line no wider than width. As much of its middle is
// left out as needed; it is empty if nothing fits.
func fitText(s string, size float64, face typeface.Face, width float64) Text {
	t := newText(s, size, face)
	if t.Width <= width {
		return t
	}
	clusters := face.Clusters(s)
	sums := make([]float64, len(clusters)+1)
	for i, c := range clusters {
		sums[i+1] = sums[i] + c.Width*size
	}
	room := width - face.Width("…", size)
	for keep := len(clusters) - 1; keep > 0; keep-- {
		head, tail := (keep+1)/2, keep/2
		if sums[head]+sums[len(clusters)]-sums[len(clusters)-tail] > room {
			continue
		}
		// Letters that were joined to the middle may be wider now.
		if t = newText(elide(clusters, head, tail), size, face); t.Width <= width {
			return t
		}
	}
	return newText("", size, face)
}

// elide returns so many characters of the head and the tail with an ellipsis between them.
func elide(clusters []typeface.Cluster, head, tail int) string {
	if head+tail >= len(clusters) {
		return join(clusters)
	}
	return strings.TrimSpace(join(clusters[:head])) + "…" + strings.TrimSpace(join(clusters[len(clusters)-tail:]))
}

// join returns the text of clusters.
func join(clusters []typeface.Cluster) string {
	var b strings.Builder
	for _, c := range clusters {
		b.WriteString(c.Text)
	}
	return b.String()
}
