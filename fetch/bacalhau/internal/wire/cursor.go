package wire

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// A cursor walks over JSON that is known to be valid, which takes a third of the time of
// a decoder that checks it. What it returns is part of the text.
type cursor struct {
	text []byte
	at   int
}

// peek moves to the next value or closing bracket, and returns its kind.
func (c *cursor) peek() jsontext.Kind {
	for {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\r', '\n', ',', ':':
			c.at++
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return '0'
		default:
			return jsontext.Kind(b)
		}
	}
}

// value returns the next value, and moves behind it.
func (c *cursor) value() []byte {
	kind := c.peek()
	start := c.at
	switch kind {
	case '"':
		c.endString()
	case '{', '[':
		b := brackets{at: start}
		b.next(c.text)
		c.at = b.at
	case 't', 'n':
		c.at += len("true")
	case 'f':
		c.at += len("false")
	default:
		c.endNumber()
	}
	return c.text[start:c.at]
}

// endString moves behind the string at the cursor.
func (c *cursor) endString() {
	c.at++
	for {
		c.at += bytes.IndexByte(c.text[c.at:], '"') + 1
		if c.text[c.at-2] != '\\' {
			return
		}
		before := c.text[:c.at-1]
		if (len(before)-len(bytes.TrimRight(before, `\`)))%2 == 0 {
			return // a backslash that is escaped itself
		}
	}
}

// endNumber moves behind the number at the cursor.
func (c *cursor) endNumber() {
	for ; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case ' ', '\t', '\r', '\n', ',', ']', '}':
			return
		}
	}
}
