package main

// This file writes tables for people, and JSON and YAML for programs.

import (
	"bytes"
	"cmp"
	"context"
	"io"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/yamltext"
	prettytable "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// table draws rows below the names of their columns, as kubectl does. Cells cannot
// steer the terminal; empty ones show a dash. A width above 0 cuts lines.
func table(header []string, rows [][]string, width int) string {
	t := prettytable.NewWriter()
	style := prettytable.StyleDefault
	style.Options = prettytable.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "   "
	style.Format.Header = text.FormatUpper
	style.Size.WidthMax = width
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	t.AppendHeader(tableRow(header))
	for _, r := range rows {
		t.AppendRow(tableRow(r))
	}
	return t.Render() + "\n"
}

func tableRow(cells []string) prettytable.Row {
	row := make(prettytable.Row, len(cells))
	for i, c := range cells {
		row[i] = cmp.Or(display.Printable(c), "-")
	}
	return row
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
