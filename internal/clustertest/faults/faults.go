// Package faults tests that the reader of a JSON document reports the place of each
// mistake. It takes a good document, makes faulty ones from it, and compares the line
// and column of the errors with the place of the fault.
package faults

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/internal/jsondoc"
)

// Check fails the test if read accepts a document with a syntax error, an unknown or
// repeated field, or text after its end; or if it reports one of these, or a value of
// the wrong type, at another place. In the objects at the pointers of maps, all fields
// are known.
func Check(t *testing.T, good string, read func(text string) error, maps ...string) {
	t.Helper()
	if err := read(good); err != nil {
		t.Fatal(err)
	}
	for _, v := range parse(good) {
		checkTypes(t, good, v, read)
		if v.isObject {
			checkFields(t, good, v, read, slices.Contains(maps, v.pointer))
		}
	}
	for n := range len(good) {
		if err := read(good[:n]); err != nil {
			want(t, good[:n], n, err, "the file is empty", "unexpected end of the file")
		}
	}
	for _, more := range []string{"{}", "null", "]", "\x00"} {
		text := good + "\n \t" + more
		want(t, text, len(text)-len(more), read(text), "unexpected text after the document")
	}
}

// checkTypes replaces a value with values of other types.
func checkTypes(t *testing.T, good string, v value, read func(text string) error) {
	for _, other := range []string{"null", "true", "7", "-1", "0.5", "1e999", "99999999999999999999", `"x"`, "[]", "[7]", "{}"} {
		text := good[:v.start] + other + good[v.end:]
		err := read(text)
		var e *jsondoc.Error
		switch {
		case err == nil:
		case !errors.As(err, &e):
			t.Errorf("%s is %s: %v has no place", v.pointer, other, err)
		case strings.HasPrefix(e.Message, "expected"), strings.HasPrefix(e.Message, "null"):
			if at := offset(text, e); at < v.start || at >= v.start+len(other) {
				t.Errorf("%s is %s: %v", v.pointer, other, err)
			}
		}
	}
}

// checkFields puts an unknown field into an object, then each of its fields twice, and
// a name that is not UTF-8.
func checkFields(t *testing.T, good string, v value, read func(text string) error, isMap bool) {
	begin := v.start + 1
	if !isMap {
		text := good[:begin] + "\n  \"é\": 1, \"zz\": 1," + good[begin:]
		want(t, text, begin+3, read(text), `unknown field "é"`)
	}
	text := good[:begin] + "\"\xff\": 1," + good[begin:]
	want(t, text, begin+1, read(text), "not valid JSON: invalid UTF-8")
	for _, f := range v.fields {
		member := good[f.start:f.end]
		text := good[:f.end] + ",\n  " + member + good[f.end:]
		want(t, text, f.end+4, read(text), fmt.Sprintf("%q occurs twice", f.name))
	}
}

// want fails the test unless an error is one of the messages at an offset.
func want(t *testing.T, text string, at int, err error, messages ...string) {
	t.Helper()
	var e *jsondoc.Error
	said := func(message string) bool {
		return e.Message == message || strings.HasPrefix(e.Message, message+" (have ")
	}
	if !errors.As(err, &e) || offset(text, e) != at || !slices.ContainsFunc(messages, said) {
		t.Errorf("%q: got %v, want %q at byte %d", text, err, messages, at)
	}
}

// offset returns the offset of an error's place, or -1 if the text has no such place.
func offset(text string, e *jsondoc.Error) int {
	start := 0
	for range e.Line - 1 {
		n := strings.IndexByte(text[start:], '\n')
		if n < 0 {
			return -1
		}
		start += n + 1
	}
	for range e.Column - 1 {
		_, n := utf8.DecodeRuneInString(text[start:])
		if n == 0 {
			return -1
		}
		start += n
	}
	return start
}

// A value is a value in a text, from start to end.
type value struct {
	start, end int
	pointer    string
	isObject   bool
	fields     []field
}

// A field is a member of an object, from the start of its name to the end of its value.
type field struct {
	name       string
	start, end int
}

// parse returns all values in a text.
func parse(text string) (all []value) {
	dec := jsontext.NewDecoder(bytes.NewBufferString(text))
	next := func() int {
		behind := text[dec.InputOffset():]
		return len(text) - len(strings.TrimLeft(behind, " \t\n\r,:"))
	}
	token := func() jsontext.Token {
		t, err := dec.ReadToken()
		if err != nil {
			panic(err)
		}
		return t
	}
	var read func()
	read = func() {
		v := value{start: next()}
		kind := token().Kind()
		v.isObject = kind == '{'
		for (kind == '{' || kind == '[') && dec.PeekKind() != '}' && dec.PeekKind() != ']' {
			if !v.isObject {
				read()
				continue
			}
			f := field{start: next()}
			f.name = token().String()
			read()
			f.end = int(dec.InputOffset())
			v.fields = append(v.fields, f)
		}
		if kind == '{' || kind == '[' {
			token()
		}
		v.end, v.pointer = int(dec.InputOffset()), string(dec.StackPointer())
		all = append(all, v)
	}
	read()
	return all
}
