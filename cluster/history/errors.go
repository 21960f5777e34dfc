package history

// This file puts what SQLite says into words.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/bacviz/bacviz/internal/infile"
)

// The results of SQLite that mean something to a user.
const (
	codeBusy     = codes.SQLITE_BUSY
	codeReadOnly = codes.SQLITE_READONLY
	codeCantOpen = codes.SQLITE_CANTOPEN
	codeFull     = codes.SQLITE_FULL
	codeNotADB   = codes.SQLITE_NOTADB
	codeCorrupt  = codes.SQLITE_CORRUPT
	codeIO       = codes.SQLITE_IOERR
)

// isCode reports whether an error is a result of SQLite of that kind.
func isCode(err error, code int) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && failed.Code()&0xff == code
}

// explain returns an error as one of the store. An error of ctx stays one.
func (s *Store) explain(ctx context.Context, err error) error {
	if err == nil || errors.As(err, new(*Error)) {
		return err
	}
	e := &Error{Path: s.path, Message: err.Error(), Err: err}
	switch {
	case ctx.Err() != nil:
		e.Message, e.Err = ctx.Err().Error(), ctx.Err()
	case errors.Is(err, ErrBusy):
		e.Hint = "one program at a time may write to a history, such as one bacviz serve; readers may be many"
	case errors.Is(err, ErrLinked):
		e.Hint = "remove the other names, or begin with a copy; a symbolic link does no harm"
	case errors.Is(err, ErrForeign), isCode(err, codeNotADB):
		e.Message, e.Err = ErrForeign.Error(), ErrForeign
		e.Hint = "name another file; bacviz writes only to a file that it made itself, or to an empty one"
	case errors.Is(err, ErrNewer):
		e.Hint = "a newer bacviz reads it"
	case errors.Is(err, ErrEmpty):
		e.Hint = "bacviz snapshot --history FILE, or bacviz serve --history FILE, adds to it"
	case errors.Is(err, ErrOrder):
		e.Hint = "is the clock right?"
	case errors.Is(err, ErrPart):
		e.Hint = "use the same filters as before, or another file for another part"
	case isCode(err, codeFull):
		e.Message, e.Hint = "no space left to write; what was stored before is still there", "make room on the disk, or keep less with --keep"
	case isCode(err, codeReadOnly):
		e.Message, e.Hint = "it is read-only", "name a file in a folder that can be written to"
	case isCode(err, codeCantOpen):
		e.Message, e.Hint = "cannot open it, or the files that SQLite needs beside it", "its folder must exist, and a writer must be allowed to write to it"
	case isCode(err, codeCorrupt):
		e.Message, e.Hint = "it is damaged: "+err.Error(), "restore it from a copy, or begin another file"
	case isCode(err, codeIO):
		e.Message = fmt.Sprintf("reading or writing failed: %s; what was stored before is still there", err)
	case isCode(err, codeBusy):
		e.Message, e.Err = "another program holds it locked", ErrBusy
	case errors.Is(err, fs.ErrNotExist):
		e.Message, e.Hint = "no such file", "bacviz snapshot --history FILE makes one"
	case errors.As(err, new(*fs.PathError)):
		e.Message = infile.Reason(err)
	}
	return e
}
