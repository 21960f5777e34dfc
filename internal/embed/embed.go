// Package embed finds the parts of a Markdown document that bacviz keeps up to
// date, and replaces them.
//
// [Scan] reads the document and returns a [Block] for each part between two
// markers, each alone on its line:
//
//	<!-- bacviz:start format=mermaid title="Our network" -->
//	<!-- bacviz:end -->
//
// [Replace] puts new contents there and changes nothing else. This package opens
// no files and draws nothing.
package embed

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bacviz/bacviz/internal/display"
)

// Formats of a block.
const (
	Mermaid = "mermaid" // a diagram that GitHub and GitLab draw; the default
	Table   = "table"   // of the nodes
	Picture = "picture" // SVG for light and for dark pages, in files of their own
)

// Options are the options of a start marker, with defaults for those not given.
type Options struct {
	Format  string   // never empty
	Title   string   // empty for the default one
	GroupBy []string // fields, outermost first
	Include string   // "connected", the default, or "all"
	Engine  string   // of a picture; "auto" by default
	Fill    string   // the capacity whose share in use fills tiles of a picture: cpu, memory, gpu or none, the default
	Name    string   // of a picture's files, without folder and extension; "topology" by default
}

// A Block is a part of a document between two markers.
type Block struct {
	Line, Column int // of its start marker, from 1
	Options      Options

	begin, end int            // offsets of the contents, between the lines of the markers
	eol        string         // the line end of the start marker
	columns    map[string]int // of the given options
}

// ColumnOf returns the column of one of the start marker's options, or that of the
// marker if the option is not given.
func (b Block) ColumnOf(option string) int {
	if column, given := b.columns[option]; given {
		return column
	}
	return b.Column
}

// An Error is a mistake in the markers of a document.
type Error struct {
	File         string
	Line, Column int // from 1; columns count characters
	Message      string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// A scanner reads one document.
type scanner struct {
	file string
	text []byte
}

// errorAt returns an error at an offset of the document.
func (s *scanner) errorAt(offset int, format string, args ...any) error {
	line, column := s.place(offset)
	return &Error{s.file, line, column, fmt.Sprintf(format, args...)}
}

// place returns the line and the column of an offset, both from 1.
func (s *scanner) place(offset int) (line, column int) {
	before := s.text[:offset]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, 1 + utf8.RuneCount(bytes.TrimPrefix(before[bytes.LastIndexByte(before, '\n')+1:], byteOrderMark))
}

var byteOrderMark = []byte("\ufeff")

// Scan returns the blocks of a document, in their order. A marker within code is not
// one. Every error is an [*Error], which names the file.
func Scan(file string, doc []byte) ([]Block, error) {
	s := &scanner{file, doc}
	if bytes.HasPrefix(doc, []byte("\xff\xfe")) || bytes.HasPrefix(doc, []byte("\xfe\xff")) {
		return nil, s.errorAt(0, "the file is in UTF-16; save it as UTF-8")
	}
	markers, err := s.markers()
	if err != nil {
		return nil, err
	}
	var blocks []Block
	var open *marker // the start of the last block, while its end is not found
	for i := range markers {
		m := &markers[i]
		switch m.word {
		case "start":
			if open != nil {
				return nil, s.errorAt(m.begin, "a bacviz:start marker inside the block that begins in line %d", blocks[len(blocks)-1].Line)
			}
			b, err := s.block(m)
			if err != nil {
				return nil, err
			}
			blocks, open = append(blocks, b), m
		case "end":
			if open == nil {
				return nil, s.errorAt(m.begin, "a bacviz:end marker without a bacviz:start before it")
			}
			if strings.TrimSpace(m.options) != "" {
				return nil, s.errorAt(m.optionsAt, "a bacviz:end marker takes no options")
			}
			blocks[len(blocks)-1].end, open = m.begin, nil
		default:
			return nil, s.errorAt(m.begin, "unknown marker %s (have bacviz:start, bacviz:end)", display.Quote("bacviz:"+m.word))
		}
		if err := s.checkNames(m, blocks); err != nil {
			return nil, err
		}
	}
	if open != nil {
		return nil, s.errorAt(open.begin, "no bacviz:end marker after this bacviz:start")
	}
	if at := opening.FindIndex(doc); len(blocks) == 0 && at != nil {
		return nil, s.errorAt(at[0], "a marker in code, between backquotes or indented, does not count")
	}
	if len(blocks) == 0 {
		return nil, s.errorAt(0, "no bacviz:start marker: write <!-- bacviz:start --> and <!-- bacviz:end -->, each on a line of its own, where the picture belongs")
	}
	return blocks, nil
}

// block returns the block that a marker starts, without its end.
func (s *scanner) block(m *marker) (Block, error) {
	opt, given, err := s.options(m)
	if err != nil {
		return Block{}, err
	}
	next := bytes.IndexByte(s.text[m.end:], '\n')
	if next < 0 {
		return Block{}, s.errorAt(m.begin, "no bacviz:end marker after this bacviz:start")
	}
	b := Block{Options: opt, begin: m.end + next + 1, eol: "\n", columns: make(map[string]int)}
	b.Line, b.Column = s.place(m.begin)
	for key, at := range given {
		_, b.columns[key] = s.place(at)
	}
	if s.text[b.begin-2] == '\r' {
		b.eol = "\r\n"
	}
	return b, nil
}

// checkNames refuses a block that would write the same picture as one before it. On
// some systems A.svg and a.svg are one file.
func (s *scanner) checkNames(m *marker, blocks []Block) error {
	last := len(blocks) - 1
	if m.word != "start" || blocks[last].Options.Format != Picture {
		return nil
	}
	name := blocks[last].Options.Name
	for _, b := range blocks[:last] {
		if b.Options.Format == Picture && strings.EqualFold(b.Options.Name, name) {
			return s.errorAt(m.begin, "a second picture named %q (the first is in line %d); give this one another name=", name, b.Line)
		}
	}
	return nil
}

// Replace returns the document with new contents in its blocks, one for each, with
// the line ends of the document. Everything else is unchanged.
func Replace(doc []byte, blocks []Block, contents []string) []byte {
	var out bytes.Buffer
	from := 0
	for i, b := range blocks {
		out.Write(doc[from:b.begin])
		lines := "\n" + strings.Trim(contents[i], "\n") + "\n\n"
		out.WriteString(strings.ReplaceAll(lines, "\n", b.eol))
		from = b.end
	}
	out.Write(doc[from:])
	return out.Bytes()
}

// Fence returns a fenced code block with the source of a diagram. The fence is longer
// than any run of backticks in the source.
func Fence(language, source string) string {
	longest, run := 2, 0
	for _, r := range source {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + strings.TrimRight(source, "\n") + "\n" + fence
}
