// Package yamltext reads and writes YAML where go.yaml.in/yaml/v3 falls short.
//
// [Check] finds the line and column of a mistake. The parser reports a line at best, and
// often the one where the block with the mistake begins. Packages that read rules, job
// files and configurations call it for a text that the parser refuses, and put the place
// into their error. [FromJSON] writes what commands print for programs: the encoder
// writes some texts so that they do not read back, and others so that they do not show.
package yamltext

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding/unicode"

	"github.com/bacviz/bacviz/internal/lazy"
)

// An Error is the first mistake in a text.
type Error struct {
	Line, Column int    // from 1; columns are characters
	Message      string // the parser's, without a place
}

func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// maxSearch is the most bytes that are parsed repeatedly. In a longer text the place
// is how far the parser had read, which may be some lines after the mistake.
const maxSearch = 1 << 20

// Check returns the first mistake in the first two documents of a text, in UTF-8 or
// UTF-16, or nil if they are valid.
func Check(text []byte) *Error {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		if decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(text); err == nil {
			text = decoded
		}
	}
	message, read := parse(text)
	if message == "" {
		return nil
	}
	if read <= maxSearch {
		read = shortest(text, read, message)
	}
	text = text[:read]
	for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	before := text[:max(0, len(text)-1)]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &Error{
		Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(line),
		Message: message,
	}
}

// shortest returns the length of the shortest beginning of a text for which the
// parser reports the message that it reports for the first read bytes. The mistake
// is at its end: text after a mistake does not change what the parser reports, while
// without the mistake it reports nothing, or something else. The length is searched
// backwards in growing steps, as earlier beginnings may have a mistake of their own
// with the same message.
func shortest(text []byte, read int, message string) int {
	same := func(n int) bool {
		m, _ := parse(wholeRunes(text, n))
		return m == message
	}
	step := 1
	for step <= read && same(read-step) {
		read -= step
		step *= 2
	}
	from := max(0, read-step)
	return from + sort.Search(read-from, func(n int) bool { return same(from + n) })
}

// wholeRunes returns the first n bytes of a text, and the rest of the character that
// n may be inside of.
func wholeRunes(text []byte, n int) []byte {
	for n < len(text) && !utf8.RuneStart(text[n]) {
		n++
	}
	return text[:n]
}

// place matches the place in a message of the parser, which depends on the length of
// the text.
var place = lazy.Regexp(`^yaml: (?:line \d+: )?`)

// parse returns the parser's message, or "" if the text is valid, and how many bytes
// it had read until then.
func parse(text []byte) (message string, read int) {
	r := &byteReader{text: text}
	dec := yaml.NewDecoder(r)
	for range 2 {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return place().ReplaceAllString(err.Error(), ""), r.read
		}
	}
	return "", r.read
}

// A byteReader returns one byte at a time, so that the parser does not read ahead.
type byteReader struct {
	text []byte
	read int
}

func (r *byteReader) Read(p []byte) (int, error) {
	if r.read == len(r.text) {
		return 0, io.EOF
	}
	n := copy(p[:min(1, len(p))], r.text[r.read:])
	r.read += n
	return n, nil
}
