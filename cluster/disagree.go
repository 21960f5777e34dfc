package cluster

// This file finds what lists say differently about one node.

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Disagreement is what two lists say differently about a node that both have.
type Disagreement struct {
	ID     string
	Lists  [2]int // indexes of the lists
	Fields []FieldValues
}

// FieldValues are the values of a field of a node in two lists.
type FieldValues struct {
	Field  string // version, cpu; of a label: label region
	Values [2]string
}

// Disagreements returns what the lists say differently about the shape of nodes that
// several of them have, in the order of IDs: each list is compared with the first that has
// the node. What a list does not report, it does not disagree about. States and load are
// left out, since each orchestrator has its own, and they change all the time.
func Disagreements(lists ...List) []Disagreement {
	if len(lists) < 2 {
		return nil
	}
	type place struct{ list, node int }
	first := make(map[string]place, len(lists[0].Nodes))
	var all []Disagreement
	for i := range lists {
		for k := range lists[i].Nodes {
			n := &lists[i].Nodes[k]
			p, known := first[n.ID]
			if !known {
				first[n.ID] = place{i, k}
			} else if p.list != i {
				if fields := compareShapes(&lists[p.list].Nodes[p.node], n); len(fields) > 0 {
					all = append(all, Disagreement{n.ID, [2]int{p.list, i}, fields})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Disagreement) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// compareShapes returns the fields that two records of a node have different values of.
// An empty value is not reported.
func compareShapes(a, b *Node) []FieldValues {
	var found []FieldValues
	add := func(field, x, y string) {
		if x != y && x != "" && y != "" {
			found = append(found, FieldValues{field, [2]string{x, y}})
		}
	}
	add("type", string(a.Type), string(b.Type))
	add("version", a.Version, b.Version)
	if len(a.Labels) > 0 && len(b.Labels) > 0 {
		keys := maps.Clone(a.Labels)
		maps.Copy(keys, b.Labels)
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			x, inA := a.Labels[k]
			y, inB := b.Labels[k]
			if x != y || inA != inB {
				found = append(found, FieldValues{"label " + k, [2]string{x, y}})
			}
		}
	}
	for _, words := range []struct {
		field string
		a, b  []string
	}{{"engines", a.Engines, b.Engines}, {"publishers", a.Publishers, b.Publishers}, {"storage", a.Storage, b.Storage}} {
		add(words.field, strings.Join(sorted(words.a), ","), strings.Join(sorted(words.b), ","))
	}
	if a.Max != (Resources{}) && b.Max != (Resources{}) { // disks drift
		add("cpu", strconv.FormatFloat(a.Max.CPU, 'f', -1, 64), strconv.FormatFloat(b.Max.CPU, 'f', -1, 64))
		add("memory", strconv.FormatUint(a.Max.Memory, 10), strconv.FormatUint(b.Max.Memory, 10))
		add("gpu", strconv.FormatUint(a.Max.GPU, 10), strconv.FormatUint(b.Max.GPU, 10))
	}
	return found
}
