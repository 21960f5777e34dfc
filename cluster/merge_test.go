package cluster_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
)

var noon = clustertest.Epoch

// seen is a node that its list shows with the sighting.
func seen(id string, s cluster.Sighting) cluster.Node {
	return cluster.Node{ID: id, Type: cluster.Compute, Sightings: []cluster.Sighting{s}}
}

func TestMergeDoesNotDependOnAnyOrder(t *testing.T) {
	lists := clustertest.Cluster(1, clustertest.Options{Nodes: 40, Hubs: 3, Shared: 0.5, Disconnected: 0.2, Pending: 0.1})
	// The first orchestrator was asked twice, and answered otherwise; the lists
	// disagree about details that were heard at the same time.
	again := lists[0]
	again.Nodes = slices.Clone(again.Nodes)
	for i := range again.Nodes {
		n := &again.Nodes[i]
		n.Running, n.Labels = n.Running+i%3, map[string]string{"take": "two"}
		n.Sightings = []cluster.Sighting{n.Sightings[0]}
		n.Sightings[0].Membership = cluster.Pending
		n.Sightings[0].LastHeartbeat = n.Sightings[0].LastHeartbeat.Add(time.Duration(i%3-1) * time.Second)
	}
	lists = append(lists, again)
	// The hubs of these two are found in their lists.
	lists[1].Orchestrator, lists[2].Orchestrator = "", ""

	want := cluster.Merge(lists...)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		shuffled := slices.Clone(lists)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range shuffled {
			nodes := slices.Clone(shuffled[i].Nodes)
			rng.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
			for k := range nodes {
				nodes[k].Engines, nodes[k].Publishers = slices.Clone(nodes[k].Engines), slices.Clone(nodes[k].Publishers)
				slices.Reverse(nodes[k].Engines)
				slices.Reverse(nodes[k].Publishers)
			}
			shuffled[i].Nodes = nodes
		}
		if d := cmp.Diff(want, cluster.Merge(shuffled...)); d != "" {
			t.Fatal(d)
		}
	}
}

func TestMergeIsInCanonicalOrder(t *testing.T) {
	snap := clustertest.Snapshot(2, clustertest.Options{Nodes: 30, Hubs: 3, Shared: 0.5, Names: clustertest.NameMixed})
	if !slices.IsSorted(snap.Orchestrators) || len(snap.Orchestrators) != 3 {
		t.Errorf("orchestrators %q", snap.Orchestrators)
	}
	ids := map[string]bool{}
	last := ""
	for _, n := range snap.Nodes {
		if n.ID <= last {
			t.Errorf("%q follows %q", n.ID, last)
		}
		last, ids[n.ID] = n.ID, true
		if !slices.IsSorted(n.Engines) || !slices.IsSorted(n.Publishers) || !slices.IsSorted(n.Storage) {
			t.Errorf("%+v is not sorted", n)
		}
		if !slices.IsSortedFunc(n.Sightings, func(a, b cluster.Sighting) int { return strings.Compare(a.Orchestrator, b.Orchestrator) }) {
			t.Errorf("sightings %+v", n.Sightings)
		}
		if got := snap.Node(n.ID); got == nil || got.ID != n.ID {
			t.Errorf("Node(%q) = %v", n.ID, got)
		}
	}
	if len(ids) != 33 || snap.Node("") != nil || snap.Node("zzz") != nil || (&cluster.Snapshot{}).Node("a") != nil {
		t.Errorf("%d nodes, or one that is not there", len(ids))
	}
}

func TestMergeLeavesItsListsAlone(t *testing.T) {
	unsorted := func() []cluster.List {
		lists := clustertest.Cluster(3, clustertest.Options{Nodes: 5, Hubs: 2, Shared: 1, Disconnected: 0.5})
		for i := range lists {
			for k := range lists[i].Nodes {
				lists[i].Nodes[k].Engines = []string{"wasm", "docker", "wasm"}
			}
		}
		return lists
	}
	lists := unsorted()
	snap := cluster.Merge(lists...)
	for i := range snap.Nodes {
		snap.Nodes[i].Sightings[0].Connection = "CHANGED"
	}
	if d := cmp.Diff(unsorted(), lists); d != "" {
		t.Error(d)
	}
}

func BenchmarkMerge(b *testing.B) {
	for name, owned := range map[string]bool{"copied": false, "owned": true} {
		b.Run(name, func(b *testing.B) {
			lists := clustertest.Cluster(1, clustertest.Options{Nodes: 10_000})
			lists[0].Owned = owned
			b.ReportAllocs()
			for b.Loop() {
				cluster.Merge(lists...)
			}
		})
	}
}

// One orchestrator says one thing of a node: what it said last, and if that is
// not known, that the node is connected.
func TestMergeKeepsOneSightingOfEachOrchestrator(t *testing.T) {
	on, off := cluster.Sighting{Connection: cluster.Connected}, cluster.Sighting{Connection: cluster.Disconnected}
	at := func(s cluster.Sighting, after time.Duration) cluster.Sighting {
		s.LastHeartbeat = noon.Add(after)
		return s
	}
	for _, c := range []struct {
		name   string
		orchs  [2]string
		seen   [2]cluster.Sighting
		counts int
		want   cluster.Connection // of the node
	}{
		{"two orchestrators", [2]string{"r1", "r2"}, [2]cluster.Sighting{on, off}, 2, cluster.Connected},
		{"two, neither reaches it", [2]string{"r1", "r2"}, [2]cluster.Sighting{off, off}, 2, cluster.Disconnected},
		{"one, twice, later gone", [2]string{"r", "r"}, [2]cluster.Sighting{at(on, 0), at(off, time.Second)}, 1, cluster.Disconnected},
		{"one, twice, later back", [2]string{"r", "r"}, [2]cluster.Sighting{at(on, time.Second), at(off, 0)}, 1, cluster.Connected},
		{"one, twice, without times", [2]string{"r", "r"}, [2]cluster.Sighting{off, on}, 1, cluster.Connected},
	} {
		for _, order := range [][2]int{{0, 1}, {1, 0}} {
			var lists []cluster.List
			for _, i := range order {
				lists = append(lists, cluster.List{Orchestrator: c.orchs[i], Nodes: []cluster.Node{seen("n", c.seen[i])}})
			}
			snap := cluster.Merge(lists...)
			n := snap.Node("n")
			if len(snap.Nodes) != 1 || len(n.Sightings) != c.counts || n.Connection() != c.want || n.Connected() != (c.want == cluster.Connected) {
				t.Errorf("%s, order %v: %+v", c.name, order, n)
			}
		}
	}
}

func TestMergeTakesDetailsFromTheRecordHeardFromLast(t *testing.T) {
	old := seen("n", cluster.Sighting{LastHeartbeat: noon})
	old.Version, old.Running = "v1.9.3", 5
	young := seen("n", cluster.Sighting{LastHeartbeat: noon.Add(time.Minute)})
	young.Version, young.Running = "v1.6.5", 2
	snap := cluster.Merge(
		cluster.List{Orchestrator: "r1", Nodes: []cluster.Node{old}},
		cluster.List{Orchestrator: "r2", Nodes: []cluster.Node{young}},
	)
	if n := snap.Node("n"); n.Version != "v1.6.5" || n.Running != 2 || len(n.Sightings) != 2 {
		t.Errorf("%+v", n)
	}
}

// A record without a state still says who lists the node.
func TestMergeSignsEverySighting(t *testing.T) {
	snap := cluster.Merge(cluster.List{Orchestrator: "r", Nodes: []cluster.Node{{ID: "n"}}})
	if d := cmp.Diff([]cluster.Sighting{{Orchestrator: "r"}}, snap.Node("n").Sightings); d != "" {
		t.Error(d)
	}
}

func TestMergeOfNothing(t *testing.T) {
	if snap := cluster.Merge(); len(snap.Nodes)+len(snap.Orchestrators) != 0 {
		t.Errorf("%+v", snap)
	}
	if snap := cluster.Merge(cluster.List{}, cluster.List{}); !slices.Equal(snap.Orchestrators, []string{cluster.FallbackHub}) {
		t.Errorf("%+v", snap)
	}
}

func TestHubDoesNotDependOnTheOrderOfTheList(t *testing.T) {
	requester := func(id string, since time.Time, c cluster.Connection) cluster.Node {
		return cluster.Node{ID: id, Type: cluster.Requester, Sightings: []cluster.Sighting{{Connection: c, ConnectedSince: since}}}
	}
	compute := seen("a", cluster.Sighting{Connection: cluster.Connected, ConnectedSince: noon.Add(time.Hour)})
	var never time.Time
	for _, c := range []struct {
		name string
		list cluster.List
		want string
	}{
		{"the one that answered", cluster.List{Orchestrator: "me", Nodes: []cluster.Node{requester("r", noon, cluster.Connected)}}, "me"},
		{"even a compute node", cluster.List{Orchestrator: "a", Nodes: []cluster.Node{compute}}, "a"},
		{"the requester connected last", cluster.List{Nodes: []cluster.Node{
			compute, requester("r1", noon, cluster.Connected), requester("r2", noon.Add(time.Second), cluster.Connected), requester("r3", never, cluster.Connected),
		}}, "r2"},
		{"the lowest ID of those alike", cluster.List{Nodes: []cluster.Node{
			requester("r2", noon, cluster.Connected), requester("r1", noon, cluster.Connected), compute,
		}}, "r1"},
		{"v1.4: disconnected, and no times", cluster.List{Nodes: []cluster.Node{
			requester("r2", never, cluster.Disconnected), requester("r1", never, cluster.Disconnected),
		}}, "r1"},
		{"a requester without a state", cluster.List{Nodes: []cluster.Node{compute, {ID: "r", Type: cluster.Requester}}}, "r"},
		{"no requester", cluster.List{Nodes: []cluster.Node{compute}}, cluster.FallbackHub},
		{"nothing", cluster.List{}, cluster.FallbackHub},
	} {
		for range len(c.list.Nodes) + 1 {
			if got := c.list.Hub(); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
			if n := len(c.list.Nodes); n > 0 {
				c.list.Nodes = append(c.list.Nodes[1:], c.list.Nodes[0])
			}
		}
	}
}

func TestMembershipOfSeveralOrchestrators(t *testing.T) {
	const a, p, r = cluster.Approved, cluster.Pending, cluster.Rejected
	for _, c := range []struct {
		says []cluster.Membership
		want cluster.Membership
	}{
		{nil, ""},
		{[]cluster.Membership{a, a}, a},
		{[]cluster.Membership{"", a}, a},
		{[]cluster.Membership{a, p}, p},
		{[]cluster.Membership{p, a}, p},
		{[]cluster.Membership{p, r, a}, r},
		{[]cluster.Membership{"LATER_WORD", a}, "LATER_WORD"},
	} {
		var n cluster.Node
		for _, m := range c.says {
			n.Sightings = append(n.Sightings, cluster.Sighting{Membership: m})
		}
		if got := n.Membership(); got != c.want {
			t.Errorf("%q: %q, want %q", c.says, got, c.want)
		}
	}
}

func TestConnectionKeepsWordsThatLaterVersionsMayAdd(t *testing.T) {
	n := seen("n", cluster.Sighting{Connection: "DRAINING"})
	if n.Connected() || n.Connection() != "DRAINING" || (&cluster.Node{}).Connection() != "" {
		t.Errorf("%q", n.Connection())
	}
}

func TestComputes(t *testing.T) {
	for _, c := range []struct {
		node cluster.Node
		want bool
	}{
		{cluster.Node{Type: cluster.Compute}, true},
		{cluster.Node{Type: cluster.Requester}, false},
		{cluster.Node{Type: cluster.Requester, Engines: []string{"docker"}}, true}, // a devstack's hybrid
	} {
		if c.node.Computes() != c.want {
			t.Errorf("%+v: %v", c.node, !c.want)
		}
	}
}

func TestMergeOfASnapshotIsTheSnapshot(t *testing.T) {
	snapshots.Each(t, func(t *testing.T, s cluster.Snapshot) {
		s.Taken = clustertest.Epoch
		if d := cmp.Diff(s, cluster.Merge(s.List()), cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	})
}

func TestMergeOfAnOwnedListIsThatOfACopy(t *testing.T) {
	for name, change := range map[string]func([]cluster.Node){
		"sorted":       func([]cluster.Node) {},
		"not sorted":   func(nodes []cluster.Node) { slices.Reverse(nodes) },
		"repeated":     func(nodes []cluster.Node) { nodes[1].ID = nodes[0].ID },
		"no sighting":  func(nodes []cluster.Node) { nodes[1].Sightings = nil },
		"unsorted set": func(nodes []cluster.Node) { nodes[1].Engines = []string{"wasm", "docker", "wasm"} },
	} {
		lists := clustertest.Cluster(1, clustertest.Options{Nodes: 20})
		change(lists[0].Nodes)
		want := cluster.Merge(lists...)
		lists[0].Owned = true
		if d := cmp.Diff(want, cluster.Merge(lists...)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
