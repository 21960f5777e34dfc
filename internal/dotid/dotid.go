// Package dotid writes texts as IDs of Graphviz's DOT language.
package dotid

import (
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Quote returns s as an ID between double quotes. What Graphviz and gonum's parser
// treat as special between quotes is escaped, and characters that would not show
// are spelled out.
func Quote(s string) string { return `"` + escaper.Replace(display.Printable(s)) + `"` }
