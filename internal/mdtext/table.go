package mdtext

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// maxColumn is the most characters that a cell is padded to: longer names stand alone, and
// must not make every line as long.
const maxColumn = 1000

// Table returns a table of cells that are Markdown already, below the names of its columns.
// Every cell of a column is as wide as the widest, so that the lines stay as they are when
// Prettier formats the document. Cells that a row lacks are empty.
func Table(head []string, rows [][]string) string {
	widths := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for c, cell := range row {
			widths[c] = max(widths[c], min(columns(cell), maxColumn), 3)
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for c, w := range widths {
			cell := ""
			if c < len(row) {
				cell = row[c]
			}
			b.WriteString("| " + cell + strings.Repeat(" ", max(0, w-columns(cell))+1))
		}
		b.WriteString("|\n")
	}
	line(head)
	rule := make([]string, len(head))
	for c, w := range widths {
		rule[c] = strings.Repeat("-", w)
	}
	line(rule)
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// columns returns the width of a text as Prettier counts it (getStringWidth): two for an
// East Asian wide character (Unicode Standard Annex #11) and for a sequence that is one
// emoji, none for marks.
func columns(s string) (n int) {
	var last rune
	of := 0 // columns of the character before
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case r == '\u200d' && of == 2, last == '\u200d' && of == 2, isTone(r) && of == 2: // goes on with an emoji
		case r == '\ufe0f': // makes an emoji of the character before
			n, of = n+2-of, 2
		case unicode.In(r, unicode.Mn, unicode.Me):
		case k == width.EastAsianWide, k == width.EastAsianFullwidth:
			n, of = n+2, 2
		default:
			n, of = n+1, 1
		}
		last = r
	}
	return n
}

// isTone reports whether a character gives an emoji a tone of skin.
func isTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }
