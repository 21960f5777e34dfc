package diff

import (
	"fmt"
	"slices"
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

// A spec is a node in a table of tests.
type spec struct {
	id     string
	labels string // the value of the label rack; empty for no labels but the node's name
	change func(*cluster.Node)
}

func snapshotOf(hub string, specs ...spec) *cluster.Snapshot {
	list := cluster.List{Orchestrator: hub}
	for _, s := range specs {
		n := cluster.Node{ID: s.id, Type: cluster.Compute, Max: cluster.Resources{CPU: 8}, Labels: map[string]string{"name": s.id}, Sightings: []cluster.Sighting{{}}}
		if s.labels != "" {
			n.Labels["rack"] = s.labels
		}
		if s.change != nil {
			s.change(&n)
		}
		list.Nodes = append(list.Nodes, n)
	}
	snap := cluster.Merge(list)
	return &snap
}

func TestGuessNodes(t *testing.T) {
	larger := func(n *cluster.Node) { n.Max.CPU = 9 }
	requester := func(n *cluster.Node) { n.Type = cluster.Requester }
	upgraded := func(n *cluster.Node) { n.Version, n.Engines = "v2", []string{"wasm"} }
	noLabels := func(n *cluster.Node) { n.Labels = nil }
	mentions := func(id string) func(*cluster.Node) {
		return func(n *cluster.Node) { n.Labels["peer"] = id }
	}
	for _, c := range []struct {
		name       string
		old, fresh []spec
		want       []Rename
	}{
		{"the same node", []spec{{"a", "r1", nil}}, []spec{{"a", "r1", nil}}, nil},
		{"one renamed node", []spec{{"a", "r1", nil}, {"x", "r2", nil}}, []spec{{"b", "r1", nil}, {"x", "r2", nil}}, []Rename{{"a", "b"}}},
		{"two renamed nodes, by new ID", []spec{{"a", "r1", nil}, {"b", "r2", nil}}, []spec{{"y", "r1", nil}, {"x", "r2", nil}}, []Rename{{"b", "x"}, {"a", "y"}}},
		{"an upgrade does not matter", []spec{{"a", "r1", nil}}, []spec{{"b", "r1", upgraded}}, []Rename{{"a", "b"}}},
		{"other labels", []spec{{"a", "r1", nil}}, []spec{{"b", "r2", nil}}, nil},
		{"another capacity", []spec{{"a", "r1", nil}}, []spec{{"b", "r1", larger}}, nil},
		{"another type", []spec{{"a", "r1", nil}}, []spec{{"b", "r1", requester}}, nil},
		{"no label but the name", []spec{{"a", "", nil}}, []spec{{"b", "", nil}}, nil},
		{"no labels", []spec{{"a", "", noLabels}}, []spec{{"b", "", noLabels}}, nil},
		{"two alike among the old", []spec{{"a", "r1", nil}, {"b", "r1", nil}}, []spec{{"c", "r1", nil}}, nil},
		{"two alike among the new", []spec{{"a", "r1", nil}}, []spec{{"b", "r1", nil}, {"c", "r1", nil}}, nil},
		{"one like it stays", []spec{{"a", "r1", nil}, {"b", "r1", nil}}, []spec{{"b", "r1", nil}, {"c", "r1", nil}}, nil},
		{"only removed", []spec{{"a", "r1", nil}, {"b", "r2", nil}}, []spec{{"b", "r2", nil}}, nil},
		{"a label held the new ID before", []spec{{"a", "r1", mentions("b")}}, []spec{{"b", "r1", mentions("b")}}, nil},
	} {
		if got := guessNodes(t.Context(), snapshotOf("hub", c.old...), snapshotOf("hub", c.fresh...)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// lists returns a snapshot of several orchestrators, given the nodes that each lists.
func lists(all map[string][]string) *cluster.Snapshot {
	var out []cluster.List
	for hub, ids := range all {
		l := cluster.List{Orchestrator: hub}
		for _, id := range ids {
			l.Nodes = append(l.Nodes, cluster.Node{ID: id, Type: cluster.Compute, Sightings: []cluster.Sighting{{}}})
		}
		out = append(out, l)
	}
	snap := cluster.Merge(out...)
	return &snap
}

func TestGuessOrchestrators(t *testing.T) {
	type network map[string][]string
	for _, c := range []struct {
		name       string
		old, fresh network
		nodes      []Rename
		want       []Rename
	}{
		{"the same", network{"h": {"a", "b"}}, network{"h": {"a", "b"}}, nil, nil},
		{"one renamed", network{"h": {"a", "b"}}, network{"i": {"a", "b"}}, nil, []Rename{{"h", "i"}}},
		{"one renamed beside another", network{"h": {"a", "b"}, "x": {"c"}}, network{"i": {"a", "b"}, "x": {"c"}}, nil, []Rename{{"h", "i"}}},
		{"two renamed", network{"h": {"a", "b"}, "i": {"c"}}, network{"k": {"a", "b"}, "j": {"c"}}, nil, []Rename{{"i", "j"}, {"h", "k"}}},
		{"half of the nodes are shared", network{"h": {"a", "b", "c"}}, network{"i": {"b", "c", "d"}}, nil, []Rename{{"h", "i"}}},
		{"fewer than half are shared", network{"h": {"a", "b", "c"}}, network{"i": {"c", "d"}}, nil, nil},
		{"two candidates share as many", network{"h": {"a", "b"}}, network{"i": {"a", "b"}, "j": {"a", "b"}}, nil, nil},
		{"the better candidate", network{"h": {"a", "b", "c"}}, network{"i": {"a", "b", "c"}, "j": {"a", "b"}}, nil, []Rename{{"h", "i"}}},
		{"no nodes", network{"h": nil}, network{"i": nil}, nil, nil},
		{"renamed nodes count as the same", network{"h": {"a", "b"}}, network{"i": {"a2", "b"}}, []Rename{{"a", "a2"}}, []Rename{{"h", "i"}}},
	} {
		if got := guessOrchestrators(t.Context(), lists(c.old), lists(c.fresh), c.nodes); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPairs(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""},
		{"abc", "", "a- b- c-"},
		{"", "ab", "-a -b"},
		{"ac", "bcd", "a- -b cc -d"},
		{"abc", "abc", "aa bb cc"},
	} {
		got := ""
		text := func(s *string) string {
			if s == nil {
				return "-"
			}
			return *s
		}
		split := func(s string) (out []string) {
			for _, r := range s {
				out = append(out, string(r))
			}
			return out
		}
		for x, y := range pairs(t.Context(), split(c.a), split(c.b), func(s *string) string { return *s }) {
			got += fmt.Sprint(text(x), text(y), " ")
		}
		if want := c.want; got != want && got != want+" " {
			t.Errorf("%q and %q: %q, want %q", c.a, c.b, got, want)
		}
	}
}
