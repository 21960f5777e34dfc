package cluster

// This file says which part of a network a snapshot holds.

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/selection"
)

// A Selection says which part of a network a snapshot holds: that which [Snapshot.Filter]
// left. What counts or draws the nodes of the snapshot needs it to say that there are
// more.
type Selection struct {
	// By are the conditions that the nodes meet, all of them; nil if sources were selected
	// by different conditions.
	By []Condition

	Of int // number of compute nodes in the network, those of the snapshot included

	// Kept are the IDs of the orchestrators that run jobs and are in the snapshot without
	// meeting the conditions, because other nodes are drawn around them. It is sorted.
	Kept []string
}

// The fields of conditions that are not about labels. The @ distinguishes them from the
// keys of labels.
const (
	FieldState      = "@state"
	FieldMembership = "@membership"
	FieldRole       = "@role"
)

// A Condition is a part of a [Filter]: a requirement on the value of one field.
type Condition struct {
	Field    string             // the key of a label, or a built-in field
	Operator selection.Operator // of Kubernetes' label selectors
	Values   []string           // sorted; none for Exists and DoesNotExist
}

// String returns the condition as a label selector has it: region=eu-west-1, rack notin
// (r1,r2). The name of a built-in field has no @.
func (c Condition) String() string {
	field, values := strings.TrimPrefix(c.Field, "@"), strings.Join(c.Values, ",")
	switch c.Operator {
	case selection.Exists:
		return field
	case selection.DoesNotExist:
		return "!" + field
	case selection.GreaterThan:
		return field + ">" + values
	case selection.LessThan:
		return field + "<" + values
	case selection.NotEquals:
		return field + "!=" + values
	case selection.NotIn:
		return field + " notin (" + values + ")"
	}
	if len(c.Values) == 1 {
		return field + "=" + values
	}
	return field + " in (" + values + ")"
}

// Conditions returns the conditions of the filter: those on labels in the order of their
// keys, then the others.
func (f *Filter) Conditions() []Condition {
	var all []Condition
	if f.Select != nil {
		requirements, _ := f.Select.Requirements() // none in a selector that selects nothing
		for i := range requirements {
			r := &requirements[i]
			all = append(all, newCondition(r.Key(), r.Operator(), r.ValuesUnsorted()))
		}
	}
	for _, part := range []struct {
		field string
		words []string
	}{{FieldState, f.State}, {FieldMembership, f.Membership}, {FieldRole, f.Role}} {
		if len(part.words) > 0 {
			all = append(all, newCondition(part.field, selection.In, part.words))
		}
	}
	return all
}

func newCondition(field string, operator selection.Operator, values []string) Condition {
	values = slices.Clone(values)
	slices.Sort(values)
	return Condition{field, operator, values}
}

// selected returns the selection of a part of the snapshot that meets further conditions.
func (s *Snapshot) selected(by []Condition, kept []string) *Selection {
	part := &Selection{By: by, Of: s.Census(nil).Nodes, Kept: kept}
	if s.Selection != nil {
		part.By, part.Of = slices.Concat(s.Selection.By, by), s.Selection.Of
		part.Kept = slices.Concat(s.Selection.Kept, kept)
		slices.Sort(part.Kept)
		part.Kept = slices.Compact(part.Kept)
	}
	return part
}

// joinSelections returns the selection of what is merged from the lists: that of all of
// them, or what each of them is a part by. Nodes that several lists have are counted once
// for each.
func joinSelections(lists []List) *Selection {
	var whole, parts []*List
	for i := range lists {
		if lists[i].Selection == nil {
			whole = append(whole, &lists[i])
		} else {
			parts = append(parts, &lists[i])
		}
	}
	if len(parts) == 0 {
		return nil
	}
	joined := &Selection{By: parts[0].Selection.By}
	for _, l := range parts {
		joined.Of += l.Selection.Of
		joined.Kept = append(joined.Kept, l.Selection.Kept...)
		if !slices.EqualFunc(joined.By, l.Selection.By, Condition.equal) {
			joined.By = nil
		}
	}
	for _, l := range whole {
		joined.By = nil
		for i := range l.Nodes {
			if l.Nodes[i].Computes() {
				joined.Of++
			}
		}
	}
	slices.Sort(joined.Kept)
	joined.Kept = slices.Compact(joined.Kept)
	return joined
}

func (c Condition) equal(other Condition) bool {
	return c.Field == other.Field && c.Operator == other.Operator && slices.Equal(c.Values, other.Values)
}

// Keeps reports whether a node is kept without meeting the conditions. A nil selection keeps
// none.
func (s *Selection) Keeps(id string) bool {
	if s == nil {
		return false
	}
	_, kept := slices.BinarySearch(s.Kept, id)
	return kept
}
