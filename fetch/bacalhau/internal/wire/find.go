package wire

// This file finds where the JSON of a node list begins: a saved list may have the
// lines of a program's log before it.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode"
)

// findJSON moves br to the first line that begins like a node list. An answer has
// no lines before the list.
func (d *NodeDecoder) findJSON(br *bufio.Reader, in *counter) error {
	var first, object []byte
	var at string // where first begins
	var objectAt int64
	for {
		in.allow(MaxValue)
		c, err := skipSpace(br)
		var logged []byte
		if err == nil && c == '{' && !d.Live {
			logged = logObject(br)
		}
		switch {
		case errors.Is(err, io.EOF) && object != nil: // it was not a line of a log
			d.at = in.position(objectAt)
			_, err := d.top(&page{in: in, dec: newDecoder(bytes.NewReader(object)), text: br, start: objectAt})
			return err
		case errors.Is(err, io.EOF) && first == nil:
			return d.failEmpty()
		case errors.Is(err, io.EOF):
			return d.notJSON(first, at)
		case err != nil:
			return err
		case logged == nil && beginsList(br, c):
			return nil
		}
		begin := in.n - int64(br.Buffered())
		if first == nil {
			at = in.position(begin)
		}
		line, err := readLine(br)
		if err != nil {
			return err
		}
		if logged != nil {
			if object == nil {
				object, objectAt = logged, begin
			}
			continue
		}
		if first == nil {
			first = line
		}
		if !d.Live && isSVG(first, br) {
			d.at = at
			return d.fail("an SVG picture, not a node list", hintPicture)
		}
		if d.Live || IsHTML(first) || isBinary(first) {
			return d.notJSON(first, at)
		}
	}
}

// skipSpace returns the next byte that is not white space, without consuming it.
func skipSpace(br *bufio.Reader) (byte, error) {
	for {
		c, err := br.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, br.UnreadByte()
		}
	}
}

// beginsList reports whether br, at the byte c, begins like an object or a list of
// objects, which a line of a log such as "[INFO] starting" does not.
func beginsList(br *bufio.Reader, c byte) bool {
	if c != '{' && c != '[' {
		return false
	}
	for i := 2; ; i++ {
		b, err := br.Peek(i)
		if err != nil {
			return true // the JSON decoder will explain it
		}
		switch b[i-1] {
		case ' ', '\t', '\r', '\n':
		case '"', '}':
			return c == '{'
		case '{', ']':
			return c == '['
		default:
			return false
		}
	}
}

// logObject returns the line at br, without consuming it, if it is an object that
// is not a node list, as programs log them, and nil otherwise.
func logObject(br *bufio.Reader) []byte {
	for n := 512; ; n *= 2 {
		text, err := br.Peek(min(n, br.Size()))
		line, _, complete := bytes.Cut(text, []byte("\n"))
		if !complete && err == nil && n < br.Size() {
			continue
		}
		var fields map[string]json.RawMessage
		if !complete || json.Unmarshal(line, &fields) != nil || has(fields, "Nodes") {
			return nil
		}
		return bytes.Clone(line)
	}
}

// readLine consumes a line and returns as much of its beginning as messages need.
func readLine(br *bufio.Reader) ([]byte, error) {
	var start []byte
	for {
		chunk, err := br.ReadSlice('\n')
		if room := 4096 - len(start); room > 0 {
			start = append(start, chunk[:min(room, len(chunk))]...)
		}
		switch {
		case err == nil, errors.Is(err, io.EOF):
			return start, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// IsHTML reports whether a text begins as a page, or other XML, does.
func IsHTML(text []byte) bool {
	text = bytes.TrimLeftFunc(text, unicode.IsSpace)
	return len(text) > 1 && text[0] == '<' && (text[1] == '!' || text[1] == '?' || unicode.IsLetter(rune(text[1])))
}

// isSVG reports whether a text is an SVG picture, by its first line and what br has
// behind it: Graphviz and editors put an XML declaration and a comment first.
func isSVG(first []byte, br *bufio.Reader) bool {
	if bytes.HasPrefix(first, []byte("<?xml")) {
		more, _ := br.Peek(1024) // less at the end of the text
		return bytes.Contains(first, []byte("<svg")) || bytes.Contains(more, []byte("<svg"))
	}
	return bytes.HasPrefix(first, []byte("<svg"))
}

// isBinary reports whether a line is not text, not even of a log: in a program, some
// later line looks like a list.
func isBinary(line []byte) bool { return bytes.IndexByte(line, 0) >= 0 }

// FirstLine returns the first line of a text that is not blank, without the space
// around it and without full stops at its end.
func FirstLine(text []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimLeftFunc(text, unicode.IsSpace), []byte("\n"))
	return trimSentence(string(line))
}

func has(fields map[string]json.RawMessage, key string) bool {
	_, ok := fields[key]
	return ok
}
