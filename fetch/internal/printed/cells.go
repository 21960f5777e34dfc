package printed

// This file reads lists in CSV and tables.

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

const (
	hintWide = "print the list with --output json, or the table with --wide"
)

// readCSV reads what `bacviz nodes -o csv` and `bacalhau node list --output csv` print.
func readCSV(text []byte, lines int, add func(record) error) error {
	bacalhau := !bytes.EqualFold(text[:min(len(text), 8)], []byte("id,short"))
	if bacalhau { // it writes \" and \, up to v1.7, as its tables were
		text = []byte(strings.NewReplacer(`\"`, `""`, `\,`, `,`).Replace(string(text)))
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.ReuseRecord = true
	var names []string
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			e := &Error{Line: lines + 1, Column: 1, Message: "invalid CSV"}
			if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
				e.Line, e.Column, e.Message = lines+wrong.Line, max(1, wrong.Column), wrong.Err.Error()
			}
			return e
		}
		if names == nil {
			for _, name := range cells {
				names = append(names, strings.ToLower(name))
			}
			continue
		}
		line, column := in.FieldPos(0)
		row := make(map[string]string, len(names))
		for i, name := range names {
			if len(cells[i]) > maxRecord {
				return tooLarge(lines+line, column)
			}
			row[name] = cells[i]
		}
		r := record{line: lines + line, column: column}
		if bacalhau && shortID().MatchString(row["id"]) {
			return &Error{Line: r.line, Column: r.column, Message: shortIDMessage(row["id"]), Hint: hintWide}
		} else if bacalhau {
			r.api = fromCells(row)
		} else {
			r.api, r.orchestrators = fromRow(fromSpreadsheet(row))
		}
		if err := add(r); err != nil {
			return err
		}
	}
}

// madeSafe matches a cell that is written with a quote before it, so that a spreadsheet does
// not take it for a formula.
var madeSafe = lazy.Regexp(`^'+[=+\-@|%]`)

// fromSpreadsheet returns a row of CSV as JSON has it.
func fromSpreadsheet(row map[string]string) map[string]any {
	cell := func(name string) string {
		s := row[name]
		if madeSafe().MatchString(s) {
			s = s[1:]
		}
		return s
	}
	text := func(name string) any {
		s := cell(name)
		var plain string
		if strings.HasPrefix(s, `"`) && json.Unmarshal([]byte(s), &plain) == nil {
			s = plain
		}
		if s == "" {
			return nil
		}
		return s
	}
	words := func(name string) any {
		s := cell(name)
		var all []string
		if !strings.HasPrefix(s, "[") || json.Unmarshal([]byte(s), &all) != nil {
			all = strings.Split(s, ",")
		}
		return wordsOf(all)
	}
	amount := func(name string) any {
		if row[name+"_total"] == "" {
			return nil
		}
		return map[string]any{"free": number(row[name+"_free"]), "total": number(row[name+"_total"])}
	}
	var labels map[string]any
	if s := cell("labels"); !strings.HasPrefix(s, "{") || json.Unmarshal([]byte(s), &labels) != nil {
		labels = labelsOf(s, ",")
	}
	return map[string]any{
		"id": text("id"), "type": text("type"), "state": text("state"), "membership": text("membership"), "version": text("version"),
		"labels": labels, "engines": words("engines"), "publishers": words("publishers"), "storage": words("storage"),
		"orchestrators": words("orchestrators"), "lastSeen": text("last_seen"), "lastError": text("last_error"),
		"cpu": amount("cpu"), "memory": amount("memory"), "disk": amount("disk"), "gpu": amount("gpu"),
		"running": number(row["running"]), "queued": number(row["queued"]),
	}
}

// number returns a cell as a number, nil if it is empty, and otherwise as it is.
func number(s string) any {
	switch {
	case s == "":
		return nil
	case json.Valid([]byte(s)) && strings.Trim(s, "+-.0123456789eE") == "":
		return json.Number(s)
	}
	return s
}

// wordsOf returns the words that are not empty as JSON has them, or nil if there are none.
func wordsOf(words []string) any {
	var list []any
	for _, word := range words {
		if word != "" {
			list = append(list, word)
		}
	}
	if list == nil {
		return nil
	}
	return list
}

// labelsOf returns the labels of a cell. A part without "=" belongs to the value before.
func labelsOf(cell, separator string) map[string]any {
	labels := map[string]any{}
	last := ""
	for part := range strings.SplitSeq(cell, separator) {
		key, value, is := strings.Cut(part, "=")
		switch {
		case is:
			labels[key], last = value, key
		case last != "":
			labels[last] = labels[last].(string) + separator + part
		}
	}
	return labels
}

// fromCells returns the record of a row that Bacalhau printed. The free capacity is left
// out: a node that reports it reports also what runs on it, which no row has.
func fromCells(row map[string]string) map[string]any {
	most := map[string]any{}
	for name, to := range map[string]string{"cpu": "CPU", "memory": "Memory", "disk": "Disk", "gpu": "GPU"} {
		_, total, is := strings.Cut(row[name], " / ")
		if !is {
			continue
		}
		if name == "memory" || name == "disk" {
			most[to] = size(total)
		} else {
			most[to] = number(total)
		}
	}
	words := func(name string) any { return wordsOf(strings.Fields(row[name])) }
	kind, membership, status := row["type"], strings.ToUpper(row["approval"]), strings.ToUpper(row["status"])
	if membership == "UNKNOWN" {
		membership = ""
	}
	return map[string]any{
		"Info": map[string]any{
			"NodeID": row["id"], "NodeType": kind, "Labels": labelsOf(row["labels"], " "), "BacalhauVersion": map[string]any{"GitVersion": row["version"]},
			"ComputeNodeInfo": map[string]any{
				"ExecutionEngines": words("engines"), "StorageSources": words("inputs from"), "Publishers": words("outputs"),
				"MaxCapacity": most,
			},
		},
		"Membership": membership, "Connection": status,
	}
}

// size returns a number of bytes that is written for people, or the text if it is none.
func size(s string) any {
	n, err := humanize.ParseBytes(s)
	if err != nil {
		return s
	}
	return n
}

var (
	headings = lazy.Regexp(`\S+( \S+)*`)

	// shortID matches the short form of an ID, of which a table without --wide has the
	// beginning: n-0d2d943b for n-0d2d943b-….
	shortID = lazy.Regexp(`^([a-z]+-)?[0-9a-f]{8}$|^Qm[0-9A-Za-z]{6}$`)
)

// readTable reads the wide table of `bacalhau node list --wide`. Other tables have parts of
// IDs, and cells that are broken into several lines or cut.
func readTable(text []byte, lines int, add func(record) error) error {
	var names []string
	var starts []int
	for line := range bytes.Lines(text) {
		lines++
		cells := []rune(strings.TrimRight(string(colour().ReplaceAll(line, nil)), " \r\n"))
		if names == nil {
			head := string(cells)
			if strings.Contains(strings.ToLower(head), "role") {
				return &Error{Line: lines, Column: 1, Message: "a table of `bacviz nodes`, which is for people", Hint: "print the list with -o json"}
			}
			for _, at := range headings().FindAllStringIndex(head, -1) {
				names = append(names, strings.ToLower(head[at[0]:at[1]]))
				starts = append(starts, utf8.RuneCountInString(head[:at[0]]))
			}
			continue
		}
		if len(cells) == 0 {
			continue
		}
		row, err := tableRow(cells, names, starts, lines)
		if err != nil {
			return err
		}
		if err := add(record{line: lines, column: starts[0] + 1, api: fromCells(row)}); err != nil {
			return err
		}
	}
	return nil
}

// tableRow returns the cells of a line by the names of their columns.
func tableRow(line []rune, names []string, starts []int, number int) (map[string]string, error) {
	fail := func(column int, message string) error {
		return &Error{Line: number, Column: column + 1, Message: message, Hint: hintWide}
	}
	row := make(map[string]string, len(names))
	for i, name := range names {
		from, to := min(starts[i], len(line)), len(line)
		if i+1 < len(names) {
			to = min(starts[i+1], len(line))
		}
		if from > 0 && from < len(line) && line[from-1] != ' ' {
			return nil, fail(from, "the table has a cell that is wider than its column")
		}
		row[name] = strings.TrimSpace(string(line[from:to]))
		if strings.Contains(row[name], "…") {
			return nil, fail(from, "the table is cut: "+display.Quote(row[name]))
		}
	}
	switch id := row["id"]; {
	case id == "":
		return nil, fail(starts[0], "the table is not whole: cells are broken into several lines")
	case shortID().MatchString(id):
		return nil, fail(starts[0], shortIDMessage(id))
	}
	return row, nil
}

func shortIDMessage(id string) string {
	return "the list is not whole: " + display.Quote(id) + " is the beginning of an ID"
}
