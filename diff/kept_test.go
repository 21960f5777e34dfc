package diff_test

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/graph"
)

// Bacalhau keeps the record of a node that comes back under another name, as
// disconnected.
func TestARenameIsGuessedWhereTheOldRecordIsKept(t *testing.T) {
	rack := func(n *cluster.Node) { n.Labels["rack"], n.Labels["disk"] = "r7", "d" }
	left := func(n *cluster.Node) { n.Sightings[0].Connection = cluster.Disconnected }
	before := network("hub", node("old", rack), node("other"))
	after := network("hub", node("old", rack, left), node("new", rack), node("other"))
	d := compare(before, after, diff.Options{})
	const want = "1 node probably renamed; 3 nodes now, 2 before\n\n" +
		"> old is probably now new (the same labels and capacity): compute, v1.9.3, 8 CPU, 32 GiB\n" +
		"    state of the old record  connected → disconnected\n"
	if got := textOf(t, d, "txt", diff.WriteOptions{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := textOf(t, d, "junit", diff.WriteOptions{}); !strings.Contains(got, `tests="1" failures="1"`) {
		t.Errorf("a rename is one change: %s", got)
	}
	for name, step := range map[string]struct {
		d        *diff.Diff
		from, to cluster.Snapshot
	}{"forth": {d, before, after}, "back": {d.Reverse(), after, before}} {
		read, err := diff.Read(strings.NewReader(jsonOf(t, step.d)), diff.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := read.Apply(step.from)
		if err != nil || document(t, got, false) != document(t, step.to, false) {
			t.Errorf("%s: %v: %s", name, err, document(t, got, false))
		}
	}
	topo := topology(t, before, after, d)
	if topo.Len() != 4 || topo.Vertex(1).Change() != graph.Added || topo.Vertex(1).Changes.From != "old" || topo.Vertex(2).Change() != graph.Changed {
		t.Errorf("%d vertices: %+v, %+v", topo.Len(), topo.Vertex(1).Changes, topo.Vertex(2).Changes)
	}

	for name, c := range map[string][2]cluster.Snapshot{
		"it was gone before":           {network("hub", node("old", rack, left)), after},
		"the new one is not connected": {before, network("hub", node("old", rack, left), node("new", rack, left), node("other"))},
		"two might be it":              {before, network("hub", node("old", rack, left), node("new", rack), node("new2", rack), node("other"))},
		"another one is like it":       {network("hub", node("old", rack), node("twin", rack)), network("hub", node("old", rack, left), node("twin", rack), node("new", rack))},
	} {
		if d := compare(c[0], c[1], diff.Options{}); len(d.Renamed) != 0 {
			t.Errorf("%s: %v", name, d.Renamed)
		}
	}
}
