package outfile

// This file writes where WebAssembly runs, which may be a job of Bacalhau. In the folder of its
// results a file is made when it is looked at first, can be written only then, and cannot be
// renamed. So nothing is looked at before it is written, and a file that could not be written
// completely may be left behind: the job has failed then.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write puts data at path: on standard output, if [IsStdout] says so, or in a file, which is
// replaced.
func Write(ctx context.Context, path string, stdout io.Writer, data []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if IsStdout(path) {
		if _, err := stdout.Write(data); err != nil {
			return fmt.Errorf("writing to standard output: %w", cause(err))
		}
		return nil
	}
	return WriteAll(ctx, []File{{Path: path, Data: data}})
}

// WriteAll writes several files, one after the other, until one fails.
func WriteAll(ctx context.Context, files []File) error {
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := os.WriteFile(f.Path, f.Data, 0o666); err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, cause(err))
		}
	}
	return nil
}

// CheckAll returns nil: nothing can be looked at.
func CheckAll([]File) error { return nil }

// Check returns nil: nothing can be looked at.
func Check(string) error { return nil }

// Replaces reports whether path is that of a file.
func Replaces(path string) bool { return !IsStdout(path) }

// Stream puts at path what write writes.
func Stream(ctx context.Context, path string, stdout io.Writer, write func(io.Writer) error) error {
	if IsStdout(path) {
		return write(namedWriter{stdout, "to standard output"})
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return errors.Join(write(namedWriter{f, path}), f.Close(), ctx.Err())
}

// Folder puts files into a folder, by names with slashes, and makes it if there is none.
func Folder(ctx context.Context, path string, write func(put Put) error) error {
	return errors.Join(write(func(name string) (io.WriteCloser, error) {
		file := filepath.Join(path, filepath.FromSlash(name))
		f, err := os.Create(file)
		if errors.Is(err, fs.ErrNotExist) {
			if os.MkdirAll(filepath.Dir(file), 0o777) != nil {
				return nil, fmt.Errorf("writing %s: %w", path, ErrNoFolder)
			}
			f, err = os.Create(file)
		}
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", path, cause(err))
		}
		return f, nil
	}), ctx.Err())
}

// CheckFolder returns the path: nothing can be looked at.
func CheckFolder(path string) (target string, err error) { return path, nil }
