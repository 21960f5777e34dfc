package graph_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/graphtest"
)

// labeled returns a connected node of that version, with labels as pairs.
func labeled(id, version string, labels ...string) cluster.Node {
	n := node(id, compute, on)
	n.Version, n.Labels = version, make(map[string]string)
	for i := 0; i < len(labels); i += 2 {
		n.Labels[labels[i]] = labels[i+1]
	}
	return n
}

func TestCollapseKeepsGroupsWhoseNamesHaveSlashesApart(t *testing.T) {
	topo := graphtest.Build(cluster.Merge(list("hub",
		labeled("n1", "v1", "where", "a/b", "rack", "c"), labeled("n2", "v1", "where", "a", "rack", "b/c"), labeled("n3", "v1", "where", "a", "rack", "b/c"),
	)), graph.Options{GroupBy: []string{"where", "rack"}, Collapse: true})
	got := make(map[string]int)
	ids := make(map[string]bool)
	for i := range topo.Len() {
		if v := topo.Vertex(i); v.Members != nil {
			got[v.Label] = v.Members.Count
			ids[v.NodeID()] = true
		}
	}
	if diff := cmp.Diff(map[string]int{"a/b / c · 1": 1, "a / b/c · 2": 2}, got); diff != "" {
		t.Error(diff)
	}
	if len(ids) != 2 || topo.EdgeCount() != 2 {
		t.Errorf("IDs %v and %d edges, want 2 and 2", ids, topo.EdgeCount())
	}
}

func TestCollapsedGroupsHoldAsManyExecutionsAsCanBeCounted(t *testing.T) {
	a, b := labeled("n1", "v1", "region", "eu"), labeled("n2", "v1", "region", "eu")
	a.Running, b.Running, b.Enqueued = math.MaxInt-1, 5, 7
	topo := graphtest.Build(cluster.Merge(list("hub", a, b)), graph.Options{GroupBy: []string{"region"}, Collapse: true})
	group := topo.Vertex(topo.Len() - 1)
	if n := group.Node; n.Running != math.MaxInt || n.Enqueued != 7 {
		t.Errorf("the group of %d has %d running and %d waiting executions", group.Members.Count, n.Running, n.Enqueued)
	}
}

func TestCollapsedGroupsHaveTheColourThatTheirNodesShare(t *testing.T) {
	snap := cluster.Merge(list("hub",
		labeled("n1", "v1.9.3", "region", "/eu", "rack", "r1"), labeled("n2", "v1.9.3", "region", "/eu", "rack", "r2"),
		labeled("n3", "v1.9.3", "region", "us", "rack", "r3"), labeled("n4", "v1.8.0", "region", "us", "rack", "r3"),
	))
	for by, want := range map[string]map[string]string{
		"region":           {"/eu": "/eu", "us": "us"},
		"rack":             {"/eu": "mixed", "us": "r3"},
		graph.FieldVersion: {"/eu": "v1.9.3", "us": "mixed"},
		graph.FieldGroup:   {"/eu": "/eu", "us": "us"},
		graph.FieldState:   {"/eu": "connected", "us": "connected"},
	} {
		topo := graphtest.Build(snap, graph.Options{GroupBy: []string{"region"}, Collapse: true, ColorBy: by})
		got := make(map[string]string)
		for i := range topo.Len() {
			if v := topo.Vertex(i); v.Members != nil {
				got[v.NodeID()] = topo.Coloring.Values[v.Value]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %s:\n%s", by, diff)
		}
	}
}

// A colour has the same meaning whether groups are collapsed or not, and the one for
// mixed values is a colour of its own.
func TestCollapsingKeepsWhatColoursStandFor(t *testing.T) {
	snap := cluster.Merge(list("hub",
		labeled("n1", "v1", "region", "eu", "rack", "a"), labeled("n2", "v1", "region", "eu", "rack", "z"), labeled("n3", "v1", "region", "us", "rack", "z"),
	))
	opt := graph.Options{GroupBy: []string{"region"}, ColorBy: "rack"}
	separate := graphtest.Build(snap, opt)
	opt.Collapse = true
	collapsed := graphtest.Build(snap, opt)
	if diff := cmp.Diff(append(slices.Clone(separate.Coloring.Values), "mixed"), collapsed.Coloring.Values); diff != "" {
		t.Error(diff)
	}
}

func TestNoTwoVerticesShareALabel(t *testing.T) {
	snap := cluster.Merge(list("hub",
		labeled("n1", "v1", "where", "eu n2", "rack", "c"), labeled("n2", "v1", "where", "eu", "rack", "c"), labeled("n3", "v1", "where", "eu", "rack", "c"),
		labeled("n4", "v1", "where", "a / b", "rack", "c"), labeled("n5", "v1", "where", "a", "rack", "b / c"),
	))
	for _, opt := range []graph.Options{{Label: "where"}, {GroupBy: []string{"where", "rack"}, Collapse: true}} {
		topo := graphtest.Build(snap, opt)
		owner := make(map[string]string)
		for i := range topo.Len() {
			v := topo.Vertex(i)
			if other, ok := owner[v.Label]; ok {
				t.Errorf("%s and %s share the label %q", other, v.NodeID(), v.Label)
			}
			owner[v.Label] = v.NodeID()
		}
	}
}

func TestCollapseKeepsTheEdgesBetweenOrchestrators(t *testing.T) {
	topo := graphtest.Build(cluster.Merge(
		list("a", node("a", compute, on, "docker"), node("b", compute, on, "docker"), labeled("n1", "v1", "region", "eu")),
		list("b", node("b", compute, on, "docker"), labeled("n2", "v1", "region", "eu")),
	), graph.Options{GroupBy: []string{"region"}, Collapse: true})
	if diff := cmp.Diff("a hybrid hub\nb hybrid hub\neu group\na - b\na - eu\nb - eu\n", sketch(topo)); diff != "" {
		t.Error(diff)
	}
}

// Groups and colours are sorted by value, nodes by the bytes of their IDs.
func TestGroupsAreInTheOrderOfValuesAndNodesInThatOfIDs(t *testing.T) {
	snap := cluster.Merge(list("hub",
		labeled("n1", "v1.10.0", "rack", "r10"), labeled("n10", "v1.9.3", "rack", "r2"), labeled("n2", "v1.9.3", "rack", "r1"), labeled("z", "v1.9.3"),
	))
	opt := graph.Options{GroupBy: []string{"rack", graph.FieldVersion}, ColorBy: "rack"}
	topo := graphtest.Build(snap, opt)
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
	if diff := cmp.Diff([]string{"hub", "no rack/v1.9.3", "r1/v1.9.3", "r2/v1.9.3", "r10/v1.10.0"}, ids(graphtest.Build(snap, opt))); diff != "" {
		t.Error(diff)
	}
}

func TestAValueThatLooksLikeNoneIsAGroupOfItsOwn(t *testing.T) {
	snap := cluster.Merge(list("hub",
		labeled("n1", "v1", "region", "no region"), labeled("n2", "v1", "region", ""), labeled("n3", "v1"),
		labeled("n4", "v1", "region", `"no region"`), labeled("n5", "v1", "region", `"eu"`),
		labeled("n6", "v1", "region", " "), labeled("n7", "v1", "region", `" "`),
	))
	topo := graphtest.Build(snap, graph.Options{GroupBy: []string{"region"}, ColorBy: "region"})
	got := map[string]int{}
	for _, g := range topo.Groups() {
		got[g.Name()] = g.Count
	}
	want := map[string]int{"no region": 2, `"no region"`: 1, `""no region""`: 1, `"eu"`: 1, `" "`: 1, `"" ""`: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(topo.Coloring.Values) != len(want) {
		t.Errorf("colours stand for %q", topo.Coloring.Values)
	}
}
