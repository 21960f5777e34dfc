package fetch

// This file recognizes and reads the snapshots that bacviz wrote.

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// openSnapshot reports whether br, whose buffer must be that of [input.UTF8], begins
// a document of bacviz, and returns a reader of all of it. A snapshot begins with the
// key "bacviz", unless another program changed the order of its keys: a document that
// begins with another of them is read to its end to find out.
func openSnapshot(br *bufio.Reader) (r io.Reader, is bool) {
	switch firstKey(br) {
	case "bacviz":
		return br, true
	case "version", "needs", "taken", "orchestrators", "nodes", "jobs":
		text, err := io.ReadAll(br)
		all := io.Reader(bytes.NewReader(text))
		if err != nil {
			all = io.MultiReader(all, br) // which fails once more
		}
		return all, snapshot.IsDocument(text)
	}
	return br, false
}

// firstKey returns the first key of the object at br, without consuming it, or "" if
// there is none.
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
		// A longer beginning helps only if this one broke off.
		if err != nil || !errors.Is(problem, io.EOF) && !errors.Is(problem, io.ErrUnexpectedEOF) {
			return ""
		}
	}
}

func readSnapshot(r io.Reader, name string) (cluster.List, error) {
	snap, err := snapshot.Read(r)
	if err == nil {
		return snap.List(), nil
	}
	e := &Error{Op: opRead, Source: name, Message: display.Excerpt(infile.Reason(err)), Err: err}
	var faulty *snapshot.Error
	var tooLarge *input.TooLargeError
	switch {
	case errors.As(err, &faulty):
		e.Message, e.Hint = display.Excerpt(faulty.Error()), faulty.Hint
	case errors.As(err, &tooLarge):
		e.Message, e.Hint = tooLarge.Error(), tooLarge.Hint()
	}
	return cluster.List{}, e
}
