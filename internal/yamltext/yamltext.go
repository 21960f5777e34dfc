// Package yamltext says where a text ends to be YAML. The parser names a line at
// best, and often the one where the block begins that a mistake is in.
package yamltext

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding/unicode"
)

// An Error is the first thing in a text that is no YAML.
type Error struct {
	Line, Column int    // from 1; columns are characters
	Message      string // the parser's, without a place
}

func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// maxSearch is the most bytes that are parsed again and again. In a longer text the
// place is where the parser had read to, which may be some lines further on.
const maxSearch = 1 << 20

// Check returns nil if the first two documents of a text, in UTF-8 or UTF-16, are
// YAML.
func Check(text []byte) *Error {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		if plain, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(text); err == nil {
			text = plain
		}
	}
	failed, read := parse(text)
	if failed == "" {
		return nil
	}
	if read <= maxSearch {
		read = begins(text, read, failed)
	}
	text = text[:read]
	for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	before := text[:max(0, len(text)-1)]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return &Error{
		Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(before[begin:]),
		Message: failed,
	}
}

// place is what the parser says of one, which depends on where the text ends.
var place = regexp.MustCompile(`^yaml: (?:line \d+: )?`)

// begins returns how much of the text the parser needs for the failure that it
// reports having read so much. What follows a mistake does not matter to it: it
// fails in the same way when the text ends there, but not when it ends before. An
// end may be the same mistake at many places, so this looks back step by step.
func begins(text []byte, read int, failed string) int {
	same := func(n int) bool {
		again, _ := parse(whole(text, n))
		return again == failed
	}
	step := 1
	for step <= read && same(read-step) {
		read -= step
		step *= 2
	}
	from := max(0, read-step)
	return from + sort.Search(read-from, func(n int) bool { return same(from + n) })
}

// whole is the text up to n, with the character that n may be within.
func whole(text []byte, n int) []byte {
	for n < len(text) && !utf8.RuneStart(text[n]) {
		n++
	}
	return text[:n]
}

// parse returns what the parser says, if anything, and how much it had read then.
func parse(text []byte) (failed string, read int) {
	r := &sipper{text: text}
	dec := yaml.NewDecoder(r)
	for range 2 {
		var doc yaml.Node
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return place.ReplaceAllString(err.Error(), ""), r.at
		}
	}
	return "", r.at
}

// A sipper gives one byte a time, so that nobody reads ahead.
type sipper struct {
	text []byte
	at   int
}

func (s *sipper) Read(p []byte) (int, error) {
	if s.at == len(s.text) {
		return 0, io.EOF
	}
	n := copy(p[:min(1, len(p))], s.text[s.at:])
	s.at += n
	return n, nil
}
