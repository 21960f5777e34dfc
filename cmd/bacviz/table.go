package main

// This file writes tables for people, and JSON and YAML for programs.

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/parallel"
	"github.com/bacviz/bacviz/internal/yamltext"
)

// table returns rows below the names of their columns, as kubectl prints them.
func table(header []string, rows [][]string) string {
	var b bytes.Buffer
	t, _ := newTextTable(context.Background(), header, true, len(rows), func(from, to int, t *tableRows) {
		for _, row := range rows[from:to] {
			t.addAll(row)
		}
	})
	_ = t.write(context.Background(), &b) // a Buffer does not fail
	return b.String()
}

// A listing writes a list. What can fail of that, but for the writer, is done.
type listing func(context.Context, io.Writer) error

// listingOf returns a listing that is a text.
func listingOf(text []byte) listing {
	return func(_ context.Context, w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
}

// A textTable is a table for people, whose widths are known.
type textTable struct {
	parts  []tableRows // the names of columns, and chunks of rows
	widths []int       // of columns
}

// newTextTable returns a table of n rows, below the names of their columns if those are to be named.
// Of the rows from one number up to but without another, cells adds each cell, one for each column. All
// processors ask for rows. It returns ctx.Err() if ctx ends first.
func newTextTable(ctx context.Context, header []string, named bool, n int, cells func(from, to int, t *tableRows)) (*textTable, error) {
	names := tableRows{widths: make([]int, len(header))}
	for _, name := range header {
		if named {
			names.add(strings.ToUpper(name))
		}
	}
	const size = 512 // rows of a chunk
	parts := make([]tableRows, 1+(n+size-1)/size)
	parts[0] = names
	parallel.Each(ctx, len(parts)-1, func() *[]byte { return new([]byte) }, func(memory *[]byte, i int) {
		rows := tableRows{text: (*memory)[:0], widths: make([]int, len(header))}
		cells(i*size, min(n, (i+1)*size), &rows)
		*memory = rows.text
		rows.text = bytes.Clone(rows.text) // without room for more
		parts[1+i] = rows
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	widths := slices.Clone(names.widths)
	for _, rows := range parts {
		for c, w := range rows.widths {
			widths[c] = max(widths[c], w)
		}
	}
	return &textTable{parts, widths}, nil
}

// write writes the table.
func (t *textTable) write(ctx context.Context, w io.Writer) error {
	return parallel.Write(ctx, w, len(t.parts), 1, func(b []byte, i, _ int) ([]byte, error) {
		return t.parts[i].appendLines(b, t.widths), nil
	})
}

// tableRows are rows of a table: the texts of their cells, with a line feed after each. There is none
// in a cell, as all are printable, so that they cannot steer the terminal.
type tableRows struct {
	text   []byte
	begin  int   // where the text of the next cell begins
	column int   // of that cell
	widths []int // of the widest cell of each column
}

// add adds a cell in the next column.
func (t *tableRows) add(cell string) {
	t.text = append(t.text, cell...)
	t.end()
}

// addAll adds a cell in each of the next columns.
func (t *tableRows) addAll(cells []string) {
	for _, cell := range cells {
		t.add(cell)
	}
}

// end ends a cell whose text was appended. An empty one shows a dash.
func (t *tableRows) end() {
	cell := t.text[t.begin:]
	width := len(cell) // of ASCII
	if width == 0 || !display.IsPlain(cell) {
		cell := cmp.Or(display.Printable(string(cell)), "-")
		t.text, width = append(t.text[:t.begin], cell...), columns(cell)
	}
	t.text = append(t.text, '\n')
	t.begin, t.widths[t.column] = len(t.text), max(t.widths[t.column], width)
	t.column = (t.column + 1) % len(t.widths)
}

// appendLines appends the rows as lines of columns of these widths.
func (t *tableRows) appendLines(out []byte, widths []int) []byte {
	blanks := bytes.Repeat([]byte(" "), slices.Max(widths)+columnGap)
	for text := t.text; len(text) > 0; out = append(bytes.TrimRight(out, " "), '\n') {
		for c, width := range widths {
			var cell []byte
			cell, text, _ = bytes.Cut(text, []byte("\n"))
			out = append(out, cell...)
			if c < len(widths)-1 {
				out = append(out, blanks[:width-columns(cell)+columnGap]...)
			}
		}
	}
	return out
}

// columns returns how many columns of a terminal a text takes, without its colours. Most texts are
// ASCII, a column a byte; splitting the others into graphemes takes 50 times as long.
func columns[T string | []byte](s T) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '\x1b' {
			return text.StringWidthWithoutEscSequences(string(s))
		}
	}
	return len(s)
}

// printRows prints rows for programs in JSON or YAML, or as the table for people. It is
// part of the work of a command, which ends within the context of that.
func printRows(std stdio, format string, rows any, table func() string) error {
	if format == "table" {
		return std.print(context.Background(), []byte(table()))
	}
	var b bytes.Buffer
	if err := encode(&b, format, rows); err != nil {
		return err
	}
	return std.print(context.Background(), b.Bytes())
}

// encode writes a value in a format that programs read: as JSON, or as the YAML that says
// the same.
func encode(w io.Writer, format string, v any) error {
	if format != "yaml" {
		return jsondoc.Encode(w, v)
	}
	r, pipe := io.Pipe()
	go func() { pipe.CloseWithError(jsondoc.Encode(pipe, v)) }()
	defer r.Close()
	return yamltext.FromJSON(w, r)
}
