package outfile

// This file writes where WebAssembly runs, which may be a job of Bacalhau. In the folder of its
// results a file is made when it is looked at first, can be written only then, and cannot be
// renamed. So nothing is looked at before it is written, and a file that could not be written
// completely may be left behind: the job has failed then.

import (
	"context"
	"fmt"
	"io"
	"os"
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
