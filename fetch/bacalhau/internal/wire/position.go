package wire

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/bacviz/bacviz/fetch/internal/input"
)

// A counter counts the bytes that are read through it, remembers the error that ended
// them, and can bound the bytes to be read next.
type counter struct {
	r     io.Reader
	n     int64
	lines int    // line ends so far
	tail  []byte // the last bytes that were read, for position
	end   int64  // where reading fails, if not 0
	err   error
}

// maxTail is twice the size of the pieces in which a text is read. A decoder that finds
// a fault is at most that far behind.
const maxTail = 2 * input.BufferSize

// position returns the place of the byte at an offset: "line 2, column 5", both
// counted from 1, or the byte where that is no longer known.
func (c *counter) position(offset int64) string {
	behind := c.n - offset
	if behind < 0 || behind > int64(len(c.tail)) {
		return fmt.Sprintf("byte %d", offset)
	}
	before, after := c.tail[:len(c.tail)-int(behind)], c.tail[len(c.tail)-int(behind):]
	line := c.lines - bytes.Count(after, []byte("\n")) + 1
	begin := bytes.LastIndexByte(before, '\n') + 1
	if begin == 0 && c.n > int64(len(c.tail)) {
		return fmt.Sprintf("line %d, byte %d", line, offset)
	}
	return fmt.Sprintf("line %d, column %d", line, utf8.RuneCount(before[begin:])+1)
}

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
