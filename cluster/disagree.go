package cluster

// This file finds what lists say differently about one node.

import (
	"cmp"
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

// Disagreements returns what the lists say differently about nodes that several of them
// have, in the order of IDs. The shape of a node is compared with that in the first list that
// has it, and its membership and connection with those in the first list of the same
// orchestrator: others have states of their own. What a list does not report, it does not
// disagree about. Load is left out, since it changes all the time.
func Disagreements(lists ...List) []Disagreement {
	if len(lists) < 2 {
		return nil
	}
	type place struct{ list, node int }
	first := make(map[string]place, len(lists[0].Nodes))
	states := newSaid(lists)
	var all []Disagreement
	for i := range lists {
		for k := range lists[i].Nodes {
			n := &lists[i].Nodes[k]
			from := len(all)
			if p, known := first[n.ID]; !known {
				first[n.ID] = place{i, k}
			} else if p.list != i {
				if fields := compareShapes(&lists[p.list].Nodes[p.node], n); len(fields) > 0 {
					all = append(all, Disagreement{n.ID, [2]int{p.list, i}, fields})
				}
			}
			for _, d := range states.add(i, n) {
				if len(all) > from && all[len(all)-1].Lists == d.Lists {
					all[len(all)-1].Fields = append(all[len(all)-1].Fields, d.Fields...)
				} else {
					all = append(all, d)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Disagreement) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// The type said holds what orchestrators say about nodes in the first list that has it from them.
type said struct {
	hubs  []string       // the orchestrator of each list; "" if its sightings name theirs
	lists map[string]int // how many lists each orchestrator has
	first map[[2]string]firstSighting
}

// A firstSighting is that of a node by an orchestrator in the first list that has it.
type firstSighting struct {
	list int
	*Sighting
}

// newSaid returns what is said of no node yet.
func newSaid(lists []List) *said {
	s := &said{make([]string, len(lists)), make(map[string]int), make(map[[2]string]firstSighting)}
	for i := range lists {
		l := &lists[i]
		by := l.Orchestrators
		if by == nil {
			s.hubs[i] = l.Hub()
			by = s.hubs[i : i+1]
		}
		for _, hub := range by {
			s.lists[hub]++
		}
	}
	return s
}

// add adds what list i says about a node, and returns what the same orchestrators say
// differently in an earlier list.
func (s *said) add(i int, n *Node) (found []Disagreement) {
	for k := range n.Sightings {
		by := cmp.Or(s.hubs[i], n.Sightings[k].Orchestrator)
		if s.lists[by] < 2 {
			continue
		}
		key := [2]string{n.ID, by}
		first, known := s.first[key]
		if !known {
			s.first[key] = firstSighting{i, &n.Sightings[k]}
			continue
		}
		var fields []FieldValues
		for _, f := range []FieldValues{
			{"membership", [2]string{string(first.Membership), string(n.Sightings[k].Membership)}},
			{"connection", [2]string{string(first.Connection), string(n.Sightings[k].Connection)}},
		} {
			if x, y := f.Values[0], f.Values[1]; first.list != i && x != y && x != "" && y != "" {
				fields = append(fields, f)
			}
		}
		if fields != nil {
			found = append(found, Disagreement{n.ID, [2]int{first.list, i}, fields})
		}
	}
	return found
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
