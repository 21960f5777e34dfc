package capacity_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
)

func table(t *testing.T, snap cluster.Snapshot, by ...string) *capacity.Table {
	t.Helper()
	topo := graphtest.Build(snap, graph.Options{All: true, GroupBy: by})
	out, err := capacity.New(context.Background(), topo, strings.Join(by, ""))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func node(id, zone string, c cluster.Connection, has, free cluster.Resources) cluster.Node {
	return cluster.Node{
		ID: id, Type: cluster.Compute, Labels: map[string]string{"zone": zone}, Max: has, Available: free, Running: 2,
		Sightings: []cluster.Sighting{{Orchestrator: "hub", Connection: c, Membership: cluster.Approved}},
	}
}

// small has a node of each kind: in use, free, with more free than it has, without a
// capacity, silent, disconnected and rejected.
func small() cluster.Snapshot {
	hub := cluster.Node{ID: "hub", Type: cluster.Requester, Sightings: []cluster.Sighting{{Orchestrator: "hub", Connection: cluster.Connected}}}
	rejected := node("f", "b", cluster.Connected, cluster.Resources{CPU: 100}, cluster.Resources{CPU: 100})
	rejected.Sightings[0].Membership = cluster.Rejected
	return cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{
		hub,
		node("a1", "a", cluster.Connected, cluster.Resources{CPU: 8, Memory: 64, GPU: 2}, cluster.Resources{CPU: 2, Memory: 16, GPU: 1}),
		node("a2", "a", cluster.Connected, cluster.Resources{CPU: 0.1, Memory: 8}, cluster.Resources{CPU: 0.2, Memory: 8}),
		node("b", "b", cluster.Connected, cluster.Resources{}, cluster.Resources{}),
		node("c", "b", cluster.Connected, cluster.Resources{CPU: 4}, cluster.Resources{}),
		node("d", "b", cluster.Disconnected, cluster.Resources{CPU: 16}, cluster.Resources{CPU: 16}),
		rejected,
	}})
}

func TestFiguresKeepUnknownApartFromZero(t *testing.T) {
	got := table(t, small(), "zone")
	want := []struct {
		name                                     string
		r                                        capacity.Resource
		total, used, free, unknown               float64
		known, told                              bool
		nodes, connected, reporting, untoldNodes int
	}{
		{"a", capacity.CPU, 8.1, 6, 2.1, 0, true, true, 2, 2, 2, 0},
		{"a", capacity.Memory, 72, 48, 24, 0, true, true, 2, 2, 2, 0},
		{"a", capacity.GPU, 2, 1, 1, 0, true, true, 2, 2, 2, 0},
		{"b", capacity.CPU, 120, 0, 0, 120, false, true, 4, 3, 0, 1},
		{"b", capacity.Memory, 0, 0, 0, 0, false, false, 4, 3, 0, 4},
		{"b", capacity.GPU, 0, 0, 0, 0, false, true, 4, 3, 0, 1},
	}
	for _, w := range want {
		i := slices.IndexFunc(got.Rows, func(r capacity.Row) bool { return r.Name == w.name })
		r := &got.Rows[i]
		f := r.Of(w.r)
		if (f != capacity.Figure{Total: w.total, Used: w.used, Free: w.free, Unknown: w.unknown, Known: w.known, Told: w.told}) {
			t.Errorf("%s, %s: %+v", w.name, w.r, f)
		}
		if r.Nodes != w.nodes || r.Connected != w.connected || r.Load.Nodes != w.reporting || r.Untold[w.r] != w.untoldNodes {
			t.Errorf("%s, %s: %+v", w.name, w.r, r.Sum)
		}
	}
	if f := got.All.Of(capacity.CPU); f.Total != 128.1 || f.Unknown != 120 {
		t.Errorf("all: %+v", f)
	}
	if rec := got.Rows[1].Record(); rec.CPU.Used != nil || rec.CPU.Total == nil || rec.Memory.Total != nil {
		t.Errorf("%+v", rec)
	}
}

// The only node with GPUs is disconnected: none is known to be in use or free, though other nodes
// report that they have none.
func TestTheUseOfGPUsIsNotKnownWhereTheirOnlyNodeIsSilent(t *testing.T) {
	snap := small()
	for i := range snap.Nodes {
		if n := &snap.Nodes[i]; n.ID == "a1" {
			n.Sightings[0].Connection = cluster.Disconnected
		}
	}
	got := table(t, snap)
	if f := got.All.Of(capacity.GPU); (f != capacity.Figure{Total: 2, Unknown: 2, Told: true}) {
		t.Errorf("all: %+v", f)
	}
	i := slices.IndexFunc(got.Rows, func(r capacity.Row) bool { return r.ID == "a2" })
	if f := got.Rows[i].Of(capacity.GPU); (f != capacity.Figure{Known: true, Told: true}) {
		t.Errorf("a node without GPUs: %+v", f)
	}
}

// Whatever nodes leave out of what they report, rows add up to the network, and what is used, free
// and not known to what there is.
func TestRowsAddUpToTheNetwork(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		snap := clustertest.Snapshot(seed, clustertest.Options{Nodes: 40, Disconnected: 0.2, Pending: 0.1, Rejected: 0.1})
		for i := range snap.Nodes {
			for _, r := range []*cluster.Resources{&snap.Nodes[i].Max, &snap.Nodes[i].Available} {
				leaveOut(r, rng.IntN(32))
			}
		}
		var nodes, groups capacity.Sum
		for _, r := range table(t, snap).Rows {
			nodes.Plus(&r.Sum)
		}
		byRegion := table(t, snap, "region")
		for _, r := range byRegion.Rows {
			groups.Plus(&r.Sum)
		}
		for _, r := range capacity.Resources() {
			all := byRegion.All.Of(r)
			if got := nodes.Of(r); got != all || groups.Of(r) != all {
				t.Errorf("seed %d, %s: nodes have %+v, groups %+v, all %+v", seed, r, got, groups.Of(r), all)
			}
			if sum := all.Used + all.Free + all.Unknown; math.Abs(sum-all.Total) > 1e-6 {
				t.Errorf("seed %d, %s: %+v adds up to %g", seed, r, all, sum)
			}
		}
	}
}

// leaveOut takes those amounts away whose bit is set, or with the highest bit all.
func leaveOut(r *cluster.Resources, bits int) {
	if bits&16 != 0 {
		bits = 15
	}
	if bits&1 != 0 {
		r.CPU = 0
	}
	if bits&2 != 0 {
		r.Memory = 0
	}
	if bits&4 != 0 {
		r.Disk = 0
	}
	if bits&8 != 0 {
		r.GPU = 0
	}
}

func TestTheTotalOfASnapshotIsThatOfItsTable(t *testing.T) {
	snaps := []cluster.Snapshot{small()}
	for seed := range uint64(20) {
		snaps = append(snaps, clustertest.Snapshot(seed, clustertest.Options{Nodes: 60, Hubs: 2, Shared: 0.5, Disconnected: 0.1, Awaiting: 0.1, Pending: 0.1, Rejected: 0.1}))
	}
	for i, snap := range snaps {
		got, want := capacity.Total(&snap), table(t, snap).All
		for _, r := range capacity.Resources() {
			if got.Of(r) != want.Of(r) {
				t.Errorf("%d, %s: %+v, want %+v", i, r, got.Of(r), want.Of(r))
			}
		}
		want.Capacity, want.Silent, want.Load = got.Capacity, got.Silent, got.Load // sums in another order
		if got != want {
			t.Errorf("%d: %+v, want %+v", i, got, want)
		}
	}
}

func TestTopHasTheLargestAndOneRowForTheOthers(t *testing.T) {
	all := table(t, small())
	top, others := all.Top(2, func(r *capacity.Row) float64 { return r.Of(capacity.CPU).Total })
	if top.Rows[0].Name != "f" || top.Rows[1].Name != "d" || others == nil || others.Name != "4 other nodes" {
		t.Fatalf("%+v, %+v", top.Rows, others)
	}
	if f := others.Of(capacity.CPU); f.Total != 12.1 || f.Unknown != 4 {
		t.Errorf("%+v", f)
	}
	if _, others := all.Top(6, func(*capacity.Row) float64 { return 0 }); others != nil {
		t.Errorf("others of none: %+v", others)
	}
}

// What the heading of a tray says is free is what the row of the group says.
func TestTableAgreesWithTheHeadingsOfTrays(t *testing.T) {
	for seed := range uint64(20) {
		snap := clustertest.Snapshot(seed, clustertest.Options{Nodes: 60, Disconnected: 0.1, Pending: 0.1, Rejected: 0.1})
		topo := graphtest.Build(snap, graph.Options{All: true, GroupBy: []string{"region"}})
		figures, err := capacity.New(context.Background(), topo, "region")
		if err != nil {
			t.Fatal(err)
		}
		d := graphtest.NewDiagram(topo, diagram.Options{})
		for k := range d.Groups {
			g := &d.Groups[k]
			var members []int
			for i := range d.Nodes {
				if slices.Equal(d.Nodes[i].Path(), g.Path) {
					members = append(members, i)
				}
			}
			row := &figures.Rows[slices.IndexFunc(figures.Rows, func(r capacity.Row) bool { return r.Name == g.Name() })]
			f, gpus := row.Of(capacity.CPU), row.Of(capacity.GPU)
			says := d.GroupHeading(g, members, false).Free
			want := fmt.Sprintf("%s of %s, %s", number(f.Free), capacity.CPU.Text(f.Free+f.Used), capacity.Memory.Text(row.Of(capacity.Memory).Free))
			if gpus.Used+gpus.Free > 0 {
				want += ", " + capacity.GPU.Text(gpus.Free)
			}
			if want += " free"; len(says) == 0 && f.Known || len(says) > 0 && !strings.HasPrefix(says[0], want) {
				t.Errorf("seed %d, %s: the heading says %q, the table %q", seed, g.Name(), says, want)
			}
		}
	}
}

func number(x float64) string {
	text, _, _ := strings.Cut(capacity.CPU.Text(x), " ")
	return text
}
