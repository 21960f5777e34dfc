package snapshot_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// partsOf takes the document of a snapshot apart.
func partsOf(t testing.TB, s cluster.Snapshot) snapshot.Parts {
	t.Helper()
	p := snapshot.Parts{Frame: snapshot.Frame(s)}
	for i := range s.Nodes {
		part, err := snapshot.Part(&s.Nodes[i])
		if err != nil {
			t.Fatal(err)
		}
		p.Nodes = append(p.Nodes, part)
	}
	return p
}

func TestADocumentIsJoinedFromItsParts(t *testing.T) {
	for seed := range uint64(30) {
		s := cluster.Merge(clustertest.Cluster(seed, clustertest.Options{Nodes: 20, Hubs: 2, Shared: .5, Disconnected: .2, Rejected: .1})...)
		var text bytes.Buffer
		if err := snapshot.Write(t.Context(), &text, s, snapshot.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		want, err := snapshot.Read(&text, snapshot.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := partsOf(t, s).Join()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
		for i := range s.Nodes {
			part, err := snapshot.Part(&s.Nodes[i])
			if err != nil {
				t.Fatal(err)
			}
			n, err := snapshot.Node(part)
			if err != nil || !snapshot.SameShape(&n, &s.Nodes[i]) {
				t.Errorf("seed %d: node %s is not the same when it is read again: %v", seed, s.Nodes[i].ID, err)
			}
		}
	}
	for _, p := range []snapshot.Parts{{}, {Frame: "{"}, {Frame: "{}", Nodes: []string{"x"}}} {
		if _, err := p.Join(); err == nil {
			t.Errorf("%+v is no document", p)
		}
	}
	for _, part := range []string{"", "{}", `{"id":"a"},{"id":"b"}`, "]"} {
		if _, err := snapshot.Node(part); err == nil {
			t.Errorf("%q is no node", part)
		}
	}
}

// What reads documents and what reads parts know the same of a node.
func TestTheShapeOfANodeIsThatOfItsPart(t *testing.T) {
	for seed := range uint64(30) {
		var text bytes.Buffer
		s := cluster.Merge(clustertest.Cluster(seed, clustertest.Options{Nodes: 20, Hubs: 2, Shared: .5, Disconnected: .2, Rejected: .1})...)
		if err := snapshot.Write(t.Context(), &text, s, snapshot.WriteOptions{Load: true}); err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Read(&text, snapshot.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Nodes {
			part, err := snapshot.Part(&s.Nodes[i])
			if err != nil {
				t.Fatal(err)
			}
			want, err := snapshot.Node(part)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, snapshot.Shape(&s.Nodes[i])); d != "" {
				t.Errorf("seed %d: %s", seed, d)
			}
		}
	}
}

// Every field that a part has makes a difference of shape, and no other does.
func TestNodesWithTheSamePartHaveTheSameShape(t *testing.T) {
	base := func() cluster.Node {
		return cluster.Node{
			ID: "a", Type: cluster.Compute, Labels: map[string]string{"k": "v"}, Engines: []string{"docker"}, Publishers: []string{"s3"},
			Storage: []string{"inline"}, Version: "v1", Max: cluster.Resources{CPU: 1, Memory: 1, GPU: 1, Disk: 1},
			Sightings: []cluster.Sighting{{Orchestrator: "hub", Connection: cluster.Connected, Membership: cluster.Approved}},
		}
	}
	var check func(path string, at func(*cluster.Node) reflect.Value)
	check = func(path string, at func(*cluster.Node) reflect.Value) {
		a, b := base(), base()
		v := at(&b)
		switch v.Kind() {
		case reflect.Struct:
			if v.Type().String() == "time.Time" {
				return // times are no part of the shape
			}
			for i := range v.NumField() {
				check(path+"."+v.Type().Field(i).Name, func(n *cluster.Node) reflect.Value { return at(n).Field(i) })
			}
			return
		case reflect.Slice:
			if v.Len() > 0 {
				check(path+"[0]", func(n *cluster.Node) reflect.Value { return at(n).Index(0) })
			}
			v.SetZero()
		case reflect.Map:
			v.SetZero()
		case reflect.String:
			v.SetString("other")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Float64:
			v.SetFloat(7)
		case reflect.Int:
			v.SetInt(7)
		case reflect.Uint64:
			v.SetUint(7)
		default:
			t.Fatalf("%s is of a kind that the test does not know: %s", path, v.Kind())
		}
		one, errA := snapshot.Part(&a)
		two, errB := snapshot.Part(&b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := snapshot.SameShape(&a, &b); got != (one == two) {
			t.Errorf("%s: the same shape %v, the same part %v", path, got, one == two)
		}
	}
	check("node", func(n *cluster.Node) reflect.Value { return reflect.ValueOf(n).Elem() })
}
