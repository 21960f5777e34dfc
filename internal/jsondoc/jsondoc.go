// Package jsondoc reads and writes the JSON documents that people keep and edit:
// snapshots, diffs and themes. A text comes in with a Go value whose struct tags
// say what the document looks like; the value goes out filled, or an [Error] that
// gives the line and column of a mistake. Reading is strict: a field that is
// unknown, occurs twice or is null is an error. [Builder] writes the documents.
package jsondoc

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error is a mistake in a document, with its place.
type Error struct {
	Line, Column int // from 1; columns are characters
	Message      string

	// Hint says what to do about it; it may be empty.
	Hint string

	// Err is io.ErrUnexpectedEOF for a document that is cut off, else nil.
	Err error
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Error begins with the place: line 3, column 5: …
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// A Document is the text of a document, and what its errors have in common.
type Document struct {
	text []byte
	hint string
}

// New returns the document that a text holds, with or without a byte order mark.
// Its errors have the hint.
func New(text []byte, hint string) *Document {
	return &Document{bytes.TrimPrefix(text, []byte("\ufeff")), hint}
}

// Errorf returns an [Error] of the value at or after a byte of the document.
func (d *Document) Errorf(offset int64, format string, args ...any) error {
	return d.errorAt(d.valueAt(offset), fmt.Sprintf(format, args...))
}

// errorAt returns an [Error] of the text at a byte of the document.
func (d *Document) errorAt(offset int64, message string) *Error {
	before := d.text[:offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &Error{
		Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(line),
		Message: message, Hint: d.hint,
	}
}

// End returns the offset behind the document.
func (d *Document) End() int64 { return int64(len(d.text)) }

// valueAt returns the offset of the value that begins at or after another offset.
func (d *Document) valueAt(offset int64) int64 {
	size := int64(len(d.text))
	for offset < size && strings.IndexByte(" \t\r\n,:", d.text[offset]) >= 0 {
		offset++
	}
	return min(offset, size)
}

// A valueError is a mistake in the value at an offset. It becomes an
// [Error] once the text is at hand.
type valueError struct {
	offset  int64
	message string
}

func (e *valueError) Error() string { return e.message }

// Errorf returns an error of the value at or after an offset, for the
// UnmarshalJSONFrom methods of values. [Document.Decode] gives it its place.
func Errorf(offset int64, format string, args ...any) error {
	return &valueError{offset, fmt.Sprintf(format, args...)}
}

// A mismatchError is the error of a value at or after an offset that is not what
// was expected there.
type mismatchError struct {
	offset   int64
	expected string
}

func (e *mismatchError) Error() string { return "expected " + e.expected }
