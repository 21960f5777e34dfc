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
// no name in it is a path on the disk. It reads the archive to its end: one that was cut or has a wrong
// checksum is an error, though facts may have been written, and so are more than limit bytes, unpacked.
func Unpack(w io.Writer, archive io.Reader, limit int64) error {
	unpacked, err := gzip.NewReader(archive)
	if err != nil {
		return fmt.Errorf("not an archive of results: %w", err)
	}
	bounded := &io.LimitedReader{R: unpacked, N: limit}
	entries := tar.NewReader(bounded)
	found := false
	for {
		entry, err := entries.Next()
		if err == nil && !found && entry.Typeflag == tar.TypeReg && isFacts(entry.Name) {
			found = true
			_, err = io.Copy(w, entries)
		} else if errors.Is(err, io.EOF) {
			// The checksum of gzip is behind the padding.
			if _, err = io.Copy(io.Discard, bounded); err == nil && bounded.N > 0 {
				return missing(found)
			}
		}
		switch {
		case bounded.N <= 0:
			return fmt.Errorf("the results are larger than %s", display.Bytes(limit))
		case err != nil:
			return fmt.Errorf("not an archive of results: %w", err)
		}
	}
}

// missing returns the error for an archive that was read to its end.
func missing(found bool) error {
	if !found {
		return ErrNoFacts
	}
	return nil
}

// isFacts reports whether an entry has the name of the facts, perhaps below another folder.
func isFacts(name string) bool {
	name = path.Clean("/" + name)
	return strings.HasSuffix(name, "/"+outputs+"/"+Facts)
}
