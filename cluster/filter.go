package cluster

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
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
		return nil, fmt.Errorf("not a label selector: %s", strings.TrimPrefix(err.Error(), "unable to parse requirement: "))
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
	out := Snapshot{Orchestrators: s.Orchestrators, Taken: s.Taken}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		_, answered := slices.BinarySearch(s.Orchestrators, n.ID)
		if answered || n.Type == Requester && len(f.Role) == 0 || f.Match(s, n) {
			out.Nodes = append(out.Nodes, *n)
		}
	}
	if s.Jobs != nil {
		out.Jobs = slices.Clone(s.Jobs)
	}
	for i := range out.Jobs {
		j := &out.Jobs[i]
		j.Executions = slices.DeleteFunc(slices.Clone(j.Executions), func(e Execution) bool { return out.Node(e.NodeID) == nil })
	}
	return out
}
