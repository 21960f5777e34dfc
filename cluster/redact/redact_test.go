package redact_test

import (
	"context"
	"fmt"
	"log"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/redact"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
)

func TestRedactLeavesNoOriginal(t *testing.T) {
	snapshots.Each(t, func(t *testing.T, s cluster.Snapshot) { wantNothingLeft(t, s, redacted(t, s)) })
}

func TestRedactKeepsTheShape(t *testing.T) {
	snapshots.Each(t, func(t *testing.T, s cluster.Snapshot) { wantSameShape(t, s, redacted(t, s)) })
}

func TestRedactLeavesItsInputAlone(t *testing.T) {
	opt := clustertest.Options{Nodes: 50, Hubs: 2, Shared: 0.5, Disconnected: 0.5}
	s := clustertest.Snapshot(1, opt)
	redacted(t, s)
	if d := cmp.Diff(clustertest.Snapshot(1, opt), s); d != "" {
		t.Error(d)
	}
}

func TestRedactGivesTheSamePseudonymsForTheSameKey(t *testing.T) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 200, Hubs: 3, Shared: 0.2})
	first := redacted(t, s)
	for range 5 { // maps are iterated in another order each time
		if d := cmp.Diff(first.Snapshot, redacted(t, s).Snapshot); d != "" {
			t.Fatal(d)
		}
	}

	// Pseudonyms do not depend on which other nodes there are.
	less := s
	less.Nodes = s.Nodes[10:]
	for _, n := range redacted(t, less).Snapshot.Nodes {
		if d := cmp.Diff(first.Snapshot.Node(n.ID), &n); d != "" {
			t.Error(d)
		}
	}

	other, err := redact.New(t.Context(), s, []byte("fedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	seen := originals(first.Snapshot)
	for o := range originals(other.Snapshot) {
		if seen[o] {
			t.Errorf("another key gives %s too", o)
		}
	}
}

// The pseudonyms of a key must not change in a new version of bacviz, as people compare
// pictures. These were also computed in Python.
func TestRedactPseudonymsArePinned(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "node-1", Labels: map[string]string{"region": "eu", "acme.test/rack": "r1"}, Version: "v1.9.3-acme"}}}
	want := cluster.Snapshot{Nodes: []cluster.Node{{
		ID: "n-72p7xzs5", Labels: map[string]string{"region": "v-ft4tt9m8", "k-0z768n09": "v-bwkad5xy"}, Version: "w-n6pp6289",
	}}}
	if d := cmp.Diff(want, redacted(t, s).Snapshot); d != "" {
		t.Error(d)
	}
}

func TestRedactKeepsTheFallbackHub(t *testing.T) {
	s := cluster.Merge(cluster.List{Nodes: []cluster.Node{{ID: "gpu-1", Type: cluster.Compute, Labels: map[string]string{"hub": cluster.FallbackHub}}}})
	got := redacted(t, s).Snapshot
	if got.Orchestrators[0] != cluster.FallbackHub || got.Nodes[0].Sightings[0].Orchestrator != cluster.FallbackHub {
		t.Errorf("%+v", got)
	}
	if v := got.Nodes[0].Labels["hub"]; !strings.HasPrefix(v, "v-") {
		t.Errorf("the label's value is %q", v)
	}
}

func TestRedactReplacesAPseudonymThatContainsAnOriginal(t *testing.T) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 5})
	first := redacted(t, s).Snapshot
	for i := range s.Nodes {
		s.Nodes[i].Labels["spells"] = first.Nodes[i].ID[3:7]
	}
	r := redacted(t, s)
	wantNothingLeft(t, s, r)
	wantSameShape(t, s, r)
	for _, n := range first.Nodes {
		if r.Snapshot.Node(n.ID) != nil {
			t.Errorf("%s is there again", n.ID)
		}
	}
}

// To redact twice is to redact once, whatever the key; one name that is none is enough
// for all to be replaced.
func TestRedactKeepsPseudonyms(t *testing.T) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 5})
	s.Jobs = clustertest.Jobs(1, s, clustertest.JobOptions{Jobs: 3})
	once := redacted(t, s)
	read := once.Snapshot
	read.Origins = cluster.Origins{read.Orchestrators[0]: {Source: "secret-file.json"}}
	twice, err := redact.New(t.Context(), read, []byte("another key of 16 bytes"))
	if err != nil || once.Kept || !twice.Kept {
		t.Fatalf("%v, kept %v and %v", err, once.Kept, twice.Kept)
	}
	if source := twice.Snapshot.Origins[read.Orchestrators[0]].Source; !pseudonym.MatchString(source) {
		t.Errorf("the source is %s", source)
	}
	twice.Snapshot.Origins = once.Snapshot.Origins
	if diff := cmp.Diff(once.Snapshot, twice.Snapshot); diff != "" {
		t.Error(diff)
	}
	if id := once.Snapshot.Nodes[0].ID; twice.ID(id) != id || twice.Text(id) != id {
		t.Errorf("%s became %s in a text", id, twice.Text(id))
	}
	mixed := once.Snapshot
	mixed.Nodes = append([]cluster.Node{{ID: "gpu-1", Type: cluster.Compute}}, mixed.Nodes...)
	again := redacted(t, mixed)
	for _, n := range mixed.Nodes {
		if again.Snapshot.Node(n.ID) != nil {
			t.Errorf("%s has stayed", n.ID)
		}
	}
}

func TestRedactFurtherIDs(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "gpu-1", Engines: []string{"docker"}, Labels: map[string]string{"boss": "docker"}}}}
	r := redacted(t, s, "docker", "", cluster.FallbackHub)
	n := r.Snapshot.Nodes[0]
	if hub := r.ID("docker"); !strings.HasPrefix(hub, "n-") || n.Labels["boss"] != hub || n.Engines[0] == "docker" {
		t.Errorf("%s, %+v", hub, n)
	}
	// An unknown ID gets the pseudonym that it would have if it were in the snapshot.
	later := redacted(t, cluster.Snapshot{Nodes: []cluster.Node{{ID: "later"}}})
	for id, want := range map[string]string{"": "", cluster.FallbackHub: cluster.FallbackHub, "later": later.Snapshot.Nodes[0].ID} {
		if got := r.ID(id); got != want {
			t.Errorf("%q became %q, want %q", id, got, want)
		}
	}
}

func TestRedactFurtherSnapshots(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "gpu-1", Engines: []string{"docker"}, Labels: map[string]string{"stage": "prod"}}}}
	gone := cluster.Snapshot{Nodes: []cluster.Node{{ID: "gone-1", Labels: map[string]string{"runs": "docker", "stage": "prod"}}}}
	r, err := redact.New(t.Context(), s, redactKey, gone)
	if err != nil {
		t.Fatal(err)
	}
	other, err := redact.New(t.Context(), gone, redactKey, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Snapshot.Nodes) != 1 || len(other.Snapshot.Nodes) != 1 {
		t.Fatalf("%d and %d nodes", len(r.Snapshot.Nodes), len(other.Snapshot.Nodes))
	}
	if e := r.Snapshot.Nodes[0].Engines[0]; !strings.HasPrefix(e, "w-") {
		t.Errorf("the engine %s is a label value of the other snapshot", e)
	}
	if a, b := r.Snapshot.Nodes[0].Labels["stage"], other.Snapshot.Nodes[0].Labels["stage"]; a != b {
		t.Errorf("one value became %s and %s", a, b)
	}
	if got, want := r.Text("gone-1 is gone"), other.Snapshot.Nodes[0].ID+" is gone"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRedactRefusesAShortKey(t *testing.T) {
	for _, key := range []string{"", "secret", "secret secret !"} {
		r, err := redact.New(t.Context(), cluster.Snapshot{}, []byte(key))
		if err == nil || r != nil || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("%q: %v, %v", key, r, err)
		}
	}
}

func TestRedactionDoesNotShowItsKey(t *testing.T) {
	r := redacted(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 2}))
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, key := range []string{string(redactKey), fmt.Sprint(redactKey), fmt.Sprintf("%#v", redactKey)} {
			if strings.Contains(fmt.Sprintf(verb, r), strings.Trim(key, "[]byte{}")) {
				t.Errorf("%s prints the key", verb)
			}
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("node-1", "node-2", "region", "eu-west-1", "v1.9.3", "docker", "title")
	f.Add("Requester Node", "", "", "Requester Node", "10.0.0.1", "\xff", "Requester Node")
	f.Add("n-", "-", "k-", "v-", "w-", "CONNECTED", "n-")
	f.Fuzz(func(t *testing.T, a, b, key, value, version, word, title string) {
		node := func(id, value string) cluster.Node {
			return cluster.Node{
				ID: id, Type: cluster.Compute, Labels: map[string]string{key: value, "name": id}, Version: version,
				Engines: []string{word, "docker"}, Publishers: []string{value}, Storage: []string{"inline", word + value},
				Sightings: []cluster.Sighting{{Connection: cluster.Connected, LastError: a}},
			}
		}
		nodes := []cluster.Node{node(a, value), node(b, a)}
		if a == b || a == "" || b == "" {
			nodes = nodes[:1]
		}
		s := cluster.Merge(cluster.List{Orchestrator: b, Nodes: nodes}, cluster.List{Orchestrator: word, Nodes: nodes[:1]})
		r := redacted(t, s, title)
		wantNothingLeft(t, s, r)
		wantSameShape(t, s, r)
		r.Text(title)
		if d := cmp.Diff(r.Snapshot, redacted(t, s, title).Snapshot); d != "" {
			t.Error(d)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 3000, Hubs: 3, Shared: 0.5})
	for b.Loop() {
		redacted(b, s)
	}
}

func ExampleNew() {
	snap := cluster.Merge(cluster.List{Orchestrator: "hub.acme.example", Nodes: []cluster.Node{
		{ID: "gpu-1", Type: cluster.Compute, Labels: map[string]string{"region": "berlin"}},
		{ID: "gpu-2", Type: cluster.Compute, Labels: map[string]string{"region": "berlin"}},
	}})
	r, err := redact.New(context.Background(), snap, []byte("from head -c 32 /dev/urandom"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("hub:", r.Snapshot.Orchestrators)
	for _, n := range r.Snapshot.Nodes {
		fmt.Println(n.ID, slices.Collect(maps.Keys(n.Labels)), n.Labels["region"])
	}
	// Output:
	// hub: [n-vbw1ykry]
	// n-2m6yjpz8 [region] v-1e6tq00n
	// n-sf8v5ym1 [region] v-1e6tq00n
}

func TestNewEndsWithItsContext(t *testing.T) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 6})
	s.Jobs = clustertest.Jobs(1, s, clustertest.JobOptions{Jobs: 3})
	interrupttest.EachLook(t, 6, func(ctx context.Context) error {
		r, err := redact.New(ctx, s, redactKey)
		if err != nil && r != nil {
			t.Error("an incomplete redaction")
		}
		return err
	})
}
