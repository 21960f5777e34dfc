package main

// This file writes a list of nodes as CSV.

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// A csvColumn is a name, and the texts of its cells.
type csvColumn struct {
	name string
	cell func(*nodeRow) string
}

// Columns for spreadsheets: plain numbers, and nothing where nothing is known. They say
// all that JSON does, so that either is a source of every command.
var csvColumns = []csvColumn{
	{"id", func(r *nodeRow) string { return textCell(r.ID) }},
	{"short_id", func(r *nodeRow) string { return textCell(r.ShortID) }},
	{"role", func(r *nodeRow) string { return r.Role }},
	{"type", func(r *nodeRow) string { return textCell(r.Type) }},
	{"state", func(r *nodeRow) string { return textCell(orEmpty(r.State)) }},
	{"membership", func(r *nodeRow) string { return textCell(orEmpty(r.Membership)) }},
	{"labels", func(r *nodeRow) string { return labelCell(r.Labels) }},
	{"engines", func(r *nodeRow) string { return wordCell(r.Engines) }},
	{"cpu_free", func(r *nodeRow) string { return freeNumber(r.CPU) }},
	{"cpu_total", func(r *nodeRow) string { return totalNumber(r.CPU) }},
	{"memory_free", func(r *nodeRow) string { return freeNumber(r.Memory) }},
	{"memory_total", func(r *nodeRow) string { return totalNumber(r.Memory) }},
	{"disk_free", func(r *nodeRow) string { return freeNumber(r.Disk) }},
	{"disk_total", func(r *nodeRow) string { return totalNumber(r.Disk) }},
	{"gpu_free", func(r *nodeRow) string { return freeNumber(r.GPU) }},
	{"gpu_total", func(r *nodeRow) string { return totalNumber(r.GPU) }},
	{"running", func(r *nodeRow) string { return countNumber(r.Running) }},
	{"queued", func(r *nodeRow) string { return countNumber(r.Queued) }},
	{"version", func(r *nodeRow) string { return textCell(orEmpty(r.Version)) }},
	{"last_seen", func(r *nodeRow) string {
		if r.LastSeen == nil {
			return ""
		}
		return r.LastSeen.Format(time.RFC3339Nano)
	}},
	{"last_error", func(r *nodeRow) string { return textCell(r.LastError) }},
	{"publishers", func(r *nodeRow) string { return wordCell(r.Publishers) }},
	{"storage", func(r *nodeRow) string { return wordCell(r.Storage) }},
	{"orchestrators", func(r *nodeRow) string { return wordCell(r.Orchestrators) }},
}

// writeCSV writes the rows for a spreadsheet.
func (l *nodeRows) writeCSV(b *bytes.Buffer) {
	w := csv.NewWriter(b)
	columns := spreadsheetColumns(l)
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.name
	}
	_ = w.Write(cells) // a Buffer does not fail
	for r := range l.of().all() {
		for i, c := range columns {
			cells[i] = c.cell(r)
		}
		_ = w.Write(spreadsheetCells(cells))
	}
	w.Flush()
}

// spreadsheetColumns returns the columns of CSV, with one for the names of clusters if any
// row has such names.
func spreadsheetColumns(rows *nodeRows) []csvColumn {
	if !rows.named() {
		return csvColumns
	}
	clusters := csvColumn{"cluster", func(r *nodeRow) string { return strings.Join(r.Clusters, ",") }}
	return append(slices.Clone(csvColumns), clusters)
}

// spreadsheetCells makes cells safe for CSV: a spreadsheet does not take one for a
// formula, and none can steer a terminal.
func spreadsheetCells(cells []string) []string {
	for i, s := range cells {
		s = display.Printable(s)
		if formula().MatchString(s) {
			if _, err := strconv.ParseFloat(s, 64); err != nil {
				s = "'" + s
			}
		}
		cells[i] = s
	}
	return cells
}

// formula matches what a spreadsheet takes for a formula, and also what looks like one that
// was made safe, so that each can be told from the other when it is read back.
var formula = lazy.Regexp(`^'*[=+\-@|%]`)

// textCell writes a text for a cell of CSV as it is, or as JSON if that would be read back
// as another one.
func textCell(s string) string {
	if !strings.HasPrefix(s, `"`) && s == display.Printable(s) {
		return s
	}
	return jsonCell(s)
}

// labelCell writes labels for a cell of CSV as people read them, or as JSON if that would be
// read back as other labels.
func labelCell(labels map[string]string) string {
	text := string(appendLabels(nil, labels, true))
	plain := !strings.HasPrefix(text, "{") && text == display.Printable(text)
	for key, value := range labels {
		parts := strings.Split(value, ",")
		plain = plain && key != "" && !strings.ContainsAny(key, ",=") &&
			!slices.ContainsFunc(parts[1:], func(part string) bool { return strings.Contains(part, "=") })
	}
	if plain {
		return text
	}
	return jsonCell(labels)
}

// wordCell writes a list of words in the same way.
func wordCell(words []string) string {
	text := strings.Join(words, ",")
	ambiguous := func(word string) bool { return word == "" || strings.Contains(word, ",") }
	if !strings.HasPrefix(text, "[") && text == display.Printable(text) && !slices.ContainsFunc(words, ambiguous) {
		return text
	}
	return jsonCell(words)
}

// jsonCell writes a value as JSON with escapes for all characters that do not show.
func jsonCell(value any) string {
	var out strings.Builder
	text, _ := json.Marshal(value) // of texts, which does not fail
	for _, r := range string(text) {
		switch {
		case unicode.IsGraphic(r) && r != unicode.ReplacementChar:
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

func countNumber(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func freeNumber[Q quantity](a *amount[Q]) string {
	if a == nil || a.Free == nil {
		return ""
	}
	return numberText(*a.Free)
}

func totalNumber[Q quantity](a *amount[Q]) string {
	if a == nil {
		return ""
	}
	return numberText(a.Total)
}

// numberText writes all digits of a number.
func numberText[Q quantity](n Q) string {
	if cores, is := any(n).(float64); is {
		return strconv.FormatFloat(cores, 'f', -1, 64)
	}
	return strconv.FormatUint(uint64(n), 10)
}
