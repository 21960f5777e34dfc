package check

import (
	"errors"
	"io"

	"github.com/bacviz/bacviz/internal/display"
)

// A Trouble is why rules could not be checked: the rules or the network could not be
// read.
type Trouble struct {
	Rules   string // name of the file of rules; may be empty
	Message string // what failed, on one line
	Hint    string // what to do about it; may be empty

	// File, Line and Column say where the mistake is. File is empty if it is in no
	// file; Line and Column begin at 1, and are 0 where only the file is known.
	File         string
	Line, Column int
}

// NewTrouble returns what an error of [Read], or of whatever reads the network, says.
// The place is known of a [*RuleError] only.
func NewTrouble(err error, hint, rules string) Trouble {
	t := Trouble{Rules: rules, Message: display.OneLine(err.Error()), Hint: display.OneLine(hint)}
	var wrong *RuleError
	if errors.As(err, &wrong) {
		t.File, t.Line, t.Column = wrong.File, wrong.Line, wrong.Column
	}
	return t
}

// String returns all there is to say, the hint on a second line.
func (t *Trouble) String() string {
	if t.Hint == "" {
		return t.Message
	}
	return t.Message + "\nhint: " + t.Hint
}

func writeNoTrouble(io.Writer, *Trouble) error { return nil }
