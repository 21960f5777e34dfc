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

// releases are those of the nodes that a rule is about.
type releases struct {
	known          []nodeRelease
	oldest, newest release  // of known
	incomparable   []string // the nodes whose version is not a semantic one
	blank          int      // number of nodes without a version
}

// releases returns the releases of all nodes, requesters included: an upgrade begins with
// them.
func (e evaluation) releases() (all releases) {
	for i := range e.snap.Nodes {
		n := &e.snap.Nodes[i]
		if is, _ := e.matches(n); !is {
			continue
		}
		r, ok := parseRelease(n.Version)
		switch {
		case n.Version == "":
			all.blank++
			continue
		case !ok:
			all.incomparable = append(all.incomparable, n.ID)
			continue
		}
		if len(all.known) == 0 || semver.Compare(r.semver, all.oldest.semver) < 0 {
			all.oldest = r
		}
		if len(all.known) == 0 || semver.Compare(r.semver, all.newest.semver) > 0 {
			all.newest = r
		}
		all.known = append(all.known, nodeRelease{n.ID, r})
	}
	return all
}

// versions compares the newest release with the oldest.
func (e evaluation) versions() Result {
	all := e.releases()
	found := all.oldest.text
	if all.oldest.text != all.newest.text {
		found += " to " + all.newest.text
	}
	note := ""
	if all.blank > 0 {
		note = "; " + display.Plural(all.blank, "node has", "nodes have") + " no version"
	}
	switch {
	case len(all.known) == 0:
		return Result{Status: Unknown, Found: "no node" + e.withLabels() + " has a version that can be compared", Nodes: all.incomparable}
	case all.oldest.behind(all.newest, e.rule.Minors):
		r := Result{Status: Broken, Found: fmt.Sprintf("%s, wanted at most %s apart%s", found, display.Count(e.rule.Minors, "minor version"), note)}
		for _, k := range all.known {
			if k.behind(all.newest, e.rule.Minors) {
				r.Nodes = append(r.Nodes, k.id)
			}
		}
		return r
	case len(all.incomparable) > 0:
		return Result{Status: Unknown, Found: display.Plural(len(all.incomparable), "node has", "nodes have") + " a version that cannot be compared", Nodes: all.incomparable}
	}
	return Result{Status: Holds, Found: found + note}
}
