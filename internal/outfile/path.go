// Package outfile writes a result where the user asked for it. Bytes and a path come
// in. A file is written completely or not at all; a device, a FIFO or an open file is
// written in place.
package outfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Stdout is the path for standard output.
const Stdout = "-"

// IsStdout reports whether path means standard output: "-", or one of the names that
// systems have for it. If standard output is a file, it belongs to the caller, who may
// append to it: it must not be replaced.
func IsStdout(path string) bool {
	return slices.Contains([]string{Stdout, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}, path)
}

// A File is a path and the data to write there.
type File struct {
	Path string // neither standard output nor a device
	Data []byte

	// NoLink refuses to write through a symbolic link, which somebody else may have
	// put there.
	NoLink bool
}

// A Put opens a new file of a folder, by a name with slashes. Several goroutines may call it.
type Put func(name string) (io.WriteCloser, error)

// ErrForeign is wrapped by the error for a folder with files or folders of others in it.
var ErrForeign = errors.New("the folder has files or folders that bacviz did not write")

// ErrNoFolder is wrapped by the error for a folder that a job of Bacalhau cannot make.
var ErrNoFolder = errors.New("this build of bacviz is WebAssembly, and makes no folders among the results of a job")

// listName is the file in a folder that lists what [Folder] put there.
const listName = ".bacviz-files"

// IsMade reports whether a folder is one that [Folder] made.
func IsMade(path string) bool {
	info, err := os.Stat(filepath.Join(path, listName))
	return err == nil && info.Mode().IsRegular()
}

// A namedWriter says which file could not be written.
type namedWriter struct {
	to   io.Writer
	path string
}

func (w namedWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil {
		err = fmt.Errorf("writing %s: %w", w.path, cause(err))
	}
	return n, err
}

// cause returns an error of package os without the operation and the path, which may
// be that of a temporary file.
func cause(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	if e := (*os.LinkError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
