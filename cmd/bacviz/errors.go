package main

// This file holds the errors that decide the exit status, and their hints.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// Exit statuses.
const (
	exitOK       = 0
	exitFailed   = 1 // also the answer "no" of check, diff and embed
	exitUsage    = 2
	exitNoAnswer = 2 // of check, diff and embed: neither 0 nor 1

	// exitInterrupted is what shells report of a program that Ctrl-C ended: 128 + SIGINT.
	exitInterrupted = 130

	// exitHungUp is what shells report of a program that a closed terminal ended: 128 + SIGHUP.
	exitHungUp = 129
)

// A usageError is a mistake in how the program was called.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// isUsage reports whether an error is a mistake in how the program was called.
func isUsage(err error) bool { return errors.As(err, new(*usageError)) }

// usagef returns a usageError without a hint.
func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// refusedOptions returns the error of a stage that takes the options of a graph from
// flags: a mistake in how the program was called, unless ctx has ended.
func refusedOptions(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return &usageError{err: err}
}

// A hintError adds to an error what to do about it.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

// A fileError is an error in a file that a flag names.
type fileError struct {
	err  error
	file string
}

func (e *fileError) Error() string { return e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// A statusError is an error that ends the program with a status of its own.
type statusError struct {
	err    error
	status int
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// A doneStatus ends the program with that status and without a message, since the
// result is already printed.
type doneStatus int

func (s doneStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// statusOf returns the exit status for an error.
func statusOf(err error) int {
	var status *statusError
	switch {
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &status):
		return status.status
	case isUsage(err):
		return exitUsage
	}
	return exitFailed
}

// hintOf returns what an error suggests to do, or "".
func hintOf(err error) string {
	var hinted *hintError
	var usage *usageError
	var fetched *fetch.Error
	var past *history.Error
	var version *versions.Error // and those of fleets
	switch {
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.As(err, &past):
		return past.Hint
	case errors.As(err, &version):
		return version.Hint
	case errors.As(err, &usage):
		return usage.hint
	case errors.As(err, &fetched):
		return fetched.Hint
	}
	return ""
}

// placeOf returns the file that an error is about: one that a flag names, or one of the
// sources in args. The line and the column are 0 where they are not known.
func placeOf(args []string, err error) (file string, line, column int) {
	var named *fileError
	var fetched *fetch.Error
	switch {
	case errors.As(err, &named):
		file = named.file
	case errors.As(err, &fetched) && readFile(args, fetched.Source) != "":
		file = readFile(args, fetched.Source)
	default:
		return "", 0, 0
	}
	if wrong := (*snapshot.Error)(nil); errors.As(err, &wrong) {
		line, column = wrong.Line, wrong.Column
	}
	return file, line, column
}

// readFile returns the file among the arguments that an error calls source, or "".
func readFile(args []string, source string) string {
	for _, arg := range args {
		name, place := fetch.SplitName(arg)
		called := place
		if name != "" {
			called = fetch.Named{Source: fetch.File{Path: place}, Cluster: name}.Name()
		}
		if called == source && place != "-" && !isURL(place) {
			return place
		}
	}
	return ""
}

// What ends a command before its work is done.
var (
	errTimedOut    = errors.New("timed out")
	errInterrupted = errors.New("interrupted")
)

// explain returns err in terms of the command: that its time was over, and which
// source had not answered, or that it was interrupted. To explain an error twice
// does no harm.
func explain(ctx context.Context, timeout time.Duration, err error) error {
	switch {
	case err == nil, errors.Is(err, errTimedOut), errors.Is(err, errInterrupted):
		return err
	case isUsage(err), errors.As(err, new(doneStatus)):
		return err
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		late := fmt.Errorf("%w after %s", errTimedOut, timeout)
		hint := "allow more time with --timeout"
		if hinted := hintOf(err); errors.Is(err, context.DeadlineExceeded) && hinted != "" {
			hint = hinted
		}
		if errors.As(err, new(*fetch.Error)) || !errors.Is(err, context.DeadlineExceeded) { // says what was late
			late = fmt.Errorf("%w: %w", late, withoutLimit(err))
		}
		return &hintError{late, hint}
	case ctx.Err() != nil:
		return errInterrupted
	case errors.Is(err, output.ErrTooLarge):
		return &usageError{err, "lower --scale, --width or --height"}
	case errors.Is(err, output.ErrLimit):
		return &usageError{err, "raise --limit, or draw less with --select or fewer groups"}
	case errors.Is(err, layout.ErrTooLarge):
		return &hintError{err, "--engine rings draws any number of nodes"}
	case errors.Is(err, layout.ErrUnsuited):
		return &hintError{err, "--engine trays draws any network"}
	case errors.Is(err, layout.ErrCrashed):
		return &hintError{err, "--engine rings draws without Graphviz, which may have come to a limit of memory (ulimit -v)"}
	}
	return err
}

// withoutLimit returns an error of a source without the time that it had, where the
// command says that: no answer within 1s.
func withoutLimit(err error) error {
	failed, direct := err.(*fetch.Error) // what wraps it would be lost
	if !direct {
		return err
	}
	short := *failed
	short.Message, _, _ = strings.Cut(failed.Message, " within ")
	return &short
}
