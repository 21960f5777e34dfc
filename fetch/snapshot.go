package fetch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	document "github.com/bacviz/bacviz/cluster/snapshot"
)

// openSnapshot reports whether br, which must have the size of a buffer to look
// ahead in, begins a document of bacviz, and returns what has all of it. A
// snapshot begins with the key "bacviz", unless another program put its keys into
// another order: what begins with another of them is read as a whole to tell.
func openSnapshot(br *bufio.Reader) (r io.Reader, is bool) {
	switch firstKey(br) {
	case "bacviz":
		return br, true
	case "version", "needs", "taken", "orchestrators", "nodes", "jobs":
		text, err := io.ReadAll(br)
		whole := io.Reader(bytes.NewReader(text))
		if err != nil {
			whole = io.MultiReader(whole, br) // which fails once more
		}
		return whole, document.IsDocument(text)
	}
	return br, false
}

// firstKey is the key that the object begins with which br is at, and leaves; ""
// if there is none.
func firstKey(br *bufio.Reader) string {
	for n := 64; ; n *= 4 {
		start, err := br.Peek(n)
		dec := jsontext.NewDecoder(bytes.NewReader(start))
		brace, problem := dec.ReadToken()
		if problem == nil && brace.Kind() == '{' {
			var key jsontext.Token
			if key, problem = dec.ReadToken(); problem == nil && key.Kind() == '"' {
				return key.String()
			}
		}
		// More of it tells more only where it broke off.
		if err != nil || !errors.Is(problem, io.EOF) && !errors.Is(problem, io.ErrUnexpectedEOF) {
			return ""
		}
	}
}

func readSnapshot(r io.Reader, name string) (cluster.List, error) {
	snap, err := document.Read(r)
	if err == nil {
		return snap.List(), nil
	}
	e := &Error{Op: opRead, Source: name, Message: clean(innermost(err).Error()), Err: err}
	var faulty *document.Error
	var tooLarge *tooLargeError
	switch {
	case errors.As(err, &faulty):
		e.Message, e.Hint = clean(faulty.Error()), faulty.Hint
	case errors.As(err, &tooLarge):
		e.Message = tooLarge.Error()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e.Message = ended(err)
	}
	return cluster.List{}, e
}
