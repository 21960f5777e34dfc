package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/bacviz/bacviz/internal/natural"
)

// A Filter selects nodes of a network; the zero value selects all of them. A node has
// to match every field that is set. It matches a list of words if it has any one of
// them, in upper or lower case.
type Filter struct {
	Select     labels.Selector // of labels; nil means any
	State      []string        // words of [Connection]
	Membership []string        // words of [Membership]
	Role       []string        // words of [Role]
}

// ParseSelector reads a Kubernetes label selector, such as
// "region=eu-west-1,rack!=r2,gpu".
func ParseSelector(text string) (labels.Selector, error) {
	s, err := labels.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("not a label selector: %s", strings.TrimPrefix(strings.TrimPrefix(err.Error(), "unable to parse requirement: "), "<nil>: "))
	}
	return s, nil
}

// Match reports whether the filter selects a node of the snapshot. Its state is that
// of [Snapshot.Connection], its role that of [Snapshot.Role].
func (f *Filter) Match(s *Snapshot, n *Node) bool {
	return (f.Select == nil || f.Select.Matches(labels.Set(n.Labels))) &&
		matches(f.State, string(s.Connection(n))) &&
		matches(f.Membership, string(n.Membership())) &&
		matches(f.Role, string(s.Role(n)))
}

// Empty reports whether the filter selects all nodes.
func (f *Filter) Empty() bool {
	return (f.Select == nil || f.Select.Empty()) && len(f.State)+len(f.Membership)+len(f.Role) == 0
}

func matches(words []string, word string) bool {
	return len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
}

// Filter returns the snapshot with the compute nodes that f selects. It keeps the
// orchestrators that answered and, unless f selects by role, the other requesters, as
// compute nodes are drawn around them. It keeps jobs, without their executions on
// nodes that are left out.
func (s *Snapshot) Filter(f Filter) Snapshot {
	if f.Empty() {
		return *s
	}
	out := *s
	out.Nodes, out.Jobs = nil, slices.Clone(s.Jobs)
	var kept []string
	for i := range s.Nodes {
		n := &s.Nodes[i]
		_, answered := slices.BinarySearch(s.Orchestrators, n.ID)
		switch matches := f.Match(s, n); {
		case matches:
		case !answered && (n.Type != Requester || len(f.Role) > 0):
			continue
		case n.Computes():
			kept = append(kept, n.ID)
		}
		out.Nodes = append(out.Nodes, *n)
	}
	out.Selection = s.selected(f.Conditions(), kept)
	for i := range out.Jobs {
		j := &out.Jobs[i]
		j.Executions = slices.DeleteFunc(slices.Clone(j.Executions), func(e Execution) bool { return out.Node(e.NodeID) == nil })
	}
	return out
}

// Values returns the values that a field of the nodes has, in natural order: of a label
// or, as the words of a filter, of a built-in field of conditions.
func (s *Snapshot) Values(field string, nodes func(*Node) bool) []string {
	found := make(map[string]bool)
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if !nodes(n) {
			continue
		}
		switch field {
		case FieldState:
			found[strings.ToLower(string(s.Connection(n)))] = true
		case FieldMembership:
			found[strings.ToLower(string(n.Membership()))] = true
		case FieldRole:
			found[string(s.Role(n))] = true
		default:
			if value, has := n.Labels[field]; has {
				found[value] = true
			}
		}
	}
	delete(found, "")
	return slices.SortedFunc(maps.Keys(found), natural.Compare)
}

// Unmet returns the first condition of the filter that none of the nodes meets by itself,
// and whether there is one.
func (f *Filter) Unmet(s *Snapshot, nodes func(*Node) bool) (Condition, bool) {
	for _, one := range f.parts() {
		if !slices.ContainsFunc(s.Nodes, func(n Node) bool { return nodes(&n) && one.Match(s, &n) }) {
			return one.Conditions()[0], true
		}
	}
	return Condition{}, false
}

// parts returns a filter for each condition.
func (f *Filter) parts() []Filter {
	var all []Filter
	if f.Select != nil {
		requirements, _ := f.Select.Requirements()
		for _, r := range requirements {
			all = append(all, Filter{Select: labels.NewSelector().Add(r)})
		}
	}
	for _, one := range []Filter{{State: f.State}, {Membership: f.Membership}, {Role: f.Role}} {
		if !one.Empty() {
			all = append(all, one)
		}
	}
	return all
}
