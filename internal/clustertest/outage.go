package clustertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// OutageNodes is how many compute nodes the network of [WriteOutage] has.
const OutageNodes = 10

// WriteOutage writes n snapshots of one network into a folder, so far apart from each other, in which
// all nodes are connected but in the one with a number. Equal ones are links to one file.
func WriteOutage(dir string, n, outage int, apart time.Duration) error {
	var name [2]string
	for i, state := range []cluster.Connection{cluster.Connected, cluster.Disconnected} {
		snap := cluster.Snapshot{Orchestrators: []string{"o"}}
		for k := range OutageNodes {
			snap.Nodes = append(snap.Nodes, cluster.Node{
				ID: fmt.Sprint("n-", k), Type: cluster.Compute,
				Sightings: []cluster.Sighting{{Orchestrator: "o", Connection: state, Membership: cluster.Approved}},
			})
		}
		var text strings.Builder
		if err := snapshot.Write(context.Background(), &text, snap, snapshot.WriteOptions{}); err != nil {
			return err
		}
		name[i] = filepath.Join(dir, fmt.Sprint("network.", i))
		if err := os.WriteFile(name[i], []byte(text.String()), 0o644); err != nil {
			return err
		}
	}
	for i := range n {
		of := name[0]
		if i == outage {
			of = name[1]
		}
		at := Epoch.Add(time.Duration(i) * apart).Format("20060102T150405Z")
		if err := os.Symlink(of, filepath.Join(dir, at+".json")); err != nil {
			return err
		}
	}
	return nil
}
