package snapshot_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// Documents of every version are read for ever. The files stay as the release
// wrote them that wrote the version first, whatever Write does now.
func TestDocumentsOfEveryVersionAreRead(t *testing.T) {
	at := func(seconds int) time.Time { return time.Date(2026, time.January, 15, 12, 0, seconds, 5, time.UTC) }
	want := cluster.Snapshot{
		Orchestrators: []string{"hub-1", "hub-2"},
		Taken:         at(0),
		Nodes: []cluster.Node{
			{
				ID: "hub-1", Type: cluster.Requester, Version: "v1.9.3",
				Sightings: []cluster.Sighting{{Orchestrator: "hub-1", Connection: cluster.Connected, Membership: cluster.Approved, LastHeartbeat: at(1), ConnectedSince: at(2)}},
			},
			{
				ID: "n-1", Type: cluster.Compute, Version: "v1.9.2",
				Labels:  map[string]string{"region": "eu-west-1", "\"<\u202e": "\x1b"},
				Engines: []string{"docker", "wasm"}, Publishers: []string{"local"}, Storage: []string{"inline"},
				Max:       cluster.Resources{CPU: 1.6, Memory: 20221201612, Disk: 199801225216, GPU: 2},
				Available: cluster.Resources{CPU: 0.1, Memory: 1, Disk: 2, GPU: 1}, Queued: cluster.Resources{CPU: 3}, Running: 4, Enqueued: 5,
				Sightings: []cluster.Sighting{
					{Orchestrator: "hub-1", Connection: cluster.Connected, Membership: cluster.Approved, LastHeartbeat: at(3)},
					{Orchestrator: "hub-2", Connection: cluster.Disconnected, Membership: cluster.Rejected, DisconnectedSince: at(4)},
				},
			},
		},
	}
	for _, file := range []string{"testdata/v1.json"} {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := snapshot.Read(f)
		f.Close() // only read from
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", file, d)
		}
	}
}
