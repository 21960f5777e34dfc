package wire

import (
	"encoding/binary"
	"math/bits"
)

// brackets finds where values end that are objects or lists, by counting brackets outside of
// strings. It checks nothing else. It looks at eight bytes at a time without branches, as
// Langdale and Lemire do ("Parsing gigabytes of JSON per second", 2019), in plain registers.
type brackets struct {
	at      int // how many bytes of the text it has looked at
	depth   int // of the brackets that are open
	quoted  bool
	escaped bool // the byte before was a backslash in a string
}

// next moves behind the next bracket that closes a value of depth 0, or that of the list
// around it, which makes depth -1. It reports false at the end of the text; if more follows,
// next goes on in the longer text.
func (b *brackets) next(text []byte) bool {
	for b.at < len(text) {
		b.words(text)
		for end := min(len(text), b.at+8); b.at < end; {
			b.at++
			if b.closes(text[b.at-1]) {
				return true
			}
		}
	}
	return false
}

// closes looks at one byte. It reports whether that is a closing bracket that next looks for.
func (b *brackets) closes(c byte) bool {
	switch {
	case b.escaped:
		b.escaped = false
	case c == '"':
		b.quoted = !b.quoted
	case b.quoted:
		b.escaped = c == '\\'
	case c == '{', c == '[':
		b.depth++
	case c == '}', c == ']':
		b.depth--
		return b.depth <= 0
	}
	return false
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	caseBits = 0x2020202020202020 // make braces of square brackets
)

// words looks at eight bytes at a time, until a backslash or a bracket that may be one
// that next looks for.
func (b *brackets) words(text []byte) {
	if b.escaped {
		return
	}
	var inside uint64 // the high bit of each byte in a string; a string's first quote is in it
	if b.quoted {
		inside = highBits
	}
	for ; b.at+8 <= len(text); b.at += 8 {
		x := binary.LittleEndian.Uint64(text[b.at:])
		if equal(x, '\\') != 0 {
			break
		}
		// Each byte gets the parity of the quotes before it, and its own.
		in := equal(x, '"')
		in ^= in << 8
		in ^= in << 16
		in ^= in << 32
		in ^= inside
		opens := bits.OnesCount64(equal(x|caseBits, '{') &^ in)
		closes := bits.OnesCount64(equal(x|caseBits, '}') &^ in)
		if closes > 0 && closes >= b.depth {
			break
		}
		b.depth += opens - closes
		inside = -(in >> 63) & highBits // as the last byte is
	}
	b.quoted = inside != 0
}

// equal returns the high bit of each byte of x that is c, and no other bits.
func equal(x uint64, c byte) uint64 {
	x ^= lowBits * uint64(c)
	return ^((x&^highBits + ^uint64(highBits)) | x) & highBits
}
