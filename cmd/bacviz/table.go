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
	text, _ := tableOf(context.Background(), header, true, len(rows), func(i int) []string { return rows[i] })
	return string(text)
}

// tableOf returns n rows, below the names of their columns if those are to be named. Cells
// cannot steer the terminal; empty ones show a dash. All processors ask for rows. It returns
// ctx.Err() if ctx ends first.
func tableOf(ctx context.Context, header []string, named bool, n int, row func(i int) []string) ([]byte, error) {
	names := tableRows{widths: make([]int, len(header))}
	for c, name := range header {
		if !named {
			break
		}
		names.add(c, strings.ToUpper(name))
	}
	const size = 512 // rows of a chunk
	chunks, err := parallel.Chunks(ctx, n, size, func(from, to int) tableRows {
		rows := tableRows{widths: make([]int, len(header)), cells: make([]tableCell, 0, (to-from)*len(header))}
		for i := from; i < to; i++ {
			for c, cell := range row(i) {
				rows.add(c, cmp.Or(display.Printable(cell), "-"))
			}
		}
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
	parts, err := parallel.Chunks(ctx, len(chunks), 1, func(from, to int) []byte {
		text := chunks[from].lines(widths)
		chunks[from] = tableRows{} // to give its memory back
		return text
	})
	return slices.Concat(slices.Insert(parts, 0, names.lines(widths))...), err
}

// tableRows are rows of a table, whose cells are printable.
type tableRows struct {
	text   []byte      // of all cells, one after the other
	cells  []tableCell // row by row
	widths []int       // of the widest cell of each column
}

// A tableCell is how long a text is, in bytes and in columns of the terminal.
type tableCell struct{ bytes, columns int32 }

// add adds a cell in a column.
func (t *tableRows) add(column int, text string) {
	w := columns(text)
	t.text, t.cells = append(t.text, text...), append(t.cells, tableCell{int32(len(text)), int32(w)})
	t.widths[column] = max(t.widths[column], w)
}

// lines returns the rows as lines of columns of these widths.
func (t *tableRows) lines(widths []int) []byte {
	line := columnGap * len(widths)
	for _, w := range widths {
		line += w
	}
	blanks := bytes.Repeat([]byte(" "), line)
	out := make([]byte, 0, min(len(t.cells)/len(widths)*(line+1), 2*len(t.text)+line))
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
