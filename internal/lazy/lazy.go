// Package lazy makes what a package needs now and then when it is first needed, and not before main,
// where every command would pay for it.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns what returns a compiled regular expression. The first call compiles it, and panics
// if it is wrong; a test of this package compiles all of the repository.
func Regexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
