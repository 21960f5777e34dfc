// Package printed reads the node lists that commands print for people and programs:
// what `bacviz nodes` prints as JSON, YAML or CSV, and what `bacalhau node list` prints as
// YAML, CSV or a wide table. [Detect] finds such a list in a text, and [Format.Read]
// translates its records to those of Bacalhau's API, which package bacalhau reads, with
// its limits and its warnings.
package printed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// A List is a list in the form of the API.
type List struct {
	JSON []byte // an array; each record is on the line and in the column of the printed one

	// Orchestrators are the orchestrators that list a node, by its ID. It is nil if the
	// list does not say.
	Orchestrators map[string][]string
}

// An Error is a mistake in a printed list.
type Error struct {
	Line, Column int // from 1; columns are characters
	Message      string
	Hint         string // may be empty
}

// Error begins with the place: line 3, column 5: …
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// A Format is the format of a list, with the place where that begins.
type Format struct {
	read  reader
	start int // in bytes
}

// A reader reads a text that begins after a number of lines, and calls add for each record.
// It ends with the error of add.
type reader = func(text []byte, lines int, add func(record) error) error

// A record is a printed one.
type record struct {
	line, column  int
	api           map[string]any
	orchestrators []string // nil if it does not say
}

// formats are told apart by how a list begins.
var formats = []struct {
	begin func() *regexp.Regexp
	read  reader
}{
	{lazy.Regexp(`^\[\s*\{\s*"id"\s*:`), readJSON},
	{lazy.Regexp(`^- "?(id|Info|Membership|Connection|ConnectionState)"?:`), readYAML},
	{lazy.Regexp(`(?i)^id,(short_id,role|type,approval,status)\b`), readCSV},
	{lazy.Regexp(`(?i)^[ \t]*id\s{2,}(role\s{2,}state|type\s{2,}approval)\b`), readTable},
}

// colour matches a colour of a terminal.
var colour = lazy.Regexp(`\x1b\[[0-9;]*m`)

// other matches lines that begin a text of another kind.
var other = lazy.Regexp(`^\s*(\{|\[\s*(\{|\]|$)|<)`)

// Detect returns the format of the printed list in a text, before which there may be lines
// of a log. It does not advance br.
func Detect(br *bufio.Reader) (Format, bool) {
	for size := 512; ; size = min(4*size, br.Size()) {
		text, err := br.Peek(size)
		format, found, decided := detect(text, err == nil && size < br.Size())
		if decided || err != nil || size >= br.Size() {
			return format, found
		}
	}
}

// detect looks for a list in the beginning of a text. It has decided unless more of the
// text could tell.
func detect(text []byte, more bool) (format Format, found, decided bool) {
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 && more {
			return Format{}, false, false
		}
		line := text[at:]
		if end >= 0 {
			line = line[:end]
		}
		for _, f := range formats {
			if f.begin().Match(text[at:]) || f.begin().Match(colour().ReplaceAll(line, nil)) {
				return Format{f.read, at}, true, true
			}
		}
		if other().Match(line) {
			return Format{}, false, !more || end >= 0 && len(bytes.TrimSpace(text[at:])) > 64
		}
		at += len(line) + 1
	}
	return Format{}, false, !more
}

// maxRecord is the length of the longest record, in bytes. One of a real node has 2 KiB; to
// parse it takes up to 100 times its memory.
const maxRecord = 1 << 20

func tooLarge(line, column int) error {
	return &Error{Line: line, Column: column, Message: "a record larger than " + display.Bytes(maxRecord)}
}

// rowShare is how many times longer the record of the API is, at least, that a row stands
// for. That of a real node has 700 bytes and more, its row in CSV of bacviz 330, and in CSV
// of Bacalhau 200.
const rowShare = 2

// Read reads a text in which [Detect] found the format. Under the limit, a row counts as
// long as the record that it stands for. An error is an [*Error].
func (f Format) Read(text []byte, limit input.RecordLimit) (*List, error) {
	list := &List{}
	out := placer{line: 1, column: 1}
	out.write("[")
	lines := bytes.Count(text[:f.start], []byte("\n"))
	records, length := 0, rowShare*int64(len(text))
	err := f.read(text[f.start:], lines, func(r record) error {
		if records++; records > limit.Most(length) {
			message, hint := limit.Exceeded(length)
			return &Error{Line: r.line, Column: r.column, Message: message, Hint: hint}
		}
		if records > 1 {
			out.write(",")
		}
		out.goTo(r.line, r.column)
		value, err := json.Marshal(known(r.api))
		if err != nil {
			return &Error{Line: r.line, Column: r.column, Message: "a value that JSON lacks"}
		}
		out.write(string(value))
		if id, ok := info(r.api)["NodeID"].(string); ok && r.orchestrators != nil {
			if list.Orchestrators == nil {
				list.Orchestrators = map[string][]string{}
			}
			list.Orchestrators[id] = r.orchestrators
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.write("]\n")
	list.JSON = out.text
	return list, nil
}

// known returns an object without the values that are not known, which keeps short what
// little a row says.
func known(object map[string]any) map[string]any {
	for name, value := range object {
		m, isObject := value.(map[string]any)
		if isObject && name != "Labels" {
			m = known(m)
		}
		if value == nil || value == "" || isObject && len(m) == 0 {
			delete(object, name)
		}
	}
	return object
}

// info returns the part of a record that describes the node.
func info(api map[string]any) map[string]any {
	m, _ := api["Info"].(map[string]any)
	return m
}

// A placer writes a text in which each part has a given place, so that errors about the
// text name the places of the original.
type placer struct {
	text         []byte
	line, column int // of what is written next
}

// goTo moves to a place, unless it is already behind that.
func (p *placer) goTo(line, column int) {
	for p.line < line {
		p.text = append(p.text, '\n')
		p.line, p.column = p.line+1, 1
	}
	for p.line == line && p.column < column {
		p.write(" ")
	}
}

// write appends a text without line ends.
func (p *placer) write(s string) {
	p.text = append(p.text, s...)
	p.column += utf8.RuneCountInString(s)
}
