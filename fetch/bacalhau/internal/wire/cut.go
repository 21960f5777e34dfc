package wire

import (
	"io"
	"slices"
)

// A batch ends when it has this many bytes or records: enough that handing it over costs
// nothing beside reading it, and little beside a long list.
const (
	batchBytes   = 128 << 10
	batchRecords = 256
)

// A cutter cuts the text of a list into batches, between its records. It only counts brackets,
// so it knows nothing of mistakes. But what it cuts is where the list has it, up to the first
// mistake, which the reader of the batch finds.
type cutter struct {
	in     *counter
	r      io.Reader // the text that follows, which is read through in
	around string    // what is around the list, up to its opening bracket
	free   func() []byte

	text     []byte // is to be cut: what is around the list, and a part of it
	inside   int    // how many bytes of text are around the list
	begin    place  // of the first byte behind those
	brackets brackets
}

// next returns the next batch. At the end of the list last is true, and text is what follows
// it. The batch is nil where nothing can be cut: the text or the reader ends, or there is a
// value that is too long. A decoder of text and r then says what is wrong.
func (c *cutter) next() (b *batch, last bool) {
	for values := 0; ; {
		for c.brackets.next(c.text) {
			if c.brackets.depth < 0 {
				return c.cut(values, true), true
			}
			if values++; values == batchRecords || c.brackets.at > batchBytes {
				return c.cut(values, false), false
			}
		}
		if !c.more() {
			return nil, false
		}
	}
}

// more reads more text, and reports whether there is more.
func (c *cutter) more() bool {
	if len(c.text) > MaxValue {
		return false
	}
	if len(c.text) == cap(c.text) {
		c.text = slices.Grow(c.text, len(c.text))
	}
	room := c.text[len(c.text):min(cap(c.text), MaxValue+1)]
	c.in.allow(MaxValue)
	for range 100 {
		n, err := c.r.Read(room)
		c.text = c.text[:len(c.text)+n]
		if n > 0 || err != nil {
			return n > 0
		}
	}
	return false
}

// cut returns the text up to where the brackets end, and goes on with the rest.
func (c *cutter) cut(values int, last bool) *batch {
	b := &batch{text: c.text[:c.brackets.at], inside: c.inside, begin: c.begin, values: values}
	rest := c.text[c.brackets.at:]
	c.begin = c.begin.after(b.text[c.inside:])
	c.text = c.free()
	if !last {
		c.restart("0") // stands for the records before
	}
	c.text = append(c.text, rest...)
	if !last {
		b.text = append(b.text, ']')
	}
	return b
}

// restart begins a new text with what is around a list, and what it has before.
func (c *cutter) restart(before string) {
	c.text = append(append(c.text[:0], c.around...), before...)
	c.inside = len(c.text)
	c.brackets = brackets{at: c.inside}
}
