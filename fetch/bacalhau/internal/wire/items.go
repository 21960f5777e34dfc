package wire

// This file reads the lists of jobs, executions, results and events, which all have
// one form: {"Items":[…],"NextToken":"…"}.

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
)

// An ItemReader reads one entry of a list.
type ItemReader struct {
	// Problem is the first thing wrong in the entry, or "".
	Problem string

	dec *jsontext.Decoder
}

// Bytes returns how much of the page was read, up to the end of the entry.
func (r *ItemReader) Bytes() int64 { return r.dec.InputOffset() }

// object reads the fields that are named into what they point to, and skips the
// others without holding them. A field of a wrong type is a problem, and its variable
// is left unchanged.
func (r *ItemReader) object(fields map[string]any) error {
	if r.dec.PeekKind() != '{' {
		r.Problem = "not an object"
		return r.dec.SkipValue()
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		to, wanted := fields[key]
		if !wanted {
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		raw, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if json.Unmarshal(raw, to) != nil && r.Problem == "" {
			r.Problem = key + " cannot be " + display.Quote(FirstLine(raw))
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// ReadItems reads one page of a list, calls item for each entry, and returns the
// token of the next page, or "". An error of r is a [*ReadError], any other an
// [*Error].
func ReadItems(r io.Reader, item func(*ItemReader) error) (next string, err error) {
	p := itemPage{in: &counter{r: r}}
	if next, err = p.read(item); err != nil {
		err = p.explain(err)
	}
	return next, err
}

// An itemPage is one page of a list of items.
type itemPage struct {
	in    *counter
	head  []byte // as much of its beginning as can be looked at
	found bool   // whether it has a list
}

func (p *itemPage) read(item func(*ItemReader) error) (next string, err error) {
	p.in.allow(MaxValue)
	br, err := input.UTF8(p.in)
	if err == nil {
		err = p.begin(br)
	}
	if err != nil {
		return "", err
	}
	dec := newDecoder(br)
	if _, err := dec.ReadToken(); err != nil {
		return "", err
	}
	for dec.PeekKind() != '}' {
		p.in.allow(MaxValue)
		name, err := dec.ReadToken()
		if err != nil {
			return "", err
		}
		switch key := name.String(); {
		case key == "Items" && dec.PeekKind() == '[':
			p.found = true
			err = p.items(dec, item)
		case key == "Items": // null: none
			p.found = dec.PeekKind() == 'n'
			err = dec.SkipValue()
		case key == "NextToken":
			var raw jsontext.Value
			if raw, err = dec.ReadValue(); err == nil && json.Unmarshal(raw, &next) != nil {
				next = "" // a token that is not text
			}
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return "", err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return "", err
	}
	if !p.found {
		return "", errors.New("it has no list of items")
	}
	return next, nil
}

// begin moves br to the outermost object.
func (p *itemPage) begin(br *bufio.Reader) error {
	_, err := skipSpace(br)
	p.head, _ = br.Peek(4096)
	if err == nil && p.head[0] != '{' {
		err = errors.New("it is not an object")
	}
	return err
}

func (p *itemPage) items(dec *jsontext.Decoder, item func(*ItemReader) error) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		p.in.allow(MaxValue)
		if err := item(&ItemReader{dec: dec}); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// explain explains an error that ended the reading of a page.
func (p *itemPage) explain(err error) error {
	var tooLarge *input.TooLargeError
	switch {
	case errors.As(p.in.err, &tooLarge):
		return &Error{Message: tooLargeAnswer(tooLarge), Hint: tooLarge.Hint(), Err: p.in.err}
	case p.in.err != nil && !errors.Is(p.in.err, io.EOF):
		return &ReadError{p.in.err}
	case len(p.head) > 0 && p.head[0] == '{' && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return &Error{
			Message: fmt.Sprintf("answered with JSON cut off after %s", display.Count(int(p.in.n), "byte")),
			Hint:    "the list is incomplete: ask again", Err: errCutOff,
		}
	}
	return NotItems(p.head, err)
}
