package config

import (
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// A level is the kind of place that a value comes from. A lower number has precedence.
type level int

const (
	byFlag level = iota
	byNamedProfile
	byVariable
	byOldVariable
	bySettings // bacviz's own file
	byProfile
	byFile
	byOldFile
	byDefault
)

// A value is the text of a setting.
type value struct {
	text string
	from string // the flag, variable or file
	by   level
}

// wrong returns an error about a value. It does not show the value, which may be or
// hold a secret.
func (v value) wrong(hint, what string) *Error {
	return &Error{Message: display.Printable(v.from) + ": " + what, Hint: hint, Usage: v.by == byFlag}
}

// A layer holds the values of one level, by setting.
type layer struct {
	by     level
	values map[string]value
}

func (l *layer) isProfile() bool { return l.by == byNamedProfile || l.by == byProfile }
func (l *layer) isFile() bool    { return l.by == bySettings || l.by == byFile || l.by == byOldFile }

// truth returns whether a value is true.
func truth(v value) (bool, error) {
	b, err := strconv.ParseBool(strings.ToLower(v.text))
	if err != nil {
		return false, v.wrong("write true or false", "neither true nor false")
	}
	return b, nil
}
