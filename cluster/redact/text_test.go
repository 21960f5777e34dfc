package redact_test

import (
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

func TestRedactionText(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{
		{ID: "node-1", Labels: map[string]string{"region": "eu-west-1", "stage": "prod", "zone": "eu"}},
		{ID: "node-12"},
	}}
	r := redacted(t, s)
	region := r.Snapshot.Node(r.ID("node-1")).Labels["region"]
	for text, want := range map[string]string{
		"":                       "",
		"Our eu network":         "Our eu network", // too short
		"eu-west-1, but node-12": region + ", but " + r.ID("node-12"),
		"node-1":                 r.ID("node-1"),
		"EU-West-1 PROD":         region + " " + r.Snapshot.Node(r.ID("node-1")).Labels["stage"],
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}

	// The short forms of an ID that pictures show are replaced, too.
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
