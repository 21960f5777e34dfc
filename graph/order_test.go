package graph_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
)

func TestValuesStandInTheOrderThatPeopleCountIn(t *testing.T) {
	want := []string{
		"", "\x00", "-1", "0", "00", "001", "01", "1", "1.9", "1.10", "2", "10", strings.Repeat("9", 40), "1" + strings.Repeat("0", 40),
		"Zone 2", "r", "r01", "r1", "r01-2", "r1-2", "r1-10", "r2", "r10", "r10x", "rack 02b", "rack 2b", "rack 10a", "r٣", "\xff", "\xff2", "\xff10",
	}
	got := slices.SortedFunc(slices.Values(slices.Sorted(slices.Values(want))), graph.CompareValues)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Any order that is not total would make a picture depend on the order of a map.
func TestOrderOfValuesIsTotal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	values := []string{""}
	for range 250 {
		b := make([]byte, 1+rng.IntN(6))
		for i := range b {
			b[i] = "0019ab/:\x00\xff\xc3 "[rng.IntN(12)]
		}
		values = append(values, string(b))
	}
	for _, a := range values {
		for _, b := range values {
			ab := graph.CompareValues(a, b)
			if ba := graph.CompareValues(b, a); (ab < 0) != (ba > 0) || (ab == 0) != (a == b) {
				t.Fatalf("%q and %q: %d one way and %d the other", a, b, ab, ba)
			}
			for _, c := range values {
				if ab <= 0 && graph.CompareValues(b, c) <= 0 && graph.CompareValues(a, c) > 0 {
					t.Fatalf("%q, %q, %q go round in a circle", a, b, c)
				}
			}
		}
	}
}

// Groups and colours are in the order of values, nodes in that of the bytes of
// their IDs.
func TestGroupsAreInTheOrderOfValuesAndNodesInThatOfIDs(t *testing.T) {
	snap := cluster.Merge(list("hub",
		labeled("n1", "v1.10.0", "rack", "r10"), labeled("n10", "v1.9.3", "rack", "r2"), labeled("n2", "v1.9.3", "rack", "r1"), labeled("z", "v1.9.3"),
	))
	opt := graph.Options{GroupBy: []string{"rack", graph.FieldVersion}, ColorBy: "rack"}
	topo := graph.Build(snap, opt)
	var groups []string
	for _, g := range topo.Groups() {
		groups = append(groups, strings.Join(g.Path, "/"))
	}
	want := []string{"no rack", "no rack/v1.9.3", "r1", "r1/v1.9.3", "r2", "r2/v1.9.3", "r10", "r10/v1.10.0"}
	if diff := cmp.Diff(want, groups); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"no rack", "r1", "r2", "r10"}, topo.Coloring.Values); diff != "" {
		t.Error(diff)
	}
	ids := func(topo *graph.Topology) (ids []string) {
		for i := range topo.Len() {
			ids = append(ids, topo.Vertex(i).NodeID())
		}
		return ids
	}
	if diff := cmp.Diff([]string{"hub", "n1", "n10", "n2", "z"}, ids(topo)); diff != "" {
		t.Error(diff)
	}
	opt.Collapse = true
	if diff := cmp.Diff([]string{"hub", "no rack/v1.9.3", "r1/v1.9.3", "r2/v1.9.3", "r10/v1.10.0"}, ids(graph.Build(snap, opt))); diff != "" {
		t.Error(diff)
	}
}
