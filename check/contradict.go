package check

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/bacviz/bacviz/cluster"
)

// contradicts reports whether r needs more nodes than o allows, of the same nodes
// or of a part of them. It compares two rules only: three rules that contradict one
// another pass. Whatever it reports is a contradiction.
func (r *Rule) contradicts(o *Rule) bool {
	return o.Bounds.AtMost != nil && r.minimum() > *o.Bounds.AtMost && r.countedBy(o)
}

// minimum returns how many nodes there have to be for r to hold.
func (r *Rule) minimum() int {
	switch {
	case r.Bounds.AtLeast != nil:
		return *r.Bounds.AtLeast
	case r.Subject == Versions, r.Subject == Free, r.Subject == Silence:
		return 1
	}
	return 0
}

// limits returns the words for minimum and for the bounds.
func (r *Rule) limits() string {
	if r.Bounds == (Bounds{}) {
		return "at least 1 for " + string(r.Subject)
	}
	return r.Bounds.String()
}

// countedBy reports whether o counts every node that r is about.
func (r *Rule) countedBy(o *Rule) bool {
	switch o.Subject {
	case Listed: // a requester that answered need not be in any list
		return r.Subject != Requesters
	case Requesters:
		return r.Subject == Requesters
	case Pending:
		return (r.Subject == Pending || r.Membership == cluster.Pending) && implyAll(r.requirements, o.requirements)
	}
	return (r.Subject == Nodes || r.Subject == Free || r.Subject == Silence) &&
		(o.State == "" || o.State == r.State) &&
		(o.Membership == "" || o.Membership == r.Membership) &&
		implyAll(r.requirements, o.requirements)
}

// A requirement is one part of a label selector, in a form that is quick to compare
// with those of other rules.
type requirement struct {
	labels.Requirement
	op     selection.Operator // one operator for all that mean the same
	values []string

	// sets are all labels of this key that meet the requirement: one set for each
	// value, or an empty one for no label. It is nil if there is no end of them.
	sets []labels.Set
}

// requirementsOf returns the parts of a selector.
func requirementsOf(s labels.Selector) (out []requirement) {
	all, _ := s.Requirements()
	for _, r := range all {
		q := requirement{Requirement: r, op: r.Operator(), values: r.ValuesUnsorted()}
		switch q.op {
		case selection.In, selection.Equals, selection.DoubleEquals:
			q.op = selection.In
			for _, v := range q.values {
				q.sets = append(q.sets, labels.Set{q.Key(): v})
			}
		case selection.DoesNotExist:
			q.sets = []labels.Set{{}}
		case selection.NotEquals:
			q.op = selection.NotIn
		}
		out = append(out, q)
	}
	return out
}

// implyAll reports whether each requirement of b is implied by one of a: then a
// selects no node that b does not select. It may report false where several of a
// imply one of b together.
func implyAll(a, b []requirement) bool {
	for i := range b {
		if !slices.ContainsFunc(a, func(q requirement) bool { return q.implies(&b[i]) }) {
			return false
		}
	}
	return true
}

// implies reports whether every node that meets q meets o. It allocates nothing,
// since it runs for every pair of rules.
func (q *requirement) implies(o *requirement) bool {
	switch {
	case q.Key() != o.Key():
		return false
	case q.op == selection.In && o.op == selection.In:
		return subset(q.values, o.values)
	case q.sets != nil:
		return !slices.ContainsFunc(q.sets, func(set labels.Set) bool { return !o.Matches(set) })
	case o.op == selection.Exists:
		return q.op != selection.NotIn
	}
	// For NotIn: the more values are excluded, the fewer nodes are left. The other
	// operators have one value at most.
	return q.op == o.op && subset(o.values, q.values)
}

// subset reports whether b holds every value of a.
func subset(a, b []string) bool {
	for _, v := range a {
		if !slices.Contains(b, v) {
			return false
		}
	}
	return true
}

// unsatisfiable returns a key for which no label meets all requirements, such as
// that of "region=x,region=y", or "".
func unsatisfiable(requirements []requirement) string {
	for _, q := range requirements {
		meetsAll := func(set labels.Set) bool {
			return !slices.ContainsFunc(requirements, func(o requirement) bool { return o.Key() == q.Key() && !o.Matches(set) })
		}
		if q.sets != nil && !slices.ContainsFunc(q.sets, meetsAll) {
			return q.Key()
		}
	}
	return ""
}
