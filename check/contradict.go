package check

import (
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/bacviz/bacviz/cluster"
)

// contradicts reports whether r needs more nodes than o allows, of the same nodes
// or of a part of them. Whatever it reports is a contradiction.
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

// maxCompared bounds how many pairs of rules crowded looks at in a file, which takes
// less than a second. A file that people write has far fewer.
const maxCompared = 1_000_000

// crowded returns rules that together need more nodes than o allows, or nil if it finds
// none. No two of them are about the same node, and o counts the nodes of all. It tries
// the rules with the greatest needs first: that finds every pair, but not every larger
// set. It subtracts the pairs that it compares from left, and gives up when none are left.
func (o *Rule) crowded(rules []Rule, left *int) []*Rule {
	if o.Bounds.AtMost == nil || *left <= 0 {
		return nil
	}
	var parts []*Rule
	for i := range rules {
		if r := &rules[i]; r != o && r.minimum() > 0 && r.countedBy(o) {
			parts = append(parts, r)
		}
	}
	slices.SortStableFunc(parts, func(a, b *Rule) int { return b.minimum() - a.minimum() })
	*left -= len(parts)
	for i := range parts {
		var apart []*Rule
		needed := 0
		for _, r := range parts[i:] {
			if *left -= len(apart); *left < 0 {
				return nil
			}
			if slices.ContainsFunc(apart, func(q *Rule) bool { return !q.apart(r) }) {
				continue
			}
			apart, needed = append(apart, r), needed+r.minimum()
			if needed > *o.Bounds.AtMost {
				return apart
			}
		}
	}
	return nil
}

// apart reports whether no node is counted by both rules.
func (r *Rule) apart(o *Rule) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return differ(string(r.State), string(o.State)) || differ(string(r.members()), string(o.members())) ||
		unsatisfiable(slices.Concat(r.requirements, o.requirements)) != ""
}

// members returns the membership of the nodes that the rule is about, or "" for any.
func (r *Rule) members() cluster.Membership {
	if r.Subject == Pending {
		return cluster.Pending
	}
	return r.Membership
}

// A requirement is one part of a label selector, in a form that is quick to compare
// with those of other rules.
type requirement struct {
	labels.Requirement
	op     selection.Operator // one operator for all that mean the same
	values []string

	number int64 // of Gt and Lt, whose labels are whole numbers

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
		case selection.GreaterThan, selection.LessThan:
			q.number, _ = strconv.ParseInt(q.values[0], 10, 64) // the selector was parsed, so it is one
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
	switch {
	case q.op != o.op:
		return false
	case q.op == selection.GreaterThan:
		return q.number >= o.number
	case q.op == selection.LessThan:
		return q.number <= o.number
	}
	// For NotIn: the more values are excluded, the fewer nodes are left. Exists and
	// DoesNotExist have none.
	return subset(o.values, q.values)
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
// that of "region=x,region=y" or "cpu>5,cpu<3", or "".
func unsatisfiable(requirements []requirement) string {
	for _, q := range requirements {
		meetsAll := func(set labels.Set) bool {
			return !slices.ContainsFunc(requirements, func(o requirement) bool { return o.Key() == q.Key() && !o.Matches(set) })
		}
		if q.sets != nil && !slices.ContainsFunc(q.sets, meetsAll) {
			return q.Key()
		}
		if q.op == selection.GreaterThan && slices.ContainsFunc(requirements, func(o requirement) bool {
			return o.op == selection.LessThan && o.Key() == q.Key() && !between(q.number, o.number)
		}) {
			return q.Key()
		}
	}
	return ""
}

// between reports whether there is a whole number above one and below another.
func between(above, below int64) bool {
	return below > above && below-1 > above
}
