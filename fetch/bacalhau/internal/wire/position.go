package wire

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/fetch/internal/input"
)

// A place is where a byte is in a text.
type place struct {
	offset int64
	line   int // counted from 1; 0 means not known
	column int // in characters, counted from 1; 0 means not known
}

func (p place) String() string {
	switch {
	case p.line == 0:
		return fmt.Sprintf("byte %d", p.offset)
	case p.column == 0:
		return fmt.Sprintf("line %d, byte %d", p.line, p.offset)
	}
	return fmt.Sprintf("line %d, column %d", p.line, p.column)
}

// after returns the place behind a text that begins at p. The columns of a very long line are
// not counted.
func (p place) after(text []byte) place {
	p.offset += int64(len(text))
	if p.line == 0 {
		return p
	}
	if lines := bytes.Count(text, []byte("\n")); lines > 0 {
		p.line, p.column = p.line+lines, 1
		text = text[bytes.LastIndexByte(text, '\n')+1:]
	}
	switch {
	case p.column > 0 && p.column+len(text) <= maxTail:
		p.column += utf8.RuneCount(text)
	case len(text) > 0:
		p.column = 0
	}
	return p
}

// A fault is a mistake in JSON, and where it is.
type fault struct {
	at  place
	err *jsontext.SyntacticError
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// A counter counts the bytes that are read through it, remembers the error that ended
// them, and can bound the bytes to be read next.
type counter struct {
	r     io.Reader
	n     int64
	lines int    // line ends so far
	tail  []byte // the last bytes that were read, for place
	end   int64  // where reading fails, if not 0
	err   error
}

// maxTail is ten times the size of the pieces in which a text is read. At least half of it is
// kept. A decoder that finds a fault is behind by a batch of records and some pieces.
const maxTail = 10 * input.BufferSize

// place returns the place of the byte at an offset, as far as it is still known.
func (c *counter) place(offset int64) place {
	p := place{offset: offset}
	behind := c.n - offset
	if behind < 0 || behind > int64(len(c.tail)) {
		return p
	}
	before, after := c.tail[:len(c.tail)-int(behind)], c.tail[len(c.tail)-int(behind):]
	p.line = c.lines - bytes.Count(after, []byte("\n")) + 1
	if begin := bytes.LastIndexByte(before, '\n') + 1; begin > 0 || c.n <= int64(len(c.tail)) {
		p.column = utf8.RuneCount(before[begin:]) + 1
	}
	return p
}

// position returns the place of the byte at an offset in words: "line 2, column 5", or the byte
// where that is no longer known.
func (c *counter) position(offset int64) string { return c.place(offset).String() }

// allow bounds the number of bytes to be read next.
func (c *counter) allow(bytes int64) { c.end = c.n + bytes }

func (c *counter) Read(p []byte) (int, error) {
	if c.end > 0 && c.n >= c.end {
		c.err = &input.TooLargeError{What: "one value is ", Limit: MaxValue}
		return 0, c.err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.lines += bytes.Count(p[:n], []byte("\n"))
	if len(c.tail)+n > maxTail {
		c.tail = append(c.tail[:0], c.tail[max(0, len(c.tail)-maxTail/2):]...)
	}
	c.tail = append(c.tail, p[:n]...)
	if err != nil {
		c.err = err
	}
	return n, err
}
