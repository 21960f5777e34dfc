package wire

// This file reads the records of a node list. A cutter cuts the list into batches, several
// goroutines read these, and what cannot be cut is read one record at a time.

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// A page is the JSON of one page of a list.
type page struct {
	in    *counter
	dec   *jsontext.Decoder
	text  io.Reader // behind what dec has read
	start int64     // where dec began
}

// offset returns how far the page is read.
func (p *page) offset() int64 { return p.start + p.dec.InputOffset() }

// resume makes a decoder of a text and of r behind it, as far into the text as said. The byte
// there is at the offset.
func (p *page) resume(text []byte, inside int, offset int64, r io.Reader) error {
	p.dec, p.text, p.start = newDecoder(io.MultiReader(bytes.NewReader(text), r)), r, offset-int64(inside)
	for p.dec.InputOffset() < int64(inside) {
		if _, err := p.dec.ReadToken(); err != nil {
			return err
		}
	}
	return nil
}

// array reads a list of records. around is the JSON around it, up to its opening bracket.
func (d *NodeDecoder) array(p *page, around string) error {
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	c := cutter{
		in: p.in, r: io.MultiReader(bytes.NewReader(p.dec.UnreadBuffer()), p.text),
		around: around, begin: p.in.place(p.offset()), free: d.batches.room,
	}
	c.restart("")
	d.batches.start()
	defer d.batches.stop()
	ended := false
	for first := true; !ended; first = false {
		var b *batch
		b, ended = c.next()
		if b == nil {
			break
		}
		if first {
			d.begin(b.begin, b.text[b.inside:])
		}
		if err := d.batches.put(b, d.take); err != nil {
			return err
		}
	}
	if err := d.batches.drain(d.take); err != nil {
		return err
	}
	if !ended {
		return d.rest(p, &c)
	}
	empty := around + "]" // and the records are read
	return p.resume(append([]byte(empty), c.text...), len(empty), c.begin.offset, c.r)
}

// rest reads the records that could not be cut into batches, one after the other, up to the
// end of the list or to what is wrong there.
func (d *NodeDecoder) rest(p *page, c *cutter) error {
	if d.Records == 0 {
		d.begin(c.begin, c.text[c.inside:])
	}
	if err := p.resume(c.text, c.inside, c.begin.offset, c.r); err != nil {
		return err
	}
	for p.in.end = p.offset() + MaxValue; p.dec.PeekKind() != ']'; p.in.end = p.offset() + MaxValue {
		json, err := p.dec.ReadValue()
		if err != nil {
			return c.placed(err)
		}
		b := batch{begin: place{offset: p.start}}
		b.add(&d.batches.readers[0], json, int(p.dec.InputOffset()))
		if err := d.take(&b); err != nil {
			return err
		}
	}
	_, err := p.dec.ReadToken()
	return err
}

// placed adds the place to a mistake in the text.
func (c *cutter) placed(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF) && syntax.ByteOffset < int64(len(c.text)) {
		return &fault{c.begin.after(c.text[c.inside:syntax.ByteOffset]), syntax}
	}
	return err
}

// begin notes where the first record is, for messages. The text, which is at a place, is a list
// behind its opening bracket.
func (d *NodeDecoder) begin(at place, text []byte) {
	space := len(text) - len(bytes.TrimLeft(text, " \t\r\n"))
	if d.Records == 0 && space < len(text) && text[space] != ']' {
		d.at = at.after(text[:space]).String()
	}
}

// take takes the records of a batch, good or bad.
func (d *NodeDecoder) take(b *batch) error {
	if len(b.nodes) > 0 {
		d.nodes = append(d.nodes, b.nodes)
	}
	nodes, problems := b.nodes, b.problems
	for i, end := range b.ends {
		d.Records++
		if read := d.before + b.begin.offset + int64(end-b.inside); d.Records > d.MaxRecords.Most(read) {
			message, hint := d.MaxRecords.Exceeded(read)
			return &Error{Message: "lists " + message, Hint: hint}
		}
		if len(problems) > 0 && problems[0].record == i {
			d.skip(problems[0].what)
			problems = problems[1:]
		} else {
			d.add(&nodes[0])
			nodes = nodes[1:]
		}
		if d.Progress != nil && d.Records%256 == 0 {
			d.Progress(d.before+b.begin.offset, d.Records)
		}
	}
	return b.err
}
