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
	text, _ := tableOf(context.Background(), header, true, len(rows), func(from, to int, add func(string)) {
		for _, row := range rows[from:to] {
			each(row, add)
		}
	})
	return string(text)
}

// each calls do with each text.
func each(texts []string, do func(string)) {
	for _, text := range texts {
		do(text)
	}
}

// tableOf returns n rows, below the names of their columns if those are to be named. Of the rows
// from one number up to but without another, cells adds each cell, one for each column. They cannot
// steer the terminal; empty ones show a dash. All processors ask for rows. It returns ctx.Err() if
// ctx ends first.
func tableOf(ctx context.Context, header []string, named bool, n int, cells func(from, to int, add func(cell string))) ([]byte, error) {
	names := newTableRows(1, len(header))
	if named {
		each(header, func(name string) { names.add(strings.ToUpper(name)) })
	}
	const size = 512 // rows of a chunk
	chunks, err := parallel.Chunks(ctx, n, size, func(from, to int) tableRows {
		rows := newTableRows(to-from, len(header))
		cells(from, to, func(cell string) { rows.add(cmp.Or(display.Printable(cell), "-")) })
		return rows
	})
	if err != nil {
		return nil, err
	}
	widths := names.widths
	for _, rows := range chunks {
		for c, w := range rows.widths {
			widths[c] = max(widths[c], w)
		}
	}
	room := names.room(widths)
	for _, rows := range chunks {
		room += rows.room(widths)
	}
	out := appender{make([]byte, 0, room)}
	out.text = names.appendLines(out.text, widths)
	err = parallel.Write(ctx, &out, len(chunks), 1, func(b []byte, i, _ int) ([]byte, error) {
		b = chunks[i].appendLines(b, widths)
		chunks[i] = tableRows{} // to give its memory back
		return b, nil
	})
	return out.text, err
}

// An appender appends what is written to it.
type appender struct{ text []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.text = append(a.text, p...)
	return len(p), nil
}

// tableRows are rows of a table, whose cells are printable.
type tableRows struct {
	text   []byte      // of all cells, one after the other
	cells  []tableCell // row by row
	widths []int       // of the widest cell of each column
}

// A tableCell is how long a text is, in bytes and in columns of the terminal.
type tableCell struct{ bytes, columns int32 }

// newTableRows returns no rows, with room for the texts of most.
func newTableRows(rows, columns int) tableRows {
	const usual = 10 // bytes of a cell
	return tableRows{make([]byte, 0, rows*columns*usual), make([]tableCell, 0, rows*columns), make([]int, columns)}
}

// add adds a cell in the next column.
func (t *tableRows) add(text string) {
	w := columns(text)
	column := len(t.cells) % len(t.widths)
	t.text, t.cells = append(t.text, text...), append(t.cells, tableCell{int32(len(text)), int32(w)})
	t.widths[column] = max(t.widths[column], w)
}

// room returns how many bytes the rows need in columns of these widths: most often a little more,
// but never much more than their texts have.
func (t *tableRows) room(widths []int) int {
	line := columnGap*len(widths) + 1
	for _, w := range widths {
		line += w
	}
	return min(len(t.cells)/len(widths)*line, 2*len(t.text)+line)
}

// appendLines appends the rows as lines of columns of these widths.
func (t *tableRows) appendLines(out []byte, widths []int) []byte {
	out = slices.Grow(out, t.room(widths))
	blanks := bytes.Repeat([]byte(" "), slices.Max(widths)+columnGap)
	text := t.text
	for i, cell := range t.cells {
		column := i % len(widths)
		out = append(out, text[:cell.bytes]...)
		text = text[cell.bytes:]
		if column < len(widths)-1 {
			out = append(out, blanks[:widths[column]-int(cell.columns)+columnGap]...)
			continue
		}
		out = append(bytes.TrimRight(out, " "), '\n')
	}
	return out
}

// clean returns the cells of a row, printable, and with a dash for an empty one.
func clean(cells []string) []string {
	out := make([]string, len(cells))
	for c, cell := range cells {
		out[c] = cmp.Or(display.Printable(cell), "-")
	}
	return out
}

// columns returns how many columns of a terminal a text takes, without its colours. Most texts are
// ASCII, a column a byte; splitting the others into graphemes takes 50 times as long.
func columns(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '\x1b' {
			return text.StringWidthWithoutEscSequences(s)
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
