package check

import (
	"fmt"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/bacviz/bacviz/internal/display"
)

// A release is a version that can be compared with others.
type release struct {
	text         string // as the node reports it, printable
	semver       string
	major, minor int
}

// parseRelease reads a version, with or without a leading "v". It reports false if
// the version is not a semantic one.
func parseRelease(version string) (r release, ok bool) {
	r = release{text: display.Printable(version), semver: "v" + strings.TrimPrefix(version, "v")}
	_, err := fmt.Sscanf(semver.MajorMinor(r.semver), "v%d.%d", &r.major, &r.minor)
	return r, err == nil
}

// behind reports whether the release is more than some minor versions older than
// the newest, or of another major version.
func (r release) behind(newest release, minors int) bool {
	return r.major != newest.major || newest.minor-r.minor > minors
}

// A nodeRelease is the release that a node runs.
type nodeRelease struct {
	id string
	release
}

// versions compares the releases of all nodes, requesters included: an upgrade
// begins with them.
func (e evaluation) versions() Result {
	var known []nodeRelease
	var oldest, newest release
	var incomparable []string
	blank := 0
	for i := range e.snap.Nodes {
		n := &e.snap.Nodes[i]
		if is, _ := e.matches(n); !is {
			continue
		}
		r, ok := parseRelease(n.Version)
		switch {
		case n.Version == "":
			blank++
			continue
		case !ok:
			incomparable = append(incomparable, n.ID)
			continue
		}
		if len(known) == 0 || semver.Compare(r.semver, oldest.semver) < 0 {
			oldest = r
		}
		if len(known) == 0 || semver.Compare(r.semver, newest.semver) > 0 {
			newest = r
		}
		known = append(known, nodeRelease{n.ID, r})
	}
	found := oldest.text
	if oldest.text != newest.text {
		found += " to " + newest.text
	}
	note := ""
	if blank > 0 {
		note = "; " + display.Plural(blank, "node has", "nodes have") + " no version"
	}
	switch {
	case len(known) == 0:
		return Result{Status: Unknown, Found: "no node" + e.withLabels() + " has a version that can be compared", Nodes: incomparable}
	case oldest.behind(newest, e.rule.Minors):
		r := Result{Status: Broken, Found: fmt.Sprintf("%s, wanted at most %s apart%s", found, display.Count(e.rule.Minors, "minor version"), note)}
		for _, k := range known {
			if k.behind(newest, e.rule.Minors) {
				r.Nodes = append(r.Nodes, k.id)
			}
		}
		return r
	case len(incomparable) > 0:
		return Result{Status: Unknown, Found: display.Plural(len(incomparable), "node has", "nodes have") + " a version that cannot be compared", Nodes: incomparable}
	}
	return Result{Status: Holds, Found: found + note}
}
