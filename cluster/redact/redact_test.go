package redact_test

import (
	"fmt"
	"log"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/redact"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
)

var redactKey = []byte("0123456789abcdef")

func redacted(t testing.TB, s cluster.Snapshot, ids ...string) *redact.Redaction {
	t.Helper()
	r, err := redact.New(s, redactKey, cluster.Snapshot{Orchestrators: ids})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// texts lists every text in a value, and what leads to it.
func texts(v reflect.Value, path string, add func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		add(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, add)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), path+"[]", add)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(k, path+" key", add)
			texts(v.MapIndex(k), path+" value", add)
		}
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			texts(v.Field(i), path+"."+v.Type().Field(i).Name, add)
		}
	}
}

var (
	pseudonym = regexp.MustCompile(`^[nvkwje]-[0-9a-hjkmnp-tv-z]{8}$`)

	// Whatever network it is, these may stand in its snapshot.
	ordinary = regexp.MustCompile(`^(|Requester Node|Requester|Compute|CONNECTED|DISCONNECTED|PENDING|APPROVED|REJECTED)$`)
)

// originals are the NodeIDs and label values of a snapshot, and what its jobs are
// known by.
func originals(s cluster.Snapshot) map[string]bool {
	all := make(map[string]bool)
	for _, o := range s.Orchestrators {
		all[o] = true
	}
	for _, n := range s.Nodes {
		all[n.ID] = true
		for _, v := range n.Labels {
			all[v] = true
		}
		for _, s := range n.Sightings {
			all[s.Orchestrator] = true
		}
	}
	for _, j := range s.Jobs {
		all[j.ID], all[j.Name], all[j.Short()], all[j.Orchestrator] = true, true, true, true
		for _, e := range j.Executions {
			all[e.ID], all[e.NodeID] = true, true
		}
	}
	delete(all, cluster.FallbackHub)
	return all
}

// wantNothingLeft fails if a text of r's snapshot tells whose it is. A field
// that Snapshot may get later is looked at too.
func wantNothingLeft(t *testing.T, before cluster.Snapshot, r *redact.Redaction) {
	t.Helper()
	all := originals(before)
	texts(reflect.ValueOf(r.Snapshot), "Snapshot", func(path, text string) {
		if ordinary.MatchString(text) {
			return
		}
		switch path {
		case "Snapshot.Orchestrators[]", "Snapshot.Nodes[].ID", "Snapshot.Nodes[].Sightings[].Orchestrator", "Snapshot.Nodes[].Labels value",
			"Snapshot.Jobs[].ID", "Snapshot.Jobs[].Name", "Snapshot.Jobs[].Orchestrator",
			"Snapshot.Jobs[].Executions[].ID", "Snapshot.Jobs[].Executions[].JobID", "Snapshot.Jobs[].Executions[].NodeID":
			if !pseudonym.MatchString(text) {
				t.Errorf("%s is %q, no pseudonym", path, text)
			}
		case "Snapshot.Nodes[].Labels key", "Snapshot.Nodes[].Version", "Snapshot.Nodes[].Type",
			"Snapshot.Nodes[].Engines[]", "Snapshot.Nodes[].Publishers[]", "Snapshot.Nodes[].Storage[]",
			"Snapshot.Nodes[].Sightings[].Connection", "Snapshot.Nodes[].Sightings[].Membership",
			"Snapshot.Jobs[].Namespace", "Snapshot.Jobs[].Type", "Snapshot.Jobs[].State", "Snapshot.Jobs[].Engines[]",
			"Snapshot.Jobs[].Publishers[]", "Snapshot.Jobs[].Executions[].State":
		default:
			t.Errorf("%s holds %q: may it be shown?", path, text)
		}
		for o := range all {
			if len(o) >= 4 && strings.Contains(text, o) {
				t.Errorf("%s is %q, with %q in it", path, text, o)
			}
		}
	})
}

// wantSameShape fails if anything but names changed.
func wantSameShape(t *testing.T, before cluster.Snapshot, r *redact.Redaction) {
	t.Helper()
	after := r.Snapshot
	if !slices.IsSorted(after.Orchestrators) || !slices.IsSortedFunc(after.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("not in canonical order")
	}
	if len(after.Nodes) != len(before.Nodes) || len(after.Orchestrators) != len(before.Orchestrators) {
		t.Fatalf("%d nodes and %d orchestrators became %d and %d", len(before.Nodes), len(before.Orchestrators), len(after.Nodes), len(after.Orchestrators))
	}
	for _, o := range before.Orchestrators {
		if _, ok := slices.BinarySearch(after.Orchestrators, r.ID(o)); !ok {
			t.Errorf("no orchestrator for %s", o)
		}
	}
	became := make(map[[2]string]string) // of label key and value
	for _, b := range before.Nodes {
		a := after.Node(r.ID(b.ID))
		if a == nil {
			t.Errorf("no node for %s", b.ID)
			continue
		}
		type shape struct {
			Type                            cluster.Type
			Computes                        bool
			Connection                      cluster.Connection
			Membership                      cluster.Membership
			Max, Available, Queued          cluster.Resources
			Running, Enqueued               int
			Engines, Publishers, Storage    int
			Labels                          []string
			NoLabels                        bool
			ConnectedBy, MissedBy, Rejected []string
		}
		of := func(n *cluster.Node, id, key func(string) string) shape {
			s := shape{
				Type: n.Type, Computes: n.Computes(), Connection: n.Connection(), Membership: n.Membership(),
				Max: n.Max, Available: n.Available, Queued: n.Queued, Running: n.Running, Enqueued: n.Enqueued,
				Engines: len(n.Engines), Publishers: len(n.Publishers), Storage: len(n.Storage), NoLabels: n.Labels == nil,
			}
			for _, g := range n.Sightings {
				by := &s.MissedBy
				if g.Connection == cluster.Connected {
					by = &s.ConnectedBy
				}
				*by = append(*by, id(g.Orchestrator)+g.LastHeartbeat.String()+g.ConnectedSince.String()+g.DisconnectedSince.String())
				if g.Membership == cluster.Rejected {
					s.Rejected = append(s.Rejected, id(g.Orchestrator))
				}
			}
			for k := range n.Labels {
				s.Labels = append(s.Labels, key(k))
			}
			slices.Sort(s.Labels)
			slices.Sort(s.ConnectedBy)
			slices.Sort(s.MissedBy)
			slices.Sort(s.Rejected)
			return s
		}
		same := func(s string) string { return s }
		if d := cmp.Diff(of(&b, r.ID, r.Key), of(a, same, same)); d != "" {
			t.Errorf("%s: %s", b.ID, d)
		}
		for k, v := range b.Labels {
			got := a.Labels[r.Key(k)]
			if old, ok := became[[2]string{k, v}]; ok && old != got {
				t.Errorf("%s=%s became %q and %q", k, v, old, got)
			}
			became[[2]string{k, v}] = got
			if before.Node(v) != nil && v != cluster.FallbackHub && got != r.ID(v) {
				t.Errorf("%s=%s, which is a node, became %q", k, v, got)
			}
		}
	}
	owners := make(map[[2]string]string)
	for kv, p := range became {
		if v, ok := owners[[2]string{kv[0], p}]; ok && v != kv[1] {
			t.Errorf("%s=%q and %q became one", kv[0], v, kv[1])
		}
		owners[[2]string{kv[0], p}] = kv[1]
	}
}

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
	for range 5 { // Go's maps iterate otherwise each time
		if d := cmp.Diff(first.Snapshot, redacted(t, s).Snapshot); d != "" {
			t.Fatal(d)
		}
	}

	// Nodes that come and go do not change the others'.
	less := s
	less.Nodes = s.Nodes[10:]
	for _, n := range redacted(t, less).Snapshot.Nodes {
		if d := cmp.Diff(first.Snapshot.Node(n.ID), &n); d != "" {
			t.Error(d)
		}
	}

	other, err := redact.New(s, []byte("fedcba9876543210"))
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

// The pseudonyms of a key must not change with a version of bacviz: they are in
// pictures that people compare. These were computed in Python, too.
func TestRedactPseudonymsArePinned(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "node-1", Labels: map[string]string{"region": "eu", "acme.test/rack": "r1"}, Version: "v1.9.3-acme"}}}
	want := cluster.Snapshot{Nodes: []cluster.Node{{
		ID: "n-72p7xzs5", Labels: map[string]string{"region": "v-ft4tt9m8", "k-0z768n09": "v-bwkad5xy"}, Version: "w-n6pp6289",
	}}}
	if d := cmp.Diff(want, redacted(t, s).Snapshot); d != "" {
		t.Error(d)
	}
}

func TestRedactWords(t *testing.T) {
	type m = map[string]string
	const acme = "acme" // in what must go
	for _, c := range []struct {
		name  string
		node  cluster.Node
		gone  []string // "" for nothing
		stays []string
	}{
		{"known words stay", cluster.Node{Engines: []string{"docker", "wasm"}, Publishers: []string{"s3managed"}, Storage: []string{"repoCloneLFS"}, Version: "v1.9.3"}, nil, []string{"docker", "wasm", "s3managed", "repoCloneLFS", "v1.9.3"}},
		{"an engine of one's own", cluster.Node{Engines: []string{"acme-gpu", "wasm"}}, []string{acme}, []string{"wasm"}},
		{"a publisher of one's own", cluster.Node{Publishers: []string{"acme"}, Storage: []string{"acmefs"}}, []string{acme}, nil},
		{"a known engine that is a label value", cluster.Node{Engines: []string{"docker", "wasm"}, Labels: m{"runs": "docker"}}, []string{"docker"}, nil},
		{"known engines that are a label value", cluster.Node{Engines: []string{"docker", "wasm"}, Labels: m{"runs": "docker+wasm"}}, []string{"docker"}, nil},
		{"a version that is a label value", cluster.Node{Version: "v1.9.3", Labels: m{"bacalhau": "v1.9.3"}}, []string{"1.9.3"}, nil},
		{"a version that has a label value in it", cluster.Node{Version: "v1.9.3", Labels: m{"bacalhau": "1.9.3"}}, []string{"1.9.3"}, nil},
		{"a candidate", cluster.Node{Version: "v1.9.3-rc1"}, nil, []string{"v1.9.3-rc1"}},
		{"a build of one's own", cluster.Node{Version: "v1.9.3-dirty-acme"}, []string{acme}, nil},
		{"a version that is an address", cluster.Node{Version: "10.1.22.3"}, []string{"10.1"}, nil},
		{"label keys", cluster.Node{Labels: m{"rack": "r1", "os_type": "x", "区域": "y", "topology.kubernetes.io/zone": "z"}}, nil, []string{"rack", "os_type", "区域", "topology.kubernetes.io/zone"}},
		{"a key with a domain", cluster.Node{Labels: m{"acme.example/rack": "r1", "com.acme.rack": "r2", "rack@acme": "r3", "acme/rack": "r4"}}, []string{acme}, nil},
		{"a key with somebody's domain in a known one's place", cluster.Node{Labels: m{"acmekubernetes.io/zone": "z", "kubernetes.io/acme.test/x": "y"}}, []string{acme}, nil},
		{"a key that is a label value", cluster.Node{Labels: m{"blue-rack": "1", "by": "rack"}}, []string{"rack"}, []string{"by"}},
		{"a key that has the node's ID in it", cluster.Node{Labels: m{"is-an-id": "1"}}, []string{"an-id"}, nil},
		{"a short value", cluster.Node{Labels: m{"region": "eu"}, Version: "v1.9.3"}, []string{"eu"}, []string{"region"}},
		{"an empty value", cluster.Node{Labels: m{"gpu": ""}}, nil, []string{"gpu"}},
		{"an endless word", cluster.Node{Engines: []string{strings.Repeat("acme", 1e5)}, Labels: m{strings.Repeat("a", 1e6): strings.Repeat("b", 1e6)}}, []string{acme, "aaaa", "bbbb"}, nil},
		{"free text", cluster.Node{Sightings: []cluster.Sighting{{LastError: "dial tcp 10.0.0.1: acme"}}}, []string{acme, "10.0"}, nil},
		{"states", cluster.Node{Type: "Acme", Sightings: []cluster.Sighting{{Connection: "SEEN_BY_acme", Membership: "acme"}}}, []string{"acme", "Acme"}, nil},
		{"known states that are label values", cluster.Node{Type: cluster.Compute, Labels: m{"a": "CONNECTED"}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}}, nil, []string{"CONNECTED", "Compute"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.node.ID = "an-id"
			got := redacted(t, cluster.Snapshot{Nodes: []cluster.Node{c.node}}).Snapshot
			var all []string
			texts(reflect.ValueOf(got), "", func(_, text string) { all = append(all, text) })
			for _, g := range append(c.gone, "an-id") {
				if slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, g) }) {
					t.Errorf("%q is in %q", g, all)
				}
			}
			for _, s := range c.stays {
				if !slices.Contains(all, s) {
					t.Errorf("%q is not in %q", s, all)
				}
			}
		})
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

func TestRedactTriesAgainWhereAPseudonymSpellsAnOriginal(t *testing.T) {
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

func TestRedactFurtherIDs(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "gpu-1", Engines: []string{"docker"}, Labels: map[string]string{"boss": "docker"}}}}
	r := redacted(t, s, "docker", "", cluster.FallbackHub)
	n := r.Snapshot.Nodes[0]
	if hub := r.ID("docker"); !strings.HasPrefix(hub, "n-") || n.Labels["boss"] != hub || n.Engines[0] == "docker" {
		t.Errorf("%s, %+v", hub, n)
	}
	// An ID that was not told of gets the pseudonym that it would have.
	later := redacted(t, cluster.Snapshot{Nodes: []cluster.Node{{ID: "later"}}})
	for id, want := range map[string]string{"": "", cluster.FallbackHub: cluster.FallbackHub, "later": later.Snapshot.Nodes[0].ID} {
		if got := r.ID(id); got != want {
			t.Errorf("%q became %q, want %q", id, got, want)
		}
	}
}

func TestRedactionText(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{
		{ID: "node-1", Labels: map[string]string{"region": "eu-west-1", "stage": "prod", "zone": "eu"}},
		{ID: "node-12"},
	}}
	r := redacted(t, s)
	region := r.Snapshot.Node(r.ID("node-1")).Labels["region"]
	for text, want := range map[string]string{
		"":                       "",
		"Our eu network":         "Our eu network", // too short to tell
		"eu-west-1, but node-12": region + ", but " + r.ID("node-12"),
		"node-1":                 r.ID("node-1"),
		"EU-West-1 PROD":         region + " " + r.Snapshot.Node(r.ID("node-1")).Labels["stage"],
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}

	// What pictures show of an ID tells as much of it as somebody typed.
	const uuid, bare, legacy, cloud = "n-0d2d943b-1a2b-4c3d-9e8f-0123456789ab", "7fffffff-1a2b-4c3d-9e8f-0123456789ab", "QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF", "eu-north-compute-rack42-node-0001"
	r = redacted(t, cluster.Snapshot{Nodes: []cluster.Node{{ID: cloud}, {ID: bare}, {ID: legacy}, {ID: uuid}, {ID: "İstanbul"}}})
	for text, id := range map[string]string{
		"n-0d2d943b": uuid, "N-0D2D943B": uuid, "7fffffff": bare, "QmXaXu9N": legacy, "eu-north": cloud, "eu-north-compute-rack42": cloud, "İstanbul": "İstanbul",
	} {
		if got, want := r.Text("down: "+text+"!"), "down: "+r.ID(id)+"!"; got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestRedactFurtherSnapshots(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "gpu-1", Engines: []string{"docker"}, Labels: map[string]string{"stage": "prod"}}}}
	gone := cluster.Snapshot{Nodes: []cluster.Node{{ID: "gone-1", Labels: map[string]string{"runs": "docker", "stage": "prod"}}}}
	r, err := redact.New(s, redactKey, gone)
	if err != nil {
		t.Fatal(err)
	}
	other, err := redact.New(gone, redactKey, s)
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
		r, err := redact.New(cluster.Snapshot{}, []byte(key))
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
	r, err := redact.New(snap, []byte("from head -c 32 /dev/urandom"))
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
