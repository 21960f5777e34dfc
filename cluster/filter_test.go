package cluster_test

import (
	"slices"
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

func TestFilter(t *testing.T) {
	node := func(id string, typ cluster.Type, conn cluster.Connection, member cluster.Membership, labels map[string]string) cluster.Node {
		return cluster.Node{ID: id, Type: typ, Labels: labels, Sightings: []cluster.Sighting{{Orchestrator: "hub", Connection: conn, Membership: member}}}
	}
	snap := cluster.Snapshot{
		Orchestrators: []string{"hub"},
		Nodes: []cluster.Node{
			node("a", cluster.Compute, cluster.Connected, cluster.Approved, map[string]string{"region": "eu", "gpu": "yes"}),
			node("b", cluster.Compute, cluster.Disconnected, cluster.Pending, map[string]string{"region": "us"}),
			node("c", cluster.Compute, "SLEEPING", "", nil),
			node("ghost", cluster.Requester, cluster.Connected, cluster.Approved, nil),
			node("hub", cluster.Requester, cluster.Disconnected, cluster.Approved, nil),
		},
	}
	for _, c := range []struct {
		selector        string
		filter          cluster.Filter
		matched, within []string // by Match, and in the filtered snapshot
	}{
		{"", cluster.Filter{}, []string{"a", "b", "c", "ghost", "hub"}, []string{"a", "b", "c", "ghost", "hub"}},
		{"region=eu", cluster.Filter{}, []string{"a"}, []string{"a", "ghost", "hub"}},
		{"region in (eu,us),!gpu", cluster.Filter{}, []string{"b"}, []string{"b", "ghost", "hub"}},
		{"region!=eu", cluster.Filter{}, []string{"b", "c", "ghost", "hub"}, []string{"b", "c", "ghost", "hub"}},
		{"", cluster.Filter{State: []string{"disconnected"}}, []string{"b"}, []string{"b", "ghost", "hub"}}, // not the hub, which answered
		{"", cluster.Filter{State: []string{"sleeping", "connected"}}, []string{"a", "c", "ghost"}, []string{"a", "c", "ghost", "hub"}},
		{"", cluster.Filter{Membership: []string{"PENDING"}}, []string{"b"}, []string{"b", "ghost", "hub"}},
		{"", cluster.Filter{Role: []string{"compute"}}, []string{"a", "b", "c"}, []string{"a", "b", "c", "hub"}},
		{"region", cluster.Filter{State: []string{"connected"}, Role: []string{"compute"}}, []string{"a"}, []string{"a", "hub"}},
	} {
		if c.selector != "" {
			s, err := cluster.ParseSelector(c.selector)
			if err != nil {
				t.Fatal(err)
			}
			c.filter.Select = s
		}
		var matched, within []string
		for i := range snap.Nodes {
			if c.filter.Match(&snap, &snap.Nodes[i]) {
				matched = append(matched, snap.Nodes[i].ID)
			}
		}
		got := snap.Filter(c.filter)
		for _, n := range got.Nodes {
			within = append(within, n.ID)
		}
		if !slices.Equal(matched, c.matched) || !slices.Equal(within, c.within) {
			t.Errorf("%q %+v: %q, %q; want %q, %q", c.selector, c.filter, matched, within, c.matched, c.within)
		}
	}
	if _, err := cluster.ParseSelector("region=="); err != nil {
		t.Error("an empty value:", err)
	}
	if _, err := cluster.ParseSelector("region in eu"); err == nil {
		t.Error("a bad selector gives no error")
	}
}

func TestFilterByRole(t *testing.T) {
	docker := []string{"docker"}
	snap := cluster.Snapshot{
		Orchestrators: []string{"answered"},
		Nodes: []cluster.Node{
			{ID: "answered", Type: cluster.Compute, Engines: docker}, // v1.9 lists a hybrid orchestrator so
			{ID: "compute", Type: cluster.Compute, Engines: docker},
			{ID: "hybrid", Type: cluster.Requester, Engines: docker},
			{ID: "requester", Type: cluster.Requester},
		},
	}
	for role, want := range map[string][]string{
		"compute": {"compute"}, "Hybrid": {"answered", "hybrid"}, "requester": {"requester"}, "other": nil,
	} {
		f := cluster.Filter{Role: []string{role}}
		var got []string
		for i := range snap.Nodes {
			if f.Match(&snap, &snap.Nodes[i]) {
				got = append(got, snap.Nodes[i].ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("role %s: %q, want %q", role, got, want)
		}
	}
}
