//go:build !wasip1

package history

// This file puts what SQLite says into words.

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
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

// fromDatabase makes e what a result of SQLite means, and reports whether err is one that means
// something to a user.
func (e *Error) fromDatabase(err error) bool {
	switch {
	case isCode(err, codeNotADB):
		e.foreign()
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
	default:
		return false
	}
	return true
}
