// Package embed finds the parts of a document that bacviz keeps up to date, and
// replaces them.
//
// [Scan] reads the document and returns a [Block] for each part between two
// markers, each alone on its line. In Markdown they are:
//
//	<!-- bacviz:start format=mermaid title="Our network" -->
//	<!-- bacviz:end -->
//
// MDX, AsciiDoc and reStructuredText have comments of their own: see [Syntax]. [Replace]
// puts new contents there and changes nothing else; a [Syntax] writes these. This package
// opens no files and draws nothing.
package embed

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bacviz/bacviz/internal/display"
)

// Formats of a block.
const (
	Mermaid = "mermaid" // a diagram that GitHub and GitLab draw
	Table   = "table"   // of the nodes
	Picture = "picture" // HTML that shows one of two SVG files, for light and for dark pages
	Image   = "image"   // an image of the document's own language: one SVG file that follows the page
)

// Options are the options of a start marker, with defaults for those not given.
type Options struct {
	Format string // never empty; by default what all readers of the syntax show
	Name   string // of the files of a picture or an image, below the document's folder, without extension; "topology" by default
	Alt    string // text in place of an image; empty for the default one
	Diff   string // a source to compare the network with; empty for none
	Link   string // a URL that an image leads to, or with {id} each of its nodes; empty for none
	Flags  []Flag // the others, in the order of the marker
}

// A Flag is an option whose meaning this package does not know.
type Flag struct{ Name, Value string }

// Files returns the paths of the files that the contents of a block show, from the
// folder of the document, with slashes.
func (o *Options) Files() []string {
	switch o.Format {
	case Picture:
		return []string{o.Name + ".light.svg", o.Name + ".dark.svg"}
	case Image:
		return []string{o.Name + ".svg"}
	}
	return nil
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

	Unknown string   // the name of an option that there is not; empty for another mistake
	Known   []string // the options that there are, in that case

	cause error
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Unwrap returns [ErrNoMarkers] or nil.
func (e *Error) Unwrap() error { return e.cause }

// A scanner reads one document.
type scanner struct {
	file   string
	text   []byte
	syntax Syntax
	flags  map[string]bool
}

// errorAt returns an error at an offset of the document.
func (s *scanner) errorAt(offset int, format string, args ...any) *Error {
	line, column := s.place(offset)
	return &Error{File: s.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

// place returns the line and the column of an offset, both from 1.
func (s *scanner) place(offset int) (line, column int) {
	before := s.text[:offset]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, 1 + utf8.RuneCount(bytes.TrimPrefix(before[bytes.LastIndexByte(before, '\n')+1:], byteOrderMark))
}

var byteOrderMark = []byte("\ufeff")

// ErrNoMarkers is wrapped by the error of a document without a block.
var ErrNoMarkers = errors.New("no bacviz:start marker")

// Scan returns the blocks of a document in a syntax, in their order. A marker within code
// is not one. Besides those of [Options], markers take the options that flags has; of
// those that are true, the name stands for the value "true". Every error is an [*Error], which names the file.
func Scan(file string, doc []byte, syntax Syntax, flags map[string]bool) ([]Block, error) {
	s := &scanner{file, doc, syntax, flags}
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
	if len(blocks) == 0 {
		return nil, s.noMarkers()
	}
	return blocks, nil
}

// noMarkers returns the error of a document without a block.
func (s *scanner) noMarkers() error {
	var none *Error
	if at := opening().FindIndex(s.text); at != nil {
		none = s.errorAt(at[0], "a marker in code, between backquotes or indented, does not count")
	} else {
		none = s.errorAt(0, "no bacviz:start marker: write %s and %s, each on a line of its own, where the picture belongs", s.syntax.marker("start"), s.syntax.marker("end"))
	}
	none.cause = ErrNoMarkers
	return none
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
	if m.word != "start" {
		return nil
	}
	last := blocks[len(blocks)-1].Options
	for _, b := range blocks[:len(blocks)-1] {
		for _, file := range b.Options.Files() {
			if slices.ContainsFunc(last.Files(), func(f string) bool { return strings.EqualFold(f, file) }) {
				return s.errorAt(m.begin, "a second picture named %q (the first is in line %d); give this one another name=", last.Name, b.Line)
			}
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
