package jsondoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/internal/display"
)

// Decode reads the whole document into the value that to points to. A mistake in it
// is an [*Error].
func (d *Document) Decode(to any) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(d.text))
	if err := json.UnmarshalDecode(dec, to, options(d.text)); err != nil {
		return d.explain(err, 0)
	}
	end := dec.InputOffset()
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return d.Errorf(end, "unexpected text after the document")
	}
	return nil
}

// A Raw is a value that is read with [Raw.Decode] once it is known what it has to
// be. The zero Raw is a field that the document does not have.
type Raw struct {
	Offset int64 // in the document

	text jsontext.Value
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *Raw) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	text, err := dec.ReadValue()
	r.text, r.Offset = text.Clone(), dec.InputOffset()-int64(len(text))
	return err
}

// Given reports whether the document has the field.
func (r *Raw) Given() bool { return len(r.text) > 0 }

// Decode reads the value into the one that to points to.
func (r *Raw) Decode(to any) error {
	if err := json.Unmarshal(r.text, to, options(r.text)); err != nil {
		return &rawError{r.Offset, err}
	}
	return nil
}

// A rawError is an error of reading a [Raw], whose own offsets begin there.
type rawError struct {
	offset int64
	err    error
}

func (e *rawError) Error() string { return e.err.Error() }

// options returns how a text is read.
func options(text []byte) json.Options {
	if !bytes.Contains(text, []byte("null")) {
		return json.RejectUnknownMembers(true)
	}
	return json.JoinOptions(json.RejectUnknownMembers(true), json.WithUnmarshalers(refuseNull))
}

var errNull = errors.New("null")

// refuseNull returns an error for null, which the json package accepts as the zero value
// of every type. Reading takes half as long again with it, so that only texts that
// contain the word are read with it.
var refuseNull = json.UnmarshalFromFunc(func(dec *jsontext.Decoder, _ any) error {
	if dec.PeekKind() == 'n' {
		return errNull
	}
	return errors.ErrUnsupported
})

// explain returns the [*Error] for an error of reading a part of the document that
// begins at an offset.
func (d *Document) explain(err error, start int64) error {
	var raw *rawError
	var ours *valueError
	var mismatch *mismatchError
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &raw):
		return d.explain(raw.err, raw.offset)
	case errors.As(err, &ours):
		return d.Errorf(start+ours.offset, "%s", ours.message)
	case errors.As(err, &mismatch):
		return d.mismatch(start+mismatch.offset, mismatch.expected)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		if len(bytes.TrimSpace(d.text)) == 0 {
			return d.errorAt(d.End(), "the file is empty")
		}
		cut := d.errorAt(d.End(), "unexpected end of the file")
		cut.Err = io.ErrUnexpectedEOF
		return cut
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		return d.errorAt(start+syntax.ByteOffset, display.Quote(syntax.JSONPointer.LastToken())+" occurs twice")
	case errors.As(err, &syntax) && bytes.HasPrefix(bytes.TrimSpace(d.text), []byte("<")):
		return d.Errorf(0, "not JSON, but HTML or XML")
	case errors.As(err, &syntax):
		return d.errorAt(start+syntax.ByteOffset, fmt.Sprintf("not valid JSON: %v", syntax.Err))
	case errors.Is(err, errNull) && errors.As(err, &semantic):
		return d.Errorf(start+semantic.ByteOffset, "null is not allowed here; leave it out")
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &semantic):
		return d.Errorf(start+semantic.ByteOffset, "unknown field %s (have %s)",
			display.Quote(semantic.JSONPointer.LastToken()), strings.Join(fields(semantic.GoType), ", "))
	case errors.As(err, &semantic):
		return d.mismatch(start+semantic.ByteOffset, expected(semantic.GoType))
	}
	return d.Errorf(start, "%v", err)
}

// fields returns the names of the fields that a document has for a struct, in their
// order.
func fields(t reflect.Type) (names []string) {
	for field := range t.Fields() {
		if field.Anonymous {
			names = append(names, fields(field.Type)...)
		} else if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// mismatch returns the error of a value at or after an offset that is valid JSON,
// but not what is expected there.
func (d *Document) mismatch(offset int64, expected string) error {
	return d.Errorf(offset, "expected %s, found %s", expected, found(d.text[d.valueAt(offset):]))
}

// expected returns which values a type takes, in words.
func expected(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return "a time such as 2026-01-15T12:00:00Z"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return expected(t.Elem())
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Int:
		return fmt.Sprintf("a whole number from -2^%[1]d to 2^%[1]d-1", strconv.IntSize-1)
	case reflect.Uint64:
		return "a whole number from 0 to 2^64-1"
	}
	return "an object"
}

// found returns the value that a text begins with: in words, or as it is if it is
// short.
func found(text jsontext.Value) string {
	switch text.Kind() {
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	value, _ := jsontext.NewDecoder(bytes.NewBuffer(text)).ReadValue() // it was read before, so it is valid
	if value.Kind() == '"' {
		word, _ := jsontext.AppendUnquote(nil, value)
		return display.Quote(string(word))
	}
	return display.Cut(string(value), 40)
}
