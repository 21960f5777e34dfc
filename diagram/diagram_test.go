package diagram_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
)

func TestEachClassHasANameAndACSSClassOfItsOwn(t *testing.T) {
	names, css := make(map[string]bool), make(map[string]bool)
	for _, c := range diagram.Classes() {
		if c.String() == "" || names[c.String()] {
			t.Errorf("class %d has the name %q", c, c)
		}
		if c.CSS() == "" || css[c.CSS()] {
			t.Errorf("%s has the CSS class %q", c, c.CSS())
		}
		if (c.Glyph() == diagram.NoGlyph) != (c.Sign() == "") {
			t.Errorf("%s has the glyph %d and the sign %q", c, c.Glyph(), c.Sign())
		}
		names[c.String()], css[c.CSS()] = true, true
	}
}

func TestOutcomesAreFoundByTheirNames(t *testing.T) {
	for _, o := range diagram.Outcomes() {
		if got, ok := diagram.OutcomeNamed(o.Name()); !ok || got != o {
			t.Errorf("%q names %v, %v", o.Name(), got, ok)
		}
	}
	if _, ok := diagram.OutcomeNamed("nope"); ok {
		t.Error("an outcome has the name nope")
	}
}

// Each edge of a network is in its diagram once, and each node knows its hubs.
func TestDiagramHasTheEdgesOfTheTopology(t *testing.T) {
	for _, opt := range []clustertest.Options{{}, {Nodes: 1}, {Nodes: 40, Disconnected: 0.2}, {Nodes: 60, Hubs: 3, Shared: 0.4}} {
		snap := clustertest.Snapshot(3, opt)
		if opt.Nodes > 1 {
			snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 3, Executions: 4})
		}
		topo := graphtest.Build(snap, graph.Options{All: true})
		d := graphtest.NewDiagram(topo, diagram.Options{})
		if len(d.Edges) != topo.EdgeCount() || d.HubEdges() != topo.EdgeCount()-len(topo.Runs()) {
			t.Errorf("%+v: %d edges, %d of hubs; the topology has %d, %d of jobs", opt, len(d.Edges), d.HubEdges(), topo.EdgeCount(), len(topo.Runs()))
		}
		for i, e := range d.Edges {
			if !topo.HasEdgeBetween(int64(e.From), int64(e.To)) || (e.Run != nil) != (i >= d.HubEdges()) {
				t.Errorf("%+v: edge %d from %d to %d", opt, i, e.From, e.To)
			}
			if e.Run == nil && !slices.Contains(d.Nodes[e.To].Hubs, e.From) {
				t.Errorf("%+v: node %d does not have the hub %d", opt, e.To, e.From)
			}
		}
	}
}

// A node that no edge joins to a hub is near the hub that lists it, and a job near
// the hub that reported it.
func TestNodesWithoutAnEdgeAreNearAHub(t *testing.T) {
	off := func(hub string) []cluster.Sighting {
		return []cluster.Sighting{{Orchestrator: hub, Connection: cluster.Disconnected}}
	}
	topo := graphtest.Build(cluster.Snapshot{
		Orchestrators: []string{"a", "b"},
		Nodes: []cluster.Node{
			{ID: "a", Type: cluster.Requester}, {ID: "b", Type: cluster.Requester}, {ID: "c", Type: cluster.Requester},
			{ID: "x", Type: cluster.Compute, Sightings: off("b")}, {ID: "y", Type: cluster.Compute},
		},
		Jobs: []cluster.Job{{ID: "z", Orchestrator: "b"}},
	}, graph.Options{All: true})
	d := graphtest.NewDiagram(topo, diagram.Options{})
	var near []int32
	for _, n := range d.Nodes {
		near = append(near, n.Near)
	}
	if diff := cmp.Diff([]int32{0, 0, 0, 2, 1, 2}, near); diff != "" {
		t.Error(diff)
	}
}

// A diagram made by hand has words for all its nodes.
func TestDiagramMadeByHandHasWords(t *testing.T) {
	d := &diagram.Diagram{Nodes: []diagram.Node{{ID: "hub", Hub: true, Role: diagram.RoleRequester}, {ID: "n", Class: diagram.ClassCompute, Role: diagram.RoleCompute, Hubs: []int{0}}}}
	for i := range d.Nodes {
		d.Tooltip(i)
		d.RowOf(i)
		d.StateWords(i)
	}
	if got := d.Description(); got == "" {
		t.Error("no description")
	}
	if got := d.RowOf(0).Role; got != string(cluster.RoleRequester) {
		t.Errorf("the role of a hub in a table is %q", got)
	}
}

// A large network has many nodes, so what a node takes is most of what its diagram does.
func TestANodeTakesFewBytes(t *testing.T) {
	if size := reflect.TypeFor[diagram.Node]().Size(); size > 128 {
		t.Errorf("a node takes %d bytes, and has to do with 128", size)
	}
}

// The numbers of nodes that texts are made of are those of the nodes, however many processors
// count them.
func TestNodesOfALargeNetworkAreCounted(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 9000, Hubs: 3, Shared: 0.2, Disconnected: 0.1, Pending: 0.05})
	d := graphtest.NewDiagram(graphtest.Build(snap, graph.Options{All: true}), diagram.Options{})
	var pending, disconnected int
	var hubs, all []int
	for i := range d.Nodes {
		all = append(all, i)
		switch d.Nodes[i].Class {
		case diagram.ClassHub:
			hubs = append(hubs, i)
		case diagram.ClassPending:
			pending++
		case diagram.ClassDisconnected:
			disconnected++
		}
	}
	want := fmt.Sprintf("also drawn: %d disconnected, %d pending approval", disconnected, pending)
	if got := d.Description(); !strings.Contains(got, want) {
		t.Errorf("the description is %q, want %q in it", got, want)
	}
	if diff := cmp.Diff(hubs, d.Hubs()); diff != "" || len(hubs) != 3 {
		t.Error("hubs", diff)
	}
	byHand := &diagram.Diagram{Nodes: d.Nodes, Edges: d.Edges, Subtitle: d.Subtitle}
	if got, want := byHand.Description(), d.Description(); got != want {
		t.Errorf("made by hand, the description is %q, want %q", got, want)
	}
	// Of all nodes together, a heading says what those of parts say.
	whole, part := d.HubHeading(hubs, all, false).Group, d.HubHeading(hubs, all[:5000], false).Group
	rest := d.HubHeading(hubs, all[5000:], false).Group
	if whole.Count != len(all) || whole.Connected != part.Connected+rest.Connected {
		t.Errorf("%+v together, %+v and %+v", whole, part, rest)
	}
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		topo := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: n, Disconnected: 0.1}), graph.Options{All: true})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				graphtest.NewDiagram(topo, diagram.Options{NoFacts: true})
			}
		})
	}
}

func TestNewEndsWithItsContext(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 6, Hubs: 2})
	snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 3})
	topo := graphtest.Build(snap, graph.Options{GroupBy: []string{"region"}, ColorBy: "region"})
	interrupttest.EachLook(t, 5, func(ctx context.Context) error {
		_, err := diagram.New(ctx, topo, diagram.Options{})
		return err
	})
}
