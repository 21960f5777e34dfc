package diff_test

import (
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
)

// That a node awaits reconnection is news about its orchestrator, not about the node;
// that it is gone is news.
func TestARestartIsNoChangeOfNodes(t *testing.T) {
	with := func(c cluster.Connection) cluster.Snapshot {
		return network("hub", node("hub", requester), node("a", func(n *cluster.Node) { n.Sightings[0].Connection = c }))
	}
	on, awaiting, off := with(cluster.Connected), with(cluster.AwaitingReconnection), with(cluster.Disconnected)
	for _, c := range []struct {
		name          string
		before, after cluster.Snapshot
		same          bool
	}{
		{"awaits", on, awaiting, true}, {"is back", awaiting, on, true}, {"awaits still", awaiting, awaiting, true},
		{"is gone after all", awaiting, off, false}, {"was gone", off, awaiting, true}, {"is gone", on, off, false},
	} {
		if d := compare(c.before, c.after, diff.Options{}); d.Same() != c.same {
			t.Errorf("%s: %+v", c.name, d.Changed)
		}
	}
}

// v1.4 lists the orchestrator that answers as disconnected, and later versions as connected:
// what it says of itself is no news.
func TestWhatAnOrchestratorSaysOfItselfIsNoChange(t *testing.T) {
	with := func(of string) cluster.Snapshot {
		s := network("hub", node("hub", requester), node("a"))
		s.Node(of).Sightings[0].Connection = cluster.Disconnected
		return s
	}
	on := network("hub", node("hub", requester), node("a"))
	for of, same := range map[string]bool{"hub": true, "a": false} {
		if d := compare(with(of), on, diff.Options{}); d.Same() != same {
			t.Errorf("%s: %+v", of, d.Changed)
		}
	}
}
