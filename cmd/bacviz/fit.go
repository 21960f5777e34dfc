package main

// This file fits a list of nodes to a terminal: no line is wider, the columns that matter
// first are there, and the others are named.

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// A screen is the terminal that a list is made for. The zero value is no terminal: lines
// have any width, and no colour.
type screen struct {
	width int  // in columns; 0 for any
	color bool // it has colours, and the user wants them
}

// screenOf returns the terminal that w is, or the zero value.
func screenOf(w io.Writer) screen {
	if !isTerminal(w) {
		return screen{}
	}
	width, _ := screenSize(w)
	// NO_COLOR is not empty where colours are not wanted (no-color.org).
	return screen{width, os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// The tones of cells: escape sequences of ECMA-48 that every terminal with colours has.
const (
	toneHead = "\x1b[1m"  // the names of columns
	toneBad  = "\x1b[31m" // what an operator has to look at
	toneWait = "\x1b[33m" // what is going to change
	toneSoft = "\x1b[2m"  // words about the list
	toneEnd  = "\x1b[0m"
)

// paint returns a text in a tone; "" is none.
func (s screen) paint(tone, text string) string {
	if !s.color || tone == "" || text == "" {
		return text
	}
	return tone + text + toneEnd
}

const (
	columnGap = 3  // blanks between columns
	leastText = 10 // columns of the terminal that a text is not cut below
	leastID   = 20 // that an ID is not cut below
	ellipsis  = "…"
)

// A rowList is the rows of a list. Its between returns those from one number up to but without another;
// each may be overwritten by the next. Several goroutines may call it.
type rowList[R any] struct {
	n       int
	between func(from, to int) iter.Seq[*R]
}

// sliceRows returns the rows of a slice.
func sliceRows[R any](rows []R) rowList[R] {
	return rowList[R]{len(rows), func(from, to int) iter.Seq[*R] {
		return func(yield func(*R) bool) {
			for i := from; i < to && yield(&rows[i]); i++ {
			}
		}
	}}
}

// all returns all rows.
func (r rowList[R]) all() iter.Seq[*R] { return r.between(0, r.n) }

// A fitted is the columns of a list that a terminal has room for.
type fitted[R any] struct {
	columns []column[R]
	widths  []int
	left    []string // the others, the most important first, as --columns takes them
}

// fitColumns returns the columns that fit a width, in their order, of those that matter
// most. The longest texts are cut where that makes room for a column. A width of 0 fits all.
func fitColumns[R any](all []column[R], rows rowList[R], width int) fitted[R] {
	natural := make([]int, len(all))
	for c := range all {
		natural[c] = columns(cmp.Or(all[c].head, all[c].name))
	}
	for r := range rows.all() {
		for c, cell := range cells(all, r) {
			natural[c] = max(natural[c], columns(cell))
		}
	}
	if width <= 0 {
		return fitted[R]{all, natural, nil}
	}
	byRank := make([]int, len(all))
	for c := range byRank {
		byRank[c] = c
	}
	slices.SortStableFunc(byRank, func(a, b int) int { return cmp.Compare(all[a].rank, all[b].rank) })

	var f fitted[R]
	given := make([]int, len(all)) // widths; 0 for a column that is left out
	free := width + columnGap
	for i, c := range byRank {
		least := natural[c]
		if all[c].text {
			least = min(least, leastText)
		}
		if all[c].middle {
			least = min(least, leastID)
		}
		if i == 0 && !all[c].middle {
			least = natural[c]
		}
		if i == 0 {
			least = min(least, width)
		}
		if len(f.left) == 0 && least+columnGap <= free { // none before a more important one
			given[c], free = least, free-least-columnGap
		} else {
			f.left = append(f.left, all[c].choice())
		}
	}
	for _, c := range byRank {
		if given[c] > 0 {
			more := min(natural[c]-given[c], free)
			given[c], free = given[c]+more, free-more
		}
	}
	for c := range all {
		if given[c] > 0 {
			f.columns, f.widths = append(f.columns, all[c]), append(f.widths, given[c])
		}
	}
	return f
}

// table returns the rows as they fit a terminal, and what was left out of them.
func (f fitted[R]) table(rows rowList[R], s screen, headers bool) []byte {
	var b bytes.Buffer
	line := func(cells []string, tone func(c int) string) {
		for c, cell := range cells {
			cell = f.columns[c].within(cell, f.widths[c])
			b.WriteString(s.paint(tone(c), cell))
			if c < len(cells)-1 {
				b.WriteString(strings.Repeat(" ", f.widths[c]-columns(cell)+columnGap))
			}
		}
		b.WriteByte('\n')
	}
	if headers {
		line(strings.Split(strings.ToUpper(strings.Join(columnNames(f.columns), "\x00")), "\x00"), func(int) string { return toneHead })
	}
	for r := range rows.all() {
		line(cells(f.columns, r), func(c int) string {
			if tone := f.columns[c].tone; tone != nil {
				return tone(r)
			}
			return ""
		})
	}
	return b.Bytes()
}

// within returns a cell of at most a number of columns: an ID without its middle, a text without its
// end, and of a number nothing, since a part of it would be another number.
func (c *column[R]) within(cell string, width int) string {
	switch {
	case c.middle:
		cell = cutMiddle(cell, width)
	case !c.text && columns(cell) > width && strings.ContainsAny(cell[:1], "0123456789?"):
		cell = ellipsis
	}
	return cut(cell, width)
}

// leftOut names the columns that have no room in a width; "" if there are none.
func (f fitted[R]) leftOut(width int) string {
	if len(f.left) == 0 {
		return ""
	}
	var lines []string // the longest first
	for n := len(f.left); n > 0; n-- {
		line := "no room: " + strings.Join(f.left[:n], ", ")
		if more := len(f.left) - n; more > 0 {
			line += fmt.Sprintf(", +%d", more)
		}
		lines = append(lines, line+" (--columns chooses)", line)
	}
	lines = append(lines, fmt.Sprintf("no room: +%d", len(f.left)), fmt.Sprintf("+%d", len(f.left)), "")
	return lines[slices.IndexFunc(lines, func(line string) bool { return columns(line) <= width })]
}

// cut returns a text without what is beyond a number of columns, and an ellipsis for that.
func cut(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	if width <= 1 {
		return text.Trim(ellipsis, width)
	}
	out := text.Trim(s, width-1)
	for columns(out) > width-1 { // a wide character that begins in the last column
		runes := []rune(out)
		out = string(runes[:len(runes)-1])
	}
	return out + ellipsis
}

// cutMiddle returns a text without its middle if it is wider than a number of columns: IDs often
// differ at their ends alone.
func cutMiddle(s string, width int) string {
	if columns(s) <= width || width < 5 {
		return s
	}
	first, end := strings.TrimSuffix(cut(s, width/2+1), ellipsis), []rune(s)
	for len(end) > 0 && columns(string(end)) > width-columns(first)-1 {
		end = end[1:]
	}
	return first + ellipsis + string(end)
}

// tableFor returns rows as a table: for a terminal so that it fits, with what it has no room for and
// the totals below it, and elsewhere of any width. Of the totals, it asks for a line of a width; nil
// is none.
func tableFor[R any](ctx context.Context, all []column[R], rows rowList[R], s screen, headers bool, totals func(width int) string) (listing, error) {
	if s.width == 0 {
		t, err := newTextTable(ctx, columnNames(all), headers, rows.n, func(from, to int, t *tableRows) {
			for r := range rows.between(from, to) {
				for c := range all {
					t.text = all[c].cell(t.text, r)
					t.end()
				}
			}
		})
		if err != nil {
			return nil, err
		}
		return t.write, nil
	}
	fit := fitColumns(all, rows, s.width)
	out := fit.table(rows, s, headers)
	if !headers {
		return listingOf(out), nil
	}
	below := []string{fit.leftOut(s.width)}
	if totals != nil {
		below = append(below, totals(s.width))
	}
	for _, line := range below {
		if line != "" {
			out = append(append(out, s.paint(toneSoft, line)...), '\n')
		}
	}
	return listingOf(out), nil
}
