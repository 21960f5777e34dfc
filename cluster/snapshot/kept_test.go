package snapshot_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// Documents of every version stay readable. The files are as the release that
// introduced the version wrote them, whatever Write does now.
func TestDocumentsOfEveryVersionAreRead(t *testing.T) {
	for version := 1; version <= snapshot.Version; version++ {
		f, err := os.Open(fmt.Sprintf("testdata/v%d.json", version))
		if err != nil {
			t.Fatal(err)
		}
		got, err := snapshot.Read(f, snapshot.ReadOptions{})
		f.Close() // only read from
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(kept(version), got); d != "" {
			t.Errorf("version %d (-want +got):\n%s", version, d)
		}
	}
}

// kept returns the snapshot in the file of a version.
func kept(version int) cluster.Snapshot {
	at := func(seconds int) time.Time { return time.Date(2026, time.January, 15, 12, 0, seconds, 5, time.UTC) }
	s := cluster.Snapshot{
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
	if version == 1 {
		return s
	}
	s.Jobs = []cluster.Job{
		{
			ID: "j-1", Orchestrator: "hub-1", Name: "train", Namespace: "default", Type: "batch", Count: 2, State: cluster.JobFailed,
			Engines: []string{"docker"}, Publishers: []string{"s3"}, Created: at(5), Modified: at(6),
			Executions: []cluster.Execution{
				{ID: "e-1", JobID: "j-1", NodeID: "n-1", State: cluster.StateFailed, Output: &cluster.RunOutput{ExitCode: 137}, Attempt: 1},
				{ID: "e-2", JobID: "j-1", NodeID: "n-gone", State: cluster.StateAskForBidRejected, Attempt: 2},
			},
		},
		{ID: "j-1", Orchestrator: "hub-2"},
	}
	return s
}
