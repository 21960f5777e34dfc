package fetch

import (
	"bufio"
	"context"
	"errors"

	"github.com/bacviz/bacviz/cluster"
)

// isSnapshot reports whether br, which keeps all it has, begins like a document
// of bacviz. Node lists begin with another key, or with log lines.
func isSnapshot(br *bufio.Reader) bool {
	for n := 64; ; n *= 4 {
		start, err := br.Peek(n)
		if cluster.IsDocument(start) {
			return true
		}
		// More of it tells more only while there is nothing but white space.
		if err != nil || !blank(start) {
			return false
		}
	}
}

// blank reports whether a text is white space, but for an opening brace.
func blank(text []byte) bool {
	braces := 0
	for _, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n':
		case '{':
			braces++
		default:
			return false
		}
	}
	return braces <= 1
}

func readSnapshot(br *bufio.Reader, name string) (cluster.List, error) {
	snap, err := cluster.Read(br)
	if err == nil {
		return snap.List(), nil
	}
	e := &Error{Op: opRead, Source: name, Message: clean(innermost(err).Error()), Err: err}
	var document *cluster.DocumentError
	var tooLarge *tooLargeError
	switch {
	case errors.As(err, &document):
		e.Message, e.Hint = clean(document.Error()), document.Hint
	case errors.As(err, &tooLarge):
		e.Message = tooLarge.Error()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e.Message = ended(err)
	}
	return cluster.List{}, e
}
