// Package natural orders texts as people count: r2 before r10. Groups and other
// values are sorted by it wherever a reader sees them, and versions from old to new.
package natural

import (
	"cmp"
	"slices"
	"strings"
)

// Compare returns a number below, at or above 0, as a stands before, at or behind
// b. Runs of the digits 0 to 9 count as numbers, of any length. It is 0 for equal
// strings only: of texts that differ in leading zeros, the first by bytes comes
// first.
func Compare(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		i, j := leadingDigits(x), leadingDigits(y)
		if i == 0 || j == 0 {
			if x[0] != y[0] {
				return cmp.Compare(x[0], y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		m, n := strings.TrimLeft(x[:i], "0"), strings.TrimLeft(y[:j], "0")
		if c := cmp.Or(len(m)-len(n), strings.Compare(m, n)); c != 0 {
			return c
		}
		x, y = x[i:], y[j:]
	}
	return cmp.Or(len(x)-len(y), strings.Compare(a, b))
}

// leadingDigits returns the number of digits that s begins with.
func leadingDigits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// ComparePaths compares groups by their values, outermost first. A group stands
// before those within it.
func ComparePaths(a, b []string) int { return slices.CompareFunc(a, b, Compare) }
