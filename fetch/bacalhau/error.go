package bacalhau

import (
	"errors"
	"strings"

	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/internal/lazy"
)

// An Error says what failed, where and why, in words for the person who asked. None
// of its texts holds user-info or a query of a URL.
type Error struct {
	Op      string   // such as "listing nodes"
	Source  string   // the orchestrator, file or stream, without secrets
	Status  int      // of the HTTP answer; 0 without one
	Message string   // lower case where it is bacviz's own, without a full stop
	Hint    string   // what to try, on a line of its own; may be empty
	Quoted  []string // parts of Message and Hint that others wrote, besides those in quotes
	Err     error    // the cause; may be nil. Its own text may hold secrets
}

// Error joins what is known: listing nodes: http://10.0.0.5:1234: 401
// Unauthorized: Missing Authorization header.
func (e *Error) Error() string {
	return wire.Join(e.Op, e.Source, wire.StatusText(e.Status), e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Redacted returns the error without IDs, names and other words that were read, for
// logs that others can see. The Source, which the caller gave, is kept.
func (e *Error) Redacted() *Error {
	r := *e
	if op, _, ofJob := strings.Cut(e.Op, " job "); ofJob {
		r.Op = op + " a job"
	}
	r.Message, r.Quoted = redact(e.Message, e.Quoted...), nil
	if r.Hint = redact(e.Hint, e.Quoted...); r.Hint != e.Hint {
		r.Hint = "" // it lists what there is
	}
	return &r
}

// A Warning is about something in a source that was left out or is in doubt, while
// the rest of the source was read.
type Warning struct {
	Source  string // the orchestrator, file or stream, without secrets
	Message string
	Quoted  string // the part of Message that others wrote, besides those in quotes
}

func (w Warning) String() string { return w.Source + ": " + w.Message }

// Redacted returns the warning without words that were read, like [Error.Redacted].
func (w Warning) Redacted() Warning {
	return Warning{Source: w.Source, Message: redact(w.Message, w.Quoted)}
}

// NewWarning returns a warning that err had a consequence for what was read of a source:
// "left out", then the reason. The operation and the source in err are not repeated.
func NewWarning(source, consequence string, err error) Warning {
	var e *Error
	if !errors.As(err, &e) {
		reason := wire.Sentence(err.Error())
		return Warning{source, wire.Join(consequence, reason), reason}
	}
	w := Warning{Source: source, Message: wire.Join(consequence, wire.StatusText(e.Status), e.Message)}
	if len(e.Quoted) > 0 {
		w.Quoted = e.Message
	}
	return w
}

// redact returns a text with an ellipsis in place of the quoted parts, and of all text
// in quotes. The last quotation may lack its end.
func redact(text string, quoted ...string) string {
	for _, q := range quoted {
		if q != "" {
			text = strings.ReplaceAll(text, q, "…")
		}
	}
	return inQuotes().ReplaceAllString(text, `"…"`)
}

var inQuotes = lazy.Regexp(`(?s)"(\\.|[^"\\])*("|\\?$)`)

// Progress is how far the reading of a source is.
type Progress struct {
	Source  string // as in [Warning]
	Bytes   int64
	Records int
}
