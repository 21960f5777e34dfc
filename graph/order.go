package graph

// This file has the order of what nodes are grouped and coloured by.

import (
	"cmp"
	"slices"
	"strings"
)

// CompareValues says in which order values stand, of labels and of the other
// fields: r2 before r10, for runs of the digits 0 to 9 count as numbers, of any
// length. It returns a number below, at or above 0, and 0 for equal strings
// alone: of values that differ in leading zeros the first by bytes comes first.
func CompareValues(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		i, j := digits(x), digits(y)
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

// digits is how many digits s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// ComparePaths says in which order groups stand: by their values, outermost first,
// and a group before those within it.
func ComparePaths(a, b []string) int { return slices.CompareFunc(a, b, CompareValues) }
