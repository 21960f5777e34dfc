// Package input reads bytes that may come from anywhere: no more of them than a
// limit, for no longer than a context lasts, and in UTF-8 or UTF-16. UTF-8 goes out.
package input

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"

	"github.com/bacviz/bacviz/internal/display"
)

// StdinName is how messages name standard input.
const StdinName = "standard input"

// A LimitedReader reads from Reader. It fails with a [*TooLargeError] after Left
// bytes, where io.LimitedReader would feign an end, and with the error of Context
// once that has ended.
type LimitedReader struct {
	Context context.Context
	Reader  io.Reader
	Left    int64 // how many bytes may still be read
	Limit   int64 // the first value of Left, for the error
}

// Limit returns a reader of at most limit bytes of r. A file that is larger is not read at all.
func Limit(ctx context.Context, r io.Reader, limit int64) *LimitedReader {
	left := limit
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > limit {
			left = -1
		}
	}
	return &LimitedReader{Context: ctx, Reader: r, Left: left, Limit: limit}
}

func (l *LimitedReader) Read(p []byte) (int, error) {
	if l.Left < 0 {
		return 0, &TooLargeError{Limit: l.Limit}
	}
	if int64(len(p)) > l.Left+1 {
		p = p[:l.Left+1] // one more than is left, to know the limit from the end
	}
	if err := l.Context.Err(); err != nil {
		return 0, err
	}
	n, err := l.Reader.Read(p)
	l.Left -= int64(n)
	if l.Left < 0 {
		return n - 1, &TooLargeError{Limit: l.Limit}
	}
	return n, err
}

// A TooLargeError says that there is more to read than the limit allows.
type TooLargeError struct {
	What  string // "one value is ", or empty for the whole
	Limit int64  // in bytes
}

func (e *TooLargeError) Error() string {
	return e.What + "larger than the limit of " + display.Bytes(e.Limit)
}

// Hint returns how to read more, or what to look at where the limit is fixed.
func (e *TooLargeError) Hint() string {
	if e.What != "" {
		return "records of nodes and jobs are far smaller: look at what is at that address or in that file"
	}
	return "--max-size sets a larger limit"
}

// BufferSize is the size of the buffer of [UTF8]: how far one can look ahead in it.
const BufferSize = 64 << 10

// UTF8 returns a reader of the text of r, which may begin with a byte order mark,
// in UTF-8 or UTF-16: PowerShell writes one. The mark is left out.
func UTF8(r io.Reader) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(r, BufferSize)
	mark, err := br.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(mark, []byte{0xFE, 0xFF}), bytes.HasPrefix(mark, []byte{0xFF, 0xFE}):
		return bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(br), BufferSize), nil
	case bytes.Equal(mark, []byte{0xEF, 0xBB, 0xBF}):
		_, err := br.Discard(3)
		return br, err
	}
	return br, nil
}
