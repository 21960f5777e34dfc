package check

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/bacviz/bacviz/cluster"
)

// against reports whether r wants more of some nodes than o lets there be of
// the same, or of those and others. There are contradictions that it does not see,
// such as those of three rules; what it sees is one.
func (r *Rule) against(o *Rule) bool {
	return o.Bounds.AtMost != nil && r.least() > *o.Bounds.AtMost && r.within(o)
}

// least is how many nodes there have to be if r is to hold.
func (r *Rule) least() int {
	switch {
	case r.Bounds.AtLeast != nil:
		return *r.Bounds.AtLeast
	case r.Subject == Versions, r.Subject == Free, r.Subject == Silence:
		return 1
	}
	return 0
}

// wants says what least and the bounds say.
func (r *Rule) wants() string {
	if r.Bounds == (Bounds{}) {
		return "at least 1 for " + string(r.Subject)
	}
	return r.Bounds.String()
}

// within reports whether every node that r is about is one that o counts.
func (r *Rule) within(o *Rule) bool {
	switch o.Subject {
	case Listed: // a requester that answered need not be in any list
		return r.Subject != Requesters
	case Requesters:
		return r.Subject == Requesters
	case Pending:
		return (r.Subject == Pending || r.Membership == cluster.Pending) && narrower(r.parts, o.parts)
	}
	return (r.Subject == Nodes || r.Subject == Free || r.Subject == Silence) &&
		(o.State == "" || o.State == r.State) &&
		(o.Membership == "" || o.Membership == r.Membership) &&
		narrower(r.parts, o.parts)
}

// A part is one requirement of a selector, in the form in which it is compared
// with each other rule's.
type part struct {
	labels.Requirement
	kind   selection.Operator // the same for those that mean the same
	values []string
	sets   []labels.Set // of Key alone, by each of which it can be met; nil if they are too many to tell
}

func partsOf(s labels.Selector) (parts []part) {
	all, _ := s.Requirements()
	for _, r := range all {
		p := part{Requirement: r, kind: r.Operator(), values: r.ValuesUnsorted()}
		switch p.kind {
		case selection.In, selection.Equals, selection.DoubleEquals:
			p.kind = selection.In
			for _, v := range p.values {
				p.sets = append(p.sets, labels.Set{p.Key(): v})
			}
		case selection.DoesNotExist:
			p.sets = []labels.Set{{}}
		case selection.NotEquals:
			p.kind = selection.NotIn
		}
		parts = append(parts, p)
	}
	return parts
}

// narrower reports whether each node that a selects is one that b selects, as far
// as one look at each part of b tells.
func narrower(a, b []part) bool {
	for i := range b {
		told := false
		for j := range a {
			told = told || a[j].implies(&b[i])
		}
		if !told {
			return false
		}
	}
	return true
}

// implies reports whether a node that meets p meets o. It is asked for every two
// rules, so it makes nothing.
func (p *part) implies(o *part) bool {
	switch {
	case p.Key() != o.Key():
		return false
	case p.kind == selection.In && o.kind == selection.In:
		return among(p.values, o.values)
	case p.sets != nil:
		return !slices.ContainsFunc(p.sets, func(set labels.Set) bool { return !o.Matches(set) })
	case o.kind == selection.Exists:
		return p.kind != selection.NotIn
	}
	// The more values are not to be, the fewer nodes there are; others have one at most.
	return p.kind == o.kind && among(o.values, p.values)
}

// among reports whether b has every word of a.
func among(a, b []string) bool {
	for _, v := range a {
		if !slices.Contains(b, v) {
			return false
		}
	}
	return true
}

// impossible returns a key of which no label can meet all parts, such as that of
// "region=x,region=y", or "".
func impossible(parts []part) string {
	for _, p := range parts {
		met := func(set labels.Set) bool {
			return !slices.ContainsFunc(parts, func(o part) bool { return o.Key() == p.Key() && !o.Matches(set) })
		}
		if p.sets != nil && !slices.ContainsFunc(p.sets, met) {
			return p.Key()
		}
	}
	return ""
}
