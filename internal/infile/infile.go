// Package infile reads small files that flags and settings name. A path comes in, and
// the contents go out. The path may be that of anything: a FIFO that nobody writes to,
// a terminal, a device that never ends.
package infile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// Read returns the contents of a file, a device or a FIFO. More than limit bytes are an
// error. If ctx ends first, Read returns ctx.Err(), and a goroutine that blocks is left
// behind, since nothing can interrupt it.
func Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	return interrupt.Call(ctx, func() ([]byte, error) { return read(path, limit, new(bytes.Buffer)) })
}

// A Reader reads files one after the other, all into the same memory. The zero value is ready.
type Reader struct{ memory *bytes.Buffer }

// Read is the function [Read]. What it returns is valid until the next call.
func (r *Reader) Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	into := r.memory
	r.memory = nil // whoever is left behind may write there
	if into == nil {
		into = new(bytes.Buffer)
	}
	into.Reset()
	text, err := interrupt.Call(ctx, func() ([]byte, error) { return read(path, limit, into) })
	if ctx.Err() == nil && into.Cap() <= maxKept {
		r.memory = into
	}
	return text, err
}

// maxKept is the most memory, in bytes, that a [Reader] keeps from one file to the next.
const maxKept = 8 << 20

// maxGrow is the most memory, in bytes, that is taken because of what a file says of its size.
const maxGrow = 64 << 20

func read(path string, limit int64, b *bytes.Buffer) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	switch info, err := f.Stat(); {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("is a directory")}
	case err == nil && info.Mode().IsRegular():
		b.Grow(int(max(0, min(info.Size(), limit, maxGrow))) + bytes.MinRead) // so that it is not copied
	}
	_, err = b.ReadFrom(io.LimitReader(f, limit+1))
	text := b.Bytes()
	if err == nil && int64(len(text)) > limit {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("larger than %s", display.Bytes(limit))}
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// IsMissing reports whether an error of [Read] says that there is no such file, also
// because its folder is none, as with a home of /dev/null.
func IsMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// Reason returns the message of an error of [Read], or of opening or reading a file,
// without the operation and the path.
func Reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, context.DeadlineExceeded):
		return "could not be read before the timeout"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err.Error()
}
