package wire

// This file explains answers and files that are not node lists.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
)

// errCutOff is the cause where a text ends too early, although the connection that
// it was read from did not break.
var errCutOff = errors.New("cut off")

// hint returns a hint that is for a file, or the one for a server that answers with
// something else than nodes, which is probably not an orchestrator.
func (d *NodeDecoder) hint(ofFile string) string {
	if d.Live {
		return HintHTML
	}
	return ofFile
}

// fail returns an error that says what is at d.at instead of a list. The hint is for a
// file.
func (d *NodeDecoder) fail(message, hint string) *Error {
	if d.Live {
		return &Error{Message: "answered with " + message, Hint: d.hint(hint)}
	}
	return &Error{Message: d.place() + message, Hint: hint}
}

// failEmpty returns an error that says that there is nothing to read.
func (d *NodeDecoder) failEmpty() *Error {
	if d.Live {
		return &Error{Message: "the answer is empty", Hint: d.hint(hintRead)}
	}
	return &Error{Message: "is empty", Hint: hintRead}
}

// failQuoting is fail for a message that ends with somebody else's words.
func (d *NodeDecoder) failQuoting(message, quoted string) *Error {
	e := d.fail(Join(message, quoted), hintRead)
	e.Quoted = []string{quoted}
	return e
}

// place returns how a message about a saved list begins: "line 2, column 1: ". An
// answer is not a file to look into.
func (d *NodeDecoder) place() string {
	if d.Live {
		return ""
	}
	return d.at + ": "
}

// broken explains an error that ended the reading of a page.
func (d *NodeDecoder) broken(err error, p *page) error {
	in := p.in
	where, hint := "", d.hint(hintRead)
	if d.Records > 0 {
		where = fmt.Sprintf(" after record %d", d.Records)
	}
	var syntax *jsontext.SyntacticError
	var tooLarge *input.TooLargeError
	var known *fault
	switch {
	case errors.As(err, &known):
		return notValid(known.err, known.at, where, hint)
	case errors.As(in.err, &tooLarge) && d.Live:
		return &Error{Message: tooLargeAnswer(tooLarge), Hint: tooLarge.Hint(), Err: err}
	case errors.As(in.err, &tooLarge):
		return &Error{Message: tooLarge.Error(), Hint: tooLarge.Hint(), Err: err}
	case in.err != nil && !errors.Is(in.err, io.EOF):
		return &ReadError{in.err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{
			Message: fmt.Sprintf("cut off after %s (%s)%s", display.Count(int(in.n), "byte"), in.position(in.n), where),
			Hint:    "the list is incomplete: fetch or save it again", Err: errCutOff,
		}
	case errors.As(err, &syntax):
		return notValid(syntax, in.place(p.start+syntax.ByteOffset), where, hint)
	}
	return &Error{Message: fmt.Sprintf("not valid JSON%s: %s", where, display.Excerpt(err.Error())), Hint: hint, Err: err}
}

// notValid explains a mistake in JSON, which is at a place and somewhere in the list.
func notValid(err *jsontext.SyntacticError, at place, where, hint string) *Error {
	message := fmt.Sprintf("not valid JSON at %s%s: %s", at, where, display.Excerpt(err.Err.Error()))
	if strings.Contains(err.Error(), "exceeded max depth") {
		message = fmt.Sprintf("nested too deeply at %s%s", at, where)
	}
	return &Error{Message: message, Hint: hint, Err: err}
}

// tooLargeAnswer returns what to say of an answer over a limit.
func tooLargeAnswer(e *input.TooLargeError) string {
	if e.What != "" {
		return e.Error()
	}
	return "the answer is " + e.Error()
}

// otherKind explains an object that is not a node list by the fields that it has.
func (d *NodeDecoder) otherKind(fields map[string]json.RawMessage) *Error {
	body, err := json.Marshal(fields)
	if err != nil {
		body = nil // does not happen: each value has been decoded
	}
	var agent Agent
	_ = json.Unmarshal(body, &agent) // fields of another type stay empty
	switch refusal, refused := ParseRefusal(body); {
	case agent.Node().NodeID != "":
		return d.fail("the description of one node, "+display.Quote(agent.Node().NodeID)+", not a list of nodes", hintRead)
	case fields["Node"] != nil:
		return d.fail("the description of one node, not a list of nodes", hintRead)
	case has(fields, "nodes") && has(fields, "links"):
		return d.fail("a picture that bacviz render -f json wrote, not a node list", hintPicture)
	case has(fields, "Items"):
		return d.fail("a list of jobs, executions or similar, not of nodes", hintRead)
	case refused:
		return d.failQuoting(Join("an error message, not a list of nodes", StatusText(refusal.Status)), refusal.Text(refusal.Status))
	}
	return d.fail("JSON that has no list of nodes", hintRead)
}

// notJSON explains a text by its first line, which begins at a place.
func (d *NodeDecoder) notJSON(first []byte, at string) *Error {
	d.at = at
	switch text := bytes.TrimSpace(first); {
	case IsHTML(text):
		return d.fail("an HTML page, not JSON", hintPage)
	case json.Valid(text):
		return d.failQuoting("JSON that is not a node list", display.Excerpt(string(text)))
	case isBinary(text) || !utf8.Valid(text):
		return d.fail("binary data, not JSON", hintRead)
	default:
		return d.fail("text that is not JSON: "+display.Quote(FirstLine(text)), hintRead)
	}
}

// NotItems explains an answer that is not a list of items, by its beginning and by the
// error that it caused.
func NotItems(text []byte, err error) *Error {
	trimmed := bytes.TrimLeft(text, " \t\r\n") // the white space of JSON: Unicode has more
	switch {
	case IsHTML(text):
		return &Error{Message: "answered with an HTML page", Hint: HintHTML}
	case len(trimmed) == 0:
		return &Error{Message: "the answer is empty", Hint: HintHTML}
	case trimmed[0] != '{':
		return &Error{Message: "answered with text that is not JSON: " + display.Quote(FirstLine(text)), Hint: HintHTML}
	}
	return &Error{Message: "answered with unexpected JSON: " + Reason(err), Err: err}
}

// Reason returns what the innermost cause of an error says, cut to fit into a
// message that names the place itself.
func Reason(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return display.Excerpt(err.Error())
}
