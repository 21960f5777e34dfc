// Package infile reads the small files that flags and settings name. Such a name
// may lead anywhere: to a FIFO that nobody writes to, to a terminal, to a device
// that never ends.
package infile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// Read returns what a file, a device or a FIFO holds, of at most limit bytes: a
// larger one was meant for something else. When ctx ends first Read returns its
// error, but what blocks stays behind: nothing can interrupt it.
func Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	return interrupt.Call(ctx, func() ([]byte, error) { return read(path, limit) })
}

func read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("is a directory")}
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("larger than %s", display.Bytes(limit))}
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// Reason returns what an error of [Read], or of opening or reading a file, says
// beyond the path.
func Reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, context.DeadlineExceeded):
		return "not read to its end before the timeout"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err.Error()
}
