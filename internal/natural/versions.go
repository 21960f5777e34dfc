package natural

import (
	"cmp"
	"strings"

	"golang.org/x/mod/semver"
)

// CompareVersions returns a number below, at or above 0, as a is older than b, the same, or
// newer. A release is newer than its candidates, and than a build of it with something else
// (v1.10.0+dirty). What is no version is older than all that are, and "" is the oldest. A
// leading "v" is not needed. It is 0 for equal strings only.
func CompareVersions(a, b string) int {
	va, vb := "v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v")
	return cmp.Or(
		compareBools(a != "", b != ""),
		compareBools(semver.IsValid(va), semver.IsValid(vb)),
		semver.Compare(va, vb), // 0 if neither is a version
		compareBools(semver.Build(va) == "", semver.Build(vb) == ""),
		Compare(a, b),
	)
}

// compareBools compares false and true, in this order.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
