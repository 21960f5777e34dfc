package history

// This file puts what went wrong into words.

import (
	"context"
	"errors"
	"io/fs"

	"github.com/bacviz/bacviz/internal/infile"
)

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
	case errors.Is(err, ErrForeign):
		e.foreign()
	case errors.Is(err, ErrNewer):
		e.Hint = "a newer bacviz reads it"
	case errors.Is(err, ErrEmpty):
		e.Hint = "bacviz snapshot --history FILE, or bacviz serve --history FILE, adds to it"
	case errors.Is(err, ErrOrder):
		e.Hint = "is the clock right?"
	case errors.Is(err, ErrPart):
		e.Hint = "use the same filters as before, or another file for another part"
	case e.fromDatabase(err):
	case errors.Is(err, fs.ErrNotExist):
		e.Message, e.Hint = "no such file", "bacviz snapshot --history FILE makes one"
	case errors.As(err, new(*fs.PathError)):
		e.Message = infile.Reason(err)
	}
	return e
}

// foreign makes e the error of a file that is no history.
func (e *Error) foreign() {
	e.Message, e.Err = ErrForeign.Error(), ErrForeign
	e.Hint = "name another file; bacviz writes only to a file that it made itself, or to an empty one"
}
