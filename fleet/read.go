package fleet

// This file reads files of facts.

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// maxLine is the length of the longest line, in bytes: a shape of millions of nodes.
const maxLine = 256 << 20

// Read yields the lines of a file of facts, which it names in errors. It ends with the first
// error.
func Read(ctx context.Context, r io.Reader, name string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f := factsReader{in: bufio.NewReaderSize(r, 64<<10), name: name}
		if err := f.header(); err != nil {
			yield(Line{}, err)
			return
		}
		for {
			line, err := f.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// readFile is Read of a file, which is open as long as it is read, and may be packed by gzip.
func readFile(ctx context.Context, path string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(Line{}, named(path, err, infile.Reason(err)))
			return
		}
		defer f.Close() // only read from
		in := bufio.NewReaderSize(f, 64<<10)
		text, err := unpacked(in)
		if err != nil {
			yield(Line{}, named(path, err, "unpacking it: "+err.Error()))
			return
		}
		Read(ctx, text, path)(yield)
	}
}

// unpacked returns what gzip packed, or the text itself.
func unpacked(in *bufio.Reader) (io.Reader, error) {
	if magic, err := in.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b { // RFC 1952, 2.3.1
		return in, nil // reading says it again
	}
	return gzip.NewReader(in)
}

// A factsReader reads one file.
type factsReader struct {
	in     *bufio.Reader
	name   string
	number int // of the line, from 1
	last   string
}

// hintFacts says how to get a file of facts.
const hintFacts = "bacviz fleet facts DIR -o FILE" + Extension + " makes one"

const hintIncomplete = "it is incomplete: make it again"

// header reads the first line.
func (f *factsReader) header() error {
	text, err := f.text()
	switch {
	case errors.Is(err, io.EOF):
		return f.fault("the file is empty, and not facts of a fleet", hintFacts)
	case err != nil:
		return err
	case text == header:
		return nil
	}
	doc := jsondoc.New([]byte(text), hintFacts)
	_, err = doc.Version(kind, version)
	var wrong *jsondoc.Error
	switch {
	case errors.As(err, &wrong):
		return f.fault(wrong.Message, wrong.Hint)
	case err != nil:
		return f.fault(err.Error(), hintFacts)
	}
	return f.fault("the first line is not "+header, hintFacts)
}

// next returns the next line, or io.EOF behind the last one.
func (f *factsReader) next() (Line, error) {
	text, err := f.text()
	switch {
	case errors.Is(err, io.EOF):
		return Line{}, f.fault("the file ends before its last line, which counts the others", hintIncomplete)
	case err != nil:
		return Line{}, err
	case strings.HasPrefix(text, endPrefix):
		return Line{}, f.end(text)
	}
	line, err := parse(text)
	if err != nil {
		return Line{}, f.fault(err.Error(), hintFacts)
	}
	if text < f.last {
		return Line{}, f.fault("the line belongs above the one before it", "bacviz fleet merge adds files up")
	}
	f.last = text
	return line, nil
}

// end returns io.EOF if the last line is right, and nothing is behind it.
func (f *factsReader) end(text string) error {
	if lines := f.number - 2; text != endLine(lines) {
		return f.fault(fmt.Sprintf("the last line does not count the %s above it", display.Count(lines, "line")), hintIncomplete)
	}
	_, err := f.text()
	if err == nil {
		return f.fault("there is a line behind the last one", "bacviz fleet merge adds files up")
	}
	return err
}

// text returns the next line without its line break, or io.EOF.
func (f *factsReader) text() (string, error) {
	var b strings.Builder
	f.number++
	for {
		part, err := f.in.ReadSlice('\n')
		b.Write(part)
		switch {
		case b.Len() > maxLine:
			return "", f.fault("the line is longer than "+display.Bytes(maxLine), hintFacts)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && b.Len() == 0:
			return "", io.EOF
		case errors.Is(err, io.EOF):
			return "", f.fault("the file ends in the middle of a line", hintIncomplete)
		case err != nil:
			return "", named(f.name, err, infile.Reason(err))
		}
		return strings.TrimSuffix(b.String(), "\n"), nil
	}
}

func (f *factsReader) fault(message, hint string) error {
	return &Error{Message: fmt.Sprintf("%s:%d: %s", display.Printable(f.name), f.number, message), Hint: hint}
}
