// Package display makes texts from outside fit for people to read: on a terminal,
// in an error, in a picture. Names, labels and messages of a network come in as
// somebody wrote them; what goes out cannot steer a terminal, hide characters or
// run over several lines. Escaping for a format, such as HTML, is the format's own.
package display

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Printable returns s with escapes for characters that would not show, or would
// change how their neighbours show: control characters, bidirectional overrides,
// and bytes that are not UTF-8. A joiner stays where it joins or separates
// letters, or makes one emoji of several. Nothing is cut.
func Printable(s string) string {
	if IsPlain(s) {
		return s
	}
	clean := func(r rune) bool { return r == ' ' || unicode.IsGraphic(r) && r != unicode.ReplacementChar }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	var b strings.Builder
	escaped := false
	before := rune(0)
	for i, r := range s {
		_, n := utf8.DecodeRuneInString(s[i:])
		after, _ := utf8.DecodeRuneInString(s[i+n:])
		if joins(before, r, after) {
			b.WriteRune(r)
		} else {
			quoted := strconv.QuoteToGraphic(s[i : i+n])
			b.WriteString(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`))
			escaped = escaped || !clean(r)
		}
		before = r
	}
	if !escaped { // then no backslash had to be doubled either
		return s
	}
	return b.String()
}

// IsPlain reports whether s is made of printable ASCII characters alone, as most texts are.
func IsPlain[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// joinedScripts are the scripts whose letters take another shape beside a joiner
// (Unicode Standard Annex 31, section 2.3).
var joinedScripts = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
}

// joins reports whether r is a joiner that changes how its neighbours look.
func joins(before, r, after rune) bool {
	const nonJoiner, joiner = 0x200c, 0x200d
	switch {
	case r != nonJoiner && r != joiner:
		return false
	case unicode.In(before, joinedScripts...) && unicode.In(after, joinedScripts...):
		return true
	}
	emoji := func(r rune) bool { return r >= 0x2000 && unicode.In(r, unicode.So, unicode.Sk) }
	return r == joiner && (emoji(before) || before == 0xfe0f) && emoji(after)
}

// OneLine returns s on one line, without the space around it: line breaks and tabs
// become spaces, and each character that would not show becomes U+FFFD. Nothing is
// cut. It is for whole messages; [Printable] keeps the characters of a name apart.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r != ' ' && !unicode.IsGraphic(r): // controls, and what changes the direction of text
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimSpace(s))
}

// MaxExcerpt is the length of an [Excerpt] in characters, escapes counted as they
// are written.
const MaxExcerpt = 200

// Excerpt returns the beginning of somebody else's text for a message: one line of
// at most [MaxExcerpt] characters, with escapes for what is not printable.
func Excerpt(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		c := string(r)
		switch {
		case r == '\t':
			c = " "
		case unicode.IsPrint(r):
		case r < 0x80:
			c = fmt.Sprintf(`\x%02x`, r)
		default:
			c = fmt.Sprintf(`\u%04x`, r)
		}
		if n += utf8.RuneCountInString(c); n > MaxExcerpt {
			b.WriteString("…")
			break
		}
		b.WriteString(c)
	}
	return b.String()
}

// maxQuote is how many characters [Quote] shows.
const maxQuote = 80

// Quote returns s between double quotes, as Go writes it, on one line. A text of
// more than 80 characters is cut, and ends with an ellipsis.
func Quote(s string) string {
	if r := []rune(s); len(r) > maxQuote {
		s = string(r[:maxQuote-1]) + "…"
	}
	return strconv.Quote(s)
}

// Cut returns s shortened to n characters, the last of which is then an ellipsis.
func Cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Count returns a number with its noun: "1 node", "3 nodes".
func Count(n int, noun string) string { return Plural(n, noun, noun+"s") }

// Plural returns a number with the noun for one, or for any other number: "1
// entry", "0 entries".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Noun returns a noun in the number of n: "node" for 1, "nodes" for any other.
func Noun(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// Bytes returns a number of bytes in the largest unit that keeps it whole: "64 MiB",
// "1000 bytes".
func Bytes(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size && n%unit.size == 0 {
			return strconv.FormatInt(n/unit.size, 10) + " " + unit.name
		}
	}
	return Plural(int(n), "byte", "bytes")
}

// Shorten returns a name of at most 60 characters: a longer one without its middle.
func Shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:30]) + "…" + string(r[len(r)-29:])
	}
	return s
}

// Limit writes a time limit as its owner gave it: what was measured of it lacks some
// milliseconds.
func Limit(d time.Duration) string {
	step := 10 * time.Millisecond
	switch {
	case d < 100*time.Millisecond:
		step = time.Millisecond
	case d > 10*time.Second:
		step = 100 * time.Millisecond
	}
	const over = 500 * time.Microsecond // the clock may be read before the limit begins
	return ((d - over + step - 1) / step * step).String()
}
