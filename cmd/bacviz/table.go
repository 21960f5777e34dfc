package main

// This file writes tables for people, and JSON and YAML for programs.

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/yamltext"
	"github.com/jedib0t/go-pretty/v6/text"
)

// table returns rows below the names of their columns, as kubectl prints them.
func table(header []string, rows [][]string) string {
	return string(tableOf(header, len(rows), 0, func(i int) []string { return rows[i] }))
}

// tableOf returns n rows below the names of their columns. Cells cannot steer the
// terminal; empty ones show a dash. A width above 0 cuts lines. The cells of a row are
// asked for twice, to measure them and to write them, so that not all are in memory.
func tableOf(header []string, n, width int, row func(i int) []string) []byte {
	const gap = 3 // blanks between columns
	names := make([]string, len(header))
	widths := make([]int, len(header))
	size, shown := 0, 0 // of all cells, in bytes and in columns of the terminal
	measure := func(cells []string) {
		for c, cell := range cells {
			w := columns(cell)
			widths[c] = max(widths[c], w)
			size, shown = size+len(cell), shown+w
		}
	}
	for c, name := range header {
		names[c] = strings.ToUpper(name)
	}
	measure(names)
	for i := range n {
		measure(clean(row(i)))
	}
	for _, w := range widths {
		size += (n + 1) * (w + gap)
	}
	out := make([]byte, 0, size-shown+1)
	write := func(cells []string) {
		from := len(out)
		for c, cell := range cells {
			out = append(out, cell...)
			for range widths[c] - columns(cell) + gap {
				out = append(out, ' ')
			}
		}
		out = bytes.TrimRight(out, " ")
		if line := string(out[from:]); width > 0 && columns(line) > width {
			const cut = " ~"
			out = append(out[:from], text.Trim(line, max(0, width-len(cut)))+cut...)
		}
		out = append(out, '\n')
	}
	write(names)
	for i := range n {
		write(clean(row(i)))
	}
	return out
}

// columns returns how many columns of a terminal a printable text takes. Most texts are
// ASCII, a column a byte; splitting the others into graphemes takes 50 times as long.
func columns(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return text.StringWidth(s)
		}
	}
	return len(s)
}

// clean returns the cells of a row, printable, and with a dash for an empty one.
func clean(cells []string) []string {
	out := make([]string, len(cells))
	for c, cell := range cells {
		out[c] = cmp.Or(display.Printable(cell), "-")
	}
	return out
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
