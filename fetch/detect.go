package fetch

// This file tells documents of bacviz from node lists.

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/internal/jsondoc"
)

// detect reports whether a text is a document of bacviz, of any kind, and returns a
// reader of all of it. A document begins with the field that says so; if it begins
// with another field of a snapshot, as another program may write it, detect reads
// the whole of it to find out.
func detect(br *bufio.Reader) (whole io.Reader, is bool) {
	switch firstField(br) {
	case jsondoc.KindField:
		return br, true
	case "version", "needs", "taken", "orchestrators", "nodes", "jobs":
		text, err := io.ReadAll(br)
		whole = bytes.NewReader(text)
		if err != nil {
			whole = io.MultiReader(whole, br) // which fails once more
		}
		return whole, isDocument(text)
	}
	return br, false
}

// firstField returns the name of the first field of the object that br begins with,
// or "" if there is none. It does not advance br.
func firstField(br *bufio.Reader) string {
	for n := 64; ; n *= 4 {
		start, err := br.Peek(n)
		dec := jsontext.NewDecoder(bytes.NewReader(start))
		brace, problem := dec.ReadToken()
		if problem == nil && brace.Kind() == '{' {
			var name jsontext.Token
			if name, problem = dec.ReadToken(); problem == nil && name.Kind() == '"' {
				return name.String()
			}
		}
		// A longer beginning helps only where this one was cut.
		if err != nil || !errors.Is(problem, io.EOF) && !errors.Is(problem, io.ErrUnexpectedEOF) {
			return ""
		}
	}
}

// isDocument reports whether a text is an object that says it is a document of
// bacviz, as far as the text goes.
func isDocument(text []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	if dec.PeekKind() != '{' {
		return false
	}
	_, err := dec.ReadToken()
	for err == nil {
		var name jsontext.Token
		if name, err = dec.ReadToken(); err != nil || name.Kind() != '"' {
			return false
		}
		if name.String() == jsondoc.KindField {
			return true
		}
		err = dec.SkipValue()
	}
	return false
}
