package cluster_test

import (
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// As orchestrators of v1.9.3 list nodes, and one of v1.4.0 any of them.
func TestSettleTellsWhoAwaitsReconnection(t *testing.T) {
	then := time.Unix(1e9, 0)
	for _, c := range []struct {
		name string
		s    cluster.Sighting
		want cluster.Connection
	}{
		{"not heard of since a restart", cluster.Sighting{Connection: cluster.Disconnected, ConnectedSince: then}, cluster.AwaitingReconnection},
		{"seen to leave", cluster.Sighting{Connection: cluster.Disconnected, ConnectedSince: then, DisconnectedSince: then}, cluster.Disconnected},
		{"with an error", cluster.Sighting{Connection: cluster.Disconnected, ConnectedSince: then, LastError: "node rejected"}, cluster.Disconnected},
		{"rejected", cluster.Sighting{Connection: cluster.Disconnected, Membership: cluster.Rejected, ConnectedSince: then}, cluster.Disconnected},
		{"never connected", cluster.Sighting{Connection: cluster.Disconnected}, cluster.Disconnected},
		{"connected", cluster.Sighting{Connection: cluster.Connected, ConnectedSince: then}, cluster.Connected},
		{"a word of a later version", cluster.Sighting{Connection: "PAUSED", ConnectedSince: then}, "PAUSED"},
	} {
		if c.s.Settle(); c.s.Connection != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.s.Connection, c.want)
		}
	}
}

func TestConnectionOfSeveralOrchestrators(t *testing.T) {
	const on, awaiting, off = cluster.Connected, cluster.AwaitingReconnection, cluster.Disconnected
	for _, c := range []struct {
		words [2]cluster.Connection
		want  cluster.Connection
	}{{[2]cluster.Connection{awaiting, on}, on}, {[2]cluster.Connection{awaiting, off}, awaiting}, {[2]cluster.Connection{off, "UNKNOWN"}, "UNKNOWN"}, {[2]cluster.Connection{awaiting, "UNKNOWN"}, awaiting}} {
		for range 2 {
			n := cluster.Node{Sightings: []cluster.Sighting{{Connection: c.words[0]}, {Connection: c.words[1]}}}
			if got := n.Connection(); got != c.want {
				t.Errorf("%v: %s, want %s", c.words, got, c.want)
			}
			c.words[0], c.words[1] = c.words[1], c.words[0]
		}
	}
}

func TestCensusSaysWhenNothingTellsARestartFromAnOutage(t *testing.T) {
	const on, awaiting, off = cluster.Connected, cluster.AwaitingReconnection, cluster.Disconnected
	for _, c := range []struct {
		name, version string
		states        []cluster.Connection
		want          cluster.Census
	}{
		{"no compute node", "v1.4.0", nil, cluster.Census{}},
		{"none connected, v1.5", "v1.5.2", []cluster.Connection{off, off}, cluster.Census{Nodes: 2, Untold: 2, OutageOrRestart: true}},
		{"none connected, of no version", "", []cluster.Connection{off}, cluster.Census{Nodes: 1, Untold: 1, OutageOrRestart: true}},
		{"an outage, v1.6", "1.6.0", []cluster.Connection{off, off}, cluster.Census{Nodes: 2}},
		{"one is back, v1.4", "v1.4.0", []cluster.Connection{on, off}, cluster.Census{Nodes: 2, Connected: 1, Untold: 1}},
		{"a restart", "v1.9.3", []cluster.Connection{awaiting, on, off}, cluster.Census{Nodes: 3, Connected: 1, Awaiting: 1}},
	} {
		l := cluster.List{Orchestrator: "r", Nodes: []cluster.Node{{ID: "r", Type: cluster.Requester, Version: c.version}}}
		for i, s := range c.states {
			l.Nodes = append(l.Nodes, cluster.Node{ID: string(rune('a' + i)), Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: s}}})
		}
		snap := cluster.Merge(l)
		if got := snap.Census(snap.Orchestrators); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	gone := cluster.Merge(cluster.List{Orchestrator: "r", Nodes: []cluster.Node{{ID: "a", Type: cluster.Compute, Sightings: []cluster.Sighting{{Connection: off, DisconnectedSince: time.Unix(1e9, 0)}}}}})
	if c := gone.Census(gone.Orchestrators); c.OutageOrRestart {
		t.Errorf("a list that has times, of no version: %+v", c)
	}
}
