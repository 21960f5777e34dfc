package remote

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// ErrNoFacts is wrapped by the error for results without facts.
var ErrNoFacts = errors.New("the results have no " + outputs + "/" + Facts)

// Unpack copies the facts out of an archive (tar, gzip) of the results of an execution, and nothing else:
// no name in it is a path on the disk. More than limit bytes, unpacked, are an error.
func Unpack(w io.Writer, archive io.Reader, limit int64) error {
	unpacked, err := gzip.NewReader(archive)
	if err != nil {
		return fmt.Errorf("not an archive of results: %w", err)
	}
	bounded := &io.LimitedReader{R: unpacked, N: limit}
	entries := tar.NewReader(bounded)
	for {
		entry, err := entries.Next()
		switch {
		case bounded.N <= 0:
			return fmt.Errorf("the results are larger than %s", display.Bytes(limit))
		case errors.Is(err, io.EOF):
			return ErrNoFacts
		case err != nil:
			return fmt.Errorf("not an archive of results: %w", err)
		}
		if entry.Typeflag != tar.TypeReg || !isFacts(entry.Name) {
			continue
		}
		_, err = io.Copy(w, entries)
		if bounded.N <= 0 {
			err = fmt.Errorf("the results are larger than %s", display.Bytes(limit))
		}
		return err
	}
}

// isFacts reports whether an entry has the name of the facts, perhaps below another folder.
func isFacts(name string) bool {
	name = path.Clean("/" + name)
	return strings.HasSuffix(name, "/"+outputs+"/"+Facts)
}
