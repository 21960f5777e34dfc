package main

// This file writes the list of log.

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"

	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/mdtext"
	"github.com/bacviz/bacviz/output/plots"
)

// logFormats are the formats of the list, and of the picture.
func logFormats() choices {
	list := choices{"txt", "json", "csv", "md"}
	for _, name := range plots.Formats() {
		if plots.Painted(name) {
			list = append(list, name)
		}
	}
	return list
}

// A logRow is a change in JSON.
type logRow struct {
	At           string    `json:"at"`
	Kind         diff.Kind `json:"kind"`
	Node         string    `json:"node,omitempty"`
	Orchestrator string    `json:"orchestrator,omitempty"`
	Formerly     string    `json:"formerly,omitempty"`
	What         []string  `json:"what"`
	Diff         rawJSON   `json:"diff"`
}

// A rawJSON is a JSON document.
type rawJSON []byte

// MarshalJSON implements [json.Marshaler].
func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }

// writeChanges writes the changes in a format.
func writeChanges(ctx context.Context, b *bytes.Buffer, format string, all []history.Change, several bool) error {
	words := func(c *history.Change) []string { return c.Diff.Words(ctx, several) }
	cells := func(c *history.Change, when string) []string {
		return []string{when, string(c.Kind), subject(c), strings.Join(words(c), "; ")}
	}
	header := []string{"time", "what", "node", "details"}
	switch format {
	case "json":
		rows := make([]logRow, 0, len(all))
		for i := range all {
			c := &all[i]
			var doc bytes.Buffer
			if err := c.Diff.WriteJSON(ctx, &doc); err != nil {
				return err
			}
			row := logRow{At: c.At.Format(timeFormat), Kind: c.Kind, Formerly: c.From, What: words(c), Diff: doc.Bytes()}
			if c.Orchestrator {
				row.Orchestrator = c.ID
			} else {
				row.Node = c.ID
			}
			rows = append(rows, row)
		}
		return encode(b, format, rows)
	case "csv":
		w := csv.NewWriter(b)
		_ = w.Write(header) // a Buffer does not fail
		for i := range all {
			_ = w.Write(spreadsheetCells(cells(&all[i], all[i].At.Format(timeFormat))))
		}
		w.Flush()
		return ctx.Err()
	case "md":
		b.WriteString("| Time | What | Node | Details |\n|---|---|---|---|\n")
		for i := range all {
			c := &all[i]
			b.WriteString("| " + timeText(c.At) + " | " + string(c.Kind) + " | " + mdtext.Code(subject(c)) + " | " + mdtext.Code(strings.Join(words(c), "; ")) + " |\n")
		}
		return ctx.Err()
	}
	if len(all) == 0 {
		return ctx.Err()
	}
	t, err := newTextTable(ctx, header, true, len(all), func(from, to int, t *tableRows) {
		for i := from; i < to; i++ {
			t.addAll(cells(&all[i], timeText(all[i].At)))
		}
	})
	if err != nil {
		return err
	}
	return t.write(ctx, b)
}

// timeFormat is that of times for programs.
const timeFormat = "2006-01-02T15:04:05.999Z07:00"

// subject names what a change is about.
func subject(c *history.Change) string {
	name := c.ID
	if c.From != "" {
		name = c.From + " → " + c.ID
	}
	if c.Orchestrator {
		name = "orchestrator " + name
	}
	return name
}
