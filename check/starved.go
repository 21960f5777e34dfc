package check

// This file finds upper limits that together leave fewer nodes than a rule needs.

import (
	"cmp"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/bacviz/bacviz/cluster"
)

// starved returns rules that together allow fewer nodes than r needs, or nil if it finds
// none: each node that r is about is counted by one of them. It tells nodes apart by their
// role, by their state, or by the values of one label. It subtracts the pairs of rules that it
// compares from left, and gives up when none are left.
func (r *Rule) starved(rules []Rule, left *int) []*Rule {
	var limits []*Rule
	for i := range rules {
		if o := &rules[i]; o != r && o.Bounds.AtMost != nil && *o.Bounds.AtMost < r.minimum() {
			limits = append(limits, o)
		}
	}
	if *left -= len(rules); len(limits) < 2 {
		return nil
	}
	if found := r.cover(r.byRole(), limits, left); found != nil {
		return found
	}
	if r.State == "" {
		connected, gone := *r, *r
		connected.State, gone.State = cluster.Connected, cluster.Disconnected
		if found := r.cover([]Rule{connected, gone}, limits, left); found != nil {
			return found
		}
	}
	values := make(map[string]map[string]bool) // by the keys of labels
	for _, o := range append(slices.Clone(limits), r) {
		for _, q := range o.requirements {
			if values[q.Key()] == nil {
				values[q.Key()] = make(map[string]bool)
			}
			if q.op == selection.In || q.op == selection.NotIn {
				for _, v := range q.values {
					values[q.Key()][v] = true
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if found := r.cover(r.byValue(key, slices.Sorted(maps.Keys(values[key]))), limits, left); found != nil {
			return found
		}
	}
	return nil
}

// byRole returns rules about the compute nodes and about the requesters among the nodes that
// r is about, if these may be either. Each node is one of the two, or both.
func (r *Rule) byRole() []Rule {
	if r.Subject != Pending && r.Subject != Listed {
		return nil
	}
	compute := *r
	compute.Subject, compute.Membership = Nodes, r.members()
	return []Rule{compute, {Subject: Requesters}}
}

// byValue returns rules about the nodes that r is about: those with each of the values of
// a label, those with another value, and those without the label.
func (r *Rule) byValue(key string, values []string) (parts []Rule) {
	part := func(requirements ...*labels.Requirement) {
		s := labels.NewSelector()
		for _, q := range requirements {
			s = s.Add(*q)
		}
		p := *r
		p.requirements = slices.Concat(r.requirements, requirementsOf(s))
		if unsatisfiable(p.requirements) == "" {
			parts = append(parts, p)
		}
	}
	must := func(op selection.Operator, values ...string) *labels.Requirement {
		q, err := labels.NewRequirement(key, op, values)
		if err != nil {
			panic(err) // the key and the values are of selectors that were parsed
		}
		return q
	}
	for _, v := range values {
		part(must(selection.In, v))
	}
	part(must(selection.DoesNotExist))
	if len(values) > 0 {
		part(must(selection.Exists), must(selection.NotIn, values...))
	} else {
		part(must(selection.Exists))
	}
	return parts
}

// cover returns the limits that count the nodes of all parts of r, in the order of the
// file, if they allow fewer nodes than r needs; else nil.
func (r *Rule) cover(parts []Rule, limits []*Rule, left *int) []*Rule {
	if *left -= len(parts) * len(limits); *left < 0 {
		return nil
	}
	var found []*Rule
	for i := range parts {
		var least *Rule
		for _, o := range limits {
			if parts[i].countedBy(o) && (least == nil || *o.Bounds.AtMost < *least.Bounds.AtMost) {
				least = o
			}
		}
		if least == nil {
			return nil
		}
		if !slices.Contains(found, least) {
			found = append(found, least)
		}
	}
	allowed := 0
	for _, o := range found {
		allowed += min(*o.Bounds.AtMost, r.minimum()) // which cannot overflow
	}
	if len(found) < 2 || allowed >= r.minimum() {
		return nil
	}
	slices.SortFunc(found, func(a, b *Rule) int { return cmp.Compare(a.Line, b.Line) })
	return found
}
