package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
)

// node returns a node that one orchestrator lists with the given connection.
func node(id string, typ cluster.Type, c cluster.Connection, engines ...string) cluster.Node {
	return cluster.Node{ID: id, Type: typ, Engines: engines, Sightings: []cluster.Sighting{{Connection: c, Membership: cluster.Approved}}}
}

func list(hub string, nodes ...cluster.Node) cluster.List {
	return cluster.List{Orchestrator: hub, Nodes: nodes}
}

const (
	requester, compute = cluster.Requester, cluster.Compute
	on, off            = cluster.Connected, cluster.Disconnected
	awaiting           = cluster.AwaitingReconnection
)

// sketch writes a topology as lines: "ID role" or "ID role hub", then "ID - ID".
func sketch(t *graph.Topology) string {
	var s strings.Builder
	for i := range t.Len() {
		v := t.Vertex(i)
		fmt.Fprint(&s, v.NodeID(), " ", v.Role())
		if v.Hub {
			fmt.Fprint(&s, " hub")
		}
		fmt.Fprintln(&s)
	}
	for i := range t.Len() {
		for _, n := range t.Neighbors(i) {
			if n > int32(i) {
				fmt.Fprintln(&s, t.Vertex(i).NodeID(), "-", t.Vertex(int(n)).NodeID())
			}
		}
	}
	return s.String()
}

func TestBuild(t *testing.T) {
	star := list("r", node("r", requester, off), node("b", compute, on), node("a", compute, on), node("c", compute, off))
	for _, c := range []struct {
		name  string
		lists []cluster.List
		opt   graph.Options
		want  string
	}{
		{"nothing", nil, graph.Options{}, ""},
		{"a hub listed as disconnected", []cluster.List{star}, graph.Options{}, "a compute\nb compute\nr requester hub\na - r\nb - r\n"},
		{"all", []cluster.List{star}, graph.Options{All: true}, "a compute\nb compute\nc compute\nr requester hub\na - r\nb - r\n"},
		{
			"no requester, no name", []cluster.List{list("", node("a", compute, on))}, graph.Options{},
			"Requester Node requester hub\na compute\nRequester Node - a\n",
		},
		{
			"a hub that the list leaves out", []cluster.List{list("r", node("a", compute, on))}, graph.Options{},
			"a compute\nr requester hub\na - r\n",
		},
		{
			"other requesters have no edges, connected or not",
			[]cluster.List{list("r", node("r", requester, on), node("old", requester, on), node("gone", requester, off), node("a", compute, on))},
			graph.Options{},
			"a compute\ngone requester\nold requester\nr requester hub\na - r\n",
		},
		{
			"a hybrid hub listed as a compute node", []cluster.List{list("h", node("h", compute, on, "docker"), node("a", compute, on))},
			graph.Options{}, "a compute\nh hybrid hub\na - h\n",
		},
		{
			"a hybrid hub listed as disconnected", []cluster.List{list("h", node("h", compute, off, "docker"))},
			graph.Options{}, "h hybrid hub\n",
		},
		{
			"a hybrid listed as a requester computes for others",
			[]cluster.List{list("r", node("r", requester, on), node("h", requester, on, "docker"))},
			graph.Options{}, "h hybrid\nr requester hub\nh - r\n",
		},
		{
			"two hybrid hubs that list each other",
			[]cluster.List{
				list("h1", node("h1", compute, on), node("h2", compute, on)),
				list("h2", node("h1", compute, on), node("h2", compute, on)),
			},
			graph.Options{}, "h1 hybrid hub\nh2 hybrid hub\nh1 - h2\n",
		},
		{
			"a hybrid hub under another hub",
			[]cluster.List{list("z", node("h", compute, on)), list("h", node("h", compute, on), node("m", compute, on))},
			graph.Options{}, "h hybrid hub\nm compute\nz requester hub\nh - m\nh - z\n",
		},
		{
			"an edge for each hub that reaches the node",
			[]cluster.List{
				list("r1", node("a", compute, on), node("b", compute, on)),
				list("r2", node("a", compute, on), node("b", compute, off)),
			},
			graph.Options{}, "a compute\nb compute\nr1 requester hub\nr2 requester hub\na - r1\na - r2\nb - r1\n",
		},
		{
			"--hub: another requester", []cluster.List{list("r", node("r", requester, on), node("s", requester, on), node("a", compute, on))},
			graph.Options{Hub: "s"}, "a compute\nr requester\ns requester hub\na - s\n",
		},
		{
			"--hub: a compute node", []cluster.List{star}, graph.Options{Hub: "a"},
			"a hybrid hub\nb compute\nr requester\na - b\n",
		},
		{
			"--hub: a disconnected one", []cluster.List{star}, graph.Options{Hub: "c"},
			"a compute\nb compute\nc hybrid hub\nr requester\na - c\nb - c\n",
		},
		{
			"--hub: one that is not listed", []cluster.List{star}, graph.Options{Hub: "x"},
			"a compute\nb compute\nr requester\nx requester hub\na - x\nb - x\n",
		},
		{
			"--hub in place of two",
			[]cluster.List{list("r1", node("a", compute, on)), list("r2", node("a", compute, on), node("b", compute, on))},
			graph.Options{Hub: "x"}, "a compute\nb compute\nx requester hub\na - x\nb - x\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			topo := graphtest.Build(cluster.Merge(c.lists...), c.opt)
			if d := cmp.Diff(c.want, sketch(topo)); d != "" {
				t.Error(d)
			}
			if edges := strings.Count(c.want, " - "); topo.EdgeCount() != edges {
				t.Errorf("EdgeCount %d, want %d", topo.EdgeCount(), edges)
			}
		})
	}
}

func TestBuildKeepsTwoNodesWithOneShortID(t *testing.T) {
	topo := graphtest.Build(cluster.Merge(list("r",
		node("n-0d2d943b-1111-4222-8333-444444444444", compute, on), node("n-0d2d943b-2222-4222-8333-444444444444", compute, on),
	)), graph.Options{})
	if topo.Len() != 3 || topo.EdgeCount() != 2 {
		t.Fatalf("%d vertices and %d edges, want 3 and 2", topo.Len(), topo.EdgeCount())
	}
	if a, b := topo.Vertex(0).Label, topo.Vertex(1).Label; a != "n-0d2d943b-1111" || b != "n-0d2d943b-2222" {
		t.Errorf("labels %q and %q", a, b)
	}
}

func TestLabelsAreUniqueInClustersOfEveryStyle(t *testing.T) {
	for _, style := range []clustertest.NameStyle{
		clustertest.NameUUID, clustertest.NameHost, clustertest.NameCloud, clustertest.NameLegacy, clustertest.NameMixed,
	} {
		topo := graphtest.Build(clustertest.Snapshot(7, clustertest.Options{Nodes: 2000, Hubs: 3, Names: style}), graph.Options{})
		owner := map[string]string{}
		for i := range topo.Len() {
			v := topo.Vertex(i)
			if other, taken := owner[v.Label]; taken || v.Label == "" {
				t.Fatalf("%s: %q and %q share the label %q", style, other, v.NodeID(), v.Label)
			}
			owner[v.Label] = v.NodeID()
		}
	}
}

func TestCountsAreOfTheSnapshotNotOfThePicture(t *testing.T) {
	snap := cluster.Merge(list("r", node("r", requester, off), node("a", compute, on), node("b", compute, off), node("h", requester, off, "wasm")))
	for _, all := range []bool{false, true} {
		topo := graphtest.Build(snap, graph.Options{All: all})
		if topo.Census != (cluster.Census{Nodes: 3, Connected: 1, Untold: 2}) {
			t.Errorf("all %v: %+v", all, topo.Census)
		}
	}
}

// Nodes that await reconnection are drawn, without an edge, even if disconnected ones
// are not.
func TestBuildKeepsNodesThatAwaitReconnection(t *testing.T) {
	topo := graphtest.Build(cluster.Merge(list("r", node("r", requester, on), node("a", compute, awaiting), node("b", compute, off), node("c", compute, on))), graph.Options{})
	if topo.Len() != 3 || topo.Vertex(0).NodeID() != "a" || !topo.Vertex(0).NeedsAttention() || len(topo.Neighbors(0)) != 0 {
		t.Errorf("%d vertices, the first is %s with the neighbours %v", topo.Len(), topo.Vertex(0).NodeID(), topo.Neighbors(0))
	}
}

func TestGroupsCountNodesThatAwaitReconnection(t *testing.T) {
	snap := cluster.Merge(list("r", node("r", requester, on), node("a", compute, awaiting), node("b", compute, awaiting), node("c", compute, off)))
	for i := range snap.Nodes {
		snap.Nodes[i].Labels = map[string]string{"region": "eu"}
	}
	topo := graphtest.Build(snap, graph.Options{All: true, GroupBy: []string{"region"}})
	if g := topo.Groups()[0]; g.Count != 3 || g.Connected != 0 || g.Awaiting != 2 {
		t.Errorf("the group %+v", g)
	}
	topo = graphtest.Build(snap, graph.Options{All: true, GroupBy: []string{"region"}, Collapse: true})
	if v := topo.Vertex(topo.Len() - 1); v.Members.Awaiting != 2 || v.Connection() != cluster.AwaitingReconnection {
		t.Errorf("collapsed %+v, %s", v.Members, v.Connection())
	}
}

func TestOddOnesAreWhatAnOperatorLooksFor(t *testing.T) {
	pending := node("pending", compute, on)
	pending.Sightings[0].Membership = cluster.Pending
	rejected := node("rejected", compute, on)
	rejected.Sightings[0].Membership = cluster.Rejected
	topo := graphtest.Build(cluster.Merge(list("r",
		node("r", requester, off), node("fine", compute, on), node("ghost", requester, on), node("off", compute, off), pending, rejected,
	)), graph.Options{All: true})
	var found []string
	for i := range topo.Len() {
		if v := topo.Vertex(i); v.NeedsAttention() {
			found = append(found, v.NodeID())
		}
	}
	if want := []string{"ghost", "off", "pending", "rejected"}; !slices.Equal(found, want) {
		t.Errorf("%q, want %q", found, want)
	}
}

func TestBuildDoesNotChangeItsSnapshot(t *testing.T) {
	opt := clustertest.Options{Nodes: 30, Hubs: 2, Shared: 0.5, Disconnected: 0.2}
	snap := clustertest.Snapshot(3, opt)
	graphtest.Build(snap, graph.Options{All: true, Hub: snap.Nodes[4].ID})
	if d := cmp.Diff(clustertest.Snapshot(3, opt), snap); d != "" {
		t.Error(d)
	}
}

func TestOutliersLeaveTheOthersTheirSizes(t *testing.T) {
	l := list("hub", node("hub", requester, on))
	for i := range 40 {
		n := node(fmt.Sprintf("n-%02d", i), compute, on)
		n.Max.CPU = []float64{2, 64}[i%2]
		if i == 7 {
			n.Max.CPU = 4096
		}
		l.Nodes = append(l.Nodes, n)
	}
	topo := graphtest.Build(cluster.Merge(l), graph.Options{SizeBy: "cpu"})
	sizes := make(map[string]float64)
	for i := range topo.Len() {
		sizes[topo.Vertex(i).NodeID()] = topo.Vertex(i).Size
	}
	small, usual, huge := sizes["n-00"], sizes["n-01"], sizes["n-07"]
	if usual < 1.4*small || huge < 1.4*usual || huge != 2 {
		t.Errorf("2, 64 and 4096 cores have the sizes %.2f, %.2f and %.2f", small, usual, huge)
	}
}

// A connected node that does not report its free capacity is not fully used.
func TestUtilisationIsUnknownWithoutWhatIsFree(t *testing.T) {
	silent, half := node("a", compute, on), node("b", compute, on)
	silent.Max.CPU, half.Max.CPU, half.Available.CPU = 4, 4, 2
	snap := cluster.Merge(list("r", silent, half))
	topo := graphtest.Build(snap, graph.Options{ColorBy: graph.FieldUtilisation})
	for i := range topo.Len() {
		v := topo.Vertex(i)
		if known := v.Value == 0; v.Role() == cluster.RoleCompute && (known != (v.NodeID() == "b") || known && v.Amount != 0.5) {
			t.Errorf("%s: value %d, %v", v.NodeID(), v.Value, v.Amount)
		}
	}
	topo = graphtest.Build(snap, graph.Options{ColorBy: graph.FieldUtilisation, GroupBy: []string{graph.FieldState}, Collapse: true})
	for i := range topo.Len() {
		if v := topo.Vertex(i); v.Role() == graph.GroupRole && v.Amount != 0.5 {
			t.Errorf("the group: %v", v.Amount)
		}
	}
}

// Build returns an error for options that no node can serve, with the alternatives.
func TestBuildRefusesOptionsThatItCannotServe(t *testing.T) {
	requester := labeled("hub", "v1", "owner", "ann") // no compute node has its label
	requester.Type = cluster.Requester
	snap := cluster.Merge(list("hub", requester, labeled("n1", "v1", "rack", "r1")))
	for _, c := range []struct {
		opt  graph.Options
		want string
	}{
		{graph.Options{ColorBy: "nosuch"}, `cannot colour by "nosuch": no compute node has that label (have rack; @state`},
		{graph.Options{GroupBy: []string{"owner"}}, `cannot group by "owner": no compute node has that label (have rack; @state`},
		{graph.Options{ColorBy: "@nosuch"}, `cannot colour by "@nosuch" (have @state`},
		{graph.Options{GroupBy: []string{"rack", "rack"}}, `cannot group by "rack" twice`},
		{graph.Options{Label: "nosuch"}, `cannot label by "nosuch"`},
		{graph.Options{SizeBy: "disk"}, `cannot size by "disk" (have cpu, memory, gpu, none)`},
		{graph.Options{Collapse: true}, "there are no groups to collapse"},
		{graph.Options{ColorBy: graph.FieldGroup}, "there are no groups to colour by"},
	} {
		if topo, err := graph.Build(t.Context(), snap, c.opt); err == nil || !strings.HasPrefix(err.Error(), c.want) || topo != nil {
			t.Errorf("%+v: %v, want %s", c.opt, err, c.want)
		}
	}
}

// Processors share the nodes of a large network; none is lost, and none has the edges or the
// label of another.
func TestBuildOfALargeNetworkHasEachNodeOnce(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 5000, Hubs: 2, Shared: .2, Disconnected: .3, Names: clustertest.NameMixed})
	var want, got []string
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if snap.Role(n) == cluster.RoleCompute && !n.Connected() {
			continue
		}
		line := n.ID + ":"
		for _, s := range n.Sightings { // by orchestrator
			if s.Connection == on && s.Orchestrator != n.ID {
				line += " " + s.Orchestrator
			}
		}
		want = append(want, line)
	}
	topo := graphtest.Build(snap, graph.Options{})
	labels := make(map[string]bool)
	for i, v := range topo.All() {
		line := v.NodeID() + ":"
		for _, k := range topo.Neighbors(i) {
			if hub := topo.Vertex(int(k)); !v.Hub {
				line += " " + hub.NodeID()
			}
		}
		got = append(got, line)
		if labels[v.Label] || !strings.Contains(v.NodeID(), v.Label) {
			t.Errorf("%s has the label %s", v.NodeID(), v.Label)
		}
		labels[v.Label] = true
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 6, Hubs: 2})
	snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 3})
	for _, opt := range []graph.Options{
		{All: true, GroupBy: []string{"region", "rack"}, Collapse: true, ColorBy: "region", SizeBy: "cpu", Label: "rack"},
		{GroupBy: []string{"region"}, ColorBy: graph.FieldUtilisation, Hub: snap.Nodes[4].ID, Label: graph.FieldFull},
		{Changes: map[string]graph.Changes{}, Unfiltered: &snap},
	} {
		interrupttest.EachLook(t, 10, func(ctx context.Context) error {
			_, err := graph.Build(ctx, snap, opt)
			return err
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: n})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := graph.Build(b.Context(), snap, graph.Options{Unfiltered: &snap}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
